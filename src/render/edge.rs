//! Who may have which file -> the configuration of a server that asks.
//!
//! [`Rules`] say it for any server; each server that is supported is a module here that writes them down for it. Invariant: a file that the rules do
//! not name is not given out of the guarded tree, whatever a server makes of its name.

pub mod nginx;

use std::collections::BTreeMap;

use crate::artifact::Artifact;
use crate::id::Route;

/// Where guarded files stand in the guarded tree.
pub const FILES: &str = "/site";

/// The number of an audience, counted from 1.
pub type AudienceNumber = usize;

/// Who may have which file, and by what they are known.
pub struct Rules<'a> {
    /// The path of the site's address, `/` at both ends.
    pub base_path: &'a str,
    /// What the server's own addresses begin with, below the site's address.
    pub own: &'a str,
    /// Whether browsers send the pass over encrypted connections only.
    pub encrypted: bool,
    /// The page for addresses at which nothing is, below the site's address.
    pub not_found: &'a str,
    /// Folders whose files never change at their addresses.
    pub immutable: Vec<&'a str>,
    /// Each audience in words, as `tier:member tier:pro`: who holds one of these is of it.
    pub audiences: Vec<String>,
    /// The guarded files below the site's address, each with its audience.
    pub files: BTreeMap<String, AudienceNumber>,
    /// Passes in order, each with the audiences that its holder is of.
    pub passes: Vec<(&'a str, Vec<AudienceNumber>)>,
}

/// Something that may be written for a server.
pub type Written = Vec<(Route, Artifact)>;
