//! The knowledge matrix (知识付费矩阵): topics × levels, each cell with its pieces, and the steps that the ladder lacks.
//!
//! A gap is named only for topics in which something is sold: elsewhere nobody is meant to climb.

use std::collections::BTreeSet;

use crate::access;
use crate::id::{Lang, PieceId, TermId};
use crate::model::{Kind, Level, LevelOrigin, Link, Piece, Site, Taxonomy};

use super::levels::Levels;

/// Topics × levels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    /// A row for each topic, by address.
    pub rows: Vec<Row>,
    /// What is missing, by topic and then by piece.
    pub gaps: Vec<Gap>,
    /// The pieces in it whose level is inferred.
    pub inferred: BTreeSet<PieceId>,
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The tag.
    pub topic: TermId,
    /// Its pieces by level, easiest level first.
    pub cells: [Vec<PieceId>; 3],
    /// Its pieces without a level.
    pub unlevelled: Vec<PieceId>,
}

/// A step that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// Everything on a topic is paid: nobody can try it.
    NoFreeWayIn(TermId),
    /// There are pieces for beginners and for experts, and nothing between them.
    MissingStep(TermId, Level),
    /// Nothing advanced is sold on a topic: whoever finishes has nothing to grow into.
    NothingToGrowInto(TermId),
    /// A paid course or book that no free piece leads to, and of which nothing can be read for free.
    Unreached(PieceId),
}

impl Gap {
    /// The name in JSON and of the theme's string for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoFreeWayIn(_) => "no_free_way_in",
            Self::MissingStep(..) => "missing_step",
            Self::NothingToGrowInto(_) => "nothing_to_grow_into",
            Self::Unreached(_) => "unreached",
        }
    }
}

impl Row {
    fn of(site: &Site, topic: TermId, levels: &Levels) -> Self {
        let mut row = Self { topic, cells: [const { Vec::new() }; 3], unlevelled: Vec::new() };
        for &id in &site.term(topic).pieces {
            match levels.of(site.piece(id)) {
                Some((level, _)) => row.cells[level as usize].push(id),
                None => row.unlevelled.push(id),
            }
        }
        row
    }

    fn gaps(&self, site: &Site) -> Vec<Gap> {
        let is_paid = |id: &PieceId| !site.piece(*id).access.is_free();
        let all = || self.cells.iter().flatten().chain(&self.unlevelled);
        let mut gaps = Vec::new();
        if !all().any(is_paid) {
            return gaps;
        }
        if all().all(is_paid) {
            gaps.push(Gap::NoFreeWayIn(self.topic));
        }
        let [beginner, intermediate, advanced] = &self.cells;
        if !beginner.is_empty() && intermediate.is_empty() && !advanced.is_empty() {
            gaps.push(Gap::MissingStep(self.topic, Level::Intermediate));
        }
        let has_steps_below = !beginner.is_empty() || !intermediate.is_empty();
        if has_steps_below && !advanced.iter().any(is_paid) {
            gaps.push(Gap::NothingToGrowInto(self.topic));
        }
        gaps
    }
}

impl Matrix {
    /// The matrix of a language, with the levels that were inferred.
    #[must_use]
    pub fn of(site: &Site, lang: &Lang, levels: &Levels) -> Self {
        let topics = site.terms.iter().filter(|term| term.taxonomy == Taxonomy::Tag && term.lang == *lang);
        let rows: Vec<Row> = topics.map(|term| Row::of(site, term.id, levels)).collect();
        let mut gaps: Vec<Gap> = rows.iter().flat_map(|row| row.gaps(site)).collect();
        let reached = reached(site);
        let sold = site.pieces.iter().filter(|piece| piece.lang == *lang && is_sold(site, piece));
        gaps.extend(sold.filter(|piece| !reached.contains(&piece.id)).map(|piece| Gap::Unreached(piece.id)));
        let is_inferred = |id: &&PieceId| levels.of(site.piece(**id)).is_some_and(|(_, origin)| origin == LevelOrigin::Inferred);
        let inferred = rows.iter().flat_map(|row| row.cells.iter().flatten()).filter(is_inferred).copied().collect();
        Self { rows, gaps, inferred }
    }
}

/// Whether a piece is a course or book of which nothing can be read for free.
fn is_sold(site: &Site, piece: &Piece) -> bool {
    let readable: Vec<&Piece> =
        below(site, piece.id).into_iter().filter(|piece| matches!(piece.kind, Kind::Lesson | Kind::Chapter)).collect();
    let is_paid =
        if readable.is_empty() { !piece.access.is_free() } else { readable.iter().all(|piece| !piece.access.is_free()) };
    matches!(piece.kind, Kind::Course | Kind::Book) && is_paid
}

fn below(site: &Site, id: PieceId) -> Vec<&Piece> {
    let mut found = Vec::new();
    let mut open: Vec<PieceId> = site.piece(id).children.clone();
    while let Some(id) = open.pop() {
        found.push(site.piece(id));
        open.extend(&site.piece(id).children);
    }
    found
}

/// The pieces that free text links to, and all that these lie in.
fn reached(site: &Site) -> BTreeSet<PieceId> {
    let mut reached = BTreeSet::new();
    for piece in site.pieces.iter().filter(|piece| piece.access.is_free()) {
        let public = access::public(piece);
        let links = public.teaser.links.iter().chain(public.rest.iter().flat_map(|rest| rest.links.iter()));
        for link in links {
            let Link::Piece { piece: target, .. } = link else { continue };
            // A course's own pages do not lead to the course.
            let inside = ancestors(site, piece.id);
            let found = ancestors(site, *target).into_iter().filter(|id| !inside.contains(id));
            reached.extend(found.collect::<Vec<_>>());
        }
    }
    reached
}

/// A piece and everything it lies in.
fn ancestors(site: &Site, id: PieceId) -> Vec<PieceId> {
    let mut found = vec![id];
    let mut above = site.piece(id).parent;
    while let Some(id) = above.filter(|id| !found.contains(id)) {
        found.push(id);
        above = site.piece(id).parent;
    }
    found
}
