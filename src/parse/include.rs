//! A book's text with mdBook's directives -> the text they stand for.
//!
//! Files come from the tree, never from disk. Includes nest ten deep, and what they add to one chapter is bounded.
//! Invariant: whatever is included maps back to the directive in the chapter itself.

use crate::diag::{At, Diag, Noted, Span, code};
use crate::id::SourcePath;
use crate::load::Tree;
use crate::load::directive::{Directive, Kind, Part, directives};

use super::source::Source;

/// How deep includes may nest: as in mdBook.
const DEEPEST: usize = 10;
/// The most bytes that includes may add to a chapter.
const MOST_BYTES: usize = 16 << 20;
/// The most bytes that includes of a chapter may look at, each file counted with [`FILE_COST`] more.
const MOST_READ: usize = 256 << 20;
/// What following an include costs besides the file's bytes.
const FILE_COST: usize = 4 << 10;

/// A text with its directives replaced.
pub(super) struct Expanded<'a> {
    /// The text.
    pub(super) source: Source<'a>,
    /// What `{{#title …}}` says.
    pub(super) title: Option<String>,
}

/// Replaces the directives of a chapter.
pub(super) fn expand<'a>(tree: &Tree, file: &SourcePath, source: Source<'a>) -> Noted<Expanded<'a>> {
    if directives(source.text()).next().is_none() {
        return Noted::clean(Expanded { source, title: None });
    }
    let mut chapter =
        Chapter { tree, file, chain: vec![file.clone()], left: MOST_BYTES, unread: MOST_READ, title: None, diags: Vec::new() };
    let mut expanded = Source::empty();
    let mut from = 0;
    for directive in directives(source.text()) {
        let span = source.span(directive.span.clone());
        expanded.push(&source, from..directive.span.start);
        from = directive.span.end;
        match chapter.replace(source.text(), &directive, &span) {
            Some(text) => expanded.push_instead(&text, &span),
            None => expanded.push(&source, directive.span),
        }
    }
    expanded.push(&source, from..source.text().len());
    Noted::new(Expanded { source: expanded, title: chapter.title }, chapter.diags)
}

/// A chapter while its directives are followed.
struct Chapter<'a> {
    tree: &'a Tree,
    file: &'a SourcePath,
    /// The files being included, the chapter first.
    chain: Vec<SourcePath>,
    /// Bytes that may still be added.
    left: usize,
    /// Bytes that may still be looked at; nothing once the limit was reported.
    unread: usize,
    title: Option<String>,
    diags: Vec<Diag>,
}

impl Chapter<'_> {
    /// What a directive stands for; `None` where it must stay as it is, about which there is a finding.
    fn replace(&mut self, text: &str, directive: &Directive<'_>, span: &Span) -> Option<String> {
        match &directive.kind {
            Kind::Escaped => Some(text[directive.span.start + 1..directive.span.end].to_owned()),
            Kind::Title(title) => {
                self.title.get_or_insert_with(|| (*title).to_owned());
                Some(String::new())
            }
            Kind::Include { path, part } => self.include(path, part, span),
            Kind::Playground { path, attributes } => {
                let code = self.include(path, &Part::Lines(0, None), span)?;
                let comma = if attributes.is_empty() { "" } else { "," };
                Some(format!("```rust{comma}{}\n{code}\n```\n", attributes.replace(' ', ",")))
            }
        }
    }

    fn include(&mut self, path: &str, part: &Part<'_>, span: &Span) -> Option<String> {
        let target = self.target(path, span)?;
        let tree = self.tree;
        let text = tree.text(&target).unwrap_or_default();
        let chosen = match part {
            Part::Lines(first, last) => lines(text, *first, *last),
            Part::Anchor(name) => {
                let chosen = anchored(text, name);
                if chosen.is_none() {
                    self.no_anchor(&target, name, span);
                }
                chosen?
            }
        };
        self.chain.push(target);
        let expanded = self.nested(&chosen, span);
        self.chain.pop();
        self.left = self.left.saturating_sub(expanded.len());
        Some(expanded)
    }

    /// Follows the directives of an included text.
    fn nested(&mut self, text: &str, span: &Span) -> String {
        let mut expanded = String::with_capacity(text.len());
        let mut from = 0;
        for directive in directives(text) {
            expanded.push_str(&text[from..directive.span.start]);
            from = directive.span.end;
            match self.replace(text, &directive, span) {
                Some(replacement) => expanded.push_str(&replacement),
                None => expanded.push_str(&text[directive.span]),
            }
        }
        expanded.push_str(&text[from..]);
        expanded
    }

    /// The file that a path names, if it may be included here.
    fn target(&mut self, path: &str, span: &Span) -> Option<SourcePath> {
        let including = self.chain.last().unwrap_or(self.file);
        let Some(target) = including.join(path) else {
            let message = format!("`{path}` lies outside the site");
            self.report(Diag::error(&code::INCLUDE_OUTSIDE, message).hint("copy the file into the site's folder"), span);
            return None;
        };
        if self.chain.contains(&target) || self.chain.len() > DEEPEST {
            let chain: Vec<&str> = self.chain.iter().chain([&target]).map(SourcePath::as_str).collect();
            let message = format!("`{target}` is included by itself: {}", chain.join(" → "));
            self.report(Diag::error(&code::INCLUDE_CYCLE, message).hint("take one of these includes out"), span);
            return None;
        }
        if !self.tree.texts.contains_key(&target) {
            let message = format!("`{target}` is not there to be included");
            let names = self.tree.texts.keys().filter(|path| path.folder() == target.folder()).map(SourcePath::as_str);
            let diag = Diag::warning(&code::INCLUDE_MISSING, message).did_you_mean(target.as_str(), names);
            self.report(diag.hint(format!("the path counts from `{}/`", including.folder())), span);
            return None;
        }
        if self.unread == 0 {
            return None;
        }
        let cost = self.tree.texts.get(&target).map_or(0, |text| text.len()) + FILE_COST;
        self.unread = self.unread.saturating_sub(cost);
        if self.left == 0 || self.unread == 0 {
            self.unread = 0;
            let diag = Diag::error(&code::INCLUDE_TOO_MUCH, "the includes of this chapter add up to too much");
            self.report(diag.hint("split the chapter, or include parts of files"), span);
            return None;
        }
        Some(target)
    }

    fn no_anchor(&mut self, target: &SourcePath, name: &str, span: &Span) {
        let text = self.tree.text(target).unwrap_or_default();
        let names = text.lines().filter_map(|line| marker(line, "ANCHOR:"));
        let diag = Diag::warning(&code::INCLUDE_NO_ANCHOR, format!("`{target}` has no anchor `{name}`"));
        let diag = diag.did_you_mean(name, names).hint(format!("put the lines `ANCHOR: {name}` and `ANCHOR_END: {name}` in it"));
        self.report(diag, span);
    }

    fn report(&mut self, diag: Diag, span: &Span) {
        self.diags.push(diag.at(At::span(self.file, span.clone())));
    }
}

/// Lines of a text without those that mark anchors.
fn lines(text: &str, first: usize, last: Option<usize>) -> String {
    let count = last.map_or(usize::MAX, |last| last.saturating_sub(first));
    let chosen = text.lines().skip(first).take(count).filter(|line| !is_marker(line));
    join(chosen)
}

/// What stands between an anchor's two lines; `None` if there is no such anchor.
fn anchored(text: &str, name: &str) -> Option<String> {
    let mut after = text.lines().skip_while(|line| marker(line, "ANCHOR:") != Some(name));
    after.next()?;
    let chosen = after.take_while(|line| marker(line, "ANCHOR_END:") != Some(name)).filter(|line| !is_marker(line));
    Some(join(chosen))
}

fn join<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for (number, line) in lines.enumerate() {
        if number > 0 {
            joined.push('\n');
        }
        joined.push_str(line);
    }
    joined
}

fn is_marker(line: &str) -> bool {
    line.contains("ANCHOR") && (marker(line, "ANCHOR:").is_some() || marker(line, "ANCHOR_END:").is_some())
}

/// The name behind `ANCHOR:` or `ANCHOR_END:` in a line, whatever comment sign precedes it.
fn marker<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let (_, after) = line.split_once(word)?;
    let after = after.trim_start();
    let end = after.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(after.len());
    (end > 0).then(|| &after[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_lines_and_anchors() {
        let text = "// ANCHOR: all\na\n// ANCHOR: one\nb\n// ANCHOR_END: one\nc\n// ANCHOR_END: all\nd\n";
        assert_eq!(lines(text, 0, None), "a\nb\nc\nd");
        assert_eq!(lines(text, 1, Some(4)), "a\nb");
        assert_eq!(lines(text, 90, Some(4)), "");
        assert_eq!(anchored(text, "all").as_deref(), Some("a\nb\nc"));
        assert_eq!(anchored(text, "one").as_deref(), Some("b"));
        assert_eq!(anchored(text, "on"), None);
    }
}
