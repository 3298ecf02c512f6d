//! A site -> an outline for language models: sections of links with a sentence each, as values that `llms.txt` is written from.
//!
//! Titles and descriptions only, which are public of every piece; no text. Invariant: each piece at most once, languages in the
//! site's order, and within a language pages first, then collections, then what lies in each course and book.

use std::collections::BTreeSet;

use super::names::Names;
use crate::id::{Lang, PieceId};
use crate::model::{Kind, Piece, Site, Taxonomy};

/// The outline of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The site's name.
    pub title: String,
    /// Its description; may be empty.
    pub summary: String,
    /// Sections, none of them empty.
    pub sections: Vec<Section>,
}

/// A section of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// Its links.
    pub links: Vec<Entry>,
}

/// A link of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The page's title.
    pub title: String,
    /// Its absolute address.
    pub url: String,
    /// Its description; may be empty.
    pub description: String,
}

/// How deep courses and books are followed.
const DEEPEST: usize = 64;

/// Makes the outline of a site, in the default language's name.
#[must_use]
pub fn outline(site: &Site, names: &dyn Names) -> Outline {
    let Some(default) = site.languages.first() else {
        return Outline { title: String::new(), summary: String::new(), sections: Vec::new() };
    };
    let sections = site.languages.iter().flat_map(|language| of_language(site, &language.tag, names)).collect();
    Outline {
        title: site.config.title.get(&default.tag).to_owned(),
        summary: site.config.description.get(&default.tag).to_owned(),
        sections,
    }
}

fn of_language(site: &Site, lang: &Lang, names: &dyn Names) -> Vec<Section> {
    let mut seen = BTreeSet::new();
    let mut lists = Vec::new();
    for term in site.terms.iter().filter(|term| term.taxonomy == Taxonomy::Collection && term.lang == *lang) {
        lists.push(section(site, names.list(term), &fresh(site, &term.pieces, &mut seen)));
    }
    let mine = || site.pieces.iter().filter(|piece| piece.lang == *lang);
    for work in mine().filter(|piece| matches!(piece.kind, Kind::Course | Kind::Book)) {
        let mut inside = Vec::new();
        descend(site, work, DEEPEST, &mut inside);
        lists.push(section(site, work.title.to_string(), &fresh(site, &inside, &mut seen)));
    }
    let rest: Vec<PieceId> = mine().map(|piece| piece.id).collect();
    let pages = section(site, names.language(lang), &fresh(site, &rest, &mut seen));
    [pages].into_iter().chain(lists).filter(|section| !section.links.is_empty()).collect()
}

/// Those that are no drafts and were not seen before.
fn fresh<'a>(site: &'a Site, pieces: &[PieceId], seen: &mut BTreeSet<PieceId>) -> Vec<&'a Piece> {
    let pieces = pieces.iter().map(|&piece| site.piece(piece));
    pieces.filter(|piece| !piece.doc.front.draft && seen.insert(piece.id)).collect()
}

fn section(site: &Site, title: String, pieces: &[&Piece]) -> Section {
    let entry = |piece: &&Piece| Entry {
        title: piece.title.to_string(),
        url: site.absolute(&piece.route),
        description: piece.description.to_string(),
    };
    Section { title, links: pieces.iter().map(entry).collect() }
}

/// Collects what lies in a course or book, in reading order.
fn descend(site: &Site, piece: &Piece, depth: usize, found: &mut Vec<PieceId>) {
    if depth == 0 {
        return;
    }
    for &child in &piece.children {
        found.push(child);
        descend(site, site.piece(child), depth - 1, found);
    }
}
