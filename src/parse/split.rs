//! A document -> its teaser and what stands behind it, each with its own links and anchors.
//!
//! Where the author set a mark, the teaser is what stands before it; else it is the longest run of whole blocks within the limits
//! (`weight`). Invariants: no block is parted; no half names a link of the other; a film, recording or file is never in a teaser without a mark.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{Anchor, ArgValue, Block, Body, HtmlPart, Inline, LinkRef, Node, RawLink, Walk, Words, walk};

use super::Place;
use super::markdown::{Flow, Footnote};
use super::text;
use super::weight::{Weight, weight};

/// A document in two halves.
pub(super) struct Halves {
    /// The first heading's text, where it serves as the title.
    pub(super) heading: Option<Box<str>>,
    /// What everyone may read.
    pub(super) teaser: Body<RawLink>,
    /// How many blocks of it stand before `<!-- more -->`.
    pub(super) excerpt: usize,
    /// What stands behind it.
    pub(super) rest: Body<RawLink>,
}

/// Splits a document; `title` is that of the front matter.
pub(super) fn split(mut flow: Flow, title: Option<&str>, place: Place<'_>) -> Halves {
    let heading = take_heading(&mut flow, title, place);
    let Cut { blocks: cut, has_rest } = match flow.paywall {
        Some(mark) => Cut { blocks: mark.min(flow.blocks.len()), has_rest: true },
        None => default_cut(&flow, place),
    };
    let counts: Vec<Words> = flow.blocks.iter().map(text::words).collect();
    let from = flow.starts.get(cut).copied().unwrap_or(usize::MAX);
    let excerpt = flow.more.map_or(cut, |more| more.min(cut));

    let mut rest_blocks = flow.blocks.split_off(cut);
    let mut rest_anchors: Vec<Anchor> = Vec::new();
    let mut anchors: Vec<Anchor> = Vec::new();
    for (at, anchor) in flow.anchors {
        if at < from { anchors.push(anchor) } else { rest_anchors.push(anchor) }
    }
    let (blocks, anchors_of_notes) =
        if has_rest { (&mut rest_blocks, &mut rest_anchors) } else { (&mut flow.blocks, &mut anchors) };
    let mut notes = Words::default();
    for Footnote { block, anchors } in flow.footnotes {
        notes = notes.plus(text::words(&block));
        blocks.push(block);
        anchors_of_notes.extend(anchors);
    }
    let total = |counts: &[Words]| counts.iter().fold(Words::default(), |sum, words| sum.plus(*words));
    let mut words = (total(&counts[..cut]), total(&counts[cut..]));
    let noted = if has_rest { &mut words.1 } else { &mut words.0 };
    *noted = noted.plus(notes);

    let mut links: Vec<Option<RawLink>> = flow.links.into_iter().map(Some).collect();
    let styles = |blocks: &[Block]| if flow.styled { styles(blocks) } else { Arc::default() };
    let (teaser_styles, rest_styles) = (styles(&flow.blocks), styles(&rest_blocks));
    let teaser = body((flow.blocks, words.0), anchors, &mut links);
    let rest = body((rest_blocks, words.1), rest_anchors, &mut links);
    Halves { heading, teaser: Body { styles: teaser_styles, ..teaser }, excerpt, rest: Body { styles: rest_styles, ..rest } }
}

/// Takes out a heading that stands first and says the title. Its anchor stays, as the first: the page's title is where it leads.
///
/// Pictures and badges may stand before it. It says the title if it has the same words, or else, where there is no title, if it is of the
/// first level or stands higher than all others, or in an mdBook, whose chapters begin at any level. A heading behind the author's mark says no title that is not public already.
fn take_heading(flow: &mut Flow, title: Option<&str>, place: Place<'_>) -> Option<Box<str>> {
    let first = flow.blocks.iter().position(|block| is_heading(block) || text::words(block) != Words::default())?;
    let Block::Heading { level, id, content, .. } = &flow.blocks[first] else { return None };
    let text = text::plain(content, &flow.links);
    let text = text.trim();
    let as_high = |block: &Block| matches!(block, Block::Heading { level: other, .. } if other <= level);
    let is_highest = || !flow.blocks[first + 1..].iter().any(as_high);
    let says = match title {
        Some(title) => same(title, text),
        None => flow.paywall.is_none_or(|mark| mark > first) && (*level == 1 || place.in_book || is_highest()),
    };
    if text.is_empty() || !says {
        return None;
    }
    if let Some(at) = flow.anchors.iter().position(|(_, anchor)| anchor.id == *id) {
        flow.anchors[at].1.heading = None;
        flow.anchors[..=at].rotate_right(1);
    }
    let heading = text.into();
    flow.blocks.remove(first);
    flow.starts.remove(first);
    for mark in [&mut flow.paywall, &mut flow.more].into_iter().flatten().filter(|mark| **mark > first) {
        *mark -= 1;
    }
    Some(heading)
}

const fn is_heading(block: &Block) -> bool {
    matches!(block, Block::Heading { .. })
}

/// Whether two titles differ in nothing but white space.
fn same(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

/// Where a teaser ends that has no mark.
struct Cut {
    /// How many blocks it has.
    blocks: usize,
    /// Whether anything stands behind it.
    has_rest: bool,
}

/// Finds the end of a teaser without a mark.
///
/// It goes on to the first paragraph at the least, however long its text, if nothing but little stands before that; it never ends with a
/// heading. Footnotes come last: they are behind it where they do not fit as well.
fn default_cut(flow: &Flow, place: Place<'_>) -> Cut {
    let limits = place.options.teaser;
    let Flow { blocks, links, footnotes, .. } = flow;
    let fits = |sum: Words| sum.latin <= limits.latin && sum.han <= limits.han;
    let mut sum = Words::default();
    let mut has_text = false;
    let mut cut = 0;
    for block in blocks {
        let Some(Weight { prose, other }) = weight(std::slice::from_ref(block), links, place) else { break };
        let is_text = matches!(block, Block::Paragraph(_)) && prose != Words::default();
        let with = sum.plus(other);
        if !(fits(with.plus(prose)) || is_text && !has_text && fits(with)) {
            break;
        }
        has_text |= is_text;
        sum = with.plus(prose);
        cut += 1;
    }
    if cut == blocks.len() {
        let whole = footnotes.iter().try_fold(sum, |sum, note| {
            let Weight { prose, other } = weight(std::slice::from_ref(&note.block), links, place)?;
            Some(sum.plus(prose).plus(other))
        });
        return Cut { blocks: cut, has_rest: !footnotes.is_empty() && !whole.is_some_and(fits) };
    }
    let last = blocks[..cut].iter().rposition(|block| !is_heading(block));
    Cut { blocks: last.map_or(0, |last| last + 1), has_rest: true }
}

/// Makes a half of its blocks: their links move from the document's table to one of its own.
fn body((mut blocks, words): (Vec<Block>, Words), anchors: Vec<Anchor>, all: &mut [Option<RawLink>]) -> Body<RawLink> {
    let mut links: Vec<RawLink> = Vec::new();
    if !all.is_empty() {
        for block in &mut blocks {
            in_block(block, &mut |link| {
                if let Some(raw) = all.get_mut(link.0 as usize).and_then(Option::take) {
                    *link = LinkRef(u32::try_from(links.len()).unwrap_or(u32::MAX));
                    links.push(raw);
                }
            });
        }
    }
    Body { blocks: blocks.into(), links: links.into(), anchors: anchors.into(), words, ..Body::default() }
}

/// The `style` attributes of blocks, each once.
fn styles(blocks: &[Block]) -> Arc<[Box<str>]> {
    let mut found: BTreeSet<&str> = BTreeSet::new();
    walk(blocks, &mut |node| {
        if let Node::Block(Block::Html(parts)) | Node::Inline(Inline::Html(parts)) = node {
            found.extend(parts.iter().filter_map(|part| match part {
                HtmlPart::Styled { style, .. } => Some(&**style),
                _ => None,
            }));
        }
        Walk::Into
    });
    found.into_iter().map(Box::from).collect()
}

/// Shows every link of a block, in order of writing. Nesting is bounded by `Block::DEEPEST`.
fn in_block(block: &mut Block, f: &mut dyn FnMut(&mut LinkRef)) {
    match block {
        Block::Paragraph(inlines) | Block::Plain(inlines) | Block::Heading { content: inlines, .. } => in_inlines(inlines, f),
        Block::Quote(blocks) | Block::Alert(_, blocks) | Block::Footnote { content: blocks, .. } => {
            blocks.iter_mut().for_each(|block| in_block(block, f));
        }
        Block::List(_, items) => items.iter_mut().flatten().for_each(|block| in_block(block, f)),
        Block::Table { head, rows, .. } => {
            head.iter_mut().chain(rows.iter_mut().flatten()).for_each(|cell| in_inlines(cell, f));
        }
        Block::Definitions(entries) => {
            for (term, definitions) in entries {
                in_inlines(term, f);
                definitions.iter_mut().flatten().for_each(|block| in_block(block, f));
            }
        }
        Block::Html(parts) => in_html(parts, f),
        Block::Component { args, body, .. } => {
            for arg in args {
                if let ArgValue::Address(link) = &mut arg.value {
                    f(link);
                }
            }
            body.iter_mut().for_each(|block| in_block(block, f));
        }
        Block::Code(_) | Block::Mermaid { .. } | Block::Math { .. } | Block::Rule => {}
    }
}

fn in_inlines(inlines: &mut [Inline], f: &mut dyn FnMut(&mut LinkRef)) {
    for inline in inlines {
        match inline {
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Strike(inner) => in_inlines(inner, f),
            Inline::Link { link, content, .. } => {
                f(link);
                in_inlines(content, f);
            }
            Inline::Image { link, .. } => f(link),
            Inline::Html(parts) => in_html(parts, f),
            Inline::Text(_)
            | Inline::Code(_)
            | Inline::Math { .. }
            | Inline::FootnoteRef(_)
            | Inline::Task { .. }
            | Inline::SoftBreak
            | Inline::HardBreak => {}
        }
    }
}

fn in_html(parts: &mut [HtmlPart], f: &mut dyn FnMut(&mut LinkRef)) {
    for part in parts {
        if let HtmlPart::Address(link) | HtmlPart::Candidate(link) = part {
            f(link);
        }
    }
}
