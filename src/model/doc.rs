//! A document: the public teaser, the locked rest, and their links, not yet resolved (`Doc<RawLink>`) or resolved (`Doc<Link>`).
//!
//! Every document is split, free ones too: what it may cost is inherited and not known at parse.

use std::sync::Arc;

use super::block::{Block, Words};
use super::front::{Front, Secrets};
use crate::access::locked::Locked;
use crate::diag::Span;
use crate::id::{MediaId, PieceId, Route, SourcePath};

/// One Markdown file.
#[derive(Clone)]
pub struct Doc<L> {
    /// The file.
    pub path: SourcePath,
    /// Its public front matter.
    pub front: Arc<Front>,
    /// The front matter that is gated in a paid piece.
    pub secrets: Locked<Arc<Secrets<L>>>,
    /// The text of the first heading, where it stands before all text and so can serve as the title; it is not part of the teaser then.
    pub heading: Option<Box<str>>,
    /// What everyone may read.
    pub teaser: Body<L>,
    /// How many blocks of the teaser stand before `<!-- more -->`; all of them without one.
    pub excerpt: usize,
    /// What stands behind the teaser.
    pub rest: Locked<Body<L>>,
}

/// A run of blocks and what they name.
#[derive(Clone, Debug)]
pub struct Body<L> {
    /// The blocks.
    pub blocks: Arc<[Block]>,
    /// What the `LinkRef`s of the blocks point to.
    pub links: Arc<[L]>,
    /// Headings and other places that can be linked to, in order.
    pub anchors: Arc<[Anchor]>,
    /// How much there is to read.
    pub words: Words,
    /// The `style` attributes of its raw HTML, each once.
    pub styles: Arc<[Box<str>]>,
}

impl<L> Default for Body<L> {
    fn default() -> Self {
        Self { blocks: Arc::new([]), links: Arc::new([]), anchors: Arc::new([]), words: Words::default(), styles: Arc::new([]) }
    }
}

impl<L> Body<L> {
    /// The same blocks with other links.
    #[must_use]
    pub fn with_links<M>(&self, links: Arc<[M]>) -> Body<M> {
        Body { blocks: self.blocks.clone(), links, anchors: self.anchors.clone(), words: self.words, styles: self.styles.clone() }
    }
}

/// A place that can be linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The fragment.
    pub id: Box<str>,
    /// A heading's level (1 to 6) and text; `None` for an `id` in raw HTML.
    pub heading: Option<(u8, Box<str>)>,
}

/// A link as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawLink {
    /// What it is for.
    pub kind: LinkKind,
    /// The address as written: relative path, route, URL, `#anchor`, or a wiki link's target.
    pub dest: Box<str>,
    /// Where it stands.
    pub span: Span,
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// To be followed.
    Anchor,
    /// To be shown as an image.
    Image,
    /// To be loaded (audio, video, poster …).
    Media,
    /// `[[target]]` or `[[target|label]]`.
    Wiki,
}

/// A link that is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// Out of the site, or a scheme of its own (`mailto:`), as written.
    External(Box<str>),
    /// A piece of this site.
    Piece {
        /// Which.
        piece: PieceId,
        /// `#…` without the sign, decoded; may be empty.
        fragment: Box<str>,
    },
    /// Another page of this site (lists, feeds).
    Page {
        /// Its address.
        route: Route,
        /// `#…` without the sign, decoded; may be empty.
        fragment: Box<str>,
    },
    /// A place on the same page.
    Here(Box<str>),
    /// A file that is published with the site.
    Media(MediaId),
    /// Leads nowhere (a diagnostic says so); as written.
    Dead(Box<str>),
}
