//! Locked text -> a draft of what must not be published: its runs of words, its phrases, its files.
//!
//! Whatever public text has too is taken out again ([`Draft::without`]); what remains are the [`Secrets`]. So is what goes across a border, as the
//! end of one paragraph and the beginning of the next, if everyone may read what stands on either side: a page that shows the one beside
//! the other gives nothing away. Invariant: hashes alone are kept.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::publishing::{Public, Publishing};
use super::secrets::{Secret, Secrets, Words};
use super::words::{self, Escaped, REACH, Reader, Trail, Word};
use crate::id::Hash;

/// A run with fewer different words is a pattern, not a text.
const VARIETY: usize = 4;
/// A phrase of a text weighs this much: three words or six Han characters.
const PHRASE: u32 = 6;
/// A value of gated front matter, this much: one word or two Han characters.
const VALUE: u32 = 2;

/// What is locked, put together from all pieces.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Runs within one paragraph.
    runs: Vec<u64>,
    /// Runs across borders, each with the number of its parts, which stand in `parts` one after the other.
    across: Vec<(u64, usize)>,
    parts: Vec<Words>,
    phrases: Vec<Phrase>,
    files: BTreeSet<Hash>,
}

/// A phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Phrase {
    whole: Words,
    /// It without its first and without its last word: if everyone may read either, the phrase is no secret.
    most: Option<[Words; 2]>,
    /// What stands between its punctuation, if there is any: if everyone may read all of it, the phrase is no secret either.
    parts: Vec<Words>,
}

impl Phrase {
    fn all(&self) -> impl Iterator<Item = Words> {
        std::iter::once(self.whole).chain(self.most.into_iter().flatten()).chain(self.parts.iter().copied())
    }

    fn is_public(&self, public: &Public<'_>) -> bool {
        let is_public = |words: &Words| public.has_phrase(words.hash);
        let most = self.most.iter().flatten();
        is_public(&self.whole) || most.copied().any(|words| is_public(&words)) || are_all(&self.parts, is_public)
    }
}

/// Whether there are parts, and this is true of all.
fn are_all(parts: &[Words], is: impl Fn(&Words) -> bool) -> bool {
    !parts.is_empty() && parts.iter().all(is)
}

/// What a phrase may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Part of a text: no secret if all but a word of it is public, and it says something from three words on.
    Text,
    /// A value, a secret whole, and from one word on.
    Value,
}

impl Draft {
    /// Adds the runs of a text that is read piece by piece.
    pub fn text(&mut self) -> Locking<'_> {
        Locking { draft: self, trail: Trail::default(), reader: Reader::default(), borders: Vec::new() }
    }

    /// Adds a text as a whole, if it says something and is no longer than what its runs tell.
    pub fn phrase(&mut self, text: &str, kind: Kind) {
        let (mut trail, mut reader, mut weight) = (Trail::default(), Reader::default(), 0);
        let mut ends = Vec::new();
        for part in parted(text) {
            let mut push = |word: Word| {
                weight += word.weight;
                trail.push(word);
            };
            reader.text(part.as_bytes(), &mut push);
            reader.gap(&mut push);
            ends.push(trail.count());
        }
        let least = if kind == Kind::Text { PHRASE } else { VALUE };
        if weight < least || weight >= words::LEAK {
            return;
        }
        let len = trail.count();
        let Some(whole) = Words::of(&trail, 0..len) else { return };
        let is_text = kind == Kind::Text;
        let most = if is_text { Words::of(&trail, 1..len).zip(Words::of(&trail, 0..len - 1)) } else { None };
        let parts = if is_text { parts_of(&trail, 0, &ends) } else { Vec::new() };
        self.phrases.push(Phrase { whole, most: most.map(|(last, first)| [last, first]), parts });
    }

    /// Adds a file.
    pub fn file(&mut self, content: Hash) {
        self.files.insert(content);
    }

    /// Adds what another draft has.
    pub fn join(&mut self, other: Self) {
        self.runs.extend(other.runs);
        self.across.extend(other.across);
        self.parts.extend(other.parts);
        self.phrases.extend(other.phrases);
        self.files.extend(other.files);
    }

    /// All runs.
    pub fn runs(&self) -> impl Iterator<Item = u64> {
        self.runs.iter().copied().chain(self.across.iter().map(|(run, _)| *run))
    }

    /// Whether a secret came of this.
    #[must_use]
    pub fn has(&self, secret: Secret) -> bool {
        match secret {
            Secret::Run(hash) => self.runs().any(|run| run == hash),
            Secret::Phrase(hash) => self.phrases.iter().any(|phrase| phrase.whole.hash == hash),
            Secret::File(hash) => self.files.contains(&hash),
        }
    }

    /// One secret of it alone.
    #[must_use]
    pub fn only(&self, secret: Secret) -> Secrets {
        let runs = self.runs().filter(|run| secret == Secret::Run(*run)).collect();
        let phrases =
            self.phrases.iter().map(|phrase| phrase.whole).filter(|words| secret == Secret::Phrase(words.hash)).collect();
        Secrets::of(runs, phrases, self.files.iter().copied().filter(|file| secret == Secret::File(*file)).collect())
    }

    /// Takes out what is public too: `read` is called once for each number below `count` with what to give the text of that number to.
    #[must_use]
    pub fn without(self, count: usize, read: &(dyn Fn(usize, &Publishing<'_>) + Sync)) -> Secrets {
        let words = self.phrases.iter().flat_map(Phrase::all).chain(self.parts.iter().copied());
        let all = Secrets::of(self.runs().collect(), words.collect(), self.files);
        if all.is_empty() {
            return all;
        }
        let public = Public::of(&all);
        (0..count).into_par_iter().for_each(|number| read(number, &Publishing::to(&public)));
        let phrases = self.phrases.iter().filter(|phrase| !phrase.is_public(&public)).map(|phrase| phrase.whole).collect();
        let mut parts = self.parts.as_slice();
        let across = self.across.iter().filter(|(_, count)| {
            let (own, rest) = parts.split_at(*count);
            parts = rest;
            !are_all(own, |words| public.has_phrase(words.hash))
        });
        let runs = self.runs.iter().chain(across.map(|(run, _)| run)).copied().filter(|run| !public.has_run(*run)).collect();
        Secrets::of(runs, phrases, all.files().clone())
    }
}

/// A text, parted where punctuation that is no part of a word stands between words.
fn parted(text: &str) -> Vec<&str> {
    let is_border = |gap: &str| {
        let signs = gap.trim_matches(|sign: char| sign.is_whitespace() || words::is_unseen(sign));
        !signs.is_empty() && (signs.len() < gap.len() || !signs.is_ascii())
    };
    let (mut parts, mut start, mut end) = (Vec::new(), 0, 0);
    for (at, sign) in text.match_indices(char::is_alphanumeric) {
        if end > 0 && is_border(&text[end..at]) {
            parts.push(&text[start..end]);
            start = at;
        }
        end = at + sign.len();
    }
    parts.push(&text[start..]);
    parts
}

/// The words after the word `from`: before the first border, from there to the last, and after it. None if there is no border between them.
///
/// Borders are told by how many words stood before them. Between the first and the last all must be public as it stands: two borders are met by
/// chance, as at a label between two texts, and not the many of a list.
fn parts_of(trail: &Trail, from: usize, borders: &[usize]) -> Vec<Words> {
    let mut between = borders.iter().copied().filter(|&border| border > from && border < trail.count());
    let Some(first) = between.next() else { return Vec::new() };
    let last = between.next_back().unwrap_or(first);
    let parts = [from..first, first..last, last..trail.count()];
    parts.into_iter().filter(|part| !part.is_empty()).filter_map(|part| Words::of(trail, part)).collect()
}

/// A locked text as it is read.
pub struct Locking<'a> {
    draft: &'a mut Draft,
    trail: Trail,
    reader: Reader,
    /// The last borders, each told by how many words stood before it.
    borders: Vec<usize>,
}

impl Locking<'_> {
    /// Goes on with a text.
    pub fn push(&mut self, text: &str) {
        self.read(|reader, word| reader.text(text.as_bytes(), &mut |read| word(read)));
    }

    /// Goes on with markup; each value in its tags is a text of its own.
    pub fn markup(&mut self, markup: &str) {
        self.gap();
        self.read(|_, word| words::markup(markup.as_bytes(), &mut Escaped::default(), &mut |read| word(read), &mut |_| ()));
        for value in words::quoted(markup) {
            self.draft.text().push(value);
        }
    }

    /// Ends a word.
    pub fn gap(&mut self) {
        self.read(|reader, word| reader.gap(&mut |read| word(read)));
    }

    /// Ends a paragraph, or whatever else a page may show without what follows.
    pub fn border(&mut self) {
        self.gap();
        let count = self.trail.count();
        self.borders.retain(|border| border + REACH > count);
        self.borders.push(count);
    }

    /// Ends the text and begins another.
    pub fn again(&mut self) {
        self.gap();
        self.trail = Trail::default();
        self.borders.clear();
    }

    fn read(&mut self, read: impl FnOnce(&mut Reader, &mut dyn FnMut(Word))) {
        let (draft, trail, borders) = (&mut *self.draft, &mut self.trail, &self.borders);
        read(&mut self.reader, &mut |word| lock(word, trail, borders, draft));
    }
}

impl Drop for Locking<'_> {
    fn drop(&mut self) {
        self.gap();
    }
}

fn lock(word: Word, trail: &mut Trail, borders: &[usize], draft: &mut Draft) {
    trail.push(word);
    let Some(run) = trail.run().filter(|_| trail.variety() >= VARIETY) else { return };
    let first = trail.count() - trail.run_len();
    let parts = parts_of(trail, first, borders);
    if parts.is_empty() {
        draft.runs.push(run);
    } else {
        draft.across.push((run, parts.len()));
        draft.parts.extend(parts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_between_words_parts_them_and_within_words_does_not() {
        assert_eq!(parted("任务 - 捕捉音频"), ["任务", "捕捉音频"]);
        assert_eq!(parted("第一章：入门（上）"), ["第一章", "入门", "上）"]);
        assert_eq!(
            parted("Don't stop: a well-known co\u{ad}lour, no. 5/6"),
            ["Don't stop", "a well-known co\u{ad}lour", "no", "5/6"]
        );
        assert_eq!(parted("  "), ["  "]);
    }

    #[test]
    fn a_run_across_a_border_is_no_secret_once_both_sides_are_public() {
        let secrets = |public: &[&str], borders: usize| {
            let mut draft = Draft::default();
            let mut text = draft.text();
            for (number, part) in ["the first step", "salt the", "copper kettle", "with care"].iter().enumerate() {
                text.push(part);
                if number < borders { text.border() } else { text.gap() }
            }
            drop(text);
            draft.without(public.len(), &|number, to| to.text(public[number])).runs()
        };
        let parts = ["the first step", "salt the", "copper kettle", "with care"];
        // Nine words have three runs of seven.
        assert_eq!(secrets(&[], 2), 3);
        assert_eq!(secrets(&["the first step", "salt the copper kettle with care"], 1), 0);
        assert_eq!(secrets(&["the first step"], 1), 3);
        assert_eq!(
            secrets(&["the first step salt the copper kettle with"], 1),
            1,
            "a public run is none, wherever its borders are"
        );
        // Of the first run all parts are public; of the others neither `copper kettle with` is, nor `salt the copper kettle` between two borders.
        assert_eq!((secrets(&parts, 2), secrets(&parts, 3)), (2, 2));
    }
}
