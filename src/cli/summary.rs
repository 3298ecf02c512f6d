//! What `build` says at its end: pages, gated pages, words, times, bytes, warnings.
#![expect(clippy::disallowed_methods, reason = "times are measured here, for the summary only")]

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::json;

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
}

impl Totals {
    /// Counts.
    pub(super) fn of(opened: &Opened) -> Self {
        let site = opened.compiled.plan.site();
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
            pages: opened.compiled.plan.recipes.iter().filter(|(_, recipe)| is_page(recipe)).count(),
            gated: site.pieces.iter().filter(|piece| !piece.access.is_free()).count(),
            words: words.latin,
            han: words.han,
            warnings: opened.diags.iter().filter(|diag| diag.severity == Severity::Warning).count(),
        }
    }
}

/// What became of a build.
pub(super) struct Outcome<'a> {
    /// The output folder.
    pub out: &'a Path,
    /// What was written.
    pub report: &'a Report,
    /// Why, if that was asked for.
    pub reasons: Option<&'a [(Route, Reason)]>,
    /// Seconds until everything was read.
    pub read: f64,
    /// Seconds until the end.
    pub whole: f64,
}

/// Prints the summary.
pub(super) fn print(totals: &Totals, outcome: &Outcome<'_>, env: &mut Env<'_>) -> Result<(), Failure> {
    let &Totals { pages, gated, words, han, warnings } = totals;
    let &Outcome { out, report, reasons, read, whole } = outcome;
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
            "seconds": { "read": read, "make": whole - read, "whole": whole },
        });
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
        count(warnings, "warning"),
        whole - read,
    )?;
    if gated > 0 {
        writeln!(env.out, "of gated pieces only the teasers are published")?;
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
