//! Items -> who has which word how much: the lexical signals.
//!
//! **TF-IDF**: cosine of tf × (ln((N + 1) / (df + 1)) + 1), where a word of the title counts five times and one of the summary twice. **BM25**, more like this
//! (Robertson & Zaragoza 2009; k₁ 1.2, b 0.75): the item's words are a query, each weighted by tf × idf against its strongest. Both are asked with the
//! strongest words of an item only, as long as those who have them are few enough: other words tell little and cost most, and so an item costs the
//! same among many as among few.
//!
//! Words are the tokens of search, so that Chinese is pairs of characters; here they are known by a hash. Whatever nobody asks for is not kept, and all of a
//! kind lies in one row, cut by a table of ends. Invariant: words are numbered in the order in which the items have them.

mod bag;

use std::ops::Range;

use rayon::prelude::*;

pub(super) use bag::{Bags, counted};

/// How many words of an item are asked for by TF-IDF.
const ASKED: usize = 96;
/// How many words of an item are asked for by BM25.
const LIKE: usize = 50;
/// How many items are looked at for an item at the most, each as often as it has a word.
const LOOKS: u32 = 40_000;
/// Saturation of BM25.
const K1: f32 = 1.2;
/// Length normalisation of BM25.
const B: f32 = 0.75;
/// The integer that stands for 1 in a posting.
const ONE: f32 = u16::MAX as f32;

/// Who has which word.
pub(super) struct Terms {
    /// For each item the words it is looked for by, by number.
    asked: Table<Asked>,
    /// For each word who has it.
    postings: Table<Posting>,
}

/// Rows of different lengths, one after the other.
struct Table<T> {
    cells: Vec<T>,
    /// Where each row ends.
    ends: Vec<u32>,
}

impl<T> Table<T> {
    fn place(&self, row: usize) -> Range<usize> {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[row] as usize
    }

    fn row(&self, row: usize) -> &[T] {
        &self.cells[self.place(row)]
    }
}

#[derive(Clone, Copy)]
struct Asked {
    term: u32,
    cosine: f32,
    /// The weight in the query of BM25; 0 behind the first [`LIKE`].
    like: f32,
    /// Its share of what the item is about: (1 + ln tf) × rarity, of a vector of length 1.
    mark: f32,
}

/// Who has a word, and how much of TF-IDF and of BM25 that is, in units of [`ONE`]; of BM25 without the word's rarity, against its bound K1 + 1.
#[derive(Clone, Copy, Default)]
struct Posting {
    item: u32,
    cosine: u16,
    bm25: u16,
}

/// What is known of all words.
struct Known {
    df: Vec<u32>,
    idf: Vec<f32>,
    rarity: Vec<f32>,
}

impl Known {
    fn of(bags: &Bags) -> Self {
        let n = bags.len() as f32;
        let df = bags.df();
        let idf = df.iter().map(|&df| ((n + 1.0) / (df as f32 + 1.0)).ln() + 1.0).collect();
        let rarity = df.iter().map(|&df| (1.0 + (n - df as f32 + 0.5) / (df as f32 + 0.5)).ln()).collect();
        Self { df, idf, rarity }
    }

    fn norm(&self, bag: &[(u32, f32)]) -> f32 {
        bag.iter().map(|&(term, tf)| (tf * self.idf[term as usize]).powi(2)).sum::<f32>().sqrt().max(f32::MIN_POSITIVE)
    }
}

impl Terms {
    pub(super) fn of(bags: &Bags) -> Self {
        let known = Known::of(bags);
        let rows: Vec<Vec<Asked>> = (0..bags.len()).into_par_iter().map(|item| asked(bags.of(item), &known)).collect();
        let mut asked =
            Table { cells: Vec::with_capacity(rows.iter().map(Vec::len).sum()), ends: Vec::with_capacity(rows.len()) };
        for row in rows {
            asked.cells.extend(row);
            asked.ends.push(asked.cells.len() as u32);
        }
        let postings = postings(bags, &known, &asked);
        Self { asked, postings }
    }

    pub(super) const fn len(&self) -> usize {
        self.asked.ends.len()
    }

    /// Adds to each item its cosine to this one, and its score for this one's words.
    pub(super) fn add(&self, item: usize, cosine: &mut [f32], bm25: &mut [f32]) {
        for asked in self.asked.row(item) {
            let (by_cosine, by_like) = (asked.cosine / ONE, asked.like / ONE);
            for posting in self.postings.row(asked.term as usize) {
                let at = posting.item as usize;
                cosine[at] += by_cosine * f32::from(posting.cosine);
                bm25[at] += by_like * f32::from(posting.bm25);
            }
        }
    }

    /// The cosine of two items over the words that both are looked for by.
    pub(super) fn cosine(&self, one: usize, other: usize) -> f32 {
        self.shared(one, other, &|asked| asked.cosine)
    }

    /// How much of what two items are about is the same. Words that most items have count next to nothing here, however often one says them.
    pub(super) fn subject(&self, one: usize, other: usize) -> f32 {
        self.shared(one, other, &|asked| asked.mark)
    }

    fn shared(&self, one: usize, other: usize, weight: &dyn Fn(&Asked) -> f32) -> f32 {
        let mut others = self.asked.row(other).iter().peekable();
        let mut sum = 0.0;
        for asked in self.asked.row(one) {
            while others.next_if(|other| other.term < asked.term).is_some() {}
            sum += others.next_if(|other| other.term == asked.term).map_or(0.0, |other| weight(asked) * weight(other));
        }
        sum
    }
}

/// The words that an item is looked for by, by number.
fn asked(bag: &[(u32, f32)], known: &Known) -> Vec<Asked> {
    let norm = known.norm(bag);
    let like = |&(term, tf): &(u32, f32)| tf * known.rarity[term as usize];
    let cosine = |&(term, tf): &(u32, f32)| tf * known.idf[term as usize];
    // What nobody else has leads to nobody.
    let mut words: Vec<(u32, f32)> = bag.iter().filter(|&&(term, _)| known.df[term as usize] > 1).copied().collect();
    let strongest = words.iter().map(like).fold(f32::MIN_POSITIVE, f32::max);
    words.sort_unstable_by(|a, b| like(b).total_cmp(&like(a)).then(a.0.cmp(&b.0)));
    let likes = words.len().min(LIKE);
    words[likes..].sort_unstable_by(|a, b| cosine(b).total_cmp(&cosine(a)).then(a.0.cmp(&b.0)));
    words.truncate(ASKED);
    let mut looks = 0;
    let mut asked = Vec::with_capacity(words.len());
    for (at, word) in words.iter().enumerate() {
        let df = known.df[word.0 as usize];
        if looks + df > LOOKS {
            continue;
        }
        looks += df;
        let rarity = known.rarity[word.0 as usize];
        let like = if at < likes { like(word) / strongest * rarity * (K1 + 1.0) } else { 0.0 };
        let mark = (1.0 + word.1.ln().max(0.0)) * rarity;
        asked.push(Asked { term: word.0, cosine: cosine(word) / norm, like, mark });
    }
    let length = asked.iter().map(|asked| asked.mark * asked.mark).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    asked.iter_mut().for_each(|asked| asked.mark /= length);
    asked.sort_unstable_by_key(|asked| asked.term);
    asked
}

/// For each word who has it, if anybody asks for it.
fn postings(bags: &Bags, known: &Known, asked: &Table<Asked>) -> Table<Posting> {
    let mut is_asked = vec![false; known.df.len()];
    asked.cells.iter().for_each(|asked| is_asked[asked.term as usize] = true);
    let mut ends = Vec::with_capacity(known.df.len());
    let mut count = 0;
    // Until its row is full, what stands for its end is where its next cell goes.
    for (&df, &is_asked) in known.df.iter().zip(&is_asked) {
        ends.push(count);
        count += if is_asked { df } else { 0 };
    }
    let mut cells = vec![Posting::default(); count as usize];
    let length = |bag: &[(u32, f32)]| bag.iter().map(|&(_, tf)| tf).sum::<f32>();
    let average = ((0..bags.len()).map(|item| length(bags.of(item))).sum::<f32>() / bags.len().max(1) as f32).max(1.0);
    for item in 0..bags.len() {
        let bag = bags.of(item);
        let norm = known.norm(bag);
        let damping = K1 * (1.0 - B + B * length(bag) / average);
        for &(term, tf) in bag.iter().filter(|&&(term, _)| is_asked[term as usize]) {
            let term = term as usize;
            let cosine = (tf * known.idf[term] / norm * ONE).round() as u16;
            let bm25 = (tf / (tf + damping) * ONE).round() as u16;
            cells[ends[term] as usize] = Posting { item: item as u32, cosine, bm25 };
            ends[term] += 1;
        }
    }
    Table { cells, ends }
}
