//! `kmsite completions`: a script that completes the command line in a shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Env, Exit, Failure};

/// What `completions` takes.
#[derive(Clone, Copy, Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints a completion script.
pub(super) fn run(args: &CompletionsArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    // Written to memory first: the generator panics where a stream fails.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "kmsite", &mut script);
    env.out.write_all(&script)?;
    Ok(Exit::Done)
}
