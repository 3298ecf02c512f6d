//! The search indexes that a preview answers with, for everyone and for those whose eyes are looked through: the last ones that were made, whatever was
//! edited since.
//!
//! The background makes them anew with each generation and swaps them in, so that no page waits for one. Invariant: all files of an index are of
//! the same generation and for the same eyes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::access::Viewer;
use crate::id::Route;
use crate::make::Preview;

/// The files of an index by address.
type Files = Arc<HashMap<Route, Preview>>;

/// An index: the address of its manifest, and who searches it, unless everyone does.
pub(super) type Whose = (Route, Option<Viewer>);

/// The indexes that there are.
#[derive(Default)]
pub(super) struct Indexes(Mutex<HashMap<Whose, Files>>);

impl Indexes {
    /// Takes an index that was made for the one there was.
    pub(super) fn swap(&self, whose: Whose, files: Vec<(Route, Preview)>) {
        let files = Arc::new(files.into_iter().collect());
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(whose, files);
        drop(before);
    }

    /// The indexes of a manifest that were asked for besides everyone's, so that they are made anew with it.
    pub(super) fn viewers(&self, manifest: &Route) -> Vec<Viewer> {
        let indexes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        indexes.keys().filter(|(of, _)| of == manifest).filter_map(|(_, viewer)| viewer.clone()).collect()
    }

    /// A file of an index; `None` in the inner place if the index has no such file, outside if it was not made yet.
    pub(super) fn file(&self, whose: &Whose, route: &Route) -> Option<Option<Preview>> {
        let files = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(whose)?.clone();
        Some(files.get(route).cloned())
    }
}
