//! A tag of raw HTML -> what it asks of a browser that a policy may refuse.
//!
//! Source: Content Security Policy Level 3, section 6.1 (which element each directive speaks of).

use std::ops::Range;

use crate::model::{DemandKind, srcset};

use super::super::html::Attribute;
use super::html::{is_local, is_set};

/// What a tag asks for, each with where it stands in the HTML; `tag` is where the tag does.
pub(super) fn demands(name: &str, attributes: &[Attribute<'_>], tag: &Range<usize>) -> Vec<(DemandKind, Range<usize>)> {
    let mut found = Vec::new();
    let name = name.to_ascii_lowercase();
    for attribute in attributes {
        if attribute.name.len() > 2 && attribute.name.as_bytes()[..2].eq_ignore_ascii_case(b"on") {
            found.push((DemandKind::Handler(attribute.name.into()), attribute.at..attribute.range.end));
        } else if let Some(kind) = loaded(&name, attribute) {
            found.push((kind, attribute.range.clone()));
        } else if is_set(&name, attribute) {
            let value = attribute.text();
            let addresses = srcset::addresses(&value).into_iter().map(|address| &value[address]);
            let images = addresses.filter(|address| !is_local(address)).map(|address| DemandKind::Image(address.into()));
            found.extend(images.map(|kind| (kind, attribute.range.clone())));
        }
    }
    match name.as_str() {
        "script" if !attributes.iter().any(|attribute| is(attribute, "src")) && runs(attributes) => {
            found.push((DemandKind::InlineScript, tag.clone()));
        }
        "style" => found.push((DemandKind::InlineStyle, tag.clone())),
        "object" | "embed" | "applet" => found.push((DemandKind::Plugin(name.as_str().into()), tag.clone())),
        _ => {}
    }
    found
}

fn is(attribute: &Attribute<'_>, name: &str) -> bool {
    attribute.name.eq_ignore_ascii_case(name)
}

/// What an attribute loads from another site.
fn loaded(tag: &str, attribute: &Attribute<'_>) -> Option<DemandKind> {
    let value = attribute.value.filter(|value| !value.trim().is_empty() && !is_local(value.trim()))?;
    let url: Box<str> = value.trim().into();
    if is(attribute, "poster") {
        return Some(DemandKind::Image(url));
    }
    if is(attribute, "href") {
        return (tag == "link").then_some(DemandKind::StyleSheet(url));
    }
    if !is(attribute, "src") {
        return None;
    }
    Some(match tag {
        "iframe" | "frame" => DemandKind::Frame(url),
        "script" => DemandKind::Script(url),
        "img" | "input" => DemandKind::Image(url),
        "video" | "audio" | "source" | "track" => DemandKind::Media(url),
        _ => return None,
    })
}

/// Whether the text of a `<script>` is run, and not data (HTML Standard, section 4.12.1).
fn runs(attributes: &[Attribute<'_>]) -> bool {
    let Some(kind) = attributes.iter().find(|attribute| is(attribute, "type")) else { return true };
    let kind = kind.text().trim().to_ascii_lowercase();
    kind.is_empty() || kind == "module" || kind == "importmap" || kind.ends_with("javascript") || kind.ends_with("ecmascript")
}
