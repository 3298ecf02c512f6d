//! The files of a theme -> its parts; one whose files are the same is not loaded again.
//!
//! Invariant: the built-in theme is the same as long as the program runs, so that the site's own files settle what a part is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Asset, Layer, Strings};
use crate::diag::Noted;
use crate::render::tera::Engine;

/// The parts of a theme as they were loaded last.
#[derive(Default)]
pub struct Parts {
    pub(super) engine: Part<Engine>,
    pub(super) strings: Part<BTreeMap<String, Strings>>,
    pub(super) assets: Part<Vec<Asset>>,
}

/// A part, with the site's files that it was loaded from.
pub(super) struct Part<T> {
    files: Layer,
    loaded: Option<Noted<Arc<T>>>,
}

impl<T> Default for Part<T> {
    fn default() -> Self {
        Self { files: Layer::new(), loaded: None }
    }
}

impl<T> Part<T> {
    /// The part that the files below a folder of the theme make, those of the site `above` among them.
    pub(super) fn of(&mut self, (above, folder): (&Layer, &str), load: impl FnOnce() -> Noted<T>) -> Noted<Arc<T>> {
        let own = above.iter().filter(|(path, _)| path.starts_with(folder));
        let files: Layer = own.map(|(path, file)| (path.clone(), file.clone())).collect();
        if let Some(loaded) = self.loaded.as_ref().filter(|_| self.files == files) {
            return loaded.clone();
        }
        let loaded = load().map(Arc::new);
        *self = Self { files, loaded: Some(loaded.clone()) };
        loaded
    }
}
