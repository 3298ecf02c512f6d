//! Components while they are open: capitalised tags that open and close them, between blocks and in running text.
//!
//! A tag that does neither is shown as text, and warned about.

use std::ops::Range;

use crate::diag::{At, Diag, code};
use crate::model::{Arg, ArgValue, Block, Inline};

use super::super::component::{self, Call};
use super::super::html::{Attribute, Kind as Piece, Token};
use super::Builder;
use super::blocks::{Frame, Kind};
use super::html::HtmlText;

/// A component's tag in running text.
pub(super) struct ComponentTag {
    kind: TagKind,
    /// Where it stands in the text.
    pub(super) range: Range<usize>,
}

enum TagKind {
    Open(Call),
    Empty(Call),
    Close { name: Box<str>, written: Box<str> },
}

impl ComponentTag {
    pub(super) fn written(&self) -> &str {
        match &self.kind {
            TagKind::Open(call) | TagKind::Empty(call) => &call.written,
            TagKind::Close { written, .. } => written,
        }
    }
}

impl Builder<'_> {
    /// The component's tag that a token is, if it is one.
    pub(super) fn component_tag(&mut self, html: &HtmlText, token: &Token<'_>) -> Option<ComponentTag> {
        let (Piece::Open { name, .. } | Piece::Close { name }) = &token.kind else { return None };
        if !component::is_name(name) {
            return None;
        }
        let written: Box<str> = html.text[token.range.clone()].into();
        let range = html.source(&token.range);
        let kind = match &token.kind {
            Piece::Open { attributes, empty, .. } => {
                let args = self.arguments(attributes, html);
                let call = Call { name: (*name).into(), args, written, span: self.span(range.clone()) };
                if *empty { TagKind::Empty(call) } else { TagKind::Open(call) }
            }
            _ => TagKind::Close { name: (*name).into(), written },
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
    pub(super) fn take_tag(&mut self, tag: ComponentTag) {
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

    pub(super) fn report_stray(&mut self, written: &str, range: Range<usize>) {
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

fn stray_hint(written: &str) -> String {
    format!("write it as code: `{written}` between backticks; a component is closed by `/>` or by a tag of its own")
}
