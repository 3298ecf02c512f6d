//! Members and the site's configuration -> what does not fit together.
//!
//! Nothing here stops a build: a grant of something that is not sold opens nothing.

use std::collections::BTreeMap;

use super::{FILE, Grant, Members};
use crate::access::Entitlement;
use crate::config::Config;
use crate::diag::{At, Diag, code};
use crate::id::SourcePath;

/// Tells grants of tiers and products that the site does not have, and names that two members share.
#[must_use]
pub fn check(members: &Members, config: &Config) -> Vec<Diag> {
    let file = SourcePath::new(FILE);
    let mut diags = Vec::new();
    let people =
        members.people.iter().filter(|(_, member)| !member.is_revoked).map(|(id, member)| ("members", id, &member.grants));
    let pools = members.pools.iter().map(|(id, pool)| ("pools", id, &pool.grants));
    for (list, id, grants) in people.chain(pools) {
        for (number, grant) in grants.iter().enumerate().filter(|(_, grant)| !is_sold(&grant.entitlement, config)) {
            diags.push(unknown(grant, config).at(At::key(&file, &[list, id, "for", &number.to_string()])));
        }
    }
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, member) in members.people.iter().filter(|(_, member)| !member.is_revoked) {
        let Some(name) = &member.name else { continue };
        let Some(first) = names.insert(name, id) else { continue };
        diags.push(
            Diag::warning(&code::SAME_NAME, format!("two members are called `{name}`: `{first}` and `{id}`"))
                .at(At::key(&file, &["members", id, "name"]))
                .related(At::key(&file, &["members", first, "name"]), "the other one")
                .hint("give one another name, so that commands can tell them apart"),
        );
    }
    diags
}

/// Whether the site sells it: a tier above the first, or a product.
#[must_use]
pub fn is_sold(entitlement: &Entitlement, config: &Config) -> bool {
    match entitlement {
        Entitlement::Tier(id) => config.tier_rank(id).is_some_and(|rank| rank > 0),
        Entitlement::Product(id) => config.products.iter().any(|product| product.id == *id),
    }
}

fn unknown(grant: &Grant, config: &Config) -> Diag {
    match &grant.entitlement {
        Entitlement::Tier(id) => {
            let tiers = || config.tiers.iter().skip(1).map(|tier| tier.id.as_str());
            Diag::warning(&code::UNKNOWN_TIER, format!("`{FILE}` grants the tier `{id}`, which the site does not sell"))
                .did_you_mean(id.as_str(), tiers())
                .hint("until it is a tier above the first in `site.yaml`, it opens nothing")
        }
        Entitlement::Product(id) => {
            let products = || config.products.iter().map(|product| product.id.as_str());
            Diag::warning(&code::UNKNOWN_PRODUCT, format!("`{FILE}` grants the product `{id}`, which the site does not sell"))
                .did_you_mean(id.as_str(), products())
                .hint("until it is among `products:` in `site.yaml`, it opens nothing")
        }
    }
}
