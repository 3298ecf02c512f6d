//! A campaign with variants -> what the script in its page's head picks by, and what is told of readers.

use serde::Serialize;

use super::Stall;
use crate::config::Beacon;
use crate::id::Hash;
use crate::model::{Campaign, Edition, Site};
use crate::promote::experiment::{Kind, bounds};
use crate::promote::links::CONTROL;

/// Readers see one of several variants of a page, each always the same one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExperimentView {
    /// Its name: that of the campaign.
    pub name: String,
    /// The variants parted by spaces, the page as it is (`control`) first.
    pub variants: String,
    /// The bounds between them on the scale to 65,536, parted by spaces.
    pub bounds: String,
    /// What tells apart builds with other variants or weights.
    pub build: String,
    /// Which part of the audience the page speaks to: its language.
    pub segment: String,
    /// What being on the page means: `impression` or `purchase`.
    pub event: &'static str,
    /// Where events are told: an address, or `local`; empty for nowhere.
    pub beacon: String,
}

/// What is tried on the page of a campaign, if anything is: on that of a single variant nothing.
pub(super) fn experiment(site: &Site, (campaign, edition): (&Campaign, &Edition), at: Stall) -> Option<ExperimentView> {
    if at.variant.is_some() || campaign.variants(edition).is_empty() {
        return None;
    }
    Some(of(site, (campaign, edition), Kind::Impression))
}

/// The same for the page that buyers come back to, where nothing is tried but something is told.
pub(super) fn purchase(site: &Site, (campaign, edition): (&Campaign, &Edition)) -> Option<ExperimentView> {
    (!campaign.written.variants.is_empty()).then(|| of(site, (campaign, edition), Kind::Purchase))
}

fn of(site: &Site, (campaign, edition): (&Campaign, &Edition), event: Kind) -> ExperimentView {
    let ids = campaign.written.variants.iter().map(|variant| variant.id.as_str());
    let variants = std::iter::once(CONTROL).chain(ids).collect::<Vec<_>>().join(" ");
    let bounds = bounds(&campaign.weights).iter().map(u16::to_string).collect::<Vec<_>>().join(" ");
    let beacon = site.config.promotion.beacon.as_ref();
    let told = |beacon: &Beacon| match beacon.address() {
        Some(path) if path.starts_with('/') => format!("{}{path}", site.config.base_path().trim_end_matches('/')),
        _ => beacon.0.clone(),
    };
    ExperimentView {
        name: campaign.name.to_string(),
        build: Hash::of_parts(&[variants.as_bytes(), bounds.as_bytes()]).short(),
        segment: edition.lang.to_string(),
        event: event.name(),
        beacon: beacon.map(told).unwrap_or_default(),
        variants,
        bounds,
    }
}
