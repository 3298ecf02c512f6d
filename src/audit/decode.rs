//! Bytes that stand for other bytes -> those: entities, escapes of JSON, percent-encoding, base 64, folded lines.
//!
//! What is no code of the kind is left as it is; nothing here fails. Invariant: each function gives `None` where it would change nothing.

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// Entities with a name that serializers write; numbers are read by themselves.
const NAMED: [(&[u8], char); 9] = [
    (b"amp;", '&'),
    (b"lt;", '<'),
    (b"gt;", '>'),
    (b"quot;", '"'),
    (b"apos;", '\''),
    (b"nbsp;", '\u{a0}'),
    (b"shy;", '\u{ad}'),
    (b"hellip;", '…'),
    (b"mdash;", '—'),
];

/// The sign that an entity at the beginning stands for, and the entity's length.
#[must_use]
pub fn entity(text: &[u8]) -> Option<(char, usize)> {
    body(text.strip_prefix(b"&")?)
}

/// [`entity`], of what follows its `&`.
#[must_use]
pub fn body(body: &[u8]) -> Option<(char, usize)> {
    let Some(number) = body.strip_prefix(b"#") else {
        return NAMED.iter().find(|(name, _)| body.starts_with(name)).map(|(name, sign)| (*sign, name.len() + 1));
    };
    let len = number.iter().take(10).position(|&byte| byte == b';')?;
    let digits = std::str::from_utf8(&number[..len]).ok()?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    Some((char::from_u32(code.ok()?)?, len + 3))
}

/// The sign of more than one byte at the beginning, and its length; `None` and 1 where there is none.
#[must_use]
pub fn sign(text: &[u8]) -> (Option<char>, usize) {
    let len = match text.first() {
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => return (None, 1),
    };
    // Most of them, in short: no half of a pair, and none that fewer bytes would write (RFC 3629, section 4).
    if let [first @ (0xe1..=0xec | 0xee..=0xef), second @ 0x80..=0xbf, third @ 0x80..=0xbf, ..] = *text {
        let [first, second, third] = [first & 0xf, second & 0x3f, third & 0x3f].map(u32::from);
        return (char::from_u32(first << 12 | second << 6 | third), 3);
    }
    match text.get(..len).and_then(|bytes| std::str::from_utf8(bytes).ok()) {
        Some(sign) => (sign.chars().next(), len),
        None => (None, 1),
    }
}

/// A text with its entities as signs.
#[must_use]
pub fn without_entities(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    for at in memchr::memchr_iter(b'&', text) {
        if let Some((sign, len)) = entity(&text[at..]).filter(|_| at >= from) {
            out.extend(&text[from..at]);
            out.extend(sign.encode_utf8(&mut [0; 4]).bytes());
            from = at + len;
        }
    }
    (from > 0).then(|| [out, text[from..].to_vec()].concat())
}

/// A text with its escapes of JSON and JavaScript as signs (RFC 8259, section 7), and folded lines put together (RFC 5545, section 3.1).
#[must_use]
pub fn without_escapes(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    for at in memchr::memchr2_iter(b'\\', b'\r', text) {
        if at < from {
            continue;
        }
        let Some((bytes, len)) = escape(&text[at..]) else { continue };
        out.extend(&text[from..at]);
        out.extend(bytes.iter().take_while(|byte| **byte != 0));
        from = at + len;
    }
    (from > 0).then(|| [out, text[from..].to_vec()].concat())
}

/// What an escape at the beginning stands for, ended by zeros, and its length.
fn escape(text: &[u8]) -> Option<([u8; 4], usize)> {
    if text.starts_with(b"\r\n ") || text.starts_with(b"\r\n\t") {
        return Some(([0; 4], 3));
    }
    if text.first() != Some(&b'\\') {
        return None;
    }
    let one = |byte| Some(([byte, 0, 0, 0], 2));
    match *text.get(1)? {
        b'n' | b'r' | b't' | b'b' | b'f' | b'N' => one(b'\n'),
        byte @ (b'"' | b'\'' | b'/' | b'\\' | b',' | b';') => one(byte),
        b'x' => Some((utf8(char::from_u32(hex(text, 2..4)?)?), 4)),
        b'u' => unicode(text),
        _ => None,
    }
}

/// `\uXXXX`, two of them where the first is half of a sign, or `\u{…}`.
fn unicode(text: &[u8]) -> Option<([u8; 4], usize)> {
    if text.get(2) == Some(&b'{') {
        let end = text.iter().take(10).position(|&byte| byte == b'}')?;
        return Some((utf8(char::from_u32(hex(text, 3..end)?)?), end + 1));
    }
    let unit = |at: usize| hex(text, at..at + 4);
    let first = unit(2)?;
    let second = || (text.get(6..8)? == b"\\u").then(|| unit(8)).flatten();
    match (first, second()) {
        (0xd800..0xdc00, Some(low @ 0xdc00..0xe000)) => {
            Some((utf8(char::from_u32(0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00))?), 12))
        }
        _ => Some((utf8(char::from_u32(first)?), 6)),
    }
}

fn utf8(sign: char) -> [u8; 4] {
    let mut bytes = [0; 4];
    // A zero would end it.
    let sign = if sign == '\0' { ' ' } else { sign };
    sign.encode_utf8(&mut bytes);
    bytes
}

fn hex(text: &[u8], digits: std::ops::Range<usize>) -> Option<u32> {
    let digits = text.get(digits)?;
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    u32::from_str_radix(std::str::from_utf8(digits).ok().filter(|_| is_hex)?, 16).ok()
}

/// The stretches of a text that hold percent-encoded bytes, decoded, each on a line.
#[must_use]
pub fn percents(text: &[u8]) -> Option<Vec<u8>> {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'(' | b')' | b',');
    let code = |at: usize| hex(text, at + 1..at + 3);
    let mut out = Vec::new();
    let mut after = 0;
    for at in memchr::memchr_iter(b'%', text) {
        if at < after || code(at).is_none() {
            continue;
        }
        let start = text[after..at].iter().rposition(ends).map_or(after, |end| after + end + 1);
        let end = text[at..].iter().position(ends).map_or(text.len(), |end| at + end);
        let mut from = start;
        while from < end {
            match code(from).filter(|_| text[from] == b'%') {
                Some(byte) => {
                    out.push(byte as u8);
                    from += 3;
                }
                None => {
                    out.push(text[from]);
                    from += 1;
                }
            }
        }
        out.push(b'\n');
        after = end;
    }
    (!out.is_empty()).then_some(out)
}

/// Shorter stretches of base 64 hold too little text.
const BASE64_LEAST: usize = 20;
/// Lines of base 64 are broken at 64 or 76 characters: shorter ones are lines of their own.
const BASE64_LINE: usize = 60;

/// Calls `found` with what each stretch of base 64 stands for, in either alphabet, wherever in the stretch it may begin.
pub fn base64(text: &[u8], found: &mut impl FnMut(&[u8])) {
    let lenient = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&alphabet::STANDARD, lenient);
    let mut at = 0;
    while let Some(start) = text[at..].iter().position(|&byte| is_digit(byte)).map(|start| at + start) {
        let len = digits_from(&text[start..]);
        if len < BASE64_LEAST {
            at = start + len;
            continue;
        }
        let (digits, end) = digits(text, start);
        at = end;
        if digits.iter().all(u8::is_ascii_lowercase) {
            continue;
        }
        for offset in 0..4 {
            let whole = digits.len() - offset - usize::from((digits.len() - offset) % 4 == 1);
            match engine.decode(&digits[offset..offset + whole]) {
                Ok(bytes) if may_say_something(&bytes) => found(&bytes),
                _ => {}
            }
        }
    }
}

/// Shorter stretches of bytes are text, or begin as files do that hold text, or say nothing.
const SHORT: usize = 256;
/// What says something has so many bytes of UTF-8 in a row; of other bytes about one in 4,000 have.
const LEAST: usize = 12;
/// How gzip, zlib, PNG, JPEG, WebP and ZIP begin.
const MAGIC: [&[u8]; 6] = [b"\x1f\x8b", b"\x78", b"\x89PNG", b"\xff\xd8", b"RIFF", b"PK"];

/// Whether bytes are worth being searched: paths and names of classes look like base 64, and there are very many of them.
fn may_say_something(bytes: &[u8]) -> bool {
    // Text in UTF-16 has zeros.
    if bytes.len() >= SHORT || bytes.contains(&0) || MAGIC.iter().any(|magic| bytes.starts_with(magic)) {
        return true;
    }
    bytes.utf8_chunks().any(|chunk| chunk.valid().len() >= LEAST)
}

/// The digits of a stretch of base 64, in the standard alphabet, and where it ends. It goes on in the next line if its lines are long enough.
fn digits(text: &[u8], start: usize) -> (Vec<u8>, usize) {
    let mut digits = Vec::new();
    let mut at = start;
    loop {
        let len = digits_from(&text[at..]);
        digits.extend(text[at..at + len].iter().map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            &digit => digit,
        }));
        at += len;
        let rest = &text[at..];
        let line_break = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n"));
        match line_break.filter(|next| len >= BASE64_LINE && next.first().is_some_and(|&byte| is_digit(byte))) {
            Some(next) => at = text.len() - next.len(),
            None => return (digits, at),
        }
    }
}

/// How many digits a text begins with.
fn digits_from(text: &[u8]) -> usize {
    text.iter().position(|&byte| !is_digit(byte)).unwrap_or(text.len())
}

const fn is_digit(byte: u8) -> bool {
    DIGITS[byte as usize]
}

/// What is a digit of base 64, in either alphabet.
const DIGITS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'+' | b'/' | b'-' | b'_');
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Option<Vec<u8>>) -> String {
        bytes.map_or_else(|| "-".to_owned(), |bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn entities_are_signs() {
        assert_eq!(text(without_entities(b"a&amp;&#20013;&#x6587;&lt;b&unknown;& c")), "a&中文<b&unknown;& c");
        assert_eq!(text(without_entities(b"a & b")), "-");
        assert_eq!(entity(b"&#x110000;"), None);
        assert_eq!(entity(b"&#;"), None);
    }

    #[test]
    fn escapes_are_signs() {
        assert_eq!(text(without_escapes(br#"a\u4e2d\n\"b\" \ud83d\ude00 \u{6587} \x41 \/ \q"#)), "a中\n\"b\" 😀 文 A / \\q");
        assert_eq!(text(without_escapes(b"SUMMARY:a long\r\n er line\\, folded")), "SUMMARY:a longer line, folded");
        assert_eq!(text(without_escapes(b"\\u12")), "-");
    }

    #[test]
    fn percents_are_bytes_and_only_their_stretches_count() {
        assert_eq!(text(percents("x href=\"/%E4%B8%AD/a%20b\" 100% y".as_bytes())), "href=\n".replace("href=", "/中/a b"));
        assert_eq!(text(percents(b"100% of 5%x")), "-");
    }

    #[test]
    fn base64_is_found_wherever_it_begins() {
        let all = |text: &str| {
            let mut all = Vec::new();
            base64(text.as_bytes(), &mut |bytes| all.push(String::from_utf8_lossy(bytes).into_owned()));
            all
        };
        // `secret: something long`.
        assert!(all("url(data:x;base64,c2VjcmV0OiBzb21ldGhpbmcgbG9uZw==)").contains(&"secret: something long".to_owned()));
        assert!(all("abc2VjcmV0OiBzb21ldGhpbmcgbG9uZw").contains(&"secret: something long".to_owned()));
        // Text is found behind a path too; a path alone is none.
        assert!(all("/courses/x/c2VjcmV0OiBzb21ldGhpbmcgbG9uZw").iter().any(|text| text.ends_with("secret: something long")));
        assert!(all("56eY5a+G77ya5b6I6ZW/55qE5LiA5Y+l6K+d").contains(&"秘密：很长的一句话".to_owned()));
        assert!(all("/courses/rust/Getting-started/index").is_empty(), "{:?}", all("/courses/rust/Getting-started/index"));
        assert!(all("c2VjcmV0").is_empty() && all("averylongwordwithoutanything").is_empty());
    }
}
