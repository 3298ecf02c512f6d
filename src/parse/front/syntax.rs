//! Text -> the keys and values of its front matter, as YAML values whatever the syntax.
//!
//! Finds the lines that open and close it, and translates the parsers' errors into spans of the file.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_yaml::{Mapping, Value};

use crate::diag::Span;

use super::keys;

/// The lines of a file that hold its front matter.
pub(super) struct Head {
    /// `---` or `+++`.
    pub(super) marks: &'static str,
    /// The opening line.
    pub(super) open: Span,
    /// What stands between the lines.
    pub(super) inner: Range<usize>,
    /// Where the text behind the closing line begins; `None` without one.
    pub(super) close: Option<usize>,
    /// Whether an empty line follows the opening one, so that it may be a thematic break.
    pub(super) loose: bool,
}

/// A key of the front matter.
pub(super) struct Pair {
    pub(super) key: String,
    pub(super) value: Value,
    /// Whether the same key stands before it.
    pub(super) duplicate: bool,
}

/// Why front matter cannot be read.
pub(super) struct Error {
    pub(super) message: String,
    pub(super) span: Span,
    /// Whether a key below the first level is given twice.
    pub(super) duplicate: bool,
}

/// Finds the front matter of a text that begins at `begin`, empty lines before it passed over.
///
/// Three hyphens beside an empty line may be a thematic break; they are none where a known key follows, for what that says
/// (a tier, say) must not be lost.
pub(super) fn split(text: &str, begin: usize) -> Option<Head> {
    let first_line = begin + lines(&text[begin..]).take_while(|line| line.trim().is_empty()).map(str::len).sum::<usize>();
    let skipped = first_line > begin;
    let begin = first_line;
    let mut lines = lines(&text[begin..]);
    let first = lines.next()?;
    let marks = match first.trim_end() {
        "---" => "---",
        "+++" => "+++",
        _ => return None,
    };
    let open = begin..begin + marks.len();
    let start = begin + first.len();
    let mut end = start;
    let mut loose = skipped && marks == "---";
    for line in lines {
        let trimmed = line.trim_end();
        if trimmed == marks || trimmed == "..." && marks == "---" {
            loose &= !declares(&text[start..end]);
            return Some(Head { marks, open, inner: start..end, close: Some(end + line.len()), loose });
        }
        loose |= end == start && trimmed.is_empty() && marks == "---";
        end += line.len();
    }
    loose &= !declares(&text[start..end]);
    if loose || end == start && marks == "---" {
        return None;
    }
    Some(Head { marks, open, inner: start..end, close: None, loose })
}

/// Lines with their ends; a carriage return alone ends one too (CommonMark, section 2.1).
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = match rest.find(['\n', '\r']) {
            Some(at) => at + if rest[at..].starts_with("\r\n") { 2 } else { 1 },
            None if rest.is_empty() => return None,
            None => rest.len(),
        };
        let (line, after) = rest.split_at(end);
        rest = after;
        Some(line)
    })
}

/// Whether the first line that holds something gives a known key.
fn declares(inner: &str) -> bool {
    let first = lines(inner).find(|line| !(line.trim().is_empty() || line.starts_with('#')));
    let key = first.and_then(|line| line.split_once(':')).map(|(key, _)| key.trim_matches(['"', '\'', ' ']));
    key.is_some_and(|key| keys::find(key).is_some())
}

/// Reads the keys and values of front matter.
pub(super) fn pairs(head: &Head, text: &str) -> Result<Vec<Pair>, Error> {
    let inner = &text[head.inner.clone()];
    if inner.trim().is_empty() {
        return Ok(Vec::new());
    }
    let start = head.inner.start;
    if head.marks == "---" {
        let pairs: Pairs = serde_yaml::from_str(inner).map_err(|error| yaml_error(&error, inner, start))?;
        return Ok(pairs.0);
    }
    let table: toml::Table = toml::from_str(inner).map_err(|error| Error {
        message: error.message().lines().next().unwrap_or_default().to_owned(),
        span: error.span().map_or(head.inner.clone(), |span| start + span.start..start + span.end),
        duplicate: error.message().starts_with("duplicate key"),
    })?;
    Ok(table.into_iter().map(|(key, value)| Pair { key, value: from_toml(value), duplicate: false }).collect())
}

fn yaml_error(error: &serde_yaml::Error, inner: &str, start: usize) -> Error {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or_default().to_owned();
    let at = error.location().map_or(0, |location| location.index()).min(inner.len());
    let at = (0..=at).rev().find(|&at| inner.is_char_boundary(at)).unwrap_or(0);
    // An error at the end is shown on the last line that holds something.
    let at = if inner[at..].trim().is_empty() { inner.trim_end().rfind('\n').map_or(0, |line| line + 1) } else { at };
    let line = inner[at..].lines().next().unwrap_or_default().trim_end().len();
    Error { duplicate: message.contains("duplicate entry"), message, span: start + at..start + at + line.max(1) }
}

/// Turns a TOML value into a YAML one; dates and times become texts. The parser bounds the nesting (80 levels).
fn from_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(flag) => Value::Bool(flag),
        toml::Value::Datetime(moment) => Value::String(moment.to_string()),
        toml::Value::Array(list) => list.into_iter().map(from_toml).collect(),
        toml::Value::Table(table) => {
            let pairs = table.into_iter().map(|(key, value)| (Value::String(key), from_toml(value)));
            Value::Mapping(pairs.collect::<Mapping>())
        }
    }
}

/// The first level of a YAML mapping, repeated keys kept.
struct Pairs(Vec<Pair>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("keys and values as `title: Hello`")
    }

    fn visit_unit<E>(self) -> Result<Pairs, E> {
        Ok(Pairs(Vec::new()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs: Vec<Pair> = Vec::new();
        while let Some((key, value)) = map.next_entry::<Value, Value>()? {
            let key = match key {
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                Value::Bool(flag) => flag.to_string(),
                _ => return Err(serde::de::Error::custom("a key must be a text")),
            };
            let duplicate = pairs.iter().any(|pair| pair.key == key);
            pairs.push(Pair { key, value, duplicate });
        }
        Ok(Pairs(pairs))
    }
}
