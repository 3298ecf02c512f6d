//! A piece: a document with everything settled that it inherits or that others settle for it.

use super::doc::{Doc, Link};
use super::front::Moment;
use crate::id::{Lang, PieceId, ProductId, Route, SourceId, TermId, TierId};

/// Something with a page of its own that an author wrote.
#[derive(Clone)]
pub struct Piece {
    /// Its place in `Site::pieces`.
    pub id: PieceId,
    /// Its stable name.
    pub source: SourceId,
    /// What it is.
    pub kind: Kind,
    /// Its language.
    pub lang: Lang,
    /// Its address.
    pub route: Route,
    /// Its title.
    pub title: Box<str>,
    /// Its description: declared, else the start of its teaser; public.
    pub description: Box<str>,
    /// Its dates.
    pub dates: Dates,
    /// Who may read it.
    pub access: Entitlements,
    /// How hard it is.
    pub level: Option<(Level, LevelOrigin)>,
    /// Its topics, in the author's order.
    pub tags: Vec<TermId>,
    /// Its series.
    pub series: Option<TermId>,
    /// The collection list it belongs to (`/articles/` …), for top-level pieces.
    pub collection: Option<TermId>,
    /// Who wrote it.
    pub authors: Vec<Box<str>>,
    /// Its picture.
    pub cover: Option<Link>,
    /// Minutes to read, hear or see it; rounded, and so public.
    pub minutes: u32,
    /// What should be read before.
    pub prerequisites: Vec<Prerequisite>,
    /// The course, module, book, part or section it lies in.
    pub parent: Option<PieceId>,
    /// What lies in it, in order.
    pub children: Vec<PieceId>,
    /// The same piece in other languages, by language.
    pub translations: Vec<PieceId>,
    /// What comes before and after it in reading order (lessons, chapters, series).
    pub previous: Option<PieceId>,
    /// See `previous`.
    pub next: Option<PieceId>,
    /// Its number among its numbered siblings, as `3` or `2.1`; empty if it has none.
    pub number: Box<str>,
    /// Its document. A folder without a file of its own has an empty one.
    pub doc: Doc<Link>,
}

/// What a piece asks its readers to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prerequisite {
    /// A piece of this site.
    Piece(PieceId),
    /// Words.
    Words(Box<str>),
}

/// When things happened to a piece.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    /// Published.
    pub date: Option<Moment>,
    /// Changed in substance.
    pub updated: Option<Moment>,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The home page's own text.
    Home,
    /// A folder's own page outside courses and books.
    Section,
    /// An article.
    Article,
    /// A course.
    Course,
    /// A folder of lessons.
    Module,
    /// A lesson.
    Lesson,
    /// A book.
    Book,
    /// A part of a book.
    Part,
    /// A chapter.
    Chapter,
    /// A live session.
    Session,
    /// A tool, template or download.
    Resource,
    /// A question and its answer.
    Answer,
    /// A page as *about*.
    Page,
}

impl Kind {
    /// Whether pieces of this kind are read, and not only lead to others.
    #[must_use]
    pub const fn is_read(self) -> bool {
        match self {
            Self::Article
            | Self::Course
            | Self::Lesson
            | Self::Book
            | Self::Chapter
            | Self::Session
            | Self::Resource
            | Self::Answer => true,
            Self::Home | Self::Section | Self::Module | Self::Part | Self::Page => false,
        }
    }

    /// The name in templates, JSON and classes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Section => "section",
            Self::Article => "article",
            Self::Course => "course",
            Self::Module => "module",
            Self::Lesson => "lesson",
            Self::Book => "book",
            Self::Part => "part",
            Self::Chapter => "chapter",
            Self::Session => "session",
            Self::Resource => "resource",
            Self::Answer => "answer",
            Self::Page => "page",
        }
    }
}

/// How hard a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// For beginners (入门).
    Beginner,
    /// In between (进阶).
    Intermediate,
    /// For experts (高级).
    Advanced,
}

impl Level {
    /// All levels, easiest first.
    pub const ALL: [Self; 3] = [Self::Beginner, Self::Intermediate, Self::Advanced];

    /// The name in front matter, templates and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Beginner => "beginner",
            Self::Intermediate => "intermediate",
            Self::Advanced => "advanced",
        }
    }

    /// The level of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// Where a level comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelOrigin {
    /// The author said so, here or in a folder above.
    Declared,
    /// Inferred from the text; to be marked as such.
    Inferred,
}

/// Who may read a piece: everyone, or whoever has the tier (or a higher one) or one of the products.
///
/// Declared entitlements, products sorted; a higher tier added to `site.yaml` does not change them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entitlements {
    /// Everyone.
    Free,
    /// Whoever has one of these.
    Paid {
        /// The lowest tier that opens it; `None` if only products do.
        tier: Option<TierId>,
        /// The products that open it.
        products: Vec<ProductId>,
    },
}

impl Entitlements {
    /// Whether everyone may read it.
    #[must_use]
    pub const fn is_free(&self) -> bool {
        matches!(self, Self::Free)
    }
}

impl Piece {
    /// The lowest tier that opens it; `None` if everyone may read it or only products open it.
    #[must_use]
    pub const fn tier(&self) -> Option<&TierId> {
        match &self.access {
            Entitlements::Paid { tier: Some(tier), .. } => Some(tier),
            _ => None,
        }
    }
}
