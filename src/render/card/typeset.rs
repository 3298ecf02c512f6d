//! A text and a box -> its lines and the size they are set in.
//!
//! Lines break between Han characters and at spaces, never before closing or after opening marks. They are made about equally wide, so that no
//! character is left alone on the last one; where a Han text has clauses that fit, it breaks between these. Long texts are set
//! smaller, and what does not fit at the smallest size is cut. Invariant: no line is wider than its box, unless one word alone is.

use crate::model::text::{clauses, excerpt, may_break, width};

/// The box that a text is set into, in pixels.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
    /// The largest and the smallest size of letters.
    pub sizes: (f32, f32),
    /// From line to line, as a factor of the size.
    pub leading: f32,
}

/// Lines and their size.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// The lines from top to bottom.
    pub lines: Vec<String>,
    /// The size of letters in pixels.
    pub size: f32,
}

/// Between two sizes that are tried.
const STEP: f32 = 2.0;

/// How much smaller a text is set for the sake of a line for each clause.
const CLAUSES: f32 = 0.55;

/// Sets a text; `measure` gives the width of a text in units of its size.
pub fn set(text: &str, frame: &Frame, measure: &dyn Fn(&str) -> f32) -> Set {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (largest, smallest) = frame.sizes;
    if let Some(set) = by_clauses(&text, frame, measure) {
        return set;
    }
    let mut size = largest;
    loop {
        let (room, most) = frame.at(size);
        let lines = lines(&text, room, measure);
        if lines.len() <= most && lines.iter().all(|line| measure(line) <= room) {
            return Set { lines, size };
        }
        if size - STEP < smallest {
            // A column is half a letter wide; what is narrower than that leaves room.
            let columns = (room * 2.0).floor() as usize * most;
            return Set { lines: cut(&text, columns, (room, most), measure), size };
        }
        size -= STEP;
    }
}

impl Frame {
    /// How wide a line may be, in units of a size, and how many lines there may be.
    fn at(&self, size: f32) -> (f32, usize) {
        (self.width / size, ((self.height / (size * self.leading)).floor() as usize).max(1))
    }
}

/// A line for each clause, at the largest size that has room for them; `None` if that is too small, or there is one clause only.
fn by_clauses(text: &str, frame: &Frame, measure: &dyn Fn(&str) -> f32) -> Option<Set> {
    let clauses = clauses(text);
    let (largest, smallest) = frame.sizes;
    let mut size = largest;
    while clauses.len() > 1 && size >= smallest.max(largest * CLAUSES) {
        let (room, most) = frame.at(size);
        if clauses.len() <= most && clauses.iter().all(|clause| measure(clause) <= room) {
            return Some(Set { lines: clauses, size });
        }
        size -= STEP;
    }
    None
}

/// The text cut so that it fits.
fn cut(text: &str, columns: usize, (room, most): (f32, usize), measure: &dyn Fn(&str) -> f32) -> Vec<String> {
    let mut columns = columns.min(width(text));
    loop {
        let shorter = excerpt(text, columns);
        let lines = greedy(&units(&shorter), room, measure);
        if lines.len() <= most || columns <= 2 {
            return lines;
        }
        columns -= 2;
    }
}

/// Breaks a text into lines of at most `room`, about equally wide.
fn lines(text: &str, room: f32, measure: &dyn Fn(&str) -> f32) -> Vec<String> {
    let units = units(text);
    let lines = greedy(&units, room, measure);
    if lines.len() < 2 {
        return lines;
    }
    // The narrowest room that takes no more lines: found by halving, to a fiftieth of a letter.
    let (mut low, mut high) = (0.0, room);
    while high - low > 0.02 {
        let middle = f32::midpoint(low, high);
        if greedy(&units, middle, measure).len() <= lines.len() { high = middle } else { low = middle }
    }
    greedy(&units, high, measure)
}

/// Fills line after line. A unit that is wider than a line has one of its own.
fn greedy(units: &[&str], room: f32, measure: &dyn Fn(&str) -> f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for unit in units {
        match lines.last_mut() {
            Some(line) if measure(format!("{line}{unit}").trim_end()) <= room => line.push_str(unit),
            _ => lines.push((*unit).to_owned()),
        }
    }
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

/// The parts of a text between which a line may break; spaces stay at the end of the part before.
fn units(text: &str) -> Vec<&str> {
    let mut units = Vec::new();
    let mut start = 0;
    let mut previous: Option<char> = None;
    for (at, c) in text.char_indices() {
        if previous.is_some_and(|before| may_break(before, c) && !c.is_whitespace()) {
            units.push(&text[start..at]);
            start = at;
        }
        previous = Some(c);
    }
    units.push(&text[start..]);
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every column half a letter wide.
    fn columns(text: &str) -> f32 {
        width(text) as f32 / 2.0
    }

    fn set_in(text: &str, letters: f32, lines: f32) -> Set {
        set(text, &Frame { width: letters * 10.0, height: lines * 10.0, sizes: (10.0, 6.0), leading: 1.0 }, &columns)
    }

    #[test]
    fn lines_are_about_equally_wide_and_no_character_is_left_alone() {
        // Eleven characters in lines of ten: not ten and one.
        assert_eq!(set_in("零一二三四五六七八九十", 10.0, 2.0).lines, ["零一二三四五", "六七八九十"]);
        assert_eq!(set_in("one two three four five", 10.0, 2.0).lines, ["one two three", "four five"]);
    }

    #[test]
    fn marks_stay_with_their_words() {
        assert_eq!(set_in("他说：“走吧”", 4.0, 3.0).lines, ["他说：", "“走吧”"]);
        // The comma would begin the second line.
        assert_eq!(set_in("一二三四，五六七八九", 4.0, 4.0).lines.iter().filter(|line| line.starts_with('，')).count(), 0);
        assert_eq!(set_in("用 Rust 写书", 4.0, 3.0).lines, ["用 Rust", "写书"]);
    }

    #[test]
    fn clauses_that_fit_have_a_line_each() {
        assert_eq!(set_in("两个周末，卖出第一份东西", 10.0, 2.0).lines, ["两个周末，", "卖出第一份东西"]);
        assert_eq!(set_in("真的？！来吧", 10.0, 2.0).lines, ["真的？！", "来吧"]);
    }

    #[test]
    fn long_texts_are_set_smaller_and_the_longest_are_cut() {
        let text = "字".repeat(24);
        let set = set_in(&text, 10.0, 2.0);
        assert!(set.size < 10.0 && set.lines.concat() == text, "{set:?}");
        let set = set_in(&"长".repeat(300), 10.0, 2.0);
        assert!(set.size < 8.0 && set.lines.len() <= 3, "{set:?}");
        assert!(set.lines.last().is_some_and(|line| line.ends_with('…')), "{set:?}");
        assert!(set.lines.iter().all(|line| columns(line) * set.size <= 100.0), "{set:?}");
    }
}
