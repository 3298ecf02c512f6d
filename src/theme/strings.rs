//! The words of a theme: `i18n/<language>.yaml`, flat keys with dots, one table per language.
//!
//! Invariant: a key that the default theme has in English is there in every language, so that no template meets a missing one.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{File, Layer, text};
use crate::diag::{At, Diag, Noted, code};

/// The words of one language by key, as `nav.home`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strings(BTreeMap<String, String>);

impl Strings {
    /// No words.
    pub const EMPTY: Self = Self(BTreeMap::new());

    /// The text of a key; the key itself where there is none, so that its lack can be seen.
    #[must_use]
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.find(key).unwrap_or(key)
    }

    /// The text of a key, if there is one.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// A text with a number in it: of `<key>.one` or `<key>.other`, `{n}` replaced.
    #[must_use]
    pub fn count(&self, key: &str, n: usize) -> String {
        let form = if n == 1 { "one" } else { "other" };
        self.fill(&format!("{key}.{form}"), &[("n", &n.to_string())])
    }

    /// A text with `{name}`s replaced.
    #[must_use]
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        let mut rest = self.get(key);
        while let Some((before, tail)) = rest.split_once('{') {
            filled.push_str(before);
            let (name, after) = tail.split_once('}').unwrap_or((tail, ""));
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => filled.push_str(value),
                None => filled.push_str(name),
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    /// All keys and texts, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, text)| (key.as_str(), text.as_str()))
    }

    /// The words as templates see them, a map below each dot: `t.nav.home`.
    ///
    /// Where a key is also the beginning of another (`nav` and `nav.home`), the longer one stands.
    #[must_use]
    pub fn tree(&self) -> Value {
        let mut root = Map::new();
        for (key, text) in &self.0 {
            let mut level = &mut root;
            let mut parts = key.split('.').peekable();
            while let Some(part) = parts.next() {
                if parts.peek().is_none() {
                    level.entry(part).or_insert_with(|| Value::String(text.clone()));
                    break;
                }
                let below = level.entry(part).or_insert_with(|| Value::Object(Map::new()));
                if !below.is_object() {
                    *below = Value::Object(Map::new());
                }
                let Value::Object(map) = below else { break };
                level = map;
            }
        }
        Value::Object(root)
    }
}

/// The languages whose words a language has, each over those before it: English, its primary one, of Chinese in traditional characters those, its own.
pub(super) fn below(tag: &str) -> [&str; 4] {
    let primary = tag.split('-').next().unwrap_or_default();
    let is_traditional = matches!(tag, "zh-TW" | "zh-HK" | "zh-MO") || tag.starts_with("zh-Hant");
    ["en", primary, if is_traditional { "zh-Hant" } else { primary }, tag]
}

/// Reads the files of both layers.
///
/// Each language has the words of those [`below`] it; of each, the site's over the default theme's.
pub(super) fn load(below: &Layer, above: &Layer) -> Noted<BTreeMap<String, Strings>> {
    let mut diags = Vec::new();
    let lower = layer(below, &mut diags);
    let upper = layer(above, &mut diags);
    let mut languages = BTreeMap::new();
    for tag in lower.keys().chain(upper.keys()) {
        let sources = self::below(tag).into_iter().flat_map(|tag| [lower.get(tag), upper.get(tag)]).flatten();
        let words: BTreeMap<_, _> = sources.flatten().map(|(key, text)| (key.clone(), text.clone())).collect();
        languages.insert(tag.clone(), Strings(words));
    }
    Noted::new(languages, diags)
}

/// The words of each language in one layer.
fn layer(files: &Layer, diags: &mut Vec<Diag>) -> BTreeMap<String, BTreeMap<String, String>> {
    let named = files.iter().filter_map(|(path, file)| Some((path.strip_prefix("i18n/")?.strip_suffix(".yaml")?, file)));
    named.filter_map(|(tag, file)| Some((tag.to_owned(), read(file, diags)?))).collect()
}

fn read(file: &File, diags: &mut Vec<Diag>) -> Option<BTreeMap<String, String>> {
    let source = text(file, diags)?;
    if source.trim().is_empty() {
        return None;
    }
    match serde_yaml::from_str(source) {
        Ok(words) => Some(words),
        Err(error) => {
            let place = error.location().map_or(0, |location| location.index().min(source.len()));
            let diag = Diag::error(&code::BAD_STRINGS, format!("`{}` cannot be read: {error}", file.path));
            let hint = "write each text as `key: \"text\"`, keys with dots and not nested";
            diags.push(diag.at(At::span(&file.path, place..place)).hint(hint));
            None
        }
    }
}
