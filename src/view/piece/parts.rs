//! The parts of a piece's page: breadcrumbs, contents, series, requirements, quiz, offer.

use serde::Serialize;

use super::super::context::ViewContext;
use super::super::media::{self, MediaLink};
use super::super::offer::{OfferCard, SealedRef};
use super::super::outline::{self, REPEATED};
use super::super::shared::Shared;
use super::super::{LinkView, text};
use crate::access::Declassified;
use crate::id::PieceId;
use crate::model::{Anchor, Answers, Kind, Link, Piece, Prerequisite, Question, Secrets, Site};
use crate::theme::Strings;

/// Fewer headings than this need no table of contents.
const TOC_FROM: usize = 3;

/// How many pieces of a series stand in the box, the piece itself among them.
const SERIES_SHOWN: usize = 7;

/// An entry of a table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TocEntry {
    /// The heading's text.
    pub title: String,
    /// `#…`; none for a heading behind the paywall.
    pub href: Option<String>,
    /// The headings below it.
    pub children: Vec<TocEntry>,
}

/// The contents of a course or book.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Contents {
    /// An [`OutlineEntry`](super::super::OutlineEntry) each, nested; none where there are too many to repeat on every page.
    pub entries: Shared,
    /// How many lessons or chapters there are, in words; empty if there are none.
    pub count: String,
    /// How many of them are free though the whole is not, in words; empty if there are none.
    pub previews: String,
    /// The first lesson or chapter.
    pub first: Option<LinkView>,
    /// Whether these are the contents of the page itself, and not of what it lies in.
    pub own: bool,
}

/// The place of a piece in its series.
#[derive(Clone, Debug, Serialize)]
pub struct SeriesBox {
    /// The series: a [`TermLink`](super::super::TermLink).
    pub term: Shared,
    /// `第 3 篇，共 12 篇`.
    pub position: String,
    /// The number of the first piece shown.
    pub start: usize,
    /// The pieces around it, itself included: a [`Card`](super::super::Card) each.
    pub cards: Vec<Shared>,
}

/// What should be read before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Requirement {
    /// A title or words.
    pub title: String,
    /// The address of a piece of this site.
    pub href: Option<String>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QuestionView {
    /// What is asked.
    pub question: String,
    /// What can be chosen.
    pub options: Vec<Choice>,
    /// Whether more than one option is right.
    pub several: bool,
    /// The letters of the right options: `A, C`.
    pub answer: String,
    /// What to say after an answer; may be empty.
    pub explain: String,
}

/// An option of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Its text.
    pub text: String,
    /// Whether it is right.
    pub right: bool,
}

pub(super) fn link(site: &Site, id: PieceId) -> LinkView {
    let piece = site.piece(id);
    LinkView { title: piece.title.to_string(), href: site.href(&piece.route) }
}

/// Home, the collection, then everything the piece lies in.
pub(super) fn breadcrumbs(cx: &ViewContext, piece: &Piece) -> Vec<LinkView> {
    let site = cx.site();
    let home = cx.home(&piece.lang);
    if piece.route == home {
        return Vec::new();
    }
    let mut above: Vec<LinkView> = Vec::new();
    let mut top = piece;
    // The bound is for tables made by hand: parents never form a ring.
    for _ in 0..site.pieces.len() {
        let Some(parent) = top.parent else { break };
        top = site.piece(parent);
        if top.route != home {
            above.push(link(site, parent));
        }
    }
    if let Some(id) = top.collection {
        let href = site.href(&site.term(id).route);
        if above.iter().all(|crumb| crumb.href != href) {
            above.push(LinkView { title: cx.term_name(id), href });
        }
    }
    above.push(LinkView { title: cx.strings(&piece.lang).get("nav.home").to_owned(), href: site.href(&home) });
    above.reverse();
    above
}

/// The two highest levels of headings in use. `wanted` is the author's word; otherwise a few headings need no table.
pub(super) fn toc(wanted: Option<bool>, teaser: &[Anchor], behind: &[&Anchor], free: bool) -> Vec<TocEntry> {
    let public = teaser.iter().map(|anchor| (anchor, true));
    let headings: Vec<(&Anchor, u8, &str, bool)> = public
        .chain(behind.iter().map(|anchor| (*anchor, free)))
        .filter_map(|(anchor, linked)| anchor.heading.as_ref().map(|(level, text)| (anchor, *level, &**text, linked)))
        .collect();
    let least = if wanted == Some(true) { 1 } else { TOC_FROM };
    if wanted == Some(false) || headings.len() < least {
        return Vec::new();
    }
    let levels = || headings.iter().map(|(_, level, ..)| *level);
    let top = levels().min().unwrap_or(1);
    let below = levels().filter(|level| *level > top).min();
    let mut entries: Vec<TocEntry> = Vec::new();
    for (anchor, level, title, linked) in headings {
        let href = linked.then(|| media::fragment(&anchor.id));
        let entry = TocEntry { title: title.to_owned(), href, children: Vec::new() };
        match entries.last_mut() {
            Some(above) if Some(level) == below => above.children.push(entry),
            None => entries.push(entry),
            Some(_) if level == top => entries.push(entry),
            Some(_) => {}
        }
    }
    entries
}

/// What a course, book or part holds; for what lies in one, the contents of the whole, or else of its own part.
pub(super) fn contents(cx: &ViewContext, piece: &Piece) -> Contents {
    let own = matches!(piece.kind, Kind::Course | Kind::Book | Kind::Module | Kind::Part);
    let candidates: &[Option<PieceId>] = match own {
        true => &[Some(piece.id)],
        false => &[outline::whole(cx, piece.id), piece.parent],
    };
    if !own && !matches!(piece.kind, Kind::Lesson | Kind::Chapter) {
        return Contents::default();
    }
    for &id in candidates.iter().flatten() {
        let outline = cx.outline(id);
        if own || outline.count <= REPEATED {
            let count = cx.leaves(cx.site().piece(id));
            let previews = match outline.previews {
                0 => String::new(),
                previews => cx.strings(&piece.lang).count("count.previews", previews),
            };
            let first = outline.first.map(|first| link(cx.site(), first));
            return Contents { entries: outline.entries.clone(), count, previews, first, own };
        }
    }
    Contents::default()
}

pub(super) fn series(cx: &ViewContext, piece: &Piece) -> Option<SeriesBox> {
    let id = piece.series?;
    let pieces = &cx.site().term(id).pieces;
    let position = pieces.iter().position(|&other| other == piece.id)?;
    let last = pieces.len().saturating_sub(SERIES_SHOWN);
    let start = position.saturating_sub(SERIES_SHOWN / 2).min(last);
    let shown = &pieces[start..pieces.len().min(start + SERIES_SHOWN)];
    let numbers = [("n", (position + 1).to_string()), ("total", pieces.len().to_string())];
    let [n, total] = &numbers;
    Some(SeriesBox {
        term: cx.term(id),
        position: cx.strings(&piece.lang).fill("series.position", &[(n.0, &n.1), (total.0, &total.1)]),
        start: start + 1,
        cards: shown.iter().map(|&other| cx.card(other)).collect(),
    })
}

pub(super) fn requirements(site: &Site, piece: &Piece) -> Vec<Requirement> {
    let of = |requirement: &Prerequisite| match requirement {
        Prerequisite::Piece(id) => {
            let LinkView { title, href } = link(site, *id);
            Requirement { title, href: Some(href) }
        }
        Prerequisite::Words(words) => Requirement { title: words.to_string(), href: None },
    };
    piece.prerequisites.iter().map(of).collect()
}

/// Attachments, then the files of a resource.
pub(super) fn files(site: &Site, secrets: &Secrets<Link>) -> Vec<MediaLink> {
    secrets.files.iter().chain(secrets.attachments.iter()).filter_map(|link| media::media(site, link)).collect()
}

pub(super) fn quiz(strings: &Strings, questions: &[Question]) -> Vec<QuestionView> {
    let separator = strings.get("quiz.separator");
    questions
        .iter()
        .map(|question| {
            let right: &[usize] = match &question.answer {
                Answers::One(one) => std::slice::from_ref(one),
                Answers::All(all) => all,
            };
            let letters: Vec<String> =
                right.iter().filter(|&&index| index < question.options.len()).map(|&index| letter(index)).collect();
            let options = question.options.iter().enumerate();
            QuestionView {
                question: question.question.clone(),
                options: options.map(|(index, text)| Choice { text: text.clone(), right: right.contains(&index) }).collect(),
                several: right.len() > 1,
                answer: letters.join(separator),
                explain: question.explain.clone(),
            }
        })
        .collect()
}

/// `A` to `Z`, then numbers: what `<ol type="A">` shows for the first 26.
fn letter(index: usize) -> String {
    match u8::try_from(index) {
        Ok(index @ 0..=25) => char::from(b'A' + index).to_string(),
        _ => (index + 1).to_string(),
    }
}

pub(super) fn offer(cx: &ViewContext, piece: &Piece, known: &Declassified, sealed: Option<SealedRef>) -> OfferCard {
    let strings = cx.strings(&piece.lang);
    OfferCard {
        offers: cx.offers(piece),
        sections: if known.sections == 0 { String::new() } else { strings.count("count.sections", known.sections) },
        minutes: text::minutes(strings, piece.minutes),
        sealed,
    }
}
