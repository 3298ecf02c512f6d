//! The user's folder of models -> what was fetched into it, and whether it is still that.
//!
//! Each model has a folder, with a list of its files as they were when they came.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{download, unfetched, unwritten};
use crate::diag::Diag;
use crate::disk::own;
use crate::enrich::model::Model;

/// The list of what was fetched, in a model's folder.
const MARK: &str = "kmsite-model.json";

/// The name of a model on a hub: who made it, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Id(Box<str>);

impl Id {
    /// The name, if it is one.
    pub(in crate::cli) fn parse(text: &str) -> Option<Self> {
        let is_name = |part: &str| {
            let is_sign = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.');
            !part.is_empty() && !part.starts_with('.') && part.chars().all(is_sign)
        };
        let (maker, name) = text.split_once('/')?;
        (is_name(maker) && is_name(name)).then(|| Self(text.into()))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A model that was fetched.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::cli) struct Held {
    /// Its name.
    pub id: String,
    /// Where it came from.
    pub hub: String,
    /// Which one of that name.
    pub revision: String,
    /// Its files.
    pub files: Vec<HeldFile>,
}

/// A file as it came.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::cli) struct HeldFile {
    /// Its path in the model's folder.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

impl Held {
    /// The length of all its files.
    pub(in crate::cli) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Writes the list into a folder.
    pub(super) fn mark(&self, folder: &Path) -> Result<(), Diag> {
        let path = folder.join(MARK);
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        let written = std::fs::create_dir_all(folder).and_then(|()| own::replace_file(&path, text.as_bytes()));
        written.map_err(|error| unwritten(&path, &error))
    }
}

/// The list in a folder, if there is one that can be read.
pub(super) fn marked(folder: &Path) -> Option<Held> {
    serde_json::from_slice(&std::fs::read(folder.join(MARK)).ok()?).ok()
}

/// Reads a model that was fetched.
///
/// # Errors
/// Whatever [`Model::read`] finds.
pub(in crate::cli) fn read(id: &Id, folder: &Path) -> Result<Model, Diag> {
    Model::read(&id.0, &|path| std::fs::read(folder.join(path)).map(Cow::Owned))
}

/// The user's folder of models.
pub(in crate::cli) struct Shelf(PathBuf);

impl Shelf {
    /// A folder, which need not be there.
    pub(in crate::cli) fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Where a model stands when it is whole.
    pub(in crate::cli) fn whole(&self, id: &Id) -> PathBuf {
        self.0.join(id.0.replace('/', "--"))
    }

    /// Where it is put together.
    pub(super) fn part(&self, id: &Id) -> PathBuf {
        self.0.join(id.0.replace('/', "--") + ".part")
    }

    /// A model, if it was fetched.
    ///
    /// # Errors
    /// A folder without the list of what was fetched.
    pub(in crate::cli) fn held(&self, id: &Id) -> Result<Option<Held>, Diag> {
        let folder = self.whole(id);
        match marked(&folder) {
            None if folder.exists() => {
                let diag = unfetched(&format!("`{}` does not say what was fetched into it", folder.display()));
                Err(diag.hint("take that folder away, and fetch the model again"))
            }
            held => Ok(held),
        }
    }

    /// All that were fetched, by name.
    pub(in crate::cli) fn all(&self) -> Vec<Held> {
        let folders = std::fs::read_dir(&self.0).into_iter().flatten().flatten().map(|entry| entry.path());
        let whole = folders.filter(|folder| folder.extension().is_none_or(|extension| extension != "part"));
        let mut all: Vec<Held> = whole.filter_map(|folder| marked(&folder)).collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    /// Whether the files of a model are those that were fetched.
    ///
    /// # Errors
    /// The first that is not.
    pub(in crate::cli) fn verify(&self, id: &Id, held: &Held) -> Result<(), Diag> {
        let folder = self.whole(id);
        let is_whole = |file: &&HeldFile| {
            download::hashed(&folder.join(&file.path)).is_ok_and(|(bytes, sha256)| bytes == file.bytes && sha256 == file.sha256)
        };
        match held.files.iter().find(|file| !is_whole(file)) {
            None => Ok(()),
            Some(file) => {
                let path = folder.join(&file.path);
                let diag = unfetched(&format!("`{}` is not what was fetched", path.display()));
                Err(diag.hint(format!("take `{}` away, and fetch the model again", folder.display())))
            }
        }
    }
}
