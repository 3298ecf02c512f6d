//! A part of the readers, by what they care for -> the pieces that are for them.
//!
//! Invariant: it follows from what everyone may read: levels and topics as declared, and the lists of what each piece leads to.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::id::{Lang, PieceId, Route};
use crate::model::{Level, Piece, Site, Taxonomy, Term};
use crate::view::ViewContext;

/// How many pieces a digest adds for a part of its readers.
const SHOWN: usize = 3;

/// A part of the readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Those at this level.
    Level(Level),
    /// Those who care for this topic, as it is written.
    Topic(String),
}

impl Segment {
    /// Reads `level:beginner` or `topic:…`, a tag of the site in any of its languages; `None` if no piece is of that kind.
    #[must_use]
    pub fn read(site: &Site, written: &str) -> Option<Self> {
        match written.split_once(':')? {
            ("level", name) => Level::named(name.trim()).map(Self::Level),
            ("topic", name) => {
                let segment = Self::Topic(name.trim().to_owned());
                site.terms.iter().any(|term| segment.is_topic(term)).then_some(segment)
            }
            _ => None,
        }
    }

    /// What a site's pieces are divided by, as [`read`](Self::read) takes it, in a language: levels first.
    #[must_use]
    pub fn all(site: &Site, lang: &Lang) -> Vec<Self> {
        let has = |level: &Level| {
            site.pieces.iter().any(|piece| piece.lang == *lang && piece.level.is_some_and(|(own, _)| own == *level))
        };
        let levels = Level::ALL.into_iter().filter(has).map(Self::Level);
        let topics = site.terms.iter().filter(|term| term.taxonomy == Taxonomy::Tag && term.lang == *lang);
        levels.chain(topics.map(|term| Self::Topic(term.name.to_string()))).collect()
    }

    fn is_topic(&self, term: &Term) -> bool {
        matches!(self, Self::Topic(name) if term.taxonomy == Taxonomy::Tag && term.name.to_lowercase() == name.to_lowercase())
    }

    /// Its name as part of a file's.
    #[must_use]
    pub fn file_name(&self) -> String {
        self.to_string().replace(|c: char| !c.is_alphanumeric(), "-").to_lowercase()
    }

    /// Its name for readers: that of the level, or of the topic.
    #[must_use]
    pub fn words(&self, cx: &ViewContext, lang: &Lang) -> String {
        match self {
            Self::Level(level) => cx.theme().strings(lang).get(&format!("level.{}", level.name())).to_owned(),
            Self::Topic(name) => name.clone(),
        }
    }

    fn holds(&self, site: &Site, piece: &Piece) -> bool {
        match self {
            Self::Level(level) => piece.level.is_some_and(|(own, _)| own == *level),
            Self::Topic(_) => piece.tags.iter().any(|&tag| self.is_topic(&site.terms[tag.index()])),
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Level(level) => write!(f, "level:{}", level.name()),
            Self::Topic(name) => write!(f, "topic:{name}"),
        }
    }
}

/// What each piece leads to, with how well: by its address.
pub type Lead<'a> = &'a dyn Fn(&Route) -> Vec<(Route, i32)>;

/// The pieces in a language that those of a segment lead to best, and that are not among these; where the lists say too little, the newest of
/// the segment itself.
#[must_use]
pub fn for_you<'a>(site: &'a Site, (lang, segment): (&Lang, &Segment), lead: Lead<'_>, but: &[&Piece]) -> Vec<&'a Piece> {
    let told: BTreeSet<PieceId> = but.iter().map(|piece| piece.id).collect();
    let own: Vec<&Piece> = site.pieces.iter().filter(|piece| piece.lang == *lang && segment.holds(site, piece)).collect();
    let mut scores: BTreeMap<Route, i64> = BTreeMap::new();
    for (route, score) in own.iter().flat_map(|piece| lead(&piece.route)) {
        *scores.entry(route).or_default() += i64::from(score);
    }
    let score = |piece: &Piece| scores.get(&piece.route).copied().unwrap_or_default();
    let is_own = |piece: &Piece| own.iter().any(|other| other.id == piece.id);
    let mut found: Vec<&Piece> = site
        .pieces
        .iter()
        .filter(|piece| piece.lang == *lang && !told.contains(&piece.id) && !piece.doc.front.draft)
        .filter(|piece| piece.doc.front.recommend != Some(false) && (score(piece) > 0 || is_own(piece)))
        .filter(|piece| piece.dates.date.is_none_or(|date| date.date <= site.today))
        .collect();
    found.sort_by_cached_key(|piece| {
        (Reverse(score(piece)), Reverse(piece.dates.date.map(|date| date.utc())), piece.route.clone())
    });
    found.truncate(SHOWN);
    found
}
