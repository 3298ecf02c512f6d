//! The campaigns of a site -> every link by which they are told, with where it is told, and their advertisements: the content of `promo.json`.
//!
//! Invariant: each link is that of a page of the site, in the order of campaigns, languages, variants and channels.

use serde::Serialize;

use super::ads::{AdSet, ads};
use super::utm::Utm;
use crate::config::Channel;
use crate::model::Site;

/// All links of a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Links {
    /// The campaigns.
    pub campaigns: Vec<CampaignLinks>,
}

/// The links of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CampaignLinks {
    /// The campaign's name.
    pub campaign: String,
    /// What it sells, as `product:rust-course`.
    pub offer: String,
    /// When it ends (RFC 3339); none if it does not.
    pub ends: Option<String>,
    /// A link for each page and channel.
    pub links: Vec<ChannelLink>,
    /// The texts of its advertisements, for each page and platform; left out if it has none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ads: Vec<AdSet>,
}

/// A link to tell on a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChannelLink {
    /// The channel.
    pub channel: Channel,
    /// The page's language.
    pub lang: String,
    /// The variant or audience of the page; `control` for the page as it is.
    pub variant: String,
    /// The page's address alone.
    pub page: String,
    /// The address to tell.
    pub url: String,
    /// What the address says of where it is told.
    #[serde(flatten)]
    pub utm: Utm,
}

/// What the page without a variant is called.
pub const CONTROL: &str = "control";

/// Lists the links of all campaigns.
#[must_use]
pub fn links(site: &Site) -> Links {
    let campaigns = site.campaigns.iter().map(|campaign| {
        let mut links = Vec::new();
        for edition in &campaign.editions {
            let own = campaign.audience(edition).map_or(CONTROL, |audience| audience.id.as_str());
            let variants = campaign.variants(edition).iter().map(|variant| (variant.id.as_str(), edition.variant(variant)));
            for (variant, route) in std::iter::once((own, edition.route.clone())).chain(variants) {
                for &channel in &campaign.written.channels {
                    let utm = Utm::of(channel, &campaign.name, variant);
                    let page = site.absolute(&route);
                    links.push(ChannelLink {
                        channel,
                        lang: edition.lang.to_string(),
                        variant: variant.to_owned(),
                        url: utm.on(&page),
                        page,
                        utm,
                    });
                }
            }
        }
        CampaignLinks {
            campaign: campaign.name.to_string(),
            offer: campaign.offer.to_string(),
            ends: campaign.written.ends.map(|ends| ends.rfc3339()),
            links,
            ads: campaign.editions.iter().flat_map(|edition| ads(site, campaign, edition)).collect(),
        }
    });
    Links { campaigns: campaigns.collect() }
}
