//! The knowledge matrix (知识付费矩阵): topics by levels, each cell its pieces. What goes into it is computed elsewhere.
//!
//! The steps that the ladder lacks are not shown to readers: `kmsite matrix` tells the creator.

use serde::Serialize;

use super::context::ViewContext;
use super::head::Head;
use super::shared::Shared;
use super::terms::home_crumb;
use super::{LinkView, Page, labels};
use crate::id::{Lang, PieceId, Route, TermId};
use crate::model::{Level, LevelOrigin};

/// Topics by levels, as computed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatrixTable {
    /// A row for each topic.
    pub rows: Vec<MatrixRow>,
}

/// A topic's pieces by level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixRow {
    /// The topic; `None` for pieces without one.
    pub topic: Option<TermId>,
    /// The pieces at each level, in the order of [`Level::ALL`].
    pub cells: [Vec<PieceId>; Level::ALL.len()],
}

/// The page of the matrix.
#[derive(Clone, Debug, Serialize)]
pub struct MatrixPage {
    /// The heading.
    pub title: String,
    /// The way from the home page to it, itself left out.
    pub breadcrumbs: Vec<LinkView>,
    /// The levels, easiest first: the columns.
    pub levels: Vec<super::LevelLabel>,
    /// A row for each topic.
    pub rows: Vec<Row>,
}

/// A row of the matrix.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The topic's name.
    pub name: String,
    /// The topic: a [`TermLink`](super::TermLink), or none.
    pub term: Shared,
    /// A cell for each level: a list of [`Card`](super::Card).
    pub cells: Vec<Vec<Shared>>,
}

/// The address of the matrix.
#[must_use]
pub fn route(cx: &ViewContext, lang: &Lang) -> Route {
    cx.home(lang).child("matrix")
}

/// Makes the page of the matrix.
#[must_use]
pub fn page(cx: &ViewContext, lang: &Lang, table: &MatrixTable) -> Page<MatrixPage> {
    let site = cx.site();
    let strings = cx.strings(lang);
    let title = strings.get("nav.matrix").to_owned();
    let common = cx.common(lang);
    let row = |row: &MatrixRow| Row {
        name: row.topic.map_or_else(|| strings.get("matrix.other").to_owned(), |topic| cx.term_name(topic)),
        term: row.topic.map(|topic| cx.term(topic)).unwrap_or_default(),
        cells: row.cells.iter().map(|cell| cell.iter().map(|&piece| cx.card(piece)).collect()).collect(),
    };
    let has = |other: &Lang| site.pieces.iter().any(|piece| piece.lang == *other && piece.level.is_some());
    Page {
        site: common.site,
        t: common.strings,
        lang: lang.to_string(),
        languages: cx.languages(lang, &|other| has(other).then(|| route(cx, other))),
        head: Head { description: strings.get("matrix.description").to_owned(), ..Head::new(cx, lang, &route(cx, lang), &title) },
        page: MatrixPage {
            title,
            breadcrumbs: home_crumb(cx, lang),
            levels: Level::ALL.into_iter().map(|level| labels::level(strings, level, LevelOrigin::Declared, None)).collect(),
            rows: table.rows.iter().map(row).collect(),
        },
    }
}
