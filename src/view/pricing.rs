//! The page of prices: tiers and products, what they cost and open, where to buy them.

use serde::Serialize;

use super::context::ViewContext;
use super::head::Head;
use super::offer::Offer;
use super::terms::home_crumb;
use super::{LinkView, Page};
use crate::id::{Lang, Route};

/// The page of prices.
#[derive(Clone, Debug, Serialize)]
pub struct PricingPage {
    /// The heading.
    pub title: String,
    /// The way from the home page to it, itself left out.
    pub breadcrumbs: Vec<LinkView>,
    /// The paid tiers, from open to most exclusive.
    pub tiers: Vec<Offer>,
    /// The products.
    pub products: Vec<Offer>,
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
        page: PricingPage { title, breadcrumbs: home_crumb(cx, lang), tiers: tiers.to_vec(), products: products.to_vec() },
    }
}
