//! `content/campaigns/*.yaml`: what is sold on a page of its own, to whom, until when, and in which words.
//!
//! Values only, the one list of keys of such a file. What is not written is derived from the content (`promote`). Invariant: a campaign that a
//! phase sees is sound in itself; whether what it names exists is asked in `resolve`.

mod ads;
mod load;
mod weights;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Localized, Price, Sequence};
use crate::id::{Lang, ProductId, SourcePath, TierId};
use crate::model::Moment;

pub use ads::{AdPart, AdPlatform, Ads, Limit};
pub use load::load;
pub use weights::{Weights, load as load_weights};

/// All files of campaigns, as far as they can be used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Campaigns {
    /// The campaigns by file.
    pub written: Vec<(SourcePath, Campaign)>,
    /// What was learnt of their variants, by file.
    pub learnt: Vec<(SourcePath, Weights)>,
}

/// What a campaign is made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Campaign {
    /// What it sells: `tier:` or `product:`, and an id of `site.yaml`.
    #[schemars(required)]
    pub offer: Option<Offering>,
    /// What the main button of the page is for.
    pub goal: Goal,
    /// The last part of the page's address, `/p/…/`. Default: the file's name.
    pub slug: Option<String>,
    /// How the page is laid out. Default: `membership` for a tier, `book` for a product that begins with a book, else `course`.
    pub layout: Option<Layout>,
    /// Whom it speaks to.
    pub audience: Audience,
    /// When it begins, as `2026-11-20T00:00+08:00`; before, it has no page. Default: at once.
    pub starts: Option<Moment>,
    /// When it ends, as `2026-12-20T23:59+08:00`; after, its page sells on the usual terms. Default: never.
    pub ends: Option<Moment>,
    /// What is granted besides the usual price.
    pub terms: Terms,
    /// Where it is told of; each channel has links of its own in `promo.json`.
    pub channels: Vec<Channel>,
    /// Where it is advertised, and in which words. Default: nowhere.
    pub ads: Ads,
    /// What those are sent who ask to hear of it.
    pub mails: Sequence,
    /// What the page says. Default: what the content says of itself.
    pub copy: SalesCopy,
    /// The same for other readers, each with a page of its own that search engines leave out.
    pub audiences: Vec<AudienceEdition>,
    /// Other ways of saying it, each with a page of its own that search engines leave out.
    pub variants: Vec<CopyVariant>,
}

/// What a campaign sells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offering {
    /// A tier of readers.
    Tier(TierId),
    /// A product.
    Product(ProductId),
}

impl Offering {
    /// Reads `tier:pro` or `product:rust-course`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().split_once(':') {
            Some(("tier", id)) if !id.trim().is_empty() => Some(Self::Tier(TierId::new(id.trim()))),
            Some(("product", id)) if !id.trim().is_empty() => Some(Self::Product(ProductId::new(id.trim()))),
            _ => None,
        }
    }
}

impl fmt::Display for Offering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tier(id) => write!(f, "tier:{id}"),
            Self::Product(id) => write!(f, "product:{id}"),
        }
    }
}

impl Serialize for Offering {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Offering {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("expected `tier:` or `product:` with an id behind it"))
    }
}

impl JsonSchema for Offering {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Offering".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        // Without a pattern: one would be shown as a date's.
        schemars::json_schema!({ "type": "string" })
    }
}

/// What the main button of a page is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Goal {
    /// Buying: it leads to the checkout.
    #[default]
    Purchase,
    /// Reading a free sample first: it leads there, and the checkout comes second.
    Sample,
}

/// How a page is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// What one learns comes first, then the outline.
    Course,
    /// The jacket and a sample to read come first, then the chapters.
    Book,
    /// What each tier opens comes first, then what is there to read.
    Membership,
}

impl Layout {
    /// The name in templates and classes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Course => "course",
            Self::Book => "book",
            Self::Membership => "membership",
        }
    }
}

/// Whom a campaign speaks to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Audience {
    /// How far they are: `beginner`, `intermediate` or `advanced`.
    pub level: Option<String>,
    /// What they care for: topics of the site, in any of its languages.
    pub topics: Vec<String>,
    /// The languages that it has a page in. Default: all in which there is something of what it sells.
    pub languages: Vec<Lang>,
}

/// What is granted besides the usual price.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Terms {
    /// A lower price for those who come early.
    pub early_bird: Option<EarlyBird>,
    /// A lower price for those who have a code.
    pub coupon: Option<Coupon>,
}

/// A lower price until a moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EarlyBird {
    /// What it costs till then.
    pub price: Price,
    /// Till when, with a time and an offset, as `2026-12-10T23:59+08:00`.
    pub until: Moment,
    /// Where it is bought at this price. Default: where the offer is bought.
    #[serde(default)]
    pub checkout: Option<String>,
}

/// A lower price for a code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coupon {
    /// What buyers enter at the checkout.
    pub code: String,
    /// What it costs with the code.
    pub price: Price,
    /// Till when it is taken, with a time and an offset. Default: as long as the campaign lasts.
    #[serde(default)]
    pub until: Option<Moment>,
    /// Where the code is entered. Default: where the offer is bought.
    #[serde(default)]
    pub checkout: Option<String>,
}

/// Where a campaign is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// 微信公众号.
    Wechat,
    /// 知乎.
    Zhihu,
    /// 小红书.
    Xiaohongshu,
    /// 微博.
    Weibo,
    /// 哔哩哔哩.
    Bilibili,
    /// 小报童.
    Xiaobaotong,
    /// 知识星球.
    Zsxq,
    /// X.
    X,
    /// The newsletter.
    Newsletter,
    /// Paper: a printed code.
    Print,
}

/// What a page says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SalesCopy {
    /// The heading. Default: the offer's name.
    pub headline: Localized,
    /// What buyers get, in a sentence or two. Default: the offer's description.
    pub promise: Localized,
    /// What the main button says. Default: the theme's word for it.
    pub button: Localized,
    /// What one can do afterwards. Default: the `objectives` of what is sold.
    pub outcomes: Vec<Localized>,
    /// What readers said.
    pub testimonials: Vec<Testimonial>,
    /// What people ask before they buy.
    pub faq: Vec<Faq>,
    /// What happens if it is not for them.
    pub guarantee: Guarantee,
}

/// What a reader said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Testimonial {
    /// The words.
    pub quote: Localized,
    /// Who said them.
    pub name: Localized,
    /// Who that is.
    #[serde(default)]
    pub role: Localized,
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Faq {
    /// The question.
    pub question: Localized,
    /// The answer.
    pub answer: Localized,
}

/// What buyers can count on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Guarantee {
    /// The promise.
    pub text: Localized,
    /// Where it is told in full: a path as `/refunds/` or a URL.
    pub link: Option<String>,
}

impl Guarantee {
    /// Whether nothing is promised.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// The page for other readers than the campaign speaks to at large.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AudienceEdition {
    /// Its id, which is part of its address.
    pub id: String,
    /// How far they are: `beginner`, `intermediate` or `advanced`. Default: as far as the campaign says.
    #[serde(default)]
    pub level: Option<String>,
    /// What they care for: topics of the site. Default: what the campaign says.
    #[serde(default)]
    pub topics: Vec<String>,
    /// What it says to them otherwise; the rest stays.
    #[serde(default)]
    pub copy: SalesCopy,
}

/// Another way of saying it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CopyVariant {
    /// Its id, which is part of its address.
    pub id: String,
    /// Of a hundred readers, how many are to see it; the rest see the page as it is. Default: as many as see any other.
    #[serde(default)]
    #[schemars(range(min = 1, max = 99))]
    pub weight: Option<u32>,
    /// What it says otherwise; the rest stays.
    pub copy: SalesCopy,
}

impl SalesCopy {
    /// The same with what another copy says in its place.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let text = |own: &Localized, other: &Localized| if other.is_empty() { own.clone() } else { other.clone() };
        fn list<T: Clone>(own: &[T], other: &[T]) -> Vec<T> {
            if other.is_empty() { own.to_vec() } else { other.to_vec() }
        }
        Self {
            headline: text(&self.headline, &other.headline),
            promise: text(&self.promise, &other.promise),
            button: text(&self.button, &other.button),
            outcomes: list(&self.outcomes, &other.outcomes),
            testimonials: list(&self.testimonials, &other.testimonials),
            faq: list(&self.faq, &other.faq),
            guarantee: if other.guarantee.is_empty() { self.guarantee.clone() } else { other.guarantee.clone() },
        }
    }
}
