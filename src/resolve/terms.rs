//! Pieces -> lists: collections, tags, series, levels, tiers and the archive, one of each per language.
//!
//! Lists hold what is published and nothing else. Order: newest first, then by address; a series in its declared order; a folder of undated
//! pages in the order of its files.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::DateTime;

use crate::config::Config;
use crate::id::{Lang, PieceId, Route, TermId};
use crate::model::{Kind, Level, Piece, Taxonomy, Term};

use super::place::{Name, slug};

/// What a list is made from, before it has a number.
#[derive(Debug)]
pub(super) struct Sketch {
    pub taxonomy: Taxonomy,
    pub lang: Lang,
    pub key: String,
    pub name: String,
    pub route: Route,
    pub index: Option<PieceId>,
    pub pieces: Vec<PieceId>,
}

/// Numbers the lists by address and tells the pieces their tags, series and collections.
pub(super) fn number(mut sketches: Vec<Sketch>, pieces: &mut [Piece]) -> Vec<Term> {
    sketches.sort_by(|a, b| a.route.cmp(&b.route));
    let mut terms = Vec::with_capacity(sketches.len());
    for (number, sketch) in sketches.into_iter().enumerate() {
        let id = TermId(u32::try_from(number).unwrap_or(u32::MAX));
        for &piece in &sketch.pieces {
            let piece = &mut pieces[piece.index()];
            match sketch.taxonomy {
                Taxonomy::Tag => piece.tags.push(id),
                Taxonomy::Series => piece.series = Some(id),
                Taxonomy::Collection => piece.collection = Some(id),
                Taxonomy::Level | Taxonomy::Tier | Taxonomy::Archive => {}
            }
        }
        terms.push(Term {
            id,
            taxonomy: sketch.taxonomy,
            lang: sketch.lang,
            key: sketch.key.into(),
            name: sketch.name.into(),
            route: sketch.route,
            index: sketch.index,
            pieces: sketch.pieces,
        });
    }
    terms
}

/// A tag as authors write it, folded: case and outer spaces do not make another tag.
pub(super) fn tag_key(tag: &str) -> String {
    tag.trim().to_lowercase()
}

/// Pieces that share a name: in which way it is spelt, and by which of them.
type Group<'a> = Vec<(&'a str, Vec<PieceId>)>;

/// Groups pieces by names of theirs, in a taxonomy whose lists stand at `<home>/<taxonomy>/<slug>/`.
pub(super) fn by_names<'a>(
    taxonomy: Taxonomy,
    homes: &BTreeMap<Lang, Route>,
    named: impl Iterator<Item = (&'a Piece, &'a str)>,
) -> Vec<Sketch> {
    let mut spellings: BTreeMap<(&Lang, &str), Vec<PieceId>> = BTreeMap::new();
    for (piece, name) in named {
        spellings.entry((&piece.lang, name.trim())).or_default().push(piece.id);
    }
    let mut groups: BTreeMap<(&Lang, String), Group<'_>> = BTreeMap::new();
    for ((lang, name), pieces) in spellings.into_iter().filter(|((_, name), _)| !name.is_empty()) {
        groups.entry((lang, tag_key(name))).or_default().push((name, pieces));
    }
    let mut taken: BTreeMap<Route, u32> = BTreeMap::new();
    let mut sketches = Vec::with_capacity(groups.len());
    for ((lang, key), group) in groups {
        // The commonest spelling names the list; of equals the first.
        let commonest = group.iter().max_by_key(|(name, pieces)| (pieces.len(), Reverse(*name)));
        let name = commonest.map_or_else(|| key.clone(), |(name, _)| (*name).to_owned());
        let mut pieces: Vec<PieceId> = group.into_iter().flat_map(|(_, pieces)| pieces).collect();
        pieces.sort_unstable();
        pieces.dedup();
        let lang = lang.clone();
        let above = homes[&lang].child(taxonomy.name());
        let mut route = above.child(&slug(&key));
        let count = taken.entry(route.clone()).or_default();
        *count += 1;
        if *count > 1 {
            route = above.child(&format!("{}-{count}", slug(&key)));
        }
        sketches.push(Sketch { taxonomy, lang, key, name, route, index: None, pieces });
    }
    sketches
}

/// The lists of levels, of tiers (where anything is paid) and the archives.
pub(super) fn fixed(config: &Config, homes: &BTreeMap<Lang, Route>, pieces: &[Piece]) -> Vec<Sketch> {
    let mut sketches = Vec::new();
    for (lang, home) in homes {
        let own = || pieces.iter().filter(|piece| piece.lang == *lang && is_listed(piece));
        let mut push = |taxonomy: Taxonomy, key: &str, route: Route, found: Vec<PieceId>| {
            if !found.is_empty() {
                let (key, name) = (key.to_owned(), key.to_owned());
                sketches.push(Sketch { taxonomy, lang: lang.clone(), key, name, route, index: None, pieces: found });
            }
        };
        for level in Level::ALL {
            let found = own().filter(|piece| piece.level.is_some_and(|(own, _)| own == level)).map(|piece| piece.id).collect();
            push(Taxonomy::Level, level.name(), home.child("levels").child(level.name()), found);
        }
        if own().any(|piece| !piece.access.is_free()) {
            for (rank, tier) in config.tiers.iter().enumerate() {
                let found = own().filter(|piece| piece.tier().map_or(rank == 0 && piece.access.is_free(), |own| *own == tier.id));
                push(
                    Taxonomy::Tier,
                    tier.id.as_str(),
                    home.child("tiers").child(&slug(tier.id.as_str())),
                    found.map(|piece| piece.id).collect(),
                );
            }
        }
        let dated = own().filter(|piece| piece.dates.date.is_some()).map(|piece| piece.id).collect();
        push(Taxonomy::Archive, "archive", home.child("archive"), dated);
    }
    sketches
}

/// A folder that gets a list.
pub(super) struct List {
    pub lang: Lang,
    pub folder: String,
    pub route: Route,
    pub index: Option<PieceId>,
}

/// Pieces by language and by the folder in whose list they are, each with its rank.
pub(super) type Listed<'a> = BTreeMap<(&'a str, &'a str), Vec<(usize, PieceId)>>;

/// The list of a folder: what is listed there and in the folders below.
pub(super) fn collection(list: &List, listed: &Listed<'_>) -> Sketch {
    let from = listed.range((list.lang.as_str(), list.folder.as_str())..);
    let near = from.take_while(|((lang, folder), _)| *lang == list.lang.as_str() && folder.starts_with(&list.folder));
    let own = near.filter(|((_, folder), _)| below(folder, &list.folder));
    let mut own: Vec<(usize, PieceId)> = own.flat_map(|(_, pieces)| pieces.iter().copied()).collect();
    own.sort_unstable();
    let pieces = own.into_iter().map(|(_, id)| id).collect();
    let name = list.folder.rsplit('/').next().map(|name| Name::of(name).title()).unwrap_or_default();
    Sketch {
        taxonomy: Taxonomy::Collection,
        lang: list.lang.clone(),
        key: list.folder.clone(),
        name,
        route: list.route.clone(),
        index: list.index,
        pieces,
    }
}

/// Whether `folder` is `above` or lies below it.
fn below(folder: &str, above: &str) -> bool {
    folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a piece shows in lists by tag, level and tier: what a reader would call a piece, not folders' pages.
pub(super) const fn is_listed(piece: &Piece) -> bool {
    !matches!(piece.kind, Kind::Home | Kind::Section | Kind::Module | Kind::Part | Kind::Page)
}

/// By what pieces are put in order, by their number; that is itself the order of addresses.
pub(super) struct Order {
    /// When they were published, in universal time.
    pub dates: Vec<Option<DateTime>>,
    /// Their declared place; those without one come last.
    pub places: Vec<i64>,
}

/// Puts the pieces of a list in the order shown.
pub(super) fn arrange(sketch: &mut Sketch, order: &Order) {
    let date = |id: &PieceId| order.dates[id.index()];
    match sketch.taxonomy {
        Taxonomy::Series => sketch.pieces.sort_by_key(|id| (order.places[id.index()], date(id), *id)),
        // What has no date stays in the order of its folder, after what has one.
        Taxonomy::Collection => sketch.pieces.sort_by_key(|id| Reverse(date(id))),
        _ => sketch.pieces.sort_by_key(|id| (Reverse(date(id)), *id)),
    }
}
