//! Footnotes: their numbers, their ways back, and those of a text in two parts.

use super::*;

#[test]
fn footnotes_are_numbered_by_first_reference() {
    let blocks = vec![
        note("b", "乙"),
        Block::Paragraph(vec![text("x"), reference("a"), reference("b"), reference("a")]),
        Block::Quote(vec![note("a", "甲")]),
    ];
    assert_eq!(
        html(blocks, vec![]),
        "<p>x<sup class=\"footnote\" id=\"fnref-1\"><a href=\"#fn-1\" role=\"doc-noteref\">1</a></sup>\
         <sup class=\"footnote\" id=\"fnref-2\"><a href=\"#fn-2\" role=\"doc-noteref\">2</a></sup>\
         <sup class=\"footnote\" id=\"fnref-1-2\"><a href=\"#fn-1\" role=\"doc-noteref\">1</a></sup></p>\n\
         <blockquote>\n</blockquote>\n<section class=\"footnotes\" aria-label=\"脚注\">\n<ol>\n\
         <li id=\"fn-1\"><p>甲 <a href=\"#fnref-1\" role=\"doc-backlink\" aria-label=\"返回 1\">↩</a> \
         <a href=\"#fnref-1-2\" role=\"doc-backlink\" aria-label=\"返回 1-2\">↩</a></p></li>\n\
         <li id=\"fn-2\"><p>乙 <a href=\"#fnref-2\" role=\"doc-backlink\" aria-label=\"返回 2\">↩</a></p></li>\n</ol>\n</section>\n"
    );
}

#[test]
fn footnotes_may_refer_to_each_other_and_unused_ones_are_noted() {
    let ring = |label: &str, to: &str| Block::Footnote { label: label.into(), content: vec![Block::Plain(vec![reference(to)])] };
    let Noted { value, diags } =
        noted(vec![Block::Plain(vec![reference("a")]), ring("a", "b"), ring("b", "a"), note("lost", "x")], vec![]);
    assert_eq!(value.matches("<li ").count(), 2);
    assert!(value.contains("id=\"fnref-1-2\""), "{value}");
    assert_eq!(diags.len(), 1);
    assert_eq!(diags[0].message, "nothing refers to the footnote `lost`");
}

#[test]
fn footnotes_span_a_teaser_and_what_follows_it() {
    let teaser =
        body(vec![Block::Plain(vec![reference("paid"), reference("free")]), note("free", "here"), note("late", "later")], vec![]);
    let rest = body(
        vec![
            Block::Plain(vec![reference("new"), reference("paid"), reference("late")]),
            note("new", "n"),
            note("paid", "secret"),
        ],
        vec![],
    );

    let labels = html::note_labels(&teaser);
    assert_eq!(labels, ["paid", "free", "late"].map(Box::from));
    let Noted { value, diags } = render_parts(&[&teaser], "zh", Notes::Teaser);
    assert_eq!(diags, []);
    assert!(
        value.starts_with(
            "<sup class=\"footnote\" id=\"fnref-1\">1</sup><sup class=\"footnote\" id=\"fnref-2\"><a href=\"#fn-2\""
        ),
        "{value}"
    );
    assert!(value.contains("<li id=\"fn-2\" value=\"2\">") && value.contains("<li id=\"fn-3\">"), "{value}");

    let Noted { value: after, diags } = render_parts(&[&rest], "zh", Notes::After(&labels));
    assert_eq!(diags, []);
    assert!(after.contains("<li id=\"fn-1\"><p>secret") && after.contains("<li id=\"fn-4\" value=\"4\"><p>n"), "{after}");
    assert!(after.contains("<a href=\"#fn-3\" role=\"doc-noteref\">3</a>"), "{after}");
    let ids =
        |html: &str| html.split("id=\"").skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect::<Vec<_>>();
    let mut all = [ids(&value), ids(&after)].concat();
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count, "{value}{after}");

    // A free piece shows both parts as one text.
    let whole = render_parts(&[&teaser, &rest], "zh", Notes::Whole);
    assert_eq!(whole.diags, []);
    assert_eq!(whole.value.matches("doc-noteref").count(), 5);
    assert_eq!(whole.value.matches("<section").count(), 1);
}
