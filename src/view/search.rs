//! The page for finding one's way: by topic, level, series and collection, and what is newest.

use serde::Serialize;

use super::context::ViewContext;
use super::head::Head;
use super::shared::Shared;
use super::terms::home_crumb;
use super::{LinkView, Page};
use crate::id::{Lang, Route};
use crate::model::Taxonomy;

/// How many of the newest pieces are shown.
const RECENT: usize = 12;

/// The page for finding one's way.
#[derive(Clone, Debug, Serialize)]
pub struct SearchPage {
    /// The heading.
    pub title: String,
    /// The way from the home page to it, itself left out.
    pub breadcrumbs: Vec<LinkView>,
    /// The topics: a [`TermLink`](super::TermLink) each.
    pub tags: Vec<Shared>,
    /// The levels that something is of, easiest first: a [`TermLink`](super::TermLink) each.
    pub levels: Vec<Shared>,
    /// The series: a [`TermLink`](super::TermLink) each.
    pub series: Vec<Shared>,
    /// The collections that hold something: a [`TermLink`](super::TermLink) each.
    pub collections: Vec<Shared>,
    /// The newest pieces with a date: a [`Card`](super::Card) each.
    pub recent: Vec<Shared>,
    /// All pieces with a date: a [`TermLink`](super::TermLink), or none.
    pub archive: Shared,
}

/// The address of the page.
#[must_use]
pub fn route(cx: &ViewContext, lang: &Lang) -> Route {
    cx.home(lang).child("search")
}

/// Makes the page for finding one's way.
#[must_use]
pub fn page(cx: &ViewContext, lang: &Lang) -> Page<SearchPage> {
    let site = cx.site();
    let strings = cx.strings(lang);
    let title = strings.get("nav.search").to_owned();
    let description = strings.fill("search.description", &[("site", site.config.title.get(lang))]);
    let common = cx.common(lang);
    let terms = |taxonomy: Taxonomy| {
        site.terms.iter().filter(move |term| term.taxonomy == taxonomy && term.lang == *lang && !term.pieces.is_empty())
    };
    let links = |taxonomy: Taxonomy| terms(taxonomy).map(|term| cx.term(term.id)).collect::<Vec<_>>();
    let mut levels: Vec<_> = terms(Taxonomy::Level).collect();
    levels.sort_by_key(|term| crate::model::Level::ALL.iter().position(|level| *level.name() == *term.key));
    let archive = terms(Taxonomy::Archive).next();
    Page {
        site: common.site,
        t: common.strings,
        lang: lang.to_string(),
        languages: cx.languages(lang, &|other| Some(route(cx, other))),
        head: Head { description, ..Head::new(cx, lang, &route(cx, lang), &title) },
        page: SearchPage {
            title,
            breadcrumbs: home_crumb(cx, lang),
            tags: links(Taxonomy::Tag),
            levels: levels.into_iter().map(|term| cx.term(term.id)).collect(),
            series: links(Taxonomy::Series),
            collections: cx.collections(lang).into_iter().map(|term| cx.term(term.id)).collect(),
            recent: archive.map(|term| term.pieces.iter().take(RECENT).map(|&id| cx.card(id)).collect()).unwrap_or_default(),
            archive: archive.map(|term| cx.term(term.id)).unwrap_or_default(),
        },
    }
}
