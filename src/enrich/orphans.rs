//! A site, and what its pieces lead to -> the pieces that nothing leads to, for their author to look at.
//!
//! What leads to a piece: a link in a text that everyone may read, another page's list of what to read next, a piece that asks for it first, the series or the whole that
//! it lies in, and the first page of a list. What stands further back in lists only, hardly anybody finds. To lead into a course is to lead to the course.

use std::collections::BTreeSet;

use super::next::list::ReadNext;
use crate::access;
use crate::diag::{At, Diag, code};
use crate::id::PieceId;
use crate::model::{Kind, Link, Piece, Prerequisite, Site, Taxonomy};

/// Says which pieces nothing leads to.
#[must_use]
pub fn orphans(site: &Site, read_next: &ReadNext) -> Vec<Diag> {
    let mut reached = listed(site);
    for piece in &site.pieces {
        let own = above(site, piece);
        // A course does not lead to itself.
        let leads = leads(site, piece, read_next).into_iter().flat_map(|id| above(site, site.piece(id)));
        reached.extend(leads.filter(|id| !own.contains(id)));
    }
    let is_orphan = |piece: &&Piece| piece.kind.is_read() && !reached.contains(&piece.id) && above(site, piece).len() == 1;
    site.pieces.iter().filter(is_orphan).map(diag).collect()
}

fn diag(piece: &Piece) -> Diag {
    Diag::warning(&code::ORPHAN, format!("nothing leads to `{}`: readers find it only far back in a list", piece.title))
        .at(At::file(&piece.doc.path))
        .hint("link to it from a text on the same subject, or give it a tag or a series")
}

/// The pieces on the first page of a list, or in a series.
fn listed(site: &Site) -> BTreeSet<PieceId> {
    let first = site.config.page_size.0;
    let shown = site.terms.iter().flat_map(|term| {
        let most = if term.taxonomy == Taxonomy::Series { term.pieces.len() } else { first };
        term.pieces.iter().take(most)
    });
    shown.copied().collect()
}

/// What a piece leads to.
fn leads(site: &Site, piece: &Piece, read_next: &ReadNext) -> Vec<PieceId> {
    let public = access::embedding_text(piece);
    let linked = public.bodies.iter().flat_map(|body| body.links.iter()).filter_map(|link| match link {
        Link::Piece { piece, .. } => Some(*piece),
        _ => None,
    });
    let asked = piece.prerequisites.iter().filter_map(|one| match one {
        Prerequisite::Piece(id) => Some(*id),
        Prerequisite::Words(_) => None,
    });
    let next = read_next.of(&piece.route).iter().filter_map(|one| site.routes.get(&one.route).copied());
    linked.chain(asked).chain(next).collect()
}

/// A piece, and the courses and books that it lies in.
fn above(site: &Site, piece: &Piece) -> Vec<PieceId> {
    let mut above = vec![piece.id];
    let mut at = piece.parent;
    let mut steps = 0;
    while let Some(id) = at.filter(|_| steps < site.pieces.len()) {
        let parent = site.piece(id);
        if matches!(parent.kind, Kind::Course | Kind::Book) {
            above.push(id);
        }
        at = parent.parent;
        steps += 1;
    }
    above
}
