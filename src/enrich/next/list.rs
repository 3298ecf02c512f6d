//! A site -> what readers of each piece are led to next, and why.
//!
//! Of each piece only what everyone may read is compared ([`access::embedding_text`]): neither the lists of free pieces nor those of paid ones tell anything
//! of paid text. What the reader sees anyway is not listed: the rest of the same course or book, what comes before and after, translations, and what
//! the text links to. Invariant: the same site and model give the same lists, in whatever order they are made.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::{Embedded, Item, Items, Ranked, Ranker, Ranking, Signal, Vectors, embedded, ranking};
use crate::access;
use crate::diag::{Diag, Noted, code};
use crate::id::{Lang, PieceId, Route};
use crate::model::numbers::numbers;
use crate::model::text::{Headings, text};
use crate::model::{Kind, Link, Piece, Site, Taxonomy};
use crate::world::{Cache, Embedder};

/// A candidate needs so much from words, meaning and ways together: below it two pieces only happen to stand in one site.
const LEAST: f32 = 1.0;
/// What a level below that of the piece costs: nobody wants to be led back twice.
const STEP_DOWN: f32 = 1.0;
/// What a level costs that is too far above: the step between was left out.
const LEAP: f32 = 1.0;
/// What it costs to say the same as a candidate chosen before (maximal marginal relevance, Carbonell & Goldstein 1998).
const SAME: f32 = 2.0;
/// How many candidates are looked at for each that is chosen.
const POOL: usize = 6;
/// How many neighbours a page tells readers' devices: twenty cost a tenth of nDCG@10.
const NEAR: usize = 50;

/// Why a piece is led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is on the same subject, at a higher level.
    Deeper,
    /// It is on the same subject, at a lower level.
    Easier,
    /// It has this topic too.
    Topic(Box<str>),
    /// This text refers to it.
    Linked,
    /// It refers to this text.
    LinkedFrom,
    /// Others refer to both.
    Together,
    /// It has much in common.
    Similar,
}

impl Reason {
    /// The name in JSON and of the theme's string for it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Deeper => "deeper",
            Self::Easier => "easier",
            Self::Topic(_) => "topic",
            Self::Linked => "linked",
            Self::LinkedFrom => "linked_from",
            Self::Together => "together",
            Self::Similar => "similar",
        }
    }
}

/// A piece that another one leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    /// Its address.
    pub route: Route,
    /// Why.
    pub reason: Reason,
    /// How well it goes on, in units of 1e-4.
    pub score: i32,
    /// What each of [`Signal::ALL`] gave.
    pub parts: [f32; 8],
}

/// What readers of each piece are led to, by its address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadNext(BTreeMap<Route, Leads>);

/// What a piece leads to.
#[derive(Clone, Debug, Default, PartialEq)]
struct Leads {
    shown: Vec<Neighbour>,
    /// The number of each, and how near it is: 255 is the nearest.
    near: Vec<(u16, u8)>,
}

impl ReadNext {
    /// What a piece leads to, best first.
    #[must_use]
    pub fn of(&self, route: &Route) -> &[Neighbour] {
        self.0.get(route).map_or(&[], |leads| &leads.shown)
    }

    /// The neighbours of a piece for readers' devices to choose from, nearest first: the number of each ([`numbers`]), and how near it is, 255 being
    /// the nearest. Empty unless the site asks for it.
    #[must_use]
    pub fn near(&self, route: &Route) -> &[(u16, u8)] {
        self.0.get(route).map_or(&[], |leads| &leads.near)
    }
}

/// Compares the pieces of a site; without an embedder by words and ways alone.
pub fn read_next(site: &Site, embedder: Option<&dyn Embedder>, cache: &dyn Cache) -> Noted<ReadNext> {
    let mut diags = Vec::new();
    let mut lists = BTreeMap::new();
    for language in &site.languages {
        let compared = Compared::of(site, &language.tag);
        if compared.pieces.len() < 2 {
            continue;
        }
        let vectors = embedder.and_then(|embedder| match embedded(&compared, embedder, cache) {
            Ok(embedded) => {
                diags.extend(strange(&embedded, &language.tag));
                diags.extend(embedded.diags);
                Some(Vectors::of(embedded.vectors))
            }
            Err(diag) => {
                diags.push(diag);
                None
            }
        });
        let ranking = ranking(&compared, vectors);
        let list = |ranker: &mut Ranker<'_>, at: usize| compared.list(at, &ranking, ranker);
        let made: Vec<_> = (0..compared.pieces.len()).into_par_iter().map_init(|| ranking.ranker(), list).collect();
        let routes = compared.pieces.iter().map(|&id| site.piece(id).route.clone());
        lists.extend(routes.zip(made).filter(|(_, leads)| *leads != Leads::default()));
    }
    diags.dedup();
    Noted::new(ReadNext(lists), diags)
}

/// A model that does not know a language is told of once.
fn strange(embedded: &Embedded, lang: &Lang) -> Option<Diag> {
    let unknown = embedded.vectors.iter().filter(|vector| vector.is_none()).count();
    let is_strange = unknown * 2 > embedded.vectors.len();
    is_strange.then(|| {
        let message =
            format!("the model does not know the words of {unknown} pieces in `{lang}`: they are compared by their words alone");
        let diag = Diag::warning(&code::STRANGE_LANGUAGE, message);
        diag.hint(
            "get a multilingual model with `kmsite model fetch intfloat/multilingual-e5-small` and name it with `recommend.model`, or say `none`",
        )
    })
}

/// The pieces of a language that are compared.
struct Compared<'a> {
    site: &'a Site,
    pieces: Vec<PieceId>,
    places: HashMap<PieceId, usize>,
    /// The course or book that each lies in, or is.
    wholes: Vec<Option<PieceId>>,
    /// What each is called in pages.
    numbers: BTreeMap<PieceId, u16>,
}

impl Items for Compared<'_> {
    fn count(&self) -> usize {
        self.pieces.len()
    }

    fn item(&self, at: usize) -> Cow<'_, Item> {
        Cow::Owned(item(self.site.piece(self.pieces[at]), &self.places))
    }
}

impl<'a> Compared<'a> {
    fn of(site: &'a Site, lang: &Lang) -> Self {
        let is_compared = |piece: &&Piece| piece.lang == *lang && piece.kind.is_read();
        let pieces: Vec<PieceId> = site.pieces.iter().filter(is_compared).map(|piece| piece.id).collect();
        let places = pieces.iter().enumerate().map(|(at, &id)| (id, at)).collect();
        let wholes = pieces.iter().map(|&id| whole(site, site.piece(id))).collect();
        Self { site, pieces, places, wholes, numbers: numbers(site, lang) }
    }

    /// What a piece leads to.
    fn list(&self, at: usize, ranking: &Ranking, ranker: &mut Ranker<'_>) -> Leads {
        let piece = self.site.piece(self.pieces[at]);
        let settings = &self.site.config.recommend;
        let beside = beside(piece);
        let may_be_shown = |other: usize| {
            let is_near = self.wholes[at].is_some() && self.wholes[at] == self.wholes[other];
            let other_piece = self.site.piece(self.pieces[other]);
            let is_told = || !settings.linked && ranking.links(at, other);
            !is_near && !beside.contains(&other_piece.id) && other_piece.doc.front.recommend != Some(false) && !is_told()
        };
        let most = settings.count * POOL;
        let mut pool = ranker.best(at, most.max(if settings.personal { NEAR } else { 0 }), &may_be_shown);
        pool.retain(|ranked| worth(ranked) >= LEAST);
        let near = if settings.personal { self.near(&pool) } else { Vec::new() };
        pool.truncate(most);
        let fit = |ranked: Ranked| Fit { score: ranked.score as f32 / 1e4 - self.misfit(piece, ranked.item), same: 0.0, ranked };
        let mut pool: Vec<Fit> = pool.into_iter().map(fit).collect();
        let mut list = Vec::new();
        while list.len() < settings.count && !pool.is_empty() {
            // Of equals the first, which is better or has the lower address.
            let places = pool.iter().enumerate();
            let best = places.max_by_key(|(at, fit)| (fit.worth(), Reverse(*at))).map_or(0, |(at, _)| at);
            let Fit { ranked, .. } = pool.remove(best);
            for other in &mut pool {
                other.same = other.same.max(ranking.overlap(ranked.item, other.ranked.item));
            }
            let other = self.site.piece(self.pieces[ranked.item]);
            let reason = self.reason(piece, other, &ranked.parts);
            list.push(Neighbour { route: other.route.clone(), reason, score: ranked.score, parts: ranked.parts });
        }
        Leads { shown: list, near }
    }

    /// The best candidates with their scores in eight bits, of the highest one.
    fn near(&self, pool: &[Ranked]) -> Vec<(u16, u8)> {
        let highest = pool.first().map_or(1, |ranked| ranked.score.max(1));
        let eight = |score: i32| (255.0 * f64::from(score) / f64::from(highest)).round().clamp(1.0, 255.0) as u8;
        let numbered = |ranked: &Ranked| Some((*self.numbers.get(&self.pieces[ranked.item])?, eight(ranked.score)));
        pool.iter().take(NEAR).filter_map(numbered).collect()
    }

    /// What speaks against a candidate's level.
    fn misfit(&self, piece: &Piece, other: usize) -> f32 {
        match steps(piece, self.site.piece(self.pieces[other])) {
            Some(down @ ..=-1) => STEP_DOWN * down.unsigned_abs() as f32,
            Some(up @ 2..) => LEAP * (up - 1) as f32,
            _ => 0.0,
        }
    }

    /// The reason that the strongest signal gives.
    fn reason(&self, piece: &Piece, other: &Piece, parts: &[f32; 8]) -> Reason {
        let of = |signal: Signal| parts[signal as usize];
        let content = of(Signal::Words) + of(Signal::Like) + of(Signal::Meaning);
        let ways = [
            (Reason::Linked, of(Signal::Link)),
            (Reason::LinkedFrom, of(Signal::LinkedFrom)),
            (Reason::Together, of(Signal::Together)),
        ];
        let strongest = ways.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, way)| *way > content);
        if let Some((reason, _)) = strongest {
            return reason;
        }
        match steps(piece, other) {
            Some(1..) => return Reason::Deeper,
            Some(..=-1) => return Reason::Easier,
            _ => {}
        }
        let shared = piece.tags.iter().filter(|tag| other.tags.contains(tag)).map(|&tag| self.site.term(tag));
        let rarest = shared.filter(|term| term.taxonomy == Taxonomy::Tag).min_by_key(|term| (term.pieces.len(), term.id));
        rarest.map_or(Reason::Similar, |term| Reason::Topic(term.name.clone()))
    }
}

/// A candidate that may be chosen.
struct Fit {
    ranked: Ranked,
    /// Its score, for a reader of the piece's level.
    score: f32,
    /// How much it says of what was chosen before.
    same: f32,
}

impl Fit {
    fn worth(&self) -> i32 {
        ((self.score - SAME * self.same) * 1e4).round() as i32
    }
}

/// What words, meaning and ways say for a candidate, whatever folder it lies in and how many link to it.
fn worth(ranked: &Ranked) -> f32 {
    let among = |signal: &Signal| !matches!(signal, Signal::Near | Signal::Prominence);
    Signal::ALL.iter().filter(|signal| among(signal)).map(|&signal| ranked.parts[signal as usize].max(0.0)).sum()
}

/// How many levels one piece is above another, if both have one.
fn steps(piece: &Piece, other: &Piece) -> Option<i32> {
    let level = |piece: &Piece| piece.level.map(|(level, _)| level as i32);
    Some(level(other)? - level(piece)?)
}

/// The course or book that a piece lies in, or is.
fn whole(site: &Site, piece: &Piece) -> Option<PieceId> {
    let mut at = Some(piece.id);
    let mut seen = BTreeSet::new();
    while let Some(id) = at.filter(|id| seen.insert(*id)) {
        let piece = site.piece(id);
        if matches!(piece.kind, Kind::Course | Kind::Book) {
            return Some(id);
        }
        at = piece.parent;
    }
    None
}

/// What a piece's page shows already.
fn beside(piece: &Piece) -> BTreeSet<PieceId> {
    piece.translations.iter().copied().chain(piece.previous).chain(piece.next).collect()
}

/// What is compared of a piece: of a paid one what everyone may read.
fn item(piece: &Piece, places: &HashMap<PieceId, usize>) -> Item {
    let public = access::embedding_text(piece);
    let body = public.bodies.iter().map(|body| text(&body.blocks, Headings::Keep)).collect::<Vec<_>>().join("\n");
    let links = public.bodies.iter().flat_map(|body| body.links.iter()).filter_map(|link| match link {
        Link::Piece { piece, .. } => places.get(piece).copied(),
        _ => None,
    });
    Item {
        title: piece.title.to_string(),
        summary: piece.description.to_string(),
        text: body,
        path: piece.doc.path.to_string(),
        links: links.collect(),
    }
}
