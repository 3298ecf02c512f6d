//! What kmsite wrote to an output folder: for each file the hash of its name, the hash of its content, and its length.
//!
//! Text, a line per file in the order of the name hashes: `<32 hex digits> <64 hex digits> <length>`. A line that cannot be read is skipped:
//! its file then counts as not ours, which loses nothing. Invariant: the same files give the same text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::id::Hash;

/// The first line of a manifest.
const HEAD: &str = "kmsite manifest 1";

/// A file's name, hashed: the first 16 bytes of the BLAKE3 hash of its path below the output folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key([u8; 16]);

impl Key {
    /// The key of a path below the output folder, `/` between segments.
    pub(super) fn of(file: &str) -> Self {
        let mut key = [0; 16];
        key.copy_from_slice(&Hash::of(file.as_bytes()).0[..16]);
        Self(key)
    }
}

/// A file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Content {
    /// Its hash.
    pub(super) hash: Hash,
    /// Its length in bytes.
    pub(super) len: u64,
}

/// The files of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest(BTreeMap<Key, Content>);

impl FromIterator<(Key, Content)> for Manifest {
    fn from_iter<I: IntoIterator<Item = (Key, Content)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl Manifest {
    /// What was written under this name, if anything.
    pub(super) fn get(&self, key: Key) -> Option<Content> {
        self.0.get(&key).copied()
    }

    /// The files that `newer` does not have.
    pub(super) fn without(&self, newer: &Self) -> Self {
        self.0.iter().filter(|(key, _)| !newer.0.contains_key(key)).map(|(&key, &content)| (key, content)).collect()
    }

    /// How many files it names.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The length of all files together.
    pub(super) fn bytes(&self) -> u64 {
        self.0.values().map(|content| content.len).sum()
    }

    /// Whether it names nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes it as text.
    pub(super) fn to_text(&self) -> String {
        let mut text = String::with_capacity(HEAD.len() + 1 + self.0.len() * 108);
        text.push_str(HEAD);
        text.push('\n');
        for (key, content) in &self.0 {
            for byte in key.0 {
                let _ = write!(text, "{byte:02x}");
            }
            let _ = writeln!(text, " {} {}", content.hash.hex(), content.len);
        }
        text
    }

    /// Reads it from text.
    pub(super) fn from_text(text: &str) -> Self {
        let mut lines = text.lines();
        if lines.next() == Some(HEAD) { lines.filter_map(entry).collect() } else { Self::default() }
    }
}

fn entry(line: &str) -> Option<(Key, Content)> {
    let mut fields = line.split(' ');
    let key = Key(bytes(fields.next()?)?);
    let hash = Hash(bytes(fields.next()?)?);
    let len = fields.next()?.parse().ok()?;
    fields.next().is_none().then_some((key, Content { hash, len }))
}

/// The bytes that `2 * N` hexadecimal digits stand for.
fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
    let digits = hex.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&str, &[u8])]) -> Manifest {
        files.iter().map(|(file, bytes)| (Key::of(file), Content { hash: Hash::of(bytes), len: bytes.len() as u64 })).collect()
    }

    #[test]
    fn text_keeps_everything_and_no_name() {
        let manifest = of(&[("index.html", b"<p>hi"), ("文章/一.html", "你好".as_bytes()), ("empty", b"")]);
        let text = manifest.to_text();
        assert_eq!(Manifest::from_text(&text), manifest);
        assert!(!text.contains("index") && !text.contains('文'));
    }

    #[test]
    fn order_of_making_does_not_matter() {
        assert_eq!(of(&[("a", b"1"), ("b", b"2")]).to_text(), of(&[("b", b"2"), ("a", b"1")]).to_text());
    }

    #[test]
    fn damaged_lines_are_skipped() {
        let manifest = of(&[("a", b"1"), ("b", b"2")]);
        let mut lines: Vec<String> = manifest.to_text().lines().map(str::to_owned).collect();
        lines[1].truncate(40);
        lines.push("é é é".to_owned());
        lines.push("00 11 22 33".to_owned());
        assert_eq!(Manifest::from_text(&lines.join("\n")).0.len(), 1);
        assert!(Manifest::from_text("something else\n").is_empty());
    }
}
