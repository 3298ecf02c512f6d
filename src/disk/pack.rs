//! One append-only file of cached values: key -> bytes.
//!
//! ```text
//! pack   = "kmsite pack 1\n" record*
//! record = key (32 bytes) · length of the value (u64, little-endian) · sum of the value (8) · sum of the 48 bytes before (8) · value
//! ```
//!
//! A sum is the first 8 bytes of the BLAKE3 hash. A torn or damaged tail ends the pack where the last whole record ends. Invariant: a value
//! is returned only if its sum is right.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use super::state;
use crate::id::Hash;

/// The first line of a pack.
const HEAD: &[u8] = b"kmsite pack 1\n";

/// The length of a record without its value.
const RECORD: usize = 56;

/// Values are written when this many bytes of them wait.
const WAITING: usize = 4 << 20;

/// A pack in hand.
#[derive(Debug)]
pub(super) struct Pack {
    path: PathBuf,
    /// `None` as long as there is no such file.
    file: Option<File>,
    /// Where the last whole record ends.
    end: u64,
    index: HashMap<Hash, Slot>,
    /// Values to be written.
    waiting: Vec<(Hash, Box<[u8]>)>,
    waiting_bytes: usize,
    /// Whether values are kept: not if another process writes this pack, nor after a failure to write.
    writable: bool,
}

/// Where a value is.
#[derive(Clone, Copy, Debug)]
struct Slot {
    place: Place,
    len: u64,
    sum: [u8; 8],
    /// Whether it was asked for or made in this build.
    used: bool,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    /// At this position of the file.
    File(u64),
    /// At this position in `waiting`.
    Waiting(usize),
}

impl Pack {
    /// Opens a pack. A file that is missing or is no pack counts as empty.
    pub(super) fn open(path: PathBuf, writable: bool) -> Self {
        let mut pack = Self { path, file: None, end: 0, index: HashMap::new(), waiting: Vec::new(), waiting_bytes: 0, writable };
        if let Ok(file) = File::open(&pack.path)
            && pack.scan(&file).is_ok()
        {
            pack.file = Some(file);
        }
        pack
    }

    /// Reads the heads of all whole records.
    fn scan(&mut self, file: &File) -> io::Result<()> {
        let len = file.metadata()?.len();
        let mut reader = BufReader::new(file);
        let mut head = [0; HEAD.len()];
        reader.read_exact(&mut head)?;
        if head != HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut at = HEAD.len() as u64;
        let mut record = [0; RECORD];
        while at + RECORD as u64 <= len {
            reader.read_exact(&mut record)?;
            let Some((key, value_len, sum)) = parse(&record) else { break };
            let start = at + RECORD as u64;
            let Some(next) = start.checked_add(value_len).filter(|&next| next <= len) else { break };
            self.index.insert(key, Slot { place: Place::File(start), len: value_len, sum, used: false });
            reader.seek_relative(value_len as i64)?;
            at = next;
        }
        self.end = at;
        Ok(())
    }

    /// The value of a key.
    pub(super) fn get(&mut self, key: Hash) -> Option<Vec<u8>> {
        let slot = self.index.get_mut(&key)?;
        let value = match slot.place {
            Place::Waiting(at) => self.waiting[at].1.to_vec(),
            Place::File(at) => match read(self.file.as_ref()?, at, slot.len) {
                Ok(value) if sum(&value) == slot.sum => value,
                // Damaged: to be made, and kept, again.
                _ => {
                    self.index.remove(&key);
                    return None;
                }
            },
        };
        slot.used = true;
        Some(value)
    }

    /// Keeps a value, unless there is one under this key.
    pub(super) fn put(&mut self, key: Hash, value: &[u8]) {
        if !self.writable {
            return;
        }
        if let Entry::Vacant(vacant) = self.index.entry(key) {
            let place = Place::Waiting(self.waiting.len());
            vacant.insert(Slot { place, len: value.len() as u64, sum: sum(value), used: true });
            self.waiting.push((key, value.into()));
            self.waiting_bytes += value.len();
            if self.waiting_bytes >= WAITING {
                self.flush();
            }
        }
    }

    /// Appends what waits to be written. After a failure nothing is kept any more.
    pub(super) fn flush(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        self.writable = self.append().is_ok();
        if !self.writable {
            self.index.retain(|_, slot| matches!(slot.place, Place::File(_)));
        }
        self.waiting.clear();
        self.waiting_bytes = 0;
    }

    fn append(&mut self) -> io::Result<()> {
        let file = match &self.file {
            Some(_) => state::private_file().read(true).write(true).open(&self.path)?,
            None => {
                let mut file = state::private_file().create(true).truncate(true).read(true).write(true).open(&self.path)?;
                file.write_all(HEAD)?;
                self.end = HEAD.len() as u64;
                file
            }
        };
        // Whatever stands behind the last whole record is torn.
        file.set_len(self.end)?;
        let mut out = io::BufWriter::new(&file);
        out.seek(SeekFrom::Start(self.end))?;
        let mut end = self.end;
        for (key, value) in &self.waiting {
            let Some(slot) = self.index.get_mut(key) else { continue };
            out.write_all(&head(*key, slot))?;
            out.write_all(value)?;
            slot.place = Place::File(end + RECORD as u64);
            end += RECORD as u64 + slot.len;
        }
        out.flush()?;
        drop(out);
        self.end = end;
        self.file = Some(file);
        Ok(())
    }

    /// Writes what waits; if the pack is longer than `limit` then, writes it anew with what was used in this build first.
    pub(super) fn close(&mut self, limit: u64) {
        self.flush();
        if self.writable && self.end > limit {
            // The old pack stands if this fails.
            self.writable = self.compact(limit).is_ok();
        }
    }

    /// Keeps what was used as far as the limit goes, and of the rest the youngest, up to three quarters of the limit: so there is room for some builds.
    fn compact(&mut self, limit: u64) -> io::Result<()> {
        let mut records: Vec<(bool, u64, Hash, Slot)> = self
            .index
            .iter()
            .filter_map(|(&key, &slot)| match slot.place {
                Place::File(at) => Some((slot.used, at, key, slot)),
                Place::Waiting(_) => None,
            })
            .collect();
        records.sort_unstable_by_key(|&(used, at, ..)| (!used, u64::MAX - at));
        let mut end = HEAD.len() as u64;
        records.retain(|&(used, .., slot)| {
            let next = end + RECORD as u64 + slot.len;
            let fits = next <= if used { limit } else { limit / 4 * 3 };
            if fits {
                end = next;
            }
            fits
        });
        // The youngest stay last, so that age can be told from the position.
        records.sort_unstable_by_key(|&(_, at, ..)| at);
        self.rewrite(&records)
    }

    fn rewrite(&mut self, records: &[(bool, u64, Hash, Slot)]) -> io::Result<()> {
        let old = self.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
        let draft = self.path.with_extension("draft");
        let mut out = io::BufWriter::new(state::create_private(&draft)?);
        out.write_all(HEAD)?;
        for &(_, at, key, slot) in records {
            let value = read(old, at, slot.len)?;
            if sum(&value) == slot.sum {
                out.write_all(&head(key, &slot))?;
                out.write_all(&value)?;
            }
        }
        out.flush()?;
        drop(out);
        state::replace(&draft, &self.path)?;
        *self = Self::open(std::mem::take(&mut self.path), true);
        Ok(())
    }
}

fn head(key: Hash, slot: &Slot) -> [u8; RECORD] {
    let mut record = [0; RECORD];
    record[..32].copy_from_slice(&key.0);
    record[32..40].copy_from_slice(&slot.len.to_le_bytes());
    record[40..48].copy_from_slice(&slot.sum);
    let own = sum(&record[..48]);
    record[48..].copy_from_slice(&own);
    record
}

/// Key, length of the value and its sum; `None` if the record is damaged.
fn parse(record: &[u8; RECORD]) -> Option<(Hash, u64, [u8; 8])> {
    let (key, rest) = record.split_first_chunk()?;
    let (len, rest) = rest.split_first_chunk()?;
    let (value_sum, own) = rest.split_first_chunk()?;
    (sum(&record[..48]) == *own).then(|| (Hash(*key), u64::from_le_bytes(*len), *value_sum))
}

fn read(mut file: &File, at: u64, len: u64) -> io::Result<Vec<u8>> {
    // The record was found to be whole when the pack was opened, so that this is no longer than the file.
    let mut value = vec![0; usize::try_from(len).map_err(|_| io::ErrorKind::InvalidData)?];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut value)?;
    Ok(value)
}

fn sum(bytes: &[u8]) -> [u8; 8] {
    let mut sum = [0; 8];
    sum.copy_from_slice(&Hash::of(bytes).0[..8]);
    sum
}
