//! What the creator asks for on the command line and in variables: drafts, dates, strictness, settings, JSON; and where values come from.

use std::path::Path;

use serde_json::Value;

use crate::program::Folder;

#[test]
fn drafts_and_future_pieces_come_when_asked_for_and_expired_ones_never() {
    let piece = |key: &str| format!("---\n{key}\n---\nx\n");
    let site = Folder::site(&[
        ("content/plain.md", "x\n"),
        ("content/draft.md", &piece("draft: true")),
        ("content/future.md", &piece("date: 2999-01-01")),
        ("content/expired.md", &piece("expires: 2001-01-01")),
    ]);
    let published = |args: &[&str]| {
        assert_eq!(site.build(args), "exit 0");
        ["plain", "draft", "future", "expired"].map(|name| site.dist().join(name).join("index.html").exists())
    };
    assert_eq!(published(&[]), [true, false, false, false]);
    assert_eq!(published(&["--drafts"]), [true, true, false, false]);
    assert_eq!(published(&["--future"]), [true, false, true, false]);
    assert_eq!(published(&["--drafts", "--future"]), [true, true, true, false]);
    // What is no longer published is removed.
    assert_eq!(published(&[]), [true, false, false, false]);
}

#[test]
fn strictness_makes_errors_of_warnings() {
    let site = Folder::site(&[("content/a.md", "[x](no.md)\n")]);
    assert!(site.build(&["--strict"]).ends_with("exit 1"));
    assert!(!site.dist().exists());
    assert_eq!(site.run(&["check", "--strict"]).code, 1);
    assert_eq!(site.run(&["check"]).code, 0);
    assert!(site.build(&[]).ends_with("exit 0"));
}

#[test]
fn variables_and_flags_outdo_the_site_file() {
    let site = Folder::site(&[("content/a.md", "---\ntitle: A\n---\nx\n")]);
    let variables = [("KMSITE__TITLE", "另一个名字"), ("KMSITE__BASE_URL", "https://variable.example/")];
    assert_eq!(site.build_with(&[], &variables), "exit 0");
    let page = site.page("a/index.html");
    assert!(page.contains("<title>A · 另一个名字</title>") && page.contains("https://variable.example/a/"), "{page}");
    assert_eq!(site.build_with(&["--base-url", "https://flag.example/"], &variables), "exit 0");
    let page = site.page("a/index.html");
    assert!(page.contains("https://flag.example/a/") && !page.contains("variable.example"), "{page}");
}

#[test]
fn a_build_answers_programs_in_numbers() {
    let site = Folder::site(&[
        ("content/a.md", "one two 三四五\n"),
        ("content/b.md", "---\ntier: member\n---\nSEEN\n\n<!-- paywall -->\n\nPAID text\n"),
    ]);
    let first = site.run(&["build", "--json"]).json();
    let number = |answer: &Value, key: &str| answer[key].as_u64().unwrap_or_else(|| panic!("{key}: {answer}"));
    let files = files_below(&site.dist());
    assert_eq!(number(&first, "files"), files);
    assert_eq!((number(&first, "written"), number(&first, "unchanged"), number(&first, "removed")), (files, 0, 0));
    assert_eq!((number(&first, "gated"), number(&first, "warnings")), (1, 0));
    // What is behind the paywall is not to be read.
    assert_eq!((number(&first, "words"), number(&first, "han")), (3, 3));
    assert!(first["seconds"]["whole"].as_f64().is_some_and(|seconds| seconds > 0.0));
    let second = site.run(&["build", "--json"]).json();
    assert_eq!((number(&second, "written"), number(&second, "unchanged")), (0, files));
}

/// The files of a built site, without those of the program's own.
fn files_below(dist: &Path) -> u64 {
    let files = walkdir::WalkDir::new(dist).into_iter().map(|entry| entry.expect("a file of the site"));
    let own = [".kmsite-lock", ".kmsite-manifest"];
    files.filter(|entry| entry.file_type().is_file() && !own.iter().any(|name| entry.file_name() == *name)).count() as u64
}

#[test]
fn each_value_is_shown_with_the_file_it_comes_from() {
    let site = Folder::site(&[
        ("content/courses/x/_index.md", "---\ntitle: 课\ntier: member\n---\n"),
        ("content/courses/x/01-one/_index.md", "---\ntitle: One\nlevel: beginner\ndescription: own\n---\n"),
        ("content/courses/x/01-one/01-first.md", "---\ntitle: First\ntags: [a]\n---\nx\n"),
    ])
    .with("site.yaml", "title: T\nbase_url: https://example.org/\nlanguages: { default: zh }\n");
    let ran = site.run(&["check", "--show", "content/courses/x/01-one/01-first.md"]);
    insta::assert_snapshot!(ran.out, @r#"
    content/courses/x/01-one/01-first.md
      lang: zh  (default)
      level: beginner  (content/courses/x/01-one/_index.md)
      tags: ["a"]  (content/courses/x/01-one/01-first.md)
      tier: member  (content/courses/x/_index.md)
      title: First  (content/courses/x/01-one/01-first.md)
    "#);
    let answer = site.run(&["check", "--json", "--show", "courses/x/01-one/01-first.md"]).json();
    assert_eq!(
        answer["values"][3],
        serde_json::json!({ "key": "tier", "value": "member", "from": "content/courses/x/_index.md" })
    );
}

#[test]
fn a_product_that_includes_a_course_is_shown_for_its_free_lessons_too() {
    let site = Folder::site(&[
        ("content/courses/x/_index.md", "---\ntitle: 课\n---\n"),
        ("content/courses/x/01-first.md", "---\ntitle: First\n---\nx\n"),
        ("content/articles/a.md", "---\ntitle: A\n---\nx\n"),
    ])
    .with(
        "site.yaml",
        "title: T\nbase_url: https://example.org/\nlanguages: { default: zh }\nproducts: [{ id: kit, includes: [content/courses/x/] }]\n",
    );
    let of = |file: &str| site.run(&["check", "--show", file]).out;
    assert!(of("content/courses/x/01-first.md").contains("\n  product: kit  (site.yaml)\n"));
    assert!(of("content/courses/x/_index.md").contains("\n  product: kit  (site.yaml)\n"));
    assert!(!of("content/articles/a.md").contains("product"));
}

#[test]
fn without_the_cache_nothing_is_written_beside_the_output() {
    let site = Folder::site(&[("content/a.md", "![x](x.png)\n\n```rust\nfn f() {}\n```\n"), ("content/x.png", "")]);
    for command in [&["build", "--no-cache"][..], &["check", "--no-cache"]] {
        assert_eq!(site.run(command).code, 0);
        assert!(!site.path().join(".kmsite").exists(), "{command:?}");
    }
    assert_eq!(site.run(&["build"]).code, 0);
    assert!(site.path().join(".kmsite/cache/facts").exists());
}

#[test]
fn reasons_are_part_of_the_answer_to_programs() {
    let site = Folder::site(&[("content/a.md", "x\n"), ("static/b.txt", "x")]);
    let reasons = |args: &[&str]| {
        let ran = site.run(&[&["build", "--json"], args].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "findings alone stand there");
        let answer = ran.json();
        let reasons = answer.get("reasons").and_then(Value::as_array).cloned();
        reasons.map(|reasons| reasons.iter().map(|one| format!("{} {}", one["address"], one["reason"])).collect::<Vec<_>>())
    };
    assert!(reasons(&["--explain"]).is_some_and(|told| told.contains(&"\"/b.txt\" \"new\"".to_owned())));
    std::fs::remove_file(site.dist().join("b.txt")).unwrap();
    assert_eq!(reasons(&["--explain"]), Some(vec!["\"/b.txt\" \"lost\"".to_owned()]));
    assert_eq!(reasons(&["--explain"]), Some(vec![]));
    assert_eq!(reasons(&[]), None);
}
