//! `kmsite matrix`: topics by levels, what stands in each cell, and which steps of the ladder are missing.

use clap::Args;

use super::Selection;

/// What `matrix` takes.
#[derive(Clone, Copy, Debug, Args)]
pub struct MatrixArgs {
    /// What pieces are looked at
    #[command(flatten)]
    pub selection: Selection,
}
