//! The small files of every site, and that none of them says what is paid for.

use kmsite::id::Route;
use kmsite::render::{
    calendar as ics, csp, feeds as feed_files, headers, llms as llms_file, redirects, robots, sitemap as sitemap_files,
};
use kmsite::view::{Html, calendar, feed, ld, llms, redirect, sitemap};

use crate::made_site::{self, FixedNames, config, text};

#[test]
fn llms_txt_is_an_outline() {
    let site = made_site::site();
    let made = text(&llms_file::llms(&llms::outline(&site, &FixedNames)));
    let base = "https://example.org/blog";
    let expected = format!(
        "# 铁锈 & 朋友\n\n> OPEN description\n\n\
         ## 中文\n\n\
         - [什么是 </script> 借用？]({base}/answers/a/)\n\
         - [什么是生命周期？]({base}/answers/b/)\n\
         - [Rust 课]({base}/courses/rust/)\n\
         - [表]({base}/resources/%E8%A1%A8/)\n\n\
         ## 文章\n\n\
         - [开始：<Rust> & \"我\"]({base}/articles/%E5%BC%80%E5%A7%8B/): OPEN 第一步 ]]> & 更多\n\
         - [深入]({base}/articles/%E6%B7%B1%E5%85%A5/)\n\n\
         ## 直播\n\n\
         - [公开课；第一讲, 开始]({base}/sessions/a/): OPEN 带上 电脑\n\
         - [会员课]({base}/sessions/b/)\n\n\
         ## Rust 课\n\n\
         - [第一章]({base}/courses/rust/1/)\n\
         - [第一课]({base}/courses/rust/1/a/)\n\n\
         ## English\n\n\
         - [About \\[us\\]]({base}/en/about/)\n\
         - [The Book]({base}/en/books/book/)\n\n\
         ## Articles\n\n\
         - [Start]({base}/en/articles/start/)\n\n\
         ## The Book\n\n\
         - [One]({base}/en/books/book/one/)\n"
    );
    assert_eq!(made, expected);
}

#[test]
fn robots_names_the_sitemap() {
    let mut config = config();
    let below = text(&robots::robots(&config));
    assert!(below.starts_with("# This site is not at the root of its host"));
    assert!(below.ends_with("\nSitemap: https://example.org/blog/sitemap.xml\n"));
    config.base_url = "https://example.org".to_owned();
    assert_eq!(text(&robots::robots(&config)), "User-agent: *\nAllow: /\n\nSitemap: https://example.org/sitemap.xml\n");
}

#[test]
fn only_what_has_a_fingerprint_is_immutable() {
    let immutable = vec!["/assets/*".to_owned(), "/media/*".to_owned()];
    let keeping = headers::Keeping { immutable, revalidated: vec!["/sealed/*.json".to_owned()] };
    let made = text(&headers::headers("/blog/", &csp::policy(&config(), ""), &keeping));
    assert!(made.ends_with("\n\n/blog/sealed/*.json\n  Cache-Control: no-cache\n"), "{made}");
    let immutable: Vec<&str> =
        made.split("\n\n").filter(|block| block.contains("immutable")).filter_map(|block| block.lines().next()).collect();
    assert_eq!(immutable, ["/blog/assets/*", "/blog/media/*"]);
    assert!(made.starts_with("/blog/*\n  Content-Security-Policy: default-src 'none'; "), "{made}");
}

#[test]
fn an_old_address_leads_on_in_the_language_of_its_page() {
    let site = made_site::site();
    let moved: Vec<_> = site.redirects.iter().map(|redirect| redirect::moved(&site, redirect)).collect();
    let to = "/blog/articles/%E5%BC%80%E5%A7%8B/";
    assert_eq!(
        text(&redirects::list(&moved)),
        format!("/blog/%E6%97%A7/ {to} 301\n/blog/old.html /blog/en/articles/start/ 301\n")
    );
    let zh = text(&redirects::page(&moved[0]));
    assert!(zh.contains("<html lang=\"zh\""));
    assert!(zh.contains(&format!("<meta http-equiv=\"refresh\" content=\"0; url={to}\">")));
    assert!(zh.contains(&format!("<link rel=\"canonical\" href=\"https://example.org{to}\">")));
    assert!(zh.contains(&format!("本页已移至<a href=\"{to}\">开始：&lt;Rust&gt; &amp; &quot;我&quot;</a>。")));
    assert!(text(&redirects::page(&moved[1])).contains("This page has moved to <a href=\"/blog/en/articles/start/\">Start</a>."));
}

/// Makes all of these files of the made site, by address.
fn everything() -> Vec<(Route, String)> {
    let site = made_site::site();
    let mut files = Vec::new();
    for of in feed::feeds(&site) {
        let feed = feed::feed(&site, &of, &FixedNames, &|id| Html::new(made_site::html(&site, id)));
        files.push((of.atom(&site), text(&feed_files::atom(&feed))));
        files.push((of.json(&site), text(&feed_files::json(&feed))));
    }
    for of in calendar::calendars(&site) {
        files.push((of.route(&site), text(&ics::ics(&calendar::calendar(&site, &of)))));
    }
    let urls = sitemap::urls(&site, &[]);
    let parts = sitemap_files::files(&urls, &site.config.base_url, sitemap_files::Limits::PROTOCOL);
    files.extend(parts.iter().map(|(route, artifact)| (route.clone(), text(artifact))));
    files.push((Route::new("/llms.txt"), text(&llms_file::llms(&llms::outline(&site, &FixedNames)))));
    files.push((Route::new("/robots.txt"), text(&robots::robots(&site.config))));
    let mut page = |route: &Route, subject: ld::Subject<'_>| {
        let script = ld::script(&site, &FixedNames, &subject);
        files.push((
            route.clone(),
            format!("<!DOCTYPE html><title>x</title><script type=\"application/ld+json\">{script}</script>"),
        ));
    };
    for piece in &site.pieces {
        page(&piece.route, ld::Subject::Piece(piece.id));
    }
    for term in &site.terms {
        page(&term.route, ld::Subject::List { term: term.id, route: &term.route, pieces: &term.pieces, before: 0 });
    }
    let zh = &site.languages[0];
    let prices = Route::new("/prices/");
    page(&prices, ld::Subject::Prices(ld::Own { lang: &zh.tag, route: &prices, title: "价格" }));
    page(&zh.home, ld::Subject::Other(ld::Own { lang: &zh.tag, route: &zh.home, title: "首页" }));
    files
}

/// Also leaves the files in the target folder, for the judges of `tests/judges`.
#[test]
fn nothing_that_is_paid_for_is_said_anywhere() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("made-site");
    let files = everything();
    for (route, text) in &files {
        assert!(!text.contains("CANARY") && !text.contains("canary"), "{route} says what is paid for");
        // A page that lists a draft may describe it; what is made for machines does not.
        assert!(!text.contains("DRAFT") || route.is_page(), "{route} names a draft");
        let path = folder.join(route.file());
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable target folder");
        std::fs::write(path, text).expect("a writable target folder");
    }
    // The same text is there where it is free, or the search above would prove nothing.
    assert!(files.iter().any(|(_, text)| text.contains("OPEN rest")));
    assert!(files.iter().any(|(_, text)| text.contains("https://meet.example/OPEN")));
}

#[test]
fn the_same_site_gives_the_same_bytes() {
    assert_eq!(everything(), everything());
}
