//! The overview of all topics or all series of a language.

use serde::Serialize;

use super::context::ViewContext;
use super::head::Head;
use super::shared::Shared;
use super::{LinkView, Page};
use crate::id::{Lang, Route};
use crate::model::Taxonomy;

/// An overview of lists.
#[derive(Clone, Debug, Serialize)]
pub struct TermsPage {
    /// What the lists are by: `tags` or `series`.
    pub taxonomy: &'static str,
    /// The heading.
    pub title: String,
    /// The way from the home page to it, itself left out.
    pub breadcrumbs: Vec<LinkView>,
    /// The lists: a [`TermLink`](super::TermLink) each.
    pub terms: Vec<Shared>,
}

/// The address of an overview.
#[must_use]
pub fn route(cx: &ViewContext, taxonomy: Taxonomy, lang: &Lang) -> Route {
    cx.home(lang).child(taxonomy.name())
}

/// Makes the overview of the lists of a taxonomy.
#[must_use]
pub fn page(cx: &ViewContext, taxonomy: Taxonomy, lang: &Lang) -> Page<TermsPage> {
    let site = cx.site();
    let strings = cx.strings(lang);
    let title = strings.get(if taxonomy == Taxonomy::Series { "nav.series" } else { "nav.tags" }).to_owned();
    let description = strings.fill("list.description", &[("name", &title), ("site", site.config.title.get(lang))]);
    let common = cx.common(lang);
    let has = |other: &Lang| site.terms.iter().any(|term| term.taxonomy == taxonomy && term.lang == *other);
    Page {
        site: common.site,
        t: common.strings,
        lang: lang.to_string(),
        languages: cx.languages(lang, &|other| has(other).then(|| route(cx, taxonomy, other))),
        head: Head { description, ..Head::new(cx, lang, &route(cx, taxonomy, lang), &title) },
        page: TermsPage {
            taxonomy: taxonomy.name(),
            title,
            breadcrumbs: home_crumb(cx, lang),
            terms: site
                .terms
                .iter()
                .filter(|term| term.taxonomy == taxonomy && term.lang == *lang)
                .map(|term| cx.term(term.id))
                .collect(),
        },
    }
}

/// The breadcrumbs of a page directly below the home page.
pub(super) fn home_crumb(cx: &ViewContext, lang: &Lang) -> Vec<LinkView> {
    let title = cx.strings(lang).get("nav.home").to_owned();
    vec![LinkView { title, href: cx.site().href(&cx.home(lang)) }]
}
