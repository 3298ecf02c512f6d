//! Hashes -> a table that tells quickly which of them are there, and where.
//!
//! Most words of a site end no secret, so that "it is not there" has to cost little: a bit tells it nearly always.

use rayon::prelude::*;

/// A number for each bucket of hashes has about this many of them.
const BUCKET: usize = 4;

/// How many hashes are looked for at a time.
pub(super) const AT_ONCE: usize = 64;
/// So many hashes share a number of bits: of those that are not there 1.5 % pass (Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient
/// Bloom Filters", 2009).
const MARKED: usize = 4;

/// Which of so many numbers has the bits of a hash.
#[inline]
const fn marked(hash: u64, numbers: usize) -> usize {
    ((hash as u128 * numbers as u128) >> 64) as usize
}

/// The bits of a hash, told by other bits of it than the number's place.
#[inline]
const fn mark(hash: u64) -> u64 {
    1 << (hash & 63) | 1 << (hash >> 6 & 63)
}

/// Hashes in order, found by their first bits.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) hashes: Vec<u64>,
    /// Where the hashes with each beginning start.
    starts: Vec<u32>,
    /// By how much a hash is moved to have its beginning alone.
    shift: u32,
    /// Two bits for each hash, in one of the numbers: nearly all hashes that are not there are told by them.
    bits: Vec<u64>,
}

impl Table {
    /// Puts hashes in order; each counts once.
    pub(super) fn new(mut hashes: Vec<u64>) -> Self {
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
        let mut bits = vec![0; hashes.len().div_ceil(MARKED)];
        for hash in &hashes {
            let at = marked(*hash, bits.len());
            bits[at] |= mark(*hash);
        }
        Self { hashes, starts, shift, bits }
    }

    /// Which of these hashes may be there, no more than [`AT_ONCE`]: a bit for each.
    pub(super) fn likely(&self, hashes: &[u64]) -> u64 {
        let is_likely = |hash: u64| {
            let mark = mark(hash);
            self.bits.get(marked(hash, self.bits.len())).is_some_and(|bits| bits & mark == mark)
        };
        hashes.iter().enumerate().fold(0, |all, (at, hash)| all | u64::from(is_likely(*hash)) << at)
    }

    /// The place of a hash in [`Self::hashes`].
    #[inline]
    pub(super) fn place(&self, hash: u64) -> Option<usize> {
        let mark = mark(hash);
        if self.bits.get(marked(hash, self.bits.len()))? & mark != mark {
            return None;
        }
        let bucket = (hash >> self.shift) as usize;
        let (start, end) = (self.starts[bucket] as usize, self.starts[bucket + 1] as usize);
        self.hashes[start..end].iter().position(|known| *known == hash).map(|at| start + at)
    }
}
