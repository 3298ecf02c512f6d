//! Who holds what -> the files in which a member's browser looks itself up: a record for each, sorted into buckets.
//!
//! ```text
//! wrap       KW(HKDF(code, info = tuple("kmsite/1/member", entitlement, epoch)), key of the entitlement in that epoch)
//! plaintext  {"s":mark,"e":generation,"g":[[entitlement, epoch, base64url of the wrap], …]}, spaces up to a multiple of 256 bytes
//! salt       HMAC(K_records, tuple("kmsite/1/record", lookup, plaintext))[..16]
//! record     salt ‖ GCM(HKDF(code, salt, info = tuple("kmsite/1/record")), AAD = tuple("kmsite/1/record", lookup), plaintext)
//! dummy      lookup: number of the bucket in its first bits, then HMAC(K_dummies, tuple("kmsite/1/dummy", bits, bucket, index));
//!            bytes: HMAC(K_dummies, tuple("kmsite/1/dummy-record", lookup, generation, block 0, 1, …))
//! files      members.json = {"v":1,"bits":n}; members/<n>-<bucket in hex, without leading noughts>.json = {"v":1,"r":{lookup: record}}
//! ```
//!
//! A record lies in the bucket that its lookup's first n bits number. All records of a site have one length, and dummies fill all buckets up to
//! one count, a multiple of 8: a bucket tells neither how many members there are nor what they hold. The generation makes every record
//! another when an epoch begins, so that those which stayed do not stand out. Invariant: the same keyring gives the same bytes.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::code::{Code, Lookup};
use super::crypto::{self, Key, Tuple};
use super::entitlement::{Entitlement, Epoch};
use super::keyring::{Holder, Keyring};

/// What the length of a record's plaintext is a multiple of. Three grants fit in.
const BLOCK: usize = 256;
/// What salt and tag add to a plaintext.
const OVERHEAD: usize = 16 + 16;
/// How long the records of a bucket may be in the mean, before base64: a lookup is then a few kB.
const BUCKET: usize = 2048;
/// No more buckets than 2 to this power: hosts cap the number of files. With more than 29,000 members buckets grow instead.
const MOST_BITS: u32 = 12;
/// What the number of records in a bucket is a multiple of: the fullest bucket seldom passes one, which would rewrite all.
const ROUND: usize = 8;

/// A file of records, or the one that says how many there are.
pub struct MemberFile {
    /// Its path below `sealed/`.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

type Bucket = Vec<(Lookup, Vec<u8>)>;

/// The files of a keyring's members.
pub(super) fn files(keyring: &Keyring) -> Vec<MemberFile> {
    let keys = keys_of_grants(keyring);
    let drafts: Vec<Draft> = keyring.holders().par_iter().map(|holder| Draft::of(holder, keyring, &keys)).collect();
    let len = drafts.iter().map(|draft| draft.text.len()).max().unwrap_or(0).next_multiple_of(BLOCK).max(BLOCK);
    let records_key = keyring.master().derive(&Tuple::new("kmsite/1/records"));
    let mut records: Bucket = drafts.into_par_iter().map(|draft| draft.seal(len, &records_key)).collect();
    records.sort_unstable();
    let bits = bits(records.len(), len + OVERHEAD);
    let mut buckets: Vec<Bucket> = vec![Vec::new(); 1 << bits];
    for record in records {
        buckets[number(record.0, bits)].push(record);
    }
    let count = buckets.iter().map(Vec::len).max().unwrap_or(0).next_multiple_of(ROUND).max(ROUND);
    let dummies = Dummies {
        key: keyring.master().derive(&Tuple::new("kmsite/1/dummies")),
        generation: keyring.generation(),
        bits,
        len: len + OVERHEAD,
    };
    let head = MemberFile { path: "members.json".to_owned(), bytes: json!({ "v": 1, "bits": bits }).to_string().into_bytes() };
    let bodies = buckets.into_par_iter().enumerate().map(|(number, bucket)| MemberFile {
        path: format!("members/{bits}-{number:x}.json"),
        bytes: written(dummies.fill(number, bucket, count)),
    });
    let mut files: Vec<MemberFile> = bodies.collect();
    files.insert(0, head);
    files
}

/// The key of each entitlement in each epoch that somebody holds: there are few, and each is derived once.
fn keys_of_grants(keyring: &Keyring) -> BTreeMap<(&Entitlement, Epoch), Key> {
    let mut keys = BTreeMap::new();
    for (entitlement, epoch) in keyring.holders().iter().flat_map(|holder| &holder.grants) {
        keys.entry((entitlement, *epoch)).or_insert_with(|| entitlement.key(keyring.master(), *epoch));
    }
    keys
}

/// A record before it has its length.
struct Draft {
    code: Code,
    lookup: Lookup,
    text: Vec<u8>,
}

impl Draft {
    fn of(holder: &Holder, keyring: &Keyring, keys: &BTreeMap<(&Entitlement, Epoch), Key>) -> Self {
        let code = keyring.code(&holder.id, holder.serial);
        let mut grants: Vec<(String, u64, String)> = holder
            .grants
            .iter()
            .filter_map(|(entitlement, epoch)| {
                let name = entitlement.to_string();
                let under = code.derive(&[], &Tuple::new("kmsite/1/member").with(&name).number(epoch.0));
                let wrap = crypto::wrap(&under, keys.get(&(entitlement, *epoch))?);
                Some((name, epoch.0, URL_SAFE_NO_PAD.encode(wrap)))
            })
            .collect();
        grants.sort_unstable();
        let text = json!({ "s": keyring.mark(&holder.id, holder.serial), "e": keyring.generation(), "g": grants });
        Self { lookup: code.lookup(), code, text: text.to_string().into_bytes() }
    }

    fn seal(mut self, len: usize, records: &Key) -> (Lookup, Vec<u8>) {
        self.text.resize(len, b' ');
        let salt = crypto::mac(records, &about(self.lookup).with(&self.text));
        let salt = &salt.expose()[..16];
        let key = self.code.derive(salt, &Tuple::new("kmsite/1/record"));
        let mut record = salt.to_vec();
        record.extend(crypto::encrypt(&key, &about(self.lookup), &self.text));
        (self.lookup, record)
    }
}

/// What names a record.
fn about(lookup: Lookup) -> Tuple {
    Tuple::new("kmsite/1/record").with(lookup.0)
}

/// How many bits of a lookup number its bucket.
fn bits(records: usize, len: usize) -> u32 {
    (0..MOST_BITS).find(|bits| records * len <= BUCKET << bits).unwrap_or(MOST_BITS)
}

/// The number of the bucket that a record lies in.
fn number(lookup: Lookup, bits: u32) -> usize {
    let first = u16::from_be_bytes([lookup.0[0], lookup.0[1]]);
    usize::from(first) >> (16 - bits)
}

/// Records that are nobody's.
struct Dummies {
    key: Key,
    generation: u64,
    bits: u32,
    len: usize,
}

impl Dummies {
    /// Fills a bucket up.
    fn fill(&self, number: usize, mut bucket: Bucket, count: usize) -> Bucket {
        let missing = count - bucket.len();
        bucket.extend((0..missing).map(|index| self.record(number, index)));
        bucket.sort_unstable();
        bucket
    }

    fn record(&self, number: usize, index: usize) -> (Lookup, Vec<u8>) {
        let about = Tuple::new("kmsite/1/dummy").number(self.bits.into()).number(number as u64).number(index as u64);
        let bytes = crypto::mac(&self.key, &about);
        let mut lookup: [u8; 16] = std::array::from_fn(|at| bytes.expose()[at]);
        let random = u16::from_be_bytes([lookup[0], lookup[1]]) & (u32::from(u16::MAX) >> self.bits) as u16;
        let first = ((number as u32) << (16 - self.bits)) as u16 | random;
        lookup[..2].copy_from_slice(&first.to_be_bytes());
        let blocks = (0..).flat_map(|block| {
            let about = Tuple::new("kmsite/1/dummy-record").with(lookup).number(self.generation).number(block);
            *crypto::mac(&self.key, &about).expose()
        });
        (Lookup(lookup), blocks.take(self.len).collect())
    }
}

/// A bucket as JSON.
fn written(bucket: Bucket) -> Vec<u8> {
    let records: Map<String, Value> =
        bucket.into_iter().map(|(lookup, record)| (lookup.to_string(), URL_SAFE_NO_PAD.encode(record).into())).collect();
    json!({ "v": 1, "r": records }).to_string().into_bytes()
}
