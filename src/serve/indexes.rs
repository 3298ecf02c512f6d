//! The search indexes that a preview answers with: the last ones that were made, whatever was edited since.
//!
//! The background makes them anew with each generation and swaps them in, so that no page waits for one. Invariant: all files of an index are of
//! the same generation.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::artifact::Artifact;
use crate::id::Route;

/// The files of an index by address.
type Files = Arc<HashMap<Route, Artifact>>;

/// Indexes by the address of their manifest.
#[derive(Default)]
pub(super) struct Indexes(Mutex<HashMap<Route, Files>>);

impl Indexes {
    /// Takes an index that was made for the one there was.
    pub(super) fn swap(&self, manifest: &Route, files: Vec<(Route, Artifact)>) {
        let files = Arc::new(files.into_iter().collect());
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(manifest.clone(), files);
        drop(before);
    }

    /// A file of an index; `None` in the inner place if the index has no such file, outside if it was not made yet.
    pub(super) fn file(&self, manifest: &Route, route: &Route) -> Option<Option<Artifact>> {
        let files = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(manifest)?.clone();
        Some(files.get(route).cloned())
    }
}
