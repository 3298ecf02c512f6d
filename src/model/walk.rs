//! Visits a tree of blocks in reading order, so that nobody else has to know which blocks hold which.
//!
//! Invariant: every block and every inline is visited once, parents before children.

use super::block::{Block, Inline};

/// What is visited.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    /// A block.
    Block(&'a Block),
    /// Part of a paragraph.
    Inline(&'a Inline),
}

/// Whether to look into what was visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// Go on with its children.
    Into,
    /// Leave its children out.
    Past,
}

/// Visits `blocks` and whatever they hold, in reading order.
pub fn walk<'a>(blocks: &'a [Block], visit: &mut dyn FnMut(Node<'a>) -> Walk) {
    for block in blocks {
        if visit(Node::Block(block)) == Walk::Into {
            children(block, visit);
        }
    }
}

fn children<'a>(block: &'a Block, visit: &mut dyn FnMut(Node<'a>) -> Walk) {
    match block {
        Block::Paragraph(content) | Block::Plain(content) | Block::Heading { content, .. } => inlines(content, visit),
        Block::Quote(content)
        | Block::Alert(_, content)
        | Block::Footnote { content, .. }
        | Block::Component { body: content, .. } => walk(content, visit),
        Block::List(_, items) => items.iter().for_each(|item| walk(item, visit)),
        Block::Table { head, rows, .. } => head.iter().chain(rows.iter().flatten()).for_each(|cell| inlines(cell, visit)),
        Block::Definitions(entries) => {
            for (term, meanings) in entries {
                inlines(term, visit);
                meanings.iter().for_each(|meaning| walk(meaning, visit));
            }
        }
        Block::Code(_) | Block::Mermaid { .. } | Block::Math { .. } | Block::Rule | Block::Html(_) => {}
    }
}

fn inlines<'a>(content: &'a [Inline], visit: &mut dyn FnMut(Node<'a>) -> Walk) {
    for inline in content {
        if visit(Node::Inline(inline)) == Walk::Past {
            continue;
        }
        if let Inline::Emphasis(content) | Inline::Strong(content) | Inline::Strike(content) | Inline::Link { content, .. } =
            inline
        {
            inlines(content, visit);
        }
    }
}
