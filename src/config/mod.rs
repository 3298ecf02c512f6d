//! `site.yaml`: what the creator settles once for the whole site.
//!
//! The structs are the one list of keys: the JSON Schema, the reference page and the check for unknown keys are made from them.
//! This file only says what there is. Invariant: a `Config` that a phase sees is complete and valid.

mod campaign;
mod load;
mod look;
mod loose;
mod mail;
mod overrides;
mod promotion;
pub mod recommend;
mod rules;
mod schema;
mod search;
mod services;
mod typed;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::{Lang, ProductId, TierId};

pub use campaign::load as load_campaign;
pub use campaign::{
    AdPart, AdPlatform, Ads, Audience, AudienceEdition, Campaign, Campaigns, Channel, CopyVariant, Coupon, EarlyBird, Faq, Goal,
    Guarantee, Layout, Limit, Offering, SalesCopy, Terms, Testimonial, Weights, load_weights,
};
pub use load::load;
pub use look::{Brand, Colour, Footer};
pub use mail::{Mail, Mailing, Sequence, Service};
pub use overrides::Overrides;
pub use promotion::{Beacon, Cards, Promotion};
pub use recommend::Recommend;
pub use schema::{campaign_schema, front_matter_schema, schema};
pub use search::{Boost, Search};
pub use services::{Analytics, Artalk, Baidu, Comments, Csp, Giscus, Umami};

/// The name of the configuration file.
pub const FILE: &str = "site.yaml";

/// The configuration of a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Config {
    /// The site's name.
    pub title: Localized,
    /// One or two sentences for search engines, feeds and the home page.
    pub description: Localized,
    /// Where the site will stand, as `https://example.org/`; a path below the host works.
    pub base_url: String,
    /// The languages it is written in.
    pub languages: Languages,
    /// The theme: `default`, or a folder of `themes/`.
    pub theme: String,
    /// Logo and colours.
    pub brand: Brand,
    /// Who writes it; default for `authors` in front matter.
    pub author: Localized,
    /// Links of the main menu. Default: the collections that hold something.
    pub menu: Vec<MenuEntry>,
    /// What stands at the foot of every page.
    pub footer: Footer,
    /// Where the pieces of each kind are, below the content folder.
    pub collections: Collections,
    /// Who may read what, from open to most exclusive; the first is free.
    pub tiers: Vec<Tier>,
    /// What is sold one by one.
    pub products: Vec<Product>,
    /// How paid pieces are published.
    pub access: Access,
    /// How Markdown is read.
    pub markdown: Markdown,
    /// How images are published.
    pub images: Images,
    /// Pieces on one page of a list.
    pub page_size: PageSize,
    /// Entries in a feed.
    pub feed_size: usize,
    /// How readers search.
    pub search: Search,
    /// How pieces are compared.
    pub recommend: Recommend,
    /// How mails are made.
    pub mail: Mail,
    /// How campaigns are told of and counted.
    pub promotion: Promotion,
    /// Where readers comment. Default: nowhere.
    pub comments: Comments,
    /// How visits are counted. Default: not at all.
    pub analytics: Analytics,
    /// What pages may load from elsewhere (Content Security Policy). Default: pictures, sound and film only.
    pub csp: Csp,
    /// Whatever the site's own templates want to know.
    pub extra: BTreeMap<String, serde_json::Value>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            title: Localized::default(),
            description: Localized::default(),
            base_url: "http://localhost/".to_owned(),
            languages: Languages::default(),
            theme: "default".to_owned(),
            brand: Brand::default(),
            author: Localized::default(),
            menu: Vec::new(),
            footer: Footer::default(),
            collections: Collections::default(),
            tiers: ["free", "member", "pro"].map(Tier::named).into(),
            products: Vec::new(),
            access: Access::default(),
            markdown: Markdown::default(),
            images: Images::default(),
            page_size: PageSize(20),
            feed_size: 20,
            search: Search::default(),
            recommend: Recommend::default(),
            mail: Mail::default(),
            promotion: Promotion::default(),
            comments: Comments::default(),
            analytics: Analytics::default(),
            csp: Csp::default(),
            extra: BTreeMap::new(),
        }
    }
}

impl Config {
    /// Who writes the site, as its pages in a language say; `None` if nobody is named.
    #[must_use]
    pub fn author_in(&self, lang: &Lang) -> Option<&str> {
        Some(self.author.get(lang)).filter(|name| !name.is_empty())
    }

    /// The path of `base_url`, with `/` at both ends: `/` or `/blog/`.
    #[must_use]
    pub fn base_path(&self) -> &str {
        let after_scheme = self.base_url.split_once("://").map_or(self.base_url.as_str(), |(_, rest)| rest);
        after_scheme.find('/').map_or("/", |slash| &after_scheme[slash..])
    }

    /// The position of a tier in the order of exclusiveness; 0 is free.
    #[must_use]
    pub fn tier_rank(&self, id: &TierId) -> Option<usize> {
        self.tiers.iter().position(|tier| tier.id == *id)
    }
}

/// A text, or one text per language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a text, or a text for each language as `{zh: …, en: …}`")]
pub enum Localized {
    /// The same in all languages.
    Same(String),
    /// By language tag.
    Each(BTreeMap<Lang, String>),
}

impl Default for Localized {
    fn default() -> Self {
        Self::Same(String::new())
    }
}

impl Localized {
    /// The text in a language; else in one with the same primary subtag, else in the first one given.
    #[must_use]
    pub fn get(&self, lang: &Lang) -> &str {
        match self {
            Self::Same(text) => text,
            Self::Each(texts) => texts
                .get(lang)
                .or_else(|| texts.iter().find(|(tag, _)| tag.primary() == lang.primary()).map(|(_, text)| text))
                .or_else(|| texts.values().next())
                .map_or("", String::as_str),
        }
    }

    /// The text in a language and no other; `None` if it has none there. What is the same in all languages is in each.
    #[must_use]
    pub fn own(&self, lang: &Lang) -> Option<&str> {
        let text = match self {
            Self::Same(text) => Some(text),
            Self::Each(texts) => {
                texts.get(lang).or_else(|| texts.iter().find(|(tag, _)| tag.primary() == lang.primary()).map(|(_, text)| text))
            }
        };
        text.map(String::as_str).filter(|text| !text.trim().is_empty())
    }

    /// Whether nothing is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Same(text) => text.is_empty(),
            Self::Each(texts) => texts.values().all(String::is_empty),
        }
    }
}

/// The languages of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Languages {
    /// The language at `/`. Default: found from the content.
    pub default: Option<Lang>,
    /// The others, each at `/<lang>/`.
    pub others: Vec<Lang>,
}

/// A link of the menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MenuEntry {
    /// What it says.
    pub name: Localized,
    /// Where it leads: a path as `/about/` or a URL.
    pub link: String,
}

/// The folder of each kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Collections {
    /// Articles.
    pub articles: String,
    /// Courses, a folder each.
    pub courses: String,
    /// Books, a folder each.
    pub books: String,
    /// Live sessions.
    pub sessions: String,
    /// Tools, templates and downloads.
    pub resources: String,
    /// Questions and answers.
    pub answers: String,
}

impl Default for Collections {
    fn default() -> Self {
        Self {
            articles: "articles".to_owned(),
            courses: "courses".to_owned(),
            books: "books".to_owned(),
            sessions: "sessions".to_owned(),
            resources: "resources".to_owned(),
            answers: "answers".to_owned(),
        }
    }
}

/// A step of the ladder of readers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tier {
    /// Its id, as `tier:` in front matter names it.
    pub id: TierId,
    /// Its name for readers. Default: its id, or the theme's word for `free`, `member` and `pro`.
    #[serde(default)]
    pub name: Localized,
    /// What it offers, in a sentence.
    #[serde(default)]
    pub description: Localized,
    /// What it costs.
    #[serde(default)]
    pub price: Option<Price>,
    /// Where to buy it.
    #[serde(default)]
    pub checkout: Option<String>,
}

impl Tier {
    /// A tier of which only the id is known.
    #[must_use]
    pub fn named(id: &str) -> Self {
        Self { id: TierId::new(id), name: Localized::default(), description: Localized::default(), price: None, checkout: None }
    }
}

/// Something sold by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Product {
    /// Its id, as `product:` in front matter names it.
    pub id: ProductId,
    /// Its name for readers. Default: the title of the first piece it includes.
    #[serde(default)]
    pub name: Localized,
    /// What it offers, in a sentence.
    #[serde(default)]
    pub description: Localized,
    /// Pieces and folders that it opens, as paths below the content folder.
    #[serde(default)]
    pub includes: Vec<String>,
    /// What it costs.
    #[serde(default)]
    pub price: Option<Price>,
    /// Where to buy it.
    #[serde(default)]
    pub checkout: Option<String>,
}

/// A price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Price {
    /// How much, in units of the currency.
    pub amount: f64,
    /// The currency (ISO 4217), as `CNY`.
    pub currency: String,
    /// For how long it lasts. Default: for good.
    #[serde(default)]
    pub per: Option<Period>,
}

/// How long a payment lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// A month.
    Month,
    /// A quarter of a year.
    Quarter,
    /// A year.
    Year,
}

/// How paid pieces are published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Access {
    /// What keeps paid text from those who did not pay.
    pub mode: Mode,
    /// How much of a paid piece everyone may read where the author set no `<!-- paywall -->`.
    pub teaser: Teaser,
    /// What becomes of files above 20 MB that only paid text names.
    pub large_files: LargeFiles,
    /// Whether a site without a key of its own is sealed with the one of kmsite's handbook, which everybody knows.
    pub demo_key: bool,
    /// Whether nothing is published of what is paid for, as `--public-only` asks.
    #[serde(skip)]
    pub public_only: bool,
}

/// What keeps paid text from those who did not pay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It is published sealed, so that any host will do.
    #[default]
    Sealed,
    /// A server gives it to those who paid: it goes to a folder of its own, with the server's configuration.
    Edge,
}

/// How what is paid for gets to those who paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Sealed, with the public pages.
    Sealed,
    /// As it is, by a server that asks who they are.
    Edge,
    /// Not at all.
    Withheld,
}

impl Access {
    /// How what is paid for gets to those who paid.
    #[must_use]
    pub const fn delivery(&self) -> Delivery {
        match self.mode {
            _ if self.public_only => Delivery::Withheld,
            Mode::Sealed => Delivery::Sealed,
            Mode::Edge => Delivery::Edge,
        }
    }
}

/// What becomes of files that are too large to be sealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LargeFiles {
    /// They are an error.
    #[default]
    Refuse,
    /// They are published as they are, at an address that nobody can guess: whoever is told it needs no key.
    Unlisted,
}

/// The default length of a teaser: it ends at the last whole block within both limits, after one paragraph at the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Teaser {
    /// Words in scripts that part them by spaces.
    pub words: u32,
    /// Han characters.
    pub han: u32,
}

impl Default for Teaser {
    fn default() -> Self {
        Self { words: 120, han: 240 }
    }
}

/// How Markdown is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Markdown {
    /// Whether raw HTML is kept; otherwise it is shown as text.
    pub raw_html: bool,
    /// Whether code blocks number their lines unless they say otherwise.
    pub line_numbers: bool,
}

impl Default for Markdown {
    fn default() -> Self {
        Self { raw_html: true, line_numbers: false }
    }
}

/// How images are published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Images {
    /// Widths in pixels of the WebP variants offered beside the original; none turns variants off.
    pub widths: Vec<u32>,
    /// WebP quality, 1 to 100.
    #[schemars(range(min = 1, max = 100))]
    pub quality: u8,
}

impl Default for Images {
    fn default() -> Self {
        Self { widths: vec![480, 960, 1440], quality: 80 }
    }
}

/// A number of pieces, one at the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct PageSize(#[schemars(range(min = 1))] pub usize);

impl<'de> Deserialize<'de> for PageSize {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match usize::deserialize(deserializer)? {
            0 => Err(serde::de::Error::custom("a page of a list needs room for one piece at least")),
            size => Ok(Self(size)),
        }
    }
}
