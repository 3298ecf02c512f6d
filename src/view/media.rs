//! Media and links of a piece as addresses that a page can write.

use serde::Serialize;

use super::text;
use crate::artifact::MediaType;
use crate::id::{Route, SourcePath};
use crate::model::{Link, Logo, Site};

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImageView {
    /// Its address.
    pub src: String,
    /// Its absolute address, for previews elsewhere.
    pub absolute: String,
    /// Width in pixels, if known.
    pub width: Option<u32>,
    /// Height in pixels, if known.
    pub height: Option<u32>,
    /// Smaller variants in WebP for `srcset`; empty if there are none.
    pub srcset: String,
}

/// A file or an address to hear, see or take along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MediaLink {
    /// Its address.
    pub href: String,
    /// Its file name, or the address's host.
    pub name: String,
    /// Its media type; empty if it is a page elsewhere.
    pub media: &'static str,
    /// Its size for readers; empty if it is not known.
    pub size: String,
    /// Whether a browser can play it: a file of sound or film, and not a page about it.
    pub playable: bool,
}

/// The address of a link; `None` for one that leads nowhere.
pub(super) fn href(site: &Site, link: &Link) -> Option<String> {
    match link {
        Link::External(address) => Some(address.to_string()),
        Link::Piece { piece, fragment } => Some(with_fragment(site.href(&site.piece(*piece).route), fragment)),
        Link::Page { route, fragment } => Some(with_fragment(site.href(route), fragment)),
        Link::Here(id) => Some(fragment(id)),
        Link::Media(id) => Some(site.href(&site.medium(*id).route)),
        Link::Dead(_) => None,
    }
}

fn with_fragment(href: String, id: &str) -> String {
    if id.is_empty() { href } else { href + &fragment(id) }
}

/// `#…`, percent-encoded.
pub(super) fn fragment(id: &str) -> String {
    format!("#{}", Route::new(id).encoded())
}

/// A picture with its variants.
pub(super) fn image(site: &Site, link: &Link) -> Option<ImageView> {
    let Link::Media(id) = link else {
        let src = href(site, link)?;
        return Some(ImageView { absolute: src.clone(), src, width: None, height: None, srcset: String::new() });
    };
    let medium = site.medium(*id);
    let variants = medium.variants(&site.config.images);
    let srcset: Vec<String> = variants.iter().map(|v| format!("{} {}w", site.href(&v.route), v.width)).collect();
    Some(ImageView {
        src: site.href(&medium.route),
        absolute: site.absolute(&medium.route),
        width: medium.size.map(|(width, _)| width),
        height: medium.size.map(|(_, height)| height),
        srcset: srcset.join(", "),
    })
}

/// A picture of the brand.
pub(super) fn logo(site: &Site, logo: &Logo) -> ImageView {
    ImageView {
        src: site.href(&logo.route),
        absolute: site.absolute(&logo.route),
        width: logo.size.map(|(width, _)| width),
        height: logo.size.map(|(_, height)| height),
        srcset: String::new(),
    }
}

/// A file to hear, see or take along.
pub(super) fn media(site: &Site, link: &Link) -> Option<MediaLink> {
    let href = href(site, link)?;
    if let Link::Media(id) = link {
        let medium = site.medium(*id);
        let media = MediaType::of_extension(&medium.path.extension()).0;
        let name = medium.path.file_name().to_owned();
        return Some(MediaLink { href, name, media, size: text::size(medium.len), playable: playable(media) });
    }
    let after_scheme = href.split_once("://").map_or(href.as_str(), |(_, rest)| rest);
    let path = after_scheme.split(['?', '#']).next().unwrap_or_default();
    let media = MediaType::of_extension(&SourcePath::new(path).extension()).0;
    let name = match playable(media) {
        true => SourcePath::new(path).file_name().to_owned(),
        false => path.split('/').next().unwrap_or_default().to_owned(),
    };
    Some(MediaLink {
        name,
        media: if playable(media) { media } else { "" },
        size: String::new(),
        playable: playable(media),
        href,
    })
}

fn playable(media: &str) -> bool {
    media.starts_with("audio/") || media.starts_with("video/")
}
