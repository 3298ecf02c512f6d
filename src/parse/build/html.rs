//! Raw HTML and components while they are open.
//!
//! Addresses become links, ids become anchors, comments go (they may hold what nobody should read), capitalised tags open and close
//! components. A tag that does neither is shown as text, and warned about.

use std::ops::Range;

use crate::diag::{At, Diag, code};
use crate::model::{Anchor, Arg, ArgValue, Block, HtmlPart, Inline, LinkKind, LinkRef};

use super::super::component::{self, Call};
use super::super::html::{self, Attribute, Kind as Piece, Token};
use super::Builder;
use super::blocks::{Frame, Kind};
use super::inlines::Leaf;

/// The text of an HTML block, which may come in several lines with something between them.
pub(super) struct HtmlText {
    text: String,
    /// Where runs of it begin: in it, and in the source.
    runs: Vec<(usize, usize)>,
    start: usize,
}

impl HtmlText {
    pub(super) const fn at(start: usize) -> Self {
        Self { text: String::new(), runs: Vec::new(), start }
    }

    fn of(html: &str, start: usize) -> Self {
        Self { text: html.to_owned(), runs: vec![(0, start)], start }
    }

    /// Where a range of it stands in the source.
    fn source(&self, range: &Range<usize>) -> Range<usize> {
        let at = |position: usize| {
            let run = self.runs.partition_point(|(begin, _)| *begin <= position).saturating_sub(1);
            self.runs.get(run).map_or(self.start, |(begin, source)| source + (position - begin))
        };
        let start = at(range.start);
        let end = if range.end > range.start { at(range.end - 1) + 1 } else { start };
        start..end.max(start)
    }
}

/// Raw HTML that is put together.
#[derive(Default)]
pub(super) struct Markup {
    parts: Vec<HtmlPart>,
    raw: String,
}

impl Markup {
    pub(super) fn is_blank(&self) -> bool {
        self.parts.is_empty() && self.raw.trim().is_empty()
    }

    fn push_link(&mut self, link: LinkRef) {
        self.parts.push(HtmlPart::Raw(self.raw.as_str().into()));
        self.raw.clear();
        self.parts.push(HtmlPart::Address(link));
    }

    fn take(&mut self) -> Vec<HtmlPart> {
        if !self.raw.is_empty() {
            self.parts.push(HtmlPart::Raw(self.raw.as_str().into()));
            self.raw.clear();
        }
        std::mem::take(&mut self.parts)
    }
}

/// A component's tag in running text.
pub(super) struct ComponentTag {
    kind: TagKind,
    /// Where it stands in the text.
    range: Range<usize>,
}

enum TagKind {
    Open(Call),
    Empty(Call),
    Close { name: Box<str>, written: Box<str> },
}

impl ComponentTag {
    fn written(&self) -> &str {
        match &self.kind {
            TagKind::Open(call) | TagKind::Empty(call) => &call.written,
            TagKind::Close { written, .. } => written,
        }
    }
}

impl Builder<'_> {
    pub(super) fn push_html(&mut self, html: &str, start: usize) {
        if let Some(text) = &mut self.html {
            text.runs.push((text.text.len(), start));
            text.text.push_str(html);
        }
    }

    pub(super) fn close_html(&mut self) {
        let Some(html) = self.html.take() else { return };
        for token in html::tokens(&html.text) {
            if let Some(tag) = self.component_tag(&html, &token) {
                self.flush_html(html.start);
                self.take_tag(tag);
            } else {
                self.push_token(&html, &token);
            }
        }
        self.flush_html(html.start);
    }

    /// Makes a block of the raw HTML so far.
    fn flush_html(&mut self, start: usize) {
        let blank = self.markup.is_blank();
        let parts = self.markup.take();
        if blank {
            return;
        }
        if self.place.options.raw_html {
            self.push_block(Block::Html(parts), start);
        } else {
            self.push_paragraph(parts.iter().filter_map(as_text).collect(), start);
        }
    }

    pub(super) fn inline_html(&mut self, html: &str, range: Range<usize>) {
        self.ensure_leaf(range.start);
        let html = HtmlText::of(html, range.start);
        for token in html::tokens(&html.text) {
            match self.component_tag(&html, &token) {
                Some(tag) if self.runs.len() == 1 && matches!(self.leaf, Some(Leaf::Paragraph | Leaf::Plain)) => {
                    self.flush();
                    self.last = None;
                    if let Some(run) = self.runs.last_mut() {
                        run.tags.push((run.content.len(), tag));
                    }
                }
                Some(tag) => {
                    self.report_stray(tag.written(), tag.range.clone());
                    self.push_text(tag.written(), tag.range.start);
                }
                None => self.push_token(&html, &token),
            }
        }
        let parts = self.markup.take();
        if parts.is_empty() {
            return;
        }
        if self.place.options.raw_html {
            self.push_inline(Inline::Html(parts), range.start);
        } else {
            parts.iter().filter_map(as_text).for_each(|inline| self.push_inline(inline, range.start));
        }
    }

    /// Adds a token that is no component's tag to the raw HTML.
    fn push_token(&mut self, html: &HtmlText, token: &Token<'_>) {
        let raw = &html.text[token.range.clone()];
        match &token.kind {
            Piece::Comment { inner, closed } => {
                let range = html.source(&token.range);
                if !closed {
                    let diag = Diag::warning(&code::UNCLOSED_COMMENT, "no `-->` closes this comment: what follows is left out");
                    self.report(diag.hint("put `-->` where the comment ends"), range.start..range.start + 4);
                }
                self.mark(inner, range);
            }
            Piece::Open { name, attributes, .. } if self.place.options.raw_html => {
                let mut from = token.range.start;
                for attribute in attributes {
                    self.note_id(name, attribute, html);
                    if let Some(kind) = address_kind(name, attribute) {
                        self.markup.raw.push_str(&html.text[from..attribute.range.start]);
                        let link = self.link(kind, &attribute.text(), html.source(&attribute.range));
                        self.markup.push_link(link);
                        from = attribute.range.end;
                    }
                }
                self.markup.raw.push_str(&html.text[from..token.range.end]);
            }
            Piece::Text | Piece::Open { .. } | Piece::Close { .. } => self.markup.raw.push_str(raw),
        }
    }

    fn note_id(&mut self, tag: &str, attribute: &Attribute<'_>, html: &HtmlText) {
        let is_id = attribute.name.eq_ignore_ascii_case("id")
            || attribute.name.eq_ignore_ascii_case("name") && tag.eq_ignore_ascii_case("a");
        let id = attribute.text();
        if is_id && !id.is_empty() {
            let at = html.source(&attribute.range).start;
            self.anchors.push((at, Anchor { id: (*id).into(), heading: None }));
        }
    }

    /// The component's tag that a token is, if it is one.
    fn component_tag(&mut self, html: &HtmlText, token: &Token<'_>) -> Option<ComponentTag> {
        let written: Box<str> = html.text[token.range.clone()].into();
        let range = html.source(&token.range);
        let kind = match &token.kind {
            Piece::Open { name, attributes, empty } if component::is_name(name) => {
                let args = self.arguments(attributes, html);
                let call = Call { name: (*name).into(), args, written, span: self.span(range.clone()) };
                if *empty { TagKind::Empty(call) } else { TagKind::Open(call) }
            }
            Piece::Close { name } if component::is_name(name) => TagKind::Close { name: (*name).into(), written },
            _ => return None,
        };
        Some(ComponentTag { kind, range })
    }

    fn arguments(&mut self, attributes: &[Attribute<'_>], html: &HtmlText) -> Vec<Arg> {
        let mut args: Vec<Arg> = Vec::with_capacity(attributes.len());
        for attribute in attributes {
            let name = attribute.name;
            let value = match component::address_kind(name, attribute.value.unwrap_or_default()).filter(|_| attribute.quoted) {
                Some(kind) => Ok(ArgValue::Address(self.link(kind, &attribute.text(), html.source(&attribute.range)))),
                None => component::literal(attribute),
            };
            let problem = match value {
                Ok(_) if args.iter().any(|arg| *arg.name == *name) => format!("the argument `{name}` is given twice"),
                Ok(value) => {
                    args.push(Arg { name: name.into(), value });
                    continue;
                }
                Err(value) => format!("`{name}={value}` is no literal"),
            };
            let diag = Diag::error(&code::UNREADABLE_ARGUMENT, problem);
            let hint = format!("write `{name}=\"text\"`, `{name}={{3}}`, `{name}={{true}}` or `{name}`, once");
            self.report(diag.hint(hint), html.source(&attribute.range));
        }
        args
    }

    /// Opens, makes or closes a component between blocks.
    fn take_tag(&mut self, tag: ComponentTag) {
        let start = tag.range.start;
        match tag.kind {
            TagKind::Open(_) if self.nested >= Block::DEEPEST => {
                self.report_depth(start);
                self.show_stray(tag.written(), tag.range.clone());
            }
            TagKind::Open(call) => self.open_frame(Kind::Component(call), start),
            TagKind::Empty(Call { name, args, span, .. }) => {
                self.push_block(Block::Component { name, args, body: Vec::new(), span }, start);
            }
            TagKind::Close { name, written } => match self.open_components(&name) {
                Some(above) => {
                    (0..above).for_each(|_| self.dissolve());
                    self.close_frame();
                }
                None => self.show_stray(&written, tag.range),
            },
        }
    }

    /// How many components stand open above the innermost one of this name, with nothing else between.
    fn open_components(&self, name: &str) -> Option<usize> {
        let open = self.frames.iter().rev().map_while(|frame| match &frame.kind {
            Kind::Component(call) => Some(&*call.name),
            _ => None,
        });
        open.into_iter().position(|open| open == name)
    }

    /// Dissolves the components that nothing closed before their container ends.
    pub(super) fn dissolve_components(&mut self) {
        while matches!(self.frames.last(), Some(Frame { kind: Kind::Component(_), .. })) {
            self.dissolve();
        }
    }

    /// Shows the innermost component's tag as text, and what stands in it as if the tag were not there.
    fn dissolve(&mut self) {
        let Some(Frame { kind: Kind::Component(call), start, blocks, starts }) = self.frames.pop() else { return };
        self.nested -= 1;
        let message = format!("nothing closes `<{}>`; it is shown as text", call.name);
        let diag = Diag::warning(&code::STRAY_TAG, message).hint(stray_hint(&call.written));
        self.diags.push(diag.at(At::span(self.place.file, call.span)));
        self.push_block(Block::Paragraph(vec![Inline::Text(call.written)]), start);
        for (block, start) in blocks.into_iter().zip(starts) {
            self.push_block(block, start);
        }
    }

    fn show_stray(&mut self, written: &str, range: Range<usize>) {
        let start = range.start;
        self.report_stray(written, range);
        self.push_block(Block::Paragraph(vec![Inline::Text(written.into())]), start);
    }

    fn report_stray(&mut self, written: &str, range: Range<usize>) {
        let message = format!("`{written}` is no component here; it is shown as text");
        self.report(Diag::warning(&code::STRAY_TAG, message).hint(stray_hint(written)), range);
    }

    /// Closes running text that holds tags of components: it is parted at those that open or close one.
    pub(super) fn close_tagged(&mut self, content: Vec<Inline>, tags: Vec<(usize, ComponentTag)>, start: usize) {
        let only_tags = content.iter().all(is_blank);
        let paired = pairs(&tags);
        let mut rest = content.into_iter();
        let mut taken = 0;
        let mut run: Vec<Inline> = Vec::new();
        let mut inside = 0_usize;
        for ((index, tag), paired) in tags.into_iter().zip(paired) {
            run.extend(rest.by_ref().take(index - taken));
            taken = index;
            let closes_outer = matches!(&tag.kind, TagKind::Close { name, .. } if self.open_components(name).is_some());
            if only_tags || paired || closes_outer {
                self.push_part(&mut run, inside, start);
                match &tag.kind {
                    TagKind::Open(_) => inside += 1,
                    TagKind::Close { .. } => inside = inside.saturating_sub(1),
                    TagKind::Empty(_) => {}
                }
                self.take_tag(tag);
            } else {
                self.report_stray(tag.written(), tag.range.clone());
                run.push(Inline::Text(tag.written().into()));
            }
        }
        run.extend(rest);
        self.push_part(&mut run, inside, start);
    }

    /// Adds a part of a paragraph: a paragraph, or plain text within a component's tags.
    fn push_part(&mut self, run: &mut Vec<Inline>, inside: usize, start: usize) {
        let mut part = std::mem::take(run);
        while part.last().is_some_and(is_blank) {
            part.pop();
        }
        let blank = part.iter().take_while(|inline| is_blank(inline)).count();
        part.drain(..blank);
        if let Some(Inline::Text(text)) = part.first_mut() {
            *text = text.trim_start().into();
        }
        if let Some(Inline::Text(text)) = part.last_mut() {
            *text = text.trim_end().into();
        }
        if inside > 0 { self.push_plain(part, start) } else { self.push_paragraph(part, start) }
    }
}

/// Which tags of a paragraph open and close each other, or stand by themselves.
fn pairs(tags: &[(usize, ComponentTag)]) -> Vec<bool> {
    let mut paired = vec![false; tags.len()];
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (index, (_, tag)) in tags.iter().enumerate() {
        match &tag.kind {
            TagKind::Empty(_) => paired[index] = true,
            // Deeper than blocks may nest, nothing is opened any more.
            TagKind::Open(call) if open.len() < Block::DEEPEST => open.push((index, &call.name)),
            TagKind::Open(_) => {}
            TagKind::Close { name, .. } => {
                if let Some(at) = open.iter().rposition(|(_, opened)| *opened == &**name) {
                    (paired[open[at].0], paired[index]) = (true, true);
                    open.truncate(at);
                }
            }
        }
    }
    paired
}

fn is_blank(inline: &Inline) -> bool {
    match inline {
        Inline::Text(text) => text.trim().is_empty(),
        Inline::SoftBreak | Inline::HardBreak => true,
        _ => false,
    }
}

fn as_text(part: &HtmlPart) -> Option<Inline> {
    match part {
        HtmlPart::Raw(raw) if !raw.trim().is_empty() => Some(Inline::Text(raw.trim_end_matches('\n').into())),
        _ => None,
    }
}

fn stray_hint(written: &str) -> String {
    format!("write it as code: `{written}` between backticks; a component is closed by `/>` or by a tag of its own")
}

/// The kind of link that an attribute of an HTML element is, if its value is an address within the site.
fn address_kind(tag: &str, attribute: &Attribute<'_>) -> Option<LinkKind> {
    let is = |name: &str, wanted: &str| name.eq_ignore_ascii_case(wanted);
    let value = attribute.value?;
    if value.is_empty() || !is_local(value) {
        return None;
    }
    if is(attribute.name, "href") {
        return match tag {
            tag if is(tag, "a") || is(tag, "area") => Some(LinkKind::Anchor),
            tag if is(tag, "link") => Some(LinkKind::Media),
            _ => None,
        };
    }
    if is(attribute.name, "src") {
        return Some(if is(tag, "img") { LinkKind::Image } else { LinkKind::Media });
    }
    is(attribute.name, "poster").then_some(LinkKind::Media)
}

/// Whether an address has neither scheme nor host.
fn is_local(address: &str) -> bool {
    let scheme = address.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')));
    !address.starts_with("//") && !scheme.is_some_and(|end| end > 0 && address[end..].starts_with(':'))
}
