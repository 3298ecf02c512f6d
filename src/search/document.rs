//! What search knows of a piece: its texts for finding it, and what a result says of it.

use crate::access;
use crate::id::{Lang, Route};
use crate::model::passage::Passage;
use crate::model::{Entitlements, Kind, Piece, Site};

/// A piece as search knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its address.
    pub route: Route,
    /// Its title.
    pub title: String,
    /// What it is.
    pub kind: Kind,
    /// Its level's name; empty if it has none.
    pub level: String,
    /// The first tier that opens it, `free` or whatever the first tier is called for what everyone may read; empty if only products open it.
    pub tier: String,
    /// The names of its topics.
    pub tags: Vec<String>,
    /// Its text, in parts that can be linked to.
    pub passages: Vec<Passage>,
}

/// The documents of a language that everyone may find, by address: of paid pieces what everyone may read.
#[must_use]
pub fn public(site: &Site, lang: &Lang) -> Vec<Document> {
    let found = site.pieces.iter().filter(|piece| piece.lang == *lang && piece.doc.front.search != Some(false));
    found.map(|piece| document(site, piece)).collect()
}

fn document(site: &Site, piece: &Piece) -> Document {
    let tier = match &piece.access {
        Entitlements::Free => site.config.tiers.first().map(|tier| tier.id.to_string()),
        Entitlements::Paid { tier, .. } => tier.as_ref().map(ToString::to_string),
    };
    Document {
        route: piece.route.clone(),
        title: piece.title.to_string(),
        kind: piece.kind,
        level: piece.level.map(|(level, _)| level.name().to_owned()).unwrap_or_default(),
        tier: tier.unwrap_or_default(),
        tags: piece.tags.iter().map(|&id| site.term(id).name.to_string()).collect(),
        passages: access::index_text(piece),
    }
}
