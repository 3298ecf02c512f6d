//! A path and bytes -> a file that was not there. The only writer of sources.
//!
//! Invariant: nothing is ever overwritten; a file is created or the command fails.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::Failure;
use crate::diag::{Diag, code};

/// Creates a file and the folders above it; a file that is there stays as it is.
pub(super) fn create(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let doing = || format!("write `{}`", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Failure::io(doing()))?;
    }
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(already_there(path)),
        result => result.map_err(Failure::io(doing()))?,
    };
    file.write_all(bytes).map_err(Failure::io(doing()))
}

/// The refusal to overwrite.
pub(super) fn already_there(path: &Path) -> Failure {
    Diag::error(&code::ALREADY_THERE, format!("`{}` is there already", path.display()))
        .hint("choose another name, or move it away")
        .into()
}
