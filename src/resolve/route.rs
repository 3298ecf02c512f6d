//! Logical paths -> addresses, and the check that no two pieces share one.
//!
//! An address is the logical path with number and date prefixes stripped, below its language's home; `slug:` replaces a segment, `path:`
//! the whole. Invariant: an address never leaves the root, because every segment went through `slug` or `declared`.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{Lang, Route};
use crate::model::Front;

use super::place::{Name, declared, join, slug};

/// Makes the addresses of one language.
pub(super) struct Addresses {
    home: Route,
    /// Folders' declared slugs.
    slugs: BTreeMap<String, String>,
    /// By folder: stripped names that more than one sibling would get, which keep their prefix therefore.
    clashes: BTreeMap<String, BTreeSet<String>>,
    /// The addresses of folders that hold something.
    folders: BTreeMap<String, Route>,
}

impl Addresses {
    /// Takes the logical paths of all pieces and folders, and the slugs that folders' pages declare.
    pub(super) fn new<'a>(home: Route, paths: impl Iterator<Item = &'a str>, slugs: BTreeMap<String, String>) -> Self {
        let mut all: BTreeSet<&str> = BTreeSet::new();
        for mut path in paths {
            while !path.is_empty() && all.insert(path) {
                path = path.rsplit_once('/').map_or("", |(above, _)| above);
            }
        }
        let mut names: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        let mut clashes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for path in all {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let stripped = slug(Name::of(name).words);
            let taken = names.entry(folder).or_default();
            if taken.contains(&stripped) {
                clashes.entry(folder.to_owned()).or_default().insert(stripped);
            } else {
                taken.insert(stripped);
            }
        }
        let folders: Vec<String> = names.into_keys().map(str::to_owned).collect();
        let mut addresses = Self { home, slugs, clashes, folders: BTreeMap::new() };
        let routes: Vec<Route> = folders.iter().map(|folder| addresses.folder(folder)).collect();
        addresses.folders = folders.into_iter().zip(routes).collect();
        addresses
    }

    /// The address of a folder.
    pub(super) fn folder(&self, path: &str) -> Route {
        if let Some(known) = self.folders.get(path) {
            return known.clone();
        }
        let mut route = self.home.clone();
        let mut folder = String::new();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let whole = join(&folder, name);
            let segment = self.slugs.get(&whole).map_or_else(|| self.segment(&folder, name), |slug| declared(slug));
            route = route.child(&segment);
            folder = whole;
        }
        route
    }

    /// The address of a piece; `is_folder` pieces are addressed as their folder.
    pub(super) fn piece(&self, logical: &str, folder_page: bool, front: Option<&Front>) -> Route {
        if let Some(path) = front.and_then(|front| front.path.as_deref()) {
            return whole(path);
        }
        if folder_page {
            return self.folder(logical);
        }
        let (folder, name) = logical.rsplit_once('/').unwrap_or(("", logical));
        let segment = match front.and_then(|front| front.slug.as_deref()) {
            Some(slug) => declared(slug),
            None => self.segment(folder, name),
        };
        self.folder(folder).child(&segment)
    }

    fn segment(&self, folder: &str, name: &str) -> String {
        let stripped = slug(Name::of(name).words);
        let clashes = self.clashes.get(folder).is_some_and(|names| names.contains(&stripped));
        if clashes { slug(name) } else { stripped }
    }
}

/// A whole address as written in `path:` or `aliases:`: a page unless its last segment ends with `.html` or `.htm`.
pub(super) fn whole(written: &str) -> Route {
    let mut route = String::from("/");
    let is_file = written.to_lowercase().ends_with(".html") || written.to_lowercase().ends_with(".htm");
    for segment in written.split('/').filter(|segment| !segment.is_empty()) {
        route.push_str(&declared(segment));
        route.push('/');
    }
    if is_file {
        route.pop();
    }
    Route::new(route)
}

/// The home address of a language.
pub(super) fn home(lang: &Lang, default: &Lang) -> Route {
    if lang == default { Route::root() } else { Route::root().child(lang.as_str()) }
}
