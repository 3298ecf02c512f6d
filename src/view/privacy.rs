//! The configuration -> the page that says what a reader's device keeps, and what is told to whom.
//!
//! Nothing is written by hand: each entry stands there because a key of `site.yaml`, or something that is sold, makes pages do it, and the policy of
//! `render::csp` lets them do no more. Invariant: what is not configured is not on the page, and where nothing is sent the page says so.

use std::collections::BTreeSet;

use serde::Serialize;

use super::context::ViewContext;
use super::head::Head;
use super::terms::home_crumb;
use super::{LinkView, Page};
use crate::config::{Beacon, Config, Delivery, Umami};
use crate::id::{Lang, Route};
use crate::theme::Strings;

/// What a reader's device keeps, and what is told to whom.
#[derive(Clone, Debug, Serialize)]
pub struct PrivacyPage {
    /// The heading.
    pub title: String,
    /// The way from the home page to it, itself left out.
    pub breadcrumbs: Vec<LinkView>,
    /// What stays on the device.
    pub kept: Vec<PrivacyEntry>,
    /// What is sent to others; empty if nothing is.
    pub sent: Vec<PrivacyEntry>,
    /// Where one is taken to pay, as hosts; nothing is sent there before.
    pub shops: Vec<String>,
    /// Other addresses that pages may load from.
    pub others: Vec<String>,
}

/// Something that is kept or sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PrivacyEntry {
    /// What it is, in a word or two.
    pub name: String,
    /// What it holds and what for, in a sentence or two.
    pub text: String,
    /// Where it is kept, or whom it is sent to.
    pub place: String,
}

/// The address of the page.
#[must_use]
pub fn route(cx: &ViewContext, lang: &Lang) -> Route {
    cx.home(lang).child("privacy")
}

/// Makes the page.
#[must_use]
pub fn page(cx: &ViewContext, lang: &Lang) -> Page<PrivacyPage> {
    let strings = cx.strings(lang);
    let title = strings.get("privacy.title").to_owned();
    let description = strings.fill("privacy.description", &[("site", cx.site().config.title.get(lang))]);
    let common = cx.common(lang);
    Page {
        site: common.site,
        t: common.strings,
        lang: lang.to_string(),
        languages: cx.languages(lang, &|other| Some(route(cx, other))),
        head: Head { description, ..Head::new(cx, lang, &route(cx, lang), &title) },
        page: PrivacyPage {
            title,
            breadcrumbs: home_crumb(cx, lang),
            kept: kept(cx, strings),
            sent: sent(cx, strings),
            shops: shops(&cx.site().config),
            others: others(&cx.site().config),
        },
    }
}

fn entry(strings: &Strings, key: &str, place: &str) -> PrivacyEntry {
    PrivacyEntry {
        name: strings.get(&format!("privacy.{key}.name")).to_owned(),
        text: strings.get(&format!("privacy.{key}.text")).to_owned(),
        place: place.to_owned(),
    }
}

/// What the theme's scripts keep: names are those that a browser's tools show, behind `km:` and the site's path.
fn kept(cx: &ViewContext, strings: &Strings) -> Vec<PrivacyEntry> {
    let site = cx.site();
    let config = &site.config;
    let gated = site.pieces.iter().any(|piece| !piece.access.is_free());
    let delivery = config.access.delivery();
    let tries = site.campaigns.iter().any(|campaign| !campaign.written.variants.is_empty());
    let local = config.promotion.beacon.as_ref().is_some_and(|beacon| beacon.address().is_none());
    let all = [
        ("theme", "localStorage: theme", true),
        ("progress", "localStorage: done, last", true),
        ("keys", "IndexedDB, localStorage: held", gated && delivery == Delivery::Sealed),
        ("pass", "Cookie, sessionStorage", gated && delivery == Delivery::Edge),
        ("offline", "Cache Storage", gated && delivery == Delivery::Sealed),
        ("profile", "localStorage: you", config.recommend.enabled && config.recommend.personal),
        ("reader", "localStorage: reader", tries),
        ("events", "localStorage: events", tries && local),
    ];
    all.into_iter().filter(|(.., is)| *is).map(|(key, place, _)| entry(strings, key, place)).collect()
}

fn sent(cx: &ViewContext, strings: &Strings) -> Vec<PrivacyEntry> {
    let site = cx.site();
    let config = &site.config;
    let mut sent = Vec::new();
    let tries = site.campaigns.iter().any(|campaign| !campaign.written.variants.is_empty());
    if let Some(address) = config.promotion.beacon.as_ref().and_then(Beacon::address).filter(|_| tries) {
        sent.push(entry(strings, "beacon", host(address).unwrap_or(address)));
    }
    let Umami { script, .. } =
        config.analytics.umami.clone().unwrap_or_else(|| Umami { website_id: String::new(), script: String::new() });
    if let Some(host) = host(&script) {
        sent.push(entry(strings, "analytics", host));
    }
    if config.analytics.baidu.is_some() {
        sent.push(entry(strings, "analytics", "hm.baidu.com"));
    }
    if config.comments.giscus.is_some() {
        sent.push(entry(strings, "comments", "giscus.app, github.com"));
    }
    if let Some(artalk) = &config.comments.artalk {
        sent.push(entry(strings, "comments", host(&artalk.server).unwrap_or(&artalk.server)));
    }
    if config.access.delivery() == Delivery::Edge && site.pieces.iter().any(|piece| !piece.access.is_free()) {
        sent.push(entry(strings, "edge", host(&config.base_url).unwrap_or(&config.base_url)));
    }
    sent
}

/// The hosts of all checkouts.
fn shops(config: &Config) -> Vec<String> {
    let tiers = config.tiers.iter().filter_map(|tier| tier.checkout.as_deref());
    let products = config.products.iter().filter_map(|product| product.checkout.as_deref());
    let hosts: BTreeSet<&str> = tiers.chain(products).filter_map(host).collect();
    hosts.into_iter().map(str::to_owned).collect()
}

/// What the configuration allows pages to load besides their own files and the services above.
fn others(config: &Config) -> Vec<String> {
    let csp = &config.csp;
    let lists = [&csp.frames, &csp.scripts, &csp.styles, &csp.fonts, &csp.connect];
    let listed = lists.into_iter().chain(&csp.images).chain(&csp.media).flatten();
    let all: BTreeSet<&str> = listed.map(|origin| host(origin).unwrap_or(origin)).collect();
    all.into_iter().map(str::to_owned).collect()
}

/// The host of an absolute address.
fn host(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())
}
