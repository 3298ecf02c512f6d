//! What opens a paid piece: tiers and products, their prices and where to buy them. All of it is public.

use std::collections::BTreeMap;

use serde::Serialize;

use super::labels;
use super::shared::Shared;
use super::text;
use crate::config::{Localized, Price};
use crate::id::{Lang, PieceId, ProductId};
use crate::model::{Entitlements, Site};
use crate::theme::Strings;

/// One way to open a piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// `tier` or `product`.
    pub kind: &'static str,
    /// Its id in `site.yaml`.
    pub id: String,
    /// Its name for readers.
    pub name: String,
    /// What it offers, in a sentence; may be empty.
    pub description: String,
    /// What it costs, in words: `¥39/月`; empty if it has no price.
    pub price: String,
    /// Where to buy it.
    pub checkout: Option<String>,
    /// What a product opens: its pieces' titles and addresses.
    pub opens: Vec<super::LinkView>,
    /// What speaks for it among the others beside it, in a sentence; empty if nothing does.
    pub why: String,
}

/// The card behind the teaser of a paid piece.
#[derive(Clone, Debug, Serialize)]
pub struct OfferCard {
    /// What opens the piece, cheapest tier first, then products: an [`Offer`] each.
    pub offers: Shared,
    /// How many sections stand behind the teaser, in words; empty if there are none.
    pub sections: String,
    /// Minutes of the whole piece, in words.
    pub minutes: String,
    /// Where the rest is, sealed; none where nothing is sealed: in the preview, and in a build without a key.
    pub sealed: Option<SealedRef>,
}

/// What a browser is told of the sealed part of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SealedRef {
    /// What names the sealed content: `data-km-cid`.
    pub cid: String,
    /// What names the page: `data-km-page`.
    pub page: String,
    /// The entitlements it was sealed for, as `tier:member`, sorted, with spaces between: `data-km-for`.
    pub entitlements: String,
    /// Where the site begins, as `/` or `/blog/`: `data-km-base`.
    pub base: String,
}

/// Names and offers of everything that is sold, in one language.
pub(super) struct Shop<'a> {
    pub site: &'a Site,
    pub strings: &'a Strings,
    pub lang: &'a Lang,
    /// The first piece that each product opens, by route: what a product without a name is called after.
    pub opened: &'a BTreeMap<(ProductId, Lang), Vec<PieceId>>,
}

impl Shop<'_> {
    /// All tiers but the free one, from open to most exclusive.
    pub(super) fn tiers(&self) -> Vec<Offer> {
        self.tiers_from(1)
    }

    /// What everyone may read: the first tier.
    pub(super) fn free(&self) -> Option<Offer> {
        self.tiers_from(0).into_iter().next()
    }

    /// All products, as configured.
    pub(super) fn products(&self) -> Vec<Offer> {
        self.site.config.products.iter().map(|product| self.product(&product.id)).collect()
    }

    /// What opens a piece: its tier and every higher one, and its products.
    pub(super) fn offers(&self, access: &Entitlements) -> Vec<Offer> {
        let Entitlements::Paid { tier, products } = access else { return Vec::new() };
        let rank = tier.as_ref().and_then(|tier| self.site.config.tier_rank(tier));
        let mut offers = rank.map(|rank| self.tiers_from(rank)).unwrap_or_default();
        offers.extend(products.iter().map(|product| self.product(product)));
        let tiers = rank.map_or(&[][..], |rank| &self.site.config.tiers[rank..]).iter().map(|tier| tier.price.as_ref());
        let prices = tiers.chain(products.iter().map(|id| self.sold(id)?.price.as_ref()));
        if let Some(offer) = lowest(&prices.collect::<Vec<_>>()).and_then(|at| offers.get_mut(at)) {
            offer.why = self.strings.get("offer.cheapest").to_owned();
        }
        offers
    }

    fn tiers_from(&self, rank: usize) -> Vec<Offer> {
        let tiers = self.site.config.tiers.iter().skip(rank);
        tiers
            .map(|tier| Offer {
                kind: "tier",
                id: tier.id.to_string(),
                name: labels::tier_name(&self.site.config, self.strings, self.lang, &tier.id),
                description: tier.description.get(self.lang).to_owned(),
                price: self.price(tier.price.as_ref()),
                checkout: tier.checkout.clone(),
                opens: Vec::new(),
                why: String::new(),
            })
            .collect()
    }

    fn product(&self, id: &ProductId) -> Offer {
        let product = self.sold(id);
        let text =
            |of: fn(&crate::config::Product) -> &Localized| product.map_or("", |product| of(product).get(self.lang)).to_owned();
        let opened = self.opened.get(&(id.clone(), self.lang.clone())).map(Vec::as_slice).unwrap_or_default();
        let opens: Vec<super::LinkView> = opened.iter().map(|&piece| self.link(piece)).collect();
        let mut name = text(|product| &product.name);
        if name.is_empty() {
            name = opens.first().map_or_else(|| id.to_string(), |link| link.title.clone());
        }
        Offer {
            kind: "product",
            id: id.to_string(),
            name,
            description: text(|product| &product.description),
            price: self.price(product.and_then(|product| product.price.as_ref())),
            checkout: product.and_then(|product| product.checkout.clone()),
            opens,
            why: String::new(),
        }
    }

    fn sold(&self, id: &ProductId) -> Option<&crate::config::Product> {
        self.site.config.products.iter().find(|product| product.id == *id)
    }

    fn link(&self, id: PieceId) -> super::LinkView {
        let piece = self.site.piece(id);
        super::LinkView { title: piece.title.to_string(), href: self.site.href(&piece.route) }
    }

    fn price(&self, price: Option<&Price>) -> String {
        price.map(|price| text::price(self.strings, self.lang, price)).unwrap_or_default()
    }
}

/// Which of several prices is lower than all others, however long what is paid for lasts; none where there is no other to compare it with, or
/// where they are in several currencies.
fn lowest(prices: &[Option<&Price>]) -> Option<usize> {
    let mut priced: Vec<(usize, &Price)> = prices.iter().enumerate().filter_map(|(at, price)| Some((at, (*price)?))).collect();
    priced.sort_by(|(_, one), (_, other)| one.amount.total_cmp(&other.amount));
    let [(at, first), (_, second), ..] = priced[..] else { return None };
    let is_comparable = priced.iter().all(|(_, price)| price.currency == first.currency);
    (is_comparable && first.amount < second.amount).then_some(at)
}

/// The topmost pieces that each product opens, per language, by route: a course stands for its lessons.
pub(super) fn opened(site: &Site) -> BTreeMap<(ProductId, Lang), Vec<PieceId>> {
    let mut opened: BTreeMap<(ProductId, Lang), Vec<PieceId>> = BTreeMap::new();
    for piece in &site.pieces {
        let Entitlements::Paid { products, .. } = &piece.access else { continue };
        let above = piece.parent.map(|parent| &site.piece(parent).access);
        for product in products {
            let covered = matches!(above, Some(Entitlements::Paid { products, .. }) if products.contains(product));
            if !covered {
                opened.entry((product.clone(), piece.lang.clone())).or_default().push(piece.id);
            }
        }
    }
    opened
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_price_is_told_where_there_is_something_to_compare_it_with() {
        let price = |amount, currency: &str| Price { amount, currency: currency.to_owned(), per: None };
        let lowest = |prices: &[Option<(f64, &str)>]| {
            let prices: Vec<Option<Price>> =
                prices.iter().map(|given| given.map(|(amount, currency)| price(amount, currency))).collect();
            super::lowest(&prices.iter().map(Option::as_ref).collect::<Vec<_>>())
        };
        assert_eq!(lowest(&[Some((39.0, "CNY")), None, Some((9.0, "CNY"))]), Some(2));
        assert_eq!(lowest(&[Some((9.0, "CNY")), Some((9.0, "CNY")), Some((39.0, "CNY"))]), None);
        assert_eq!(lowest(&[Some((39.0, "CNY")), Some((9.0, "USD"))]), None);
        assert_eq!((lowest(&[Some((39.0, "CNY")), None]), lowest(&[])), (None, None));
    }
}
