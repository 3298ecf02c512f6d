//! The `ads:` of a campaign: where it is advertised, in which words, and what each platform takes.
//!
//! The one table of limits ([`AdPlatform::takes`]): a platform that changes its mind is changed there, with the page that says so and the day it was
//! read. Invariant: a text is counted as the platform counts it ([`AdPlatform::count`]), never by bytes or characters alone.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::Localized;
use crate::model::text::is_wide;

/// Where a campaign is advertised, and in which words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Ads {
    /// On which platforms; each gets its texts and a link of its own in `promo.json`.
    pub on: Vec<AdPlatform>,
    /// Short lines that can stand alone, before those that are taken from the page.
    pub headlines: Vec<Localized>,
    /// Sentences that stand below them, before those that are taken from the page.
    pub descriptions: Vec<Localized>,
}

/// Where advertisements are bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AdPlatform {
    /// Google Ads: responsive search ads.
    Google,
    /// Microsoft Advertising: responsive search ads.
    Microsoft,
    /// 百度推广.
    Baidu,
    /// Facebook and Instagram: images in the feed.
    Meta,
    /// LinkedIn: single images.
    Linkedin,
}

/// A part of an advertisement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdPart {
    /// The line in large letters.
    Headline,
    /// The text below or above it.
    Description,
}

impl AdPart {
    /// All parts.
    pub const ALL: [Self; 2] = [Self::Headline, Self::Description];
}

/// What a platform takes of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The shortest and the longest text, as the platform counts.
    pub length: (usize, usize),
    /// The fewest and the most texts of an advertisement.
    pub texts: (usize, usize),
    /// The page that says so.
    pub source: &'static str,
    /// The day that page was read.
    pub read: &'static str,
}

impl AdPlatform {
    /// All platforms.
    pub const ALL: [Self; 5] = [Self::Google, Self::Microsoft, Self::Baidu, Self::Meta, Self::Linkedin];

    /// The name in files and links.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
            Self::Baidu => "baidu",
            Self::Meta => "meta",
            Self::Linkedin => "linkedin",
        }
    }

    /// What `utm_medium` says of it: searches and feeds are counted apart.
    #[must_use]
    pub const fn medium(self) -> &'static str {
        match self {
            Self::Google | Self::Microsoft | Self::Baidu => "cpc",
            Self::Meta | Self::Linkedin => "paid_social",
        }
    }

    /// What it takes of a part. Meta and LinkedIn take more and show it cut off: what is here is shown whole.
    #[must_use]
    pub const fn takes(self, part: AdPart) -> Limit {
        let (length, texts) = match (self, part) {
            (Self::Google | Self::Microsoft, AdPart::Headline) => ((1, 30), (3, 15)),
            (Self::Google | Self::Microsoft, AdPart::Description) => ((1, 90), (2, 4)),
            (Self::Baidu, AdPart::Headline) => ((8, 50), (1, 1)),
            (Self::Baidu, AdPart::Description) => ((8, 80), (1, 2)),
            (Self::Meta, AdPart::Headline) => ((1, 40), (1, 5)),
            (Self::Meta, AdPart::Description) => ((1, 125), (1, 5)),
            (Self::Linkedin, AdPart::Headline) => ((1, 70), (1, 1)),
            (Self::Linkedin, AdPart::Description) => ((1, 150), (1, 1)),
        };
        let (source, read) = match self {
            Self::Google => ("https://support.google.com/google-ads/checklist/15995646", "2026-11-26"),
            Self::Microsoft => {
                ("https://learn.microsoft.com/en-us/advertising/campaign-management-service/responsivesearchad", "2026-11-26")
            }
            Self::Baidu => {
                ("https://marinsoftware.helpjuice.com/other-publishers/counting-bytes-and-characters-in-baidu", "2026-11-26")
            }
            Self::Meta => ("https://www.facebook.com/business/ads-guide/update/image", "2026-11-26"),
            Self::Linkedin => ("https://www.linkedin.com/help/lms/answer/a426534", "2026-11-26"),
        };
        Limit { length, texts, source, read }
    }

    /// How long a text is there. Google and Microsoft count what is as wide as it is high twice, whatever the language; 百度 counts bytes of GBK, of which
    /// all but ASCII has two; the others count characters, and here, as they do not say what those are, units of UTF-16, of which there are never fewer.
    #[must_use]
    pub fn count(self, text: &str) -> usize {
        let of = |c: char| match self {
            Self::Google | Self::Microsoft => 1 + usize::from(is_wide(c)),
            Self::Baidu => 1 + usize::from(!c.is_ascii()),
            Self::Meta | Self::Linkedin => c.len_utf16(),
        };
        text.chars().map(of).sum()
    }
}
