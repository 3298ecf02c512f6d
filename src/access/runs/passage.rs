//! Blocks -> the texts in them: what runs on as a page shows it, what stands apart in attributes and sources, and phrases that say something alone.
//!
//! Everything that an author wrote is in one of them.

use crate::audit::{Locking, Reading, quoted, shown};
use crate::model::{ArgValue, Block, Body, HtmlPart, Inline, Link};

/// A text, or where one ends.
pub(super) enum Part<'a> {
    /// Text as it is.
    Text(&'a str),
    /// Markup.
    Markup(String),
    /// Text whose lines stand for themselves.
    Lines(&'a str),
    /// The end of a word.
    Gap,
    /// The end of a paragraph, or of what else may be shown alone.
    Border,
    /// The end of a text: what follows is shown elsewhere.
    Break,
}

/// The texts of a body.
#[derive(Default)]
pub(super) struct Passages<'a> {
    /// The running text.
    pub running: Vec<Part<'a>>,
    /// Texts apart from it.
    pub apart: Vec<Part<'a>>,
    /// Short texts: headings, captions, names.
    pub phrases: Vec<String>,
}

impl Part<'_> {
    /// Whether a comment begins in it.
    pub(super) fn has_comment(&self) -> bool {
        matches!(self, Self::Markup(markup) if markup.contains("<!--"))
    }

    /// The part without what stands in comments.
    pub(super) fn without_comments(&self) -> Part<'_> {
        let Part::Markup(markup) = self else {
            return match self {
                Part::Text(text) => Part::Text(text),
                Part::Lines(text) => Part::Lines(text),
                Part::Break => Part::Break,
                _ => Part::Gap,
            };
        };
        let mut rest = markup.split("<!--");
        let head = rest.next().unwrap_or_default().to_owned();
        Part::Markup(rest.filter_map(|comment| comment.split_once("-->")).fold(head, |text, (_, after)| text + " " + after))
    }

    pub(super) fn lock(&self, text: &mut Locking<'_>) {
        match self {
            Self::Text(part) => text.push(part),
            Self::Lines(part) => part.split('\n').for_each(|line| {
                text.push(line);
                text.border();
            }),
            Self::Markup(part) => text.markup(part),
            Self::Gap => text.gap(),
            Self::Border => text.border(),
            Self::Break => text.again(),
        }
    }

    pub(super) fn publish(&self, text: &mut Reading<'_>) {
        match self {
            Self::Text(part) | Self::Lines(part) => text.push(part),
            Self::Markup(part) => text.markup(part),
            Self::Gap | Self::Border => text.gap(),
            Self::Break => text.again(),
        }
    }
}

/// Parts as they are read: a text for each that runs on.
pub(super) fn written(parts: &[Part<'_>]) -> Vec<String> {
    let (mut texts, mut apart) = (vec![String::new()], Vec::new());
    for part in parts {
        match (part, texts.last_mut()) {
            (Part::Break, _) | (_, None) => texts.push(String::new()),
            (Part::Text(part) | Part::Lines(part), Some(text)) => text.push_str(part),
            (Part::Markup(part), Some(text)) => {
                text.push_str(&shown(part));
                apart.extend(quoted(part).map(str::to_owned));
            }
            (Part::Gap | Part::Border, Some(text)) => text.push(' '),
        }
    }
    texts.append(&mut apart);
    texts
}

/// The texts of a body.
pub(super) fn passages(body: &Body<Link>) -> Passages<'_> {
    let mut passages = Passages::default();
    passages.blocks(&body.blocks);
    passages
}

impl<'a> Passages<'a> {
    fn blocks(&mut self, blocks: &'a [Block]) {
        for block in blocks {
            self.block(block);
            self.running.push(Part::Border);
        }
    }

    fn block(&mut self, block: &'a Block) {
        match block {
            Block::Paragraph(content) | Block::Plain(content) => self.inlines(content),
            Block::Heading { id, content, .. } => {
                self.inlines(content);
                let text = crate::model::text::inlines(content);
                let letters =
                    |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
                // An id that was made of the heading says nothing else.
                if !letters(id).starts_with(&letters(&text)) {
                    self.phrases.push(id.to_string());
                }
                self.phrases.push(text);
            }
            Block::Code(code) => {
                self.running.push(Part::Lines(&code.source));
                self.aside(code.title.iter().map(|title| &**title));
            }
            Block::Mermaid { source, .. } | Block::Math { source, .. } => self.aside([&**source]),
            Block::Quote(content) | Block::Alert(_, content) => self.blocks(content),
            Block::List(_, items) => items.iter().for_each(|item| self.blocks(item)),
            Block::Table { head, rows, .. } => {
                for cell in head.iter().chain(rows.iter().flatten()) {
                    self.inlines(cell);
                    self.running.push(Part::Gap);
                }
            }
            Block::Definitions(entries) => {
                for (term, meanings) in entries {
                    self.inlines(term);
                    self.running.push(Part::Gap);
                    meanings.iter().for_each(|meaning| self.blocks(meaning));
                }
            }
            Block::Html(parts) => self.html(parts),
            Block::Footnote { label, content } => {
                self.aside([&**label]);
                self.running.push(Part::Break);
                self.blocks(content);
                self.running.push(Part::Break);
            }
            Block::Component { args, body, .. } => {
                self.aside(args.iter().filter_map(|arg| match &arg.value {
                    ArgValue::Text(text) => Some(&**text),
                    _ => None,
                }));
                self.blocks(body);
            }
            Block::Rule => {}
        }
    }

    fn inlines(&mut self, content: &'a [Inline]) {
        for inline in content {
            match inline {
                Inline::Text(text) | Inline::Code(text) => self.running.push(Part::Text(text)),
                Inline::Math { source, .. } => self.running.push(Part::Text(source)),
                Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Strike(inner) => self.inlines(inner),
                Inline::Link { title, content, .. } => {
                    self.aside([&**title]);
                    self.inlines(content);
                }
                Inline::Image { title, alt, .. } => self.aside([&**title, &**alt]),
                Inline::Html(parts) => self.html(parts),
                Inline::FootnoteRef(_) | Inline::Task { .. } => {}
                Inline::SoftBreak | Inline::HardBreak => self.running.push(Part::Gap),
            }
        }
    }

    /// Texts that stand apart, and may be phrases.
    fn aside(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        for text in texts {
            self.apart.push(Part::Text(text));
            self.phrases.push(text.to_owned());
        }
    }

    /// Raw HTML put together again: a tag may span several parts.
    fn html(&mut self, parts: &'a [HtmlPart]) {
        let written = |part: &HtmlPart| match part {
            HtmlPart::Raw(raw) => raw.to_string(),
            HtmlPart::Address(_) => "\"\"".to_owned(),
            HtmlPart::Styled { class, style } => format!(" class=\"{class}\" style=\"{}\"", style.replace('"', "'")),
            HtmlPart::Candidate(_) | HtmlPart::Asks(_) => String::new(),
        };
        self.running.push(Part::Markup(parts.iter().map(written).collect()));
    }
}
