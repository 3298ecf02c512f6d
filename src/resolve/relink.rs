//! Documents -> the same with their links resolved; one that stayed the same, and leads where it led, is not resolved again.
//!
//! What a document's links come to depends on its text, on where everything stands (the ground), on the names of pieces where it uses one,
//! and on the anchors of the documents it leads into. Invariant: the result is what resolving all of them would give.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::ground::Targets;
use super::links::{Consulted, DocLinker};
use super::references::{self, Named};
use crate::access;
use crate::diag::{Diag, Noted};
use crate::id::{Hash, Parts, PieceId};
use crate::model::{Doc, Front, Link, Piece};

/// Documents as they were linked last.
#[derive(Default)]
pub(super) struct Relinks {
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
    pub(super) fn link(&mut self, targets: &Targets<'_>, pieces: &[Piece]) -> Vec<Linked> {
        let ground = Some(targets.ground.hash());
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
            .filter_map(|piece| Some((piece, targets.ground.doc_of[piece.id.index()]?)))
            .filter(|&(_, doc)| still(doc).is_none())
            .map(|(piece, doc)| (doc, Known::link(targets, piece, doc)))
            .collect();
        self.known.resize_with(targets.docs.len(), || None);
        for (doc, known) in fresh {
            self.known[doc] = Some(known);
        }
        self.ground = ground;
        self.names = self.consulted_names().then(|| names_of(targets));
        let docs = targets.ground.doc_of.par_iter().filter_map(|doc| *doc);
        docs.filter_map(|doc| Some(self.known[doc].as_ref()?.linked.value.clone())).collect()
    }

    /// Resolves the links of documents that changed on the same ground, and of those that lead into them; `None` if more than these documents
    /// would be another: names, or what a front matter names.
    pub(super) fn relink(&mut self, targets: &Targets<'_>, changed: &Changed<'_>) -> Option<Vec<Linked>> {
        if changed.has_other_names && self.consulted_names() {
            return None;
        }
        let is_stale = |(doc, known): (usize, &Option<Known>)| {
            let known = known.as_ref()?;
            let is_stale =
                changed.docs.contains(&doc) || known.consulted.anchors.iter().any(|other| changed.docs.contains(other));
            is_stale.then_some((doc, targets.ground.piece_of[doc]?))
        };
        let stale: Vec<(usize, PieceId)> = self.known.par_iter().enumerate().filter_map(is_stale).collect();
        let link = |(doc, id): (usize, PieceId)| (doc, Known::link(targets, &changed.pieces[id.index()], doc));
        let fresh: Vec<(usize, Known)> = stale.into_par_iter().map(link).collect();
        let linked: Vec<Linked> = fresh.iter().map(|(_, known)| known.linked.value.clone()).collect();
        let mut is_same = true;
        for (doc, known) in fresh {
            let before = self.known[doc].as_ref().map(|before| &before.linked.value.named);
            is_same &= before == Some(&known.linked.value.named);
            self.known[doc] = Some(known);
        }
        match (self.consulted_names(), self.names) {
            (false, _) => self.names = None,
            (true, None) => self.names = Some(names_of(targets)),
            (true, Some(_)) => {}
        }
        is_same.then_some(linked)
    }

    /// What was found in all links.
    pub(super) fn diags(&self) -> impl Iterator<Item = &Diag> {
        self.known.iter().flatten().flat_map(|known| &known.linked.diags)
    }

    /// Whether any document asked what pieces are called.
    fn consulted_names(&self) -> bool {
        self.known.iter().flatten().any(|known| known.consulted.names)
    }
}

/// Documents that changed while everything stands where it stood.
pub(super) struct Changed<'a> {
    /// Their numbers.
    pub docs: &'a BTreeSet<usize>,
    /// Whether any of them calls itself something else.
    pub has_other_names: bool,
    /// The pieces, as they were.
    pub pieces: &'a [Piece],
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
