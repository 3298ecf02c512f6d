//! Addresses that two want, and names in text and front matter that lead nowhere.

use insta::assert_snapshot;

use crate::dist_links;
use crate::program::Folder;

#[test]
fn two_files_for_one_address_are_both_named() {
    let site = Folder::site(&[("content/articles/b.md", "---\nslug: a\n---\nx\n"), ("content/articles/a.md", "y\n")]);
    assert_snapshot!(site.build(&[]), @r"
    error KM0401 content/articles/b.md: two pieces for the address `/articles/a/`
      + content/articles/a.md: `content/articles/a.md` is published there
      give one of them another `slug:` or `path:`
    exit 1
    ");
    let site = Folder::site(&[("content/about.md", "x\n"), ("static/about/index.html", "y\n")]);
    assert_snapshot!(site.build(&[]), @r"
    error KM0401 static/about/index.html: two files for the address `/about/index.html`
      + content/about.md: `content/about.md` is published there
      give one of them another `slug:` or `path:`, or rename it
    exit 1
    ");
}

#[test]
fn an_alias_takes_no_address_from_a_page_a_list_or_another_alias() {
    let site = Folder::site(&[
        ("content/a.md", "---\naliases: [/b/, /old/]\n---\nx\n"),
        ("content/b.md", "---\naliases: /old/\n---\ny\n"),
    ]);
    assert_snapshot!(site.build(&[]), @r"
    error KM0402 content/a.md:2:11: the old address `/b/` is taken
      + content/b.md: `content/b.md` has it
      leave it out of `aliases:` of one of them
    error KM0402 content/b.md:2:10: the old address `/old/` is taken
      + content/a.md: `content/a.md` has it
      leave it out of `aliases:` of one of them
    exit 1
    ");
    let site = Folder::site(&[("content/a.md", "---\naliases: [/articles/]\n---\nx\n"), ("content/articles/b.md", "y\n")]);
    assert_snapshot!(site.build(&[]), @r"
    error KM0402 content/a.md:2:10: the old address `/articles/` is taken
      + content/articles/b.md: `content/articles/b.md` is published there
      leave `/articles/` out of `aliases:`: what stands there would be lost
    exit 1
    ");
}

#[test]
fn prerequisites_in_a_circle() {
    let needs = |name: &str| format!("---\nprerequisites: articles/{name}\n---\nx\n");
    let site = Folder::site(&[
        ("content/articles/a.md", &needs("b")),
        ("content/articles/b.md", &needs("c")),
        ("content/articles/c.md", &needs("a")),
        ("content/articles/d.md", &needs("a")),
    ]);
    assert_snapshot!(site.build(&[]), @r"
    error KM0406 content/articles/a.md:2:16: a piece is its own prerequisite (`content/articles/a.md` needs `content/articles/b.md` needs `content/articles/c.md` needs `content/articles/a.md`)
      take one of them out
    exit 1
    ");
}

#[test]
fn a_translation_of_nothing() {
    let site = Folder::site(&[
        ("content/articles/a.en.md", "---\ntranslation_of: articels/b\n---\nx\n"),
        ("content/articles/b.md", "x\n"),
    ]);
    assert_snapshot!(site.build(&[]), @r"
    warning KM0407 content/articles/a.en.md:2:17: there is no piece `articels/b` to be a translation of
      did you mean `articles/b`?
    exit 0
    ");
}

#[test]
fn dead_links_anchors_and_images_with_the_nearest_name() {
    let text = "# Eins\n\n[x](b.md) [y](bee.md#zwo) [z](#ein) ![i](bild.png) [w](../nix/) [[Bea]] [v](../../../x)\n";
    let site = Folder::site(&[
        ("content/articles/a.md", text),
        ("content/articles/bee.md", "# Bee\n\n## Zwei\n"),
        ("content/articles/bilt.png", ""),
        ("content/draft.md", "---\ndraft: true\n---\nx\n"),
        ("content/z.md", "汉字里的[链接](draft.md)。\n"),
    ]);
    assert_snapshot!(site.build(&[]), @r"
    warning KM0403 content/articles/a.md:3:1: no page or file at `b.md`
      there is no `content/articles/b.md`: add it, or mend the link
    warning KM0404 content/articles/a.md:3:11: `content/articles/bee.md` has no heading `#zwo`
      link to one of the headings, as `#bee`, `#zwei`
    warning KM0404 content/articles/a.md:3:27: `content/articles/a.md` has no heading `#ein`
      did you mean `eins`?
    warning KM0405 content/articles/a.md:3:37: no image at `bild.png`
      did you mean `bilt.png`?
    warning KM0403 content/articles/a.md:3:52: no page or file at `../nix/`
      there is no `content/nix`: add it, or mend the link
    warning KM0403 content/articles/a.md:3:65: no piece is called `Bea`
      did you mean `bee`?
    warning KM0403 content/articles/a.md:3:73: no page or file at `../../../x`
      the path leaves the site's folder: copy what it leads to into it
    warning KM0403 content/z.md:1:5: `draft.md` is not published
      it is a draft, lies in the future or has expired: `--drafts` and `--future` include it
    exit 0
    ");
    assert_eq!(site.run(&["build", "--strict"]).code, 1);
}

#[test]
fn pages_that_a_site_may_have_are_links_where_it_has_them() {
    let pages = ["/matrix/", "/pricing/", "/tags/", "/series/", "/sessions.ics", "/en/feed.xml", "/feed.json", "/sitemap.xml"];
    let links: String = pages.iter().map(|page| format!("[x]({page})\n")).collect();
    let found = Folder::site(&[("content/a.md", &links)]).build(&[]);
    let dead: Vec<&str> = pages.into_iter().filter(|page| found.contains(&format!("at `{page}`"))).collect();
    assert_eq!(dead, ["/matrix/", "/pricing/", "/tags/", "/series/", "/sessions.ics", "/en/feed.xml"], "{found}");
    let article = "---\nlevel: beginner\ntags: 面团\nseries: 一\ntier: member\n---\nx\n\n<!-- paywall -->\n\ny\n";
    let site = Folder::site(&[
        ("content/a.md", &links),
        ("content/a.en.md", "x\n"),
        ("content/articles/b.md", article),
        ("content/sessions/c.md", "---\nstart: 2999-01-01T08:00:00Z\n---\nx\n"),
    ])
    .with("site.yaml", "title: T\nbase_url: https://example.org/\nlanguages: { default: zh, others: [en] }\n");
    assert_eq!(site.build(&[]), "exit 0");
    assert_eq!(dist_links::broken(&site.dist(), "https://example.org/"), [""; 0]);
}

#[test]
fn a_site_that_does_not_answer_is_a_warning_of_the_external_check() {
    // A port that was free a moment ago, and on which nobody listens.
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).map_or(9, |address| address.port());
    let address = format!("http://127.0.0.1:{port}/");
    let site = Folder::site(&[("content/a.md", &format!("[x]({address})\n"))]);
    let found = site.run(&["check", "--external", "--json"]).findings(site.path());
    assert!(found.starts_with(&format!("warning KM0413 content/a.md:1:1: `{address}` does not answer: ")), "{found}");
    assert!(found.ends_with("\n  mend or remove the link\nexit 0"), "{found}");
    assert_eq!(site.run(&["check", "--json"]).findings(site.path()), "exit 0");
}
