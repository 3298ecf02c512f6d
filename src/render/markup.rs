//! Reads and writes tags and text, for cleaning what other crates draw as MathML and SVG.
//!
//! What is no well-formed tag is text. Invariant: what [`push_text`] and [`push_attribute`] write can neither open nor close a tag.

/// A piece of markup.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// An opening tag; `closed` if it ends with `/>`.
    Open { name: &'a str, attributes: Vec<(&'a str, &'a str)>, closed: bool },
    /// A closing tag.
    Close(&'a str),
    /// Text between tags, entities as written.
    Text(&'a str),
}

/// Splits markup into tokens.
pub(super) fn tokens(source: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = source;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((token, after)) = tag(rest) {
            rest = after;
            return Some(token);
        }
        // A `<` that opens no tag is text itself, hence the search from the second byte on.
        let end = rest.as_bytes().iter().skip(1).position(|&b| b == b'<').map_or(rest.len(), |at| at + 1);
        let (text, after) = rest.split_at(end);
        rest = after;
        Some(Token::Text(text))
    })
}

fn tag(source: &str) -> Option<(Token<'_>, &str)> {
    let rest = source.strip_prefix('<')?;
    if let Some(rest) = rest.strip_prefix('/') {
        let (name, rest) = name(rest)?;
        return Some((Token::Close(name), rest.trim_start().strip_prefix('>')?));
    }
    let (name, mut rest) = name(rest)?;
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(rest) = rest.strip_prefix("/>") {
            return Some((Token::Open { name, attributes, closed: true }, rest));
        }
        if let Some(rest) = rest.strip_prefix('>') {
            return Some((Token::Open { name, attributes, closed: false }, rest));
        }
        let (key, after) = self::name(rest)?;
        let after = after.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
        let (value, after) = after.split_once('"')?;
        attributes.push((key, value));
        rest = after;
    }
}

fn name(source: &str) -> Option<(&str, &str)> {
    let end = source.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))).unwrap_or(source.len());
    (end > 0 && source.as_bytes()[0].is_ascii_alphabetic()).then(|| source.split_at(end))
}

/// Writes text whose entities may be encoded already.
pub(super) fn push_text(out: &mut String, text: &str) {
    for (at, c) in text.char_indices() {
        match c {
            '&' if is_entity(&text[at..]) => out.push('&'),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if c.is_control() && c != '\n' => {}
            c => out.push(c),
        }
    }
}

/// Writes an attribute whose entities may be encoded already, with a space before it.
pub(super) fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    let start = out.len();
    push_text(out, value);
    if out[start..].contains('"') {
        let quoted = out[start..].replace('"', "&quot;");
        out.truncate(start);
        out.push_str(&quoted);
    }
    out.push('"');
}

/// Whether text begins with one of the entities that every parser knows.
fn is_entity(text: &str) -> bool {
    let Some(end) = text.as_bytes().iter().take(10).position(|&b| b == b';') else { return false };
    let name = &text[1..end];
    let digits = |digits: &str, ok: fn(&char) -> bool| !digits.is_empty() && digits.chars().all(|c| ok(&c));
    match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix('x') {
            Some(hex) => digits(hex, char::is_ascii_hexdigit),
            None => digits(number, char::is_ascii_digit),
        },
        None => matches!(name, "amp" | "lt" | "gt" | "quot" | "nbsp"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_text_are_told_apart() {
        let source = r#"<a b="1"c="2">x < y<br /></a>"#;
        let found: Vec<_> = tokens(source).collect();
        assert_eq!(
            found,
            [
                Token::Open { name: "a", attributes: vec![("b", "1"), ("c", "2")], closed: false },
                Token::Text("x "),
                Token::Text("< y"),
                Token::Open { name: "br", attributes: vec![], closed: true },
                Token::Close("a"),
            ]
        );
    }

    #[test]
    fn what_is_written_cannot_be_a_tag() {
        let mut out = String::new();
        push_text(&mut out, "<b>&amp;&x;&#x4e2d;&\u{1}");
        push_attribute(&mut out, "k", "\"><script>");
        assert_eq!(out, r#"&lt;b&gt;&amp;&amp;x;&#x4e2d;&amp; k="&quot;&gt;&lt;script&gt;""#);
    }
}
