//! Rust source as far as its names go: comments and texts blanked out, tests apart.

use std::collections::BTreeSet;
use std::path::Path;

use crate::sandbox::files;

/// A source file.
pub struct Source {
    /// Its module, with `/` between names: `render/html/block`; `lib` and `main` for the roots.
    pub module: String,
    /// Its code without comments, texts and tests.
    pub code: String,
    /// Its tests, as they are.
    pub tests: String,
}

impl Source {
    /// All source files below a folder.
    pub fn all(folder: &Path) -> Vec<Self> {
        let files = files(folder).into_iter().filter(|file| file.extension().is_some_and(|end| end == "rs"));
        let read = |file: std::path::PathBuf| {
            let path = file.strip_prefix(folder).ok()?.with_extension("");
            let path = path.to_str()?.replace('\\', "/");
            let module = path.strip_suffix("/mod").unwrap_or(&path).to_owned();
            Some(Self::new(&module, &std::fs::read_to_string(file).ok()?))
        };
        let all: Vec<Self> = files.filter_map(read).collect();
        assert!(all.len() > 100, "the sources were found");
        all
    }

    /// A file of this module with this text.
    pub fn new(module: &str, text: &str) -> Self {
        let (code, tests) = text.split_once("#[cfg(test)]\nmod tests").unwrap_or((text, ""));
        Self { module: module.to_owned(), code: blanked(code), tests: tests.to_owned() }
    }

    /// What it names of the crate's other modules, as `model::Doc`: by `crate::…`, also in groups, and by chains of `super`.
    pub fn modules_known(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for start in ["crate::", "kmsite::"] {
            for (at, _) in self.code.match_indices(start) {
                if !self.code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
                    paths(&self.code[at + start.len()..], "", &mut found);
                }
            }
        }
        let depth = self.module.split('/').count();
        let chain = "super::".repeat(depth);
        for (at, _) in self.code.match_indices(&chain) {
            if !self.code[..at].ends_with("super::") {
                paths(&self.code[at + chain.len()..], "", &mut found);
            }
        }
        found
    }

    /// Whether it names a crate: by a path that begins with its name, where no module of that name is at hand.
    pub fn names_crate(&self, name: &str) -> bool {
        let is_local = self.modules_known().iter().any(|path| path.ends_with(&format!("::{name}")))
            || self.code.contains(&format!("mod {name};"));
        let by_path = |path: String| {
            self.code
                .match_indices(&path)
                .any(|(at, _)| !self.code[..at].ends_with(|c: char| c.is_alphanumeric() || "_:".contains(c)))
        };
        by_path(format!("use {name};")) || by_path(format!("use {name}::")) || (!is_local && by_path(format!("{name}::")))
    }
}

/// The paths that a tree of names begins with, to their second name: `diag::{At, Diag}` gives `diag::At` and `diag::Diag`.
fn paths(tree: &str, above: &str, found: &mut BTreeSet<String>) {
    let tree = tree.trim_start();
    if let Some(group) = tree.strip_prefix('{') {
        let mut depth = 0;
        let mut start = 0;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    if !group[start..at].trim().is_empty() {
                        paths(&group[start..at], above, found);
                    }
                    start = at + 1;
                    if c == '}' {
                        return;
                    }
                }
                _ => {}
            }
        }
        return;
    }
    let end = tree.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(tree.len());
    let name = &tree[..end];
    match (above, tree[end..].strip_prefix("::")) {
        ("", Some(below)) => paths(below, name, found),
        ("", None) => drop(found.insert(name.to_owned())),
        // What a group takes by itself is the module, and `super::super::x` goes on.
        (above, _) if name == "self" || name.is_empty() => drop(found.insert(above.to_owned())),
        (above, _) => drop(found.insert(format!("{above}::{name}"))),
    }
}

/// Code without comments and with empty texts. Lifetimes and characters are told apart by the second quote.
fn blanked(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' => text_end(rest, 1),
            'r' if !out.ends_with(|c: char| c.is_alphanumeric() || c == '_') => raw_text_end(rest).unwrap_or(0),
            '\'' => character_end(rest).unwrap_or(0),
            _ => 0,
        };
        let taken = if skipped > 0 { skipped } else { c.len_utf8() };
        if skipped == 0 {
            out.push(c);
        }
        rest = &rest[taken..];
    }
    out
}

/// Where a text ends of which the content begins at `from`.
fn text_end(rest: &str, from: usize) -> usize {
    let mut escaped = false;
    for (at, c) in rest[from..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return from + at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Where a raw text ends; `None` if there is none.
fn raw_text_end(rest: &str) -> Option<usize> {
    let hashes = rest[1..].chars().take_while(|c| *c == '#').count();
    let content = rest[1 + hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(content.find(&close).map_or(rest.len(), |end| 2 + hashes + end + close.len()))
}

/// Where a character ends; `None` for a lifetime.
fn character_end(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        let (at, _) = chars.next()?;
        return rest[at + 1..].find('\'').map(|end| at + 1 + end + 1);
    }
    let (at, second) = chars.next()?;
    (second == '\'').then_some(at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_comments_are_blanked() {
        let code = "a /* b */ \"c\\\"\" r#\"d\"e\"# 'f' '\\'' '\\u{1f}' <'g> // h\ni";
        let blank: String = blanked(code).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(blank, "a <'g> i");
    }

    #[test]
    fn crates_are_told_from_modules() {
        assert!(Source::new("a", "use image::Rgb;").names_crate("image"));
        assert!(Source::new("a", "fn f() { image::open() }").names_crate("image"));
        assert!(!Source::new("a", "use crate::render::image; fn f() { image::open() }").names_crate("image"));
        assert!(!Source::new("a", "fn f() { my_image::open(); x::image::y() }").names_crate("image"));
    }
}
