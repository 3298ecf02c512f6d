//! Where the teaser ends, and that each half is whole by itself.

use kmsite::model::{Anchor, Words};
use kmsite::parse::ParseOptions;
use kmsite::world::MemoryWorld;

use super::{Opened, open, read, show};

fn with_limits(text: &str, latin: u32, han: u32) -> Opened {
    let options = ParseOptions { teaser: Words { latin, han }, ..ParseOptions::default() };
    open(&MemoryWorld::of([("a.md", text)]), "a.md", &options)
}

fn teaser(opened: &Opened) -> String {
    show(&opened.teaser().blocks)
}

#[test]
fn the_first_heading_is_the_title() {
    let opened = read("<!-- note -->\n# 标题 `x`\n\ntext");
    assert_eq!((opened.doc.heading.as_deref(), opened.show().as_str()), (Some("标题 x"), "p(text)"));
    let anchor = &opened.teaser().anchors[0];
    assert_eq!((&*anchor.id, &anchor.heading), ("标题-x", &None));

    assert_eq!(read("---\ntitle: 标题  x\n---\n# 标题 `x`\n").doc.heading.as_deref(), Some("标题 x"));
    let other = read("---\ntitle: Other\n---\n# 标题\n");
    assert_eq!((other.doc.heading.as_deref(), other.show().as_str()), (None, "h1#标题(标题)"));
    assert_eq!(read("text\n\n# Late\n").doc.heading, None);
    assert_eq!(read("# One\n\n# Two\n").doc.heading.as_deref(), Some("One"));
}

#[test]
fn a_lower_heading_is_the_title_if_no_other_stands_as_high() {
    let chapter = read("## 引用与借用\n\ntext\n\n### 可变引用\n\n> ## Note\n");
    assert_eq!(
        (chapter.doc.heading.as_deref(), chapter.show().as_str()),
        (Some("引用与借用"), "p(text) | h3#可变引用(可变引用) | quote[h2#note(Note)]")
    );
    assert_eq!(read("## One\n\n## Two\n").doc.heading, None);
    assert_eq!(read("### One\n\n## Two\n").doc.heading, None);
    // The same words need no second look.
    assert_eq!(read("---\ntitle: One\n---\n### One\n\n## Two\n").doc.heading.as_deref(), Some("One"));
    assert_eq!(read("---\ntitle: Other\n---\n## One\n").doc.heading, None);
    // Pictures may stand before it, text may not.
    let badges = read("<a id=\"top\"></a>\n\n[![](a.svg)](x.md)\n\n# 课程\n\ntext\n");
    assert_eq!(badges.doc.heading.as_deref(), Some("课程"));
    assert_eq!(badges.teaser().anchors[0], Anchor { id: "课程".into(), heading: None });
    assert_eq!(read("text\n\n## One\n").doc.heading, None);
    // What stands behind the mark is not the title of anything public.
    assert_eq!(read("![](a.png)\n\n<!-- paywall -->\n\n# One\n").doc.heading, None);
    assert_eq!(read("<!-- paywall -->\n\n## One\n").doc.heading, None);
}

#[test]
fn a_mark_splits_whatever_the_length() {
    let opened = with_limits("# T\n\n[a](1.md)\n\n## A\n\n<!--  PayWall-->\n\n## A\n\n[b](2.md)[^1]\n\n[^1]: [c](3.md)\n", 0, 0);
    assert_eq!(opened.show(), "p([a]0) | h2#a(A) ‖ h2#a-1(A) | p([b]0[^1]) | ^1[p([c]1)]");
    assert_eq!((opened.teaser().links.len(), opened.rest().links.len()), (1, 2));
    assert_eq!(opened.links(), ["Anchor 1.md", "Anchor 2.md", "Anchor 3.md"]);
    let ids = |half: &[kmsite::model::Anchor]| half.iter().map(|anchor| anchor.id.to_string()).collect::<Vec<_>>();
    assert_eq!(
        (ids(&opened.teaser().anchors), ids(&opened.rest().anchors)),
        (vec!["t".into(), "a".into()], vec!["a-1".to_owned()])
    );
    assert_eq!((opened.teaser().words, opened.rest().words), (Words { latin: 2, han: 0 }, Words { latin: 3, han: 0 }));
}

#[test]
fn footnotes_are_behind_the_paywall() {
    let opened = read("free[^1]\n\n[^1]: [x](x.md) note\n\n<!-- paywall -->\n");
    assert_eq!(opened.show(), "p(free[^1]) ‖ ^1[p([x]0 note)]");
    assert!(opened.teaser().links.is_empty());
}

#[test]
fn a_nested_mark_locks_its_whole_block() {
    for (text, free) in [
        ("a\n\n- b\n\n  <!-- paywall -->\n\n- c\n\nd\n", "p(a)"),
        ("a\n\n> b\n>\n> <!-- paywall -->\n", "p(a)"),
        ("a\n\nb <!-- paywall --> c\n\nd\n", "p(a)"),
        ("a\n\n<Callout>\n\nb\n\n<!-- paywall -->\n\n</Callout>\n", "p(a)"),
        ("a\n\n<Callout>\n\nb\n\n<!-- paywall -->\n\nc\n", "p(a)"),
        ("a\n\n<div>\nb\n<!-- paywall -->\n</div>\n", "p(a)"),
        ("<!-- paywall -->\n# T\n\na\n", ""),
    ] {
        let opened = read(text);
        assert_eq!(teaser(&opened), free, "{text}");
        let warned = opened.diags.iter().any(|diag| diag.code.id == "KM0301");
        assert_eq!(warned, !text.starts_with("<!--"), "{text}");
    }
    assert_eq!(
        teaser(&read("`<!-- paywall -->` is the mark\n\n```\n<!-- paywall -->\n```\n")),
        "p(`<!-- paywall -->` is the mark) | code:(<!-- paywall -->\n)"
    );
}

#[test]
fn the_first_mark_counts() {
    let opened = read("a\n\n<!-- more -->\n\nb\n\n<!-- paywall -->\n\nc\n\n<!-- more -->\n\n<!-- paywall -->\n\nd\n");
    assert_eq!((opened.show().as_str(), opened.doc.excerpt), ("p(a) | p(b) ‖ p(c) | p(d)", 1));
    assert_eq!(read("a\n<!--more-->\nb\n").doc.excerpt, 1);
    assert_eq!(read("a\n\nb\n").doc.excerpt, 2);
    assert_eq!(read("# T\n\na\n\n<!-- more -->\n\nb").doc.excerpt, 1);
}

#[test]
fn without_a_mark_the_teaser_is_whole_blocks_within_both_limits() {
    let text = "## H\n\none two\n\n三四五\n\n## G\n\nsix seven eight\n";
    assert_eq!(teaser(&with_limits(text, 100, 100)), "h2#h(H) | p(one two) | p(三四五) | h2#g(G) | p(six seven eight)");
    assert_eq!(teaser(&with_limits(text, 4, 3)), "h2#h(H) | p(one two) | p(三四五)");
    assert_eq!(teaser(&with_limits(text, 100, 2)), "h2#h(H) | p(one two)");
    assert_eq!(teaser(&with_limits(text, 0, 0)), "");
    assert_eq!(teaser(&with_limits(text, 1, 0)), "h2#h(H) | p(one two)");
}

#[test]
fn one_paragraph_is_free_and_no_long_block_before_it() {
    assert_eq!(teaser(&with_limits("long long long\n\nmore\n", 1, 1)), "p(long long long)");
    assert_eq!(teaser(&with_limits("- a b c d\n\ntext\n", 2, 2)), "");
    assert_eq!(teaser(&with_limits("很长很长\n\n更多\n", 1, 1)), "p(很长很长)");
}

#[test]
fn code_formulas_and_drawings_count_by_their_characters() {
    // `f(x);` has two words and five characters that are seen: with four of them 4 words by length.
    let listing = "入门\n\n```c\nf(x);\ng(x);\nh(x);\nk(x);\n```\n\nend\n";
    assert_eq!(teaser(&with_limits(listing, 3, 9)), "p(入门)");
    assert_eq!(teaser(&with_limits(listing, 4, 9)), "p(入门) | code:c(f(x);\ng(x);\nh(x);\nk(x);\n)");
    // What is written in Chinese counts as Chinese, six characters and two signs here.
    let comment = "入门\n\n```\n// 所有权很重要\n```\n\nend\n";
    assert_eq!(teaser(&with_limits(comment, 9, 7)), "p(入门)");
    assert_eq!(teaser(&with_limits(comment, 1, 8)), "p(入门) | code:(// 所有权很重要\n)");
    // A formula of 26 characters, a drawing of 24, and code in a sentence, of 12.
    let formula = "go\n\n$$\n\\frac{-b\\pm\\sqrt{b^2-4ac}}\n$$\n\nend\n";
    assert_eq!(teaser(&with_limits(formula, 6, 9)), "p(go)");
    let drawing = "go\n\n```mermaid\ngraph LR\n  A-->B-->C-->D-->E\n```\n\nend\n";
    assert_eq!(teaser(&with_limits(drawing, 5, 9)), "p(go)");
    let span = "go\n\nsee `x=f(g(h(1)))`\n\nend\n";
    assert_eq!(teaser(&with_limits(span, 4, 9)), "p(go)");
    assert_eq!(teaser(&with_limits(span, 5, 9)), "p(go) | p(see `x=f(g(h(1)))`)");
}

#[test]
fn a_lesson_of_listings_gives_no_listing_away() {
    let line = "    total += price[i] * count[i]; // 累计\n";
    for intro in ["先看代码。", "First, the code."] {
        let lesson = format!("# T\n\n{intro}\n\n```rust\n{}```\n\n{intro}\n\n```rust\n{}```\n", line.repeat(30), line.repeat(30));
        assert_eq!(teaser(&read(&lesson)), format!("p({intro})"), "within the limits that hold by default");
    }
}

#[test]
fn tables_lists_and_bodies_of_components_count() {
    for block in [
        "| 一二 | c d |\n|---|---|\n| e | 三 |\n",
        "- c d\n  - e 一二三\n",
        "<Callout>\n\nc d e 一二三\n\n</Callout>\n",
        "<Callout title=\"c d e 一二三\">\n</Callout>\n",
        "> c d\n>\n> e 一二三\n",
        "c\n: d e 一二三\n",
    ] {
        let text = format!("a 开\n\n{block}\nlast\n");
        for (latin, han) in [(3, 9), (9, 3)] {
            assert_eq!(teaser(&with_limits(&text, latin, han)), "p(a 开)", "{block}");
        }
        assert_ne!(teaser(&with_limits(&text, 4, 4)), "p(a 开)", "{block}");
    }
}

#[test]
fn pictures_count_and_no_row_of_them_is_free() {
    let lesson = |intro: &str| format!("{intro}\n\n![](1.png)\n\n![](2.png)\n\n![](3.png)\n\nend\n");
    for intro in ["看图。", "Look."] {
        let teaser = teaser(&read(&lesson(intro)));
        assert!(teaser.starts_with(&format!("p({intro}) | p(!")) && teaser.matches(" | ").count() == 2, "{teaser}");
    }
    // The first paragraph is free for its text alone.
    let album = format!("Look {}\n\nend\n", "![](1.png) ".repeat(9));
    assert_eq!(teaser(&read(&album)), "");
    assert_eq!(teaser(&read(&format!("{}\n\nend\n", "![](1.png) ".repeat(9)))), "");
}

#[test]
fn a_film_is_never_in_a_default_teaser() {
    let text = "intro\n\n<Video src=\"film.mp4\" />\n\nend\n";
    assert_eq!(teaser(&read(text)), "p(intro)");
    assert_eq!(
        teaser(&read(&text.replace("end", "end\n\n<!-- paywall -->"))),
        "p(intro) | <Video src=Address(LinkRef(0))>[] | p(end)"
    );
    for film in [
        "<audio src=\"a.mp3\"></audio>",
        "<iframe src=\"https://films.example/embed/1\"></iframe>",
        "<VIDEO controls><SOURCE src=\"https://films.example/1.mp4\"></VIDEO>",
        "<object data=\"a.swf\"></object>",
        "![](film.mp4)",
        "in a sentence <video src=\"https://films.example/1.mp4\"></video>",
    ] {
        assert_eq!(teaser(&read(&format!("intro\n\n{film}\n"))), "p(intro)", "{film}");
        assert_eq!(teaser(&read(&format!("{film}\n\nend\n"))), "", "{film}");
    }
}

#[test]
fn a_file_to_take_along_is_never_in_a_default_teaser() {
    for file in [
        "[书](workbook.pdf)",
        "[data](../files/data.csv?v=1#x)",
        "<a href=\"/files/a.zip\">zip</a>",
        "[large](big.png)",
        "[part](a/film.001)",
    ] {
        assert_eq!(teaser(&read(&format!("intro\n\nTake {file}\n"))), "p(intro)", "{file}");
    }
    for page in [
        "[a](b.md)",
        "[a](b/v1.2/)",
        "[a](b.html#x)",
        "[a](https://far.example/a.pdf)",
        "[a](#x.pdf)",
        "[a](mailto:a@b.example)",
        "[a](../b/)",
    ] {
        assert!(teaser(&read(&format!("intro\n\nSee {page}\n"))).contains(" | "), "{page}");
    }
}

#[test]
fn footnotes_that_do_not_fit_are_behind_the_teaser() {
    let text = "one[^1]\n\n[^1]: two three 四五六\n";
    assert_eq!(with_limits(text, 3, 3).show(), "p(one[^1]) | ^1[p(two three 四五六)]");
    assert_eq!(with_limits(text, 2, 3).show(), "p(one[^1]) ‖ ^1[p(two three 四五六)]");
    assert_eq!(with_limits(text, 3, 2).show(), "p(one[^1]) ‖ ^1[p(two three 四五六)]");
    assert_eq!(read("one[^1]\n\n[^1]: <video src=\"a.mp4\">\n").show().split(" ‖ ").count(), 2);
}

#[test]
fn empty_files_are_empty_documents() {
    for text in ["", "\u{feff}", "\n\n", "---\n---\n", "<!-- only -->\n"] {
        let opened = read(text);
        assert_eq!((opened.show().as_str(), opened.findings().len(), opened.doc.excerpt), ("", 0, 0), "{text:?}");
    }
}
