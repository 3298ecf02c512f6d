//! Markdown source -> [`Flow`]: pulldown-cmark's events, put together by `build`.
//!
//! Where pulldown-cmark reads math or wiki links that are none (`花了$5和$6`, `[[1]](url)`), a backslash is put before their signs, and where it
//! does not see emphasis (`**继承。**课程`) an empty comment beside its marks; then the text is read once more. Only texts that hold such a
//! thing are read twice.

use pulldown_cmark::{Options, Parser};

use crate::diag::{Diag, Noted};
use crate::model::{Anchor, Block, RawLink};

use super::Place;
use super::build::Builder;
use super::source::Source;

/// How often a text is read again; what is misread then stays so. Three prices in a row need two readings.
const READINGS: usize = 3;

/// A document before it is split.
pub(super) struct Flow {
    /// The blocks of the first level.
    pub(super) blocks: Vec<Block>,
    /// Where each begins in the text.
    pub(super) starts: Vec<usize>,
    /// The text of the footnotes, in order of writing.
    pub(super) footnotes: Vec<Footnote>,
    /// What all of them link to.
    pub(super) links: Vec<RawLink>,
    /// Whether any raw HTML among them has a `style`.
    pub(super) styled: bool,
    /// Where each anchor stands in the text, in order; without those in footnotes.
    pub(super) anchors: Vec<(usize, Anchor)>,
    /// How many blocks stand before `<!-- paywall -->`.
    pub(super) paywall: Option<usize>,
    /// How many blocks stand before `<!-- more -->`.
    pub(super) more: Option<usize>,
}

/// A footnote's text.
pub(super) struct Footnote {
    /// A [`Block::Footnote`].
    pub(super) block: Block,
    /// The anchors in it.
    pub(super) anchors: Vec<Anchor>,
}

/// What a reading gives.
pub(super) struct Reading {
    /// The document.
    pub(super) flow: Flow,
    /// What was found.
    pub(super) diags: Vec<Diag>,
    /// Bytes of the text, and what must stand before them that does not.
    pub(super) misread: Vec<(usize, &'static str)>,
}

/// Reads Markdown.
pub(super) fn read(source: Source<'_>, place: Place<'_>) -> Noted<Flow> {
    let mut reading = read_once(&source, place);
    let mut escaped = source;
    for _ in 1..READINGS {
        if reading.misread.is_empty() {
            break;
        }
        reading.misread.sort_unstable();
        reading.misread.dedup();
        escaped = escaped.escaped(&reading.misread);
        reading = read_once(&escaped, place);
    }
    Noted::new(reading.flow, reading.diags)
}

fn read_once(source: &Source<'_>, place: Place<'_>) -> Reading {
    let mut events = Parser::new_ext(source.text(), options()).into_offset_iter();
    let mut builder = Builder::new(source, place);
    while let Some((event, range)) = events.next() {
        builder.event(event, range, events.reference_definitions());
    }
    builder.finish()
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
        | Options::ENABLE_MATH
        | Options::ENABLE_WIKILINKS
}
