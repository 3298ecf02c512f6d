//! Live sessions -> events of a calendar, as values that `.ics` files are written from.
//!
//! Where a session takes place and how to join it are gated in a paid one: they are shown only if `access::public` gives them.
//! Invariant: an event depends on its piece alone; its time stamp is the piece's date, never the clock's.

use jiff::civil::{Date, DateTime};

use super::feed::{host, is_web, last_change};
use crate::access;
use crate::id::{Hash, Lang, PieceId, Route};
use crate::model::{Kind, Moment, Piece, Site, duration};

/// What a calendar is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CalendarOf {
    /// All sessions of a language.
    Language(Lang),
    /// One session.
    Session(PieceId),
}

/// A calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Its name.
    pub name: String,
    /// Its language.
    pub lang: Lang,
    /// Its events, earliest first.
    pub events: Vec<Event>,
}

/// A session in a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its name for good.
    pub uid: String,
    /// When it was last changed, in UTC.
    pub stamp: DateTime,
    /// When it begins.
    pub start: Start,
    /// How long it lasts, in minutes.
    pub minutes: Option<u32>,
    /// Its title.
    pub summary: String,
    /// Its description; may be empty.
    pub description: String,
    /// The absolute address of its page.
    pub url: String,
    /// Where it takes place, if everyone may know.
    pub location: Option<String>,
    /// The address to join at, if everyone may know.
    pub join: Option<String>,
    /// Its topics.
    pub categories: Vec<String>,
}

/// When an event begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At a moment in UTC.
    Utc(DateTime),
    /// At a time of day wherever the reader is: no offset was written.
    Floating(DateTime),
    /// On a day.
    Day(Date),
}

impl CalendarOf {
    /// Its address: `sessions.ics` beside a language's home, `session.ics` beside a session's page.
    #[must_use]
    pub fn route(&self, site: &Site) -> Route {
        match self {
            Self::Language(lang) => Route::new(format!("{}sessions.ics", site.home(lang))),
            Self::Session(piece) => Route::new(format!("{}session.ics", site.piece(*piece).route)),
        }
    }
}

/// All calendars of a site: one of each language that has sessions with a start, and one of each such session.
#[must_use]
pub fn calendars(site: &Site) -> Vec<CalendarOf> {
    let has_sessions = |lang: &Lang| site.pieces.iter().any(|piece| piece.lang == *lang && is_scheduled(piece));
    let languages = site.languages.iter().filter(|language| has_sessions(&language.tag));
    let sessions = site.pieces.iter().filter(|piece| is_scheduled(piece)).map(|piece| CalendarOf::Session(piece.id));
    languages.map(|language| CalendarOf::Language(language.tag.clone())).chain(sessions).collect()
}

/// Makes a calendar.
#[must_use]
pub fn calendar(site: &Site, of: &CalendarOf) -> Calendar {
    let (lang, mut sessions): (Lang, Vec<&Piece>) = match of {
        CalendarOf::Language(lang) => {
            (lang.clone(), site.pieces.iter().filter(|piece| piece.lang == *lang && is_scheduled(piece)).collect())
        }
        CalendarOf::Session(piece) => (site.piece(*piece).lang.clone(), vec![site.piece(*piece)]),
    };
    sessions.sort_by_cached_key(|piece| (piece.doc.front.start.map(|start| start.utc()), piece.route.clone()));
    Calendar {
        name: match of {
            CalendarOf::Language(_) => site.config.title.get(&lang).to_owned(),
            CalendarOf::Session(piece) => site.piece(*piece).title.to_string(),
        },
        lang,
        events: sessions.into_iter().filter_map(|piece| event(site, piece)).collect(),
    }
}

/// Whether a piece is a session with a start.
pub(super) fn is_scheduled(piece: &Piece) -> bool {
    piece.kind == Kind::Session && piece.doc.front.start.is_some()
}

/// How long a session lasts, in minutes, as its author says.
pub(super) fn length(piece: &Piece) -> Option<u32> {
    let front = &piece.doc.front;
    [&front.length, &front.duration].into_iter().flatten().find_map(|text| duration::minutes(text))
}

fn event(site: &Site, piece: &Piece) -> Option<Event> {
    let start = piece.doc.front.start?;
    let secrets = access::public(piece).secrets;
    let join = secrets.and_then(|secrets| secrets.link.clone()).filter(|link| is_web(link));
    Some(Event {
        uid: uid(site, piece),
        stamp: last_change(piece).unwrap_or(start).utc(),
        start: Start::of(&start),
        minutes: length(piece),
        summary: piece.title.to_string(),
        description: piece.description.to_string(),
        url: site.absolute(&piece.route),
        location: secrets.and_then(|secrets| secrets.place.clone()).or_else(|| join.clone()),
        join,
        categories: piece.tags.iter().map(|&tag| site.term(tag).name.to_string()).collect(),
    })
}

impl Start {
    /// What an author wrote.
    #[must_use]
    pub fn of(moment: &Moment) -> Self {
        match (moment.time, moment.offset) {
            (Some(_), Some(_)) => Self::Utc(moment.utc()),
            (Some(time), None) => Self::Floating(DateTime::from_parts(moment.date, time)),
            (None, _) => Self::Day(moment.date),
        }
    }
}

/// A short name that depends on the host, the language and the source id: titles, addresses and dates may change.
fn uid(site: &Site, piece: &Piece) -> String {
    let parts = [site.config.base_path(), piece.lang.as_str(), piece.source.as_str()];
    format!("{}@{}", &Hash::of_parts(&parts.map(str::as_bytes)).hex()[..32], host(site))
}
