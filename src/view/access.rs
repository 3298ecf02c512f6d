//! The pages for those who paid: where a code is entered, and what this device holds.
//!
//! Invariant: they are the same for everyone. What a reader holds is known to the browser alone, which shows it of all that is sold.

use serde::Serialize;

use super::context::ViewContext;
use super::head::Head;
use super::offer::Offer;
use super::terms::home_crumb;
use super::{LinkView, Page};
use crate::id::{Lang, Route};

/// What the addresses begin with that a server answers by itself, where it is a server that opens what is sold.
pub const EDGE: &str = "/kmsite/";

/// A page for those who paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccessPage {
    /// The heading.
    pub title: String,
    /// The way from the home page to it, itself left out.
    pub breadcrumbs: Vec<LinkView>,
    /// All that is sold: tiers from open to most exclusive, then products.
    pub holdings: Vec<Holding>,
}

/// Something that a reader may hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// How keys name it, as `tier:pro` or `product:course`.
    pub entitlement: String,
    /// Its name for readers.
    pub name: String,
    /// What it offers, in a sentence; may be empty.
    pub description: String,
    /// What it opens.
    pub opens: Vec<LinkView>,
}

/// The address of the page where a code is entered.
#[must_use]
pub fn unlock_route(cx: &ViewContext, lang: &Lang) -> Route {
    cx.home(lang).child("unlock")
}

/// The address of the page of what a device holds.
#[must_use]
pub fn account_route(cx: &ViewContext, lang: &Lang) -> Route {
    cx.home(lang).child("account")
}

/// Makes the page where a code is entered.
#[must_use]
pub fn unlock(cx: &ViewContext, lang: &Lang) -> Page<AccessPage> {
    page(cx, lang, "unlock.title", unlock_route)
}

/// Makes the page of what a device holds.
#[must_use]
pub fn account(cx: &ViewContext, lang: &Lang) -> Page<AccessPage> {
    page(cx, lang, "nav.account", account_route)
}

fn page(cx: &ViewContext, lang: &Lang, title: &str, route: fn(&ViewContext, &Lang) -> Route) -> Page<AccessPage> {
    let title = cx.strings(lang).get(title).to_owned();
    let common = cx.common(lang);
    let (tiers, products) = cx.shop(lang);
    Page {
        site: common.site,
        t: common.strings,
        lang: lang.to_string(),
        languages: cx.languages(lang, &|other| Some(route(cx, other))),
        head: Head { noindex: true, feeds: Vec::new(), ..Head::new(cx, lang, &route(cx, lang), &title) },
        page: AccessPage {
            title,
            breadcrumbs: home_crumb(cx, lang),
            holdings: tiers.iter().chain(products).map(|offer| holding(cx, lang, offer)).collect(),
        },
    }
}

fn holding(cx: &ViewContext, lang: &Lang, offer: &Offer) -> Holding {
    let opens = if offer.kind == "tier" { collections(cx, lang) } else { offer.opens.clone() };
    Holding {
        entitlement: format!("{}:{}", offer.kind, offer.id),
        name: offer.name.clone(),
        description: offer.description.clone(),
        opens,
    }
}

/// Where what a tier opens is found: in collections, each with more or less of it.
fn collections(cx: &ViewContext, lang: &Lang) -> Vec<LinkView> {
    let site = cx.site();
    let sells = |id| !site.piece(id).access.is_free();
    let paid = cx.collections(lang).into_iter().filter(|term| term.pieces.iter().any(|&id| sells(id)));
    paid.map(|term| LinkView { title: super::labels::term_name(site, cx.strings(lang), term), href: site.href(&term.route) })
        .collect()
}
