//! Front matter: three syntaxes, other generators' keys, and every mistake reported at once.

use kmsite::diag::{Place, Severity};
use kmsite::model::{Front, Moment};

use super::{Opened, pointed, read};

fn front(text: &str) -> Front {
    let opened = read(text);
    assert_eq!(opened.findings(), [] as [&str; 0], "{text}");
    (*opened.doc.front).clone()
}

fn key(opened: &Opened, index: usize) -> Vec<String> {
    match &opened.diags[index].at.as_ref().expect("it has a place").place {
        Place::Key(path) | Place::KeyName(path) => path.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn yaml_and_toml_say_the_same() {
    let yaml =
        front("---\ntitle: 你好\ndate: 2024-05-01\ntags: [a, b]\nauthor: me\nweight: 3\ndraft: true\nextra: {x: 1}\n---\ntext");
    let toml = front(
        "+++\ntitle = \"你好\"\ndate = 2024-05-01\nauthors = [\"me\"]\nweight = 3\ndraft = true\n[taxonomies]\ntags = [\"a\", \"b\"]\n[extra]\nx = 1\n+++\ntext",
    );
    assert_eq!(yaml, toml);
    assert_eq!(yaml.date, Moment::parse("2024-05-01"));
    assert_eq!((yaml.order, yaml.draft, &yaml.tags[..]), (Some(3), true, &["a".to_owned(), "b".to_owned()][..]));
}

#[test]
fn windows_files_are_read() {
    let opened = read("\u{feff}---\r\ntitle: 标题\r\n---\r\n\r\n正文\r\n");
    assert_eq!((opened.doc.front.title.as_deref(), opened.show().as_str()), (Some("标题"), "p(正文)"));
}

#[test]
fn a_rule_at_the_top_is_no_front_matter() {
    assert_eq!(read("---\n\ntext: or not\n").show(), "rule | p(text: or not)");
    assert_eq!(read("---\n\njust text\n\n---\n\nmore\n").show(), "rule | p(just text) | rule | p(more)");
    assert_eq!(read("----\ntitle: x\n").findings(), [] as [&str; 0]);
}

#[test]
fn keys_of_other_generators_come_in() {
    let hugo = front(
        "---\nTitle: T\nlastmod: 2024-01-02T03:04:05+08:00\nurl: /a/b/\nslug: s\nkeywords: [k]\nseries: [S]\nsummary: D\nlayout: post\ntype: page\nimage: c.png\ncategories: c\n---\n",
    );
    assert_eq!((hugo.title.as_deref(), hugo.path.as_deref(), hugo.series.as_deref()), (Some("T"), Some("/a/b/"), Some("S")));
    assert_eq!(
        (hugo.description.as_deref(), hugo.cover.as_deref(), hugo.updated.unwrap().offset),
        (Some("D"), Some("c.png"), Some(480))
    );
    assert_eq!(hugo.extra["layout"], "post");

    let jekyll = front(
        "---\npublished: false\npermalink: /x/y.html\ndate: 2024-05-01 20:00:00 +0800\ntag: [x]\nredirect_from: /old/\n---\n",
    );
    assert_eq!((jekyll.draft, jekyll.path.as_deref(), &jekyll.aliases[..]), (true, Some("/x/y.html"), &["/old/".to_owned()][..]));
    assert_eq!(front("---\npermalink: /:year/:title/\n---\n"), Front::default());
    assert_eq!(front("---\ncomments: false\n---\n").comments, Some(false));

    let zola = front(
        "+++\nsort_by = \"date\"\npaginate_by = 5\ngenerate_feeds = true\n[taxonomies]\ncategories = [\"a\"]\nteams = [\"b\"]\n+++\n",
    );
    assert_eq!(&zola.categories[..], ["a", "b"]);
    assert_eq!(front("---\nmodified: 2020-01-01\nupdated: 2024-01-01\n---\n").updated, Moment::parse("2024-01-01"));
}

#[test]
fn other_readings_of_values_are_taken() {
    let read = front("---\ntitle: 2024\nslug: true\ndraft: yes\nweight: \"7\"\ntags: [2023, x]\nduration:\naliases:\n---\n");
    assert_eq!(
        (read.title.as_deref(), read.slug.as_deref(), read.draft, read.order),
        (Some("2024"), Some("true"), true, Some(7))
    );
    assert_eq!(&read.tags[..], ["2023", "x"]);
}

#[test]
fn all_bad_values_are_reported_and_the_good_ones_stay() {
    let opened = read(
        "---\ntitle: 好\ndate: yesterday\ndraft: perhaps\norder: [1, 2]\nlevel: beginner\nquiz:\n  - question: q\n    options: [a]\n---\n",
    );
    assert_eq!(opened.diags.len(), 4);
    assert!(
        opened.diags.iter().all(|diag| diag.severity == Severity::Error && diag.code.id == "KM0204" && !diag.hints.is_empty())
    );
    assert_eq!(key(&opened, 0), ["date"]);
    assert!(opened.diags[0].message.contains("`yesterday` is not a date"), "{}", opened.diags[0].message);
    assert_eq!((key(&opened, 1), key(&opened, 2)), (vec!["draft".to_owned()], vec!["order".to_owned()]));
    assert_eq!(key(&opened, 3), ["quiz", "0"]);
    assert_eq!((opened.doc.front.title.as_deref(), opened.doc.front.level.as_deref()), (Some("好"), Some("beginner")));
}

#[test]
fn unknown_keys_are_warned_about_with_the_nearest() {
    let opened = read("---\ntitel: x\nzzzzqq: 1\n---\n");
    assert_eq!(opened.findings(), ["KM0203 unknown key `titel`", "KM0203 unknown key `zzzzqq`"]);
    assert_eq!(opened.diags[0].hints, ["did you mean `title`?"]);
    assert!(opened.diags[1].hints[0].contains("extra:"));
    assert!(opened.diags.iter().all(|diag| diag.severity == Severity::Warning));
}

#[test]
fn keys_given_twice_are_errors() {
    for text in [
        "---\ntitle: a\ntitle: b\n---\n",
        "---\ntitle: a\nTitle: b\n---\n",
        "---\nauthor: a\nauthors: [b]\n---\n",
        "---\nextra:\n  a: 1\n  a: 2\n---\n",
        "+++\ntitle = \"a\"\ntitle = \"b\"\n+++\n",
    ] {
        let opened = read(text);
        assert_eq!(opened.diags.iter().map(|diag| diag.code.id).collect::<Vec<_>>(), ["KM0205"], "{text}");
    }
}

#[test]
fn broken_syntax_points_to_its_line() {
    let yaml = "\u{feff}---\ntitle: 你好\nb: \"开始\nc: d\n---\ntext";
    let opened = read(yaml);
    assert_eq!((opened.diags[0].code.id, opened.show().as_str()), ("KM0201", "p(text)"));
    let yaml = "---\n标题: 很好\nb: [1, 2\nc: d\n---\ntext";
    let opened = read(yaml);
    assert_eq!(opened.diags[0].code.id, "KM0201");
    assert!(
        pointed(yaml, &opened.diags[0]).starts_with('c') || pointed(yaml, &opened.diags[0]).starts_with(':'),
        "{}",
        pointed(yaml, &opened.diags[0])
    );
    let toml = "+++\ntitle = \"好\"\nb = oops\n+++\ntext";
    let opened = read(toml);
    assert_eq!((opened.diags[0].code.id, pointed(toml, &opened.diags[0])), ("KM0202", "oops"));
    assert_eq!(read("---\njust text\n---\n").findings().len(), 1);
}

#[test]
fn unclosed_front_matter_is_an_error() {
    let text = "+++\ntitle = \"x\"\n\ntext";
    let opened = read(text);
    assert_eq!((opened.diags[0].code.id, pointed(text, &opened.diags[0])), ("KM0206", "+++"));
    assert_eq!(read("---\ntitle: x\n\ntext").diags[0].code.id, "KM0206");
}

#[test]
fn media_of_the_head_are_links_with_a_place() {
    let text = "---\ntitle: v.mp4\nvideo: v.mp4\nattachments:\n  - a.pdf\n  - b.zip\n---\n";
    let world = kmsite::world::MemoryWorld::of([("a.md", text)]);
    let parsed = kmsite::parse::parse(&kmsite::load::load(&world).value, &kmsite::parse::ParseOptions::default());
    let spans = std::cell::RefCell::new(Vec::new());
    struct Spans<'a>(&'a std::cell::RefCell<Vec<std::ops::Range<usize>>>);
    impl kmsite::access::Linker for Spans<'_> {
        fn resolve(&self, link: &kmsite::model::RawLink) -> kmsite::diag::Noted<kmsite::model::Link> {
            self.0.borrow_mut().push(link.span.clone());
            kmsite::diag::Noted::clean(kmsite::model::Link::Dead(link.dest.clone()))
        }
    }
    let _ = kmsite::access::relink(&parsed.value.docs[0], &Spans(&spans)).value;
    let found: Vec<_> = spans.into_inner().into_iter().map(|span| (span.start, text[span].to_owned())).collect();
    assert_eq!(found, [(24, "v.mp4".to_owned()), (47, "a.pdf".to_owned()), (57, "b.zip".to_owned())]);
}
