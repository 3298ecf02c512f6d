//! The site's folder -> batches of what may have changed in it.
//!
//! Folders at the top are watched one by one, so that what is no part of the site (hidden names, `node_modules`, the output) costs nothing.
//! This is the only module that knows `notify`. Invariant: whatever happens to a file, a batch that names it follows its last change.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, SystemTime};

use notify::{Config, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::id::SourcePath;
use crate::load::Changes;

/// A batch ends when nothing has happened for so long. Measured: editors' events for one save come within 3 ms.
const QUIET: Duration = Duration::from_millis(10);
/// Nor does it go on for more than so many events' waiting, however much happens.
const LONGEST: usize = 20_000;
/// How often the folder itself is looked at, which may be moved away and put back.
const ROUND: Duration = Duration::from_millis(500);
/// Folders within folders that are looked at by hand: links may lead in circles.
const DEEPEST: usize = 64;

/// How changes are noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watching {
    /// The system tells.
    Native,
    /// All files are looked at again and again: for network disks.
    Poll,
}

/// What is watched.
#[derive(Clone, Debug)]
pub(super) struct Watched {
    /// The site's folder.
    pub root: PathBuf,
    /// Folders in it that are none of the site.
    pub ignored: Vec<PathBuf>,
    /// How.
    pub watching: Watching,
}

/// Which folder stands at a path: it is another one after it was moved away and a new one made.
type Identity = (u64, u64);

type Told = notify::Result<notify::Event>;

/// Watches until nobody listens any more; each batch goes to `send`, which says whether somebody does.
pub(super) fn watch(watched: &Watched, send: &dyn Fn(Changes) -> bool) {
    let (sender, told) = mpsc::channel();
    let root = fs::canonicalize(&watched.root).unwrap_or_else(|_| watched.root.clone());
    let ignored = watched.ignored.iter().map(|folder| fs::canonicalize(folder).unwrap_or_else(|_| folder.clone())).collect();
    let mut post = Post { root, ignored, sender, watcher: None, folders: BTreeMap::new() };
    if watched.watching == Watching::Poll || !post.look_around() {
        return post.poll(&told, send);
    }
    // What changed between the first reading and the first watch would go unseen.
    let mut open = send(Changes::All);
    while open {
        let batch = post.batch(&told);
        let at_top = |path: &SourcePath| !path.as_str().contains('/');
        let is_moved = match &batch {
            Some(Changes::Paths(paths)) if !paths.iter().any(at_top) => false,
            _ => post.is_moved(),
        };
        if is_moved && !post.look_around() {
            return post.poll(&told, send);
        }
        open = match (batch, is_moved) {
            (_, true) => send(Changes::All),
            (Some(changes), false) => send(changes),
            (None, false) => true,
        };
    }
}

/// The place from which a folder is watched.
struct Post {
    root: PathBuf,
    ignored: Vec<PathBuf>,
    sender: Sender<Told>,
    watcher: Option<RecommendedWatcher>,
    /// The folders that are watched, the root first.
    folders: BTreeMap<PathBuf, Identity>,
}

impl Post {
    /// Whether a folder is not the one that is watched, or new, or gone.
    fn is_moved(&self) -> bool {
        self.top() != self.folders
    }

    /// Watches the folders that are there. Returns whether the system does so.
    fn look_around(&mut self) -> bool {
        let found = self.top();
        if self.watcher.is_none() || self.folders.get(&self.root) != found.get(&self.root) {
            self.watcher = RecommendedWatcher::new(self.sender.clone(), Config::default()).ok();
            self.folders.clear();
        }
        let Some(watcher) = &mut self.watcher else { return false };
        self.folders.retain(|folder, identity| found.get(folder) == Some(identity));
        for (folder, identity) in found {
            if self.folders.contains_key(&folder) {
                continue;
            }
            let mode = if folder == self.root { RecursiveMode::NonRecursive } else { RecursiveMode::Recursive };
            // A watch on the folder that was there before is gone with it, or of no use.
            let _ = watcher.unwatch(&folder);
            if watcher.watch(&folder, mode).is_ok() {
                self.folders.insert(folder, identity);
            } else if identity_of(&folder) == Some(identity) {
                // It is there, and so there are no more watches to have; one that was just moved away is looked for again.
                return false;
            }
        }
        true
    }

    /// Looks at all files again and again.
    fn poll(mut self, told: &Receiver<Told>, send: &dyn Fn(Changes) -> bool) {
        self.watcher = None;
        let mut before = self.files();
        let mut open = send(Changes::All);
        while open {
            // Nobody tells anything here: this is the pause between two rounds.
            let _ = told.recv_timeout(ROUND);
            let now = self.files();
            let is_other = |path: &&SourcePath| before.get(*path) != now.get(*path);
            let changed: BTreeSet<SourcePath> = before.keys().chain(now.keys()).filter(is_other).cloned().collect();
            open = changed.is_empty() || send(Changes::Paths(changed));
            before = now;
        }
    }

    /// All files of the site, each with its length and the time of its last change.
    fn files(&self) -> BTreeMap<SourcePath, (u64, Option<SystemTime>)> {
        let mut files = BTreeMap::new();
        let mut folders = vec![(self.root.clone(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            for path in fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path()) {
                let (Some(source), Ok(meta)) = (self.source(&path), fs::metadata(&path)) else { continue };
                if !meta.is_dir() {
                    files.insert(source, (meta.len(), meta.modified().ok()));
                } else if depth < DEEPEST {
                    folders.push((path, depth + 1));
                }
            }
        }
        files
    }

    /// The site's folder and those in it that belong to the site.
    fn top(&self) -> BTreeMap<PathBuf, Identity> {
        let entries = fs::read_dir(&self.root).into_iter().flatten().filter_map(Result::ok);
        let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_file())).map(|entry| entry.path());
        let inside = folders.filter(|path| self.source(path).is_some() && path.is_dir());
        std::iter::once(self.root.clone()).chain(inside).filter_map(|path| Some((path.clone(), identity_of(&path)?))).collect()
    }

    /// Waits for something to happen, then until nothing more does; `None` if nothing did that matters.
    fn batch(&self, told: &Receiver<Told>) -> Option<Changes> {
        let mut paths = BTreeSet::new();
        let mut all = false;
        let mut wait = ROUND;
        for _ in 0..LONGEST {
            match told.recv_timeout(wait) {
                Ok(Ok(event)) if !event.need_rescan() => paths.extend(self.touched(&event)),
                Ok(_) => all = true,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
            if all || !paths.is_empty() {
                wait = QUIET;
            }
        }
        match (all, paths.is_empty()) {
            (true, _) => Some(Changes::All),
            (false, false) => Some(Changes::Paths(paths)),
            (false, true) => None,
        }
    }

    /// The files of the site that an event is about. That a file was read is no event.
    fn touched(&self, event: &notify::Event) -> Vec<SourcePath> {
        if matches!(event.kind, EventKind::Access(_)) {
            return Vec::new();
        }
        event.paths.iter().filter_map(|path| self.source(path)).collect()
    }

    /// A path in the site, unless it is hidden or in a folder that is none of the site.
    fn source(&self, path: &Path) -> Option<SourcePath> {
        let below = path.strip_prefix(&self.root).ok()?.to_str()?;
        let below = if cfg!(windows) { below.replace('\\', "/") } else { below.to_owned() };
        let is_hidden = below.split('/').any(|name| name.starts_with('.') || name == "node_modules");
        let is_ignored = self.ignored.iter().any(|folder| path.starts_with(folder));
        (!below.is_empty() && !is_hidden && !is_ignored).then(|| SourcePath::new(below))
    }
}

#[cfg(unix)]
fn identity_of(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let meta = fs::metadata(path).ok()?;
    Some((meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
fn identity_of(path: &Path) -> Option<Identity> {
    // Where a folder has no number, only that it is there can be seen.
    fs::metadata(path).ok().map(|_| (0, 0))
}
