//! `kmsite man`: the manual as roff pages.

use std::path::PathBuf;

use clap::{Args, CommandFactory, ValueHint};

use super::{Cli, Env, Exit, Failure};

/// What `man` takes.
#[derive(Clone, Debug, Args)]
pub struct ManArgs {
    /// Write one page per command into this folder
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// Prints the page of `kmsite`, or writes the pages of all commands.
pub(super) fn run(args: &ManArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    match &args.dir {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            env.out.write_all(&page)?;
        }
        Some(folder) => {
            let doing = || format!("write manual pages to `{}`", folder.display());
            std::fs::create_dir_all(folder).map_err(Failure::io(doing()))?;
            clap_mangen::generate_to(Cli::command(), folder).map_err(Failure::io(doing()))?;
        }
    }
    Ok(Exit::Done)
}
