//! What is computed across pieces: the knowledge matrix and its gaps, and the levels that nobody declared.
//!
//! The phase reads a resolved site and adds to it from beside; nothing here changes a piece. What is public of a piece comes from the gate.

pub mod levels;
pub mod matrix;
pub mod model;
pub mod onnx;

use std::collections::BTreeMap;

use crate::diag::Noted;
use crate::id::Lang;
use crate::model::Site;

pub use levels::Levels;
pub use matrix::Matrix;

/// What was computed.
#[derive(Debug, Default)]
pub struct Enriched {
    /// The knowledge matrix of each language.
    pub matrices: BTreeMap<Lang, Matrix>,
    /// The levels that no author declared.
    pub levels: Levels,
}

/// Computes what needs more than one piece.
///
/// `levels` are those that were inferred and are to be shown.
pub fn enrich(site: &Site, levels: Levels) -> Noted<Enriched> {
    let matrices = site.languages.iter().map(|language| (language.tag.clone(), Matrix::of(site, &language.tag, &levels)));
    Noted::clean(Enriched { matrices: matrices.collect(), levels })
}
