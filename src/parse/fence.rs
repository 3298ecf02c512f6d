//! A code fence's first line -> language, title, line numbers and marked lines, in the dialects of mdBook, Hugo, Zola and Pandoc.
//!
//! `rust,ignore` · `rust {hl_lines=[1,"3-5"], linenos=true}` · `rust,linenos,hl_lines=1 3-5,name=x.rs` · `{.rust}` · `js {1,3-5}` ·
//! `rust title="src/main.rs"`. Words that are none of these mean something to other tools and are left out.

use crate::model::LineSet;

/// What a code block's first line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fence {
    /// The language in lower case; empty if none.
    pub(super) lang: String,
    /// What to show above the code.
    pub(super) title: Option<String>,
    /// `linenos`, if it is said.
    pub(super) numbered: Option<bool>,
    /// The number of the first line.
    pub(super) first_line: Option<u32>,
    /// Lines to mark, in order, none twice.
    pub(super) marked: LineSet,
}

impl Fence {
    /// From which number to count lines, if at all.
    pub(super) fn numbers(&self, default: bool) -> Option<u32> {
        let numbered = self.numbered.unwrap_or(default || self.first_line.is_some());
        numbered.then_some(self.first_line.unwrap_or(1))
    }
}

/// Reads a fence's info string.
pub(super) fn read(info: &str) -> Fence {
    let info = info.trim();
    let end = info.find([' ', '\t', ',', '{']).unwrap_or(info.len());
    let (lang, mut rest) = info.split_at(end);
    let (lang, title) = match lang.split_once(':') {
        Some((lang, title)) if !lang.is_empty() && !title.is_empty() => (lang, Some(title.to_owned())),
        _ => (lang, None),
    };
    let mut fence = Fence { lang: lang.to_lowercase(), title, ..Fence::default() };
    if lang.contains('=') {
        (fence.lang, rest) = (String::new(), info);
    }
    while let Some((word, after)) = next_word(rest) {
        rest = after;
        fence.word(word);
    }
    fence.marked = in_order(std::mem::take(&mut fence.marked));
    fence
}

/// The next `key`, `key=value` or `.class`; and what follows it.
fn next_word(rest: &str) -> Option<(&str, &str)> {
    let rest = rest.trim_start_matches([' ', '\t', ',', '{', '}']);
    if rest.is_empty() {
        return None;
    }
    let end = rest.find([' ', '\t', ',', '{', '}', '=']).unwrap_or(rest.len());
    if !rest[end..].starts_with('=') {
        return Some(rest.split_at(end));
    }
    let value = &rest[end + 1..];
    let len = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => value[1..].find(quote).map_or(value.len(), |close| close + 2),
        Some('[') => value.find(']').map_or(value.len(), |close| close + 1),
        // Zola: the line numbers of `hl_lines=1 3-5` are parted by spaces.
        Some('0'..='9') => value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | ' '))).unwrap_or(value.len()),
        _ => value.find([' ', '\t', ',', '}']).unwrap_or(value.len()),
    };
    Some(rest.split_at(end + 1 + len))
}

impl Fence {
    fn word(&mut self, word: &str) {
        let (key, value) = word.split_once('=').map_or((word, None), |(key, value)| (key, Some(value)));
        let value = value.map(|value| value.trim().trim_matches(['"', '\'']));
        match (key, value) {
            ("title" | "name" | "filename" | "file", Some(value)) if !value.is_empty() => self.title = Some(value.to_owned()),
            ("linenos" | "linenumbers" | "showlinenumbers" | "showLineNumbers" | "line-numbers", value) => {
                self.numbered = Some(!matches!(value, Some("false" | "0")));
            }
            ("linenostart" | "startFrom" | "first_line", Some(value)) => self.first_line = value.parse().ok(),
            ("hl_lines" | "mark", Some(value)) => {
                self.marked.extend(value.split(['[', ']', ',', ' ', '"', '\'']).filter_map(lines));
            }
            (".numberLines" | ".number-lines" | ".line-numbers", None) => self.numbered = Some(true),
            (word, None) => {
                if let Some(class) = word.strip_prefix('.').filter(|_| self.lang.is_empty()) {
                    self.lang = class.to_lowercase();
                } else if let Some(range) = lines(word) {
                    self.marked.push(range);
                }
            }
            _ => {}
        }
    }
}

/// `3` or `3-5`.
fn lines(text: &str) -> Option<(u32, u32)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first > 0 && first <= last).then_some((first, last))
}

/// Sorts ranges and joins those that meet.
fn in_order(mut ranges: LineSet) -> LineSet {
    ranges.sort_unstable();
    let mut joined: LineSet = Vec::with_capacity(ranges.len());
    for (first, last) in ranges {
        match joined.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => joined.push((first, last)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_languages() {
        let lang = |info| read(info).lang;
        assert_eq!(lang("rust,ignore,does_not_compile"), "rust");
        assert_eq!(lang("SQL"), "sql");
        assert_eq!(lang("{.python .numberLines}"), "python");
        assert_eq!(lang("c++ title=x"), "c++");
        assert_eq!(lang("title=\"x\""), "");
        assert_eq!(lang(""), "");
    }

    #[test]
    fn reads_dialects() {
        let hugo = read(r#"go {hl_lines=[8,"15-17"], linenos=table, linenostart=199, title="main.go"}"#);
        assert_eq!((hugo.marked, hugo.first_line, hugo.title.as_deref()), (vec![(8, 8), (15, 17)], Some(199), Some("main.go")));
        let zola = read("rust,linenos,hl_lines=1 3-5 4-7,name=x.rs");
        assert_eq!((zola.marked, zola.numbered, zola.title.as_deref()), (vec![(1, 1), (3, 7)], Some(true), Some("x.rs")));
        let docusaurus = read(r#"js {1,4-6} title="源 文件.js" showLineNumbers"#);
        assert_eq!((docusaurus.marked, docusaurus.title.as_deref()), (vec![(1, 1), (4, 6)], Some("源 文件.js")));
        assert_eq!(docusaurus.numbered, Some(true));
        assert_eq!(read("rust:src/main.rs").title.as_deref(), Some("src/main.rs"));
    }

    #[test]
    fn numbers_lines_when_asked() {
        assert_eq!(read("rust").numbers(false), None);
        assert_eq!(read("rust").numbers(true), Some(1));
        assert_eq!(read("rust,linenos=false").numbers(true), None);
        assert_eq!(read("rust {linenostart=7}").numbers(false), Some(7));
        assert_eq!(read("rust {hl_lines=[0,9-2,4294967295-99999999999]}").marked, []);
    }
}
