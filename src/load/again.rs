//! A tree, and the paths that may have changed -> the tree as it is after that, with as little reading as may be.
//!
//! Without structural doubt only the named files are read; otherwise the folder is walked again, and files of another length are read too.
//! Invariant: the tree is the one that [`load`](super::load) would give, and bytes that did not change keep their allocation, by which
//! later phases know them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use super::{Tree, check_text, directive, gather};
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
        let lengths = self.lengths(world, changes);
        if let Some(changed) = lengths.as_ref().and_then(|lengths| self.patch(world, lengths)) {
            return changed;
        }
        let files = match lengths {
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

    /// Reads these files where that is all there is to do: Markdown that includes nothing and files of themes, and nothing is to be said of them.
    fn patch(&mut self, world: &dyn World, files: &[(SourcePath, u64)]) -> Option<BTreeSet<SourcePath>> {
        let bytes = Bytes { world, known: Some((&self.tree, &|_: &SourcePath| true)) };
        let read = |(path, _): &(SourcePath, u64)| {
            let now = bytes.of(path).ok()?;
            let is_plain = |text: &[u8]| check_text(path, text).is_none() && !may_include(text);
            let is_text = |before: &[u8]| self.tree.is_markdown(path) && is_plain(before) && is_plain(&now);
            let is_ours = self.tree.theme.contains_key(path) || self.tree.texts.get(path).is_some_and(|before| is_text(before));
            is_ours.then(|| (path.clone(), now))
        };
        let read: Vec<(SourcePath, Arc<[u8]>)> = files.iter().map(read).collect::<Option<_>>()?;
        let tree = Arc::make_mut(&mut self.tree);
        let mut changed = BTreeSet::new();
        for (path, now) in read {
            let table = if tree.texts.contains_key(&path) { &mut tree.texts } else { &mut tree.theme };
            let before = table.insert(path.clone(), now.clone());
            if !before.is_some_and(|before| Arc::ptr_eq(&before, &now)) {
                changed.insert(path);
            }
        }
        self.files.extend(files.iter().cloned());
        Some(changed)
    }

    /// The length of a file as it was read last; `None` if there is none.
    #[must_use]
    pub fn length(&self, path: &SourcePath) -> Option<u64> {
        let bytes = self.tree.texts.get(path).or_else(|| self.tree.theme.get(path));
        bytes.map(|bytes| bytes.len() as u64).or_else(|| self.files.get(path).copied())
    }

    /// The lengths of the files that may have changed; `None` if more than the content of files may have: at one of the paths stands, or stood,
    /// something else than a file.
    fn lengths(&self, world: &dyn World, changes: &Changes) -> Option<Vec<(SourcePath, u64)>> {
        let Changes::Paths(paths) = changes else { return None };
        let length = |path: &SourcePath| world.length(path).filter(|_| self.files.contains_key(path));
        paths.iter().map(|path| Some((path.clone(), length(path)?))).collect()
    }
}

/// Whether a text has a directive of mdBook's.
fn may_include(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| directive::directives(text).next().is_some())
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
