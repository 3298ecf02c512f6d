//! What is shown at the moment: the site that is served, what is wrong with it, and who is looking.
//!
//! The loop writes it, requests read it, event streams wait for it to move. Invariant: whoever asks before the first build waits for it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::generation::Generation;
use crate::id::Route;

/// What is served.
#[derive(Clone)]
pub(super) enum Served {
    /// Pages, made when they are asked for.
    Made {
        /// The site.
        now: Arc<Generation>,
        /// The last one in which nothing was wrong, for pages that cannot be made in this one.
        before: Option<Arc<Generation>>,
    },
    /// The files of a build.
    Built {
        /// The output folder.
        folder: Arc<PathBuf>,
        /// The path that the site stands at, `/` at both ends.
        base_path: Arc<str>,
    },
    /// Nothing could be read yet.
    Nothing,
}

/// What is shown.
#[derive(Clone)]
pub(super) struct Shown {
    /// What is served.
    pub served: Served,
    /// What pages are told of it, in JSON.
    pub told: Arc<str>,
    /// What is wrong, drawn as on the terminal if only this machine sees it, for a page that cannot be shown at all.
    pub trouble: Arc<str>,
}

/// The stage on which a preview is shown.
#[derive(Default)]
pub(super) struct Stage {
    inner: Mutex<Inner>,
    moved: Condvar,
}

#[derive(Default)]
struct Inner {
    shown: Option<Shown>,
    /// Grows with every change of what is shown.
    version: u64,
    /// The pages that are open in browsers, by stream.
    open: BTreeMap<u64, Route>,
    streams: u64,
}

/// How many event streams there may be: each has a thread.
const STREAMS: usize = 64;

impl Stage {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows something else from here on.
    pub(super) fn show(&self, shown: Shown) {
        let mut inner = self.lock();
        let before = inner.shown.replace(shown);
        inner.version += 1;
        drop(inner);
        self.moved.notify_all();
        drop(before);
    }

    /// Serves another site; pages that are open are told later, when it is known what is wrong with it.
    pub(super) fn serve(&self, served: &Served) {
        if let Some(shown) = &mut self.lock().shown {
            shown.served = served.clone();
        }
    }

    /// What is shown; waits for the first build.
    pub(super) fn shown(&self) -> Shown {
        let mut inner = self.lock();
        loop {
            match &inner.shown {
                Some(shown) => return shown.clone(),
                None => inner = self.moved.wait(inner).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Notes that a page is open. Where there are too many, the oldest gives way.
    pub(super) fn open(self: &Arc<Self>, page: Route) -> Open {
        let mut inner = self.lock();
        if inner.open.len() >= STREAMS {
            inner.open.pop_first();
            self.moved.notify_all();
        }
        inner.streams += 1;
        let number = inner.streams;
        inner.open.insert(number, page);
        Open { stage: self.clone(), number }
    }

    /// The pages that are open.
    pub(super) fn open_pages(&self) -> Vec<Route> {
        self.lock().open.values().cloned().collect()
    }
}

/// A page that is open in a browser, as long as this value lives.
pub(super) struct Open {
    stage: Arc<Stage>,
    number: u64,
}

/// What there is to tell a page.
pub(super) enum News {
    /// What is shown, and its version.
    Told(u64, Arc<str>),
    /// Nothing for so long.
    Silence,
    /// Nothing any more: it gave way to others.
    Over,
}

impl Open {
    /// What the page is to be told once it is not what stood at `version`.
    pub(super) fn news(&self, version: u64, patience: Duration) -> News {
        let inner = self.stage.lock();
        let is_open = |inner: &Inner| inner.open.contains_key(&self.number);
        let is_old = |inner: &mut Inner| is_open(inner) && (inner.shown.is_none() || inner.version == version);
        let waited = self.stage.moved.wait_timeout_while(inner, patience, is_old);
        let (inner, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match &inner.shown {
            _ if !is_open(&inner) => News::Over,
            Some(shown) if inner.version != version => News::Told(inner.version, shown.told.clone()),
            _ => News::Silence,
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.stage.lock().open.remove(&self.number);
    }
}
