//! Emphasis that CommonMark does not see beside Han -> where it needs a sign to be seen.
//!
//! A mark closes after punctuation only if a space or punctuation follows, and opens before punctuation only if one precedes. Chinese writes
//! neither: `**继承。**课程` and `他说**“不”**吗` would keep their marks. So the marks of a running text are paired in their order, and where
//! one of a pair is misread, an empty comment is put beside it: punctuation to CommonMark, nothing to a reader.

use std::ops::Range;

use super::super::text;
use super::Builder;

/// What is put beside a misread mark. Comments are left out of pages.
const SIGN: &str = "<!---->";

/// A run of `*` or `~` in running text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    sign: u8,
    length: usize,
    start: usize,
}

impl Mark {
    const fn end(self) -> usize {
        self.start + self.length
    }
}

/// What stands on a side of a mark; at an end of the text, a space.
#[derive(Clone, Copy)]
struct Side(char);

impl Side {
    const fn is_space(self) -> bool {
        self.0.is_whitespace()
    }

    fn is_letter(self) -> bool {
        self.0.is_alphanumeric()
    }

    fn is_chinese(self) -> bool {
        text::is_cjk(self.0) || text::is_shared(self.0)
    }
}

impl Builder<'_> {
    /// Notes the marks that a text holds.
    pub(super) fn note_text_marks(&mut self, range: &Range<usize>) {
        let whole = self.source.text();
        let Some(part) = whole.get(range.clone()) else { return };
        let mut from = 0;
        while let Some(at) = part[from..].find(['*', '~']) {
            let sign = part.as_bytes()[from + at];
            let start = range.start + from + at;
            let length = whole.as_bytes()[start..range.end].iter().take_while(|&&byte| byte == sign).count();
            from += at + length;
            if !whole[..start].ends_with('\\') {
                self.marks.push(Mark { sign, length, start });
            }
        }
    }

    /// Notes both marks of an emphasis that was read as one.
    pub(super) fn note_read_marks(&mut self, range: &Range<usize>, length: usize) {
        let sign = self.source.text().as_bytes().get(range.start).copied().unwrap_or_default();
        let mark = |start| Mark { sign, length, start };
        self.marks.extend([mark(range.start), mark(range.end.saturating_sub(length))]);
    }

    /// Pairs the marks of the running text that ends.
    pub(super) fn pair_marks(&mut self) {
        let mut marks = std::mem::take(&mut self.marks);
        marks.sort_unstable();
        for alike in marks.chunk_by(|one, next| (one.sign, one.length) == (next.sign, next.length)) {
            self.pair(alike);
        }
        marks.clear();
        self.marks = marks;
    }

    /// Pairs marks of one kind, in order.
    fn pair(&mut self, mut marks: &[Mark]) {
        while let [opening, closing, rest @ ..] = marks {
            let ((before, first), (last, after)) = (self.sides(*opening), self.sides(*closing));
            // `2*3` is no beginning.
            let is_sign = before.0.is_ascii_alphanumeric() && first.0.is_ascii_alphanumeric();
            if is_sign || first.is_space() || last.is_space() {
                marks = &marks[1..];
                continue;
            }
            let opens = first.is_letter() || !before.is_letter();
            let closes = last.is_letter() || !after.is_letter();
            if !opens && (before.is_chinese() || first.is_chinese()) {
                self.misread.push((opening.start, SIGN));
            }
            if !closes && (last.is_chinese() || after.is_chinese()) {
                self.misread.push((closing.end(), SIGN));
            }
            marks = rest;
        }
    }

    /// What stands before and after a mark.
    fn sides(&self, mark: Mark) -> (Side, Side) {
        let text = self.source.text();
        let side = |c: Option<char>| Side(c.unwrap_or(' '));
        (side(text[..mark.start].chars().next_back()), side(text[mark.end()..].chars().next()))
    }
}
