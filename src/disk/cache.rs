//! A `Cache` on disk: `.kmsite/cache`, one append-only pack for each stage.
//!
//! # What enters which key
//!
//! Whoever makes a value makes its key, by `Hash::of_parts`, of everything the value depends on:
//!
//! | stage | parts of the key |
//! |---|---|
//! | `highlight` | stage name · stage version · language as written · source text |
//! | `diagram` | stage name · stage version · source text |
//! | `image` | stage name · stage version · hash of the original · width · quality |
//! | `card` | stage name · stage version · what is said · size · colours · hashes of all fonts |
//! | `sealed` | stage name · stage version · a key · page id and entitlements · what is sealed |
//!
//! A version is raised by whoever changes what the same input gives, updates of third-party crates included. How a block is shown
//! (line numbers, marked lines, titles) is added to the cached value, and so is no part of its key.
//!
//! # One writer
//!
//! The first process to open a cache writes to it; others at the same time read what was there, and keep nothing. Values wait in memory until a
//! few megabytes have come together, or the cache is dropped. A pack longer than its limit is then written anew: what was
//! used in this build stays as far as the limit goes, then the youngest of the rest.
//!
//! Invariant: a value is returned only under the key it was kept under, whole, or not at all.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::pack::Pack;
use super::state;
use crate::diag::{Diag, Noted, code};
use crate::id::Hash;
use crate::world::{Cache, Stage};

/// The cache of a site's folder.
#[derive(Debug)]
pub struct DiskCache {
    /// One for each of [`Stage::ALL`]; empty if the cache is off.
    packs: Vec<Mutex<Pack>>,
    /// The length that each pack is cut to.
    limit: u64,
    /// Holds the lock, if this is the process that writes.
    lock: Option<File>,
}

impl DiskCache {
    /// Opens the cache in a state folder (`.kmsite`), which is made if need be. Each pack is cut to `limit` bytes when the cache is dropped.
    ///
    /// If the folder cannot be made or written to, the cache is off: it forgets everything, and a warning says why.
    pub fn open(state: &Path, limit: u64) -> Noted<Self> {
        match Self::try_open(state, limit) {
            Ok(cache) => Noted::clean(cache),
            Err(error) => {
                let message = format!("the cache in `{}` is off: {error}", state.display());
                let warning =
                    Diag::warning(&code::NO_CACHE, message).hint("make the folder writable, so that the next build is faster");
                Noted::new(Self { packs: Vec::new(), limit, lock: None }, vec![warning])
            }
        }
    }

    fn try_open(state: &Path, limit: u64) -> io::Result<Self> {
        let folder = state::cache_folder(state)?;
        let lock = state::private_file().create(true).truncate(false).write(true).open(folder.join("lock"))?;
        let lock = match lock.try_lock() {
            Ok(()) => Some(lock),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => None,
            Err(TryLockError::Error(error)) => return Err(error),
        };
        let open = |stage: Stage| Mutex::new(Pack::open(folder.join(format!("{}.pack", stage.name())), lock.is_some()));
        Ok(Self { packs: Stage::ALL.map(open).into(), limit, lock })
    }

    /// Writes what waits to be written. Failure is no error: the values are forgotten.
    pub fn flush(&self) {
        for pack in &self.packs {
            pack.lock().unwrap_or_else(PoisonError::into_inner).flush();
        }
    }

    fn with<T>(&self, stage: Stage, act: impl FnOnce(&mut Pack) -> T) -> Option<T> {
        let pack = Stage::ALL.iter().position(|&one| one == stage).and_then(|at| self.packs.get(at))?;
        Some(act(&mut pack.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Cache for DiskCache {
    fn get(&self, stage: Stage, key: Hash) -> Option<Vec<u8>> {
        self.with(stage, |pack| pack.get(key)).flatten()
    }

    fn put(&self, stage: Stage, key: Hash, value: &[u8]) {
        self.with(stage, |pack| pack.put(key, value));
    }
}

impl Drop for DiskCache {
    /// Writes what waits, cuts the packs, and gives the lock back.
    fn drop(&mut self) {
        for pack in &mut self.packs {
            pack.get_mut().unwrap_or_else(PoisonError::into_inner).close(self.limit);
        }
        if let Some(lock) = &self.lock {
            // By name: a process that was started meanwhile may have a copy of the open file for a moment.
            let _ = lock.unlock();
        }
    }
}
