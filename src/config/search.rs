//! `search:` what readers find by other words, and what they find first.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How readers search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Search {
    /// Whether readers can search. If not, no index is made, and the page at `/search/` lists what there is. Default: yes.
    pub enabled: bool,
    /// Words that stand for each other, a list for each meaning: `[[js, javascript], [所有权, ownership]]`.
    pub synonyms: Vec<Vec<String>>,
    /// What comes earlier or later among results.
    pub boost: Boost,
}

impl Default for Search {
    fn default() -> Self {
        Self { enabled: true, synonyms: Vec::new(), boost: Boost::default() }
    }
}

/// Factors on how well a piece matches: above 1 it comes earlier, below 1 later.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Boost {
    /// By kind, as `course: 1.5`.
    pub kinds: BTreeMap<String, f64>,
    /// By tag.
    pub tags: BTreeMap<String, f64>,
}
