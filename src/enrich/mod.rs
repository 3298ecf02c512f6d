//! What is computed across pieces: the knowledge matrix and its gaps.
//!
//! The phase reads a resolved site and adds to it from beside; nothing here changes a piece. What is public of a piece comes from the gate.

pub mod matrix;
pub mod model;
pub mod onnx;

use std::collections::BTreeMap;

use crate::diag::Noted;
use crate::id::Lang;
use crate::model::Site;

pub use matrix::Matrix;

/// What was computed.
#[derive(Debug, Default)]
pub struct Enriched {
    /// The knowledge matrix of each language.
    pub matrices: BTreeMap<Lang, Matrix>,
}

/// Computes what needs more than one piece.
pub fn enrich(site: &Site) -> Noted<Enriched> {
    let matrices = site.languages.iter().map(|language| (language.tag.clone(), Matrix::of(site, &language.tag)));
    Noted::clean(Enriched { matrices: matrices.collect() })
}
