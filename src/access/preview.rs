//! The gate's other door: what someone with an entitlement would see, for the creator's own eyes.
//!
//! Invariant: a [`Viewer`] is made only by who has a proof that nobody else is looking ([`Confined`]), so no build has one to show.

use super::{Gated, Public, public, whole};
use crate::config::Config;
use crate::id::{ProductId, TierId};
use crate::model::{Entitlements, Piece};

/// The proof that what is shown stays with the creator: who holds a value of such a type shows it to nobody else.
///
/// Each of these types stands in a list in the tests, and is looked at by hand.
pub trait Confined {}

/// Someone who has paid, as the creator imagines them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Viewer(Holding);

/// What was paid for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Holding {
    Tier(TierId),
    Product(ProductId),
}

impl Viewer {
    /// Someone with a tier.
    #[must_use]
    pub const fn with_tier<P: Confined>(_: &P, tier: TierId) -> Self {
        Self(Holding::Tier(tier))
    }

    /// Someone who bought a product.
    #[must_use]
    pub const fn with_product<P: Confined>(_: &P, product: ProductId) -> Self {
        Self(Holding::Product(product))
    }

    /// Takes out what is for them; `None` if it is not.
    #[must_use]
    pub fn open<T>(&self, gated: Gated<T>, config: &Config) -> Option<T> {
        self.opens(gated.audience(), config).then(|| gated.into_value())
    }

    /// Whether what they hold opens this.
    fn opens(&self, access: &Entitlements, config: &Config) -> bool {
        let Entitlements::Paid { tier, products } = access else { return true };
        match &self.0 {
            Holding::Product(product) => products.contains(product),
            Holding::Tier(held) => {
                let ranks = tier.as_ref().and_then(|tier| config.tier_rank(tier)).zip(config.tier_rank(held));
                ranks.is_some_and(|(asked, held)| held >= asked)
            }
        }
    }
}

/// What a viewer may see of a piece.
#[must_use]
pub fn preview<'a>(piece: &'a Piece, config: &Config, viewer: &Viewer) -> Public<'a> {
    viewer.open(whole(piece), config).unwrap_or_else(|| public(piece))
}
