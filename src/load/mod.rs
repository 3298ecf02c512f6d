//! World -> [`Tree`]: the files a site is made of; text as bytes, media as path and length.
//!
//! Decides which folder is the content, and says what cannot be read; it looks into no text but for the names of included files.
//! Invariant: every text of a tree is UTF-8, and every table is in path order.

mod again;
pub mod directive;
mod root;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::diag::{At, Diag, Noted, code};
use crate::id::SourcePath;
use crate::world::World;

use again::Bytes;
pub use again::{Changes, Reading};

/// The configuration's file name.
pub const SITE_FILE: &str = "site.yaml";
/// mdBook's configuration.
pub const BOOK_FILE: &str = "book.toml";
/// The file that lists a book's chapters.
pub const SUMMARY_FILE: &str = "SUMMARY.md";

/// The folder of campaigns, below the content root.
pub const CAMPAIGNS: &str = "campaigns";
/// The end of the name of a file of weights, beside the campaign it belongs to.
pub const WEIGHTS: &str = ".weights.yaml";

/// The folder of the fonts that social cards are set in.
pub const FONTS: &str = "fonts";
/// The ends of names of fonts: OpenType and TrueType, alone or several in a file.
pub const FONT_ENDINGS: [&str; 4] = ["ttf", "otf", "ttc", "otc"];

/// Text files longer than this are worth a warning: 10 MB.
const HUGE: usize = 10_000_000;

/// The files of a site.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The folder that holds the content, without a closing `/`; empty for the site's folder itself.
    pub content_root: String,
    /// Bytes of the Markdown below the content root, of `site.yaml`, every `book.toml`, the campaigns and classifiers of levels, and of what books include.
    ///
    /// As they are on disk, byte order mark included, so that spans fit; valid UTF-8.
    pub texts: BTreeMap<SourcePath, Arc<[u8]>>,
    /// Length in bytes of every other file below the content root.
    pub media: BTreeMap<SourcePath, u64>,
    /// The files of `static/`.
    pub statics: Vec<SourcePath>,
    /// The files of `themes/`.
    pub theme: BTreeMap<SourcePath, Arc<[u8]>>,
    /// The folders that hold a `SUMMARY.md`.
    pub books: BTreeSet<String>,
    /// The fonts right below `fonts/`, which social cards are set in.
    pub fonts: Vec<SourcePath>,
}

impl Tree {
    /// Whether a file is Markdown of the content, and so a document or a summary.
    #[must_use]
    pub fn is_markdown(&self, path: &SourcePath) -> bool {
        is_markdown(path) && root::holds(&self.content_root, path)
    }

    /// The Markdown files of the content with their bytes, summaries included, in path order.
    pub fn markdown(&self) -> impl Iterator<Item = (&SourcePath, &Arc<[u8]>)> {
        self.texts.iter().filter(|(path, _)| self.is_markdown(path))
    }

    /// The files of campaigns with their bytes, in path order.
    pub fn campaigns(&self) -> impl Iterator<Item = (&SourcePath, &Arc<[u8]>)> {
        let is_one = |path: &SourcePath| is_campaign(&self.content_root, path) && !path.as_str().ends_with(WEIGHTS);
        self.texts.iter().filter(move |(path, _)| is_one(path))
    }

    /// The files of weights of campaigns with their bytes, in path order.
    pub fn weights(&self) -> impl Iterator<Item = (&SourcePath, &Arc<[u8]>)> {
        let is_one = |path: &SourcePath| is_campaign(&self.content_root, path) && path.as_str().ends_with(WEIGHTS);
        self.texts.iter().filter(move |(path, _)| is_one(path))
    }

    /// The nearest folder above a file that holds a `SUMMARY.md`.
    #[must_use]
    pub fn book_of<'a>(&self, path: &'a SourcePath) -> Option<&'a str> {
        let mut folder = path.folder();
        loop {
            if self.books.contains(folder) {
                return Some(folder);
            }
            folder = match folder.rsplit_once('/') {
                Some((above, _)) => above,
                None if folder.is_empty() => return None,
                None => "",
            };
        }
    }

    /// A text without its byte order mark; `None` if there is no such text.
    #[must_use]
    pub fn text(&self, path: &SourcePath) -> Option<&str> {
        let text = std::str::from_utf8(self.texts.get(path)?).ok()?;
        Some(text.strip_prefix('\u{feff}').unwrap_or(text))
    }
}

/// Whether a file's name is `SUMMARY.md`, or that of a language (`SUMMARY.en.md`), in whatever case.
#[must_use]
pub fn is_summary(path: &SourcePath) -> bool {
    let name = path.file_name();
    if !name.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("summary")) {
        return false;
    }
    let name = name.to_ascii_lowercase();
    let Some(middle) = name.strip_prefix("summary").and_then(|rest| rest.strip_suffix(".md")) else { return false };
    middle.is_empty() || middle.strip_prefix('.').is_some_and(is_tag)
}

/// Whether a text has the form of a language's tag: two letters, and subtags.
fn is_tag(text: &str) -> bool {
    let mut parts = text.split(['-', '_']);
    let is_primary = parts.next().is_some_and(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_alphabetic()));
    is_primary && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Whether a file is a campaign: YAML right below the folder of campaigns.
fn is_campaign(root: &str, path: &SourcePath) -> bool {
    let Some((folder, name)) = path.as_str().rsplit_once('/') else { return false };
    let below = if root.is_empty() { Some(folder) } else { folder.strip_prefix(root).and_then(|rest| rest.strip_prefix('/')) };
    below == Some(CAMPAIGNS) && (name.ends_with(".yaml") || name.ends_with(".yml"))
}

/// Whether a file is a classifier of levels, which stands in the site's folder: `levels-en.model`.
#[must_use]
pub fn is_levels_model(path: &SourcePath) -> bool {
    path.folder().is_empty() && path.as_str().strip_prefix("levels-").is_some_and(|rest| rest.ends_with(".model"))
}

/// Whether a file is a font that cards are set in: it lies right below [`FONTS`].
fn is_font(path: &SourcePath) -> bool {
    path.folder() == FONTS && FONT_ENDINGS.contains(&path.extension().to_ascii_lowercase().as_str())
}

fn is_markdown(path: &SourcePath) -> bool {
    let end = path.file_name().rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map_or("", |(_, end)| end);
    ["md", "markdown"].iter().any(|markdown| end.eq_ignore_ascii_case(markdown))
}

/// Reads the files of a site, texts in parallel.
///
/// A text that cannot be read or is not UTF-8 is an error and stays out of the tree.
pub fn load(world: &dyn World) -> Noted<Tree> {
    let mut diags = Vec::new();
    let entries = world.walk().take(&mut diags);
    let files: BTreeMap<SourcePath, u64> = entries.into_iter().map(|entry| (entry.path, entry.len)).collect();
    let tree = gather(&Bytes::fresh(world), &files).take(&mut diags);
    Noted::new(tree, diags)
}

/// Sorts the files of a site by what they are for, and reads the texts.
fn gather(bytes: &Bytes<'_>, files: &BTreeMap<SourcePath, u64>) -> Noted<Tree> {
    let mut diags = Vec::new();
    let settings = [SITE_FILE, BOOK_FILE].map(SourcePath::new).into_iter().filter(|path| files.contains_key(path));
    let settings = settings.chain(files.keys().filter(|path| is_levels_model(path)).cloned()).collect();
    let mut tree = Tree { texts: read_texts(bytes, settings).take(&mut diags), ..Tree::default() };
    tree.content_root = root::find(&tree, files).take(&mut diags);
    let mut texts = Vec::new();
    let mut themes = Vec::new();
    for (path, &len) in files {
        if is_font(path) {
            tree.fonts.push(path.clone());
        }
        if root::holds(&tree.content_root, path) {
            if is_summary(path) {
                tree.books.insert(path.folder().to_owned());
            }
            if is_markdown(path) || path.file_name() == BOOK_FILE || is_campaign(&tree.content_root, path) {
                texts.push(path.clone());
            } else {
                tree.media.insert(path.clone(), len);
            }
        } else if path.below("static").is_some() {
            tree.statics.push(path.clone());
        } else if path.below("themes").is_some() {
            themes.push(path.clone());
        }
    }
    tree.texts.append(&mut read_texts(bytes, texts).take(&mut diags));
    tree.theme = read_all(bytes, themes).take(&mut diags);
    read_includes(bytes, files, &mut tree).take(&mut diags);
    // Files that cannot be read are reported one by one.
    if !files.keys().any(|path| tree.is_markdown(path)) {
        diags.push(no_content(&tree.content_root));
    }
    Noted::new(tree, diags)
}

fn no_content(root: &str) -> Diag {
    let place = if root.is_empty() { "the site's folder".to_owned() } else { format!("`{root}`") };
    Diag::error(&code::NO_CONTENT, format!("there is no Markdown file in {place}")).hint("add one, or begin with `kmsite new`")
}

/// Adds the texts that books include, and those that these include.
fn read_includes(bytes: &Bytes<'_>, files: &BTreeMap<SourcePath, u64>, tree: &mut Tree) -> Noted<()> {
    let mut diags = Vec::new();
    let in_books: Vec<&SourcePath> = tree.markdown().map(|(path, _)| path).filter(|path| tree.book_of(path).is_some()).collect();
    let mut wanted: BTreeSet<SourcePath> = in_books.into_par_iter().flat_map_iter(|path| targets(tree, path)).collect();
    let mut seen = BTreeSet::new();
    while !wanted.is_empty() {
        let fresh: Vec<SourcePath> = wanted.into_iter().filter(|path| seen.insert(path.clone())).collect();
        let unread = fresh.iter().filter(|path| files.contains_key(*path) && !tree.texts.contains_key(*path)).cloned().collect();
        tree.texts.append(&mut read_texts(bytes, unread).take(&mut diags));
        wanted = fresh.par_iter().flat_map_iter(|path| targets(tree, path)).collect();
    }
    Noted::new((), diags)
}

/// The files that a text includes, as far as they lie inside the site.
fn targets(tree: &Tree, path: &SourcePath) -> Vec<SourcePath> {
    let text = tree.text(path).unwrap_or_default();
    directive::directives(text).filter_map(|directive| path.join(directive.kind.path()?)).collect()
}

/// Reads files in parallel.
fn read_all(bytes: &Bytes<'_>, paths: Vec<SourcePath>) -> Noted<BTreeMap<SourcePath, Arc<[u8]>>> {
    let read: Vec<_> = paths
        .into_par_iter()
        .map(|path| {
            let read = bytes.of(&path);
            (path, read)
        })
        .collect();
    let mut diags = Vec::new();
    let mut files = BTreeMap::new();
    for (path, bytes) in read {
        match bytes {
            Ok(bytes) => drop(files.insert(path, bytes)),
            Err(error) => diags.push(
                Diag::error(&code::UNREADABLE, format!("`{path}` cannot be read: {error}"))
                    .at(At::file(&path))
                    .hint("look at the file's permissions, or take it out of the site's folder"),
            ),
        }
    }
    Noted::new(files, diags)
}

/// Reads files that must be text.
fn read_texts(bytes: &Bytes<'_>, paths: Vec<SourcePath>) -> Noted<BTreeMap<SourcePath, Arc<[u8]>>> {
    let Noted { value: mut files, mut diags } = read_all(bytes, paths);
    let check = |(path, text): (&SourcePath, &Arc<[u8]>)| match bytes.is_known_text(path, text) {
        true => check_length(path, text),
        false => check_text(path, text),
    };
    let checks: Vec<Option<Diag>> = files.par_iter().map(check).collect();
    for diag in checks.into_iter().flatten() {
        if let Some(at) = diag.at.as_ref().filter(|_| *diag.code == code::NOT_UTF8) {
            files.remove(&at.file);
        }
        diags.push(diag);
    }
    Noted::new(files, diags)
}

/// Says of a text that it is not UTF-8, or very long.
fn check_text(path: &SourcePath, bytes: &[u8]) -> Option<Diag> {
    if let Err(error) = std::str::from_utf8(bytes) {
        let bad = error.valid_up_to();
        let before = String::from_utf8_lossy(&bytes[..bad]);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let message = format!("`{path}` is not UTF-8: byte 0x{:02X} at line {line}, column {column}", bytes[bad]);
        let diag = Diag::error(&code::NOT_UTF8, message).at(At::span(path, bad..bad + 1));
        return Some(diag.hint("save the file as UTF-8 (it may be GBK, UTF-16 or Latin-1)"));
    }
    check_length(path, bytes)
}

/// Says of a text that it is very long.
fn check_length(path: &SourcePath, bytes: &[u8]) -> Option<Diag> {
    (bytes.len() > HUGE).then(|| {
        let message = format!("`{path}` has {} MB of text", bytes.len() / 1_000_000);
        Diag::warning(&code::HUGE_FILE, message).at(At::file(path)).hint("split it into several files")
    })
}
