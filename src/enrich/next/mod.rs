//! Texts and the links between them -> for each, the others by how well they go on from it.
//!
//! ```text
//! terms    Items             -> Terms      who has which word: TF-IDF and BM25
//! vectors  Items, Embedder   -> Vectors    what a model makes of each text
//! paths    Items             -> Paths      the author's links, what is linked together, how near in the folders
//! rank     all three         -> Ranking    the mix of the signals, row by row
//! list     Site, Embedder    -> ReadNext   what readers are shown, and why
//! ```
//!
//! # The mix
//!
//! A candidate's score is the sum of its signals times the [`WEIGHTS`]. All but links and links in are first brought to mean 0 and deviation 1
//! over all candidates of the same piece (z). Then scores are rounded to 1e-4, and ties go by position: the order depends neither on the
//! number of threads nor on what computes the vectors.
//!
//! Signals and first weights are those of the design's measurements; they were set, one mix for all, on the development halves of four sets of
//! authors' own "see also" lists. `kmsite recommend rank` ranks such sets, and the handbook has the table.

pub mod list;
mod paths;
mod rank;
mod terms;
mod vectors;

pub use rank::{Ranked, Ranking, Signal, WEIGHTS};
pub use vectors::{Embedded, Vectors, embedded};

use paths::Paths;
use terms::Terms;

/// A text among others of its language.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// Its title.
    pub title: String,
    /// A sentence or two.
    pub summary: String,
    /// Its text.
    pub text: String,
    /// Where it lies: names of folders with `/` between them, its own last.
    pub path: String,
    /// The items that it links to, by position.
    pub links: Vec<usize>,
}

/// Prepares the ranking of items; `vectors` has one for each, or none at all.
#[must_use]
pub fn ranking(items: &[Item], vectors: Option<Vectors>) -> Ranking {
    Ranking::new(Terms::of(items), Paths::of(items), vectors)
}
