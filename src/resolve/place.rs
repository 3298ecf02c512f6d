//! A file's path -> what it says: language, logical path, number, date, and whether it stands for its folder.
//!
//! The logical path is the same for all translations of a piece: below the content folder, without language folder and suffix.
//! Pure functions on names; nothing here knows what kind of piece a file becomes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::id::{Lang, SourcePath};

/// Names by which folders and suffixes give a language, in lower case, with the tag they stand for.
const LANGUAGE_NAMES: &[(&str, &str)] = &[
    ("ar", "ar"),
    ("cn", "zh"),
    ("de", "de"),
    ("en", "en"),
    ("en-gb", "en-GB"),
    ("en-us", "en-US"),
    ("es", "es"),
    ("fr", "fr"),
    ("hi", "hi"),
    ("hk", "zh-Hant"),
    ("id", "id"),
    ("it", "it"),
    ("ja", "ja"),
    ("ko", "ko"),
    ("nl", "nl"),
    ("pl", "pl"),
    ("pt", "pt"),
    ("pt-br", "pt-BR"),
    ("ru", "ru"),
    ("th", "th"),
    ("tr", "tr"),
    ("tw", "zh-Hant"),
    ("uk", "uk"),
    ("vi", "vi"),
    ("zh", "zh"),
    ("zh-cn", "zh"),
    ("zh-hans", "zh"),
    ("zh-hant", "zh-Hant"),
    ("zh-hk", "zh-Hant"),
    ("zh-tw", "zh-Hant"),
];

/// The language that a folder or suffix of this name stands for: one of the site's own, else a well-known one.
pub(super) fn named_language(name: &str, configured: &[Lang]) -> Option<Lang> {
    let name = name.to_lowercase().replace('_', "-");
    if let Some(lang) = configured.iter().find(|lang| lang.as_str().to_lowercase() == name) {
        return Some(lang.clone());
    }
    LANGUAGE_NAMES.binary_search_by_key(&name.as_str(), |(key, _)| key).ok().map(|at| Lang::new(LANGUAGE_NAMES[at].1))
}

/// Which folders of a site hold one language each.
///
/// A folder named by a language is one if it lies in the content folder itself, or if its parent holds nothing but such folders.
#[derive(Debug, Default)]
pub(super) struct LanguageFolders(BTreeMap<String, Lang>);

impl LanguageFolders {
    /// Finds them among the paths below the content folder (of Markdown files).
    pub(super) fn find<'a>(paths: impl Iterator<Item = &'a str>, configured: &[Lang]) -> Self {
        let mut folders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut with_files: BTreeSet<&str> = BTreeSet::new();
        for path in paths {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            with_files.insert(folder);
            let mut at = folder;
            while let Some((parent, name)) = split_last(at) {
                if !folders.entry(parent).or_default().insert(name) {
                    break;
                }
                at = parent;
            }
        }
        let mut found = BTreeMap::new();
        for (parent, names) in &folders {
            let all = names.iter().all(|name| named_language(name, configured).is_some());
            if !parent.is_empty() && (!all || with_files.contains(parent)) {
                continue;
            }
            for name in names {
                if let Some(lang) = named_language(name, configured) {
                    found.insert(join(parent, name), lang);
                }
            }
        }
        Self(found)
    }

    /// The language of the folder that a path lies in, and the path without it; the outermost such folder counts.
    pub(super) fn split<'a>(&self, path: &'a str) -> Option<(&Lang, &'a str)> {
        // A wrapper around language folders is no folder of the site: `translations/zh/a.md` is `a.md` in Chinese.
        path.match_indices('/').find_map(|(at, _)| self.0.get(&path[..at]).map(|lang| (lang, &path[at + 1..])))
    }

    /// The languages that have a folder.
    pub(super) fn languages(&self) -> impl Iterator<Item = &Lang> {
        self.0.values()
    }
}

/// `a/b/c` -> (`a/b`, `c`); `a` -> (``, `a`); nothing for the empty path.
fn split_last(path: &str) -> Option<(&str, &str)> {
    if path.is_empty() { None } else { Some(path.rsplit_once('/').unwrap_or(("", path))) }
}

/// Joins a folder, which may be empty, and a name.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { [folder, "/", name].concat() }
}

/// What a file's path says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The language, if the path gives one.
    pub lang: Option<Lang>,
    /// The folder, below the content folder and without a language folder.
    pub folder: String,
    /// The file's name without extension and language suffix.
    pub stem: String,
    /// Whether it is its folder's own page.
    pub index: bool,
    /// See `logical()`.
    logical: String,
}

impl Place {
    /// Reads a path below the content folder.
    pub(super) fn of(path: &str, folders: &LanguageFolders, configured: &[Lang]) -> Self {
        let (mut lang, rest) = match folders.split(path) {
            Some((lang, rest)) => (Some(lang.clone()), rest),
            None => (None, path),
        };
        let (folder, name) = split_last(rest).unwrap_or(("", rest));
        let mut stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        if let Some((before, suffix)) = stem.rsplit_once('.')
            && !before.is_empty()
            && let Some(found) = named_language(suffix, configured)
        {
            stem = before;
            lang = Some(found);
        }
        let index = matches!(stem.to_lowercase().as_str(), "readme" | "index" | "_index");
        let folder = without_posts(folder);
        let logical = if index { folder.clone() } else { join(&folder, stem) };
        Self { lang, folder, stem: stem.to_owned(), index, logical }
    }

    /// What all translations of a piece share: its folder for a folder's own page, else folder and name.
    pub(super) fn logical(&self) -> &str {
        &self.logical
    }
}

/// A folder without `_posts` and `_drafts`, in which Jekyll and Hexo keep what belongs to the folder around them.
fn without_posts(folder: &str) -> String {
    if !folder.contains('_') {
        return folder.to_owned();
    }
    let names = folder.split('/').filter(|name| !matches!(*name, "_posts" | "_drafts"));
    names.collect::<Vec<_>>().join("/")
}

/// What a file's or folder's name holds besides its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name<'a> {
    /// A number in front, as in `01-intro` (three digits at the most: `2024-review` is a year).
    pub number: Option<u64>,
    /// A date in front, as in `2024-05-01-name`.
    pub date: Option<Date>,
    /// The rest.
    pub words: &'a str,
}

impl<'a> Name<'a> {
    /// Takes a name apart. A name of nothing but number or date keeps it as its words.
    pub(super) fn of(name: &'a str) -> Self {
        if let Some(date) = name.get(..10)
            && let Ok(date) = date.parse::<Date>()
        {
            let words = name[10..].trim_start_matches(['-', '_', ' ']);
            return Self { number: None, date: Some(date), words: if words.is_empty() { name } else { words } };
        }
        let digits = name.bytes().take_while(u8::is_ascii_digit).count();
        let rest = &name[digits..];
        let words = rest.strip_prefix(". ").or_else(|| rest.strip_prefix(['-', '_', ' '])).unwrap_or_default();
        let words = words.trim_start_matches(['-', '_', ' ']);
        if (1..=3).contains(&digits) && !words.is_empty() {
            return Self { number: name[..digits].parse().ok(), date: None, words };
        }
        Self { number: None, date: None, words: name }
    }

    /// The words as a title: `getting-started` -> `Getting started`.
    pub(super) fn title(&self) -> String {
        let text = self.words.replace(['-', '_'], " ");
        let mut chars = text.chars();
        chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
    }
}

/// A path segment of an address: spaces become `-`, what addresses or file systems cannot hold is dropped, letters are kept as they are.
///
/// Never empty, `.` or `..`.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '/' | '\\' | '-' => push_dash(&mut slug),
            c if c.is_whitespace() => push_dash(&mut slug),
            c => push_kept(&mut slug, c),
        }
    }
    titled(slug.trim_matches('-'))
}

/// A path segment that the author wrote for an address that may be known already: as [`slug`], but dashes stay as they are.
pub(super) fn declared(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '/' | '\\' => segment.push('-'),
            c if c.is_whitespace() => segment.push('-'),
            c => push_kept(&mut segment, c),
        }
    }
    titled(&segment)
}

/// Adds a character that is no space, as far as addresses can hold it.
fn push_kept(slug: &mut String, c: char) {
    match c {
        '#' => slug.push_str("sharp"),
        '?' | '%' | '"' | '\'' | '<' | '>' | '|' | '*' | ':' | '`' | '^' | '[' | ']' | '{' | '}' => {}
        c if c.is_control() => {}
        c => slug.push(c),
    }
}

/// The segment, unless it is none.
fn titled(segment: &str) -> String {
    if segment.trim_matches('.').is_empty() { "untitled".to_owned() } else { segment.to_owned() }
}

fn push_dash(slug: &mut String) {
    if !slug.ends_with('-') {
        slug.push('-');
    }
}

/// A key that sorts names as people do: digits by their value, the rest by character.
pub(super) fn natural(name: &str) -> Vec<(String, u64)> {
    let mut key = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let words = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let digits = rest[words..].bytes().take_while(u8::is_ascii_digit).count();
        let number = rest[words..words + digits].parse().unwrap_or(u64::MAX);
        key.push((rest[..words].to_lowercase(), if digits == 0 { 0 } else { number }));
        rest = &rest[words + digits..];
    }
    key
}

/// What lies below the content folder of a path; the path itself if it lies elsewhere.
pub(super) fn below<'a>(path: &'a SourcePath, content_root: &str) -> &'a str {
    path.below(content_root).unwrap_or(path.as_str())
}
