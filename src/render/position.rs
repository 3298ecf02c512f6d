//! Line and column, as other libraries report them, to a byte offset of the source.

/// A place in a text as a library reports it; both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// The line.
    pub line: usize,
    /// The column, in units of the library's own.
    pub column: usize,
}

/// The byte offset of a position, `unit` being the width of a character in the library's columns.
///
/// A place beyond the end of its line is the line's end; one beyond the text is the text's end.
pub(crate) fn offset(source: &str, at: Position, unit: fn(char) -> usize) -> usize {
    let mut start = 0;
    for _ in 1..at.line {
        match source[start..].find('\n') {
            Some(end) => start += end + 1,
            None => return source.len(),
        }
    }
    let mut column = 1;
    for (index, c) in source[start..].char_indices() {
        if column >= at.column || c == '\n' {
            return start + index;
        }
        column += unit(c);
    }
    source.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_the_given_unit() {
        let source = "一行\n知识𠀀x\n";
        let at = |column| Position { line: 2, column };
        assert_eq!(offset(source, at(1), |_| 1), 7);
        assert_eq!(&source[offset(source, at(4), |_| 1)..], "x\n");
        // The third character takes two UTF-16 units.
        assert_eq!(&source[offset(source, at(5), char::len_utf16)..], "x\n");
    }

    #[test]
    fn what_lies_beyond_is_the_end() {
        assert_eq!(offset("ab\ncd", Position { line: 1, column: 9 }, |_| 1), 2);
        assert_eq!(offset("ab\ncd", Position { line: 9, column: 1 }, |_| 1), 5);
        assert_eq!(offset("", Position { line: 1, column: 1 }, |_| 1), 0);
    }
}
