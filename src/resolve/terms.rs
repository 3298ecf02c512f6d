//! Pieces -> lists: collections, tags, series, levels, tiers and the archive, one of each per language.
//!
//! Lists hold what is published and nothing else. Order: newest first, then by address; a series in its declared order; a folder of undated
//! pages in the order of its files.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::config::Config;
use crate::id::{Lang, PieceId, Route, TermId};
use crate::model::{Kind, Level, Piece, Taxonomy, Term};

use super::place::slug;

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

/// Pieces that share a name, and how often it is spelt in which way.
#[derive(Default)]
struct Group {
    spellings: BTreeMap<String, usize>,
    pieces: Vec<PieceId>,
}

/// Groups pieces by names of theirs, in a taxonomy whose lists stand at `<home>/<taxonomy>/<slug>/`.
pub(super) fn by_names<'a>(
    taxonomy: Taxonomy,
    homes: &BTreeMap<Lang, Route>,
    named: impl Iterator<Item = (&'a Piece, Vec<String>)>,
) -> Vec<Sketch> {
    let mut groups: BTreeMap<(Lang, String), Group> = BTreeMap::new();
    for (piece, names) in named {
        for name in names {
            let key = tag_key(&name);
            if key.is_empty() {
                continue;
            }
            let Group { spellings, pieces } = groups.entry((piece.lang.clone(), key)).or_default();
            *spellings.entry(name.trim().to_owned()).or_default() += 1;
            if pieces.last() != Some(&piece.id) {
                pieces.push(piece.id);
            }
        }
    }
    let mut taken: BTreeMap<Route, u32> = BTreeMap::new();
    let mut sketches = Vec::with_capacity(groups.len());
    for ((lang, key), Group { spellings, pieces }) in groups {
        // The commonest spelling names the list; of equals the first.
        let name =
            spellings.iter().max_by_key(|&(name, count)| (*count, Reverse(name))).map_or(key.clone(), |(name, _)| name.clone());
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

/// Whether a piece shows in lists by tag, level and tier: what a reader would call a piece, not folders' pages.
pub(super) const fn is_listed(piece: &Piece) -> bool {
    !matches!(piece.kind, Kind::Home | Kind::Section | Kind::Module | Kind::Part | Kind::Page)
}

/// Puts the pieces of a list in the order shown.
pub(super) fn arrange(sketch: &mut Sketch, pieces: &[Piece], order: &dyn Fn(PieceId) -> i64) {
    let piece = |id: &PieceId| &pieces[id.index()];
    let newest = |id: &PieceId| {
        let piece = piece(id);
        (Reverse(piece.dates.date.map(|date| date.utc())), piece.route.clone())
    };
    match sketch.taxonomy {
        Taxonomy::Series => sketch
            .pieces
            .sort_by_cached_key(|id| (order(*id), piece(id).dates.date.map(|date| date.utc()), piece(id).route.clone())),
        // What has no date stays in the order of its folder, after what has one.
        Taxonomy::Collection => sketch.pieces.sort_by_cached_key(|id| Reverse(piece(id).dates.date.map(|date| date.utc()))),
        _ => sketch.pieces.sort_by_cached_key(newest),
    }
}
