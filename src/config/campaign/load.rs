//! A file of a campaign -> `Campaign`, with everything that is wrong in it by itself.
//!
//! It is read as `site.yaml` is: unknown keys are errors, and all wrong values are found at once.

use super::Campaign;
use crate::config::load::{Places, read};
use crate::config::rules;
use crate::config::schema::Known;
use crate::config::typed::{self, Typed};
use crate::diag::{At, Noted};
use crate::id::SourcePath;

/// Reads a campaign; `None` of one that cannot be used.
pub fn load(path: &SourcePath, bytes: &[u8]) -> Noted<Option<Campaign>> {
    let mut diags = Vec::new();
    let Some(written) = read(path, bytes, &mut diags) else { return Noted::new(None, diags) };
    let places = Places { file: Some(path), written: written.clone(), given: Vec::new() };
    let Typed { config, unsound, unknown, wrong } = typed::read::<Campaign>(written, Known::campaign);
    diags.extend(wrong.into_iter().map(|(key, diag)| places.put(diag, &key, At::key)));
    diags.extend(unknown.into_iter().map(|(key, diag)| places.put(diag, &key, At::key_name)));
    let sound = |key: &str| !unsound.contains(key);
    rules::campaign::check(&config, &sound, &mut |key, diag| diags.push(places.put(diag, &key, At::key)));
    let usable = config.offer.is_some();
    Noted::new(usable.then_some(config), diags)
}
