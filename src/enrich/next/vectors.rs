//! Items and an embedder -> a vector for each, fit to be compared.
//!
//! An item's vector is the mean of that of title and summary and that of its text, of which the model reads as much as it can. From all, their mean and
//! first principal component are taken away (Mu & Viswanath 2018, "All-but-the-Top"): what all texts of a site have in common tells nothing of any two.
//! Components become 16-bit integers, so that a cosine is a sum of integers: the same in any order, and fast without special instructions.
//!
//! Vectors are remembered by the hash of model and text. Invariant: they are never published, for texts can be recovered from them.

use std::ops::Range;

use rayon::prelude::*;

use super::{Item, Items};
use crate::diag::Diag;
use crate::id::Hash;
use crate::world::{Cache, Embedder, Embedding, Stage};

/// The integer that stands for 1. Of unit vectors no sum of products is above its square, which fits in 32 bits.
const ONE: f32 = 8192.0;
/// So many items are compared with all others at once, while the others' vectors are at hand.
pub(super) const TOGETHER: usize = 8;
/// The share of unknown tokens from which a vector says nothing: with 70 % of them, lists lost a third of their worth (measured).
const UNKNOWN: f32 = 0.2;
/// Fewer texts than this have no component in common: what was taken away would be a subject of theirs.
const FEW: usize = 64;
/// Rounds of power iteration. The first component of text vectors stands out; more rounds change nothing in the fourth digit.
const ROUNDS: usize = 24;

/// What an embedder made of items.
pub struct Embedded {
    /// A vector for each item; none where the model does not know the language.
    pub vectors: Vec<Option<Vec<f32>>>,
    /// How many were not remembered and had to be made.
    pub made: usize,
    /// What there is to say of what made them.
    pub diags: Vec<Diag>,
}

/// Embeds items, or remembers what was made of them.
///
/// # Errors
/// A model that cannot be run.
pub fn embedded(items: &dyn Items, embedder: &dyn Embedder, cache: &dyn Cache) -> Result<Embedded, Diag> {
    let known = Known { embedder, cache };
    let remembered = |at: usize| {
        let texts = texts(&items.item(at));
        let found: Vec<Option<Embedding>> = texts.iter().map(|text| known.get(text)).collect();
        let missing = found.iter().filter(|found| found.is_none()).count();
        if missing == 0 { Ok(sum(&found.into_iter().flatten().collect::<Vec<_>>())) } else { Err(missing) }
    };
    let remembered: Vec<Result<Option<Vec<f32>>, usize>> = (0..items.count()).into_par_iter().map(remembered).collect();
    let missing = remembered.iter().filter_map(|found| found.as_ref().err()).sum();
    let diags = if missing == 0 { Vec::new() } else { embedder.begin(missing)? };
    let made = |(at, found): (usize, Result<Option<Vec<f32>>, usize>)| match found {
        Ok(vector) => Ok(vector),
        Err(_) => Ok(sum(&texts(&items.item(at)).iter().map(|text| known.embed(text)).collect::<Result<Vec<_>, Diag>>()?)),
    };
    let vectors = remembered.into_par_iter().enumerate().map(made).collect::<Result<_, Diag>>()?;
    Ok(Embedded { vectors, made: missing, diags })
}

/// What is read of an item: title and summary, and its text; neither where it is empty.
fn texts(item: &Item) -> Vec<String> {
    let is_empty = |text: &String| text.trim().is_empty();
    let head = if is_empty(&item.title) && is_empty(&item.summary) {
        String::new()
    } else {
        format!("{}. {}", item.title, item.summary)
    };
    [head, item.text.clone()].into_iter().filter(|text| !is_empty(text)).collect()
}

/// The sum of an item's vectors; none where the model does not know its language, or there is nothing to read.
fn sum(embeddings: &[Embedding]) -> Option<Vec<f32>> {
    let (first, rest) = embeddings.split_first()?;
    let unknown: f32 = embeddings.iter().map(|embedding| embedding.unknown).sum();
    let mut sum = first.vector.clone();
    rest.iter().for_each(|other| sum.iter_mut().zip(&other.vector).for_each(|(sum, x)| *sum += x));
    Some(sum).filter(|_| unknown <= UNKNOWN * embeddings.len() as f32)
}

/// An embedder, and what is remembered of it.
struct Known<'a> {
    embedder: &'a dyn Embedder,
    cache: &'a dyn Cache,
}

impl Known<'_> {
    fn key(&self, text: &str) -> Hash {
        Hash::of_parts(&[Stage::Embedding.name().as_bytes(), &self.embedder.model().0, text.as_bytes()])
    }

    fn get(&self, text: &str) -> Option<Embedding> {
        self.cache.get(Stage::Embedding, self.key(text)).and_then(|bytes| unpack(&bytes))
    }

    fn embed(&self, text: &str) -> Result<Embedding, Diag> {
        if let Some(embedding) = self.get(text) {
            return Ok(embedding);
        }
        let embedding = self.embedder.embed(text)?;
        self.cache.put(Stage::Embedding, self.key(text), &pack(&embedding));
        Ok(embedding)
    }
}

/// An embedding as bytes: the unknown share, then the vector, each number in four bytes.
fn pack(embedding: &Embedding) -> Vec<u8> {
    std::iter::once(&embedding.unknown).chain(&embedding.vector).flat_map(|number| number.to_le_bytes()).collect()
}

fn unpack(bytes: &[u8]) -> Option<Embedding> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    let mut numbers = numbers.iter().map(|&bytes| f32::from_le_bytes(bytes));
    let unknown = numbers.next().filter(|_| rest.is_empty())?;
    Some(Embedding { vector: numbers.collect(), unknown })
}

/// Vectors that can be compared.
pub struct Vectors {
    width: usize,
    /// One after the other; zeros where there is none.
    numbers: Vec<i16>,
    known: Vec<bool>,
}

impl Vectors {
    /// Takes away what all have in common.
    #[must_use]
    pub fn of(embedded: Vec<Option<Vec<f32>>>) -> Self {
        let width = embedded.iter().flatten().map(Vec::len).max().unwrap_or(0);
        let known: Vec<bool> = embedded.iter().map(|row| row.as_ref().is_some_and(|row| row.len() == width)).collect();
        let mut rows: Vec<Vec<f32>> = embedded.into_iter().flatten().filter(|row| row.len() == width).collect();
        rows.iter_mut().for_each(|row| scale(row));
        let mean = mean(&rows, width);
        rows.iter_mut().for_each(|row| row.iter_mut().zip(&mean).for_each(|(x, mean)| *x -= mean));
        let first = component(&rows, width);
        for row in &mut rows {
            let share: f32 = dot(row, &first);
            row.iter_mut().zip(&first).for_each(|(x, first)| *x -= share * first);
            scale(row);
        }
        let mut rows = rows.into_iter();
        let mut numbers = Vec::with_capacity(known.len() * width);
        for &known in &known {
            match if known { rows.next() } else { None } {
                Some(row) => numbers.extend(row.into_iter().map(|x| (x * ONE).round() as i16)),
                None => numbers.resize(numbers.len() + width, 0),
            }
        }
        Self { width, numbers, known }
    }

    /// Whether an item has a vector.
    pub(super) fn knows(&self, item: usize) -> bool {
        self.known[item]
    }

    /// Sets the cosines of some items to each, row by row; 0 where there is no vector.
    pub(super) fn cosines(&self, items: Range<usize>, cosines: &mut Vec<f32>) {
        let count = self.known.len();
        cosines.clear();
        cosines.resize(items.len() * count, 0.0);
        if self.width == 0 {
            return;
        }
        for (other, row) in self.numbers.chunks_exact(self.width).enumerate() {
            for (place, item) in items.clone().enumerate() {
                cosines[place * count + other] = cosine(self.row(item), row);
            }
        }
    }

    /// The cosine of an item to each of others; 0 where there is no vector, or one of another model.
    pub(super) fn cosines_abroad(&self, item: usize, others: &Self) -> Vec<f32> {
        if self.width == 0 || self.width != others.width {
            return vec![0.0; others.known.len()];
        }
        others.numbers.chunks_exact(others.width).map(|row| cosine(self.row(item), row)).collect()
    }

    fn row(&self, item: usize) -> &[i16] {
        &self.numbers[item * self.width..(item + 1) * self.width]
    }
}

fn cosine(one: &[i16], other: &[i16]) -> f32 {
    let sum: i32 = one.iter().zip(other).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum();
    sum as f32 / (ONE * ONE)
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Makes a vector's length 1, unless it has none.
fn scale(vector: &mut [f32]) {
    let length = dot(vector, vector).sqrt();
    if length > 1e-6 {
        vector.iter_mut().for_each(|x| *x /= length);
    }
}

fn mean(rows: &[Vec<f32>], width: usize) -> Vec<f32> {
    let mut sum = vec![0.0_f64; width];
    rows.iter().for_each(|row| sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += f64::from(*x)));
    sum.into_iter().map(|x| (x / rows.len().max(1) as f64) as f32).collect()
}

/// The direction in which centred rows differ most, by power iteration; zeros if there are too few rows to tell what all have in common.
fn component(rows: &[Vec<f32>], width: usize) -> Vec<f32> {
    let mut direction = vec![0.0_f32; width];
    if rows.len() < FEW {
        return direction;
    }
    // Any start will do that is not at right angles to the answer: the longest row.
    if let Some(longest) = rows.iter().max_by(|a, b| dot(a, a).total_cmp(&dot(b, b))) {
        direction.clone_from(longest);
    }
    for _ in 0..ROUNDS {
        let mut sum = vec![0.0_f64; width];
        for row in rows {
            let share = f64::from(dot(row, &direction));
            sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += share * f64::from(*x));
        }
        let length = sum.iter().map(|x| x * x).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
        direction = sum.into_iter().map(|x| (x / length) as f32).collect();
    }
    direction
}
