//! Running text while it is open: paragraphs, headings, cells, and the inlines in them.

use std::ops::Range;

use pulldown_cmark::{LinkType, RefDefs, Tag};

use crate::diag::{Diag, code};
use crate::model::{Anchor, Block, Inline, LinkKind, LinkRef};

use super::super::shortcode::{self, Shortcode};
use super::super::text;
use super::Builder;
use super::blocks::{Frame, Kind};
use super::components::ComponentTag;

/// What is put before a sign that was misread.
const ESCAPE: &str = "\\";

/// What the open running text will be.
pub(super) enum Leaf {
    Paragraph,
    /// Text of a tight list item, opened by the first inline.
    Plain,
    /// A heading.
    Heading {
        level: u8,
        /// The id that the author gave.
        id: Option<Box<str>>,
        classes: Vec<Box<str>>,
        /// Text to add at its end.
        tail: String,
    },
    Cell,
    Term,
}

/// Inlines that are open: the leaf's own first.
pub(super) struct Run {
    pub(super) kind: RunKind,
    /// Where it begins in the text.
    pub(super) start: usize,
    pub(super) content: Vec<Inline>,
    /// Tags of components in it, each before the inline of this number; only a paragraph's own run has any.
    pub(super) tags: Vec<(usize, ComponentTag)>,
}

/// What an open run will be.
pub(super) enum RunKind {
    Leaf,
    Emphasis,
    Strong,
    Strike,
    Link {
        link: LinkRef,
        title: Box<str>,
        /// Whether it is a wiki link without a label.
        bare: bool,
    },
    Image {
        link: LinkRef,
        title: Box<str>,
    },
    /// Nested too deeply: its content goes to the run above.
    Flat,
}

impl Run {
    const fn new(kind: RunKind, start: usize) -> Self {
        Self { kind, start, content: Vec::new(), tags: Vec::new() }
    }
}

/// How a link is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkForm {
    /// In any of CommonMark's forms but the next.
    Common,
    /// `<name@example.org>`.
    Email,
    /// `[[target|label]]`.
    Wiki,
    /// `[[target]]`.
    BareWiki,
}

impl Builder<'_> {
    pub(super) fn open_leaf(&mut self, leaf: Leaf, start: usize) {
        self.close_plain();
        self.leaf = Some(leaf);
        self.runs.push(Run::new(RunKind::Leaf, start));
        self.last = None;
        self.soft_break = None;
    }

    /// Opens a heading. Attributes that are neither id nor class were no attributes: `## 模板 {变量}`.
    pub(super) fn open_heading(&mut self, tag: Tag<'_>, start: usize) {
        let Tag::Heading { level, id, classes, attrs } = tag else { return };
        let mut tail = String::new();
        if id.is_none() && classes.is_empty() {
            for (name, value) in &attrs {
                tail.push_str(if tail.is_empty() { " {" } else { " " });
                tail.push_str(name);
                if let Some(value) = value {
                    tail.push('=');
                    tail.push_str(value);
                }
            }
            if !tail.is_empty() {
                tail.push('}');
            }
        }
        let classes = classes.iter().map(|class| Box::from(&**class)).collect();
        self.open_leaf(Leaf::Heading { level: level as u8, id: id.as_deref().map(Box::from), classes, tail }, start);
    }

    /// Makes sure that running text is open: in a tight list item the first inline opens it.
    pub(super) fn ensure_leaf(&mut self, start: usize) {
        if self.leaf.is_none() {
            self.open_leaf(Leaf::Plain, start);
        }
    }

    /// Closes the text of a tight list item before a block or the item's end.
    pub(super) fn close_plain(&mut self) {
        if matches!(self.leaf, Some(Leaf::Plain)) {
            self.close_leaf();
        }
    }

    /// Moves pending text to the innermost run.
    pub(super) fn flush(&mut self) {
        if !self.text.is_empty() {
            let text = Inline::Text(self.text.as_str().into());
            self.text.clear();
            self.add(text);
        }
        if self.soft_break.take().is_some() {
            self.add(Inline::SoftBreak);
        }
    }

    fn add(&mut self, inline: Inline) {
        if let Some(run) = self.runs.last_mut() {
            run.content.push(inline);
        }
    }

    /// Adds an inline that is not text.
    pub(super) fn push_inline(&mut self, inline: Inline, start: usize) {
        self.ensure_leaf(start);
        self.flush();
        self.add(inline);
        self.last = None;
    }

    pub(super) fn push_text(&mut self, text: &str, start: usize) {
        self.ensure_leaf(start);
        let Some(first) = text.chars().next() else { return };
        if let Some(before) = self.soft_break {
            if text::joins(before, first) {
                self.soft_break = None;
            } else {
                self.flush();
            }
        } else if self.text.is_empty() {
            self.join_runs(first);
        }
        self.text.push_str(text);
        self.last = text.chars().next_back();
    }

    /// Tells of the shortcodes that begin in a text, which stands at `start`: they stay as they are.
    pub(super) fn note_shortcodes(&mut self, text: &str, start: usize) {
        if !text.contains('{') {
            return;
        }
        let source = self.source.text();
        for (at, _) in text.match_indices("{{").chain(text.match_indices("{%")) {
            // The source goes on where Markdown parts a text.
            let begin = start + at;
            let Some(Shortcode { name, len }) = source.get(begin..).and_then(shortcode::read) else { continue };
            let diag = Diag::warning(&code::SHORTCODE, format!("the shortcode `{name}` is shown as text"));
            let hint = "write a component, as `<Video src=\"…\" />`, or put it between backticks if it is meant as text";
            self.report(diag.hint(hint), begin..begin + len);
        }
    }

    /// Takes back a soft break before emphasised text or a link, if it stands between two Han characters.
    ///
    /// Links in lines of their own are a list of links: they stay apart.
    fn join_runs(&mut self, first: char) {
        if !self.last.is_some_and(|before| text::joins(before, first)) {
            return;
        }
        let in_link = self.runs.iter().any(|run| matches!(run.kind, RunKind::Link { .. }));
        let Some(run) = self.runs.iter_mut().rev().find(|run| !run.content.is_empty()) else { return };
        match &run.content[..] {
            [.., Inline::Link { .. }, Inline::SoftBreak] if in_link => {}
            [.., Inline::SoftBreak] => drop(run.content.pop()),
            _ => {}
        }
    }

    pub(super) fn push_soft_break(&mut self, start: usize) {
        self.ensure_leaf(start);
        match self.last {
            Some(before) => self.soft_break = Some(before),
            None => {
                self.flush();
                self.add(Inline::SoftBreak);
            }
        }
    }

    pub(super) fn push_hard_break(&mut self, start: usize) {
        self.push_inline(Inline::HardBreak, start);
    }

    pub(super) fn push_code(&mut self, code: &str, start: usize) {
        self.push_inline(Inline::Code(code.into()), start);
    }

    pub(super) fn push_task(&mut self, done: bool, start: usize) {
        self.push_inline(Inline::Task { done }, start);
    }

    pub(super) fn push_footnote_reference(&mut self, label: &str, start: usize) {
        self.push_inline(Inline::FootnoteRef(label.into()), start);
    }

    /// Adds a formula. A closing `$` before a digit closes none: `花了$5和$6` (Pandoc's rule).
    pub(super) fn push_math(&mut self, source: &str, display: bool, range: Range<usize>) {
        if !display && self.source.text().as_bytes().get(range.end).is_some_and(u8::is_ascii_digit) {
            self.misread.extend([(range.start, ESCAPE), (range.end - 1, ESCAPE)]);
            return self.push_text(source, range.start);
        }
        let start = range.start;
        let span = self.span(range);
        self.push_inline(Inline::Math { source: source.into(), display, span }, start);
    }

    /// How a link is to be taken; one that is no wiki link after all is noted as misread.
    pub(super) fn link_form(&mut self, kind: LinkType, dest: &str, range: &Range<usize>, definitions: &RefDefs<'_>) -> LinkForm {
        let has_pothole = match kind {
            LinkType::WikiLink { has_pothole } => has_pothole,
            LinkType::Email => return LinkForm::Email,
            _ => return LinkForm::Common,
        };
        if dest.contains("](") {
            // `[[a](url), [b](url)]`: links between brackets.
            self.misread.push((range.start, ESCAPE));
        } else if matches!(self.source.text().as_bytes().get(range.end), Some(b'(' | b'[')) {
            // `[[1]](url)`: a link whose text is in brackets.
            self.misread.extend([(range.start + 1, ESCAPE), (range.end.saturating_sub(2), ESCAPE)]);
        } else if !has_pothole && definitions.get(dest).is_some() {
            // `[[1]]` with `[1]: url`: a link between brackets.
            self.misread.extend([(range.start, ESCAPE), (range.end.saturating_sub(1), ESCAPE)]);
        }
        if has_pothole { LinkForm::Wiki } else { LinkForm::BareWiki }
    }

    pub(super) fn open_link(&mut self, form: LinkForm, dest: &str, title: &str, range: Range<usize>) {
        let start = range.start;
        let link = match form {
            LinkForm::Wiki | LinkForm::BareWiki => self.link(LinkKind::Wiki, dest, range),
            LinkForm::Email => self.link(LinkKind::Anchor, &format!("mailto:{dest}"), range),
            LinkForm::Common => self.link(LinkKind::Anchor, dest, range),
        };
        let bare = form == LinkForm::BareWiki;
        self.push_run(RunKind::Link { link, title: title.into(), bare }, start);
    }

    pub(super) fn open_image(&mut self, dest: &str, title: &str, range: Range<usize>) {
        let start = range.start;
        let link = self.link(LinkKind::Image, dest, range);
        self.push_run(RunKind::Image { link, title: title.into() }, start);
    }

    pub(super) fn open_run(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        let (kind, length) = match tag {
            Tag::Emphasis => (RunKind::Emphasis, 1),
            Tag::Strong => (RunKind::Strong, 2),
            // One tilde strikes through as two do.
            Tag::Strikethrough => (RunKind::Strike, if self.source.text()[range.start..].starts_with("~~") { 2 } else { 1 }),
            _ => (RunKind::Flat, 1),
        };
        self.note_read_marks(&range, length);
        self.push_run(kind, range.start);
    }

    fn push_run(&mut self, kind: RunKind, start: usize) {
        self.ensure_leaf(start);
        self.flush();
        let kind = if self.runs.len() > Block::DEEPEST {
            self.report_depth(start);
            RunKind::Flat
        } else {
            kind
        };
        self.runs.push(Run::new(kind, start));
    }

    pub(super) fn close_run(&mut self) {
        self.flush();
        if self.runs.len() < 2 {
            return;
        }
        let Some(Run { kind, content, .. }) = self.runs.pop() else { return };
        let inline = match kind {
            RunKind::Emphasis => Inline::Emphasis(content),
            RunKind::Strong => Inline::Strong(content),
            RunKind::Strike => Inline::Strike(content),
            RunKind::Link { link, title, bare } => Inline::Link { link, title, content: if bare { Vec::new() } else { content } },
            RunKind::Image { link, title } => {
                self.last = None;
                Inline::Image { link, title, alt: text::plain(&content, &self.links).into() }
            }
            RunKind::Flat | RunKind::Leaf => {
                if let Some(run) = self.runs.last_mut() {
                    run.content.extend(content);
                }
                return;
            }
        };
        self.add(inline);
    }

    pub(super) fn close_leaf(&mut self) {
        self.soft_break = None;
        while self.runs.len() > 1 {
            self.close_run();
        }
        self.flush();
        self.pair_marks();
        let (Some(leaf), Some(run)) = (self.leaf.take(), self.runs.pop()) else { return };
        let Run { start, content, tags, .. } = run;
        match leaf {
            Leaf::Paragraph if tags.is_empty() => self.push_paragraph(content, start),
            Leaf::Plain if tags.is_empty() => self.push_plain(content, start),
            Leaf::Paragraph | Leaf::Plain => self.close_tagged(content, tags, start),
            Leaf::Heading { level, id, classes, tail } => {
                let mut content = content;
                if !tail.is_empty() {
                    content.push(Inline::Text(tail.into()));
                }
                self.push_heading((level, id), classes, content, start);
            }
            Leaf::Cell => {
                if let Some(table) = &mut self.table {
                    table.push_cell(content);
                }
            }
            Leaf::Term => match self.frames.last_mut() {
                Some(Frame { kind: Kind::Definitions(entries), .. }) => entries.push((content, Vec::new())),
                _ => self.push_plain(content, start),
            },
        }
    }

    /// Adds a paragraph; one that is a formula only is a formula on its own.
    pub(super) fn push_paragraph(&mut self, mut content: Vec<Inline>, start: usize) {
        let block = match (content.pop(), content.is_empty()) {
            (None, _) => return,
            (Some(Inline::Math { source, display: true, span }), true) => Block::Math { source: source.trim().into(), span },
            (Some(last), _) => {
                content.push(last);
                Block::Paragraph(content)
            }
        };
        self.push_block(block, start);
    }

    pub(super) fn push_plain(&mut self, content: Vec<Inline>, start: usize) {
        if !content.is_empty() {
            self.push_block(Block::Plain(content), start);
        }
    }

    fn push_heading(&mut self, (level, id): (u8, Option<Box<str>>), classes: Vec<Box<str>>, content: Vec<Inline>, start: usize) {
        let text = text::plain(&content, &self.links);
        let id = match id {
            None => self.slugs.make(&text),
            Some(written) => self.slugs.claim(&written).unwrap_or_else(|other| {
                let message = format!("the heading id `{written}` is given twice; this one is published as `{other}`");
                let end = start + self.source.text()[start..].lines().next().map_or(0, str::len);
                self.report(Diag::warning(&code::DUPLICATE_ANCHOR, message).hint("give it another `{#id}`"), start..end);
                other
            }),
        };
        self.anchors.push((start, Anchor { id: id.clone(), heading: Some((level, text.trim().into())) }));
        self.push_block(Block::Heading { level, id, classes, content }, start);
    }
}
