//! Variants of images.

use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use image::{DynamicImage, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use kmsite::artifact::{Artifact, Body};
use kmsite::config::Images;
use kmsite::diag::Noted;
use kmsite::id::{Hash, Route, SourcePath};
use kmsite::model::Media;
use kmsite::render::image::{Job, variant};
use kmsite::world::{Cache, Entry, MediaFacts, NoCache, Stage, Stream, World};

/// A world of one file.
struct OneFile(Vec<u8>);

impl World for OneFile {
    fn walk(&self) -> Noted<Vec<Entry>> {
        Noted::clean(Vec::new())
    }

    fn read(&self, _: &SourcePath) -> io::Result<Vec<u8>> {
        Ok(self.0.clone())
    }

    fn open(&self, _: &SourcePath) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(Cursor::new(self.0.clone())))
    }

    fn length(&self, _: &SourcePath) -> Option<u64> {
        Some(self.0.len() as u64)
    }

    fn facts(&self, _: &SourcePath) -> io::Result<MediaFacts> {
        Ok(MediaFacts { len: self.0.len() as u64, hash: Hash::of(&self.0), size: None })
    }
}

/// A cache that remembers.
#[derive(Default)]
struct Memory(Mutex<BTreeMap<Hash, Vec<u8>>>);

impl Cache for Memory {
    fn get(&self, _: Stage, key: Hash) -> Option<Vec<u8>> {
        self.0.lock().ok()?.get(&key).cloned()
    }

    fn put(&self, _: Stage, key: Hash, value: &[u8]) {
        if let Ok(mut map) = self.0.lock() {
            map.insert(key, value.to_vec());
        }
    }
}

fn job(bytes: &[u8], name: &str, (width, height): (u32, u32)) -> Job {
    Job { path: SourcePath::new(name), hash: Hash::of(bytes), width, height, quality: 80, version: Media::VARIANT_VERSION }
}

/// The WebP bytes of a variant about which there was nothing to say.
fn webp(bytes: &[u8], name: &str, size: (u32, u32)) -> Vec<u8> {
    let made = variant(&OneFile(bytes.to_vec()), &NoCache, &job(bytes, name, size));
    assert_eq!(made.diags, []);
    match made.value {
        Artifact { media, body: Body::Bytes(bytes) } if media.0 == "image/webp" => bytes.to_vec(),
        other => panic!("no WebP: {other:?}"),
    }
}

fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.into().write_to(&mut out, format).expect("an image");
    out.into_inner()
}

/// Something like a photograph: many colours, no flat areas.
fn photo(width: u32, height: u32) -> RgbImage {
    let wave = |a: u32, b: u32| (((f64::from(a) / 17.0).sin() + (f64::from(b) / 23.0).cos()) * 60.0 + 128.0) as u8;
    RgbImage::from_fn(width, height, |x, y| Rgb([wave(x, y), wave(x * 2 + y, x), wave(y * 3, x * y / 50)]))
}

fn decode(webp: &[u8]) -> DynamicImage {
    image::load_from_memory_with_format(webp, ImageFormat::WebP).expect("a WebP image")
}

/// Whether a WebP file is lossless: its first chunk says so (RFC 9649, section 2.6).
fn is_lossless(webp: &[u8]) -> bool {
    webp.windows(4).take(64).any(|chunk| chunk == b"VP8L")
}

#[test]
fn a_jpeg_is_shrunk_and_never_enlarged() {
    let bytes = encoded(photo(640, 480), ImageFormat::Jpeg);
    let small = webp(&bytes, "a.jpg", (320, 240));
    assert_eq!((decode(&small).width(), decode(&small).height()), (320, 240));
    assert!(!is_lossless(&small));
    let wide = webp(&bytes, "a.jpg", (1280, 960));
    assert_eq!((decode(&wide).width(), decode(&wide).height()), (640, 480));
}

#[test]
fn a_drawing_stays_lossless_and_a_photograph_does_not() {
    let drawing = RgbImage::from_fn(400, 300, |x, y| if (x / 40 + y / 40) % 2 == 0 { Rgb([20, 60, 200]) } else { Rgb([255; 3]) });
    let made = webp(&encoded(drawing.clone(), ImageFormat::Png), "a.png", (400, 300));
    assert!(is_lossless(&made));
    assert_eq!(decode(&made).into_rgb8(), drawing);
    assert!(!is_lossless(&webp(&encoded(photo(400, 300), ImageFormat::Png), "b.png", (400, 300))));
}

#[test]
fn orientation_is_applied() {
    // Orientation 6 (EXIF 2.32, tag 0x0112): the first row is the right side; the picture is turned by 90 degrees to be seen.
    let exif = [&b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"[..]].concat();
    let left_red = RgbImage::from_fn(60, 40, |x, _| if x < 30 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) });
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.set_exif_metadata(exif).expect("EXIF");
    encoder.encode_image(&left_red).expect("a JPEG");
    let made = decode(&webp(&bytes, "a.jpg", (40, 60))).into_rgb8();
    assert_eq!(made.dimensions(), (40, 60));
    let (top, bottom) = (made.get_pixel(20, 5), made.get_pixel(20, 55));
    assert!(top[0] > 200 && top[2] < 60, "the left side is up: {top:?}");
    assert!(bottom[2] > 200 && bottom[0] < 60, "{bottom:?}");
}

#[test]
fn a_colour_profile_is_kept_where_it_matters() {
    let profile = |name: &[u8]| [&[0; 16][..], b"RGB ", &[0; 108], name].concat();
    let with = |profile: &[u8], image: DynamicImage| {
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
        encoder.set_icc_profile(profile.to_vec()).expect("a profile");
        image.write_with_encoder(encoder).expect("a PNG");
        bytes
    };
    let see_through = RgbaImage::from_fn(60, 40, |x, y| Rgba([(x * 4) as u8, (y * 6) as u8, 9, (x * 4) as u8]));
    let few = RgbaImage::from_fn(60, 40, |x, _| Rgba([9, 9, 9, if x < 30 { 255 } else { 0 }]));
    // An odd length needs padding. Lossy, lossy with transparency, lossless with transparency.
    let images: [DynamicImage; 3] = [photo(60, 40).into(), see_through.into(), few.into()];
    for image in images {
        let wide = profile(b"Display P3!");
        let made = webp(&with(&wide, image.clone()), "a.png", (30, 20));
        let mut decoder = image::codecs::webp::WebPDecoder::new(Cursor::new(&made)).expect("a WebP image");
        assert_eq!(image::ImageDecoder::icc_profile(&mut decoder).expect("a profile"), Some(wide));
        let plain = webp(&with(&profile(b"sRGB IEC61966-2.1"), image.clone()), "a.png", (30, 20));
        // The same picture, and less around it.
        assert_eq!(decode(&made), decode(&plain));
        assert!(made.len() > plain.len() + 100);
    }
}

#[test]
fn the_colour_of_transparent_pixels_does_not_bleed() {
    // Opaque red beside transparent green.
    let image = RgbaImage::from_fn(200, 200, |x, _| if x % 4 < 2 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 255, 0, 0]) });
    let made = decode(&webp(&encoded(image, ImageFormat::Png), "a.png", (50, 50))).into_rgba8();
    let pixel = made.get_pixel(25, 25);
    assert!(pixel[0] > 240 && pixel[1] < 12 && (100..156).contains(&pixel[3]), "{pixel:?}");
}

#[test]
fn a_broken_image_is_served_as_it_is_with_a_warning_from_the_cache_too() {
    let mut bytes = encoded(photo(100, 100), ImageFormat::Png);
    bytes.truncate(bytes.len() / 2);
    let cache = Memory::default();
    let first = variant(&OneFile(bytes.clone()), &cache, &job(&bytes, "图 1.png", (50, 50)));
    let again = variant(&OneFile(Vec::new()), &cache, &job(&bytes, "图 1.png", (50, 50)));
    for made in [&first, &again] {
        assert_eq!(made.diags.iter().map(|diag| diag.code.id).collect::<Vec<_>>(), ["KM0701"]);
        assert!(made.diags[0].message.starts_with("the image `图 1.png` cannot be read: "));
        assert_eq!(made.value.media.0, "image/png");
        assert!(matches!(&made.value.body, Body::File(path) if path.as_str() == "图 1.png"));
    }
    assert_eq!(first.diags, again.diags);
}

#[test]
fn a_file_that_lies_about_its_size_takes_no_memory() {
    // A PNG header that claims 60,000 × 60,000 pixels, and no data.
    let mut bytes = Vec::new();
    image::codecs::png::PngEncoder::new(&mut bytes).write_image(&[0], 1, 1, image::ExtendedColorType::L8).expect("a PNG");
    bytes[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    let made = variant(&OneFile(bytes.clone()), &NoCache, &job(&bytes, "a.png", (480, 480)));
    assert_eq!(made.diags.len(), 1);
    // And no address for a variant of it is promised.
    assert_eq!(media("a.png", (60_000, 60_000)).variants(&Images::default()), []);
}

/// CRC-32 as PNG has it (RFC 2083, section 15).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 })
    })
}

fn media(name: &str, size: (u32, u32)) -> Media {
    Media {
        path: SourcePath::new(name),
        route: Route::new(format!("/{name}")),
        len: 1,
        hash: Hash::of(name.as_bytes()),
        size: Some(size),
    }
}

#[test]
fn no_variant_is_longer_than_webp_can_be() {
    let widths = |size| media("a.png", size).variants(&Images::default()).iter().map(|variant| variant.width).collect::<Vec<_>>();
    // 20,000 high at 1,000 wide: 19,200 at 960 is too long too, 9,600 at 480 is not.
    assert_eq!(widths((1_000, 20_000)), [480]);
    assert_eq!(widths((1_000, 1_000)), [480, 960, 1_000]);
    assert_eq!(widths((10_001, 10_000)), [0_u32; 0]);
}

#[test]
fn an_animation_stays_an_animation() {
    // `acTL` of two frames after the header of a PNG makes it an APNG.
    let png = encoded(photo(8, 8), ImageFormat::Png);
    let mut chunk = b"acTL\0\0\0\x02\0\0\0\0".to_vec();
    let crc = crc32(&chunk);
    chunk.extend(crc.to_be_bytes());
    let bytes = [&png[..33], &8_u32.to_be_bytes(), &chunk, &png[33..]].concat();
    let made = variant(&OneFile(bytes.clone()), &NoCache, &job(&bytes, "a.png", (4, 4)));
    assert_eq!(made.diags, []);
    assert!(matches!(made.value.body, Body::File(_)));
}

#[test]
fn the_bytes_do_not_depend_on_threads_or_the_cache() {
    let bytes = encoded(photo(300, 200), ImageFormat::Png);
    let once = webp(&bytes, "a.png", (150, 100));
    let cache = Memory::default();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let made = variant(&OneFile(bytes.clone()), &cache, &job(&bytes, "a.png", (150, 100)));
                    match made.value.body {
                        Body::Bytes(bytes) => bytes.to_vec(),
                        Body::File(_) => Vec::new(),
                    }
                })
            })
            .collect();
        for thread in threads {
            assert_eq!(thread.join().expect("a thread"), once);
        }
    });
}

/// All images below a folder.
fn pictures(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            pictures(&path, found);
        } else if path.extension().is_some_and(|extension| ["png", "jpg", "jpeg"].iter().any(|known| extension == *known)) {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn the_widest_variants_of_real_images_are_smaller_than_the_originals() {
    let Some(corpora) = std::env::var_os("CORPORA_DIR").map(PathBuf::from) else {
        println!("not run: CORPORA_DIR is not set");
        return;
    };
    let mut found = Vec::new();
    pictures(&corpora.join("course-iot-en"), &mut found);
    pictures(&corpora.join("articles-rust-blog"), &mut found);
    let (mut before, mut after, mut count) = (0, 0, 0);
    for path in &found {
        let bytes = std::fs::read(path).expect("a readable corpus");
        let Ok(size) = image::image_dimensions(path) else { continue };
        let media = Media { size: Some(size), ..media(&path.to_string_lossy(), size) };
        let Some(widest) = media.variants(&Images::default()).pop() else { continue };
        let made = variant(&OneFile(bytes.clone()), &NoCache, &job(&bytes, media.path.as_str(), (widest.width, widest.height)));
        assert_eq!(made.diags, [], "{}", path.display());
        if let Body::Bytes(webp) = made.value.body {
            (before, after, count) = (before + bytes.len(), after + webp.len(), count + 1);
        }
    }
    println!("{count} images: {before} bytes before, {after} after");
    assert!(count > 50 && after < before / 2, "{count} images: {before} bytes before, {after} after");
}
