//! `kmsite check`: everything that `build` would report, and nothing written.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::build::BuildArgs;

/// What `check` takes.
#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// What it has in common with `build`.
    #[command(flatten)]
    pub build: BuildArgs,
    /// Ask the web whether links to other sites work
    #[arg(long)]
    pub external: bool,
    /// Show what holds for one file, and where each value comes from
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub show: Option<PathBuf>,
}
