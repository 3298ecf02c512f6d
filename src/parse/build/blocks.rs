//! Containers, tables and code blocks while they are open.

use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, Tag};

use crate::model::{Alert, Align, Anchor, Block, Code, Inline, ListKind};

use super::super::component::Call;
use super::super::fence;
use super::super::markdown::Footnote;
use super::Builder;

/// An open container.
pub(super) struct Frame {
    pub(super) kind: Kind,
    /// Where it begins in the text.
    pub(super) start: usize,
    /// What is in it so far.
    pub(super) blocks: Vec<Block>,
    /// Where each of the blocks begins; kept only for the document and for components, whose blocks may become the document's.
    pub(super) starts: Vec<usize>,
}

/// What an open container is.
pub(super) enum Kind {
    Root,
    Quote,
    Alert(Alert),
    List(ListKind, Vec<Vec<Block>>),
    Item,
    /// With the anchors that stand before it.
    Footnote(Box<str>, Vec<(usize, Anchor)>),
    Definitions(Vec<(Vec<Inline>, Vec<Vec<Block>>)>),
    Definition,
    Component(Call),
    /// Nested too deeply: its content goes to the container above.
    Flat,
}

impl Frame {
    pub(super) const fn root() -> Self {
        Self::new(Kind::Root, 0)
    }

    pub(super) const fn new(kind: Kind, start: usize) -> Self {
        Self { kind, start, blocks: Vec::new(), starts: Vec::new() }
    }

    const fn keeps_starts(&self) -> bool {
        matches!(self.kind, Kind::Root | Kind::Component(_))
    }
}

impl Kind {
    /// Whether a container is a level of its own: items and definitions come with the list they are in.
    const fn nests(&self) -> bool {
        !matches!(self, Self::Root | Self::Item | Self::Definition | Self::Flat)
    }
}

/// A table that is open.
pub(super) struct Table {
    alignments: Vec<Option<Align>>,
    start: usize,
    head: Option<Vec<Vec<Inline>>>,
    rows: Vec<Vec<Vec<Inline>>>,
    row: Vec<Vec<Inline>>,
}

impl Table {
    pub(super) fn new(alignments: &[Alignment], start: usize) -> Self {
        let alignments = alignments.iter().map(|alignment| match alignment {
            Alignment::None => None,
            Alignment::Left => Some(Align::Left),
            Alignment::Center => Some(Align::Center),
            Alignment::Right => Some(Align::Right),
        });
        Self { alignments: alignments.collect(), start, head: None, rows: Vec::new(), row: Vec::new() }
    }

    pub(super) fn push_cell(&mut self, cell: Vec<Inline>) {
        self.row.push(cell);
    }
}

impl Builder<'_> {
    /// Adds a finished block, which begins at `start`, to the innermost container.
    pub(super) fn push_block(&mut self, block: Block, start: usize) {
        if let Some(frame) = self.frames.last_mut() {
            if frame.keeps_starts() {
                frame.starts.push(start);
            }
            frame.blocks.push(block);
        }
    }

    pub(super) fn open_container(&mut self, tag: &Tag<'_>, start: usize) {
        let kind = match tag {
            Tag::BlockQuote(None) => Kind::Quote,
            Tag::BlockQuote(Some(alert)) => Kind::Alert(match alert {
                BlockQuoteKind::Note => Alert::Note,
                BlockQuoteKind::Tip => Alert::Tip,
                BlockQuoteKind::Important => Alert::Important,
                BlockQuoteKind::Warning => Alert::Warning,
                BlockQuoteKind::Caution => Alert::Caution,
            }),
            Tag::List(None) => Kind::List(ListKind::Bullets, Vec::new()),
            Tag::List(Some(first)) => Kind::List(ListKind::Numbers(*first), Vec::new()),
            Tag::Item => Kind::Item,
            Tag::FootnoteDefinition(label) => Kind::Footnote(Box::from(&**label), std::mem::take(&mut self.anchors)),
            Tag::DefinitionList => Kind::Definitions(Vec::new()),
            Tag::DefinitionListDefinition => Kind::Definition,
            _ => Kind::Flat,
        };
        self.open_frame(kind, start);
    }

    /// Opens a container, flat where it would nest too deeply. Footnotes are moved out and so may stand anywhere.
    pub(super) fn open_frame(&mut self, kind: Kind, start: usize) {
        let full = self.nested >= Block::DEEPEST;
        let above_is_flat = matches!(self.frames.last(), Some(Frame { kind: Kind::Flat, .. }));
        let flat = match &kind {
            Kind::Footnote(..) => false,
            Kind::Item | Kind::Definition => above_is_flat,
            kind => kind.nests() && full,
        };
        if flat {
            if !matches!(kind, Kind::Item | Kind::Definition) {
                self.report_depth(start);
            }
            self.frames.push(Frame::new(Kind::Flat, start));
        } else {
            self.nested += usize::from(kind.nests());
            self.frames.push(Frame::new(kind, start));
        }
    }

    /// Closes the innermost container, components that are open in it first.
    pub(super) fn close_container(&mut self) {
        self.dissolve_components();
        self.close_frame();
    }

    /// Closes the innermost frame.
    pub(super) fn close_frame(&mut self) {
        if self.frames.len() > 1
            && let Some(frame) = self.frames.pop()
        {
            self.nested -= usize::from(frame.kind.nests());
            self.take(frame);
        }
    }

    /// Gives a closed container to the one above it.
    fn take(&mut self, frame: Frame) {
        let Frame { kind, start, blocks, .. } = frame;
        let block = match kind {
            Kind::Quote => Block::Quote(blocks),
            Kind::Alert(alert) => Block::Alert(alert, blocks),
            Kind::List(list, items) => Block::List(list, items),
            Kind::Definitions(entries) => Block::Definitions(entries),
            Kind::Component(Call { name, args, span, .. }) => Block::Component { name, args, body: blocks, span },
            Kind::Footnote(label, before) => {
                let anchors = std::mem::replace(&mut self.anchors, before).into_iter().map(|(_, anchor)| anchor).collect();
                self.footnotes.push(Footnote { block: Block::Footnote { label, content: blocks }, anchors });
                return;
            }
            Kind::Item => match self.frames.last_mut() {
                Some(Frame { kind: Kind::List(_, items), .. }) => return items.push(blocks),
                _ => return self.spill(blocks, start),
            },
            Kind::Definition => match self.frames.last_mut() {
                Some(Frame { kind: Kind::Definitions(entries), .. }) => {
                    match entries.last_mut() {
                        Some((_, definitions)) => definitions.push(blocks),
                        None => entries.push((Vec::new(), vec![blocks])),
                    }
                    return;
                }
                _ => return self.spill(blocks, start),
            },
            Kind::Flat | Kind::Root => return self.spill(blocks, start),
        };
        self.push_block(block, start);
    }

    /// Puts blocks into the innermost container one by one.
    pub(super) fn spill(&mut self, blocks: Vec<Block>, start: usize) {
        for block in blocks {
            self.push_block(block, start);
        }
    }

    pub(super) fn close_row(&mut self) {
        let Some(table) = &mut self.table else { return };
        let row = std::mem::take(&mut table.row);
        match table.head {
            None => table.head = Some(row),
            Some(_) => table.rows.push(row),
        }
    }

    pub(super) fn close_table(&mut self) {
        let Some(Table { alignments, start, head, rows, .. }) = self.table.take() else { return };
        self.push_block(Block::Table { alignments, head: head.unwrap_or_default(), rows }, start);
    }

    pub(super) fn close_code(&mut self, range: Range<usize>) {
        let Some((info, start)) = self.code.take() else { return };
        let mut source = std::mem::take(&mut self.text);
        let span = self.span(range);
        let fence = info.map(|info| fence::read(&info)).unwrap_or_default();
        let block = match fence.lang.as_str() {
            "mermaid" => Block::Mermaid { source: source.into(), span },
            "math" => Block::Math { source: source.trim().into(), span },
            lang => {
                if lang == "rust" && self.place.in_book {
                    source = without_hidden_lines(&source);
                }
                let numbers = fence.numbers(self.place.options.line_numbers);
                let title = fence.title.map(Into::into);
                Block::Code(Code { lang: lang.into(), source: source.into(), title, numbers, marked: fence.marked, span })
            }
        };
        self.push_block(block, start);
    }
}

/// Drops the lines that mdBook hides in Rust code: those of which the first sign is a `#` by itself; `##` stands for `#`.
///
/// Source: mdBook's documentation, "Hiding code lines".
fn without_hidden_lines(code: &str) -> String {
    let mut shown = String::with_capacity(code.len());
    for line in code.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let indent = &line[..line.len() - trimmed.len()];
        match trimmed.strip_prefix('#') {
            Some(rest) if rest.starts_with('#') => {
                shown.push_str(indent);
                shown.push_str(rest);
            }
            Some(rest) if rest.trim_end().is_empty() || rest.starts_with(' ') => {}
            _ => shown.push_str(line),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_lines_as_mdbook_does() {
        let code = "# use std::io;\n#\n#[derive(Debug)]\n#![allow(x)]\n    # hidden\n    ## shown\nlet a = 1;\n";
        assert_eq!(without_hidden_lines(code), "#[derive(Debug)]\n#![allow(x)]\n    # shown\nlet a = 1;\n");
    }
}
