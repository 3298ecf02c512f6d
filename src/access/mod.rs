//! THE gate: it alone looks into [`Locked`](locked::Locked) values, and decides by entitlements what may be seen.
//!
//! A resolved piece goes in; what everyone may see of it comes out ([`public`]), and what is derived from the locked part and public
//! all the same comes from one function, [`declassify`]. The rest is [`Gated`]: derived for an audience, which it never loses. [`seal`] seals
//! it for those who paid, [`preview`] opens it for a [`Viewer`], whom only those can name who show it to nobody but the creator; an [`Edge`] opens it for a server that asks who wants it. Diagnostics about locked text are released here and nowhere else: they go to
//! the terminal and never into an artifact. Invariant: nothing returned by `public` for a paid piece stems from behind its teaser.

mod base32;
mod code;
mod crypto;
mod edge;
mod entitlement;
mod finding;
mod gated;
mod keyring;
pub mod locked;
mod master;
mod media;
mod preview;
mod record;
mod runs;
mod seal;
mod written;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diag::{Diag, Noted};
use crate::model::passage::{Passage, passages};
use crate::model::{Anchor, Block, Body, Doc, Entitlements, Link, Piece, RawLink, Secrets};

pub use base32::Mistyped;
pub use code::{Code, Lookup, fresh_id};
pub use edge::{Audience, Edge, Pass};
pub use entitlement::{Entitlement, Epoch};
pub use finding::{IndexSealer, Indexing, SealedIndex};
pub use gated::Gated;
pub use keyring::{Holder, Keyring};
pub use master::{DEMO_BASE_URL, MasterKey};
pub use media::{FilePlace, LARGEST, Shelf, Withheld, names_same_files, public_media, seal_file, withheld};
pub use preview::{Confined, Viewer, preview};
pub use record::MemberFile;
pub use runs::{Audited, Keeper, audit_text, keeper};
pub use seal::{Opened, Rendered, Sealed, Sealer, seal};
pub use written::Written;

/// What everyone may see of a piece.
#[derive(Clone, Copy)]
pub struct Public<'a> {
    /// The text before the paywall.
    pub teaser: &'a Body<Link>,
    /// The text behind it, if the piece is free.
    pub rest: Option<&'a Body<Link>>,
    /// The front matter that is gated in a paid piece, if the piece is free.
    pub secrets: Option<&'a Secrets<Link>>,
}

/// What everyone may see of a piece.
#[must_use]
pub fn public(piece: &Piece) -> Public<'_> {
    public_of(&piece.doc, &piece.access)
}

/// [`public`], of a document whose piece is not made yet.
#[must_use]
pub fn public_of<'a>(doc: &'a Doc<Link>, access: &Entitlements) -> Public<'a> {
    let free = access.is_free();
    Public { teaser: &doc.teaser, rest: free.then(|| doc.rest.open()), secrets: free.then(|| &**doc.secrets.open()) }
}

/// All of a piece, for those who may read it.
fn whole(piece: &Piece) -> Gated<Public<'_>> {
    Gated::new(piece.access.clone(), opened(piece))
}

/// All of a piece. For the gate only.
fn opened(piece: &Piece) -> Public<'_> {
    Public { teaser: &piece.doc.teaser, rest: Some(piece.doc.rest.open()), secrets: Some(&**piece.doc.secrets.open()) }
}

/// The `style` attributes of what everyone may see of a piece.
#[must_use]
pub fn styles(piece: &Piece) -> BTreeSet<&str> {
    let public = public(piece);
    std::iter::once(public.teaser).chain(public.rest).flat_map(|body| body.styles.iter().map(|style| &**style)).collect()
}

/// What everyone may find a piece by, besides its title and topics: the passages of what everyone may read.
#[must_use]
pub fn index_text(piece: &Piece) -> Vec<Passage> {
    let public = public(piece);
    passages(std::iter::once(public.teaser).chain(public.rest).map(|body| &*body.blocks))
}

/// What those find a piece by who may read all of it.
#[must_use]
pub fn whole_index_text(piece: &Piece) -> Gated<Vec<Passage>> {
    whole(piece).map(&(), |shown, ()| passages(std::iter::once(shown.teaser).chain(shown.rest).map(|body| &*body.blocks)))
}

/// What pieces are compared by, besides title and summary: the text that everyone may read, and its links. Whatever is published of a comparison, of free
/// and of paid pieces, follows from this alone.
#[must_use]
pub fn embedding_text(piece: &Piece) -> Comparable<'_> {
    let public = public(piece);
    Comparable { bodies: std::iter::once(public.teaser).chain(public.rest).collect() }
}

/// What pieces are compared by.
pub struct Comparable<'a> {
    /// The texts, in order.
    pub bodies: Vec<&'a Body<Link>>,
}

/// The blocks that everyone may read and that tell what a document is about: those before `<!-- more -->`, or where its teaser has none and the
/// piece is free, what follows.
#[must_use]
pub fn opening<'a, L>(doc: &'a Doc<L>, access: &Entitlements) -> &'a [Block] {
    let teaser = &doc.teaser.blocks;
    if teaser.is_empty() && access.is_free() { &doc.rest.open().blocks } else { &teaser[..doc.excerpt.min(teaser.len())] }
}

/// What is derived from locked text and public all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declassified<'a> {
    /// Reading time of the whole piece in minutes, rounded.
    pub minutes: u32,
    /// How many sections (headings of the first two levels) stand behind the teaser.
    pub sections: usize,
    /// The headings behind the teaser, if the piece is free or its author set `preview_toc`.
    pub headings: Vec<&'a Anchor>,
    /// Whether anything stands behind the teaser.
    pub has_rest: bool,
}

/// Declassifies, by name, what may be said of a locked part in public. There is no other such function.
#[must_use]
pub fn declassify<'a, L>(doc: &'a Doc<L>, access: &Entitlements) -> Declassified<'a> {
    let rest = doc.rest.open();
    let headings = rest.anchors.iter().filter(|anchor| anchor.heading.is_some());
    let shown = access.is_free() || doc.front.preview_toc;
    Declassified {
        minutes: doc.teaser.words.plus(rest.words).minutes(),
        sections: headings.clone().filter(|anchor| matches!(anchor.heading, Some((..=2, _)))).count(),
        headings: if shown { headings.collect() } else { Vec::new() },
        has_rest: !rest.blocks.is_empty(),
    }
}

/// Resolves the links of a document: of its teaser, its rest and its gated front matter.
///
/// `linker` is asked once per link.
pub fn relink(doc: &Doc<RawLink>, linker: &dyn Linker) -> Noted<Doc<Link>> {
    let mut diags = Vec::new();
    let teaser = relink_body(&doc.teaser, linker).take(&mut diags);
    let rest = release(doc.rest.map(linker, relink_body), &mut diags);
    let secrets = release(
        doc.secrets.map(linker, |secrets, linker| {
            let mut diags = Vec::new();
            let value = secrets.map_links(|_, link| linker.resolve(link).take(&mut diags));
            Noted::new(Arc::new(value), diags)
        }),
        &mut diags,
    );
    let doc = Doc {
        path: doc.path.clone(),
        front: doc.front.clone(),
        secrets,
        heading: doc.heading.clone(),
        teaser,
        excerpt: doc.excerpt,
        rest,
    };
    Noted::new(doc, diags)
}

fn relink_body<C: Linker + ?Sized>(body: &Body<RawLink>, linker: &C) -> Noted<Body<Link>> {
    let mut diags = Vec::new();
    let links = body.links.iter().map(|link| linker.resolve(link).take(&mut diags)).collect();
    Noted::new(body.with_links(links), diags)
}

/// Lets the diagnostics about a locked value out, and keeps the value in.
fn release<T>(noted: locked::Locked<Noted<T>>, diags: &mut Vec<Diag>) -> locked::Locked<T> {
    locked::Locked::new(noted.into_open().take(diags))
}

/// Knows where a link leads.
pub trait Linker {
    /// Resolves one link; a dead one is a diagnostic.
    fn resolve(&self, link: &RawLink) -> Noted<Link>;
}

/// All anchors of a document, in its teaser and behind it. They may reach a diagnostic, never an artifact.
#[must_use]
pub fn anchors<L>(doc: &Doc<L>) -> BTreeSet<&str> {
    doc.teaser.anchors.iter().chain(doc.rest.open().anchors.iter()).map(|anchor| &*anchor.id).collect()
}

/// What a fragment stands for that another generator made of a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alike {
    /// An anchor that everyone may know: its id.
    Public(Box<str>),
    /// An anchor behind the wall.
    Locked,
}

/// The one anchor of a document that has the same letters and digits as a fragment, case apart; `None` if there is none, or more than one.
///
/// Generators differ in what they make of other signs: `what-s-next` is `whats-next` here. The document is what `access` says of it.
#[must_use]
pub fn anchor_like<L>(doc: &Doc<L>, access: &Entitlements, fragment: &str) -> Option<Alike> {
    let letters = |id: &str| id.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let wanted = letters(fragment);
    let alike = |body: &Body<L>| -> Vec<Box<str>> {
        body.anchors.iter().map(|anchor| &anchor.id).filter(|id| letters(id) == wanted).cloned().collect()
    };
    let (shown, hidden) = (alike(&doc.teaser), alike(doc.rest.open()));
    match (&shown[..], &hidden[..]) {
        _ if wanted.is_empty() => None,
        ([id], []) => Some(Alike::Public(id.clone())),
        // Whether there is another behind the wall must not show.
        ([id], _) if !access.is_free() => Some(Alike::Public(id.clone())),
        ([], [id]) if access.is_free() => Some(Alike::Public(id.clone())),
        ([], [_]) => Some(Alike::Locked),
        _ => None,
    }
}

/// Whether a document has nothing that a wall could close: neither text behind its teaser nor gated front matter. For a diagnostic.
#[must_use]
pub fn locks_nothing<L: PartialEq>(doc: &Doc<L>) -> bool {
    doc.rest.open().blocks.is_empty() && **doc.secrets.open() == Secrets::default()
}

/// All links of a document as written, those behind the teaser included: for the findings of `check --external`, and never for an artifact.
#[must_use]
pub fn written_links(doc: &Doc<RawLink>) -> Vec<RawLink> {
    doc.teaser.links.iter().chain(doc.rest.open().links.iter()).cloned().collect()
}
