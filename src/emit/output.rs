//! An output folder in hand: locked, recovered, its manifest read.
//!
//! Invariant: whoever holds an [`Output`] is the only one to write there, and no commit is half done.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::journal;
use super::manifest::{Content, Key, Manifest};
use super::obstacle::files_below;
use super::{LOCK, MANIFEST, Report, STAGE, cannot};
use crate::disk::stamp::Stamp;
use crate::id::Hash;

/// An output folder that no other build can write to as long as this value lives.
#[derive(Debug)]
pub struct Output {
    /// The folder.
    pub(super) folder: PathBuf,
    /// What the last build wrote.
    pub(super) manifest: Manifest,
    /// The hash of the manifest's file.
    mark: Option<Hash>,
    /// When it was committed.
    committed: Option<Stamp>,
    /// Holds the lock.
    lock: File,
}

impl Output {
    /// Opens an output folder, which is made if need be: waits for a build that is at work there, and completes one that was killed.
    ///
    /// `waiting` is called once if there is another build to wait for.
    ///
    /// # Errors
    /// Those of the file system, with the file named.
    pub fn open(folder: &Path, waiting: &dyn Fn()) -> io::Result<Self> {
        let lock = lock_file(folder)?;
        if !try_lock(&lock, folder)? {
            waiting();
            lock.lock().map_err(cannot("lock", folder))?;
        }
        Self::locked(folder, lock)
    }

    /// Opens an output folder, unless another build is at work there.
    ///
    /// # Errors
    /// Those of the file system, with the file named.
    pub fn try_open(folder: &Path) -> io::Result<Option<Self>> {
        let lock = lock_file(folder)?;
        if try_lock(&lock, folder)? { Self::locked(folder, lock).map(Some) } else { Ok(None) }
    }

    /// The same folder, which nobody but its owner and their group may look into if it is a new one.
    ///
    /// # Errors
    /// Those of the file system, with the folder named.
    pub fn closed(self) -> io::Result<Self> {
        #[cfg(unix)]
        if self.is_new() {
            use std::os::unix::fs::PermissionsExt;
            let permissions = fs::Permissions::from_mode(0o750);
            fs::set_permissions(&self.folder, permissions).map_err(cannot("close", &self.folder))?;
        }
        Ok(self)
    }

    fn locked(folder: &Path, lock: File) -> io::Result<Self> {
        journal::finish(folder)?;
        let mut output = Self { folder: folder.to_owned(), manifest: Manifest::default(), mark: None, committed: None, lock };
        output.reload()?;
        Ok(output)
    }

    /// Reads the manifest of the last commit.
    pub(super) fn reload(&mut self) -> io::Result<()> {
        let path = self.folder.join(MANIFEST);
        match fs::read(&path) {
            Ok(bytes) => {
                self.manifest = Manifest::from_text(&String::from_utf8_lossy(&bytes));
                self.mark = Some(Hash::of(&bytes));
                self.committed = Some(Stamp::of(&fs::metadata(&path).map_err(cannot("look at", &path))?));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.manifest = Manifest::default();
                self.mark = None;
                self.committed = None;
            }
            Err(error) => return Err(cannot("read", &path)(error)),
        }
        Ok(())
    }

    /// The mark of what the last build wrote, names and contents: the same site has the same mark. `None` if there was no build.
    #[must_use]
    pub fn mark(&self) -> Option<Hash> {
        self.mark
    }

    /// What a build would report that makes what the last one wrote; `None` if a file of that is missing or was changed.
    ///
    /// The manifest has no names: the folder is walked, and each file of it is looked for there.
    ///
    /// # Errors
    /// Those of the file system, with the folder named.
    pub fn standing(&self) -> io::Result<Option<Report>> {
        let names = files_below(&self.folder, &self.folder)?;
        let stands = |name: &String| self.manifest.get(Key::of(name)).is_some_and(|written| self.untouched(name, written));
        let files = names.par_iter().flatten().filter(|name| stands(name)).count();
        let report = || Report { committed: true, files, unchanged: files, bytes: self.manifest.bytes(), ..Report::default() };
        Ok((files == self.manifest.len()).then(report))
    }

    /// Whether nothing was ever committed here.
    pub(super) fn is_new(&self) -> bool {
        self.committed.is_none()
    }

    /// The place of a file of the site.
    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// Whether the manifest names this file with this content, and the folder still has it so.
    pub(super) fn holds(&self, file: &str, key: Key, hash: Hash) -> bool {
        self.manifest.get(key).is_some_and(|content| content.hash == hash && self.untouched(file, content))
    }

    /// Whether a file still has the content that was written.
    ///
    /// Its content is compared if it was touched after the commit, or so near to it that the clock cannot tell.
    pub(super) fn untouched(&self, file: &str, written: Content) -> bool {
        let path = self.path(file);
        let Ok(meta) = fs::symlink_metadata(&path) else { return false };
        let settled = self.committed.is_some_and(|committed| Stamp::of(&meta).before(committed));
        meta.is_file() && meta.len() == written.len && (settled || same_content(&path, written))
    }
}

impl Drop for Output {
    /// Gives the lock back by name: a process that was started meanwhile may have a copy of the open file for a moment.
    fn drop(&mut self) {
        let _ = self.lock.unlock();
    }
}

/// Whether a file has this content; `false` if it cannot be read.
pub(super) fn same_content(path: &Path, content: Content) -> bool {
    let hash_of = |file: File| blake3::Hasher::new().update_reader(file).map(|hasher| Hash(*hasher.finalize().as_bytes()));
    File::open(path).and_then(hash_of).is_ok_and(|hash| hash == content.hash)
}

/// Completes a commit that was killed, or removes what a build that was killed before its commit left behind.
///
/// For commands that read an output folder; [`Output::open`] does it by itself. A folder without traces of a killed build, or with a build at work,
/// is left alone.
///
/// # Errors
/// Those of the file system, with the file named.
pub fn recover(folder: &Path) -> io::Result<()> {
    if folder.join(STAGE).is_dir() { Output::try_open(folder).map(drop) } else { Ok(()) }
}

fn lock_file(folder: &Path) -> io::Result<File> {
    fs::create_dir_all(folder).map_err(cannot("make the folder", folder))?;
    let path = folder.join(LOCK);
    File::options().create(true).truncate(false).write(true).open(&path).map_err(cannot("write", &path))
}

/// Whether the lock was free. A file system without locks is taken as it is.
fn try_lock(lock: &File, folder: &Path) -> io::Result<bool> {
    match lock.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(true),
        Err(TryLockError::Error(error)) => Err(cannot("lock", folder)(error)),
    }
}
