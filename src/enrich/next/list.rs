//! A site -> what readers of each piece are led to next, and why.
//!
//! Of each piece only what everyone may read is compared ([`access::embedding_text`]): neither the lists of free pieces nor those of paid ones tell anything
//! of paid text. What the reader sees anyway is not listed: the rest of the same course or book, what comes before and after, translations, and what
//! the text links to. Where the site says so (`recommend.languages`), what other languages have on the same subject is led to as well. Invariant: the same site and model give the same lists, in whatever order they are made.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::abroad::{self, Spoken};
use super::reason::steps;
use super::{Common, Embedded, Item, Items, Ranked, Ranker, Ranking, Signal, Vectors, embedded, ranking};
use crate::access;
use crate::config::recommend::Languages;
use crate::diag::{Diag, Noted, code};
use crate::id::{Lang, PieceId, Route};
use crate::model::numbers::numbers;
use crate::model::text::{Headings, text};
use crate::model::{Kind, Link, Piece, Site};
use crate::world::{Cache, Embedder};

/// A candidate needs so much from words, meaning and ways together: below it two pieces only happen to stand in one site.
const LEAST: f32 = 1.0;
/// What a level below that of the piece costs: nobody wants to be led back twice.
const STEP_DOWN: f32 = 1.0;
/// What a level costs that is too far above: the step between was left out.
const LEAP: f32 = 1.0;
/// What it costs to say the same as a candidate chosen before (maximal marginal relevance, Carbonell & Goldstein 1998).
const SAME: f32 = 2.0;
/// What it costs to stand in many lists, for each time (by the natural logarithm) that it is in more of them than [`USUAL`]. General texts are near to all
/// others, and who reads two pieces should not be led to the same one twice.
const FAME: f32 = 1.5;
/// A piece is in so many lists at the most, in as many on average.
const USUAL: usize = 2;
/// How many candidates are looked at for each that is chosen.
const POOL: usize = 6;
/// How many neighbours a page tells readers' devices: twenty cost a tenth of nDCG@10.
const NEAR: usize = 50;

pub use super::reason::Reason;

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
    /// What both have in common, whatever others have.
    pub common: Common,
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
    let (mut languages, mut made) = (Vec::new(), Vec::new());
    for language in &site.languages {
        let compared = Compared::of(site, &language.tag);
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
        made.push(compared.lists(&ranking));
        languages.push((compared, ranking.into_vectors()));
    }
    diags.dedup();
    if site.config.recommend.languages == Languages::All {
        let spoken =
            languages.iter().map(|(compared, vectors)| Spoken { pieces: compared.pieces.clone(), vectors: vectors.as_ref() });
        let spoken: Vec<Spoken<'_>> = spoken.collect();
        for (number, lists) in made.iter_mut().enumerate() {
            let add = |(at, leads): (usize, &mut Leads)| abroad::add(site, &spoken, (number, at), &mut leads.shown);
            lists.par_iter_mut().enumerate().for_each(add);
        }
    }
    let routes = |compared: &Compared<'_>| compared.pieces.iter().map(|&id| site.piece(id).route.clone()).collect::<Vec<_>>();
    let lists = languages.iter().zip(made).flat_map(|((compared, _), made)| routes(compared).into_iter().zip(made)).collect();
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

    /// What each piece leads to.
    fn lists(&self, ranking: &Ranking) -> Vec<Leads> {
        let pool = |ranker: &mut Ranker<'_>, at: usize| self.pool(at, ranking, ranker);
        let pools: Vec<(Vec<Ranked>, Leads)> =
            (0..self.pieces.len()).into_par_iter().map_init(|| ranking.ranker(), pool).collect();
        let count = self.site.config.recommend.count;
        let mut named = vec![0_u32; self.pieces.len()];
        pools.iter().flat_map(|(pool, _)| pool.iter().take(count)).for_each(|ranked| named[ranked.item] += 1);
        let most = (USUAL * count) as f32;
        let fame: Vec<f32> = named.iter().map(|&named| FAME * (named as f32 / most).max(1.0).ln()).collect();
        let list =
            |(at, (pool, leads)): (usize, (Vec<Ranked>, Leads))| Leads { shown: self.list(at, (pool, ranking), &fame), ..leads };
        pools.into_par_iter().enumerate().map(list).collect()
    }

    /// The candidates of a piece, best first, and what readers' devices are told of them.
    fn pool(&self, at: usize, ranking: &Ranking, ranker: &mut Ranker<'_>) -> (Vec<Ranked>, Leads) {
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
        pool.retain(|ranked| self.reason(piece, ranked).is_some());
        (pool, Leads { shown: Vec::new(), near })
    }

    /// The pieces that readers of one are shown, of its candidates.
    fn list(&self, at: usize, (pool, ranking): (Vec<Ranked>, &Ranking), fame: &[f32]) -> Vec<Neighbour> {
        let piece = self.site.piece(self.pieces[at]);
        let fit = |ranked: Ranked| {
            let score = ranked.score as f32 / 1e4 - self.misfit(piece, ranked.item) - fame[ranked.item];
            Fit { score, same: 0.0, ranked }
        };
        let mut pool: Vec<Fit> = pool.into_iter().map(fit).collect();
        let mut list = Vec::new();
        while list.len() < self.site.config.recommend.count && !pool.is_empty() {
            // Of equals the first, which is better or has the lower address.
            let places = pool.iter().enumerate();
            let best = places.max_by_key(|(at, fit)| (fit.worth(), Reverse(*at))).map_or(0, |(at, _)| at);
            let Fit { ranked, .. } = pool.remove(best);
            for other in &mut pool {
                other.same = other.same.max(ranking.overlap(ranked.item, other.ranked.item));
            }
            let Some(reason) = self.reason(piece, &ranked) else { continue };
            let Ranked { item, score, parts, common } = ranked;
            list.push(Neighbour { route: self.site.piece(self.pieces[item]).route.clone(), reason, score, parts, common });
        }
        list
    }

    fn reason(&self, piece: &Piece, ranked: &Ranked) -> Option<Reason> {
        Reason::of(self.site, piece, self.site.piece(self.pieces[ranked.item]), (&ranked.parts, ranked.common))
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
