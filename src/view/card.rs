//! A piece as other pages show it.

use serde::Serialize;

use super::context::ViewContext;
use super::media::{self, ImageView};
use super::session;
use super::shared::Shared;
use super::text::{self, DateText};
use crate::id::PieceId;
use crate::model::Kind;

/// A piece in a list.
#[derive(Clone, Debug, Serialize)]
pub struct Card {
    /// Its title.
    pub title: String,
    /// Its address.
    pub href: String,
    /// A sentence or two; may be empty.
    pub description: String,
    /// Its kind: `article`, `course`, `lesson` …
    pub kind: &'static str,
    /// The word for its kind.
    pub kind_name: String,
    /// Its language.
    pub lang: String,
    /// When it was published; for a session when it starts.
    pub date: Option<DateText>,
    /// How many lessons or chapters a course or book has, in words; else empty.
    pub count: String,
    /// What the first way to open it costs, in words: `¥39/月`; empty if it is free or has no price.
    pub price: String,
    /// How hard it is: [`LevelLabel`](super::LevelLabel), or none.
    pub level: Shared,
    /// Who may read it: [`TierLabel`](super::TierLabel).
    pub tier: Shared,
    /// Minutes to read, hear or see it, in words.
    pub minutes: String,
    /// Its topics: a [`TermLink`](super::TermLink) each.
    pub tags: Vec<Shared>,
    /// Its picture.
    pub cover: Option<ImageView>,
    /// Its number among its siblings, as `2.1`; may be empty.
    pub number: String,
}

/// Makes the card of a piece.
pub(super) fn card(cx: &ViewContext, id: PieceId) -> Card {
    let site = cx.site();
    let piece = site.piece(id);
    let strings = cx.strings(&piece.lang);
    let date = match &piece.doc.front.start {
        Some(start) => Some(text::moment(strings, start)),
        None => piece.dates.date.as_ref().map(|date| text::date(strings, date)),
    };
    // A session lasts as long as it is meant to, however much is written about it.
    let length = piece.doc.front.length.as_deref().filter(|_| piece.kind == Kind::Session).and_then(session::minutes);
    Card {
        title: piece.title.to_string(),
        href: site.href(&piece.route),
        description: piece.description.to_string(),
        kind: piece.kind.name(),
        kind_name: cx.kind_name(&piece.lang, piece.kind).to_owned(),
        lang: piece.lang.to_string(),
        date,
        count: cx.leaves(piece),
        price: cx.price(piece).to_owned(),
        level: cx.level(piece),
        tier: cx.tier(piece),
        minutes: text::minutes(strings, length.unwrap_or(piece.minutes)),
        tags: piece.tags.iter().map(|&tag| cx.term(tag)).collect(),
        cover: piece.cover.as_ref().and_then(|cover| media::image(site, cover)),
        number: piece.number.to_string(),
    }
}
