//! The gate's other door: what someone with an entitlement would see of a piece, for the preview on the creator's own machine.
//!
//! Invariant: only a server that listens on loopback can make a [`Viewer`], so no build has one to show.

use super::{Public, opened, public};
use crate::config::Config;
use crate::id::{ProductId, TierId};
use crate::model::{Entitlements, Piece};
use crate::serve::Loopback;

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
    pub const fn with_tier(_: &Loopback, tier: TierId) -> Self {
        Self(Holding::Tier(tier))
    }

    /// Someone who bought a product.
    #[must_use]
    pub const fn with_product(_: &Loopback, product: ProductId) -> Self {
        Self(Holding::Product(product))
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
    if !viewer.opens(&piece.access, config) {
        return public(piece);
    }
    opened(piece)
}
