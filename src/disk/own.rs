//! The files that commands keep beside the sources: the master key, the members, and what the last build was made with.
//!
//! A key is created and never overwritten; a file that is replaced is whole at every moment. One command at a time changes them.
#![expect(clippy::disallowed_methods, reason = "`disk` writes these files, and nobody else")]

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::state;

/// Where the master key of a site is, in its folder.
pub const KEY_FILE: &str = ".kmsite/master.key";
/// What the last build was made with.
const LAST: &str = "last-keys";

/// Creates a site's master key, which only its owner can read.
///
/// # Errors
/// Those of the file system; that there is one already is one of them.
pub fn create_key(root: &Path, text: &str) -> io::Result<()> {
    state::folder(&root.join(state::STATE))?;
    let mut file = state::private_file().create_new(true).write(true).open(root.join(KEY_FILE))?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

/// Moves a site's master key out of the way, to `master.key.1`, `.2` … beside it, and returns the name.
///
/// # Errors
/// Those of the file system.
pub fn set_key_aside(root: &Path) -> io::Result<PathBuf> {
    let key = root.join(KEY_FILE);
    let free = (1..).map(|number| key.with_extension(format!("key.{number}"))).find(|path| !path.exists());
    let path = free.ok_or(io::ErrorKind::AlreadyExists)?;
    fs::rename(key, &path)?;
    Ok(path)
}

/// Whether a file can be read by its owner alone. Where there are no such modes, it can.
///
/// # Errors
/// Those of the file system.
pub fn is_private(path: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    let private = std::os::unix::fs::MetadataExt::mode(&fs::metadata(path)?) & 0o077 == 0;
    #[cfg(not(unix))]
    let private = fs::metadata(path).is_ok();
    Ok(private)
}

/// Creates a file of secrets that only its owner can read.
///
/// # Errors
/// Those of the file system; that it is there already is one of them.
pub fn create_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = state::private_file().create_new(true).write(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Puts bytes in a file's place at once, the file's old content gone or whole.
///
/// # Errors
/// Those of the file system.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let mut file = File::create(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    state::replace(&draft, path)
}

/// Waits until no other command changes the site's keys and members; the lock ends when it is dropped.
///
/// # Errors
/// Those of the file system.
pub fn lock(root: &Path) -> io::Result<File> {
    let folder = root.join(state::STATE);
    state::folder(&folder)?;
    let file = state::private_file().create(true).truncate(false).write(true).open(folder.join("keys-lock"))?;
    file.lock()?;
    Ok(file)
}

/// What the last build was made with: the key's fingerprint, and whether there was a list of members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastKeys {
    /// The fingerprint of the master key.
    pub fingerprint: String,
    /// Whether there was a list of members.
    pub had_members: bool,
}

impl LastKeys {
    /// What is remembered, if anything is.
    #[must_use]
    pub fn read(root: &Path) -> Option<Self> {
        let text = fs::read_to_string(root.join(state::STATE).join(LAST)).ok()?;
        let mut words = text.split_whitespace();
        Some(Self { fingerprint: words.next()?.to_owned(), had_members: words.next() == Some("members") })
    }

    /// Remembers it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&self, root: &Path) -> io::Result<()> {
        let folder = root.join(state::STATE);
        state::folder(&folder)?;
        let members = if self.had_members { " members" } else { "" };
        replace_file(&folder.join(LAST), format!("{}{members}\n", self.fingerprint).as_bytes())
    }
}
