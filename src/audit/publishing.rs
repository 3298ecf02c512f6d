//! Text that everyone may read -> what of a draft is no secret.
//!
//! Several threads may give theirs at once. Invariant: what was told to be public stays so, whatever is told later.

use std::sync::atomic::{AtomicBool, Ordering};

use super::decode;
use super::secrets::{Met, Secrets};
use super::words::{self, Escaped, Reader, Trail, Word};

/// What turned out to be public of some secrets.
pub(super) struct Public<'a> {
    secrets: &'a Secrets,
    runs: Vec<AtomicBool>,
    phrases: Vec<AtomicBool>,
}

impl<'a> Public<'a> {
    /// Nothing is public yet.
    pub(super) fn of(secrets: &'a Secrets) -> Self {
        let flags = |count: usize| std::iter::repeat_with(|| AtomicBool::new(false)).take(count).collect();
        Self { secrets, runs: flags(secrets.runs()), phrases: flags(secrets.phrases()) }
    }

    /// Whether a run is public.
    pub(super) fn has_run(&self, run: u64) -> bool {
        self.secrets.place_of_run(run).is_some_and(|at| self.runs[at].load(Ordering::Relaxed))
    }

    /// Whether words in a row are public, or a phrase of so many.
    pub(super) fn has_phrase(&self, phrase: u64) -> bool {
        self.secrets.place_of_phrase(phrase).is_some_and(|at| self.phrases[at].load(Ordering::Relaxed))
    }
}

/// Takes public text.
pub struct Publishing<'a> {
    public: &'a Public<'a>,
}

impl<'a> Publishing<'a> {
    pub(super) const fn to(public: &'a Public<'a>) -> Self {
        Self { public }
    }

    /// Takes a text that is read piece by piece.
    #[must_use]
    pub fn passage(&self) -> Reading<'_, 'a> {
        Reading { to: self, trail: Trail::default(), reader: Reader::default() }
    }

    /// Takes a text as it is, and what its percent-encoded stretches stand for: a page that shows the address shows them.
    pub fn text(&self, text: &str) {
        self.passage().push(text);
        self.decoded(text.as_bytes());
    }

    /// Takes markup, and what percent-encoded stretches of it stand for.
    pub fn markup(&self, markup: &[u8]) {
        self.words_of(markup);
        self.decoded(markup);
    }

    fn decoded(&self, text: &[u8]) {
        if let Some(decoded) = decode::percents(text) {
            self.words_of(&decoded);
        }
    }

    fn words_of(&self, markup: &[u8]) {
        let (mut shown, mut hidden) = (Trail::default(), Trail::default());
        words::markup(markup, &mut Escaped::default(), &mut |word| self.word(word, &mut shown), &mut |word| {
            self.word(word, &mut hidden);
        });
    }

    fn word(&self, word: Word, trail: &mut Trail) {
        trail.push(word);
        self.public.secrets.meet(trail, word, &mut |met| match met {
            Met::Run(place) => self.public.runs[place].store(true, Ordering::Relaxed),
            Met::Phrase(place, _) => self.public.phrases[place].store(true, Ordering::Relaxed),
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
