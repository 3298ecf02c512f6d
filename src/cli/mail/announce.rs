//! `kmsite mail announce` and `snippet`: a piece told by mail.

use clap::Args;
use serde_json::json;

use super::Common;
use crate::cli::{Env, Exit, Failure};
use crate::diag::{Diag, code};
use crate::promote::mail::LARGEST_SNIPPET;
use crate::promote::mail::letter::file_name;

/// What `announce` takes.
#[derive(Clone, Debug, Args)]
pub(super) struct AnnounceArgs {
    /// The pieces: their files, names or addresses
    #[arg(required = true, value_name = "PIECE")]
    pieces: Vec<String>,
    /// What all mails have in common
    #[command(flatten)]
    common: Common,
}

/// What `snippet` takes.
#[derive(Clone, Debug, Args)]
pub(super) struct SnippetArgs {
    /// The pieces: their files, names or addresses
    #[arg(required = true, value_name = "PIECE")]
    pieces: Vec<String>,
    /// What all mails have in common
    #[command(flatten)]
    common: Common,
}

pub(super) fn run(args: &AnnounceArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let Some(mut studio) = args.common.open(env)? else { return Ok(Exit::Content) };
    for id in studio.pieces(&args.pieces)? {
        let letter = studio.bench().announcement(id);
        studio.post(&letter, args.common.service(&studio))?;
    }
    studio.close(env)
}

pub(super) fn snippet(args: &SnippetArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let Some(mut studio) = args.common.open(env)? else { return Ok(Exit::Content) };
    for id in studio.pieces(&args.pieces)? {
        let piece = studio.site().piece(id);
        let html = studio.bench().snippet(id);
        let name = format!("snippet-{}.{}.html", file_name(piece), piece.lang);
        let about = json!({ "name": name, "lang": piece.lang.as_str(), "audience": "free", "bytes": html.len() });
        if html.len() > LARGEST_SNIPPET {
            let message = format!("`{name}` has {} kB, more than a snippet should", html.len().div_ceil(1000));
            studio.warn(Diag::warning(&code::LARGE_MAIL, message).hint("write a shorter `description:`"));
        }
        let path = studio.outbox.put(&name, html.as_bytes())?;
        studio.note(&path, about);
    }
    studio.close(env)
}
