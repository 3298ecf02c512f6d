//! A key or code in writing: a text that is overwritten when dropped, and that stands in no message unless somebody asks for it.

use std::io::{self, BufRead};
use std::ops::Deref;

use zeroize::{ZeroizeOnDrop, Zeroizing};

/// A written key or code. It has no `Debug`, `Display` or `Serialize`.
#[derive(Clone, Default, ZeroizeOnDrop)]
pub struct Written(Zeroizing<String>);

impl Written {
    /// Takes a text over.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Adds the next line of a stream; returns the number of bytes, 0 at its end.
    ///
    /// # Errors
    ///
    /// Those of the stream, and bytes that are no text.
    pub fn read_line(&mut self, from: &mut (impl BufRead + ?Sized)) -> io::Result<usize> {
        from.read_line(&mut self.0)
    }

    /// The text, for whoever writes it where it belongs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Zeroizing<String>> for Written {
    fn from(text: Zeroizing<String>) -> Self {
        Self(text)
    }
}

impl Deref for Written {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    //! What secret types must not be able to do: a type that can does not compile here.

    use std::fmt::{Debug, Display};

    use super::super::code::Codes;
    use super::super::crypto::{Key, Secret, Tuple};
    use super::super::locked::Locked;
    use super::super::{Code, Gated, Keyring, MasterKey};
    use super::*;

    /// Fails to compile if the type has the trait: then there are two ways to read `silent`.
    macro_rules! has_not {
        ($type:ty: $($of:path),+) => {$({
            trait Silent<A> {
                fn silent() {}
            }
            impl<T: ?Sized> Silent<()> for T {}
            struct Speaks;
            impl<T: ?Sized + $of> Silent<Speaks> for T {}
            <$type as Silent<_>>::silent();
        })+};
    }

    macro_rules! says_nothing {
        ($($type:ty),+ $(,)?) => {$(has_not!($type: Debug, Display, serde::Serialize);)+};
    }

    #[test]
    fn no_secret_prints_itself() {
        says_nothing!(Secret<15>, Key, Tuple, MasterKey, Codes, Code, Keyring, Written, Locked<u8>, Gated<u8>);
    }

    #[test]
    fn every_secret_is_overwritten_when_dropped() {
        const fn is_overwritten<T: ZeroizeOnDrop>() {}
        is_overwritten::<Secret<15>>();
        is_overwritten::<Key>();
        is_overwritten::<Tuple>();
        is_overwritten::<MasterKey>();
        is_overwritten::<Codes>();
        is_overwritten::<Code>();
        is_overwritten::<Written>();
    }
}
