//! `KMSITE__…` variables and flags -> changes to the configuration before it is read.
//!
//! `KMSITE__ACCESS__TEASER__WORDS=80` sets `access.teaser.words`: a double underscore goes one level down, a number is a place in a
//! list, the value is YAML. A flag outdoes a variable, a variable the file. Invariant: what cannot be set is a diagnostic, never lost.

use serde_json::{Map, Value};

use super::loose;
use crate::diag::{Diag, code};

/// What outdoes `site.yaml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Environment variables. Those that do not begin with `KMSITE__` are ignored.
    pub variables: Vec<(String, String)>,
    /// The flag `--base-url`.
    pub base_url: Option<String>,
}

/// The levels a variable may go down; no key lies deeper, and `extra` needs few.
const DEEPEST: usize = 16;

/// A key that was set from outside.
pub(super) struct Given {
    /// The key's path, list positions as numbers.
    pub path: Vec<String>,
    /// What set it: the variable's name or the flag.
    pub by: String,
}

/// Applies variables in the order of their names, then flags.
pub(super) fn apply(overrides: &Overrides, config: &mut Value, diags: &mut Vec<Diag>) -> Vec<Given> {
    let mut variables: Vec<(&str, &str, &str)> = overrides
        .variables
        .iter()
        .filter_map(|(name, text)| Some((name.as_str(), name.strip_prefix("KMSITE__")?, text.as_str())))
        .collect();
    variables.sort_unstable();
    let mut given = Vec::new();
    for (name, levels, text) in variables {
        match read(text).and_then(|value| set(config, levels, value)) {
            Ok(path) => given.push(Given { path, by: name.to_owned() }),
            Err(why) => diags.push(
                Diag::error(&code::BAD_OVERRIDE, format!("`{name}` cannot be used: {why}"))
                    .hint("write it as `KMSITE__ACCESS__TEASER__WORDS=80`, a double underscore for each level"),
            ),
        }
    }
    if let (Some(url), Value::Object(map)) = (&overrides.base_url, config) {
        map.insert("base_url".to_owned(), url.as_str().into());
        given.push(Given { path: vec!["base_url".to_owned()], by: "--base-url".to_owned() });
    }
    given
}

fn read(text: &str) -> Result<Value, String> {
    loose::parse(text).map_err(|error| format!("its value is not YAML ({error})"))
}

/// Sets the value at `levels`, making what lies between; gives the path with keys as the file writes them.
fn set(config: &mut Value, levels: &str, value: Value) -> Result<Vec<String>, String> {
    let mut path: Vec<String> = Vec::new();
    let mut place = config;
    for level in levels.split("__") {
        if level.is_empty() {
            return Err("it names no key".to_owned());
        }
        if path.len() == DEEPEST {
            return Err(format!("it goes down more than {DEEPEST} levels"));
        }
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        let (name, next) = match place {
            Value::Object(map) => {
                let name = map.keys().find(|key| key.eq_ignore_ascii_case(level)).cloned();
                let name = name.unwrap_or_else(|| level.to_ascii_lowercase());
                (name.clone(), map.entry(name).or_insert(Value::Null))
            }
            Value::Array(list) => {
                let items = list.len();
                let number = level.parse().ok().filter(|&number: &usize| number <= items);
                let number =
                    number.ok_or_else(|| format!("`{}` is a list of {items}, without a place `{level}`", path.join(".")))?;
                if number == items {
                    list.push(Value::Null);
                }
                (number.to_string(), &mut list[number])
            }
            _ => return Err(format!("`{}` holds a single value, without keys", path.join("."))),
        };
        path.push(name);
        place = next;
    }
    *place = value;
    Ok(path)
}
