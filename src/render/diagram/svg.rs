//! Makes the SVG of the renderer fit for a page: one named picture, without styles, scripts, links or foreign objects.
//!
//! Invariant: the result is well-formed, holds known elements and attributes only, and refers to nothing but itself.

use std::collections::BTreeSet;

use super::PREFIX;
use crate::render::html::escape;
use crate::render::markup::{Token, push_attribute, push_text, tokens};

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
pub(super) fn clean(svg: &str, source: &str) -> Option<String> {
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
                        push_root(&mut out, &attributes, source)?;
                    } else {
                        push_element(&mut out, name, &attributes)?;
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
        mark(out, start, &format!("{PREFIX}-"));
    } else if let Some(target) = value.strip_prefix("url(#") {
        push_attribute(out, key, &format!("url(#{target}"));
        mark(out, start, &format!("#{PREFIX}-"));
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
