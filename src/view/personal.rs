//! What a page says of its neighbours, and what a reader's device must know of all pieces to show some of them.
//!
//! Both are the same for every reader, and of paid pieces they hold what cards show. Who reads what is known to the browser alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;

use super::context::ViewContext;
use super::head::Head;
use super::terms::home_crumb;
use super::{LinkView, Page};
use crate::id::{Hash, Lang, Route, TermId};
use crate::model::numbers::numbers;
use crate::model::{Level, Piece};

/// Raised when scripts read the file in another way.
const VERSION: u32 = 1;

/// What readers are shown for themselves, by their own device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonalView {
    /// The address of what there is to show: `pieces.json` of the language.
    pub pieces: String,
    /// The page where readers see and change what their device knows.
    pub page: String,
}

/// The page where readers see and change what their device knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForYouPage {
    /// The heading.
    pub title: String,
    /// The way from the home page to it, itself left out.
    pub breadcrumbs: Vec<LinkView>,
}

/// `pieces.json` of a language, ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    /// Its address, which changes with its bytes.
    pub route: Route,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// What `pieces.json` holds.
#[derive(Serialize)]
struct Pieces<'a> {
    v: u32,
    levels: Vec<LevelName<'a>>,
    tiers: Vec<TierName<'a>>,
    kinds: Vec<&'a str>,
    pieces: Vec<Entry<'a>>,
}

/// A level's id, its name, and whether it was inferred.
#[derive(PartialEq, Serialize)]
struct LevelName<'a>(&'static str, &'a str, bool);

/// A tier's name, and whether it is free.
#[derive(PartialEq, Serialize)]
struct TierName<'a>(&'a str, bool);

/// Number, address, title, level from 1, places of its label of a level, of its tier and of its kind, topics.
#[derive(Serialize)]
struct Entry<'a>(u16, String, &'a str, u8, Option<usize>, Option<usize>, usize, Vec<usize>);

/// The address of the page where readers see what their device knows.
#[must_use]
pub fn route(cx: &ViewContext, lang: &Lang) -> Route {
    cx.home(lang).child("for-you")
}

/// Makes that page.
#[must_use]
pub fn page(cx: &ViewContext, lang: &Lang) -> Page<ForYouPage> {
    let title = cx.strings(lang).get("you.title").to_owned();
    let common = cx.common(lang);
    Page {
        site: common.site,
        t: common.strings,
        lang: lang.to_string(),
        languages: cx.languages(lang, &|other| Some(route(cx, other))),
        head: Head { noindex: true, feeds: Vec::new(), ..Head::new(cx, lang, &route(cx, lang), &title) },
        page: ForYouPage { title, breadcrumbs: home_crumb(cx, lang) },
    }
}

/// Makes `pieces.json` of a language.
pub(super) fn catalogue(cx: &ViewContext, lang: &Lang) -> Catalogue {
    let site = cx.site();
    let (mut levels, mut tiers, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
    let mut topics = BTreeMap::<TermId, usize>::new();
    let entry = |(id, number)| {
        let piece: &Piece = site.piece(id);
        let level =
            cx.level_of(piece).map_or(0, |level| 1 + Level::ALL.iter().position(|other| *other == level).unwrap_or(0) as u8);
        let name = cx.level_label(piece).map(|label| LevelName(label.id, &label.name, label.inferred));
        let label = name.map(|name| place(&mut levels, name));
        let name = cx.tier_label(piece).map(|label| TierName(&label.name, label.free));
        let tier = name.map(|name| place(&mut tiers, name));
        let kind = place(&mut kinds, cx.kind_name(lang, piece.kind));
        let tags = piece.tags.iter().map(|&tag| {
            let next = topics.len();
            *topics.entry(tag).or_insert(next)
        });
        Entry(number, site.href(&piece.route), &piece.title, level, label, tier, kind, tags.collect())
    };
    let pieces = numbers(site, lang).into_iter().map(entry).collect();
    let pieces = Pieces { v: VERSION, levels, tiers, kinds, pieces };
    // Texts and numbers: there is nothing in it that JSON could not hold.
    let bytes = serde_json::to_vec(&pieces).unwrap_or_default();
    let fingerprint = Hash::of(&bytes).short();
    Catalogue { route: Route::new(format!("/assets/pieces.{lang}.{fingerprint}.json")), bytes: bytes.into() }
}

/// Neighbours as a page has them in one attribute: of each two bytes of its number and one of how near it is, in base 64.
#[must_use]
pub fn near(neighbours: &[(u16, u8)]) -> String {
    let bytes = neighbours.iter().flat_map(|&(number, near)| {
        let [high, low] = number.to_be_bytes();
        [high, low, near]
    });
    BASE64_URL_SAFE_NO_PAD.encode(bytes.collect::<Vec<u8>>())
}

/// The place of a value in a list, at whose end it is put if it is not there.
fn place<T: PartialEq>(list: &mut Vec<T>, value: T) -> usize {
    list.iter().position(|other| *other == value).unwrap_or_else(|| {
        list.push(value);
        list.len() - 1
    })
}
