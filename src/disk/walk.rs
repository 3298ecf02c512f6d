//! A folder -> all files of the site in it, sorted.
//!
//! Links are followed, as their author meant. Invariant: whatever is left out without being hidden by its name is reported.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::diag::{At, Diag, Noted, code};
use crate::id::SourcePath;
use crate::world::Entry;

use super::OUTPUT_MARK;

/// Lists the files below `root`, without dotted names, `node_modules`, output folders and the `ignored` ones (below `root`).
pub(super) fn walk(root: &Path, ignored: &[PathBuf]) -> Noted<Vec<Entry>> {
    let mut files = Vec::new();
    let mut diags = Vec::new();
    let mut walker = WalkDir::new(root).follow_links(true).into_iter();
    while let Some(step) = walker.next() {
        let entry = match step {
            Ok(entry) => entry,
            Err(error) => {
                diags.extend(trouble(root, &error));
                continue;
            }
        };
        if entry.depth() == 0 {
            continue;
        }
        let is_folder = entry.file_type().is_dir();
        if is_hidden(&entry) || is_folder && is_output(&entry, ignored) {
            if is_folder {
                walker.skip_current_dir();
            }
            continue;
        }
        let Some(path) = source_path(root, entry.path()) else {
            diags.push(bad_name(&entry));
            if is_folder {
                walker.skip_current_dir();
            }
            continue;
        };
        if entry.file_type().is_file() {
            match entry.metadata() {
                Ok(meta) => files.push(Entry { path, len: meta.len() }),
                Err(error) => diags.extend(trouble(root, &error)),
            }
        } else if !is_folder {
            let message = format!("`{path}` is neither a file nor a folder");
            diags.push(Diag::warning(&code::UNREADABLE, message).at(At::file(&path)).hint(format!("remove `{path}`")));
        }
    }
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    diags.sort_by(|a, b| a.message.cmp(&b.message));
    Noted::new(files, diags)
}

fn is_hidden(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    name.as_encoded_bytes().starts_with(b".") || name == "node_modules"
}

fn is_output(entry: &DirEntry, ignored: &[PathBuf]) -> bool {
    ignored.iter().any(|folder| folder == entry.path()) || entry.path().join(OUTPUT_MARK).exists()
}

/// The path below the root, if it is Unicode and not the root itself.
pub(super) fn source_path(root: &Path, path: &Path) -> Option<SourcePath> {
    let below = path.strip_prefix(root).ok()?.to_str()?;
    match (below, std::path::MAIN_SEPARATOR) {
        ("", _) => None,
        (below, '/') => Some(SourcePath::new(below)),
        (below, separator) => Some(SourcePath::new(below.replace(separator, "/"))),
    }
}

fn bad_name(entry: &DirEntry) -> Diag {
    let message = format!("the file name `{}` is not valid Unicode", entry.file_name().to_string_lossy());
    let place = entry.path().parent().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default();
    Diag::warning(&code::BAD_FILE_NAME, message).hint(format!("rename the file in `{place}`"))
}

/// What the walk stumbled over. `None` for what is hidden by its name anyway.
fn trouble(root: &Path, error: &walkdir::Error) -> Option<Diag> {
    let path = error.path().unwrap_or(root);
    if path != root && path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")) {
        return None;
    }
    let place = source_path(root, path);
    let name = place.as_ref().map_or_else(|| path.display().to_string(), ToString::to_string);
    let diag = if let Some(ancestor) = error.loop_ancestor() {
        let target = source_path(root, ancestor).map_or_else(|| "the site's own folder".to_owned(), |path| format!("`{path}`"));
        Diag::warning(&code::SYMLINK_LOOP, format!("the link `{name}` leads back to {target}"))
            .hint(format!("remove the link `{name}`"))
    } else {
        let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
        let message = format!("`{name}` cannot be read: {reason}");
        if error.io_error().is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound) && path != root {
            let hint = format!("`{name}` is a link to a file that is not there: mend it or remove it");
            Diag::warning(&code::UNREADABLE, message).hint(hint)
        } else {
            // Its pages would silently disappear from the site.
            Diag::error(&code::UNREADABLE, message).hint(format!("make `{name}` readable, or move it out of the site's folder"))
        }
    };
    Some(match place {
        Some(place) => diag.at(At::file(&place)),
        None => diag,
    })
}
