//! A campaign -> the letters to someone who asks to hear of it: welcome, value, offer, last call.
//!
//! They say what the campaign's page says, and show of its sample what the gate gave for the audience. Invariants: whatever lapses is told with its
//! last moment, which has an offset; where nothing does, no letter says so.

use jiff::Span;

use super::super::prose::{Block, Inline};
use super::letter::{Desk, one_line, preheader_of};
use super::{Due, Letter};
use crate::config::Mailing;
use crate::diag::{Diag, Noted, code};
use crate::id::PieceId;
use crate::model::{Campaign, Edition, Moment, Piece, Site};
use crate::promote::{self, Pitch};
use crate::theme::Strings;
use crate::view::landing::{LandingPage, usual};

/// On which days letters go out that the campaign gives none.
const DAYS: [u16; 4] = [0, 2, 5, 8];
/// How many questions a letter answers.
const ANSWERS: usize = 4;
/// How many lessons of an outline are told.
const LESSONS: usize = 24;

/// What a sequence is made of.
pub struct Outset<'a> {
    /// What all letters have in common.
    pub desk: &'a Desk<'a>,
    /// The campaign and its page in the desk's language.
    pub sold: (&'a Campaign, &'a Edition),
    /// What the page says.
    pub page: &'a LandingPage,
    /// What there is to read before buying.
    pub reading: Option<Excerpt>,
    /// When the first letter is sent; `None` where each reader begins on a day of their own.
    pub starts: Option<Moment>,
    /// What is done to an address within the site, in a letter of this key.
    pub told: &'a dyn Fn(&str, &str) -> String,
}

/// What is read of a piece in a letter.
pub struct Excerpt {
    /// The piece.
    pub piece: PieceId,
    /// So much of it as the audience may read.
    pub blocks: Vec<Block>,
    /// Whether that is all of it.
    pub is_whole: bool,
}

/// The piece to read before buying: the sample, else the free piece that leads best to what is sold.
#[must_use]
pub fn to_read(site: &Site, campaign: &Campaign, edition: &Edition) -> Option<PieceId> {
    let pitch = promote::pitch(site, campaign, edition, None);
    pitch.sample.map(promote::Sample::piece).or_else(|| pitch.related.first().copied())
}

/// Makes the letters of a campaign in a language, in the order they are sent.
///
/// A letter that would go out when the terms are over is a finding.
pub fn sequence(outset: &Outset<'_>) -> Noted<Vec<Letter>> {
    let (campaign, edition) = outset.sold;
    let writer = Writer {
        outset,
        strings: outset.desk.strings(),
        pitch: promote::pitch(outset.desk.cx.site(), campaign, edition, None),
        deadline: deadline(campaign),
    };
    let letters: Vec<Letter> = (0..).zip(campaign.written.mails.mailings()).map(|(step, own)| writer.letter(step, own)).collect();
    let over = writer.deadline.map(|deadline| deadline.utc());
    let late = letters.iter().filter(|letter| over.is_some_and(|over| letter.moment.utc() >= over));
    let diags = late.filter(|letter| matches!(letter.due, Due::At(_))).map(|letter| too_late(letter, writer.deadline));
    Noted::new(letters.clone(), diags.collect())
}

fn too_late(letter: &Letter, deadline: Option<Moment>) -> Diag {
    let over = deadline.map(|moment| moment.rfc3339()).unwrap_or_default();
    let message = format!("`{}` would be sent at {}, when its terms are over since {over}", letter.name, letter.moment.rfc3339());
    Diag::warning(&code::LATE_MAIL, message)
        .hint("begin earlier with `--starts`, or give it an earlier `day` under `mails:` of the campaign")
}

/// The first moment after which something is not to be had on the terms that letters tell.
fn deadline(campaign: &Campaign) -> Option<Moment> {
    let terms = &campaign.written.terms;
    let early = terms.early_bird.as_ref().map(|early| early.until);
    let coupon = terms.coupon.as_ref().and_then(|coupon| coupon.until.or(campaign.written.ends));
    early.into_iter().chain(coupon).min_by_key(Moment::utc)
}

/// A day so many days away, at the same time.
fn later(moment: Moment, days: i32) -> Moment {
    Moment { date: moment.date.saturating_add(Span::new().days(days)), ..moment }
}

struct Writer<'a> {
    outset: &'a Outset<'a>,
    strings: &'a Strings,
    pitch: Pitch,
    deadline: Option<Moment>,
}

impl Writer<'_> {
    fn site(&self) -> &Site {
        self.outset.desk.cx.site()
    }

    /// The letter of this number.
    fn letter(&self, step: usize, (key, own): (&str, &Mailing)) -> Letter {
        let desk = self.outset.desk;
        let lang = desk.lang;
        let (campaign, edition) = self.outset.sold;
        let page = (self.outset.told)(key, &self.site().absolute(&edition.route));
        let (subject, opening, mut blocks) = match step {
            0 => self.welcome(key),
            1 => self.value(key),
            2 => self.offer(key),
            _ => self.last_call(key),
        };
        let subject = own.subject.own(lang).map_or(subject, str::to_owned);
        let opening = own.text.own(lang).map_or_else(|| vec![paragraph(&opening)], paragraphs);
        let preheader = preheader_of(&opening);
        blocks.splice(0..0, opening);
        blocks.push(Block::Button(self.button(step), page.clone()));
        blocks.extend(self.coming(step));
        let due = self.due(step, own);
        let moment = match due {
            Due::At(moment) => moment,
            Due::Day(day) => later(desk.today, day.into()),
        };
        let name = format!("{}-{}-{}", campaign.name, step + 1, key.replace('_', "-"));
        Letter { subject: one_line(&subject), preheader, blocks, due, moment, ..desk.letter(&name, &subject, page) }
    }

    /// When a letter is sent. The last one comes a day before something lapses, if something does.
    fn due(&self, step: usize, own: &Mailing) -> Due {
        let after = |days: u16| match self.outset.starts {
            Some(starts) => Due::At(later(starts, days.into())),
            None => Due::Day(days),
        };
        match (own.day, self.deadline) {
            (None, Some(deadline)) if step == DAYS.len() - 1 => Due::At(later(deadline, -1)),
            (day, _) => after(day.unwrap_or(DAYS[step])),
        }
    }

    fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.strings.fill(&format!("mail.{key}"), values)
    }

    /// What it is about, what one gets, and what can be read at once.
    fn welcome(&self, key: &str) -> (String, String, Vec<Block>) {
        let page = self.outset.page;
        let mut blocks = vec![];
        if let Some(promise) = usual(&page.promise).filter(|promise| !promise.is_empty()) {
            blocks.push(paragraph(promise));
        }
        if let Some(outcomes) = usual(&page.outcomes).filter(|outcomes| !outcomes.is_empty()) {
            blocks.push(self.heading("landing.outcomes"));
            blocks.push(list(outcomes.iter().map(|outcome| vec![Inline::text(&**outcome)])));
        }
        let related: Vec<&Piece> = self.pitch.related.iter().map(|&id| self.site().piece(id)).collect();
        if !related.is_empty() {
            blocks.push(self.heading("landing.related"));
            blocks.push(list(related.into_iter().map(|piece| self.linked(key, piece))));
        }
        (self.fill("welcome.subject", &[("name", &page.name)]), self.fill("welcome.text", &[]), blocks)
    }

    /// A piece as a link, with what it is about behind it.
    fn linked(&self, key: &str, piece: &Piece) -> Vec<Inline> {
        let address = (self.outset.told)(key, &self.site().absolute(&piece.route));
        let mut line = vec![Inline::Link(address, vec![Inline::text(&*piece.title)])];
        if !piece.description.is_empty() {
            line.push(Inline::Break);
            line.push(Inline::text(&*piece.description));
        }
        line
    }

    /// Something to read; where there is nothing, what lies in what is sold.
    fn value(&self, key: &str) -> (String, String, Vec<Block>) {
        let Some(reading) = &self.outset.reading else {
            let (name, outline) = (&self.outset.page.name, self.outline());
            return (
                self.fill("value.subject", &[("title", name)]),
                usual(&self.outset.page.promise).cloned().unwrap_or_default(),
                outline,
            );
        };
        let piece = self.site().piece(reading.piece);
        let text = if reading.is_whole { "value.text" } else { "value.text_beginning" };
        let mut blocks = vec![
            Block::Heading(2, vec![Inline::text(&*piece.title)]),
            Block::Small(vec![Inline::Text(self.outset.desk.facts(piece))]),
        ];
        blocks.extend(reading.blocks.iter().cloned());
        let address = (self.outset.told)(key, &self.site().absolute(&piece.route));
        let words = self.strings.get(if reading.is_whole { "mail.open" } else { "mail.read_on" });
        blocks.push(Block::Paragraph(vec![Inline::Link(address, vec![Inline::text(words)])]));
        blocks.push(Block::Rule);
        let title = [("title", &*piece.title)];
        (self.fill("value.subject", &title), self.fill(text, &title), blocks)
    }

    /// What is sold, on which terms, and what others say of it.
    fn offer(&self, _: &str) -> (String, String, Vec<Block>) {
        let page = self.outset.page;
        let price = page.buy.early.as_ref().map_or(&page.buy.price, |early| &early.price);
        let until = page.buy.early.as_ref().map(|early| early.until.text.as_str());
        let subject = match (price.is_empty(), until) {
            (true, _) => page.title.clone(),
            (_, Some(until)) => self.fill("offer.subject_until", &[("name", &page.name), ("price", price), ("until", until)]),
            _ => self.fill("offer.subject", &[("name", &page.name), ("price", price)]),
        };
        let mut blocks = Vec::new();
        if !page.facts.is_empty() {
            blocks.push(Block::Small(vec![Inline::Text(page.facts.join(" · "))]));
        }
        blocks.extend(self.outline());
        blocks.extend(self.terms());
        let voices = usual(&page.testimonials).map(Vec::as_slice).unwrap_or_default();
        if !voices.is_empty() {
            blocks.push(self.heading("landing.voices"));
        }
        for said in voices {
            let who = [said.name.as_str(), &said.role].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
            let who = Block::Small(vec![Inline::Text(format!("— {}", who.join(self.strings.get("landing.comma"))))]);
            blocks.push(Block::Quote(vec![paragraph(&said.quote), who]));
        }
        blocks.extend(self.answers());
        blocks.extend(self.guarantee());
        (subject, self.fill("offer.text", &[]), blocks)
    }

    /// The last one: what lapses, and when; or that nothing does.
    fn last_call(&self, _: &str) -> (String, String, Vec<Block>) {
        let name = &self.outset.page.name;
        let mut blocks = self.terms();
        blocks.extend(self.guarantee());
        match self.deadline {
            Some(deadline) => {
                let until = self.outset.desk.moment(&deadline);
                (
                    self.fill("last_call.subject", &[("name", name), ("until", &until)]),
                    self.fill("last_call.text", &[("until", &until)]),
                    blocks,
                )
            }
            None => (self.fill("last_call.subject_open", &[("name", name)]), self.fill("last_call.text_open", &[]), blocks),
        }
    }

    /// What the button says.
    fn button(&self, step: usize) -> String {
        match step {
            0 | 1 => self.fill("see", &[("name", &self.outset.page.name)]),
            _ => usual(&self.outset.page.buy.labels).cloned().unwrap_or_default(),
        }
    }

    /// That there will be more letters, and how many.
    fn coming(&self, step: usize) -> Option<Block> {
        let more = DAYS.len() - 1 - step;
        (step == 0).then(|| Block::Small(vec![Inline::Text(self.strings.count("mail.welcome.more", more))]))
    }

    /// What lies in what is sold: the titles of its parts and lessons.
    fn outline(&self) -> Vec<Block> {
        let site = self.site();
        let (_, edition) = self.outset.sold;
        let mut blocks = vec![self.heading("landing.contents")];
        let mut room = LESSONS;
        for &id in &edition.pieces {
            let items: Vec<Vec<Block>> = site.piece(id).children.iter().map(|&child| self.entry(child, &mut room)).collect();
            blocks.push(Block::Paragraph(vec![Inline::Strong(vec![Inline::text(&*site.piece(id).title)])]));
            if !items.is_empty() {
                blocks.push(Block::List(None, items));
            }
        }
        blocks
    }

    fn entry(&self, id: PieceId, room: &mut usize) -> Vec<Block> {
        let piece = self.site().piece(id);
        let mut blocks = vec![paragraph(&piece.title)];
        let shown = piece.children.len().min(*room);
        *room -= shown;
        if shown > 0 {
            let titles = piece.children[..shown].iter().map(|&child| vec![Inline::text(&*self.site().piece(child).title)]);
            blocks.push(list(titles));
        }
        blocks
    }

    /// What it costs, on which terms and till when.
    fn terms(&self) -> Vec<Block> {
        let buy = &self.outset.page.buy;
        let mut lines: Vec<Vec<Inline>> = Vec::new();
        let price = |price: &str| Inline::Strong(vec![Inline::text(price)]);
        match &buy.early {
            Some(early) => lines.push(vec![price(&early.price), Inline::Text(format!(" · {}", early.text))]),
            None if !buy.price.is_empty() => lines.push(vec![price(&buy.price)]),
            None => {}
        }
        if let Some(coupon) = &buy.coupon {
            let until = coupon.until.as_ref().map(|until| self.strings.fill("landing.until", &[("until", &until.text)]));
            let until = until.map(|until| format!(" · {until}")).unwrap_or_default();
            lines.push(vec![
                price(&coupon.price),
                Inline::Text(format!(" · {} ", self.strings.get("landing.coupon"))),
                Inline::Code(coupon.code.clone()),
                Inline::Text(until),
            ]);
        }
        if lines.is_empty() {
            return Vec::new();
        }
        let title = self.strings.get("landing.price").to_owned();
        vec![Block::Note(title, lines.into_iter().map(Block::Paragraph).collect())]
    }

    fn answers(&self) -> Vec<Block> {
        let faq = usual(&self.outset.page.faq).map(Vec::as_slice).unwrap_or_default();
        let mut blocks = if faq.is_empty() { Vec::new() } else { vec![self.heading("landing.faq")] };
        for entry in faq.iter().take(ANSWERS) {
            blocks.push(Block::Paragraph(vec![Inline::Strong(vec![Inline::text(&*entry.question)])]));
            blocks.push(paragraph(&entry.answer));
        }
        blocks
    }

    fn guarantee(&self) -> Option<Block> {
        usual(&self.outset.page.guarantee)?.as_ref().map(|pledge| paragraph(&pledge.text))
    }

    fn heading(&self, key: &str) -> Block {
        Block::Heading(2, vec![Inline::text(self.strings.get(key))])
    }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![Inline::text(text)])
}

/// A text of one's own: paragraphs with an empty line between them.
fn paragraphs(text: &str) -> Vec<Block> {
    text.split("\n\n").map(str::trim).filter(|part| !part.is_empty()).map(|part| paragraph(&one_line(part))).collect()
}

fn list(items: impl Iterator<Item = Vec<Inline>>) -> Block {
    Block::List(None, items.map(|item| vec![Block::Paragraph(item)]).collect())
}
