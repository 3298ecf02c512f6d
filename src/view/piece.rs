//! The page of a piece, of whatever kind: what is public of it, and for a paid one the offer that opens the rest.
//!
//! What is public comes from `access::public` and `access::declassify` alone. Invariant: `rest`, `files`, `quiz`, `audio`, `video`,
//! place and link of a paid piece are empty, and `offer` is there in their stead.

mod parts;

use serde::Serialize;

use super::context::ViewContext;
use super::head::{self, Head};
use super::media::{self, ImageView, MediaLink};
use super::offer::{OfferCard, SealedRef};
use super::outline;
use super::personal;
use super::services::{self, CommentsView};
use super::session::{self, SessionView};
use super::shared::{Html, Shared};
use super::social::{self, CardOf};
use super::text::{self, DateText};
use super::{LinkView, Page};
use crate::access;
use crate::diag::{At, Diag, Noted, code};
use crate::id::{Lang, PieceId, Route};
use crate::model::{Kind, Piece};

pub use parts::{Choice, Contents, QuestionView, Requirement, SeriesBox, TocEntry};

/// The HTML of a piece, made by `render::html`.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// What everyone may read.
    pub teaser: Html,
    /// What stands behind it, of a free piece.
    pub rest: Option<Html>,
    /// JSON-LD, ready to stand in a `<script>`.
    pub jsonld: Html,
    /// Where the rest of a paid piece is, sealed.
    pub sealed: Option<SealedRef>,
    /// The address of its style sheet, where that is another than everyone's.
    pub sheet: Option<String>,
    /// What it leads to.
    pub read_next: Vec<Lead>,
    /// What readers' devices may choose from: numbers, and how near each is.
    pub near: Vec<(u16, u8)>,
}

/// What a piece leads to, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// The piece.
    pub piece: PieceId,
    /// The name of the reason, as the theme's strings have it.
    pub reason: &'static str,
    /// The topic, if the reason has one.
    pub topic: Box<str>,
}

/// A piece to read next.
#[derive(Clone, Debug, Serialize)]
pub struct NextView {
    /// The piece: a [`Card`](super::Card).
    pub card: Shared,
    /// Why, in words: `goes deeper`, `also on pricing`.
    pub reason: String,
    /// Its language's tag, if that is another than the page's; else empty.
    pub lang: String,
    /// The name of that language in itself, as `English`; else empty.
    pub language: String,
}

/// A piece with all that its page shows.
#[derive(Clone, Debug, Serialize)]
pub struct PiecePage {
    /// Its kind: `article`, `course`, `lesson` …
    pub kind: &'static str,
    /// The word for its kind.
    pub kind_name: String,
    /// Its title.
    pub title: String,
    /// The id of its heading, where that was written in the text; may be empty.
    pub anchor: String,
    /// A sentence or two; may be empty.
    pub description: String,
    /// Whether the description was written by the author, and so is worth showing above the text.
    pub described: bool,
    /// Its address.
    pub href: String,
    /// The way from the home page to it, itself left out.
    pub breadcrumbs: Vec<LinkView>,
    /// Its number among its siblings, as `2.1`; may be empty.
    pub number: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// When it was published.
    pub date: Option<DateText>,
    /// When it was changed in substance.
    pub updated: Option<DateText>,
    /// How hard it is: [`LevelLabel`](super::LevelLabel), or none.
    pub level: Shared,
    /// Who may read it: [`TierLabel`](super::TierLabel).
    pub tier: Shared,
    /// Whether all of it may be read here: everyone may, or the preview shows it to someone who may.
    pub free: bool,
    /// Minutes to read, hear or see it, in words.
    pub minutes: String,
    /// Its picture.
    pub cover: Option<ImageView>,
    /// Its public part, ready.
    pub teaser: Html,
    /// What stands behind it, if the piece is free.
    pub rest: Option<Html>,
    /// What opens a paid piece.
    pub offer: Option<OfferCard>,
    /// Its table of contents; empty if it is short or not wanted.
    pub toc: Vec<TocEntry>,
    /// Its topics: a [`TermLink`](super::TermLink) each.
    pub tags: Vec<Shared>,
    /// Its place in its series.
    pub series: Option<SeriesBox>,
    /// What comes before it in reading order: a [`Card`](super::Card), or none.
    pub previous: Shared,
    /// What comes after it in reading order: a [`Card`](super::Card), or none.
    pub next: Shared,
    /// What to read next, best first; empty if nothing goes on from it.
    pub read_next: Vec<NextView>,
    /// Its neighbours, for the script that makes lists of readers' own; empty if the site wants none.
    pub near: String,
    /// The same piece in other languages.
    pub translations: Vec<Translation>,
    /// The course or book it lies in.
    pub whole: Option<LinkView>,
    /// Courses, books and their parts: what lies in them. Lessons and chapters: the contents of the whole, or of their part.
    pub contents: Contents,
    /// Sections: what lies in them, a [`Card`](super::Card) each.
    pub children: Vec<Shared>,
    /// What should be read before.
    pub prerequisites: Vec<Requirement>,
    /// What one can do after it.
    pub objectives: Vec<String>,
    /// A recording to listen to, if public.
    pub audio: Option<MediaLink>,
    /// A film, if public.
    pub video: Option<MediaLink>,
    /// The recording of a session, if public.
    pub recording: Option<MediaLink>,
    /// Files to take along, if public: attachments, and the files of a resource.
    pub files: Vec<MediaLink>,
    /// Questions on the piece, if public.
    pub quiz: Vec<QuestionView>,
    /// A live session's time and place.
    pub session: Option<SessionView>,
    /// Where readers comment on it, if they may.
    pub comments: Option<CommentsView>,
    /// `extra` of its front matter.
    pub extra: std::collections::BTreeMap<String, serde_json::Value>,
}

/// A piece in another language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Translation {
    /// The language.
    pub lang: String,
    /// The language's name in itself.
    pub name: String,
    /// The piece's title there.
    pub title: String,
    /// Its address.
    pub href: String,
}

/// The template of a piece: the one its front matter names, else that of its kind.
///
/// A name the theme does not have is a warning.
pub fn template(cx: &ViewContext, id: PieceId) -> Noted<String> {
    let piece = cx.site().piece(id);
    let own = format!("{}.html", piece.kind.name());
    let Some(named) = piece.doc.front.template.as_deref() else { return Noted::clean(own) };
    let engine = cx.theme().engine();
    let wanted = if named.ends_with(".html") { named.to_owned() } else { format!("{named}.html") };
    if engine.has(&wanted) {
        return Noted::clean(wanted);
    }
    let diag = Diag::warning(&code::UNKNOWN_TEMPLATE, format!("the theme has no template `{named}`"))
        .at(At::key(&piece.doc.path, &["template"]))
        .did_you_mean(&wanted, engine.templates())
        .hint(format!("`{own}` is used instead"));
    Noted::new(own, vec![diag])
}

/// Makes the page of a piece, as everyone sees it.
#[must_use]
pub fn page(cx: &ViewContext, id: PieceId, content: Content) -> Page<PiecePage> {
    page_of(cx, id, &access::public(cx.site().piece(id)), content)
}

/// Makes the page of a piece of which the gate shows so much.
#[must_use]
pub fn page_of(cx: &ViewContext, id: PieceId, shown: &access::Public<'_>, content: Content) -> Page<PiecePage> {
    let piece = cx.site().piece(id);
    let common = cx.common(&piece.lang);
    let translated = |lang: &Lang| address_in(cx, piece, lang);
    Page {
        site: common.site,
        t: common.strings,
        lang: piece.lang.to_string(),
        languages: cx.languages(&piece.lang, &translated),
        head: piece_head(cx, piece, content.jsonld.clone()),
        page: piece_page(cx, piece, shown, content),
    }
}

/// What opens a piece whose text stands on a page of another kind, as a list's own; `None` if everyone may read it, or if there is no such text.
#[must_use]
pub fn offer(cx: &ViewContext, id: PieceId, sealed: Option<SealedRef>) -> Option<OfferCard> {
    let piece = cx.site().piece(id);
    let known = access::declassify(&piece.doc, &piece.access);
    (!piece.access.is_free() && known.has_rest).then(|| parts::offer(cx, piece, &known, sealed))
}

/// The heading that became the title leaves the first anchor of the teaser, without a heading.
fn heading_id(piece: &Piece) -> String {
    let first = piece.doc.heading.as_ref().and_then(|_| piece.doc.teaser.anchors.first());
    first.filter(|anchor| anchor.heading.is_none()).map_or_else(String::new, |anchor| anchor.id.to_string())
}

/// A piece to read next, with the reason in words.
fn next_view(cx: &ViewContext, lang: &Lang, lead: &Lead) -> NextView {
    let reason = cx.strings(lang).fill(&format!("next.{}", lead.reason), &[("topic", &lead.topic)]);
    let other = Some(&cx.site().piece(lead.piece).lang).filter(|other| *other != lang);
    let tag = other.map(ToString::to_string).unwrap_or_default();
    NextView {
        card: cx.card(lead.piece),
        reason,
        lang: tag,
        language: other.map(|other| text::language_name(other).to_owned()).unwrap_or_default(),
    }
}

fn piece_page(cx: &ViewContext, piece: &Piece, shown: &access::Public<'_>, content: Content) -> PiecePage {
    let site = cx.site();
    let strings = cx.strings(&piece.lang);
    let front = &piece.doc.front;
    let known = access::declassify(&piece.doc, &piece.access);
    let free = shown.rest.is_some();
    let behind = shown.rest.map_or_else(|| known.headings.clone(), |rest| rest.anchors.iter().collect());
    let secrets = shown.secrets;
    let medium = |link: Option<&crate::model::Link>| link.and_then(|link| media::media(site, link));
    let neighbour = |id: Option<PieceId>| id.map(|id| cx.card(id)).unwrap_or_default();
    PiecePage {
        kind: piece.kind.name(),
        kind_name: cx.kind_name(&piece.lang, piece.kind).to_owned(),
        title: piece.title.to_string(),
        anchor: heading_id(piece),
        description: piece.description.to_string(),
        described: front.description.as_ref().is_some_and(|text| !text.is_empty()),
        href: site.href(&piece.route),
        breadcrumbs: parts::breadcrumbs(cx, piece),
        number: piece.number.to_string(),
        authors: piece.authors.iter().map(ToString::to_string).collect(),
        date: piece.dates.date.as_ref().map(|date| text::date(strings, date)),
        updated: piece.dates.updated.as_ref().map(|date| text::date(strings, date)),
        level: cx.level(piece),
        tier: cx.tier(piece),
        free,
        minutes: text::minutes(strings, piece.minutes),
        cover: piece.cover.as_ref().and_then(|cover| media::image(site, cover)),
        teaser: content.teaser,
        rest: content.rest.filter(|_| free),
        offer: (!free).then(|| parts::offer(cx, piece, &known, content.sealed)),
        toc: parts::toc(front.toc, &shown.teaser.anchors, &behind, free),
        tags: piece.tags.iter().map(|&tag| cx.term(tag)).collect(),
        read_next: content.read_next.iter().map(|lead| next_view(cx, &piece.lang, lead)).collect(),
        near: personal::near(&content.near),
        series: parts::series(cx, piece),
        previous: neighbour(piece.previous),
        next: neighbour(piece.next),
        translations: translations(cx, piece),
        whole: outline::whole(cx, piece.id).map(|whole| parts::link(site, whole)),
        contents: parts::contents(cx, piece),
        children: match piece.kind {
            Kind::Section | Kind::Home => piece.children.iter().map(|&child| cx.card(child)).collect(),
            _ => Vec::new(),
        },
        prerequisites: parts::requirements(site, piece),
        objectives: front.objectives.to_vec(),
        audio: medium(secrets.and_then(|secrets| secrets.audio.as_ref())),
        video: medium(secrets.and_then(|secrets| secrets.video.as_ref())),
        recording: medium(secrets.and_then(|secrets| secrets.recording.as_ref())),
        files: secrets.map(|secrets| parts::files(site, secrets)).unwrap_or_default(),
        quiz: secrets.map(|secrets| parts::quiz(strings, &secrets.quiz)).unwrap_or_default(),
        session: (piece.kind == Kind::Session).then(|| session::session(strings, piece, shown, site.today)),
        comments: services::comments(cx, piece),
        extra: front.extra.clone(),
    }
}

fn piece_head(cx: &ViewContext, piece: &Piece, jsonld: Html) -> Head {
    let moment = |moment: Option<crate::model::Moment>| moment.map(|moment| moment.rfc3339()).unwrap_or_default();
    let mut pages: Vec<(Lang, Route)> = vec![(piece.lang.clone(), piece.route.clone())];
    pages.extend(piece.translations.iter().map(|&id| {
        let other = cx.site().piece(id);
        (other.lang.clone(), other.route.clone())
    }));
    Head {
        description: piece.description.to_string(),
        og_type: match piece.kind {
            Kind::Home | Kind::Section => "website",
            Kind::Book => "book",
            _ => "article",
        },
        image: head_image(cx, piece),
        published: moment(piece.dates.date),
        modified: moment(piece.dates.updated),
        authors: piece.authors.iter().map(ToString::to_string).collect(),
        feeds: piece_feeds(cx, piece),
        jsonld,
        ..Head::new(cx, &piece.lang, &piece.route, &piece.title)
    }
    .alternates(cx, &pages)
    .styled(cx.site(), piece)
}

/// The picture for previews: the author's, else the card.
pub(super) fn head_image(cx: &ViewContext, piece: &Piece) -> Option<ImageView> {
    let cover = piece.cover.as_ref().and_then(|cover| media::image(cx.site(), cover));
    cover.or_else(|| social::image(cx, CardOf::Piece(piece.id)))
}

/// The feeds of the site, and that of the collection.
fn piece_feeds(cx: &ViewContext, piece: &Piece) -> Vec<head::FeedLink> {
    let mut feeds = head::home_feeds(cx, &piece.lang);
    if let Some(id) = piece.collection.filter(|&id| super::feed::has_feed(cx.site(), cx.site().term(id))) {
        feeds.extend(head::feeds(cx, &cx.site().term(id).route, &cx.term_name(id)).into_iter().take(1));
    }
    feeds
}

fn address_in(cx: &ViewContext, piece: &Piece, lang: &Lang) -> Option<Route> {
    if piece.lang == *lang {
        return Some(piece.route.clone());
    }
    let found = piece.translations.iter().map(|&id| cx.site().piece(id)).find(|other| other.lang == *lang);
    found.map(|other| other.route.clone())
}

fn translations(cx: &ViewContext, piece: &Piece) -> Vec<Translation> {
    let others = piece.translations.iter().map(|&id| cx.site().piece(id)).filter(|other| other.id != piece.id);
    others
        .map(|other| Translation {
            lang: other.lang.to_string(),
            name: text::language_name(&other.lang).to_owned(),
            title: other.title.to_string(),
            href: cx.site().href(&other.route),
        })
        .collect()
}
