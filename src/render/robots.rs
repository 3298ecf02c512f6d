//! The site's address -> `robots.txt` (RFC 9309), which lets everyone in and names the sitemap.

use super::sitemap;
use crate::artifact::{Artifact, MediaType};
use crate::config::Config;

/// Writes `robots.txt`.
#[must_use]
pub fn robots(config: &Config) -> Artifact {
    let base = config.base_url.trim_end_matches('/');
    let mut out = String::new();
    if config.base_path() != "/" {
        out.push_str("# This site is not at the root of its host, where crawlers look for this file:\n");
        out.push_str("# name the sitemap in the robots.txt there, or in the search engines' consoles.\n");
    }
    out.push_str(&format!("User-agent: *\nAllow: /\n\nSitemap: {base}{}\n", sitemap::route().encoded()));
    Artifact::bytes(MediaType::TEXT, out.into_bytes())
}
