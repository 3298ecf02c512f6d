//! A piece as the gate shows it to an audience -> the letter that tells of it.

use super::super::prose::{Block, Inline, Picture, Reading, words};
use super::{Due, Footer, Letter};
use crate::access::Public;
use crate::id::Lang;
use crate::model::text::{self, Headings, excerpt};
use crate::model::{Link, Moment, Piece};
use crate::theme::Strings;
use crate::view::{Offer, ViewContext};

/// How many columns of a preheader mail programs show at the most.
const PREHEADER: usize = 110;

/// What all letters of a language have in common.
pub struct Desk<'a> {
    /// Names, offers and the theme's words.
    pub cx: &'a ViewContext,
    /// The language.
    pub lang: &'a Lang,
    /// Whom they are for.
    pub audience: String,
    /// When they are to be sent, unless a piece says when.
    pub today: Moment,
}

impl<'a> Desk<'a> {
    /// The theme's words.
    #[must_use]
    pub fn strings(&self) -> &'a Strings {
        self.cx.theme().strings(self.lang)
    }

    fn name(&self, what: &str) -> String {
        format!("{what}.{}.{}", self.lang, self.audience.replace(':', "-"))
    }

    /// What stands at the foot.
    #[must_use]
    pub fn footer(&self) -> Footer {
        let config = &self.cx.site().config;
        let strings = self.strings();
        let title = config.title.get(self.lang);
        let sender =
            [if config.author.is_empty() { title } else { config.author.get(self.lang) }, config.mail.address.get(self.lang)];
        Footer {
            reason: strings.fill("mail.reason", &[("site", title)]),
            sender: sender.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
            unsubscribe: strings.get("mail.unsubscribe").to_owned(),
            web: strings.get("mail.web").to_owned(),
        }
    }

    /// A letter of this name and title, with nothing in it.
    #[must_use]
    pub fn letter(&self, name: &str, title: &str, web: String) -> Letter {
        let site = self.cx.site();
        // The home is told of where the letter's own page is.
        let (_, told) = web.split_once('?').unwrap_or_default();
        let home = site.absolute(&site.home(self.lang));
        let home = if told.is_empty() { home } else { format!("{home}?{told}") };
        Letter {
            name: self.name(name),
            lang: self.lang.clone(),
            audience: self.audience.clone(),
            subject: one_line(title),
            preheader: String::new(),
            site: (site.config.title.get(self.lang).to_owned(), home),
            title: title.to_owned(),
            blocks: Vec::new(),
            web,
            footer: self.footer(),
            due: Due::At(self.today),
            moment: self.today,
            brand: site.config.brand.clone(),
        }
    }

    /// How long a piece is, and who may read it: `8 minutes · Members`.
    #[must_use]
    pub fn facts(&self, piece: &Piece) -> String {
        let strings = self.strings();
        let kind = strings.get(&format!("kind.{}", piece.kind.name())).to_owned();
        let minutes = strings.count("count.minutes", piece.minutes as usize);
        let opens = self.offers(piece).first().map(|offer| offer.name.clone());
        [Some(kind), Some(minutes), opens].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// A moment as readers write it, with its distance from UTC.
    #[must_use]
    pub fn moment(&self, moment: &Moment) -> String {
        self.cx.moment(self.lang, moment).text
    }

    /// What opens a piece: tiers from its own on, then products.
    #[must_use]
    pub fn offers(&self, piece: &Piece) -> Vec<&'a Offer> {
        let crate::model::Entitlements::Paid { tier, products } = &piece.access else { return Vec::new() };
        let config = &self.cx.site().config;
        let (tiers, sold) = self.cx.shop(self.lang);
        let lowest = tier.as_ref().and_then(|tier| config.tier_rank(tier));
        let opens = |offer: &&Offer| {
            let rank = config.tiers.iter().position(|tier| tier.id.as_str() == offer.id);
            lowest.is_some_and(|lowest| rank.is_some_and(|rank| rank >= lowest))
        };
        let sold = sold.iter().filter(|offer| products.iter().any(|id| id.as_str() == offer.id));
        tiers.iter().filter(opens).chain(sold).collect()
    }

    /// What stands where the text ends for this audience.
    fn wall(&self, piece: &Piece, page: &str) -> Vec<Block> {
        let strings = self.strings();
        let offers = self.offers(piece).into_iter().map(|offer| {
            let name = vec![Inline::text(&*offer.name)];
            let mut line = vec![match &offer.checkout {
                Some(checkout) => Inline::Link(checkout.clone(), name),
                None => Inline::Strong(name),
            }];
            if !offer.price.is_empty() {
                line.push(Inline::Text(format!(" · {}", offer.price)));
            }
            vec![Block::Paragraph(line)]
        });
        vec![
            Block::Note(strings.get("mail.wall").to_owned(), vec![Block::List(None, offers.collect())]),
            Block::Button(strings.get("mail.read_on").to_owned(), page.to_owned()),
        ]
    }
}

/// The announcement of a piece: all that the audience may read of it.
#[must_use]
pub fn announcement(desk: &Desk<'_>, reading: &Reading<'_>, shown: &Public<'_>) -> Letter {
    let piece = reading.piece;
    let page = reading.page();
    let mut letter = desk.letter(&file_name(piece), &piece.title, page.clone());
    letter.preheader = preheader(piece, shown);
    letter.moment = piece.dates.date.unwrap_or(desk.today);
    letter.due = Due::At(letter.moment);
    letter.blocks = vec![Block::Small(vec![Inline::Text(desk.facts(piece))])];
    letter.blocks.extend(cover(reading).map(|cover| Block::Picture(cover, Vec::new())));
    let bodies: Vec<_> = std::iter::once(shown.teaser).chain(shown.rest).collect();
    letter.blocks.extend(reading.bodies(&bodies));
    if shown.rest.is_none() {
        letter.blocks.extend(desk.wall(piece, &page));
    } else {
        letter.blocks.push(Block::Button(desk.strings().get("mail.open").to_owned(), page));
    }
    letter
}

/// What a piece's files are called after.
#[must_use]
pub fn file_name(piece: &Piece) -> String {
    let source = piece.source.as_str();
    source.strip_suffix(&format!(".{}", piece.lang)).unwrap_or(source).replace(['/', '\\', ':'], "-")
}

/// A piece's picture, if mails can show it.
#[must_use]
pub fn cover(reading: &Reading<'_>) -> Option<Picture> {
    let site = reading.site;
    match reading.piece.cover.as_ref()? {
        Link::Media(id) => {
            let media = site.medium(*id);
            let shown = matches!(media.path.extension().as_str(), "png" | "jpg" | "jpeg" | "gif" | "webp");
            let alt = reading.piece.title.to_string();
            shown.then(|| Picture { src: site.absolute(&media.route), alt, size: media.size })
        }
        Link::External(url) if url.starts_with("https://") => {
            Some(Picture { src: url.to_string(), alt: reading.piece.title.to_string(), size: None })
        }
        _ => None,
    }
}

/// What mail programs show behind the subject: the description, or how the text begins.
fn preheader(piece: &Piece, shown: &Public<'_>) -> String {
    let text = if piece.description.is_empty() {
        text::text(&shown.teaser.blocks, Headings::Drop)
    } else {
        piece.description.to_string()
    };
    excerpt(&one_line(&text), PREHEADER)
}

/// What mail programs show behind the subject of a letter that begins like this.
#[must_use]
pub fn preheader_of(opening: &[Block]) -> String {
    let first = opening.iter().find_map(|block| match block {
        Block::Paragraph(content) => Some(one_line(&words(content))),
        _ => None,
    });
    excerpt(&first.unwrap_or_default(), PREHEADER)
}

/// A text without line breaks, as headers want it.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
