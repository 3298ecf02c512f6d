//! `kmsite mail digest`: what is new, as a newsletter; what was sent is remembered in `mail-log.yaml`.

use std::collections::BTreeSet;
use std::io;

use clap::Args;
use jiff::civil::Date;

use super::Common;

use crate::cli::studio::{Lists, Studio};
use crate::cli::{Env, Exit, Failure};
use crate::diag::{Diag, code};
use crate::disk::own;
use crate::id::Lang;
use crate::model::{Moment, Site};
use crate::promote::mail::digest::{ForYou, Since, new_pieces};
use crate::promote::mail::log::{self, Issue, Log, Readers};
use crate::promote::mail::segment::{Segment, for_you};

/// What `digest` takes.
#[derive(Clone, Debug, Args)]
pub(super) struct DigestArgs {
    /// What is new: since a day, as 2026-11-01, or since the last issue
    #[arg(long, value_name = "DAY", default_value = "last")]
    since: String,
    /// Remember in mail-log.yaml that this issue was sent
    #[arg(long)]
    sent: bool,
    /// Make it for a part of the readers, with pieces for them: level:… or topic:…; a mail for each
    #[arg(long, value_name = "SEGMENT")]
    segment: Vec<String>,
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
    let lists = if args.segment.is_empty() { Lists::Needless } else { Lists::Asked };
    let Some(mut studio) = args.common.open_with(lists, env)? else { return Ok(Exit::Content) };
    let segments = segments(studio.site(), &args.segment)?;
    let mut issues = Vec::new();
    for lang in studio.languages() {
        for segment in &segments {
            issues.extend(issue(&mut studio, (&lang, segment.as_ref()), (since, &log), args)?);
        }
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

/// The parts of the readers that were named; everyone if none was.
fn segments(site: &Site, written: &[String]) -> Result<Vec<Option<Segment>>, Failure> {
    if written.is_empty() {
        return Ok(vec![None]);
    }
    let find = |written: &String| {
        Segment::read(site, written).map(Some).ok_or_else(|| {
            let known: BTreeSet<String> = site
                .languages
                .iter()
                .flat_map(|language| Segment::all(site, &language.tag))
                .map(|known| known.to_string())
                .collect();
            let diag = Diag::error(&code::UNKNOWN_SEGMENT, format!("no piece is for the segment `{written}`"));
            let diag = diag.did_you_mean(written, known.iter().map(String::as_str));
            Failure::from(diag.hint("write `level:beginner`, or `topic:` and a tag of the site"))
        })
    };
    written.iter().map(find).collect()
}

/// Makes the issue of a language, for all readers or a part of them; `None` if nothing is new in it.
fn issue(
    studio: &mut Studio,
    (lang, segment): (&Lang, Option<&Segment>),
    (since, log): (Since, &Log),
    args: &DigestArgs,
) -> Result<Option<Issue>, Failure> {
    let audience = studio.audience.name();
    let part = segment.map(ToString::to_string);
    let readers = Readers { lang, audience: &audience, segment: part.as_deref() };
    let site = studio.site();
    let Some(pieces) = new_pieces(site, readers, since, log) else {
        let whom = part.map(|part| format!(" (`{part}`)")).unwrap_or_default();
        let message = format!("no issue in `{lang}` was sent to `{audience}`{whom} yet");
        let diag = Diag::error(&code::NOTHING_SENT, message);
        return Err(diag.hint("pass `--since` with a day, and `--sent` once it is sent").into());
    };
    if pieces.is_empty() {
        return Ok(None);
    }
    let first = match since {
        Since::Day(day) => day,
        Since::Last => log.first_day(readers).unwrap_or(site.today),
    };
    let bench = studio.bench();
    let for_you =
        segment.map(|segment| ForYou { segment, pieces: for_you(site, (lang, segment), &|route| bench.lead(route), &pieces) });
    let letter = bench.digest(lang, &pieces, for_you.as_ref());
    let issue = Issue {
        sent: Moment::day(site.today),
        since: Moment::day(first),
        lang: lang.clone(),
        pieces: pieces.iter().map(|piece| piece.source.clone()).collect(),
        audience,
        segment: part,
    };
    studio.post(&letter, args.common.service(studio))?;
    Ok(Some(issue))
}
