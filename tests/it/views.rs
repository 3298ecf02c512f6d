//! Views and the default theme's templates: every kind of page, in both languages, from a site made by hand.

use kmsite::view::piece::Lead;
use std::sync::Arc;

use kmsite::diag::Noted;
use kmsite::id::{Lang, PieceId};
use kmsite::model::{Front, Kind, Level, Moment, Site, Taxonomy};
use kmsite::render::components::{Call, ComponentSet};
use kmsite::theme::Theme;
use kmsite::view::matrix::{MatrixRow, MatrixTable};
use kmsite::view::piece::Content;
use kmsite::view::{Html, ViewContext, access, home, list, matrix, piece, plain, pricing, search, terms};
use serde::Serialize;

use crate::fixture::{self, Fixture, SECRET};
use crate::theme::load;

fn context(site: Site) -> ViewContext {
    ViewContext::new(Arc::new(site), Arc::new(load("default", &[]).value))
}

fn content(id: PieceId) -> Content {
    Content {
        teaser: Html::new(format!("<p>TEASER-{}</p>", id.0)),
        rest: Some(Html::new("<p>REST</p>")),
        jsonld: Html::new("{\"@type\":\"Thing\"}"),
        sheet: None,
        sealed: None,
        near: Vec::new(),
        read_next: vec![Lead { piece: id, reason: "topic", topic: "面包 & \"bread\"".into() }],
    }
}

fn render(theme: &Theme, template: &str, view: &impl Serialize) -> String {
    let Noted { value, diags } = theme.engine().page(template, view);
    assert_eq!(diags, [], "{template}");
    value
}

fn piece_html(cx: &ViewContext, id: PieceId) -> String {
    let template = piece::template(cx, id);
    assert_eq!(template.diags, []);
    render(cx.theme(), &template.value, &piece::page(cx, id, content(id)))
}

/// Every page of a site: its name and HTML.
fn all_pages(cx: &ViewContext) -> Vec<(String, Lang, String)> {
    let site = cx.site();
    let mut pages = Vec::new();
    for piece in site.pieces.iter().filter(|piece| piece.kind != Kind::Home) {
        pages.push((piece.route.to_string(), piece.lang.clone(), piece_html(cx, piece.id)));
    }
    for term in &site.terms {
        let page = list::page(cx, term.id, 1, Html::new("<p>INTRO</p>"));
        pages.push((term.route.to_string(), term.lang.clone(), render(cx.theme(), "list.html", &page)));
    }
    for lang in fixture::languages() {
        let table = table(site, &lang);
        let mut page = |name: &str, html: String| pages.push((format!("{lang}/{name}"), lang.clone(), html));
        page("home", render(cx.theme(), "home.html", &home::page(cx, &lang, content(PieceId(0)))));
        page("tags", render(cx.theme(), "terms.html", &terms::page(cx, Taxonomy::Tag, &lang)));
        page("matrix", render(cx.theme(), "matrix.html", &matrix::page(cx, &lang, &table)));
        page("pricing", render(cx.theme(), "pricing.html", &pricing::page(cx, &lang)));
        page("search", render(cx.theme(), "search.html", &search::page(cx, &lang)));
        page("unlock", render(cx.theme(), "unlock.html", &access::unlock(cx, &lang)));
        page("account", render(cx.theme(), "account.html", &access::account(cx, &lang)));
        page("404", render(cx.theme(), "404.html", &plain::not_found(cx, &lang)));
    }
    let moved = plain::redirect(cx, &site.redirects[0]);
    pages.push(("/old/".to_owned(), Lang::new("zh"), render(cx.theme(), "redirect.html", &moved)));
    pages
}

fn table(site: &Site, lang: &Lang) -> MatrixTable {
    let tag = site.terms.iter().find(|term| term.taxonomy == Taxonomy::Tag && term.lang == *lang).expect("a tag");
    let cells = Level::ALL.map(|level| if level == Level::Beginner { tag.pieces.clone() } else { Vec::new() });
    MatrixTable { rows: vec![MatrixRow { topic: Some(tag.id), cells }] }
}

fn find(cx: &ViewContext, lang: &str, kind: Kind) -> PieceId {
    cx.site().pieces.iter().find(|piece| piece.kind == kind && piece.lang.as_str() == lang).expect("a piece of the kind").id
}

#[test]
fn every_page_renders_with_one_heading_and_the_right_language() {
    let cx = context(fixture::full());
    let pages = all_pages(&cx);
    // In each language 13 pieces (every kind but home, two lessons), 10 lists and eight pages by themselves; one redirect.
    assert_eq!(pages.len(), 2 * (13 + 10 + 8) + 1);
    for (name, lang, html) in &pages {
        assert_eq!(html.matches("<h1").count(), 1, "{name}: one h1\n{html}");
        assert!(html.contains(&format!("<html lang=\"{lang}\"")), "{name}");
        assert!(html.contains("<main id=\"km-main\">"), "{name}");
        assert!(!html.contains(" style=") && !html.contains("<style"), "{name}: no inline style");
        assert!(!html.contains("href=\"\"") && !html.contains("src=\"\""), "{name}: no empty address");
    }
}

#[test]
fn chinese_pages_have_no_english_words_of_the_theme() {
    let cx = context(fixture::full());
    let strings = cx.theme().strings(&Lang::new("en"));
    for (name, lang, html) in all_pages(&cx) {
        if lang.as_str() != "zh" {
            continue;
        }
        let shown = text_of(&html);
        for (key, word) in strings.iter() {
            // Placeholders apart, and words that are the same in both languages.
            let part = word.split('{').next().unwrap_or_default().trim_matches([' ', ',', ':']);
            if part.len() > 2 && cx.theme().strings(&lang).get(key) != word {
                let found = shown.split(|c: char| !c.is_ascii_alphabetic() && c != ' ').any(|run| run.trim() == part);
                assert!(!found, "{name}: `{part}` ({key})");
            }
        }
    }
}

/// The text of a page and of the attributes that readers meet, without tags; other languages' own names left out.
fn text_of(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let mut text = String::new();
    for part in body.split('<') {
        let (tag, after) = part.split_once('>').unwrap_or(("", part));
        if tag.contains("lang=\"en\"") {
            continue;
        }
        for attribute in ["aria-label=\"", "title=\"", "data-copy=\"", "data-copied=\"", "alt=\""] {
            if let Some(value) = tag.split_once(attribute).and_then(|(_, rest)| rest.split('"').next()) {
                text.push_str(value);
                text.push('\n');
            }
        }
        text.push_str(after);
        text.push('\n');
    }
    text
}

#[test]
fn a_paid_piece_shows_its_teaser_and_an_offer_and_nothing_else() {
    let cx = context(fixture::full());
    for kind in [Kind::Lesson, Kind::Session] {
        let html = piece_html(&cx, find(&cx, "zh", kind));
        assert!(html.contains("<div class=\"teaser prose\">\n<p>TEASER-"), "{html}");
        assert!(!html.contains("REST") && !html.contains(SECRET), "{kind:?}: {html}");
        assert!(!html.contains("a.mp3") && !html.contains("%20%E6"), "{kind:?}: no gated file is named: {html}");
        assert!(html.contains("class=\"offer paywall\""));
        assert!(html.contains("https://pay.example.org/member") && html.contains("¥39/月"), "the tier's offer");
        assert!(
            html.contains("https://pay.example.org/rust") && html.contains("铁锈课程"),
            "the product, named after its course"
        );
        assert!(html.contains("2 个小节"), "{kind:?}: what stands behind the teaser");
        // `preview_toc` shows the headings; those behind the paywall lead nowhere.
        assert!(html.contains("<a href=\"#%E7%94%B2%201\">甲 1</a>") && html.contains("<li>乙"), "{html}");
    }
    let session = piece_html(&cx, find(&cx, "zh", Kind::Session));
    assert!(session.contains("2026年12月1日 20:00（UTC+8）") && session.contains("购买后可见"), "{session}");
}

#[test]
fn a_free_piece_shows_all_of_it() {
    let cx = context(fixture::full());
    let html = piece_html(&cx, find(&cx, "en", Kind::Article));
    for expected in [
        "</p><p>REST</p>",
        "KMSECRET-1 ?",
        "Answer: A, B",
        "<audio controls preload=\"none\" src=\"/blog/a.mp3\">",
        "href=\"/blog/%E8%A1%A8%20%E6%A0%BC.pdf\"",
        "Ada &amp; 王",
        "<time datetime=\"2026-05-01\">1 May 2026</time>",
        "1 of 2",
        "0 &lt; 1",
        "Beginner",
        "(estimated)",
        "hreflang=\"x-default\" href=\"https://example.org/blog/articles/a/\"",
        "<meta property=\"og:image\" content=\"https://example.org/blog/a.png\">",
        "<script type=\"application/ld+json\">{\"@type\":\"Thing\"}</script>",
        "href=\"/blog/en/articles/feed.xml\"",
    ] {
        assert!(html.contains(expected), "{expected}\n{html}");
    }
    assert!(!html.contains("paywall"));
}

#[test]
fn a_course_shows_its_outline_and_marks_what_is_free() {
    let cx = context(fixture::full());
    let html = piece_html(&cx, find(&cx, "zh", Kind::Course));
    assert!(html.contains("共 2 课"));
    assert!(html.contains("<span class=\"number\">1.1</span> <a href=\"/blog/courses/rust/1/1/\">第一课</a> <span class=\"label tier\">会员</span>"), "{html}");
    assert!(html.contains("<a href=\"/blog/courses/rust/1/2/\">1 + 1</a> <span class=\"label preview\">试读</span>"), "{html}");
    let lesson = piece_html(&cx, find(&cx, "zh", Kind::Lesson));
    assert!(lesson.contains("<a href=\"/blog/courses/rust/1/1/\" aria-current=\"page\">"), "the lesson's place in the whole");
    let lesson = lesson.split_once("class=\"breadcrumbs\"").expect("breadcrumbs").1;
    let crumbs = ["首页", "课程", "铁锈课程", "单元一"].map(|title| lesson.find(&format!(">{title}</a></li>")).expect("a crumb"));
    assert!(crumbs.is_sorted());
}

#[test]
fn a_course_leads_in_and_says_what_it_costs() {
    let cx = context(fixture::full());
    let page = piece::page(&cx, find(&cx, "zh", Kind::Course), Content::default()).page;
    assert_eq!(page.contents.first.expect("a first lesson").href, "/blog/courses/rust/1/1/");
    assert_eq!(page.contents.previews, "1 篇免费试读");
    let english = piece::page(&cx, find(&cx, "en", Kind::Course), Content::default()).page;
    assert_eq!(english.contents.previews, "1 of them is free to try");
    let home = home::page(&cx, &Lang::new("zh"), Content::default());
    let html = render(cx.theme(), "home.html", &home);
    let course = html.split_once("class=\"work course\"").expect("the course on the home page").1;
    assert!(course.contains("共 2 课") && course.contains("会员 <span class=\"price\">¥39/月</span>"), "{course}");
}

#[test]
fn the_home_page_begins_with_what_is_free_where_something_is_sold() {
    let cx = context(fixture::full());
    let home = home::page(&cx, &Lang::new("en"), Content::default());
    assert_eq!(home.page.free.len(), 1, "the article, and neither the course nor the answer");
    let html = render(cx.theme(), "home.html", &home);
    let start = html.split_once("class=\"start\"").expect("a way in").1;
    assert!(start.contains("Start with what is free") && start.contains("/blog/en/articles/a/"), "{start}");
    let mut site = Fixture::default();
    let article = site.piece("en", Kind::Article, "/a/", "Essay");
    site.term("en", Taxonomy::Collection, "articles", &[article]);
    let cx = context(site.build());
    assert!(home::page(&cx, &Lang::new("en"), Content::default()).page.free.is_empty(), "all is free, and nothing stands out");
}

#[test]
fn prices_say_how_much_each_tier_opens() {
    let cx = context(fixture::full());
    let page = pricing::page(&cx, &Lang::new("zh")).page;
    assert_eq!(page.free.expect("a free tier").name, "免费");
    let counts: Vec<&[usize]> = page.compare.iter().map(|row| &*row.counts).collect();
    // Of articles, courses, books, sessions, resources and answers there is one each; course and session are for members.
    let (open, paid): (&[usize], &[usize]) = (&[1, 1, 1], &[0, 1, 1]);
    assert_eq!(counts, [paid, open, open, open, paid, open], "courses and books come first");
}

#[test]
fn the_archive_is_by_year() {
    let mut site = Fixture::default();
    let days = ["2026-03-01", "2026-01-01", "2024-12-31"];
    let pieces = days.map(|day| {
        let id = site.piece("zh", Kind::Article, &format!("/{day}/"), day);
        site.at(id).dates.date = Moment::parse(day);
        id
    });
    let term = site.term("zh", Taxonomy::Archive, "archive", &pieces);
    let tag = site.term("zh", Taxonomy::Tag, "甲", &pieces);
    let cx = context(site.build());
    let page = list::page(&cx, term, 1, Html::default());
    let years: Vec<(i16, usize)> = page.page.years.iter().map(|year| (year.year, year.cards.len())).collect();
    assert_eq!(years, [(2026, 2), (2024, 1)]);
    let html = render(cx.theme(), "list.html", &page);
    assert_eq!(html.matches("<h2 id=\"km-20").count(), 2, "{html}");
    assert!(list::page(&cx, tag, 1, Html::default()).page.years.is_empty());
}

#[test]
fn a_long_list_is_cut_into_pages() {
    let mut site = Fixture::default();
    site.piece("zh", Kind::Home, "/", "小站");
    let pieces: Vec<PieceId> =
        (0..205).map(|n| site.piece("zh", Kind::Article, &format!("/a/{n}/"), &format!("文{n}"))).collect();
    let term = site.term("zh", Taxonomy::Tag, "多", &pieces);
    let cx = context(site.build());
    assert_eq!(list::pages(&cx, term), 11);
    let page = list::page(&cx, term, 6, Html::default()).page;
    assert_eq!((page.cards.len(), page.start), (20, 101));
    let shown: Vec<(usize, bool)> = page.pager.pages.iter().map(|link| (link.number, link.gap)).collect();
    assert_eq!(shown, [(1, false), (4, true), (5, false), (6, false), (7, false), (8, false), (11, true)]);
    assert_eq!(page.pager.pages[1].href, "/blog/tags/%E5%A4%9A/page/4/");
    assert_eq!(page.pager.previous.as_deref(), Some("/blog/tags/%E5%A4%9A/page/5/"));
    let last = list::page(&cx, term, 11, Html::default()).page;
    assert_eq!((last.cards.len(), last.pager.next), (5, None));
    let first = list::page(&cx, term, 1, Html::default()).page;
    assert_eq!(first.pager.pages[0].href, "/blog/tags/%E5%A4%9A/");
}

#[test]
fn a_very_long_course_does_not_repeat_itself_on_every_page() {
    let mut site = Fixture::default();
    let course = site.piece("zh", Kind::Course, "/c/", "课");
    let modules: Vec<PieceId> = (0..30).map(|n| site.piece("zh", Kind::Module, &format!("/c/{n}/"), "单元")).collect();
    site.nest(course, &modules);
    for (n, &module) in modules.iter().enumerate() {
        let lessons: Vec<PieceId> = (0..20).map(|m| site.piece("zh", Kind::Lesson, &format!("/c/{n}/{m}/"), "一课")).collect();
        site.nest(module, &lessons);
    }
    let cx = context(site.build());
    let lesson = piece_html(&cx, find(&cx, "zh", Kind::Lesson));
    assert_eq!(lesson.matches("class=\"entry\"").count(), 20, "its own part");
    assert_eq!(piece_html(&cx, course).matches("class=\"entry\"").count(), 630, "the course itself shows all");
}

#[test]
fn parts_nested_beyond_measure_still_make_an_outline() {
    let mut site = Fixture::default();
    let book = site.piece("en", Kind::Book, "/b/", "Book");
    let mut above = book;
    for depth in 0..300 {
        let part = site.piece("en", Kind::Part, &format!("/b/{depth}/"), "Part");
        site.nest(above, &[part]);
        above = part;
    }
    let cx = context(site.build());
    assert_eq!(piece_html(&cx, book).matches("class=\"entry\"").count(), 300);
}

#[test]
fn front_matter_may_name_a_template() {
    let mut site = Fixture::default();
    let known = site.piece("zh", Kind::Article, "/a/", "甲");
    let unknown = site.piece("zh", Kind::Article, "/b/", "乙");
    let front = |template: &str| Arc::new(Front { template: Some(template.to_owned()), ..Front::default() });
    site.at(known).doc.front = front("page");
    site.at(unknown).doc.front = front("lessn.html");
    let cx = context(site.build());
    assert_eq!(piece::template(&cx, known).value, "page.html");
    let wrong = piece::template(&cx, unknown);
    assert_eq!(wrong.value, "article.html");
    assert_eq!(wrong.diags[0].message, "the theme has no template `lessn.html`");
    assert_eq!(wrong.diags[0].hints[0], "did you mean `lesson.html`?");
}

#[test]
fn components_take_hyphens_speak_the_language_of_the_page_and_know_the_site() {
    let cx = context(fixture::full());
    let components = cx.components();
    let [zh, en] = fixture::languages();
    let call = |name: &str, args: &[(&str, &str)], body: Option<&str>, lang: &Lang| {
        let args: Vec<_> = args.iter().map(|(name, value)| ((*name).to_owned(), serde_json::Value::from(*value))).collect();
        components.render(&Call { name, args: &args, body, lang })
    };
    let listing =
        call("Listing", &[("number", "2-1"), ("file-name", "src/main.rs"), ("caption", "用 `Box<T>`")], Some("<pre></pre>"), &zh);
    let listing = listing.expect("a listing");
    assert!(listing.contains("示例 2-1: 用 <code>Box&lt;T&gt;</code>") && listing.contains("<pre></pre>"), "{listing}");
    assert!(listing.contains("文件名： <span translate=\"no\">src/main.rs</span>"), "{listing}");
    let callout = call("Callout", &[("kind", "tip")], Some("<p>x</p>"), &en).expect("a callout");
    assert!(callout.contains(">Tip</p>") && callout.contains("<p>x</p>"), "{callout}");
    let product = call("Product", &[("id", "rust-course")], None, &en).expect("a product");
    assert!(product.contains("Rust") && product.contains("CN¥199"), "{product}");
    let wrong = call("Product", &[("id", "nothing")], None, &en).expect_err("no such product");
    assert!(wrong.contains("unknown product `nothing`") && !wrong.contains('\n'), "{wrong}");
    let tabs = call("Tab", &[("title", "A \"b\"")], Some("<p>x</p>"), &en).expect("a tab");
    assert!(tabs.contains("aria-label=\"A &quot;b&quot;\""), "{tabs}");
    assert!(call("Figure", &[], None, &en).is_ok(), "a body is no duty");
    let params = components.params("Listing").expect("parameters");
    let names: Vec<&str> = params.iter().map(|param| param.name.as_str()).collect();
    assert_eq!(names, ["caption", "file_name", "number"], "implicit ones are not given");
    assert!(params.iter().all(|param| !param.required));
    assert_eq!(
        components.names(),
        ["Audio", "Callout", "Details", "Figure", "Listing", "Product", "SignUp", "Tab", "Tabs", "Video"]
    );
}

#[test]
fn pages_for_those_who_paid_have_all_that_is_sold_and_are_in_no_index() {
    let cx = context(fixture::full());
    for lang in fixture::languages() {
        let page = access::account(&cx, &lang);
        let named: Vec<&str> = page.page.holdings.iter().map(|holding| &*holding.entitlement).collect();
        let tiers = cx.site().config.tiers.iter().skip(1).map(|tier| format!("tier:{}", tier.id));
        let products = cx.site().config.products.iter().map(|product| format!("product:{}", product.id));
        assert_eq!(named, tiers.chain(products).collect::<Vec<_>>(), "{lang}");
        for (template, page) in [("account.html", page), ("unlock.html", access::unlock(&cx, &lang))] {
            let html = render(cx.theme(), template, &page);
            assert!(html.contains("<meta name=\"robots\" content=\"noindex\">"), "{template}");
            assert!(html.contains("<meta name=\"referrer\" content=\"no-referrer\">"), "{template}");
            assert_eq!(html.matches("data-km-grant=").count(), named_count(&cx), "{template}");
            for word in ["mistyped", "unknown", "other", "ended", "changed", "unavailable", "insecure", "old", "forgetful"] {
                assert!(html.contains(&format!("data-word=\"{word}\"")), "{template}: {word}");
            }
        }
    }
}

/// How many things are sold.
fn named_count(cx: &ViewContext) -> usize {
    cx.site().config.tiers.len() - 1 + cx.site().config.products.len()
}
