//! A piece or a campaign -> its social card: what is said on it, and where its picture stands.
//!
//! Made for what its author gave no picture, if the site has fonts to set it in. Invariant: an address changes with all that the picture depends on,
//! so that places that keep pictures show the right price.

use std::collections::{BTreeMap, BTreeSet};

use super::ViewContext;
use super::landing::{self, Stall, stall};
use super::media::ImageView;
use super::{labels, outline};
use crate::config::Cards;
use crate::id::{Hash, PieceId, Route};
use crate::promote::card::{self, Card, Palette, Size, key};

/// The size of all cards of pages.
pub const SIZE: Size = Size::Link;

/// What a card is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CardOf {
    /// The page of a piece.
    Piece(PieceId),
    /// The page of a campaign, or of a variant of it.
    Campaign(Stall),
}

/// The colours of a site's cards.
#[must_use]
pub fn palette(cx: &ViewContext) -> Palette {
    Palette::of(&cx.site().config.brand, cx.theme().manifest().paper.light)
}

/// The hashes of the fonts that a site's cards are set in.
#[must_use]
pub fn fonts(cx: &ViewContext) -> Vec<Hash> {
    cx.site().fonts.iter().map(|font| font.hash).collect()
}

/// What a card says.
#[must_use]
pub fn card(cx: &ViewContext, of: CardOf) -> Card {
    match of {
        CardOf::Piece(id) => of_piece(cx, id),
        CardOf::Campaign(at) => of_campaign(cx, at),
    }
}

fn of_piece(cx: &ViewContext, id: PieceId) -> Card {
    let piece = cx.site().piece(id);
    let strings = cx.strings(&piece.lang);
    let authors: Vec<&str> = piece.authors.iter().map(|author| &**author).collect();
    Card {
        lang: piece.lang.clone(),
        site: cx.site().config.title.get(&piece.lang).to_owned(),
        title: piece.title.to_string(),
        author: authors.join(if piece.lang.is_han() { "、" } else { ", " }),
        name: outline::whole(cx, id).map(|whole| cx.site().piece(whole).title.to_string()).unwrap_or_default(),
        level: cx.level_of(piece).map(|level| labels::level_name(strings, level)).unwrap_or_default(),
        price: cx.price(piece).to_owned(),
        code: None,
    }
}

fn of_campaign(cx: &ViewContext, at: Stall) -> Card {
    let site = cx.site();
    let (campaign, edition) = stall(cx, at);
    let level = match edition.pieces[..] {
        [id] => cx.level_of(site.piece(id)),
        _ => None,
    };
    let strings = cx.strings(&edition.lang);
    Card {
        // A picture is kept where nobody changes it: it tells the price that holds for good.
        price: landing::chosen(cx, campaign, &edition.lang).map(|offer| offer.price.clone()).unwrap_or_default(),
        level: level.map(|level| labels::level_name(strings, level)).unwrap_or_default(),
        ..card::card(site, campaign, edition, at.variant)
    }
}

/// All cards of a site with their addresses.
pub(super) fn cards(cx: &ViewContext) -> BTreeMap<CardOf, Route> {
    let site = cx.site();
    let wanted = site.config.promotion.cards.unwrap_or(Cards::All);
    if site.fonts.is_empty() || wanted == Cards::None {
        return BTreeMap::new();
    }
    // Texts of lists have the list's page.
    let lists: BTreeSet<PieceId> = site.terms.iter().filter_map(|term| term.index).collect();
    let pieces = site.pieces.iter().filter(|piece| wanted == Cards::All && piece.cover.is_none() && !lists.contains(&piece.id));
    let has_cover = |&id: &PieceId| site.piece(id).cover.is_some();
    let campaigns = site.campaigns.iter().enumerate().flat_map(|(campaign, sold)| {
        let editions = sold.editions.iter().enumerate().filter(|(_, edition)| !edition.pieces.iter().any(has_cover));
        editions.flat_map(move |(edition, page)| {
            let variants = (0..sold.variants(page).len()).map(Some);
            let at = move |variant| CardOf::Campaign(Stall { campaign, edition, variant });
            std::iter::once(None).chain(variants).map(at)
        })
    });
    let (palette, fonts) = (palette(cx), fonts(cx));
    let route = |of: CardOf| Route::new(format!("/media/{}/card.png", key(&card(cx, of), SIZE, &palette, &fonts).short()));
    pieces.map(|piece| CardOf::Piece(piece.id)).chain(campaigns).map(|of| (of, route(of))).collect()
}

/// The card of a page as its picture for previews; `None` if it has none.
pub(super) fn image(cx: &ViewContext, of: CardOf) -> Option<ImageView> {
    let route = cx.social_cards().get(&of)?;
    let (width, height) = SIZE.pixels();
    Some(ImageView {
        src: cx.site().href(route),
        absolute: cx.site().absolute(route),
        width: Some(width),
        height: Some(height),
        srcset: String::new(),
    })
}
