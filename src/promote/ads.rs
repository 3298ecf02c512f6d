//! A campaign's page in a language -> the texts of its advertisements, platform by platform, each within what that one takes.
//!
//! What the campaign writes for them comes first, then what its page says: a headline or a clause of one, whole sentences of what is longer.
//! Invariant: no text is cut within a sentence. What fits nowhere is told with its length, for its author to write it shorter.

use serde::Serialize;

use super::channels::x::sentences;
use super::links::CONTROL;
use super::pitch::{Origin, Said, pitch};
use super::utm::Utm;
use crate::config::{AdPart, AdPlatform, Localized};
use crate::model::text::clauses;
use crate::model::{Campaign, Edition, Site};

/// The advertisement of a page on a platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AdSet {
    /// The platform.
    pub platform: AdPlatform,
    /// The page's language.
    pub lang: String,
    /// The page's address alone.
    pub page: String,
    /// The address to lead to.
    pub url: String,
    /// What the address says of where it is told.
    #[serde(flatten)]
    pub utm: Utm,
    /// Lines that can stand alone.
    pub headlines: AdTexts,
    /// Sentences that stand with them.
    pub descriptions: AdTexts,
}

/// The texts of a part of an advertisement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AdTexts {
    /// The longest text that the platform takes, as it counts.
    pub most: usize,
    /// Texts that fit, in order of preference; no more than it takes.
    pub texts: Vec<AdText>,
    /// What is too long or too short there.
    pub left_out: Vec<AdText>,
    /// How many texts lack until the platform takes the advertisement.
    pub lacking: usize,
}

/// A text of an advertisement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AdText {
    /// The words.
    pub text: String,
    /// How long they are, as the platform counts.
    pub counted: usize,
    /// The key that they are written under.
    pub from: Origin,
}

/// Makes the advertisements of an edition, in the order in which its campaign names the platforms.
#[must_use]
pub fn ads(site: &Site, campaign: &Campaign, edition: &Edition) -> Vec<AdSet> {
    let [headlines, descriptions] = candidates(site, campaign, edition);
    let content = campaign.audience(edition).map_or(CONTROL, |audience| audience.id.as_str());
    let set = |&platform: &AdPlatform| {
        let page = site.absolute(&edition.route);
        let utm = Utm::new([platform.name(), platform.medium(), &campaign.name, content]);
        AdSet {
            platform,
            lang: edition.lang.to_string(),
            url: utm.on(&page),
            page,
            utm,
            headlines: fit(&headlines, platform, AdPart::Headline),
            descriptions: fit(&descriptions, platform, AdPart::Description),
        }
    };
    campaign.written.ads.on.iter().map(set).collect()
}

/// A text with the parts of it that will do where there is no room for the whole.
struct Candidate {
    said: Said,
    shorter: Vec<String>,
}

/// What could be said, the author's own words first. Of variants too: the page that an advertisement leads to shows any of them.
fn candidates(site: &Site, campaign: &Campaign, edition: &Edition) -> [Vec<Candidate>; 2] {
    let written = |list: &[Localized], key: &str| {
        let texts = list.iter().enumerate().filter_map(|(number, text)| {
            let text = text.own(&edition.lang)?.trim().to_owned();
            let from = Origin { file: campaign.file.clone(), key: format!("ads.{key}.{number}") };
            Some(Candidate { said: Said { text, from }, shorter: Vec::new() })
        });
        texts.collect::<Vec<_>>()
    };
    let mut headlines = written(&campaign.written.ads.headlines, "headlines");
    let mut descriptions = written(&campaign.written.ads.descriptions, "descriptions");
    let variants = (0..campaign.variants(edition).len()).map(Some);
    for (number, variant) in std::iter::once(None).chain(variants).enumerate() {
        let pitch = pitch(site, campaign, edition, variant);
        headlines.extend(pitch.headline.into_iter().map(|said| by(said, clauses_of)));
        descriptions.extend(pitch.promise.into_iter().map(|said| by(said, beginnings)));
        if number == 0 {
            headlines.extend(pitch.name.into_iter().map(|said| by(said, clauses_of)));
            descriptions.extend(pitch.guarantee.into_iter().map(|pledge| by(pledge.text, beginnings)));
            headlines.extend(pitch.outcomes.into_iter().map(|said| by(said, clauses_of)));
        }
    }
    [headlines, descriptions]
}

fn by(said: Said, shorter: fn(&str) -> Vec<String>) -> Candidate {
    Candidate { shorter: shorter(&said.text), said }
}

/// The clauses of a text, without the marks that part them.
fn clauses_of(text: &str) -> Vec<String> {
    let all = clauses(text);
    if all.len() < 2 {
        Vec::new()
    } else {
        all.iter().map(|clause| clause.trim_end_matches(['，', '。', '：', '；']).to_owned()).collect()
    }
}

/// The beginnings of a text that end with a sentence, the longest first.
fn beginnings(text: &str) -> Vec<String> {
    let mut so_far = String::new();
    let mut all: Vec<String> = Vec::new();
    for sentence in sentences(text) {
        so_far.push_str(sentence);
        all.push(so_far.trim_end().to_owned());
    }
    all.pop();
    all.reverse();
    all
}

/// Takes what a platform takes. Of clauses all that fit are taken, of beginnings the longest.
fn fit(candidates: &[Candidate], platform: AdPlatform, part: AdPart) -> AdTexts {
    let limit = platform.takes(part);
    let (least, most) = limit.length;
    let mut out = AdTexts { most, texts: Vec::new(), left_out: Vec::new(), lacking: 0 };
    for Candidate { said, shorter } in candidates {
        let text = |text: &str| AdText { text: text.to_owned(), counted: platform.count(text), from: said.from.clone() };
        let fits = |text: &AdText| (least..=most).contains(&text.counted);
        let whole = text(&said.text);
        let found: Vec<AdText> = match fits(&whole) {
            true => vec![whole.clone()],
            false => {
                let parts = shorter.iter().map(|part| text(part)).filter(fits);
                parts.take(if part == AdPart::Headline { usize::MAX } else { 1 }).collect()
            }
        };
        if found.is_empty() {
            out.left_out.push(whole);
        }
        for text in found {
            if !out.texts.iter().any(|other| other.text == text.text) {
                out.texts.push(text);
            }
        }
    }
    out.lacking = limit.texts.0.saturating_sub(out.texts.len());
    out.texts.truncate(limit.texts.1);
    out
}
