//! `kmsite build`: a folder in, a site out.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::Selection;

/// What `build` takes, and `check` too.
#[derive(Clone, Debug, Args)]
pub struct BuildArgs {
    /// Where the site goes, below the site's folder unless absolute
    #[arg(long, value_name = "FOLDER", default_value = "dist", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Take warnings for errors
    #[arg(long)]
    pub strict: bool,
    /// What pieces are looked at
    #[command(flatten)]
    pub selection: Selection,
    /// Where the site will stand, instead of base_url in site.yaml
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub base_url: Option<String>,
    /// Say why each file was made again
    #[arg(long)]
    pub explain: bool,
    /// Use so many threads; by default as many as there are cores
    #[arg(long, value_name = "N")]
    pub threads: Option<std::num::NonZeroUsize>,
    /// Neither read nor write the cache
    #[arg(long)]
    pub no_cache: bool,
}
