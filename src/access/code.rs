//! A member's id and serial -> the code that they type, the name under which their record lies, and the mark that their texts end with.
//!
//! ```text
//! code    HMAC(K_codes, tuple("kmsite/1/code", member id, serial))[..15]   KM-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX
//! lookup  HKDF(code, info = tuple("kmsite/1/lookup"))[..16]                hex
//! mark    HMAC(K_codes, tuple("kmsite/1/mark", member id, serial))[..5]    XXXXX-XXXX
//! ```
//!
//! The serial counts the codes that a member had, from 1: a lost one is replaced by the next. Codes are derived, so there is no list of them to
//! steal or to lose. Invariant: a [`Code`] has no `Debug`, `Display` or `Serialize`, and is overwritten when dropped.

use std::fmt;
use std::io;

use zeroize::ZeroizeOnDrop;

use super::base32::{self, Mistyped};
use super::crypto::{self, Key, Secret, Tuple};
use super::master::MasterKey;
use super::written::Written;

/// What a written code begins with.
const PREFIX: &str = "KM";

/// A member's code.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Code(Secret<15>);

/// The name under which a member's record lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lookup(pub [u8; 16]);

/// What all codes of a site are derived from.
#[derive(ZeroizeOnDrop)]
pub(super) struct Codes(Key);

impl Codes {
    /// The source of a site's codes.
    pub(super) fn of(master: &MasterKey) -> Self {
        Self(master.derive(&Tuple::new("kmsite/1/codes")))
    }

    /// A member's code.
    pub(super) fn code(&self, member: &str, serial: u64) -> Code {
        let bytes = crypto::mac(&self.0, &Tuple::new("kmsite/1/code").with(member).number(serial));
        Code(Secret::new(std::array::from_fn(|at| bytes.expose()[at])))
    }

    /// What tells the creator whose text it is, and nobody else.
    pub(super) fn mark(&self, member: &str, serial: u64) -> String {
        let bytes = crypto::mac(&self.0, &Tuple::new("kmsite/1/mark").with(member).number(serial));
        base32::write("", &bytes.expose()[..5]).trim_start_matches('-').to_owned()
    }
}

/// An id that nobody has: a letter, then seven random signs.
///
/// # Errors
///
/// If the operating system has no random bytes.
pub fn fresh_id(letter: char) -> io::Result<String> {
    let bytes = crypto::random::<5>()?;
    let signs = base32::write("", bytes.expose()).replace('-', "").to_lowercase();
    Ok(std::iter::once(letter).chain(signs.chars().take(7)).collect())
}

impl Code {
    /// Reads what somebody typed.
    ///
    /// # Errors
    ///
    /// If it is too short or too long, holds other signs, or its check symbol does not fit.
    pub fn read(text: &str) -> Result<Self, Mistyped> {
        base32::read::<15>(PREFIX, text).map(|bytes| Self(Secret::new(*bytes)))
    }

    /// Writes the code, for the member.
    #[must_use]
    pub fn write(&self) -> Written {
        base32::write(PREFIX, self.0.expose()).into()
    }

    /// Where the member's record is found.
    #[must_use]
    pub fn lookup(&self) -> Lookup {
        let bytes = self.derive(&[], &Tuple::new("kmsite/1/lookup"));
        Lookup(std::array::from_fn(|at| bytes.expose()[at]))
    }

    /// A key of the member's own.
    pub(super) fn derive(&self, salt: &[u8], info: &Tuple) -> Key {
        crypto::derive(self.0.expose(), salt, info)
    }
}

impl fmt::Display for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
