//! A tree and the documents of the tree before it -> the documents of this one: files that did not change are not parsed again.
//!
//! A document is known by the allocation of its bytes, and of those of the files it includes. Which files there are that could be taken for pages
//! decides where teasers end: a change of these is a change of all. Invariant: the result is what
//! [`parse`](super::parse) would give.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::weight::looks_like_file;
use super::{ParseOptions, Parsed, parse_file, parse_summary};
use crate::diag::{Diag, Noted};
use crate::id::SourcePath;
use crate::load::{Tree, directive, is_summary};
use crate::model::{Doc, RawLink};

/// Documents with what they were parsed from.
#[derive(Default)]
pub struct Parses {
    options: ParseOptions,
    /// Files that are no pages and that no ending tells from one.
    disguised: BTreeSet<SourcePath>,
    known: BTreeMap<SourcePath, Known>,
    last: Option<Last>,
}

/// What came of all files.
struct Last {
    summaries: Vec<(SourcePath, Arc<[u8]>)>,
    parsed: Noted<Arc<Parsed>>,
}

struct Known {
    bytes: Arc<[u8]>,
    /// The folder of the book it lies in.
    book: Option<Box<str>>,
    /// The files it includes, and those that these include, with the bytes of those that are there.
    includes: Vec<(SourcePath, Option<Arc<[u8]>>)>,
    doc: Noted<Doc<RawLink>>,
}

impl Parses {
    /// Parses all Markdown files of a tree, as far as they changed since the last call. If none did, the documents are the very same.
    pub fn parse(&mut self, tree: &Tree, options: &ParseOptions) -> Noted<Arc<Parsed>> {
        if self.options != *options {
            self.forget();
            self.options = options.clone();
        }
        let disguised: BTreeSet<SourcePath> = tree.media.keys().filter(|path| !looks_like_file(path.as_str())).cloned().collect();
        if self.disguised != disguised {
            self.forget();
            self.disguised = disguised;
        }
        let (summaries, documents): (Vec<_>, Vec<_>) = tree.markdown().partition(|(path, _)| is_summary(path));
        // Both are in path order: as long as no file comes or goes, what is known of one stands at its own place.
        let known: Vec<(&SourcePath, &Known)> = self.known.iter().collect();
        let known_of = |(at, path): (usize, &SourcePath)| match known.get(at) {
            Some(&(other, known)) if other == path => Some(known),
            _ => self.known.get(path),
        };
        let fresh: Vec<(SourcePath, Known)> = documents
            .par_iter()
            .enumerate()
            .filter(|&(at, (path, bytes))| !known_of((at, path)).is_some_and(|known| known.holds(tree, path, bytes)))
            .map(|(_, &(path, bytes))| (path.clone(), Known::parse(tree, (path, bytes), options)))
            .collect();
        let is_other = !fresh.is_empty() || self.known.len() > documents.len();
        self.known.extend(fresh);
        if self.known.len() > documents.len() {
            self.known.retain(|path, _| tree.texts.contains_key(path) && tree.is_markdown(path) && !is_summary(path));
        }
        if let Some(last) = self.last.as_ref().filter(|last| !is_other && last.has(&summaries)) {
            return last.parsed.clone();
        }
        let mut diags: Vec<Diag> = self.known.values().flat_map(|known| &known.doc.diags).cloned().collect();
        let docs = self.known.par_iter().map(|(_, known)| known.doc.value.clone()).collect();
        let outlines = summaries.iter().map(|(path, bytes)| parse_summary(path, bytes).take(&mut diags)).collect();
        let parsed = Noted::new(Arc::new(Parsed { docs, summaries: outlines }), diags);
        let summaries = summaries.into_iter().map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
        self.last = Some(Last { summaries, parsed: parsed.clone() });
        parsed
    }

    /// Forgets all files: they have to be parsed in another way.
    fn forget(&mut self) {
        self.known.clear();
        self.last = None;
    }
}

impl Last {
    /// Whether these are its summaries.
    fn has(&self, summaries: &[(&SourcePath, &Arc<[u8]>)]) -> bool {
        let own = self.summaries.iter().map(|(path, bytes)| (path, Arc::as_ptr(bytes)));
        own.eq(summaries.iter().map(|&(path, bytes)| (path, Arc::as_ptr(bytes))))
    }
}

impl Known {
    fn parse(tree: &Tree, (path, bytes): (&SourcePath, &Arc<[u8]>), options: &ParseOptions) -> Self {
        let book = tree.book_of(path).map(Box::from);
        let includes = if book.is_some() { included(tree, path) } else { Vec::new() };
        Self { bytes: bytes.clone(), book, includes, doc: parse_file(tree, path, bytes, options) }
    }

    /// Whether parsing again would give the same.
    fn holds(&self, tree: &Tree, path: &SourcePath, bytes: &Arc<[u8]>) -> bool {
        let same = |(path, known): &(SourcePath, Option<Arc<[u8]>>)| match (known, tree.texts.get(path)) {
            (Some(known), Some(bytes)) => Arc::ptr_eq(known, bytes),
            (known, bytes) => known.is_none() && bytes.is_none(),
        };
        Arc::ptr_eq(&self.bytes, bytes) && self.book.as_deref() == tree.book_of(path) && self.includes.iter().all(same)
    }
}

/// The files that a document of a book includes, directly or not, and that lie inside the site.
fn included(tree: &Tree, path: &SourcePath) -> Vec<(SourcePath, Option<Arc<[u8]>>)> {
    let mut seen = BTreeSet::new();
    let mut open = vec![path.clone()];
    while let Some(path) = open.pop() {
        let text = tree.text(&path).unwrap_or_default();
        let targets = directive::directives(text).filter_map(|directive| path.join(directive.kind.path()?));
        open.extend(targets.filter(|target| seen.insert(target.clone())));
    }
    let of = |path: SourcePath| {
        let bytes = tree.texts.get(&path).cloned();
        (path, bytes)
    };
    seen.into_iter().map(of).collect()
}
