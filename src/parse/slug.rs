//! Heading text -> its id: GitHub's rule, so that anchors which authors wrote for GitHub lead here too.
//!
//! Source: the slugs that GitHub makes: lower case; letters, marks, numbers, `_` and `-` of any script stay, a space becomes `-`,
//! everything else goes. Invariant: no two ids of a document are the same.

use std::collections::HashMap;

/// The ids of a document.
#[derive(Default)]
pub(super) struct Slugs {
    /// Ids in use, with the last number that was tried behind each.
    used: HashMap<Box<str>, u32>,
}

impl Slugs {
    /// An id for a heading's text: its slug, with `-1`, `-2` … where it is taken.
    pub(super) fn make(&mut self, text: &str) -> Box<str> {
        let slug = slug(text);
        self.unique(if slug.is_empty() { "section" } else { &slug })
    }

    /// An id as the author gave it; `Err` with another one where it is taken.
    pub(super) fn claim(&mut self, id: &str) -> Result<Box<str>, Box<str>> {
        let made = self.unique(id);
        if *made == *id { Ok(made) } else { Err(made) }
    }

    fn unique(&mut self, base: &str) -> Box<str> {
        let Some(number) = self.used.get(base).copied() else {
            self.used.insert(base.into(), 0);
            return base.into();
        };
        let (number, id) = (number + 1..)
            .map(|number| (number, format!("{base}-{number}").into_boxed_str()))
            .find(|(_, id)| !self.used.contains_key(id))
            .unwrap_or_else(|| (number, base.into()));
        self.used.insert(base.into(), number);
        self.used.insert(id.clone(), 0);
        id
    }
}

/// The slug of a text; may be empty.
fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            ' ' => slug.push('-'),
            '-' | '_' => slug.push(c),
            _ if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
            _ if c.is_ascii() => {}
            _ if c.is_alphanumeric() => slug.extend(c.to_lowercase()),
            _ if is_mark(c) => slug.push(c),
            _ => {}
        }
    }
    slug
}

/// Whether a character is a combining mark of the common blocks that is no letter by itself.
///
/// Variation selectors are among them: GitHub keeps the one behind `⚙️`.
const fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{94d}' | '\u{9cd}' | '\u{a4d}' | '\u{acd}' | '\u{bcd}' | '\u{c4d}' | '\u{ccd}' | '\u{d4d}' | '\u{e38}'..='\u{e4e}'
            | '\u{3099}' | '\u{309a}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_github() {
        assert_eq!(slug("Hello, World!"), "hello-world");
        assert_eq!(slug("What is Ownership?"), "what-is-ownership");
        assert_eq!(slug("snake_case & kebab-case"), "snake_case--kebab-case");
        assert_eq!(slug("🚀 Challenge"), "-challenge");
        assert_eq!(slug("什么是所有权？"), "什么是所有权");
        assert_eq!(slug("第 1 章：Rust 入门"), "第-1-章rust-入门");
        assert_eq!(slug("Ünïcode CAFÉ"), "ünïcode-café");
    }

    #[test]
    fn ids_are_unique() {
        let mut slugs = Slugs::default();
        let ids: Vec<_> = ["A", "a", "A-1", "a", "!!!", "?"].iter().map(|text| slugs.make(text)).collect();
        assert_eq!(ids.iter().map(|id| &**id).collect::<Vec<_>>(), ["a", "a-1", "a-1-1", "a-2", "section", "section-1"]);
        assert_eq!(slugs.claim("mine"), Ok("mine".into()));
        assert_eq!(slugs.claim("mine"), Err("mine-1".into()));
    }
}
