//! The addresses of a language -> numbers of 16 bits, by which pages name each other in little space.
//!
//! A number is the beginning of the address's hash, or the next free one after it: what comes and goes elsewhere leaves nearly all numbers as
//! they are. Invariant: two pieces of a language have two numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::Site;
use crate::id::{Hash, Lang, PieceId};

/// So many pieces of a language can be told apart; of a language with more none has a number.
pub const MOST: usize = 60_000;

/// The numbers of all pieces of a language that are read.
#[must_use]
pub fn numbers(site: &Site, lang: &Lang) -> BTreeMap<PieceId, u16> {
    let pieces: Vec<_> = site.pieces.iter().filter(|piece| piece.lang == *lang && piece.kind.is_read()).collect();
    let mut taken = BTreeSet::new();
    let mut numbers = BTreeMap::new();
    if pieces.len() > MOST {
        return numbers;
    }
    for piece in pieces {
        let Hash([high, low, ..]) = Hash::of(piece.route.as_str().as_bytes());
        let mut number = u16::from_be_bytes([high, low]);
        while !taken.insert(number) {
            number = number.wrapping_add(1);
        }
        numbers.insert(piece.id, number);
    }
    numbers
}
