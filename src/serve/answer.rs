//! A path and a viewer -> what is sent back: a page with the preview's script in it, a file, a way on, or that there is nothing.
//!
//! Invariant: in the folder of a build only files that lie below it are read, and none with a dotted name.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::Found;
use super::generation::{Generation, Page, Place};
use super::stage::{Served, Shown};
use crate::access::Viewer;
use crate::artifact::{Body, MediaType};
use crate::id::{Route, SourcePath};

/// What is sent back.
pub(super) struct Answer {
    /// The status (RFC 9110, section 15).
    pub status: u16,
    /// What it is.
    pub media: MediaType,
    /// What it holds.
    pub content: Content,
    /// What was found while it was made.
    pub found: Option<Found>,
}

/// What an answer holds.
pub(super) enum Content {
    /// These bytes.
    Bytes(Arc<[u8]>),
    /// A file of the site's folder.
    Source(SourcePath),
    /// A file of a build.
    Built(std::path::PathBuf),
    /// The address to go to.
    Location(String),
}

impl Answer {
    /// Bytes that are there.
    pub(super) fn bytes(media: MediaType, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { status: 200, media, content: Content::Bytes(bytes.into()), found: None }
    }

    /// A sentence for people, with a status.
    pub(super) fn words(status: u16, words: &str) -> Self {
        Self { status, ..Self::bytes(MediaType::TEXT, format!("{words}\n").into_bytes()) }
    }

    fn location(address: String) -> Self {
        Self { status: 302, media: MediaType::TEXT, content: Content::Location(address), found: None }
    }
}

/// What is sent back for a path, in what is shown now.
pub(super) fn answer(shown: &Shown, path: &str, viewer: Option<&Viewer>) -> Answer {
    match &shown.served {
        Served::Nothing => trouble(shown, 0),
        Served::Built { folder, base_path } => match below(path, base_path) {
            Below::Here(path) => built(folder, base_path, &path),
            Below::Home => Answer::location(base_path.to_string()),
            Below::Elsewhere => Answer::words(404, &format!("the site stands at {base_path}")),
        },
        Served::Made { now, before } => {
            let base_path = now.plan().site().config.base_path();
            match below(path, base_path) {
                Below::Here(path) => made(shown, (now, before.as_deref()), &path, viewer),
                Below::Home => Answer::location(base_path.to_owned()),
                Below::Elsewhere => Answer::words(404, &format!("the site stands at {base_path}")),
            }
        }
    }
}

/// Where a path stands in relation to the site's own.
enum Below {
    /// In it, at this path.
    Here(String),
    /// Before it: its home is meant.
    Home,
    /// Not in it.
    Elsewhere,
}

fn below(path: &str, base_path: &str) -> Below {
    match path.strip_prefix(base_path.trim_end_matches('/')) {
        Some(rest) if rest.starts_with('/') => Below::Here(rest.to_owned()),
        Some("") => Below::Home,
        _ if path == "/" => Below::Home,
        _ => Below::Elsewhere,
    }
}

fn made(shown: &Shown, (now, before): (&Generation, Option<&Generation>), path: &str, viewer: Option<&Viewer>) -> Answer {
    let (status, route) = match now.find(path, viewer) {
        Place::There(route) => return Answer::location(now.plan().site().href(&route)),
        Place::Here(route) => (200, route),
        Place::Nothing(Some(route)) => (404, route),
        Place::Nothing(None) => return Answer::words(404, "nothing is here"),
    };
    let Some(page) = now.page(&route, viewer) else { return Answer::words(404, "nothing is here") };
    let found = Found { generation: now.number, route: route.clone(), diags: page.diags.to_vec() };
    let found = Some(found).filter(|found| !found.diags.is_empty());
    let page =
        if page.is_good() { Some(page) } else { before.and_then(|before| before.page(&route, viewer)).filter(Page::is_good) };
    let Some(page) = page else { return Answer { found, ..trouble(shown, now.number) } };
    let content = match page.body {
        Body::Bytes(html) if page.media == MediaType::HTML => Content::Bytes(with_script(&html, now.number).into()),
        Body::Bytes(bytes) => Content::Bytes(bytes),
        Body::File(path) => Content::Source(path),
    };
    Answer { status, media: page.media, content, found }
}

/// A page with the preview's script at its end.
fn with_script(html: &[u8], generation: u64) -> Vec<u8> {
    let end = memchr::memmem::rfind(html, b"</body>").unwrap_or(html.len());
    let script = script(generation);
    [&html[..end], script.as_bytes(), &html[end..]].concat()
}

/// The script's element. It is neither `defer` nor `async`: it must see the page before the theme's own scripts change it.
fn script(generation: u64) -> String {
    format!("<script src=\"/_kmsite/preview.js\" data-generation=\"{}\"></script>\n", generation_name(generation))
}

/// A generation's name, which is another one after the program was started again.
pub(super) fn generation_name(generation: u64) -> String {
    format!("{}-{generation}", std::process::id())
}

/// A page of nothing but what is wrong.
fn trouble(shown: &Shown, generation: u64) -> Answer {
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\" data-kmsite-trouble>\n<meta charset=\"utf-8\">\n<title>kmsite</title>\n<body>\n<noscript><pre>{}</pre></noscript>\n{}</body>\n</html>\n",
        shown.trouble.replace('&', "&amp;").replace('<', "&lt;"),
        script(generation),
    );
    Answer { status: 500, ..Answer::bytes(MediaType::HTML, page.into_bytes()) }
}

/// A file of a build, as a host would find it.
fn built(folder: &Path, base_path: &str, path: &str) -> Answer {
    let route = Route::new(path);
    let source = SourcePath::new(route.file());
    let is_hidden = path.split('/').any(|name| name.starts_with('.')) || !source.leads_below();
    let file = folder.join(source.as_str());
    if !is_hidden && file.is_file() {
        let media = MediaType::of_extension(&source.extension());
        return Answer { status: 200, media, content: Content::Built(file), found: None };
    }
    let page = Route::new(format!("{path}/"));
    if !is_hidden && !route.is_page() && folder.join(page.file()).is_file() {
        return Answer::location(format!("{}{}", base_path.trim_end_matches('/'), page.encoded()));
    }
    let above = path.match_indices('/').rev().map(|(at, _)| &path[..=at]);
    let not_found = above.filter(|_| !is_hidden).map(|above| folder.join(format!("{}404.html", &above[1..])));
    let root = std::iter::once(folder.join("404.html"));
    match not_found.chain(root).find_map(|file| fs::read(file).ok()) {
        Some(html) => Answer { status: 404, ..Answer::bytes(MediaType::HTML, html) },
        None => Answer::words(404, "nothing is here"),
    }
}
