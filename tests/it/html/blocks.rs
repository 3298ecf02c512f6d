//! What every construct of Markdown becomes as HTML.

use super::*;

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
fn an_address_among_several_is_filled_in_between_their_quotes() {
    let raw = |text: &str| HtmlPart::Raw(text.into());
    let parts = vec![
        raw("<img srcset=\""),
        HtmlPart::Candidate(LinkRef(0)),
        raw(" 2x, "),
        HtmlPart::Candidate(LinkRef(1)),
        raw(" 3x\">"),
    ];
    assert_eq!(
        inline(vec![Inline::Html(parts)], vec![Link::Media(MediaId(0)), Link::Dead("a\"b,".into())]),
        "<img srcset=\"/blog/a,%20b.png 2x, a&quot;b%2C 3x\">"
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
