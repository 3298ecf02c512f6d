//! What every construct of Markdown becomes as HTML, and what hostile content does not become.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use kmsite::access::locked::Locked;
use kmsite::config::Config;
use kmsite::diag::{Noted, Severity};
use kmsite::id::{Hash, Lang, MediaId, PieceId, Route, SourceId, SourcePath};
use kmsite::model::{
    Alert, Align, Arg, ArgValue, Block, Body, Code, Dates, Doc, Entitlements, Front, HtmlPart, Inline, Kind, Link, LinkRef,
    ListKind, Logos, Media, Piece, Secrets, Site,
};
use kmsite::render::components::{Call, ComponentSet, Param};
use kmsite::render::csp;
use kmsite::render::html::{self, HtmlContext, Notes, Strings};
use kmsite::world::{Cache, NoCache, Stage};

/// A site with one piece, a picture and a file, below a path.
fn site() -> Site {
    let config = Config { base_url: "https://example.org/blog/".to_owned(), ..Config::default() };
    let medium = |path: &str, size| Media {
        path: SourcePath::new(path),
        route: Route::new(format!("/{path}")),
        len: 1,
        hash: Hash::of(path.as_bytes()),
        size,
    };
    let piece = piece("所有权 & <b>", "/courses/所有权/");
    Site {
        config: Arc::new(config),
        today: jiff::civil::date(2024, 5, 1),
        languages: vec![],
        routes: BTreeMap::from([(piece.route.clone(), piece.id)]),
        pieces: vec![piece],
        terms: vec![],
        media: vec![medium("a, b.png", Some((1000, 500))), medium("notes.pdf", None)],
        redirects: vec![],
        statics: vec![],
        logos: Logos::default(),
    }
}

fn piece(title: &str, route: &str) -> Piece {
    Piece {
        id: PieceId(0),
        source: SourceId::new("p"),
        kind: Kind::Article,
        lang: Lang::new("zh"),
        route: Route::new(route),
        title: title.into(),
        description: "".into(),
        dates: Dates::default(),
        access: Entitlements::Free,
        level: None,
        tags: vec![],
        series: None,
        collection: None,
        authors: vec![],
        cover: None,
        minutes: 1,
        prerequisites: vec![],
        parent: None,
        children: vec![],
        translations: vec![],
        previous: None,
        next: None,
        number: "".into(),
        doc: Doc {
            path: SourcePath::new("p.md"),
            front: Arc::new(Front::default()),
            secrets: Locked::new(Arc::new(Secrets::default())),
            heading: None,
            teaser: Body::default(),
            excerpt: 0,
            rest: Locked::default(),
        },
    }
}

/// Two languages, a handful of words.
struct Words;

impl Strings for Words {
    fn get(&self, lang: &Lang, key: &str) -> Cow<'_, str> {
        let zh = match key {
            "note" => "注意",
            "footnotes" => "脚注",
            "footnote-back" => "返回",
            "anchor" => "本节",
            "task-done" => "已完成",
            "task-open" => "未完成",
            "table" => "表格",
            "diagram" => "图",
            _ => "",
        };
        if lang.is_han() && !zh.is_empty() { Cow::Borrowed(zh) } else { Cow::Owned(key.to_owned()) }
    }
}

/// A theme with two components.
struct Theme(Vec<(&'static str, Vec<Param>)>);

impl Default for Theme {
    fn default() -> Self {
        let param = |name: &str, required, kind: &str| Param { name: name.to_owned(), required, kind: Some(kind.to_owned()) };
        Self(vec![
            ("Callout", vec![param("title", true, "string"), param("level", false, "integer"), param("open", false, "bool")]),
            ("Listing", vec![param("file_name", false, "string")]),
            ("Video", vec![param("src", true, "string")]),
        ])
    }
}

impl ComponentSet for Theme {
    fn params(&self, name: &str) -> Option<&[Param]> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, params)| params.as_slice())
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| *name).collect()
    }

    fn render(&self, call: &Call<'_>) -> Result<String, String> {
        if call.args.iter().any(|(_, value)| value == "fail") {
            return Err("it failed".to_owned());
        }
        let args: Vec<_> = call.args.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Ok(format!("<{} {} lang={}>{}</>", call.name, args.join(" "), call.lang, call.body.unwrap_or("-")))
    }
}

fn body(blocks: Vec<Block>, links: Vec<Link>) -> Body<Link> {
    Body { blocks: blocks.into(), links: links.into(), ..Body::default() }
}

fn render_parts(bodies: &[&Body<Link>], lang: &str, notes: Notes<'_>) -> Noted<String> {
    let cx = HtmlContext {
        site: &site(),
        lang: &Lang::new(lang),
        file: &SourcePath::new("content/a.md"),
        strings: &Words,
        components: &Theme::default(),
        policy: &csp::policy(&Config::default(), ""),
        cache: &NoCache,
        notes,
    };
    html::parts(bodies, &cx)
}

fn noted(blocks: Vec<Block>, links: Vec<Link>) -> Noted<String> {
    render_parts(&[&body(blocks, links)], "zh", Notes::Whole)
}

/// Renders what nothing is to be said about.
fn html(blocks: Vec<Block>, links: Vec<Link>) -> String {
    let Noted { value, diags } = noted(blocks, links);
    assert_eq!(diags, []);
    value
}

fn inline(content: Vec<Inline>, links: Vec<Link>) -> String {
    html(vec![Block::Plain(content)], links).trim_end().to_owned()
}

fn text(text: &str) -> Inline {
    Inline::Text(text.into())
}

fn paragraph(content: &str) -> Block {
    Block::Paragraph(vec![text(content)])
}

fn heading(level: u8, id: &str, content: &str) -> Block {
    Block::Heading { level, id: id.into(), classes: vec![], content: vec![text(content)] }
}

fn code(lang: &str, source: &str) -> Code {
    Code { lang: lang.into(), source: source.into(), title: None, numbers: None, marked: vec![], span: 0..1 }
}

fn link(title: &str, content: Vec<Inline>) -> Inline {
    Inline::Link { link: LinkRef(0), title: title.into(), content }
}

fn image(title: &str, alt: &str) -> Inline {
    Inline::Image { link: LinkRef(0), title: title.into(), alt: alt.into() }
}

fn note(label: &str, content: &str) -> Block {
    Block::Footnote { label: label.into(), content: vec![paragraph(content)] }
}

fn reference(label: &str) -> Inline {
    Inline::FootnoteRef(label.into())
}

fn call(name: &str, args: Vec<(&str, ArgValue)>, content: Vec<Block>) -> Block {
    let args = args.into_iter().map(|(name, value)| Arg { name: name.into(), value }).collect();
    Block::Component { name: name.into(), args, body: content, span: 3..9 }
}

#[test]
fn paragraphs_and_marks() {
    let content = vec![
        text("你好 & <world>"),
        Inline::SoftBreak,
        Inline::Emphasis(vec![text("重")]),
        Inline::Emphasis(vec![text("a")]),
        Inline::Strong(vec![Inline::Code("<T>".into())]),
        Inline::Strike(vec![text("c")]),
        Inline::HardBreak,
        text("{{ x }}"),
    ];
    assert_eq!(
        html(vec![Block::Paragraph(content), Block::Rule], vec![]),
        "<p>你好 &amp; &lt;world&gt;\n<em>重</em><em class=\"letters\">a</em><strong><code>&lt;T&gt;</code></strong><del>c</del><br>\n{{ x }}</p>\n<hr>\n"
    );
}

#[test]
fn headings_carry_a_link_to_themselves() {
    assert_eq!(
        html(vec![heading(2, "所有权", "所有权")], vec![]),
        "<h2 id=\"所有权\">所有权 <a class=\"anchor\" href=\"#%E6%89%80%E6%9C%89%E6%9D%83\" aria-label=\"本节 所有权\"></a></h2>\n"
    );
    let english = render_parts(&[&body(vec![heading(2, "a", "A")], vec![])], "en", Notes::Whole).value;
    assert_eq!(english, "<h2 id=\"a\">A <a class=\"anchor\" href=\"#a\" aria-label=\"anchor A\"></a></h2>\n");
}

#[test]
fn headings_begin_at_the_second_level_and_leave_none_out() {
    let levels = |written: &[u8]| -> Vec<u8> {
        let blocks = written.iter().map(|level| heading(*level, "", "x")).collect();
        let html = html(blocks, vec![]);
        html.match_indices("<h").map(|(at, _)| html.as_bytes()[at + 2] - b'0').collect()
    };
    assert_eq!(levels(&[2, 3, 2]), [2, 3, 2]);
    assert_eq!(levels(&[1, 2, 1, 3]), [2, 3, 2, 3]);
    assert_eq!(levels(&[4, 6, 5, 6, 3, 2]), [2, 3, 3, 4, 2, 2]);
    assert_eq!(levels(&[1, 2, 3, 4, 5, 6]), [2, 3, 4, 5, 6, 6]);
}

#[test]
fn heading_levels_go_on_through_parts_and_quotes() {
    let first = body(vec![heading(2, "", "a")], vec![]);
    let second = body(vec![Block::Quote(vec![heading(5, "", "b")]), heading(3, "", "c")], vec![]);
    let html = render_parts(&[&first, &second], "zh", Notes::Whole).value;
    assert_eq!(html, "<h2>a</h2>\n<blockquote>\n<h3>b</h3>\n</blockquote>\n<h3>c</h3>\n");
}

#[test]
fn lists_tight_loose_and_tasks() {
    let task = |done| vec![Block::Plain(vec![Inline::Task { done }, text("x")])];
    assert_eq!(
        html(vec![Block::List(ListKind::Bullets, vec![task(true), task(false)])], vec![]),
        "<ul>\n<li class=\"task\"><input type=\"checkbox\" disabled checked aria-label=\"已完成\"> x</li>\n\
         <li class=\"task\"><input type=\"checkbox\" disabled aria-label=\"未完成\"> x</li>\n</ul>\n"
    );
    let loose = Block::List(ListKind::Numbers(3), vec![vec![paragraph("a"), paragraph("b")], vec![]]);
    assert_eq!(html(vec![loose], vec![]), "<ol start=\"3\">\n<li><p>a</p>\n<p>b</p></li>\n<li></li>\n</ol>\n");
    assert!(html(vec![Block::List(ListKind::Numbers(1), vec![])], vec![]).starts_with("<ol>"));
}

#[test]
fn tables_align_by_class_and_scroll_by_keyboard() {
    let cell = |content: &str| if content.is_empty() { vec![] } else { vec![text(content)] };
    let table = |head: [&str; 2]| Block::Table {
        alignments: vec![Some(Align::Center), None],
        head: head.map(cell).to_vec(),
        rows: vec![vec![cell("1"), cell("")]],
    };
    assert_eq!(
        html(vec![table(["甲", ""])], vec![]),
        "<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"表格\">\n<table>\n<thead>\n\
         <tr><th scope=\"col\" class=\"center\">甲</th><td></td></tr>\n</thead>\n<tbody>\n\
         <tr><td class=\"center\">1</td><td></td></tr>\n</tbody>\n</table>\n</div>\n"
    );
    assert!(!html(vec![table(["", ""])], vec![]).contains("thead"));
}

#[test]
fn definitions_quotes_and_alerts() {
    let definitions =
        Block::Definitions(vec![(vec![text("词")], vec![vec![Block::Plain(vec![text("义")])], vec![paragraph("b")]])]);
    assert_eq!(html(vec![definitions], vec![]), "<dl>\n<dt>词</dt>\n<dd>义</dd>\n<dd><p>b</p></dd>\n</dl>\n");
    assert_eq!(
        html(vec![Block::Alert(Alert::Note, vec![paragraph("x")])], vec![]),
        "<aside class=\"alert note\" role=\"note\">\n<p class=\"alert-title\">注意</p>\n<p>x</p>\n</aside>\n"
    );
    assert_eq!(html(vec![Block::Quote(vec![paragraph("x")])], vec![]), "<blockquote>\n<p>x</p>\n</blockquote>\n");
}

#[test]
fn links_of_every_kind() {
    let to = |target: Link| inline(vec![link("", vec![text("t")])], vec![target]);
    let piece = |fragment: &str| Link::Piece { piece: PieceId(0), fragment: fragment.into() };
    let href = "/blog/courses/%E6%89%80%E6%9C%89%E6%9D%83/";
    assert_eq!(to(piece("")), format!("<a href=\"{href}\">t</a>"));
    assert_eq!(to(piece("a b")), format!("<a href=\"{href}#a%20b\">t</a>"));
    assert_eq!(to(Link::Page { route: Route::new("/tags/x/"), fragment: "".into() }), "<a href=\"/blog/tags/x/\">t</a>");
    assert_eq!(to(Link::Here("节".into())), "<a href=\"#%E8%8A%82\">t</a>");
    assert_eq!(to(Link::Media(MediaId(1))), "<a href=\"/blog/notes.pdf\">t</a>");
    assert_eq!(
        to(Link::External("https://e.org/?a=1&b=\"".into())),
        "<a href=\"https://e.org/?a=1&amp;b=%22\" rel=\"noopener\">t</a>"
    );
    assert_eq!(to(Link::External("mailto:a@e.org".into())), "<a href=\"mailto:a@e.org\">t</a>");
    assert_eq!(to(Link::Dead("x.md".into())), "<span class=\"dead\">t</span>");
    assert_eq!(inline(vec![link("", vec![])], vec![piece("")]), format!("<a href=\"{href}\">所有权 &amp; &lt;b&gt;</a>"));
    // A number that no link has.
    assert_eq!(inline(vec![link("", vec![text("t")])], vec![]), "<span class=\"dead\">t</span>");
}

#[test]
fn no_link_stands_in_a_link() {
    let target = Link::Here("a".into());
    let inner = link("", vec![text("b")]);
    let content = vec![link("\"t\"", vec![text("a"), inner, reference("n")])];
    let html = html(vec![Block::Plain(content), note("n", "x")], vec![target]);
    assert!(
        html.starts_with("<a href=\"#a\" title=\"&quot;t&quot;\">ab<sup class=\"footnote\" id=\"fnref-1\">1</sup></a>\n"),
        "{html}"
    );
}

#[test]
fn links_that_run_scripts_are_not_made() {
    for url in ["javascript:alert(1)", " JaVa\tScript:alert(1)", "data:text/html,<script>", "vbscript:x"] {
        let Noted { value, diags } = noted(vec![Block::Plain(vec![link("", vec![text("t")])])], vec![Link::External(url.into())]);
        assert_eq!(value, "<span class=\"dead\">t</span>\n");
        assert_eq!(diags.iter().map(|diag| diag.code.id).collect::<Vec<_>>(), ["KM0312"]);
    }
}

#[test]
fn images_have_sizes_and_variants_and_only_the_first_is_eager() {
    let picture = || Link::Media(MediaId(0));
    let html = inline(vec![image("", "一"), image("t", "2")], vec![picture()]);
    let (first, second) = html.split_at(html.find("</picture>").map_or(0, |at| at + 10));
    assert!(first.starts_with("<picture><source type=\"image/webp\" srcset=\"/blog/media/"), "{first}");
    assert_eq!([480, 960, 1000].map(|width| first.contains(&format!("-{width}.webp {width}w"))), [true; 3], "{first}");
    assert_eq!(first.matches(", ").count(), 3, "two between variants, one in sizes: {first}");
    assert!(
        first.ends_with("<img src=\"/blog/a,%20b.png\" width=\"1000\" height=\"500\" alt=\"一\" decoding=\"async\"></picture>"),
        "{first}"
    );
    assert!(second.ends_with("alt=\"2\" title=\"t\" loading=\"lazy\" decoding=\"async\"></picture>"), "{second}");
    let external = inline(vec![image("", "x")], vec![Link::External("https://e.org/a.png".into())]);
    assert_eq!(external, "<img src=\"https://e.org/a.png\" alt=\"x\" decoding=\"async\">");
    assert_eq!(inline(vec![image("", "<x>")], vec![Link::Dead("a.png".into())]), "<span class=\"dead\">&lt;x&gt;</span>");
}

#[test]
fn a_titled_image_on_its_own_is_a_figure() {
    let html = html(vec![Block::Paragraph(vec![image("图 <1>", "x")])], vec![Link::External("https://e.org/a.png".into())]);
    assert_eq!(
        html,
        "<figure><img src=\"https://e.org/a.png\" alt=\"x\" decoding=\"async\"><figcaption>图 &lt;1&gt;</figcaption></figure>\n"
    );
}

#[test]
fn raw_html_is_kept_and_its_addresses_are_filled_in() {
    let parts =
        vec![HtmlPart::Raw("<video controls src=".into()), HtmlPart::Address(LinkRef(0)), HtmlPart::Raw("></video>".into())];
    assert_eq!(
        html(vec![Block::Html(parts.clone())], vec![Link::Media(MediaId(1))]),
        "<video controls src=\"/blog/notes.pdf\"></video>\n"
    );
    assert_eq!(
        inline(vec![Inline::Html(parts)], vec![Link::Dead("a\"b.mp4".into())]),
        "<video controls src=\"a&quot;b.mp4\"></video>"
    );
}

#[test]
fn code_blocks_have_captions_numbers_and_marks() {
    assert_eq!(
        html(vec![Block::Code(code("text", "a < b\n"))], vec![]),
        "<figure class=\"code\"><pre tabindex=\"0\"><code class=\"language-text\">a &lt; b</code></pre></figure>\n"
    );
    let titled = Code { title: Some("源/主.rs".into()), ..code("rust", "fn a() {}\n") };
    assert!(html(vec![Block::Code(titled)], vec![]).contains(
        "<figcaption>源/主.rs</figcaption><pre tabindex=\"0\"><code class=\"language-rust\"><span class=\"k\">fn</span> "
    ));
    let numbered = Code { numbers: Some(9), marked: vec![(2, 2)], ..code("", "a\nb\n") };
    assert!(html(vec![Block::Code(numbered)], vec![]).contains(
        "<pre class=\"numbers\" tabindex=\"0\"><code><span class=\"line\" data-line=\"9\">a</span>\n\
         <span class=\"line hl\" data-line=\"10\">b</span></code></pre>"
    ));
    let marked = Code { marked: vec![(1, 1), (3, 9)], ..code("", "a\nb\nc\nd") };
    assert!(html(vec![Block::Code(marked)], vec![]).contains(
        "<code><span class=\"line hl\">a</span>\nb\n<span class=\"line hl\">c</span>\n<span class=\"line hl\">d</span></code>"
    ));
}

#[test]
fn formulas_become_mathml_or_stay_as_they_are() {
    let math = |source: &str| Inline::Math { source: source.into(), display: false, span: 4..9 };
    assert_eq!(inline(vec![math("x")], vec![]), "<math display=\"inline\"><mi>x</mi></math>");
    let block = |source: &str| Block::Math { source: source.into(), span: 0..1 };
    let html = html(vec![block(r"\newcommand{\R}{\mathbb{R}}"), block(r"\R")], vec![]);
    assert_eq!(html, "<div class=\"math\"><math display=\"block\"><mrow><mi>ℝ</mi></mrow></math></div>\n");
    let Noted { value, diags } = noted(vec![Block::Plain(vec![math(r"\no<such")])], vec![]);
    assert_eq!(value, "<code class=\"math\">\\no&lt;such</code>\n");
    assert_eq!((diags[0].code.id, diags[0].severity), ("KM0310", Severity::Warning));
}

#[test]
fn diagrams_are_drawn_or_shown_as_code() {
    let mermaid = |source: &str| Block::Mermaid { source: source.into(), span: 4..9 };
    let html = html(vec![mermaid("sequenceDiagram\n  甲->>B: hi"), mermaid("sequenceDiagram\n  甲->>B: hi")], vec![]);
    assert!(html.starts_with("<figure class=\"diagram\" tabindex=\"0\"><svg role=\"img\""), "{html}");
    assert!(html.contains("id=\"d1-") && html.contains("id=\"d2-"), "{html}");
    let Noted { value, diags } = noted(vec![mermaid("not a <diagram>")], vec![]);
    assert_eq!(
        value,
        "<figure class=\"code\"><figcaption>图</figcaption><pre tabindex=\"0\"><code class=\"language-mermaid\">not a &lt;diagram&gt;</code></pre></figure>\n"
    );
    assert_eq!((diags[0].code.id, diags[0].severity), ("KM0311", Severity::Warning));
}

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

#[test]
fn components_get_rendered_arguments_and_bodies() {
    let args = vec![("title", ArgValue::Text("标题".into())), ("level", ArgValue::Number(3.0)), ("open", ArgValue::Flag(true))];
    assert_eq!(
        html(vec![call("Callout", args, vec![paragraph("a")])], vec![]),
        "<Callout title=\"标题\" level=3 open=true lang=zh><p>a</p>\n</>\n"
    );
    assert_eq!(
        html(vec![call("Video", vec![("src", ArgValue::Address(LinkRef(0)))], vec![])], vec![Link::Media(MediaId(1))]),
        "<Video src=\"/blog/notes.pdf\" lang=zh>-</>\n"
    );
    let listing = call("Listing", vec![("file-name", ArgValue::Text("a.rs".into()))], vec![]);
    assert_eq!(html(vec![listing], vec![]), "<Listing file_name=\"a.rs\" lang=zh>-</>\n");
}

#[test]
fn wrong_calls_are_errors_and_keep_their_bodies() {
    let title = || ("title", ArgValue::Text("x".into()));
    let cases = [
        (call("Calout", vec![], vec![paragraph("kept")]), "KM0313", "there is no component `Calout`", "did you mean `Callout`?"),
        (
            call("Callout", vec![title(), ("levl", ArgValue::Number(1.0))], vec![paragraph("kept")]),
            "KM0314",
            "`Callout` takes no argument `levl`",
            "did you mean `level`?",
        ),
        (call("Callout", vec![], vec![paragraph("kept")]), "KM0315", "`Callout` needs the argument `title`", "add `title=\"…\"`"),
        (
            call("Callout", vec![title(), ("level", ArgValue::Text("3".into()))], vec![paragraph("kept")]),
            "KM0316",
            "the argument `level` of `Callout` must be of type `integer`",
            "write it as `level={3}`",
        ),
    ];
    for (block, code, message, hint) in cases {
        let Noted { value, diags } = noted(vec![block], vec![]);
        assert_eq!(value, "<p>kept</p>\n");
        assert_eq!(diags.len(), 1, "{diags:?}");
        assert_eq!((diags[0].code.id, diags[0].severity), (code, Severity::Error));
        assert_eq!((diags[0].message.as_str(), diags[0].hints[0].as_str()), (message, hint));
    }
    let failing = call("Callout", vec![("title", ArgValue::Text("fail".into()))], vec![paragraph("kept")]);
    let Noted { value, diags } = noted(vec![failing], vec![]);
    assert_eq!((value.as_str(), diags[0].code.id), ("<p>kept</p>\n", "KM0317"));
}

#[test]
fn hostile_text_stays_text() {
    let evil = "\"><script>alert(1)</script>\u{0}";
    let blocks = vec![
        Block::Paragraph(vec![image(evil, evil)]),
        Block::Paragraph(vec![image(evil, evil), link(evil, vec![text(evil)]), Inline::Code(evil.into())]),
        Block::Heading { level: 2, id: evil.into(), classes: vec![evil.into()], content: vec![text(evil)] },
        Block::Code(Code { title: Some(evil.into()), ..code(evil, evil) }),
        Block::Paragraph(vec![Inline::Math { source: evil.into(), display: true, span: 0..1 }]),
        Block::Mermaid { source: format!("flowchart LR\n A[\"{evil}\"]").into(), span: 0..1 },
        Block::Plain(vec![reference(evil)]),
        note(evil, evil),
    ];
    let html = noted(blocks, vec![Link::External(format!("https://e.org/{evil}").into())]).value;
    assert!(!html.contains("<script") && !html.contains('\u{0}'), "{html}");
}

#[test]
fn the_deepest_nesting_is_rendered() {
    let deep = (0..Block::DEEPEST).fold(paragraph("x"), |inner, _| Block::Quote(vec![inner]));
    assert_eq!(html(vec![deep], vec![]).matches("<blockquote>").count(), Block::DEEPEST);
    let bold = (0..Block::DEEPEST).fold(text("x"), |inner, _| Inline::Strong(vec![inner]));
    assert_eq!(inline(vec![bold], vec![]).matches("<strong>").count(), Block::DEEPEST);
}

/// A cache that counts what it is given.
#[derive(Default)]
struct Counting {
    values: Mutex<BTreeMap<(Stage, Hash), Vec<u8>>>,
    puts: AtomicUsize,
}

impl Cache for Counting {
    fn get(&self, stage: Stage, key: Hash) -> Option<Vec<u8>> {
        self.values.lock().ok()?.get(&(stage, key)).cloned()
    }

    fn put(&self, stage: Stage, key: Hash, value: &[u8]) {
        self.puts.fetch_add(1, Ordering::Relaxed);
        if let Ok(mut values) = self.values.lock() {
            values.insert((stage, key), value.to_vec());
        }
    }
}

#[test]
fn a_cache_changes_nothing_but_the_work() {
    let source = "fn main() { println!(\"你好\"); }\n";
    let diagram = Block::Mermaid { source: "graph TD\n A-->B".into(), span: 0..1 };
    let blocks = vec![
        Block::Code(code("rust", source)),
        diagram.clone(),
        Block::Code(code("rust", source)),
        diagram,
        Block::Code(code("text", "x")),
    ];
    let body = body(blocks, vec![]);
    let cache = Counting::default();
    let render = |cache: &dyn Cache| {
        let cx = HtmlContext {
            site: &site(),
            lang: &Lang::new("en"),
            file: &SourcePath::new("a.md"),
            strings: &Words,
            components: &Theme::default(),
            policy: &csp::policy(&Config::default(), ""),
            cache,
            notes: Notes::Whole,
        };
        html::body(&body, &cx).value
    };
    let fresh = render(&NoCache);
    assert_eq!(render(&cache), fresh);
    assert_eq!(render(&cache), fresh);
    assert_eq!(cache.puts.load(Ordering::Relaxed), 2, "one block and one diagram, each made once");
}

#[test]
fn the_gate_can_pass_the_renderer_to_locked_text() {
    let site = site();
    let lang = Lang::new("zh");
    let file = SourcePath::new("a.md");
    let theme = Theme::default();
    let cx = HtmlContext {
        site: &site,
        lang: &lang,
        file: &file,
        strings: &Words,
        components: &theme,
        policy: &csp::policy(&Config::default(), ""),
        cache: &NoCache,
        notes: Notes::Whole,
    };
    let locked = Locked::new(body(vec![paragraph("secret")], vec![]));
    let _: Locked<Noted<String>> = locked.map(&cx, html::body);
}
