//! A campaign's page in a language -> what its picture for other places says, and the sizes that those places want.

use super::pitch::pitch;
use crate::config::Offering;
use crate::id::Lang;
use crate::model::{Campaign, Edition, Site};

/// What a card says. All of it is public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The language.
    pub lang: Lang,
    /// The site's name.
    pub site: String,
    /// What is said: the page's heading.
    pub title: String,
    /// Who says it: the authors of what is sold; may be empty.
    pub author: String,
    /// What is sold is called; empty where the title is it.
    pub name: String,
}

/// The size of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    /// For link previews, as Open Graph has them: 1200 × 630.
    Link,
    /// For feeds of pictures: 1080 × 1080.
    Square,
    /// For stories: 1080 × 1920.
    Story,
    /// For the cover of an article of 微信公众号: 900 × 383.
    Wechat,
}

impl Size {
    /// All sizes.
    pub const ALL: [Self; 4] = [Self::Link, Self::Square, Self::Story, Self::Wechat];

    /// Width and height in pixels.
    #[must_use]
    pub const fn pixels(self) -> (u32, u32) {
        match self {
            Self::Link => (1200, 630),
            Self::Square => (1080, 1080),
            Self::Story => (1080, 1920),
            Self::Wechat => (900, 383),
        }
    }

    /// The name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Square => "square",
            Self::Story => "story",
            Self::Wechat => "wechat",
        }
    }
}

/// Makes the card of an edition, or of a variant of it by its number.
#[must_use]
pub fn card(site: &Site, campaign: &Campaign, edition: &Edition, variant: Option<usize>) -> Card {
    let pitch = pitch(site, campaign, edition, variant);
    let name = pitch.name.map(|name| name.text).unwrap_or_else(|| match &campaign.offer {
        Offering::Tier(id) => id.to_string(),
        Offering::Product(id) => id.to_string(),
    });
    let title = pitch.headline.map_or_else(|| name.clone(), |headline| headline.text);
    let mut authors: Vec<&str> = Vec::new();
    for author in edition.pieces.iter().flat_map(|&id| &site.piece(id).authors) {
        if !authors.contains(&&**author) {
            authors.push(author);
        }
    }
    Card {
        lang: edition.lang.clone(),
        site: site.config.title.get(&edition.lang).to_owned(),
        author: authors.join(if edition.lang.is_han() { "、" } else { ", " }),
        name: if name == title { String::new() } else { name },
        title,
    }
}
