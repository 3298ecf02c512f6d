//! Files about to be published -> whether any of them holds what is paid for: the proof that nothing got past the gate.
//!
//! It knows no model and no plan: `access` gives what must not be published as hashes ([`Secrets`]), `emit` gives it every file before the
//! commit ([`Inspector`]), and `kmsite audit` those of a folder. It trusts nobody on the way: whatever a template, a component or a renderer did,
//! what counts is the bytes. What remains to be believed is what is public by itself: sources that everyone may read, the theme, the configuration.
//!
//! ```text
//! access::runs  Site    -> Secrets   locked text, less what public text has too
//! search        bytes   -> Secret    escapes undone, streams unpacked
//! ```
//!
//! Invariant: a file is called clean only if it was searched with these very secrets, now or when the verdict was kept.

mod decode;
mod draft;
mod publishing;
mod search;
mod secrets;
mod table;
mod unpack;
mod words;

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

use crate::diag::{Diag, code};
use crate::emit::{Finished, Inspector};
use crate::id::Hash;

pub use draft::{Draft, Kind, Locking};
pub use publishing::{Publishing, Reading};
pub use search::Search;
pub use secrets::{Secret, Secrets, line_of, stretch_of};
pub use words::{quoted, shown};

/// Raised whenever the same file and the same sources could get another verdict.
const VERSION: u32 = 2;
/// Longer files are searched in parts, which overlap.
const PART: usize = 16 << 20;
/// By how much they do.
const OVERLAP: usize = 64 << 10;

/// What can say where a secret stands in the source.
pub trait Finder: Sync {
    /// The finding that this secret stands in a file of the output.
    fn leak(&self, secret: Secret, file: &str) -> Diag;
}

/// A site's files being audited.
pub struct Audit<'a> {
    secrets: &'a Secrets,
    finder: &'a dyn Finder,
    /// Contents that were found clean before, with the same secrets.
    known: BTreeSet<Hash>,
    /// Contents that are clean.
    clean: Mutex<BTreeSet<Hash>>,
}

impl<'a> Audit<'a> {
    /// Gets ready to look for secrets. `kept` is what [`Audit::verdicts`] gave after another audit.
    #[must_use]
    pub fn new(secrets: &'a Secrets, finder: &'a dyn Finder, kept: Option<&str>) -> Self {
        let mark = secrets.mark().hex();
        let mut lines = kept.unwrap_or_default().lines();
        let is_same = lines.next() == Some(&mark);
        let known = lines.filter(|_| is_same).filter_map(Hash::from_hex).collect();
        Self { secrets, finder, known, clean: Mutex::default() }
    }

    /// The verdicts, to be kept for the next audit.
    #[must_use]
    pub fn verdicts(&self) -> String {
        let clean = self.clean.lock().unwrap_or_else(PoisonError::into_inner);
        let hashes = clean.iter().map(|hash| hash.hex() + "\n");
        std::iter::once(self.secrets.mark().hex() + "\n").chain(hashes).collect()
    }
}

impl Inspector for Audit<'_> {
    fn inspect(&self, file: &Finished) -> io::Result<Vec<Diag>> {
        if self.secrets.is_empty() {
            return Ok(Vec::new());
        }
        let mut search = Search::new(self.secrets);
        let named = search.bytes(file.name.as_bytes()).or_else(|| self.secrets.file(file.hash));
        let is_known = self.known.contains(&file.hash);
        let met = match named {
            None if !is_known => look(file, &mut search)?,
            named => named,
        };
        if let Some(secret) = met {
            return Ok(vec![self.finder.leak(secret, &file.name)]);
        }
        if search.is_cut {
            let diag = Diag::warning(&code::UNSEARCHED, format!("`{}` unpacks to more than the audit looks at", file.name));
            return Ok(vec![diag.hint("publish it unpacked, or look yourself that nothing paid is in it")]);
        }
        self.clean.lock().unwrap_or_else(PoisonError::into_inner).insert(file.hash);
        Ok(Vec::new())
    }
}

/// The first secret in a file's content.
fn look(file: &Finished, search: &mut Search<'_>) -> io::Result<Option<Secret>> {
    let mut stream = file.open()?;
    let mut part = Vec::new();
    loop {
        let read = stream.by_ref().take((PART - part.len()) as u64).read_to_end(&mut part)?;
        let met = search.bytes(&part);
        if met.is_some() || part.len() < PART || read == 0 {
            return Ok(met);
        }
        part.drain(..PART - OVERLAP);
    }
}
