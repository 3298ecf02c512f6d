//! A site's folder -> whether its sources seem to be open to everyone.
//!
//! Whether a repository is public cannot be told from inside. What is taken for a sign: an address on a forge, and beside it what only open projects
//! have. A licence for one's own paid text is such a thing.

use std::fs;
use std::path::Path;

use crate::diag::{Diag, code};

/// Hosts of repositories that anybody may have open to all.
const FORGES: &[&str] = &["github.com", "gitlab.com", "gitee.com", "codeberg.org", "bitbucket.org", "gitcode.com", "sr.ht"];

/// The warning that paid Markdown may be open to all, if it looks so.
pub(in crate::cli) fn warning(root: &Path) -> Option<Diag> {
    let root = root.canonicalize().ok()?;
    let top = root.ancestors().find(|folder| folder.join(".git").exists())?;
    let settings = fs::read_to_string(top.join(".git/config")).ok()?;
    let mut addresses = settings.lines().filter_map(|line| line.trim().strip_prefix("url")?.trim_start().strip_prefix('='));
    let address = addresses.find(|address| FORGES.iter().any(|forge| address.contains(forge)))?.trim().to_owned();
    // The repository behind a page of a person or project is open on the free plans.
    let is_pages =
        [".github.io", ".gitlab.io", ".gitee.io"].iter().any(|pages| address.trim_end_matches(".git").ends_with(pages));
    if !is_pages && !has_marks(top) {
        return None;
    }
    let address = address.split_once('@').map_or(address.as_str(), |(_, rest)| rest);
    let message = format!("the sources seem to lie in a public repository: `{address}`");
    Some(
        Diag::warning(&code::PUBLIC_SOURCES, message)
            .hint("make it private, and publish the output folder only: whoever can read the Markdown needs no code"),
    )
}

/// Whether a repository has what open projects have.
fn has_marks(top: &Path) -> bool {
    let names = fs::read_dir(top).into_iter().flatten().flatten().map(|entry| entry.file_name().to_string_lossy().to_lowercase());
    let marks = ["license", "licence", "copying", "contributing", "code_of_conduct"];
    names.into_iter().any(|name| marks.iter().any(|mark| name.starts_with(mark))) || top.join(".github/FUNDING.yml").exists()
}
