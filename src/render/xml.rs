//! Text -> text that may stand in XML 1.0.
//!
//! Invariant: what these functions return holds only characters that XML 1.0 allows (section 2.2), and no markup.

use std::fmt::{self, Display, Write};

/// Text to be written between tags or in a double-quoted attribute.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.as_bytes();
        let mut written = 0;
        let mut at = 0;
        // All that is replaced is ASCII, or begins with the byte 0xEF.
        while at < bytes.len() {
            let (instead, len) = match bytes[at] {
                b'&' => ("&amp;", 1),
                b'<' => ("&lt;", 1),
                b'>' => ("&gt;", 1),
                b'"' => ("&quot;", 1),
                0xef if matches!(bytes[at..], [_, 0xbf, 0xbe | 0xbf, ..]) => ("", 3),
                b'\t' | b'\n' | b' '.. => {
                    at += 1;
                    continue;
                }
                _ => ("", 1),
            };
            f.write_str(&self.0[written..at])?;
            f.write_str(instead)?;
            at += len;
            written = at;
        }
        f.write_str(&self.0[written..])
    }
}

/// Writes an element that holds nothing but text.
pub(super) fn element(out: &mut String, name: &str, text: &str) {
    // Writing to a `String` cannot fail.
    let _ = write!(out, "<{name}>{}</{name}>", Escaped(text));
}
