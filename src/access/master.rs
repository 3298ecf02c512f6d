//! The master key, from which all others follow, and its written form: `KMSITE-XXXXX-…`, at once the key's file and the phrase to write down.
//!
//! Every other key is derived from it under a label of its own; so one phrase on paper brings everything back. Invariant: it has no `Debug`,
//! `Display` or `Serialize`, and is overwritten when dropped.

use std::io;

use zeroize::ZeroizeOnDrop;

use super::base32::{self, Mistyped};
use super::crypto::{self, Key, Secret, Tuple};
use super::written::Written;

/// What a written master key begins with.
const PREFIX: &str = "KMSITE";

/// The first `base_url` that [`MasterKey::demo`] may be used with.
pub const DEMO_BASE_URL: &str = "https://handbook.example.org/";

/// The master key of a site.
#[derive(Clone, ZeroizeOnDrop)]
pub struct MasterKey(Key);

impl MasterKey {
    /// A new key.
    ///
    /// # Errors
    ///
    /// If the operating system has no random bytes.
    pub fn generate() -> io::Result<Self> {
        crypto::random().map(Self)
    }

    /// The key of the sample site, which everybody knows: whatever is sealed with it is open to all.
    #[must_use]
    pub const fn demo() -> Self {
        Self(Secret::new(*b"kmsite demo key: known to anyone"))
    }

    /// Reads a written key.
    ///
    /// # Errors
    ///
    /// If it is too short or too long, holds other signs, or its check symbol does not fit.
    pub fn read(text: &str) -> Result<Self, Mistyped> {
        base32::read::<32>(PREFIX, text).map(|bytes| Self(Secret::new(*bytes)))
    }

    /// Writes the key, for its file or for a sheet of paper.
    #[must_use]
    pub fn write(&self) -> Written {
        base32::write(PREFIX, self.0.expose()).into()
    }

    /// A short name of the key that tells nothing of it: to notice that it is another than last time.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 8] {
        let name = self.derive(&Tuple::new("kmsite/1/fingerprint"));
        std::array::from_fn(|at| name.expose()[at])
    }

    /// The key for one use, which the label names.
    pub(super) fn derive(&self, info: &Tuple) -> Key {
        crypto::derive(self.0.expose(), &[], info)
    }
}
