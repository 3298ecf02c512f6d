//! `site.yaml`, variables and flags become a `Config`, and whatever is wrong is reported at once.

mod pages;
mod rules;
mod schema;

use insta::assert_snapshot;
use kmsite::config::{self, Config, Overrides};
use kmsite::diag::render::{self, Colour};
use kmsite::diag::{Diag, Noted, settle};
use kmsite::id::{Lang, SourcePath, TierId};
use serde_json::Value;

const BASE: &str = "base_url: https://example.org/\n";

fn load(text: &str, variables: &[(&str, &str)]) -> Noted<Config> {
    let variables = variables.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
    config::load(Some((&SourcePath::new("site.yaml"), text.as_bytes())), &Overrides { variables, base_url: None })
}

/// The findings, drawn.
fn drawn(text: &str, variables: &[(&str, &str)]) -> String {
    let source = |_: &SourcePath| Some(text.as_bytes().to_vec());
    let mut diags = load(text, variables).diags;
    settle(&mut diags, &source);
    render::text(&diags, &source, Colour::Never)
}

/// `line:column code message (hint)` of each finding below a right `base_url`.
fn told(text: &str) -> Vec<String> {
    told_with(&format!("{BASE}{text}"), &[])
}

fn told_with(text: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let source = |_: &SourcePath| Some(text.as_bytes().to_vec());
    let mut diags: Vec<Diag> = load(text, variables).diags;
    settle(&mut diags, &source);
    let json = render::json(&diags, &source);
    let tell = |diag: &Value| {
        let place = diag["line"].as_u64().map(|line| format!("{line}:{} ", diag["column"])).unwrap_or_default();
        let hints: Vec<_> =
            diag["hints"].as_array().unwrap().iter().map(|hint| format!(" ({})", hint.as_str().unwrap())).collect();
        format!("{place}{} {}{}", diag["code"].as_str().unwrap(), diag["message"].as_str().unwrap(), hints.concat())
    };
    json.as_array().unwrap().iter().map(tell).collect()
}

#[test]
fn a_whole_configuration_is_read() {
    let text = "
title: { zh: 我的专栏, en: My column }
base_url: HTTPS://Example.org/博客
languages: { default: zh, others: [en] }
tiers:
  - { id: free }
  - { id: member, price: { amount: 39, currency: CNY, per: month }, checkout: https://pay.example.org/m }
access: { teaser: { han: 300 } }
extra: { 页脚: [1, 2] }
"
    .replace("博客", "blog");
    let Noted { value, diags } = load(&text, &[]);
    assert_eq!(diags, []);
    assert_eq!(value.title.get(&Lang::new("zh-Hans")), "我的专栏");
    assert_eq!(value.base_url, "https://example.org/blog/");
    assert_eq!(value.base_path(), "/blog/");
    assert_eq!(value.tier_rank(&TierId::new("member")), Some(1));
    assert_eq!((value.access.teaser.words, value.access.teaser.han), (120, 300));
    assert_eq!(value.extra["页脚"], serde_json::json!([1, 2]));
}

#[test]
fn an_empty_file_is_the_default_and_lacks_only_a_base_url() {
    for text in ["", "# 只有注释\n", "\u{feff}", "---\n", "{}"] {
        let Noted { value, diags } = load(text, &[]);
        assert_eq!(value, Config::default());
        assert_eq!(diags.iter().map(|diag| diag.code.id).collect::<Vec<_>>(), ["KM0207"], "{text:?}");
    }
    let nothing = config::load(None, &Overrides::default());
    assert_eq!((nothing.value, nothing.diags.len()), (Config::default(), 1));
}

#[test]
fn an_unknown_nested_key_is_answered_by_the_nearest() {
    assert_snapshot!(drawn("base_url: https://a.org\naccess:\n  teaser: {words: 100, hann: 240}\n", &[]), @r"
    error[KM0203]: unknown key `hann` in `access.teaser`
     --> site.yaml:3:24
      |
    3 |   teaser: {words: 100, hann: 240}
      |                        ^^^^
      |
      = help: did you mean `han`?
    ");
}

#[test]
fn all_faults_are_found_at_once() {
    assert_eq!(
        told(
            "titel: x\npage_size: many\nimages: {quality: 300, widths: [480, wide]}\ntiers:\n- {id: a, price: {amount: 1}}\n- {nmae: b}\n- 3\nzzz: 1\n"
        ),
        [
            "2:1 KM0203 unknown key `titel` (did you mean `title`?)",
            "3:12 KM0204 `page_size` takes a whole number from 1 on, not the text `many`",
            "4:19 KM0204 `images.quality` takes a whole number from 1 to 100, not the number `300`",
            "4:38 KM0204 `images.widths.1` takes a whole number from 0 on, not the text `wide`",
            "6:18 KM0204 `tiers.0.price` lacks `currency` (add `currency:` to it)",
            "7:3 KM0204 `tiers.1` lacks `id` (add `id:` to it)",
            "7:4 KM0203 unknown key `nmae` in `tiers.1` (did you mean `name`?)",
            "8:3 KM0204 `tiers.2` takes the keys `checkout`, `description`, `id`, `name`, `price`, not the number `3`",
            "9:1 KM0203 unknown key `zzz` (put what only your own templates know below `extra:`)"
        ]
    );
}

#[test]
fn values_of_a_wrong_type_are_told_what_is_taken() {
    assert_eq!(told("theme: 3"), [r#"2:8 KM0204 `theme` takes a text, not the number `3` (put it in quotes: `"3"`)"#]);
    assert_eq!(
        told("markdown: { raw_html: maybe }"),
        ["2:23 KM0204 `markdown.raw_html` takes `true` or `false`, not the text `maybe`"]
    );
    assert_eq!(
        told("title: 2024"),
        [
            r#"2:8 KM0204 `title` takes a text, or a text for each language as `{zh: …, en: …}`, not the number `2024` (put it in quotes: `"2024"`)"#
        ]
    );
    assert_eq!(told("tiers: free"), ["2:8 KM0204 `tiers` takes a list, not the text `free`"]);
    assert_eq!(told("page_size: 0"), ["2:12 KM0204 `page_size`: a page of a list needs room for one piece at least"]);
    assert_eq!(told("page_size: -1"), ["2:12 KM0204 `page_size` takes a whole number from 1 on, not the number `-1`"]);
    assert_eq!(
        told("tiers: [{id: free}, {id: m, price: {amount: 1, currency: CNY, per: yaer}}]"),
        ["2:68 KM0204 `tiers.1.price.per` takes one of `month`, `quarter`, `year`, not the text `yaer` (did you mean `year`?)"]
    );
    assert_eq!(
        told("access: 120"),
        ["2:9 KM0204 `access` takes the keys `demo_key`, `large_files`, `mode`, `teaser`, not the number `120`"]
    );
}

#[test]
fn positions_hold_after_wrong_items_are_taken_out() {
    assert_eq!(
        told("products:\n- 1\n- 2\n- {id: c, includes: [x, {}, y, {}]}\n- {id: d, colour: red}\n"),
        [
            "3:3 KM0204 `products.0` takes the keys `checkout`, `description`, `id`, `includes`, `name`, `price`, not the number `1`",
            "4:3 KM0204 `products.1` takes the keys `checkout`, `description`, `id`, `includes`, `name`, `price`, not the number `2`",
            "5:25 KM0204 `products.2.includes.1` takes a text, not keys with values",
            "5:32 KM0204 `products.2.includes.3` takes a text, not keys with values",
            "6:11 KM0203 unknown key `colour` in `products.3` (it takes `checkout`, `description`, `id`, `includes`, `name`, `price`)"
        ]
    );
}

#[test]
fn a_wrong_part_is_not_told_twice() {
    assert_eq!(
        told("tiers: [{id: free}, {id: m, price: {amount: cheap, currency: CNY}}]"),
        ["2:45 KM0204 `tiers.1.price.amount` takes a number, not the text `cheap`"]
    );
}

#[test]
fn keys_that_stand_twice_are_all_found() {
    assert_snapshot!(drawn("base_url: https://a.org\n标题: 一\ntitle: 一\nimages: {quality: 80, quality: 90}\ntitle: 二\n", &[]), @r"
    error[KM0203]: unknown key `标题`
     --> site.yaml:2:1
      |
    2 | 标题: 一
      | ^^^^
      |
      = help: put what only your own templates know below `extra:`

    error[KM0205]: the key `quality` is given twice
     --> site.yaml:4:23
      |
    4 | images: {quality: 80, quality: 90}
      |                       ^^^^^^^ again here
      |
     ::: site.yaml:4:10
      |
    4 | images: {quality: 80, quality: 90}
      |          ------- first here
      |
      = help: remove one of the two

    error[KM0205]: the key `title` is given twice
     --> site.yaml:5:1
      |
    5 | title: 二
      | ^^^^^ again here
      |
     ::: site.yaml:3:1
      |
    3 | title: 一
      | ----- first here
      |
      = help: remove one of the two
    ");
    // What is wrong with a value is told where that value stands.
    assert_snapshot!(drawn("base_url: a.org\nbase_url: b.org\n", &[]), @r"
    error[KM0211]: `a.org` cannot be the `base_url`: it has no `https://`
     --> site.yaml:1:11
      |
    1 | base_url: a.org
      |           ^^^^^
      |
      = help: did you mean `https://a.org`?

    error[KM0205]: the key `base_url` is given twice
     --> site.yaml:2:1
      |
    2 | base_url: b.org
      | ^^^^^^^^ again here
      |
     ::: site.yaml:1:1
      |
    1 | base_url: a.org
      | -------- first here
      |
      = help: remove one of the two
    ");
}

#[test]
fn syntax_errors_have_a_place_and_a_hint() {
    assert_snapshot!(drawn("title: 题目: 副题\n", &[]), @r"
    error[KM0201]: `site.yaml` is not valid YAML: mapping values are not allowed in this context
     --> site.yaml:1:14
      |
    1 | title: 题目: 副题
      |                  ^
      |
      = help: put a text that holds `: ` in quotes
    ");
    assert_snapshot!(drawn("标题: [一, 二\ntitle: x\n", &[]), @r"
    error[KM0201]: `site.yaml` is not valid YAML: did not find expected ',' or ']'
     --> site.yaml:3:1
      |
    3 |
      | ^
      |
     ::: site.yaml:1:5
      |
    1 | 标题: [一, 二
      |       - while parsing a flow sequence
      |
      = help: look for a bracket, brace or quotation mark that is not closed
    ");
    assert_snapshot!(drawn("title:\n\t- x\n", &[]), @r"
    error[KM0201]: `site.yaml` is not valid YAML: found character that cannot start any token
     --> site.yaml:2:1
      |
    2 |     - x
      | ^^^^
      |
      = help: indent with spaces, not tabs, and put a text that begins with a special character in quotes
    ");
    assert_snapshot!(drawn("- a\n- b\n", &[]), @r"
    error[KM0201]: `site.yaml` holds a list, not keys with values
    --> site.yaml
     = help: write `key: value` lines, as `title: My site`
    ");
}

#[test]
fn other_encodings_are_named() {
    let file = SourcePath::new("site.yaml");
    // 标题 in GBK.
    let noted = config::load(Some((&file, b"title: \xb1\xea\xcc\xe2\n")), &Overrides::default());
    assert_eq!(noted.diags.iter().map(|diag| diag.code.id).collect::<Vec<_>>(), ["KM0102"]);
}

#[test]
fn variables_outdo_the_file_and_flags_the_variables() {
    let text = "base_url: https://file.org/\ntiers: [{id: free}, {id: member}]\nextra: {Camel: 1}\n";
    let variables = [
        ("KMSITE__ACCESS__TEASER__WORDS", "80"),
        ("KMSITE__BASE_URL", "https://variable.org"),
        ("KMSITE__TIERS__1__NAME", "{zh: 会员}"),
        ("KMSITE__TIERS__2__ID", "pro"),
        ("KMSITE__EXTRA__CAMEL", "[1, 2]"),
        ("KMSITE__AUTHOR", "\"2\""),
        ("KMSITE_MASTER_KEY", "{{{"),
        ("PATH", "/bin"),
    ];
    let Noted { value, diags } = load(text, &variables);
    assert_eq!(diags, []);
    assert_eq!(value.access.teaser.words, 80);
    assert_eq!(value.base_url, "https://variable.org/");
    assert_eq!(value.tiers[1].name.get(&Lang::new("zh")), "会员");
    assert_eq!(value.tiers[2].id.as_str(), "pro");
    assert_eq!(value.extra["Camel"], serde_json::json!([1, 2]));
    assert_eq!(value.author_in(&Lang::new("zh")), Some("2"));
    let overrides = Overrides {
        variables: vec![("KMSITE__BASE_URL".to_owned(), "https://variable.org".to_owned())],
        base_url: Some("https://flag.org".to_owned()),
    };
    let noted = config::load(None, &overrides);
    assert_eq!((noted.value.base_url.as_str(), noted.diags.len()), ("https://flag.org/", 0));
}

#[test]
fn variables_that_set_nothing_are_named() {
    let told = |name: &str, value: &str| told_with("base_url: https://a.org/\ntitle: x\ntiers: [{id: free}]\n", &[(name, value)]);
    assert_eq!(
        told("KMSITE__ACESS__TEASER__WORDS", "1"),
        ["KM0203 unknown key `acess` (set by `KMSITE__ACESS__TEASER__WORDS`) (did you mean `access`?)"]
    );
    assert_eq!(
        told("KMSITE__ACCESS__TEASER__WORDS", "many"),
        [
            "KM0204 `access.teaser.words` takes a whole number from 0 on, not the text `many` (set by `KMSITE__ACCESS__TEASER__WORDS`)"
        ]
    );
    assert_eq!(
        told("KMSITE__TITLE__ZH", "题"),
        [
            "KM0208 `KMSITE__TITLE__ZH` cannot be used: `title` holds a single value, without keys (write it as `KMSITE__ACCESS__TEASER__WORDS=80`, a double underscore for each level)"
        ]
    );
    assert_eq!(
        told("KMSITE__TIERS__5__ID", "x"),
        [
            "KM0208 `KMSITE__TIERS__5__ID` cannot be used: `tiers` is a list of 1, without a place `5` (write it as `KMSITE__ACCESS__TEASER__WORDS=80`, a double underscore for each level)"
        ]
    );
    assert_eq!(
        told("KMSITE__ACCESS____WORDS", "1"),
        [
            "KM0208 `KMSITE__ACCESS____WORDS` cannot be used: it names no key (write it as `KMSITE__ACCESS__TEASER__WORDS=80`, a double underscore for each level)"
        ]
    );
    assert_eq!(
        told("KMSITE__AUTHOR", "[1"),
        [
            "KM0208 `KMSITE__AUTHOR` cannot be used: its value is not YAML (did not find expected ',' or ']' at line 2 column 1, while parsing a flow sequence) (write it as `KMSITE__ACCESS__TEASER__WORDS=80`, a double underscore for each level)"
        ]
    );
    assert_eq!(
        told("KMSITE__BASE_URL", "a.org"),
        [
            "KM0211 `a.org` cannot be the `base_url`: it has no `https://` (set by `KMSITE__BASE_URL`) (did you mean `https://a.org`?)"
        ]
    );
    assert!(told(&format!("KMSITE{}", "__A".repeat(100)), "1")[0].contains("goes down more than 16 levels"));
}
