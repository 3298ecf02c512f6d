//! A folder on disk as a `World`.
//!
//! Links inside the folder may lead out of it, since the author made them; a path may not. Invariant: nothing in the folder is written but `.kmsite`.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::facts::{self, Remembered};
use super::stamp::Stamp;
use super::state::STATE;
use super::walk;
use crate::diag::Noted;
use crate::id::SourcePath;
use crate::world::{Entry, MediaFacts, Stream, World};

/// A site's folder.
#[derive(Debug)]
pub struct DiskWorld {
    root: PathBuf,
    ignored: Vec<PathBuf>,
    remembered: Remembered,
}

impl DiskWorld {
    /// The folder `root`, of which the `ignored` folders (the output folder, wherever it is) are no part.
    ///
    /// Facts about media are remembered in `.kmsite/cache/facts` from build to build, when this value is dropped.
    #[must_use]
    pub fn new(root: &Path, ignored: &[PathBuf]) -> Self {
        let real_root = fs::canonicalize(root).ok();
        let below = |folder: &PathBuf| {
            let real = fs::canonicalize(folder).ok().zip(real_root.as_ref());
            let rest = real.and_then(|(folder, root)| folder.strip_prefix(root).ok().map(Path::to_owned));
            rest.or_else(|| folder.strip_prefix(root).ok().map(Path::to_owned)).map(|rest| root.join(rest))
        };
        Self {
            root: root.to_owned(),
            ignored: ignored.iter().filter_map(below).collect(),
            remembered: Remembered::new(&root.join(STATE)),
        }
    }

    /// The same folder, in which nothing is written and nothing of earlier builds is read.
    #[must_use]
    pub fn forgetful(self) -> Self {
        Self { remembered: Remembered::nothing(), ..self }
    }

    /// The place of a file on disk, unless its path would lead out of the root.
    fn locate(&self, path: &SourcePath) -> io::Result<PathBuf> {
        if !path.leads_below() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("`{path}` is no path below the site's folder")));
        }
        Ok(self.root.join(path.as_str()))
    }
}

impl World for DiskWorld {
    fn walk(&self) -> Noted<Vec<Entry>> {
        walk::walk(&self.root, &self.ignored)
    }

    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        fs::read(self.locate(path)?)
    }

    fn open(&self, path: &SourcePath) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(File::open(self.locate(path)?)?))
    }

    fn length(&self, path: &SourcePath) -> Option<u64> {
        let meta = fs::metadata(self.locate(path).ok()?).ok()?;
        meta.is_file().then_some(meta.len())
    }

    fn facts(&self, path: &SourcePath) -> io::Result<MediaFacts> {
        let mut file = File::open(self.locate(path)?)?;
        let meta = file.metadata()?;
        let (len, stamp) = (meta.len(), Stamp::of(&meta));
        if let Some(known) = self.remembered.get(path, len, stamp) {
            return Ok(known);
        }
        let measured = facts::measure(&mut file, &path.extension())?;
        self.remembered.put(path, stamp, measured);
        Ok(measured)
    }
}
