//! Atom and JSON feeds.

use kmsite::id::{Lang, TermId};
use kmsite::model::{Kind, Site};
use kmsite::render::feeds;
use kmsite::view::Html;
use kmsite::view::feed::{Feed, FeedOf, feed, feeds as all};

use crate::made_site::{self, FixedNames, config, dated, piece, site_of, text};

fn zh() -> FeedOf {
    FeedOf::Language(Lang::new("zh"))
}

fn make(site: &Site, of: &FeedOf) -> Feed {
    feed(site, of, &FixedNames, &|id| Html::new(made_site::html(site, id)))
}

const ATOM: &str = "http://www.w3.org/2005/Atom";

#[test]
fn every_language_and_every_collection_with_dates_has_a_feed() {
    let site = made_site::site();
    // The collection of sessions has one with a date; no tag has a feed.
    let expected = [
        (zh(), "/feed.xml", "/feed.json"),
        (FeedOf::Language(Lang::new("en")), "/en/feed.xml", "/en/feed.json"),
        (FeedOf::Collection(TermId(0)), "/articles/feed.xml", "/articles/feed.json"),
        (FeedOf::Collection(TermId(1)), "/en/articles/feed.xml", "/en/articles/feed.json"),
        (FeedOf::Collection(TermId(2)), "/sessions/feed.xml", "/sessions/feed.json"),
    ];
    let found = all(&site);
    assert_eq!(found, expected.clone().map(|(of, _, _)| of));
    for (of, atom, json) in expected {
        assert_eq!((of.atom(&site).as_str(), of.json(&site).as_str()), (atom, json));
    }
}

#[test]
fn atom_is_what_a_parser_expects() {
    let site = made_site::site();
    let atom = text(&feeds::atom(&make(&site, &zh())));
    let tree = roxmltree::Document::parse(&atom).expect("well-formed");
    let root = tree.root_element();
    let child = |node: roxmltree::Node<'_, '_>, name: &str| {
        node.children().find(|child| child.has_tag_name((ATOM, name))).and_then(|child| child.text().map(str::to_owned))
    };
    assert_eq!(root.attribute(("http://www.w3.org/XML/1998/namespace", "lang")), Some("zh"));
    assert_eq!(child(root, "title").as_deref(), Some("铁锈 & 朋友"));
    assert_eq!(child(root, "id").as_deref(), Some("tag:example.org,2026:/blog/feed:/"));
    // The session's date: it is the newest, though 深入 was changed after it was published.
    assert_eq!(child(root, "updated").as_deref(), Some("2026-11-01T00:00:00Z"));
    let entries: Vec<_> = root.children().filter(|node| node.has_tag_name((ATOM, "entry"))).collect();
    let titles: Vec<_> = entries.iter().map(|&entry| child(entry, "title").unwrap_or_default()).collect();
    // Newest first; neither the draft, nor lessons, nor what has no date.
    assert_eq!(
        titles,
        ["公开课；第一讲, 开始", "深入", "开始：<Rust> & \"我\"", "什么是生命周期？", "什么是 </script> 借用？", "Rust 课"]
    );

    let start = entries[2];
    // `开始` is E5 BC 80, E5 A7 8B in UTF-8.
    assert_eq!(child(start, "id").as_deref(), Some("tag:example.org,2026:/blog/zh/articles/%E5%BC%80%E5%A7%8B"));
    assert_eq!(child(start, "summary").as_deref(), Some("OPEN 第一步 ]]> & 更多"));
    let link = start.children().find(|node| node.has_tag_name((ATOM, "link"))).expect("a link");
    assert_eq!(link.attribute("href"), Some("https://example.org/blog/articles/%E5%BC%80%E5%A7%8B/"));
    let category = start.children().find(|node| node.has_tag_name((ATOM, "category"))).expect("a category");
    assert_eq!(category.attribute("term"), Some("借用"));
    assert_eq!(start.descendants().filter(|node| node.has_tag_name((ATOM, "name"))).count(), 2);
    let content = child(start, "content").expect("content");
    // U+0001 cannot stand in XML, and addresses are absolute.
    assert!(content.starts_with(
        "<p><a href=\"https://example.org/blog/x/\">站</a>\
         <img src=\"https://example.org/blog/articles/%E5%BC%80%E5%A7%8B/图.png\" alt=\"\"></p>"
    ));
    assert!(content.contains("OPEN rest"));

    let deep = entries[1];
    assert_eq!(child(deep, "published").as_deref(), Some("2024-06-01T08:00:00+08:00"));
    assert_eq!(child(deep, "updated").as_deref(), Some("2024-07-01T00:00:00Z"));
    assert!(child(deep, "content").is_some_and(|content| content.contains("OPEN teaser") && !content.contains("rest")));
}

#[test]
fn json_feed_says_the_same() {
    let site = made_site::site();
    let json: serde_json::Value =
        serde_json::from_str(&text(&feeds::json(&make(&site, &FeedOf::Collection(TermId(0)))))).expect("JSON");
    assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(json["title"], "文章 – 铁锈 & 朋友");
    assert_eq!(json["home_page_url"], "https://example.org/blog/articles/");
    assert_eq!(json["feed_url"], "https://example.org/blog/articles/feed.json");
    assert_eq!(json["items"].as_array().map(Vec::len), Some(2));
    let item = &json["items"][1];
    assert_eq!(item["title"], "开始：<Rust> & \"我\"");
    assert_eq!(item["tags"], serde_json::json!(["借用"]));
    assert_eq!(item["authors"][1]["name"], "李四");
    assert_eq!(item["image"], "https://img.example/a.png");
    assert_eq!(item["date_published"], "2024-05-01T00:00:00Z");
}

#[test]
fn ties_are_broken_by_address_and_the_newest_are_kept() {
    let article = |name: &str, date: &str| dated(piece(Kind::Article, "zh", (name, &format!("/{name}/")), name), date);
    let mut config = config();
    config.feed_size = 3;
    // The same moment in three spellings, and one a minute older.
    let pieces = vec![
        article("c", "2024-05-01T08:00+08:00"),
        article("old", "2024-04-30T23:59Z"),
        article("a", "2024-05-01"),
        article("b", "2024-05-01T00:00Z"),
    ];
    let site = site_of(config, pieces, Vec::new());
    let feed = make(&site, &zh());
    assert_eq!(feed.entries.iter().map(|entry| &*entry.title).collect::<Vec<_>>(), ["a", "b", "c"]);
}

#[test]
fn an_empty_feed_is_dated_all_the_same() {
    let site = site_of(config(), Vec::new(), Vec::new());
    let feed = make(&site, &zh());
    assert_eq!((feed.updated.as_str(), feed.entries.len()), ("1970-01-01T00:00:00Z", 0));
    assert!(roxmltree::Document::parse(&text(&feeds::atom(&feed))).is_ok());
}

proptest::proptest! {
    #[test]
    fn any_text_can_stand_in_atom(title in ".*", tag in "\\PC*") {
        let mut piece = dated(piece(Kind::Article, "zh", ("a", "/a/"), &title), "2024-05-01");
        piece.authors = vec![tag.clone().into()];
        let site = site_of(config(), vec![piece], Vec::new());
        let atom = text(&feeds::atom(&make(&site, &zh())));
        let tree = roxmltree::Document::parse(&atom).expect("well-formed");
        let entry = tree.descendants().find(|node| node.has_tag_name((ATOM, "entry"))).expect("an entry");
        let read = |name: &str| {
            let node = entry.descendants().find(|node| node.has_tag_name((ATOM, name)));
            node.and_then(|node| node.text()).unwrap_or_default().to_owned()
        };
        // What XML 1.0 has no place for is gone (section 2.2); carriage returns would be read as line feeds (2.11).
        let kept = |c: &char| matches!(c, '\t' | '\n' | ' '..='\u{fffd}' | '\u{10000}'..);
        proptest::prop_assert_eq!(read("title"), title.chars().filter(kept).collect::<String>());
        proptest::prop_assert_eq!(read("name"), tag.chars().filter(kept).collect::<String>());
    }
}
