//! Ways in which a wall could fall open by oversight: each is tried, and stays shut or is an error.

use super::{CONFIG, TEXT, check, check_all, page_is_open};
use crate::sandbox::Sandbox;

#[test]
fn a_mark_that_is_misspelt_is_an_error() {
    for mark in [
        "paywal",
        "pay-wall",
        "PayWall:",
        "pay wall",
        "payall",
        "付费",
        "付费墙",
        "付費牆",
        "paywall below",
        "Paywall: from here on, please",
        "付费墙从这里开始",
    ] {
        let run = check(&format!("---\ntitle: A\ntier: member\n---\nteaser\n\n<!-- {mark} -->\n\nx\n"));
        assert_eq!(run.code, 1, "{mark}");
        let told = format!("error[KM0309]: `<!-- {mark} -->` marks nothing\n --> content/articles/a.md:7:1");
        assert!(run.err.contains(&told) && run.err.contains("did you mean `<!-- paywall -->`?"), "{}", run.err);
    }
    for comment in ["more", "wall", "pay", "TODO: move the paywall down", "收费标准另说", ""] {
        assert_eq!(check(&format!("a\n\n<!-- {comment} -->\n\nb\n")).code, 0, "{comment}");
    }
}

#[test]
fn a_tier_below_another_key_is_an_error() {
    for key in ["extra", "params", "access", "meta"] {
        for gate in ["tier: member", "Tier: free", "product: kit"] {
            let run = check(&format!("---\ntitle: A\n{key}: {{ {gate} }}\n---\nx\n"));
            let name = gate.split(':').next().unwrap();
            let told = format!("error[KM0203]: `{name}` closes nothing under `{key}`");
            assert!(run.code == 1 && run.err.contains(&told) && run.err.contains("content/articles/a.md:3:"), "{}", run.err);
        }
    }
    let run = check("+++\ntitle = \"A\"\n[extra]\ntier = \"member\"\n+++\nx\n");
    assert!(run.code == 1 && run.err.contains("content/articles/a.md:4:1"), "{}", run.err);
    assert_eq!(check("---\nextra: { note: member, deep: { tier: x } }\n---\nx\n").code, 0, "what is the author's own");
}

#[test]
fn a_tier_in_the_text_is_an_error() {
    for text in [
        "tier: member\n\nx\n",
        "\n\ntitle: A\nproduct: kit\n",
        "---\ntitle: A\n---\ntier: pro\n---\n",
        "---\ntitle: A\n...\n\ntier: 会员\n",
    ] {
        let run = check(text);
        let line = 1 + text[..text.find("tier:").or(text.find("product:")).unwrap()].matches('\n').count();
        assert!(run.code == 1 && run.err.contains("error[KM0214]") && run.err.contains(&format!("a.md:{line}:1")), "{}", run.err);
    }
    for prose in
        ["product: a word of many meanings\n", "Tier: 层\n", "A\n\ntier: member\n", "- tier: member\n", "```\ntier\n```\n"]
    {
        assert_eq!(check(prose).code, 0, "{prose}");
    }
}

#[test]
fn a_wall_stands_where_raw_html_is_shown_as_text() {
    let config = format!("{CONFIG}markdown: {{ raw_html: false }}\n");
    for mark in ["<!-- paywall -->", "<b>x</b> <!-- paywall -->", "<div>\n<!-- paywall -->\n</div>"] {
        let text = format!("---\ntier: member\n---\nteaser\n\n{mark}\n\nvault0001x\n");
        assert!(!page_is_open(&[("site.yaml", &config), ("content/articles/a.md", &text)], "articles/a/index.html"), "{mark}");
    }
}

#[test]
fn a_paid_book_closes_whatever_stands_in_it() {
    let paid = ("content/books/x/_index.md", "---\ntitle: X\ntier: member\n---\nx\n");
    let summary = ("content/books/x/SUMMARY.md", "# S\n\n- [A](deep/a.md)\n  - [B](b.md)\n");
    let (a, b, left) = ("content/books/x/deep/a.md", ("content/books/x/b.md", TEXT), ("content/books/x/left/c.md", TEXT));
    let pages = ["books/x/deep/a/index.html", "books/x/b/index.html", "books/x/left/c/index.html"];
    for page in pages {
        assert!(!page_is_open(&[paid, summary, (a, TEXT), b, left], page), "{page}, the last of them left out by the summary");
        // By a product that includes the book, and in another language than the one that closes it.
        let config = CONFIG.replace("articles/b]", "articles/b, books/x]");
        assert!(!page_is_open(&[("site.yaml", &config), summary, (a, TEXT), b, left], page), "{page}");
        let english = page.replace("books/", "en/books/");
        let translated =
            [("content/books/x/deep/a.en.md", TEXT), ("content/books/x/b.en.md", TEXT), ("content/books/x/left/c.en.md", TEXT)];
        assert!(!page_is_open(&[&[paid, summary, (a, TEXT), b, left], &translated[..]].concat(), &english), "{english}");
    }
    for opened in ["tier: free", "preview: true"] {
        assert!(page_is_open(&[paid, summary, (a, &format!("---\n{opened}\n---\n{TEXT}")), b], pages[0]), "{opened}");
    }
    // What lies elsewhere is no chapter, and the author is told.
    let outside = ("content/books/x/SUMMARY.md", "# S\n\n- [A](../../notes/a.md)\n- [B](b.md)\n");
    let run = check_all(&[paid, outside, ("content/notes/a.md", TEXT), b]);
    assert!(
        run.err
            .contains("warning[KM0410]: `../../notes/a.md` lies outside the book's folder\n --> content/books/x/SUMMARY.md:3:3"),
        "{}",
        run.err
    );
}

#[test]
fn a_course_that_has_expired_or_lies_ahead_hides_its_lessons() {
    for line in ["expires: 2020-01-01", "date: 2999-01-01", "draft: true"] {
        let sandbox = Sandbox::new(&[
            ("site.yaml", CONFIG),
            ("content/articles/b.md", "# B\n"),
            ("content/courses/c/_index.md", &format!("---\ntitle: C\n{line}\n---\nx\n")),
            ("content/courses/c/01-m/_index.md", "# M\n"),
            ("content/courses/c/01-m/01-a.md", "# A\n\nvault0001x\n"),
            ("content/courses/c/01-m/01-a.en.md", "# A\n\nvault0001x\n"),
        ]);
        let tree = sandbox.build("dist", &[]);
        let shown: Vec<&String> =
            tree.iter().filter(|(_, bytes)| bytes.windows(5).any(|five| five == b"vault")).map(|(name, _)| name).collect();
        assert_eq!(shown, [""; 0], "{line}");
    }
}

#[test]
fn the_wall_is_no_oracle() {
    // Whether a heading of these letters stands behind the wall makes no difference to what is published.
    let page = |behind: &str| {
        let target = format!("---\ntitle: T\ntier: member\n---\n## What's next\n\nteaser\n\n<!-- paywall -->\n\n{behind}\n");
        let sandbox = Sandbox::new(&[
            ("site.yaml", CONFIG),
            ("content/articles/b.md", "# B\n"),
            ("content/articles/t.md", &target),
            ("content/articles/a.md", "[a](t.md#what-s-next) [b](t.md#se-cret) [[T#se cret]]\n"),
        ]);
        sandbox.build("dist", &[])
    };
    // But for what is sealed, and its name.
    let page = |behind: &str| {
        let mut tree = page(behind);
        tree.retain(|name, _| !name.starts_with("sealed/") && name != ".kmsite-manifest");
        for html in tree.values_mut() {
            let text = String::from_utf8_lossy(html);
            let mut parts = text.split("data-km-cid=\"");
            let first = parts.next().unwrap_or_default().to_owned();
            *html = parts.fold(first, |text, part| text + part.split_once('"').unwrap().1).into_bytes();
        }
        tree
    };
    let open = page("### some text\n\nof about\n");
    for behind in ["### secret\n\nof about\n", "### Whats next\n\nabout\n", "### se-cret\n\nof about\n"] {
        crate::sandbox::assert_same(&open, &page(behind), behind);
    }
}

#[test]
fn files_of_a_paid_part_are_not_published_whoever_names_them_there() {
    let body = "teaser\n\n<!-- paywall -->\n\n![x](vault0001x.png) [x](vault0002x.pdf) <img src=\"vault0003x.png\"> <Figure src=\"vault0004x.png\" alt=\"x\" />\n\n\
                [r]: vault0005x.pdf\n\n[x][r]\n\n<a href=\"vault0006x.zip\">x</a>\n\n<video src=\"vault0007x.mp4\" poster=\"vault0008x.png\"></video>\n";
    let names = ["1x.png", "2x.pdf", "3x.png", "4x.png", "5x.pdf", "6x.zip", "7x.mp4", "8x.png"]
        .map(|end| format!("content/articles/vault000{end}"));
    let published = |tier: &str| {
        let text = format!("---\ntitle: A\ntier: {tier}\n---\n{body}");
        let sandbox =
            Sandbox::new(&[("site.yaml", CONFIG), ("content/articles/b.md", "# B\n"), ("content/articles/a.md", &text)]);
        names.iter().for_each(|name| sandbox.write(name, b"x"));
        sandbox.build("dist", &[]).keys().filter(|name| name.contains("vault")).count()
    };
    assert_eq!((published("free"), published("member")), (names.len(), 0));
}

#[test]
fn a_front_matter_that_no_parser_agrees_on_is_not_published() {
    for head in [
        "---\ntitle: A\n...\ntier: member\n---\n",
        "---\ntitle: |\n  A\n tier: member\n---\n",
        "---\n{title: A, tier: member}\n---\n",
        "---\ntitle: A\n\ttier: member\n---\n",
        "---\n- tier: member\n---\n",
        "---\ntitle: &a A\ntier: *b\n---\n",
        "---\ntitle: A\n<<: {tier: member}\n---\n",
        "---\ntitle: A\n? tier\n: member\n---\n",
        "---\r\ntitle: A\r\ntier: member \r\n---\r\n",
        "--- \ntier: member\n---\n",
        "---\ntier: member\n---   \n",
        "---\ntier: member\n----\n---\n",
        "+++\n\"tier\" = 'member'\n+++\n",
        ";;;\n{\"tier\": \"member\"}\n;;;\n",
        "{\n\"tier\": \"member\"\n}\n",
        "+++\n[tier]\nid = \"member\"\n+++\n",
    ] {
        let sandbox = Sandbox::new(&[("site.yaml", CONFIG), ("content/articles/b.md", "# B\n")]);
        sandbox.write("content/articles/a.md", format!("{head}teaser\n\n<!-- paywall -->\n\nvault0001x\n").as_bytes());
        let run = sandbox.run(&["build"]);
        let page = std::fs::read_to_string(sandbox.root().join("dist/articles/a/index.html")).unwrap_or_default();
        assert!(run.code != 0 || !page.contains("vault0001x"), "{head:?} opens the piece: {}", run.err);
    }
}

#[test]
fn a_file_is_in_no_teaser_without_a_mark_whatever_its_name() {
    let files = [
        ("data.sqlite", "data.sqlite"),
        ("archive.001", "archive.001"),
        ("map.geojson", "map.geojson"),
        ("a.pdf", "a%2Epdf"),
        ("第一课:讲义.pdf", "第一课:讲义.pdf"),
    ];
    for (file, link) in files {
        let text = format!("---\ntitle: A\ntier: member\n---\nteaser\n\n[给你]({link}) vault0001x\n");
        let sandbox =
            Sandbox::new(&[("site.yaml", CONFIG), ("content/articles/b.md", "# B\n"), ("content/articles/a.md", &text)]);
        sandbox.write(&format!("content/articles/{file}"), b"paid for");
        let tree = sandbox.build("dist", &[]);
        assert!(!tree.keys().any(|path| path.ends_with(file)), "{file} is published");
        assert!(!String::from_utf8_lossy(&tree["articles/a/index.html"]).contains("vault0001x"), "{link}");
    }
    for elsewhere in ["https://example.org/a.pdf", "//example.org/a.pdf", "b.md", "/articles/b/", "mailto:a@example.org"] {
        let text = format!("---\ntitle: A\ntier: member\n---\nteaser\n\n[x]({elsewhere}) shown\n\n<!-- paywall -->\n\nx\n");
        let text = text.replace("<!-- paywall -->\n\n", &"word ".repeat(200));
        let sandbox =
            Sandbox::new(&[("site.yaml", CONFIG), ("content/articles/b.md", "# B\n"), ("content/articles/a.md", &text)]);
        let tree = sandbox.build("dist", &[]);
        assert!(String::from_utf8_lossy(&tree["articles/a/index.html"]).contains("shown"), "{elsewhere}");
    }
}

#[test]
fn a_file_that_could_be_taken_for_a_page_is_in_no_teaser_without_a_mark() {
    let files = [
        ("articles/Makefile", "Makefile"),
        ("articles/课表", "%E8%AF%BE%E8%A1%A8"),
        ("articles/demo.html", "./demo.html"),
        ("parts/LICENSE", "/parts/LICENSE"),
        ("parts/a.htm", "../parts/a.htm#top"),
    ];
    for (file, link) in files {
        let text = format!("---\ntitle: A\ntier: member\n---\nteaser\n\n[给你]({link}) vault0001x\n");
        let sandbox =
            Sandbox::new(&[("site.yaml", CONFIG), ("content/articles/b.md", "# B\n"), ("content/articles/a.md", &text)]);
        // Where there is no such file, it is a link to a page as others are.
        let run = sandbox.run(&["build"]);
        assert!(String::from_utf8_lossy(&sandbox.read("dist/articles/a/index.html")).contains("vault0001x"), "{}", run.err);
        sandbox.write(&format!("content/{file}"), b"paid for");
        let tree = sandbox.build("dist", &[]);
        assert!(!tree.values().any(|bytes| bytes == b"paid for"), "{file} is published");
        assert!(!String::from_utf8_lossy(&tree["articles/a/index.html"]).contains("vault0001x"), "{link}");
    }
}

#[test]
fn a_translation_lowers_no_tier_that_the_folder_asks_for() {
    let config = "title: T\nbase_url: https://example.org/\nlanguages: { default: en, others: [zh] }\ntiers:\n  - { id: free }\n  - { id: member, checkout: 'https://pay.example.org/member' }\n  - { id: pro, checkout: 'https://pay.example.org/pro' }\n";
    let page = |own: &str, folder: &str, translation: &str| {
        let head = |tier: &str| if tier.is_empty() { String::new() } else { format!("---\ntier: {tier}\n---\n") };
        let sandbox = Sandbox::new(&[("site.yaml", config)]);
        sandbox.write("content/courses/c/_index.md", format!("{}# C\n\nx\n", head(folder)).as_bytes());
        sandbox.write("content/courses/c/01-x.md", format!("{}{TEXT}", head(own)).as_bytes());
        sandbox.write("content/courses/c/01-x.zh.md", format!("{}{TEXT}", head(translation)).as_bytes());
        String::from_utf8_lossy(&sandbox.build("dist", &[])["courses/c/x/index.html"]).into_owned()
    };
    let opens = |page: &str, tier: &str| page.contains(&format!("https://pay.example.org/{tier}"));
    let closed = page("", "pro", "member");
    assert!(opens(&closed, "pro") && !opens(&closed, "member"), "{closed}");
    let closed = page("", "member", "pro");
    assert!(opens(&closed, "pro") && !opens(&closed, "member"), "a translation may ask for more");
    assert!(opens(&page("member", "pro", "pro"), "member"), "what a file says of itself holds");
}
