//! Prose -> HTML for mail programs and editors: elements that all of them know, without classes and ids.
//!
//! The look is put on afterwards, by rules that name elements ([`Dialect`] says how links, formulas and code are written). Invariants: every value
//! is escaped; no element but those of [`ELEMENTS`] is written.

use super::{Block, Inline, Picture, linear};
use crate::model::Align;

/// The elements that are written.
pub const ELEMENTS: [&str; 29] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "small",
    "span",
    "strong",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// How prose is written for a place.
pub trait Dialect {
    /// Writes a link; `text` is HTML.
    fn link(&mut self, out: &mut String, address: &str, text: &str);

    /// Writes the lines of a code block.
    fn code(&self, out: &mut String, source: &str) {
        out.push_str("<pre>");
        text(out, source.trim_end_matches('\n'));
        out.push_str("</pre>\n");
    }

    /// The width in pixels that a picture has at the most.
    fn width(&self) -> u32;
}

/// Links as links: for mails.
pub struct Mail;

impl Dialect for Mail {
    fn link(&mut self, out: &mut String, address: &str, text: &str) {
        out.push_str("<a");
        attribute(out, "href", address);
        out.push('>');
        out.push_str(text);
        out.push_str("</a>");
    }

    fn width(&self) -> u32 {
        552
    }
}

/// Writes prose.
pub fn write(blocks: &[Block], dialect: &mut dyn Dialect) -> String {
    let mut writer = Writer { out: String::new(), dialect };
    writer.blocks(blocks);
    writer.out
}

struct Writer<'a> {
    out: String,
    dialect: &'a mut dyn Dialect,
}

impl Writer<'_> {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(content) => self.wrapped("p", content),
            Block::Small(content) => {
                self.out.push_str("<p><small>");
                self.inlines(content);
                self.out.push_str("</small></p>\n");
            }
            Block::Heading(level, content) => {
                self.wrapped(["h1", "h2", "h3", "h4", "h5", "h6"][usize::from((*level).clamp(1, 6)) - 1], content);
            }
            Block::Code(_, source) => self.dialect.code(&mut self.out, source),
            Block::Math(source) => {
                self.out.push_str("<p align=\"center\">");
                text(&mut self.out, &linear(source));
                self.out.push_str("</p>\n");
            }
            Block::Quote(content) => {
                self.out.push_str("<blockquote>\n");
                self.blocks(content);
                self.out.push_str("</blockquote>\n");
            }
            Block::Note(title, content) => {
                self.out.push_str("<blockquote>\n<p><strong>");
                text(&mut self.out, title);
                self.out.push_str("</strong></p>\n");
                self.blocks(content);
                self.out.push_str("</blockquote>\n");
            }
            Block::List(first, items) => self.list(*first, items),
            Block::Table { alignments, head, rows } => self.table(alignments, head, rows),
            Block::Picture(picture, caption) => {
                self.out.push_str("<p align=\"center\">");
                self.picture(picture);
                if !caption.is_empty() {
                    self.out.push_str("<br><small>");
                    self.inlines(caption);
                    self.out.push_str("</small>");
                }
                self.out.push_str("</p>\n");
            }
            Block::Button(words, address) => {
                let mut label = String::new();
                text(&mut label, words);
                self.out.push_str("<p align=\"center\"><strong>");
                self.dialect.link(&mut self.out, address, &label);
                self.out.push_str("</strong></p>\n");
            }
            Block::Rule => self.out.push_str("<hr>\n"),
        }
    }

    fn wrapped(&mut self, tag: &str, content: &[Inline]) {
        self.out.push_str(&format!("<{tag}>"));
        self.inlines(content);
        self.out.push_str(&format!("</{tag}>\n"));
    }

    fn list(&mut self, first: Option<u64>, items: &[Vec<Block>]) {
        let tag = if first.is_some() { "ol" } else { "ul" };
        match first {
            Some(first) if first != 1 => self.out.push_str(&format!("<ol start=\"{first}\">\n")),
            _ => self.out.push_str(&format!("<{tag}>\n")),
        }
        for item in items {
            self.out.push_str("<li>");
            match &item[..] {
                [Block::Paragraph(content), rest @ ..] => {
                    self.inlines(content);
                    self.out.push_str(if rest.is_empty() { "" } else { "\n" });
                    self.blocks(rest);
                }
                blocks => self.blocks(blocks),
            }
            self.out.push_str("</li>\n");
        }
        self.out.push_str(&format!("</{tag}>\n"));
    }

    fn table(&mut self, alignments: &[Option<Align>], head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) {
        self.out.push_str("<table cellspacing=\"0\">\n");
        if head.iter().any(|cell| !cell.is_empty()) {
            self.out.push_str("<thead>");
            self.row("th", alignments, head);
            self.out.push_str("</thead>\n");
        }
        self.out.push_str("<tbody>");
        for row in rows {
            self.row("td", alignments, row);
        }
        self.out.push_str("</tbody></table>\n");
    }

    fn row(&mut self, tag: &str, alignments: &[Option<Align>], cells: &[Vec<Inline>]) {
        self.out.push_str("<tr>");
        for (cell, align) in cells.iter().zip(alignments.iter().copied().chain(std::iter::repeat(None))) {
            let align = match align {
                Some(Align::Center) => "center",
                Some(Align::Right) => "right",
                _ => "left",
            };
            self.out.push_str(&format!("<{tag} align=\"{align}\">"));
            self.inlines(cell);
            self.out.push_str(&format!("</{tag}>"));
        }
        self.out.push_str("</tr>\n");
    }

    fn inlines(&mut self, content: &[Inline]) {
        for inline in content {
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: &Inline) {
        match inline {
            Inline::Text(words) => text(&mut self.out, words),
            Inline::Code(code) => {
                self.out.push_str("<code>");
                text(&mut self.out, code);
                self.out.push_str("</code>");
            }
            Inline::Math(source) => {
                self.out.push_str("<span>");
                text(&mut self.out, &linear(source));
                self.out.push_str("</span>");
            }
            Inline::Emphasis(content) => self.within("em", content),
            Inline::Strong(content) => self.within("strong", content),
            Inline::Strike(content) => self.within("del", content),
            Inline::Link(address, content) => {
                let before = std::mem::take(&mut self.out);
                self.inlines(content);
                let label = std::mem::replace(&mut self.out, before);
                self.dialect.link(&mut self.out, address, &label);
            }
            Inline::Picture(picture) => self.picture(picture),
            Inline::Break => self.out.push_str("<br>\n"),
        }
    }

    fn within(&mut self, tag: &str, content: &[Inline]) {
        self.out.push_str(&format!("<{tag}>"));
        self.inlines(content);
        self.out.push_str(&format!("</{tag}>"));
    }

    /// A picture, not wider than there is room; mail programs that know no style sheets go by the attributes.
    fn picture(&mut self, picture: &Picture) {
        self.out.push_str("<img");
        attribute(&mut self.out, "src", &picture.src);
        attribute(&mut self.out, "alt", &picture.alt);
        let room = self.dialect.width();
        let width = picture.size.map_or(room, |(width, _)| width.min(room));
        self.out.push_str(&format!(" width=\"{width}\">"));
    }
}

/// Writes text.
pub(in crate::promote) fn text(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
}

/// Writes an attribute.
pub(in crate::promote) fn attribute(out: &mut String, name: &str, value: &str) {
    out.push_str(&format!(" {name}=\""));
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out.push('"');
}
