//! The site's path -> `_headers`, which Netlify, Cloudflare Pages and others read.
//!
//! Invariant: only what has a fingerprint in its address is said never to change.

use super::csp::Policy;
use crate::artifact::{Artifact, MediaType};

/// What a page may never ask a browser for: nothing of ours does.
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), usb=()";

/// Files, as paths from `/` on that may end with `*`, and how long browsers may keep them without asking.
#[derive(Clone, Debug, Default)]
pub struct Keeping {
    /// Those whose bytes never change at their address.
    pub immutable: Vec<String>,
    /// Those that browsers ask for each time.
    pub revalidated: Vec<String>,
}

/// Writes `_headers`. `base_path` is the path of the site's address, with `/` at both ends.
#[must_use]
pub fn headers(base_path: &str, policy: &Policy, keeping: &Keeping) -> Artifact {
    let mut out = format!(
        "{base_path}*\n  Content-Security-Policy: {}\n  Permissions-Policy: {PERMISSIONS}\n  X-Content-Type-Options: nosniff\n\
         \x20 Referrer-Policy: strict-origin-when-cross-origin\n  X-Frame-Options: SAMEORIGIN\n",
        policy.header()
    );
    let immutable = keeping.immutable.iter().map(|path| (path, "public, max-age=31536000, immutable"));
    for (path, kept) in immutable.chain(keeping.revalidated.iter().map(|path| (path, "no-cache"))) {
        let path = path.trim_start_matches('/');
        out.push_str(&format!("\n{base_path}{path}\n  Cache-Control: {kept}\n"));
    }
    Artifact::bytes(MediaType::TEXT, out.into_bytes())
}

/// Writes `.nojekyll`, which is empty: without it, GitHub Pages would leave out files whose names begin with `_`.
#[must_use]
pub fn nojekyll() -> Artifact {
    Artifact::bytes(MediaType::TEXT, Vec::new())
}
