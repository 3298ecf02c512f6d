//! The addresses of a site -> `sitemap.xml` (sitemaps.org protocol 0.9 with `xhtml:link` language versions).
//!
//! Invariant: no file holds more than the protocol allows; what needs several gets an index at the same address.

use super::xml::{Escaped, element};
use crate::artifact::{Artifact, MediaType};
use crate::id::Route;
use crate::view::sitemap::Url;

/// What one file may hold at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Addresses.
    pub urls: usize,
    /// Bytes.
    pub bytes: usize,
}

impl Limits {
    /// Those of the protocol: 50,000 addresses and 50 MB.
    pub const PROTOCOL: Self = Self { urls: 50_000, bytes: 52_428_800 };
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
                    xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n";
const TAIL: &str = "</urlset>\n";

/// The address of the sitemap, or of the index to its parts.
#[must_use]
pub fn route() -> Route {
    Route::new("/sitemap.xml")
}

/// Writes the sitemap: one file, or an index and `/sitemap-1.xml` and so on. `base_url` is the site's.
#[must_use]
pub fn files(urls: &[Url], base_url: &str, limits: Limits) -> Vec<(Route, Artifact)> {
    let mut parts: Vec<String> = Vec::new();
    let mut part = String::from(HEAD);
    let mut count = 0;
    for url in urls {
        let entry = entry(url);
        if count > 0 && (count == limits.urls || part.len() + entry.len() + TAIL.len() > limits.bytes) {
            parts.push(std::mem::replace(&mut part, String::from(HEAD)) + TAIL);
            count = 0;
        }
        part.push_str(&entry);
        count += 1;
    }
    let xml = |text: String| Artifact::bytes(MediaType::XML, text.into_bytes());
    if parts.is_empty() {
        return vec![(route(), xml(part + TAIL))];
    }
    parts.push(part + TAIL);
    let named: Vec<Route> = (1..=parts.len()).map(|number| Route::new(format!("/sitemap-{number}.xml"))).collect();
    let index = (route(), xml(index(&named, base_url)));
    [index].into_iter().chain(named.into_iter().zip(parts.into_iter().map(xml))).collect()
}

fn entry(url: &Url) -> String {
    let mut out = String::from("<url>");
    element(&mut out, "loc", &url.loc);
    if let Some(lastmod) = &url.lastmod {
        element(&mut out, "lastmod", lastmod);
    }
    for (lang, href) in &url.alternates {
        out.push_str(&format!("<xhtml:link rel=\"alternate\" hreflang=\"{}\" href=\"{}\"/>", Escaped(lang), Escaped(href)));
    }
    out.push_str("</url>\n");
    out
}

fn index(parts: &[Route], base_url: &str) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for part in parts {
        out.push_str("<sitemap>");
        element(&mut out, "loc", &format!("{}{}", base_url.trim_end_matches('/'), part.encoded()));
        out.push_str("</sitemap>\n");
    }
    out.push_str("</sitemapindex>\n");
    out
}
