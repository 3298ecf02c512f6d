//! What pieces say of each other in front matter: covers, prerequisites, translations, old addresses, and who stands next to whom.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::Linker;
use crate::diag::{At, Diag, Noted, code};
use crate::id::{PieceId, Route};
use crate::model::{Doc, Kind, Link, LinkKind, Piece, Prerequisite, RawLink, Redirect, Taxonomy, Term};
use crate::parse::Parsed;

use super::links::DocLinker;
use super::pieces::{self, Drafts};

/// What a piece's front matter names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    cover: Option<Link>,
    prerequisites: Vec<Prerequisite>,
    translation_of: Option<PieceId>,
}

/// Looks up what a document's front matter names.
pub(super) fn named(doc: &Doc<Link>, linker: &DocLinker<'_>) -> Noted<Named> {
    let mut diags = Vec::new();
    let mut named = Named::default();
    if let Some(cover) = &doc.front.cover {
        let noted = linker.resolve(&RawLink { kind: LinkKind::Image, dest: cover.as_str().into(), span: 0..0 });
        diags.extend(noted.diags.into_iter().map(|diag| diag.at(At::key(&doc.path, &["cover"]))));
        named.cover = Some(noted.value).filter(|link| !matches!(link, Link::Dead(_)));
    }
    named.prerequisites = doc.front.prerequisites.iter().map(|written| prerequisite(written, linker)).collect();
    if let Some(target) = &doc.front.translation_of {
        named.translation_of = linker.named(target);
        if named.translation_of.is_none() {
            let diag =
                Diag::warning(&code::NO_TRANSLATION_TARGET, format!("there is no piece `{target}` to be a translation of"));
            let diag = diag.at(At::key(&doc.path, &["translation_of"])).did_you_mean(target, linker.names());
            let hint = "write the other piece's `id`, or its path below the content folder, as `articles/first`";
            diags.push(if diag.hints.is_empty() { diag.hint(hint) } else { diag });
        }
    }
    Noted::new(named, diags)
}

/// Tells a piece what its front matter names.
pub(super) fn settle(piece: &mut Piece, named: Named) {
    piece.cover = named.cover;
    piece.prerequisites = named.prerequisites;
    piece.translations.extend(named.translation_of);
    piece.translations.sort_unstable();
    piece.translations.dedup();
}

/// A piece if one is named so, else words; what looks like a path is still only words when nothing is there.
fn prerequisite(written: &str, linker: &DocLinker<'_>) -> Prerequisite {
    linker.named(written).map_or_else(|| Prerequisite::Words(written.into()), Prerequisite::Piece)
}

/// Reports translations that are free by omission, while the piece they name as their original is paid.
pub(super) fn open_translations(pieces: &[Piece], diags: &mut Vec<Diag>) {
    for piece in pieces.iter().filter(|piece| piece.access.is_free()) {
        let front = &piece.doc.front;
        let says_so = front.tier.is_some() || front.preview || front.translation_of.is_none();
        let paid = piece.translations.iter().map(|id| &pieces[id.index()]).find(|other| !other.access.is_free());
        let Some(original) = paid.filter(|_| !says_so) else { continue };
        let message = format!("the translation of the paid `{}` says nothing of who may read it", original.doc.path);
        let diag = Diag::error(&code::OPEN_TRANSLATION, message).at(At::key(&piece.doc.path, &["translation_of"]));
        diags.push(match original.tier() {
            Some(tier) => diag.hint(format!("write `tier: {tier}`, as there, or `tier: free` to give it away")),
            None => diag.hint("name its product under `product:`, or write `tier: free` to give it away"),
        });
    }
}

/// Makes translations mutual.
pub(super) fn mutual_translations(pieces: &mut [Piece]) {
    let pairs: Vec<(PieceId, PieceId)> =
        pieces.iter().flat_map(|piece| piece.translations.iter().map(|&other| (other, piece.id))).collect();
    for (piece, other) in pairs {
        let translations = &mut pieces[piece.index()].translations;
        if piece != other && !translations.contains(&other) {
            translations.push(other);
            translations.sort_unstable();
        }
    }
}

/// Leads prerequisites to the translation in the language of the piece that names them, where there is one.
pub(super) fn prerequisites_in_own_language(pieces: &mut [Piece]) {
    for number in 0..pieces.len() {
        let translated = |wanted: &Prerequisite| match wanted {
            Prerequisite::Piece(id) if pieces[id.index()].lang != pieces[number].lang => {
                let mut others = pieces[id.index()].translations.iter().copied();
                let own = others.find(|other| pieces[other.index()].lang == pieces[number].lang);
                Prerequisite::Piece(own.unwrap_or(*id))
            }
            other => other.clone(),
        };
        pieces[number].prerequisites = pieces[number].prerequisites.iter().map(translated).collect();
    }
}

/// The old addresses; one that a page or another old address has is an error.
pub(super) fn redirects(parsed: &Parsed, drafts: &Drafts, pieces: &[Piece], diags: &mut Vec<Diag>) -> Vec<Redirect> {
    let taken: BTreeMap<&Route, PieceId> = pieces.iter().map(|piece| (&piece.route, piece.id)).collect();
    let mut found: BTreeMap<Route, PieceId> = BTreeMap::new();
    for (to, doc, number, from) in pieces::aliases(parsed, drafts) {
        let at = || At::key(&parsed.docs[doc].path, &["aliases", &number.to_string()]);
        if taken.get(&from) == Some(&to) {
            continue;
        }
        if let Some(&other) = taken.get(&from).or_else(|| found.get(&from)) {
            let path = &pieces[other.index()].doc.path;
            let diag = Diag::error(&code::ALIAS_TAKEN, format!("the old address `{from}` is taken")).at(at());
            diags
                .push(diag.related(At::file(path), format!("`{path}` has it")).hint("leave it out of `aliases:` of one of them"));
            continue;
        }
        found.insert(from, to);
    }
    found.into_iter().map(|(from, to)| Redirect { from, to }).collect()
}

/// Reports pieces that are, in the end, their own prerequisites.
pub(super) fn circles(pieces: &[Piece], diags: &mut Vec<Diag>) {
    let mut done: BTreeSet<PieceId> = BTreeSet::new();
    for start in pieces {
        // Depth first with a path of our own, for chains may be long.
        let mut path: Vec<(PieceId, usize)> = vec![(start.id, 0)];
        let mut open = BTreeSet::from([start.id]);
        while let Some((id, at)) = path.last_mut() {
            let next = pieces[id.index()].prerequisites.get(*at);
            *at += 1;
            match next {
                None => {
                    done.insert(*id);
                    open.remove(&*id);
                    path.pop();
                }
                Some(Prerequisite::Words(_)) => {}
                Some(&Prerequisite::Piece(next)) => {
                    if open.contains(&next) {
                        let from = path.iter().position(|&(on, _)| on == next).unwrap_or_default();
                        diags.push(circle(pieces, &path[from..]));
                    } else if !done.contains(&next) {
                        open.insert(next);
                        path.push((next, 0));
                    }
                }
            }
        }
    }
}

fn circle(pieces: &[Piece], path: &[(PieceId, usize)]) -> Diag {
    let file = |&(id, _): &(PieceId, usize)| pieces[id.index()].doc.path.clone();
    let names: Vec<String> = path.iter().chain(&path[..1]).map(|step| format!("`{}`", file(step))).collect();
    let diag = Diag::error(&code::PREREQUISITE_CIRCLE, "a piece is its own prerequisite");
    diag.at(At::key(&file(&path[0]), &["prerequisites"])).label(names.join(" needs ")).hint("take one of them out")
}

/// Sets what comes before and after each piece: lessons and chapters in reading order, else the series, else the collection.
pub(super) fn neighbours(pieces: &mut [Piece], terms: &[Term]) {
    let mut chains: Vec<Vec<PieceId>> = Vec::new();
    for term in terms.iter().filter(|term| term.taxonomy == Taxonomy::Collection && has_articles(pieces, term)) {
        // Collections run from the newest to the oldest, readers the other way.
        chains.push(term.pieces.iter().rev().copied().filter(|id| pieces[id.index()].collection == Some(term.id)).collect());
    }
    chains.extend(terms.iter().filter(|term| term.taxonomy == Taxonomy::Series).map(|term| term.pieces.clone()));
    for piece in pieces.iter().filter(|piece| matches!(piece.kind, Kind::Course | Kind::Book)) {
        let mut chain = Vec::new();
        reading_order(pieces, piece.id, &mut chain);
        chains.push(chain);
    }
    for chain in chains {
        for pair in chain.windows(2) {
            pieces[pair[0].index()].next = Some(pair[1]);
            pieces[pair[1].index()].previous = Some(pair[0]);
        }
        if let (Some(first), Some(last)) = (chain.first(), chain.last()) {
            pieces[first.index()].previous = None;
            pieces[last.index()].next = None;
        }
    }
}

fn has_articles(pieces: &[Piece], term: &Term) -> bool {
    term.pieces.iter().any(|id| matches!(pieces[id.index()].kind, Kind::Article | Kind::Answer))
}

/// Lessons and chapters below a piece, depth first.
fn reading_order(pieces: &[Piece], above: PieceId, chain: &mut Vec<PieceId>) {
    for &child in &pieces[above.index()].children {
        if matches!(pieces[child.index()].kind, Kind::Lesson | Kind::Chapter) {
            chain.push(child);
        }
        reading_order(pieces, child, chain);
    }
}
