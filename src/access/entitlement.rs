//! An entitlement (a tier or a product) and its epoch -> the key that opens what it entitles to.
//!
//! Ids of tiers and of products are separate spaces: a tier and a product of one name have different keys. An epoch is a number that only
//! grows; revoking and rotating begin a new one, and whoever has the keys of an old one opens nothing that was wrapped since.

use std::fmt;

use super::crypto::{Key, Tuple};
use super::master::MasterKey;
use crate::id::{ProductId, TierId};

/// Something that can be bought.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entitlement {
    /// A tier: it opens its own pieces, and those of every tier below.
    Tier(TierId),
    /// A product: it opens what it includes.
    Product(ProductId),
}

/// The epoch of an entitlement, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(pub u64);

impl fmt::Display for Entitlement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tier(id) => write!(f, "tier:{id}"),
            Self::Product(id) => write!(f, "product:{id}"),
        }
    }
}

impl Entitlement {
    /// Reads `tier:pro` or `product:course`; `None` if it is neither.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            (_, "") => None,
            ("tier", id) => Some(Self::Tier(TierId::new(id))),
            ("product", id) => Some(Self::Product(ProductId::new(id))),
            _ => None,
        }
    }

    /// Its key in an epoch.
    pub(super) fn key(&self, master: &MasterKey, epoch: Epoch) -> Key {
        let (label, id) = match self {
            Self::Tier(id) => ("kmsite/1/tier-key", id.to_string()),
            Self::Product(id) => ("kmsite/1/product-key", id.to_string()),
        };
        master.derive(&Tuple::new(label).with(id).number(epoch.0))
    }
}
