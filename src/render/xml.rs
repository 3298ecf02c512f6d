//! Text -> text that may stand in XML 1.0.
//!
//! Invariant: what these functions return holds only characters that XML 1.0 allows (section 2.2), and no markup.

use std::fmt::{self, Display, Write};

/// Text to be written between tags or in a double-quoted attribute.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = 0;
        for (at, c) in self.0.char_indices() {
            let instead = match c {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\u{fffe}' | '\u{ffff}' => "",
                '\t' | '\n' | ' '.. => continue,
                _ => "",
            };
            f.write_str(&self.0[written..at])?;
            f.write_str(instead)?;
            written = at + c.len_utf8();
        }
        f.write_str(&self.0[written..])
    }
}

/// Writes an element that holds nothing but text.
pub(super) fn element(out: &mut String, name: &str, text: &str) {
    // Writing to a `String` cannot fail.
    let _ = write!(out, "<{name}>{}</{name}>", Escaped(text));
}
