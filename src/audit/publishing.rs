//! Text that everyone may read -> what of a draft is no secret.
//!
//! Several threads may give theirs at once. Invariant: what was told to be public stays so, whatever is told later.

use std::sync::atomic::{AtomicBool, Ordering};

use super::decode;
use super::secrets::Secrets;
use super::table::AT_ONCE;
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
    pub fn passage(&self) -> Reading<'a> {
        Reading { seen: Seen::by(self.public), reader: Reader::default() }
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
        let (mut shown, mut hidden) = (Seen::by(self.public), Seen::by(self.public));
        words::markup(markup, &mut Escaped::default(), &mut |word| shown.word(word), &mut |word| hidden.word(word));
    }
}

/// A text that everyone sees, word by word. Runs are looked up many at a time, as a [`super::secrets::Watch`] does.
struct Seen<'a> {
    public: &'a Public<'a>,
    trail: Trail,
    runs: [u64; AT_ONCE],
    waiting: usize,
}

impl<'a> Seen<'a> {
    fn by(public: &'a Public<'a>) -> Self {
        Self { public, trail: Trail::default(), runs: [0; AT_ONCE], waiting: 0 }
    }

    fn word(&mut self, word: Word) {
        self.trail.push(word);
        let public = self.public;
        public.secrets.meet_phrases(&self.trail, word, &mut |place, _| public.phrases[place].store(true, Ordering::Relaxed));
        if let Some(run) = self.trail.run() {
            self.runs[self.waiting] = run;
            self.waiting += 1;
            if self.waiting == AT_ONCE {
                self.look_up();
            }
        }
    }

    fn look_up(&mut self) {
        let runs = &self.runs[..std::mem::take(&mut self.waiting)];
        self.public.secrets.meet_runs(runs, &mut |place| self.public.runs[place].store(true, Ordering::Relaxed));
    }
}

impl Drop for Seen<'_> {
    fn drop(&mut self) {
        self.look_up();
    }
}

/// A public text as it is read.
pub struct Reading<'a> {
    seen: Seen<'a>,
    reader: Reader,
}

impl Reading<'_> {
    /// Goes on with a text.
    pub fn push(&mut self, text: &str) {
        let seen = &mut self.seen;
        self.reader.text(text.as_bytes(), &mut |word| seen.word(word));
    }

    /// Goes on with markup; what stands in its tags is a text of its own.
    pub fn markup(&mut self, markup: &str) {
        self.gap();
        let mut hidden = Seen::by(self.seen.public);
        let seen = &mut self.seen;
        words::markup(markup.as_bytes(), &mut Escaped::default(), &mut |word| seen.word(word), &mut |word| hidden.word(word));
    }

    /// Ends a word.
    pub fn gap(&mut self) {
        let seen = &mut self.seen;
        self.reader.gap(&mut |word| seen.word(word));
    }

    /// Ends the text and begins another.
    pub fn again(&mut self) {
        self.gap();
        self.seen.trail = Trail::default();
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.gap();
    }
}
