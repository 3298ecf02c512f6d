//! Looks for words in the files of a folder, also where they are escaped, encoded, compressed or cut into pieces by tags.
//!
//! Shares no code with what it watches.

use std::collections::BTreeSet;
use std::io::Read;

use crate::sandbox::Tree;

/// How many decodings are tried one after the other.
const DEPTH: usize = 2;

/// Words that begin with `prefix` and go on with four digits and an `x`, each with a file it stands in.
///
/// A beginning without the rest counts as well: a leak of half a word is one.
pub fn hunt(tree: &Tree, prefix: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (name, bytes) in tree {
        for content in [name.as_bytes(), bytes] {
            for form in forms(content) {
                found.extend(words(&form, prefix).into_iter().map(|word| (word, name.clone())));
            }
        }
    }
    found
}

/// The occurrences of a prefix, each with what follows of a word.
fn words(text: &str, prefix: &str) -> Vec<String> {
    let word = |at: usize| text[at..].chars().take(prefix.chars().count() + 5).collect();
    text.match_indices(prefix).map(|(at, _)| word(at)).collect()
}

/// A content as it is, and what its decodings give: each in lower case.
pub fn forms(bytes: &[u8]) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    let mut fresh = vec![String::from_utf8_lossy(bytes).into_owned()];
    fresh.extend(inflated(bytes).iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()));
    for _ in 0..DEPTH {
        let decoded: Vec<String> = fresh.iter().flat_map(|text| decodings(text)).collect();
        known.extend(std::mem::replace(&mut fresh, decoded));
        fresh.retain(|text| !known.contains(text));
    }
    known.extend(fresh);
    known.iter().map(|text| text.to_lowercase()).collect()
}

fn decodings(text: &str) -> Vec<String> {
    let bare = without_tags(text);
    let tight: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
    vec![bare, tight, without_entities(text), without_percents(text), without_escapes(text), without_base64(text)]
}

/// The text between tags.
fn without_tags(text: &str) -> String {
    let mut depth = 0_usize;
    text.chars()
        .filter(|c| match c {
            '<' => {
                depth = 1;
                false
            }
            '>' => {
                depth = 0;
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// Entities as signs: numbers, and the names that serializers use.
fn without_entities(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest.find(';').filter(|end| *end < 10);
        let decoded = end.and_then(|end| {
            let name = &rest[..end];
            let number = name.strip_prefix('#').map(|number| match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            });
            let c = match (name, number) {
                (_, Some(number)) => char::from_u32(number.ok()?)?,
                ("amp", _) => '&',
                ("lt", _) => '<',
                ("gt", _) => '>',
                ("quot", _) => '"',
                ("apos", _) => '\'',
                _ => return None,
            };
            Some((c, end))
        });
        match decoded {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => out.push('&'),
        }
    }
    out + rest
}

fn without_percents(text: &str) -> String {
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(hex.unwrap_or(bytes[at]));
        at += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// `\u…` of JSON as signs.
fn without_escapes(text: &str) -> String {
    let mut parts = text.split("\\u");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..4).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        match code {
            Some(c) => {
                out.push(c);
                out.push_str(&part[4..]);
            }
            None => out.push_str(part),
        }
    }
    out
}

/// What runs of base 64 stand for, one after the other, wherever in a run it begins.
fn without_base64(text: &str) -> String {
    let is_digit = |c: char| c.is_ascii_alphanumeric() || "+/-_".contains(c);
    let mut out = String::new();
    for run in text.split(|c| !is_digit(c)).filter(|run| run.len() >= 16) {
        for start in 0..4 {
            out.push_str(&String::from_utf8_lossy(&base64(&run[start..])));
            out.push('\n');
        }
    }
    out
}

/// Base 64 in either alphabet, without padding.
fn base64(digits: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        _ => 63,
    };
    let mut out = Vec::new();
    for four in digits.as_bytes().chunks(4) {
        let bits = four.iter().fold(0_u32, |bits, &digit| bits << 6 | u32::from(value(digit))) << (6 * (4 - four.len()));
        out.extend(&bits.to_be_bytes()[1..four.len().max(1)]);
    }
    out
}

/// What is compressed in a gzip file, or in the text chunks of a PNG (its specification, sections 11.3.3.3 and 11.3.3.4).
fn inflated(bytes: &[u8]) -> Vec<Vec<u8>> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return read(flate2::read::MultiGzDecoder::new(bytes)).into_iter().collect();
    }
    let Some(mut rest) = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n") else { return Vec::new() };
    let mut found = Vec::new();
    while let Some((head, after)) = rest.split_first_chunk::<8>() {
        let len = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let data = after.get(..len).unwrap_or_default();
        if matches!(&head[4..], b"zTXt" | b"iTXt" | b"iCCP") {
            // Wherever the compressed part begins: a zlib stream says so by its first byte.
            let starts = data.iter().enumerate().filter(|(_, byte)| **byte == 0x78);
            found.extend(starts.filter_map(|(at, _)| read(flate2::read::ZlibDecoder::new(&data[at..]))));
        }
        rest = after.get(len + 4..).unwrap_or_default();
    }
    found
}

fn read(mut stream: impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok().map(|_| bytes)
}
