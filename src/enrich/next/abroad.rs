//! The pieces of all languages -> those of others that a piece leads to.
//!
//! Words and folders tell nothing across languages; a model that knows both does. Each language's vectors had their own mean taken away
//! (`vectors`), and so what is left is what texts are about and not which language they are in. Whatever has a translation is led to in that.

use super::list::Neighbour;
use super::reason::{Reason, steps};
use super::{Common, Signal, Vectors};
use crate::id::PieceId;
use crate::model::{Piece, Site};

/// From this cosine on, a text of another language is on the same subject.
const SAME: f32 = 0.45;

/// The pieces of one language, and what the model made of each.
pub(super) struct Spoken<'a> {
    /// The pieces.
    pub pieces: Vec<PieceId>,
    /// A vector for each, or none at all.
    pub vectors: Option<&'a Vectors>,
}

/// Adds what a piece (the language, and its place there) leads to in other languages: where there is room, or else in the last place, if that is nearer in
/// meaning than what stands there.
pub(super) fn add(site: &Site, spoken: &[Spoken<'_>], (lang, at): (usize, usize), shown: &mut Vec<Neighbour>) {
    let piece = site.piece(spoken[lang].pieces[at]);
    let others = spoken.iter().enumerate().filter(|(number, _)| *number != lang).map(|(_, other)| other);
    let mut found: Vec<(PieceId, f32)> = others.flat_map(|other| near(site, (&spoken[lang], at), other)).collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let most = site.config.recommend.count;
    let last = shown.last().and_then(|one| one.common.meaning).unwrap_or(0.0);
    if most > 1 && shown.len() == most && found.first().is_some_and(|&(_, cosine)| cosine > last) {
        shown.pop();
    }
    let room = most.saturating_sub(shown.len());
    shown.extend(found.into_iter().take(room).map(|(id, meaning)| neighbour(piece, site.piece(id), meaning)));
}

fn neighbour(piece: &Piece, other: &Piece, meaning: f32) -> Neighbour {
    let reason = match steps(piece, other) {
        Some(1..) => Reason::Deeper,
        Some(..=-1) => Reason::Easier,
        _ => Reason::Similar,
    };
    let mut parts = [0.0; 8];
    parts[Signal::Meaning as usize] = meaning;
    let common = Common { meaning: Some(meaning), ..Common::default() };
    Neighbour { route: other.route.clone(), reason, score: (meaning * 1e4).round() as i32, parts, common }
}

/// The pieces of another language that are on the subject of one, each with its cosine.
fn near(site: &Site, (own, at): (&Spoken<'_>, usize), other: &Spoken<'_>) -> Vec<(PieceId, f32)> {
    let (Some(vectors), Some(others)) = (own.vectors, other.vectors) else { return Vec::new() };
    if !vectors.knows(at) {
        return Vec::new();
    }
    let piece = site.piece(own.pieces[at]);
    let cosines = vectors.cosines_abroad(at, others).into_iter().zip(&other.pieces);
    let near = cosines.filter(|&(cosine, &id)| cosine >= SAME && may_be_shown(site, piece, site.piece(id)));
    near.map(|(cosine, &id)| (id, cosine)).collect()
}

/// Whether a piece of another language may be listed: neither it nor the whole it lies in stands in the reader's language too.
fn may_be_shown(site: &Site, piece: &Piece, other: &Piece) -> bool {
    let mut at = Some(other);
    let mut steps = 0;
    while let Some(part) = at.filter(|_| steps < site.pieces.len()) {
        if part.kind.is_read() && part.translations.iter().any(|&id| site.piece(id).lang == piece.lang) {
            return false;
        }
        at = part.parent.map(|id| site.piece(id));
        steps += 1;
    }
    other.doc.front.recommend != Some(false)
}
