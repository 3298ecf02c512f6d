//! Mermaid sources to inline SVG.
//!
//! The drawing is a crate's. Here it is kept from looking at the machine's fonts, caught when it panics, and its output is written
//! anew with known elements and attributes only: no styles, scripts, links or foreign objects, whatever the source says.
//! Invariant: the SVG depends on the source alone.

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::sync::LazyLock;

use mermaid_rs_renderer::layout::DiagramData;
use mermaid_rs_renderer::validator::validate;
use mermaid_rs_renderer::{DiagramKind, LayoutConfig, ParseError, Theme, compute_layout, parse_mermaid, render_svg};

use super::html::escape;
use super::markup::{Token, push_attribute, push_text, tokens};
use crate::id::Hash;
use crate::world::{Cache, Stage};

/// Raised whenever the same source would give another drawing.
const VERSION: &[u8] = b"1";

/// The longest source that is drawn, in bytes.
const LONGEST: usize = 8 * 1024;

/// The most lines between boxes that are drawn: laying out a random graph takes half a second with 100 of them, a minute with 900.
const MOST_EDGES: usize = 120;

/// Stands for the prefix of ids in a cached drawing. No source can hold it: control characters are never written.
const PREFIX: char = '\u{1}';

/// A font that no machine has.
///
/// The renderer measures text with whatever fonts are installed; with a family that is not found, it counts by a table of widths.
const NO_FONT: &str = "no font";

/// Text and lines take the colour of the text around the drawing.
const INK: &str = "currentColor";

/// Boxes are tinted, on light ground as on dark.
const TINT: &str = "#7f88a826";

/// Borders of boxes.
const BORDER: &str = "#7f88a8";

/// What hides lines behind their labels: the page's own ground.
const GROUND: &str = "Canvas";

/// What is drawn on coloured areas, which are light.
const DARK: &str = "#1f2430";

/// Draws a diagram as an `<svg>` element whose ids begin with `prefix`.
///
/// # Errors
/// What the renderer says, in one line.
pub(super) fn draw(source: &str, prefix: &str, cache: &dyn Cache) -> Result<String, String> {
    let key = Hash::of_parts(&[Stage::Diagram.name().as_bytes(), VERSION, source.as_bytes()]);
    let known = cache.get(Stage::Diagram, key).and_then(|bytes| String::from_utf8(bytes).ok());
    let svg = match known {
        Some(svg) => svg,
        None => {
            let svg = render(source)?;
            cache.put(Stage::Diagram, key, svg.as_bytes());
            svg
        }
    };
    Ok(svg.replace(PREFIX, prefix))
}

fn render(source: &str) -> Result<String, String> {
    if source.len() > LONGEST {
        return Err(format!("it is longer than {} kB", LONGEST / 1024));
    }
    let owned = source.to_owned();
    // The renderer is young, large, and indexes freely; it shares no state with us but its table of fonts, which it never fills.
    let drawn = catch_unwind(move || raw(&owned)).unwrap_or_else(|_| Err("the renderer failed".to_owned()))?;
    clean(&drawn, source).ok_or_else(|| "the drawing holds what cannot be shown".to_owned())
}

fn raw(source: &str) -> Result<String, String> {
    let first_line = |error: String| error.lines().next().unwrap_or_default().to_owned();
    match validate(source) {
        // This check, the last one, takes the signs of activation (`->>+`) for part of a name.
        Ok(()) | Err(ParseError::UnknownParticipant { .. }) => {}
        Err(error) => return Err(first_line(error.to_string())),
    }
    let parsed = parse_mermaid(source).map_err(|error| first_line(error.to_string()))?;
    if parsed.graph.kind != DiagramKind::Sequence && parsed.graph.edges.len() > MOST_EDGES {
        return Err(format!("it has more than {MOST_EDGES} lines between boxes"));
    }
    let layout = compute_layout(&parsed.graph, &THEME, &LAYOUT);
    if matches!(layout.diagram, DiagramData::Error(_)) {
        return Err("this kind of diagram is not drawn".to_owned());
    }
    if layout.nodes.is_empty() && layout.edges.is_empty() && matches!(layout.diagram, DiagramData::Graph { .. }) {
        return Err("nothing to draw".to_owned());
    }
    Ok(render_svg(&layout, &THEME, &LAYOUT))
}

static THEME: LazyLock<Theme> = LazyLock::new(|| {
    let base = Theme::mermaid_default();
    let text = |text: &str| text.to_owned();
    Theme {
        font_family: text(NO_FONT),
        primary_color: text(TINT),
        primary_text_color: text(INK),
        primary_border_color: text(BORDER),
        line_color: text(INK),
        secondary_color: text(TINT),
        tertiary_color: text(TINT),
        edge_label_background: text(GROUND),
        cluster_background: text(TINT),
        cluster_border: text(BORDER),
        background: text("none"),
        sequence_actor_fill: text(TINT),
        sequence_actor_border: text(BORDER),
        sequence_actor_line: text(BORDER),
        sequence_note_fill: text(TINT),
        sequence_note_border: text(BORDER),
        sequence_activation_fill: text(GROUND),
        sequence_activation_border: text(BORDER),
        text_color: text(INK),
        pie_title_text_color: text(INK),
        pie_legend_text_color: text(INK),
        pie_section_text_color: text(DARK),
        pie_stroke_color: text(BORDER),
        pie_outer_stroke_color: text(BORDER),
        ..base
    }
});

static LAYOUT: LazyLock<LayoutConfig> = LazyLock::new(|| {
    let base = LayoutConfig { fast_text_metrics: true, ..LayoutConfig::default() };
    // Some kinds of diagrams have fonts of their own, two dozen fields in all.
    let Ok(mut value) = serde_json::to_value(&base) else { return base };
    forget_fonts(&mut value);
    serde_json::from_value(value).unwrap_or(base)
});

fn forget_fonts(value: &mut serde_json::Value) {
    let Some(fields) = value.as_object_mut() else { return };
    for (name, field) in fields.iter_mut() {
        let name = name.to_ascii_lowercase();
        if field.is_string() && (name.ends_with("font_family") || name.ends_with("fontfamily")) {
            *field = NO_FONT.into();
        } else {
            forget_fonts(field);
        }
    }
}

/// The elements that are kept. Anything else, links and icons apart, makes a drawing unfit.
const ELEMENTS: [&str; 20] = [
    "svg",
    "g",
    "defs",
    "marker",
    "symbol",
    "path",
    "rect",
    "line",
    "circle",
    "ellipse",
    "polygon",
    "polyline",
    "text",
    "tspan",
    "title",
    "desc",
    "linearGradient",
    "stop",
    "clipPath",
    "pattern",
];

/// Elements whose id is referred to.
const NAMED: [&str; 5] = ["marker", "symbol", "linearGradient", "clipPath", "pattern"];

/// Attributes that are kept as they are.
const ATTRIBUTES: [&str; 50] = [
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "d",
    "points",
    "dx",
    "dy",
    "width",
    "height",
    "viewBox",
    "transform",
    "fill",
    "fill-opacity",
    "fill-rule",
    "clip-rule",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "opacity",
    "text-anchor",
    "text-decoration",
    "dominant-baseline",
    "font-size",
    "font-weight",
    "font-style",
    "marker-start",
    "marker-mid",
    "marker-end",
    "refX",
    "refY",
    "markerUnits",
    "markerWidth",
    "markerHeight",
    "orient",
    "offset",
    "stop-color",
    "stop-opacity",
    "gradientUnits",
    "clip-path",
];

/// Writes a drawing anew, without what is never seen. `None` if it holds what may not stand in a page.
fn clean(svg: &str, source: &str) -> Option<String> {
    let used: BTreeSet<&str> = svg.split("url(#").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0)).collect();
    let mut out = String::with_capacity(svg.len());
    let mut open = Vec::new();
    // How many elements were open where one began that is left out.
    let mut hidden = None;
    for token in tokens(svg) {
        match token {
            Token::Open { name, attributes, closed } if matches!(name, "a" | "image") || ELEMENTS.contains(&name) => {
                if hidden.is_none() && is_unseen(name, &attributes, &used) {
                    hidden = Some(open.len());
                }
                if name != "a" && hidden.is_none() {
                    if open.is_empty() {
                        push_root(&mut out, &attributes, source)?
                    } else {
                        push_element(&mut out, name, &attributes)?
                    }
                }
                open.push(name);
                if closed {
                    close(&mut out, &mut open, &mut hidden);
                }
            }
            Token::Close(name) if open.last() == Some(&name) => close(&mut out, &mut open, &mut hidden),
            Token::Open { .. } | Token::Close(_) => return None,
            Token::Text(text) if hidden.is_none() => push_text(&mut out, text),
            Token::Text(_) => {}
        }
    }
    (open.is_empty() && out.starts_with("<svg")).then_some(out)
}

/// Whether an element is left out: arrowheads that no line has, areas without a colour, and icons, which are pictures of their own.
fn is_unseen(name: &str, attributes: &[(&str, &str)], used: &BTreeSet<&str>) -> bool {
    let of = |wanted: &str| attributes.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
    let unused = NAMED.contains(&name) && of("id").is_none_or(|id| !used.contains(id));
    unused
        || name == "image"
        || (name == "rect" && of("fill") == Some("none") && of("stroke").is_none_or(|stroke| stroke == "none"))
}

fn close(out: &mut String, open: &mut Vec<&str>, hidden: &mut Option<usize>) {
    let Some(name) = open.pop() else { return };
    if *hidden == Some(open.len()) {
        *hidden = None;
    } else if name != "a" && hidden.is_none() {
        out.push_str(&format!("</{name}>"));
    }
}

/// Opens the drawing as one picture with a name, for those who cannot see it.
fn push_root(out: &mut String, attributes: &[(&str, &str)], source: &str) -> Option<()> {
    let of = |wanted: &str| attributes.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
    let mut view = of("viewBox")?.split(' ').map(|part| part.parse::<f32>().ok().filter(|number| number.is_finite()));
    let (left, top, width, height) = (view.next()??, view.next()??, view.next()??, view.next()??);
    // Whole pixels are enough for the room that it takes in the page.
    out.push_str(&format!(
        r#"<svg role="img" viewBox="{left} {top} {width} {height}" width="{}" height="{}">"#,
        width.ceil(),
        height.ceil()
    ));
    let (title, description) = names(source);
    out.push_str("<title>");
    escape::text(out, title);
    out.push_str("</title>");
    if let Some(description) = description {
        out.push_str("<desc>");
        escape::text(out, description);
        out.push_str("</desc>");
    }
    Some(())
}

/// The title of a diagram (`accTitle:`, else `title`, else its first line) and its description (`accDescr:`).
fn names(source: &str) -> (&str, Option<&str>) {
    let after = |key: &str| {
        let lines = source.lines().map(str::trim);
        lines.filter_map(|line| line.strip_prefix(key)).map(str::trim).find(|text| !text.is_empty())
    };
    let first = || source.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("%%") && *line != "---");
    let title =
        after("accTitle:").or_else(|| after("title:")).or_else(|| after("title ")).or_else(|| after("pie title ")).or_else(first);
    (title.unwrap_or_default(), after("accDescr:"))
}

fn push_element(out: &mut String, name: &str, attributes: &[(&str, &str)]) -> Option<()> {
    out.push('<');
    out.push_str(name);
    let mut written: Vec<&str> = Vec::new();
    for &(key, value) in attributes {
        if key == "style" {
            for (key, value) in value.split(';').filter_map(|declaration| declaration.split_once(':')) {
                push_drawing_attribute(out, (name, key.trim(), value.trim()), &mut written)?;
            }
        } else {
            push_drawing_attribute(out, (name, key, value), &mut written)?;
        }
    }
    out.push('>');
    Some(())
}

/// Writes an attribute that is known and not written yet, and drops others.
fn push_drawing_attribute<'a>(
    out: &mut String,
    (element, key, value): (&str, &'a str, &str),
    written: &mut Vec<&'a str>,
) -> Option<()> {
    let known = ATTRIBUTES.contains(&key) || (key == "id" && NAMED.contains(&element));
    let misplaced = element == "g" && matches!(key, "x" | "y");
    if !known || misplaced || value.is_empty() || written.contains(&key) {
        return Some(());
    }
    // Not a number, or no finite one: the layout went wrong.
    if value.contains("NaN") || value.contains("inf") {
        return None;
    }
    written.push(key);
    let start = out.len();
    if key == "id" {
        push_attribute(out, key, &format!("#{value}"));
        mark(out, start, "\u{1}-");
    } else if let Some(target) = value.strip_prefix("url(#") {
        push_attribute(out, key, &format!("url(#{target}"));
        mark(out, start, "#\u{1}-");
    } else if !value.contains("url") {
        push_attribute(out, key, value);
    }
    Some(())
}

/// Puts [`PREFIX`] into an attribute that was just written, for its first `#`.
fn mark(out: &mut String, start: usize, prefix: &str) {
    if let Some(at) = out[start..].find('#') {
        out.replace_range(start + at..=start + at, prefix);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::NoCache;

    const KINDS: [&str; 16] = [
        "flowchart LR\n  A[开始] --> B{判断}\n  B -->|是| C[好]\n  B -->|no| D((end))\n  subgraph 组\n    C\n  end",
        "graph TD\n  A-->B & C\n  B-.->D\n  C==>D\n  click A \"https://example.org\"",
        "sequenceDiagram\n  participant 甲\n  甲->>+乙: 你好\n  Note over 甲,乙: 说明\n  乙-->>-甲: ok\n  loop 每天\n    甲->>甲: self\n  end",
        "classDiagram\n  class 动物{\n    +int age\n    +跑()\n  }\n  动物 <|-- Duck",
        "stateDiagram-v2\n  [*] --> 空闲\n  空闲 --> Busy: 请求\n  Busy --> [*]",
        "erDiagram\n  CUSTOMER ||--o{ ORDER : places\n  ORDER {\n    int id PK\n  }",
        "pie title 份额\n  \"甲\" : 40\n  \"B\" : 60",
        "gantt\n  title 计划\n  dateFormat YYYY-MM-DD\n  section 一\n  写作 :a1, 2024-01-01, 30d\n  审校 :after a1, 20d",
        "mindmap\n  root((知识))\n    a\n      b\n    汉",
        "timeline\n  title 历史\n  2002 : LinkedIn\n  2004 : 脸书",
        "gitGraph\n  commit\n  branch dev\n  commit\n  checkout main\n  merge dev",
        "quadrantChart\n  title Reach\n  x-axis Low --> High\n  y-axis Low --> High\n  A: [0.3, 0.6]",
        "journey\n  title 我的一天\n  section 上班\n    喝茶: 5: 我",
        "C4Context\n  title 系统\n  Person(a, \"客户\")\n  System(b, \"Bank\")\n  Rel(a, b, \"用\")",
        "sankey-beta\n  a,b,10\n  b,c,5",
        "xychart-beta\n  title Sales\n  x-axis [jan, feb]\n  y-axis 0 --> 100\n  bar [50, 60]",
    ];

    #[test]
    fn every_kind_is_drawn_the_same_each_time_and_without_styles() {
        for source in KINDS {
            let svg = draw(source, "d1", &NoCache).unwrap_or_else(|error| panic!("{error}: {source}"));
            assert_eq!(svg, draw(source, "d1", &NoCache).unwrap(), "{source}");
            for word in
                [" style=", "<style", "<a", "href", "font-family", "foreignObject", "script", "class=", "xmlns", "NaN", "\u{1}"]
            {
                assert!(!svg.contains(word), "{word} in {source}: {svg}");
            }
            assert!(svg.starts_with("<svg role=\"img\" viewBox=\"") && svg.ends_with("</svg>"), "{svg}");
        }
    }

    #[test]
    fn ids_begin_with_the_prefix_and_references_follow() {
        let svg = draw("sequenceDiagram\n 甲->>B: hi", "d7", &NoCache).unwrap();
        let ids: Vec<_> = svg.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(!ids.is_empty() && ids.iter().all(|id| id.starts_with("d7-") && svg.contains(&format!("url(#{id})"))), "{svg}");
    }

    #[test]
    fn a_drawing_has_a_name() {
        let named = draw("flowchart LR\n  accTitle: 流程 <1>\n  accDescr: how\n  A --> B", "d", &NoCache).unwrap();
        assert!(named.contains("<title>流程 &lt;1&gt;</title><desc>how</desc>"), "{named}");
        assert!(!named.contains(">accTitle"), "{named}");
        assert!(draw(KINDS[6], "d", &NoCache).unwrap().contains("<title>份额</title>"));
        assert!(draw("graph TD\n A-->B", "d", &NoCache).unwrap().contains("<title>graph TD</title>"));
    }

    #[test]
    fn hostile_sources_give_no_markup() {
        for source in [
            "flowchart LR\n  A[\"<script>alert(1)</script>\"] --> B",
            "flowchart LR\n  A --> B\n  style A fill:red\"><script>alert(1)</script>",
            "flowchart LR\n  A --> B\n  style A fill:url(https://example.org/x)",
            "flowchart LR\n  A --> B\n  click A \"javascript:alert(1)\"",
            "flowchart LR\n  A[\"<img src=x onerror=alert(1)>\"] --> B",
        ] {
            if let Ok(svg) = draw(source, "d", &NoCache) {
                for word in ["<script", "<img", "javascript:", "example.org", "<a "] {
                    assert!(!svg.contains(word), "{word}: {svg}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_diagram_is_an_error() {
        for source in ["", "   ", "hello world", "%% only a comment", "flowchrt LR\n  A --> B"] {
            assert!(draw(source, "d", &NoCache).is_err(), "{source:?}");
        }
        assert!(draw(&"A-->B\n".repeat(4000), "d", &NoCache).is_err());
    }
}
