//! The page that buyers come back to from a checkout: what happens next, and where to begin.

use serde::Serialize;

use super::super::context::ViewContext;
use super::super::head::Head;
use super::super::shared::Shared;
use super::super::{LinkView, Page};
use super::experiment::purchase;
use super::{Stall, stall};
use crate::id::Lang;
use crate::model::Edition;
use crate::promote;

/// The page that buyers come back to.
#[derive(Clone, Debug, Serialize)]
pub struct ThanksPage {
    /// The heading.
    pub title: String,
    /// The page of the campaign.
    pub sale: LinkView,
    /// What they bought: a [`Card`](super::super::Card) each.
    pub pieces: Vec<Shared>,
}

/// Makes the page that buyers of an edition come back to.
#[must_use]
pub fn thanks(cx: &ViewContext, at: Stall) -> Page<ThanksPage> {
    let (campaign, edition) = stall(cx, at);
    let site = cx.site();
    let lang = &edition.lang;
    let common = cx.common(lang);
    let title = cx.strings(lang).get("thanks.title").to_owned();
    let name = promote::pitch(site, campaign, edition, None).name.map(|name| name.text);
    let route_in = |other: &Lang| campaign.counterpart(edition, other).map(Edition::thanks);
    let head = Head {
        noindex: true,
        feeds: Vec::new(),
        experiment: purchase(site, (campaign, edition)),
        ..Head::new(cx, lang, &edition.thanks(), &title)
    };
    Page {
        site: common.site,
        t: common.strings,
        lang: lang.to_string(),
        languages: cx.languages(lang, &route_in),
        head,
        page: ThanksPage {
            sale: LinkView { title: name.unwrap_or_else(|| title.clone()), href: site.href(&edition.route) },
            title,
            pieces: edition.pieces.iter().map(|&id| cx.card(id)).collect(),
        },
    }
}
