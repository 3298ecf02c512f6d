//! What is settled once for all pages of a build: words, labels, cards, outlines, per language or per piece.
//!
//! Cards and outlines are made when a page first asks for them, from the site alone, so that it does not matter which one does.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::card;
use super::head::{self, LanguageLink};
use super::labels::{self, LevelLabel, TermLink, TierLabel};
use super::offer::{self, Offer, Shop};
use super::outline::{self, Outline};
use super::personal::{self, Catalogue};
use super::shared::Shared;
use super::site;
use super::social::{self, CardOf};
use super::text::{self, DateText};
use crate::id::{Lang, PieceId, Route, TermId};
use crate::model::{Entitlements, Kind, Level, LevelOrigin, Moment, Piece, Site, Taxonomy, Term};
use crate::render::csp::{self, Policy};
use crate::render::tera::{Components, Implicits};
use crate::theme::{Strings, Theme};

/// A site and its theme with everything that several pages show.
pub struct ViewContext {
    site: Arc<Site>,
    theme: Arc<Theme>,
    policy: Policy,
    inferred: BTreeMap<PieceId, Level>,
    languages: BTreeMap<Lang, Spoken>,
    implicits: BTreeMap<Lang, Implicits>,
    terms: Vec<Shared>,
    cards: Vec<OnceLock<Shared>>,
    outlines: Vec<OnceLock<Outline>>,
    catalogues: BTreeMap<Lang, Catalogue>,
    social_cards: BTreeMap<CardOf, Route>,
}

/// What is said in one language.
struct Spoken {
    levels: BTreeMap<(Level, bool), (LevelLabel, Shared)>,
    access: BTreeMap<Entitlements, Opened>,
    free: Option<Offer>,
    tiers: Vec<Offer>,
    products: Vec<Offer>,
}

/// What is shown of entitlements.
struct Opened {
    tier: (TierLabel, Shared),
    offers: Shared,
    price: String,
}

impl ViewContext {
    /// Settles what many pages show.
    #[must_use]
    pub fn new(site: Arc<Site>, theme: Arc<Theme>) -> Self {
        Self::with_levels(site, theme, BTreeMap::new())
    }

    /// The same, with the levels that were inferred of pieces that have none.
    #[must_use]
    pub fn with_levels(site: Arc<Site>, theme: Arc<Theme>, inferred: BTreeMap<PieceId, Level>) -> Self {
        let terms = site.terms.iter().map(|term| Shared::of(&term_link(&site, theme.strings(&term.lang), term.id))).collect();
        let opened = offer::opened(&site);
        let accesses: BTreeSet<&Entitlements> = site.pieces.iter().map(|piece| &piece.access).collect();
        let mut languages = BTreeMap::new();
        for language in &site.languages {
            let shop = Shop { site: &site, strings: theme.strings(&language.tag), lang: &language.tag, opened: &opened };
            languages.insert(language.tag.clone(), Spoken::new(&shop, &accesses));
        }
        let cards = site.pieces.iter().map(|_| OnceLock::new()).collect();
        let outlines = site.pieces.iter().map(|_| OnceLock::new()).collect();
        let policy = csp::policy(&site.config, theme.prepaint());
        let (implicits, catalogues) = (BTreeMap::new(), BTreeMap::new());
        let social_cards = BTreeMap::new();
        let mut cx =
            Self { site, theme, policy, inferred, languages, implicits, terms, cards, outlines, catalogues, social_cards };
        let recommend = &cx.site.config.recommend;
        if recommend.enabled && recommend.personal {
            let languages = cx.site.languages.iter().map(|language| &language.tag);
            cx.catalogues = languages.map(|lang| (lang.clone(), personal::catalogue(&cx, lang))).collect();
        }
        cx.social_cards = social::cards(&cx);
        cx.implicits = cx.site.languages.iter().map(|language| (language.tag.clone(), cx.implicit(&language.tag))).collect();
        cx
    }

    /// The site.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The theme.
    #[must_use]
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// What pages may load and run.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The theme's components, as Markdown calls them.
    #[must_use]
    pub fn components(&self) -> Components<'_> {
        Components::new(self.theme.engine(), &self.implicits)
    }

    /// The theme's word for something in an author's text, as `note` or `footnotes`; the key itself if there is none.
    #[must_use]
    pub fn word(&self, lang: &Lang, key: &str) -> Cow<'_, str> {
        match self.strings(lang).find(&format!("html.{key}")) {
            Some(word) => Cow::Borrowed(word),
            None => Cow::Owned(key.to_owned()),
        }
    }

    /// The card of a piece.
    #[must_use]
    pub fn card(&self, id: PieceId) -> Shared {
        self.cards[id.index()].get_or_init(|| Shared::of(&card::card(self, id))).clone()
    }

    /// What has a social card, with the address of its picture.
    #[must_use]
    pub const fn social_cards(&self) -> &BTreeMap<CardOf, Route> {
        &self.social_cards
    }

    /// A moment as readers write it, with its distance from UTC.
    #[must_use]
    pub fn moment(&self, lang: &Lang, moment: &Moment) -> DateText {
        text::moment(self.strings(lang), moment)
    }

    /// The theme's words for a language.
    pub(super) fn strings(&self, lang: &Lang) -> &Strings {
        self.theme.strings(lang)
    }

    /// `site` and `t` of every page in a language.
    pub(super) fn common(&self, lang: &Lang) -> Implicits {
        let known = self.implicits.get(lang).or_else(|| self.implicits.get(&self.default_language()));
        known.cloned().unwrap_or_default()
    }

    /// The language at `/`.
    pub(super) fn default_language(&self) -> Lang {
        self.site.languages.first().map_or_else(|| Lang::new("en"), |language| language.tag.clone())
    }

    /// What readers' devices must know of all pieces of a language to show some; `None` if the site wants no lists of readers' own.
    #[must_use]
    pub fn catalogue(&self, lang: &Lang) -> Option<&Catalogue> {
        self.catalogues.get(lang)
    }

    fn levelled(&self, piece: &Piece) -> Option<(Level, LevelOrigin)> {
        piece.level.or_else(|| Some((*self.inferred.get(&piece.id)?, LevelOrigin::Inferred)))
    }

    /// A piece's level, declared or inferred.
    pub(super) fn level_of(&self, piece: &Piece) -> Option<Level> {
        self.levelled(piece).map(|(level, _)| level)
    }

    /// The label of a piece's level, for templates, or none.
    pub(super) fn level(&self, piece: &Piece) -> Shared {
        self.level_labels(piece).map(|(_, shared)| shared.clone()).unwrap_or_default()
    }

    /// The label of a piece's level.
    pub(super) fn level_label(&self, piece: &Piece) -> Option<&LevelLabel> {
        self.level_labels(piece).map(|(label, _)| label)
    }

    fn level_labels(&self, piece: &Piece) -> Option<&(LevelLabel, Shared)> {
        let (level, origin) = self.levelled(piece)?;
        self.languages.get(&piece.lang)?.levels.get(&(level, origin == LevelOrigin::Inferred))
    }

    /// The label of a piece's tier, for templates.
    pub(super) fn tier(&self, piece: &Piece) -> Shared {
        self.opened(piece).map(|opened| opened.tier.1.clone()).unwrap_or_default()
    }

    /// The label of a piece's tier.
    pub(super) fn tier_label(&self, piece: &Piece) -> Option<&TierLabel> {
        self.opened(piece).map(|opened| &opened.tier.0)
    }

    /// What opens a piece.
    pub(super) fn offers(&self, piece: &Piece) -> Shared {
        self.opened(piece).map(|opened| opened.offers.clone()).unwrap_or_default()
    }

    /// What the first way to open a piece costs, in words; empty if it is free or has no price.
    pub(super) fn price(&self, piece: &Piece) -> &str {
        self.opened(piece).map_or("", |opened| &opened.price)
    }

    /// How many lessons or chapters lie in a piece, in words; empty if there are none.
    pub(super) fn leaves(&self, piece: &Piece) -> String {
        let key = match piece.kind {
            Kind::Course | Kind::Module => "count.lessons",
            Kind::Book | Kind::Part => "count.chapters",
            _ => return String::new(),
        };
        match self.outline(piece.id).leaves {
            0 => String::new(),
            leaves => self.strings(&piece.lang).count(key, leaves),
        }
    }

    fn opened(&self, piece: &Piece) -> Option<&Opened> {
        self.languages.get(&piece.lang)?.access.get(&piece.access)
    }

    /// All tiers that cost something, and all products.
    #[must_use]
    pub fn shop(&self, lang: &Lang) -> (&[Offer], &[Offer]) {
        self.languages.get(lang).map_or((&[], &[]), |spoken| (&spoken.tiers, &spoken.products))
    }

    /// What everyone may read.
    pub(super) fn free(&self, lang: &Lang) -> Option<&Offer> {
        self.languages.get(lang)?.free.as_ref()
    }

    /// The link to a list.
    pub(super) fn term(&self, id: TermId) -> Shared {
        self.terms[id.index()].clone()
    }

    /// The collections of a language that hold something: courses and books first, as the larger works.
    pub(super) fn collections(&self, lang: &Lang) -> Vec<&Term> {
        let terms = self.site.terms.iter().filter(|term| term.taxonomy == Taxonomy::Collection && term.lang == *lang);
        let mut filled: Vec<(u8, &Term)> =
            terms.filter_map(|term| Some((place(self.site.piece(*term.pieces.first()?).kind), term))).collect();
        filled.sort_by_key(|(place, _)| *place);
        filled.into_iter().map(|(_, term)| term).collect()
    }

    /// A list's name for readers.
    #[must_use]
    pub fn term_name(&self, id: TermId) -> String {
        let term = self.site.term(id);
        labels::term_name(&self.site, self.strings(&term.lang), term)
    }

    /// The word for a kind.
    pub(super) fn kind_name(&self, lang: &Lang, kind: Kind) -> &str {
        self.strings(lang).get(match kind {
            Kind::Home => "kind.home",
            Kind::Section => "kind.section",
            Kind::Article => "kind.article",
            Kind::Course => "kind.course",
            Kind::Module => "kind.module",
            Kind::Lesson => "kind.lesson",
            Kind::Book => "kind.book",
            Kind::Part => "kind.part",
            Kind::Chapter => "kind.chapter",
            Kind::Session => "kind.session",
            Kind::Resource => "kind.resource",
            Kind::Answer => "kind.answer",
            Kind::Page => "kind.page",
        })
    }

    /// The outline below a piece.
    pub(super) fn outline(&self, id: PieceId) -> &Outline {
        self.outlines[id.index()].get_or_init(|| outline::outline(self, id))
    }

    /// The home address of a language.
    pub(super) fn home(&self, lang: &Lang) -> Route {
        self.site.home(lang)
    }

    /// The languages of the site with the addresses of one page; empty for a site with one language.
    pub(super) fn languages(&self, lang: &Lang, address: &dyn Fn(&Lang) -> Option<Route>) -> Vec<LanguageLink> {
        if self.site.languages.len() < 2 {
            return Vec::new();
        }
        self.site
            .languages
            .iter()
            .map(|language| head::language_link(&self.site, language, lang, address(&language.tag).as_ref()))
            .collect()
    }

    fn implicit(&self, lang: &Lang) -> Implicits {
        Implicits { site: Shared::of(&site::site(self, lang)), strings: Shared::of(&self.strings(lang).tree()) }
    }
}

impl Spoken {
    fn new(shop: &Shop<'_>, accesses: &BTreeSet<&Entitlements>) -> Self {
        let mut levels = BTreeMap::new();
        for level in Level::ALL {
            let mut terms = shop.site.terms.iter();
            let term =
                terms.find(|term| term.taxonomy == Taxonomy::Level && term.lang == *shop.lang && *term.key == *level.name());
            let href = term.map(|term| shop.site.href(&term.route));
            for origin in [LevelOrigin::Declared, LevelOrigin::Inferred] {
                let label = labels::level(shop.strings, level, origin, href.clone());
                let shared = Shared::of(&label);
                levels.insert((level, label.inferred), (label, shared));
            }
        }
        let access = accesses
            .iter()
            .map(|&access| {
                let offers = shop.offers(access);
                let price = offers.iter().map(|offer| offer.price.as_str()).find(|price| !price.is_empty());
                let price = price.unwrap_or_default().to_owned();
                let tier = tier_label(shop, access);
                let shared = Shared::of(&tier);
                let opened = Opened { tier: (tier, shared), offers: Shared::of(&offers), price };
                (access.clone(), opened)
            })
            .collect();
        Self { levels, access, free: shop.free(), tiers: shop.tiers(), products: shop.products() }
    }
}

/// The place of a kind's collection among the others.
const fn place(kind: Kind) -> u8 {
    match kind {
        Kind::Course => 0,
        Kind::Book => 1,
        Kind::Article => 2,
        Kind::Answer => 3,
        Kind::Session => 4,
        Kind::Resource => 5,
        _ => 6,
    }
}

fn tier_label(shop: &Shop<'_>, access: &Entitlements) -> TierLabel {
    let name = |id| labels::tier_name(&shop.site.config, shop.strings, shop.lang, id);
    match access {
        Entitlements::Free => {
            let free = shop.site.config.tiers.first().map(|tier| &tier.id);
            TierLabel {
                id: "free".to_owned(),
                name: free.map_or_else(|| shop.strings.get("tier.free").to_owned(), name),
                free: true,
            }
        }
        Entitlements::Paid { tier: Some(tier), .. } => TierLabel { id: tier.to_string(), name: name(tier), free: false },
        Entitlements::Paid { tier: None, .. } => {
            TierLabel { id: String::new(), name: shop.strings.get("tier.product").to_owned(), free: false }
        }
    }
}

fn term_link(site: &Site, strings: &Strings, id: TermId) -> TermLink {
    let term = site.term(id);
    TermLink {
        name: labels::term_name(site, strings, term),
        href: site.href(&term.route),
        count: term.pieces.len(),
        taxonomy: term.taxonomy.name(),
    }
}
