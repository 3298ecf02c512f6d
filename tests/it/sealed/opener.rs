//! A reader's browser, written from the formats alone: a built site and what somebody holds -> what opens for them.
//!
//! It shares no code with the program.

use std::io::Read;

use aes_gcm::aead::{Aead, KeyInit, Payload as Sealed};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::sandbox::Tree;

const SIGNS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Why something does not open.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// What is held does not open it.
    NotEnough,
    /// Something is not what it was sealed as.
    Tampered,
    /// A file is not there.
    Unavailable,
}

/// Something that somebody holds, in an epoch.
pub struct Member {
    name: String,
    epoch: u64,
}

impl Member {
    /// `tier:pro` in the second epoch, say.
    pub fn of(name: &str, epoch: u64) -> Self {
        Self { name: name.to_owned(), epoch }
    }
}

/// What was sealed of a page.
#[derive(Debug)]
pub struct Payload {
    /// The text.
    pub html: String,
    /// The rules for what it styles by itself.
    pub css: String,
    /// What opens its files.
    pub media: Value,
}

impl Payload {
    /// A file that the text names.
    pub fn file(&self, id: &str, tree: &Tree) -> Result<Vec<u8>, Refusal> {
        let key = self.media[id]["k"].as_str().ok_or(Refusal::NotEnough)?;
        let blob = tree.get(&format!("sealed/{id}.bin")).ok_or(Refusal::Unavailable)?;
        decrypt(&URL_SAFE_NO_PAD.decode(key).unwrap(), &tuple(&[b"kmsite/1/media", &unhex(id)]), blob)
    }
}

/// A built site in the hands of somebody who knows its master key.
pub struct Opener<'a> {
    master: Vec<u8>,
    tree: &'a Tree,
}

impl<'a> Opener<'a> {
    /// A site, and its master key as it is written.
    pub fn new(key: &str, tree: &'a Tree) -> Self {
        Self { master: signs(key.trim_start_matches("KMSITE-"), 32), tree }
    }

    /// `data-km-…` of a page's card.
    pub fn attribute(&self, page: &str, name: &str) -> String {
        let html = String::from_utf8(self.tree[page].clone()).unwrap();
        let after = html.split(&format!("data-km-{name}=\"")).nth(1).unwrap_or_else(|| panic!("{page} has no {name}"));
        after.split('"').next().unwrap().to_owned()
    }

    /// What names a page's content.
    pub fn cid(&self, page: &str) -> String {
        self.attribute(page, "cid")
    }

    /// Opens a page for whoever holds all of these.
    pub fn open(&self, page: &str, held: &[Member]) -> Result<Payload, Refusal> {
        let keys = held.iter().map(|member| {
            let (kind, id) = member.name.split_once(':').unwrap();
            let label = format!("kmsite/1/{kind}-key");
            (member, hkdf(&self.master, &[], &tuple(&[label.as_bytes(), id.as_bytes(), &member.epoch.to_be_bytes()])))
        });
        self.open_with(page, &keys.map(|(member, key)| (member.name.clone(), member.epoch, key)).collect::<Vec<_>>())
    }

    /// Opens a page for whoever typed this code.
    pub fn open_with_code(&self, page: &str, code: &str) -> Result<Payload, Refusal> {
        let code = signs(code.trim_start_matches("KM-"), 15);
        let lookup = hkdf(&code, &[], &tuple(&[b"kmsite/1/lookup"]))[..16].to_vec();
        let bits = self.json("sealed/members.json")?["bits"].as_u64().unwrap();
        let bucket = (u64::from(u16::from_be_bytes([lookup[0], lookup[1]]))) >> (16 - bits);
        let records = self.json(&format!("sealed/members/{bits}-{bucket:x}.json"))?;
        let record = records["r"][hex(&lookup)].as_str().ok_or(Refusal::NotEnough)?;
        let record = URL_SAFE_NO_PAD.decode(record).unwrap();
        let (salt, sealed) = record.split_at(16);
        let key = hkdf(&code, salt, &tuple(&[b"kmsite/1/record"]));
        let plain = decrypt(&key, &tuple(&[b"kmsite/1/record", &lookup]), sealed)?;
        let record: Value = serde_json::from_slice(&plain).unwrap();
        let grants = record["g"].as_array().unwrap().iter().map(|grant| {
            let (name, epoch) = (grant[0].as_str().unwrap(), grant[1].as_u64().unwrap());
            let about = tuple(&[b"kmsite/1/member", name.as_bytes(), &epoch.to_be_bytes()]);
            let wrapped = URL_SAFE_NO_PAD.decode(grant[2].as_str().unwrap()).unwrap();
            (name.to_owned(), epoch, unwrap(&hkdf(&code, &[], &about), &wrapped).unwrap())
        });
        self.open_with(page, &grants.collect::<Vec<_>>())
    }

    /// The files of all search indexes that open for whoever holds all of these, their compression undone: a manifest, then its shards and fragments.
    pub fn indexes(&self, held: &[Member]) -> Result<Vec<Vec<String>>, Refusal> {
        let list = self.json("sealed/search.json")?;
        let mut found = Vec::new();
        for set in list["sets"].as_array().unwrap() {
            let name = set[1].as_str().unwrap();
            let id = unhex(name);
            let key = set[2].as_array().unwrap().iter().find_map(|wrap| {
                let member = held.iter().find(|member| wrap[0] == member.name.as_str() && wrap[1] == member.epoch)?;
                let (kind, of) = member.name.split_once(':').unwrap();
                let epoch = member.epoch.to_be_bytes();
                let own = hkdf(&self.master, &[], &tuple(&[format!("kmsite/1/{kind}-key").as_bytes(), of.as_bytes(), &epoch]));
                let about = tuple(&[b"kmsite/1/wrap", member.name.as_bytes(), &epoch]);
                unwrap(&hkdf(&own, &id, &about), &URL_SAFE_NO_PAD.decode(wrap[2].as_str()?).ok()?)
            });
            let Some(key) = key else { continue };
            let manifest = self.searched(&id, &key)?;
            let told: Value = serde_json::from_str(&manifest).unwrap();
            let shards = told["s"].as_array().unwrap().iter().map(|shard| shard[1].as_str().unwrap().to_owned());
            let fragments = told["d"][2].as_str().unwrap().as_bytes().chunks(22);
            let secrets = shards.chain(fragments.map(|secret| String::from_utf8(secret.to_vec()).unwrap()));
            let others = secrets.map(|secret| {
                let secret = URL_SAFE_NO_PAD.decode(secret).unwrap();
                let id = &hkdf(&secret, &[], &tuple(&[b"kmsite/1/search-id"]))[..16];
                self.searched(id, &hkdf(&secret, &[], &tuple(&[b"kmsite/1/search-key"])))
            });
            found.push(std::iter::once(Ok(manifest)).chain(others).collect::<Result<_, _>>()?);
        }
        Ok(found)
    }

    fn searched(&self, id: &[u8], key: &[u8]) -> Result<String, Refusal> {
        let blob = self.tree.get(&format!("sealed/search/{}.bin", hex(id))).ok_or(Refusal::Unavailable)?;
        let plain = decrypt(key, &tuple(&[b"kmsite/1/search", id]), blob)?;
        let mut bytes = Vec::new();
        flate2::read::DeflateDecoder::new(&plain[..]).read_to_end(&mut bytes).unwrap();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn json(&self, name: &str) -> Result<Value, Refusal> {
        serde_json::from_slice(self.tree.get(name).ok_or(Refusal::Unavailable)?).map_err(|_| Refusal::Unavailable)
    }

    fn open_with(&self, page: &str, keys: &[(String, u64, Vec<u8>)]) -> Result<Payload, Refusal> {
        let (name, pid) = (self.cid(page), unhex(&self.attribute(page, "page")));
        let cid = unhex(&name);
        let sidecar = self.json(&format!("sealed/{name}.json"))?;
        assert_eq!(sidecar["v"], 1);
        let wraps = sidecar["wraps"].as_array().unwrap();
        let fitting = wraps.iter().find_map(|wrap| {
            let key = keys.iter().find(|(held, epoch, _)| wrap[0] == held.as_str() && wrap[1] == *epoch)?;
            Some((key, URL_SAFE_NO_PAD.decode(wrap[2].as_str()?).ok()?))
        });
        let ((entitlement, epoch, key), wrapped) = fitting.ok_or(Refusal::NotEnough)?;
        let about = tuple(&[b"kmsite/1/wrap", entitlement.as_bytes(), &epoch.to_be_bytes()]);
        let content = unwrap(&hkdf(key, &cid, &about), &wrapped).ok_or(Refusal::Tampered)?;
        let declared: Vec<u8> = self.attribute(page, "for").split(' ').flat_map(|name| part(name.as_bytes())).collect();
        let blob = self.tree.get(&format!("sealed/{name}.bin")).ok_or(Refusal::Unavailable)?;
        let gz = decrypt(&content, &tuple(&[b"kmsite/1/page", &pid, &declared, &cid]), blob)?;
        let mut text = String::new();
        flate2::read::GzDecoder::new(&gz[..]).read_to_string(&mut text).unwrap();
        let payload: Value = serde_json::from_str(&text).unwrap();
        let text = |name: &str| payload[name].as_str().unwrap_or_default().to_owned();
        Ok(Payload { html: text("html"), css: text("css"), media: payload["media"].clone() })
    }
}

/// Groups of five bits, the check symbol at the end left out.
fn signs(written: &str, len: usize) -> Vec<u8> {
    let values: Vec<u8> = written.chars().filter(|&c| c != '-').map(|c| SIGNS.find(c).unwrap() as u8).collect();
    let bits: Vec<u8> =
        values[..values.len() - 1].iter().flat_map(|value| (0..5).rev().map(move |bit| (value >> bit) & 1)).collect();
    bits.chunks(8).take(len).map(|byte| byte.iter().fold(0, |all, bit| all << 1 | bit)).collect()
}

/// A part with its length before it.
fn part(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u64).to_be_bytes()[..], bytes].concat()
}

fn tuple(parts: &[&[u8]]) -> Vec<u8> {
    parts.iter().flat_map(|bytes| part(bytes)).collect()
}

fn hkdf(key: &[u8], salt: &[u8], info: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 32];
    hkdf::Hkdf::<sha2::Sha256>::new(Some(salt), key).expand(info, &mut out).unwrap();
    out
}

fn unwrap(under: &[u8], wrapped: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0; 32];
    let under: [u8; 32] = under.try_into().ok()?;
    aes_kw::KwAes256::new(&under.into()).unwrap_key(wrapped, &mut out).ok()?;
    Some(out)
}

fn decrypt(key: &[u8], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Refusal> {
    let key: [u8; 32] = key.try_into().map_err(|_| Refusal::Tampered)?;
    let payload = Sealed { msg: sealed, aad };
    Aes256Gcm::new(&key.into()).decrypt(&Nonce::default(), payload).map_err(|_| Refusal::Tampered)
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
