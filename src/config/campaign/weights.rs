//! `content/campaigns/<name>.weights.yaml` -> by what shares readers see the variants of a campaign, as `promo report` learnt it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::load::{Places, read};
use crate::config::schema::Known;
use crate::config::typed::{self, Typed};
use crate::diag::{At, Diag, Noted, code};
use crate::id::SourcePath;

/// The shares of the variants of a campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Weights {
    /// The hash of the events they were learnt from.
    pub seed: Option<String>,
    /// Of a hundred readers, how many see each variant; `control` is the page as it is.
    pub weights: BTreeMap<String, u32>,
}

/// Reads a file of weights; `None` of one that cannot be used.
pub fn load(path: &SourcePath, bytes: &[u8]) -> Noted<Option<Weights>> {
    let mut diags = Vec::new();
    let Some(written) = read(path, bytes, &mut diags) else { return Noted::new(None, diags) };
    let places = Places { file: Some(path), written: written.clone(), given: Vec::new() };
    let Typed { config, unsound, unknown, wrong } = typed::read::<Weights>(written, Known::weights);
    diags.extend(wrong.into_iter().map(|(key, diag)| places.put(diag, &key, At::key)));
    diags.extend(unknown.into_iter().map(|(key, diag)| places.put(diag, &key, At::key_name)));
    let sum = config.weights.values().fold(0_u32, |sum, weight| sum.saturating_add(*weight));
    let wrong = match sum {
        _ if !unsound.is_empty() => None,
        100 if config.weights.values().all(|weight| *weight > 0) => None,
        100 => Some("a variant with the weight 0 is seen by nobody".to_owned()),
        sum => Some(format!("the weights add up to {sum}, and not to 100")),
    };
    let is_sound = wrong.is_none() && unsound.is_empty();
    if let Some(message) = wrong {
        let diag =
            Diag::error(&code::BAD_WEIGHTS, message).hint("let `promo report --write-weights` write the file, or take it out");
        diags.push(places.put(diag, &["weights".to_owned()], At::key));
    }
    Noted::new(is_sound.then_some(config), diags)
}
