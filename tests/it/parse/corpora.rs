//! Real content, as its authors keep it, through load and parse. Its folder is `CORPORA_DIR`.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use kmsite::diag::{Diag, Noted, Severity};
use kmsite::id::SourcePath;
use kmsite::load::{Tree, load};
use kmsite::parse::{ParseOptions, Parsed, parse};
use kmsite::world::{Entry, MediaFacts, World};

/// A folder on disk, as far as parsing needs it.
struct Folder(PathBuf);

impl World for Folder {
    fn walk(&self) -> Noted<Vec<Entry>> {
        let entries = walkdir::WalkDir::new(&self.0).sort_by_file_name().into_iter().filter_map(Result::ok);
        let files = entries.filter(|entry| entry.file_type().is_file()).map(|entry| {
            let path = entry.path().strip_prefix(&self.0).unwrap().to_str().unwrap().to_owned();
            Entry { path: SourcePath::new(path), len: entry.metadata().unwrap().len() }
        });
        Noted::clean(files.collect())
    }

    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        std::fs::read(self.0.join(path.as_str()))
    }

    fn open(&self, path: &SourcePath) -> io::Result<Box<dyn io::Read + Send>> {
        Ok(Box::new(std::fs::File::open(self.0.join(path.as_str()))?))
    }

    fn facts(&self, _: &SourcePath) -> io::Result<MediaFacts> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Loads and parses a corpus; `None` (and a line that says so) without corpora.
fn corpus(name: &str) -> Option<(Tree, Parsed, Vec<Diag>)> {
    #[expect(clippy::disallowed_methods, reason = "a test asks where the corpora are")]
    let Ok(folder) = std::env::var("CORPORA_DIR") else {
        println!("CORPORA_DIR is not set: {name} was not parsed");
        return None;
    };
    let mut diags = Vec::new();
    let tree = load(&Folder(Path::new(&folder).join(name))).take(&mut diags);
    let parsed = parse(&tree, &ParseOptions::default()).take(&mut diags);
    for diag in &diags {
        println!("{name}: {:?} {} {} at {:?}", diag.severity, diag.code.id, diag.message, diag.at);
    }
    let errors = diags.iter().filter(|diag| diag.severity == Severity::Error).count();
    assert_eq!(errors, 0, "{name} has errors");
    Some((tree, parsed, diags))
}

fn by_code(diags: &[Diag]) -> BTreeMap<&str, usize> {
    diags.iter().fold(BTreeMap::new(), |mut counts, diag| {
        *counts.entry(diag.code.id).or_default() += 1;
        counts
    })
}

#[test]
fn blog_front_matter_comes_in_without_a_word() {
    let Some((tree, parsed, diags)) = corpus("articles-rust-blog") else { return };
    assert_eq!(tree.content_root, "content");
    assert!(parsed.docs.len() >= 754);
    for doc in parsed.docs.iter().filter(|doc| doc.front.title.is_none()) {
        println!("NO TITLE {}", doc.path);
    }
    println!("{:?}", by_code(&diags));
    assert!(diags.iter().all(|diag| !diag.code.id.starts_with("KM02")));
}

#[test]
fn books_are_read_with_all_their_listings() {
    for (name, components) in [("book-rust-en", 424), ("book-rust-zh", 0)] {
        let Some((tree, parsed, diags)) = corpus(name) else { return };
        assert_eq!(tree.content_root, "src");
        assert_eq!(parsed.summaries.len(), 1);
        println!("{name} {:?} {components}", by_code(&diags));
    }
}

#[test]
fn courses_are_read() {
    for name in ["course-iot-en", "course-iot-zh"] {
        let Some((tree, parsed, diags)) = corpus(name) else { return };
        assert_eq!(tree.content_root, "");
        assert!(!parsed.docs.is_empty());
        println!("{name} {:?}", by_code(&diags));
    }
}
