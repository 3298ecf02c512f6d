//! Nothing gated reaches any output: words of their own in every place behind a wall, looked for in every byte that is published.
//!
//! Public words must be found, or nothing here could fail.

mod alarms;
mod corpora;
mod hunt;
mod mails;
mod openings;
mod planted;
mod png;
mod sealed;
mod site;

use std::collections::BTreeSet;

use crate::sandbox::{Run, Sandbox, Tree, assert_same};
use hunt::{forms, hunt};
pub use png::png;
use site::{DRAFT, FUTURE, HAN, OPEN, VAULT, Words};

/// Asserts that no word with this beginning occurs anywhere.
fn assert_absent(tree: &Tree, words: &Words, prefix: &str) {
    let found = hunt(tree, prefix);
    let told: Vec<String> = found.iter().map(|(word, file)| format!("{word} ({}) in {file}", words.place(word))).collect();
    assert!(told.is_empty(), "{} leaks:\n{}", told.len(), told.join("\n"));
}

/// Asserts that every word with this beginning occurs somewhere.
fn assert_present(tree: &Tree, words: &Words, prefix: &str) {
    let found: BTreeSet<String> = hunt(tree, prefix).into_iter().map(|(word, _)| word).collect();
    let missing: Vec<&str> = words.of(prefix).filter(|word| !found.contains(*word)).map(|word| words.place(word)).collect();
    assert!(missing.is_empty(), "not found: {missing:#?}");
}

fn assert_nothing_gated(tree: &Tree, words: &Words) {
    assert_absent(tree, words, VAULT);
    for (name, bytes) in tree {
        let shown = forms(bytes).iter().chain(&forms(name.as_bytes())).any(|form| form.contains(HAN));
        assert!(!shown, "{name} says what is behind a wall");
    }
}

#[test]
fn nothing_gated_reaches_any_output() {
    let sandbox = Sandbox::new(&[]);
    let words = site::write(&sandbox);
    let tree = sandbox.build("dist", &[]);
    assert_present(&tree, &words, OPEN);
    assert_nothing_gated(&tree, &words);
    assert_absent(&tree, &words, DRAFT);
    assert_absent(&tree, &words, FUTURE);
    assert!(!tree.keys().any(|file| file.starts_with("fr/")), "a draft makes no language");
}

#[test]
fn drafts_and_future_pieces_keep_what_is_gated() {
    let sandbox = Sandbox::new(&[]);
    let words = site::write(&sandbox);
    for (args, shown, hidden) in [(["--drafts"], DRAFT, FUTURE), (["--future"], FUTURE, DRAFT)] {
        let tree = sandbox.build("dist", &args);
        assert_present(&tree, &words, shown);
        assert_absent(&tree, &words, hidden);
        assert_nothing_gated(&tree, &words);
    }
}

#[test]
fn a_piece_that_becomes_paid_leaves_no_trace() {
    let sandbox = Sandbox::new(&[("site.yaml", "title: T\nbase_url: https://example.org/\n")]);
    let picture = png(40, "vault0001x");
    sandbox.write("content/articles/vault0002x.png", &picture);
    let text = |head: &str| {
        format!(
            "---\ntitle: T\ndate: 2024-01-01\n{head}---\nOpen.\n\n<!-- paywall -->\n\nvault0003x ![vault0004x](vault0002x.png)\n\n```mermaid\ngraph LR; vault0005x\n```\n"
        )
    };
    sandbox.write("content/articles/a.md", text("").as_bytes());
    let free = sandbox.build("dist", &[]);
    let found: BTreeSet<String> = hunt(&free, VAULT).into_iter().map(|(word, _)| word).collect();
    assert_eq!(
        found.iter().map(String::as_str).collect::<Vec<_>>(),
        ["vault0001x", "vault0002x", "vault0003x", "vault0004x", "vault0005x"]
    );

    sandbox.write("content/articles/a.md", text("tier: member\n").as_bytes());
    let paid = sandbox.build("dist", &[]);
    assert!(hunt(&paid, VAULT).is_empty(), "{:?}", hunt(&paid, VAULT));
    assert_same(&paid, &sandbox.build("fresh", &["--no-cache"]), "after the change and from nothing");

    sandbox.write("content/articles/a.md", text("tier: member\ndraft: true\n").as_bytes());
    let without = sandbox.build("dist", &[]);
    assert!(!without.keys().any(|file| file.starts_with("articles/a/")), "its page is gone");
}

#[test]
fn the_hunter_finds_words_in_every_disguise() {
    let gzip = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut encoder, b"in a file: vault0001x").unwrap();
        encoder.finish().unwrap()
    };
    let disguises: [(&str, &[u8]); 10] = [
        ("plain", b"a vault0001x b"),
        ("capitals", b"VAULT0001X"),
        ("entities", b"&#118;aul&#x74;0001x"),
        ("percents", b"/%76ault0001%78/"),
        ("percents of entities", b"%26%23118;ault0001x"),
        ("escapes", b"\"\\u0076ault0001x\""),
        ("tags", b"<mi>v</mi> <mi>a</mi>\n<mi>u</mi><mi>l</mi><mi>t</mi><mn>0001</mn><mi>x</mi>"),
        // `secret: vault0001x`.
        ("base 64", b"data:text/plain;base64,c2VjcmV0OiB2YXVsdDAwMDF4"),
        ("gzip", &gzip),
        ("picture", &png(8, "vault0001x")),
    ];
    for (name, bytes) in disguises {
        let tree = Tree::from([(name.to_owned(), bytes.to_vec())]);
        assert_eq!(hunt(&tree, VAULT), BTreeSet::from([("vault0001x".to_owned(), name.to_owned())]), "{name}");
    }
    let named = Tree::from([("a/%76ault0001x.html".to_owned(), Vec::new())]);
    assert_eq!(hunt(&named, VAULT).len(), 1);
    assert!(hunt(&Tree::from([("a".to_owned(), b"<p>vau-lt0001x".to_vec())]), VAULT).is_empty());
}

const CONFIG: &str = "title: T\nbase_url: https://example.org/\nlanguages: { default: zh, others: [en] }\nproducts: [{ id: kit, includes: [articles/b] }]\n";

/// Checks a site of one article that has this text, and another in the product.
fn check(article: &str) -> Run {
    check_all(&[("content/articles/a.md", article)])
}

fn check_all(files: &[(&str, &str)]) -> Run {
    let sandbox = Sandbox::new(
        &[&[("site.yaml", CONFIG), ("content/articles/b.md", "# B\n\nb\n\n<!-- paywall -->\n\nb\n")], files].concat(),
    );
    let run = sandbox.run(&["build"]);
    assert_eq!(sandbox.root().join("dist/index.html").exists(), run.code == 0, "an error commits nothing: {}", run.err);
    run
}

#[test]
fn a_misspelt_tier_is_an_error_with_the_name_that_was_meant() {
    let run = check("---\ntitle: 标题\ntier: mmber\n---\ntext\n");
    assert_eq!(run.code, 1);
    let expected = "\
error[KM0501]: unknown tier `mmber`
 --> content/articles/a.md:3:7
  |
3 | tier: mmber
  |       ^^^^^
  |
  = help: did you mean `member`?
  = help: the tiers of this site are `free`, `member`, `pro`
";
    assert!(run.err.contains(expected), "{}", run.err);
}

#[test]
fn a_misspelt_tier_is_an_error_where_it_is_inherited() {
    let course = ("content/courses/c/_index.md", "---\ntitle: C\ntier: Member\n---\ntext\n");
    let run = check_all(&[course, ("content/courses/c/01-a.md", "# A\n\ntext\n")]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("content/courses/c/_index.md:3:7") && run.err.contains("did you mean `member`?"), "{}", run.err);
    assert_eq!(run.err.matches("error[").count(), 1, "said once: {}", run.err);
}

/// Whether everyone may read the article of this text to its end, where the build succeeds at all.
fn is_open(head: &str) -> Option<bool> {
    let sandbox = Sandbox::new(&[("site.yaml", CONFIG), ("content/articles/b.md", "# B\n")]);
    sandbox.write("content/articles/a.md", format!("{head}teaser\n\n<!-- paywall -->\n\nvault0001x\n").as_bytes());
    let run = sandbox.run(&["build"]);
    let page = std::fs::read_to_string(sandbox.root().join("dist/articles/a/index.html")).ok();
    assert_eq!(run.code == 0, page.is_some(), "{}", run.err);
    page.map(|page| page.contains("vault0001x"))
}

#[test]
fn what_is_to_close_a_piece_never_opens_it() {
    let closed = [
        "tier: member",
        "tier: [member]",
        "Tier: member",
        "\"tier\": 'pro'",
        "product: kit",
        "product: [kit]",
        "tier: free\nproduct: kit",
    ];
    for line in closed {
        assert_eq!(is_open(&format!("---\n{line}\n---\n")), Some(false), "{line}");
        assert_eq!(is_open(&format!("\u{feff}---\r\n{line}\r\n---\r\n")), Some(false), "{line} after a byte order mark");
        assert_eq!(is_open(&format!("\n\n---\n\n{line}\n---\n")), Some(false), "{line} after empty lines");
    }
    assert_eq!(is_open("---\rtier: member\r---\r"), Some(false), "lines as old Macs end them");
    assert_eq!(is_open("+++\ntier = \"member\"\n+++\n"), Some(false));
    assert_eq!(is_open("\n+++\nproduct = [\"kit\"]\n+++\n"), Some(false));
    // What cannot be understood is an error, and nothing is published.
    let errors = [
        "tier:",
        "tier: ~",
        "tier: ''",
        "tier: mmber",
        "tier: 会员",
        "tier: 1",
        "tier: true",
        "tier: [member, pro]",
        "tier: {id: member}",
        "tiers: member",
        "teir: member",
        "tire: pro",
        "product:",
        "product: ''",
        "product: kti",
        "product: [kit, other]",
        "products: kit",
        "tier: member\ntier: free",
        "tier: member\nTier: free",
        "tier: free\n x",
        "product: {kit}",
    ];
    for line in errors {
        assert_eq!(is_open(&format!("---\n{line}\n---\n")), None, "{line}");
        assert_eq!(is_open(&format!("---\n\n{line}\n---\n")), None, "{line} after an empty line");
    }
    for head in [
        "+++\ntier = member\n+++\n",
        "+++\ntier = \"\"\n+++\n",
        "---\ntier: member\n",
        "---\n\ntier: member\n\n",
        "+++\ntier = \"member\"\n",
    ] {
        assert_eq!(is_open(head), None, "{head}");
    }
    // And what is free is free.
    for head in [
        "",
        "---\n---\n",
        "---\ntier: free\n---\n",
        "---\nproduct: []\n---\n",
        "---\ntier: member\npreview: true\n---\n",
        "---\n\n---\n",
    ] {
        assert_eq!(is_open(head), Some(true), "{head}");
    }
}

/// Whether everyone may read this page of a site to its end.
fn page_is_open(files: &[(&str, &str)], page: &str) -> bool {
    let sandbox = Sandbox::new(&[&[("site.yaml", CONFIG), ("content/articles/b.md", "# B\n")], files].concat());
    let tree = sandbox.build("dist", &[]);
    let text = String::from_utf8(tree[page].clone()).unwrap();
    assert!(text.contains("teaser"), "{page} shows its teaser");
    text.contains("vault0001x")
}

const TEXT: &str = "teaser\n\n<!-- paywall -->\n\nvault0001x\n";

#[test]
fn a_translation_is_never_freer_than_it_says_itself() {
    let with = |head: &str| format!("---\n{head}\n---\n{TEXT}");
    let (paid, free, silent) = (with("tier: member"), with("tier: free"), with("title: T"));
    let (zh, en) = ("content/courses/c/01-a.md", "content/courses/c/01-a.en.md");
    let (zh_page, en_page) = ("courses/c/a/index.html", "en/courses/c/a/index.html");
    // Without front matter it is as paid as its original, in either direction, and by product too.
    assert!(!page_is_open(&[(zh, &paid), (en, TEXT)], en_page));
    assert!(!page_is_open(&[(zh, TEXT), (en, &paid)], zh_page));
    assert!(!page_is_open(&[(zh, &with("product: kit")), (en, &silent)], en_page));
    assert!(page_is_open(&[(zh, &silent), (en, TEXT)], en_page));
    // A course in one language closes its lessons in all.
    let course = ("content/courses/c/_index.md", &*paid);
    assert!(!page_is_open(&[course, (zh, TEXT), (en, TEXT)], en_page));
    // To free the English lesson does not free the Chinese one.
    assert!(!page_is_open(&[course, (zh, &silent), (en, &free)], zh_page));
    assert!(page_is_open(&[course, (zh, &silent), (en, &free)], en_page));
}

#[test]
fn a_translation_elsewhere_must_say_who_may_read_it() {
    let original = ("content/articles/a.md", "---\ntitle: 甲\ntier: member\n---\n开头\n\n<!-- paywall -->\n\n暗\n");
    let silent = ("content/articles/c.en.md", "---\ntitle: C\ntranslation_of: articles/a\n---\nteaser\n");
    let run = check_all(&[original, silent]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("error[KM0507]") && run.err.contains("content/articles/c.en.md:3:17"), "{}", run.err);
    assert!(run.err.contains("write `tier: member`, as there, or `tier: free` to give it away"), "{}", run.err);
    let told = ("content/articles/c.en.md", "---\ntitle: C\ntranslation_of: articles/a\ntier: free\n---\nteaser\n");
    assert_eq!(check_all(&[original, told]).code, 0);
}

#[test]
fn a_draft_translation_does_not_hide_the_original() {
    let draft = "---\ndraft: true\n---\ndraft\n";
    let sandbox = Sandbox::new(&[
        ("site.yaml", CONFIG),
        ("content/articles/b.md", "# B\n"),
        ("content/articles/a.md", "# A\n"),
        ("content/articles/a.en.md", draft),
        ("content/articles/c.md", draft),
        ("content/articles/c.en.md", "# C\n"),
    ]);
    let tree = sandbox.build("dist", &[]);
    assert!(tree.contains_key("articles/a/index.html") && !tree.contains_key("en/articles/a/index.html"));
    assert!(!tree.contains_key("articles/c/index.html"));
}

#[test]
fn a_paid_piece_that_is_all_teaser_is_warned_about() {
    let run = check("---\ntitle: A\ntier: member\n---\nAll of it.\n");
    assert_eq!(run.code, 0);
    assert!(run.err.contains("warning[KM0506]") && run.err.contains("content/articles/a.md"), "{}", run.err);
    assert!(!check("---\ntitle: A\ntier: member\nlink: https://example.org/\n---\nAll of it.\n").err.contains("KM0506"));
}

#[test]
fn fragments_of_other_generators_are_put_right_where_that_tells_nothing() {
    let target = "---\ntitle: T\ntier: TIER\n---\n## What's next\n\nteaser\n\n<!-- paywall -->\n\n## Contributors to 1.31.0\n\nx\n\n## 第 1 章：入门\n\n## A b\n\n## A.b\n";
    let from = "[a](t.md#what-s-next) [b](t.md#contributors-to-1-31-0) [c](t.md#第-1-章-入门) [d](t.md#a--b)\n";
    let page = |tier: &str| {
        let target = target.replace("TIER", tier);
        let files = [
            ("site.yaml", CONFIG),
            ("content/articles/b.md", "# B\n"),
            ("content/articles/t.md", &target),
            ("content/articles/a.md", from),
        ];
        let sandbox = Sandbox::new(&files);
        let run = sandbox.run(&["build"]);
        assert_eq!(run.code, 0, "{}", run.err);
        (std::fs::read_to_string(sandbox.root().join("dist/articles/a/index.html")).unwrap(), run.err)
    };
    let encoded = "%E7%AC%AC-1-%E7%AB%A0"; // 第-1-章
    let (free, said) = page("free");
    assert!(free.contains("/articles/t/#whats-next\"") && free.contains("/articles/t/#contributors-to-1310\""), "{free}");
    assert!(free.contains(&format!("/articles/t/#{encoded}%E5%85%A5%E9%97%A8\"")), "{free}");
    // Two headings have the letters `ab`.
    assert!(said.contains("`content/articles/t.md` has no heading `#a--b`") && said.matches("KM0404").count() == 1, "{said}");
    let (paid, said) = page("member");
    assert!(paid.contains("/articles/t/#whats-next\"") && paid.contains("/articles/t/#contributors-to-1-31-0\""), "{paid}");
    assert!(paid.contains(&format!("/articles/t/#{encoded}-%E5%85%A5%E9%97%A8\"")), "{paid}");
    assert_eq!(said.matches("KM0404").count(), 1, "{said}");
}
