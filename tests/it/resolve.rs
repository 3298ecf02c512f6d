//! How pieces find each other: books in two languages, prerequisites, titles.

use crate::program::Folder;

/// A Chinese site with an English part, and these files.
fn bilingual(files: &[(&str, &str)]) -> Folder {
    let site = Folder::site(files);
    site.with("site.yaml", "title: T\nbase_url: https://example.org/\nlanguages: { default: zh, others: [en] }\n")
}

/// The titles of a page's outline, in order.
fn outline(page: &str) -> Vec<String> {
    let from = page.find("class=\"outline-list\"").unwrap_or_else(|| panic!("no outline: {page}"));
    let list = &page[from..page[from..].find("</section>").map_or(page.len(), |end| from + end)];
    list.split("<a href=").skip(1).map(|link| link.split(['>', '<']).nth(1).unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_summary_that_serves_another_language_lends_its_order_and_no_word() {
    let site = bilingual(&[
        ("content/books/b/SUMMARY.md", "# 目录\n\n# 第一部分\n\n- [乙](b.md)\n- [甲](a.md)\n"),
        ("content/books/b/a.md", "# 甲\n\n正文。\n"),
        ("content/books/b/b.md", "# 乙\n\n正文。\n"),
        ("content/books/b/a.en.md", "# Ay\n\nText.\n"),
        ("content/books/b/b.en.md", "# Bee\n\nText.\n"),
        ("content/books/b/_index.en.md", "# Book\n\nText.\n"),
    ]);
    assert_eq!(site.build(&[]), "exit 0");
    assert_eq!(outline(&site.page("books/b/index.html")), ["第一部分", "乙", "甲"]);
    assert_eq!(outline(&site.page("en/books/b/index.html")), ["Bee", "Ay"]);
    assert!(!site.page("en/books/b/index.html").contains("第一部分"));
}

#[test]
fn a_summary_of_its_own_language_comes_first() {
    let site = bilingual(&[
        ("content/books/b/SUMMARY.md", "- [乙](b.md)\n- [甲](a.md)\n"),
        ("content/books/b/SUMMARY.en.md", "# Contents\n\n# Part One\n\n- [Ay](a.en.md)\n- [Bee](b.md)\n"),
        ("content/books/b/a.md", "正文。\n"),
        ("content/books/b/b.md", "正文。\n"),
        ("content/books/b/a.en.md", "Text.\n"),
        ("content/books/b/b.en.md", "Text.\n"),
        ("content/books/b/_index.en.md", "# Book\n\nText.\n"),
    ]);
    assert_eq!(site.build(&[]), "exit 0");
    assert_eq!(outline(&site.page("books/b/index.html")), ["乙", "甲"]);
    assert_eq!(outline(&site.page("en/books/b/index.html")), ["Part One", "Ay", "Bee"]);
}

#[test]
fn prerequisites_lead_to_the_language_of_the_page() {
    let site = bilingual(&[
        ("content/articles/first.md", "# 第一篇\n\n正文。\n"),
        ("content/articles/first.en.md", "# First\n\nText.\n"),
        ("content/articles/only.md", "# 只有中文\n\n正文。\n"),
        ("content/articles/next.md", "---\ntitle: 第二篇\nprerequisites: [articles/first]\n---\n正文。\n"),
        ("content/articles/next.en.md", "---\ntitle: Second\nprerequisites: [articles/first, articles/only]\n---\nText.\n"),
    ]);
    assert_eq!(site.build(&[]), "exit 0");
    let needed = |page: &str| {
        let page = site.page(page);
        let section = page
            .split("class=\"requirements\"")
            .nth(1)
            .unwrap_or_default()
            .split("</section>")
            .next()
            .unwrap_or_default()
            .to_owned();
        section.split("<a href=\"").skip(1).map(|link| link.split('"').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(needed("articles/next/index.html"), ["/articles/first/"]);
    assert_eq!(needed("en/articles/next/index.html"), ["/en/articles/first/", "/articles/only/"]);
}

#[test]
fn a_chapter_shows_its_title_once() {
    let site = Folder::site(&[
        ("content/books/b/SUMMARY.md", "- [References](a.md)\n"),
        ("content/books/b/a.md", "## References and Borrowing\n\ntext\n\n### 可变引用\n\ntext\n\n## Summary\n\ntext\n"),
    ]);
    assert_eq!(site.build(&[]), "exit 0");
    let page = site.page("books/b/a/index.html");
    assert_eq!(page.matches("References and Borrowing</h").count(), 1, "{page}");
    assert!(page.contains("<h2 id=\"可变引用\">可变引用") && page.contains("<h2 id=\"summary\">Summary"), "{page}");
}

#[test]
fn addresses_that_are_known_stay_as_they_are() {
    let site = Folder::site(&[
        ("content/articles/a.md", "---\npath: 2025/12/update--june\naliases: [/old/-a--b-/]\n---\nx\n"),
        ("content/articles/b.md", "---\nslug: 之一--之二\n---\nx\n"),
        ("content/articles/c - d.md", "x\n"),
    ]);
    assert_eq!(site.build(&[]), "exit 0");
    for page in ["2025/12/update--june", "old/-a--b-", "articles/之一--之二", "articles/c-d"] {
        assert!(site.dist().join(page).join("index.html").exists(), "{page}");
    }
}

#[test]
fn a_folder_is_called_as_its_first_page_calls_it() {
    let title = |site: &Folder| {
        assert!(site.build(&[]).ends_with("exit 0"));
        site.page("index.html")
            .split("<title>")
            .nth(1)
            .unwrap_or_default()
            .split("</title>")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let course = |readme: &str| {
        let course = Folder::empty().with("README.md", readme);
        ["1-one", "2-two"].iter().fold(course, |course, folder| course.with(&format!("{folder}/README.md"), "# 课\n\n正文。\n"))
    };
    assert_eq!(title(&course("Welcome.\n\n### Join us\n\n# IoT for Beginners\n\n## Lessons\n")), "IoT for Beginners");
    // Two headings of the first level: neither is the title.
    let two = course("Welcome.\n\n# One\n\n# Two\n");
    let folder = two.path().file_name().and_then(|name| name.to_str()).map(str::to_owned);
    assert_eq!(Some(title(&two)), folder);
    // One that says nothing is none.
    let mut site = course("Welcome.\n\n#\n\ntext\n").with("site.yaml", "title: T\nbase_url: https://example.org/\n");
    site = site.with("about.md", "#\n\ntext\n");
    assert_eq!(title(&site), "T");
    assert!(site.page("about/index.html").contains(">About</h1>"));
    // A book's own page may be missing.
    let book = Folder::empty().with("book.toml", "[book]\ntitle = \"一本书\"\n").with("src/SUMMARY.md", "- [一](a.md)\n");
    let book = book.with("src/a.md", "正文。\n");
    assert_eq!(title(&book), "一本书");
    assert!(book.page("index.html").contains(">一本书</h1>"));
}

#[test]
fn a_paid_piece_is_not_called_by_what_stands_behind_its_wall() {
    let site = Folder::site(&[(
        "content/articles/plain.md",
        "---\ntier: member\n---\nFree.\n\n<!-- paywall -->\n\n# The secret\n\nPaid.\n",
    )]);
    assert_eq!(site.build(&[]), "exit 0");
    let page = site.page("articles/plain/index.html");
    assert!(page.contains(">Plain</h1>") && !page.contains("The secret"), "{page}");
}

#[test]
fn posts_of_jekyll_and_hexo_stand_where_their_folder_does_and_drafts_stay_away() {
    let site = bilingual(&[
        ("content/_posts/2024-05-01-loaf.md", "# 面包\n\n正文，见[盐](../baking/_posts/2024-05-02-salt.md)。\n"),
        ("content/baking/_posts/2024-05-02-salt.md", "# 盐\n\n正文。\n"),
        ("content/_drafts/yeast.md", "# 酵母\n\n还没写完。\n"),
    ]);
    assert_eq!(site.build(&[]), "exit 0");
    assert!(site.page("loaf/index.html").contains("href=\"/baking/salt/\""), "{}", site.page("loaf/index.html"));
    assert!(site.page("articles/index.html").contains("面包"));
    let has_draft = || site.path().join("dist/yeast/index.html").exists();
    assert!(!has_draft());
    assert_eq!(site.build(&["--drafts"]), "exit 0");
    assert!(has_draft());
}
