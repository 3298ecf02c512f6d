//! The files that a site's theme is made of, and where each comes from: for `kmsite theme`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{DEFAULT, built_in, folder};
use crate::id::SourcePath;

/// A file of a theme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its path in the theme's folder: `templates/base.html`.
    pub file: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a file of a theme comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is built in.
    BuiltIn,
    /// The site has a copy that differs in nothing, and so changes nothing.
    Copied,
    /// The site's file stands in for one that is built in; of strings, for the keys it gives.
    Overridden,
    /// The site alone has it.
    Own,
}

/// Lists the files of a theme in order of their paths, from all files below `themes/` of a site.
#[must_use]
pub fn list(name: &str, files: &BTreeMap<SourcePath, Arc<[u8]>>) -> Vec<Listed> {
    let below = built_in();
    let folder = folder(name);
    let above: BTreeMap<&str, &Arc<[u8]>> =
        files.iter().filter_map(|(path, bytes)| Some((path.below(&folder)?, bytes))).collect();
    let paths: BTreeSet<&str> = below.keys().map(String::as_str).chain(above.keys().copied()).collect();
    let origin = |path: &str| match (below.get(path), above.get(path)) {
        (Some(file), Some(own)) if file.bytes == **own => Origin::Copied,
        (Some(_), Some(_)) => Origin::Overridden,
        (Some(_), None) => Origin::BuiltIn,
        (None, _) => Origin::Own,
    };
    paths.into_iter().map(|path| Listed { file: path.to_owned(), origin: origin(path) }).collect()
}

/// The bytes of a file that is built in.
#[must_use]
pub fn built_in_file(file: &str) -> Option<&'static [u8]> {
    DEFAULT.get_file(file).map(include_dir::File::contents)
}

/// The built-in files that a name means: a path in the theme's folder, else the end of one, as `base.html`.
#[must_use]
pub fn meant(name: &str) -> Vec<String> {
    let name = name.trim_start_matches("./").trim_start_matches('/');
    let files = built_in();
    if files.contains_key(name) {
        return vec![name.to_owned()];
    }
    let end = format!("/{name}");
    files.into_keys().filter(|path| path.ends_with(&end)).collect()
}
