//! What something costs, till when, and the buttons that lead there.
//!
//! A page is read long after it was built, and perhaps without scripts: so it names the lower price with its last moment and the price that follows.

use serde::Serialize;

use super::super::context::ViewContext;
use super::super::text::{self, DateText};
use super::super::{LinkView, Offer};
use super::take::{Pitches, Take};
use crate::config::{Goal, Layout};
use crate::model::{Campaign, Edition};
use crate::promote::Sample;
use crate::theme::Strings;

/// Price and buttons.
#[derive(Clone, Debug, Serialize)]
pub struct Buy {
    /// What the main button says, in each way that a variant says it.
    pub labels: Vec<Take<String>>,
    /// Where the main button leads; none where nothing is on sale yet.
    pub href: Option<String>,
    /// What it costs, in words; empty if it has no price.
    pub price: String,
    /// The lower price of those who come early; none if there is none.
    pub early: Option<Deadline>,
    /// The lower price of those who have a code.
    pub coupon: Option<CouponView>,
    /// What the page offers besides: the sample, or where the sample is the goal, the checkout.
    pub second: Option<LinkView>,
    /// Whether the main button leads to a checkout.
    pub sells: bool,
}

/// A lower price until a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// The lower price, in words.
    pub price: String,
    /// Where it is bought at this price.
    pub href: Option<String>,
    /// The last moment.
    pub until: DateText,
    /// What is said of it: till when, and what it costs then.
    pub text: String,
}

/// A lower price for a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CouponView {
    /// The code.
    pub code: String,
    /// The price with it, in words.
    pub price: String,
    /// Where it is entered.
    pub href: Option<String>,
    /// Till when it is taken, if that is limited.
    pub until: Option<DateText>,
}

/// Makes price and buttons.
pub(super) fn buy(cx: &ViewContext, (campaign, edition): (&Campaign, &Edition), pitches: &Pitches, name: &str) -> Buy {
    let strings = cx.strings(&edition.lang);
    let offer = super::chosen(cx, campaign, &edition.lang);
    let checkout = offer.and_then(|offer| offer.checkout.clone());
    let price = offer.map(|offer| offer.price.clone()).unwrap_or_default();
    let early = early(cx, (campaign, edition), offer);
    let labels =
        |usual: &str| pitches.takes(|pitch| pitch.button.as_ref().map_or_else(|| usual.to_owned(), |button| button.text.clone()));
    let sample = pitches.shown.sample.map(|sample| sample_link(cx, strings, sample));
    let pays = early.as_ref().and_then(|early| early.href.clone()).or_else(|| checkout.clone());
    let coupon = coupon(cx, (campaign, edition), checkout.as_ref());
    match (campaign.written.goal, sample) {
        (Goal::Sample, Some(sample)) => {
            let second = pays.map(|href| LinkView { title: strings.fill("offer.buy", &[("name", name)]), href });
            Buy { labels: labels(&sample.title), href: Some(sample.href), price, early, coupon, second, sells: false }
        }
        (_, second) => {
            let labels = labels(&label(strings, campaign.layout, name));
            Buy { labels, href: checkout.or(pays), price, early, coupon, second, sells: true }
        }
    }
}

fn label(strings: &Strings, layout: Layout, name: &str) -> String {
    let key = match layout {
        Layout::Course => "landing.buy.course",
        Layout::Book => "landing.buy.book",
        Layout::Membership => "landing.buy.membership",
    };
    strings.fill(key, &[("name", name)])
}

fn sample_link(cx: &ViewContext, strings: &Strings, sample: Sample) -> LinkView {
    let piece = cx.site().piece(sample.piece());
    let key = match sample {
        Sample::Whole(_) => "landing.try.whole",
        Sample::Beginning(_) => "landing.try.beginning",
    };
    LinkView { title: strings.fill(key, &[("title", &piece.title)]), href: cx.site().href(&piece.route) }
}

fn early(cx: &ViewContext, (campaign, edition): (&Campaign, &Edition), offer: Option<&Offer>) -> Option<Deadline> {
    let early = campaign.written.terms.early_bird.as_ref()?;
    let strings = cx.strings(&edition.lang);
    let until = text::moment(strings, &early.until);
    let usual = offer.map(|offer| offer.price.as_str()).unwrap_or_default();
    Some(Deadline {
        price: text::price(strings, &edition.lang, &early.price),
        href: early.checkout.clone().or_else(|| offer.and_then(|offer| offer.checkout.clone())),
        text: strings.fill("landing.early", &[("until", &until.text), ("price", usual)]),
        until,
    })
}

fn coupon(cx: &ViewContext, (campaign, edition): (&Campaign, &Edition), checkout: Option<&String>) -> Option<CouponView> {
    let coupon = campaign.written.terms.coupon.as_ref()?;
    let strings = cx.strings(&edition.lang);
    Some(CouponView {
        code: coupon.code.trim().to_owned(),
        price: text::price(strings, &edition.lang, &coupon.price),
        href: coupon.checkout.clone().or_else(|| checkout.cloned()),
        until: coupon.until.or(campaign.written.ends).map(|until| text::moment(strings, &until)),
    })
}
