//! `SUMMARY.md` -> [`Summary`]: a book's chapters as mdBook, GitBook and HonKit list them.
//!
//! Prefix chapters, a numbered and nested list, suffix chapters, part titles, rules and drafts. Which files there are is not asked here.
//! Source: <https://rust-lang.github.io/mdBook/format/summary.html>.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::diag::{At, Diag, Noted, Span, code};
use crate::id::SourcePath;
use crate::model::Block;

use super::front;
use super::source::Source;

/// A book's list of chapters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The `SUMMARY.md`.
    pub path: SourcePath,
    /// Its first heading, if that stands before all chapters.
    pub title: Option<String>,
    /// What it lists, in order.
    pub items: Vec<SummaryItem>,
}

/// A line of a summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SummaryItem {
    /// A chapter.
    Chapter(Chapter),
    /// The title of the chapters that follow.
    Part(String),
    /// A rule between chapters.
    Separator,
}

/// A chapter and those below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Its title.
    pub title: String,
    /// Its file as written, relative to the summary's folder; `None` for a draft.
    pub dest: Option<Box<str>>,
    /// Where it is listed.
    pub span: Span,
    /// Whether it counts: chapters in the list do, those before and after it do not.
    pub numbered: bool,
    /// Chapters below it; nested at most [`Block::DEEPEST`] deep.
    pub children: Vec<Chapter>,
}

/// Reads a summary.
pub(super) fn read(path: &SourcePath, text: &str) -> Noted<Summary> {
    let body = front::skip(text);
    let source = Source::slice(text, body);
    let summary = Summary { path: path.clone(), title: None, items: Vec::new() };
    let mut reader =
        Reader { source: &source, summary, open: Vec::new(), lists: 0, words: None, is_link: false, diags: Vec::new() };
    for (event, range) in Parser::new_ext(source.text(), Options::empty()).into_offset_iter() {
        reader.event(event, range);
    }
    let Reader { summary, mut diags, .. } = reader;
    if !summary.items.iter().any(|item| matches!(item, SummaryItem::Chapter(_))) {
        let diag = Diag::warning(&code::EMPTY_SUMMARY, format!("`{path}` lists no chapter")).at(At::file(path));
        diags.push(diag.hint("list the chapters as `- [Title](chapter.md)`"));
    }
    Noted::new(summary, diags)
}

/// A summary while it is read.
struct Reader<'a> {
    source: &'a Source<'a>,
    summary: Summary,
    /// Chapters whose list items are open, outermost first.
    open: Vec<Chapter>,
    /// How many lists are open.
    lists: usize,
    /// The text of the open heading or link.
    words: Option<String>,
    /// Whether that text is a link's.
    is_link: bool,
    diags: Vec<Diag>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Heading { .. }) => self.words = Some(String::new()),
            Event::End(TagEnd::Heading(level)) => self.heading(level),
            Event::Start(Tag::List(_)) => self.lists += 1,
            Event::End(TagEnd::List(_)) => self.lists = self.lists.saturating_sub(1),
            Event::Start(Tag::Item) => self.open.push(self.chapter(None, range)),
            Event::End(TagEnd::Item) => self.close_item(),
            Event::Start(Tag::Link { dest_url, .. }) if self.words.is_none() => {
                let dest = Some(&*dest_url).filter(|dest| !dest.is_empty()).map(Box::from);
                let chapter = self.chapter(dest, range);
                match self.open.last_mut() {
                    // Only the first link of an item is the chapter.
                    Some(item) if item.dest.is_none() && item.title.trim().is_empty() => {
                        (item.dest, item.span, item.title) = (chapter.dest, chapter.span, String::new());
                    }
                    Some(_) => return,
                    None => self.open.push(chapter),
                }
                (self.words, self.is_link) = (Some(String::new()), true);
            }
            Event::End(TagEnd::Link) if self.is_link => self.close_link(),
            Event::Text(text) | Event::Code(text) => self.text(&text),
            Event::SoftBreak | Event::HardBreak => self.text(" "),
            Event::Rule if self.open.is_empty() => self.summary.items.push(SummaryItem::Separator),
            _ => {}
        }
    }

    fn chapter(&self, dest: Option<Box<str>>, range: Range<usize>) -> Chapter {
        let line = self.source.text()[range.clone()].lines().next().map_or(0, |line| line.trim_end().len());
        let end = range.end.min(range.start + line);
        let span = self.source.span(range.start..end);
        Chapter { title: String::new(), dest, span, numbered: self.lists > 0, children: Vec::new() }
    }

    /// Text of a heading or link; else, in a list item, the title of a chapter without a link: a draft.
    fn text(&mut self, text: &str) {
        match (&mut self.words, self.open.last_mut()) {
            (Some(words), _) => words.push_str(text),
            (None, Some(item)) if item.dest.is_none() => item.title.push_str(text),
            _ => {}
        }
    }

    fn heading(&mut self, level: HeadingLevel) {
        let Some(words) = self.words.take().filter(|words| !words.trim().is_empty()) else { return };
        let title = words.trim().to_owned();
        if self.summary.items.is_empty() && self.summary.title.is_none() && level == HeadingLevel::H1 {
            self.summary.title = Some(title);
        } else {
            self.summary.items.push(SummaryItem::Part(title));
        }
    }

    fn close_link(&mut self) {
        self.is_link = false;
        let words = self.words.take().unwrap_or_default();
        if let Some(chapter) = self.open.last_mut() {
            chapter.title = words.trim().to_owned();
        }
        if self.lists == 0 {
            self.close_item();
        }
    }

    /// Gives a chapter to the one above it; what is nested too deeply goes to the deepest one that may have children.
    fn close_item(&mut self) {
        let Some(mut chapter) = self.open.pop() else { return };
        chapter.title = chapter.title.trim().to_owned();
        let depth = self.open.len();
        if depth == Block::DEEPEST {
            let message = format!("chapters nested more than {} levels deep are listed at that level", Block::DEEPEST);
            let at = At::span(&self.summary.path, chapter.span.clone());
            self.diags.push(Diag::warning(&code::TOO_DEEP, message).at(at).hint("nest less"));
        }
        if chapter.title.is_empty() && chapter.dest.is_none() && chapter.children.is_empty() {
            return;
        }
        match self.open[..depth.min(Block::DEEPEST)].last_mut() {
            Some(above) => above.children.push(chapter),
            None => self.summary.items.push(SummaryItem::Chapter(chapter)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chapters as `number? title → file (children)`.
    fn show(chapter: &Chapter) -> String {
        let number = if chapter.numbered { "# " } else { "" };
        let dest = chapter.dest.as_deref().unwrap_or("draft");
        let children: Vec<String> = chapter.children.iter().map(show).collect();
        let children = if children.is_empty() { String::new() } else { format!(" ({})", children.join(", ")) };
        format!("{number}{} → {dest}{children}", chapter.title)
    }

    fn items(text: &str) -> Vec<String> {
        let summary = read(&SourcePath::new("SUMMARY.md"), text);
        let items = summary.value.items.iter().map(|item| match item {
            SummaryItem::Chapter(chapter) => show(chapter),
            SummaryItem::Part(title) => format!("part {title}"),
            SummaryItem::Separator => "rule".to_owned(),
        });
        items.collect()
    }

    #[test]
    fn reads_every_form() {
        let text = "# Summary\n\n[前言](preface.md)\n[Intro](<a b.md>)\n\n# Part *One*\n\n- [One](one.md)\n  - [Two `x`](two.md)\n    \
                    - [Draft]()\n- [三](三.md)\n\n---\n\n## Part Two\n\n1. [Four](four.md)\n- Plain\n\n[End](end.md)\n";
        assert_eq!(
            items(text),
            [
                "前言 → preface.md",
                "Intro → a b.md",
                "part Part One",
                "# One → one.md (# Two x → two.md (# Draft → draft))",
                "# 三 → 三.md",
                "rule",
                "part Part Two",
                "# Four → four.md",
                "# Plain → draft",
                "End → end.md",
            ]
        );
    }

    #[test]
    fn spans_are_of_the_file() {
        let text = "\u{feff}# 目录\r\n\r\n- [一](one.md)\r\n";
        let summary = read(&SourcePath::new("SUMMARY.md"), text).value;
        assert_eq!(summary.title.as_deref(), Some("目录"));
        let SummaryItem::Chapter(chapter) = &summary.items[0] else { panic!("no chapter") };
        assert_eq!(&text[chapter.span.clone()], "[一](one.md)");
    }

    #[test]
    fn survives_deep_lists() {
        let text = format!("{}[x](x.md)", "- ".repeat(10_000));
        let summary = read(&SourcePath::new("SUMMARY.md"), &text);
        assert_eq!(summary.value.items.len(), 1);
        assert!(read(&SourcePath::new("SUMMARY.md"), "nothing").diags[0].code.id == "KM0308");
    }
}
