//! Text -> what can be counted in it: words, sentences and signs, and the features that follow from them alone.
//!
//! A word is a run of letters, or one Han character. Invariant: the features are finite numbers for every text.

use std::collections::BTreeMap;

/// How many features a text has of itself.
pub(super) const OWN: usize = 31;
/// From how many words on a sentence is long.
const LONG_SENTENCE: usize = 25;
/// Up to how many words a sentence is short.
const SHORT_SENTENCE: usize = 10;

/// Words that join a clause to another.
const JOINING: [&str; 21] = [
    "although", "because", "despite", "however", "if", "since", "that", "though", "unless", "until", "when", "where", "whereas",
    "whether", "which", "while", "who", "whom", "whose", "thus", "hence",
];
/// Endings of nouns made of other words.
const ABSTRACT: [&str; 7] = ["tion", "ment", "ity", "ness", "ism", "ence", "ance"];

/// A text, measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Its words in lower case, with how often each stands in it.
    pub words: BTreeMap<String, u32>,
    /// How many words it has.
    pub count: usize,
    /// What follows from the text alone.
    pub(super) own: [f64; OWN],
}

impl Measured {
    /// Measures a text; a line break ends a sentence.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut reader = Reader::default();
        reader.read(text);
        reader.finished()
    }
}

/// A text as it is read.
#[derive(Default)]
struct Reader {
    words: Vec<String>,
    /// The number of words in each sentence.
    sentences: Vec<usize>,
    in_sentence: usize,
    names: usize,
    commas: usize,
    pauses: usize,
    quotes: usize,
    numbers: usize,
}

impl Reader {
    fn read(&mut self, text: &str) {
        let mut rest = text.chars().peekable();
        let mut before = ' ';
        while let Some(c) = rest.next() {
            match c {
                _ if is_han(c) => self.word(c.encode_utf8(&mut [0; 4])),
                _ if c.is_alphabetic() => {
                    let mut word = String::from(c);
                    while let Some(&next) = rest.peek() {
                        let joins = matches!(next, '\'' | '’' | '-') && {
                            let mut ahead = rest.clone();
                            ahead.next();
                            ahead.peek().is_some_and(|c| c.is_alphabetic() && !is_han(*c))
                        };
                        if !joins && (!next.is_alphabetic() || is_han(next)) {
                            break;
                        }
                        word.push(if next == '’' { '\'' } else { next });
                        rest.next();
                    }
                    self.word(&word);
                }
                _ if c.is_numeric() && !before.is_numeric() => self.numbers += 1,
                ',' | '，' | '、' => self.commas += 1,
                ';' | ':' | '(' | '-' | '–' | '—' | '；' | '：' | '（' => self.pauses += 1,
                '"' | '“' | '”' | '「' | '」' => self.quotes += 1,
                '\n' | '。' | '！' | '？' => self.end_sentence(),
                '.' | '!' | '?' if ends(rest.clone()) => self.end_sentence(),
                _ => {}
            }
            before = c;
        }
        self.end_sentence();
    }

    fn word(&mut self, word: &str) {
        if self.in_sentence > 0 && word.chars().next().is_some_and(char::is_uppercase) {
            self.names += 1;
        }
        self.in_sentence += 1;
        self.words.push(word.to_lowercase());
    }

    fn end_sentence(&mut self) {
        if self.in_sentence > 0 {
            self.sentences.push(std::mem::take(&mut self.in_sentence));
        }
    }

    fn finished(mut self) -> Measured {
        let count = self.words.len();
        let mut words: BTreeMap<String, u32> = BTreeMap::new();
        for word in &self.words {
            *words.entry(word.clone()).or_default() += 1;
        }
        self.sentences.sort_unstable();
        Measured { own: if count == 0 { [0.0; OWN] } else { self.features(&words) }, words, count }
    }

    fn features(&self, words: &BTreeMap<String, u32>) -> [f64; OWN] {
        let n = self.words.len() as f64;
        let sentences = self.sentences.len() as f64;
        let lengths: Vec<f64> = self.words.iter().map(|word| word.chars().count() as f64).collect();
        let syllables: Vec<f64> = self.words.iter().map(|word| syllables(word)).collect();
        let in_sentences: Vec<f64> = self.sentences.iter().map(|&length| length as f64).collect();
        let share = |holds: &dyn Fn(&str) -> bool| self.words.iter().filter(|word| holds(word)).count() as f64 / n;
        let above =
            |values: &[f64], bound: f64| values.iter().filter(|&&value| value >= bound).count() as f64 / values.len() as f64;
        let longest = in_sentences.last().copied().unwrap_or_default();
        let once = words.values().filter(|&&count| count == 1).count() as f64;
        [
            n.ln(),
            sentences.ln(),
            mean(&in_sentences),
            spread(&in_sentences),
            in_sentences[(in_sentences.len() - 1) * 9 / 10],
            longest.ln(),
            above(&in_sentences, LONG_SENTENCE as f64),
            1.0 - above(&in_sentences, SHORT_SENTENCE as f64 + 1.0),
            mean(&lengths),
            spread(&lengths),
            mean(&syllables),
            above(&lengths, 7.0),
            above(&lengths, 10.0),
            above(&syllables, 3.0),
            above(&syllables, 4.0),
            // Carroll's corrected type–token ratio, which depends little on length.
            words.len() as f64 / (2.0 * n).sqrt(),
            words.len() as f64 / n,
            once / n,
            self.commas as f64 / sentences,
            self.commas as f64 / n,
            self.pauses as f64 / n,
            self.quotes as f64 / n,
            self.numbers as f64 / n,
            self.names as f64 / n,
            share(&|word| JOINING.contains(&word)),
            share(&|word| word.contains('\'')),
            share(&|word| word.ends_with("ed")),
            share(&|word| word.ends_with("ing")),
            share(&|word| word.ends_with("ly")),
            share(&|word| ABSTRACT.iter().any(|end| word.ends_with(end))),
            // Flesch–Kincaid grade level (Kincaid et al. 1975).
            0.39 * mean(&in_sentences) + 11.8 * mean(&syllables) - 15.59,
        ]
    }
}

/// Whether a full stop ends a sentence: closing signs and then a space follow it, or nothing.
fn ends(rest: impl Iterator<Item = char>) -> bool {
    let mut rest = rest.skip_while(|c| matches!(c, '"' | '\'' | ')' | '”' | '’' | ']'));
    rest.next().is_none_or(char::is_whitespace)
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The syllables of a word, as far as its spelling tells: runs of vowels, but a silent `e` at the end.
fn syllables(word: &str) -> f64 {
    let mut runs = 0;
    let mut in_run = false;
    for c in word.chars() {
        let is_vowel = matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
        runs += usize::from(is_vowel && !in_run);
        in_run = is_vowel;
    }
    let is_silent = runs > 1 && word.ends_with('e') && !word.ends_with("le");
    (runs - usize::from(is_silent)).max(1) as f64
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The standard deviation.
fn spread(values: &[f64]) -> f64 {
    let mean = mean(values);
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<usize> {
        let mut reader = Reader::default();
        reader.read(text);
        reader.sentences
    }

    #[test]
    fn words_and_sentences_are_found_in_both_languages() {
        assert_eq!(sentences("It's well-known. Version 1.5 is out! \"Really?\" she asked."), [2, 3, 1, 2]);
        assert_eq!(sentences("所有权是什么？它是一条规则。\n用 Rust 写"), [6, 6, 3]);
        let measured = Measured::of("The the THE end");
        assert_eq!((measured.words["the"], measured.count), (3, 4));
    }

    #[test]
    fn features_are_numbers_for_every_text() {
        for text in ["", "\n\n", "...", "a", "字", "١٢٣", "🙂🙂", "'-'", "x".repeat(10_000).as_str()] {
            assert!(Measured::of(text).own.iter().all(|value| value.is_finite()), "{text:?}");
        }
    }

    #[test]
    fn syllables_follow_the_spelling() {
        assert_eq!(["make", "table", "beautiful", "rhythm", "字"].map(syllables), [1.0, 2.0, 3.0, 1.0, 1.0]);
    }
}
