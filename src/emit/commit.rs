//! What is staged and what the output folder holds -> the [`Journal`] of the commit between them.
//!
//! Nothing is moved here. Invariant: whatever a page loads is moved before the page, and removed after it.

use std::io;

use super::journal::Journal;
use super::manifest::Manifest;
use super::obstacle::{self, Stale};
use super::output::Output;
use super::stage::Made;
use crate::diag::Noted;

/// Plans the commit of these files, sorted by name.
///
/// A file in the way that kmsite did not write is an error, a stale file that was changed by hand a warning.
pub(super) fn plan(output: &Output, files: &[Made], manifest: &Manifest) -> io::Result<Noted<Journal>> {
    let mut diags = Vec::new();
    let mut stale = Stale::find(output, manifest)?.take(&mut diags);
    let mut clear = Vec::new();
    let mut moves = Vec::new();
    for made in files {
        let Some((staged, _)) = &made.staged else { continue };
        clear.extend(obstacle::clearing(output, made, &stale)?.take(&mut diags));
        let changed = output.manifest.get(made.key).is_some();
        moves.push(((changed, made.page), (staged.clone(), made.file.clone())));
    }
    clear.sort_unstable();
    clear.dedup();
    stale.settle(&clear);
    // The sort is stable: files of one kind stay sorted by name.
    moves.sort_by_key(|&(order, _)| order);
    let moves = moves.into_iter().map(|(_, step)| step).collect();
    let mut removals = stale.into_files();
    // A page goes before what it loads.
    removals.sort_by_key(|file| !file.ends_with(".html"));
    Ok(Noted::new(Journal { clear, moves, removals }, diags))
}
