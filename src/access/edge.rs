//! A site whose paid text a server hands out -> what is there to hand out, and by what the server knows those who paid.
//!
//! ```text
//! pass    HKDF(code, info = tuple("kmsite/1/pass"))[..16]    hex
//! ```
//!
//! The reader's browser derives the pass from the code, and the server has a list of passes: it never sees a code, and a pass that is stolen
//! from it opens no record of a sealed site. Invariant: there is no [`Edge`] of a site that is not to be handed out by a server, and so nothing that
//! opens its paid pieces.

use std::collections::{BTreeMap, BTreeSet};

use super::crypto::Tuple;
use super::entitlement::Entitlement;
use super::keyring::Keyring;
use super::media;
use super::seal::{hex, openers, rendered};
use super::{Gated, Public, Written, locks_nothing, opened, whole};
use crate::config::Delivery;
use crate::diag::Noted;
use crate::id::MediaId;
use crate::model::{Piece, Site};

/// Those who may have something: whoever holds one of these.
pub type Audience = BTreeSet<Entitlement>;

/// A site whose paid text a server hands out.
#[derive(Clone, Copy)]
pub struct Edge<'a>(&'a Site);

/// What a member shows to the server.
pub struct Pass {
    /// The pass, in hexadecimal digits.
    pub text: Written,
    /// What its holder has paid for, as of today.
    pub holds: Audience,
}

impl<'a> Edge<'a> {
    /// The site, if a server hands out what is paid for.
    #[must_use]
    pub fn of(site: &'a Site) -> Option<Self> {
        (site.config.access.delivery() == Delivery::Edge).then_some(Self(site))
    }

    /// Whether a piece has anything that only those get who paid.
    #[must_use]
    pub fn guards(self, piece: &Piece) -> bool {
        !piece.access.is_free() && !locks_nothing(&piece.doc)
    }

    /// Who may have a piece.
    #[must_use]
    pub fn audience(self, piece: &Piece) -> Audience {
        openers(&piece.access, &self.0.config).into_iter().collect()
    }

    /// All of a piece, rendered by a plain function, for the server to hand out.
    pub fn whole<C: ?Sized, T>(self, piece: &Piece, context: &C, render: fn(Public<'_>, &C) -> Noted<T>) -> Noted<T> {
        let gated: Gated<Noted<T>> = whole(piece).map(&(context, render), |shown, (context, render)| render(shown, context));
        let (gated, diags) = rendered(gated);
        Noted::new(gated.into_value(), diags)
    }

    /// The `style` attributes of all of a piece.
    #[must_use]
    pub fn styles(self, piece: &Piece) -> BTreeSet<&str> {
        let shown = opened(piece);
        let bodies = std::iter::once(shown.teaser).chain(shown.rest);
        bodies.flat_map(|body| body.styles.iter().map(|style| &**style)).collect()
    }

    /// The files that paid text alone names, with those who may have them.
    #[must_use]
    pub fn media(self) -> BTreeMap<MediaId, Audience> {
        let public = media::public_media(self.0);
        let mut files: BTreeMap<MediaId, Audience> = BTreeMap::new();
        for piece in self.0.pieces.iter().filter(|piece| !piece.access.is_free()) {
            for id in media::named(&opened(piece)).difference(&public) {
                files.entry(*id).or_default().extend(self.audience(piece));
            }
        }
        files
    }

    /// The passes of all who hold something, in order. What has run out is not among what they hold.
    #[must_use]
    pub fn passes(self, keyring: &Keyring) -> Vec<Pass> {
        let mut passes: Vec<Pass> = keyring
            .holders()
            .iter()
            .map(|holder| {
                let code = keyring.code(&holder.id, holder.serial);
                let text = Written::new(hex(&code.derive(&[], &Tuple::new("kmsite/1/pass")).half()));
                let current = holder.grants.iter().filter(|(entitlement, epoch)| *epoch >= keyring.epoch(entitlement));
                Pass { text, holds: current.map(|(entitlement, _)| entitlement.clone()).collect() }
            })
            .collect();
        passes.sort_unstable_by(|a, b| a.text.as_str().cmp(b.text.as_str()));
        passes
    }
}
