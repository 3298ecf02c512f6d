//! What the output folder holds besides the site to be: stale files of ours, and files of others that stand in the way.
//!
//! Invariant: only a file that the manifest names, with the content it names, is ever given to be removed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use walkdir::WalkDir;

use super::manifest::{Key, Manifest};
use super::output::{Output, same_content};
use super::stage::Made;
use super::{LOCK, MANIFEST, STAGE, cannot};
use crate::diag::{Diag, Noted, code};

/// Files that the last build wrote, that this one does not have, and that nobody touched in between.
#[derive(Debug, Default)]
pub(super) struct Stale {
    files: BTreeSet<String>,
    /// The same by their names in lower case, for file systems that take no notice of case.
    folded: BTreeMap<String, String>,
}

impl Stale {
    /// Finds the stale files. Since the manifest has no names, the folder is walked, if anything is stale at all.
    ///
    /// One that was changed by hand is left, with a warning.
    pub(super) fn find(output: &Output, newer: &Manifest) -> io::Result<Noted<Self>> {
        let gone = output.manifest.without(newer);
        if gone.is_empty() {
            return Ok(Noted::clean(Self::default()));
        }
        let mut stale = Self::default();
        let mut diags = Vec::new();
        for file in files_below(&output.folder, &output.folder)?.into_iter().flatten() {
            let Some(content) = gone.get(Key::of(&file)) else { continue };
            if output.untouched(&file, content) {
                stale.folded.insert(file.to_lowercase(), file.clone());
                stale.files.insert(file);
            } else {
                let message = format!("`{file}` is no longer part of the site, but was changed by hand; it is left");
                diags.push(
                    Diag::warning(&code::EDITED_OUTPUT, message).hint(format!("remove `{file}` from the output folder yourself")),
                );
            }
        }
        Ok(Noted::new(stale, diags))
    }

    /// Takes out files that are dealt with.
    pub(super) fn settle(&mut self, done: &[String]) {
        for file in done {
            self.files.remove(file);
        }
    }

    /// The files in order.
    pub(super) fn into_files(self) -> Vec<String> {
        self.files.into_iter().collect()
    }
}

/// The stale files that must go before a staged file can take its place; an error if something of the user's stands there.
///
/// A file that this site already had is replaced whatever it holds by now: only its folder must not have become something else.
pub(super) fn clearing(output: &Output, made: &Made, stale: &Stale) -> io::Result<Noted<Vec<String>>> {
    use io::ErrorKind::{InvalidFilename, NotADirectory, NotFound};
    let target = output.path(&made.file);
    let meta = match fs::symlink_metadata(&target) {
        Ok(meta) => meta,
        Err(error) => {
            return match error.kind() {
                NotFound => Ok(Noted::clean(Vec::new())),
                NotADirectory => Ok(clear_ancestor(output, made, stale)),
                InvalidFilename => Ok(Noted::new(Vec::new(), vec![too_long(made)])),
                _ => Err(cannot("look at", &target)(error)),
            };
        }
    };
    if meta.is_dir() {
        return clear_folder(output, made, stale);
    }
    if output.manifest.get(made.key).is_some() {
        return Ok(Noted::clean(Vec::new()));
    }
    if let Some(twin) = stale.folded.get(&made.file.to_lowercase()) {
        return Ok(Noted::clean(vec![twin.clone()]));
    }
    let same = meta.is_file() && meta.len() == made.content.len && same_content(&target, made.content);
    Ok(if same { Noted::clean(Vec::new()) } else { in_the_way(&made.file) })
}

/// Where a folder stands in the place of a file: all it holds must be stale.
fn clear_folder(output: &Output, made: &Made, stale: &Stale) -> io::Result<Noted<Vec<String>>> {
    let files: Option<Vec<String>> = files_below(&output.folder, &output.path(&made.file))?.into_iter().collect();
    Ok(match files {
        Some(files) if !files.is_empty() && files.iter().all(|file| stale.files.contains(file)) => Noted::clean(files),
        _ => in_the_way(&made.file),
    })
}

/// Where a file stands in the place of a folder: it must be stale.
fn clear_ancestor(output: &Output, made: &Made, stale: &Stale) -> Noted<Vec<String>> {
    let is_no_folder = |file: &&str| fs::metadata(output.path(file)).is_ok_and(|meta| !meta.is_dir());
    let folders = made.file.match_indices('/').map(|(at, _)| &made.file[..at]);
    match folders.into_iter().find(is_no_folder) {
        Some(file) if stale.files.contains(file) => Noted::clean(vec![file.to_owned()]),
        Some(file) => in_the_way(file),
        None => in_the_way(&made.file),
    }
}

/// All files below `start` but kmsite's own, as paths below `root`; `None` for one whose name is not Unicode.
pub(super) fn files_below(root: &Path, start: &Path) -> io::Result<Vec<Option<String>>> {
    let ours = |name: &std::ffi::OsStr| [MANIFEST, LOCK, STAGE].iter().any(|&own| name == own);
    let mut files = Vec::new();
    let walk = WalkDir::new(start).min_depth(1).into_iter();
    for entry in walk.filter_entry(|entry| entry.path().parent() != Some(root) || !ours(entry.file_name())) {
        let entry = entry.map_err(|error| cannot("look into", start)(error.into()))?;
        if !entry.file_type().is_dir() {
            files.push(entry.path().strip_prefix(root).ok().and_then(slashed));
        }
    }
    Ok(files)
}

/// A relative path with `/` between segments, if it is Unicode.
fn slashed(path: &Path) -> Option<String> {
    path.to_str().map(|path| path.replace(std::path::MAIN_SEPARATOR, "/"))
}

fn in_the_way(file: &str) -> Noted<Vec<String>> {
    let message = format!("`{file}` is in the way: the output folder holds it, and kmsite did not write it");
    let hint = "move it elsewhere, or choose another folder with `--out`";
    Noted::new(Vec::new(), vec![Diag::error(&code::IN_THE_WAY, message).hint(hint)])
}

fn too_long(made: &Made) -> Diag {
    let message = format!("the address `{}` cannot be a file: it is longer than the file system allows", made.route);
    Diag::error(&code::BAD_ADDRESS, message).hint("give the piece a shorter, plainer `slug:` or `path:`")
}
