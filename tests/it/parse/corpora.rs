//! Real content, as its authors keep it, through load and parse. Its folder is `CORPORA_DIR`.
#![expect(clippy::print_stdout, reason = "a run without corpora says so, and findings explain a failure")]

use std::io;
use std::path::{Path, PathBuf};

use kmsite::access::{self, relink};
use kmsite::diag::{Diag, Noted, Severity};
use kmsite::id::SourcePath;
use kmsite::load::{Tree, load};
use kmsite::model::{Block, Doc, Entitlements, Link, Words};
use kmsite::parse::{ParseOptions, Parsed, parse};
use kmsite::world::{Entry, MediaFacts, Stream, World};

use super::AsWritten;

/// A folder on disk, as far as parsing needs it.
struct Folder(PathBuf);

impl World for Folder {
    fn walk(&self) -> Noted<Vec<Entry>> {
        let entries = walkdir::WalkDir::new(&self.0).sort_by_file_name().into_iter().filter_map(Result::ok);
        let files = entries.filter(|entry| entry.file_type().is_file()).filter_map(|entry| {
            let path = SourcePath::new(entry.path().strip_prefix(&self.0).ok()?.to_str()?.to_owned());
            Some(Entry { path, len: entry.metadata().ok()?.len() })
        });
        Noted::clean(files.collect())
    }

    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        std::fs::read(self.0.join(path.as_str()))
    }

    fn open(&self, path: &SourcePath) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(std::fs::File::open(self.0.join(path.as_str()))?))
    }

    fn length(&self, path: &SourcePath) -> Option<u64> {
        std::fs::metadata(self.0.join(path.as_str())).ok().filter(std::fs::Metadata::is_file).map(|meta| meta.len())
    }

    fn facts(&self, _: &SourcePath) -> io::Result<MediaFacts> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// A corpus that was read.
struct Corpus {
    tree: Tree,
    parsed: Parsed,
    diags: Vec<Diag>,
}

impl Corpus {
    /// Reads a corpus, which must have no error; `None` without corpora.
    fn read(name: &str) -> Option<Self> {
        let Ok(folder) = std::env::var("CORPORA_DIR") else {
            println!("CORPORA_DIR is not set: {name} was not read");
            return None;
        };
        let mut diags = Vec::new();
        let tree = load(&Folder(Path::new(&folder).join(name))).take(&mut diags);
        let parsed = parse(&tree, &ParseOptions::default()).take(&mut diags);
        for diag in &diags {
            println!("{name}: {:?} {} {} at {:?}", diag.severity, diag.code.id, diag.message, diag.at);
        }
        assert!(diags.iter().all(|diag| diag.severity == Severity::Warning), "{name} has errors");
        Some(Self { tree, parsed, diags })
    }

    fn codes(&self) -> Vec<&str> {
        self.diags.iter().map(|diag| diag.code.id).collect()
    }

    /// Occurrences of a text in the Markdown as written.
    fn written(&self, text: &str) -> usize {
        self.tree.markdown().map(|(path, _)| self.tree.text(path).unwrap_or_default().matches(text).count()).sum()
    }

    fn opened(&self) -> impl Iterator<Item = Doc<Link>> {
        self.parsed.docs.iter().map(|doc| relink(doc, &AsWritten).value)
    }

    /// All blocks of the first level, of components and of quotations.
    fn each_block(&self, mut f: impl FnMut(&Block)) {
        for doc in self.opened() {
            let public = access::public_of(&doc, &Entitlements::Free);
            let mut stack: Vec<&Block> =
                public.teaser.blocks.iter().chain(public.rest.into_iter().flat_map(|rest| rest.blocks.iter())).collect();
            while let Some(block) = stack.pop() {
                if let Block::Component { body, .. } | Block::Quote(body) = block {
                    stack.extend(body);
                }
                f(block);
            }
        }
    }

    fn words(&self) -> Words {
        self.opened().fold(Words::default(), |sum, doc| {
            let rest = access::public_of(&doc, &Entitlements::Free).rest.map_or(Words::default(), |rest| rest.words);
            sum.plus(doc.teaser.words).plus(rest)
        })
    }

    fn wiki_links(&self) -> Vec<String> {
        let mut found = Vec::new();
        for doc in self.opened() {
            let public = access::public_of(&doc, &Entitlements::Free);
            let links = public.teaser.links.iter().chain(public.rest.into_iter().flat_map(|rest| rest.links.iter()));
            found.extend(links.filter_map(|link| match link {
                Link::Dead(dest) if dest.starts_with("Wiki") => Some(format!("{}: {dest}", doc.path)),
                _ => None,
            }));
        }
        found
    }
}

#[test]
fn a_blog_comes_in_without_a_word() {
    let Some(blog) = Corpus::read("articles-rust-blog") else { return };
    assert_eq!(blog.tree.content_root, "content");
    assert_eq!(blog.codes(), [] as [&str; 0]);
    // Posts begin with it; a `path` further down belongs to a table.
    assert_eq!(blog.parsed.docs.iter().filter(|doc| doc.front.path.is_some()).count(), blog.written("+++\npath = \""));
    assert_eq!(blog.wiki_links(), [] as [&str; 0]);
}

#[test]
fn books_are_read_with_all_their_listings() {
    for name in ["book-rust-en", "book-rust-zh"] {
        let Some(book) = Corpus::read(name) else { return };
        assert_eq!((book.tree.content_root.as_str(), book.parsed.summaries.len()), ("src", 1));
        // Two HTML files that a listing shows are not part of the corpus.
        assert_eq!(book.codes(), ["KM0320", "KM0320"]);
        let (mut listings, mut directives) = (0, 0);
        book.each_block(|block| match block {
            Block::Component { name, .. } if &**name == "Listing" => listings += 1,
            Block::Code(code) => directives += code.source.matches("{{#").count(),
            _ => {}
        });
        assert_eq!((listings, directives), (book.written("<Listing "), 2), "{name}");
    }
}

#[test]
fn courses_are_read() {
    for (name, chinese) in [("course-iot-en", false), ("course-iot-zh", true)] {
        let Some(course) = Corpus::read(name) else { return };
        assert_eq!((course.tree.content_root.as_str(), course.codes().len()), ("", 0));
        assert_eq!(course.wiki_links(), [] as [&str; 0]);
        let words = course.words();
        assert_eq!(words.han > words.latin, chinese, "{words:?}");
    }
}
