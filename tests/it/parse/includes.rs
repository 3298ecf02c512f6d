//! mdBook's directives: only in books, only inside the site, and spans that lead back to the chapter.

use kmsite::diag::Severity;
use kmsite::load::load;
use kmsite::parse::ParseOptions;
use kmsite::world::MemoryWorld;

use super::{Opened, open, pointed};

const CODE: &str = "// ANCHOR: all\nuse std::io;\n// ANCHOR: here\nfn main() {}\n// ANCHOR_END: here\n// ANCHOR_END: all\n";

fn book(chapter: &str) -> MemoryWorld {
    MemoryWorld::of([
        ("book.toml", "[book]\ntitle = \"书\"\n"),
        ("src/SUMMARY.md", "- [One](one.md)\n"),
        ("src/one.md", chapter),
        ("src/parts/a.md", "a {{#include b.md}} ![i](i.png)"),
        ("src/parts/b.md", "b"),
        ("src/parts/loop.md", "{{#include loop.md}}"),
        ("listings/main.rs", CODE),
        (".secret/key", "key"),
    ])
}

fn chapter(text: &str) -> Opened {
    open(&book(text), "src/one.md", &ParseOptions::default())
}

#[test]
fn files_lines_and_anchors_are_shown() {
    assert_eq!(chapter("```rust\n{{#rustdoc_include ../listings/main.rs:here}}\n```").show(), "code:rust(fn main() {}\n)");
    assert_eq!(chapter("```rust\n{{#include ../listings/main.rs}}\n```").show(), "code:rust(use std::io;\nfn main() {}\n)");
    assert_eq!(chapter("{{#include ../listings/main.rs:4}}").show(), "p(fn main() {})");
    assert_eq!(chapter("x {{#include parts/a.md}} y").show(), "p(x a b ![i]0 y)");
    assert_eq!(chapter("{{#playground ../listings/main.rs editable}}").show(), "code:rust(use std::io;\nfn main() {}\n)");
    assert_eq!(chapter(r"`\{{#include parts/b.md}}`").show(), "p(`{{#include parts/b.md}}`)");
    assert_eq!(chapter("{{#title 书名}}\ntext").doc.front.title.as_deref(), Some("书名"));
}

#[test]
fn hidden_lines_of_rust_are_hidden_in_books_only() {
    let text = "```rust\n# use a;\nlet b;\n```\n\n```sh\n# comment\n```\n";
    assert_eq!(chapter(text).show(), "code:rust(let b;\n) | code:sh(# comment\n)");
    let alone = open(&MemoryWorld::of([("a.md", text)]), "a.md", &ParseOptions::default());
    assert_eq!(alone.show(), "code:rust(# use a;\nlet b;\n) | code:sh(# comment\n)");
}

#[test]
fn spans_in_included_text_are_the_directives() {
    let text = "中文 {{#include parts/a.md}}\n\nVec<T>";
    let world = book(text).with("src/parts/a.md", b"Vec<U>");
    let opened = open(&world, "src/one.md", &ParseOptions::default());
    assert_eq!(opened.diags.iter().map(|diag| pointed(text, diag)).collect::<Vec<_>>(), ["{{#include parts/a.md}}", "<T>"]);
}

#[test]
fn what_cannot_be_included_is_reported_and_stays() {
    for (directive, code, severity) in [
        ("{{#include parts/loop.md}}", "KM0322", Severity::Error),
        ("{{#include one.md}}", "KM0322", Severity::Error),
        ("{{#include ../../outside.md}}", "KM0323", Severity::Error),
        ("{{#include parts/c.md}}", "KM0320", Severity::Warning),
        ("{{#include ../.secret/key}}", "KM0320", Severity::Warning),
        ("{{#include ../listings/main.rs:her}}", "KM0321", Severity::Warning),
    ] {
        let text = format!("前 {directive} 后");
        let opened = chapter(&text);
        let found = &opened.diags[0];
        assert_eq!((opened.diags.len(), found.code.id, found.severity, pointed(&text, found)), (1, code, severity, directive));
        assert!(!found.hints.is_empty());
        assert!(opened.show().starts_with("p(前 {{#include"), "{}", opened.show());
    }
    let misspelt = chapter("{{#include ../listings/main.rs:her}}");
    assert!(misspelt.diags[0].hints[0].contains("did you mean `here`?"));
}

#[test]
fn directives_outside_books_are_text() {
    let world = MemoryWorld::of([("a.md", "{{#include b.md}}"), ("b.md", "b")]);
    assert_eq!(open(&world, "a.md", &ParseOptions::default()).show(), "p({{#include b.md}})");
}

#[test]
fn includes_that_multiply_are_cut_off() {
    let doubling = |next: &str| format!("{{{{#include {next}}}}}\n").repeat(40);
    let mut world = book("{{#include parts/0.md}}");
    for level in 0..8 {
        world = world.with(&format!("src/parts/{level}.md"), doubling(&format!("{}.md", level + 1)).as_bytes());
    }
    let opened = open(&world.with("src/parts/8.md", b"x"), "src/one.md", &ParseOptions::default());
    assert_eq!(opened.diags.iter().filter(|diag| diag.code.id == "KM0324").count(), 1);
}

#[test]
fn only_books_read_what_they_include() {
    let tree = load(&book("{{#include parts/a.md}} {{#include ../listings/main.rs}}")).value;
    assert!(tree.texts.contains_key("listings/main.rs") && !tree.is_markdown(&kmsite::id::SourcePath::new("listings/main.rs")));
    assert!(!load(&book("nothing")).value.texts.contains_key("listings/main.rs"));
}
