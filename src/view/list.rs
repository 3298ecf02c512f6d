//! A page of a list: its pieces as cards, and the way to the other pages.

use serde::Serialize;

use super::context::ViewContext;
use super::head::{self, Head};
use super::offer::OfferCard;
use super::shared::{Html, Shared};
use super::{LinkView, Page};
use crate::id::{Lang, PieceId, Route, TermId};
use crate::model::{Taxonomy, Term};

/// A page of a list.
#[derive(Clone, Debug, Serialize)]
pub struct ListPage {
    /// The list: a [`TermLink`](super::TermLink).
    pub term: Shared,
    /// What it lists by: `collection`, `tags`, `series`, `levels`, `tiers` or `archive`.
    pub taxonomy: &'static str,
    /// The heading.
    pub title: String,
    /// How many pieces it lists, in words.
    pub count: String,
    /// The list's own text, on its first page.
    pub intro: Html,
    /// What opens the rest of that text, if it is paid.
    pub offer: Option<OfferCard>,
    /// The way from the home page to it, itself left out.
    pub breadcrumbs: Vec<LinkView>,
    /// The pieces of this page: a [`Card`](super::Card) each.
    pub cards: Vec<Shared>,
    /// The same pieces by the year of their date, for the archive: the newest year first, those without a date left out.
    pub years: Vec<Year>,
    /// The number of the first card.
    pub start: usize,
    /// The other pages of the list.
    pub pager: Pager,
}

/// The pieces of a year.
#[derive(Clone, Debug, Serialize)]
pub struct Year {
    /// The year.
    pub year: i16,
    /// Its pieces: a [`Card`](super::Card) each.
    pub cards: Vec<Shared>,
}

/// The pages of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pager {
    /// This page's number.
    pub number: usize,
    /// How many pages there are.
    pub total: usize,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// The first page, the last one, and those around this one.
    pub pages: Vec<PagerLink>,
}

/// A link of a pager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PagerLink {
    /// The page's number.
    pub number: usize,
    /// What it is called: `第 2 页`.
    pub label: String,
    /// Its address.
    pub href: String,
    /// Whether it is this page.
    pub current: bool,
    /// Whether pages are left out before it.
    pub gap: bool,
}

/// How many pages before and after this one a pager names.
const AROUND: usize = 2;

/// How many pages a list has; an empty one has one.
#[must_use]
pub fn pages(cx: &ViewContext, id: TermId) -> usize {
    let site = cx.site();
    site.term(id).pieces.len().div_ceil(site.config.page_size.0.max(1)).max(1)
}

/// The address of a page of a list; the first is the list's own.
#[must_use]
pub fn route(term: &Term, number: usize) -> Route {
    if number <= 1 { term.route.clone() } else { term.route.child("page").child(&number.to_string()) }
}

/// Makes page `number` (from 1) of a list. `intro` is the text of the list's own piece, if it has one.
#[must_use]
pub fn page(cx: &ViewContext, id: TermId, number: usize, intro: Html) -> Page<ListPage> {
    let site = cx.site();
    let term = site.term(id);
    let lang = &term.lang;
    let strings = cx.strings(lang);
    let name = cx.term_name(id);
    let total = pages(cx, id);
    let number = number.clamp(1, total);
    let size = site.config.page_size.0.max(1);
    let start = (number - 1) * size;
    let shown = &term.pieces[start.min(term.pieces.len())..term.pieces.len().min(start + size)];
    let common = cx.common(lang);
    Page {
        site: common.site,
        t: common.strings,
        lang: lang.to_string(),
        languages: cx.languages(lang, &|other| address_in(cx, term, number, other)),
        head: list_head(cx, term, number, &name),
        page: ListPage {
            term: cx.term(id),
            taxonomy: term.taxonomy.name(),
            title: name,
            count: strings.count("count.pieces", term.pieces.len()),
            intro: if number == 1 { intro } else { Html::default() },
            offer: None,
            breadcrumbs: breadcrumbs(cx, term),
            cards: shown.iter().map(|&piece| cx.card(piece)).collect(),
            years: if term.taxonomy == Taxonomy::Archive { years(cx, shown) } else { Vec::new() },
            start: start + 1,
            pager: pager(cx, term, number, total),
        },
    }
}

/// Pieces by year, in the order they come in.
fn years(cx: &ViewContext, pieces: &[PieceId]) -> Vec<Year> {
    let mut years: Vec<Year> = Vec::new();
    for &id in pieces {
        let Some(date) = &cx.site().piece(id).dates.date else { continue };
        let year = date.date.year();
        match years.last_mut().filter(|last| last.year == year) {
            Some(last) => last.cards.push(cx.card(id)),
            None => years.push(Year { year, cards: vec![cx.card(id)] }),
        }
    }
    years
}

fn list_head(cx: &ViewContext, term: &Term, number: usize, name: &str) -> Head {
    let site = cx.site();
    let strings = cx.strings(&term.lang);
    let description = match term.index {
        Some(index) => site.piece(index).description.to_string(),
        None => strings.fill("list.description", &[("name", name), ("site", site.config.title.get(&term.lang))]),
    };
    let title = match number {
        1 => name.to_owned(),
        _ => strings.fill("list.page_title", &[("name", name), ("n", &number.to_string())]),
    };
    let mut feeds = head::home_feeds(cx, &term.lang);
    if super::feed::has_feed(site, term) {
        feeds.extend(head::feeds(cx, &term.route, name));
    }
    let head = Head { description, feeds, ..Head::new(cx, &term.lang, &route(term, number), &title) };
    match term.index.filter(|_| number == 1) {
        Some(index) => head.styled(site, site.piece(index)),
        None => head,
    }
}

/// Lists of the same key in another language stand for each other.
fn address_in(cx: &ViewContext, term: &Term, number: usize, lang: &Lang) -> Option<Route> {
    if term.lang == *lang {
        return Some(route(term, number));
    }
    let mut terms = cx.site().terms.iter();
    terms
        .find(|other| other.lang == *lang && other.taxonomy == term.taxonomy && other.key == term.key)
        .map(|other| other.route.clone())
}

fn breadcrumbs(cx: &ViewContext, term: &Term) -> Vec<LinkView> {
    let strings = cx.strings(&term.lang);
    let home = cx.home(&term.lang);
    let crumb = |key: &str, route: &Route| LinkView { title: strings.get(key).to_owned(), href: cx.site().href(route) };
    let mut crumbs = vec![crumb("nav.home", &home)];
    match term.taxonomy {
        Taxonomy::Tag => crumbs.push(crumb("nav.tags", &home.child("tags"))),
        Taxonomy::Series => crumbs.push(crumb("nav.series", &home.child("series"))),
        Taxonomy::Level => crumbs.push(crumb("nav.matrix", &home.child("matrix"))),
        Taxonomy::Collection | Taxonomy::Tier | Taxonomy::Archive => {}
    }
    crumbs
}

fn pager(cx: &ViewContext, term: &Term, number: usize, total: usize) -> Pager {
    let href = |page: usize| cx.site().href(&route(term, page));
    let strings = cx.strings(&term.lang);
    let near = number.saturating_sub(AROUND).max(1)..=(number + AROUND).min(total);
    let mut numbers: Vec<usize> = std::iter::once(1).chain(near).chain(std::iter::once(total)).collect();
    numbers.dedup();
    let mut before = 0;
    let pages = numbers.into_iter().map(|page| {
        let gap = page > before + 1;
        before = page;
        let label = strings.fill("nav.page", &[("n", &page.to_string())]);
        PagerLink { number: page, label, href: href(page), current: page == number, gap }
    });
    Pager {
        number,
        total,
        previous: (number > 1).then(|| href(number - 1)),
        next: (number < total).then(|| href(number + 1)),
        pages: pages.collect(),
    }
}
