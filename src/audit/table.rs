//! Hashes -> a table that tells quickly which of them are there, and where.
//!
//! Most words of a site end no secret, so that "it is not there" has to cost little: a bit tells it nearly always.

use rayon::prelude::*;

/// A number for each bucket of hashes has about this many of them.
const BUCKET: usize = 4;

/// Hashes in order, found by their first bits.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) hashes: Vec<u64>,
    /// Where the hashes with each beginning start.
    starts: Vec<u32>,
    /// By how much a hash is moved to have its beginning alone.
    shift: u32,
    /// A bit for each beginning of twice that many: most hashes that are not there are told by it.
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
        let mut bits = vec![0; (hashes.len() * 8).next_power_of_two().div_ceil(64)];
        for hash in &hashes {
            let at = *hash as usize % (bits.len() * 64);
            bits[at / 64] |= 1 << (at % 64);
        }
        Self { hashes, starts, shift, bits }
    }

    /// The place of a hash in [`Self::hashes`].
    pub(super) fn place(&self, hash: u64) -> Option<usize> {
        let at = hash as usize % (self.bits.len() * 64).max(1);
        if self.bits.get(at / 64)? & 1 << (at % 64) == 0 {
            return None;
        }
        let bucket = (hash >> self.shift) as usize;
        let (start, end) = (self.starts[bucket] as usize, self.starts[bucket + 1] as usize);
        self.hashes[start..end].iter().position(|known| *known == hash).map(|at| start + at)
    }
}
