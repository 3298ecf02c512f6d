//! `sitemap.xml`.

use kmsite::id::Route;
use kmsite::render::sitemap::{Limits, files};
use kmsite::view::sitemap::{Url, urls};

use crate::made_site::{self, text};

const SITEMAP: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const XHTML: &str = "http://www.w3.org/1999/xhtml";

#[test]
fn pages_with_their_languages_and_dates() {
    let site = made_site::site();
    let made = files(&urls(&site, &[Route::new("/matrix/")]), &site.config.base_url, Limits::PROTOCOL);
    assert_eq!(made.iter().map(|(route, _)| route.as_str()).collect::<Vec<_>>(), ["/sitemap.xml"]);
    let xml = text(&made[0].1);
    let tree = roxmltree::Document::parse(&xml).expect("well-formed");
    let text_of = |node: roxmltree::Node<'_, '_>, name: &str| {
        node.children().find(|child| child.has_tag_name((SITEMAP, name))).and_then(|child| child.text()).map(str::to_owned)
    };
    let entries: Vec<_> = tree.root_element().children().filter(|node| node.has_tag_name((SITEMAP, "url"))).collect();
    let locs: Vec<String> = entries.iter().filter_map(|&entry| text_of(entry, "loc")).collect();
    // 14 pieces without the draft, 2 homes, 4 lists, 1 other page.
    assert_eq!(locs.len(), 21);
    assert_eq!((locs[0].as_str(), locs[1].as_str()), ("https://example.org/blog/", "https://example.org/blog/answers/a/"));
    assert!(locs.contains(&"https://example.org/blog/matrix/".to_owned()));
    // Neither the draft (`稿` is E7 A8 BF) nor a redirect.
    assert!(!xml.contains("%E7%A8%BF") && !xml.contains("old.html"));

    let alternates = |loc: &str| -> Vec<(String, String)> {
        let entry = entries.iter().find(|&&entry| text_of(entry, "loc").as_deref() == Some(loc)).expect("an entry");
        let links = entry.children().filter(|node| node.has_tag_name((XHTML, "link")));
        links.map(|link| (link.attribute("hreflang").unwrap_or("").into(), link.attribute("href").unwrap_or("").into())).collect()
    };
    let zh = "https://example.org/blog/articles/%E5%BC%80%E5%A7%8B/";
    let en = "https://example.org/blog/en/articles/start/";
    let both = [("en", en), ("zh", zh), ("x-default", zh)].map(|(lang, href)| (lang.to_owned(), href.to_owned()));
    // Each version names all versions, itself included.
    assert_eq!(alternates(zh), both);
    assert_eq!(alternates(en), both);
    assert_eq!(alternates("https://example.org/blog/articles/").len(), 3);
    assert_eq!(alternates("https://example.org/blog/sessions/a/"), []);
    let lastmod = |loc: &str| {
        let entry = entries.iter().find(|&&entry| text_of(entry, "loc").as_deref() == Some(loc)).expect("an entry");
        text_of(*entry, "lastmod")
    };
    assert_eq!(lastmod(zh).as_deref(), Some("2024-05-01"));
    assert_eq!(lastmod("https://example.org/blog/articles/%E6%B7%B1%E5%85%A5/").as_deref(), Some("2024-07-01"));
    assert_eq!(lastmod("https://example.org/blog/en/about/"), None);
}

fn many(count: usize) -> Vec<Url> {
    let url = |number| Url { loc: format!("https://example.org/{number}/?a&b"), lastmod: None, alternates: Vec::new() };
    (0..count).map(url).collect()
}

#[test]
fn more_than_50_000_addresses_are_split() {
    let whole = files(&many(50_000), "https://example.org/", Limits::PROTOCOL);
    assert_eq!(whole.len(), 1);
    let split = files(&many(50_001), "https://example.org/", Limits::PROTOCOL);
    assert_eq!(
        split.iter().map(|(route, _)| route.as_str()).collect::<Vec<_>>(),
        ["/sitemap.xml", "/sitemap-1.xml", "/sitemap-2.xml"]
    );
    let counts = split.iter().map(|(_, artifact)| text(artifact).matches("<loc>").count());
    assert_eq!(counts.collect::<Vec<_>>(), [2, 50_000, 1]);
    let index = text(&split[0].1);
    let tree = roxmltree::Document::parse(&index).expect("well-formed");
    assert!(tree.root_element().has_tag_name((SITEMAP, "sitemapindex")));
    assert!(index.contains("<loc>https://example.org/sitemap-2.xml</loc>"));
    assert!(text(&split[2].1).contains("<loc>https://example.org/50000/?a&amp;b</loc>"));
}

#[test]
fn no_file_is_larger_than_allowed() {
    let limits = Limits { urls: 1_000, bytes: 2_000 };
    let split = files(&many(100), "https://example.org", limits);
    assert!(split.len() > 2);
    assert!(split.iter().skip(1).all(|(_, artifact)| text(artifact).len() <= limits.bytes));
    assert_eq!(split.iter().skip(1).map(|(_, artifact)| text(artifact).matches("<url>").count()).sum::<usize>(), 100);
}
