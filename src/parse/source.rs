//! A text with a map back to the file it comes from: includes and escapes change the text, never where a span points.
//!
//! Invariant: segments are in order and cover the text; lookup is a binary search.

use std::borrow::Cow;
use std::ops::Range;

use crate::diag::Span;

/// A text and where its parts come from.
#[derive(Clone, Debug)]
pub(super) struct Source<'a> {
    text: Cow<'a, str>,
    segments: Vec<Segment>,
}

/// A run of text with one origin.
#[derive(Clone, Debug)]
struct Segment {
    /// Where it begins in the text.
    start: usize,
    origin: Origin,
}

#[derive(Clone, Debug)]
enum Origin {
    /// Byte for byte from the file, from this byte on.
    Copied(usize),
    /// Put in the place of these bytes of the file.
    Instead(Span),
}

impl<'a> Source<'a> {
    /// A file's text from one byte on.
    pub(super) fn slice(file: &'a str, from: usize) -> Self {
        let segments = vec![Segment { start: 0, origin: Origin::Copied(from) }];
        Self { text: Cow::Borrowed(file.get(from..).unwrap_or_default()), segments }
    }

    /// An empty text to add to.
    pub(super) const fn empty() -> Self {
        Self { text: Cow::Owned(String::new()), segments: Vec::new() }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Adds a part of another text of the same file.
    pub(super) fn push(&mut self, other: &Source<'_>, range: Range<usize>) {
        let mut from = range.start;
        let first = other.at(from);
        for (index, segment) in other.segments.iter().enumerate().skip(first) {
            if from >= range.end {
                break;
            }
            let next = other.segments.get(index + 1).map_or(range.end, |next| next.start.min(range.end));
            let origin = match &segment.origin {
                Origin::Copied(origin) => Origin::Copied(origin + (from - segment.start)),
                Origin::Instead(span) => Origin::Instead(span.clone()),
            };
            self.segments.push(Segment { start: self.text.len(), origin });
            self.text.to_mut().push_str(&other.text[from..next]);
            from = next;
        }
    }

    /// Adds text that stands in the place of `span` of the file.
    pub(super) fn push_instead(&mut self, text: &str, span: &Span) {
        self.segments.push(Segment { start: self.text.len(), origin: Origin::Instead(span.clone()) });
        self.text.to_mut().push_str(text);
    }

    /// The bytes of the file that a range of the text comes from.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let start = self.origin(range.start).start;
        let end = if range.end > range.start { self.origin(range.end - 1).end } else { start };
        start..end.max(start)
    }

    /// The same text with something more before some of its bytes (in ascending order).
    pub(super) fn escaped(&self, signs: &[(usize, &str)]) -> Source<'static> {
        let mut escaped = Source::empty();
        let mut from = 0;
        for &(position, sign) in signs {
            escaped.push(self, from..position);
            let origin = self.origin(position).start;
            escaped.push_instead(sign, &(origin..origin));
            from = position;
        }
        escaped.push(self, from..self.text.len());
        escaped
    }

    /// The same text with U+FFFD for U+0000, as CommonMark section 2.3 asks.
    pub(super) fn replace_nul(&self) -> Source<'static> {
        let mut replaced = Source::empty();
        let mut from = 0;
        for (position, _) in self.text.match_indices('\0') {
            replaced.push(self, from..position);
            replaced.push_instead("\u{fffd}", &self.origin(position));
            from = position + 1;
        }
        replaced.push(self, from..self.text.len());
        replaced
    }

    /// The index of the segment that holds a byte of the text.
    fn at(&self, position: usize) -> usize {
        self.segments.partition_point(|segment| segment.start <= position).saturating_sub(1)
    }

    /// The byte of the file that a byte of the text comes from, or the bytes it stands for.
    fn origin(&self, position: usize) -> Span {
        match self.segments.get(self.at(position)) {
            Some(Segment { start, origin: Origin::Copied(origin) }) => {
                let byte = origin + (position - start);
                byte..byte + 1
            }
            Some(Segment { origin: Origin::Instead(span), .. }) => span.clone(),
            None => 0..0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_lead_back_to_the_file() {
        let file = Source::slice("ab{{x}}中文", 1);
        assert_eq!(file.text(), "b{{x}}中文");
        let mut text = Source::empty();
        text.push(&file, 0..1);
        text.push_instead("included", &(2..7));
        text.push(&file, 6..12);
        assert_eq!(text.text(), "bincluded中文");
        assert_eq!(text.span(0..1), 1..2);
        assert_eq!(text.span(3..5), 2..7);
        assert_eq!(text.span(9..12), 7..10);
        assert_eq!(text.span(0..12), 1..10);
        assert_eq!(text.span(15..15), 13..13);
    }

    #[test]
    fn escapes_take_no_bytes_of_the_file() {
        let text = Source::slice("花$5和$6", 0).escaped(&[(3, "\\"), (8, "\\")]);
        assert_eq!(text.text(), "花\\$5和\\$6");
        assert_eq!(text.span(4..6), 3..5);
        assert_eq!(text.span(10..12), 8..10);
    }
}
