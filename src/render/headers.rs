//! The site's path -> `_headers`, which Netlify, Cloudflare Pages and others read.
//!
//! Invariant: only what has a fingerprint in its address is said never to change.

use super::csp::Policy;
use crate::artifact::{Artifact, MediaType};

/// What a page may never ask a browser for: nothing of ours does.
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), usb=()";

/// Writes `_headers`. `base_path` is the path of the site's address, with `/` at both ends; `immutable` are the folders and files, each
/// from `/` on, whose bytes never change at their address.
#[must_use]
pub fn headers(base_path: &str, policy: &Policy, immutable: &[String]) -> Artifact {
    let mut out = format!(
        "{base_path}*\n  Content-Security-Policy: {}\n  Permissions-Policy: {PERMISSIONS}\n  X-Content-Type-Options: nosniff\n\
         \x20 Referrer-Policy: strict-origin-when-cross-origin\n  X-Frame-Options: SAMEORIGIN\n",
        policy.header()
    );
    for path in immutable {
        let path = path.trim_start_matches('/');
        out.push_str(&format!("\n{base_path}{path}\n  Cache-Control: public, max-age=31536000, immutable\n"));
    }
    Artifact::bytes(MediaType::TEXT, out.into_bytes())
}

/// Writes `.nojekyll`, which is empty: without it, GitHub Pages would leave out files whose names begin with `_`.
#[must_use]
pub fn nojekyll() -> Artifact {
    Artifact::bytes(MediaType::TEXT, Vec::new())
}
