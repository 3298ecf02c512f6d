//! Mermaid sources to inline SVG.
//!
//! The drawing is a crate's. Here it is kept from looking at the machine's fonts, caught when it panics, and its output is written
//! anew with known elements and attributes only: no styles, scripts, links or foreign objects, whatever the source says.
//! Text and lines take the page's colour (`currentColor`), and what hides lines its ground (`Canvas`). Colours that an author sets are
//! made for light ground, so that a theme does well to give `.diagram` the light `color-scheme`, a dark `color` and its own ground.
//! Invariant: the SVG depends on the source alone.

mod svg;

use std::panic::catch_unwind;
use std::sync::LazyLock;

use mermaid_rs_renderer::layout::DiagramData;
use mermaid_rs_renderer::validator::validate;
use mermaid_rs_renderer::{DiagramKind, LayoutConfig, ParseError, Theme, compute_layout, parse_mermaid, render_svg};

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
    svg::clean(&drawn, source).ok_or_else(|| "the drawing holds what cannot be shown".to_owned())
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
        let lines = |count: usize| format!("flowchart LR\n{}", "A-->B\n".repeat(count));
        assert!(draw(&lines(MOST_EDGES), "d", &NoCache).is_ok());
        assert!(draw(&lines(MOST_EDGES + 1), "d", &NoCache).is_err());
        assert!(draw(&" ".repeat(LONGEST + 1), "d", &NoCache).is_err());
    }
}
