//! Markdown as a typed tree: blocks of inlines, links by number.
//!
//! A tree never names an address: `LinkRef` points into the `links` of its [`Body`](super::Body), so that resolving links
//! leaves the tree, shared by `Arc`, as it is. Invariant: nesting is at most [`Block::DEEPEST`] (the parser flattens what is deeper).

use super::demand::Demand;
use crate::diag::Span;

/// A link's number in its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinkRef(pub u32);

/// A block of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Running text.
    Paragraph(Vec<Inline>),
    /// Running text without a paragraph around it, as in a tight list.
    Plain(Vec<Inline>),
    /// A heading with its stable id.
    Heading {
        /// 1 to 6 as written.
        level: u8,
        /// The anchor: GitHub's rule, Han kept; unique in the document.
        id: Box<str>,
        /// Classes from `{.class}`.
        classes: Vec<Box<str>>,
        /// The heading's text.
        content: Vec<Inline>,
    },
    /// A code block.
    Code(Code),
    /// A Mermaid diagram's source.
    Mermaid {
        /// The source text.
        source: Box<str>,
        /// Where the block stands.
        span: Span,
    },
    /// A formula on its own, LaTeX.
    Math {
        /// The LaTeX source.
        source: Box<str>,
        /// Where it stands.
        span: Span,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// A GitHub alert.
    Alert(Alert, Vec<Block>),
    /// A list.
    List(ListKind, Vec<Vec<Block>>),
    /// A table: the header row, then body rows.
    Table {
        /// One per column.
        alignments: Vec<Option<Align>>,
        /// Header cells.
        head: Vec<Vec<Inline>>,
        /// Body rows of cells.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// Terms with their definitions.
    Definitions(Vec<(Vec<Inline>, Vec<Vec<Block>>)>),
    /// A thematic break.
    Rule,
    /// Raw HTML as written, its addresses taken out as links.
    Html(Vec<HtmlPart>),
    /// A footnote's text.
    Footnote {
        /// Its label as written.
        label: Box<str>,
        /// Its text.
        content: Vec<Block>,
    },
    /// A component call: a capitalised tag.
    Component {
        /// The tag's name.
        name: Box<str>,
        /// Literal arguments in order of writing.
        args: Vec<Arg>,
        /// What stands between the tags.
        body: Vec<Block>,
        /// The opening tag.
        span: Span,
    },
}

impl Block {
    /// The deepest nesting of containers that the parser makes.
    pub const DEEPEST: usize = 64;
}

/// Part of a paragraph.
#[derive(Clone, Debug, PartialEq)]
pub enum Inline {
    /// Text, entities decoded.
    Text(Box<str>),
    /// Code.
    Code(Box<str>),
    /// A formula, LaTeX.
    Math {
        /// The LaTeX source.
        source: Box<str>,
        /// `$$…$$` in a paragraph.
        display: bool,
        /// Where it stands.
        span: Span,
    },
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// Text struck out.
    Strike(Vec<Inline>),
    /// A link.
    Link {
        /// Where to.
        link: LinkRef,
        /// Its title; may be empty.
        title: Box<str>,
        /// Its text. Empty for a wiki link without a label, which shows its target's title.
        content: Vec<Inline>,
    },
    /// An image.
    Image {
        /// Which.
        link: LinkRef,
        /// Its title; may be empty.
        title: Box<str>,
        /// Its alternative text.
        alt: Box<str>,
    },
    /// Raw HTML as written, its addresses taken out as links.
    Html(Vec<HtmlPart>),
    /// A reference to a footnote.
    FootnoteRef(Box<str>),
    /// The check box of a task.
    Task {
        /// Whether it is ticked.
        done: bool,
    },
    /// A line break in the source (no space where it falls between two Han characters: the parser drops those).
    SoftBreak,
    /// A line break in the text.
    HardBreak,
}

/// The five kinds of GitHub alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alert {
    /// `[!NOTE]`
    Note,
    /// `[!TIP]`
    Tip,
    /// `[!IMPORTANT]`
    Important,
    /// `[!WARNING]`
    Warning,
    /// `[!CAUTION]`
    Caution,
}

impl Alert {
    /// The class and the key of its title in the theme's strings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Tip => "tip",
            Self::Important => "important",
            Self::Warning => "warning",
            Self::Caution => "caution",
        }
    }
}

/// How a list counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// Bullets.
    Bullets,
    /// Numbers from this one on.
    Numbers(u64),
}

/// A column's alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// To the left.
    Left,
    /// In the middle.
    Center,
    /// To the right.
    Right,
}

/// A code block.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    /// The language as written, in lower case; empty if none.
    pub lang: Box<str>,
    /// The code.
    pub source: Box<str>,
    /// A title or file name to show above it.
    pub title: Option<Box<str>>,
    /// Whether to number the lines, and from which number.
    pub numbers: Option<u32>,
    /// Lines to mark, counted from 1.
    pub marked: LineSet,
    /// Where it stands.
    pub span: Span,
}

/// A set of line numbers: inclusive ranges in order.
pub type LineSet = Vec<(u32, u32)>;

/// A piece of raw HTML.
#[derive(Clone, Debug, PartialEq)]
pub enum HtmlPart {
    /// Text as written.
    Raw(Box<str>),
    /// The value of an `href`, `src`, `poster` … attribute, to be written quoted.
    Address(LinkRef),
    /// One address among several in the value of a `srcset`, to be written between the quotes around it.
    Candidate(LinkRef),
    /// A `style` attribute, to be written as a class beside the element's own.
    Styled {
        /// The element's own classes; may be empty.
        class: Box<str>,
        /// The declarations as written.
        style: Box<str>,
    },
    /// Nothing to be written: what the tag around it asks of a browser.
    Asks(Demand),
}

/// An argument of a component.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// Its name.
    pub name: Box<str>,
    /// Its value.
    pub value: ArgValue,
}

/// A literal.
#[derive(Clone, Debug, PartialEq)]
pub enum ArgValue {
    /// `name="text"`
    Text(Box<str>),
    /// `name={3}` or `name={2.5}`
    Number(f64),
    /// `name`, `name={true}`, `name={false}`
    Flag(bool),
    /// The value of `src`, `href` or `poster`.
    Address(LinkRef),
}

/// How much there is to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Runs of letters and digits in other scripts than Han.
    pub latin: u32,
    /// Han characters.
    pub han: u32,
}

impl Words {
    /// Reading time in minutes, at least one: 220 words or 400 Han characters a minute.
    ///
    /// Source: Brysbaert 2019 (238 words a minute for English non-fiction, rounded down for technical text); Han as usual in Chinese media.
    #[must_use]
    pub const fn minutes(self) -> u32 {
        let tenths = (self.latin as u64 * 10).div_ceil(220) + (self.han as u64 * 10).div_ceil(400);
        let minutes = (tenths + 5) / 10;
        if minutes == 0 { 1 } else { minutes as u32 }
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self { latin: self.latin + other.latin, han: self.han + other.han }
    }
}
