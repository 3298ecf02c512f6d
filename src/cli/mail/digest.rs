//! `kmsite mail digest`: what is new, as a newsletter; what was sent is remembered in `mail-log.yaml`.

use std::io;

use clap::Args;
use jiff::civil::Date;

use super::Common;

use crate::cli::studio::{Studio, told};
use crate::cli::{Env, Exit, Failure};
use crate::config::Channel;
use crate::diag::{Diag, code};
use crate::disk::own;
use crate::id::Lang;
use crate::model::Moment;
use crate::promote::mail::digest::{Since, digest, new_pieces};
use crate::promote::mail::log::{self, Issue, Log};

/// What `digest` takes.
#[derive(Clone, Debug, Args)]
pub(super) struct DigestArgs {
    /// What is new: since a day, as 2026-11-01, or since the last issue
    #[arg(long, value_name = "DAY", default_value = "last")]
    since: String,
    /// Remember in mail-log.yaml that this issue was sent
    #[arg(long)]
    sent: bool,
    /// What all mails have in common
    #[command(flatten)]
    common: Common,
}

pub(super) fn run(args: &DigestArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let since = since(&args.since)?;
    let mut log = match std::fs::read_to_string(env.root.join(log::FILE)) {
        Ok(text) => Log::read(&text).map_err(Failure::Usage)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Log::default(),
        Err(error) => return Err(Failure::io(format!("read `{}`", log::FILE))(error)),
    };
    let Some(mut studio) = args.common.open(env)? else { return Ok(Exit::Content) };
    let mut issues = Vec::new();
    for lang in studio.languages() {
        issues.extend(issue(&mut studio, &lang, (since, &log), args)?);
    }
    if issues.is_empty() {
        let diag = Diag::warning(&code::NOTHING_NEW, "nothing is new: no digest was made");
        studio.warn(diag.hint("pass `--since` with an earlier day; pieces without `date:` are never new"));
    }
    if args.sent && !issues.is_empty() {
        log.issues.extend(issues);
        let path = env.root.join(log::FILE);
        own::replace_file(&path, log.write().as_bytes()).map_err(Failure::io(format!("write `{}`", log::FILE)))?;
    }
    studio.close(env)
}

fn since(written: &str) -> Result<Since, Failure> {
    if written == "last" {
        return Ok(Since::Last);
    }
    written.parse::<Date>().map(Since::Day).map_err(|_| {
        let diag = Diag::error(&code::BAD_DAY, format!("`{written}` is no day"));
        diag.hint("write it as `2026-11-01`, or `last`").into()
    })
}

/// Makes the issue of a language; `None` if nothing is new in it.
fn issue(studio: &mut Studio, lang: &Lang, (since, log): (Since, &Log), args: &DigestArgs) -> Result<Option<Issue>, Failure> {
    let audience = studio.audience.name();
    let site = studio.site();
    let Some(pieces) = new_pieces(site, (lang, &audience), since, log) else {
        let message = format!("no issue in `{lang}` was sent to `{audience}` yet");
        let diag = Diag::error(&code::NOTHING_SENT, message);
        return Err(diag.hint("pass `--since` with a day, and `--sent` once it is sent").into());
    };
    if pieces.is_empty() {
        return Ok(None);
    }
    let first = match since {
        Since::Day(day) => day,
        Since::Last => log.first_day(lang, &audience).unwrap_or(site.today),
    };
    let issue = Issue {
        sent: Moment::day(site.today),
        since: Moment::day(first),
        lang: lang.clone(),
        audience,
        pieces: pieces.iter().map(|piece| piece.source.clone()).collect(),
    };
    let told = told(&site.config, (Channel::Newsletter, &format!("digest-{}", site.today), "digest"));
    let letter = digest(&studio.desk(lang), &pieces, &told);
    studio.post(&letter, args.common.service(studio))?;
    Ok(Some(issue))
}
