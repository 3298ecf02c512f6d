//! The files of a search index that an audience has for itself -> sealed ones, and what opens the first of them for whom.
//!
//! ```text
//! secret    HMAC(K_search-secrets, tuple("kmsite/1/search", [declared entitlements], bytes))[..16]
//! id        HKDF(secret, info = tuple("kmsite/1/search-id"))[..16]
//! key       HKDF(secret, info = tuple("kmsite/1/search-key"))
//! blob      sealed/search/<id in hex>.bin = GCM(key, AAD = tuple("kmsite/1/search", id), bytes)
//! wrap      of the manifest's key, as that of a page (`seal`), with the manifest's id for a salt
//! ```
//!
//! The manifest names the other files by their secrets (base64url), from which whoever reads it gets ids and keys; nobody else can tell the name of
//! a file, or that two belong together. Invariants: a key is a function of exactly what it encrypts; the same files give the same bytes.

use super::crypto::{self, Key, Tuple};
use super::entitlement::Entitlement;
use super::gated::Gated;
use super::keyring::Keyring;
use super::seal::{Content, base64, declared, hex, openers, wraps};
use crate::artifact::{Artifact, MediaType};
use crate::config::Config;
use crate::id::{Hash, Route};
use crate::model::Entitlements;
use crate::world::{Cache, Stage};

/// Raised whenever the same documents and keys would give other bytes.
const VERSION: u32 = 1;

/// Names and seals the files of an audience.
pub struct IndexSealer<'a> {
    keyring: &'a Keyring,
    secrets: Key,
    declared: Vec<String>,
    openers: Vec<Entitlement>,
}

/// How the files of an index are made of something. Plain functions can carry nothing out.
pub struct Indexing<T, C: ?Sized> {
    /// What of it goes into the files, as a hash.
    pub hash: fn(&T, &C) -> Hash,
    /// The files, of which the first is the manifest.
    pub files: fn(T, &C) -> Vec<Vec<u8>>,
}

/// A sealed index.
#[derive(Clone, Debug)]
pub struct SealedIndex {
    /// What names its manifest: in hexadecimal digits.
    pub id: String,
    /// What opens its manifest: entitlement, epoch and wrapped key.
    pub wraps: Vec<(String, u64, String)>,
    /// Its files.
    pub files: Vec<(Route, Artifact)>,
}

impl<'a> IndexSealer<'a> {
    /// A sealer for those who may have what these entitlements open.
    #[must_use]
    pub fn new(audience: &Entitlements, keyring: &'a Keyring, config: &Config) -> Self {
        let secrets = keyring.sealing("kmsite/1/search-secrets");
        Self { keyring, secrets, declared: declared(audience), openers: openers(audience, config) }
    }

    /// The secret of a file, as a manifest has it: 22 signs.
    #[must_use]
    pub fn name(&self, bytes: &[u8]) -> String {
        base64(&self.secret(bytes))
    }

    /// Makes an index and seals it, unless it is kept sealed; `None` if it is for somebody else, or has no files.
    #[must_use]
    pub fn seal<T, C: ?Sized>(
        &self,
        value: Gated<T>,
        context: &C,
        (making, cache): (Indexing<T, C>, &dyn Cache),
    ) -> Option<SealedIndex> {
        if declared(value.audience()) != self.declared {
            return None;
        }
        let value = value.into_value();
        let under = self.keyring.sealing("kmsite/1/cache");
        let about = Tuple::new("kmsite/1/search").list(&self.declared).with((making.hash)(&value, context).0);
        let parts = [Stage::Sealed.name().as_bytes(), &VERSION.to_be_bytes(), under.expose(), about.as_ref()];
        let name = Hash::of_parts(&parts);
        let kept = cache.get(Stage::Sealed, name).and_then(|kept| unpack(&kept, &under));
        let contents = kept.unwrap_or_else(|| {
            let contents: Vec<Content> = (making.files)(value, context).iter().map(|bytes| self.close(bytes)).collect();
            cache.put(Stage::Sealed, name, &pack(&contents, &under));
            contents
        });
        let manifest = contents.first()?;
        let (id, wraps) = (hex(&manifest.id), wraps(manifest, &self.openers, self.keyring));
        let artifact = |Content { id, blob, .. }: Content| {
            let route = Route::new(format!("/sealed/search/{}.bin", hex(&id)));
            (route, Artifact::bytes(MediaType::BYTES, blob))
        };
        Some(SealedIndex { id, wraps, files: contents.into_iter().map(artifact).collect() })
    }

    fn secret(&self, bytes: &[u8]) -> [u8; 16] {
        crypto::mac(&self.secrets, &Tuple::new("kmsite/1/search").list(&self.declared).with(bytes)).half()
    }

    fn close(&self, bytes: &[u8]) -> Content {
        let secret = self.secret(bytes);
        let id = crypto::derive(&secret, &[], &Tuple::new("kmsite/1/search-id")).half();
        let key = crypto::derive(&secret, &[], &Tuple::new("kmsite/1/search-key"));
        let blob = crypto::encrypt(&key, &Tuple::new("kmsite/1/search").with(id), bytes);
        Content { id, key, blob }
    }
}

/// Contents as the cache keeps them: of each its id, its key wrapped under one of the cache's own, its length and its bytes. Nothing there is plain.
fn pack(contents: &[Content], under: &Key) -> Vec<u8> {
    let mut packed = Vec::new();
    for Content { id, key, blob } in contents {
        packed.extend(id);
        packed.extend(crypto::wrap(under, key));
        packed.extend((blob.len() as u64).to_le_bytes());
        packed.extend(blob);
    }
    packed
}

/// The contents of such a run; none if it is not one.
fn unpack(mut packed: &[u8], under: &Key) -> Option<Vec<Content>> {
    let mut contents = Vec::new();
    while !packed.is_empty() {
        let (id, rest) = packed.split_first_chunk::<16>()?;
        let (wrapped, rest) = rest.split_first_chunk::<40>()?;
        let (length, rest) = rest.split_first_chunk::<8>()?;
        let (blob, rest) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        contents.push(Content { id: *id, key: crypto::unwrap(under, wrapped)?, blob: blob.to_vec() });
        packed = rest;
    }
    Some(contents)
}
