//! Traditional characters -> the simplified ones they are written as, so that either finds the other.
//!
//! The table is `han.txt`: traditional characters on the first line, in order, and below each the simplified one. It was made by asking ICU's
//! transliterator `Hant-Hans` (CLDR, Unicode License) for each Han character by itself; what takes two turns to settle was left out. Pages get
//! the part of it that their index needs, from here. Invariant: what is folded once is the same when folded again.

use std::sync::LazyLock;

/// The table as it is written.
const TABLE: &str = include_str!("han.txt");

/// Pairs by their traditional character.
static PAIRS: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let (traditional, simplified) = TABLE.trim_end().split_once('\n').unwrap_or_default();
    traditional.chars().zip(simplified.chars()).collect()
});

/// The simplified form of a character; the character itself where it has none.
pub(super) fn simplified(c: char) -> char {
    PAIRS.binary_search_by_key(&c, |pair| pair.0).map_or(c, |at| PAIRS[at].1)
}

/// All pairs, by their traditional character.
#[must_use]
pub fn pairs() -> &'static [(char, char)] {
    &PAIRS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_settled() {
        assert!(pairs().is_sorted_by(|a, b| a.0 < b.0));
        assert!(pairs().iter().all(|&(_, simple)| simplified(simple) == simple));
    }

    #[test]
    fn several_traditional_characters_share_a_simplified_one() {
        assert_eq!(['發', '髮', '权', '權', 'a'].map(simplified), ['发', '发', '权', '权', 'a']);
    }
}
