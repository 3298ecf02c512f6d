//! A site -> tags that its pieces could have, for the author to take or leave. Nothing is written.
//!
//! ```text
//! phrases   texts of a language   -> Phrases      what is said again and again, as whole words
//! suggest   Site                  -> Suggestions  tags that exist before those that do not
//! ```
//!
//! A tag is good for readers if it leads to several pieces: so tags that the site has come first, and another is offered only where several
//! pieces are about it. What is compared is what everyone may read of each piece. Invariant: the same site gives the same suggestions.

mod phrases;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::access;
use crate::id::{Lang, PieceId, TermId};
use crate::model::text::{Headings, text};
use crate::model::{Piece, Site, Taxonomy, Term};
use crate::search;

use phrases::Phrases;

/// How many tags that exist are offered for a piece.
const KNOWN: usize = 3;
/// How many others.
const FRESH: usize = 3;
/// How often a piece has to say what it is about.
pub(super) const TIMES: usize = 3;
/// A word of the title says as much as so many in the text.
const TITLE: usize = 3;

/// What a piece could be tagged with, best first.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The piece.
    pub piece: PieceId,
    /// Tags that the site has.
    pub known: Vec<Offer>,
    /// Phrases that could be tags.
    pub fresh: Vec<Offer>,
}

/// A tag for a piece.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The tag.
    pub name: Box<str>,
    /// How often the piece says it; once in the title is three times.
    pub times: usize,
    /// How many pieces have the tag, or say the phrase so often.
    pub pieces: usize,
}

/// What the pieces of a site could be tagged with; those for which there is nothing to offer are left out.
#[must_use]
pub fn suggest(site: &Site) -> Vec<Suggestion> {
    let mut all = Vec::new();
    for language in &site.languages {
        let pieces: Vec<&Piece> = site.pieces.iter().filter(|piece| piece.lang == language.tag && piece.kind.is_read()).collect();
        let texts: Vec<String> = pieces.par_iter().map(|piece| told(piece)).collect();
        let phrases = Phrases::of(&texts);
        let known = known(site, &language.tag);
        let suggestion = |(at, piece): (usize, &&Piece)| {
            let has: Vec<&str> = piece.tags.iter().map(|&tag| &*site.term(tag).name).collect();
            let known = offered(piece, &texts[at], &known);
            let is_other = |name: &str| {
                let same = |tag: &str| search::flat(tag) == search::flat(name);
                !has.iter().any(|tag| same(tag)) && !known.iter().any(|offer| same(&offer.name))
            };
            let fresh = phrases.of_text(at).into_iter().filter(|offer| is_other(&offer.name)).take(FRESH).collect::<Vec<_>>();
            Suggestion { piece: piece.id, known, fresh }
        };
        let made: Vec<Suggestion> = pieces.par_iter().enumerate().map(suggestion).collect();
        all.extend(made.into_iter().filter(|one| !one.known.is_empty() || !one.fresh.is_empty()));
    }
    all.sort_by_key(|one| one.piece);
    all
}

/// What everyone may read of a piece, its title as often as it counts.
fn told(piece: &Piece) -> String {
    let public = access::embedding_text(piece);
    let mut told = format!("{}\n", piece.title).repeat(TITLE);
    told.push_str(piece.doc.front.description.as_deref().unwrap_or_default());
    for body in &public.bodies {
        told.push('\n');
        told.push_str(&text(&body.blocks, Headings::Keep));
    }
    told
}

/// The tags of a language, each in the form in which it is looked for.
fn known<'a>(site: &'a Site, lang: &Lang) -> BTreeMap<TermId, (String, &'a Term)> {
    let tags = site.terms.iter().filter(|term| term.taxonomy == Taxonomy::Tag && term.lang == *lang);
    tags.map(|term| (term.id, (search::flat(&term.name).trim().to_owned(), term)))
        .filter(|(_, (form, _))| !form.is_empty())
        .collect()
}

/// The tags of the site that a piece speaks of and does not have, those that it speaks of most before the others.
fn offered(piece: &Piece, text: &str, known: &BTreeMap<TermId, (String, &Term)>) -> Vec<Offer> {
    let flat = search::flat(text);
    let others = known.iter().filter(|(id, _)| !piece.tags.contains(id));
    let said =
        others.map(|(_, (form, term))| Offer { name: term.name.clone(), times: times(&flat, form), pieces: term.pieces.len() });
    let mut offers: Vec<Offer> = said.filter(|offer| offer.times >= TIMES).collect();
    offers.sort_by(|a, b| b.times.cmp(&a.times).then_with(|| a.name.cmp(&b.name)));
    offers.truncate(KNOWN);
    offers
}

/// How often a flat text says a phrase: whole words, or any part of a run of Han.
fn times(flat: &str, form: &str) -> usize {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && (c as u32) < 0x2e80);
    let (first, last) = (form.chars().next(), form.chars().next_back());
    let found = flat.match_indices(form).filter(|(at, _)| {
        let (before, after) = (flat[..*at].chars().next_back(), flat[at + form.len()..].chars().next());
        !(is_word(first) && is_word(before) || is_word(last) && is_word(after))
    });
    found.count()
}

#[cfg(test)]
mod tests {
    use super::times;

    #[test]
    fn words_are_said_as_a_whole_and_han_anywhere() {
        assert_eq!(times(" rust trust rust 2 rusty ", "rust"), 2);
        assert_eq!(times(" 所有权规则与所有权 ", "所有权"), 2);
        assert_eq!(times(" c c++ borrow checker ", "borrow checker"), 1);
    }
}
