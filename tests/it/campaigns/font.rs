//! A font of black squares, made here: what cards are set in must not depend on the machine that tests run on.
//!
//! Source: OpenType 1.9, the tables that a font cannot do without.

/// A font with a square for every character of these ranges.
pub fn squares(ranges: &[(char, char)]) -> Vec<u8> {
    let name: Vec<u8> = "Squares".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let tables: [(&[u8; 4], Vec<u8>); 8] = [
        (b"cmap", cmap(ranges)),
        (b"glyf", words(&[1, 100, 0, 900, 800, 3, 0, 0x0101, 0x0101, 100, 0, 800, 0, 0, 800, 0, 0xfce0])),
        (b"head", head()),
        (b"hhea", words(&[1, 0, 800, 0xff38, 0, 1000, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2])),
        (b"hmtx", words(&[1000, 0, 1000, 100])),
        (b"loca", words(&[0, 0, 17, 0])),
        (b"maxp", words(&[0, 0x5000, 2, 0])),
        (b"name", [words(&[0, 2, 30, 3, 1, 0x409, 1, 14, 0, 3, 1, 0x409, 6, 14, 0]), name].concat()),
    ];
    let mut font = words(&[1, 0, 8, 0, 0, 0]);
    let mut at = font.len() + 16 * tables.len();
    let mut bodies = Vec::new();
    for (tag, mut body) in tables {
        font.extend(tag);
        for number in [0, at, body.len()] {
            font.extend(u32::try_from(number).unwrap().to_be_bytes());
        }
        body.resize(body.len().next_multiple_of(4), 0);
        at += body.len();
        bodies.extend(body);
    }
    font.extend(bodies);
    font
}

/// A font that has whatever there is.
pub fn everything() -> Vec<u8> {
    squares(&[(' ', '\u{10ffff}')])
}

/// A font that has no Chinese.
pub fn latin() -> Vec<u8> {
    squares(&[(' ', '\u{24f}'), ('\u{2000}', '\u{206f}')])
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn head() -> Vec<u8> {
    let mut head = words(&[1, 0, 1, 0, 0, 0, 0x5f0f, 0x3cf5, 0, 1000]);
    head.extend([0; 16]);
    head.extend(words(&[100, 0, 900, 800, 0, 8, 2, 0, 0]));
    head
}

/// Every character of a range is glyph 1 (format 13).
fn cmap(ranges: &[(char, char)]) -> Vec<u8> {
    let mut cmap = words(&[0, 1, 3, 10, 0, 12, 13, 0]);
    for number in [16 + 12 * ranges.len(), 0, ranges.len()] {
        cmap.extend(u32::try_from(number).unwrap().to_be_bytes());
    }
    for (first, last) in ranges {
        for number in [*first as u32, *last as u32, 1] {
            cmap.extend(number.to_be_bytes());
        }
    }
    cmap
}
