//! A campaign's page in a language -> what it says, and where each sentence comes from.
//!
//! The campaign's own copy comes first; what it does not say is taken from `site.yaml` and from the front matter of what is sold. Invariant: what has
//! nothing to say is empty, and no page shows it.

use serde::Serialize;

use super::related::{inside, related};
use crate::config::{Config, FILE, Localized, Offering, SalesCopy};
use crate::id::{Lang, PieceId, SourcePath};
use crate::model::{Campaign, Edition, Kind, Piece, Site};

/// The most outcomes that are derived; more would not be read.
const OUTCOMES: usize = 8;

/// A sentence and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The words.
    pub text: String,
    /// The key that they are written under.
    pub from: Origin,
}

/// A key of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The file.
    pub file: SourcePath,
    /// The key: its path, steps parted by dots, as `products.0.name` or `objectives.2`.
    pub key: String,
}

/// What a reader said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// The words.
    pub quote: Said,
    /// Who said them.
    pub name: String,
    /// Who that is; may be empty.
    pub role: String,
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exchange {
    /// The question.
    pub question: Said,
    /// The answer.
    pub answer: Said,
}

/// What buyers can count on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pledge {
    /// The promise.
    pub text: Said,
    /// Where it is told in full.
    pub link: Option<String>,
}

/// What can be read before buying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// A lesson or chapter that is free as a whole.
    Whole(PieceId),
    /// The beginning of what is sold.
    Beginning(PieceId),
}

impl Sample {
    /// The piece.
    #[must_use]
    pub const fn piece(self) -> PieceId {
        match self {
            Self::Whole(id) | Self::Beginning(id) => id,
        }
    }
}

/// What a page says.
#[derive(Clone, Debug)]
pub struct Pitch {
    /// What it sells is called; `None` of a tier without a name of its own.
    pub name: Option<Said>,
    /// The heading; `None` where the name is it.
    pub headline: Option<Said>,
    /// What buyers get.
    pub promise: Option<Said>,
    /// What the main button says, if the campaign does.
    pub button: Option<Said>,
    /// What one can do afterwards.
    pub outcomes: Vec<Said>,
    /// What readers said.
    pub testimonials: Vec<Quote>,
    /// What people ask.
    pub faq: Vec<Exchange>,
    /// What buyers can count on.
    pub guarantee: Option<Pledge>,
    /// What can be read before buying.
    pub sample: Option<Sample>,
    /// Free pieces that lead to it.
    pub related: Vec<PieceId>,
}

/// Makes what the page of an edition says: the page as it is, or a variant of it by its number.
#[must_use]
pub fn pitch(site: &Site, campaign: &Campaign, edition: &Edition, variant: Option<usize>) -> Pitch {
    let written = &campaign.written.copy;
    let other = match variant.and_then(|number| Some((number, campaign.variants(edition).get(number)?))) {
        Some((number, variant)) => Some((format!("variants.{number}"), &variant.copy)),
        None => edition.audience.zip(campaign.audience(edition)).map(|(number, own)| (format!("audiences.{number}"), &own.copy)),
    };
    let copy = other.as_ref().map_or_else(|| written.clone(), |(_, other)| written.with(other));
    let source = Source { campaign, lang: &edition.lang, copy: &copy, other };
    let first = edition.pieces.first().map(|&id| site.piece(id));
    let of_piece = |key: &str, text: &str| said(text, first.map(|piece| piece.doc.path.clone())?, key);
    let name = offer(&site.config, campaign, &edition.lang, "name").or_else(|| {
        first.filter(|_| matches!(campaign.offer, Offering::Product(_))).and_then(|piece| of_piece("title", &piece.title))
    });
    let promise = source
        .text("promise", &copy.promise)
        .or_else(|| offer(&site.config, campaign, &edition.lang, "description"))
        .or_else(|| first.and_then(|piece| of_piece("description", &piece.description)));
    Pitch {
        headline: source.text("headline", &copy.headline),
        promise,
        button: source.text("button", &copy.button),
        outcomes: outcomes(site, edition, &source),
        testimonials: source.testimonials(),
        faq: source.faq(),
        guarantee: source
            .text("guarantee.text", &copy.guarantee.text)
            .map(|text| Pledge { text, link: copy.guarantee.link.clone() }),
        sample: sample(site, campaign, edition),
        related: related(site, (campaign, edition), &[]),
        name,
    }
}

fn said(text: &str, file: SourcePath, key: impl Into<String>) -> Option<Said> {
    let text = text.trim();
    (!text.is_empty()).then(|| Said { text: text.to_owned(), from: Origin { file, key: key.into() } })
}

/// What `site.yaml` says of what is sold, under a key.
fn offer(config: &Config, campaign: &Campaign, lang: &Lang, key: &str) -> Option<Said> {
    let pick = |name: &Localized, description: &Localized| if key == "name" { name.clone() } else { description.clone() };
    let (list, number, text) = match &campaign.offer {
        Offering::Tier(id) => {
            let number = config.tier_rank(id)?;
            ("tiers", number, pick(&config.tiers[number].name, &config.tiers[number].description))
        }
        Offering::Product(id) => {
            let number = config.products.iter().position(|product| product.id == *id)?;
            ("products", number, pick(&config.products[number].name, &config.products[number].description))
        }
    };
    said(text.get(lang), SourcePath::new(FILE), format!("{list}.{number}.{key}"))
}

/// The copy of a campaign, with where it is written.
struct Source<'a> {
    campaign: &'a Campaign,
    lang: &'a Lang,
    copy: &'a SalesCopy,
    /// The own copy of a variant or audience, and the key that it stands under.
    other: Option<(String, &'a SalesCopy)>,
}

impl Source<'_> {
    /// A text of the copy, if it is written in the language.
    fn text(&self, key: &str, text: &Localized) -> Option<Said> {
        let is_other = |copy: &SalesCopy| match key.split('.').next() {
            Some("headline") => !copy.headline.is_empty(),
            Some("promise") => !copy.promise.is_empty(),
            Some("button") => !copy.button.is_empty(),
            Some("outcomes") => !copy.outcomes.is_empty(),
            Some("testimonials") => !copy.testimonials.is_empty(),
            Some("faq") => !copy.faq.is_empty(),
            _ => !copy.guarantee.is_empty(),
        };
        let key = match self.other.as_ref().filter(|(_, copy)| is_other(copy)) {
            Some((above, _)) => format!("{above}.copy.{key}"),
            None => format!("copy.{key}"),
        };
        said(text.own(self.lang)?, self.campaign.file.clone(), key)
    }

    fn testimonials(&self) -> Vec<Quote> {
        let quotes = self.copy.testimonials.iter().enumerate().filter_map(|(number, quote)| {
            Some(Quote {
                quote: self.text(&format!("testimonials.{number}.quote"), &quote.quote)?,
                name: quote.name.get(self.lang).trim().to_owned(),
                role: quote.role.own(self.lang).unwrap_or_default().trim().to_owned(),
            })
        });
        quotes.collect()
    }

    fn faq(&self) -> Vec<Exchange> {
        let entries = self.copy.faq.iter().enumerate().filter_map(|(number, entry)| {
            Some(Exchange {
                question: self.text(&format!("faq.{number}.question"), &entry.question)?,
                answer: self.text(&format!("faq.{number}.answer"), &entry.answer)?,
            })
        });
        entries.collect()
    }
}

/// The campaign's outcomes, else the objectives of what is sold: of courses, books and single pieces, not of what lies in them.
fn outcomes(site: &Site, edition: &Edition, source: &Source<'_>) -> Vec<Said> {
    let written = source.copy.outcomes.iter().enumerate();
    let written: Vec<Said> = written.filter_map(|(number, text)| source.text(&format!("outcomes.{number}"), text)).collect();
    if !written.is_empty() {
        return written;
    }
    let pieces = edition.pieces.iter().map(|&id| site.piece(id));
    let derived = pieces.flat_map(|piece| {
        let objectives = piece.doc.front.objectives.iter().enumerate();
        objectives.filter_map(|(number, text)| said(text, piece.doc.path.clone(), format!("objectives.{number}")))
    });
    derived.take(OUTCOMES).collect()
}

/// The first lesson or chapter that is free as a whole, else the beginning of what is sold. A tier opens too much for one sample.
fn sample(site: &Site, campaign: &Campaign, edition: &Edition) -> Option<Sample> {
    if matches!(campaign.offer, Offering::Tier(_)) {
        return None;
    }
    let is_leaf = |piece: &&Piece| piece.children.is_empty() && !matches!(piece.kind, Kind::Module | Kind::Part);
    let mut leaves = inside(site, &edition.pieces).filter(is_leaf);
    let first = inside(site, &edition.pieces).find(is_leaf);
    let free = leaves.find(|piece| piece.access.is_free());
    free.map(|piece| Sample::Whole(piece.id)).or_else(|| first.map(|piece| Sample::Beginning(piece.id)))
}
