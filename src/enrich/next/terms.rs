//! Items -> who has which word how much: the lexical signals.
//!
//! **TF-IDF**: cosine of tf × (ln((N + 1) / (df + 1)) + 1), where a word of the title counts five times and one of the summary twice. **BM25**, more like this
//! (Robertson & Zaragoza 2009; k₁ 1.2, b 0.75): the item's words are a query, each weighted by tf × idf against its strongest. Both are asked with the
//! strongest words of an item only: others are in so many items that they tell little and cost most.
//!
//! Words are the tokens of search, so that Chinese is pairs of characters. Invariant: words are numbered in the order in which the items have them.

use std::collections::HashMap;

use rayon::prelude::*;

use super::Item;
use crate::search;

/// How often a word of the title counts.
const TITLE: f32 = 5.0;
/// How often a word of the summary counts.
const SUMMARY: f32 = 2.0;
/// How many words of an item are asked for by TF-IDF.
const ASKED: usize = 96;
/// How many words of an item are asked for by BM25.
const LIKE: usize = 50;
/// Saturation of BM25.
const K1: f32 = 1.2;
/// Length normalisation of BM25.
const B: f32 = 0.75;

/// Who has which word.
pub(super) struct Terms {
    /// For each item the words it is looked for by, strongest first.
    asked: Vec<Vec<Asked>>,
    /// For each word who has it.
    postings: Vec<Vec<Posting>>,
}

struct Asked {
    term: u32,
    cosine: f32,
    /// The weight in the query of BM25; 0 behind the first [`LIKE`].
    like: f32,
}

struct Posting {
    item: u32,
    cosine: f32,
    bm25: f32,
}

/// An item's words, by number, with how often it has each.
type Bag = Vec<(u32, f32)>;

impl Terms {
    pub(super) fn of(items: &[Item]) -> Self {
        let bags = numbered(items.par_iter().map(counted).collect());
        let count = bags.iter().flatten().map(|&(term, _)| term as usize + 1).max().unwrap_or(0);
        let mut df = vec![0_u32; count];
        bags.iter().flatten().for_each(|&(term, _)| df[term as usize] += 1);
        let n = items.len() as f32;
        let idf: Vec<f32> = df.iter().map(|&df| ((n + 1.0) / (df as f32 + 1.0)).ln() + 1.0).collect();
        let rarity: Vec<f32> = df.iter().map(|&df| (1.0 + (n - df as f32 + 0.5) / (df as f32 + 0.5)).ln()).collect();
        let length = |bag: &Bag| bag.iter().map(|&(_, tf)| tf).sum::<f32>();
        let average = (bags.iter().map(length).sum::<f32>() / n.max(1.0)).max(1.0);
        let mut postings: Vec<Vec<Posting>> = df.iter().map(|&df| Vec::with_capacity(df as usize)).collect();
        for (item, bag) in bags.iter().enumerate() {
            let norm = norm(bag, &idf);
            let damping = K1 * (1.0 - B + B * length(bag) / average);
            for &(term, tf) in bag {
                let at = term as usize;
                let bm25 = tf * (K1 + 1.0) / (tf + damping) * rarity[at];
                postings[at].push(Posting { item: item as u32, cosine: tf * idf[at] / norm, bm25 });
            }
        }
        let asked = bags.par_iter().map(|bag| asked(bag, &idf, &rarity)).collect();
        Self { asked, postings }
    }

    pub(super) fn len(&self) -> usize {
        self.asked.len()
    }

    /// Adds to each item its cosine to this one, and its score for this one's words.
    pub(super) fn add(&self, item: usize, cosine: &mut [f32], bm25: &mut [f32]) {
        for asked in &self.asked[item] {
            for posting in &self.postings[asked.term as usize] {
                let at = posting.item as usize;
                cosine[at] += asked.cosine * posting.cosine;
                bm25[at] += asked.like * posting.bm25;
            }
        }
    }

    /// The cosine of two items over the words that both are looked for by.
    pub(super) fn cosine(&self, one: usize, other: usize) -> f32 {
        let weight = |term: u32| self.asked[other].iter().find(|asked| asked.term == term).map_or(0.0, |asked| asked.cosine);
        self.asked[one].iter().take(LIKE).map(|asked| asked.cosine * weight(asked.term)).sum()
    }
}

/// The words of an item in the order in which it has them, with how often.
fn counted(item: &Item) -> Vec<(Box<str>, f32)> {
    let mut places: HashMap<Box<str>, usize> = HashMap::new();
    let mut words: Vec<(Box<str>, f32)> = Vec::new();
    for (text, weight) in [(&item.title, TITLE), (&item.summary, SUMMARY), (&item.text, 1.0)] {
        search::tokens(text, &mut |token| match places.get(token) {
            Some(&place) => words[place].1 += weight,
            None => {
                places.insert(token.into(), words.len());
                words.push((token.into(), weight));
            }
        });
    }
    words
}

fn numbered(items: Vec<Vec<(Box<str>, f32)>>) -> Vec<Bag> {
    let mut numbers: HashMap<Box<str>, u32> = HashMap::new();
    let mut number = |(word, tf): (Box<str>, f32)| {
        let next = numbers.len() as u32;
        (*numbers.entry(word).or_insert(next), tf)
    };
    items.into_iter().map(|words| words.into_iter().map(&mut number).collect()).collect()
}

fn norm(bag: &Bag, idf: &[f32]) -> f32 {
    bag.iter().map(|&(term, tf)| (tf * idf[term as usize]).powi(2)).sum::<f32>().sqrt().max(f32::MIN_POSITIVE)
}

fn asked(bag: &Bag, idf: &[f32], rarity: &[f32]) -> Vec<Asked> {
    let norm = norm(bag, idf);
    let like = |term: u32, tf: f32| tf * rarity[term as usize];
    let mut by_like: Vec<(u32, f32)> = bag.iter().map(|&(term, tf)| (term, like(term, tf))).collect();
    by_like.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let strongest = by_like.first().map_or(1.0, |&(_, weight)| weight.max(f32::MIN_POSITIVE));
    let least = by_like.get(LIKE).map_or(f32::MIN, |&(_, weight)| weight);
    let mut asked: Vec<Asked> = bag
        .iter()
        .map(|&(term, tf)| {
            let weight = like(term, tf);
            let like = if weight > least { weight / strongest } else { 0.0 };
            Asked { term, cosine: tf * idf[term as usize] / norm, like }
        })
        .collect();
    asked.sort_by(|a, b| (b.like > 0.0).cmp(&(a.like > 0.0)).then(b.cosine.total_cmp(&a.cosine)).then(a.term.cmp(&b.term)));
    asked.truncate(ASKED);
    asked
}
