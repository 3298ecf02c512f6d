//! The home page of a language: its own text, what is newest, and the ways in.

use serde::Serialize;

use super::Page;
use super::context::ViewContext;
use super::head::Head;
use super::offer::OfferCard;
use super::piece::Content;
use super::shared::{Html, Shared};
use crate::id::{Lang, PieceId, Route};
use crate::model::{Kind, Level, Taxonomy, Term};

/// How many of the newest pieces are shown.
const LATEST: usize = 8;

/// How many pieces of each collection are shown.
const SHOWN: usize = 6;

/// How many free pieces are shown as the way in.
const FREE: usize = 4;

/// How many topics are shown.
const TAGS: usize = 30;

/// A home page.
#[derive(Clone, Debug, Serialize)]
pub struct HomePage {
    /// The heading: the title of the page's own text, else the site's name.
    pub title: String,
    /// A sentence or two; may be empty.
    pub description: String,
    /// The page's own text.
    pub intro: Html,
    /// What opens the rest of that text, if it is paid.
    pub offer: Option<OfferCard>,
    /// Free articles to begin with, the easiest first: a [`Card`](super::Card) each.
    pub free: Vec<Shared>,
    /// The newest pieces with a date: a [`Card`](super::Card) each.
    pub latest: Vec<Shared>,
    /// All pieces with a date, if there are more: a [`TermLink`](super::TermLink).
    pub archive: Shared,
    /// Live sessions to come, the next one first: a [`Card`](super::Card) each.
    pub sessions: Vec<Shared>,
    /// Courses, books, resources and answers, those that hold something.
    pub shelves: Vec<Shelf>,
    /// The topics with the most pieces, by name: a [`TermLink`](super::TermLink) each.
    pub tags: Vec<Shared>,
    /// Pages and sections at the top of the site: a [`Card`](super::Card) each.
    pub pages: Vec<Shared>,
}

/// Some pieces of a collection.
#[derive(Clone, Debug, Serialize)]
pub struct Shelf {
    /// The collection: a [`TermLink`](super::TermLink).
    pub term: Shared,
    /// The kind of its pieces: `course`, `book` …
    pub kind: &'static str,
    /// Its first pieces: a [`Card`](super::Card) each.
    pub cards: Vec<Shared>,
}

/// Makes the home page of a language. `content` is the text of its own piece, if it has one.
#[must_use]
pub fn page(cx: &ViewContext, lang: &Lang, content: Content) -> Page<HomePage> {
    let site = cx.site();
    let route = cx.home(lang);
    let index = site.languages.iter().find(|language| language.tag == *lang).and_then(|language| language.index);
    let own = index.map(|index| site.piece(index));
    let written = own.and_then(|piece| piece.doc.front.description.clone());
    let description = written.unwrap_or_else(|| site.config.description.get(lang).to_owned());
    let title = own.map_or_else(|| site.config.title.get(lang).to_owned(), |piece| piece.title.to_string());
    let homes: Vec<(Lang, Route)> = site.languages.iter().map(|language| (language.tag.clone(), language.home.clone())).collect();
    let common = cx.common(lang);
    let head = Head { description: description.clone(), jsonld: content.jsonld, ..Head::new(cx, lang, &route, "") };
    let mut intro = content.teaser.as_str().to_owned();
    intro.push_str(content.rest.as_ref().map_or("", Html::as_str));
    Page {
        site: common.site,
        t: common.strings,
        lang: lang.to_string(),
        languages: cx.languages(lang, &|other| Some(cx.home(other))),
        head: match own {
            Some(piece) => {
                let image = super::piece::head_image(cx, piece);
                Head { image, ..head }.alternates(cx, &homes).styled(site, piece)
            }
            None => head.alternates(cx, &homes),
        },
        page: shelves(cx, lang, HomePage { title, description, intro: Html::new(intro), ..HomePage::empty() }),
    }
}

impl HomePage {
    fn empty() -> Self {
        Self {
            title: String::new(),
            description: String::new(),
            intro: Html::default(),
            offer: None,
            free: Vec::new(),
            latest: Vec::new(),
            archive: Shared::default(),
            sessions: Vec::new(),
            shelves: Vec::new(),
            tags: Vec::new(),
            pages: Vec::new(),
        }
    }
}

/// Fills in what the site holds.
fn shelves(cx: &ViewContext, lang: &Lang, mut page: HomePage) -> HomePage {
    let site = cx.site();
    let terms: Vec<&Term> = site.terms.iter().filter(|term| term.lang == *lang).collect();
    if let Some(archive) = terms.iter().find(|term| term.taxonomy == Taxonomy::Archive) {
        // Sessions have a place of their own.
        let written = archive.pieces.iter().filter(|&&id| site.piece(id).kind != Kind::Session);
        page.latest = written.take(LATEST).map(|&id| cx.card(id)).collect();
        if archive.pieces.len() > LATEST {
            page.archive = cx.term(archive.id);
        }
    }
    for term in cx.collections(lang) {
        let Some(kind) = term.pieces.first().map(|&id| site.piece(id).kind) else { continue };
        // Articles are among the newest already.
        if !matches!(kind, Kind::Article | Kind::Session) {
            let cards = term.pieces.iter().take(SHOWN).map(|&id| cx.card(id)).collect();
            page.shelves.push(Shelf { term: cx.term(term.id), kind: kind.name(), cards });
        }
    }
    page.free = free(cx, lang);
    page.sessions = sessions(cx, lang);
    page.tags = tags(cx, &terms);
    page.pages = pages(cx, lang);
    page
}

/// The way in: free articles by level, then in the order of their collection. Where nothing is sold, none stands out.
fn free(cx: &ViewContext, lang: &Lang) -> Vec<Shared> {
    let site = cx.site();
    if site.pieces.iter().all(|piece| piece.access.is_free()) {
        return Vec::new();
    }
    let collections = cx.collections(lang).into_iter();
    let mut free: Vec<(Option<Level>, PieceId)> = collections
        .flat_map(|term| &term.pieces)
        .map(|&id| site.piece(id))
        .filter(|piece| piece.kind == Kind::Article && piece.access.is_free())
        .map(|piece| (piece.level.map(|(level, _)| level), piece.id))
        .collect();
    // A stable sort: within a level the collection's own order stays. What has no level is for everyone.
    free.sort_by_key(|(level, _)| *level);
    free.into_iter().take(FREE).map(|(_, id)| cx.card(id)).collect()
}

/// Sessions from the day of the build on, the next one first.
fn sessions(cx: &ViewContext, lang: &Lang) -> Vec<Shared> {
    let site = cx.site();
    let mut coming: Vec<_> = site
        .pieces
        .iter()
        .filter(|piece| piece.kind == Kind::Session && piece.lang == *lang)
        .filter_map(|piece| piece.doc.front.start.filter(|start| start.date >= site.today).map(|start| (start.utc(), piece.id)))
        .collect();
    coming.sort_unstable();
    coming.into_iter().take(SHOWN).map(|(_, id)| cx.card(id)).collect()
}

/// The topics with the most pieces, in the order of the table.
fn tags(cx: &ViewContext, terms: &[&Term]) -> Vec<Shared> {
    let mut tags: Vec<&&Term> = terms.iter().filter(|term| term.taxonomy == Taxonomy::Tag).collect();
    tags.sort_by_key(|term| (std::cmp::Reverse(term.pieces.len()), term.id));
    tags.truncate(TAGS);
    tags.sort_by_key(|term| term.id);
    tags.into_iter().map(|term| cx.term(term.id)).collect()
}

/// Pages and sections that lie in no other: what a plain folder of Markdown shows on its home page.
fn pages(cx: &ViewContext, lang: &Lang) -> Vec<Shared> {
    let site = cx.site();
    let at_top = |parent: Option<PieceId>| parent.is_none_or(|parent| site.piece(parent).kind == Kind::Home);
    let pieces = site.pieces.iter().filter(|piece| piece.lang == *lang && piece.collection.is_none() && at_top(piece.parent));
    pieces.filter(|piece| !matches!(piece.kind, Kind::Home | Kind::Article)).map(|piece| cx.card(piece.id)).collect()
}
