//! A capitalised tag -> a component call: its name and its literal arguments.
//!
//! Whether the theme has such a component is `render`'s question.

use crate::diag::Span;
use crate::model::{Arg, ArgValue, LinkKind};

use super::html::Attribute;

/// A call that is open: its opening tag was read, its closing one not yet.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Call {
    /// The tag's name.
    pub(super) name: Box<str>,
    /// Its arguments.
    pub(super) args: Vec<Arg>,
    /// The tag as written, to be shown where it turns out to be no call.
    pub(super) written: Box<str>,
    /// Where it stands in the file.
    pub(super) span: Span,
}

/// Names of elements that some write in capitals, and mean HTML.
const CAPITAL_HTML: [&str; 40] = [
    "ABBR",
    "AUDIO",
    "BIG",
    "BLOCKQUOTE",
    "BODY",
    "BR",
    "CENTER",
    "CODE",
    "DD",
    "DEL",
    "DETAILS",
    "DIV",
    "DL",
    "DT",
    "EM",
    "FONT",
    "H1",
    "H2",
    "H3",
    "H4",
    "H5",
    "H6",
    "HR",
    "IFRAME",
    "IMG",
    "INS",
    "KBD",
    "LI",
    "OL",
    "PRE",
    "SPAN",
    "STRONG",
    "SUB",
    "SUMMARY",
    "SUP",
    "TABLE",
    "TD",
    "TR",
    "UL",
    "VIDEO",
];

/// Whether a tag's name is a component's: a capital, then letters, digits, `_`, `-` or `.`.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && !CAPITAL_HTML.contains(&name)
}

/// The kind of link that an argument of this name and value is, if it is an address.
pub(super) fn address_kind(name: &str, value: &str) -> Option<LinkKind> {
    match name {
        "href" => Some(LinkKind::Anchor),
        "src" | "poster" | "captions" => Some(if is_picture(value) { LinkKind::Image } else { LinkKind::Media }),
        _ => None,
    }
}

/// Whether an address is that of a picture, by its ending.
pub(super) fn is_picture(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    [".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif"].iter().any(|ending| path.ends_with(ending))
}

/// A literal; `Err` with what was written if it is none.
pub(super) fn literal<'a>(attribute: &Attribute<'a>) -> Result<ArgValue, &'a str> {
    let Some(value) = attribute.value else { return Ok(ArgValue::Flag(true)) };
    if attribute.quoted {
        return Ok(ArgValue::Text(attribute.text().into()));
    }
    let inner = value.strip_prefix('{').and_then(|value| value.strip_suffix('}')).ok_or(value)?;
    match inner {
        "true" => Ok(ArgValue::Flag(true)),
        "false" => Ok(ArgValue::Flag(false)),
        number => match number.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(ArgValue::Number(number)),
            _ => Err(value),
        },
    }
}
