//! A recipe and a viewer -> what that viewer would see; for `serve` on the creator's own machine.
//!
//! Invariant: a [`Preview`] is no `Artifact`, so that neither `emit` nor whatever else writes a site can take one; and there is no
//! [`Viewer`] without a server that listens on loopback.

use std::collections::HashMap;

use super::{Making, Recipe};
use crate::access::{self, Viewer};
use crate::artifact::{Artifact, Body, MediaType};
use crate::diag::Noted;
use crate::id::{MediaId, PieceId, Route};
use crate::search::{self, Document};
use crate::view::Html;
use crate::view::piece::Content;

/// What one viewer sees at an address.
#[derive(Clone, Debug)]
pub struct Preview {
    /// What it is.
    pub media: MediaType,
    /// What it holds.
    pub body: Body,
}

impl Making {
    /// Makes what a viewer sees at an address: pieces that their entitlement opens, and the files that these name.
    ///
    /// `None` if there is nothing for anyone.
    #[must_use]
    pub fn preview(&self, route: &Route, viewer: &Viewer) -> Option<Noted<Option<Preview>>> {
        match self.plan.recipe(route) {
            Some(Recipe::Piece(id)) => Some(self.opened(route, *id, viewer).map(|made| of(made, route))),
            Some(recipe) => Some(self.make(route, recipe).map(|made| of(made, route))),
            None => self.withheld(route).map(|made| made.map(|artifact| Some(artifact.into()))),
        }
    }

    /// The files of a language's search index as a viewer searches it: pieces that their entitlement opens are there with all of their text.
    ///
    /// They are kept nowhere: a cache is no place for what is paid for.
    #[must_use]
    pub fn index_for(&self, language: usize, viewer: &Viewer) -> Vec<(Route, Preview)> {
        let (site, lang) = (self.plan.site(), self.lang(language));
        let opened = search::paid(site, lang).into_iter().filter_map(|paid| viewer.open(paid, &site.config)).flatten();
        let mut whole: HashMap<Route, Document> = opened.map(|document| (document.route.clone(), document)).collect();
        let documents = search::public(site, lang);
        let documents = documents.into_iter().map(|document| whole.remove(&document.route).unwrap_or(document)).collect();
        let preview = |(name, bytes)| {
            let body = Body::Bytes(Vec::into(bytes));
            (Route::new(format!("{}{name}", search::FOLDER)), Preview { media: MediaType::BYTES, body })
        };
        self.index_files(documents, lang).into_iter().map(preview).collect()
    }

    /// The page of a piece, open as far as the viewer's entitlement goes.
    fn opened(&self, route: &Route, id: PieceId, viewer: &Viewer) -> super::Made {
        let site = self.plan.site();
        let piece = site.piece(id);
        let shown = access::preview(piece, &site.config, viewer);
        let mut diags = Vec::new();
        let teaser = self.written(piece, &shown).map(Html::new).take(&mut diags);
        let content = Content { teaser, ..Content::default() };
        super::with(diags, self.shown(route, id, &shown, content), Vec::new())
    }

    /// A file that only paid pieces name, and that a build leaves out therefore.
    fn withheld(&self, route: &Route) -> Option<Noted<Artifact>> {
        let site = self.plan.site();
        for (media, id) in site.media.iter().zip(0..).map(|(media, number)| (media, MediaId(number))) {
            if media.route == *route {
                return Some(Noted::clean(super::copy(&media.path)));
            }
            let variants = media.variants(&site.config.images);
            if let Some(number) = variants.iter().position(|variant| variant.route == *route) {
                return Some(self.variant(id, number));
            }
        }
        None
    }
}

impl From<Artifact> for Preview {
    fn from(artifact: Artifact) -> Self {
        Self { media: artifact.media, body: artifact.body }
    }
}

/// Of what a recipe gives, what stands at the address itself.
fn of(made: Vec<(Route, Artifact)>, route: &Route) -> Option<Preview> {
    made.into_iter().find(|(other, _)| other == route).map(|(_, artifact)| artifact.into())
}
