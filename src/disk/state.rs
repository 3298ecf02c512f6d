//! The folder `.kmsite` in a site's folder: where it is, and how it is made.
//!
//! It ignores itself in git (`.gitignore` of `*`). What lies in `cache` is for the owner's eyes, since it may hold paid text.
#![expect(clippy::disallowed_methods, reason = "`disk` writes its own state")]

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// The folder's name.
pub(super) const STATE: &str = ".kmsite";

/// Makes the state folder and its `cache` (0700 where there are such modes), and returns the latter.
pub(super) fn cache_folder(state: &Path) -> io::Result<PathBuf> {
    folder(state)?;
    let cache = state.join("cache");
    match private_folder().create(&cache) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(cache),
    }
}

/// Makes the state folder.
pub(super) fn folder(state: &Path) -> io::Result<()> {
    fs::create_dir_all(state)?;
    let ignore = state.join(".gitignore");
    if !ignore.exists() {
        fs::write(&ignore, "*\n")?;
    }
    Ok(())
}

/// Creates a file that only the owner can read, or empties the one that is there.
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    private_file().create(true).truncate(true).write(true).open(path)
}

/// How a file is opened that only the owner can read once it is made.
pub(super) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Puts a file in another's place at once.
pub(super) fn replace(draft: &Path, path: &Path) -> io::Result<()> {
    fs::rename(draft, path)
}

fn private_folder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}
