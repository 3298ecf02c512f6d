//! What is computed across pieces: the knowledge matrix and its gaps, the levels that nobody declared, what each piece leads to, and the tags that it
//! could have.
//!
//! The phase reads a resolved site and adds to it from beside; nothing here changes a piece. What is public of a piece comes from the gate.

pub mod duplicates;
pub mod evaluate;
pub mod levels;
pub mod matrix;
pub mod model;
pub mod next;
pub mod onnx;
pub mod orphans;
pub mod personal;
pub mod tags;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::Noted;
use crate::id::Lang;
use crate::model::Site;
use next::list::ReadNext;

pub use levels::Levels;
pub use matrix::Matrix;

/// What was computed.
#[derive(Debug, Default)]
pub struct Enriched {
    /// The knowledge matrix of each language.
    pub matrices: BTreeMap<Lang, Matrix>,
    /// The levels that no author declared.
    pub levels: Levels,
    /// What readers of each piece are led to.
    pub read_next: Arc<ReadNext>,
}

/// Computes what needs more than one piece.
///
/// `levels` are those that were inferred and are to be shown. What pieces lead to is dear, and computed by whoever wants it
/// ([`next::list::read_next`]).
pub fn enrich(site: &Site, levels: Levels, read_next: Arc<ReadNext>) -> Noted<Enriched> {
    let matrices = site.languages.iter().map(|language| (language.tag.clone(), Matrix::of(site, &language.tag, &levels)));
    Noted::clean(Enriched { matrices: matrices.collect(), levels, read_next })
}
