//! The text behind front matter -> the finding about a `tier` or `product` that stands in it.
//!
//! Who forgets the lines of hyphens, closes them too early or writes another format would give a paid piece away. Only the first lines are looked
//! at, up to an empty one, and only for a key with an id behind it: prose is left alone.

use super::{keys, syntax};
use crate::diag::{At, Diag, code};
use crate::id::SourcePath;

/// Lines that are looked at.
const MOST_LINES: usize = 30;

/// Looks at the beginning of the text that stands from `begin` on.
pub(super) fn stray(file: &SourcePath, text: &str, begin: usize) -> Option<Diag> {
    let mut at = begin;
    let placed = syntax::lines(&text[begin..]).map(|line| {
        at += line.len();
        (at - line.len(), line)
    });
    let first = placed.skip_while(|(_, line)| line.trim().is_empty()).take_while(|(_, line)| !line.trim().is_empty());
    let (at, line, key) = first.take(MOST_LINES).find_map(|(at, line)| Some((at, line, gate(line)?)))?;
    let diag = Diag::error(&code::STRAY_KEY, format!("`{key}` stands in the text, and closes nothing there"));
    let start = at + line.len() - line.trim_start().len();
    let diag = diag.at(At::span(file, start..start + line.trim().len()));
    Some(diag.hint("put it at the top of the file, between two lines of `---`"))
}

/// The key of a line that says who may read something.
fn gate(line: &str) -> Option<&'static str> {
    let (name, value) = line.split_once([':', '='])?;
    // JSON as well: `{"tier": "member",`.
    let unquoted = |text: &str| text.trim().trim_matches(['{', '}', ',']).trim_matches(['"', '\'', ' ']).to_owned();
    let (name, value) = (unquoted(name), unquoted(value));
    let is_id = !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    keys::GATE.into_iter().find(|key| is_id && *key == name)
}
