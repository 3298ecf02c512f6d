//! The bytes of a file -> the first secret in them, whatever they are wrapped in.
//!
//! A text is read as it is; then again with its escapes undone, each kind after the other, and what is packed in it is unpacked. Invariant: the
//! work is bounded, and what was not looked at is told.

use super::decode;
use super::secrets::{Secret, Secrets, Watch};
use super::unpack;
use super::words::{self, Escaped};

/// How many wrappings are undone one after the other.
const DEPTH: u32 = 5;
/// So many bytes may come out of all wrappings of one file.
const BUDGET: usize = 512 << 20;
/// Files that are no text may hold text in UTF-16 in so many bytes at each end.
const ENDS: usize = 128 << 10;

/// A file being searched.
pub struct Search<'a> {
    secrets: &'a Secrets,
    budget: usize,
    /// Whether something in it was not looked at, since it unpacks to too much.
    pub is_cut: bool,
}

/// What was undone last: some wrappings do not stand in others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undone {
    Nothing,
    Entities,
    Escapes,
    Percents,
}

impl<'a> Search<'a> {
    /// Gets ready to search a file.
    #[must_use]
    pub const fn new(secrets: &'a Secrets) -> Self {
        Self { secrets, budget: BUDGET, is_cut: false }
    }

    /// The first secret in these bytes.
    pub fn bytes(&mut self, bytes: &[u8]) -> Option<Secret> {
        self.file(bytes, DEPTH)
    }

    fn file(&mut self, bytes: &[u8], depth: u32) -> Option<Secret> {
        self.budget = self.budget.saturating_sub(bytes.len());
        if self.budget == 0 {
            self.is_cut = true;
            return None;
        }
        if let Some(parts) = unpack::beside_pixels(bytes) {
            return parts.into_iter().find_map(|part| self.binary(part, depth));
        }
        let is_binary = bytes.iter().take(4096).any(|byte| *byte == 0);
        if is_binary { self.binary(bytes, depth) } else { self.text(bytes, Undone::Nothing, depth) }
    }

    /// Searches what is no text as a whole.
    fn binary(&mut self, bytes: &[u8], depth: u32) -> Option<Secret> {
        let head = &bytes[..bytes.len().min(ENDS)];
        let tail = &bytes[bytes.len() - (bytes.len() - head.len()).min(ENDS)..];
        let wide = [head, tail]
            .into_iter()
            .find_map(|end| unpack::from_utf16(end).iter().find_map(|text| self.text(text.as_bytes(), Undone::Entities, 0)));
        wide.or_else(|| self.text(bytes, Undone::Nothing, depth))
    }

    fn text(&mut self, bytes: &[u8], undone: Undone, depth: u32) -> Option<Secret> {
        let (mut shown, mut hidden) = (Watch::new(self.secrets), Watch::new(self.secrets));
        let mut escaped = Escaped::default();
        words::markup(bytes, &mut escaped, &mut |word| shown.word(word), &mut |word| hidden.word(word));
        let met = shown.end().or(hidden.end());
        if met.is_some() || depth == 0 {
            return met;
        }
        let again = |decoded: Option<Vec<u8>>, undone, search: &mut Self| {
            decoded.and_then(|decoded| search.again(&decoded, undone, depth - 1))
        };
        let entities = escaped.markup.then(|| decode::without_entities(bytes)).flatten();
        again(entities, Undone::Entities, self)
            .or_else(|| again(decode::without_escapes(bytes), Undone::Escapes, self))
            .or_else(|| again(decode::percents(bytes), Undone::Percents, self))
            .or_else(|| self.packed(bytes, undone, depth - 1))
    }

    fn again(&mut self, decoded: &[u8], undone: Undone, depth: u32) -> Option<Secret> {
        self.budget = self.budget.saturating_sub(decoded.len());
        if self.budget == 0 {
            self.is_cut = true;
            return None;
        }
        self.text(decoded, undone, depth)
    }

    /// Searches what is compressed in these bytes, or in base 64.
    fn packed(&mut self, bytes: &[u8], undone: Undone, depth: u32) -> Option<Secret> {
        let mut met = None;
        unpack::streams(bytes, &mut |unpacked| {
            self.is_cut |= unpacked.is_cut;
            if met.is_none() && !unpacked.bytes.is_empty() {
                met = self.file(&unpacked.bytes, depth);
            }
        });
        if undone != Undone::Entities {
            decode::base64(bytes, &mut |decoded| {
                if met.is_none() {
                    met = self.file(decoded, depth);
                }
            });
        }
        met
    }
}
