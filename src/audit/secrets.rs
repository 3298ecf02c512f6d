//! What must not be published, as hashes: runs of words, whole phrases, and files; and where a text has one of them.
//!
//! No text can be got back from it but by guessing the whole run. It is made of a [`Draft`](super::Draft). Invariant: what is in it occurs in
//! locked text, and in no public source.

use std::collections::BTreeSet;
use std::ops::Range;

use super::table::Table;
use super::words::{self, REACH, Reader, Trail, Word};
use crate::id::Hash;

/// What must not be published.
#[derive(Debug, Default)]
pub struct Secrets {
    runs: Table,
    phrases: Table,
    /// The last words of phrases.
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

    /// Calls `met` with the places of the run and the phrases that end with this word.
    pub(super) fn meet(&self, trail: &Trail, word: Word, met: &mut impl FnMut(Met)) {
        if let Some(place) = trail.run().and_then(|run| self.runs.place(run)) {
            met(Met::Run(place));
        }
        let Some(lens) = self.ends.place(word.hash).map(|end| self.lens[end]) else { return };
        for len in (1..=REACH.min(trail.count())).filter(|len| lens & 1 << len != 0) {
            if let Some(place) = self.phrases.place(trail.tail(len)) {
                met(Met::Phrase(place, len));
            }
        }
    }
}

/// The place of a secret that was met.
pub(super) enum Met {
    /// The run at the end of the text.
    Run(usize),
    /// A phrase, and how many words it has.
    Phrase(usize, usize),
}

/// Words in a row: the hash of the last, how many there are, and the hash of all.
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
        Some(Self { end: trail.last(back)?.hash, len: words.len() as u32, hash: trail.stretch(back, words.len()) })
    }
}

/// Follows a text for secrets.
pub(super) struct Watch<'a> {
    secrets: &'a Secrets,
    trail: Trail,
    /// What the runs met one after the other until here weigh together.
    streak: u32,
    /// The first that was met.
    pub(super) met: Option<Secret>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(secrets: &'a Secrets) -> Self {
        Self { secrets, trail: Trail::default(), streak: 0, met: None }
    }

    pub(super) fn word(&mut self, word: Word) {
        self.trail.push(word);
        let (secrets, first) = (self.secrets, &mut self.met);
        let mut run = None;
        secrets.meet(&self.trail, word, &mut |met| match met {
            Met::Run(place) => run = Some(secrets.runs.hashes[place]),
            Met::Phrase(place, _) => _ = first.get_or_insert(Secret::Phrase(secrets.phrases.hashes[place])),
        });
        self.streak = match (run, self.streak) {
            (None, _) => 0,
            (Some(_), 0) => words::RUN,
            (Some(_), weight) => weight.saturating_add(word.weight),
        };
        if let Some(run) = run.filter(|_| self.streak >= words::LEAK) {
            first.get_or_insert(Secret::Run(run));
        }
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
            secrets.meet(&trail, word, &mut |found| {
                met = Some(match found {
                    Met::Run(_) => trail.run_len(),
                    Met::Phrase(_, len) => len,
                });
            });
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
