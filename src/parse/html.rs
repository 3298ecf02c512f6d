//! Raw HTML -> tokens: just enough to find addresses, ids, comments and components in it.
//!
//! Quotes are minded; what is no tag stays text. Nothing is repaired. Invariants: the tokens' ranges cover the input, and the work is
//! linear in it.
//! Source: HTML Standard, section 13.2.5 (tokenization), without its error states.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memmem};

/// Elements whose content is no markup.
const VERBATIM: [&str; 4] = ["script", "style", "textarea", "title"];

/// A piece of raw HTML.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token<'a> {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// What it is.
    pub(super) kind: Kind<'a>,
}

/// What a piece of raw HTML is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'a> {
    /// Text, a declaration, or the inside of a script.
    Text,
    /// A comment's inside.
    Comment {
        /// What stands between the signs.
        inner: &'a str,
        /// Whether it has an end.
        closed: bool,
    },
    /// An opening tag.
    Open {
        /// The tag's name as written.
        name: &'a str,
        /// Its attributes in order.
        attributes: Vec<Attribute<'a>>,
        /// Whether it ends with `/>`.
        empty: bool,
    },
    /// A closing tag.
    Close {
        /// The tag's name as written.
        name: &'a str,
    },
}

/// An attribute of a tag.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Attribute<'a> {
    /// Its name as written.
    pub(super) name: &'a str,
    /// Where the name begins.
    pub(super) at: usize,
    /// Its value as written; `None` without `=`.
    pub(super) value: Option<&'a str>,
    /// Where the value stands, quotes included; empty without one.
    pub(super) range: Range<usize>,
    /// Whether the value stands between quotes.
    pub(super) quoted: bool,
}

impl Attribute<'_> {
    /// The value with character references decoded, as far as addresses and texts need it.
    pub(super) fn text(&self) -> Cow<'_, str> {
        decode(self.value.unwrap_or_default())
    }
}

/// Decodes the five references that HTML itself needs.
fn decode(text: &str) -> Cow<'_, str> {
    if memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut decoded = text.to_owned();
    for (reference, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        decoded = decoded.replace(reference, sign);
    }
    Cow::Owned(decoded)
}

/// The tokens of raw HTML.
pub(super) fn tokens(html: &str) -> Tokens<'_> {
    Tokens { html, at: 0, verbatim: None, hopeless: false }
}

/// Reads tokens from the front.
pub(super) struct Tokens<'a> {
    html: &'a str,
    at: usize,
    /// The element whose content is being passed over.
    verbatim: Option<&'static str>,
    /// Whether some tag had no end, so that no later one is looked for.
    hopeless: bool,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let start = self.at;
        if start >= self.html.len() {
            return None;
        }
        if let Some(element) = self.verbatim.take() {
            let len = end_of_verbatim(&self.html[start..], element);
            if len > 0 {
                self.at = start + len;
                return Some(Token { range: start..self.at, kind: Kind::Text });
            }
        }
        if let Some(token) = self.markup(start) {
            self.at = token.range.end;
            return Some(token);
        }
        self.at = if self.hopeless { self.html.len() } else { end_of_text(self.html, start + 1) };
        Some(Token { range: start..self.at, kind: Kind::Text })
    }
}

/// Whether what follows `<` makes it markup.
fn opens(after: &[u8]) -> bool {
    after.first().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?'))
}

/// Where the next markup begins, from `from` on.
fn end_of_text(html: &str, mut from: usize) -> usize {
    let bytes = html.as_bytes();
    while let Some(found) = memchr(b'<', &bytes[from..]) {
        from += found + 1;
        if opens(&bytes[from..]) {
            return from - 1;
        }
    }
    html.len()
}

/// How far a verbatim element's content reaches.
fn end_of_verbatim(html: &str, element: &str) -> usize {
    let bytes = html.as_bytes();
    let mut from = 0;
    while let Some(found) = memmem::find(&bytes[from..], b"</") {
        let name = from + found + 2;
        if bytes.len() >= name + element.len() && bytes[name..name + element.len()].eq_ignore_ascii_case(element.as_bytes()) {
            return name - 2;
        }
        from = name;
    }
    html.len()
}

impl<'a> Tokens<'a> {
    /// The comment, tag or declaration that begins at `start`.
    fn markup(&mut self, start: usize) -> Option<Token<'a>> {
        let html = self.html;
        let after = html[start..].strip_prefix('<')?;
        if self.hopeless || !opens(after.as_bytes()) {
            return None;
        }
        if let Some(comment) = after.strip_prefix("!--") {
            let end = memmem::find(comment.as_bytes(), b"-->");
            let inner = &comment[..end.unwrap_or(comment.len())];
            let stop = end.map_or(html.len(), |end| start + 4 + end + 3);
            return Some(Token { range: start..stop, kind: Kind::Comment { inner, closed: end.is_some() } });
        }
        if after.starts_with(['!', '?']) {
            let len = memchr(b'>', after.as_bytes()).map_or(after.len(), |end| end + 1);
            return Some(Token { range: start..start + 1 + len, kind: Kind::Text });
        }
        let token = self.tag(start);
        self.hopeless |= token.is_none();
        token
    }

    fn tag(&mut self, start: usize) -> Option<Token<'a>> {
        let html = self.html;
        let bytes = html.as_bytes();
        let close = bytes[start + 1] == b'/';
        let from = start + 1 + usize::from(close);
        let name = &html[from..name_end(bytes, from)];
        let mut at = from + name.len();
        let mut attributes = Vec::new();
        let mut empty = false;
        loop {
            match bytes.get(at)? {
                b'>' => break,
                b'/' => empty = true,
                byte if byte.is_ascii_whitespace() => {}
                _ => {
                    let attribute = attribute(html, at)?;
                    at = attribute.1;
                    attributes.push(attribute.0);
                    empty = false;
                    continue;
                }
            }
            at += 1;
        }
        let range = start..at + 1;
        if close {
            return Some(Token { range, kind: Kind::Close { name } });
        }
        if !empty {
            self.verbatim = VERBATIM.into_iter().find(|element| element.eq_ignore_ascii_case(name));
        }
        Some(Token { range, kind: Kind::Open { name, attributes, empty } })
    }
}

fn name_end(bytes: &[u8], from: usize) -> usize {
    let len = bytes[from..].iter().position(|byte| matches!(byte, b'/' | b'>') || byte.is_ascii_whitespace());
    len.map_or(bytes.len(), |len| from + len)
}

/// Reads the attribute that begins at `from`: it, and where it ends. `None` if the text ends within it.
fn attribute(html: &str, from: usize) -> Option<(Attribute<'_>, usize)> {
    let bytes = html.as_bytes();
    // A sign that begins no name counts as part of it, so that there is always progress.
    let rest = bytes[from + 1..].iter().position(|byte| matches!(byte, b'=' | b'/' | b'>') || byte.is_ascii_whitespace())?;
    let name_end = from + 1 + rest;
    let name = &html[from..name_end];
    let skip = |at: usize| bytes[at..].iter().position(|byte| !byte.is_ascii_whitespace()).map(|len| at + len);
    let equals = skip(name_end)?;
    if bytes[equals] != b'=' {
        return Some((Attribute { name, at: from, value: None, range: name_end..name_end, quoted: false }, name_end));
    }
    let start = skip(equals + 1)?;
    let (value, end) = match bytes[start] {
        quote @ (b'"' | b'\'') => {
            let len = memchr(quote, &bytes[start + 1..])?;
            (start + 1..start + 1 + len, start + len + 2)
        }
        _ => {
            let len = bytes[start..].iter().position(|byte| *byte == b'>' || byte.is_ascii_whitespace())?;
            // `<a href=x/>`: the slash closes the tag.
            let slash = usize::from(len > 0 && bytes[start + len] == b'>' && bytes[start + len - 1] == b'/');
            (start..start + len - slash, start + len - slash)
        }
    };
    let quoted = value.start > start;
    Some((Attribute { name, at: from, value: Some(&html[value]), range: start..end, quoted }, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(html: &str) -> Vec<String> {
        let shown = tokens(html).map(|token| match token.kind {
            Kind::Text => format!("text {}", &html[token.range]),
            Kind::Comment { inner, closed } => format!("comment {inner} {closed}"),
            Kind::Close { name } => format!("close {name}"),
            Kind::Open { name, attributes, empty } => {
                let attributes = attributes.iter().map(|a| format!(" {}={:?}", a.name, a.value)).collect::<String>();
                format!("open {name}{attributes} {empty}")
            }
        });
        shown.collect()
    }

    #[test]
    fn reads_tags_comments_and_text() {
        assert_eq!(
            show("a < b <A href='x>y' b=c d>t</A><!-- n --><br/>"),
            [
                "text a < b ",
                r#"open A href=Some("x>y") b=Some("c") d=None false"#,
                "text t",
                "close A",
                "comment  n  true",
                "open br true",
            ]
        );
        assert_eq!(show("<!-- open"), ["comment  open false"]);
        assert_eq!(show("<img src=a/b/>"), [r#"open img src=Some("a/b") true"#]);
    }

    #[test]
    fn passes_over_scripts() {
        assert_eq!(
            show("<script>if (a<b) '<a href=x>'</SCRIPT>x"),
            ["open script false", "text if (a<b) '<a href=x>'", "close SCRIPT", "text x"]
        );
    }

    #[test]
    fn tokens_cover_hostile_input() {
        for html in ["<", "<a", "<a \"", "<a b='<b>", "</", "<a =", "<1 <!x <?y", "<中文 a=\"", "<a b=>c", "&<>"] {
            let covered: String = tokens(html).map(|token| &html[token.range]).collect();
            assert_eq!(covered, html);
        }
        assert_eq!(tokens(&"<a \"".repeat(100_000)).count(), 1);
    }
}
