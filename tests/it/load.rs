//! Which files a site is made of, and what cannot be read.

use kmsite::diag::{Noted, Place};
use kmsite::id::SourcePath;
use kmsite::load::{Tree, load};
use kmsite::world::MemoryWorld;

/// The content root and the Markdown below it.
fn content(files: &[(&str, &str)]) -> (String, Vec<String>) {
    let Noted { value, diags } = load(&MemoryWorld::of(files.iter().copied()));
    assert_eq!(diags, []);
    let markdown = value.markdown().map(|(path, _)| path.as_str().to_owned()).collect();
    (value.content_root, markdown)
}

fn root(files: &[(&str, &str)]) -> String {
    content(files).0
}

#[test]
fn the_content_root_is_found() {
    let (site, book) = (("site.yaml", ""), ("book.toml", "[book]\nsrc = \"text\"\n"));
    let (a, b, c, d) = (("content/a.md", ""), ("text/b.md", ""), ("src/c.md", ""), ("d.md", ""));
    assert_eq!(root(&[site, a, b, book, c, d]), "content");
    assert_eq!(root(&[a, b, book, c, d]), "text");
    assert_eq!(root(&[site, b, book, d]), "text");
    assert_eq!(root(&[("book.toml", ""), c, d, a]), "src");
    assert_eq!(root(&[a, c, d]), "content");
    assert_eq!(root(&[c, d]), "");
    assert_eq!(root(&[("book.toml", ""), d]), "");
    assert_eq!(root(&[("book.toml", "[book]\nsrc = \".\"\n"), d, c]), "");
}

#[test]
fn a_plain_folder_is_content_but_for_what_has_another_use() {
    let files = [
        ("site.yaml", ""),
        ("a.md", ""),
        ("文/b.markdown", ""),
        ("dist/c.md", ""),
        ("themes/t/d.md", ""),
        ("static/e.md", ""),
        (".git/f.md", ""),
        ("node_modules/g.md", ""),
    ];
    assert_eq!(content(&files), (String::new(), vec!["a.md".to_owned(), "文/b.markdown".to_owned()]));
    let tree = load(&MemoryWorld::of(files).with("img/x.png", b"123")).value;
    assert_eq!(tree.media.iter().map(|(path, len)| (path.as_str(), *len)).collect::<Vec<_>>(), [("img/x.png", 3)]);
    assert_eq!(tree.statics.iter().map(SourcePath::as_str).collect::<Vec<_>>(), ["static/e.md"]);
    assert_eq!(tree.theme.keys().map(SourcePath::as_str).collect::<Vec<_>>(), ["themes/t/d.md"]);
}

#[test]
fn books_are_known_by_their_summary() {
    let tree: Tree =
        load(&MemoryWorld::of([("books/x/SUMMARY.md", "- [a](b/a.md)"), ("books/x/b/a.md", ""), ("books/y/a.md", "")])).value;
    let book = |path: &str| tree.book_of(&SourcePath::new(path)).map(str::to_owned);
    assert_eq!(book("books/x/b/a.md").as_deref(), Some("books/x"));
    assert_eq!(book("books/y/a.md"), None);
}

#[test]
fn a_summary_may_be_that_of_one_language() {
    let is_summary = |name: &str| kmsite::load::is_summary(&SourcePath::new(name));
    assert!(
        ["SUMMARY.md", "a/summary.md", "SUMMARY.en.md", "SUMMARY.zh-Hant.md", "SUMMARY.pt_BR.md"]
            .map(is_summary)
            .iter()
            .all(|is| *is)
    );
    assert!(
        !["SUMMARY.old.md", "SUMMARY.2.md", "SUMMARYen.md", "SUMMARY.en.txt", "a.SUMMARY.md"]
            .map(is_summary)
            .iter()
            .any(|is| *is)
    );
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let world = MemoryWorld::of([("ok.md", "ok")]).with("gbk.md", b"ok\n\xe4\xbd\xa0\xc4\xe3").with_unreadable("locked.md");
    let Noted { value, mut diags } = load(&world);
    assert_eq!(value.markdown().count(), 1);
    diags.sort_by_key(|diag| diag.code.id);
    assert_eq!(diags.iter().map(|diag| diag.code.id).collect::<Vec<_>>(), ["KM0101", "KM0102"]);
    assert_eq!(diags[1].message, "`gbk.md` is not UTF-8: byte 0xC4 at line 2, column 2");
    assert_eq!(diags[1].at.as_ref().unwrap().place, Place::Span(6..7));
    assert!(diags.iter().all(|diag| !diag.hints.is_empty()));
}

#[test]
fn a_site_without_markdown_is_an_error() {
    let codes = |files: &[(&str, &str)]| {
        load(&MemoryWorld::of(files.iter().copied())).diags.iter().map(|diag| diag.code.id).collect::<Vec<_>>()
    };
    assert_eq!(codes(&[("a.txt", "")]), ["KM0106"]);
    assert_eq!(codes(&[("a.md", ""), ("book.toml", "[book\n")]), ["KM0202"]);
    assert_eq!(codes(&[("a.md", ""), ("book.toml", "[book]\nsrc = \"../x\"\n")]), ["KM0204"]);
}
