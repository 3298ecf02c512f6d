//! Draws diagnostics: for people with the lines they are about, for programs as JSON.
//!
//! Settled diagnostics and the files' bytes go in, text comes out; nothing is printed here. Columns count characters, underlines
//! count the columns of a terminal, so both are right after Chinese text. Invariant: no span makes it panic, whatever the file holds.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;

use super::{At, Diag, Place, Severity};
use crate::id::SourcePath;

/// Gives a file's bytes, if it is a file that can be read.
pub type Source<'a> = dyn Fn(&SourcePath) -> Option<Vec<u8>> + 'a;

/// Whether escape sequences for colours are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Text only.
    Never,
    /// As a terminal shows it.
    Always,
}

/// Columns of a drawing; longer lines are cut around the place.
const WIDTH: usize = 100;
/// Bytes of a line before a place up to which the line is drawn. Farther on, only the place itself is quoted.
const FAR: usize = 4_096;

/// Draws diagnostics, an empty line after each.
#[must_use]
pub fn text(diags: &[Diag], source: &Source<'_>, colour: Colour) -> String {
    let renderer = match colour {
        Colour::Never => Renderer::plain(),
        Colour::Always => Renderer::styled(),
    }
    .term_width(WIDTH);
    let mut files = Files::new(source);
    let mut out = String::new();
    for diag in diags {
        let level = match diag.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut elements: Vec<Element<'_>> = Vec::new();
        if let Some(at) = &diag.at {
            draw(&mut elements, &mut files, at, (AnnotationKind::Primary, &diag.label));
        }
        for (at, label) in &diag.related {
            draw(&mut elements, &mut files, at, (AnnotationKind::Context, label));
        }
        elements.extend(diag.hints.iter().map(|hint| Element::from(Level::HELP.message(clean(hint)))));
        let title = level.primary_title(clean(&diag.message)).id(diag.code.id);
        out.push_str(&renderer.render(&[Group::with_title(title).elements(elements)]));
        out.push_str("\n\n");
    }
    out
}

/// Draws one place: where it is and, if the file is known, its line.
fn draw<'a>(elements: &mut Vec<Element<'a>>, files: &mut Files<'_>, at: &At, (kind, label): (AnnotationKind, &str)) {
    let path = clean(at.file.as_str());
    let Some(view) = files.view(at) else {
        elements.push(Origin::path(path).into());
        return;
    };
    let label = (!label.is_empty()).then(|| clean(label));
    if view.before.len() > FAR {
        let quoted = format!("`{}`", clean(&cut(view.marked)));
        elements.push(Origin::path(path).line(view.line).char_column(view.column).into());
        elements.push(Level::NOTE.message(label.map_or_else(|| quoted.clone(), |label| format!("{quoted} {label}"))).into());
        return;
    }
    let (source, span) = view.line();
    let snippet = Snippet::source(source).path(path).line_start(view.line);
    elements.push(snippet.annotation(kind.span(span).label(label)).into());
}

/// A finding as programs read it.
#[derive(Debug, Serialize)]
struct Finding<'a> {
    code: &'static str,
    severity: Severity,
    #[serde(flatten)]
    at: Position<'a>,
    message: &'a str,
    label: &'a str,
    hints: &'a [String],
    related: Vec<Related<'a>>,
}

/// Another place, as programs read it.
#[derive(Debug, Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    at: Position<'a>,
    label: &'a str,
}

/// A place as programs read it: line and column count from 1, the column in characters, the span in bytes.
#[derive(Debug, Default, Serialize)]
struct Position<'a> {
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    span: Option<Range<usize>>,
}

/// Diagnostics as a JSON array of `{code, severity, file, line, column, span: {start, end}, message, label, hints, related}`.
///
/// Where a place or a part of it is not known, the value is `null`.
#[must_use]
pub fn json(diags: &[Diag], source: &Source<'_>) -> serde_json::Value {
    findings(diags, source).into_iter().collect()
}

/// The same as [`json`], one object a line.
#[must_use]
pub fn json_lines(diags: &[Diag], source: &Source<'_>) -> String {
    findings(diags, source).into_iter().fold(String::new(), |mut out, finding| {
        let _ = writeln!(out, "{finding}");
        out
    })
}

fn findings(diags: &[Diag], source: &Source<'_>) -> Vec<serde_json::Value> {
    let mut files = Files::new(source);
    let finding = |diag| serde_json::to_value(finding(diag, &mut files)).unwrap_or_default();
    diags.iter().map(finding).collect()
}

fn finding<'a>(diag: &'a Diag, files: &mut Files<'_>) -> Finding<'a> {
    let mut position = |at: &'a At| {
        let view = files.view(at);
        Position {
            file: Some(at.file.as_str()),
            line: view.as_ref().map(|view| view.line),
            column: view.as_ref().map(|view| view.column),
            span: match &at.place {
                Place::Span(span) => Some(view.map_or_else(|| span.clone(), |view| view.span)),
                _ => None,
            },
        }
    };
    Finding {
        code: diag.code.id,
        severity: diag.severity,
        at: diag.at.as_ref().map(&mut position).unwrap_or_default(),
        message: &diag.message,
        label: &diag.label,
        hints: &diag.hints,
        related: diag.related.iter().map(|(at, label)| Related { at: position(at), label }).collect(),
    }
}

/// How many files are held at a time; findings come sorted by file, so few are needed.
const HELD: usize = 8;

/// The files that findings are about, with their lines found.
struct Files<'a> {
    source: &'a Source<'a>,
    held: BTreeMap<SourcePath, Option<Lines>>,
}

impl<'a> Files<'a> {
    fn new(source: &'a Source<'a>) -> Self {
        Self { source, held: BTreeMap::new() }
    }

    /// The line a place begins on; `None` for a whole file and for files that cannot be read.
    fn view(&mut self, at: &At) -> Option<View<'_>> {
        let Place::Span(span) = &at.place else { return None };
        if !self.held.contains_key(&at.file) {
            if self.held.len() >= HELD {
                self.held.clear();
            }
            self.held.insert(at.file.clone(), (self.source)(&at.file).map(Lines::new));
        }
        Some(self.held.get(&at.file)?.as_ref()?.view(span))
    }
}

/// A file's bytes and where its lines begin.
struct Lines {
    bytes: Vec<u8>,
    starts: Vec<usize>,
}

impl Lines {
    fn new(bytes: Vec<u8>) -> Self {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', &bytes).map(|end| end + 1)).collect();
        Self { bytes, starts }
    }

    fn view(&self, span: &Range<usize>) -> View<'_> {
        let start = self.boundary(span.start);
        let end = self.boundary(span.end).max(start);
        let line = self.starts.partition_point(|&first| first <= start);
        let mut first = self.starts[line - 1];
        let next = self.starts.get(line).map_or(self.bytes.len(), |&next| next - 1);
        let last = if self.bytes[first..next].ends_with(b"\r") { next - 1 } else { next };
        if first == 0 && self.bytes.starts_with("\u{feff}".as_bytes()) {
            first = 3;
        }
        // The place may begin within the byte order mark or at a line's end.
        let from = start.clamp(first.min(last), last);
        let part = |range: Range<usize>| self.bytes.get(range).unwrap_or_default();
        View {
            line,
            column: String::from_utf8_lossy(part(first..from)).chars().count() + 1,
            span: start..end,
            before: part(first..from),
            marked: part(from..end.clamp(from, last)),
            after: part(end.clamp(from, last)..last),
        }
    }

    /// The nearest character boundary at or before a byte that may lie anywhere.
    fn boundary(&self, at: usize) -> usize {
        let at = at.min(self.bytes.len());
        let continues = |at: &usize| self.bytes.get(*at).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000);
        // Four bytes are the longest character; more continuation bytes in a row are no UTF-8, and each stands for itself.
        (at.saturating_sub(3)..=at).rev().find(|at| !continues(at)).unwrap_or(at)
    }
}

/// The first line of a place, cut in three.
struct View<'a> {
    /// The line's number, from 1.
    line: usize,
    /// The number of the first character on its line, from 1.
    column: usize,
    /// The bytes meant, within the file.
    span: Range<usize>,
    before: &'a [u8],
    marked: &'a [u8],
    after: &'a [u8],
}

impl View<'_> {
    /// The line as far as it can be shown, and the bytes to underline in it.
    fn line(&self) -> (String, Range<usize>) {
        let mut line = clean(&String::from_utf8_lossy(self.before));
        let start = line.len();
        line.push_str(&clean(&cut(self.marked)));
        let end = line.len();
        line.push_str(&clean(&cut(self.after)));
        (line, start..end)
    }
}

/// The start of a text, no longer than can be shown.
fn cut(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text.get(..FAR).unwrap_or(text));
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

/// A text on one line, without characters that steer a terminal.
///
/// `annotate-snippets` replaces the control characters of ASCII in lines and messages, but not in paths, and none of C1.
fn clean(text: &str) -> String {
    let shown = |c: char| match c {
        '\t' => c,
        '\n' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}
