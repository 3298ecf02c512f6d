//! A value of any shape -> a `Config` or another file's struct, and everything in it that has the wrong type or an unknown name.
//!
//! What is wrong is reported, taken out, and the rest read again, so that all wrong values are found and not the first only. Paths
//! are those of the original value. Invariant: reading ends, since each round makes the value smaller.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::schema::Known;
use crate::diag::{Diag, code};

/// Wrong values reported in one run; each costs one more reading of the whole.
const MOST_ERRORS: usize = 100;

/// A key's path and what is to be said about it.
type Finding = (Vec<String>, Diag);

/// What could be read.
pub(super) struct Typed<T> {
    /// The configuration, with defaults for what was wrong.
    pub config: T,
    /// Top-level keys below which something was wrong.
    pub unsound: BTreeSet<String>,
    /// Unknown keys.
    pub unknown: Vec<Finding>,
    /// Values that cannot be what they are.
    pub wrong: Vec<Finding>,
}

/// Reads a value whose keys are `known`.
pub(super) fn read<T: DeserializeOwned + Default>(value: Value, known: fn() -> Known) -> Typed<T> {
    let mut reader = Reader { value, removed: BTreeSet::new(), gaps: BTreeMap::new(), wrong: Vec::new() };
    let known = LazyCell::new(known);
    let mut unknown = BTreeSet::new();
    let mut config = T::default();
    for _ in 0..MOST_ERRORS {
        let mut ignored = Vec::new();
        let mut note = |path: serde_ignored::Path<'_>| ignored.push(ignored_steps(&path));
        let noting = serde_ignored::Deserializer::new(&reader.value, &mut note);
        let mut track = serde_path_to_error::Track::new();
        let result = T::deserialize(serde_path_to_error::Deserializer::new(noting, &mut track));
        unknown.extend(ignored.iter().map(|steps| reader.original(steps)));
        match result {
            Ok(read) => {
                config = read;
                break;
            }
            Err(error) => {
                let steps: Vec<Step> = track.path().iter().map_while(step).collect();
                reader.wrong(&steps, &error.to_string(), &known);
            }
        }
    }
    let unknown = unknown.into_iter().map(|path| (path.clone(), unknown_key(&path, &known))).collect();
    let unsound = reader.removed.iter().filter_map(|path| path.first().cloned()).collect();
    Typed { config, unsound, unknown, wrong: reader.wrong }
}

/// The value at a path.
pub(super) fn at_path<'a>(value: &'a Value, path: &[impl AsRef<str>]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, step| match value {
        Value::Object(map) => map.get(step.as_ref()),
        Value::Array(list) => list.get(step.as_ref().parse::<usize>().ok()?),
        _ => None,
    })
}

/// A value in words.
pub(super) fn described(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(truth) => format!("`{truth}`"),
        Value::Number(number) => format!("the number `{number}`"),
        Value::String(text) if text.chars().count() > 40 => "a text".to_owned(),
        Value::String(text) => format!("the text `{text}`"),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "keys with values".to_owned(),
    }
}

/// A value that loses its wrong parts one by one.
struct Reader {
    value: Value,
    /// The paths of what was taken out, as in the original.
    removed: BTreeSet<Vec<String>>,
    /// By the path of a list in the original, the places in it that were taken out.
    gaps: BTreeMap<Vec<String>, BTreeSet<usize>>,
    wrong: Vec<Finding>,
}

/// A step of a path in the value as it is.
#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Item(usize),
}

impl Step {
    fn name(&self) -> String {
        match self {
            Self::Key(key) => key.clone(),
            Self::Item(number) => number.to_string(),
        }
    }
}

impl Reader {
    /// Reports the wrong value at `steps` and takes it out. A key without a value is as good as no key.
    fn wrong(&mut self, steps: &[Step], error: &str, known: &Known) {
        let names: Vec<String> = steps.iter().map(Step::name).collect();
        let found = at_path(&self.value, &names).unwrap_or(&Value::Null);
        if found.is_null() && matches!(steps.last(), Some(Step::Key(_))) {
            return remove(&mut self.value, steps);
        }
        let path = self.original(steps);
        let lacking = error.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        // What is missing because it was wrong, and taken out, is reported already.
        let reported = lacking.is_some_and(|key| self.removed.contains(&child(&path, key)));
        if !reported {
            let diag = match lacking {
                Some(key) => Diag::error(&code::BAD_VALUE, format!("`{}` lacks `{key}`", path.join(".")))
                    .hint(format!("add `{key}:` to it")),
                None => wrong_value(&path, found, error, known),
            };
            self.wrong.push((path.clone(), diag));
        }
        if let (Some(Step::Item(_)), Some((place, list))) = (steps.last(), path.split_last()) {
            self.gaps.entry(list.to_vec()).or_default().extend(place.parse::<usize>());
        }
        self.removed.insert(path);
        remove(&mut self.value, steps);
    }

    /// The path before anything was taken out of the lists on its way.
    fn original(&self, steps: &[Step]) -> Vec<String> {
        steps.iter().fold(Vec::new(), |path, step| {
            let name = match step {
                Step::Key(key) => key.clone(),
                Step::Item(number) => {
                    let gaps = self.gaps.get(&path).into_iter().flatten();
                    gaps.fold(*number, |number, &gap| if gap <= number { number + 1 } else { number }).to_string()
                }
            };
            child(&path, &name)
        })
    }
}

fn child(path: &[String], name: &str) -> Vec<String> {
    path.iter().cloned().chain([name.to_owned()]).collect()
}

/// Takes the value at `steps` out; all of it if there are none.
fn remove(value: &mut Value, steps: &[Step]) {
    let Some((last, above)) = steps.split_last() else {
        *value = Value::Object(serde_json::Map::new());
        return;
    };
    let parent = above.iter().try_fold(value, |value, step| match (value, step) {
        (Value::Object(map), Step::Key(key)) => map.get_mut(key),
        (Value::Array(list), Step::Item(number)) => list.get_mut(*number),
        _ => None,
    });
    match (parent, last) {
        (Some(Value::Object(map)), Step::Key(key)) => drop(map.remove(key)),
        (Some(Value::Array(list)), Step::Item(number)) if *number < list.len() => drop(list.remove(*number)),
        _ => {}
    }
}

fn step(segment: &Segment) -> Option<Step> {
    match segment {
        Segment::Seq { index } => Some(Step::Item(*index)),
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

fn ignored_steps(path: &serde_ignored::Path<'_>) -> Vec<Step> {
    use serde_ignored::Path;
    match path {
        Path::Root => Vec::new(),
        Path::Seq { parent, index } => [ignored_steps(parent), vec![Step::Item(*index)]].concat(),
        Path::Map { parent, key } => [ignored_steps(parent), vec![Step::Key(key.clone())]].concat(),
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => ignored_steps(parent),
    }
}

fn unknown_key(path: &[String], known: &Known) -> Diag {
    let (key, above) = path.split_last().map_or(("", path), |(key, above)| (key.as_str(), above));
    let names = known.keys(above);
    let message = match above {
        [] => format!("unknown key `{key}`"),
        _ => format!("unknown key `{key}` in `{}`", above.join(".")),
    };
    let diag = Diag::error(&code::UNKNOWN_KEY, message).did_you_mean(key, names.iter().map(String::as_str));
    match above {
        _ if !diag.hints.is_empty() => diag,
        [] if names.iter().any(|name| name == "extra") => diag.hint("put what only your own templates know below `extra:`"),
        _ => diag.hint(format!("it takes `{}`", names.join("`, `"))),
    }
}

fn wrong_value(path: &[String], found: &Value, error: &str, known: &Known) -> Diag {
    let name = path.join(".");
    let message = if let Some(expected) = error.strip_prefix("expected ") {
        format!("`{name}` takes {expected}, not {}", described(found))
    } else if error.starts_with("invalid ") || error.starts_with("unknown variant") {
        let taken = known.takes(path).unwrap_or_else(|| "something else".to_owned());
        format!("`{name}` takes {taken}, not {}", described(found))
    } else {
        format!("`{name}`: {error}")
    };
    let diag = Diag::error(&code::BAD_VALUE, message);
    match found {
        Value::Number(_) | Value::Bool(_) if known.takes_text(path) => diag.hint(format!("put it in quotes: `\"{found}\"`")),
        Value::String(text) => diag.did_you_mean(text, known.choices(path).iter().map(String::as_str)),
        _ => diag,
    }
}
