//! Media files that are published, and the addresses of their variants.
//!
//! A variant's address depends on the file's hash and the options, so that a page can name it before it is made.

use crate::config::Images;
use crate::id::{Hash, Route, SourcePath};

/// A media file that is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// The file.
    pub path: SourcePath,
    /// Its own address, made from its path as a page's is; the file name stays as it is.
    pub route: Route,
    /// Length in bytes.
    pub len: u64,
    /// Hash of the content.
    pub hash: Hash,
    /// Width and height in pixels as displayed, of images that say so.
    pub size: Option<(u32, u32)>,
}

/// A smaller or denser copy of an image, in WebP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its address: `/media/<fingerprint>/<stem>-<width>.webp`.
    pub route: Route,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl Media {
    /// Raised whenever the same image and options would give other bytes.
    pub const VARIANT_VERSION: u32 = 1;

    /// Images of more pixels have no variants: decoding one would take half a gigabyte.
    pub const MOST_PIXELS: u64 = 100_000_000;

    /// The longest side that WebP can have (RFC 9649, section 2.5).
    pub const LONGEST_SIDE: u32 = 16_383;

    /// Whether it is an image that would have variants, had it not more than [`Self::MOST_PIXELS`].
    #[must_use]
    pub fn is_huge(&self) -> bool {
        let pixels = self.size.map_or(0, |(width, height)| u64::from(width) * u64::from(height));
        self.is_shrinkable() && pixels > Self::MOST_PIXELS
    }

    /// Whether images of its format have variants.
    fn is_shrinkable(&self) -> bool {
        matches!(self.path.extension().as_str(), "png" | "jpg" | "jpeg")
    }

    /// The variants that are published of an image, narrowest first: every configured width below its own, and its own width.
    ///
    /// Empty for what is no PNG or JPEG, for images without a known size or of more than [`Self::MOST_PIXELS`], and where
    /// `images.widths` is empty. None is longer than [`Self::LONGEST_SIDE`].
    #[must_use]
    pub fn variants(&self, images: &Images) -> Vec<Variant> {
        let Some((width, height)) = self.size.filter(|_| self.is_shrinkable() && !self.is_huge()) else { return Vec::new() };
        if images.widths.is_empty() || width == 0 {
            return Vec::new();
        }
        let fingerprint = Hash::of_parts(&[&self.hash.0, &[images.quality], &Self::VARIANT_VERSION.to_be_bytes()]).short();
        let mut widths: Vec<u32> = images.widths.iter().copied().filter(|&w| w > 0 && w < width).collect();
        let widest = images.widths.iter().copied().max().unwrap_or_default();
        if width <= widest {
            widths.push(width);
        }
        widths.sort_unstable();
        widths.dedup();
        widths
            .into_iter()
            .map(|w| {
                let h = (u64::from(height) * u64::from(w)).div_ceil(u64::from(width)) as u32;
                let route = Route::new(format!("/media/{fingerprint}/{}-{w}.webp", self.path.stem()));
                Variant { route, width: w, height: h.max(1) }
            })
            .filter(|variant| variant.width.max(variant.height) <= Self::LONGEST_SIDE)
            .collect()
    }
}
