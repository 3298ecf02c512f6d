//! Where output may go: which folders, and which names in them.
//!
//! Invariant: a file name that passes stays inside its folder, and is none of kmsite's own.

use std::fs;
use std::path::{Path, PathBuf};

use super::{LOCK, MANIFEST, STAGE};
use crate::diag::{Diag, code};

/// The longest name of a file or folder in bytes: the limit of ext4, APFS and most others.
const LONGEST_NAME: usize = 255;

/// What is wrong with a path below the output folder, as the end of a sentence.
pub(super) fn flaw(file: &str) -> Option<&'static str> {
    let first = file.split('/').next().unwrap_or_default();
    if [MANIFEST, LOCK, STAGE].contains(&first) {
        return Some("is a name that kmsite keeps for itself");
    }
    file.split('/').find_map(|name| match name {
        "" => Some("has an empty segment"),
        "." | ".." => Some("has a segment of dots only"),
        _ if name.contains('\0') => Some("holds a zero byte"),
        _ if name.len() > LONGEST_NAME => Some("has a segment of more than 255 bytes"),
        _ => None,
    })
}

/// Looks whether an output folder would be read as content, or content overwritten by output.
///
/// `root` is the site's folder, `content` its content folder, which may be the same. Then the output folder may lie inside it, as `dist` does, if it
/// holds nothing but what kmsite wrote: such a folder is not read.
#[must_use]
pub fn check_out(out: &Path, root: &Path, content: &Path) -> Option<Diag> {
    let [real_out, real_root, real_content] = [out, root, content].map(real);
    let problem = if real_out == real_root {
        "is the site's own folder"
    } else if real_root.starts_with(&real_out) || real_content.starts_with(&real_out) {
        "holds the content"
    } else if !real_out.starts_with(&real_content) {
        return None;
    } else if real_content != real_root {
        "lies inside the content"
    } else if is_ours(&real_out) {
        return None;
    } else {
        "lies inside the content, and holds files that kmsite did not write"
    };
    let message = format!("the output folder `{}` {problem}", out.display());
    Some(Diag::error(&code::OUT_INSIDE_CONTENT, message).hint("choose another folder with `--out`"))
}

/// Whether a folder is missing, empty or an output folder.
fn is_ours(folder: &Path) -> bool {
    let Ok(mut entries) = fs::read_dir(folder) else { return !folder.exists() };
    let marked = [MANIFEST, STAGE].iter().any(|own| folder.join(own).exists());
    marked || entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == LOCK))
}

/// The path without symbolic links, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let existing = absolute.ancestors().find_map(|ancestor| Some((ancestor, fs::canonicalize(ancestor).ok()?)));
    match existing {
        Some((ancestor, real)) => absolute.strip_prefix(ancestor).map_or(real.clone(), |rest| real.join(rest)),
        None => absolute,
    }
}

#[cfg(test)]
mod tests {
    use super::flaw;

    #[test]
    fn names_stay_in_their_folder() {
        for file in ["index.html", "文章/一.html", "a/.well-known/b", "a/.kmsite-lock", "...", "a..b"] {
            assert_eq!(flaw(file), None, "{file}");
        }
        for file in
            ["", "a//b", "/etc/passwd", "../a", "a/../b", "a/.", "a\0b", ".kmsite-lock", ".kmsite-stage/0-0", ".kmsite-manifest"]
        {
            assert!(flaw(file).is_some(), "{file}");
        }
    }

    #[test]
    fn the_limit_of_names_is_in_bytes() {
        assert_eq!(flaw(&format!("a/{}/b", "汉".repeat(85))), None);
        assert!(flaw(&format!("a/{}/b", "汉".repeat(86))).is_some());
    }
}
