//! Compressed and composed files -> what is in them that may be text: gzip, zlib, ZIP, and the parts of pictures that are no picture.
//!
//! Sources: RFC 1950 to 1952, APPNOTE.TXT 6.3 (ZIP), PNG third edition section 5, JPEG (ITU T.81 annex B), RFC 9649 (WebP).
//! Invariant: whatever the bytes are, the work is bounded by their length and [`LIMIT`].

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// What comes out of one compressed stream beyond this many bytes is not looked at.
pub const LIMIT: usize = 32 << 20;

/// What was in a stream.
#[derive(Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// The bytes, as far as they could be read.
    pub bytes: Vec<u8>,
    /// Whether there were more than [`LIMIT`].
    pub is_cut: bool,
}

/// Calls `found` with what every compressed stream in a file holds.
pub fn streams(bytes: &[u8], found: &mut impl FnMut(Unpacked)) {
    for at in memchr::memmem::find_iter(bytes, b"\x1f\x8b\x08") {
        found(read(MultiGzDecoder::new(&bytes[at..])));
    }
    for at in memchr::memchr_iter(0x78, bytes) {
        // The two first bytes are a multiple of 31.
        if bytes.get(at + 1).is_some_and(|&second| (0x7800 + u32::from(second)) % 31 == 0 && second & 0x20 == 0) {
            found(read(ZlibDecoder::new(&bytes[at..])));
        }
    }
    for at in memchr::memmem::find_iter(bytes, b"PK\x03\x04") {
        if let Some(data) = deflated_member(&bytes[at..]) {
            found(read(DeflateDecoder::new(data)));
        }
    }
}

/// The bytes from where a deflated member of a ZIP archive begins.
fn deflated_member(head: &[u8]) -> Option<&[u8]> {
    let word = |at: usize| Some(usize::from(u16::from_le_bytes([*head.get(at)?, *head.get(at + 1)?])));
    (word(8)? == 8).then_some(())?;
    head.get(30 + word(26)? + word(28)?..)
}

fn read(stream: impl Read) -> Unpacked {
    let mut bytes = Vec::new();
    // What was read before an error counts.
    let _ = stream.take(LIMIT as u64 + 1).read_to_end(&mut bytes);
    let is_cut = bytes.len() > LIMIT;
    Unpacked { bytes, is_cut }
}

/// The parts of a picture that are not its pixels; `None` for other files.
#[must_use]
pub fn beside_pixels(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(png(&bytes[8..]))
    } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        Some(jpeg(bytes))
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(webp(&bytes[12..]))
    } else {
        None
    }
}

/// Chunks of a PNG but for its pixels, and whatever follows the last.
fn png(mut rest: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while let Some(len) = rest.first_chunk().map(|len| u32::from_be_bytes(*len) as usize) {
        let Some(chunk) = len.checked_add(12).and_then(|len| rest.get(..len)) else { break };
        if !matches!(&chunk[4..8], b"IDAT" | b"fdAT") {
            parts.push(&chunk[4..len + 8]);
        }
        rest = &rest[chunk.len()..];
    }
    parts.push(rest);
    parts
}

/// Segments of a JPEG up to its first scan, and whatever follows its end.
fn jpeg(bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = &bytes[2..];
    while let [0xff, kind, high, low, ..] = *rest {
        let len = usize::from(u16::from_be_bytes([high, low])) + 2;
        let (Some(segment), true) = (rest.get(..len), kind != 0xda) else { break };
        parts.push(segment);
        rest = &rest[len..];
    }
    let end = memchr::memmem::rfind(rest, &[0xff, 0xd9]).map_or(0, |end| end + 2);
    parts.push(&rest[end..]);
    parts
}

/// Chunks of a WebP file but for its pixels, and whatever follows the last.
fn webp(mut rest: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while let Some(head) = rest.first_chunk::<8>() {
        let len = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let Some(chunk) = len.checked_add(8).and_then(|len| rest.get(..len)) else { break };
        if !matches!(&head[..4], b"VP8 " | b"VP8L" | b"ALPH" | b"ANMF") {
            parts.push(chunk);
        }
        rest = rest.get(len + 8 + len % 2..).unwrap_or_default();
    }
    parts.push(rest);
    parts
}

/// Bytes read as UTF-16, in both orders and from both positions, as UTF-8: EXIF and sound files hold text so.
#[must_use]
pub fn from_utf16(bytes: &[u8]) -> [String; 4] {
    let read = |from: usize, join: fn([u8; 2]) -> u16| {
        let units = bytes.get(from..).unwrap_or_default().chunks_exact(2).map(|pair| join([pair[0], pair[1]]));
        char::decode_utf16(units).map(|sign| sign.unwrap_or(' ')).collect()
    };
    [read(0, u16::from_le_bytes), read(1, u16::from_le_bytes), read(0, u16::from_be_bytes), read(1, u16::from_be_bytes)]
}
