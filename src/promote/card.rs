//! A campaign's page in a language -> what its picture for other places says; and the sizes that those places want, and the colours it is drawn in.

use super::links::CONTROL;
use super::pitch::pitch;
use super::utm::Utm;
use crate::config::{Brand, Colour, Offering};
use crate::id::{Hash, Lang, Parts};
use crate::model::{Campaign, Edition, Site};

/// Raised whenever the same card is drawn otherwise.
const VERSION: u32 = 1;

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
    /// What is sold is called, or the work that the piece lies in; empty where the title is it.
    pub name: String,
    /// How hard it is, in a word; may be empty.
    pub level: String,
    /// What it costs, in words; empty where it is free or has no price.
    pub price: String,
    /// The address that a code on it leads to, where there is room for one.
    pub code: Option<String>,
}

impl Card {
    /// The same without a word.
    #[must_use]
    pub fn wordless(&self) -> Self {
        let none = String::new;
        let (site, title, author, name, level, price) = (none(), none(), none(), none(), none(), none());
        Self { lang: self.lang.clone(), site, title, author, name, level, price, code: None }
    }

    /// Whether it says nothing, and so needs no font.
    #[must_use]
    pub fn is_wordless(&self) -> bool {
        *self == Self { code: self.code.clone(), ..self.wordless() }
    }

    /// The same without these characters, which no font has.
    #[must_use]
    pub fn without(&self, missing: &str) -> Self {
        let rest = |text: &String| text.chars().filter(|c| !missing.contains(*c)).collect::<String>().trim().to_owned();
        Self {
            lang: self.lang.clone(),
            site: rest(&self.site),
            title: rest(&self.title),
            author: rest(&self.author),
            name: rest(&self.name),
            level: rest(&self.level),
            price: rest(&self.price),
            code: self.code.clone(),
        }
    }
}

/// Everything that the picture of a card depends on, as a hash.
#[must_use]
pub fn key<'a>(card: &Card, size: Size, palette: &Palette, fonts: impl IntoIterator<Item = &'a Hash>) -> Hash {
    let mut parts = Parts::default();
    parts.add(b"card");
    parts.add(&VERSION.to_be_bytes());
    let Card { lang, site, title, author, name, level, price, code } = card;
    for said in [lang.as_str(), site, title, author, name, level, price, code.as_deref().unwrap_or_default()] {
        parts.add(said.as_bytes());
    }
    parts.add(size.name().as_bytes());
    let Palette { paper, ink, soft, accent } = palette;
    [paper, ink, soft, accent].iter().for_each(|colour| parts.add(&colour.rgb));
    fonts.into_iter().for_each(|font| parts.add(&font.0));
    parts.hash()
}

/// The colours of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// The ground.
    pub paper: Colour,
    /// Titles.
    pub ink: Colour,
    /// What stands around them.
    pub soft: Colour,
    /// The stripe, and what is sold.
    pub accent: Colour,
}

impl Palette {
    /// The colours of a brand on a paper; without an accent of its own those of the default theme.
    #[must_use]
    pub fn of(brand: &Brand, paper: Colour) -> Self {
        Self {
            paper,
            ink: Colour { rgb: [0x23, 0x20, 0x1b] },
            soft: Colour { rgb: [0x59, 0x53, 0x49] },
            accent: brand.accent.unwrap_or(Colour { rgb: [0x99, 0x39, 0x1f] }),
        }
    }
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

/// Makes the card of an edition, or of a variant of it by its number. Its code leads to that page, and says that it was seen on a card.
#[must_use]
pub fn card(site: &Site, campaign: &Campaign, edition: &Edition, variant: Option<usize>) -> Card {
    let shown = variant.and_then(|number| campaign.variants(edition).get(number));
    let route = shown.map_or_else(|| edition.route.clone(), |variant| edition.variant(variant));
    let own = campaign.audience(edition).map_or(CONTROL, |audience| audience.id.as_str());
    let content = shown.map_or(own, |variant| &variant.id);
    let utm = Utm::new(["card", "qr", &campaign.name, content]);
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
        level: String::new(),
        price: String::new(),
        code: Some(utm.on(&site.absolute(&route))),
    }
}
