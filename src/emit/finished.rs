//! Files of the site to be, ready and not committed yet, for whoever is to look at them first; and those of a folder that was committed.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::cannot;
use super::obstacle::files_below;
use crate::diag::Diag;
use crate::id::Hash;

/// A file of the output.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Its path below the output folder.
    pub name: String,
    /// The hash of its content.
    pub hash: Hash,
    /// Where its content is: in the staging folder, or in its place already.
    pub(super) place: PathBuf,
}

impl Finished {
    /// Its content.
    ///
    /// # Errors
    /// Those of the file system, with the file named.
    pub fn open(&self) -> io::Result<impl Read + use<>> {
        File::open(&self.place).map_err(cannot("read", &self.place))
    }
}

/// Looks at every file of a site before it is committed.
pub trait Inspector: Sync {
    /// What is wrong with a file. Called once for each, from several threads.
    ///
    /// # Errors
    /// Those of the file system.
    fn inspect(&self, file: &Finished) -> io::Result<Vec<Diag>>;
}

/// An inspector that looks at nothing.
pub struct Nobody;

impl Inspector for Nobody {
    fn inspect(&self, _: &Finished) -> io::Result<Vec<Diag>> {
        Ok(Vec::new())
    }
}

/// The files of an output folder but for kmsite's own, in order of their names.
///
/// # Errors
/// Those of the file system, with the folder or file named; a name that is not Unicode is one.
pub fn finished(folder: &Path) -> io::Result<Vec<Finished>> {
    let names = files_below(folder, folder)?;
    let not_unicode = || io::Error::new(io::ErrorKind::InvalidData, format!("a name in `{}` is not Unicode", folder.display()));
    let mut names = names.into_iter().map(|name| name.ok_or_else(not_unicode)).collect::<io::Result<Vec<_>>>()?;
    names.sort();
    let hashed = |name: String| {
        let place = folder.join(&name);
        let hash = File::open(&place).and_then(|file| blake3::Hasher::new().update_reader(file).map(|hasher| hasher.finalize()));
        let hash = Hash(*hash.map_err(cannot("read", &place))?.as_bytes());
        Ok(Finished { name, hash, place })
    };
    names.into_par_iter().map(hashed).collect()
}
