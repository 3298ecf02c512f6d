//! Files that commands make for the creator to send or paste: in a folder that ignores itself in git, for the owner's eyes.
#![expect(clippy::disallowed_methods, reason = "`disk` writes these files, and nobody else")]

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::state;

/// Makes such a folder, if it is not there.
///
/// # Errors
/// Those of the file system.
pub fn folder(path: &Path) -> io::Result<()> {
    if let Some(parent) = path.parent().filter(|parent| parent.ends_with(state::STATE)) {
        state::folder(parent)?;
    }
    fs::create_dir_all(path)?;
    let ignore = path.join(".gitignore");
    if !ignore.exists() {
        fs::write(&ignore, "*\n")?;
    }
    Ok(())
}

/// Puts a file into the folder, in the place of what was there under this name.
///
/// # Errors
/// Those of the file system.
pub fn put(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let draft = folder.join(format!(".{name}.{}", std::process::id()));
    let mut file = state::create_private(&draft)?;
    file.write_all(bytes)?;
    drop(file);
    state::replace(&draft, &folder.join(name))
}
