//! What is new in a language -> the letter that lists it, with titles, descriptions and links.
//!
//! Invariant: it holds nothing of a piece but what everyone may read in lists.

use std::cmp::Reverse;

use jiff::civil::Date;

use super::super::prose::{Block, Inline};
use super::Letter;
use super::letter::{Desk, one_line};
use super::log::{Log, Readers};
use super::segment::Segment;
use crate::id::Lang;
use crate::model::text::excerpt;
use crate::model::{Kind, Piece, Site};

/// What counts as new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// What was published on this day or later.
    Day(Date),
    /// What no issue for this audience had.
    Last,
}

/// The pieces that are new, newest first; `None` if nothing was ever sent and so nothing can be told from it.
#[must_use]
pub fn new_pieces<'a>(site: &'a Site, readers: Readers<'_>, since: Since, log: &Log) -> Option<Vec<&'a Piece>> {
    let first = match since {
        Since::Day(day) => day,
        Since::Last => log.first_day(readers)?,
    };
    let told = |piece: &Piece| since == Since::Last && log.has(readers, &piece.source);
    let mut pieces: Vec<&Piece> = site
        .pieces
        .iter()
        .filter(|piece| piece.lang == *readers.lang && is_news(piece) && !told(piece))
        .filter(|piece| piece.dates.date.is_some_and(|moment| moment.date >= first && moment.date <= site.today))
        .collect();
    pieces.sort_by_cached_key(|piece| (Reverse(piece.dates.date.map(|date| date.utc())), piece.route.clone()));
    Some(pieces)
}

/// What there is to tell of in a language, newest first; what has no day comes last.
#[must_use]
pub fn news<'a>(site: &'a Site, lang: &Lang) -> Vec<&'a Piece> {
    let mut pieces: Vec<&Piece> = site.pieces.iter().filter(|piece| piece.lang == *lang && is_news(piece)).collect();
    pieces.sort_by_cached_key(|piece| (Reverse(piece.dates.date.map(|date| date.utc())), piece.route.clone()));
    pieces
}

/// Whether a piece is news by itself.
fn is_news(piece: &Piece) -> bool {
    matches!(piece.kind, Kind::Article | Kind::Course | Kind::Book | Kind::Session | Kind::Resource | Kind::Answer)
        && !piece.doc.front.draft
}

/// What a digest is for a part of its readers.
pub struct ForYou<'a> {
    /// The part.
    pub segment: &'a Segment,
    /// What it is led to besides what is new.
    pub pieces: Vec<&'a Piece>,
}

/// The digest of these pieces, with something for a part of its readers if it is for one; `told` is what is done to an address within the site.
#[must_use]
pub fn digest(desk: &Desk<'_>, pieces: &[&Piece], for_you: Option<&ForYou<'_>>, told: &dyn Fn(&str) -> String) -> Letter {
    let site = desk.cx.site();
    let strings = desk.strings();
    let count = strings.count("mail.digest", pieces.len());
    let title = site.config.title.get(desk.lang);
    let heading = format!("{title} · {count}");
    let home = told(&site.absolute(&site.home(desk.lang)));
    let part = for_you.map(|for_you| format!("-{}", for_you.segment.file_name())).unwrap_or_default();
    let mut letter = desk.letter(&format!("digest-{}{part}", desk.today.date), &heading, home.clone());
    // The newest says more than the site's name, which stands beside the subject anyway.
    if let Some(newest) = pieces.first() {
        letter.subject = one_line(&match pieces.len() {
            1 => newest.title.to_string(),
            more => strings.fill("mail.digest.subject", &[("title", &newest.title), ("n", &(more - 1).to_string())]),
        });
    }
    let titles = pieces.iter().map(|piece| one_line(&piece.title)).collect::<Vec<_>>().join(" · ");
    letter.preheader = excerpt(&titles, 110);
    letter.blocks.extend(listed(desk, pieces, 2, told));
    if let Some(for_you) = for_you.filter(|for_you| !for_you.pieces.is_empty()) {
        let whom = for_you.segment.words(desk.cx, desk.lang);
        letter.blocks.push(Block::Rule);
        letter.blocks.push(Block::Heading(2, vec![Inline::Text(strings.fill("mail.for_you", &[("segment", &whom)]))]));
        letter.blocks.extend(listed(desk, &for_you.pieces, 3, told));
    }
    letter.blocks.push(Block::Button(strings.get("mail.all").to_owned(), home));
    letter
}

/// Pieces under headings of this level, each with what everyone may know of it.
fn listed(desk: &Desk<'_>, pieces: &[&Piece], level: u8, told: &dyn Fn(&str) -> String) -> Vec<Block> {
    let mut blocks = Vec::new();
    for piece in pieces {
        let page = told(&desk.cx.site().absolute(&piece.route));
        blocks.push(Block::Heading(level, vec![Inline::Link(page, vec![Inline::text(&*piece.title)])]));
        blocks.push(Block::Small(vec![Inline::Text(desk.facts(piece))]));
        if !piece.description.is_empty() {
            blocks.push(Block::Paragraph(vec![Inline::text(&*piece.description)]));
        }
    }
    blocks
}
