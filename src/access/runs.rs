//! A resolved site -> what must not be published of it, as hashes: for the audit of the output.
//!
//! Locked text and gated front matter are read word for word, and so is everything of the sources that everyone may read; what the second has
//! too is no secret. Nothing but hashes leaves. Invariant: a run is a secret only if it is locked in some piece and public in none.

mod passage;

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::media::{LARGEST, named, public_media};
use super::{declassify, opened, public};
use crate::audit::{Draft, Kind, Publishing, Reading, Secret, Secrets, stretch_of};
use crate::id::{Hash, MediaId, PieceId};
use crate::model::{Link, Piece, Secrets as Gated, Site};
use passage::{Part, Passages, passages, written};

/// A piece with fewer secret runs cannot be said to be proven.
const PROVEN: usize = 3;

/// The secrets of a site, and the pieces of which there is too little to tell whether they got out.
pub struct Audited {
    /// What must not be published.
    pub secrets: Secrets,
    /// Paid pieces that the audit cannot prove to be safe.
    pub unproven: Vec<PieceId>,
}

/// Gathers the secrets of a site. `sources` are texts that everyone may read and no piece has: the configuration, the theme.
#[must_use]
pub fn audit_text(site: &Site, sources: &[&[u8]]) -> Audited {
    let shown = public_media(site);
    let drafts: Vec<Draft> = site.pieces.par_iter().map(|piece| locked(site, piece, &shown)).collect();
    let mut all = Draft::default();
    drafts.iter().cloned().for_each(|draft| all.join(draft));
    let pieces = site.pieces.len();
    let read = |number: usize, to: &Publishing<'_>| match (site.pieces.get(number), number.checked_sub(pieces + 1)) {
        (Some(piece), _) => publish(site, piece, to),
        (None, None) => publish_lists(site, &shown, to),
        (None, Some(source)) => to.markup(sources[source]),
    };
    let secrets = all.without(pieces + 1 + sources.len(), &read);
    let is_unproven = |(piece, draft): &(&Piece, &Draft)| {
        let proofs = draft.runs().filter(|run| secrets.has_run(*run)).take(PROVEN).count();
        proofs < PROVEN && !piece.access.is_free() && declassify(&piece.doc, &piece.access).has_rest
    };
    let unproven = site.pieces.iter().zip(&drafts).filter(is_unproven).map(|(piece, _)| piece.id).collect();
    Audited { secrets, unproven }
}

/// Where a secret is locked.
pub struct Keeper<'a> {
    /// The piece.
    pub piece: &'a Piece,
    /// That secret alone.
    pub alone: Secrets,
    /// Its words, for a finding; `None` for a file, and where they stand in markup.
    pub words: Option<String>,
}

/// Tells where a secret is locked.
#[must_use]
pub fn keeper(site: &Site, secret: Secret) -> Option<Keeper<'_>> {
    let shown = public_media(site);
    site.pieces.iter().find_map(|piece| {
        let draft = locked(site, piece, &shown);
        let alone = draft.has(secret).then(|| draft.only(secret))?;
        let words = texts(site, piece).iter().find_map(|text| Some(text[stretch_of(text, &alone)?].to_owned()));
        Some(Keeper { piece, alone, words })
    })
}

/// What is locked of a piece, as texts.
fn texts(site: &Site, piece: &Piece) -> Vec<String> {
    let Passages { running, apart, phrases } = passages(piece.doc.rest.open());
    let texts = written(&running).into_iter().chain(apart.iter().map(|part| written(std::slice::from_ref(part)).concat()));
    texts.chain(phrases).chain(values(site, piece.doc.secrets.open())).collect()
}

/// What is locked of a piece; nothing if it is free. `shown` are the files that are public.
fn locked(site: &Site, piece: &Piece, shown: &BTreeSet<MediaId>) -> Draft {
    let mut draft = Draft::default();
    if piece.access.is_free() {
        return draft;
    }
    let is_open = |hash: Hash| shown.iter().any(|id| site.medium(*id).hash == hash);
    for file in named(&opened(piece)).difference(shown).map(|id| site.medium(*id)) {
        draft.phrase(file.path.file_name(), Kind::Text);
        // A larger one is not sealed, by the creator's word.
        if file.len <= LARGEST && !is_open(file.hash) {
            draft.file(file.hash);
        }
    }
    let Passages { running, apart, phrases } = passages(piece.doc.rest.open());
    let mut text = draft.text();
    running.iter().for_each(|part| part.lock(&mut text));
    drop(text);
    for part in &apart {
        part.lock(&mut draft.text());
    }
    for phrase in &phrases {
        draft.phrase(phrase, Kind::Text);
    }
    for value in values(site, piece.doc.secrets.open()) {
        draft.text().push(&value);
        draft.phrase(&value, Kind::Value);
    }
    draft
}

/// Gives everything that everyone may read of a piece.
fn publish(site: &Site, piece: &Piece, to: &Publishing<'_>) {
    let shown = public(piece);
    // Where the teaser of a free piece ends, nobody sees.
    let mut text = to.passage();
    for body in std::iter::once(shown.teaser).chain(shown.rest) {
        let Passages { running, apart, phrases } = passages(body);
        running.iter().for_each(|part| part.publish(&mut text));
        // Comments are for authors, and pages may leave them out.
        if running.iter().any(Part::has_comment) {
            let mut shown = to.passage();
            running.iter().for_each(|part| part.without_comments().publish(&mut shown));
        }
        apart.iter().for_each(|part| part.publish(&mut to.passage()));
        // The audit reads whatever looks like a tag as one, as in `Vec<T>`, once it has undone the entities that a page writes; and what an
        // address stands for that is percent-encoded.
        let apart = apart.iter().flat_map(|part| written(std::slice::from_ref(part)));
        let apart = written(&running).into_iter().chain(apart);
        apart.filter(|text| text.contains(['<', '%'])).for_each(|text| to.markup(text.as_bytes()));
        phrases.iter().for_each(|phrase| to.text(phrase));
        body.links.iter().for_each(|link| to.text(&address(site, link)));
    }
    drop(text);
    let values = shown.secrets.into_iter().flat_map(|secrets| values(site, secrets));
    values.for_each(|value| to.text(&value));
    // As tables of contents show them: one after the other.
    let mut contents = to.passage();
    let headings = declassify(&piece.doc, &piece.access).headings;
    for anchor in piece.doc.teaser.anchors.iter().chain(headings) {
        to.text(&anchor.id);
        anchor.heading.iter().for_each(|(_, text)| contents.push(text));
        contents.gap();
    }
    drop(contents);
    // As JSON it is one text, in which keys stand between values.
    to.text(&serde_json::to_string(&*piece.doc.front).unwrap_or_default());
    for value in [&piece.title, &piece.description].into_iter().chain(&piece.authors).chain(&piece.doc.heading) {
        to.text(value);
    }
    to.text(piece.doc.path.as_str());
    to.text(piece.route.as_str());
    to.text(piece.source.as_str());
    // As cards, outlines and their links back and forth show them: one after the other.
    to.text(&format!("{0} {0} {1} {0}", piece.title, piece.description));
    let title = |id: Option<PieceId>| id.map_or("", |id| &*site.piece(id).title);
    let (previous, next) = (title(piece.previous), title(piece.next));
    to.text(&format!("{previous} {} {next}", piece.title));
    to.text(&format!("{previous} {next}"));
    if piece.parent.is_none() {
        let mut outline = to.passage();
        push_outline(site, piece, &mut outline);
    }
}

/// Reads the titles of a piece and of all that lies in it, in order.
fn push_outline(site: &Site, piece: &Piece, outline: &mut Reading<'_>) {
    outline.push(&piece.title);
    outline.gap();
    piece.children.iter().for_each(|child| push_outline(site, site.piece(*child), outline));
}

/// Gives the names and addresses of lists and files.
fn publish_lists(site: &Site, shown: &BTreeSet<MediaId>, to: &Publishing<'_>) {
    for term in &site.terms {
        to.text(&term.name);
        to.text(&term.key);
        to.text(term.route.as_str());
        let titles: Vec<&str> = term.pieces.iter().map(|piece| &*site.piece(*piece).title).collect();
        to.text(&titles.join(" "));
    }
    shown.iter().for_each(|id| to.text(site.medium(*id).route.as_str()));
    site.statics.iter().for_each(|(path, _)| to.text(path.as_str()));
    site.redirects.iter().for_each(|redirect| to.text(redirect.from.as_str()));
}

/// The values of gated front matter, as texts.
fn values(site: &Site, gated: &Gated<Link>) -> Vec<String> {
    let mut values: Vec<String> = gated.link.iter().chain(&gated.place).cloned().collect();
    let _ = gated.map_links(|_, link| values.push(address(site, link)));
    for question in &gated.quiz {
        values.push(question.question.clone());
        values.extend(question.options.iter().cloned());
        values.push(question.explain.clone());
    }
    // The scheme says nothing, and may be left out where an address is shown.
    for value in &mut values {
        if let Some((_, rest)) = value.split_once("://") {
            *value = rest.to_owned();
        }
    }
    values
}

/// Where a link leads, as a text.
fn address(site: &Site, link: &Link) -> String {
    match link {
        Link::External(address) | Link::Dead(address) => address.to_string(),
        Link::Piece { fragment, .. } | Link::Page { fragment, .. } | Link::Here(fragment) => fragment.to_string(),
        Link::Media(id) => site.medium(*id).path.file_name().to_owned(),
    }
}
