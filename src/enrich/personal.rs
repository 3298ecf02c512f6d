//! What a reader read, and what leads where -> what to read next, for this reader alone.
//!
//! This is the written specification of what `themes/default/assets/for-you.js` does on the reader's device; a build ranks for nobody. Both give
//! what `tests/personal/vectors.json` says.
//!
//! 1. **Weight.** A visit counts (¼ + ¾ · part read) · 2^(−days since / [`HALF_LIFE`]); one in the future counts as of today.
//! 2. **Score.** A candidate has the sum over all visits of weight · nearness / 255, nearness being what the visited page says of it.
//! 3. **Out** are what is finished (at least [`FINISHED`] of it read), what the reader does not want, and what the site no longer has.
//! 4. **Level.** The reader's is the highest of which [`ENOUGH`] pieces are finished. What is below it, or more than one above it, counts [`MISFIT`];
//!    without a level on either side nothing changes.
//! 5. **Diversity.** The best is taken, then the next: each piece taken before that shares a topic multiplies a score by [`SAME`].
//!
//! Scores are compared in whole millionths, so that both arithmetics agree; of equals the lower number is first. Tiers do not count: what is paid
//! is neither favoured nor hidden, and is shown with its tier. The reason is the visit that gave most, of equals the first.

use std::collections::{BTreeMap, BTreeSet};

/// After so many days a visit counts half.
pub const HALF_LIFE: f64 = 30.0;
/// Who read so much of a piece has finished it.
pub const FINISHED: f64 = 0.9;
/// So many finished pieces of a level make it the reader's.
pub const ENOUGH: usize = 3;
/// What a level that does not fit counts.
pub const MISFIT: f64 = 0.5;
/// What a topic shared with something better counts.
pub const SAME: f64 = 0.7;

/// A piece that was opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// Its number.
    pub piece: u16,
    /// When, in days since any fixed one.
    pub at: f64,
    /// How much of it was read, from 0 to 1.
    pub part: f64,
    /// What its page said is near, and how near, to 255.
    pub near: Vec<(u16, u8)>,
}

/// What a reader's device knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// What was opened.
    pub visits: Vec<Visit>,
    /// What the reader does not want to see.
    pub dismissed: BTreeSet<u16>,
}

/// What the site says of a piece.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listed {
    /// How hard it is, from 1; 0 if nobody said.
    pub level: u8,
    /// Its topics.
    pub topics: Vec<u32>,
}

/// Something to read, and the visited piece that it goes on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForYou {
    /// The piece.
    pub piece: u16,
    /// What speaks for it most.
    pub because: u16,
}

/// The reader's level; 0 if there is none yet.
#[must_use]
pub fn level(profile: &Profile, pieces: &BTreeMap<u16, Listed>) -> u8 {
    let mut finished = BTreeMap::<u8, usize>::new();
    for visit in profile.visits.iter().filter(|visit| visit.part >= FINISHED) {
        if let Some(listed) = pieces.get(&visit.piece) {
            *finished.entry(listed.level).or_default() += 1;
        }
    }
    finished.into_iter().rev().find(|(_, count)| *count >= ENOUGH).map_or(0, |(level, _)| level)
}

/// Ranks for a reader: at most `count` pieces, as of the day `now`.
#[must_use]
pub fn rank(profile: &Profile, pieces: &BTreeMap<u16, Listed>, (now, count): (f64, usize)) -> Vec<ForYou> {
    let reached = level(profile, pieces);
    let finished = profile.visits.iter().filter(|visit| visit.part >= FINISHED).map(|visit| visit.piece);
    let out: BTreeSet<u16> = finished.chain(profile.dismissed.iter().copied()).collect();
    // Of each candidate its score, the most that one visit gave, and which one.
    let mut found = BTreeMap::<u16, (f64, f64, u16)>::new();
    for visit in &profile.visits {
        let weight = (0.25 + 0.75 * visit.part) * (-(now - visit.at).max(0.0) / HALF_LIFE).exp2();
        for &(piece, near) in &visit.near {
            let gives = weight * f64::from(near) / 255.0;
            let entry = found.entry(piece).or_default();
            entry.0 += gives;
            if gives > entry.1 {
                (entry.1, entry.2) = (gives, visit.piece);
            }
        }
    }
    let fit = |level: u8| {
        let fits = reached == 0 || level == 0 || level == reached || level == reached + 1;
        if fits { 1.0 } else { MISFIT }
    };
    let mut left: Vec<(f64, ForYou, &Listed)> = found
        .into_iter()
        .filter(|(piece, (score, ..))| *score > 0.0 && !out.contains(piece))
        .filter_map(|(piece, (score, _, because))| {
            let listed = pieces.get(&piece)?;
            Some((score * fit(listed.level), ForYou { piece, because }, listed))
        })
        .collect();
    let mut taken = Vec::new();
    while taken.len() < count && !left.is_empty() {
        let worth = |at: usize| (left[at].0 * 1e6).round() as i64;
        // The first of equals has the lower number.
        let best = (0..left.len()).rev().max_by_key(|&at| worth(at)).unwrap_or(0);
        let (_, chosen, listed) = left.remove(best);
        for (score, _, other) in &mut left {
            if other.topics.iter().any(|topic| listed.topics.contains(topic)) {
                *score *= SAME;
            }
        }
        taken.push(chosen);
    }
    taken
}
