//! The primitives of sealing: HKDF, HMAC, AES-GCM and AES-KW, as WebCrypto has them too, and the encoding of what goes into them.
//!
//! This file alone names the crates that implement them. Invariant: every input of HKDF's `info`, of HMAC and of AES-GCM's associated
//! data is a [`Tuple`], so that no two different lists of parts are ever the same bytes. A key that encrypts is derived from what it
//! encrypts, or wraps keys only; so each meets one message, and the nonce is always zero.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use aes_kw::KwAes256;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Bytes that nobody may see: they are overwritten when dropped, and have neither `Debug` nor `Serialize`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret<const N: usize>([u8; N]);

impl<const N: usize> Secret<N> {
    /// Takes bytes over.
    #[must_use]
    pub const fn new(bytes: [u8; N]) -> Self {
        Self(bytes)
    }

    /// The bytes, for whoever encrypts with them or writes them where they belong.
    #[must_use]
    pub const fn expose(&self) -> &[u8; N] {
        &self.0
    }
}

/// A key of 256 bits.
pub type Key = Secret<32>;

/// A label and parts, each with its length in eight bytes (big-endian) before it.
pub struct Tuple(Zeroizing<Vec<u8>>);

impl Tuple {
    /// Begins with a label, which names the construction and its version, as `kmsite/1/page`.
    #[must_use]
    pub fn new(label: &'static str) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(64))).with(label)
    }

    /// Adds a part.
    #[must_use]
    pub fn with(mut self, part: impl AsRef<[u8]>) -> Self {
        let part = part.as_ref();
        self.0.extend_from_slice(&(part.len() as u64).to_be_bytes());
        self.0.extend_from_slice(part);
        self
    }

    /// Adds a number, as eight bytes.
    #[must_use]
    pub fn number(self, number: u64) -> Self {
        self.with(number.to_be_bytes())
    }

    /// Adds a list as one part, in which each item has its length before it.
    #[must_use]
    pub fn list(self, items: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
        let list = items.into_iter().fold(Self(Zeroizing::new(Vec::new())), Self::with);
        self.with(&list)
    }
}

impl AsRef<[u8]> for Tuple {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// HKDF-SHA-256 (RFC 5869) to 32 bytes.
#[must_use]
pub fn derive(key: &[u8], salt: &[u8], info: &Tuple) -> Key {
    let mut out = Secret([0; 32]);
    #[expect(clippy::expect_used, reason = "HKDF-SHA-256 gives up to 8,160 bytes")]
    Hkdf::<Sha256>::new(Some(salt), key).expand(info.as_ref(), &mut out.0).expect("32 bytes are not too many");
    out
}

/// HMAC-SHA-256 (RFC 2104).
#[must_use]
pub fn mac(key: &Key, message: &Tuple) -> Key {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key.expose()).expect("any length");
    mac.update(message.as_ref());
    Secret(mac.finalize().into_bytes().into())
}

/// AES-256-GCM with a nonce of zeros: the ciphertext, then the tag of 16 bytes. The key must never have met another message.
#[must_use]
pub fn encrypt(key: &Key, associated: &Tuple, plain: &[u8]) -> Vec<u8> {
    let payload = Payload { msg: plain, aad: associated.as_ref() };
    #[expect(clippy::expect_used, reason = "AES-GCM takes up to 64 GiB, and no caller has that much")]
    Aes256Gcm::new(key.expose().into()).encrypt(&Nonce::default(), payload).expect("not that long")
}

/// Undoes [`encrypt`]; `None` if anything was changed.
#[must_use]
pub fn decrypt(key: &Key, associated: &Tuple, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let payload = Payload { msg: sealed, aad: associated.as_ref() };
    Aes256Gcm::new(key.expose().into()).decrypt(&Nonce::default(), payload).ok().map(Zeroizing::new)
}

/// AES-KW (RFC 3394) of a key under another.
#[must_use]
pub fn wrap(under: &Key, key: &Key) -> [u8; 40] {
    let mut wrapped = [0; 40];
    #[expect(clippy::expect_used, reason = "the lengths are fixed, and right")]
    KwAes256::new(under.expose().into()).wrap_key(key.expose(), &mut wrapped).expect("32 bytes become 40");
    wrapped
}

/// Undoes [`wrap`]; `None` if it was wrapped under another key, or changed.
#[must_use]
pub fn unwrap(under: &Key, wrapped: &[u8; 40]) -> Option<Key> {
    let mut key = Secret([0; 32]);
    KwAes256::new(under.expose().into()).unwrap_key(wrapped, &mut key.0).ok()?;
    Some(key)
}

/// Random bytes from the operating system.
///
/// # Errors
///
/// If it has none.
pub fn random<const N: usize>() -> std::io::Result<Secret<N>> {
    let mut bytes = Secret([0; N]);
    getrandom::fill(&mut bytes.0).map_err(std::io::Error::other)?;
    Ok(bytes)
}
