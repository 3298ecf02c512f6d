//! The keys of front matter, asked of the structs themselves: serde knows the names and aliases, schemars what they are for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::de::{self, Deserialize, Deserializer, Visitor};

use crate::model::{Front, Secrets};

static FRONT: LazyLock<&'static [&'static str]> = LazyLock::new(fields::<Front>);
static SECRETS: LazyLock<&'static [&'static str]> = LazyLock::new(fields::<Secrets<String>>);
static PURPOSES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let schemas = [schemars::schema_for!(Front), schemars::schema_for!(Secrets<String>)];
    schemas.iter().flat_map(descriptions).collect()
});

/// The keys that close a piece.
pub(super) const GATE: [&str; 2] = ["tier", "product"];

/// All keys, aliases included.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    FRONT.iter().chain(SECRETS.iter()).copied()
}

/// The key of this name; Hugo's authors do not mind capitals.
pub(super) fn find(name: &str) -> Option<&'static str> {
    all().find(|key| *key == name).or_else(|| all().find(|key| key.eq_ignore_ascii_case(name)))
}

/// Whether a key is one of `Front`.
pub(super) fn is_front(key: &str) -> bool {
    FRONT.contains(&key)
}

/// What a key is for, in a sentence.
pub(super) fn purpose(key: &str) -> Option<&'static str> {
    PURPOSES.get(key).map(String::as_str)
}

fn descriptions(schema: &schemars::Schema) -> Vec<(String, String)> {
    let properties = schema.get("properties").and_then(|properties| properties.as_object());
    let described = properties.into_iter().flatten().filter_map(|(key, property)| {
        let description = property.get("description")?.as_str()?;
        Some((key.clone(), description.lines().collect::<Vec<_>>().join(" ")))
    });
    described.collect()
}

/// The names of a struct's fields, aliases included, as serde knows them.
fn fields<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // The deserializer has nothing to give but an error: it only listens.
    drop(T::deserialize(Listener(&mut names)));
    names
}

/// A deserializer that notes which fields a struct asks for.
struct Listener<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Listener<'_> {
    type Error = de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(de::Error::custom(Nothing))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        Err(de::Error::custom(Nothing))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Nothing;

impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no value")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_names_aliases_and_purposes() {
        for key in ["title", "author", "weight", "url", "params", "audio", "quiz"] {
            assert_eq!(find(key), Some(key));
        }
        assert_eq!(find("Title"), Some("title"));
        assert_eq!(find("titel"), None);
        assert!(is_front("weight") && !is_front("audio"));
        assert!(purpose("date").is_some_and(|purpose| purpose.contains("2024-05-01")));
    }
}
