//! A PNG or JPEG file -> one of its WebP variants: decoded, turned upright, shrunk, encoded.
//!
//! Everything but pixels and a colour profile that matters stays behind (EXIF with its places, thumbnails, comments). Cached by content; the key is
//! (stage, version, hash of the file, width, height, quality), and the cached value is the WebP file, or the reason
//! why there is none. Invariant: the bytes depend on the key alone.

mod profile;

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgba, RgbaImage, imageops};
use webp::{PixelLayout, WebPConfig};

use crate::artifact::{Artifact, Body, MediaType};
use crate::diag::{At, Diag, Noted, code};
use crate::id::{Hash, SourcePath};
use crate::world::{Cache, Stage, World};

/// The most memory that a decoder may ask for, in bytes: enough for 100 megapixels of 8 bytes.
const MOST_MEMORY: u64 = 1 << 30;

/// An image of no more colours than this may be a drawing or a screenshot, for which lossless coding is tried.
///
/// Of 83 drawings and screenshots of two corpora all have fewer (28 to 3,092); a photograph has tens of thousands.
const FEW_COLOURS: usize = 4_096;

/// The variant that is wanted.
#[derive(Clone, Debug)]
pub struct Job {
    /// The image file.
    pub path: SourcePath,
    /// The hash of its content.
    pub hash: Hash,
    /// Width in pixels, at most the image's own.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// WebP quality, 1 to 100.
    pub quality: u8,
    /// `Media::VARIANT_VERSION`, which is in the variant's address too: raise it whenever this module would make other bytes.
    pub version: u32,
}

/// What came of a job, as it is cached.
enum Made {
    /// A WebP file.
    WebP(Vec<u8>),
    /// An animation, which would lose its movement.
    Animated,
    /// The image cannot be read or written, and why.
    Bad(String),
}

/// Makes a variant.
///
/// Where none can be made, the original's bytes stand in at the variant's address (browsers go by the bytes of an image, not by its
/// name), with a warning unless it is an animation.
pub fn variant(world: &dyn World, cache: &dyn Cache, job: &Job) -> Noted<Artifact> {
    let key = key(job);
    let made = cache.get(Stage::Image, key).and_then(|bytes| Made::from_bytes(&bytes));
    let made = match made {
        Some(made) => made,
        None => match world.read(&job.path) {
            Ok(bytes) => {
                let made = make(&bytes, job).unwrap_or_else(Made::Bad);
                cache.put(Stage::Image, key, &made.to_bytes());
                made
            }
            // Not cached: the file may be readable the next time.
            Err(error) => Made::Bad(error.to_string()),
        },
    };
    let original = || Artifact { media: MediaType::of_extension(&job.path.extension()), body: Body::File(job.path.clone()) };
    match made {
        Made::WebP(bytes) => Noted::clean(Artifact::bytes(MediaType::WEBP, bytes)),
        Made::Animated => Noted::clean(original()),
        Made::Bad(reason) => {
            let diag = Diag::warning(&code::BAD_IMAGE, format!("the image `{}` cannot be read: {reason}", job.path));
            let diag = diag.at(At::file(&job.path)).hint("open it in an image editor and save it again");
            Noted::new(original(), vec![diag])
        }
    }
}

fn key(job: &Job) -> Hash {
    Hash::of_parts(&[
        Stage::Image.name().as_bytes(),
        &job.version.to_be_bytes(),
        &job.hash.0,
        &job.width.to_be_bytes(),
        &job.height.to_be_bytes(),
        &[job.quality],
    ])
}

impl Made {
    fn to_bytes(&self) -> Vec<u8> {
        let (tag, rest): (u8, &[u8]) = match self {
            Self::WebP(bytes) => (b'w', bytes),
            Self::Animated => (b'a', &[]),
            Self::Bad(reason) => (b'b', reason.as_bytes()),
        };
        [&[tag], rest].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (b'w', webp) => Some(Self::WebP(webp.to_vec())),
            (b'a', []) => Some(Self::Animated),
            (b'b', reason) => Some(Self::Bad(String::from_utf8_lossy(reason).into_owned())),
            _ => None,
        }
    }
}

/// Decodes, shrinks and encodes.
fn make(bytes: &[u8], job: &Job) -> Result<Made, String> {
    let format = image::guess_format(bytes).map_err(|error| one_line(&error))?;
    if is_animated(bytes, format) {
        return Ok(Made::Animated);
    }
    let (image, profile) = decode(bytes, format)?;
    let image = shrink(image, job);
    let lossy = encode(&image, Some(job.quality))?;
    // Few colours mean flat areas and sharp lines: lossless is free of smears then, and mostly smaller. A shrunk drawing has
    // soft edges, which lossless coding pays for; a quarter more is what the sharpness is worth.
    if format == ImageFormat::Png && has_few_colours(&image) {
        let lossless = encode(&image, None)?;
        if lossless.len() <= lossy.len() + lossy.len() / 4 {
            return Ok(Made::WebP(finish(lossless, &image, profile)));
        }
    }
    Ok(Made::WebP(finish(lossy, &image, profile)))
}

/// Adds the colour profile, if there is one.
fn finish(webp: Vec<u8>, image: &DynamicImage, profile: Option<Vec<u8>>) -> Vec<u8> {
    match profile {
        Some(profile) => profile::embed(webp, &profile, (image.width(), image.height())),
        None => webp,
    }
}

/// Whether a file holds more than one picture.
fn is_animated(bytes: &[u8], format: ImageFormat) -> bool {
    match format {
        ImageFormat::Png => {
            image::codecs::png::PngDecoder::new(Cursor::new(bytes)).and_then(|decoder| decoder.is_apng()).unwrap_or(false)
        }
        ImageFormat::Gif => true,
        _ => false,
    }
}

/// The pixels as they are meant to be seen, and the colour profile that they need for it.
fn decode(bytes: &[u8], format: ImageFormat) -> Result<(DynamicImage, Option<Vec<u8>>), String> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| one_line(&error))?;
    let orientation = decoder.orientation().map_err(|error| one_line(&error))?;
    // A profile that cannot be read is as good as none.
    let profile = decoder.icc_profile().ok().flatten().and_then(profile::needed);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| one_line(&error))?;
    image.apply_orientation(orientation);
    Ok((image, profile))
}

/// Scales down, never up; 8 bits a channel.
fn shrink(image: DynamicImage, job: &Job) -> DynamicImage {
    let flat = |image: DynamicImage| {
        if image.color().has_alpha() { DynamicImage::ImageRgba8(image.into_rgba8()) } else { image.into_rgb8().into() }
    };
    if job.width >= image.width() || job.width == 0 {
        return flat(image);
    }
    let height = job.height.clamp(1, image.height());
    if !image.color().has_alpha() {
        return flat(image).resize_exact(job.width, height, imageops::FilterType::Lanczos3);
    }
    // Colours count by how opaque they are: else the hidden colour of transparent pixels would bleed into the edges.
    let mut weighted = image.into_rgba16();
    for Rgba([r, g, b, a]) in weighted.pixels_mut() {
        for channel in [r, g, b] {
            *channel = ((u32::from(*channel) * u32::from(*a) + 32_767) / 65_535) as u16;
        }
    }
    let small = imageops::resize(&weighted, job.width, height, imageops::FilterType::Lanczos3);
    drop(weighted);
    let mut plain = RgbaImage::new(job.width, height);
    for (Rgba([r, g, b, a]), pixel) in small.pixels().zip(plain.pixels_mut()) {
        let straight = |channel: u16| match *a {
            0 => 0,
            a => ((u32::from(channel) * 255 + u32::from(a) / 2) / u32::from(a)).min(255) as u8,
        };
        *pixel = Rgba([straight(*r), straight(*g), straight(*b), ((u32::from(*a) + 128) / 257) as u8]);
    }
    plain.into()
}

/// Encodes as WebP, lossy at a quality or lossless.
fn encode(image: &DynamicImage, quality: Option<u8>) -> Result<Vec<u8>, String> {
    let (pixels, layout) = match image {
        DynamicImage::ImageRgba8(image) => (image.as_raw(), PixelLayout::Rgba),
        DynamicImage::ImageRgb8(image) => (image.as_raw(), PixelLayout::Rgb),
        _ => return Err("its colours are of an unknown kind".to_owned()),
    };
    let mut config = WebPConfig::new().map_err(|()| "the encoder does not start".to_owned())?;
    match quality {
        Some(quality) => config.quality = f32::from(quality.clamp(1, 100)),
        // How hard to try, here; the pixels stay as they are.
        None => (config.lossless, config.quality) = (1, 75.0),
    }
    let encoder = webp::Encoder::new(pixels, layout, image.width(), image.height());
    match encoder.encode_advanced(&config) {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(error) => Err(format!("it cannot be written as WebP ({error:?})")),
    }
}

/// Whether an image has at most [`FEW_COLOURS`]. Ends early on a photograph.
fn has_few_colours(image: &DynamicImage) -> bool {
    let channels = usize::from(image.color().channel_count());
    let mut seen = std::collections::HashSet::new();
    let mut last: &[u8] = &[];
    for pixel in image.as_bytes().chunks_exact(channels) {
        if pixel != last && seen.insert(pixel) && seen.len() > FEW_COLOURS {
            return false;
        }
        last = pixel;
    }
    true
}

/// An error of a decoder without its line breaks.
fn one_line(error: &image::ImageError) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The warning about an image that has no variants because it is too large.
#[must_use]
pub fn huge(path: &SourcePath, (width, height): (u32, u32)) -> Diag {
    Diag::warning(&code::HUGE_IMAGE, format!("the image `{path}` has {width} × {height} pixels"))
        .at(At::file(path))
        .hint("shrink it to at most 100 megapixels")
}
