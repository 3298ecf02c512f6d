//! The keys of `site.yaml` for what sells: where what readers do with campaigns is told, and what has a social card.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How campaigns are told of and counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Promotion {
    /// Where pages of campaigns with variants tell what readers do with them: an address, or `local` for the reader's own browser alone. Default: nowhere.
    ///
    /// Readers who ask not to be tracked (DNT, GPC) are never told of.
    pub beacon: Option<Beacon>,
    /// What has a picture for link previews, with title, level, author and price, where its author gave none. Default: `all`, if there are fonts in `fonts/`.
    pub cards: Option<Cards>,
}

/// What has a social card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Cards {
    /// Pieces and campaigns.
    All,
    /// Campaigns only.
    Campaigns,
    /// Nothing.
    None,
}

/// Where events are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Beacon(pub String);

impl Beacon {
    /// What is kept in the reader's browser and leaves it never.
    pub const LOCAL: &'static str = "local";

    /// The address that is told, if one is.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|address| *address != Self::LOCAL)
    }
}
