//! Blocks to plain text, and long text to an excerpt: for descriptions, feeds, `llms.txt` and anchors.
//!
//! Only what a reader sees as running text counts: no code blocks, diagrams, displayed formulas, images, raw HTML or footnotes.
//! Invariant: the result holds no line breaks, no two spaces in a row, and none at either end.

use super::block::{Block, Inline};
use super::unseen::Unseen;

/// Whether headings are part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headings {
    /// They are.
    Keep,
    /// They are left out, as a description wants it.
    Drop,
}

/// The visible text of blocks, on one line.
#[must_use]
pub fn text(blocks: &[Block], headings: Headings) -> String {
    let mut line = Line::default();
    push_blocks(&mut line, blocks, headings);
    line.out
}

/// The visible text of a paragraph or heading, on one line.
#[must_use]
pub fn inlines(content: &[Inline]) -> String {
    let mut line = Line::default();
    push_inlines(&mut line, content);
    line.out
}

/// Text that is put together with single spaces.
#[derive(Default)]
struct Line {
    out: String,
    /// A space is owed before the next word.
    gap: bool,
    /// The next piece begins a block; between Han text, blocks need no space.
    fresh: bool,
    unseen: Unseen,
}

impl Line {
    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() || c.is_control() {
                self.gap = true;
                continue;
            }
            let tight = self.fresh && self.out.chars().next_back().is_none_or(is_wide) && is_wide(c);
            if (self.gap || self.fresh) && !self.out.is_empty() && !tight {
                self.out.push(' ');
            }
            self.gap = false;
            self.fresh = false;
            self.out.push(c);
        }
    }

    fn part(&mut self) {
        self.gap = false;
        self.fresh = true;
        self.unseen = Unseen::default();
    }
}

fn push_blocks(line: &mut Line, blocks: &[Block], headings: Headings) {
    for block in blocks {
        line.part();
        match block {
            Block::Paragraph(content) | Block::Plain(content) => push_inlines(line, content),
            Block::Heading { content, .. } if headings == Headings::Keep => push_inlines(line, content),
            Block::Quote(content) | Block::Alert(_, content) | Block::Component { body: content, .. } => {
                push_blocks(line, content, headings);
            }
            Block::List(_, items) => items.iter().for_each(|item| push_blocks(line, item, headings)),
            Block::Table { head, rows, .. } => {
                for cell in head.iter().chain(rows.iter().flatten()) {
                    line.part();
                    push_inlines(line, cell);
                }
            }
            Block::Definitions(entries) => {
                for (term, meanings) in entries {
                    line.part();
                    push_inlines(line, term);
                    meanings.iter().for_each(|meaning| push_blocks(line, meaning, headings));
                }
            }
            Block::Heading { .. }
            | Block::Code(_)
            | Block::Mermaid { .. }
            | Block::Math { .. }
            | Block::Rule
            | Block::Html(_)
            | Block::Footnote { .. } => {}
        }
    }
}

fn push_inlines(line: &mut Line, content: &[Inline]) {
    for inline in content {
        match inline {
            Inline::Html(parts) => line.unseen.through(parts, &mut |_| {}),
            _ if !line.unseen.shows() => {}
            Inline::Text(text) | Inline::Code(text) => line.push(text),
            Inline::Math { source, .. } => line.push(source),
            Inline::Emphasis(content) | Inline::Strong(content) | Inline::Strike(content) | Inline::Link { content, .. } => {
                push_inlines(line, content);
            }
            Inline::SoftBreak | Inline::HardBreak => line.gap = true,
            Inline::Image { .. } | Inline::FootnoteRef(_) | Inline::Task { .. } => {}
        }
    }
}

/// The start of a text of at most `width` columns, cut where a reader would cut it.
///
/// A column is half an em: Han and other full-width characters take two. Cut after the last sentence that ends in the second half
/// of the room, else after a word (between any two Han characters, but not before closing or after opening punctuation) with `…`.
#[must_use]
pub fn excerpt(text: &str, width: usize) -> String {
    let mut used = 0;
    let mut sentence = None;
    let mut word = 0;
    let mut previous = None;
    for (at, c) in text.char_indices() {
        // One column is kept for the ellipsis, unless everything fits.
        if used < width && previous.is_some_and(|p| may_break(p, c)) {
            word = at;
        }
        if previous.is_some_and(|p| ends_sentence(p, c)) && used * 2 >= width {
            sentence = Some(at);
        }
        used += columns(c);
        if used > width {
            return cut(text, sentence, word, at);
        }
        previous = Some(c);
    }
    text.to_owned()
}

fn cut(text: &str, sentence: Option<usize>, word: usize, limit: usize) -> String {
    if let Some(end) = sentence {
        return text[..end].trim_end().to_owned();
    }
    // A word longer than the whole room is cut within.
    let mut end = if word == 0 { limit } else { word };
    if word == 0 {
        end = text[..end].char_indices().next_back().map_or(0, |(last, _)| last);
        while end > 0 && text[end..].chars().next().is_some_and(|c| columns(c) == 0) {
            end = text[..end].char_indices().next_back().map_or(0, |(last, _)| last);
        }
    }
    let kept = text[..end].trim_end_matches(|c: char| c.is_whitespace() || ",;:-–—，、；：".contains(c));
    if kept.is_empty() { String::new() } else { format!("{kept}…") }
}

/// Whether a sentence ends between two neighbours.
fn ends_sentence(before: char, after: char) -> bool {
    match before {
        '。' | '！' | '？' | '…' => !is_closing(after) && !matches!(after, '。' | '！' | '？' | '…'),
        '.' | '!' | '?' => after.is_whitespace(),
        _ => false,
    }
}

/// Whether a line may be broken between two neighbours.
#[must_use]
pub fn may_break(before: char, after: char) -> bool {
    if columns(after) == 0 || before == '\u{200d}' || is_closing(after) || is_opening(before) {
        return false;
    }
    after.is_whitespace() || before.is_whitespace() || is_wide(before) || is_wide(after)
}

/// Splits a Han text into its clauses, each with the mark at its end; another is one as a whole.
#[must_use]
pub fn clauses(text: &str) -> Vec<String> {
    let mut clauses = vec![String::new()];
    let mut ended = false;
    for c in text.chars() {
        if ended
            && may_break('，', c)
            && let Some(last) = clauses.last()
            && !last.is_empty()
        {
            clauses.push(String::new());
        }
        ended = "，。：；！？".contains(c) || ended && !may_break('，', c);
        if let Some(last) = clauses.last_mut() {
            last.push(c);
        }
    }
    clauses.into_iter().map(|clause| clause.trim().to_owned()).filter(|clause| !clause.is_empty()).collect()
}

fn is_opening(c: char) -> bool {
    "([{“‘（【《〈「『〔".contains(c)
}

fn is_closing(c: char) -> bool {
    ")]}”’）】》〉」』〕,.;:!?，。、；：！？…—·".contains(c)
}

/// The columns that a text takes: two for full-width characters, none for combining ones.
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

fn columns(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{1f3fb}'..='\u{1f3ff}' => 0,
        c if is_wide(c) => 2,
        _ => 1,
    }
}

/// Whether a character is as wide as it is high.
///
/// Source: the W and F rows of Unicode Standard Annex 11, by blocks.
#[must_use]
pub fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{a4cf}' | '\u{a960}'..='\u{a97c}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe10}'..='\u{fe19}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::HtmlPart;

    fn words(text: &str) -> Inline {
        Inline::Text(text.into())
    }

    #[test]
    fn blocks_are_parted_by_spaces_only_where_the_script_wants_them() {
        let blocks = [
            Block::Heading { level: 2, id: "a".into(), classes: vec![], content: vec![words("标题")] },
            Block::Paragraph(vec![
                words("第一段。"),
                Inline::SoftBreak,
                words("Rust  is"),
                Inline::SoftBreak,
                Inline::Code("fast".into()),
            ]),
            Block::Rule,
            Block::Quote(vec![Block::Paragraph(vec![words("Second.")])]),
            Block::Paragraph(vec![words("三。")]),
            Block::Paragraph(vec![words("四。")]),
        ];
        assert_eq!(text(&blocks, Headings::Keep), "标题第一段。 Rust is fast Second. 三。四。");
        assert_eq!(text(&blocks, Headings::Drop), "第一段。 Rust is fast Second. 三。四。");
    }

    #[test]
    fn what_is_not_running_text_is_left_out() {
        let tag = |text: &str| Inline::Html(vec![HtmlPart::Raw(text.into())]);
        let blocks = [
            Block::Html(vec![]),
            Block::Footnote { label: "1".into(), content: vec![Block::Paragraph(vec![words("note")])] },
            Block::Paragraph(vec![words("a"), Inline::FootnoteRef("1".into()), words("b")]),
            Block::Paragraph(vec![
                tag("<b>"),
                words("三"),
                tag("</b>"),
                tag("<script>"),
                words("x = 1"),
                tag("</script>"),
                words("四"),
            ]),
            Block::Paragraph(vec![words("五"), tag("<style>"), words("p {}")]),
            Block::Paragraph(vec![words("六")]),
        ];
        assert_eq!(text(&blocks, Headings::Keep), "ab 三四五六");
    }

    #[test]
    fn a_short_text_is_kept_whole() {
        assert_eq!(excerpt("刚好十列。", 10), "刚好十列。");
        assert_eq!(excerpt("ten column", 10), "ten column");
    }

    #[test]
    fn a_long_text_ends_with_a_sentence_or_between_words() {
        assert_eq!(excerpt("First one. Second sentence goes on.", 20), "First one.");
        assert_eq!(excerpt("One. Then a long sentence goes on.", 20), "One. Then a long…");
        assert_eq!(excerpt("Version 1.85 of the language is out.", 18), "Version 1.85 of…");
    }

    #[test]
    fn han_text_is_cut_between_characters_but_not_before_punctuation() {
        assert_eq!(excerpt("所有权是核心。借用很重要", 20), "所有权是核心。");
        // A fifth character would fit, but a line may not begin with its comma.
        assert_eq!(excerpt("所有权规则，很重要", 11), "所有权规…");
        assert_eq!(excerpt("他说（重要的是）学习", 8), "他说…");
    }

    #[test]
    fn a_word_without_end_is_cut_within() {
        assert_eq!(excerpt("Donaudampfschiff", 6), "Donau…");
        assert_eq!(excerpt("", 6), "");
        assert_eq!(excerpt("汉", 1), "");
    }
}
