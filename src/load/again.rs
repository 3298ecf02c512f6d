//! A tree, and the paths that may have changed -> the tree as it is after that, with as little reading as may be.
//!
//! Without structural doubt only the named files are read; otherwise the folder is walked again, and files of another length are read too.
//! Invariant: the tree is the one that [`load`](super::load) would give, and bytes that did not change keep their allocation, by which
//! later phases know them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use super::{Tree, gather};
use crate::diag::{Diag, Noted};
use crate::id::SourcePath;
use crate::world::World;

/// What may have changed since a tree was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// Anything.
    All,
    /// These files, and what lies in these folders.
    Paths(BTreeSet<SourcePath>),
}

impl Changes {
    fn may_touch(&self, path: &SourcePath) -> bool {
        match self {
            Self::All => true,
            Self::Paths(paths) => {
                let path = path.as_str();
                let folders = path.match_indices('/').map(|(end, _)| &path[..end]);
                folders.chain([path]).any(|place| paths.contains(place))
            }
        }
    }
}

/// A tree that can be read again.
#[derive(Default)]
pub struct Reading {
    files: BTreeMap<SourcePath, u64>,
    walked: Vec<Diag>,
    tree: Arc<Tree>,
    found: Vec<Diag>,
}

impl Reading {
    /// The tree as it was read last, and what was found on the way.
    pub fn tree(&self) -> Noted<Arc<Tree>> {
        Noted::new(self.tree.clone(), self.walked.iter().chain(&self.found).cloned().collect())
    }

    /// Reads what may have changed. Returns the files that did: texts that have other bytes, files that came or went, and of all others
    /// those that may have been touched.
    pub fn again(&mut self, world: &dyn World, changes: &Changes) -> BTreeSet<SourcePath> {
        let files = match self.lengths(world, changes) {
            Some(lengths) => {
                let mut files = self.files.clone();
                files.extend(lengths);
                files
            }
            None => {
                let walk = world.walk();
                self.walked = walk.diags;
                walk.value.into_iter().map(|entry| (entry.path, entry.len)).collect()
            }
        };
        let is_touched = |path: &SourcePath| changes.may_touch(path) || self.files.get(path) != files.get(path);
        let bytes = Bytes { world, known: Some((&self.tree, &is_touched)) };
        let Noted { value: tree, diags } = gather(&bytes, &files);
        let came_or_stayed = files.keys().filter(|path| is_touched(path) && !same_text(path, &self.tree, &tree));
        let went = self.files.keys().filter(|path| !files.contains_key(*path));
        let changed = came_or_stayed.chain(went).cloned().collect();
        self.tree = Arc::new(tree);
        self.found = diags;
        self.files = files;
        changed
    }

    /// The lengths of the files that may have changed; `None` if more than the content of files may have: at one of the paths stands, or stood,
    /// something else than a file.
    fn lengths(&self, world: &dyn World, changes: &Changes) -> Option<Vec<(SourcePath, u64)>> {
        let Changes::Paths(paths) = changes else { return None };
        let length = |path: &SourcePath| world.length(path).filter(|_| self.files.contains_key(path));
        paths.iter().map(|path| Some((path.clone(), length(path)?))).collect()
    }
}

/// Whether both trees have the very same text at a path.
fn same_text(path: &SourcePath, before: &Tree, after: &Tree) -> bool {
    let text = |tree: &Tree| tree.texts.get(path).or_else(|| tree.theme.get(path)).cloned();
    text(before).zip(text(after)).is_some_and(|(before, after)| Arc::ptr_eq(&before, &after))
}

/// Where the bytes of files come from: the world, or an earlier tree if they cannot have changed.
pub(super) struct Bytes<'a> {
    world: &'a dyn World,
    known: Option<(&'a Tree, &'a IsTouched<'a>)>,
}

/// Says whether a file may have changed.
type IsTouched<'a> = dyn Fn(&SourcePath) -> bool + Sync + 'a;

impl<'a> Bytes<'a> {
    /// All bytes from the world.
    pub(super) const fn fresh(world: &'a dyn World) -> Self {
        Self { world, known: None }
    }

    /// The bytes of a file.
    pub(super) fn of(&self, path: &SourcePath) -> io::Result<Arc<[u8]>> {
        let known = self.known.and_then(|(tree, _)| tree.texts.get(path).or_else(|| tree.theme.get(path)));
        if let (Some(bytes), Some((_, is_touched))) = (known, self.known)
            && !is_touched(path)
        {
            return Ok(bytes.clone());
        }
        let read = self.world.read(path)?;
        match known {
            Some(bytes) if **bytes == *read => Ok(bytes.clone()),
            _ => Ok(read.into()),
        }
    }

    /// Whether these bytes were found to be text before.
    pub(super) fn is_known_text(&self, path: &SourcePath, bytes: &Arc<[u8]>) -> bool {
        let known = self.known.and_then(|(tree, _)| tree.texts.get(path));
        known.is_some_and(|known| Arc::ptr_eq(known, bytes))
    }
}
