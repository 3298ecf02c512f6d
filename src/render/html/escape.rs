//! Text to HTML text and attribute values.
//!
//! Invariant: what is written holds no markup and no character that HTML forbids (controls other than tab and line feed).

/// Bytes that text may hold as they are.
static HARMLESS_IN_TEXT: [bool; 256] = harmless(b"&<>");

/// Bytes that attribute values may hold as they are.
static HARMLESS_IN_QUOTES: [bool; 256] = harmless(b"&<>\"");

/// All bytes but `marks`, controls, and the byte that C1 controls begin with.
const fn harmless(marks: &[u8]) -> [bool; 256] {
    let mut table = [true; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = byte == b'\t' as usize || byte == b'\n' as usize;
        byte += 1;
    }
    table[0x7f] = false;
    table[0xc2] = false;
    let mut mark = 0;
    while mark < marks.len() {
        table[marks[mark] as usize] = false;
        mark += 1;
    }
    table
}

/// Writes text.
pub(in crate::render) fn text(out: &mut String, text: &str) {
    push(out, text, &HARMLESS_IN_TEXT);
}

/// Writes ` name="value"`.
pub(in crate::render) fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push('=');
    quoted(out, value);
}

/// Writes `"value"`.
pub(super) fn quoted(out: &mut String, value: &str) {
    out.push('"');
    within_quotes(out, value);
    out.push('"');
}

/// Writes part of a quoted value.
pub(super) fn within_quotes(out: &mut String, value: &str) {
    push(out, value, &HARMLESS_IN_QUOTES);
}

/// Copies runs of harmless bytes at once; all that is replaced is ASCII, or the two bytes of a C1 control.
fn push(out: &mut String, text: &str, harmless: &[bool; 256]) {
    let bytes = text.as_bytes();
    let mut from = 0;
    let mut at = 0;
    while let Some(run) = bytes[at..].iter().position(|&byte| !harmless[usize::from(byte)]) {
        at += run;
        let (replacement, len) = match bytes[at] {
            b'&' => ("&amp;", 1),
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'"' => ("&quot;", 1),
            0xc2 if !matches!(bytes.get(at + 1), Some(0x80..=0x9f)) => {
                at += 2;
                continue;
            }
            0xc2 => ("", 2),
            _ => ("", 1),
        };
        out.push_str(&text[from..at]);
        out.push_str(replacement);
        at += len;
        from = at;
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
