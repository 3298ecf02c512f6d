//! Text to HTML text and attribute values.
//!
//! Invariant: what is written holds no markup and no character that HTML forbids (controls other than tab and line feed).

/// Writes text.
pub(in crate::render) fn text(out: &mut String, text: &str) {
    push(out, text, |b| match b {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        _ => None,
    });
}

/// Writes ` name="value"`.
pub(super) fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push('=');
    quoted(out, value);
}

/// Writes `"value"`.
pub(super) fn quoted(out: &mut String, value: &str) {
    out.push('"');
    push(out, value, |b| match b {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        _ => None,
    });
    out.push('"');
}

/// Copies runs of harmless bytes at once; all that is replaced is ASCII, or the two bytes of a C1 control.
fn push(out: &mut String, text: &str, entity: fn(u8) -> Option<&'static str>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    let mut at = 0;
    while at < bytes.len() {
        let (replacement, len) = match bytes[at] {
            b'\t' | b'\n' => (None, 1),
            0x00..=0x1f | 0x7f => (Some(""), 1),
            0xc2 if matches!(bytes.get(at + 1), Some(0x80..=0x9f)) => (Some(""), 2),
            b => (entity(b), 1),
        };
        if let Some(replacement) = replacement {
            out.push_str(&text[from..at]);
            out.push_str(replacement);
            from = at + len;
        }
        at += len;
    }
    out.push_str(&text[from..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_controls_are_taken_out() {
        let mut out = String::new();
        text(&mut out, "a<b>&\"汉\u{0}\u{85}\u{7f}\r\n\u{a0}é");
        attribute(&mut out, "alt", "\"><script>'");
        assert_eq!(out, "a&lt;b&gt;&amp;\"汉\n\u{a0}é alt=\"&quot;&gt;&lt;script&gt;'\"");
    }
}
