//! The page of a campaign: what is sold, what one gets, what it costs and till when.
//!
//! What it says comes from [`promote::pitch`]; here it gets the words of the theme around it. Invariant: what is empty is not shown, so that no
//! section stands without content.

mod experiment;
mod price;
mod take;
pub mod thanks;

use serde::Serialize;

use self::price::buy;
use self::take::Pitches;
use super::context::ViewContext;
use super::head::Head;
use super::media::{self, ImageView};
use super::offer::Offer;
use super::pricing::{self, CompareRow};
use super::shared::{Html, Shared};
use super::site::menu_href;
use super::social::{self, CardOf};
use super::terms::home_crumb;
use super::{LinkView, Page, text};
use crate::config::Offering;
use crate::id::{Lang, PieceId, Route};
use crate::model::{Campaign, Edition, Kind, Piece};
use crate::promote::{self, Pitch};

pub use self::experiment::ExperimentView;
pub use self::price::{Buy, CouponView, Deadline};
pub use self::take::{Take, usual};
pub use self::thanks::ThanksPage;

/// Which page of which campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stall {
    /// The campaign's number in `Site::campaigns`.
    pub campaign: usize,
    /// The number of its edition.
    pub edition: usize,
    /// The number of a variant; none for the page as it is.
    pub variant: Option<usize>,
}

/// The page of a campaign: what variants may say otherwise is a [`Take`] for each way of saying it.
#[derive(Clone, Debug, Serialize)]
pub struct LandingPage {
    /// How it is laid out: `course`, `book` or `membership`.
    pub layout: &'static str,
    /// The way from the home page to it, itself left out.
    pub breadcrumbs: Vec<LinkView>,
    /// What it sells is called.
    pub name: String,
    /// What kind of thing that is, in a word; empty for a bundle.
    pub kind_name: String,
    /// The heading.
    pub title: String,
    /// The heading in clauses, which stay together on a line where there is room; in Han scripts cut behind their marks, else in one.
    pub headline: Vec<Take<Vec<String>>>,
    /// What buyers get, in a sentence or two; may be empty.
    pub promise: Vec<Take<String>>,
    /// How much there is, in words: lessons, hours, previews.
    pub facts: Vec<String>,
    /// How hard it is: [`LevelLabel`](super::LevelLabel), or none.
    pub level: Shared,
    /// Who made it.
    pub authors: Vec<String>,
    /// The picture of the first course, book or piece.
    pub cover: Option<ImageView>,
    /// Price and buttons.
    pub buy: Buy,
    /// What one can do afterwards.
    pub outcomes: Vec<Take<Vec<String>>>,
    /// The courses and books that are sold, each with its outline.
    pub works: Vec<Work>,
    /// The single pieces that are sold: a [`Card`](super::Card) each.
    pub pieces: Vec<Shared>,
    /// What can be read before buying.
    pub sample: Option<SampleView>,
    /// The ways to have it: the product, and the tiers that open it too; for a tier all tiers, the free one first.
    pub plans: Vec<Plan>,
    /// How much each tier opens, for a tier: one row for each collection that holds something.
    pub compare: Vec<CompareRow>,
    /// What readers said.
    pub testimonials: Vec<Take<Vec<TestimonialView>>>,
    /// What people ask before they buy.
    pub faq: Vec<Take<Vec<FaqView>>>,
    /// What buyers can count on.
    pub guarantee: Vec<Take<Option<GuaranteeView>>>,
    /// Free pieces that lead to it: a [`Card`](super::Card) each.
    pub related: Vec<Shared>,
    /// The page's address as a QR code, for those who go on with it on a phone.
    pub code: Option<CodeView>,
}

/// A QR code, to be drawn dark on light.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodeView {
    /// The modules on each side, its margin counted.
    pub width: usize,
    /// The dark modules, as the data of an SVG path.
    pub path: String,
}

/// A course or book that is sold.
#[derive(Clone, Debug, Serialize)]
pub struct Work {
    /// The course or book: a [`Card`](super::Card).
    pub card: Shared,
    /// What lies in it: an [`OutlineEntry`](super::OutlineEntry) each, nested.
    pub entries: Shared,
    /// How many lessons or chapters there are, in words; empty if there are none.
    pub count: String,
    /// How many of them are free, in words; empty if there are none.
    pub previews: String,
}

/// What can be read before buying.
#[derive(Clone, Debug, Serialize)]
pub struct SampleView {
    /// The title of the lesson, chapter or piece.
    pub title: String,
    /// Its address.
    pub href: String,
    /// How long it takes, in words.
    pub minutes: String,
    /// Whether it is free as a whole.
    pub whole: bool,
    /// Its beginning.
    pub text: Html,
}

/// A way to have what is sold.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The tier or product.
    pub offer: Offer,
    /// Whether it is what the page sells.
    pub chosen: bool,
}

/// What a reader said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TestimonialView {
    /// The words.
    pub quote: String,
    /// Who said them.
    pub name: String,
    /// Who that is; may be empty.
    pub role: String,
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FaqView {
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
}

/// What buyers can count on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GuaranteeView {
    /// The promise.
    pub text: String,
    /// Where it is told in full.
    pub href: Option<String>,
}

/// A campaign and one of its editions.
#[must_use]
pub fn stall(cx: &ViewContext, stall: Stall) -> (&Campaign, &Edition) {
    let campaign = &cx.site().campaigns[stall.campaign];
    (campaign, &campaign.editions[stall.edition])
}

/// Whether a page speaks to all as the campaign is, and so is the one that search engines know.
#[must_use]
pub fn is_general(cx: &ViewContext, at: Stall) -> bool {
    at.variant.is_none() && stall(cx, at).1.audience.is_none()
}

/// The piece whose beginning the page shows.
#[must_use]
pub fn sample(cx: &ViewContext, at: Stall) -> Option<PieceId> {
    let (campaign, edition) = stall(cx, at);
    promote::pitch(cx.site(), campaign, edition, at.variant).sample.map(promote::Sample::piece)
}

/// What the page of a campaign shows that is found elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The beginning of its sample.
    pub text: Html,
    /// Pieces that lead to what is sold, the best first.
    pub ways: Vec<PieceId>,
    /// Its address as a QR code.
    pub code: Option<CodeView>,
}

/// Makes the page of a campaign.
#[must_use]
pub fn page(cx: &ViewContext, at: Stall, found: Found) -> Page<LandingPage> {
    let (campaign, edition) = stall(cx, at);
    let site = cx.site();
    let lang = &edition.lang;
    let pitch = |variant| promote::pitch(site, campaign, edition, variant);
    // The page of a variant holds that alone.
    let others = if at.variant.is_some() { 0..0 } else { 0..campaign.variants(edition).len() };
    let pitches = Pitches { shown: pitch(at.variant), others: others.map(|number| pitch(Some(number))).collect() };
    let common = cx.common(lang);
    let route_in = |other: &Lang| {
        let edition = campaign.counterpart(edition, other)?;
        Some(
            at.variant
                .and_then(|number| campaign.variant(number))
                .map_or_else(|| edition.route.clone(), |variant| edition.variant(variant)),
        )
    };
    let page = content(cx, (campaign, edition), &pitches, found);
    Page {
        site: common.site,
        t: common.strings,
        lang: lang.to_string(),
        languages: cx.languages(lang, &route_in),
        head: head(cx, (campaign, edition), at, (&page, &pitches.shown)),
        page,
    }
}

fn head(cx: &ViewContext, (campaign, edition): (&Campaign, &Edition), at: Stall, (page, pitch): (&LandingPage, &Pitch)) -> Head {
    let site = cx.site();
    let route = at
        .variant
        .and_then(|number| campaign.variant(number))
        .map_or_else(|| edition.route.clone(), |variant| edition.variant(variant));
    let head = Head {
        description: pitch.promise.as_ref().map(|promise| promise.text.clone()).unwrap_or_default(),
        experiment: experiment::experiment(site, (campaign, edition), at),
        image: page.cover.clone().or_else(|| social::image(cx, CardOf::Campaign(at))),
        ..Head::new(cx, &edition.lang, &route, &page.title)
    };
    let head = match sample(cx, at) {
        Some(id) => head.styled(site, site.piece(id)),
        None => head,
    };
    if at.variant.is_some() || edition.audience.is_some() {
        let general = campaign.general().find(|general| general.lang == edition.lang).unwrap_or(edition);
        return Head { noindex: true, canonical: site.absolute(&general.route), ..head };
    }
    let pages: Vec<(Lang, Route)> = campaign.general().map(|edition| (edition.lang.clone(), edition.route.clone())).collect();
    head.alternates(cx, &pages)
}

fn content(
    cx: &ViewContext,
    (campaign, edition): (&Campaign, &Edition),
    pitches: &Pitches,
    Found { text, ways, code }: Found,
) -> LandingPage {
    let pitch = &pitches.shown;
    let site = cx.site();
    let lang = &edition.lang;
    let pieces: Vec<&Piece> = edition.pieces.iter().map(|&id| site.piece(id)).collect();
    let is_work = |piece: &Piece| matches!(piece.kind, Kind::Course | Kind::Book);
    let works: Vec<Work> = pieces.iter().filter(|piece| is_work(piece)).map(|piece| work(cx, piece)).collect();
    let is_tier = matches!(campaign.offer, Offering::Tier(_));
    let name = pitch
        .name
        .as_ref()
        .map_or_else(|| chosen(cx, campaign, lang).map(|offer| offer.name.clone()).unwrap_or_default(), |name| name.text.clone());
    let single = match pieces[..] {
        [piece] => Some(piece),
        _ => None,
    };
    let mut authors: Vec<String> = Vec::new();
    for author in pieces.iter().flat_map(|piece| &piece.authors) {
        if !authors.iter().any(|known| **known == **author) {
            authors.push(author.to_string());
        }
    }
    let title = |pitch: &Pitch| pitch.headline.as_ref().map_or_else(|| name.clone(), |headline| headline.text.clone());
    let kind = if is_tier { Some(name.as_str()) } else { single.map(|piece| cx.kind_name(lang, piece.kind)) };
    LandingPage {
        layout: campaign.layout.name(),
        breadcrumbs: home_crumb(cx, lang),
        kind_name: kind.filter(|kind| *kind != title(pitch)).unwrap_or_default().to_owned(),
        headline: pitches.takes(|pitch| clauses(lang, &title(pitch))),
        title: title(pitch),
        promise: pitches.takes(|pitch| pitch.promise.as_ref().map(|promise| promise.text.clone()).unwrap_or_default()),
        // A membership is nothing to be finished.
        facts: if is_tier { Vec::new() } else { facts(cx, edition) },
        level: single.map(|piece| cx.level(piece)).unwrap_or_default(),
        authors,
        cover: pieces.iter().find_map(|piece| media::image(site, piece.cover.as_ref()?)),
        buy: buy(cx, (campaign, edition), pitches, &name),
        outcomes: pitches.takes(|pitch| pitch.outcomes.iter().map(|outcome| outcome.text.clone()).collect()),
        works,
        pieces: pieces.iter().filter(|piece| !is_work(piece)).map(|piece| cx.card(piece.id)).collect(),
        sample: pitch.sample.map(|sample| sample_view(cx, sample, text)),
        plans: plans(cx, campaign, &pieces, lang),
        compare: if is_tier { pricing::compare(cx, lang) } else { Vec::new() },
        testimonials: pitches.takes(testimonials),
        faq: pitches.takes(faq),
        guarantee: pitches.takes(|pitch| guarantee(cx, lang, pitch)),
        code,
        related: promote::related(site, (campaign, edition), &ways).into_iter().map(|id| cx.card(id)).collect(),
        name,
    }
}

/// Cuts a heading behind its marks, so that a line breaks there rather than within a word, which Han scripts do not show.
fn clauses(lang: &Lang, title: &str) -> Vec<String> {
    if !lang.is_han() {
        return vec![title.to_owned()];
    }
    let clauses = title.split_inclusive(['，', '。', '：', '；', '！', '？', '、', '—']);
    let mut joined: Vec<String> = Vec::new();
    for clause in clauses {
        // A second mark and closing marks belong to the clause before.
        let belongs = clause.chars().count() == 1 || clause.starts_with(['”', '’', '」', '』', '》', '）']);
        match joined.last_mut() {
            Some(last) if belongs => last.push_str(clause),
            _ => joined.push(clause.to_owned()),
        }
    }
    joined
}

/// The tier or product that a campaign sells, as the shop has it.
pub(super) fn chosen<'a>(cx: &'a ViewContext, campaign: &Campaign, lang: &Lang) -> Option<&'a Offer> {
    let (tiers, products) = cx.shop(lang);
    match &campaign.offer {
        Offering::Tier(id) => tiers.iter().find(|offer| offer.id == id.as_str()),
        Offering::Product(id) => products.iter().find(|offer| offer.id == id.as_str()),
    }
}

fn work(cx: &ViewContext, piece: &Piece) -> Work {
    let outline = cx.outline(piece.id);
    let strings = cx.strings(&piece.lang);
    Work {
        card: cx.card(piece.id),
        entries: outline.entries.clone(),
        count: cx.leaves(piece),
        previews: if outline.previews == 0 { String::new() } else { strings.count("count.previews", outline.previews) },
    }
}

/// How much there is: lessons and chapters with the time they take, single pieces, and how many are free.
fn facts(cx: &ViewContext, edition: &Edition) -> Vec<String> {
    let site = cx.site();
    let strings = cx.strings(&edition.lang);
    let mut facts = Vec::new();
    let mut minutes = 0;
    let mut previews = 0;
    let mut singles = 0;
    for &id in &edition.pieces {
        let piece = site.piece(id);
        let leaves = cx.leaves(piece);
        if leaves.is_empty() {
            singles += 1;
            minutes += piece.minutes;
            continue;
        }
        facts.push(leaves);
        minutes += leaf_minutes(cx, piece);
        previews += cx.outline(id).previews;
    }
    if singles > 0 {
        facts.push(strings.count("count.pieces", singles));
    }
    if minutes > 0 {
        facts.push(text::minutes(strings, minutes));
    }
    if previews > 0 {
        facts.push(strings.count("landing.previews", previews));
    }
    facts
}

/// Minutes of all lessons or chapters in a course or book.
fn leaf_minutes(cx: &ViewContext, work: &Piece) -> u32 {
    let mut open = work.children.clone();
    let mut minutes: u32 = 0;
    while let Some(id) = open.pop() {
        let piece = cx.site().piece(id);
        if matches!(piece.kind, Kind::Lesson | Kind::Chapter) {
            minutes = minutes.saturating_add(piece.minutes);
        }
        open.extend(&piece.children);
    }
    minutes
}

fn sample_view(cx: &ViewContext, sample: promote::Sample, text: Html) -> SampleView {
    let piece = cx.site().piece(sample.piece());
    SampleView {
        title: piece.title.to_string(),
        href: cx.site().href(&piece.route),
        minutes: text::minutes(cx.strings(&piece.lang), piece.minutes),
        whole: matches!(sample, promote::Sample::Whole(_)),
        text,
    }
}

/// The ways to have what is sold, side by side.
fn plans(cx: &ViewContext, campaign: &Campaign, pieces: &[&Piece], lang: &Lang) -> Vec<Plan> {
    let (tiers, _) = cx.shop(lang);
    let chosen = chosen(cx, campaign, lang);
    if matches!(campaign.offer, Offering::Tier(_)) {
        let is_chosen = |offer: &Offer| chosen.is_some_and(|chosen| chosen.id == offer.id);
        let all = cx.free(lang).into_iter().chain(tiers);
        return all.map(|offer| Plan { offer: offer.clone(), chosen: is_chosen(offer) }).collect();
    }
    // The lowest tier that opens all of it; `None` if some of it is sold by itself only.
    let needed = pieces.iter().map(|piece| piece.tier().and_then(|tier| cx.site().config.tier_rank(tier)));
    let needed = needed.collect::<Option<Vec<_>>>().and_then(|ranks| ranks.into_iter().max());
    let opening = needed.map_or(&[][..], |rank| tiers.get(rank.saturating_sub(1)..).unwrap_or_default());
    let own = chosen.into_iter().map(|offer| Plan { offer: Offer { opens: Vec::new(), ..offer.clone() }, chosen: true });
    own.chain(opening.iter().map(|offer| Plan { offer: offer.clone(), chosen: false })).collect()
}

fn guarantee(cx: &ViewContext, lang: &Lang, pitch: &Pitch) -> Option<GuaranteeView> {
    let pledge = pitch.guarantee.as_ref()?;
    let href = pledge.link.as_deref().map(|link| menu_href(cx.site(), lang, link));
    Some(GuaranteeView { text: pledge.text.text.clone(), href })
}

fn testimonials(pitch: &Pitch) -> Vec<TestimonialView> {
    let quotes = pitch.testimonials.iter();
    quotes
        .map(|said| TestimonialView { quote: said.quote.text.clone(), name: said.name.clone(), role: said.role.clone() })
        .collect()
}

fn faq(pitch: &Pitch) -> Vec<FaqView> {
    let entries = pitch.faq.iter();
    entries.map(|entry| FaqView { question: entry.question.text.clone(), answer: entry.answer.text.clone() }).collect()
}
