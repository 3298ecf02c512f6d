//! What the template engine says about a template, as text, becomes diagnostics: place, known names, the nearest one.
//!
//! This file reads messages only and does not name the engine. Invariant: whatever the text, there is a diagnostic, and it names a file.

use std::collections::BTreeMap;

use super::position::{Position, offset};
use crate::diag::{At, Code, Diag, code};
use crate::id::SourcePath;

/// The files behind the engine's template names.
pub(super) type Sources = BTreeMap<String, (SourcePath, String)>;

/// Names that a template may have meant.
#[derive(Default)]
pub(super) struct Known<'a> {
    pub filters: &'a [&'a str],
    pub functions: &'a [&'a str],
    pub tests: &'a [&'a str],
    pub components: Vec<&'a str>,
    pub templates: Vec<&'a str>,
}

/// Turns the engine's joined reports about unknown names into a diagnostic each; none if the text holds no report.
pub(super) fn references(text: &str, sources: &Sources, known: &Known<'_>) -> Vec<Diag> {
    let mut diags = Vec::new();
    let mut message = None;
    for line in text.lines() {
        if let Some(said) = line.strip_prefix("error: ") {
            message = Some(said);
        } else if let Some(place) = line.trim_start().strip_prefix("--> ")
            && let Some(said) = message.take()
        {
            diags.push(reference(said, place, sources, known));
        }
    }
    diags
}

fn reference(said: &str, place: &str, sources: &Sources, known: &Known<'_>) -> Diag {
    let name = quoted(said).unwrap_or_default();
    let mut diag = Diag::error(&code::TEMPLATE_REFERENCE, sentence(said)).label("not known here");
    if let Some(at) = parse_place(place, name.len(), sources) {
        diag = diag.at(at);
    }
    let candidates: &[&str] = match said.split_whitespace().nth(1).unwrap_or_default() {
        "filter" => known.filters,
        "function" => known.functions,
        "test" => known.tests,
        "component" => &known.components,
        "template" => &known.templates,
        _ => &[],
    };
    if said.starts_with("Block ")
        && let Some((parent, file)) = parent(place, sources)
    {
        return diag
            .hint(format!("give `{file}` a `{{% block {name} %}}`, or begin it with `{{% extends \"theme/{parent}\" %}}`"));
    }
    diag.did_you_mean(name, candidates.iter().copied())
}

/// The template that the one at a place extends, if it is the site's: its name without the layer, and its file.
fn parent<'a>(place: &str, sources: &'a Sources) -> Option<(&'a str, &'a SourcePath)> {
    let (_, source) = sources.get(place.rsplitn(3, ':').last()?)?;
    let extended = source.split_once("extends \"")?.1.split('"').next()?;
    let extended = extended.strip_prefix("site/").unwrap_or(extended);
    sources
        .iter()
        .find_map(|(key, (file, _))| key.strip_prefix("site/").filter(|name| *name == extended).map(|name| (name, file)))
}

/// A syntax or rendering error: the message may end with the names that would have been known there.
pub(super) fn described(code: &'static Code, said: &str) -> Diag {
    let (said, known) = match said.split_once(" Available ") {
        Some((said, list)) => (said, list.split_once(": ").map(|(_, names)| names)),
        None => (said, None),
    };
    let diag = Diag::error(code, sentence(said));
    if said.to_lowercase().contains("end of input") {
        return diag
            .hint("close what is open: `{% if … %}` ends with `{% endif %}`, `{% for … %}` with `{% endfor %}`, `{{` with `}}`");
    }
    let Some(known) = known else { return diag };
    let names: Vec<&str> = known.split(", ").collect();
    knowing(diag, quoted(said).unwrap_or_default(), &names)
}

/// Adds the names that would have been known, the nearest one first.
pub(super) fn knowing(diag: Diag, written: &str, known: &[&str]) -> Diag {
    let diag = diag.did_you_mean(written, known.iter().copied());
    if known.is_empty() { diag } else { diag.hint(format!("known here: {}", known.join(", "))) }
}

/// The dotted path of names that a text begins with: `page.title` of `page.title | upper`.
pub(super) fn path(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(text.len());
    text[..end].trim_end_matches('.')
}

/// Adds the calls that led to the place: `note: called from base.html:3:4`.
pub(super) fn calls(mut diag: Diag, report: &str, sources: &Sources) -> Diag {
    for note in report.lines().filter_map(|line| line.strip_prefix("note: ")) {
        if let Some((label, place)) = note.rsplit_once(' ')
            && let Some(at) = parse_place(place, 0, sources)
        {
            diag = diag.related(at, label);
        }
    }
    diag
}

/// `site/base.html:3:4`, the column counted in characters from 1.
fn parse_place(place: &str, len: usize, sources: &Sources) -> Option<At> {
    let (rest, column) = place.rsplit_once(':')?;
    let (name, line) = rest.rsplit_once(':')?;
    let (file, source) = sources.get(name)?;
    let start = offset(source, Position { line: line.parse().ok()?, column: column.parse().ok()? }, |_| 1);
    let mut end = (start + len).min(source.len());
    while !source.is_char_boundary(end) {
        end += 1;
    }
    Some(At::span(file, start..end))
}

/// The first text in backticks.
fn quoted(said: &str) -> Option<&str> {
    said.split('`').nth(1)
}

/// The engine's sentence in our style: small first letter, no full stop, first line only.
pub(super) fn sentence(said: &str) -> String {
    let line = said.lines().next().unwrap_or_default().trim().trim_end_matches('.').replace('\'', "`");
    let mut chars = line.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => "the template cannot be used".to_owned(),
    }
}
