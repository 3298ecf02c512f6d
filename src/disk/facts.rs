//! A media file -> its length, hash and dimensions; and those of the last build, so that an untouched film is not read again.
//!
//! A remembered fact holds for (path, length, stamp), and only if the file was last touched before the facts were saved: an edit within
//! the same tick of the file system's clock would go unseen otherwise. Invariant: without the saved facts, all is the same but the time.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};

use super::dimensions::dimensions;
use super::stamp::Stamp;
use super::state;
use crate::id::{Hash, SourcePath};
use crate::world::MediaFacts;

/// Hashes a file in a stream and looks into its head for its dimensions.
pub(super) fn measure(file: &mut File, extension: &str) -> io::Result<MediaFacts> {
    let mut counted = Counted { file, len: 0 };
    let hash = Hash(*blake3::Hasher::new().update_reader(&mut counted)?.finalize().as_bytes());
    let len = counted.len;
    file.seek(SeekFrom::Start(0))?;
    Ok(MediaFacts { len, hash, size: dimensions(file, extension) })
}

/// Counts what is read, which holds even for a file that grows meanwhile.
struct Counted<'a> {
    file: &'a mut File,
    len: u64,
}

impl io::Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.len += read as u64;
        Ok(read)
    }
}

/// A fact as saved.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Fact {
    stamp: Stamp,
    len: u64,
    hash: [u8; 32],
    size: Option<(u32, u32)>,
}

/// What is saved from build to build.
#[derive(Debug, Default)]
struct Saved {
    facts: HashMap<SourcePath, Fact>,
    /// When they were saved.
    stamp: Option<Stamp>,
}

/// What was asked in this build.
#[derive(Debug, Default)]
struct Asked {
    facts: BTreeMap<SourcePath, Fact>,
    /// Whether something is among them that was not saved.
    fresh: bool,
}

/// The facts of the last build and of this one.
#[derive(Debug)]
pub(super) struct Remembered {
    /// Where they are kept; `None` if they are forgotten with the build.
    state: Option<PathBuf>,
    saved: OnceLock<Saved>,
    asked: Mutex<Asked>,
}

impl Remembered {
    /// The facts kept in a state folder, which is read when the first one is asked for.
    pub(super) fn new(state: &Path) -> Self {
        Self { state: Some(state.to_owned()), saved: OnceLock::new(), asked: Mutex::default() }
    }

    /// No facts but those of this build.
    pub(super) fn nothing() -> Self {
        Self { state: None, saved: OnceLock::new(), asked: Mutex::default() }
    }

    /// The facts of a file, if they are known and it was not touched since.
    pub(super) fn get(&self, path: &SourcePath, len: u64, stamp: Stamp) -> Option<MediaFacts> {
        let holds = |fact: &&Fact| fact.len == len && fact.stamp == stamp;
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fact) = asked.facts.get(path).filter(holds) {
            return Some(fact.as_media());
        }
        let saved = self.saved.get_or_init(|| self.state.as_deref().map(Saved::read).unwrap_or_default());
        let settled = saved.stamp.is_some_and(|saved| stamp.before(saved));
        let fact = saved.facts.get(path).filter(holds).filter(|_| settled)?;
        asked.facts.insert(path.clone(), fact.clone());
        Some(fact.as_media())
    }

    /// Remembers the facts of a file.
    pub(super) fn put(&self, path: &SourcePath, stamp: Stamp, facts: MediaFacts) {
        let fact = Fact { stamp, len: facts.len, hash: facts.hash.0, size: facts.size };
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.facts.insert(path.clone(), fact);
        asked.fresh = true;
    }
}

impl Drop for Remembered {
    /// Saves what was asked for; what was not is forgotten. Nothing happens if all of it is saved already, or if it cannot be.
    fn drop(&mut self) {
        let asked = self.asked.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = self.state.as_deref().filter(|_| asked.fresh) {
            let _ = save(state, &asked.facts);
        }
    }
}

impl Fact {
    const fn as_media(&self) -> MediaFacts {
        MediaFacts { len: self.len, hash: Hash(self.hash), size: self.size }
    }
}

impl Saved {
    fn read(state: &Path) -> Self {
        let path = state.join("cache").join("facts");
        let read = || -> io::Result<Self> {
            let stamp = Stamp::of(&fs::metadata(&path)?);
            let facts: HashMap<SourcePath, Fact> = serde_json::from_slice(&fs::read(&path)?)?;
            Ok(Self { facts, stamp: Some(stamp) })
        };
        read().unwrap_or_default()
    }
}

fn save(state: &Path, facts: &BTreeMap<SourcePath, Fact>) -> io::Result<()> {
    let cache = state::cache_folder(state)?;
    // Two processes may save at once: each has a draft of its own, and the last one stands.
    let draft = cache.join(format!("facts-{}", std::process::id()));
    let text = serde_json::to_vec(facts)?;
    state::create_private(&draft)?.write_all(&text)?;
    state::replace(&draft, &cache.join("facts"))
}
