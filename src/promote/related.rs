//! What a campaign sells -> the free pieces that lead to it: those that readers go on from, and those that share most with it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::id::{PieceId, TermId};
use crate::model::{Campaign, Edition, Kind, Level, Piece, Site, Taxonomy};

/// How many pieces are shown.
const SHOWN: usize = 3;

/// Finds free pieces of the edition's language that share topics with what is sold or with the audience; of equals the newest first.
///
/// `ways` are pieces that lead to what is sold, by whatever says so, the best first: they count as much as a shared topic, and suffice.
#[must_use]
pub fn related(site: &Site, (campaign, edition): (&Campaign, &Edition), ways: &[PieceId]) -> Vec<PieceId> {
    let audience = &campaign.written.audience;
    let own_audience = campaign.audience(edition);
    let topics = own_audience.map(|own| &own.topics).filter(|topics| !topics.is_empty()).unwrap_or(&audience.topics);
    let level = own_audience.and_then(|own| own.level.as_deref()).or(audience.level.as_deref()).and_then(Level::named);
    let wanted = topics.iter().map(|topic| topic.trim().to_lowercase()).collect::<BTreeSet<_>>();
    let named = site.terms.iter().filter(|term| {
        term.taxonomy == Taxonomy::Tag && term.lang == edition.lang && wanted.contains(&term.name.trim().to_lowercase())
    });
    let named: BTreeSet<TermId> = named.map(|term| term.id).collect();
    let own: BTreeSet<TermId> = inside(site, &edition.pieces).flat_map(|piece| piece.tags.iter().copied()).collect();
    let sold: BTreeSet<PieceId> = inside(site, &edition.pieces).map(|piece| piece.id).collect();
    let candidates = site.pieces.iter().filter(|piece| {
        piece.lang == edition.lang
            && piece.access.is_free()
            && !piece.doc.front.draft
            && piece.doc.front.recommend != Some(false)
            && matches!(piece.kind, Kind::Article | Kind::Answer | Kind::Resource | Kind::Course | Kind::Book)
            && !sold.contains(&piece.id)
    });
    let mut scored: Vec<(i32, usize, &Piece)> = candidates
        .filter_map(|piece| {
            let count = |wanted: &BTreeSet<TermId>| piece.tags.iter().filter(|&tag| wanted.contains(tag)).count() as i32;
            let way = ways.iter().position(|&way| way == piece.id);
            // What the author says of the audience weighs more than what topics happen to be shared.
            let shares = 2 * (count(&own) + 2 * count(&named) + i32::from(way.is_some()));
            // Beginners and the advanced are sent to different pieces: one of their level goes first, one of the opposite last.
            let fits = level.zip(piece.level).map_or(0, |(level, (own, _))| 2 - 3 * (level as i32 - own as i32).abs());
            (shares > 0).then_some((shares + fits, way.unwrap_or(usize::MAX), piece))
        })
        .collect();
    scored.sort_by_key(|(score, way, piece)| (Reverse(*score), *way, Reverse(piece.dates.date), piece.route.clone()));
    scored.into_iter().take(SHOWN).map(|(_, _, piece)| piece.id).collect()
}

/// These pieces and all that lies in them, in reading order.
pub(super) fn inside<'a>(site: &'a Site, pieces: &[PieceId]) -> impl Iterator<Item = &'a Piece> {
    let mut open: Vec<PieceId> = pieces.iter().rev().copied().collect();
    std::iter::from_fn(move || {
        let piece = site.piece(open.pop()?);
        open.extend(piece.children.iter().rev());
        Some(piece)
    })
}
