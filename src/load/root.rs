//! Finds the folder that holds the content, by `site.yaml`, `book.toml` and the folder `content/`.
//!
//! With `site.yaml`: `content/` if it is there, else `src` of `book.toml`, else the site's folder. Without: `src` of `book.toml` first.

use std::collections::BTreeMap;

use super::{BOOK_FILE, SITE_FILE, Tree, is_levels_model};
use crate::diag::{At, Diag, Noted, code};
use crate::id::SourcePath;

/// The content folder of a creator who has a `site.yaml`.
const CONTENT: &str = "content";
/// What is never content where the site's folder is the content root itself.
const NOT_CONTENT: [&str; 3] = ["themes", "static", "dist"];

/// The content root; `tree` holds `site.yaml` and `book.toml` if they are there.
pub(super) fn find(tree: &Tree, files: &BTreeMap<SourcePath, u64>) -> Noted<String> {
    let has = |folder: &str| {
        let first = files.range(SourcePath::new(format!("{folder}/"))..).next();
        first.is_some_and(|(path, _)| path.below(folder).is_some())
    };
    let Noted { value: book, diags } = book_source(tree);
    let book = book.filter(|folder| folder.is_empty() || has(folder));
    let content = has(CONTENT).then(|| CONTENT.to_owned());
    let root = if tree.texts.contains_key(SITE_FILE) { content.or(book) } else { book.or(content) };
    Noted::new(root.unwrap_or_default(), diags)
}

/// `src` of `book.toml`, `src` where it says nothing; `None` without a `book.toml`.
fn book_source(tree: &Tree) -> Noted<Option<String>> {
    let file = SourcePath::new(BOOK_FILE);
    let Some(text) = tree.text(&file) else { return Noted::clean(None) };
    let default = Some("src".to_owned());
    let table: toml::Table = match toml::from_str(text) {
        Ok(table) => table,
        Err(error) => {
            let mark = tree.texts[&file].len() - text.len();
            let span = error.span().map_or(0..0, |span| span.start + mark..span.end + mark);
            let message = format!("`{file}` is not valid TOML: {}", error.message());
            let diag = Diag::error(&code::BAD_TOML, message).at(At::span(&file, span));
            return Noted::new(default, vec![diag.hint("put texts between quotes, one key to a line")]);
        }
    };
    let Some(value) = table.get("book").and_then(|book| book.get("src")) else { return Noted::clean(default) };
    match value.as_str().and_then(|src| file.join(src)) {
        Some(folder) => Noted::clean(Some(folder.as_str().to_owned())),
        None => {
            let diag = Diag::error(&code::BAD_VALUE, "`src` of `book.toml` is no folder of the site");
            let diag = diag.at(At::key(&file, &["book", "src"])).hint("name a folder beside `book.toml`, as `src = \"src\"`");
            Noted::new(default, vec![diag])
        }
    }
}

/// Whether a file is content.
pub(super) fn holds(root: &str, path: &SourcePath) -> bool {
    if !root.is_empty() {
        return path.below(root).is_some();
    }
    let name = path.as_str();
    let is_setting = name == SITE_FILE || name == BOOK_FILE || is_levels_model(path);
    !is_setting && !NOT_CONTENT.iter().any(|folder| path.below(folder).is_some())
}
