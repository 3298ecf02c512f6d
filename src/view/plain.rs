//! Pages without content of their own: not found, and moved.

use serde::Serialize;

use super::context::ViewContext;
use super::head::Head;
use super::shared::Shared;
use super::{LinkView, Page};
use crate::id::{Lang, Route};
use crate::model::Redirect;

/// The page that a host shows for an address without one.
#[derive(Clone, Debug, Serialize)]
pub struct NotFoundPage {
    /// The heading.
    pub title: String,
    /// Ways on: a [`TermLink`](super::TermLink) for each collection.
    pub collections: Vec<Shared>,
}

/// The page at an old address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RedirectPage {
    /// The heading.
    pub title: String,
    /// Where the reader is taken.
    pub to: LinkView,
}

/// The address of the page for what is not found.
#[must_use]
pub fn not_found_route(cx: &ViewContext, lang: &Lang) -> Route {
    Route::new(format!("{}404.html", cx.home(lang)))
}

/// Makes the page for what is not found.
#[must_use]
pub fn not_found(cx: &ViewContext, lang: &Lang) -> Page<NotFoundPage> {
    let title = cx.strings(lang).get("not_found.title").to_owned();
    let common = cx.common(lang);
    Page {
        site: common.site,
        t: common.strings,
        lang: lang.to_string(),
        languages: cx.languages(lang, &|other| Some(cx.home(other))),
        head: Head { noindex: true, ..Head::new(cx, lang, &not_found_route(cx, lang), &title) },
        page: NotFoundPage { title, collections: cx.collections(lang).into_iter().map(|term| cx.term(term.id)).collect() },
    }
}

/// Makes the page at an old address. Its canonical address is the new one, as search engines want it.
#[must_use]
pub fn redirect(cx: &ViewContext, redirect: &Redirect) -> Page<RedirectPage> {
    let site = cx.site();
    let piece = site.piece(redirect.to);
    let title = cx.strings(&piece.lang).get("redirect.title").to_owned();
    let common = cx.common(&piece.lang);
    let head = Head { noindex: true, feeds: Vec::new(), ..Head::new(cx, &piece.lang, &piece.route, &piece.title) };
    Page {
        site: common.site,
        t: common.strings,
        lang: piece.lang.to_string(),
        languages: Vec::new(),
        head,
        page: RedirectPage { title, to: LinkView { title: piece.title.to_string(), href: site.href(&piece.route) } },
    }
}
