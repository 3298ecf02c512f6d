//! Old addresses -> pages that lead on, and `_redirects` for the hosts that read it.
//!
//! A page needs neither theme nor script, so that an old address works on any host. Invariant: both name the same target.

use std::fmt::Write;

use super::xml::Escaped;
use crate::artifact::{Artifact, MediaType};
use crate::id::Lang;
use crate::view::redirect::Moved;

/// Writes the page at an old address.
#[must_use]
pub fn page(moved: &Moved) -> Artifact {
    let (before, after) = sentence(&moved.lang);
    let name = Escaped(if moved.title.trim().is_empty() { &moved.to } else { &moved.title });
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{name}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <meta http-equiv=\"refresh\" content=\"0; url={to}\">\n<link rel=\"canonical\" href=\"{absolute}\">\n</head>\n\
         <body>\n<main>\n<p>{before}<a href=\"{to}\">{name}</a>{after}</p>\n</main>\n</body>\n</html>\n",
        lang = Escaped(moved.lang.as_str()),
        to = Escaped(&moved.to),
        absolute = Escaped(&moved.absolute),
    );
    Artifact::bytes(MediaType::HTML, html.into_bytes())
}

/// What stands before and after the link.
fn sentence(lang: &Lang) -> (&'static str, &'static str) {
    match (lang.primary(), lang.as_str()) {
        ("zh", tag) if tag.contains("Hant") || tag.ends_with("TW") || tag.ends_with("HK") => ("本頁已移至", "。"),
        ("zh", _) => ("本页已移至", "。"),
        _ => ("This page has moved to ", "."),
    }
}

/// Writes `_redirects`, a line for each old address.
#[must_use]
pub fn list(all: &[Moved]) -> Artifact {
    let mut out = String::new();
    for moved in all {
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "{} {} 301", moved.from, moved.to);
    }
    Artifact::bytes(MediaType::TEXT, out.into_bytes())
}
