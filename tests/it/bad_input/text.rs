//! Bad Markdown: includes, components, footnotes, encodings, deep nesting; and template marks, which are plain text in content.

use insta::assert_snapshot;

use crate::program::Folder;

/// A book of these chapters, the first two of them listed.
fn book(files: &[(&str, &str)]) -> Folder {
    let book = Folder::site(&[("content/books/x/SUMMARY.md", "# Summary\n\n- [A](a.md)\n- [B](b.md)\n")]);
    files.iter().fold(book, |book, (name, text)| book.with(&format!("content/books/x/{name}"), text))
}

#[test]
fn includes_in_a_circle() {
    assert_snapshot!(book(&[("a.md", "{{#include b.md}}\n"), ("b.md", "{{#include a.md}}\n")]).build(&[]), @r"
    error KM0322 content/books/x/a.md:1:1: `content/books/x/a.md` is included by itself: content/books/x/a.md → content/books/x/b.md → content/books/x/a.md
      take one of these includes out
    error KM0322 content/books/x/b.md:1:1: `content/books/x/b.md` is included by itself: content/books/x/b.md → content/books/x/a.md → content/books/x/b.md
      take one of these includes out
    exit 1
    ");
}

#[test]
fn includes_of_what_is_outside_or_not_there() {
    let text = "{{#include ../../../../etc/passwd}}\n\n{{#include bb.md}}\n\n{{#include b.md:anker}}\n";
    assert_snapshot!(book(&[("a.md", text), ("b.md", "ANCHOR: ankr\nx\nANCHOR_END: ankr\n")]).build(&[]), @r"
    error KM0323 content/books/x/a.md:1:1: `../../../../etc/passwd` lies outside the site
      copy the file into the site's folder
    warning KM0320 content/books/x/a.md:3:1: `content/books/x/bb.md` is not there to be included
      did you mean `content/books/x/b.md`?
      the path counts from `content/books/x/`
    warning KM0321 content/books/x/a.md:5:1: `content/books/x/b.md` has no anchor `anker`
      did you mean `ankr`?
      put the lines `ANCHOR: anker` and `ANCHOR_END: anker` in it
    exit 1
    ");
}

#[test]
fn includes_that_multiply() {
    let ten = |name: &str| format!("{{{{#include {name}}}}}\n").repeat(10);
    let site = book(&[("a.md", &ten("b.md")), ("b.md", &ten("c.txt")), ("c.txt", &ten("d.txt")), ("d.txt", &ten("e.txt"))])
        .with("content/books/x/e.txt", ten("f.txt"))
        .with("content/books/x/f.txt", "x");
    // From `a` on a hundred thousand files would be looked at, from `b` on a tenth of it.
    assert_snapshot!(site.build(&[]), @r"
    error KM0324 content/books/x/a.md:6:1: the includes of this chapter add up to too much
      split the chapter, or include parts of files
    exit 1
    ");
}

#[test]
fn summaries_that_name_too_much_or_too_little() {
    let site = book(&[("a.md", "x\n"), ("c.md", "y\n")]);
    assert_snapshot!(site.build(&[]), @r"
    warning KM0410 content/books/x/SUMMARY.md:4:3: `b.md` is listed, and there is no such file
      make `b.md`, or take the line out
    warning KM0411 content/books/x/c.md: `content/books/x/SUMMARY.md` does not list this file: it stands outside the order of reading
      list it there, or move it out of the book's folder
    exit 0
    ");
    let site = Folder::site(&[("content/books/x/SUMMARY.md", "# Summary\n"), ("content/books/x/_index.md", "x\n")]);
    assert_snapshot!(site.build(&[]), @r"
    warning KM0308 content/books/x/SUMMARY.md: `content/books/x/SUMMARY.md` lists no chapter
      list the chapters as `- [Title](chapter.md)`
    exit 0
    ");
}

#[test]
fn components_that_are_unknown_or_called_wrongly() {
    let text = "<Vido src=\"x.mp4\" />\n\n<Callout typ=\"note\">x</Callout>\n\n<Video />\n\n<Callout>\n\nVec<T>\n";
    assert_snapshot!(Folder::site(&[("content/a.md", text)]).build(&[]), @r#"
    error KM0313 content/a.md:1:1: there is no component `Vido`
      did you mean `Video`?
    warning KM0405 content/a.md:1:11: no file at `x.mp4`
      there is no `content/x.mp4`: add it, or mend the link
    error KM0314 content/a.md:3:1: `Callout` takes no argument `typ`
      it takes `kind`, `title`
    error KM0315 content/a.md:5:1: `Video` needs the argument `src`
      add `src="…"`
    warning KM0303 content/a.md:7:1: nothing closes `<Callout>`; it is shown as text
      write it as code: `<Callout>` between backticks; a component is closed by `/>` or by a tag of its own
    warning KM0303 content/a.md:9:4: `<T>` is no component here; it is shown as text
      write it as code: `<T>` between backticks; a component is closed by `/>` or by a tag of its own
    exit 1
    "#);
}

#[test]
fn a_footnote_that_nothing_refers_to() {
    let site = Folder::site(&[("content/a.md", "x\n\n[^注]: 说明\n")]);
    assert_snapshot!(site.build(&[]), @r"
    warning KM0318 content/a.md: nothing refers to the footnote `注`
      write `[^注]` where it belongs, or delete it
    exit 0
    ");
}

#[test]
fn text_that_is_not_utf8() {
    // The second file says 你好 in GBK.
    let site = Folder::site(&[]).with("content/a.md", b"a\nb \xff\xfe c\n").with("content/b.md", b"\xc4\xe3\xba\xc3");
    assert_snapshot!(site.build(&[]), @r"
    error KM0102 content/a.md:2:3: `content/a.md` is not UTF-8: byte 0xFF at line 2, column 3
      save the file as UTF-8 (it may be GBK, UTF-16 or Latin-1)
    error KM0102 content/b.md:1:1: `content/b.md` is not UTF-8: byte 0xC4 at line 1, column 1
      save the file as UTF-8 (it may be GBK, UTF-16 or Latin-1)
    exit 1
    ");
}

#[test]
fn ten_thousand_levels_are_shown_at_the_deepest_that_is_shown() {
    let site = Folder::site(&[
        ("content/list.md", &format!("{}DEEP\n", "- ".repeat(10_000))),
        ("content/quote.md", &format!("{}DEEP\n", "> ".repeat(10_000))),
    ]);
    let found = site.build(&[]);
    assert_eq!(found.matches("KM0307").count(), 2, "{found}");
    assert!(found.ends_with("exit 0"), "{found}");
    for page in ["list/index.html", "quote/index.html"] {
        assert!(site.page(page).contains("DEEP"), "{page}");
    }
}

#[test]
fn template_marks_in_content_are_text() {
    let marks = "{{ a }} {% b %} {# c #}";
    let text = format!(
        "---\ntitle: \"{marks}\"\ndescription: \"{{{{ d }}}} {{% raw %}}\"\n---\n{marks} {{% raw %}}{{{{\n\n`{marks}`\n\n```text\n{marks}\n```\n\n\
         $\\text{{{{{{a}}}}}}$\n\n<Callout title=\"{marks}\">\n\n{marks}\n\n</Callout>\n"
    );
    let site = Folder::site(&[("content/a.md", &text)]);
    assert_eq!(site.build(&["--strict"]), "exit 0");
    let page = site.page("a/index.html");
    // In the title of the page and of its head, in prose, in code of both kinds, in the component's title and text.
    assert!(page.matches(marks).count() >= 7, "{page}");
    assert!(
        page.contains(&format!("<code>{marks}</code>")) && page.contains("{{ d }} {% raw %}") && page.contains("{{a}}"),
        "{page}"
    );
}
