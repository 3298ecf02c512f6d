//! HTML -> its start tags, read as browsers read them (HTML Standard, 13.2.5), for whoever changes attributes and nothing else.
//!
//! Invariant: one pass, linear in the text, whatever the text.

use std::ops::Range;

/// Visits the start tags of an HTML text in order: not those in comments, nor in what holds no tags.
pub(super) fn each<'a>(html: &'a str, visit: &mut dyn FnMut(&Tag<'a>)) {
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'<', &html.as_bytes()[at..]) {
        at += open;
        let rest = &html[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            let Some(end) = comment.find("-->") else { return };
            at += "<!--".len() + end + "-->".len();
        } else if rest.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic) {
            let Some(tag) = Tag::read(html, at) else { return };
            visit(&tag);
            at = tag.end;
            if let Some(skip) = raw_text(tag.name) {
                let Some(close) = find_close(&html[at..], skip) else { return };
                at += close;
            }
        } else {
            at += 1;
        }
    }
}

/// A start tag.
pub(super) struct Tag<'a> {
    /// Its name as written.
    pub name: &'a str,
    /// Those of its attributes that have a value.
    pub attributes: Vec<Attribute<'a>>,
    /// After the `>`.
    end: usize,
}

/// An attribute with a value.
pub(super) struct Attribute<'a> {
    /// Its name as written.
    pub name: &'a str,
    /// Where the value stands, without quotes.
    pub value: Range<usize>,
    /// Where all of it stands.
    pub whole: Range<usize>,
}

impl<'a> Tag<'a> {
    /// Reads the tag that begins at `start`; `None` if it never ends.
    fn read(html: &'a str, start: usize) -> Option<Self> {
        let bytes = html.as_bytes();
        let mut at = until(bytes, start + 1, |b| b.is_ascii_whitespace() || b == b'/' || b == b'>')?;
        let tag = &html[start + 1..at];
        let mut attributes = Vec::new();
        loop {
            at = until(bytes, at, |b| !b.is_ascii_whitespace() && b != b'/')?;
            if bytes[at] == b'>' {
                return Some(Self { name: tag, attributes, end: at + 1 });
            }
            // A `=` at the start of a name belongs to it.
            let end = until(bytes, at + 1, |b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'='))?;
            let (start, name) = (at, &html[at..end]);
            at = until(bytes, end, |b| !b.is_ascii_whitespace())?;
            if bytes[at] != b'=' {
                continue;
            }
            at = until(bytes, at + 1, |b| !b.is_ascii_whitespace())?;
            let value = match bytes[at] {
                quote @ (b'"' | b'\'') => at + 1..until(bytes, at + 1, |b| b == quote)?,
                b'>' => continue,
                _ => at..until(bytes, at, |b| b.is_ascii_whitespace() || b == b'>')?,
            };
            at = value.end + usize::from(matches!(bytes[value.end], b'"' | b'\''));
            attributes.push(Attribute { name, value, whole: start..at });
        }
    }
}

/// Where the first byte of a kind stands, from one on.
fn until(bytes: &[u8], from: usize, stop: impl Fn(u8) -> bool) -> Option<usize> {
    (from..bytes.len()).find(|&at| stop(bytes[at]))
}

/// The elements whose text holds no tags.
fn raw_text(name: &str) -> Option<&'static str> {
    ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"]
        .into_iter()
        .find(|raw| name.eq_ignore_ascii_case(raw))
}

/// Where the end tag of a raw text element begins.
fn find_close(html: &str, name: &str) -> Option<usize> {
    memchr::memmem::find_iter(html.as_bytes(), b"</").find(|&at| {
        let after = html.as_bytes().get(at + 2..at + 2 + name.len());
        after.is_some_and(|after| after.eq_ignore_ascii_case(name.as_bytes()))
    })
}
