//! A piece -> a few lines of HTML to paste into a mail that is written elsewhere: picture, title, description, link.
//!
//! Invariants: it holds no style sheet, no class and no id, and nothing of the piece but what everyone may see of it in lists.

use css_inline::CSSInliner;

use super::super::prose::html::{attribute, text};
use super::super::prose::{Block, Inline, Reading, html};
use super::letter::{Desk, cover};
use super::page::look;

/// How a snippet looks, by element.
const LOOK: &str = include_str!("snippet.css");

/// Writes the snippet of a piece.
#[must_use]
pub fn snippet(desk: &Desk<'_>, reading: &Reading<'_>) -> String {
    let piece = reading.piece;
    let page = reading.page();
    let mut out = String::from(
        "<table role=\"presentation\" width=\"100%\" cellspacing=\"0\" cellpadding=\"0\" border=\"0\"><tr><td align=\"left\">\n",
    );
    if let Some(picture) = cover(reading) {
        out.push_str("<a");
        attribute(&mut out, "href", &page);
        out.push('>');
        let blocks = [Block::Picture(picture, Vec::new())];
        // A picture within a link: without the paragraph that a picture of its own has around it.
        out.push_str(
            html::write(&blocks, &mut html::Mail).trim_start_matches("<p align=\"center\">").trim_end().trim_end_matches("</p>"),
        );
        out.push_str("</a>\n");
    }
    out.push_str("<h3><a");
    attribute(&mut out, "href", &page);
    out.push('>');
    text(&mut out, &piece.title);
    out.push_str("</a></h3>\n");
    let mut blocks = vec![Block::Small(vec![Inline::Text(desk.facts(piece))])];
    if !piece.description.is_empty() {
        blocks.push(Block::Paragraph(vec![Inline::text(&*piece.description)]));
    }
    blocks.push(Block::Button(desk.strings().get("mail.read").to_owned(), page));
    out.push_str(&html::write(&blocks, &mut html::Mail));
    out.push_str("</td></tr></table>");
    let inliner = CSSInliner::options().load_remote_stylesheets(false).build();
    // It fails on style sheets that cannot be read, and this one is ours.
    let look = look(LOOK, &reading.site.config.brand);
    inliner.inline_fragment(&out, &look).unwrap_or(out) + "\n"
}
