//! Text -> the tokens it is found by. The page's `search.js` has the same rules; a test compares both on 10,000 strings.
//!
//! 1. **Folding**, character by character, of text in NFC: NFKC (full-width forms become narrow), lower case, simplified Han.
//! 2. **Runs**: Han, kana and Hangul stand in runs of their own; other letters and digits in words, together with `_`. A word of up to four
//!    characters may end with `++` or `#`, and one may begin with a dot that follows neither letter nor dot: `C++`, `C#`, `.NET`.
//! 3. **Tokens** of a word: itself without `_` at its ends, its parts between `_`, and its form with `++`, `#` or the dot; each cut at
//!    [`LONGEST`] characters. Of a Han run: overlapping pairs, then its last character alone, so that every character begins a token.
//!
//! A pair of characters finds any part of a Chinese text, whichever way it would be parted into words; and nobody needs a dictionary.
//! Invariant: the tokens of a text depend on nothing but the text.

use std::ops::Range;

use unicode_normalization::char::decompose_compatible;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::han;

/// The most characters of a token; longer words are no words.
pub const LONGEST: usize = 64;
/// The longest word that `++` or `#` belongs to, in characters.
const LONGEST_MARKED: usize = 4;

/// A run of letters and digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// A word.
    Word {
        /// Its letters and digits, with `_` between them.
        text: String,
        /// The same with the sign that belongs to it: `c++`, `.net`.
        marked: Option<String>,
    },
    /// Han, kana and Hangul.
    Han(Vec<char>),
}

/// Whether a character belongs to a run of Han, kana or Hangul. The blocks are those of Unicode 17.
pub(super) const fn is_han(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// A text with each character in the form it is compared in.
#[must_use]
pub fn fold(text: &str) -> Vec<char> {
    let mut folded = Vec::with_capacity(text.len());
    if text.is_ascii() {
        folded.extend(text.chars().map(|c| c.to_ascii_lowercase()));
    } else if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text.chars().for_each(|c| push_folded(&mut folded, c));
    } else {
        text.nfc().for_each(|c| push_folded(&mut folded, c));
    }
    folded
}

/// Adds a character of text in NFC in the form it is compared in.
fn push_folded(folded: &mut Vec<char>, c: char) {
    match c {
        c if c.is_ascii() => folded.push(c.to_ascii_lowercase()),
        '\u{4e00}'..='\u{9fff}' => folded.push(han::simplified(c)),
        // Quotation marks, dashes and Chinese punctuation are what they are.
        '\u{2010}' | '\u{2012}'..='\u{2016}' | '\u{2018}'..='\u{2023}' | '\u{3001}'..='\u{3020}' => folded.push(c),
        // Full-width forms of ASCII stand in its order.
        '\u{ff01}'..='\u{ff5e}' => folded.extend(char::from_u32(u32::from(c) - 0xfee0).map(|c| c.to_ascii_lowercase())),
        c => {
            let mut parts = Vec::new();
            decompose_compatible(c, |part| parts.push(part));
            folded.extend(parts.into_iter().nfc().flat_map(char::to_lowercase).map(han::simplified));
        }
    }
}

/// The runs of a text.
#[must_use]
pub fn runs(text: &str) -> Vec<Run> {
    let folded = fold(text);
    let mut runs = Vec::new();
    let mut from = 0;
    while let Some(place) = stretch(&folded, from) {
        from = place.end;
        if is_wide(folded[place.start]) {
            runs.push(Run::Han(folded[place].to_vec()));
        } else if let Some(letters) = letters(&folded, &place) {
            let text: String = folded[letters.clone()].iter().collect();
            let marked = mark(&folded, &place, &letters).map(|(before, after)| format!("{before}{text}{after}"));
            runs.push(Run::Word { text, marked });
        }
    }
    runs
}

/// Where the next characters are that stand in one run.
fn stretch(folded: &[char], from: usize) -> Option<Range<usize>> {
    let start = from + folded[from..].iter().position(|&c| is_word(c) || is_wide(c))?;
    let same: fn(char) -> bool = if is_wide(folded[start]) { is_wide } else { is_word };
    let length = folded[start..].iter().take_while(|&&c| same(c)).count();
    Some(start..start + length)
}

fn is_wide(c: char) -> bool {
    is_han(c) && c.is_alphanumeric()
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric() && !is_han(c)
}

/// The word at a place without `_` at its ends; none if it is nothing but these.
fn letters(folded: &[char], place: &Range<usize>) -> Option<Range<usize>> {
    let inner = &folded[place.clone()];
    let first = inner.iter().position(|&c| c != '_')?;
    let last = inner.iter().rposition(|&c| c != '_')?;
    Some(place.start + first..place.start + last + 1)
}

/// The sign before and after a word that belongs to it; none if it has `_` at an end.
fn mark(folded: &[char], place: &Range<usize>, letters: &Range<usize>) -> Option<(&'static str, &'static str)> {
    if place != letters {
        return None;
    }
    let &Range { start, end } = place;
    let at = |place: usize| folded.get(place).copied().unwrap_or(' ');
    let before = |back: usize| start.checked_sub(back).map_or(' ', |place| folded[place]);
    let is_letter = |c: char| is_word(c) || is_wide(c);
    if end - start <= LONGEST_MARKED && folded[start].is_alphabetic() {
        if at(end) == '+' && at(end + 1) == '+' && at(end + 2) != '+' && !is_letter(at(end + 2)) {
            return Some(("", "++"));
        }
        if at(end) == '#' && at(end + 1) != '#' && !is_letter(at(end + 1)) {
            return Some(("", "#"));
        }
    }
    let is_dotted = before(1) == '.' && before(2) != '.' && !is_letter(before(2)) && folded[start].is_alphabetic();
    is_dotted.then_some((".", ""))
}

/// Hands over the tokens of a text, in order.
pub fn tokens(text: &str, sink: &mut dyn FnMut(&str)) {
    let folded = fold(text);
    // One text for all tokens: a long text has thousands, and many texts are read.
    let mut token = String::new();
    let mut from = 0;
    while let Some(place) = stretch(&folded, from) {
        from = place.end;
        if is_wide(folded[place.start]) {
            for at in place.clone() {
                token.clear();
                token.extend(&folded[at..place.end.min(at + 2)]);
                sink(&token);
            }
        } else if let Some(letters) = letters(&folded, &place) {
            token.clear();
            token.extend(&folded[letters.clone()]);
            sink(cut(&token));
            if token.contains('_') {
                token.split('_').filter(|part| !part.is_empty()).for_each(|part| sink(cut(part)));
            }
            if let Some((before, after)) = mark(&folded, &place, &letters) {
                token.insert_str(0, before);
                token.push_str(after);
                sink(cut(&token));
            }
        }
    }
}

/// So much of a token as is kept.
pub(super) fn cut(token: &str) -> &str {
    if token.len() <= LONGEST {
        return token;
    }
    token.char_indices().nth(LONGEST).map_or(token, |(end, _)| &token[..end])
}

/// A text as phrases are looked for in it: its runs, with a space before each and at the end.
#[must_use]
pub fn flat(text: &str) -> String {
    let mut flat = String::with_capacity(text.len() + 2);
    for run in runs(text) {
        flat.push(' ');
        match run {
            Run::Word { text, marked } => flat.push_str(marked.as_ref().unwrap_or(&text)),
            Run::Han(run) => flat.extend(run),
        }
    }
    flat.push(' ');
    flat
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        tokens(text, &mut |token| found.push(token.to_owned()));
        found
    }

    #[test]
    fn words_are_lower_case_and_split_at_underscores_with_the_whole_kept() {
        assert_eq!(all("Hello, World 2.0"), ["hello", "world", "2", "0"]);
        assert_eq!(all("as_mut_slice"), ["as_mut_slice", "as", "mut", "slice"]);
        assert_eq!(all("__init__ _ ___"), ["init"]);
    }

    #[test]
    fn names_with_signs_are_kept_beside_their_letters() {
        assert_eq!(all("C++, C# and .NET"), ["c", "c++", "c", "c#", "and", "net", ".net"]);
        assert_eq!(all("a+b i#3 c+++ x..y end. Next"), ["a", "b", "i", "3", "c", "x", "y", "end", "next"]);
    }

    #[test]
    fn han_is_pairs_and_the_last_character() {
        assert_eq!(all("所有权"), ["所有", "有权", "权"]);
        assert_eq!(all("Rust所有权，好"), ["rust", "所有", "有权", "权", "好"]);
        assert_eq!(all("カタカナと한글"), ["カタ", "タカ", "カナ", "ナと", "と한", "한글", "글"]);
    }

    #[test]
    fn forms_of_the_same_character_are_one() {
        assert_eq!(all("所有權"), all("所有权"));
        assert_eq!(all("ＲＵＳＴ　２０２４"), ["rust", "2024"]);
        assert_eq!(all("Cafe\u{301}"), ["café"]);
        assert_eq!(all("ﬁn"), ["fin"]);
    }

    #[test]
    fn what_is_no_text_has_no_tokens() {
        for text in ["", " \u{0}\t", "😀🎉", "\"\"\"", "。，！", "(.*)+?"] {
            assert_eq!(all(text), Vec::<String>::new(), "{text:?}");
        }
        assert_eq!(all(&"a".repeat(1000)), ["a".repeat(LONGEST)]);
    }

    #[test]
    fn phrases_are_looked_for_between_spaces() {
        assert_eq!(flat("The Borrow-Checker: 所有權！"), " the borrow checker 所有权 ");
        assert_eq!(flat("…"), " ");
    }
}
