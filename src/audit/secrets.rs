//! What must not be published, as hashes: runs of words, whole phrases, and files; and where a text has one of them.
//!
//! No text can be got back from it but by guessing the whole run. It is made of a [`Draft`](super::Draft). Invariant: what is in it occurs in
//! locked text, and in no public source.

use std::collections::BTreeSet;
use std::ops::Range;

use super::table::{AT_ONCE, Table};
use super::words::{self, Reader, Trail, Word};
use crate::id::Hash;

/// What must not be published.
#[derive(Debug, Default)]
pub struct Secrets {
    runs: Table,
    phrases: Table,
    /// How phrases end ([`ENDING`]).
    ends: Table,
    /// For each of them a bit for every length of such phrases.
    lens: Vec<u32>,
    /// Hashes of files.
    files: BTreeSet<Hash>,
}

/// Which secret was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Secret {
    /// A run of words of locked text.
    Run(u64),
    /// A heading, a caption, or a value of gated front matter.
    Phrase(u64),
    /// A file that locked text alone names.
    File(Hash),
}

impl Secrets {
    /// These secrets, each of which may be told more than once.
    pub(super) fn of(runs: Vec<u64>, phrases: Vec<Words>, files: BTreeSet<Hash>) -> Self {
        let mut ends: Vec<(u64, u32)> = phrases.iter().map(|words| (words.end, 1 << words.len)).collect();
        ends.sort_unstable();
        ends.dedup_by(|later, first| {
            let is_same = later.0 == first.0;
            if is_same {
                first.1 |= later.1;
            }
            is_same
        });
        let (words, lens) = ends.into_iter().unzip();
        let phrases = Table::new(phrases.into_iter().map(|words| words.hash).collect());
        Self { runs: Table::new(runs), phrases, ends: Table::new(words), lens, files }
    }

    /// Whether there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.hashes.is_empty() && self.phrases.hashes.is_empty() && self.files.is_empty()
    }

    /// How many runs there are.
    #[must_use]
    pub fn runs(&self) -> usize {
        self.runs.hashes.len()
    }

    /// How many phrases there are.
    #[must_use]
    pub fn phrases(&self) -> usize {
        self.phrases.hashes.len()
    }

    /// What tells these secrets from others.
    #[must_use]
    pub fn mark(&self) -> Hash {
        let bytes = |hashes: &[u64]| hashes.iter().flat_map(|hash| hash.to_be_bytes()).collect::<Vec<u8>>();
        let files: Vec<u8> = self.files.iter().flat_map(|hash| hash.0).collect();
        Hash::of_parts(&[
            b"audit",
            &super::VERSION.to_be_bytes(),
            &bytes(&self.runs.hashes),
            &bytes(&self.phrases.hashes),
            &files,
        ])
    }

    /// Whether a file with this content is one of the secrets.
    #[must_use]
    pub fn file(&self, content: Hash) -> Option<Secret> {
        self.files.contains(&content).then_some(Secret::File(content))
    }

    /// Whether a run is still a secret.
    #[must_use]
    pub fn has_run(&self, run: u64) -> bool {
        self.runs.place(run).is_some()
    }

    /// Which of the runs in order one is.
    pub(super) fn place_of_run(&self, run: u64) -> Option<usize> {
        self.runs.place(run)
    }

    /// Which of the phrases in order one is.
    pub(super) fn place_of_phrase(&self, phrase: u64) -> Option<usize> {
        self.phrases.place(phrase)
    }

    /// The files.
    pub(super) const fn files(&self) -> &BTreeSet<Hash> {
        &self.files
    }

    /// Calls `met` with the place of each phrase that ends with this word, and with how many words it has.
    pub(super) fn meet_phrases(&self, trail: &Trail, word: Word, met: &mut impl FnMut(usize, usize)) {
        let lens_of = |end| self.ends.place(end).map_or(0, |place| self.lens[place]);
        let mut lens = lens_of(word.hash);
        if trail.count() >= ENDING {
            lens |= lens_of(trail.tail(ENDING));
        }
        while lens != 0 {
            let len = lens.trailing_zeros() as usize;
            lens &= lens - 1;
            if let Some(place) = (len <= trail.count()).then(|| self.phrases.place(trail.tail(len))).flatten() {
                met(place, len);
            }
        }
    }

    /// Calls `met` with the places of those of these runs that are there.
    pub(super) fn meet_runs(&self, runs: &[u64], met: &mut impl FnMut(usize)) {
        let mut likely = self.runs.likely(runs);
        while likely != 0 {
            let at = likely.trailing_zeros() as usize;
            likely &= likely - 1;
            self.runs.place(runs[at]).into_iter().for_each(&mut *met);
        }
    }
}

/// A phrase is looked for where its last words stand: the last alone is in half of all lines, as `the`.
const ENDING: usize = 2;

/// Words in a row: the hash of the last two or the only one, how many there are, and the hash of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) end: u64,
    pub(super) len: u32,
    pub(super) hash: u64,
}

impl Words {
    /// Words of a trail by their numbers, none of them long ago.
    pub(super) fn of(trail: &Trail, words: Range<usize>) -> Option<Self> {
        let back = trail.count().checked_sub(words.end)?;
        let end = if words.len() < ENDING { trail.last(back)?.hash } else { trail.stretch(back, ENDING) };
        Some(Self { end, len: words.len() as u32, hash: trail.stretch(back, words.len()) })
    }
}

/// Follows a text for secrets.
///
/// Runs are looked up many at a time: one by one each would wait for the memory of the one before.
pub(super) struct Watch<'a> {
    secrets: &'a Secrets,
    trail: Trail,
    /// The runs that were not looked up yet, one after the other, and what the last word of each weighs.
    runs: [u64; AT_ONCE],
    weights: [u32; AT_ONCE],
    waiting: usize,
    /// What the runs met one after the other until there weigh together.
    streak: u32,
    /// The first that was met.
    met: Option<Secret>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(secrets: &'a Secrets) -> Self {
        Self { secrets, trail: Trail::default(), runs: [0; AT_ONCE], weights: [0; AT_ONCE], waiting: 0, streak: 0, met: None }
    }

    pub(super) fn word(&mut self, word: Word) {
        self.trail.push(word);
        let (secrets, first) = (self.secrets, &mut self.met);
        secrets.meet_phrases(&self.trail, word, &mut |place, _| {
            first.get_or_insert(Secret::Phrase(secrets.phrases.hashes[place]));
        });
        if let Some(run) = self.trail.run() {
            self.runs[self.waiting] = run;
            self.weights[self.waiting] = word.weight;
            self.waiting += 1;
            if self.waiting == AT_ONCE {
                self.look_up();
            }
        }
    }

    /// Looks up the runs that wait for it.
    fn look_up(&mut self) {
        let runs = &self.runs[..std::mem::take(&mut self.waiting)];
        let likely = self.secrets.runs.likely(runs);
        if likely == 0 {
            self.streak = 0;
            return;
        }
        for (at, run) in runs.iter().enumerate() {
            let is_met = likely & 1 << at != 0 && self.secrets.has_run(*run);
            self.streak = match (is_met, self.streak) {
                (false, _) => 0,
                (true, 0) => words::RUN,
                (true, weight) => weight.saturating_add(self.weights[at]),
            };
            if self.streak >= words::LEAK {
                self.met.get_or_insert(Secret::Run(*run));
            }
        }
    }

    /// The first secret that was met, now that the text has ended.
    pub(super) fn end(mut self) -> Option<Secret> {
        self.look_up();
        self.met
    }
}

/// Where a text has the first of the secrets, as a range of bytes: from the first of its words to the last.
#[must_use]
pub fn stretch_of(text: &str, secrets: &Secrets) -> Option<Range<usize>> {
    let (mut trail, mut reader) = (Trail::default(), Reader::default());
    // Where each word begins, where the one that is read does, and how many words of the end are a secret.
    let (mut starts, mut begun, mut met) = (Vec::new(), None, None);
    for (at, sign) in text.char_indices().chain([(text.len(), ' ')]) {
        let mut push = |word: Word| {
            trail.push(word);
            starts.push(begun.take().unwrap_or(at));
            met = met.or_else(|| trail.run().filter(|run| secrets.has_run(*run)).map(|_| trail.run_len()));
            secrets.meet_phrases(&trail, word, &mut |_, len| met = Some(len));
        };
        reader.text(sign.encode_utf8(&mut [0; 4]).as_bytes(), &mut push);
        let is_han = words::is_han(sign);
        if let Some(last) = starts.last_mut().filter(|_| is_han) {
            *last = at;
        }
        if let Some(len) = met {
            let start = starts[starts.len().checked_sub(len)?];
            // A Han character is a word as soon as it is read, others where they end.
            let end = if is_han { at + sign.len_utf8() } else { at };
            return Some(start..start + text[start..end].trim_end_matches(|sign: char| !sign.is_alphanumeric()).len());
        }
        if sign.is_alphanumeric() && !is_han {
            begun = begun.or(Some(at));
        } else if !words::is_unseen(sign) {
            begun = None;
        }
    }
    None
}

/// The line of a text in which the first of the secrets ends, as a range of bytes.
#[must_use]
pub fn line_of(text: &str, secrets: &Secrets) -> Option<Range<usize>> {
    let end = stretch_of(text, secrets)?.end;
    let start = text[..end].rfind('\n').map_or(0, |line_break| line_break + 1);
    let line = text[start..].split('\n').next().unwrap_or_default();
    Some(start..start + line.trim_end().len())
}
