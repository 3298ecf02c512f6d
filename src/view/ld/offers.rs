//! Tiers and products -> `Offer` and `Product` nodes. What has no price is not offered to search engines.
//!
//! Invariant: an offer's price is a plain decimal in its own currency.

use super::Ld;
use super::node::{Node, Value};
use crate::config::{Period, Price};
use crate::id::Lang;
use crate::model::{Entitlements, Piece};

/// The offers that open a piece: its tier's and its products'; of a free piece, the one that it is free.
pub(super) fn of_piece(ld: &Ld<'_>, piece: &Piece) -> Vec<Value> {
    let Entitlements::Paid { tier, products } = &piece.access else {
        return vec![Node::new("Offer").with("category", "Free").into()];
    };
    let config = &ld.site.config;
    let tiers = config.tiers.iter().filter(|candidate| Some(&candidate.id) == tier.as_ref());
    let tiers = tiers.filter_map(|tier| offer(tier.price.as_ref()?, tier.checkout.as_deref(), ld.names.tier(tier, &piece.lang)));
    let products = config.products.iter().filter(|product| products.contains(&product.id)).filter_map(|product| {
        offer(product.price.as_ref()?, product.checkout.as_deref(), ld.names.product(product, &piece.lang))
    });
    tiers.chain(products).collect()
}

/// All that is sold, a `Product` node each.
pub(super) fn catalogue(ld: &Ld<'_>, lang: &Lang, nodes: &mut Vec<Value>) {
    let config = &ld.site.config;
    let tiers = config.tiers.iter().map(|tier| {
        (format!("tier-{}", tier.id), ld.names.tier(tier, lang), tier.description.get(lang), &tier.price, &tier.checkout)
    });
    let products = config.products.iter().map(|product| {
        let name = ld.names.product(product, lang);
        (format!("product-{}", product.id), name, product.description.get(lang), &product.price, &product.checkout)
    });
    for (id, name, description, price, checkout) in tiers.chain(products) {
        let Some(offer) = price.as_ref().and_then(|price| offer(price, checkout.as_deref(), name.clone())) else { continue };
        let product = Node::new("Product").id(ld.global(&id)).with("name", name).text("description", description);
        nodes.push(product.with("brand", Node::reference(ld.global("publisher"))).with("offers", offer).into());
    }
}

fn offer(price: &Price, checkout: Option<&str>, name: String) -> Option<Value> {
    node(price, checkout, name).map(Value::from)
}

/// An offer, recurring if the price has a period; none for a price that is no number.
pub(super) fn node(price: &Price, checkout: Option<&str>, name: String) -> Option<Node> {
    if !price.amount.is_finite() || price.amount < 0.0 {
        return None;
    }
    let amount = price.amount.to_string();
    let recurring = price.per.map(|period| {
        // Codes of UN/CEFACT recommendation 20; a quarter is three months.
        let (value, unit) = match period {
            Period::Month => (1_usize, "MON"),
            Period::Quarter => (3, "MON"),
            Period::Year => (1, "ANN"),
        };
        let quantity = Node::new("QuantitativeValue").with("value", value).with("unitCode", unit);
        Node::new("UnitPriceSpecification")
            .with("price", amount.as_str())
            .with("priceCurrency", price.currency.as_str())
            .with("referenceQuantity", quantity)
    });
    let category = if recurring.is_some() { "Subscription" } else { "Paid" };
    let node = Node::new("Offer")
        .with("name", name)
        .with("category", category)
        .with("price", amount.as_str())
        .with("priceCurrency", price.currency.as_str())
        .maybe("priceSpecification", recurring)
        .with("availability", "https://schema.org/InStock")
        .maybe("url", checkout);
    Some(node)
}
