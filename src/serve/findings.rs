//! What was found -> what the terminal, the overlay and the toolbar are told of it: the same words.
//!
//! Findings of the phases come with each build, findings of pages as these are made. Invariant: a warning is told on the terminal once, as long
//! as it stands, and an error each time the site is built with it; and what quotes the site's files leaves this machine by no way ([`Loopback`]).

use std::collections::{BTreeSet, HashSet};

use serde::Serialize;

use super::Loopback;
use crate::diag::render::{self, Colour, Source};
use crate::diag::{self, Diag, Severity};
use crate::id::SourcePath;

/// What is wrong with a site at the moment.
#[derive(Default)]
pub(super) struct Findings {
    /// Settled.
    standing: Vec<Diag>,
    /// What was told of them before.
    told: HashSet<Key>,
}

/// What a finding is known by: its code, file and message. A warning that an edit moves to another line is not told again.
type Key = (&'static str, Option<SourcePath>, String);

fn key(diag: &Diag) -> Key {
    (diag.code.id, diag.at.as_ref().map(|at| at.file.clone()), diag.message.clone())
}

/// A finding as the overlay shows it.
#[derive(Serialize)]
pub(super) struct Drawn {
    code: &'static str,
    severity: Severity,
    text: String,
}

impl Findings {
    /// What was found in a build, in the place of what was found before; these files have changed since then.
    pub(super) fn replace(&mut self, diags: Vec<Diag>, changed: &BTreeSet<SourcePath>, source: &Source<'_>) {
        // What pages warn of comes only after a while, and is no news then unless its file is another one.
        self.told.retain(|key| !key.1.as_ref().is_some_and(|file| changed.contains(file)));
        for diag in &self.standing {
            match diag.severity {
                Severity::Warning => self.told.insert(key(diag)),
                Severity::Error => self.told.remove(&key(diag)),
            };
        }
        self.standing = settled(diags, source);
    }

    /// Adds what was found since. Returns whether it is anything new.
    pub(super) fn add(&mut self, diags: Vec<Diag>, source: &Source<'_>) -> bool {
        let standing: HashSet<Key> = self.standing.iter().map(key).collect();
        let mut fresh = settled(diags, source);
        fresh.retain(|diag| !standing.contains(&key(diag)));
        let is_new = !fresh.is_empty();
        self.told.extend(standing);
        self.standing.append(&mut fresh);
        is_new
    }

    /// What is to be told on the terminal.
    pub(super) fn news(&self) -> Vec<Diag> {
        self.standing.iter().filter(|diag| !self.told.contains(&key(diag))).cloned().collect()
    }

    /// How many errors and warnings there are.
    pub(super) fn counts(&self) -> (usize, usize) {
        let errors = self.standing.iter().filter(|diag| diag.severity == Severity::Error).count();
        (errors, self.standing.len() - errors)
    }

    /// Everything, errors first, as the overlay shows it on this machine: the lines it quotes may be paid for.
    pub(super) fn drawn(&self, _: &Loopback, source: &Source<'_>) -> Vec<Drawn> {
        let draw = |diag: &Diag| Drawn {
            code: diag.code.id,
            severity: diag.severity,
            text: render::text(std::slice::from_ref(diag), source, Colour::Never).trim_end().to_owned(),
        };
        let of = |severity| self.standing.iter().filter(move |diag| diag.severity == severity);
        of(Severity::Error).chain(of(Severity::Warning)).take(SHOWN).map(draw).collect()
    }

    /// All errors as one text, for this machine as well.
    pub(super) fn trouble(&self, _: &Loopback, source: &Source<'_>) -> String {
        let errors: Vec<Diag> =
            self.standing.iter().filter(|diag| diag.severity == Severity::Error).take(SHOWN).cloned().collect();
        render::text(&errors, source, Colour::Never)
    }
}

/// How many findings a browser is shown; the terminal has them all.
const SHOWN: usize = 50;

fn settled(mut diags: Vec<Diag>, source: &Source<'_>) -> Vec<Diag> {
    diag::settle(&mut diags, source);
    diag::point_on(&mut diags);
    diags
}
