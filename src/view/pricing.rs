//! The page of prices: tiers and products, what they cost and open, where to buy them.

use serde::Serialize;

use super::context::ViewContext;
use super::head::Head;
use super::offer::Offer;
use super::shared::Shared;
use super::terms::home_crumb;
use super::{LinkView, Page};
use crate::id::{Lang, Route};
use crate::model::{Entitlements, Piece};

/// The page of prices.
#[derive(Clone, Debug, Serialize)]
pub struct PricingPage {
    /// The heading.
    pub title: String,
    /// The way from the home page to it, itself left out.
    pub breadcrumbs: Vec<LinkView>,
    /// What everyone may read; none on a site without tiers.
    pub free: Option<Offer>,
    /// The paid tiers, from open to most exclusive.
    pub tiers: Vec<Offer>,
    /// How much each tier opens, one row for each collection that holds something; empty on a site without paid tiers.
    pub compare: Vec<CompareRow>,
    /// The products.
    pub products: Vec<Offer>,
}

/// How many pieces of a collection each tier opens.
#[derive(Clone, Debug, Serialize)]
pub struct CompareRow {
    /// The collection: a [`TermLink`](super::TermLink).
    pub term: Shared,
    /// The number of its pieces that each tier opens, the free one first.
    pub counts: Vec<usize>,
}

/// The address of the page of prices.
#[must_use]
pub fn route(cx: &ViewContext, lang: &Lang) -> Route {
    cx.home(lang).child("pricing")
}

/// Makes the page of prices.
#[must_use]
pub fn page(cx: &ViewContext, lang: &Lang) -> Page<PricingPage> {
    let strings = cx.strings(lang);
    let title = strings.get("nav.pricing").to_owned();
    let (tiers, products) = cx.shop(lang);
    let description = strings.fill("pricing.description", &[("site", cx.site().config.title.get(lang))]);
    let common = cx.common(lang);
    Page {
        site: common.site,
        t: common.strings,
        lang: lang.to_string(),
        languages: cx.languages(lang, &|other| Some(route(cx, other))),
        head: Head { description, ..Head::new(cx, lang, &route(cx, lang), &title) },
        page: PricingPage {
            title,
            breadcrumbs: home_crumb(cx, lang),
            free: cx.free(lang).cloned(),
            tiers: tiers.to_vec(),
            compare: if tiers.is_empty() { Vec::new() } else { compare(cx, lang) },
            products: products.to_vec(),
        },
    }
}

/// Counts what each tier opens of each collection.
pub(super) fn compare(cx: &ViewContext, lang: &Lang) -> Vec<CompareRow> {
    let site = cx.site();
    let collections = cx.collections(lang).into_iter();
    collections
        .map(|term| {
            let needed: Vec<Option<usize>> = term.pieces.iter().map(|&id| rank(cx, site.piece(id))).collect();
            let opened = |tier: usize| needed.iter().flatten().filter(|&&needed| needed <= tier).count();
            CompareRow { term: cx.term(term.id), counts: (0..site.config.tiers.len()).map(opened).collect() }
        })
        .collect()
}

/// The place of the lowest tier that opens a piece; none if only products do.
fn rank(cx: &ViewContext, piece: &Piece) -> Option<usize> {
    match &piece.access {
        Entitlements::Free => Some(0),
        Entitlements::Paid { tier, .. } => tier.as_ref().and_then(|tier| cx.site().config.tier_rank(tier)),
    }
}
