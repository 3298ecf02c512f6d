//! Raw HTML while it is open: addresses become links, ids become anchors, and comments go (they may hold what nobody should read).
//!
//! What a policy may refuse is noted where it stands, and `style` attributes are set apart. Capitalised tags are handed to `components`.

use std::ops::Range;

use crate::diag::{Diag, code};
use crate::model::{Anchor, Block, Demand, HtmlPart, Inline, LinkKind, srcset};

use super::super::html::{self, Attribute, Kind as Piece, Token};
use super::inlines::Leaf;
use super::{Builder, demands};

/// The text of an HTML block, which may come in several lines with something between them.
pub(super) struct HtmlText {
    pub(super) text: String,
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
    pub(super) fn source(&self, range: &Range<usize>) -> Range<usize> {
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

    fn push(&mut self, part: HtmlPart) {
        if !self.raw.is_empty() {
            self.parts.push(HtmlPart::Raw(self.raw.as_str().into()));
            self.raw.clear();
        }
        self.parts.push(part);
    }

    fn take(&mut self) -> Vec<HtmlPart> {
        if !self.raw.is_empty() {
            self.parts.push(HtmlPart::Raw(self.raw.as_str().into()));
            self.raw.clear();
        }
        std::mem::take(&mut self.parts)
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
                for (kind, range) in demands::demands(name, attributes, &token.range) {
                    let span = self.span(html.source(&range));
                    self.markup.push(HtmlPart::Asks(Demand { kind, span }));
                }
                self.push_tag(html, &token.range, (name, attributes));
            }
            Piece::Text | Piece::Open { .. } | Piece::Close { .. } => self.markup.raw.push_str(raw),
        }
    }

    /// Adds an opening tag: local addresses as links, a `style` and the classes beside it as one.
    fn push_tag(&mut self, html: &HtmlText, range: &Range<usize>, (name, attributes): (&str, &[Attribute<'_>])) {
        let value = |wanted: &str| attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(wanted));
        let mut styled = value("style").map(Attribute::text).filter(|style| !style.trim().is_empty()).map(|style| {
            let class = value("class").map(Attribute::text).unwrap_or_default();
            HtmlPart::Styled { class: class.trim().into(), style: style.trim().into() }
        });
        self.styled |= styled.is_some();
        let has_style = styled.is_some();
        let mut from = range.start;
        for attribute in attributes {
            self.note_id(name, attribute, html);
            let is_style = attribute.name.eq_ignore_ascii_case("style");
            if is_style || has_style && attribute.name.eq_ignore_ascii_case("class") {
                self.markup.raw.push_str(&html.text[from..attribute.at]);
                if let Some(part) = styled.take() {
                    self.markup.push(part);
                }
                from = attribute.range.end;
            } else if is_set(name, attribute) {
                self.markup.raw.push_str(&html.text[from..attribute.range.start]);
                self.push_set(attribute, html);
                from = attribute.range.end;
            } else if let Some(kind) = address_kind(name, attribute) {
                self.markup.raw.push_str(&html.text[from..attribute.range.start]);
                let link = self.link(kind, &attribute.text(), html.source(&attribute.range));
                self.markup.push(HtmlPart::Address(link));
                from = attribute.range.end;
            }
        }
        self.markup.raw.push_str(&html.text[from..range.end]);
    }

    /// Adds the value of a `srcset`: its local addresses as links.
    fn push_set(&mut self, attribute: &Attribute<'_>, html: &HtmlText) {
        let value = attribute.text();
        let escaped = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;");
        let mut from = 0;
        self.markup.raw.push('"');
        for address in srcset::addresses(&value).into_iter().filter(|address| is_local(&value[address.clone()])) {
            self.markup.raw.push_str(&escaped(&value[from..address.start]));
            let link = self.link(LinkKind::Image, &value[address.clone()], html.source(&attribute.range));
            self.markup.push(HtmlPart::Candidate(link));
            from = address.end;
        }
        self.markup.raw.push_str(&escaped(&value[from..]));
        self.markup.raw.push('"');
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
}

fn as_text(part: &HtmlPart) -> Option<Inline> {
    match part {
        HtmlPart::Raw(raw) if !raw.trim().is_empty() => Some(Inline::Text(raw.trim_end_matches('\n').into())),
        _ => None,
    }
}

/// Whether an attribute holds the addresses of a picture in several sizes.
pub(super) fn is_set(tag: &str, attribute: &Attribute<'_>) -> bool {
    attribute.name.eq_ignore_ascii_case("srcset")
        && attribute.value.is_some()
        && ["img", "source"].iter().any(|known| tag.eq_ignore_ascii_case(known))
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
pub(super) fn is_local(address: &str) -> bool {
    let scheme = address.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')));
    !address.starts_with("//") && !scheme.is_some_and(|end| end > 0 && address[end..].starts_with(':'))
}
