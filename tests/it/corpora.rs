//! Real content as its authors keep it, built whole. Its folder is `CORPORA_DIR`.

use crate::sandbox::{corpus, run_on, tree};

/// The corpora, each with a page that its site must have.
const CORPORA: [(&str, &str); 5] = [
    ("articles-rust-blog", "index.html"),
    ("book-rust-en", "ch04-01-what-is-ownership/index.html"),
    ("book-rust-zh", "ch04-01-what-is-ownership/index.html"),
    ("course-iot-en", "index.html"),
    ("course-iot-zh", "index.html"),
];

fn builds(name: &str, page: &str) {
    let Some(folder) = corpus(name) else { return };
    let out = tempfile::tempdir().expect("a folder for output");
    let run = run_on(&folder, &["build", "--no-cache", "--out", &out.path().to_string_lossy()]);
    assert_eq!(run.code, 0, "{name}: {}", run.err);
    assert!(!run.err.contains("error["), "{name}: {}", run.err);
    let site = tree(out.path());
    assert!(site.contains_key(page), "{name} has no {page}");
    let pages = site.iter().filter(|(file, _)| file.ends_with(".html"));
    for (file, bytes) in pages {
        let text = std::str::from_utf8(bytes).expect("pages are UTF-8");
        assert!(text.starts_with("<!") && text.trim_end().ends_with("</html>"), "{name}: {file} is no whole page");
    }
}

#[test]
fn every_corpus_builds_without_an_error() {
    for (name, page) in CORPORA {
        builds(name, page);
    }
}
