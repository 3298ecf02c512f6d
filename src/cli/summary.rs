//! What `build` says at its end: pages, gated pages, words, times, bytes, warnings.
#![expect(clippy::disallowed_methods, reason = "times are measured here, for the summary only")]

use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::keyring::Keys;
use super::open::Opened;
use super::{Env, Failure, Format, Volume};
use crate::access;
use crate::diag::Severity;
use crate::emit::{Reason, Report};
use crate::id::Route;
use crate::model::Words;
use crate::plan::Recipe;

/// Measures how long things take.
pub(super) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts.
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    /// Seconds since the start.
    pub(super) fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }

    /// Nanoseconds since the start.
    pub(super) fn nanos(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

/// Says that another build is at work.
pub(super) fn waiting(volume: Volume) {
    if volume == Volume::Normal {
        // The streams are in other hands meanwhile; a line that cannot be written is no reason to stop.
        let _ = writeln!(std::io::stderr(), "waiting for another build of this folder to finish");
    }
}

/// What a site comes to, whatever of it was written.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Totals {
    pages: usize,
    gated: usize,
    words: u32,
    han: u32,
    warnings: usize,
    /// Whether what is gated was sealed.
    sealed: bool,
    /// The code that opens a site that is sealed with the demo key.
    demo_code: Option<String>,
    /// Files that are not sealed because they are too large.
    unlisted: usize,
    /// Gated pieces that the audit cannot prove to be safe.
    unproven: usize,
}

impl Totals {
    /// Counts.
    pub(super) fn of(opened: &Opened, keys: Option<&Keys>, unproven: usize) -> Self {
        let plan = &opened.compiled.plan;
        let site = plan.site();
        let is_page = |recipe: &Recipe| {
            matches!(
                recipe,
                Recipe::Home(_)
                    | Recipe::Piece(_)
                    | Recipe::List(..)
                    | Recipe::Terms(..)
                    | Recipe::Matrix(_)
                    | Recipe::Pricing(_)
            )
        };
        let teasers = site.pieces.iter().map(|piece| access::public(piece).teaser.words);
        let rests = site.pieces.iter().filter_map(|piece| access::public(piece).rest.map(|rest| rest.words));
        let words = teasers.chain(rests).fold(Words::default(), Words::plus);
        Self {
            pages: plan.recipes.iter().filter(|(_, recipe)| is_page(recipe)).count(),
            gated: site.pieces.iter().filter(|piece| !piece.access.is_free()).count(),
            words: words.latin,
            han: words.han,
            warnings: opened.diags.iter().filter(|diag| diag.severity == Severity::Warning).count(),
            sealed: keys.is_some(),
            demo_code: keys.and_then(|keys| Some(keys.demo_code.as_ref()?.to_string())),
            unlisted: if keys.is_some() { plan.withheld.large(site) } else { 0 },
            unproven,
        }
    }
}

/// What became of a build.
pub(super) struct Outcome<'a> {
    /// The output folder.
    pub out: &'a Path,
    /// What was written.
    pub report: &'a Report,
    /// The folder of what a server hands out to those who paid, and what was written to it.
    pub guarded: Option<(&'a Path, &'a Report)>,
    /// Why, if that was asked for.
    pub reasons: Option<&'a [(Route, Reason)]>,
    /// How long it took.
    pub seconds: Seconds,
}

/// How long a build took.
pub(super) struct Seconds {
    /// Until everything was read.
    pub read: f64,
    /// What all threads together spent on the audit.
    pub audit: f64,
    /// Until the end.
    pub whole: f64,
}

/// Prints the summary.
pub(super) fn print(totals: &Totals, outcome: &Outcome<'_>, env: &mut Env<'_>) -> Result<(), Failure> {
    let Totals { pages, gated, words, han, warnings, sealed, demo_code, unlisted, unproven } = totals;
    let &Outcome { out, report, guarded, reasons, seconds: Seconds { read, audit, whole } } = outcome;
    if env.format == Format::Json {
        let mut answer = json!({
            "out": out.display().to_string(),
            "pages": pages,
            "gated": gated,
            "words": words,
            "han": han,
            "files": report.files,
            "bytes": report.bytes,
            "written": report.written,
            "unchanged": report.unchanged,
            "removed": report.removed,
            "warnings": warnings,
            "sealed": sealed,
            "unlisted": unlisted,
            "unproven": unproven,
            "seconds": { "read": read, "make": whole - read, "audit": audit, "whole": whole },
        });
        if let Some(code) = demo_code {
            answer["demo_code"] = code.as_str().into();
        }
        if let Some((out, report)) = guarded {
            answer["guarded"] = json!({ "out": out.display().to_string(), "files": report.files, "written": report.written });
        }
        if let Some(reasons) = reasons {
            let reason = |(route, reason): &(Route, Reason)| json!({ "address": route.as_str(), "reason": reason });
            answer["reasons"] = reasons.iter().map(reason).collect();
        }
        return Ok(env.answer(&answer)?);
    }
    if env.volume == Volume::Quiet {
        return Ok(());
    }
    writeln!(
        env.out,
        "{} in `{}`: {pages} pages ({gated} gated), {words} words and {han} Han characters to read, {}",
        count(report.files, "file"),
        out.display(),
        size(report.bytes),
    )?;
    writeln!(
        env.out,
        "{} written, {} unchanged, {} removed; {}; read in {read:.2} s, made in {:.2} s",
        report.written,
        report.unchanged,
        report.removed,
        count(*warnings, "warning"),
        whole - read,
    )?;
    if let Some((out, report)) = guarded {
        let files = count(report.files, "file");
        writeln!(
            env.out,
            "for those who paid: {files} in `{}`, which no server may publish: its README.md says how",
            out.display()
        )?;
    }
    if reasons.is_some() && *gated > 0 {
        writeln!(env.out, "searched for paid text in {audit:.2} s of all threads")?;
    }
    Ok(tell_sealing(totals, env)?)
}

/// Says what became of what is paid for, and loudly where it is not safe.
fn tell_sealing(totals: &Totals, env: &mut Env<'_>) -> io::Result<()> {
    if totals.gated > 0 && !totals.sealed {
        writeln!(env.out, "of gated pieces only the teasers are published: nothing is sealed, and no code opens anything")?;
    }
    if totals.unlisted > 0 {
        let files = count(totals.unlisted, "file");
        writeln!(env.out, "NOT SEALED, since too large: {files}, at addresses that open to everyone who is told them")?;
    }
    if let Some(code) = &totals.demo_code {
        writeln!(env.out, "DEMO KEY: everybody knows it, and anyone can open what is sealed here. The code is {code}")?;
    }
    if totals.unproven > 0 {
        let pieces = count(totals.unproven, "gated piece");
        writeln!(env.out, "{pieces} cannot be proven safe: `kmsite audit` names them")?;
    }
    Ok(())
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// Bytes in the unit that leaves up to three digits.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
