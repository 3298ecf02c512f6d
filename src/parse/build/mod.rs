//! pulldown-cmark's events -> blocks: two explicit stacks, one of open blocks and one of open inlines, so that no nesting of the
//! input is recursion here.
//!
//! `blocks` knows containers, `inlines` running text, `emphasis` its marks, `html` raw HTML, `components` capitalised tags. Invariant: at most [`Block::DEEPEST`] blocks and
//! as many inlines are nested in what comes out; deeper ones are opened flat, their content going to the one above.

mod blocks;
mod components;
mod demands;
mod emphasis;
mod html;
mod inlines;

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, RefDefs, Tag, TagEnd};

use crate::diag::{At, Diag, Span, code, nearest};
use crate::model::{Anchor, Block, LinkKind, LinkRef, RawLink};

use super::Place;
use super::markdown::{Flow, Footnote, Reading};
use super::slug::Slugs;
use super::source::Source;

use blocks::{Frame, Table};
use emphasis::Mark;
use html::{HtmlText, Markup};
use inlines::{Leaf, Run};

/// A document while it is built.
pub(super) struct Builder<'s> {
    source: &'s Source<'s>,
    place: Place<'s>,
    /// Open containers, the document first.
    frames: Vec<Frame>,
    /// How many of them count as nesting.
    nested: usize,
    /// The running text that is open, if any.
    leaf: Option<Leaf>,
    /// Open inlines of it.
    runs: Vec<Run>,
    /// Text that is not yet an inline; the code of a code block.
    text: String,
    /// A soft break that becomes a space unless Han follows, given the character before it.
    soft_break: Option<char>,
    /// The character before what comes next in the running text.
    last: Option<char>,
    table: Option<Table>,
    /// The HTML block that is open.
    html: Option<HtmlText>,
    /// The raw HTML that is put together.
    markup: Markup,
    /// The info string of the open code block; `None` in it for an indented one.
    code: Option<(Option<Box<str>>, usize)>,
    slugs: Slugs,
    links: Vec<RawLink>,
    /// Whether any tag has a `style`.
    styled: bool,
    anchors: Vec<(usize, Anchor)>,
    footnotes: Vec<Footnote>,
    paywall: Option<usize>,
    more: Option<usize>,
    /// Marks of emphasis in the open running text.
    marks: Vec<Mark>,
    misread: Vec<(usize, &'static str)>,
    too_deep: bool,
    diags: Vec<Diag>,
}

impl<'s> Builder<'s> {
    /// A document without anything in it.
    pub(super) fn new(source: &'s Source<'s>, place: Place<'s>) -> Self {
        Self {
            source,
            place,
            frames: vec![Frame::root()],
            nested: 0,
            leaf: None,
            runs: Vec::new(),
            text: String::new(),
            soft_break: None,
            last: None,
            table: None,
            html: None,
            markup: Markup::default(),
            code: None,
            slugs: Slugs::default(),
            links: Vec::new(),
            styled: false,
            anchors: Vec::new(),
            footnotes: Vec::new(),
            paywall: None,
            more: None,
            marks: Vec::new(),
            misread: Vec::new(),
            too_deep: false,
            diags: Vec::new(),
        }
    }

    /// Takes one event; `range` is where it stands in the text.
    pub(super) fn event(&mut self, event: Event<'_>, range: Range<usize>, definitions: &RefDefs<'_>) {
        match event {
            Event::Start(Tag::Link { link_type, dest_url, title, .. }) => {
                let form = self.link_form(link_type, &dest_url, &range, definitions);
                self.open_link(form, &dest_url, &title, range);
            }
            Event::Start(tag) => self.start(tag, range),
            Event::End(end) => self.end(end, range),
            Event::Text(text) if self.code.is_some() => self.text.push_str(&text),
            Event::Text(text) => {
                self.note_shortcodes(&text, range.start);
                self.note_text_marks(&range);
                self.push_text(&text, range.start);
            }
            Event::Code(code) => self.push_code(&code, range.start),
            Event::InlineMath(source) => self.push_math(&source, false, range),
            Event::DisplayMath(source) => self.push_math(&source, true, range),
            Event::Html(html) => self.push_html(&html, range.start),
            Event::InlineHtml(html) => self.inline_html(&html, range),
            Event::FootnoteReference(label) => self.push_footnote_reference(&label, range.start),
            Event::SoftBreak => self.push_soft_break(range.start),
            Event::HardBreak => self.push_hard_break(range.start),
            Event::Rule => {
                self.close_plain();
                self.push_block(Block::Rule, range.start);
            }
            Event::TaskListMarker(done) => self.push_task(done, range.start),
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {
                self.open_run(&tag, range);
            }
            Tag::Image { dest_url, title, .. } => self.open_image(&dest_url, &title, range),
            Tag::Paragraph => self.open_leaf(Leaf::Paragraph, range.start),
            Tag::Heading { .. } => self.open_heading(tag, range.start),
            Tag::TableCell => self.open_leaf(Leaf::Cell, range.start),
            Tag::DefinitionListTitle => self.open_leaf(Leaf::Term, range.start),
            Tag::CodeBlock(kind) => {
                self.close_plain();
                let info = match kind {
                    CodeBlockKind::Fenced(info) => Some(Box::from(&*info)),
                    CodeBlockKind::Indented => None,
                };
                self.code = Some((info, range.start));
            }
            Tag::HtmlBlock => {
                self.close_plain();
                self.html = Some(HtmlText::at(range.start));
            }
            Tag::Table(alignments) => {
                self.close_plain();
                self.table = Some(Table::new(&alignments, range.start));
            }
            // A link was opened by `event`, and a row needs nothing at its start.
            Tag::Link { .. } | Tag::TableHead | Tag::TableRow => {}
            Tag::BlockQuote(_)
            | Tag::List(_)
            | Tag::Item
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListDefinition
            | Tag::MetadataBlock(_) => {
                self.close_plain();
                self.open_container(&tag, range.start);
            }
        }
    }

    fn end(&mut self, end: TagEnd, range: Range<usize>) {
        match end {
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image => self.close_run(),
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::TableCell | TagEnd::DefinitionListTitle => self.close_leaf(),
            TagEnd::CodeBlock => self.close_code(range),
            TagEnd::HtmlBlock => self.close_html(),
            TagEnd::TableHead | TagEnd::TableRow => self.close_row(),
            TagEnd::Table => self.close_table(),
            TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListDefinition
            | TagEnd::MetadataBlock(_) => {
                self.close_plain();
                self.close_container();
            }
        }
    }

    /// The document, everything closed.
    pub(super) fn finish(mut self) -> Reading {
        self.close_plain();
        self.dissolve_components();
        let root = self.frames.pop().unwrap_or_else(Frame::root);
        let flow = Flow {
            blocks: root.blocks,
            starts: root.starts,
            footnotes: self.footnotes,
            links: self.links,
            styled: self.styled,
            anchors: self.anchors,
            paywall: self.paywall,
            more: self.more,
        };
        Reading { flow, diags: self.diags, misread: self.misread }
    }

    /// Makes a link.
    fn link(&mut self, kind: LinkKind, dest: &str, range: Range<usize>) -> LinkRef {
        let link = LinkRef(u32::try_from(self.links.len()).unwrap_or(u32::MAX));
        self.links.push(RawLink { kind, dest: dest.into(), span: self.source.span(range) });
        link
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.source.span(range)
    }

    /// Reports something about a range of the text.
    fn report(&mut self, diag: Diag, range: Range<usize>) {
        self.diags.push(diag.at(At::span(self.place.file, self.source.span(range))));
    }

    /// Says once that something is nested too deeply.
    fn report_depth(&mut self, start: usize) {
        if !self.too_deep {
            self.too_deep = true;
            let message = format!("text nested more than {} levels deep is shown at that level", Block::DEEPEST);
            let end = self.source.text()[start..].chars().next().map_or(start, |c| start + c.len_utf8());
            self.report(Diag::warning(&code::TOO_DEEP, message).hint("nest less"), start..end);
        }
    }

    /// Sets a mark of the author: `more` or `paywall`.
    fn mark(&mut self, comment: &str, range: Range<usize>) {
        let comment = comment.trim();
        let at = self.frames.first().map_or(0, |root| root.blocks.len());
        let nested = self.frames.len() > 1 || self.leaf.is_some() || !self.markup.is_blank();
        if comment.eq_ignore_ascii_case("more") {
            self.more.get_or_insert(at + usize::from(nested));
        } else if comment.eq_ignore_ascii_case("paywall") {
            if self.paywall.is_none() && nested {
                let message = "`<!-- paywall -->` stands inside another block: all of that block is treated as paid";
                let diag =
                    Diag::warning(&code::NESTED_PAYWALL, message).label("inside a list, quotation, component or paragraph");
                self.report(diag.hint("put it on a line of its own between blocks, empty lines around it"), range);
            }
            self.paywall.get_or_insert(at);
        } else if is_nearly_paywall(comment) {
            let written = comment.split_whitespace().collect::<Vec<_>>().join(" ");
            let diag = Diag::error(&code::MISSPELT_MARK, format!("`<!-- {written} -->` marks nothing"));
            self.report(diag.hint("did you mean `<!-- paywall -->`?"), range);
        }
    }
}

/// Whether a comment was meant to be the mark: one that is overlooked would give away what it should close.
fn is_nearly_paywall(comment: &str) -> bool {
    const LONGEST: usize = 12;
    let first = comment.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    if first.eq_ignore_ascii_case("paywall") || first.starts_with("付费墙") || first.starts_with("付費牆") {
        return true;
    }
    if comment.chars().count() > LONGEST {
        return false;
    }
    let letters: String = comment.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    matches!(letters.as_str(), "付费" | "付费墙" | "付費" | "付費牆") || nearest(&letters, ["paywall"]).is_some()
}
