//! A piece -> a post for X, and a thread: each within the length that X counts.
//!
//! X counts by weight: letters of most alphabets are one, Han and other signs two, an emoji two however it is put together, an address 23.
//! Source: twitter-text, configuration v3 (2018), which X publishes. Invariant: no post is heavier than [`LONGEST`].

use super::Source;
use crate::promote::prose::{Block, words};

/// How heavy a post may be.
pub const LONGEST: usize = 280;
/// How heavy an address is, whatever its length.
const ADDRESS: usize = 23;
/// How many posts a thread has at the most.
const MOST: usize = 10;
/// The room that the number of a post takes: a line break, and `10/10`.
const NUMBER: usize = 6;

/// A post by itself, and the posts of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posts {
    /// The post.
    pub post: String,
    /// The thread.
    pub thread: Vec<String>,
}

/// Writes post and thread.
#[must_use]
pub fn posts(source: &Source<'_>) -> Posts {
    let first = [source.title, source.description].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    let post = format!("{}\n\n{}", cut(&first, LONGEST - ADDRESS - 2), source.page);
    let last = format!("{}\n{}", cut(source.read_on, LONGEST - NUMBER - ADDRESS - 1), source.page);
    let mut parts = vec![cut(&first, LONGEST - NUMBER)];
    let mut fuller = Filler::default();
    for block in source.blocks {
        match block {
            Block::Paragraph(content) => fuller.paragraph(&words(content)),
            Block::List(_, items) => {
                for item in items {
                    if let Some(Block::Paragraph(content)) = item.first() {
                        fuller.paragraph(&format!("· {}", words(content)));
                    }
                }
            }
            _ => {}
        }
    }
    parts.extend(fuller.close().into_iter().take(MOST - 2));
    parts.push(last);
    let count = parts.len();
    let thread = (1..).zip(parts).map(|(number, part)| format!("{part}\n{number}/{count}")).collect();
    Posts { post, thread }
}

/// Fills posts with sentences.
#[derive(Default)]
struct Filler {
    done: Vec<String>,
    open: String,
}

impl Filler {
    fn paragraph(&mut self, text: &str) {
        let mut gap = "\n";
        for sentence in sentences(text) {
            let fits = weight(&self.open) + weight(gap) + weight(sentence) <= LONGEST - NUMBER;
            if !fits && !self.open.is_empty() {
                self.done.push(std::mem::take(&mut self.open).trim_end().to_owned());
            }
            if !self.open.is_empty() {
                self.open.push_str(gap);
            }
            let sentence = if self.open.is_empty() { sentence.trim_start() } else { sentence };
            self.open.push_str(&cut(sentence, LONGEST - NUMBER));
            gap = "";
        }
    }

    fn close(mut self) -> Vec<String> {
        if !self.open.trim().is_empty() {
            self.done.push(self.open.trim_end().to_owned());
        }
        self.done
    }
}

/// The sentences of a text, with the space that follows them.
pub(in crate::promote) fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut begin = 0;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        let ends = match previous {
            '。' | '！' | '？' => !"。！？”’」』）".contains(c),
            '”' | '」' | '』' => text[..at - previous.len_utf8()].ends_with(['。', '！', '？']),
            _ => previous.is_whitespace() && text[..at].trim_end().ends_with(['.', '!', '?']) && !c.is_whitespace(),
        };
        if ends && at > begin {
            out.push(&text[begin..at]);
            begin = at;
        }
        previous = c;
    }
    out.push(&text[begin..]);
    out.retain(|sentence| !sentence.trim().is_empty());
    out
}

/// A text of at most this weight; `…` where it was cut.
fn cut(text: &str, most: usize) -> String {
    if weight(text) <= most {
        return text.to_owned();
    }
    let mut end = 0;
    for (at, c) in text.char_indices() {
        // The ellipsis is as heavy as a Han character.
        if weight(&text[..at]) + 2 > most {
            break;
        }
        if c.is_whitespace() || !c.is_ascii() || at == 0 {
            end = at;
        }
    }
    format!("{}…", text[..end].trim_end())
}

/// How heavy a text is.
#[must_use]
pub fn weight(text: &str) -> usize {
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let bare = word.trim_end();
            let spaces = word[bare.len()..].chars().map(of).sum::<usize>();
            match bare.find("https://").or_else(|| bare.find("http://")) {
                Some(at) => plain(&bare[..at]) + ADDRESS + spaces,
                // X may take it for an address (`README.md` is one), which is never lighter than this.
                None if looks_like_host(bare) => plain(bare).max(ADDRESS) + spaces,
                None => plain(bare) + spaces,
            }
        })
        .sum()
}

/// Whether a word could be taken for a host's name: letters on both sides of a dot.
fn looks_like_host(word: &str) -> bool {
    word.match_indices('.').any(|(at, _)| {
        let before = word[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        before && word[at + 1..].chars().take(2).filter(char::is_ascii_alphabetic).count() == 2
    })
}

/// The weight of a text without addresses. An emoji counts once, with all that is joined to it.
fn plain(text: &str) -> usize {
    let mut sum = 0;
    let mut joined = false;
    let mut flags = 0_u32;
    for c in text.chars() {
        match c {
            '\u{200d}' if sum > 0 => joined = true,
            '\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}' if sum > 0 => {}
            // Two of these letters are one flag.
            '\u{1f1e6}'..='\u{1f1ff}' => {
                sum += if flags.is_multiple_of(2) { 2 } else { 0 };
                flags += 1;
            }
            _ if joined => joined = false,
            c => {
                sum += of(c);
                flags = 0;
            }
        }
    }
    sum
}

/// The weight of a character.
const fn of(c: char) -> usize {
    match c {
        '\u{0}'..='\u{10ff}' | '\u{2000}'..='\u{200d}' | '\u{2010}'..='\u{201f}' | '\u{2032}'..='\u{2037}' => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_those_of_x() {
        for (text, weighed) in [
            ("hello", 5),
            ("汉字", 4),
            ("“引”", 4),
            ("a https://example.org/a/very/long/address b", 4 + 23),
            ("👩‍👩‍👧", 2),
            ("👍🏽", 2),
            ("🇨🇳🇬🇧", 4),
            ("README.md", 23),
            ("e.g. this", 9),
            ("价格3.5", 7),
        ] {
            assert_eq!(weight(text), weighed, "{text}");
        }
    }

    #[test]
    fn a_text_is_cut_at_its_limit_and_not_before() {
        assert_eq!(cut(&"汉".repeat(10), 20), "汉".repeat(10));
        assert_eq!(cut(&"汉".repeat(11), 20), format!("{}…", "汉".repeat(9)));
        assert_eq!(cut("one two three", 10), "one two…");
    }

    #[test]
    fn sentences_end_where_readers_pause() {
        assert_eq!(sentences("一。二！“三。”四"), ["一。", "二！", "“三。”", "四"]);
        assert_eq!(sentences("One. Two 3.5! Three"), ["One. ", "Two 3.5! ", "Three"]);
    }
}
