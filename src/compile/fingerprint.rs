//! Everything that a site is made of -> one hash, by which it is known again without being compiled.
//!
//! **Whatever else comes to decide what a build writes or finds is added here.** The values are taken apart whole, so that a new field
//! of theirs is a compile error until its place is settled. Texts count by their bytes, other files by their facts.
//! Invariant: the same hash is the same output and the same findings, by the same program.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::Options;
use crate::config::Overrides;
use crate::diag::Noted;
use crate::id::{Hash, Parts, SourcePath};
use crate::load::Tree;
use crate::resolve::Publish;
use crate::world::{MediaFacts, World};

/// What a site is made of, as a hash.
#[derive(Clone, Debug)]
pub struct Fingerprint {
    /// The hash of everything.
    pub hash: Hash,
    /// What is in it of files that were not read.
    files: BTreeMap<SourcePath, MediaFacts>,
}

impl Fingerprint {
    /// The fingerprint of a tree, with what was found while it was read; `None` if a file of it cannot be read.
    pub(super) fn of(world: &dyn World, tree: &Noted<Arc<Tree>>, options: &Options) -> Option<Self> {
        let files = facts(world, &tree.value)?;
        let mut parts = Parts::default();
        add_options(&mut parts, options);
        add_tree(&mut parts, &tree.value);
        for (path, MediaFacts { len, hash, size }) in &files {
            parts.add(path.as_str().as_bytes());
            parts.add(&len.to_be_bytes());
            parts.add(&hash.0);
            parts.add(format!("{size:?}").as_bytes());
        }
        for found in &tree.diags {
            parts.add(format!("{found:?}").as_bytes());
        }
        Some(Self { hash: parts.hash(), files })
    }

    /// Whether the files that were not read are still what they were.
    ///
    /// A build copies them while it writes: one that was touched meanwhile may be in the output as it was at either time.
    #[must_use]
    pub fn holds(&self, world: &dyn World) -> bool {
        self.files.par_iter().all(|(path, facts)| world.facts(path).is_ok_and(|now| now == *facts))
    }
}

/// The facts of all files that a tree has without their bytes.
fn facts(world: &dyn World, tree: &Tree) -> Option<BTreeMap<SourcePath, MediaFacts>> {
    let paths: Vec<&SourcePath> = tree.media.keys().chain(&tree.statics).chain(&tree.fonts).collect();
    paths.into_par_iter().map(|path| Some((path.clone(), world.facts(path).ok()?))).collect()
}

/// Adds what is asked for.
fn add_options(parts: &mut Parts, options: &Options) {
    let Options { overrides: Overrides { variables, base_url }, origin, publish, today, public_only, folder_name } = options;
    let Publish { drafts, future } = publish;
    parts.count(variables.len());
    for (name, value) in variables {
        parts.add(name.as_bytes());
        parts.add(value.as_bytes());
    }
    parts.add(format!("{base_url:?} {origin:?} {drafts} {future} {today} {public_only}").as_bytes());
    parts.add(folder_name.as_bytes());
}

/// Adds what was read.
fn add_tree(parts: &mut Parts, tree: &Tree) {
    let Tree { content_root, texts, media, statics, theme, books, fonts } = tree;
    parts.add(content_root.as_bytes());
    for texts in [texts, theme] {
        parts.count(texts.len());
        let hashes: Vec<Hash> = texts.par_iter().map(|(_, bytes)| Hash::of(bytes)).collect();
        for (path, hash) in texts.keys().zip(hashes) {
            parts.add(path.as_str().as_bytes());
            parts.add(&hash.0);
        }
    }
    // Their facts are added by themselves.
    parts.count(media.len());
    parts.count(statics.len());
    parts.count(fonts.len());
    parts.count(books.len());
    for folder in books {
        parts.add(folder.as_bytes());
    }
}
