//! `Gated<T>`: a value derived from what a piece locks, and the audience that may have it. `Locked` is what nobody has decided about yet;
//! this is what has been.
//!
//! Invariants: an audience is given to a value here in `access` alone, and stays with whatever is derived from it; the value comes out where it
//! is sealed for that audience ([`seal`](super::seal)) or shown to one of it on the creator's own machine ([`preview`](super::preview)). Like
//! `Locked` it does not implement `Debug`, `Display`, `Serialize` or `Deref`, and `map` takes plain `fn` pointers.

use std::collections::BTreeMap;

use super::seal::declared;
use crate::model::Entitlements;

/// A value that only those may have who are entitled to it.
pub struct Gated<T> {
    audience: Entitlements,
    value: T,
}

impl<T> Gated<T> {
    /// Says whom a value is for.
    pub(in crate::access) const fn new(audience: Entitlements, value: T) -> Self {
        Self { audience, value }
    }

    /// Who may have it.
    #[must_use]
    pub const fn audience(&self) -> &Entitlements {
        &self.audience
    }

    /// Derives another value for the same audience from this one and a context.
    #[must_use]
    pub fn map<C: ?Sized, U>(self, context: &C, f: fn(T, &C) -> U) -> Gated<U> {
        Gated { audience: self.audience, value: f(self.value, context) }
    }

    /// Brings together the values that have exactly the same audience, each in the order given; audiences are in order of what they declare.
    #[must_use]
    pub fn together(values: impl IntoIterator<Item = Self>) -> Vec<Gated<Vec<T>>> {
        let mut found: BTreeMap<Vec<String>, Gated<Vec<T>>> = BTreeMap::new();
        for Self { audience, value } in values {
            let same = found.entry(declared(&audience));
            same.or_insert_with(|| Gated { audience, value: Vec::new() }).value.push(value);
        }
        found.into_values().collect()
    }

    /// Takes the value out. For those who seal it, or show it to its audience.
    pub(in crate::access) fn into_value(self) -> T {
        self.value
    }
}
