//! `Locked<T>`: a value that nobody but the gate can look at, and whatever is derived from it. This file imports nothing.
//!
//! Invariant: it does not implement `Debug`, `Display`, `Serialize` or `Deref`, and the only functions that look inside are
//! visible in `access` alone. `map` takes plain `fn` pointers, which can carry nothing out.

/// A value that is closed until its piece's entitlements are known.
pub struct Locked<T>(T);

impl<T> Locked<T> {
    /// Closes a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Derives another locked value from this one and a context.
    pub fn map<C: ?Sized, U>(&self, context: &C, f: fn(&T, &C) -> U) -> Locked<U> {
        Locked(f(&self.0, context))
    }

    /// Looks inside. For the gate only.
    pub(in crate::access) const fn open(&self) -> &T {
        &self.0
    }

    /// Takes the value out. For the gate only.
    pub(in crate::access) fn into_open(self) -> T {
        self.0
    }
}

impl<T: Clone> Clone for Locked<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Default> Default for Locked<T> {
    fn default() -> Self {
        Self(T::default())
    }
}
