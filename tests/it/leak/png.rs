//! Small PNG files that say something in a compressed text chunk.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

/// A picture of `width` × 4 pixels with a comment.
pub fn png(width: u32, comment: &str) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::new();
    head.extend(width.to_be_bytes());
    head.extend(4_u32.to_be_bytes());
    // Eight bits of grey.
    head.extend([8, 0, 0, 0, 0]);
    // Each row begins with its filter's number: none.
    let row: Vec<u8> = std::iter::once(0).chain((0..width).map(|x| x as u8)).collect();
    chunk(&mut bytes, b"IHDR", &head);
    chunk(&mut bytes, b"zTXt", &[b"Comment\0\0".as_slice(), &deflated(comment.as_bytes())].concat());
    chunk(&mut bytes, b"IDAT", &deflated(&row.repeat(4)));
    chunk(&mut bytes, b"IEND", &[]);
    bytes
}

fn chunk(bytes: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
    bytes.extend(kind);
    bytes.extend(data);
    bytes.extend(crc.sum().to_be_bytes());
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
