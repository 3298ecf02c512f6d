//! Keys become spans, and diagnostics become text and JSON.

use insta::assert_snapshot;
use kmsite::diag::render::{self, Colour};
use kmsite::diag::{At, Diag, Place, Severity, code, duplicate_keys, settle};
use kmsite::id::SourcePath;
use proptest::prelude::*;

const FRONT: &str = "---\r\ntitle: 所有权\r\ntier: mmber\r\ntags: [内存, 借用]\r\n---\r\n\r\n正文\r\n";

fn a_md() -> SourcePath {
    SourcePath::new("content/a.md")
}

/// Settles one finding in `text` and gives the text it is at; `None` for the whole file.
fn found(file: &str, text: &str, at: fn(&SourcePath, &[&str]) -> At, path: &[&str]) -> Option<String> {
    let file = SourcePath::new(file);
    let mut diags = vec![Diag::error(&code::BAD_VALUE, "x").at(at(&file, path))];
    settle(&mut diags, &|_| Some(text.as_bytes().to_vec()));
    match &diags[0].at {
        Some(At { place: Place::Span(span), .. }) => Some(text[span.clone()].to_owned()),
        Some(At { place: Place::File, .. }) => None,
        other => panic!("not settled: {other:?}"),
    }
}

fn value(file: &str, text: &str, path: &[&str]) -> Option<String> {
    found(file, text, At::key, path)
}

fn drawn(mut diags: Vec<Diag>, text: &str) -> String {
    let source = |_: &SourcePath| Some(text.as_bytes().to_vec());
    settle(&mut diags, &source);
    render::text(&diags, &source, Colour::Never)
}

#[test]
fn keys_of_yaml_front_matter_are_found() {
    assert_eq!(value("a.md", FRONT, &["title"]).as_deref(), Some("所有权"));
    assert_eq!(value("a.md", FRONT, &["tier"]).as_deref(), Some("mmber"));
    assert_eq!(value("a.md", FRONT, &["tags", "1"]).as_deref(), Some("借用"));
    assert_eq!(value("a.md", FRONT, &["tags"]).as_deref(), Some("[内存, 借用]"));
    assert_eq!(found("a.md", FRONT, At::key_name, &["tier"]).as_deref(), Some("tier"));
    assert_eq!(value("a.md", &format!("\u{feff}{FRONT}"), &["tags", "0"]).as_deref(), Some("内存"));
}

#[test]
fn a_key_that_is_not_there_is_put_at_the_nearest_above_it() {
    let text = "tiers:\n  - id: free\n  - id: member\n    price: {amount: 39}\nempty:\n";
    assert_eq!(value("site.yaml", text, &["tiers", "1", "price", "currency"]).as_deref(), Some("{amount: 39}"));
    assert_eq!(value("site.yaml", text, &["tiers", "7", "id"]).as_deref(), Some("tiers"));
    assert_eq!(value("site.yaml", text, &["tiers", "1"]).as_deref(), Some("id: member\n    price: {amount: 39}"));
    assert_eq!(value("site.yaml", text, &["empty"]).as_deref(), Some("empty"));
    assert_eq!(value("site.yaml", text, &["nowhere", "x"]), None);
    assert_eq!(value("a.md", "no front matter", &["title"]), None);
    assert_eq!(value("a.md", "", &["title"]), None);
}

#[test]
fn keys_before_a_syntax_error_are_found() {
    let text = "title: 题\ntags: [a, b\n";
    assert_eq!(value("site.yaml", text, &["title"]).as_deref(), Some("题"));
    assert_eq!(value("site.yaml", text, &["tags", "1"]).as_deref(), Some("b"));
}

#[test]
fn keys_of_toml_are_found() {
    let text = "+++\ntitle = \"所有权\"\n[extra]\n书 = { 页 = 3 }\n[[quiz]]\nanswer = 1\n[[quiz]]\nanswer = 22\n+++\n";
    assert_eq!(value("a.md", text, &["title"]).as_deref(), Some("\"所有权\""));
    assert_eq!(value("a.md", text, &["extra", "书", "页"]).as_deref(), Some("3"));
    assert_eq!(found("a.md", text, At::key_name, &["extra", "书"]).as_deref(), Some("书"));
    assert_eq!(value("a.md", text, &["quiz", "1", "answer"]).as_deref(), Some("22"));
    assert_eq!(value("book.toml", "[book]\ntitle = 'x'\n", &["book", "title"]).as_deref(), Some("'x'"));
    assert_eq!(value("book.toml", "[book]\ntitle = 'x'\n", &["book"]).as_deref(), Some("book"));
}

#[test]
fn aliases_and_keys_that_are_collections_lead_nobody_astray() {
    let text = "base: &b {x: 1}\nother: *b\n? [a, b]\n: y\n? [a, c]\n: z\nlast: 末\n";
    assert_eq!(value("site.yaml", text, &["other", "x"]).as_deref(), Some("*b"));
    assert_eq!(value("site.yaml", text, &["last"]).as_deref(), Some("末"));
    assert_eq!(duplicate_keys(text), []);
}

#[test]
fn duplicates_are_found_at_every_depth() {
    let text = "题: 一\na:\n  - {b: 1, b: 2}\n题: 二\n";
    let found: Vec<_> = duplicate_keys(text).into_iter().map(|twice| (twice.key, twice.first.start, twice.again.start)).collect();
    // `题: 一\n` has 9 bytes, `a:\n` 3, and the first `b` stands after `  - {`; the second one 6 bytes on.
    assert_eq!(found, [("b".to_owned(), 17, 23), ("题".to_owned(), 0, 29)]);
}

#[test]
fn deep_nesting_is_no_danger() {
    let deep: String = (0..20_000).map(|level| format!("{}a:\n", " ".repeat(level % 50))).collect();
    assert_eq!(value("site.yaml", &deep, &["a", "a"]).as_deref(), Some("a"));
    value("site.yaml", &"- ".repeat(10_000), &["0", "0"]);
    value("site.yaml", &"[".repeat(10_000), &["0", "0"]);
    value("book.toml", &format!("a = {}", "[".repeat(10_000)), &["a", "0"]);
}

#[test]
fn findings_come_in_the_order_of_their_places() {
    let file = a_md();
    let finding = |path: &[&str], message: &str| Diag::error(&code::BAD_VALUE, message).at(At::key(&file, path));
    let mut diags = vec![finding(&["tags", "1"], "third"), finding(&["tier"], "second"), finding(&["title"], "first")];
    diags.push(finding(&["title"], "first"));
    settle(&mut diags, &|_| Some(FRONT.as_bytes().to_vec()));
    assert_eq!(diags.iter().map(|diag| diag.message.as_str()).collect::<Vec<_>>(), ["first", "second", "third"]);
}

#[test]
fn an_unknown_tier_is_drawn_with_its_line() {
    let diag = Diag::error(&code::UNKNOWN_TIER, "unknown tier `mmber`")
        .at(At::key(&a_md(), &["tier"]))
        .label("not in `site.yaml`")
        .did_you_mean("mmber", ["free", "member", "pro"]);
    assert_snapshot!(drawn(vec![diag], FRONT), @r"
    error[KM0501]: unknown tier `mmber`
     --> content/a.md:3:7
      |
    3 | tier: mmber
      |       ^^^^^ not in `site.yaml`
      |
      = help: did you mean `member`?
    ");
}

#[test]
fn columns_and_underlines_are_right_after_chinese() {
    let text = "先说所有权，再说 [借用](borrow.md) 和生命周期。\n";
    let start = text.find('[').unwrap();
    let end = text.find(')').unwrap() + 1;
    let first = text.find("所有权").unwrap();
    let diag = Diag::warning(&code::ROUTE_TAKEN, "the link leads nowhere")
        .at(At::span(&a_md(), start..end))
        .label("没有这个文件")
        .related(At::span(&a_md(), first..first + 9), "first said here");
    assert_snapshot!(drawn(vec![diag], text), @r"
    warning[KM0401]: the link leads nowhere
     --> content/a.md:1:10
      |
    1 | 先说所有权，再说 [借用](borrow.md) 和生命周期。
      |                  ^^^^^^^^^^^^^^^^^ 没有这个文件
      |
     ::: content/a.md:1:3
      |
    1 | 先说所有权，再说 [借用](borrow.md) 和生命周期。
      |     ------ first said here
    ");
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let text = format!("{}<<here>>{}\n", "很长的一行".repeat(200), " and on it goes".repeat(200));
    let start = text.find("<<").unwrap();
    let diag = Diag::warning(&code::ROUTE_TAKEN, "look").at(At::span(&a_md(), start..start + 8));
    assert_snapshot!(drawn(vec![diag], &text), @r"
    warning[KM0401]: look
     --> content/a.md:1:1001
      |
    1 | ... 很长的一行很长的一行很长的一行很长的一行<<here>> and on it goes and on it goes and on it ...
      |                                             ^^^^^^^^
    ");
}

#[test]
fn a_long_place_is_cut_at_its_end() {
    let text = format!("a {}\nsecond line\n", "b".repeat(300));
    let diag = Diag::warning(&code::ROUTE_TAKEN, "look").at(At::span(&a_md(), 2..text.len()));
    assert_snapshot!(drawn(vec![diag], &text), @r"
    warning[KM0401]: look
     --> content/a.md:1:3
      |
    1 | a bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…
      |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ");
}

#[test]
fn far_along_a_line_only_the_place_is_quoted() {
    let text = format!("{}<here>\n", "字".repeat(2_000));
    let start = text.find('<').unwrap();
    let diag = Diag::warning(&code::ROUTE_TAKEN, "look").at(At::span(&a_md(), start..start + 6)).label("it is this");
    assert_snapshot!(drawn(vec![diag], &text), @r"
    warning[KM0401]: look
    --> content/a.md:1:2001
     = note: `<here>` it is this
    ");
}

#[test]
fn without_a_source_the_file_is_named() {
    let at = At::span(&a_md(), 3..9);
    let diag = Diag::error(&code::UNKNOWN_TIER, "unknown tier `x`").at(at).hint("see `site.yaml`");
    assert_snapshot!(render::text(&[diag], &|_| None, Colour::Never), @r"
    error[KM0501]: unknown tier `x`
    --> content/a.md
     = help: see `site.yaml`
    ");
}

#[test]
fn colours_are_written_only_where_asked_for() {
    let diag = Diag::error(&code::UNKNOWN_TIER, "unknown tier `x`");
    let source = |_: &SourcePath| None;
    assert!(!render::text(std::slice::from_ref(&diag), &source, Colour::Never).contains('\u{1b}'));
    assert!(render::text(&[diag], &source, Colour::Always).contains('\u{1b}'));
}

#[test]
fn content_cannot_steer_the_terminal() {
    let file = SourcePath::new("a\u{1b}[2J.md");
    let text = "x \u{1b}[31m\u{9b}2J y\n";
    let diag = Diag::error(&code::BAD_VALUE, "bad `\u{1b}]0;t\u{7}\u{202e}`").at(At::span(&file, 0..text.len())).label("\u{9b}x");
    let drawn = render::text(&[diag], &|_| Some(text.as_bytes().to_vec()), Colour::Never);
    assert!(!drawn.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'), "{drawn:?}");
}

#[test]
fn json_has_line_column_and_span() {
    let diag = Diag::error(&code::UNKNOWN_TIER, "unknown tier `mmber`")
        .at(At::key(&a_md(), &["tier"]))
        .related(At::key(&a_md(), &["tags", "1"]), "借")
        .hint("did you mean `member`?");
    let mut diags = vec![diag, Diag::warning(&code::NO_BASE_URL, "no `base_url`")];
    let source = |_: &SourcePath| Some(FRONT.as_bytes().to_vec());
    settle(&mut diags, &source);
    // Before `mmber`: `---\r\n` 5, `title: 所有权\r\n` 18, `tier: ` 6 bytes. Before `借用`: 7 more and 1 of `\r\n`'s …
    let tag = FRONT.find("借用").unwrap();
    assert_eq!(
        render::json(&diags, &source),
        serde_json::json!([
            {
                "code": "KM0207", "severity": "warning", "file": null, "line": null, "column": null, "span": null,
                "message": "no `base_url`", "label": "", "hints": [], "related": [],
            },
            {
                "code": "KM0501", "severity": "error", "file": "content/a.md", "line": 3, "column": 7,
                "span": { "start": 29, "end": 34 },
                "message": "unknown tier `mmber`", "label": "", "hints": ["did you mean `member`?"],
                "related": [{
                    "file": "content/a.md", "line": 4, "column": 12, "span": { "start": tag, "end": tag + 6 }, "label": "借",
                }],
            },
        ])
    );
    let lines = render::json_lines(&diags, &source);
    assert_eq!(lines.lines().count(), 2);
    assert!(lines.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}

/// A YAML mapping or list of scalars, with each scalar's path and its bytes in the text.
type Yaml = (String, Vec<(Vec<String>, std::ops::Range<usize>)>);

fn write_yaml(tree: &Tree, indent: usize, path: &mut Vec<String>, out: &mut Yaml) {
    match tree {
        Tree::Text(text) => {
            out.0.push(' ');
            let start = out.0.len();
            out.0.push_str(text);
            out.1.push((path.clone(), start..out.0.len()));
            out.0.push('\n');
        }
        Tree::Map(entries) => {
            out.0.push('\n');
            for (number, (key, value)) in entries.iter().enumerate() {
                out.0.push_str(&format!("{}{key}{number}:", " ".repeat(indent)));
                path.push(format!("{key}{number}"));
                write_yaml(value, indent + 2, path, out);
                path.pop();
            }
        }
        Tree::List(items) => {
            out.0.push('\n');
            for (number, value) in items.iter().enumerate() {
                out.0.push_str(&format!("{}-", " ".repeat(indent)));
                path.push(number.to_string());
                write_yaml(value, indent + 2, path, out);
                path.pop();
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Tree {
    Text(String),
    Map(Vec<(String, Tree)>),
    List(Vec<Tree>),
}

fn tree() -> impl Strategy<Value = Tree> {
    let text = prop_oneof!["[a-zé书课]{1,8}", "\"[a-z 书:#]{0,8}\"", "'[a-z 书{}]{0,8}'"].prop_map(Tree::Text);
    text.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(("[a-z书]{1,5}", inner.clone()), 1..4).prop_map(Tree::Map),
            prop::collection::vec(inner, 1..4).prop_map(Tree::List),
        ]
    })
}

proptest! {
    #[test]
    fn every_scalar_is_found_where_it_was_written(entries in prop::collection::vec(("[a-z书]{1,5}", tree()), 1..4)) {
        let mut yaml = Yaml::default();
        write_yaml(&Tree::Map(entries), 0, &mut Vec::new(), &mut yaml);
        let text = format!("---\n# 注释{}---\n正文", yaml.0);
        let shift = "---\n# 注释".len();
        for (path, span) in &yaml.1 {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let mut diags = vec![Diag::error(&code::BAD_VALUE, "x").at(At::key(&a_md(), &path))];
            settle(&mut diags, &|_| Some(text.as_bytes().to_vec()));
            prop_assert_eq!(&diags[0].at, &Some(At::span(&a_md(), shift + span.start..shift + span.end)), "{}", text);
        }
    }

    #[test]
    fn no_text_makes_locating_panic(text in "(---|\\+\\+\\+)?\r?\n?[-\\[\\]{}:,&*!|>'\"#%@` a书\n\t=\\.0]{0,80}", yaml: bool) {
        let file = if yaml { "site.yaml" } else { "book.toml" };
        for file in [file, "a.md"] {
            for path in [&["a"][..], &["a", "0"], &["0", "a"], &["书", "a"], &[""]] {
                found(file, &text, At::key, path);
                found(file, &text, At::key_name, path);
            }
            let _ = duplicate_keys(&text);
        }
    }

    #[test]
    fn no_span_makes_drawing_panic(bytes: Vec<u8>, text in "[ -~\n\r\t书é🎉\u{feff}]{0,40}", start in 0usize..60, len in 0usize..60, huge: bool) {
        let end = if huge { usize::MAX } else { start + len };
        for bytes in [bytes.clone(), text.clone().into_bytes()] {
            let at = At { file: a_md(), place: Place::Span(start..end) };
            let backwards = At { file: a_md(), place: Place::Span(end..start) };
            let diag = Diag::error(&code::BAD_VALUE, &text).at(at.clone()).label(&text).related(backwards.clone(), "").hint(&text);
            let source = |_: &SourcePath| Some(bytes.clone());
            let diags = [diag.clone(), Diag { at: Some(backwards), severity: Severity::Warning, ..diag }];
            prop_assert!(render::text(&diags, &source, Colour::Never).contains("KM0204"));
            let json = render::json(&diags, &source);
            let span = &json[0]["span"];
            prop_assert!(span["start"].as_u64() <= span["end"].as_u64() && span["end"].as_u64() <= Some(bytes.len() as u64));
        }
    }
}
