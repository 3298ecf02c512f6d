//! The links by which campaigns are told -> `promo.json`, for spreadsheets and advertising tools.

use crate::artifact::{Artifact, MediaType};
use crate::promote::links::Links;

/// Writes the links as JSON.
#[must_use]
pub fn links(links: &Links) -> Artifact {
    // Texts and lists of texts: there is nothing in it that JSON could not hold.
    let mut text = serde_json::to_string_pretty(links).unwrap_or_default();
    text.push('\n');
    Artifact::bytes(MediaType::JSON, text.into_bytes())
}
