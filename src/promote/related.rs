//! What a campaign sells -> the free pieces that lead to it: those that share most with it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::id::{PieceId, TermId};
use crate::model::{Campaign, Edition, Kind, Piece, Site, Taxonomy};

/// How many pieces are shown.
const SHOWN: usize = 3;

/// Finds free pieces of the edition's language that share topics with what is sold or with the audience; of equals the newest first.
pub(super) fn related(site: &Site, campaign: &Campaign, edition: &Edition) -> Vec<PieceId> {
    let audience = &campaign.written.audience;
    let wanted = audience.topics.iter().map(|topic| topic.trim().to_lowercase()).collect::<BTreeSet<_>>();
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
    let mut scored: Vec<(usize, &Piece)> = candidates
        .map(|piece| {
            let shared = piece.tags.iter().filter(|tag| own.contains(tag)).count();
            // What the author says of the audience weighs more than what topics happen to be shared.
            let meant = 2 * piece.tags.iter().filter(|tag| named.contains(tag)).count();
            let level = audience.level.as_deref().is_some_and(|level| piece.level.is_some_and(|(own, _)| own.name() == level));
            (2 * (shared + meant) + usize::from(level), piece)
        })
        .filter(|(score, _)| *score > 1)
        .collect();
    scored.sort_by_key(|(score, piece)| (Reverse(*score), Reverse(piece.dates.date), piece.route.clone()));
    scored.into_iter().take(SHOWN).map(|(_, piece)| piece.id).collect()
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
