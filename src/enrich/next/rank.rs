//! Terms, vectors and paths -> the others of an item, best first.

use std::cmp::Ordering;
use std::ops::Range;

use super::paths::Paths;
use super::terms::Terms;
use super::vectors::{self, Vectors};

/// What speaks for a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// The same words (TF-IDF cosine).
    Words,
    /// This one's words are prominent there (BM25).
    Like,
    /// The same meaning (cosine of the model's vectors).
    Meaning,
    /// This one links there.
    Link,
    /// That one links here.
    LinkedFrom,
    /// Others link to both.
    Together,
    /// The same folders.
    Near,
    /// Many link there.
    Prominence,
}

impl Signal {
    /// All signals.
    pub const ALL: [Self; 8] =
        [Self::Words, Self::Like, Self::Meaning, Self::Link, Self::LinkedFrom, Self::Together, Self::Near, Self::Prominence];

    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Like => "like",
            Self::Meaning => "meaning",
            Self::Link => "link",
            Self::LinkedFrom => "linked_from",
            Self::Together => "together",
            Self::Near => "near",
            Self::Prominence => "prominence",
        }
    }
}

/// What each of [`Signal::ALL`] counts: in the mix all are z-scores but links, links in, and ln(1 + links in) for prominence.
pub const WEIGHTS: [f32; 8] = [0.5, 0.75, 0.75, 6.0, 1.0, 0.3, 0.5, 0.6];

/// A candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Its position.
    pub item: usize,
    /// How well it goes on, in units of 1e-4.
    pub score: i32,
    /// What each signal gave.
    pub parts: [f32; 8],
    /// What the two have in common, whatever others have.
    pub common: Common,
}

/// What two items have in common, whatever others have.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Common {
    /// The cosine of the words that tell what they are about.
    pub words: f32,
    /// The cosine of the model's vectors, if both have one.
    pub meaning: Option<f32>,
    /// How many link to both.
    pub together: usize,
    /// The same as a share of those that link to either (the cosine of both sets).
    pub bond: f32,
}

/// All that candidates are ranked by.
pub struct Ranking {
    terms: Terms,
    paths: Paths,
    vectors: Option<Vectors>,
    /// What each of [`Signal::ALL`] counts.
    weights: [f32; 8],
    /// What the links to each item count.
    prominence: Vec<f32>,
}

/// Ranks one item after the other.
///
/// What it needs for one it needs for the next too: whoever ranks many takes one of these for all.
pub struct Ranker<'a> {
    ranking: &'a Ranking,
    words: Row,
    like: Row,
    meaning: Row,
    /// The cosines by the model of these items, row by row.
    block: (Range<usize>, Vec<f32>),
    together: Row,
    /// By place, not by item.
    near: Row,
    /// What links count, as they are.
    given: Vec<f32>,
    /// The best so far, in no order.
    best: Vec<(i32, u32)>,
}

/// A signal of every candidate.
#[derive(Default)]
struct Row {
    values: Vec<f32>,
    mean: f32,
    /// What it counts by its deviation; 0 if all have the same.
    weight: f32,
}

impl Row {
    /// Makes all values 0.
    fn clear(&mut self, n: usize) {
        self.values.clear();
        self.values.resize(n, 0.0);
    }

    /// Takes note of mean and deviation, which are of `n` values.
    fn scale(&mut self, weight: f32, n: usize, (sum, squares): (f64, f64)) {
        let n = n.max(1) as f64;
        let mean = sum / n;
        let deviation = (squares / n - mean * mean).max(0.0).sqrt() as f32;
        self.mean = mean as f32;
        self.weight = if deviation > 1e-6 { weight / deviation } else { 0.0 };
    }

    /// What a value counts.
    fn part(&self, at: usize) -> f32 {
        self.weight * (self.values[at] - self.mean)
    }
}

impl Ranking {
    pub(super) fn new(terms: Terms, paths: Paths, vectors: Option<Vectors>) -> Self {
        Self { terms, paths, vectors, weights: WEIGHTS, prominence: Vec::new() }.without(&[])
    }

    /// The same ranking as if there were no such signals.
    #[must_use]
    pub fn without(mut self, signals: &[Signal]) -> Self {
        signals.iter().for_each(|&signal| self.weights[signal as usize] = 0.0);
        let weight = self.weights[Signal::Prominence as usize];
        let back = |item: usize| self.paths.back(item).len() as f32;
        self.prominence = (0..self.terms.len()).map(|item| weight * (1.0 + back(item)).ln()).collect();
        self
    }

    /// What ranks items.
    #[must_use]
    pub fn ranker(&self) -> Ranker<'_> {
        Ranker {
            ranking: self,
            words: Row::default(),
            like: Row::default(),
            meaning: Row::default(),
            block: (0..0, Vec::new()),
            together: Row::default(),
            near: Row::default(),
            given: Vec::new(),
            best: Vec::new(),
        }
    }

    /// How much two candidates say the same.
    #[must_use]
    pub fn overlap(&self, one: usize, other: usize) -> f32 {
        self.terms.cosine(one, other)
    }

    /// What a model made of the items, if there was one.
    pub(super) fn into_vectors(self) -> Option<Vectors> {
        self.vectors
    }

    /// Whether an item links to another.
    #[must_use]
    pub fn links(&self, from: usize, to: usize) -> bool {
        self.paths.out(from).binary_search(&(to as u32)).is_ok()
    }
}

impl Ranker<'_> {
    /// The best candidates of an item that may be shown, best first.
    pub fn best(&mut self, item: usize, most: usize, may_be_shown: &dyn Fn(usize) -> bool) -> Vec<Ranked> {
        self.fill(item);
        let Self { ranking, words, like, meaning, together, near, given, best, .. } = self;
        best.clear();
        // Who comes later needs more than the least of the best: of equals the first one stays.
        let mut least = i32::MIN;
        for (other, given) in given.iter().enumerate() {
            let near = near.part(ranking.paths.place(other));
            let score = given + words.part(other) + like.part(other) + meaning.part(other) + together.part(other) + near;
            // To the nearest, and faster than `round`.
            let score = (score * 1e4 + 0.5_f32.copysign(score)) as i32;
            if score > least && other != item && may_be_shown(other) {
                best.push((score, other as u32));
                if best.len() >= 2 * most.max(1) {
                    least = keep(best, most);
                }
            }
        }
        keep(best, most);
        let mut best = std::mem::take(&mut self.best);
        best.sort_unstable_by(order);
        let ranked = |&(score, other): &(i32, u32)| {
            let other = other as usize;
            Ranked { item: other, score, parts: self.parts(item, other), common: self.common(item, other) }
        };
        let ranked = best.iter().map(ranked).collect();
        self.best = best;
        ranked
    }

    /// Fills the rows for an item.
    fn fill(&mut self, item: usize) {
        let Ranking { terms, paths, vectors, weights, prominence } = self.ranking;
        let weight = |signal: Signal| weights[signal as usize];
        let n = terms.len();
        let others = n.saturating_sub(1);
        let Self { words, like, meaning, block: (block, cosines), together, near, given, .. } = self;
        given.clone_from(prominence);
        paths.out(item).iter().for_each(|&to| given[to as usize] += weight(Signal::Link));
        paths.back(item).iter().for_each(|&from| given[from as usize] += weight(Signal::LinkedFrom));
        [&mut *words, like, meaning, together].into_iter().for_each(|row| row.clear(n));
        terms.add(item, &mut words.values, &mut like.values);
        words.scale(weight(Signal::Words), others, spread(&words.values, item));
        like.scale(weight(Signal::Like), others, spread(&like.values, item));
        paths.add_together(item, &mut together.values);
        together.scale(weight(Signal::Together), others, spread(&together.values, item));
        paths.set_near(item, &mut near.values);
        let mut sums = (0.0, 0.0);
        for (place, (&near, &members)) in near.values.iter().zip(paths.members()).enumerate() {
            let members = f64::from(members - u32::from(place == paths.place(item)));
            sums = (sums.0 + members * f64::from(near), sums.1 + members * f64::from(near * near));
        }
        near.scale(weight(Signal::Near), others, sums);
        meaning.weight = 0.0;
        if let Some(vectors) = vectors.as_ref().filter(|vectors| vectors.knows(item)) {
            if !block.contains(&item) {
                let start = item - item % vectors::TOGETHER;
                *block = start..n.min(start + vectors::TOGETHER);
                vectors.cosines(block.clone(), cosines);
            }
            let row = (item - block.start) * n;
            meaning.values.copy_from_slice(&cosines[row..row + n]);
            meaning.scale(weight(Signal::Meaning), others, spread(&meaning.values, item));
            // Whoever has no vector is neither near nor far.
            let mean = meaning.mean;
            meaning.values.iter_mut().enumerate().filter(|(other, _)| !vectors.knows(*other)).for_each(|(_, x)| *x = mean);
        }
    }

    fn parts(&self, item: usize, other: usize) -> [f32; 8] {
        let Ranking { paths, weights, prominence, .. } = self.ranking;
        let among = |links: &[u32], signal: Signal| {
            if links.binary_search(&(other as u32)).is_ok() { weights[signal as usize] } else { 0.0 }
        };
        Signal::ALL.map(|signal| match signal {
            Signal::Words => self.words.part(other),
            Signal::Like => self.like.part(other),
            Signal::Meaning => self.meaning.part(other),
            Signal::Link => among(paths.out(item), signal),
            Signal::LinkedFrom => among(paths.back(item), signal),
            Signal::Together => self.together.part(other),
            Signal::Near => self.near.part(paths.place(other)),
            Signal::Prominence => prominence[other],
        })
    }

    fn common(&self, item: usize, other: usize) -> Common {
        let Ranking { paths, vectors, .. } = self.ranking;
        let has_meaning = vectors.as_ref().is_some_and(|vectors| vectors.knows(item) && vectors.knows(other));
        let (here, there) = (paths.back(item), paths.back(other));
        let together = here.iter().filter(|&from| there.binary_search(from).is_ok()).count();
        Common {
            words: self.ranking.terms.subject(item, other),
            meaning: has_meaning.then(|| self.meaning.values[other]),
            together,
            bond: together as f32 / ((here.len() * there.len()).max(1) as f32).sqrt(),
        }
    }
}

/// Best first, and of equals the one that comes first.
fn order(a: &(i32, u32), b: &(i32, u32)) -> Ordering {
    b.0.cmp(&a.0).then(a.1.cmp(&b.1))
}

/// Drops all but the best, and returns the least score of these.
fn keep(best: &mut Vec<(i32, u32)>, most: usize) -> i32 {
    if best.len() > most {
        best.select_nth_unstable_by(most, order);
        best.truncate(most);
    }
    best.iter().map(|&(score, _)| score).min().unwrap_or(i32::MIN)
}

/// The sums of a row and of its squares, without the item itself.
///
/// Sixteen sums at once are what processors are good at.
fn spread(row: &[f32], item: usize) -> (f64, f64) {
    let (rows, rest) = row.as_chunks::<16>();
    let (mut sums, mut squares) = ([0.0_f32; 16], [0.0_f32; 16]);
    for row in rows {
        for lane in 0..16 {
            sums[lane] += row[lane];
            squares[lane] += row[lane] * row[lane];
        }
    }
    let of = |lanes: &[f32], own: f32| lanes.iter().map(|&x| f64::from(x)).sum::<f64>() - f64::from(own);
    let own = row[item];
    let square: f64 = rest.iter().map(|&x| f64::from(x * x)).sum();
    (of(&sums, own) + of(rest, 0.0), of(&squares, own * own) + square)
}
