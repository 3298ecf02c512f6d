//! Brand, footer, comments and analytics as they come out in a built site.

use std::collections::BTreeSet;

use crate::sandbox::{Run, Sandbox, Tree};

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"120\" height=\"24\"></svg>";

fn site(yaml: &str, more: &[(&str, &str)]) -> Sandbox {
    let yaml = format!(
        "title: {{zh: 小站, en: Small}}\nbase_url: https://example.org/shop/\nlanguages: {{default: zh, others: [en]}}\n{yaml}"
    );
    let files = [
        ("site.yaml", yaml.as_str()),
        ("content/articles/a.zh.md", "---\ntitle: 文章\ndate: 2026-01-01\n---\n正文。\n"),
        ("content/articles/a.en.md", "---\ntitle: Article\ndate: 2026-01-01\n---\nText.\n"),
        ("content/terms.zh.md", "# 条款\n\n条款。\n"),
        ("content/terms.en.md", "# Terms\n\nTerms.\n"),
    ];
    Sandbox::new(&[&files, more].concat())
}

fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
    let bytes = tree.get(path).unwrap_or_else(|| panic!("{path} is not in {:?}", tree.keys()));
    std::str::from_utf8(bytes).unwrap()
}

fn style_sheet(tree: &Tree) -> (&str, &str) {
    let path = tree.keys().find(|path| path.starts_with("assets/site.") && path.ends_with(".css")).unwrap();
    (path, text(tree, path))
}

fn check(sandbox: &Sandbox) -> Run {
    sandbox.run(&["check"])
}

#[test]
fn a_logo_is_published_under_its_fingerprint_with_its_size() {
    for (file, name) in
        [("content/logo.svg", "logo.svg"), ("static/pics/logo.svg", "pics/logo.svg"), ("content/logo.svg", "/logo.svg")]
    {
        let sandbox = site(&format!("brand: {{logo: {name}}}\n"), &[(file, SVG)]);
        let tree = sandbox.build("dist", &[]);
        let published: Vec<&String> =
            tree.keys().filter(|path| path.starts_with("media/") && path.ends_with("/logo.svg")).collect();
        let [path] = published[..] else { panic!("one logo: {published:?}") };
        let src = format!("src=\"/shop/{path}\" width=\"120\" height=\"24\"");
        for page in ["index.html", "en/index.html", "articles/a/index.html"] {
            assert!(text(&tree, page).contains(&src), "{page}: {src}");
        }
        sandbox.write(file, SVG.replace("120", "121").as_bytes());
        assert!(!sandbox.build("dist", &[]).contains_key(path), "another picture has another address");
    }
}

#[test]
fn a_logo_that_is_not_there_is_an_error_with_the_nearest_name() {
    let run = check(&site("brand:\n  logo: lgo.svg\n", &[("content/logo.svg", SVG)]));
    assert_eq!(run.code, 2);
    assert!(run.err.contains("error[KM0213]: there is no picture `lgo.svg`"), "{}", run.err);
    assert!(run.err.contains("site.yaml:5:9") && run.err.contains("did you mean `logo.svg`?"), "{}", run.err);
}

#[test]
fn the_accent_reaches_the_style_sheet_and_its_fingerprint() {
    let plain = site("", &[]).build("dist", &[]);
    let green = site("brand: {accent: '#0f766e'}\n", &[]).build("dist", &[]);
    let (plain_path, plain_css) = style_sheet(&plain);
    let (path, css) = style_sheet(&green);
    assert!(!plain_css.contains("--brand-light:"));
    assert!(css.contains("--brand-light:#0f766e;--brand-light-ink:#ffffff;--brand-dark:#"), "{css}");
    assert_ne!(plain_path, path);
    assert!(text(&green, "index.html").contains(&format!("href=\"/shop/{path}\"")));
}

#[test]
fn an_accent_that_is_hard_to_read_is_told_with_its_ratio_and_a_better_one() {
    // A paper of white makes the numbers those of any contrast calculator: #0ea5e9 on #ffffff is 2.77:1.
    let theme = ("themes/mine/theme.yaml", "name: mine\npaper: {light: '#ffffff', dark: '#000000'}\n");
    let run = check(&site("theme: mine\nbrand:\n  accent: '#0ea5e9'\n", &[theme]));
    assert_eq!(run.code, 0, "{}", run.err);
    let expected = "warning[KM0212]: `#0ea5e9` is hard to read on the theme's light paper `#ffffff`: 2.77:1, not 4.5:1";
    assert!(run.err.contains(expected), "{}", run.err);
    assert!(run.err.contains("site.yaml:6:11"), "{}", run.err);
    let hint = run.err.split("the nearest colour that can be read is `").nth(1).unwrap().split('`').next().unwrap();
    let better = check(&site(&format!("theme: mine\nbrand:\n  accent: '{hint}'\n"), &[theme]));
    assert!(!better.err.contains("KM0212"), "{}", better.err);
    let dark = check(&site("theme: mine\nbrand:\n  accent_dark: '#1e3a8a'\n", &[theme]));
    assert!(dark.err.contains("on the theme's dark paper `#000000`"), "{}", dark.err);
}

#[test]
fn the_footer_says_what_law_and_shops_need_in_the_language_of_the_page() {
    let yaml = "footer:\n  icp: 京ICP备12345678号-1\n  police: 京公网安备11010502030000号\n  copyright: {zh: 版权所有 © 某某, en: All rights © Someone}\n  \
                contact: me@example.org\n  links: [{name: {zh: 条款, en: Terms}, link: /terms/}]\n";
    let tree = site(yaml, &[]).build("dist", &[]);
    let (zh, en) = (text(&tree, "articles/a/index.html"), text(&tree, "en/articles/a/index.html"));
    for page in [zh, en] {
        assert!(page.contains("<a href=\"https://beian.miit.gov.cn/\" rel=\"noopener\">京ICP备12345678号-1</a>"));
        assert!(page.contains("href=\"https://beian.mps.gov.cn/#/query/webSearch?code=11010502030000\""));
        assert!(page.contains("<a href=\"mailto:me@example.org\">me@example.org</a>"));
    }
    assert!(zh.contains("版权所有 © 某某") && zh.contains("<a href=\"/shop/terms/\">条款</a>"));
    assert!(en.contains("All rights © Someone") && en.contains("<a href=\"/shop/en/terms/\">Terms</a>"));
}

#[test]
fn comments_and_analytics_load_only_where_they_are_configured() {
    let silent = site("", &[]).build("dist", &[]);
    let outside = ["giscus", "artalk", "umami", "hm.baidu.com"];
    for (path, bytes) in silent.iter().filter(|(path, _)| path.ends_with(".html") || *path == "_headers") {
        let page = String::from_utf8_lossy(bytes);
        assert!(outside.iter().all(|word| !page.contains(word)), "{path}");
    }
    let yaml = "comments: {giscus: {repo: me/talk, repo_id: R_1, category: General, category_id: DIC_1}}\n\
                analytics: {umami: {website_id: w-1}, baidu: {id: abc123}}\n";
    let no_comments = ("content/articles/b.zh.md", "---\ntitle: 无评论\ncomments: false\n---\n正文。\n");
    let tree = site(yaml, &[no_comments]).build("dist", &[]);
    let commented: BTreeSet<&str> = tree
        .iter()
        .filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains("data-service=\"giscus\""))
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(commented, BTreeSet::from(["articles/a/index.html", "en/articles/a/index.html"]));
    let article = text(&tree, "articles/a/index.html");
    assert!(article.contains("data-lang=\"zh-CN\"") && article.contains("data-repo=\"me/talk\""), "{article}");
    assert!(text(&tree, "en/articles/a/index.html").contains("data-lang=\"en\""));
    assert!(article.contains("data-baidu=\"abc123\"") && article.contains("data-website-id=\"w-1\""));
    assert!(!text(&tree, "404.html").contains("data-baidu"));
    // The policy in the page and in the header is the same, but for what the header alone can say.
    let meta = article.split("http-equiv=\"Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    let policy = meta.replace("&#39;", "'").replace("&#x27;", "'");
    assert!(policy.contains("frame-src 'self' https://giscus.app"), "{policy}");
    assert!(text(&tree, "_headers").contains(&format!("Content-Security-Policy: {policy}; frame-ancestors 'self'\n")));
}

#[test]
fn only_what_has_a_fingerprint_is_cached_for_good() {
    let headers = |more: &[(&str, &str)]| {
        let tree = site("", more).build("dist", &[]);
        let rules = text(&tree, "_headers").split("\n\n").filter(|rule| rule.contains("immutable"));
        rules.filter_map(|rule| rule.lines().next()).map(str::to_owned).collect::<Vec<_>>()
    };
    let indexes = ["/shop/search/data/en/*", "/shop/search/data/zh/*"];
    assert_eq!(headers(&[]), ["/shop/assets/*", "/shop/media/*", indexes[0], indexes[1]]);
    let own = headers(&[
        ("static/assets/mine.js", "1"),
        ("content/media/a.svg", SVG),
        ("content/media/p.zh.md", "# 图\n\n![](a.svg)\n"),
    ]);
    assert!(
        own.iter().all(|path| (!path.ends_with('*') || indexes.contains(&&**path))
            && !path.contains("mine.js")
            && !path.ends_with("a.svg")),
        "{own:?}"
    );
    assert!(own.iter().any(|path| path.starts_with("/shop/assets/site.") && path.ends_with(".css")), "{own:?}");
}

#[test]
fn the_search_page_finds_ways_and_gives_way_to_a_page_of_the_sites_own() {
    let tree = site("", &[]).build("dist", &[]);
    let (zh, en) = (text(&tree, "search/index.html"), text(&tree, "en/search/index.html"));
    assert!(zh.contains("文章") && zh.contains("href=\"/shop/articles/a/\""), "{zh}");
    assert!(en.contains("href=\"/shop/en/articles/a/\""));
    assert!(text(&tree, "index.html").contains("href=\"/shop/search/\""));
    let own = site("", &[("content/search.zh.md", "# 我的搜索\n\n自己的。\n")]).build("dist", &[]);
    assert!(text(&own, "search/index.html").contains("我的搜索"));
}
