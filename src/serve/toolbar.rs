//! A plan -> what the toolbar lets its creator choose from: whose eyes to look through, languages, levels.
//!
//! Invariant: everything is named as the theme names it, in the language of the page.

use serde::Serialize;

use super::Loopback;
use crate::model::{Level, Taxonomy};
use crate::plan::Plan;

/// What can be chosen on the pages of one language.
#[derive(Serialize)]
pub(super) struct Choices<'a> {
    /// The language.
    lang: &'a str,
    /// Its home address.
    home: String,
    /// Tiers that cost something, then products.
    views: Vec<Choice<'a>>,
    /// The lists of pieces by level, easiest first.
    levels: Vec<Choice<'a>>,
}

/// Something that can be chosen.
#[derive(Serialize)]
pub(super) struct Choice<'a> {
    /// What it is: for the cookie, or an address.
    value: String,
    /// What it is called.
    name: std::borrow::Cow<'a, str>,
}

/// What can be chosen, by language. Without the proof that nobody else is listening there are no eyes to look through but a visitor's.
pub(super) fn choices<'a>(plan: &'a Plan, loopback: Option<&Loopback>) -> Vec<Choices<'a>> {
    let site = plan.site();
    site.languages
        .iter()
        .map(|language| {
            let (tiers, products) = plan.context.shop(&language.tag);
            let tiers = tiers.iter().map(|tier| Choice { value: format!("tier:{}", tier.id), name: tier.name.as_str().into() });
            let products = products
                .iter()
                .map(|product| Choice { value: format!("product:{}", product.id), name: product.name.as_str().into() });
            let mut terms: Vec<_> =
                site.terms.iter().filter(|term| term.taxonomy == Taxonomy::Level && term.lang == language.tag).collect();
            terms.sort_by_key(|term| Level::named(&term.key));
            let levels = terms
                .into_iter()
                .map(|term| Choice { value: site.href(&term.route), name: plan.context.term_name(term.id).into() });
            Choices {
                lang: language.tag.as_str(),
                home: site.href(&language.home),
                views: loopback.map_or_else(Vec::new, |_| tiers.chain(products).collect()),
                levels: levels.collect(),
            }
        })
        .collect()
}
