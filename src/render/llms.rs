//! An outline -> `llms.txt` in the form of llmstxt.org: Markdown with a title, a summary and sections of links.
//!
//! Invariant: each title, description and address stays on its line and within its mark.

use crate::artifact::{Artifact, MediaType};
use crate::view::llms::Outline;

/// Writes `llms.txt`.
#[must_use]
pub fn llms(outline: &Outline) -> Artifact {
    let mut out = format!("# {}\n", line(&outline.title));
    if !outline.summary.is_empty() {
        out.push_str(&format!("\n> {}\n", line(&outline.summary)));
    }
    for section in &outline.sections {
        out.push_str(&format!("\n## {}\n\n", line(&section.title)));
        for link in &section.links {
            out.push_str(&format!("- [{}]({})", label(&link.title), address(&link.url)));
            if !link.description.is_empty() {
                out.push_str(&format!(": {}", line(&link.description)));
            }
            out.push('\n');
        }
    }
    Artifact::bytes(MediaType::TEXT, out.into_bytes())
}

/// One line: white space of any kind becomes single spaces.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a link.
fn label(text: &str) -> String {
    line(text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// The address of a link, its parentheses encoded.
fn address(url: &str) -> String {
    url.replace('(', "%28").replace(')', "%29")
}
