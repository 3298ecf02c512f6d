//! Blocks -> plain text, for places that take no markup.
//!
//! It is given public bodies only. Invariant: time and depth are bounded by the tree's, which the parser bounds.

use crate::model::{Block, Body, Inline, Link};

/// The text of a body, a line for each block, cut before `most` characters (`…` marks the cut).
pub(super) fn text(bodies: &[&Body<Link>], most: usize) -> String {
    let mut out = String::new();
    for body in bodies {
        blocks(&body.blocks, &mut out);
    }
    let out = out.trim();
    match out.char_indices().nth(most) {
        Some((cut, _)) => format!("{}…", out[..cut].trim_end()),
        None => out.to_owned(),
    }
}

fn blocks(list: &[Block], out: &mut String) {
    for block in list {
        match block {
            Block::Paragraph(content) | Block::Plain(content) | Block::Heading { content, .. } => line(content, out),
            Block::Code(code) => {
                out.push_str(code.source.trim_end());
                out.push('\n');
            }
            Block::Math { source, .. } => {
                out.push_str(source.trim());
                out.push('\n');
            }
            Block::Quote(inner) | Block::Alert(_, inner) | Block::Component { body: inner, .. } => blocks(inner, out),
            Block::List(_, items) => items.iter().for_each(|item| blocks(item, out)),
            Block::Table { head, rows, .. } => {
                [head].into_iter().chain(rows).flatten().for_each(|cell| line(cell, out));
            }
            Block::Definitions(list) => {
                for (term, definitions) in list {
                    line(term, out);
                    definitions.iter().for_each(|definition| blocks(definition, out));
                }
            }
            Block::Rule | Block::Html(_) | Block::Mermaid { .. } | Block::Footnote { .. } => {}
        }
    }
}

fn line(content: &[Inline], out: &mut String) {
    inlines(content, out);
    out.push('\n');
}

fn inlines(list: &[Inline], out: &mut String) {
    for inline in list {
        match inline {
            Inline::Text(text) | Inline::Code(text) => out.push_str(text),
            Inline::Math { source, .. } => out.push_str(source),
            Inline::Image { alt, .. } => out.push_str(alt),
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Strike(inner) | Inline::Link { content: inner, .. } => {
                inlines(inner, out);
            }
            Inline::SoftBreak => out.push(' '),
            Inline::HardBreak => out.push('\n'),
            Inline::Html(_) | Inline::FootnoteRef(_) | Inline::Task { .. } => {}
        }
    }
}
