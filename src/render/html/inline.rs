//! Parts of paragraphs to HTML.
//!
//! Invariant: no link is written within a link.

use super::{Writer, address};
use crate::diag::{At, Diag, Span, code};
use crate::model::{HtmlPart, Inline, Link, LinkRef, style_class, text};
use crate::render::math::Display;

/// Where Unicode's East Asian scripts begin: the block of CJK radicals.
const FIRST_HAN: char = '\u{2e80}';

impl<'a> Writer<'a> {
    pub(super) fn inlines(&mut self, content: &'a [Inline]) {
        for inline in content {
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: &'a Inline) {
        match inline {
            Inline::Text(text) => self.text(text),
            Inline::Code(code) => {
                self.out.push_str("<code>");
                self.text(code);
                self.out.push_str("</code>");
            }
            Inline::Math { source, display, span } => {
                self.math(source, if *display { Display::Block } else { Display::Inline }, span);
            }
            Inline::Emphasis(content) => self.emphasis(content),
            Inline::Strong(content) => self.wrapped("strong", content),
            Inline::Strike(content) => self.wrapped("del", content),
            Inline::Link { link, title, content } => self.anchor(self.link(*link), title, content),
            Inline::Image { link, title, alt } => {
                self.check_image(self.link(*link));
                self.image(self.link(*link), alt, title);
            }
            Inline::Html(parts) => self.raw(parts),
            Inline::FootnoteRef(label) => self.footnote_ref(label),
            Inline::Task { done } => self.task(*done),
            Inline::SoftBreak => self.out.push('\n'),
            Inline::HardBreak => self.out.push_str("<br>\n"),
        }
    }

    /// Emphasis. In a text in Han characters what holds none is marked: dots below are for those, italics for letters.
    fn emphasis(&mut self, content: &'a [Inline]) {
        let letters = self.cx.lang.is_han() && text::inlines(content).chars().all(|c| c < FIRST_HAN);
        self.out.push_str(if letters { "<em class=\"letters\">" } else { "<em>" });
        self.inlines(content);
        self.out.push_str("</em>");
    }

    fn wrapped(&mut self, tag: &str, content: &'a [Inline]) {
        self.out.push('<');
        self.out.push_str(tag);
        self.out.push('>');
        self.inlines(content);
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push('>');
    }

    /// A link; its text alone within another link, and in a span where it leads nowhere.
    fn anchor(&mut self, link: &Link, title: &str, content: &'a [Inline]) {
        if self.in_link {
            self.link_text(link, content);
            return;
        }
        let Some(href) = self.href(link) else {
            self.out.push_str("<span class=\"dead\">");
            self.link_text(link, content);
            self.out.push_str("</span>");
            return;
        };
        self.out.push_str("<a");
        self.attribute("href", &href);
        if !title.is_empty() {
            self.attribute("title", title);
        }
        if address::leaves(link) {
            self.out.push_str(" rel=\"noopener\"");
        }
        self.out.push('>');
        self.in_link = true;
        self.link_text(link, content);
        self.in_link = false;
        self.out.push_str("</a>");
    }

    fn link_text(&mut self, link: &Link, content: &'a [Inline]) {
        if content.is_empty() {
            let name = self.link_name(link);
            self.text(&name);
        } else {
            self.inlines(content);
        }
    }

    fn task(&mut self, done: bool) {
        self.out.push_str("<input type=\"checkbox\" disabled");
        if done {
            self.out.push_str(" checked");
        }
        self.labelled("aria-label", if done { "task-done" } else { "task-open" });
        self.out.push_str("> ");
    }

    /// Raw HTML with its addresses filled in. A dead address is written as the author did.
    pub(super) fn raw(&mut self, parts: &[HtmlPart]) {
        for part in parts {
            match part {
                HtmlPart::Raw(html) => self.out.push_str(html),
                HtmlPart::Styled { class, style } => {
                    let own = style_class(style);
                    let classes = if class.is_empty() { own } else { format!("{class} {own}") };
                    self.out.push_str("class=");
                    super::escape::quoted(&mut self.out, &classes);
                }
                HtmlPart::Asks(demand) => self.demand(demand),
                HtmlPart::Address(link) => {
                    let value = self.written(*link);
                    super::escape::quoted(&mut self.out, &value);
                }
                HtmlPart::Candidate(link) => {
                    // A comma at the end would end the candidate.
                    let value = self.written(*link);
                    let bare = value.trim_end_matches(',');
                    super::escape::within_quotes(&mut self.out, bare);
                    self.out.push_str(&"%2C".repeat(value.len() - bare.len()));
                }
            }
        }
    }

    /// An address in raw HTML; a dead one as the author wrote it.
    fn written(&self, link: LinkRef) -> String {
        let link = self.link(link);
        self.source(link).unwrap_or_else(|| self.link_name(link))
    }

    /// A formula; its source if it cannot be read.
    pub(super) fn math(&mut self, source: &str, display: Display, span: &Span) {
        match self.macros.render(source, display) {
            Ok(math) => self.out.push_str(&math),
            Err(error) => {
                self.out.push_str("<code class=\"math\">");
                self.text(source);
                self.out.push_str("</code>");
                self.diags.push(
                    Diag::warning(&code::BAD_MATH, format!("the formula cannot be read: {error}"))
                        .at(At::span(self.cx.file, span.clone()))
                        .hint("correct the LaTeX, or write `\\$` for a dollar sign"),
                );
            }
        }
    }
}
