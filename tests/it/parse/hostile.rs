//! Bad input: a finding and no more, in linear time, on whatever stack a thread has.

use kmsite::id::SourcePath;
use kmsite::load::{Tree, load};
use kmsite::model::Block;
use kmsite::parse::{ParseOptions, parse, parse_file};
use kmsite::world::MemoryWorld;

use super::{open, pointed, read};

fn codes(text: &str) -> Vec<&'static str> {
    read(text).diags.iter().map(|diag| diag.code.id).collect()
}

#[test]
fn deep_nesting_is_flattened_with_one_warning() {
    for text in [
        format!("{}x", "> ".repeat(10_000)),
        format!("{}x", "- ".repeat(10_000)),
        format!("{}x", "> 1. ".repeat(5_000)),
        (0..1_000).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect(),
        format!("{}x{}", "<A>\n\n".repeat(10_000), "\n\n</A>".repeat(10_000)),
    ] {
        let opened = read(&text);
        let deep = opened.diags.iter().filter(|diag| diag.code.id == "KM0307").count();
        assert_eq!(deep, 1, "{}", &text[..20]);
        assert!(opened.show().contains('x'));
    }
    let inline = format!("{}x{}", "*a **b ".repeat(5_000), "b** a*".repeat(5_000));
    assert_eq!(codes(&inline), ["KM0307"]);
}

#[test]
fn signs_without_partners_take_linear_time() {
    for sign in [
        "[",
        "![",
        "[[",
        "$",
        "$$",
        "`a``",
        "<a \"",
        "<A b=\"",
        "<!--",
        "{{#include ",
        "{{#",
        "\\{{",
        "*a_",
        "|",
        "[^",
        "[a](",
        "$5和",
        "</A>",
        "<A>x",
    ] {
        let text = sign.repeat(200_000 / sign.len());
        let opened = read(&text);
        assert!(opened.diags.len() <= text.len());
        let world = MemoryWorld::of([("SUMMARY.md", "- [a](a.md)"), ("a.md", text.as_str())]);
        assert_eq!(open(&world, "a.md", &ParseOptions::default()).doc.path.as_str(), "a.md");
    }
}

#[test]
fn fifty_megabytes_are_read_and_warned_about() {
    let text = "一段普通的文字，with some words.\n\n".repeat(1_250_000);
    assert!(text.len() > 50_000_000);
    let world = MemoryWorld::of([("a.md", text.as_str())]);
    let loaded = load(&world);
    assert_eq!(loaded.diags.iter().map(|diag| diag.code.id).collect::<Vec<_>>(), ["KM0104"]);
    let parsed = parse(&loaded.value, &ParseOptions::default());
    assert_eq!(parsed.diags, []);
    let words = parsed.value.docs[0].teaser.words;
    assert!(words.han <= 240 && words.han > 200);
}

#[test]
fn nul_characters_are_replaced_and_reported() {
    let text = "---\ntitle: x\n---\n中\0文 [a](b\0c)\n";
    let opened = read(text);
    assert_eq!(opened.diags.iter().map(|diag| diag.code.id).collect::<Vec<_>>(), ["KM0302"]);
    assert_eq!(pointed(text, &opened.diags[0]), "\0");
    assert!(opened.show().starts_with("p(中\u{fffd}文 "));
    assert_eq!(codes("---\ntitle: \"x\0\"\n---\n"), ["KM0201"]);
}

#[test]
fn an_unclosed_comment_is_not_lost_silently() {
    let text = "a\n\n<!-- b\n\nc\n\n<!-- paywall";
    let opened = read(text);
    assert_eq!((opened.findings().len(), opened.diags[0].code.id, pointed(text, &opened.diags[0])), (1, "KM0305", "<!--"));
    assert_eq!(opened.show(), "p(a)");
}

#[test]
fn front_matter_cannot_explode() {
    let bomb: String = (1..30).map(|n| format!("a{n}: &a{n} [*a{0}, *a{0}, *a{0}]\n", n - 1)).collect();
    assert_eq!(codes(&format!("---\na0: &a0 x\n{bomb}---\n"))[0], "KM0201");
    assert_eq!(codes(&format!("---\nextra: {}\n---\n", "[".repeat(10_000))), ["KM0201"]);
    assert_eq!(codes(&format!("+++\na = {}\n+++\n", "[".repeat(10_000))), ["KM0202"]);
}

#[test]
fn parse_replaces_what_is_not_utf8() {
    let doc = parse_file(&Tree::default(), &SourcePath::new("a.md"), b"a\xff", &ParseOptions::default()).value;
    assert!(matches!(&doc.teaser.blocks[0], Block::Paragraph(_)));
}
