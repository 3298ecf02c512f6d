//! A program's file -> a mark by which it is told from every other build of it.
//!
//! A version is not enough for whoever builds the program every day, and hashing it takes longer than what the mark saves.

use std::fs;
use std::path::Path;

use super::stamp::Stamp;
use crate::id::Hash;

/// The mark of the program at a path: its place, length and times; `None` if it cannot be looked at, since it was replaced while it ran, say.
#[must_use]
pub fn program_mark(path: &Path) -> Option<Hash> {
    let meta = fs::metadata(path).ok()?;
    let (place, len, stamp) = (path.as_os_str().as_encoded_bytes(), meta.len().to_be_bytes(), Stamp::of(&meta));
    Some(Hash::of_parts(&[env!("CARGO_PKG_VERSION").as_bytes(), place, &len, format!("{stamp:?}").as_bytes()]))
}
