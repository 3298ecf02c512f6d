//! What must not be published, as hashes: runs of words, whole phrases, and files.
//!
//! No text can be got back from it but by guessing the whole run. It is made in two steps: what is locked is put into a [`Draft`], and whatever
//! public text has too is taken out again ([`Draft::without`]). Invariant: what remains occurs in locked text, and in no public source.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::words::{self, Escaped, REACH, Reader, Trail, Word};
use crate::id::Hash;

/// A run with fewer different words is a pattern, not a text.
const VARIETY: usize = 4;
/// A phrase of a text weighs this much: three words or six Han characters.
const PHRASE: u32 = 6;
/// A value of gated front matter, this much: one word or two Han characters.
const VALUE: u32 = 2;
/// A number for each bucket of hashes has about this many of them.
const BUCKET: usize = 4;

/// What must not be published.
#[derive(Debug, Default)]
pub struct Secrets {
    runs: Table,
    phrases: Table,
    /// The last words of phrases, in order, each with a bit for every length of such phrases.
    ends: Vec<(u64, u32)>,
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

    /// Calls `met` with the places of the run and the phrases that end with this word.
    fn meet(&self, trail: &Trail, word: Word, met: &mut impl FnMut(Met)) {
        if let Some(place) = trail.run().and_then(|run| self.runs.place(run)) {
            met(Met::Run(place));
        }
        let Ok(end) = self.ends.binary_search_by_key(&word.hash, |(end, _)| *end) else { return };
        for len in (1..=REACH.min(trail.count())).filter(|len| self.ends[end].1 & 1 << len != 0) {
            if let Some(place) = self.phrases.place(trail.tail(len)) {
                met(Met::Phrase(place));
            }
        }
    }
}

/// The place of a secret that was met.
enum Met {
    Run(usize),
    Phrase(usize),
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
            Met::Phrase(place) => _ = first.get_or_insert(Secret::Phrase(secrets.phrases.hashes[place])),
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

/// The line of a text in which one of the secrets ends, as a range of bytes.
#[must_use]
pub fn line_of(text: &str, secrets: &Secrets) -> Option<Range<usize>> {
    let mut trail = Trail::default();
    let mut reader = Reader::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mut is_met = false;
        let mut push = |word: Word| {
            trail.push(word);
            secrets.meet(&trail, word, &mut |_| is_met = true);
        };
        reader.text(line.as_bytes(), &mut push);
        reader.gap(&mut push);
        if is_met {
            return Some(start..start + line.trim_end().len());
        }
        start += line.len();
    }
    None
}

/// Hashes in order, found by their first bits.
#[derive(Debug, Default)]
struct Table {
    hashes: Vec<u64>,
    /// Where the hashes with each beginning start.
    starts: Vec<u32>,
    /// By how much a hash is moved to have its beginning alone.
    shift: u32,
    /// A bit for each beginning of twice that many: most hashes that are not there are told by it.
    bits: Vec<u64>,
}

impl Table {
    fn new(mut hashes: Vec<u64>) -> Self {
        hashes.par_sort_unstable();
        hashes.dedup();
        if hashes.is_empty() {
            return Self::default();
        }
        let buckets = (hashes.len() / BUCKET).next_power_of_two().max(2);
        let shift = u64::BITS - buckets.trailing_zeros();
        let mut starts = vec![0; buckets + 1];
        for hash in &hashes {
            starts[(hash >> shift) as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut bits = vec![0; (hashes.len() * 8).next_power_of_two().div_ceil(64)];
        for hash in &hashes {
            let at = *hash as usize % (bits.len() * 64);
            bits[at / 64] |= 1 << (at % 64);
        }
        Self { hashes, starts, shift, bits }
    }

    fn place(&self, hash: u64) -> Option<usize> {
        let at = hash as usize % (self.bits.len() * 64).max(1);
        if self.bits.get(at / 64)? & 1 << (at % 64) == 0 {
            return None;
        }
        let bucket = (hash >> self.shift) as usize;
        let (start, end) = (self.starts[bucket] as usize, self.starts[bucket + 1] as usize);
        self.hashes[start..end].iter().position(|known| *known == hash).map(|at| start + at)
    }
}

/// What is locked, put together from all pieces.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    runs: Vec<u64>,
    phrases: Vec<Phrase>,
    files: BTreeSet<Hash>,
}

/// A phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Phrase {
    whole: Words,
    /// It without its first and without its last word: if everyone may read either, the phrase is no secret.
    parts: Option<[Words; 2]>,
}

/// Words in a row: the hash of the last, how many there are, and the hash of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Words {
    end: u64,
    len: u32,
    hash: u64,
}

impl Words {
    /// The last words of a trail.
    fn of(trail: &Trail, len: usize) -> Option<Self> {
        Some(Self { end: trail.last(0)?.hash, len: len as u32, hash: trail.tail(len) })
    }
}

impl Phrase {
    fn all(&self) -> impl Iterator<Item = Words> + use<> {
        std::iter::once(self.whole).chain(self.parts.into_iter().flatten())
    }
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
        Locking { draft: self, trail: Trail::default(), reader: Reader::default() }
    }

    /// Adds a text as a whole, if it says something and is no longer than what its runs tell.
    pub fn phrase(&mut self, text: &str, kind: Kind) {
        let (mut trail, mut before, mut weight) = (Trail::default(), Trail::default(), 0);
        let mut push = |word: Word| {
            weight += word.weight;
            before.clone_from(&trail);
            trail.push(word);
        };
        let mut reader = Reader::default();
        reader.text(text.as_bytes(), &mut push);
        reader.gap(&mut push);
        let least = if kind == Kind::Text { PHRASE } else { VALUE };
        if weight < least || weight >= words::LEAK {
            return;
        }
        let len = trail.count();
        let parts = || Some([Words::of(&trail, len - 1)?, Words::of(&before, len - 1)?]);
        let parts = if kind == Kind::Text { parts() } else { None };
        self.phrases.extend(Words::of(&trail, len).map(|whole| Phrase { whole, parts }));
    }

    /// Adds a file.
    pub fn file(&mut self, content: Hash) {
        self.files.insert(content);
    }

    /// Adds what another draft has.
    pub fn join(&mut self, other: Self) {
        self.runs.extend(other.runs);
        self.phrases.extend(other.phrases);
        self.files.extend(other.files);
    }

    /// The runs, in order of the text.
    #[must_use]
    pub fn runs(&self) -> &[u64] {
        &self.runs
    }

    /// Whether a secret came of this.
    #[must_use]
    pub fn has(&self, secret: Secret) -> bool {
        match secret {
            Secret::Run(hash) => self.runs.contains(&hash),
            Secret::Phrase(hash) => self.phrases.iter().any(|phrase| phrase.whole.hash == hash),
            Secret::File(hash) => self.files.contains(&hash),
        }
    }

    /// One secret of it alone.
    #[must_use]
    pub fn only(mut self, secret: Secret) -> Secrets {
        self.runs.retain(|run| secret == Secret::Run(*run));
        self.phrases.retain(|phrase| secret == Secret::Phrase(phrase.whole.hash));
        self.files.retain(|file| secret == Secret::File(*file));
        self.without(0, &|_, _| ())
    }

    /// Takes out what is public too: `read` is called once for each number below `count` with what to give the text of that number to.
    #[must_use]
    pub fn without(self, count: usize, read: &(dyn Fn(usize, &Publishing<'_>) + Sync)) -> Secrets {
        let all = Secrets {
            runs: Table::new(self.runs),
            phrases: Table::new(self.phrases.iter().flat_map(Phrase::all).map(|words| words.hash).collect()),
            ends: ends(self.phrases.iter().flat_map(Phrase::all)),
            files: self.files,
        };
        if all.is_empty() {
            return all;
        }
        let flags = |table: &Table| table.hashes.iter().map(|_| AtomicBool::new(false)).collect::<Vec<_>>();
        let public = Public { runs: flags(&all.runs), phrases: flags(&all.phrases), secrets: &all };
        (0..count).into_par_iter().for_each(|number| read(number, &Publishing { public: &public }));
        let is_public = |flags: &[AtomicBool], place: Option<usize>| place.is_some_and(|at| flags[at].load(Ordering::Relaxed));
        let runs = all.runs.hashes.iter().zip(&public.runs).filter(|(_, flag)| !flag.load(Ordering::Relaxed));
        let is_left = |phrase: &Phrase| !phrase.all().any(|words| is_public(&public.phrases, all.phrases.place(words.hash)));
        let left: Vec<Words> = self.phrases.into_iter().filter(is_left).map(|phrase| phrase.whole).collect();
        let runs = Table::new(runs.map(|(hash, _)| *hash).collect());
        let phrases = Table::new(left.iter().map(|words| words.hash).collect());
        Secrets { runs, phrases, ends: ends(left.into_iter()), files: all.files.clone() }
    }
}

fn ends(phrases: impl Iterator<Item = Words>) -> Vec<(u64, u32)> {
    let mut ends: Vec<(u64, u32)> = phrases.map(|words| (words.end, 1 << words.len)).collect();
    ends.sort_unstable();
    ends.dedup_by(|later, first| {
        let is_same = later.0 == first.0;
        if is_same {
            first.1 |= later.1;
        }
        is_same
    });
    ends
}

/// A locked text as it is read.
pub struct Locking<'a> {
    draft: &'a mut Draft,
    trail: Trail,
    reader: Reader,
}

impl Locking<'_> {
    /// Goes on with a text.
    pub fn push(&mut self, text: &str) {
        let (runs, trail) = (&mut self.draft.runs, &mut self.trail);
        self.reader.text(text.as_bytes(), &mut |word| lock(word, trail, runs));
    }

    /// Goes on with markup; each value in its tags is a text of its own.
    pub fn markup(&mut self, markup: &str) {
        self.gap();
        let (runs, trail) = (&mut self.draft.runs, &mut self.trail);
        words::markup(markup.as_bytes(), &mut Escaped::default(), &mut |word| lock(word, trail, runs), &mut |_| ());
        for value in words::quoted(markup) {
            self.draft.text().push(value);
        }
    }

    /// Ends a word.
    pub fn gap(&mut self) {
        let (runs, trail) = (&mut self.draft.runs, &mut self.trail);
        self.reader.gap(&mut |word| lock(word, trail, runs));
    }

    /// Ends the text and begins another.
    pub fn again(&mut self) {
        self.gap();
        self.trail = Trail::default();
    }
}

impl Drop for Locking<'_> {
    fn drop(&mut self) {
        self.gap();
    }
}

fn lock(word: Word, trail: &mut Trail, runs: &mut Vec<u64>) {
    trail.push(word);
    if let Some(run) = trail.run().filter(|_| trail.variety() >= VARIETY) {
        runs.push(run);
    }
}

/// What turned out to be public.
struct Public<'a> {
    secrets: &'a Secrets,
    runs: Vec<AtomicBool>,
    phrases: Vec<AtomicBool>,
}

/// Takes public text.
pub struct Publishing<'a> {
    public: &'a Public<'a>,
}

impl<'a> Publishing<'a> {
    /// Takes a text that is read piece by piece.
    #[must_use]
    pub fn passage(&self) -> Reading<'_, 'a> {
        Reading { to: self, trail: Trail::default(), reader: Reader::default() }
    }

    /// Takes a text as it is.
    pub fn text(&self, text: &str) {
        self.passage().push(text);
    }

    /// Takes markup.
    pub fn markup(&self, markup: &[u8]) {
        let (mut shown, mut hidden) = (Trail::default(), Trail::default());
        words::markup(markup, &mut Escaped::default(), &mut |word| self.word(word, &mut shown), &mut |word| {
            self.word(word, &mut hidden);
        });
    }

    fn word(&self, word: Word, trail: &mut Trail) {
        trail.push(word);
        self.public.secrets.meet(trail, word, &mut |met| match met {
            Met::Run(place) => self.public.runs[place].store(true, Ordering::Relaxed),
            Met::Phrase(place) => self.public.phrases[place].store(true, Ordering::Relaxed),
        });
    }
}

/// A public text as it is read.
pub struct Reading<'p, 'a> {
    to: &'p Publishing<'a>,
    trail: Trail,
    reader: Reader,
}

impl Reading<'_, '_> {
    /// Goes on with a text.
    pub fn push(&mut self, text: &str) {
        let (to, trail) = (self.to, &mut self.trail);
        self.reader.text(text.as_bytes(), &mut |word| to.word(word, trail));
    }

    /// Goes on with markup; what stands in its tags is a text of its own.
    pub fn markup(&mut self, markup: &str) {
        self.gap();
        let (to, trail, mut hidden) = (self.to, &mut self.trail, Trail::default());
        words::markup(markup.as_bytes(), &mut Escaped::default(), &mut |word| to.word(word, trail), &mut |word| {
            to.word(word, &mut hidden);
        });
    }

    /// Ends a word.
    pub fn gap(&mut self) {
        let (to, trail) = (self.to, &mut self.trail);
        self.reader.gap(&mut |word| to.word(word, trail));
    }

    /// Ends the text and begins another.
    pub fn again(&mut self) {
        self.gap();
        self.trail = Trail::default();
    }
}

impl Drop for Reading<'_, '_> {
    fn drop(&mut self) {
        self.gap();
    }
}
