//! Terms, vectors and paths -> the others of an item, best first.

use std::cmp::Ordering;

use super::paths::Paths;
use super::terms::Terms;
use super::vectors::Vectors;

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
}

/// All that candidates are ranked by.
pub struct Ranking {
    terms: Terms,
    paths: Paths,
    vectors: Option<Vectors>,
}

/// A row of each signal that every candidate has.
struct Rows {
    rows: [Vec<f32>; 5],
}

/// The signals of [`Rows`], in order.
const DENSE: [Signal; 5] = [Signal::Words, Signal::Like, Signal::Meaning, Signal::Together, Signal::Near];

impl Ranking {
    pub(super) const fn new(terms: Terms, paths: Paths, vectors: Option<Vectors>) -> Self {
        Self { terms, paths, vectors }
    }

    /// The best candidates of an item that may be shown, best first.
    #[must_use]
    pub fn best(&self, item: usize, most: usize, may_be_shown: &dyn Fn(usize) -> bool) -> Vec<Ranked> {
        let n = self.terms.len();
        let scales = self.scales(item, n);
        let mut scores = vec![0.0_f32; n];
        for (row, &(weight, mean)) in scales.0.rows.iter().zip(&scales.1) {
            if weight != 0.0 {
                scores.iter_mut().zip(row).for_each(|(score, x)| *score += weight * (x - mean));
            }
        }
        for (candidate, score) in scores.iter_mut().enumerate() {
            *score += WEIGHTS[Signal::Prominence as usize] * (1.0 + self.paths.back(candidate).len() as f32).ln();
        }
        self.paths.out(item).iter().for_each(|&to| scores[to as usize] += WEIGHTS[Signal::Link as usize]);
        self.paths.back(item).iter().for_each(|&from| scores[from as usize] += WEIGHTS[Signal::LinkedFrom as usize]);
        let rounded = |score: f32| (score * 1e4).round() as i32;
        let mut best: Vec<(i32, usize)> =
            (0..n).filter(|&other| other != item && may_be_shown(other)).map(|other| (rounded(scores[other]), other)).collect();
        let order = |a: &(i32, usize), b: &(i32, usize)| -> Ordering { b.0.cmp(&a.0).then(a.1.cmp(&b.1)) };
        if best.len() > most {
            best.select_nth_unstable_by(most, order);
            best.truncate(most);
        }
        best.sort_unstable_by(order);
        best.into_iter().map(|(score, other)| Ranked { item: other, score, parts: self.parts(item, other, &scales) }).collect()
    }

    /// How much two candidates say the same.
    #[must_use]
    pub fn overlap(&self, one: usize, other: usize) -> f32 {
        self.terms.cosine(one, other)
    }

    /// The rows of the dense signals, and of each its weight by its deviation, and its mean.
    fn scales(&self, item: usize, n: usize) -> (Rows, [(f32, f32); 5]) {
        let mut rows = Rows { rows: [(); 5].map(|()| vec![0.0_f32; n]) };
        let [words, like, meaning, together, near] = &mut rows.rows;
        self.terms.add(item, words, like);
        let vectors = self.vectors.as_ref().filter(|vectors| vectors.knows(item));
        if let Some(vectors) = vectors {
            vectors.cosines(item, meaning);
        }
        self.paths.add_together(item, together);
        self.paths.set_near(item, near);
        let scales = DENSE.map(|signal| {
            let row = &rows.rows[DENSE.iter().position(|&one| one == signal).unwrap_or_default()];
            let (mean, deviation) = spread(row, item);
            let weight = if deviation > 1e-6 { WEIGHTS[signal as usize] / deviation } else { 0.0 };
            (weight, mean)
        });
        // Whoever has no vector is neither near nor far.
        if let Some(vectors) = vectors {
            let mean = scales[2].1;
            rows.rows[2].iter_mut().enumerate().filter(|(other, _)| !vectors.knows(*other)).for_each(|(_, x)| *x = mean);
        }
        (rows, scales)
    }

    fn parts(&self, item: usize, other: usize, (rows, scales): &(Rows, [(f32, f32); 5])) -> [f32; 8] {
        let mut parts = [0.0; 8];
        for ((signal, row), &(weight, mean)) in DENSE.iter().zip(&rows.rows).zip(scales) {
            parts[*signal as usize] = weight * (row[other] - mean);
        }
        let among = |links: &[u32]| if links.contains(&(other as u32)) { 1.0 } else { 0.0 };
        let sparse = [
            (Signal::Link, among(self.paths.out(item))),
            (Signal::LinkedFrom, among(self.paths.back(item))),
            (Signal::Prominence, (1.0 + self.paths.back(other).len() as f32).ln()),
        ];
        sparse.iter().for_each(|(signal, value)| parts[*signal as usize] = WEIGHTS[*signal as usize] * value);
        parts
    }
}

/// Mean and deviation of a row without the item itself.
fn spread(row: &[f32], item: usize) -> (f32, f32) {
    let own = f64::from(row[item]);
    let (mut sum, mut squares) = (-own, -own * own);
    for &x in row {
        let x = f64::from(x);
        sum += x;
        squares += x * x;
    }
    let n = (row.len() as f64 - 1.0).max(1.0);
    let mean = sum / n;
    (mean as f32, (squares / n - mean * mean).max(0.0).sqrt() as f32)
}
