//! A WebP file and a colour profile -> a WebP file that carries the profile, so that a wide-gamut photograph keeps its colours.
//!
//! Container only; pixels are not touched. Source: RFC 9649, section 2.7 (extended file format).

/// The flags of a `VP8X` chunk: a colour profile, and transparency.
const HAS_PROFILE: u8 = 0x20;
const HAS_ALPHA: u8 = 0x10;

/// The profile, if readers need it: it is for RGB, and not the sRGB that every image without a profile is taken for.
///
/// Source: ICC.1:2022, section 7.2.6 (the colour space stands at byte 16). A profile names itself in ASCII (version 2) or UTF-16 (4).
pub(super) fn needed(profile: Vec<u8>) -> Option<Vec<u8>> {
    let is_rgb = profile.get(16..20) == Some(b"RGB ");
    let names_srgb = [&b"sRGB"[..], b"s\0R\0G\0B"].iter().any(|name| memchr::memmem::find(&profile, name).is_some());
    (is_rgb && !names_srgb).then_some(profile)
}

/// Adds a profile to a file that has none; a file that is no WebP comes back as it is.
pub(super) fn embed(webp: Vec<u8>, profile: &[u8], (width, height): (u32, u32)) -> Vec<u8> {
    let Some((flags, image)) = parts(&webp) else { return webp };
    let mut header = vec![flags | HAS_PROFILE, 0, 0, 0];
    for side in [width, height] {
        header.extend_from_slice(&side.saturating_sub(1).to_le_bytes()[..3]);
    }
    let mut body = b"WEBP".to_vec();
    chunk(&mut body, *b"VP8X", &header);
    chunk(&mut body, *b"ICCP", profile);
    body.extend_from_slice(image);
    let mut file = Vec::with_capacity(body.len() + 8);
    chunk(&mut file, *b"RIFF", &body);
    file
}

/// The flags of a file, and its chunks without `VP8X`.
fn parts(webp: &[u8]) -> Option<(u8, &[u8])> {
    let chunks = webp.get(12..)?;
    match chunks.get(..4)? {
        b"VP8X" => Some((*chunks.get(8)?, chunks.get(18..)?)),
        // Bit 28 after the signature byte tells of transparency.
        b"VP8L" if chunks.get(12)? & 0x10 != 0 => Some((HAS_ALPHA, chunks)),
        b"VP8L" | b"VP8 " => Some((0, chunks)),
        _ => None,
    }
}

/// Appends a chunk, padded to an even length.
fn chunk(out: &mut Vec<u8>, name: [u8; 4], bytes: &[u8]) {
    out.extend_from_slice(&name);
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out.extend_from_slice(bytes);
    if bytes.len() % 2 == 1 {
        out.push(0);
    }
}
