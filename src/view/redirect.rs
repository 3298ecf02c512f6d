//! Old addresses -> where they lead, as values that redirect pages and `_redirects` are written from.
//!
//! Invariant: the order is that of `Site::redirects`, which is by address.

use crate::id::Lang;
use crate::model::{Redirect, Site};

/// An old address and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The language of the page it leads to.
    pub lang: Lang,
    /// The title of the page it leads to.
    pub title: String,
    /// The old address, encoded, from the path of `base_url` on.
    pub from: String,
    /// The address of the page, encoded, from the path of `base_url` on.
    pub to: String,
    /// The address of the page with scheme and host.
    pub absolute: String,
}

/// Makes the view of one redirect.
#[must_use]
pub fn moved(site: &Site, redirect: &Redirect) -> Moved {
    let piece = site.piece(redirect.to);
    Moved {
        lang: piece.lang.clone(),
        title: piece.title.to_string(),
        from: site.href(&redirect.from),
        to: site.href(&piece.route),
        absolute: site.absolute(&piece.route),
    }
}
