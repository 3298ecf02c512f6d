//! A paid piece -> what is published of the part behind its wall: sealed bytes, and beside them what opens them for whom.
//!
//! ```text
//! pid       HMAC(K_page-ids, tuple("kmsite/1/page-id", source id))[..16]
//! gz        gzip of the payload: level 6, no time, no name
//! CK        HMAC(K_page-keys, tuple("kmsite/1/page", pid, [declared entitlements], gz))
//! cid       HMAC(K_content-ids, the same)[..16]
//! blob      sealed/<cid in hex>.bin  = GCM(CK, AAD = tuple("kmsite/1/page", pid, [declared entitlements], cid), gz)
//! wrap      KW(HKDF(key of the entitlement, salt = cid, info = tuple("kmsite/1/wrap", entitlement, epoch)), CK)
//! sidecar   sealed/<cid in hex>.json = {"v":1,"wraps":[[entitlement, epoch, base64url of the wrap], …]}
//! payload   {"html": …, "css": … where it has any, "media": {mid: {"k": base64url of MK, "t": media type, "n": file name, "b": bytes}}}
//! ```
//!
//! Declared are the piece's own tier and products, not the tiers above: one that is added later rewrites sidecars only, as an epoch does; another
//! tier of the piece gives another key. The sidecar has a wrap for the piece's tier, for each tier above, and for each of its products.
//!
//! The text is opened here, rendered by a plain function, sealed and dropped; what was found in it goes to the terminal. Invariants: the
//! content key is a function of exactly what it encrypts, so that each meets one message; the same piece gives the same bytes.

use std::cell::RefCell;
use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use zeroize::Zeroizing;

use super::crypto::{self, Key, Tuple};
use super::entitlement::Entitlement;
use super::keyring::Keyring;
use super::media::{self, FilePlace, Listed, Withheld};
use super::{Gated, Public, locks_nothing, whole};
use crate::artifact::{Artifact, MediaType};
use crate::config::Config;
use crate::diag::{Diag, Noted};
use crate::id::{Hash, MediaId, Route, SourceId};
use crate::model::{Entitlements, Piece, Site};
use crate::world::{Cache, Stage};

/// Raised whenever the same payload and keys would give other bytes.
const VERSION: u32 = 1;

/// What sealing may ask for. `C` is whatever the renderer does.
pub struct Sealer<'a, C: ?Sized> {
    /// The site.
    pub site: &'a Site,
    /// Its withheld files.
    pub withheld: &'a Withheld,
    /// What is sealed with; without it the text is rendered for what is to be found in it, and nothing comes of it.
    pub keyring: Option<&'a Keyring>,
    /// Where sealed bytes are kept from build to build.
    pub cache: &'a dyn Cache,
    /// What the renderer gets besides the text.
    pub context: &'a C,
    /// Renders what stands behind the wall. A plain function can carry nothing out.
    pub render: fn(&Opened<'_>, &C) -> Noted<Rendered>,
}

/// What stands behind a wall, rendered for those who paid.
pub struct Rendered {
    /// The text.
    pub html: String,
    /// The rules for what it styles by itself; empty if it styles nothing.
    pub css: String,
}

/// A paid piece while it is rendered for those who paid.
pub struct Opened<'a> {
    /// The piece.
    pub piece: &'a Piece,
    /// All of it.
    pub shown: Public<'a>,
    /// Where the files are that it names and nothing public does.
    pub files: BTreeMap<MediaId, FilePlace>,
}

/// The sealed part of a piece.
pub struct Sealed {
    /// What names the content: in hexadecimal digits.
    pub cid: String,
    /// What names the piece: in hexadecimal digits.
    pub page: String,
    /// The entitlements that the piece declares, in order.
    pub declared: Vec<String>,
    blob: Vec<u8>,
    sidecar: String,
}

impl Sealed {
    /// The two files that it is published in.
    #[must_use]
    pub fn artifacts(self) -> [(Route, Artifact); 2] {
        let sidecar = Route::new(format!("/sealed/{}.json", self.cid));
        let blob = Artifact::bytes(MediaType("application/octet-stream"), self.blob);
        [(media::sealed_route(&self.cid), blob), (sidecar, Artifact::bytes(MediaType::JSON, self.sidecar.into_bytes()))]
    }
}

/// Seals what stands behind the wall of a piece; `None` if nothing does, or if there is no keyring.
pub fn seal<C: ?Sized>(piece: &Piece, sealer: &Sealer<'_, C>) -> Noted<Option<Sealed>> {
    if piece.access.is_free() || locks_nothing(&piece.doc) {
        return Noted::clean(None);
    }
    let site = sealer.site;
    let files = sealer.keyring.map(|keyring| media::files_of(piece, site, sealer.withheld, keyring)).unwrap_or_default();
    let places: BTreeMap<MediaId, FilePlace> = files.iter().map(|file| (file.media, file.place.clone())).collect();
    let (text, diags) = rendered(whole(piece).map(&(piece, places, sealer), |shown, (piece, files, sealer)| {
        (sealer.render)(&Opened { piece, shown, files: files.clone() }, sealer.context)
    }));
    let sealed = sealer.keyring.map(|keyring| {
        let payload = text.map(&media::listed(&files, site), |text, media| payload(&text, media));
        close(&piece.source, payload, (keyring, &site.config), sealer.cache)
    });
    Noted::new(sealed, diags)
}

/// Lets out what was found in a text, and keeps the text in.
pub(super) fn rendered<T>(noted: Gated<Noted<T>>) -> (Gated<T>, Vec<Diag>) {
    let audience = noted.audience().clone();
    let mut diags = Vec::new();
    let text = noted.into_value().take(&mut diags);
    (Gated::new(audience, text), diags)
}

/// What is sealed of a page, in JSON.
fn payload(Rendered { html, css }: &Rendered, media: &BTreeMap<String, Listed>) -> Zeroizing<Vec<u8>> {
    #[derive(serde::Serialize)]
    struct Payload<'a> {
        html: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        css: &'a str,
        media: &'a BTreeMap<String, Listed>,
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(html.len() + html.len() / 8 + 64));
    #[expect(clippy::expect_used, reason = "texts and numbers are always JSON, and memory takes all of it")]
    serde_json::to_writer(&mut *bytes, &Payload { html, css, media }).expect("text in memory");
    bytes
}

/// What names a page, and who may have it.
struct Page {
    id: [u8; 16],
    declared: Vec<String>,
    access: Entitlements,
}

impl Page {
    fn new(source: &SourceId, access: &Entitlements, keyring: &Keyring) -> Self {
        let key = keyring.master().derive(&Tuple::new("kmsite/1/page-ids"));
        let id = crypto::mac(&key, &Tuple::new("kmsite/1/page-id").with(source.as_str())).half();
        Self { id, declared: declared(access), access: access.clone() }
    }

    /// The label, the page and its entitlements; what else is sealed or named follows.
    fn tuple(&self) -> Tuple {
        Tuple::new("kmsite/1/page").with(self.id).list(&self.declared)
    }
}

/// Content, encrypted.
pub(super) struct Content {
    pub(super) id: [u8; 16],
    pub(super) key: Key,
    pub(super) blob: Vec<u8>,
}

/// Encrypts a payload for its audience, and for nobody else.
fn close(
    source: &SourceId,
    payload: Gated<Zeroizing<Vec<u8>>>,
    (keyring, config): (&Keyring, &Config),
    cache: &dyn Cache,
) -> Sealed {
    let page = Page::new(source, payload.audience(), keyring);
    let payload = payload.into_value();
    let kept = Kept::new(&page, &payload, keyring);
    let content = kept.get(cache).unwrap_or_else(|| {
        let content = encrypt(&page, &gzip(&payload), keyring);
        kept.put(cache, &content);
        content
    });
    Sealed {
        cid: hex(&content.id),
        page: hex(&page.id),
        declared: page.declared.clone(),
        sidecar: sidecar(&content, &openers(&page.access, config), keyring),
        blob: content.blob,
    }
}

fn encrypt(page: &Page, gz: &[u8], keyring: &Keyring) -> Content {
    let about = page.tuple().with(gz);
    let key = crypto::mac(&keyring.sealing("kmsite/1/page-keys"), &about);
    let id: [u8; 16] = crypto::mac(&keyring.sealing("kmsite/1/content-ids"), &about).half();
    let blob = crypto::encrypt(&key, &page.tuple().with(id), gz);
    Content { id, key, blob }
}

/// What stands before a compressed text (RFC 1952): deflate, no flags, no time, no hint, an unknown system.
const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

thread_local! {
    /// What compresses, one for each thread: the memory of a fresh one costs as much as the compression of a short text.
    static COMPRESSOR: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(6), false));
}

fn gzip(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut gz = Zeroizing::new(Vec::with_capacity(bytes.len() / 2 + 64));
    gz.extend(GZIP);
    COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.reset();
        loop {
            let rest = bytes.get(compressor.total_in() as usize..).unwrap_or_default();
            #[expect(
                clippy::expect_used,
                reason = "a compressor refuses only what follows the end of a stream, and it has begun anew"
            )]
            let status = compressor.compress_vec(rest, &mut gz, FlushCompress::Finish).expect("the stream has not ended");
            match status {
                Status::StreamEnd => break,
                Status::Ok | Status::BufError => gz.reserve(bytes.len() / 4 + 64),
            }
        }
    });
    let mut sum = Crc::new();
    sum.update(bytes);
    gz.extend(sum.sum().to_le_bytes());
    gz.extend(sum.amount().to_le_bytes());
    gz
}

/// What opens a content, for each entitlement that does.
fn sidecar(content: &Content, openers: &[Entitlement], keyring: &Keyring) -> String {
    serde_json::json!({ "v": 1, "wraps": wraps(content, openers, keyring) }).to_string()
}

/// The key of a content, wrapped for each entitlement that opens it: its name, its epoch, the wrap.
pub(super) fn wraps(content: &Content, openers: &[Entitlement], keyring: &Keyring) -> Vec<(String, u64, String)> {
    let mut wraps: Vec<(String, u64, String)> = openers
        .iter()
        .map(|entitlement| {
            let (name, epoch) = (entitlement.to_string(), keyring.epoch(entitlement).0);
            let info = Tuple::new("kmsite/1/wrap").with(&name).number(epoch);
            let under = crypto::derive(keyring.key(entitlement).expose(), &content.id, &info);
            (name, epoch, base64(&crypto::wrap(&under, &content.key)))
        })
        .collect();
    wraps.sort_unstable();
    wraps
}

/// The entitlements that a piece declares, as they are written, in order.
pub(super) fn declared(access: &Entitlements) -> Vec<String> {
    let Entitlements::Paid { tier, products } = access else { return Vec::new() };
    let tier = tier.iter().cloned().map(Entitlement::Tier);
    let mut declared: Vec<String> =
        tier.chain(products.iter().cloned().map(Entitlement::Product)).map(|entitlement| entitlement.to_string()).collect();
    declared.sort_unstable();
    declared
}

/// Everything that opens a piece: its tier, the tiers above, its products.
pub(super) fn openers(access: &Entitlements, config: &Config) -> Vec<Entitlement> {
    let Entitlements::Paid { tier, products } = access else { return Vec::new() };
    let rank = tier.as_ref().and_then(|tier| config.tier_rank(tier));
    let tiers = rank.map(|rank| &config.tiers[rank..]).unwrap_or_default();
    let tiers = tiers.iter().map(|tier| Entitlement::Tier(tier.id.clone()));
    tiers.chain(products.iter().cloned().map(Entitlement::Product)).collect()
}

/// A content as the cache keeps it: its id, its key wrapped under one of the cache's own, its bytes. Nothing there is plain.
struct Kept {
    name: Hash,
    under: Key,
}

impl Kept {
    fn new(page: &Page, payload: &[u8], keyring: &Keyring) -> Self {
        let under = keyring.sealing("kmsite/1/cache");
        let name = Hash::of_parts(&[
            Stage::Sealed.name().as_bytes(),
            &VERSION.to_be_bytes(),
            under.expose(),
            page.tuple().as_ref(),
            payload,
        ]);
        Self { name, under }
    }

    fn get(&self, cache: &dyn Cache) -> Option<Content> {
        let kept = cache.get(Stage::Sealed, self.name)?;
        let (id, rest) = kept.split_first_chunk::<16>()?;
        let (wrapped, blob) = rest.split_first_chunk::<40>()?;
        Some(Content { id: *id, key: crypto::unwrap(&self.under, wrapped)?, blob: blob.to_vec() })
    }

    fn put(&self, cache: &dyn Cache, content: &Content) {
        let wrapped = crypto::wrap(&self.under, &content.key);
        cache.put(Stage::Sealed, self.name, &[&content.id[..], &wrapped, &content.blob].concat());
    }
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |text, byte| text + &format!("{byte:02x}"))
}

/// Base 64 as addresses have it (RFC 4648, section 5), without padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use serde_json::Value;

    use super::*;
    use crate::access::{Epoch, MasterKey};
    use crate::id::{ProductId, TierId};

    fn vectors(of: &str) -> Vec<Value> {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/sealing.json");
        let vectors: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        vectors[of].as_array().unwrap().clone()
    }

    fn bytes(hex: &Value) -> Vec<u8> {
        let hex = hex.as_str().unwrap();
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    fn entitlements(names: &Value) -> Vec<Entitlement> {
        names.as_array().unwrap().iter().map(|name| Entitlement::read(name.as_str().unwrap()).unwrap()).collect()
    }

    fn access(names: &Value) -> Entitlements {
        let mut tier = None;
        let mut products = Vec::new();
        for entitlement in entitlements(names) {
            match entitlement {
                Entitlement::Tier(id) => tier = Some(id),
                Entitlement::Product(id) => products.push(id),
            }
        }
        Entitlements::Paid { tier, products }
    }

    fn keyring(given: &Value) -> Keyring {
        let signs = super::super::base32::write("KMSITE", &bytes(&given["master"]));
        let epochs = given["epochs"].as_object().into_iter().flatten();
        let epochs = epochs.map(|(name, epoch)| (Entitlement::read(name).unwrap(), Epoch(epoch.as_u64().unwrap())));
        Keyring::new(MasterKey::read(&signs).unwrap()).with_epochs(epochs.collect())
    }

    #[test]
    fn another_implementation_seals_pages_alike() {
        for vector in vectors("pages") {
            let (given, made) = (&vector["given"], &vector["made"]);
            let keyring = keyring(given);
            let page = Page::new(&SourceId::new(given["source"].as_str().unwrap()), &access(&given["declared"]), &keyring);
            let content = encrypt(&page, &bytes(&given["gz"]), &keyring);
            assert_eq!(made["pid"], hex(&page.id), "{}", given["name"]);
            assert_eq!(made["cid"], hex(&content.id), "{}", given["name"]);
            assert_eq!(made["blob"], hex(&content.blob), "{}", given["name"]);
            assert_eq!(made["sidecar"], sidecar(&content, &entitlements(&given["openers"]), &keyring), "{}", given["name"]);
        }
    }

    #[test]
    fn another_implementation_seals_files_alike() {
        for vector in vectors("files") {
            let (given, made) = (&vector["given"], &vector["made"]);
            let text = |key: &str| given[key].as_str().unwrap();
            let hash = Hash(bytes(&given["hash"]).try_into().unwrap());
            let (key, id) = media::keys_of(text("path"), &declared(&access(&given["declared"])), hash, &keyring(given));
            assert_eq!(made["id"], hex(&id));
            assert_eq!(made["key"], hex(key.expose()));
            assert_eq!(
                made["blob"],
                hex(&crypto::encrypt(&key, &Tuple::new("kmsite/1/media").with(id), &bytes(&given["bytes"])))
            );
        }
    }

    #[test]
    fn compressed_text_has_neither_time_nor_name() {
        let gz = gzip(b"text");
        // RFC 1952: magic, deflate, no flags, no time, no hint, an unknown system.
        assert_eq!(gz[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
        assert_eq!(gz, gzip(b"text"));
    }

    #[test]
    fn texts_are_compressed_as_by_a_fresh_encoder() {
        let words =
            |count: usize| (0..count).flat_map(|n| format!("word{} 字{} ", n * n % 977, n % 31).into_bytes()).collect::<Vec<_>>();
        let noise: Vec<u8> = (0..9_000_u32).flat_map(|n| crate::id::Hash::of(&n.to_be_bytes()).0).collect();
        // One after the other on one thread, the short ones after long ones.
        for text in [words(30_000), words(3), Vec::new(), noise, words(400), b"a".repeat(200_000)] {
            let mut encoder = flate2::GzBuilder::new().mtime(0).write(Vec::new(), Compression::new(6));
            encoder.write_all(&text).unwrap();
            assert!(*gzip(&text) == encoder.finish().unwrap(), "{} bytes", text.len());
        }
    }

    #[test]
    fn a_piece_is_opened_by_its_tier_those_above_and_its_products() {
        let config =
            Config { tiers: serde_yaml::from_str("[{id: free}, {id: member}, {id: pro}]").unwrap(), ..Config::default() };
        let names = |access: &Entitlements| openers(access, &config).iter().map(ToString::to_string).collect::<Vec<_>>();
        let (tier, products) = (Some(TierId::new("member")), vec![ProductId::new("pro")]);
        let access = Entitlements::Paid { tier, products };
        assert_eq!(names(&access), ["tier:member", "tier:pro", "product:pro"]);
        // Written in the order of the bytes, and without the tiers above.
        assert_eq!(declared(&access), ["product:pro", "tier:member"]);
        assert_eq!(names(&Entitlements::Free), [""; 0]);
        let gone = Entitlements::Paid { tier: Some(TierId::new("gone")), products: Vec::new() };
        assert_eq!(names(&gone), [""; 0], "a tier that is not there opens nothing");
    }
}
