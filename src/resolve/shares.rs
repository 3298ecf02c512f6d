//! The variants of a campaign and what was learnt of them -> in which proportion readers see each.
//!
//! What was learnt goes before what the campaign says. Invariant: what was learnt of other variants than there are counts for nothing.

use std::collections::BTreeSet;

use crate::config::{Campaign, Weights};
use crate::diag::{At, Diag, code};
use crate::id::SourcePath;
use crate::load::WEIGHTS;

/// What the page without a variant is called.
const CONTROL: &str = "control";
/// What all weights of a campaign add up to.
const WHOLE: u32 = 100;

/// The weights of the page as it is and of each variant, in proportion.
pub(super) fn shares(name: &str, written: &Campaign, learnt: &[(SourcePath, Weights)], diags: &mut Vec<Diag>) -> Vec<u32> {
    let arms: Vec<&str> = std::iter::once(CONTROL).chain(written.variants.iter().map(|variant| variant.id.as_str())).collect();
    if let Some((file, learnt)) = learnt.iter().find(|(file, _)| campaign(file) == name) {
        let of_others: Vec<&str> = learnt.weights.keys().map(String::as_str).filter(|name| !arms.contains(name)).collect();
        let lacking: Vec<&str> = arms.iter().copied().filter(|arm| !learnt.weights.contains_key(*arm)).collect();
        match (of_others.first(), lacking.first()) {
            (None, None) => return arms.iter().map(|arm| learnt.weights[*arm]).collect(),
            (Some(other), _) => {
                let diag = Diag::warning(&code::STALE_WEIGHTS, format!("the campaign `{name}` has no variant `{other}`"));
                diags.push(diag.at(At::key(file, &["weights", other])).hint(RENEW));
            }
            (None, Some(lacking)) => {
                let diag = Diag::warning(&code::STALE_WEIGHTS, format!("`{lacking}` of the campaign `{name}` has no weight"));
                diags.push(diag.at(At::key(file, &["weights"])).hint(RENEW));
            }
        }
    }
    let given: Option<Vec<u32>> = written.variants.iter().map(|variant| variant.weight).collect();
    let given = given.filter(|weights| !weights.is_empty());
    given.map_or_else(
        || vec![1; arms.len()],
        |weights| {
            let rest = WHOLE.saturating_sub(weights.iter().fold(0, |sum: u32, weight| sum.saturating_add(*weight)));
            std::iter::once(rest).chain(weights).collect()
        },
    )
}

const RENEW: &str = "take the file out, or let `promo report --write-weights` write it anew";

/// Finds weights of campaigns that there are not.
pub(super) fn orphans(names: &BTreeSet<String>, learnt: &[(SourcePath, Weights)], diags: &mut Vec<Diag>) {
    for (file, _) in learnt {
        let name = campaign(file);
        if !names.contains(name) {
            let diag = Diag::warning(&code::STALE_WEIGHTS, format!("there is no campaign `{name}` that the weights are of"));
            diags.push(diag.at(At::file(file)).did_you_mean(name, names.iter().map(String::as_str)).hint("take the file out"));
        }
    }
}

/// The campaign that a file of weights is about.
fn campaign(file: &SourcePath) -> &str {
    let name = file.file_name();
    name.strip_suffix(WEIGHTS).unwrap_or(name)
}
