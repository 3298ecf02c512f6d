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

impl Secret<32> {
    /// The first half, for names: a key that is cut is no key any more.
    #[must_use]
    pub fn half(&self) -> [u8; 16] {
        std::array::from_fn(|at| self.0[at])
    }
}

/// A key of 256 bits.
pub type Key = Secret<32>;

/// A label and parts, each with its length in eight bytes (big-endian) before it.
#[derive(ZeroizeOnDrop)]
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

/// Undoes [`encrypt`]; `None` if anything was changed. Readers do so in their browsers, kmsite itself never.
#[cfg(test)]
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

#[cfg(test)]
mod tests {
    //! Known answers of others: RFC 5869 (HKDF), RFC 4231 (HMAC), RFC 3394 (AES-KW), and the specification of GCM (McGrew and Viega, appendix B).

    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    fn key(hex: &str) -> Key {
        Secret::new(bytes(hex).try_into().unwrap())
    }

    /// A tuple whose bytes are not those of a tuple: the vectors of others know no lengths.
    fn bare(bytes: Vec<u8>) -> Tuple {
        Tuple(Zeroizing::new(bytes))
    }

    #[test]
    fn hkdf_is_that_of_rfc_5869() {
        // Test cases 1 and 3, of which 32 bytes of the 42 are asked for.
        let ikm = [0x0b; 22];
        let okm = derive(&ikm, &bytes("000102030405060708090a0b0c"), &bare(bytes("f0f1f2f3f4f5f6f7f8f9")));
        assert_eq!(okm.expose()[..], bytes("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"));
        let okm = derive(&ikm, &[], &bare(Vec::new()));
        assert_eq!(okm.expose()[..], bytes("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"));
    }

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        // Test case 2 has a key of four bytes, which HMAC fills up with noughts.
        let mut short = [0; 32];
        short[..4].copy_from_slice(b"Jefe");
        let tag = mac(&Secret::new(short), &bare(b"what do ya want for nothing?".to_vec()));
        assert_eq!(tag.expose()[..], bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
        let mut filled = [0; 32];
        filled[..20].fill(0x0b);
        let tag = mac(&Secret::new(filled), &bare(b"Hi There".to_vec()));
        assert_eq!(tag.expose()[..], bytes("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
    }

    #[test]
    fn key_wrap_is_that_of_rfc_3394() {
        // Section 4.6: 256 bits of key data with a 256-bit key.
        let under = key("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        let data = key("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
        let wrapped = wrap(&under, &data);
        assert_eq!(wrapped[..], bytes("28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"));
        assert_eq!(unwrap(&under, &wrapped).unwrap().expose(), data.expose());
        for at in 0..wrapped.len() {
            let mut wrong = wrapped;
            wrong[at] ^= 1;
            assert!(unwrap(&under, &wrong).is_none(), "byte {at}");
        }
        assert!(unwrap(&data, &wrapped).is_none());
    }

    #[test]
    fn gcm_is_that_of_its_specification() {
        // Test cases 13 and 14: the key, nonce and plaintext are noughts.
        let nought = key(&"00".repeat(32));
        assert_eq!(encrypt(&nought, &bare(Vec::new()), &[]), bytes("530f8afbc74536b9a963b4f1c4cb738b"));
        let sealed = encrypt(&nought, &bare(Vec::new()), &[0; 16]);
        assert_eq!(sealed, bytes("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"));
        assert_eq!(decrypt(&nought, &bare(Vec::new()), &sealed).unwrap()[..], [0; 16]);
    }

    #[test]
    fn whatever_is_changed_of_a_ciphertext_it_does_not_open() {
        let secret = key(&"2a".repeat(32));
        let about = || Tuple::new("kmsite/1/page").with("a");
        let sealed = encrypt(&secret, &about(), b"text");
        for at in 0..sealed.len() {
            let mut wrong = sealed.clone();
            wrong[at] ^= 0x80;
            assert!(decrypt(&secret, &about(), &wrong).is_none(), "byte {at}");
        }
        assert!(decrypt(&secret, &about(), &sealed[..sealed.len() - 1]).is_none());
        assert!(decrypt(&secret, &about(), &[]).is_none());
        assert!(decrypt(&secret, &about().with(""), &sealed).is_none());
        assert_eq!(decrypt(&secret, &about(), &sealed).unwrap()[..], *b"text");
    }

    #[test]
    fn different_parts_are_different_bytes() {
        let tuples = [
            Tuple::new("l").with("ab").with("c"),
            Tuple::new("l").with("a").with("bc"),
            Tuple::new("l").with("abc"),
            Tuple::new("la").with("b").with("c"),
            Tuple::new("l").list(["ab", "c"]),
            Tuple::new("l").list(["ab"]).with("c"),
            Tuple::new("l").list(["ab", "c", ""]),
            Tuple::new("l").list([""; 0]).with("ab").with("c"),
        ];
        let all: std::collections::BTreeSet<&[u8]> = tuples.iter().map(AsRef::as_ref).collect();
        assert_eq!(all.len(), tuples.len());
        // Eight bytes of length, big-endian, before each part; a number is a part of eight bytes.
        assert_eq!(
            Tuple::new("k").number(258).as_ref(),
            [0, 0, 0, 0, 0, 0, 0, 1, b'k', 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 1, 2]
        );
    }
}
