//! Texts and the links between them -> for each, the others by how well they go on from it.
//!
//! ```text
//! terms    Items             -> Terms      who has which word: TF-IDF and BM25
//! vectors  Items, Embedder   -> Vectors    what a model makes of each text
//! paths    Items             -> Paths      the author's links, what is linked together, how near in the folders
//! rank     all three         -> Ranking    the mix of the signals, row by row
//! reason   two of a ranking  -> Reason     whether one is led to, and what is said of why
//! abroad   two languages     -> pieces     what the other one has on the same subject
//! list     Site, Embedder    -> ReadNext   what readers are shown
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

mod abroad;
pub mod list;
mod paths;
mod rank;
mod reason;
mod terms;
mod vectors;

use std::borrow::Cow;

use rayon::prelude::*;

pub use rank::{Common, Ranked, Ranker, Ranking, Signal, WEIGHTS};
pub use vectors::{Embedded, Vectors, embedded};

use paths::Paths;
use terms::{Bags, Terms, counted};

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

/// Texts that are compared, each made when it is asked for: all at once would take as much memory as the site.
pub trait Items: Sync {
    /// How many there are.
    fn count(&self) -> usize;

    /// One of them, by position.
    fn item(&self, at: usize) -> Cow<'_, Item>;
}

impl Items for Vec<Item> {
    fn count(&self) -> usize {
        self.len()
    }

    fn item(&self, at: usize) -> Cow<'_, Item> {
        Cow::Borrowed(&self[at])
    }
}

/// How many items are read before their words are put with those of the others.
const AT_ONCE: usize = 256;

/// Prepares the ranking of items; `vectors` has one for each, or none at all.
#[must_use]
pub fn ranking(items: &dyn Items, vectors: Option<Vectors>) -> Ranking {
    let mut bags = Bags::default();
    let mut ways = Vec::with_capacity(items.count());
    let read = |at: usize| {
        let item = items.item(at);
        let bag = counted(&item);
        let (path, links) = match item {
            Cow::Borrowed(item) => (item.path.clone(), item.links.clone()),
            Cow::Owned(Item { path, links, .. }) => (path, links),
        };
        (bag, (path, links))
    };
    for start in (0..items.count()).step_by(AT_ONCE) {
        let end = items.count().min(start + AT_ONCE);
        let read: Vec<_> = (start..end).into_par_iter().map(read).collect();
        for (bag, way) in read {
            bags.push(bag);
            ways.push(way);
        }
    }
    Ranking::new(Terms::of(&bags), Paths::of(ways), vectors)
}
