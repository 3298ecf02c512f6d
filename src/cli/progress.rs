//! How far something long has come: counts and seconds -> a line, drawn over itself on a terminal, seldom printed elsewhere.
//!
//! Invariant: where answers are for programs, or nothing is to be said, no line is written.

use std::io::{self, Write};

use super::summary::Stopwatch;

/// Seconds between two lines on a terminal, and elsewhere.
const OFTEN: f64 = 0.1;
const SELDOM: f64 = 10.0;
/// How wide a line on a terminal is, so that a shorter one hides all of a longer one.
const WIDTH: usize = 78;

/// How what takes long is told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// Not at all.
    #[default]
    Silent,
    /// By a line now and then.
    Lines,
    /// By one line that changes.
    Bar,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Texts that are compared.
    Texts,
    /// Bytes that are fetched.
    Bytes,
}

/// Counts, and tells of it on the error stream.
pub(super) struct Meter {
    progress: Progress,
    unit: Unit,
    watch: Stopwatch,
    /// When the last line was written, in seconds; none was at first.
    told: f64,
    is_drawn: bool,
    done: u64,
    total: u64,
    /// What was there before the start, and says nothing of the speed.
    before: u64,
}

impl Meter {
    /// Starts with nothing to do.
    pub(super) fn new(progress: Progress, unit: Unit) -> Self {
        Self { progress, unit, watch: Stopwatch::start(), told: 0.0, is_drawn: false, done: 0, total: 0, before: 0 }
    }

    /// So much more is to be done; the first time, the clock begins to count.
    pub(super) fn expect(&mut self, more: u64) {
        if self.total == 0 {
            self.watch = Stopwatch::start();
        }
        self.total += more;
    }

    /// So much of it was done before.
    pub(super) const fn skip(&mut self, done: u64) {
        self.done += done;
        self.before += done;
    }

    /// So much more is done.
    pub(super) fn step(&mut self, done: u64) {
        self.done += done;
        let seconds = self.watch.seconds();
        let wait = match self.progress {
            Progress::Silent => return,
            Progress::Lines => SELDOM,
            Progress::Bar => OFTEN,
        };
        if seconds - self.told < wait {
            return;
        }
        self.told = seconds;
        let speed = (self.done - self.before) as f64 / seconds;
        let line = line(self.unit, [self.done.min(self.total), self.total], speed);
        // A line that cannot be written is no reason to stop.
        let _ = match self.progress {
            Progress::Bar => write!(io::stderr(), "\r{line:<WIDTH$}"),
            _ => writeln!(io::stderr(), "{line}"),
        };
        self.is_drawn = self.progress == Progress::Bar;
    }

    /// Says something for good.
    pub(super) fn say(&mut self, text: &str) {
        if self.progress != Progress::Silent {
            self.wipe();
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Takes the line away that is drawn.
    fn wipe(&mut self) {
        if std::mem::take(&mut self.is_drawn) {
            let _ = write!(io::stderr(), "\r{:WIDTH$}\r", "");
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.wipe();
    }
}

/// Returns the line that says how far it is: what is done of what, how fast, and how long it takes from here on.
///
/// ```
/// use kmsite::cli::progress::{Unit, line};
/// assert_eq!(line(Unit::Texts, [150, 400], 12.5), "150 of 400 texts, 12.5 a second, 20 s left");
/// assert_eq!(line(Unit::Bytes, [1_500_000, 121_500_000], 1e6), "1.5 of 121.5 MB, 1.0 MB a second, 2 min left");
/// ```
#[must_use]
pub fn line(unit: Unit, [done, total]: [u64; 2], speed: f64) -> String {
    let seconds = (total.saturating_sub(done)) as f64 / speed.max(1e-9);
    let left = match seconds.round() {
        seconds if seconds < 90.0 => format!("{seconds:.0} s"),
        seconds if seconds < 5400.0 => format!("{:.0} min", seconds / 60.0),
        seconds => format!("{:.0} h", seconds / 3600.0),
    };
    match unit {
        Unit::Texts => format!("{done} of {total} texts, {speed:.1} a second, {left} left"),
        Unit::Bytes => {
            let mega = |bytes: u64| bytes as f64 / 1e6;
            format!("{:.1} of {:.1} MB, {:.1} MB a second, {left} left", mega(done), mega(total), speed / 1e6)
        }
    }
}
