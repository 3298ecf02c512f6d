//! What more than one page shows, made once and cloned for nothing; and HTML that is ready.
//!
//! This file and `render::tera` alone name the template engine. A [`Shared`] inside a `Serialize` struct is passed through, not
//! serialised again. Invariant: what is in a [`Html`] was made by our own renderers or escaped by them; templates do not escape it.

use serde::{Serialize, Serializer};
use tera::Value;

/// A value in the template engine's own form: the clone of a large list costs as much as that of a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared(Value);

impl Shared {
    /// Converts a value.
    ///
    /// What cannot be a template value (a map whose keys are no scalars) becomes none; the views hold nothing of that kind.
    #[must_use]
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Self {
        Self(Value::try_from_serializable(value).unwrap_or_else(|_| Value::none()))
    }

    /// The engine's value.
    pub(crate) const fn value(&self) -> &Value {
        &self.0
    }
}

impl Default for Shared {
    fn default() -> Self {
        Self(Value::none())
    }
}

impl Serialize for Shared {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// HTML that is ready to stand in a page, in the template engine's own form: a long text is copied once, and cloned for nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Html(Value);

impl Html {
    /// Marks text as HTML.
    #[must_use]
    pub fn new(html: impl AsRef<str>) -> Self {
        Self(Value::safe_string(html.as_ref()))
    }

    /// The HTML as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str().unwrap_or_default()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }
}

impl Default for Html {
    fn default() -> Self {
        Self::new("")
    }
}

impl Serialize for Html {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
