//! Campaigns as written -> campaigns with what they sell, where they stand and which of their terms still hold.
//!
//! What is over by the day of the build is dropped, with a warning, and its page stays. Invariant: a campaign that comes out sells a tier or product
//! of the configuration, at whatever price and checkout that has.

use std::collections::BTreeSet;

use crate::config::{Campaign as Written, Config, Layout, Localized, Offering, Price};
use crate::diag::{At, Diag, code};
use crate::id::{Lang, PieceId, Route, SourcePath};
use crate::model::{Campaign, Edition, Entitlements, Kind, Language, Level, Moment, Piece, Taxonomy, Term};

use super::Inputs;
use super::place::slug;
use super::shares;
use super::terms::tag_key;

/// The folder of the addresses of campaigns, below the home of a language.
const FOLDER: &str = "p";

/// What campaigns are settled by.
pub(super) struct Around<'a> {
    pub languages: &'a [Language],
    pub pieces: &'a [Piece],
    pub terms: &'a [Term],
    pub statics: &'a [(SourcePath, Route)],
    pub inputs: &'a Inputs<'a>,
}

/// Settles all campaigns that have begun.
pub(super) fn settle(around: &Around<'_>, diags: &mut Vec<Diag>) -> Vec<Campaign> {
    let written = &around.inputs.campaigns.written;
    let names = written.iter().map(|(file, written)| name(file, written)).collect();
    shares::orphans(&names, &around.inputs.campaigns.learnt, diags);
    written.iter().filter_map(|(file, written)| Settler { around, file, written, diags }.settle()).collect()
}

/// What a campaign is called: in lower case, as its address and its links have it.
fn name(file: &SourcePath, written: &Written) -> String {
    written.slug.clone().unwrap_or_else(|| slug(file.stem())).to_lowercase()
}

struct Settler<'a> {
    around: &'a Around<'a>,
    file: &'a SourcePath,
    written: &'a Written,
    diags: &'a mut Vec<Diag>,
}

impl Settler<'_> {
    fn settle(mut self) -> Option<Campaign> {
        let offer = self.written.offer.clone()?;
        let (price, checkout) = self.sold(&offer)?;
        self.price(price.as_ref());
        self.checkout(&offer, price.as_ref(), checkout.as_deref());
        self.audiences();
        let today = self.around.inputs.today;
        let begins = self.written.starts.as_ref().is_none_or(|starts| starts.utc().date() <= today);
        if !begins && !self.around.inputs.publish.future {
            return None;
        }
        let written = self.in_force();
        let address = written.slug.clone().unwrap_or_else(|| slug(self.file.stem()));
        let editions = self.editions(&offer, &address);
        if editions.is_empty() {
            let diag = Diag::error(&code::NO_EDITION, format!("`{offer}` opens nothing, so the campaign has no page"));
            self.report(diag.hint("add content to what is sold, or take the file out"), &["offer"]);
            return None;
        }
        self.copy(&written, &editions);
        self.link(&written, &editions);
        let layout = written.layout.unwrap_or_else(|| self.layout(&offer, &editions));
        let name = name(self.file, &written);
        let weights = shares::shares(&name, &written, &self.around.inputs.campaigns.learnt, self.diags);
        Some(Campaign { name: name.into(), file: self.file.clone(), offer, layout, written, weights, editions })
    }

    fn report(&mut self, diag: Diag, path: &[&str]) {
        self.diags.push(diag.at(At::key(self.file, path)));
    }

    fn config(&self) -> &Config {
        &self.around.inputs.config
    }

    /// Price and checkout of what is sold; `None` if it is not on sale at all.
    fn sold(&mut self, offer: &Offering) -> Option<(Option<Price>, Option<String>)> {
        let config = self.config();
        let found = match offer {
            Offering::Tier(id) => {
                let tier = config.tiers.iter().skip(1).find(|tier| tier.id == *id);
                tier.map(|tier| (tier.price.clone(), tier.checkout.clone()))
            }
            Offering::Product(id) => {
                let product = config.products.iter().find(|product| product.id == *id);
                product.map(|product| (product.price.clone(), product.checkout.clone()))
            }
        };
        if found.is_none() {
            let is_free = matches!((offer, config.tiers.first()), (Offering::Tier(id), Some(free)) if free.id == *id);
            let tiers = config.tiers.iter().skip(1).map(|tier| format!("tier:{}", tier.id));
            let sold: Vec<String> =
                tiers.chain(config.products.iter().map(|product| format!("product:{}", product.id))).collect();
            let why = if is_free { "is everyone's" } else { "is not in `site.yaml`" };
            let mut diag = Diag::error(&code::UNKNOWN_OFFER, format!("`{offer}` {why} and cannot be sold"));
            diag = diag.did_you_mean(&offer.to_string(), sold.iter().map(String::as_str));
            if diag.hints.is_empty() {
                diag = match sold.is_empty() {
                    true => diag.hint("add a tier or product to `site.yaml`"),
                    false => diag.hint(format!("name one of `{}`", sold.join("`, `"))),
                };
            }
            self.report(diag, &["offer"]);
        }
        found
    }

    /// Compares the prices of terms with the usual one.
    fn price(&mut self, usual: Option<&Price>) {
        let terms = &self.written.terms;
        let early = terms.early_bird.as_ref().map(|early| ("early_bird", early.price.clone()));
        let coupon = terms.coupon.as_ref().map(|coupon| ("coupon", coupon.price.clone()));
        for (key, price) in early.into_iter().chain(coupon) {
            let wrong = match usual {
                None => Some(("what it is lower than is not said", "give the offer a `price` in `site.yaml`")),
                Some(usual) if usual.currency != price.currency => {
                    Some(("its currency is another than that of the usual price", "write both prices in one currency"))
                }
                Some(usual) if usual.per != price.per => {
                    Some(("it lasts for another time than the usual price", "give both the same `per`"))
                }
                Some(usual) if price.amount >= usual.amount => {
                    Some(("it is not lower than the usual price", "lower it, or take the terms out"))
                }
                Some(_) => None,
            };
            if let Some((why, hint)) = wrong {
                let diag = Diag::error(&code::BAD_TERMS, format!("`terms.{key}.price` promises nothing: {why}"));
                self.report(diag.hint(hint), &["terms", key, "price"]);
            }
        }
    }

    /// Asks where each of the prices can be paid.
    fn checkout(&mut self, offer: &Offering, price: Option<&Price>, checkout: Option<&str>) {
        if checkout.is_some() {
            return;
        }
        let terms = &self.written.terms;
        let nowhere = [
            ("early_bird", terms.early_bird.as_ref().is_some_and(|early| early.checkout.is_none())),
            ("coupon", terms.coupon.as_ref().is_some_and(|coupon| coupon.checkout.is_none())),
        ];
        for (key, _) in nowhere.into_iter().filter(|(_, is_nowhere)| *is_nowhere) {
            let diag = Diag::error(&code::NO_CHECKOUT, format!("`terms.{key}` is granted nowhere: there is no checkout"));
            self.report(diag.hint(format!("add `checkout:` to it, or to `{offer}` in `site.yaml`")), &["terms", key]);
        }
        let lacks = if price.is_none() { "price and checkout" } else { "checkout" };
        let diag =
            Diag::warning(&code::NO_CHECKOUT, format!("`{offer}` has no {lacks}, so the page says that it is not on sale yet"));
        self.report(diag.hint("add `checkout:` with the address of its payment page to `site.yaml`"), &["offer"]);
    }

    fn audiences(&mut self) {
        let Written { audience, audiences, .. } = self.written;
        self.audience(audience.level.as_deref(), &audience.topics, &["audience"]);
        for (number, audience) in audiences.iter().enumerate() {
            self.audience(audience.level.as_deref(), &audience.topics, &["audiences", &number.to_string()]);
        }
    }

    fn audience(&mut self, level: Option<&str>, topics: &[String], at: &[&str]) {
        if let Some(level) = level.filter(|level| Level::named(level).is_none()) {
            let names = Level::ALL.map(Level::name);
            let diag = Diag::error(&code::UNKNOWN_LEVEL, format!("unknown level `{level}`")).did_you_mean(level, names);
            let diag = if diag.hints.is_empty() { diag.hint(format!("write one of `{}`", names.join("`, `"))) } else { diag };
            self.report(diag, &[at, &["level"]].concat());
        }
        let tags: Vec<&Term> = self.around.terms.iter().filter(|term| term.taxonomy == Taxonomy::Tag).collect();
        for (number, topic) in topics.iter().enumerate() {
            if !tags.iter().any(|term| tag_key(&term.name) == tag_key(topic)) {
                let diag = Diag::warning(&code::UNKNOWN_TOPIC, format!("no piece has the topic `{topic}`"));
                let diag = diag.did_you_mean(topic, tags.iter().map(|term| &*term.name));
                self.report(diag, &[at, &["topics", &number.to_string()]].concat());
            }
        }
    }

    /// What the file says, without what was over before the day of the build.
    fn in_force(&mut self) -> Written {
        let mut written = self.written.clone();
        // Of two with one id, which is an error, the first one counts.
        let mut seen = BTreeSet::new();
        written.variants.retain(|variant| seen.insert(variant.id.clone()));
        let today = self.around.inputs.today;
        let is_over = |moment: Option<&Moment>| moment.is_some_and(|moment| moment.utc().date() < today);
        if is_over(written.ends.as_ref()) {
            let diag = Diag::warning(&code::TERMS_OVER, "the campaign is over, and its page sells on the usual terms");
            self.report(diag.hint("set `ends` to another moment, or take the file out"), &["ends"]);
            written.terms = crate::config::Terms::default();
            return written;
        }
        if is_over(written.terms.early_bird.as_ref().map(|early| &early.until)) {
            let diag = Diag::warning(&code::TERMS_OVER, "the early price is over, and the page asks the usual one");
            self.report(diag.hint("take `early_bird` out, or set another moment"), &["terms", "early_bird", "until"]);
            written.terms.early_bird = None;
        }
        if is_over(written.terms.coupon.as_ref().and_then(|coupon| coupon.until.as_ref())) {
            let diag = Diag::warning(&code::TERMS_OVER, "the coupon is over, and the page does not show it");
            self.report(diag.hint("take `coupon` out, or set another moment"), &["terms", "coupon", "until"]);
            written.terms.coupon = None;
        }
        written
    }

    /// The pages: in the languages that are asked for, else in all in which there is something of what is sold.
    fn editions(&mut self, offer: &Offering, name: &str) -> Vec<Edition> {
        let asked = &self.written.audience.languages;
        for (number, lang) in asked.iter().enumerate() {
            let is_known = self.around.languages.iter().any(|language| language.tag == *lang);
            if !is_known || topmost(self.around, offer, lang).is_empty() {
                let diag = Diag::warning(&code::NO_EDITION, format!("there is nothing of `{offer}` in `{lang}`"));
                let diag = diag.hint(format!("translate it, or take `{lang}` out of the languages"));
                self.report(diag, &["audience", "languages", &number.to_string()]);
            }
        }
        let languages = self.around.languages.iter().filter(|language| asked.is_empty() || asked.contains(&language.tag));
        let general: Vec<Edition> = languages
            .map(|language| {
                let route = language.home.child(FOLDER).child(name);
                let pieces = topmost(self.around, offer, &language.tag);
                Edition { pieces, lang: language.tag.clone(), route, audience: None }
            })
            .filter(|edition| !edition.pieces.is_empty())
            .collect();
        let audiences = self.written.audiences.iter().enumerate().flat_map(|(number, audience)| {
            let own = |edition: &Edition| Edition {
                route: edition.route.child(&audience.id),
                audience: Some(number),
                ..edition.clone()
            };
            general.iter().map(own).collect::<Vec<_>>()
        });
        let audiences: Vec<Edition> = audiences.collect();
        general.into_iter().chain(audiences).collect()
    }

    /// Says of texts that are written in some of the pages' languages only that they are.
    fn copy(&mut self, written: &Written, editions: &[Edition]) {
        let copy = &written.copy;
        let texts = [("headline", &copy.headline), ("promise", &copy.promise), ("button", &copy.button)];
        let texts = texts.into_iter().map(|(key, text)| (vec![key.to_owned()], text));
        let lists = [
            ("outcomes", copy.outcomes.iter().collect::<Vec<_>>(), ""),
            ("testimonials", copy.testimonials.iter().map(|said| &said.quote).collect(), "quote"),
            ("faq", copy.faq.iter().map(|entry| &entry.question).collect(), "question"),
            ("faq", copy.faq.iter().map(|entry| &entry.answer).collect(), "answer"),
        ];
        let lists = lists.into_iter().flat_map(|(key, list, below)| {
            let path = move |number: usize| {
                let steps = [key, &number.to_string(), below];
                steps.iter().filter(|step| !step.is_empty()).map(|&step| step.to_owned()).collect::<Vec<_>>()
            };
            list.into_iter().enumerate().map(move |(number, text)| (path(number), text))
        });
        let guarantee = [(vec!["guarantee".to_owned(), "text".to_owned()], &copy.guarantee.text)];
        let found: Vec<(Vec<String>, Lang)> = texts
            .chain(lists)
            .chain(guarantee)
            .filter(|(_, text)| matches!(text, Localized::Each(_)) && !text.is_empty())
            .flat_map(|(path, text)| {
                let lacking = editions.iter().filter(move |edition| text.own(&edition.lang).is_none());
                lacking.map(move |edition| (path.clone(), edition.lang.clone()))
            })
            .collect();
        for (path, lang) in found {
            let key = path.join(".");
            let diag =
                Diag::warning(&code::MISSING_COPY, format!("`copy.{key}` is not written in `{lang}`, in which there is a page"));
            let at: Vec<&str> = std::iter::once("copy").chain(path.iter().map(String::as_str)).collect();
            self.report(diag.hint(format!("add `{lang}:` to it, or leave the language out of `audience.languages`")), &at);
        }
    }

    /// Looks for the page that tells the guarantee in full.
    fn link(&mut self, written: &Written, editions: &[Edition]) {
        let Some(link) = written.copy.guarantee.link.as_deref().filter(|link| link.starts_with('/')) else { return };
        let path = &link[..link.find(['#', '?']).unwrap_or(link.len())];
        let Around { languages, pieces, terms, statics, .. } = self.around;
        let exists = |route: &Route| {
            let pages = pieces.iter().map(|piece| &piece.route).chain(terms.iter().map(|term| &term.route));
            pages.chain(statics.iter().map(|(_, route)| route)).any(|page| page == route)
        };
        let homes = languages.iter().filter(|language| editions.iter().any(|edition| edition.lang == language.tag));
        let mut spoken = homes.map(|language| Route::new(format!("{}{}", language.home, path.trim_start_matches('/'))));
        if !exists(&Route::new(path)) && !spoken.any(|route| exists(&route)) {
            let diag = Diag::warning(&code::DEAD_LINK, format!("`{link}` leads nowhere"));
            let routes = pieces.iter().map(|piece| piece.route.as_str());
            self.report(diag.did_you_mean(link, routes), &["copy", "guarantee", "link"]);
        }
    }

    fn layout(&self, offer: &Offering, editions: &[Edition]) -> Layout {
        let first = editions.first().and_then(|edition| edition.pieces.first());
        match (offer, first.map(|&id| self.around.pieces[id.index()].kind)) {
            (Offering::Tier(_), _) => Layout::Membership,
            (Offering::Product(_), Some(Kind::Book)) => Layout::Book,
            (Offering::Product(_), _) => Layout::Course,
        }
    }
}

/// The topmost pieces of a language that an offer opens, by address; courses and books before single pieces.
fn topmost(around: &Around<'_>, offer: &Offering, lang: &Lang) -> Vec<PieceId> {
    let config = &around.inputs.config;
    let opens = |piece: &Piece| match (&piece.access, offer) {
        (Entitlements::Free, _) => false,
        (Entitlements::Paid { products, .. }, Offering::Product(id)) => products.contains(id),
        (Entitlements::Paid { tier, .. }, Offering::Tier(id)) => {
            let needed = tier.as_ref().and_then(|tier| config.tier_rank(tier));
            matches!((needed, config.tier_rank(id)), (Some(needed), Some(has)) if needed <= has)
        }
    };
    let above = |piece: &Piece| piece.parent.is_some_and(|parent| opens(&around.pieces[parent.index()]));
    let pieces = around.pieces.iter().filter(|piece| piece.lang == *lang && opens(piece) && !above(piece));
    let mut pieces: Vec<&Piece> = pieces.collect();
    pieces.sort_by_key(|piece| !matches!(piece.kind, Kind::Course | Kind::Book));
    pieces.into_iter().map(|piece| piece.id).collect()
}

/// The addresses of all pages of campaigns, their variants included.
pub(super) fn routes(campaigns: &[Campaign]) -> impl Iterator<Item = Route> {
    campaigns.iter().flat_map(|campaign| {
        campaign.editions.iter().flat_map(|edition| {
            let variants = campaign.variants(edition).iter().map(|variant| edition.variant(variant));
            let thanks = edition.audience.is_none().then(|| edition.thanks());
            variants.chain([edition.route.clone()]).chain(thanks)
        })
    })
}
