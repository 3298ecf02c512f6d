//! Items -> the words of each, by number, with how often it has them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

use crate::enrich::next::Item;
use crate::search;

/// How often a word of the title counts.
const TITLE: f32 = 5.0;
/// How often a word of the summary counts.
const SUMMARY: f32 = 2.0;

/// Most texts have fewer different words.
const USUAL: usize = 500;

/// The hash of a word. That two words of a site have the same is less likely than one in ten million.
type Word = u64;

/// A table by words: they are hashes already.
type ByWord<T> = HashMap<Word, T, BuildHasherDefault<Same>>;

/// Takes a number for its own hash.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.0 = self.0.rotate_left(8) ^ u64::from(byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// The words of an item in the order in which it has them, with how often.
type Bag = Vec<(Word, f32)>;

/// Counts the words of an item.
pub(in crate::enrich::next) fn counted(item: &Item) -> Bag {
    let mut places: ByWord<u32> = ByWord::with_capacity_and_hasher(USUAL, BuildHasherDefault::default());
    let mut words: Bag = Vec::new();
    for (text, weight) in [(&item.title, TITLE), (&item.summary, SUMMARY), (&item.text, 1.0)] {
        search::tokens(text, &mut |token| match places.entry(hash(token)) {
            Entry::Occupied(place) => words[*place.get() as usize].1 += weight,
            Entry::Vacant(place) => {
                words.push((*place.key(), weight));
                place.insert(words.len() as u32 - 1);
            }
        });
    }
    words
}

/// FNV-1a (Fowler, Noll & Vo), its bits mixed once more as tables take the highest and the lowest.
fn hash(word: &str) -> Word {
    let hash = word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The words of all items, by number.
#[derive(Default)]
pub(in crate::enrich::next) struct Bags {
    numbers: ByWord<u32>,
    words: Vec<(u32, f32)>,
    /// Where the words of each item end.
    ends: Vec<u32>,
}

impl Bags {
    /// Adds the words of the next item.
    pub(in crate::enrich::next) fn push(&mut self, bag: Bag) {
        for (word, tf) in bag {
            let next = self.numbers.len() as u32;
            self.words.push((*self.numbers.entry(word).or_insert(next), tf));
        }
        self.ends.push(self.words.len() as u32);
    }

    /// How many items there are.
    pub(super) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// The words of an item.
    pub(super) fn of(&self, item: usize) -> &[(u32, f32)] {
        let start = item.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.words[start as usize..self.ends[item] as usize]
    }

    /// How many items have each word.
    pub(super) fn df(&self) -> Vec<u32> {
        let mut df = vec![0; self.numbers.len()];
        self.words.iter().for_each(|&(term, _)| df[term as usize] += 1);
        df
    }
}
