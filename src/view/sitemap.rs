//! A site -> the addresses that search engines should know, with their languages and dates.
//!
//! Drafts, error pages and redirects have no place here. Invariant: each address once, in the order of addresses.

use std::collections::BTreeMap;

use super::feed::last_change;
use crate::id::{Lang, PieceId, Route};
use crate::model::{Moment, Piece, Site, Taxonomy};

/// A page in the sitemap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// Its absolute address.
    pub loc: String,
    /// When it last changed, as a W3C date (`2024-05-01`, or with a time and offset).
    pub lastmod: Option<String>,
    /// The same page in all languages, itself included: language tag (or `x-default`) and absolute address. Empty if there is one only.
    pub alternates: Vec<(String, String)>,
}

/// Lists the pages of a site. `others` are pages that no piece or list stands for (the matrix, the prices …).
#[must_use]
pub fn urls(site: &Site, others: &[Route]) -> Vec<Url> {
    let mut found: BTreeMap<Route, Url> = BTreeMap::new();
    let mut add = |route: &Route, lastmod: Option<String>, alternates: Vec<(String, String)>| {
        found.entry(route.clone()).or_insert_with(|| Url { loc: site.absolute(route), lastmod, alternates });
    };
    for piece in site.pieces.iter().filter(|piece| !piece.doc.front.draft) {
        let same = piece.translations.iter().copied().chain([piece.id]);
        add(&piece.route, last_change(piece).map(w3c_date), alternates(site, published(site, same)));
    }
    for language in &site.languages {
        let homes = site.languages.iter().map(|language| (&language.tag, &language.home));
        add(&language.home, None, alternates(site, homes));
    }
    let counterparts = counterparts(site);
    for term in &site.terms {
        let same = counterparts.get(&(term.taxonomy, &*term.key)).map_or(&[][..], Vec::as_slice);
        add(&term.route, None, alternates(site, same.iter().copied()));
    }
    for route in others {
        add(route, None, Vec::new());
    }
    found.into_values().collect()
}

/// Lists of the same key in different languages.
fn counterparts(site: &Site) -> BTreeMap<(Taxonomy, &str), Vec<(&Lang, &Route)>> {
    let mut same: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for term in &site.terms {
        same.entry((term.taxonomy, &*term.key)).or_default().push((&term.lang, &term.route));
    }
    same
}

fn published(site: &Site, pieces: impl Iterator<Item = PieceId>) -> impl Iterator<Item = (&Lang, &Route)> {
    let pieces = pieces.map(|piece| site.piece(piece));
    pieces.filter(|piece: &&Piece| !piece.doc.front.draft).map(|piece| (&piece.lang, &piece.route))
}

/// Orders language versions by tag, each language once, and names the default one for readers of other languages.
fn alternates<'a>(site: &Site, versions: impl Iterator<Item = (&'a Lang, &'a Route)>) -> Vec<(String, String)> {
    let mut by_lang: BTreeMap<&Lang, &Route> = BTreeMap::new();
    for (lang, route) in versions {
        by_lang.entry(lang).or_insert(route);
    }
    if by_lang.len() < 2 {
        return Vec::new();
    }
    let default = site.languages.first().and_then(|language| by_lang.get(&language.tag).copied());
    let mut list: Vec<(String, String)> =
        by_lang.into_iter().map(|(lang, route)| (lang.to_string(), site.absolute(route))).collect();
    list.extend(default.map(|route| ("x-default".to_owned(), site.absolute(route))));
    list
}

/// A W3C date (the profile of ISO 8601 that the sitemap protocol names): with a time only where one was written.
pub(super) fn w3c_date(moment: Moment) -> String {
    if moment.time.is_some() { moment.rfc3339() } else { moment.date.to_string() }
}
