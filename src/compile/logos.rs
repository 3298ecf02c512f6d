//! The brand's pictures as `site.yaml` names them -> files of the site with an address, and what is not there.
//!
//! A name counts from the content folder, then from `static/`. Invariant: the address changes with the bytes, so that it may be cached for good.

use crate::config::{Config, FILE};
use crate::diag::{At, Diag, Noted, code};
use crate::id::{Hash, Route, SourcePath};
use crate::load::Tree;
use crate::model::{Logo, Logos};
use crate::world::World;

/// Raised when logos must be fetched again though their bytes are the same.
const VERSION: u32 = 1;

/// Finds the pictures of a brand.
pub(super) fn find(world: &dyn World, tree: &Tree, config: &Config) -> Noted<Logos> {
    let mut diags = Vec::new();
    let mut named = |key: &str, name: Option<&String>| {
        let name = name?;
        let path = candidates(tree, name).find(|path| tree.media.contains_key(path) || tree.statics.contains(path));
        let found = path.and_then(|path| Some((world.facts(&path).ok()?, path)));
        let Some((facts, path)) = found else {
            diags.push(missing(tree, name).at(At::key(&SourcePath::new(FILE), &["brand", key])));
            return None;
        };
        let fingerprint = Hash::of_parts(&[b"logo", &VERSION.to_be_bytes(), &facts.hash.0]).short();
        let route = Route::new(format!("/media/{fingerprint}/{}", path.file_name()));
        Some(Logo { path, route, size: facts.size })
    };
    let brand = &config.brand;
    let logos = Logos { light: named("logo", brand.logo.as_ref()), dark: named("logo_dark", brand.logo_dark.as_ref()) };
    // The same file twice is one address.
    let dark = logos.dark.filter(|dark| logos.light.as_ref() != Some(dark));
    Noted::new(Logos { light: logos.light, dark }, diags)
}

fn candidates<'a>(tree: &'a Tree, name: &'a str) -> impl Iterator<Item = SourcePath> + 'a {
    let name = name.trim_start_matches('/');
    [tree.content_root.as_str(), "static", ""]
        .into_iter()
        .filter_map(move |folder| SourcePath::new(format!("{folder}/")).join(name))
}

fn missing(tree: &Tree, name: &str) -> Diag {
    let diag = Diag::error(&code::NO_LOGO, format!("there is no picture `{name}`"));
    let below = |path: &'_ SourcePath, folder: &str| path.below(folder).map(str::to_owned);
    let media = tree.media.keys().filter_map(|path| below(path, &tree.content_root));
    let names: Vec<String> = media.chain(tree.statics.iter().filter_map(|path| below(path, "static"))).collect();
    let diag = diag.did_you_mean(name, names.iter().map(String::as_str));
    if diag.hints.is_empty() { diag.hint("put it into the content folder or into `static/`") } else { diag }
}
