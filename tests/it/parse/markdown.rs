//! Markdown to blocks: every construct, in Chinese and English, and what must stay text.

use kmsite::model::{Block, Inline};
use kmsite::parse::ParseOptions;
use kmsite::world::MemoryWorld;

use super::{Opened, open, pointed, read, show_inlines};

fn shown(text: &str) -> String {
    let opened = read(text);
    assert_eq!(opened.findings(), [] as [&str; 0], "{text}");
    opened.show()
}

/// Short texts are teaser only; a paywall mark after everything keeps it so for long ones.
fn blocks(opened: &Opened) -> Vec<Block> {
    opened.teaser().blocks.iter().chain(opened.rest().blocks.iter()).cloned().collect()
}

/// What is emphasised in the last block of a text, each with its kind.
fn emphasised(text: &str) -> Vec<(&'static str, String)> {
    let opened = read(text);
    assert_eq!(opened.findings(), [] as [&str; 0], "{text}");
    let inlines = match blocks(&opened).last().expect("a block") {
        Block::Paragraph(content) | Block::Heading { content, .. } => content.clone(),
        Block::Table { head, .. } => head.concat(),
        _ => panic!("{text}"),
    };
    let kind = |inline: &Inline| match inline {
        Inline::Strong(inner) => Some(("strong", show_inlines(inner))),
        Inline::Emphasis(inner) => Some(("em", show_inlines(inner))),
        Inline::Strike(inner) => Some(("del", show_inlines(inner))),
        _ => None,
    };
    inlines.iter().filter_map(kind).collect()
}

#[test]
fn emphasis_beside_han_needs_no_space() {
    let is = |text: &str, expected: &[(&'static str, &str)]| {
        let expected: Vec<_> = expected.iter().map(|&(kind, text)| (kind, text.to_owned())).collect();
        assert_eq!(emphasised(text), expected, "{text}");
    };
    is("**继承。**课程", &[("strong", "继承。")]);
    is("他说**“不”**吗", &[("strong", "“不”")]);
    is("**继承。**课程和**多态**的", &[("strong", "继承。"), ("strong", "多态")]);
    is("一*“甲”*乙，~~删。~~后", &[("em", "“甲”"), ("del", "删。")]);
    is("# 首\n\n## 一**（二）**三", &[("strong", "（二）")]);
    is("~删是~ 后", &[("del", "删是")]);
    is("| **甲。**乙 | 丙 |\n|---|---|\n| 1 | 2 |", &[("strong", "甲。")]);
    is("花了$5和$6，**很值。**再来", &[("strong", "很值。")]);
    assert_eq!(shown("**继承。**课程"), "p(**继承。**课程)", "nothing is added to the text");
    // Marks that pair with nothing stay, and so does what CommonMark says of other scripts.
    is("三 ** 四。**五", &[]);
    is("\\*\\*继承。\\*\\*课程 `**继承。**课程` 2*3。*4", &[]);
    is("**a.**b", &[]);
    is("算2*3，他说。*重点*", &[("em", "重点")]);
    is("**甲 **乙** 丙。** 丁", &[("strong", "甲 **乙** 丙。")]);
}

#[test]
fn blocks_of_every_kind() {
    assert_eq!(shown("a *b* **c** ~~d~~ `e`\\\nf"), "p(a *b* **c** ~d~ `e`↵f)");
    assert_eq!(
        shown("> q\n\n## A\n\n- x\n- y\n  - z\n\n1. one\n\n   two\n"),
        "quote[p(q)] | h2#a(A) | list{x; y | list{z}} | list{p(one) | p(two)}"
    );
    assert_eq!(shown("> [!TIP]\n> 好\n\n---\n\n    code\n"), "tip[p(好)] | rule | code:(code\n)");
    assert_eq!(shown("| a | b |\n|---|:-:|\n| 1 | 2 |\n| 3 | 4 |\n"), "table(2x2)");
    assert_eq!(shown("- [ ] a\n- [x] b\n"), "list{[ ]a; [x]b}");
    assert_eq!(shown("术语\n: 解释一\n: 解释二\n"), "defs{术语: 解释一; 解释二}");
    assert_eq!(
        shown("```mermaid\ngraph TD\n```\n\n```math\nx^2\n```\n\n```Rust,ignore\nlet a;\n```\n"),
        "mermaid(graph TD\n) | math(x^2) | code:rust(let a;\n)"
    );
}

#[test]
fn footnotes_stand_last_wherever_they_are_written() {
    assert_eq!(
        shown("a[^1] b[^x]\n\n[^1]: one\n\n- l\n\n  [^x]: two\n\nend"),
        "p(a[^1] b[^x]) | list{p(l)} | p(end) | ^1[p(one)] | ^x[p(two)]"
    );
    assert_eq!(shown("no [^nine] here"), "p(no [^nine] here)");
}

#[test]
fn math_is_no_price() {
    assert_eq!(shown("$5 and $6"), "p($5 and $6)");
    assert_eq!(shown("花了$5和**$6**，又花了$7和$8。"), "p(花了$5和**$6**，又花了$7和$8。)");
    assert_eq!(shown("勾股定理$a^2+b^2=c^2$成立"), "p(勾股定理$a^2+b^2=c^2$成立)");
    assert_eq!(shown("$$\nE=mc^2\n$$"), "math(E=mc^2)");
    assert_eq!(shown("so $$x$$ is"), "p(so $$x$ is)");
    assert_eq!(shown("`$a$` \\$a$"), "p(`$a$` $a$)");
}

#[test]
fn soft_breaks_vanish_between_han() {
    assert_eq!(
        shown("你好，\n世界 hello\nworld\n中文\n日本語かな\n**粗体**\n*强调*\n再来"),
        "p(你好，世界 hello⏎world⏎中文日本語かな**粗体***强调*再来)"
    );
    assert_eq!(shown("中文\n`code`\n中文\nabc"), "p(中文⏎`code`⏎中文⏎abc)");
    // Two links in lines of their own are two entries.
    assert_eq!(shown("[前言](a.md)\n[简介](b.md)\n见\n[附录](c.md)\n里"), "p([前言]0⏎[简介]1见[附录]2里)");
}

#[test]
fn shortcodes_of_others_stay_text_and_are_told() {
    let opened =
        read("{{ x }} {% y %}\n\n看 {{< youtube id=\"a_b\" >}}，{{ zola(id=1) }}\n\n`{{< a >}}`\n\n```\n{{< b >}}\n```\n");
    let told = |name: &str| format!("KM0319 the shortcode `{name}` is shown as text");
    assert_eq!(opened.findings(), [told("youtube"), told("zola")]);
    assert!(opened.show().contains("看 {{< youtube id=\"a_b\" >}}，{{ zola(id=1) }}"), "{}", opened.show());
}

#[test]
fn headings_have_stable_ids() {
    let text = "## 什么是所有权？\n\n## A `b` c\n\n## A b c\n\n### Mine {#own .big}\n\n## 模板 {变量}\n\n## Use {a=b}\n";
    assert_eq!(
        shown(text),
        "h2#什么是所有权(什么是所有权？) | h2#a-b-c(A `b` c) | h2#a-b-c-1(A b c) | h3#own(Mine) | h2#模板-变量(模板 {变量}) | h2#use-ab(Use {a=b})"
    );
    let twice = read("## A {#x}\n\n## B {#x}\n");
    assert_eq!(twice.findings(), ["KM0304 the heading id `x` is given twice; this one is published as `x-1`"]);
    assert_eq!(twice.show(), "h2#x(A) | h2#x-1(B)");
}

#[test]
fn links_stay_as_written() {
    let text =
        "[a](b%20c.md#x \"t\") ![图](<img/图 1.png>) <https://e.org> <a@e.org> [[页面]] [[页面#节|标签]] [r]\n\n[r]: ../r.md";
    let opened = read(text);
    assert_eq!(opened.show(), "p([a]0 ![图]1 [https://e.org]2 [a@e.org]3 []4 [标签]5 [r]6)");
    assert_eq!(
        opened.links(),
        [
            "Anchor b%20c.md#x",
            "Image img/图 1.png",
            "Anchor https://e.org",
            "Anchor mailto:a@e.org",
            "Wiki 页面",
            "Wiki 页面#节",
            "Anchor ../r.md",
        ]
    );
}

#[test]
fn doubled_brackets_of_commonmark_are_no_wiki_links() {
    assert_eq!(shown("见[[2,3]](../..)。"), "p(见[[2,3]]0。)");
    assert_eq!(shown("[[a](b), [c](d)]"), "p([[a]0, [c]1])");
    assert_eq!(shown("[[1]]\n\n[1]: x.md"), "p([[1]0])");
    assert_eq!(shown("`[[bin]]` 和 [[页]]"), "p(`[[bin]]` 和 []0)");
}

#[test]
fn templates_in_prose_stay_text() {
    let text = "{{ x }} {% y %} {# z #} `{{ q }}` {{#include a.rs}}\n\n```\n{{#include b.rs}}\n```\n";
    assert_eq!(shown(text), "p({{ x }} {% y %} {# z #} `{{ q }}` {{#include a.rs}}) | code:({{#include b.rs}}\n)");
}

#[test]
fn html_gives_up_addresses_ids_and_comments() {
    let text = "<div id=\"here\">\n<!-- secret -->\n<a href=\"b.md?x=1&amp;y=2\">b</a> <img src='i.png'>\n<video src=/v.mp4 poster=\"p.png\"></video>\n</div>\n\nin <a name=\"old\" href=\"https://e.org\">line</a> <!-- secret --> end";
    let opened = read(text);
    assert_eq!(opened.links(), ["Anchor b.md?x=1&y=2", "Image i.png", "Media /v.mp4", "Media p.png"]);
    assert!(!opened.show().contains("secret"));
    assert!(opened.show().contains(r#"Raw("<div id=\"here\">\n\n<a href="), Address(LinkRef(0)), Raw(">b</a> <img src="), "#));
    let anchors: Vec<_> = opened.rest().anchors.iter().chain(opened.teaser().anchors.iter()).map(|anchor| &*anchor.id).collect();
    assert_eq!(anchors, ["here", "old"]);
    assert_eq!(opened.show().matches("html[").count(), 1);
}

#[test]
fn a_set_of_pictures_gives_up_each_local_address() {
    let text = "<picture><source SRCSET='甲.webp 480w, https://e.org/b.webp 2x,c&amp;d.webp'><img src=i.png srcset=\"i@2.png 2x\"></picture>\n\n<p srcset=\"x.png\">\n";
    let opened = read(text);
    assert_eq!(opened.links(), ["Image 甲.webp", "Image c&d.webp", "Image i.png", "Image i@2.png"]);
    let shown = opened.show();
    assert!(
        shown.contains(
            r#"Raw("<source SRCSET=\""), Candidate(LinkRef(0)), Raw(" 480w, https://e.org/b.webp 2x,"), Candidate(LinkRef(1)), Raw("\">"#
        ),
        "{shown}"
    );
    assert!(shown.contains(r#"<p srcset=\"x.png\">"#), "{shown}");
}

#[test]
fn html_becomes_text_when_asked() {
    let options = ParseOptions { raw_html: false, ..ParseOptions::default() };
    let world = MemoryWorld::of([(
        "a.md",
        "<b id=x>hi</b> <!-- c --> there\n\n<div>\n<a href=\"x\">y</a>\n</div>\n\n<Video src=\"v.mp4\" />\n",
    )]);
    let opened = open(&world, "a.md", &options);
    assert_eq!(
        opened.show(),
        "p(<b id=x>hi</b>  there) | p(<div>\n<a href=\"x\">y</a>\n</div>) ‖ <Video src=Address(LinkRef(0))>[]"
    );
}

#[test]
fn components_nest_around_markdown() {
    let text = "<Tabs>\n<Tab title=\"一\" n={3} on={true} off={false} x>\n\n**md**\n\n</Tab>\n<Tab title='b &amp; c'>\n\n- l\n\n</Tab>\n</Tabs>\n";
    assert_eq!(
        shown(text),
        "<Tabs>[<Tab title=Text(\"一\") n=Number(3.0) on=Flag(true) off=Flag(false) x=Flag(true)>[p(**md**)] | <Tab title=Text(\"b & c\")>[list{l}]]"
    );
}

#[test]
fn components_in_running_text_part_it() {
    assert_eq!(shown("<Callout>text *here*</Callout>"), "<Callout>[text *here*]");
    assert_eq!(shown("before <Badge a=\"1\"/> after"), "p(before) | <Badge a=Text(\"1\")>[] | p(after)");
    assert_eq!(
        shown("<Listing a=\"1\"\n b=\"it's <code>x</code>\">\n\ntext\n</Listing>"),
        "<Listing a=Text(\"1\") b=Text(\"it's <code>x</code>\")>[p(text)]"
    );
    assert_eq!(shown("- <Note>\n\n  in\n\n  </Note>\n- y\n"), "list{<Note>[p(in)]; p(y)}");
    let media = read("<Film src=\"a.mp4\" poster=\"b.PNG\" href='https://e.org' />");
    assert_eq!(media.links(), ["Media a.mp4", "Image b.PNG", "Anchor https://e.org"]);
}

#[test]
fn capital_tags_that_are_no_calls_stay_text() {
    let text = "a Vec<T> and </U> b";
    let opened = read(text);
    assert_eq!(opened.show(), "p(a Vec<T> and </U> b)");
    assert_eq!(opened.diags.iter().map(|diag| pointed(text, diag)).collect::<Vec<_>>(), ["<T>", "</U>"]);
    assert!(opened.diags[0].hints[0].contains("`<T>` between backticks"));

    assert_eq!(read("a\n\n## Vec<T>\n").show(), "p(a) | h2#vect(Vec<T>)");
    let open_end = read("<Callout kind=\"tip\">\n\nlost?\n\n> </Callout>\n");
    assert_eq!(open_end.show(), "p(<Callout kind=\"tip\">) | p(lost?) | quote[p(</Callout>)]");
    assert_eq!(open_end.findings().len(), 2);
    assert_eq!(read("<BR> <IMG SRC='a.png'>").findings(), [] as [&str; 0]);
}

#[test]
fn arguments_are_literals() {
    let text = "<Video src={file} a=\"1\" a=\"2\" b=c />\n";
    let opened = read(text);
    assert_eq!(
        opened.findings(),
        ["KM0306 `src={file}` is no literal", "KM0306 the argument `a` is given twice", "KM0306 `b=c` is no literal",]
    );
    assert_eq!(pointed(text, &opened.diags[0]), "{file}");
}

#[test]
fn spans_lead_to_the_source() {
    let text = "\u{feff}---\r\ntitle: 标题\r\n---\r\n\r\n> 中文 [坏](x.md) $a$\r\n>\r\n> <a\r\n> href=\"y.md\">\r\n\r\n```rust\r\nfn\r\n```\r\n";
    let opened = read(text);
    assert_eq!(opened.links(), ["Anchor x.md", "Anchor y.md"]);
    let blocks = blocks(&opened);
    let Block::Quote(quoted) = &blocks[0] else { panic!("{blocks:?}") };
    let Block::Paragraph(content) = &quoted[0] else { panic!("{quoted:?}") };
    let Some(Inline::Math { span, .. }) = content.last() else { panic!("{}", show_inlines(content)) };
    assert_eq!(&text[span.clone()], "$a$");
    let Block::Code(code) = &blocks[1] else { panic!("{blocks:?}") };
    assert_eq!(&*code.source, "fn\n");
    assert!(text[code.span.clone()].starts_with("```rust"));
}
