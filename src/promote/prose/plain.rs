//! Prose -> plain text, its links numbered and listed at the end.

use super::{Block, Inline, linear, words};
use crate::model::text::width;

/// Addresses by number: each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References(Vec<String>);

impl References {
    /// The number of an address, from 1 on.
    pub fn number(&mut self, address: &str) -> usize {
        let known = self.0.iter().position(|other| other == address);
        known.unwrap_or_else(|| {
            self.0.push(address.to_owned());
            self.0.len() - 1
        }) + 1
    }

    /// The addresses in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.0.iter().map(String::as_str))
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Writes prose as plain text; `links` gets the addresses that it refers to.
pub fn write(blocks: &[Block], links: &mut References) -> String {
    let mut writer = Writer { links };
    let text = writer.blocks(blocks);
    if text.is_empty() { text } else { text + "\n" }
}

/// The list of addresses that stands at the end.
#[must_use]
pub fn references(links: &References) -> String {
    links.iter().map(|(number, address)| format!("[{number}] {address}\n")).collect()
}

struct Writer<'a> {
    links: &'a mut References,
}

impl Writer<'_> {
    fn blocks(&mut self, blocks: &[Block]) -> String {
        let parts: Vec<String> = blocks.iter().map(|block| self.block(block)).filter(|part| !part.is_empty()).collect();
        parts.join("\n\n")
    }

    fn block(&mut self, block: &Block) -> String {
        match block {
            Block::Paragraph(content) | Block::Small(content) => self.inlines(content),
            Block::Heading(level, content) => {
                let text = self.inlines(content);
                let line = if *level <= 1 { "=" } else { "-" };
                format!("{text}\n{}", line.repeat(width(&text).clamp(3, 72)))
            }
            Block::Code(_, source) => indented(source.trim_end(), "    "),
            Block::Math(source) => format!("    {}", linear(source)),
            Block::Quote(content) => indented(&self.blocks(content), "> "),
            Block::Note(title, content) => indented(&format!("{title}\n{}", self.blocks(content)), "> "),
            Block::List(first, items) => self.list(*first, items),
            Block::Table { head, rows, .. } => self.table(head, rows),
            Block::Picture(picture, caption) => {
                let caption = self.inlines(caption);
                let text = if caption.is_empty() { &picture.alt } else { &caption };
                if text.trim().is_empty() { String::new() } else { format!("[{text}]") }
            }
            Block::Button(words, address) => format!("{words}:\n{address}"),
            Block::Rule => "* * *".to_owned(),
        }
    }

    fn list(&mut self, first: Option<u64>, items: &[Vec<Block>]) -> String {
        let mut lines = Vec::new();
        for (item, number) in items.iter().zip(0_u64..) {
            let mark = first.map_or_else(|| "- ".to_owned(), |first| format!("{}. ", first.saturating_add(number)));
            let text = self.blocks(item);
            let text = indented(&text, &" ".repeat(mark.len()));
            lines.push(format!("{mark}{}", text.trim_start()));
        }
        lines.join("\n")
    }

    /// A table as a block for each row: a mail has no room for columns on a phone.
    fn table(&mut self, head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) -> String {
        let heads: Vec<String> = head.iter().map(|cell| self.inlines(cell)).collect();
        let row = |cells: Vec<String>| {
            let named = cells.into_iter().enumerate().filter(|(_, cell)| !cell.is_empty()).map(|(at, cell)| {
                match heads.get(at).filter(|head| !head.is_empty()) {
                    Some(head) => format!("{head}: {cell}"),
                    None => cell,
                }
            });
            format!("- {}", named.collect::<Vec<_>>().join("; "))
        };
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| self.inlines(cell)).collect()).collect();
        rows.into_iter().map(row).collect::<Vec<_>>().join("\n")
    }

    fn inlines(&mut self, content: &[Inline]) -> String {
        self.run(content).trim().to_owned()
    }

    fn run(&mut self, content: &[Inline]) -> String {
        let mut out = String::new();
        for inline in content {
            match inline {
                Inline::Text(_) | Inline::Code(_) | Inline::Math(_) => out.push_str(&words(std::slice::from_ref(inline))),
                Inline::Emphasis(content) | Inline::Strong(content) => out.push_str(&self.run(content)),
                Inline::Strike(content) => out.push_str(&format!("~{}~", self.inlines(content))),
                Inline::Link(address, content) => {
                    let text = self.inlines(content);
                    let number = self.links.number(address);
                    out.push_str(&if text == *address { text } else { format!("{text} [{number}]") });
                }
                Inline::Picture(picture) => out.push_str(&format!("[{}]", picture.alt)),
                Inline::Break => out.push('\n'),
            }
        }
        out
    }
}

fn indented(text: &str, by: &str) -> String {
    text.lines()
        .map(|line| if line.is_empty() { by.trim_end().to_owned() } else { format!("{by}{line}") })
        .collect::<Vec<_>>()
        .join("\n")
}
