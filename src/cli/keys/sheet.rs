//! Codes -> a file of them: CSV with headings, or for shops that take nothing else (卡密), one code a line.
//!
//! The file is made once, for its owner's eyes, and never within what a build publishes. What buyers typed cannot become a formula.

use std::path::Path;

use crate::cli::create::already_there;
use crate::cli::{Env, Failure};
use crate::config::Config;
use crate::diag::{Diag, code};
use crate::disk::own;

/// What a file of codes has in it: headings, and the cells of each line.
pub(super) struct Sheet {
    /// The headings.
    pub(super) head: &'static [&'static str],
    /// The lines; the code is the first cell.
    pub(super) lines: Vec<Vec<String>>,
}

impl Sheet {
    /// Writes the file: one code a line if its name ends in `.txt`, else CSV.
    pub(super) fn create(&self, path: &Path) -> Result<(), Failure> {
        let text = if path.extension().is_some_and(|extension| extension == "txt") { self.codes() } else { self.csv() };
        own::create_private(path, text.as_bytes()).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => already_there(path),
            _ => Failure::io(format!("write `{}`", path.display()))(error),
        })
    }

    /// One code a line.
    pub(super) fn codes(&self) -> String {
        self.lines.iter().filter_map(|line| line.first()).fold(String::new(), |text, code| text + code + "\n")
    }

    /// CSV (RFC 4180), with a byte order mark: without one, spreadsheets take Chinese for something else.
    pub(super) fn csv(&self) -> String {
        let mut text = format!("\u{feff}{}\r\n", self.head.join(","));
        for line in &self.lines {
            let cells: Vec<String> = line.iter().map(|cell| quoted(cell)).collect();
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        }
        text
    }
}

/// A cell, in quotes where it needs them. A spreadsheet would take `=…` and the like for a formula: an apostrophe before it says that it is none.
fn quoted(cell: &str) -> String {
    let mut signs = cell.chars();
    let is_formula = match signs.next() {
        Some('=' | '@' | '\t' | '\r') => true,
        Some('+' | '-') => !signs.next().is_some_and(|next| next.is_ascii_digit()),
        _ => false,
    };
    let cell = if is_formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

/// Refuses a file where a build would find it.
pub(super) fn check_place(path: &Path, config: &Config, env: &Env<'_>) -> Result<(), Failure> {
    let absolute = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
        folder.map_or(path.clone(), |folder| folder.join(path.file_name().unwrap_or_default()))
    };
    let place = absolute(path);
    let root = env.root.canonicalize().unwrap_or_else(|_| env.root.clone());
    let themes = Path::new("themes").join(&config.theme);
    let published = [Path::new("static"), Path::new("content"), Path::new(crate::cli::build::OUT), &themes];
    if !published.iter().any(|folder| place.starts_with(root.join(folder))) {
        return Ok(());
    }
    let diag = Diag::error(&code::REFUSED, format!("a file of codes in `{}` could be published with the site", path.display()));
    Err(diag.hint("name a file outside the site's folder").into())
}
