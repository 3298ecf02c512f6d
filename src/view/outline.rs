//! The contents of a course or book as nested entries, made once and shared by its pages.

use serde::Serialize;

use super::context::ViewContext;
use super::shared::Shared;
use super::text;
use crate::id::PieceId;
use crate::model::Kind;

/// Levels of an outline; what lies deeper joins the last one. Templates recurse as deep as this, and Tera at most 20 deep.
const DEPTH: usize = 6;

/// The longest outline that every page of a course or book repeats. Beyond it the pages together would be quadratic in size.
pub(super) const REPEATED: usize = 200;

/// An entry of an outline.
#[derive(Clone, Debug, Serialize)]
pub struct OutlineEntry {
    /// Its title.
    pub title: String,
    /// Its address.
    pub href: String,
    /// Its kind: `module`, `lesson`, `part`, `chapter` …
    pub kind: &'static str,
    /// Its number, as `2.1`; may be empty.
    pub number: String,
    /// Minutes to read, hear or see it, in words.
    pub minutes: String,
    /// How hard it is: [`LevelLabel`](super::LevelLabel), or none.
    pub level: Shared,
    /// Who may read it: [`TierLabel`](super::TierLabel).
    pub tier: Shared,
    /// Whether it is free though what it lies in is not.
    pub preview: bool,
    /// What lies in it.
    pub children: Vec<OutlineEntry>,
}

/// An outline and how long it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Outline {
    /// A list of [`OutlineEntry`].
    pub entries: Shared,
    /// How many entries there are, nested ones counted.
    pub count: usize,
    /// How many of them can be read: lessons, chapters.
    pub leaves: usize,
    /// How many of these are free though the whole is not.
    pub previews: usize,
    /// The first of these, in reading order.
    pub first: Option<PieceId>,
}

/// The outline below a piece.
pub(super) fn outline(cx: &ViewContext, root: PieceId) -> Outline {
    let mut outline = Outline::default();
    let paid = !cx.site().piece(root).access.is_free();
    let entries = below(cx, root, &mut outline, Place { depth: 1, paid });
    outline.entries = Shared::of(&entries);
    outline
}

/// Where in an outline an entry stands.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    paid: bool,
}

fn below(cx: &ViewContext, parent: PieceId, outline: &mut Outline, place: Place) -> Vec<OutlineEntry> {
    let mut entries = Vec::new();
    if place.depth < DEPTH {
        for &child in &cx.site().piece(parent).children {
            let mut entry = entry(cx, child, place.paid);
            outline.count(cx, child, place);
            entry.children = below(cx, child, outline, Place { depth: place.depth + 1, ..place });
            entries.push(entry);
        }
        return entries;
    }
    // The last level takes everything below it, in reading order, without recursion.
    let mut stack: Vec<PieceId> = cx.site().piece(parent).children.iter().rev().copied().collect();
    while let Some(id) = stack.pop() {
        entries.push(entry(cx, id, place.paid));
        outline.count(cx, id, place);
        stack.extend(cx.site().piece(id).children.iter().rev());
    }
    entries
}

impl Outline {
    fn count(&mut self, cx: &ViewContext, id: PieceId, place: Place) {
        let piece = cx.site().piece(id);
        self.count += 1;
        if matches!(piece.kind, Kind::Lesson | Kind::Chapter) {
            self.leaves += 1;
            self.previews += usize::from(place.paid && piece.access.is_free());
            self.first = self.first.or(Some(id));
        }
    }
}

fn entry(cx: &ViewContext, id: PieceId, paid: bool) -> OutlineEntry {
    let piece = cx.site().piece(id);
    let readable = matches!(piece.kind, Kind::Lesson | Kind::Chapter);
    OutlineEntry {
        title: piece.title.to_string(),
        href: cx.site().href(&piece.route),
        kind: piece.kind.name(),
        number: piece.number.to_string(),
        minutes: text::minutes(cx.strings(&piece.lang), piece.minutes),
        level: cx.level(piece),
        tier: cx.tier(piece),
        preview: paid && readable && piece.access.is_free(),
        children: Vec::new(),
    }
}

/// The course or book that a piece lies in; `None` for a piece that lies in none, and for courses and books themselves.
pub(super) fn whole(cx: &ViewContext, id: PieceId) -> Option<PieceId> {
    let mut above = cx.site().piece(id).parent;
    // A parent's route is shorter, so that the walk ends; the bound is for tables made by hand.
    for _ in 0..cx.site().pieces.len() {
        let piece = cx.site().piece(above?);
        if matches!(piece.kind, Kind::Course | Kind::Book) {
            return above;
        }
        above = piece.parent;
    }
    None
}
