//! Text properties: which characters are Han, how many words there are, and what a run of inlines says in plain text.

use crate::model::{Block, HtmlPart, Inline, RawLink, Words};

/// Whether a character is written without spaces around it: Han, kana, and the punctuation of both.
pub(super) const fn is_cjk(c: char) -> bool {
    is_han(c)
        || matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3000}'..='\u{303f}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}')
}

/// Whether a character is a Han character or kana, of which each counts as a word would.
pub(super) const fn is_han(c: char) -> bool {
    matches!(
        c,
        '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}'
            | '\u{3040}'..='\u{30ff}'
            | '\u{31f0}'..='\u{31ff}'
            | '\u{3005}'..='\u{3007}'
    )
}

/// Whether a character is punctuation that Chinese shares with other scripts, as `“` and `…`.
pub(super) const fn is_shared(c: char) -> bool {
    matches!(c, '‘' | '’' | '“' | '”' | '…' | '—' | '·')
}

/// Whether a line break between two characters stands for no space.
pub(super) const fn joins(before: char, after: char) -> bool {
    is_cjk(before) && (is_cjk(after) || is_shared(after)) || is_shared(before) && is_cjk(after)
}

/// Of each ASCII character, whether it is a letter or a digit, and whether an apostrophe: looked up, since every character of a site is asked.
static ASCII: [(bool, bool); 128] = {
    let mut table = [(false, false); 128];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = (byte.is_ascii_alphanumeric(), byte == b'\'');
        byte += 1;
    }
    table
};

/// Counts words across the pieces of a text.
#[derive(Default)]
struct Counter {
    words: Words,
    in_word: bool,
}

impl Counter {
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            if let Some(&(letter, apostrophe)) = ASCII.get(c as usize) {
                self.step(letter, apostrophe);
            } else if is_han(c) {
                self.words.han += 1;
                self.in_word = false;
            } else {
                self.step(c.is_alphanumeric(), c == '’');
            }
        }
    }

    fn step(&mut self, letter: bool, apostrophe: bool) {
        self.words.latin += u32::from(letter & !self.in_word);
        self.in_word = letter | (apostrophe & self.in_word);
    }

    const fn gap(&mut self) {
        self.in_word = false;
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) | Inline::Code(text) => self.text(text),
                Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Strike(inner) => self.inlines(inner),
                Inline::Link { content, .. } => self.inlines(content),
                Inline::SoftBreak | Inline::HardBreak => self.gap(),
                Inline::Html(parts) => self.html(parts),
                Inline::Math { .. } | Inline::Image { .. } | Inline::FootnoteRef(_) | Inline::Task { .. } => {}
            }
        }
    }

    /// Text of raw HTML is what stands outside the angle brackets; a tag may span several parts.
    fn html(&mut self, parts: &[HtmlPart]) {
        let mut in_tag = false;
        for part in parts {
            let HtmlPart::Raw(raw) = part else { continue };
            for piece in raw.split_inclusive(['<', '>']) {
                let mark = piece.chars().next_back().filter(|c| matches!(c, '<' | '>'));
                if !in_tag {
                    self.text(piece.trim_end_matches(['<', '>']));
                }
                in_tag = match mark {
                    Some('<') => true,
                    Some(_) => false,
                    None => in_tag,
                };
            }
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
            self.gap();
        }
    }

    fn cells(&mut self, cells: &[Vec<Inline>]) {
        for cell in cells {
            self.inlines(cell);
            self.gap();
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(inlines) | Block::Plain(inlines) | Block::Heading { content: inlines, .. } => self.inlines(inlines),
            Block::Code(code) => self.text(&code.source),
            Block::Quote(blocks)
            | Block::Alert(_, blocks)
            | Block::Footnote { content: blocks, .. }
            | Block::Component { body: blocks, .. } => self.blocks(blocks),
            Block::List(_, items) => items.iter().for_each(|item| self.blocks(item)),
            Block::Table { head, rows, .. } => {
                self.cells(head);
                rows.iter().for_each(|row| self.cells(row));
            }
            Block::Definitions(entries) => {
                for (term, definitions) in entries {
                    self.inlines(term);
                    self.gap();
                    definitions.iter().for_each(|definition| self.blocks(definition));
                }
            }
            Block::Html(parts) => self.html(parts),
            Block::Mermaid { .. } | Block::Math { .. } | Block::Rule => {}
        }
    }
}

/// How much there is to read in a text.
pub(super) fn words_of(text: &str) -> Words {
    let mut counter = Counter::default();
    counter.text(text);
    counter.words
}

/// How much there is to read in a block.
pub(super) fn words(block: &Block) -> Words {
    let mut counter = Counter::default();
    counter.block(block);
    counter.words
}

/// What inlines say without any markup; `links` names the targets of wiki links without a label.
pub(super) fn plain(inlines: &[Inline], links: &[RawLink]) -> String {
    let mut text = String::new();
    push_plain(&mut text, inlines, links);
    text
}

fn push_plain(text: &mut String, inlines: &[Inline], links: &[RawLink]) {
    for inline in inlines {
        match inline {
            Inline::Text(part) | Inline::Code(part) | Inline::Math { source: part, .. } => text.push_str(part),
            Inline::Image { alt, .. } => text.push_str(alt),
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Strike(inner) => push_plain(text, inner, links),
            Inline::Link { link, content, .. } if content.is_empty() => {
                text.push_str(links.get(link.0 as usize).map_or("", |link| &link.dest));
            }
            Inline::Link { content, .. } => push_plain(text, content, links),
            Inline::SoftBreak | Inline::HardBreak => text.push(' '),
            Inline::Html(_) | Inline::FootnoteRef(_) | Inline::Task { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> (u32, u32) {
        let words = words(&Block::Paragraph(vec![Inline::Text(text.into())]));
        (words.latin, words.han)
    }

    #[test]
    fn counts_words_and_han() {
        assert_eq!(count("It doesn't cost 3.5 dollars"), (6, 0));
        assert_eq!(count("用 Rust 写编译器，很快。"), (1, 7));
        assert_eq!(count("日本語のテキスト"), (0, 8));
        assert_eq!(count("Straße café"), (2, 0));
    }

    #[test]
    fn counts_across_markup_and_html() {
        let bold = Inline::Strong(vec![Inline::Text("bar".into())]);
        let html = Inline::Html(vec![HtmlPart::Raw("<a title='x y' href=".into()), HtmlPart::Raw(">two words</a>".into())]);
        let words = words(&Block::Paragraph(vec![Inline::Text("foo".into()), bold, Inline::SoftBreak, html]));
        assert_eq!(words, Words { latin: 3, han: 0 });
    }

    #[test]
    fn breaks_vanish_between_han_only() {
        assert!(joins('中', '文') && joins('，', '文') && joins('：', '“') && joins('”', '他'));
        assert!(!joins('中', 'a') && !joins('a', '中') && !joins('한', '글') && !joins('”', '“'));
    }
}
