//! What a creator takes from the preview to other places, mails and copies: the addresses it stands at, and who makes it.
//!
//! The pages are made elsewhere and handed in. Invariant: nobody is asked for one who cannot show that only this machine is looking.

use super::Loopback;
use crate::artifact::MediaType;
use crate::plan::Plan;

/// The addresses that are the counter's.
const PLACES: [&str; 2] = ["/_mail/", "/_copy/"];

/// Makes pages for the creator alone.
pub trait Counter: Send + Sync {
    /// What stands at an address of the counter; `None` if nothing does.
    fn show(&self, plan: &Plan, asked: &Asked<'_>, here: &Loopback) -> Option<Sheet>;
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The path, as `/_mail/`.
    pub path: &'a str,
    /// The query, as it stands.
    pub query: &'a str,
}

impl Asked<'_> {
    /// The value of a parameter, decoded; empty if it is not there.
    #[must_use]
    pub fn parameter(&self, name: &str) -> String {
        super::request::parameter(self.query, name).unwrap_or_default()
    }
}

/// A page for the creator alone: no artifact, and no page of any build.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What it is.
    pub media: MediaType,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Whether an address is the counter's.
pub(super) fn is_place(path: &str) -> bool {
    PLACES.iter().any(|place| path.starts_with(place))
}
