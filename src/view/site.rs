//! What every page shows of the site: name, menu, languages, feeds, addresses of its overviews and assets.

use std::collections::BTreeMap;

use serde::Serialize;

use super::access::EDGE;
use super::context::ViewContext;
use super::footer::{self, FooterView};
use super::head::{self, FeedLink, LanguageLink};
use super::labels;
use super::media::{self, ImageView};
use super::offer::Offer;
use super::personal::{self, PersonalView};
use super::services::{self, AnalyticsView};
use super::shared::{Html, Shared};
use crate::config::Delivery;
use crate::id::{Lang, Route};
use crate::model::{Kind, Site, Taxonomy};

/// The site in one language.
#[derive(Clone, Debug, Serialize)]
pub struct SiteView {
    /// Its name.
    pub title: String,
    /// A sentence or two; may be empty.
    pub description: String,
    /// The language (BCP 47).
    pub lang: String,
    /// The home page in this language.
    pub home: String,
    /// The path of `base_url`, `/` at both ends.
    pub base: String,
    /// `base_url` itself.
    pub base_url: String,
    /// Who writes it; may be empty.
    pub author: String,
    /// The logo, if there is one.
    pub logo: Option<ImageView>,
    /// The logo on dark ground, where it is another one.
    pub logo_dark: Option<ImageView>,
    /// The main menu.
    pub menu: Vec<MenuLink>,
    /// The home page in each language; empty for a site with one.
    pub languages: Vec<LanguageLink>,
    /// The feeds of the home page.
    pub feeds: Vec<FeedLink>,
    /// The calendar of live sessions, if there are any.
    pub calendar: Option<String>,
    /// The overview of topics, if there are any.
    pub tags: Option<String>,
    /// The overview of series, if there are any.
    pub series: Option<String>,
    /// The table of topics and levels, if any piece has a level.
    pub matrix: Option<String>,
    /// The page of prices, if anything has one.
    pub pricing: Option<String>,
    /// The page that says what is kept and sent.
    pub privacy: String,
    /// Where a code is entered, if anything is sold that a code opens.
    pub unlock: Option<String>,
    /// What a reader's device holds, if anything is sold that a code opens; where a server opens it, the page where a code is entered.
    pub account: Option<String>,
    /// What the server's own addresses begin with, if it is a server that opens what is sold.
    pub edge: Option<String>,
    /// The page for finding one's way.
    pub search: String,
    /// The script that searches, unless that is turned off.
    pub finder: Option<String>,
    /// What readers are shown for themselves, if the site wants that.
    pub personal: Option<PersonalView>,
    /// All lists of this language: a [`TermLink`](super::TermLink) each, by `taxonomy`.
    pub terms: BTreeMap<&'static str, Vec<Shared>>,
    /// The paid tiers, from open to most exclusive.
    pub tiers: Vec<Offer>,
    /// The products by id.
    pub products: BTreeMap<String, Offer>,
    /// The style sheet's address.
    pub css: String,
    /// The script's address.
    pub js: String,
    /// The addresses of all assets of the theme by path: `site.assets["logo.svg"]`.
    pub assets: BTreeMap<String, String>,
    /// The text of the one inline script, which must stand in a `<script>` of its own, unchanged; empty if the theme has none.
    pub prepaint: Html,
    /// The Content Security Policy, for `<meta http-equiv="Content-Security-Policy" content="…">` in front of all that loads something.
    pub csp: String,
    /// The foot of every page.
    pub footer: FooterView,
    /// What counts visits, if anything does; not for pages that search engines are asked to leave out.
    pub analytics: Option<AnalyticsView>,
    /// The year of the build.
    pub year: i16,
    /// What made the site, with its version.
    pub generator: &'static str,
    /// `extra` of `site.yaml`.
    pub extra: BTreeMap<String, serde_json::Value>,
}

/// A link of the main menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MenuLink {
    /// What it says.
    pub name: String,
    /// Where it leads.
    pub href: String,
}

/// Makes the view of the site in a language.
pub(super) fn site(cx: &ViewContext, lang: &Lang) -> SiteView {
    let site = cx.site();
    let config = &site.config;
    let home = cx.home(lang);
    let has = |taxonomy| site.terms.iter().any(|term| term.taxonomy == taxonomy && term.lang == *lang);
    let below = |segment: &str| site.href(&home.child(segment));
    let (tiers, products) = cx.shop(lang);
    let sells = tiers.iter().chain(products).any(|offer| !offer.price.is_empty() || offer.checkout.is_some());
    let gated = site.pieces.iter().any(|piece| !piece.access.is_free());
    let delivery = config.access.delivery();
    let pieces = || site.pieces.iter().filter(|piece| piece.lang == *lang);
    let assets: BTreeMap<String, String> =
        cx.theme().assets().iter().map(|asset| (asset.path.clone(), site.href(&asset.route))).collect();
    SiteView {
        title: config.title.get(lang).to_owned(),
        description: config.description.get(lang).to_owned(),
        lang: lang.to_string(),
        home: site.href(&home),
        base: config.base_path().to_owned(),
        base_url: config.base_url.clone(),
        author: config.author.get(lang).to_owned(),
        logo: site.logos.light.as_ref().map(|logo| media::logo(site, logo)),
        logo_dark: site.logos.dark.as_ref().map(|logo| media::logo(site, logo)),
        menu: menu(cx, lang),
        languages: cx.languages(lang, &|other| Some(cx.home(other))),
        feeds: head::home_feeds(cx, lang),
        calendar: pieces()
            .any(|piece| piece.kind == Kind::Session)
            .then(|| site.href(&Route::new(format!("{home}sessions.ics")))),
        tags: has(Taxonomy::Tag).then(|| below("tags")),
        series: has(Taxonomy::Series).then(|| below("series")),
        matrix: pieces().any(|piece| piece.level.is_some()).then(|| below("matrix")),
        pricing: sells.then(|| below("pricing")),
        privacy: below("privacy"),
        unlock: (gated && delivery != Delivery::Withheld).then(|| below("unlock")),
        account: match delivery {
            Delivery::Sealed => gated.then(|| below("account")),
            Delivery::Edge => gated.then(|| below("unlock")),
            Delivery::Withheld => None,
        },
        edge: (gated && delivery == Delivery::Edge).then(|| site.href(&Route::new(EDGE))),
        search: below("search"),
        finder: assets.get("search.js").filter(|_| config.search.enabled).cloned(),
        personal: cx
            .catalogue(lang)
            .map(|catalogue| PersonalView { pieces: site.href(&catalogue.route), page: site.href(&personal::route(cx, lang)) }),
        terms: terms(cx, lang),
        tiers: tiers.to_vec(),
        products: products.iter().map(|offer| (offer.id.clone(), offer.clone())).collect(),
        css: assets.get("site.css").cloned().unwrap_or_default(),
        js: assets.get("site.js").cloned().unwrap_or_default(),
        assets,
        prepaint: Html::new(cx.theme().prepaint()),
        csp: cx.policy().meta(),
        footer: footer::footer(cx, lang),
        analytics: services::analytics(cx),
        year: site.today.year(),
        generator: concat!("kmsite ", env!("CARGO_PKG_VERSION")),
        extra: config.extra.clone(),
    }
}

/// The lists of a language by what they list by.
fn terms(cx: &ViewContext, lang: &Lang) -> BTreeMap<&'static str, Vec<Shared>> {
    let all = [Taxonomy::Collection, Taxonomy::Tag, Taxonomy::Series, Taxonomy::Level, Taxonomy::Tier, Taxonomy::Archive];
    let mut terms: BTreeMap<&'static str, Vec<Shared>> = all.into_iter().map(|taxonomy| (taxonomy.name(), Vec::new())).collect();
    for term in cx.site().terms.iter().filter(|term| term.lang == *lang) {
        terms.entry(term.taxonomy.name()).or_default().push(cx.term(term.id));
    }
    terms
}

/// The configured menu, else the collections that hold something.
fn menu(cx: &ViewContext, lang: &Lang) -> Vec<MenuLink> {
    let site = cx.site();
    if site.config.menu.is_empty() {
        let collections = cx.collections(lang).into_iter();
        return collections
            .map(|term| MenuLink { name: labels::term_name(site, cx.strings(lang), term), href: site.href(&term.route) })
            .collect();
    }
    let entries = site.config.menu.iter();
    entries.map(|entry| MenuLink { name: entry.name.get(lang).to_owned(), href: menu_href(site, lang, &entry.link) }).collect()
}

/// A path leads into the reader's language where the same path exists there: `/about/` to `/en/about/`.
pub(super) fn menu_href(site: &Site, lang: &Lang, link: &str) -> String {
    if !link.starts_with('/') {
        return link.to_owned();
    }
    let (path, rest) = link.split_at(link.find(['#', '?']).unwrap_or(link.len()));
    let exists = |route: &Route| site.routes.contains_key(route) || site.terms.iter().any(|term| term.route == *route);
    let spoken = Route::new(format!("{}{}", site.home(lang), path.trim_start_matches('/')));
    let route = if exists(&spoken) { spoken } else { Route::new(path) };
    site.href(&route) + rest
}
