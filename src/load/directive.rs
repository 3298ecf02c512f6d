//! Text -> mdBook's directives in it: `{{#include …}}`, `{{#rustdoc_include …}}`, `{{#playground …}}`, `{{#title …}}`.
//!
//! Finds them and reads their arguments; `parse` replaces them. Everything else in double braces is none of our business and stays
//! text. Invariant: linear in the text, whatever stands in it.
//! Format: <https://rust-lang.github.io/mdBook/format/mdbook.html>.

use std::ops::Range;

use memchr::memmem;

/// A directive and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive<'a> {
    /// The bytes it takes in the text, the backslash of an escaped one included.
    pub span: Range<usize>,
    /// What it says.
    pub kind: Kind<'a>,
}

/// What a directive says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// `\{{#…}}`: shown without the backslash.
    Escaped,
    /// Shows a file or part of it.
    Include {
        /// The file, relative to the one that includes it.
        path: &'a str,
        /// Which part of it.
        part: Part<'a>,
    },
    /// Shows a file as a Rust code block.
    Playground {
        /// The file, relative to the one that includes it.
        path: &'a str,
        /// Words for the code block's first line.
        attributes: &'a str,
    },
    /// Sets the page's title.
    Title(&'a str),
}

impl<'a> Kind<'a> {
    /// The file it names.
    #[must_use]
    pub const fn path(&self) -> Option<&'a str> {
        match self {
            Self::Include { path, .. } | Self::Playground { path, .. } => Some(path),
            Self::Escaped | Self::Title(_) => None,
        }
    }
}

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Lines from a first one on (counted from 0), up to a last one that is not part of it.
    Lines(usize, Option<usize>),
    /// What stands between `ANCHOR: name` and `ANCHOR_END: name`.
    Anchor(&'a str),
}

/// The directives of a text in order.
pub fn directives(text: &str) -> impl Iterator<Item = Directive<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(found) = memmem::find(&text.as_bytes()[from..], b"{{") {
            let start = from + found;
            if let Some((kind, end)) = read(text, start) {
                from = end;
                return Some(escape(text, Directive { span: start..end, kind }));
            }
            from = start + 1;
        }
        None
    })
}

fn escape<'a>(text: &'a str, directive: Directive<'a>) -> Directive<'a> {
    let Range { start, end } = directive.span;
    if start > 0 && text.as_bytes()[start - 1] == b'\\' {
        Directive { span: start - 1..end, kind: Kind::Escaped }
    } else {
        directive
    }
}

/// Reads the directive whose braces open at `start`: what it says, and where it ends.
fn read(text: &str, start: usize) -> Option<(Kind<'_>, usize)> {
    let inner = text[start + 2..].trim_start_matches([' ', '\t']).strip_prefix('#')?;
    let name_len = inner.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'_').count();
    let (name, rest) = inner.split_at(name_len);
    if !matches!(name, "include" | "rustdoc_include" | "playground" | "playpen" | "title") || !rest.starts_with([' ', '\t']) {
        return None;
    }
    // An argument holds no brace and no line break, so that nothing is looked at twice.
    let len = rest.bytes().take_while(|byte| !matches!(byte, b'{' | b'}' | b'\n')).count();
    let (argument, rest) = rest.split_at(len);
    let end = text.len() - rest.strip_prefix("}}")?.len();
    let argument = argument.trim();
    if argument.is_empty() {
        return None;
    }
    let kind = match name {
        "title" => Kind::Title(argument),
        "playground" | "playpen" => {
            let (path, attributes) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
            Kind::Playground { path, attributes: attributes.trim() }
        }
        _ => {
            let (path, part) = argument.split_once(':').unwrap_or((argument, ":"));
            Kind::Include { path, part: read_part(part) }
        }
    };
    Some((kind, end))
}

/// `name`, `7`, `7:9`, `7:` or `:9`; `:` is the whole file.
fn read_part(part: &str) -> Part<'_> {
    let (first, last) = match part.split_once(':') {
        Some((first, last)) => (first, Some(last)),
        None => (part, None),
    };
    let start = match first.parse::<usize>() {
        Ok(line) => line.saturating_sub(1),
        Err(_) if first.is_empty() => 0,
        Err(_) => return Part::Anchor(first),
    };
    match last {
        Some(last) => Part::Lines(start, last.parse().ok()),
        None => Part::Lines(start, Some(start + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind<'_>> {
        directives(text).map(|directive| directive.kind).collect()
    }

    #[test]
    fn reads_parts() {
        let part = |text: &str| match kinds(text).remove(0) {
            Kind::Include { part: Part::Lines(first, last), .. } => format!("{first}..{last:?}"),
            Kind::Include { part: Part::Anchor(name), .. } => name.to_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(part("{{#include a.rs}}"), "0..None");
        assert_eq!(part("{{ #include  a.rs:here }}"), "here");
        assert_eq!(part("{{#rustdoc_include a.rs:2:4}}"), "1..Some(4)");
        assert_eq!(part("{{#include a.rs:3}}"), "2..Some(3)");
        assert_eq!(part("{{#include a.rs:3:}}"), "2..None");
        assert_eq!(part("{{#include a.rs::4}}"), "0..Some(4)");
    }

    #[test]
    fn leaves_other_braces_alone() {
        assert!(kinds("{{ page.title }} {{#quiz a.toml}} {{#include}} {{#include a\n}} {{#include {a}}} {% x %}").is_empty());
        assert_eq!(kinds("{{{#title 标题}}"), [Kind::Title("标题")]);
        let text = r"x \{{#include a.rs}} y";
        assert_eq!(directives(text).map(|found| &text[found.span]).collect::<Vec<_>>(), [r"\{{#include a.rs}}"]);
        assert_eq!(kinds("{{#playground a.rs editable}}"), [Kind::Playground { path: "a.rs", attributes: "editable" }]);
    }
}
