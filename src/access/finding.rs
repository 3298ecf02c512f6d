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
use crate::id::Route;
use crate::model::Entitlements;

/// Names and seals the files of an audience.
pub struct IndexSealer<'a> {
    keyring: &'a Keyring,
    secrets: Key,
    declared: Vec<String>,
    openers: Vec<Entitlement>,
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

    /// Seals the files of an index, of which the first is the manifest; `None` if there are none.
    #[must_use]
    pub fn seal(&self, files: Gated<Vec<Vec<u8>>>) -> Option<SealedIndex> {
        if declared(files.audience()) != self.declared {
            return None;
        }
        let contents: Vec<Content> = files.into_value().iter().map(|bytes| self.close(bytes)).collect();
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
