//! What a campaign must fulfil by itself: `Campaign` -> findings by key path.
//!
//! Nothing here asks whether what is named exists, nor what day it is. Each rule looks at one top-level key and is skipped where that could not be read.

use std::collections::BTreeSet;

use super::{Sink, bad, checkout, is_web, language, localized, path, price, twice};
use crate::config::{AdPart, Campaign, Guarantee, Localized, SalesCopy};
use crate::diag::{Diag, code};
use crate::model::Moment;
use crate::model::text::width;

/// The widest headline that stands in three lines of a phone, in letters; a Han character takes two.
const HEADLINE: usize = 64;
/// The widest promise that leaves room for price and button below it.
const PROMISE: usize = 200;

/// The most variants of a page: `landing.css` has rules for so many.
const VARIANTS: usize = 7;

/// Checks all top-level keys that are `sound`.
pub(in crate::config) fn check(campaign: &Campaign, sound: &dyn Fn(&str) -> bool, sink: &mut Sink<'_>) {
    type Rule = fn(&Campaign, &mut Sink<'_>);
    let rules: [(&str, Rule); 11] = [
        ("offer", offer),
        ("slug", slug),
        ("audience", audience),
        ("starts", |campaign, sink| absolute(campaign.starts.as_ref(), &["starts"], sink)),
        ("ends", ends),
        ("terms", terms),
        ("mails", mails),
        ("copy", |campaign, sink| copy(&campaign.copy, &["copy"], sink)),
        ("ads", ads),
        ("audiences", audiences),
        ("variants", variants),
    ];
    for (key, rule) in rules {
        if sound(key) {
            rule(campaign, sink);
        }
    }
}

fn offer(campaign: &Campaign, sink: &mut Sink<'_>) {
    if campaign.offer.is_none() {
        let diag = Diag::error(&code::NO_OFFER, "the campaign sells nothing: it has no `offer`");
        sink(path(&["offer"]), diag.hint("write `offer: tier:…` or `offer: product:…` with an id of `site.yaml`"));
    }
}

fn slug(campaign: &Campaign, sink: &mut Sink<'_>) {
    if let Some(slug) = &campaign.slug {
        super::id(slug, "page", &path(&["slug"]), sink);
    }
}

fn audience(campaign: &Campaign, sink: &mut Sink<'_>) {
    for (number, lang) in campaign.audience.languages.iter().enumerate() {
        language(lang.as_str(), &path(&["audience", "languages", &number.to_string()]), sink);
    }
}

/// A moment that depends on where the reader is would promise different things to different readers.
fn absolute(moment: Option<&Moment>, at: &[&str], sink: &mut Sink<'_>) {
    if let Some(moment) = moment.filter(|moment| moment.time.is_none() || moment.offset.is_none()) {
        let lacks = if moment.time.is_none() { "a time of day" } else { "an offset" };
        let key = at.join(".");
        let diag = Diag::error(&code::BAD_TERMS, format!("`{key}` is no moment: it lacks {lacks}"));
        let time = moment.time.map_or_else(|| "23:59".to_owned(), |time| format!("{:02}:{:02}", time.hour(), time.minute()));
        sink(path(at), diag.hint(format!("write it as `{}T{time}+08:00`", moment.date)));
    }
}

fn ends(campaign: &Campaign, sink: &mut Sink<'_>) {
    absolute(campaign.ends.as_ref(), &["ends"], sink);
    if let (Some(starts), Some(ends)) = (&campaign.starts, &campaign.ends)
        && starts.utc() >= ends.utc()
    {
        let diag = Diag::error(&code::BAD_TERMS, "the campaign ends before it begins");
        sink(path(&["ends"]), diag.hint("set `ends` to a moment after `starts`"));
    }
}

fn terms(campaign: &Campaign, sink: &mut Sink<'_>) {
    if let Some(early) = &campaign.terms.early_bird {
        let at = |key: &str| path(&["terms", "early_bird", key]);
        price(&early.price, &at("price"), sink);
        checkout(early.checkout.as_deref(), at("checkout"), sink);
        absolute(Some(&early.until), &["terms", "early_bird", "until"], sink);
        within(campaign, &early.until, at("until"), sink);
    }
    if let Some(coupon) = &campaign.terms.coupon {
        let at = |key: &str| path(&["terms", "coupon", key]);
        price(&coupon.price, &at("price"), sink);
        checkout(coupon.checkout.as_deref(), at("checkout"), sink);
        if coupon.code.trim().is_empty() {
            sink(at("code"), bad("the coupon has no code".to_owned()).hint("write what buyers enter at the checkout"));
        }
        if let Some(until) = &coupon.until {
            absolute(Some(until), &["terms", "coupon", "until"], sink);
            within(campaign, until, at("until"), sink);
        }
    }
}

/// Terms that outlive the campaign would be dropped by it, though the page promised them.
fn within(campaign: &Campaign, until: &Moment, at: Vec<String>, sink: &mut Sink<'_>) {
    if let Some(ends) = campaign.ends.as_ref().filter(|ends| ends.utc() < until.utc()) {
        let diag =
            Diag::error(&code::BAD_TERMS, format!("it is promised till `{}`, but the campaign ends before", until.rfc3339()));
        sink(at, diag.hint(format!("set it to `{}` at the latest, or let the campaign last longer", ends.rfc3339())));
    }
}

/// Mails that follow each other come in that order.
fn mails(campaign: &Campaign, sink: &mut Sink<'_>) {
    let mut before = None;
    for (key, mailing) in campaign.mails.mailings() {
        localized(&mailing.subject, &path(&["mails", key, "subject"]), sink);
        localized(&mailing.text, &path(&["mails", key, "text"]), sink);
        let Some(day) = mailing.day else { continue };
        if let Some((other, later)) = before.filter(|&(_, later)| later > day) {
            let diag = bad(format!("the mail `{key}` would go out on day {day}, before `{other}` on day {later}"));
            sink(path(&["mails", key, "day"]), diag.hint(format!("set it to {later} or more")));
        }
        before = Some((key, day));
    }
}

/// Checks copy, at its path.
fn copy(copy: &SalesCopy, at: &[&str], sink: &mut Sink<'_>) {
    let below = |keys: &[&str]| path(&[at, keys].concat());
    for (key, text, most) in [("headline", &copy.headline, HEADLINE), ("promise", &copy.promise, PROMISE)] {
        localized(text, &below(&[key]), sink);
        long(text, below(&[key]), most, sink);
    }
    localized(&copy.button, &below(&["button"]), sink);
    for (number, outcome) in copy.outcomes.iter().enumerate() {
        localized(outcome, &below(&["outcomes", &number.to_string()]), sink);
    }
    for (number, said) in copy.testimonials.iter().enumerate() {
        for (key, text) in [("quote", &said.quote), ("name", &said.name), ("role", &said.role)] {
            localized(text, &below(&["testimonials", &number.to_string(), key]), sink);
        }
    }
    for (number, entry) in copy.faq.iter().enumerate() {
        for (key, text) in [("question", &entry.question), ("answer", &entry.answer)] {
            localized(text, &below(&["faq", &number.to_string(), key]), sink);
        }
    }
    guarantee(&copy.guarantee, &below(&["guarantee"]), sink);
}

fn guarantee(guarantee: &Guarantee, at: &[String], sink: &mut Sink<'_>) {
    let below = |key: &str| at.iter().cloned().chain([key.to_owned()]).collect::<Vec<_>>();
    localized(&guarantee.text, &below("text"), sink);
    if let Some(link) = guarantee.link.as_deref().filter(|link| !link.starts_with('/') && !is_web(link)) {
        let diag = bad(format!("`{link}` is not a link"));
        sink(below("link"), diag.hint("begin the link with `/` or `https://`"));
    }
}

/// Says of a text that it is too long for its place.
fn long(text: &Localized, at: Vec<String>, most: usize, sink: &mut Sink<'_>) {
    if let Some(widest) = each(text).map(|text| width(text)).max().filter(|&widest| widest > most) {
        let key = at.join(".");
        let message = format!("`{key}` is {widest} letters wide, so that price and button fall off the first screen of a phone");
        let hint = format!("stay within {most} letters, or {} Han characters, and say the rest below", most / 2);
        sink(at, Diag::warning(&code::LONG_COPY, message).hint(hint));
    }
}

/// Says of texts for advertisements that a platform does not take them.
fn ads(campaign: &Campaign, sink: &mut Sink<'_>) {
    let ads = &campaign.ads;
    let parts = [("headlines", AdPart::Headline, &ads.headlines), ("descriptions", AdPart::Description, &ads.descriptions)];
    for (key, part, texts) in parts {
        for (number, text) in texts.iter().enumerate() {
            let at = path(&["ads", key, &number.to_string()]);
            localized(text, &at, sink);
            for platform in &ads.on {
                let (least, most) = platform.takes(part).length;
                let counted =
                    each(text).map(|text| platform.count(text.trim())).find(|counted| !(least..=most).contains(counted));
                if let Some(counted) = counted {
                    let message =
                        format!("`{}` counts {counted} on `{}`, which takes {least} to {most}", at.join("."), platform.name());
                    let hint = if counted > most { "shorten it" } else { "say more" };
                    sink(
                        at.clone(),
                        Diag::warning(&code::AD_LENGTH, message).hint(format!("{hint}, or the ad there goes without it")),
                    );
                }
            }
        }
    }
}

/// A text in each of its languages.
fn each(text: &Localized) -> impl Iterator<Item = &String> {
    let texts: Vec<&String> = match text {
        Localized::Same(text) => vec![text],
        Localized::Each(texts) => texts.values().collect(),
    };
    texts.into_iter()
}

/// Editions for audiences stand at addresses of their own, as variants do.
fn audiences(campaign: &Campaign, sink: &mut Sink<'_>) {
    let mut seen: BTreeSet<&str> = campaign.variants.iter().map(|variant| variant.id.as_str()).collect();
    for (number, audience) in campaign.audiences.iter().enumerate() {
        let number = number.to_string();
        let at = path(&["audiences", &number, "id"]);
        super::id(&audience.id, "audience", &at, sink);
        if matches!(audience.id.as_str(), "control" | "thanks") {
            sink(
                at.clone(),
                bad(format!("`{}` is a page of the campaign, and no audience", audience.id)).hint("give the audience another id"),
            );
        }
        if !seen.insert(&audience.id) {
            sink(at, twice("audience or variant", &audience.id, "give each audience and variant an id of its own"));
        }
        copy(&audience.copy, &["audiences", &number, "copy"], sink);
    }
}

fn variants(campaign: &Campaign, sink: &mut Sink<'_>) {
    let mut seen = BTreeSet::new();
    for (number, variant) in campaign.variants.iter().enumerate() {
        let number = number.to_string();
        let at = |key: &str| path(&["variants", &number, key]);
        super::id(&variant.id, "variant", &at("id"), sink);
        let taken = match variant.id.as_str() {
            "control" => Some("`control` is the page as it is, and no variant of it"),
            "thanks" => Some("`thanks` is the page for those who bought, and no variant"),
            _ => None,
        };
        if let Some(taken) = taken {
            sink(at("id"), bad(taken.to_owned()).hint("give the variant another id"));
        }
        if !seen.insert(&variant.id) {
            sink(at("id"), twice("variant", &variant.id, "give each variant an id of its own"));
        }
        if variant.copy == SalesCopy::default() {
            let diag = Diag::error(&code::BAD_VARIANTS, format!("the variant `{}` says nothing otherwise", variant.id));
            sink(at("copy"), diag.hint("write what it says instead, as `headline:`"));
        }
        copy(&variant.copy, &["variants", &number, "copy"], sink);
    }
    if campaign.variants.len() > VARIANTS {
        let message = format!("there are {} variants, and a page holds no more than {VARIANTS}", campaign.variants.len());
        let diag = Diag::error(&code::BAD_VARIANTS, message);
        sink(path(&["variants"]), diag.hint("take some out: the more there are, the longer until anything is known of each"));
    }
    let weights: Vec<u32> = campaign.variants.iter().filter_map(|variant| variant.weight).collect();
    let sum: u32 = weights.iter().fold(0, |sum, weight| sum.saturating_add(*weight));
    let is_some = !weights.is_empty();
    if is_some && weights.len() < campaign.variants.len() {
        let diag = Diag::error(&code::BAD_VARIANTS, "some variants have a weight and some have none");
        sink(path(&["variants"]), diag.hint("give each a weight, or none"));
    } else if is_some && (sum >= 100 || weights.contains(&0)) {
        let message = match sum {
            ..100 => "a variant with the weight 0 is seen by nobody".to_owned(),
            _ => format!("the weights of the variants add up to {sum} of 100, which leaves nobody for the page as it is"),
        };
        let diag = Diag::error(&code::BAD_VARIANTS, message);
        sink(path(&["variants"]), diag.hint("let them add up to less than 100: the rest see the page without a variant"));
    }
}
