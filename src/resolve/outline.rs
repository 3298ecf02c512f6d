//! `SUMMARY.md` -> outlines: entries with the documents they name.
//!
//! A language without a summary of its own takes that of another: the chapters are then the translations of those it names.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{At, Diag, code};
use crate::id::Lang;
use crate::parse::{Chapter, Parsed, Summary, SummaryItem};

use super::tree::{Outline, OutlineEntry};
use super::{Inputs, Survey, place};

/// Finds the documents that summaries name.
pub(super) struct Outliner<'a> {
    parsed: &'a Parsed,
    survey: &'a Survey,
    /// Documents by file.
    files: BTreeMap<&'a str, usize>,
    /// Documents by logical path and language.
    logical: BTreeMap<(&'a str, &'a Lang), usize>,
    /// Summaries with their language and folder.
    summaries: Vec<(&'a Summary, Lang, String)>,
}

impl<'a> Outliner<'a> {
    /// Sorts documents and summaries by place.
    pub(super) fn new(parsed: &'a Parsed, survey: &'a Survey, inputs: &Inputs<'_>) -> Self {
        // Most sites have no summaries, and need no tables to read them by.
        let places = survey.places.iter().enumerate().filter(|_| !parsed.summaries.is_empty());
        let docs = parsed.docs.iter().enumerate().filter(|_| !parsed.summaries.is_empty());
        let files = docs.map(|(doc, own)| (own.path.as_str(), doc)).collect();
        let logical = places.map(|(doc, (lang, place))| ((place.logical(), lang), doc)).collect();
        let summaries = parsed.summaries.iter().map(|summary| {
            let below = place::below(&summary.path, inputs.content_root);
            let place = place::Place::of(below, &survey.folders, &survey.languages);
            (summary, place.lang.unwrap_or_else(|| survey.default().clone()), place.folder)
        });
        Self { parsed, survey, files, logical, summaries: summaries.collect() }
    }

    /// The outlines of a language; a chapter whose file is missing is reported, and a file that is no chapter.
    pub(super) fn outlines(&self, lang: &Lang, diags: &mut Vec<Diag>) -> Vec<Outline> {
        let mut by_folder: BTreeMap<&str, (&Summary, bool)> = BTreeMap::new();
        for (summary, own, folder) in &self.summaries {
            let is_own = own == lang;
            if is_own || !by_folder.contains_key(folder.as_str()) {
                by_folder.insert(folder, (summary, is_own));
            }
        }
        let outlines = by_folder.into_iter().map(|(folder, (summary, is_own))| {
            let mut entries = Vec::new();
            for item in &summary.items {
                match item {
                    SummaryItem::Part(title) if is_own => entries.push(OutlineEntry::Part(title.clone())),
                    // Another language's titles do not stand on this one's pages.
                    SummaryItem::Part(_) | SummaryItem::Separator => {}
                    SummaryItem::Chapter(chapter) => entries.push(self.chapter(summary, chapter, (lang, is_own), diags)),
                }
            }
            if is_own {
                diags.extend(self.unlisted((lang, folder), summary, &entries));
            }
            Outline { folder: folder.to_owned(), entries }
        });
        outlines.collect()
    }

    fn chapter(
        &self,
        summary: &Summary,
        chapter: &Chapter,
        (lang, is_own): (&Lang, bool),
        diags: &mut Vec<Diag>,
    ) -> OutlineEntry {
        let found = chapter.dest.as_deref().and_then(|dest| {
            let file = summary.path.join(dest.split('#').next().unwrap_or_default());
            let doc = file.as_ref().and_then(|file| self.files.get(file.as_str())).copied();
            if doc.is_none() && is_own {
                let diag = Diag::warning(&code::MISSING_CHAPTER, format!("`{dest}` is listed, and there is no such file"));
                let names = self.parsed.docs.iter().map(|doc| doc.path.as_str()).filter(|path| in_folder(path, summary));
                let names = names.filter_map(|path| path.rsplit('/').next());
                let diag = diag.at(At::span(&summary.path, chapter.span.clone())).did_you_mean(dest, names);
                diags.push(if diag.hints.is_empty() { diag.hint(format!("make `{dest}`, or take the line out")) } else { diag });
            }
            let doc = doc?;
            if is_own && !self.is_inside(doc, summary) {
                let message = format!("`{dest}` lies outside the book's folder");
                let diag = Diag::warning(&code::MISSING_CHAPTER, message).at(At::span(&summary.path, chapter.span.clone()));
                diags.push(diag.hint("move the file into the book's folder, or take the line out and link to it"));
                return None;
            }
            self.in_language(doc, lang)
        });
        let title = is_own.then(|| chapter.title.clone());
        let below = chapter.children.iter().map(|child| self.chapter(summary, child, (lang, is_own), diags)).collect();
        OutlineEntry::Chapter { doc: found, title, numbered: chapter.numbered, below }
    }

    /// The finished files in a book's folder that its summary leaves out.
    fn unlisted(&self, (lang, folder): (&Lang, &str), summary: &Summary, entries: &[OutlineEntry]) -> Vec<Diag> {
        let mut listed = BTreeSet::new();
        listed_docs(entries, &mut listed);
        let nearest = |at: &str| {
            self.summaries
                .iter()
                .map(|(_, _, other)| other.as_str())
                .filter(|other| within(at, other))
                .max_by_key(|other| other.len())
        };
        let left_out = self.survey.places.iter().enumerate().filter(|(doc, (own, place))| {
            let is_own_page = place.index && place.folder == folder;
            own == lang
                && within(&place.folder, folder)
                && !is_own_page
                && !listed.contains(doc)
                && !self.parsed.docs[*doc].front.draft
                && nearest(&place.folder) == Some(folder)
        });
        let diag = |(doc, _): (usize, _)| {
            let message = format!("`{}` does not list this file: it stands outside the order of reading", summary.path);
            Diag::warning(&code::UNLISTED_CHAPTER, message)
                .at(At::file(&self.parsed.docs[doc].path))
                .hint("list it there, or move it out of the book's folder")
        };
        left_out.map(diag).collect()
    }

    /// Whether a document lies in the folder of a summary, where a book's chapters are.
    fn is_inside(&self, doc: usize, summary: &Summary) -> bool {
        let folder = self.summaries.iter().find(|(other, ..)| other.path == summary.path).map_or("", |(.., folder)| folder);
        within(&self.survey.places[doc].1.folder, folder)
    }

    fn in_language(&self, doc: usize, lang: &Lang) -> Option<usize> {
        let (own, place) = &self.survey.places[doc];
        if own == lang { Some(doc) } else { self.logical.get(&(place.logical(), lang)).copied() }
    }
}

/// Adds the documents of entries and of those below them.
fn listed_docs(entries: &[OutlineEntry], listed: &mut BTreeSet<usize>) {
    for entry in entries {
        if let OutlineEntry::Chapter { doc, below, .. } = entry {
            listed.extend(doc);
            listed_docs(below, listed);
        }
    }
}

/// Whether a folder is `above` or lies below it.
fn within(folder: &str, above: &str) -> bool {
    above.is_empty() || folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn in_folder(path: &str, summary: &Summary) -> bool {
    let folder = summary.path.folder();
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
