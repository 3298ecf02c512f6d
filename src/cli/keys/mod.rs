//! `kmsite keys`: the master key, and who may read what.
//!
//! One file per command. All but `init` begin at the [`Desk`]: site, key and members read, and nobody else changing them. Invariant: codes are
//! printed where they were asked for, and never kept.

mod desk;
mod init;
mod issue;
pub(super) mod key;
mod list;
mod repository;
mod revoke;
mod rotate;
mod sales;
mod sheet;
mod show;
mod verify;

use clap::{Args, Subcommand};

use super::{Env, Exit, Failure};

pub(super) use init::begin;
pub use key::VARIABLE as MASTER_KEY;
pub(super) use repository::warning as public_sources;

/// What `keys` takes.
#[derive(Clone, Debug, Args)]
pub struct KeysArgs {
    /// What to do
    #[command(subcommand)]
    command: KeysCommand,
}

/// What to do with keys.
#[derive(Clone, Debug, Subcommand)]
enum KeysCommand {
    /// Make the master key, or bring it back from its written form
    Init(init::InitArgs),
    /// Give somebody a code, make a pool of codes, or enter a shop's sales
    Issue(issue::IssueArgs),
    /// List members, pools and epochs
    List(list::ListArgs),
    /// Shut members out
    Revoke(revoke::RevokeArgs),
    /// Begin an epoch: who has not paid for it stays behind
    Rotate(rotate::RotateArgs),
    /// Show a member's code and unlock link
    Show(show::ShowArgs),
    /// Tell what a code opens, or what is wrong with it
    Verify(verify::VerifyArgs),
}

/// Does what was asked.
///
/// # Errors
/// Those of the streams and files; a key that is not there or cannot be used; whom or what nobody knows.
pub(super) fn run(args: &KeysArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    match &args.command {
        KeysCommand::Init(args) => init::run(args, env),
        KeysCommand::Issue(args) => issue::run(args, env),
        KeysCommand::List(args) => list::run(args, env),
        KeysCommand::Revoke(args) => revoke::run(args, env),
        KeysCommand::Rotate(args) => rotate::run(args, env),
        KeysCommand::Show(args) => show::run(args, env),
        KeysCommand::Verify(args) => verify::run(args, env),
    }
}
