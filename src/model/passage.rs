//! Blocks -> passages: a heading with its anchor, and the text up to the next one, as search looks for it.
//!
//! Unlike a description this is all that a reader can see: code, formulas, tables, footnotes, alternative texts. Raw HTML loses its tags and
//! what no reader sees.
//! Invariant: the text of a passage holds no two spaces in a row.

use super::block::{ArgValue, Block, Inline};
use super::unseen::Unseen;

/// A part of a text that can be linked to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// Its anchor; empty before the first heading.
    pub anchor: String,
    /// Its heading.
    pub heading: String,
    /// Its text, blocks parted by line breaks.
    pub text: String,
}

/// The arguments of components that are shown.
const SHOWN: [&str; 4] = ["title", "caption", "alt", "label"];

/// The passages of a text that comes in several bodies.
#[must_use]
pub fn passages<'a>(bodies: impl IntoIterator<Item = &'a [Block]>) -> Vec<Passage> {
    let mut found = vec![Passage::default()];
    for body in bodies {
        blocks(body, &mut found);
    }
    found.retain(|passage| !(passage.heading.is_empty() && passage.text.is_empty()));
    found
}

fn blocks(content: &[Block], found: &mut Vec<Passage>) {
    for block in content {
        match block {
            Block::Heading { id, content, .. } => {
                let mut heading = Passage { anchor: id.to_string(), ..Passage::default() };
                inlines(content, &mut heading.heading);
                heading.heading = heading.heading.trim().to_owned();
                found.push(heading);
            }
            Block::Paragraph(content) | Block::Plain(content) => inlines(content, line(found)),
            Block::Code(code) => push(line(found), &code.source),
            Block::Mermaid { source, .. } | Block::Math { source, .. } => push(line(found), source),
            Block::Quote(content) | Block::Alert(_, content) | Block::Footnote { content, .. } => blocks(content, found),
            Block::List(_, items) => items.iter().for_each(|item| blocks(item, found)),
            Block::Table { head, rows, .. } => {
                head.iter().chain(rows.iter().flatten()).for_each(|cell| inlines(cell, line(found)));
            }
            Block::Definitions(entries) => {
                for (term, meanings) in entries {
                    inlines(term, line(found));
                    meanings.iter().for_each(|meaning| blocks(meaning, found));
                }
            }
            Block::Component { args, body, .. } => {
                for arg in args.iter().filter(|arg| SHOWN.contains(&&*arg.name)) {
                    if let ArgValue::Text(text) = &arg.value {
                        push(line(found), text);
                    }
                }
                blocks(body, found);
            }
            Block::Html(parts) => {
                let out = line(found);
                Unseen::default().through(parts, &mut |text| push(out, text));
            }
            Block::Rule => {}
        }
    }
}

/// Where the text goes that is met next: a line of its own.
fn line(found: &mut Vec<Passage>) -> &mut String {
    if found.is_empty() {
        found.push(Passage::default());
    }
    let at = found.len() - 1;
    let text = &mut found[at].text;
    text.truncate(text.trim_end().len());
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn push(out: &mut String, text: &str) {
    for c in text.chars() {
        if !(c.is_whitespace() || c.is_control()) {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
    }
}

fn inlines(content: &[Inline], out: &mut String) {
    seen(content, &mut Unseen::default(), out);
}

fn seen(content: &[Inline], unseen: &mut Unseen, out: &mut String) {
    for inline in content {
        match inline {
            Inline::Html(parts) => unseen.through(parts, &mut |text| push(out, text)),
            _ if !unseen.shows() => {}
            Inline::Text(text) | Inline::Code(text) | Inline::Math { source: text, .. } | Inline::Image { alt: text, .. } => {
                push(out, text);
            }
            Inline::Emphasis(content) | Inline::Strong(content) | Inline::Strike(content) | Inline::Link { content, .. } => {
                seen(content, unseen, out);
            }
            Inline::SoftBreak | Inline::HardBreak => push(out, " "),
            Inline::FootnoteRef(_) | Inline::Task { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::block::HtmlPart;

    fn words(text: &str) -> Inline {
        Inline::Text(text.into())
    }

    fn heading(id: &str, text: &str) -> Block {
        Block::Heading { level: 2, id: id.into(), classes: vec![], content: vec![words(text)] }
    }

    #[test]
    fn each_heading_begins_a_passage() {
        let first = [Block::Paragraph(vec![words("Before  it.")]), heading("所有权", "所有权")];
        let second = [Block::List(super::super::ListKind::Bullets, vec![vec![Block::Plain(vec![words("一")])]]), Block::Rule];
        let found = passages([&first[..], &second[..]]);
        let whole = |anchor: &str, heading: &str, text: &str| Passage {
            anchor: anchor.to_owned(),
            heading: heading.to_owned(),
            text: text.to_owned(),
        };
        assert_eq!(found, [whole("", "", "Before it."), whole("所有权", "所有权", "一")]);
    }

    #[test]
    fn tags_are_no_text_and_neither_are_scripts() {
        let raw = |text: &str| HtmlPart::Raw(text.into());
        let blocks = [
            Block::Html(vec![
                raw("<p class=\"a\">one <b>two</b></p><img src="),
                HtmlPart::Address(super::super::LinkRef(0)),
                raw("><script>var three;</script>"),
            ]),
            Block::Paragraph(vec![
                words("四"),
                Inline::Html(vec![raw("<script>")]),
                words("var five;"),
                Inline::Html(vec![raw("</script>")]),
                words("六"),
            ]),
        ];
        assert_eq!(passages([&blocks[..]])[0].text, "one two\n四六");
    }
}
