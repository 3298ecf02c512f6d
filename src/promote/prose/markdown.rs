//! Prose -> Markdown as 知乎 and other editors take it: no raw HTML, no footnotes, addresses with scheme and host.
//!
//! Invariant: what is text stays text; signs that Markdown knows are escaped.

use super::{Block, Inline, Picture, linear};
use crate::model::Align;

/// How formulas are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formulas {
    /// As LaTeX between `$$`, in text too: 知乎 reads no other.
    Dollars,
    /// In letters.
    Linear,
}

/// Writes prose.
#[must_use]
pub fn write(blocks: &[Block], formulas: Formulas) -> String {
    let text = Writer { formulas }.blocks(blocks);
    if text.is_empty() { text } else { text + "\n" }
}

struct Writer {
    formulas: Formulas,
}

impl Writer {
    fn blocks(&self, blocks: &[Block]) -> String {
        blocks.iter().map(|block| self.block(block)).collect::<Vec<_>>().join("\n\n")
    }

    fn block(&self, block: &Block) -> String {
        match block {
            Block::Paragraph(content) | Block::Small(content) => self.paragraph(content),
            Block::Heading(level, content) => {
                format!("{} {}", "#".repeat(usize::from((*level).clamp(1, 6))), self.inlines(content).replace('\n', " "))
            }
            Block::Code(lang, source) => {
                let fence = "`".repeat(longest_run(source, '`').max(2) + 1);
                format!("{fence}{lang}\n{}\n{fence}", source.trim_end_matches('\n'))
            }
            Block::Math(source) => match self.formulas {
                Formulas::Dollars => format!("$$\n{}\n$$", source.trim()),
                Formulas::Linear => escaped(&linear(source)),
            },
            Block::Quote(content) => quoted(&self.blocks(content)),
            Block::Note(title, content) => quoted(&format!("**{}**\n\n{}", escaped(title), self.blocks(content))),
            Block::List(first, items) => self.list(*first, items),
            Block::Table { alignments, head, rows } => self.table(alignments, head, rows),
            Block::Picture(picture, caption) => {
                let caption = self.inlines(caption);
                let picture = image(picture);
                if caption.is_empty() { picture } else { format!("{picture}\n\n{caption}") }
            }
            Block::Button(words, address) => format!("[{}]({})", escaped(words), destination(address)),
            Block::Rule => "---".to_owned(),
        }
    }

    /// A paragraph, of which the beginning is not to be taken for a list, heading or quotation.
    fn paragraph(&self, content: &[Inline]) -> String {
        let text = self.inlines(content);
        let digits = text.chars().take_while(char::is_ascii_digit).count();
        let numbered = (1..10).contains(&digits) && text[digits..].starts_with(['.', ')']);
        if numbered {
            let (number, rest) = text.split_at(digits);
            return format!("{number}\\{rest}");
        }
        if text.starts_with(['-', '+', '#', '>', '=']) { format!("\\{text}") } else { text }
    }

    fn list(&self, first: Option<u64>, items: &[Vec<Block>]) -> String {
        let mut out = Vec::new();
        for (item, number) in items.iter().zip(0_u64..) {
            let mark = first.map_or_else(|| "- ".to_owned(), |first| format!("{}. ", first.saturating_add(number)));
            let room = " ".repeat(mark.len());
            let tight = matches!(&item[..], [Block::Paragraph(_)] | [Block::Paragraph(_), Block::List(..)]);
            let text =
                if tight { item.iter().map(|block| self.block(block)).collect::<Vec<_>>().join("\n") } else { self.blocks(item) };
            let text: Vec<String> =
                text.lines().map(|line| if line.is_empty() { String::new() } else { format!("{room}{line}") }).collect();
            out.push(format!("{mark}{}", text.join("\n").trim_start()));
        }
        out.join("\n")
    }

    fn table(&self, alignments: &[Option<Align>], head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) -> String {
        let row = |cells: &[Vec<Inline>]| {
            let cells: Vec<String> = cells.iter().map(|cell| self.inlines(cell).replace('|', "\\|").replace('\n', " ")).collect();
            format!("| {} |", cells.join(" | "))
        };
        let marks: Vec<&str> = (0..head.len())
            .map(|at| match alignments.get(at).copied().flatten() {
                None => "---",
                Some(Align::Left) => ":---",
                Some(Align::Center) => ":---:",
                Some(Align::Right) => "---:",
            })
            .collect();
        let mut lines = vec![row(head), format!("| {} |", marks.join(" | "))];
        lines.extend(rows.iter().map(|cells| row(cells)));
        lines.join("\n")
    }

    fn inlines(&self, content: &[Inline]) -> String {
        content.iter().map(|inline| self.inline(inline)).collect::<String>().trim().to_owned()
    }

    fn inline(&self, inline: &Inline) -> String {
        match inline {
            Inline::Text(text) => escaped(text),
            Inline::Code(code) => {
                let fence = "`".repeat(longest_run(code, '`') + 1);
                let room = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
                format!("{fence}{room}{code}{room}{fence}")
            }
            Inline::Math(source) => match self.formulas {
                Formulas::Dollars => format!("$${}$$", source.trim()),
                Formulas::Linear => escaped(&linear(source)),
            },
            Inline::Emphasis(content) => self.marked("*", content),
            Inline::Strong(content) => self.marked("**", content),
            Inline::Strike(content) => self.marked("~~", content),
            Inline::Link(address, content) => {
                let text: String = content.iter().map(|inline| self.inline(inline)).collect();
                format!("[{text}]({})", destination(address))
            }
            Inline::Picture(picture) => image(picture),
            Inline::Break => "  \n".to_owned(),
        }
    }

    /// Marked text: white space at its ends stands outside, or the marks would not be read.
    fn marked(&self, mark: &str, content: &[Inline]) -> String {
        let text: String = content.iter().map(|inline| self.inline(inline)).collect();
        let inner = text.trim();
        if inner.is_empty() {
            return text;
        }
        let (before, after) = (&text[..text.len() - text.trim_start().len()], &text[text.trim_end().len()..]);
        format!("{before}{mark}{inner}{mark}{after}")
    }
}

fn image(picture: &Picture) -> String {
    format!("![{}]({})", escaped(&picture.alt), destination(&picture.src))
}

/// An address as it can stand between the brackets of a link.
fn destination(address: &str) -> String {
    address.replace(' ', "%20").replace('(', "%28").replace(')', "%29").replace('<', "%3C").replace('>', "%3E")
}

/// Text with the signs that Markdown reads escaped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '~' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn quoted(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { ">".to_owned() } else { format!("> {line}") }).collect::<Vec<_>>().join("\n")
}

fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(str::len).max().unwrap_or_default()
}
