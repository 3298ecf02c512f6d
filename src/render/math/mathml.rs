//! Makes the MathML of the renderer fit for a page: no styles, no unknown elements, children as many as there must be.
//!
//! Source of the elements and attributes: MathML Core, and MathML 3 where validators know no other.
//! Invariant: the result is well-formed, and holds known elements and attributes only.

use crate::render::markup::{Token, push_attribute, push_text, tokens};

/// The elements of MathML Core that the renderer writes, and how many children each must have; `None` for any number.
const ELEMENTS: [(&str, Option<usize>); 19] = [
    ("math", None),
    ("mrow", None),
    ("mi", None),
    ("mn", None),
    ("mo", None),
    ("mtext", None),
    ("mspace", None),
    ("mfrac", Some(2)),
    ("msqrt", None),
    ("mroot", Some(2)),
    ("msub", Some(2)),
    ("msup", Some(2)),
    ("msubsup", Some(3)),
    ("munder", Some(2)),
    ("mover", Some(2)),
    ("munderover", Some(3)),
    ("mtable", None),
    ("mtr", None),
    ("mtd", None),
];

/// An element that is being written.
struct Open<'a> {
    name: &'a str,
    /// Where it begins.
    start: usize,
    children: usize,
    /// Where its first child stands, if that is a space.
    space: Option<(usize, usize)>,
    /// Whether a `<mstyle>` stands around it.
    styled: bool,
}

/// Writes the renderer's output anew: known elements and attributes, colours as attributes instead of styles.
///
/// # Errors
/// A sentence, if it holds anything else or an element lacks children.
pub(super) fn clean(source: &str) -> Result<String, String> {
    rewrite(source).ok_or_else(|| "the formula cannot be drawn".to_owned())
}

fn rewrite(source: &str) -> Option<String> {
    let mut out = String::with_capacity(source.len());
    let mut open: Vec<Open<'_>> = Vec::new();
    for token in tokens(source) {
        match token {
            Token::Open { name, attributes, closed } => {
                ELEMENTS.iter().find(|(known, _)| *known == name)?;
                open.push(push_open(&mut out, name, &attributes));
                if closed {
                    close(&mut out, &mut open)?;
                }
            }
            Token::Close(name) if open.last().is_some_and(|element| element.name == name) => close(&mut out, &mut open)?,
            Token::Close(_) => return None,
            Token::Text(text) => push_text(&mut out, text),
        }
    }
    open.is_empty().then_some(out)
}

fn push_open<'a>(out: &mut String, name: &'a str, attributes: &[(&str, &str)]) -> Open<'a> {
    let start = out.len();
    // MathML Core has them on every element, MathML 3 and so the validators on this one.
    let style: Vec<_> = attributes.iter().filter(|(key, _)| matches!(*key, "displaystyle" | "scriptlevel")).collect();
    if !style.is_empty() {
        out.push_str("<mstyle");
        style.iter().for_each(|(key, value)| push_attribute(out, key, value));
        out.push('>');
    }
    out.push('<');
    out.push_str(name);
    attributes.iter().for_each(|(key, value)| push_math_attribute(out, key, value));
    out.push('>');
    Open { name, start, children: 0, space: None, styled: !style.is_empty() }
}

/// Ends the innermost element. `None` if it has not the children that it must have.
fn close(out: &mut String, open: &mut Vec<Open<'_>>) -> Option<()> {
    let mut element = open.pop()?;
    out.push_str(&format!("</{}>", element.name));
    if element.styled {
        out.push_str("</mstyle>");
    }
    let wanted = ELEMENTS.iter().find(|(name, _)| *name == element.name).and_then(|(_, children)| *children);
    if let (Some(wanted), Some((from, to))) = (wanted, element.space)
        && element.children == wanted + 1
    {
        // The renderer parts a function from what is before it, but writes the space within the element that holds its limits.
        let moved = format!("{}{}", &out[from..to], &out[element.start..from]);
        out.replace_range(element.start..to, &moved);
        element.children -= 1;
    }
    if let Some(parent) = open.last_mut() {
        if parent.children == 0 && element.name == "mspace" {
            parent.space = Some((element.start, out.len()));
        }
        parent.children += 1;
    }
    wanted.is_none_or(|wanted| element.children == wanted).then_some(())
}

fn push_math_attribute(out: &mut String, key: &str, value: &str) {
    match key {
        "style" => {
            for declaration in value.split(';') {
                let Some((property, value)) = declaration.split_once(':') else { continue };
                let attribute = match property.trim() {
                    "color" => "mathcolor",
                    "background-color" => "mathbackground",
                    _ => continue,
                };
                if let Some(hex) = hex_color(value) {
                    push_attribute(out, attribute, &hex);
                }
            }
        }
        "display" | "class" | "mathvariant" | "stretchy" | "symmetric" | "minsize" | "maxsize" | "largeop" | "movablelimits"
        | "linethickness" | "width" | "height" | "depth" => push_attribute(out, key, value),
        _ => {}
    }
}

/// `rgb(1 2 3)` as `#010203`.
fn hex_color(value: &str) -> Option<String> {
    let parts = value.trim().strip_prefix("rgb(")?.strip_suffix(')')?;
    let parts: Vec<u8> = parts.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
    (parts.len() == 3).then(|| parts.iter().fold(String::from("#"), |hex, part| format!("{hex}{part:02x}")))
}
