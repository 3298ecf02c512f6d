//! Images to HTML, with their smaller variants.
//!
//! Invariant: an image that is published with the site says its size, so that nothing moves while it loads.

use super::Writer;
use crate::model::{Link, Media};

/// How wide an image is shown: the width of the text on wide screens, else of the screen.
const SIZES: &str = "(min-width: 46rem) 44rem, 100vw";

impl Writer<'_> {
    /// An image; its alternative text if there is none to show.
    pub(super) fn image(&mut self, link: &Link, alt: &str, title: &str) {
        let Some(src) = self.source(link) else {
            self.out.push_str("<span class=\"dead\">");
            self.text(alt);
            self.out.push_str("</span>");
            return;
        };
        let media = match link {
            Link::Media(id) => Some(self.cx.site.medium(*id)),
            _ => None,
        };
        let is_withheld = matches!(link, Link::Media(id) if self.cx.withheld.contains(id));
        let variants = media.is_some_and(|media| !is_withheld && self.variants(media));
        self.out.push_str("<img");
        self.attribute("src", &src);
        if let Some((width, height)) = media.and_then(|media| media.size) {
            self.out.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
        }
        self.attribute("alt", alt);
        if !title.is_empty() {
            self.attribute("title", title);
        }
        // What is first seen is not to wait.
        if self.images > 0 {
            self.out.push_str(" loading=\"lazy\"");
        }
        self.images += 1;
        self.out.push_str(" decoding=\"async\">");
        if variants {
            self.out.push_str("</picture>");
        }
    }

    /// Opens a `<picture>` with the variants of an image, if it has any.
    fn variants(&mut self, media: &Media) -> bool {
        let site = self.cx.site;
        let set: Vec<String> = media
            .variants(&site.config.images)
            .iter()
            .map(|variant| format!("{} {}w", site.href(&variant.route).replace(',', "%2C"), variant.width))
            .collect();
        if set.is_empty() {
            return false;
        }
        self.out.push_str("<picture><source type=\"image/webp\"");
        self.attribute("srcset", &set.join(", "));
        self.attribute("sizes", SIZES);
        self.out.push('>');
        true
    }
}
