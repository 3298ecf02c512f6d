//! Blocks to HTML.
//!
//! Invariant: every block ends with a line break, so that blocks stand on lines of their own.

use super::component::Written;
use super::{Writer, address};
use crate::model::{Align, Block, Inline, ListKind, text};

impl<'a> Writer<'a> {
    pub(super) fn blocks(&mut self, blocks: &'a [Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &'a Block) {
        match block {
            Block::Paragraph(content) => self.paragraph(content),
            Block::Plain(content) => {
                self.inlines(content);
                self.out.push('\n');
            }
            Block::Heading { level, id, classes, content } => self.heading(*level, (id, classes), content),
            Block::Code(code) => self.code(code),
            Block::Mermaid { source, span } => self.diagram(source, span),
            Block::Math { source, span } => self.display_math(source, span),
            Block::Quote(content) => {
                self.out.push_str("<blockquote>\n");
                self.blocks(content);
                self.out.push_str("</blockquote>\n");
            }
            Block::Alert(alert, content) => self.alert(alert.name(), content),
            Block::List(kind, items) => self.list(*kind, items),
            Block::Table { alignments, head, rows } => self.table(alignments, head, rows),
            Block::Definitions(entries) => self.definitions(entries),
            Block::Rule => self.out.push_str("<hr>\n"),
            Block::Html(parts) => {
                self.raw(parts);
                if !self.out.ends_with('\n') {
                    self.out.push('\n');
                }
            }
            // Collected at the end.
            Block::Footnote { .. } => {}
            Block::Component { name, args, body, span } => self.component(&Written { name, args, body, span }),
        }
    }

    /// A paragraph; a figure if it is one image with a title.
    fn paragraph(&mut self, content: &'a [Inline]) {
        if let [Inline::Image { link, title, alt }] = content
            && !title.trim().is_empty()
        {
            self.out.push_str("<figure>");
            self.image(self.link(*link), alt, "");
            self.out.push_str("<figcaption>");
            self.text(title);
            self.out.push_str("</figcaption></figure>\n");
            return;
        }
        self.out.push_str("<p>");
        self.inlines(content);
        self.out.push_str("</p>\n");
    }

    fn heading(&mut self, level: u8, (id, classes): (&str, &[Box<str>]), content: &'a [Inline]) {
        let level = self.heading_level(level);
        self.out.push_str(&format!("<h{level}"));
        if !id.is_empty() {
            self.attribute("id", id);
        }
        if !classes.is_empty() {
            self.attribute("class", &classes.join(" "));
        }
        self.out.push('>');
        self.inlines(content);
        if !id.is_empty() {
            let label = format!("{} {}", self.string("anchor"), text::inlines(content));
            self.out.push_str(" <a class=\"anchor\"");
            self.attribute("href", &address::fragment(id));
            self.attribute("aria-label", label.trim());
            self.out.push_str("></a>");
        }
        self.out.push_str(&format!("</h{level}>\n"));
    }

    /// The level of a heading on the page: one below the nearest heading before it that stands higher.
    pub(super) fn heading_level(&mut self, written: u8) -> usize {
        while self.open_headings.last().is_some_and(|open| *open >= written) {
            self.open_headings.pop();
        }
        self.open_headings.push(written);
        (self.open_headings.len() + 1).min(6)
    }

    /// An alert: a note to the text, not a landmark of the page.
    fn alert(&mut self, name: &str, content: &'a [Block]) {
        self.out.push_str(&format!("<aside class=\"alert {name}\" role=\"note\">\n<p class=\"alert-title\">"));
        let title = self.string(name).into_owned();
        self.text(&title);
        self.out.push_str("</p>\n");
        self.blocks(content);
        self.out.push_str("</aside>\n");
    }

    fn list(&mut self, kind: ListKind, items: &'a [Vec<Block>]) {
        let tag = match kind {
            ListKind::Bullets => "ul",
            ListKind::Numbers(_) => "ol",
        };
        self.out.push('<');
        self.out.push_str(tag);
        if let ListKind::Numbers(first) = kind
            && first != 1
        {
            self.attribute("start", &first.to_string());
        }
        self.out.push_str(">\n");
        for item in items {
            self.out.push_str(if is_task(item) { "<li class=\"task\">" } else { "<li>" });
            self.contained(item);
            self.out.push_str("</li>\n");
        }
        self.out.push_str(&format!("</{tag}>\n"));
    }

    /// The blocks of a list item, cell or definition: no line break after a lone line.
    fn contained(&mut self, blocks: &'a [Block]) {
        self.blocks(blocks);
        if self.out.ends_with('\n') {
            self.out.pop();
        }
    }

    /// A table in a box that scrolls, by keyboard too.
    fn table(&mut self, alignments: &[Option<Align>], head: &'a [Vec<Inline>], rows: &'a [Vec<Vec<Inline>>]) {
        self.out.push_str("<div class=\"table\" role=\"group\" tabindex=\"0\"");
        self.labelled("aria-label", "table");
        self.out.push_str(">\n<table>\n");
        if head.iter().any(|cell| !cell.is_empty()) {
            self.out.push_str("<thead>\n");
            self.row("th", alignments, head);
            self.out.push_str("</thead>\n");
        }
        if !rows.is_empty() {
            self.out.push_str("<tbody>\n");
            for row in rows {
                self.row("td", alignments, row);
            }
            self.out.push_str("</tbody>\n");
        }
        self.out.push_str("</table>\n</div>\n");
    }

    fn row(&mut self, tag: &str, alignments: &[Option<Align>], cells: &'a [Vec<Inline>]) {
        self.out.push_str("<tr>");
        let alignments = alignments.iter().copied().chain(std::iter::repeat(None));
        for (cell, align) in cells.iter().zip(alignments) {
            // A header without text heads nothing.
            let tag = if cell.is_empty() { "td" } else { tag };
            self.out.push_str(if tag == "th" { "<th scope=\"col\"" } else { "<td" });
            if let Some(align) = align {
                self.attribute("class", align_class(align));
            }
            self.out.push('>');
            self.inlines(cell);
            self.out.push_str(&format!("</{tag}>"));
        }
        self.out.push_str("</tr>\n");
    }

    fn definitions(&mut self, entries: &'a [(Vec<Inline>, Vec<Vec<Block>>)]) {
        self.out.push_str("<dl>\n");
        for (term, meanings) in entries {
            self.out.push_str("<dt>");
            self.inlines(term);
            self.out.push_str("</dt>\n");
            for meaning in meanings {
                self.out.push_str("<dd>");
                self.contained(meaning);
                self.out.push_str("</dd>\n");
            }
        }
        self.out.push_str("</dl>\n");
    }
}

fn is_task(item: &[Block]) -> bool {
    matches!(item.first(), Some(Block::Plain(content) | Block::Paragraph(content)) if matches!(content.first(), Some(Inline::Task { .. })))
}

const fn align_class(align: Align) -> &'static str {
    match align {
        Align::Left => "left",
        Align::Center => "center",
        Align::Right => "right",
    }
}
