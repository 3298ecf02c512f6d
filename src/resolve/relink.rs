//! Documents -> the same with their links resolved; one that stayed the same, and leads where it led, is not resolved again.
//!
//! What a document's links come to depends on its text, on where everything stands (the ground), on the names of pieces where it uses one,
//! and on the anchors of the documents it leads into. Invariant: the result is what resolving all of them would give.

use std::sync::Arc;

use rayon::prelude::*;

use super::links::{Consulted, DocLinker, Targets};
use super::references::{self, Named};
use crate::access;
use crate::diag::Noted;
use crate::id::{Hash, Parts, PieceId};
use crate::model::{Doc, Front, Link, Piece};

/// Documents as they were linked last.
#[derive(Default)]
pub struct Relinks {
    ground: Option<Hash>,
    names: Option<Hash>,
    /// By the document's number, which the ground settles.
    known: Vec<Option<Known>>,
}

/// A document with its links resolved.
#[derive(Clone)]
pub(super) struct Linked {
    pub piece: PieceId,
    pub doc: Doc<Link>,
    /// What its front matter names.
    pub named: Named,
}

struct Known {
    /// Its front matter, by whose allocation a parse is known.
    front: Arc<Front>,
    consulted: Consulted,
    linked: Noted<Linked>,
}

impl Relinks {
    /// Resolves the links of all pieces that have a document, in their order.
    pub(super) fn link(&mut self, targets: &Targets<'_>, pieces: &[Piece]) -> Vec<Noted<Linked>> {
        let ground = Some(ground(targets));
        if self.ground != ground {
            self.known.clear();
        }
        let same_names = !self.consulted_names() || self.names == Some(names_of(targets));
        let same_text = |doc: usize| {
            let known = self.known.get(doc).and_then(Option::as_ref);
            known.filter(|known| Arc::ptr_eq(&known.front, &targets.docs[doc].front))
        };
        let still = |doc: usize| {
            let known = same_text(doc)?;
            let Consulted { names, anchors } = &known.consulted;
            let holds = (same_names || !names) && anchors.iter().all(|&other| same_text(other).is_some());
            holds.then_some(known)
        };
        let fresh: Vec<(usize, Known)> = pieces
            .par_iter()
            .filter_map(|piece| Some((piece, targets.doc_of[piece.id.index()]?)))
            .filter(|&(_, doc)| still(doc).is_none())
            .map(|(piece, doc)| (doc, Known::link(targets, piece, doc)))
            .collect();
        self.known.resize_with(targets.docs.len(), || None);
        for (doc, known) in fresh {
            self.known[doc] = Some(known);
        }
        self.ground = ground;
        self.names = self.consulted_names().then(|| names_of(targets));
        let docs = targets.doc_of.par_iter().filter_map(|doc| *doc);
        docs.filter_map(|doc| Some(self.known[doc].as_ref()?.linked.clone())).collect()
    }

    /// Whether any document asked what pieces are called.
    fn consulted_names(&self) -> bool {
        self.known.iter().flatten().any(|known| known.consulted.names)
    }
}

impl Known {
    fn link(targets: &Targets<'_>, piece: &Piece, doc: usize) -> Self {
        let written = &targets.docs[doc];
        let linker = DocLinker::new(targets, doc, &piece.route);
        let mut diags = Vec::new();
        let resolved = access::relink(written, &linker).take(&mut diags);
        let named = references::named(&resolved, &linker).take(&mut diags);
        let linked = Linked { piece: piece.id, doc: resolved, named };
        Self { front: written.front.clone(), consulted: linker.consulted(), linked: Noted::new(linked, diags) }
    }
}

/// Where everything stands that links can lead to, and who may read it.
///
/// Names and anchors are asked for one by one; what else is left out here follows from the rest.
fn ground(targets: &Targets<'_>) -> Hash {
    let Targets { content_root, docs, places, piece_of, routes, pages, aliases, media, ids, access, .. } = targets;
    let Targets { anchors: _, names: _, files: _, logical: _, doc_of: _, file_names: _, .. } = targets;
    let mut parts = Parts::default();
    parts.add(content_root.as_bytes());
    parts.count(docs.len());
    for ((doc, (lang, place)), piece) in docs.iter().zip(*places).zip(piece_of) {
        parts.add(doc.path.as_str().as_bytes());
        parts.add(lang.as_str().as_bytes());
        parts.add(place.logical().as_bytes());
        parts.count(piece.map_or(usize::MAX, PieceId::index));
    }
    for table in [routes, aliases] {
        parts.count(table.len());
        for (route, piece) in table {
            parts.add(route.as_str().as_bytes());
            parts.count(piece.index());
        }
    }
    parts.count(pages.len());
    pages.iter().for_each(|page| parts.add(page.as_str().as_bytes()));
    parts.count(media.len());
    media.keys().for_each(|path| parts.add(path.as_bytes()));
    parts.count(ids.len());
    for (id, piece) in ids {
        parts.add(id.as_bytes());
        parts.count(piece.index());
    }
    access.iter().for_each(|access| parts.count(usize::from(access.is_free())));
    parts.hash()
}

/// What pieces are called.
fn names_of(targets: &Targets<'_>) -> Hash {
    let mut parts = Parts::default();
    for (name, docs) in targets.names() {
        parts.add(name.as_bytes());
        parts.count(docs.len());
        docs.iter().for_each(|&doc| parts.count(doc));
    }
    parts.hash()
}
