//! A text as it can stand elsewhere than on its own page: in a mail, on 公众号, in a thread.
//!
//! [`Reading`] makes it of what the gate shows of a piece: components become what they say, films and diagrams a link to the page, formulas
//! keep their source, raw HTML its text, and every address has scheme and host. [`html`], [`plain`] and [`markdown`] write it down.
//! Invariants: it holds nothing that the body it was made of does not; no address in it leads nowhere, or to a file that is not published.

pub mod html;
mod linear;
mod lower;
pub mod markdown;
pub mod plain;
mod raw;

use crate::model::Align;

pub use linear::linear;
pub use lower::{Reading, Words};

/// A block of prose.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Running text.
    Paragraph(Vec<Inline>),
    /// Running text in small print.
    Small(Vec<Inline>),
    /// A heading, 1 to 6.
    Heading(u8, Vec<Inline>),
    /// A code block: its language and its text.
    Code(Box<str>, Box<str>),
    /// A formula on its own, LaTeX.
    Math(Box<str>),
    /// A quotation.
    Quote(Vec<Block>),
    /// Something set apart, under a title.
    Note(String, Vec<Block>),
    /// A list; numbered from a number on, if there is one.
    List(Option<u64>, Vec<Vec<Block>>),
    /// A table: alignments, the header row, body rows.
    Table {
        /// One per column.
        alignments: Vec<Option<Align>>,
        /// Header cells; may be empty.
        head: Vec<Vec<Inline>>,
        /// Body rows of cells.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A picture of its own, with a caption.
    Picture(Picture, Vec<Inline>),
    /// What a reader is to do: words and an address.
    Button(String, String),
    /// A line between parts.
    Rule,
}

/// Part of a paragraph.
#[derive(Clone, Debug, PartialEq)]
pub enum Inline {
    /// Text.
    Text(String),
    /// Code.
    Code(String),
    /// A formula, LaTeX.
    Math(Box<str>),
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// Text struck out.
    Strike(Vec<Inline>),
    /// A link: its address, its text.
    Link(String, Vec<Inline>),
    /// A picture within text.
    Picture(Picture),
    /// A line break.
    Break,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its absolute address.
    pub src: String,
    /// What to read in its place.
    pub alt: String,
    /// Width and height in pixels.
    pub size: Option<(u32, u32)>,
}

impl Inline {
    /// Text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// The visible text of parts of a paragraph, formulas in letters.
#[must_use]
pub fn words(content: &[Inline]) -> String {
    let mut out = String::new();
    push_words(&mut out, content);
    out
}

fn push_words(out: &mut String, content: &[Inline]) {
    for inline in content {
        match inline {
            Inline::Text(text) | Inline::Code(text) => out.push_str(text),
            Inline::Math(source) => out.push_str(&linear(source)),
            Inline::Emphasis(content) | Inline::Strong(content) | Inline::Strike(content) | Inline::Link(_, content) => {
                push_words(out, content);
            }
            Inline::Picture(picture) => out.push_str(&picture.alt),
            Inline::Break => out.push(' '),
        }
    }
}
