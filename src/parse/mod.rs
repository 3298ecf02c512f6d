//! [`Tree`] -> [`Parsed`]: every Markdown file as a typed document, and every `SUMMARY.md` as a list of chapters.
//!
//! Each file is read by itself, in parallel: front matter, mdBook's includes, Markdown, then the split into teaser and rest, which
//! is locked from here on. Nothing is looked up in other files but included text, and of files that could be
//! taken for pages whether they are there; links and tiers stay as written.
//! Parsing never fails. Invariant: spans are bytes of the file on disk, whatever was included or expanded.

mod again;
mod build;
mod component;
mod fence;
mod front;
mod html;
mod include;
mod markdown;
mod shortcode;
mod slug;
mod source;
mod split;
mod summary;
mod text;
mod weight;

use std::borrow::Cow;
use std::sync::Arc;

use crate::access::locked::Locked;
use crate::diag::{At, Diag, Noted, code};
use crate::id::SourcePath;
use crate::load::Tree;
use crate::model::{Doc, RawLink, Words};

use source::Source;

pub use again::Parses;
pub use summary::{Chapter, Summary, SummaryItem};

/// What parsing needs to know of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseOptions {
    /// The most that a teaser holds where the author set no `<!-- paywall -->`.
    pub teaser: Words,
    /// Whether raw HTML is kept; otherwise it becomes text.
    pub raw_html: bool,
    /// Whether code blocks number their lines unless they say otherwise.
    pub line_numbers: bool,
}

impl Default for ParseOptions {
    fn default() -> Self {
        Self { teaser: Words { latin: 120, han: 240 }, raw_html: true, line_numbers: false }
    }
}

/// All documents of a site.
#[derive(Clone, Default)]
pub struct Parsed {
    /// The documents in path order.
    pub docs: Vec<Doc<RawLink>>,
    /// The summaries in path order.
    pub summaries: Vec<Summary>,
}

/// Where a text stands: what its findings and its reading depend on.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a SourcePath,
    /// All files, of which it may name some.
    tree: &'a Tree,
    /// Whether mdBook's rules hold: the file lies in a folder with a `SUMMARY.md`.
    in_book: bool,
    options: &'a ParseOptions,
}

/// Parses all Markdown files of a tree.
pub fn parse(tree: &Tree, options: &ParseOptions) -> Noted<Parsed> {
    Parses::default().parse(tree, options).map(Arc::unwrap_or_clone)
}

/// Parses one document; `tree` gives the texts it includes.
///
/// `bytes` are those of the file; what is not UTF-8 in them is replaced (`load` reports it).
pub fn parse_file(tree: &Tree, path: &SourcePath, bytes: &[u8], options: &ParseOptions) -> Noted<Doc<RawLink>> {
    let mut diags = Vec::new();
    let text = decode(bytes);
    let place = Place { file: path, tree, in_book: tree.book_of(path).is_some(), options };
    let mut matter = front::read(path, &text).take(&mut diags);
    // Jekyll and Hexo keep what is not to be published yet in a folder of this name.
    matter.front.draft |= path.folder().split('/').any(|name| name == "_drafts");
    let mut source = Source::slice(&text, matter.body);
    if place.in_book {
        let expanded = include::expand(tree, path, source).take(&mut diags);
        source = expanded.source;
        if let (None, Some(title)) = (&matter.front.title, expanded.title) {
            matter.front.title = Some(title);
        }
    }
    if let Some(nul) = source.text().find('\0') {
        let at = At::span(path, source.span(nul..nul + 1));
        diags.push(Diag::warning(&code::NUL_CHARACTER, "a NUL character").at(at).hint("save the file as UTF-8 text"));
        source = source.replace_nul();
    }
    let flow = markdown::read(source, place).take(&mut diags);
    let halves = split::split(flow, matter.front.title.as_deref(), place);
    let doc = Doc {
        path: path.clone(),
        front: matter.front.into(),
        secrets: Locked::new(matter.secrets.into()),
        heading: halves.heading,
        teaser: halves.teaser,
        excerpt: halves.excerpt,
        rest: Locked::new(halves.rest),
    };
    Noted::new(doc, diags)
}

/// Parses a `SUMMARY.md`.
pub fn parse_summary(path: &SourcePath, bytes: &[u8]) -> Noted<Summary> {
    summary::read(path, &decode(bytes))
}

/// The text of a file. Checking first is much faster than replacing, and nearly every file is fine.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}
