//! The page of a campaign -> what is sold as a `Product` with its offers, and the courses and books in it.

use super::node::{Node, Value};
use super::{Ld, Own, offers, piece};
use crate::config::{Offering, Price};
use crate::model::{Campaign, Edition, Kind};

/// Makes the nodes of a campaign's page.
pub(super) fn nodes(ld: &Ld<'_>, own: &Own<'_>, (campaign, edition): (&Campaign, &Edition), nodes: &mut Vec<Value>) {
    let url = ld.site.absolute(own.route);
    let id = format!("{url}#product");
    ld.frame(own.lang, nodes);
    nodes.push(ld.web_page(own, "WebPage").with("mainEntity", Node::reference(id.clone())).into());
    ld.breadcrumb(own.lang, &[(own.title.to_owned(), own.route.clone())], nodes);
    let pieces: Vec<_> = edition.pieces.iter().map(|&id| ld.site.piece(id)).collect();
    let works = pieces.iter().filter(|piece| matches!(piece.kind, Kind::Course | Kind::Book));
    let works: Vec<Value> = works.filter_map(|work| piece::main_entity(ld, work)).collect();
    let sold = sold(ld, campaign, own);
    let early = campaign.written.terms.early_bird.as_ref().and_then(|early| {
        let checkout = early.checkout.as_deref().or(sold.checkout);
        let node = offers::node(&early.price, checkout, sold.name.clone())?;
        Some(node.with("priceValidUntil", early.until.rfc3339()).into())
    });
    let usual = sold.price.and_then(|price| offers::node(price, sold.checkout, sold.name.clone())).map(Value::from);
    let product = Node::new("Product")
        .id(id)
        .with("name", sold.name)
        .text("description", sold.description)
        .with("url", url)
        .maybe("image", pieces.iter().find_map(|piece| crate::view::feed::cover(ld.site, piece)))
        .with("brand", Node::reference(ld.global("publisher")))
        .list("offers", early.into_iter().chain(usual).collect());
    nodes.push(product.into());
    nodes.extend(works);
}

/// What is sold, as `site.yaml` has it.
struct Sold<'a> {
    name: String,
    description: &'a str,
    price: Option<&'a Price>,
    checkout: Option<&'a str>,
}

fn sold<'a>(ld: &'a Ld<'_>, campaign: &Campaign, own: &Own<'_>) -> Sold<'a> {
    let config = &ld.site.config;
    let found = match &campaign.offer {
        Offering::Tier(id) => config.tiers.iter().find(|tier| tier.id == *id).map(|tier| Sold {
            name: ld.names.tier(tier, own.lang),
            description: tier.description.get(own.lang),
            price: tier.price.as_ref(),
            checkout: tier.checkout.as_deref(),
        }),
        Offering::Product(id) => config.products.iter().find(|product| product.id == *id).map(|product| Sold {
            name: ld.names.product(product, own.lang),
            description: product.description.get(own.lang),
            price: product.price.as_ref(),
            checkout: product.checkout.as_deref(),
        }),
    };
    found.unwrap_or_else(|| Sold { name: own.title.to_owned(), description: "", price: None, checkout: None })
}
