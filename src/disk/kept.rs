//! Small files in a site's state folder: what one run of the program keeps for the next.
//!
//! The first line is the hash of the rest. Invariant: what is read is what was kept, whole, or nothing.

use std::io::{self, Write};
use std::path::Path;

use super::state;
use crate::id::Hash;

/// Reads what was kept under a name in a state folder (`.kmsite`); `None` if there is nothing, or it is damaged.
#[must_use]
pub fn kept(state: &Path, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(state.join("cache").join(name)).ok()?;
    let (hash, rest) = text.split_once('\n')?;
    (Hash::of(rest.as_bytes()).hex() == hash).then(|| rest.to_owned())
}

/// Keeps a text under a name in a state folder, which is made if need be; only the owner can read it.
///
/// # Errors
/// Those of the file system; what was kept before stands then.
pub fn keep(state: &Path, name: &str, text: &str) -> io::Result<()> {
    let cache = state::cache_folder(state)?;
    // Two processes may keep at once: each has a draft of its own, and the last one stands.
    let draft = cache.join(format!("{name}-{}", std::process::id()));
    let mut file = state::create_private(&draft)?;
    writeln!(file, "{}", Hash::of(text.as_bytes()).hex())?;
    file.write_all(text.as_bytes())?;
    state::replace(&draft, &cache.join(name))
}
