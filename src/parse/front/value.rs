//! Entries -> a struct: in one pass where all is well, else key by key, so that every bad one is reported and the good ones stay.

use serde::de::DeserializeOwned;
use serde_yaml::{Mapping, Value};

use crate::diag::{At, Diag, Noted, code};
use crate::id::SourcePath;

use super::{Entry, keys};

/// Makes a struct of its entries, no two of which have the same key.
pub(super) fn settle<T: DeserializeOwned + Default>(file: &SourcePath, entries: Vec<Entry>) -> Noted<T> {
    if entries.is_empty() {
        return Noted::clean(T::default());
    }
    let mut names = Vec::with_capacity(entries.len());
    let mut whole = Mapping::with_capacity(entries.len());
    for Entry { key, written, value } in entries {
        whole.insert(Value::String(key.to_owned()), value);
        names.push((key, written));
    }
    let whole = Value::Mapping(whole);
    match (T::deserialize(&whole), whole) {
        (Ok(value), _) => Noted::clean(value),
        (Err(_), Value::Mapping(whole)) => {
            let entries = names.into_iter().zip(whole).map(|((key, written), (_, value))| Entry { key, written, value });
            one_by_one(file, entries.collect())
        }
        (Err(_), _) => Noted::clean(T::default()),
    }
}

fn one_by_one<T: DeserializeOwned + Default>(file: &SourcePath, entries: Vec<Entry>) -> Noted<T> {
    let mut diags = Vec::new();
    let mut good: Vec<(&'static str, Value)> = Vec::new();
    let mut value = T::default();
    for entry in entries {
        let read = |reading: &Value| T::deserialize(mapping([(entry.key, reading.clone())]));
        let Some(reading) = std::iter::once(entry.value.clone()).chain(readings(&entry.value)).find(|value| read(value).is_ok())
        else {
            diags.push(bad_value::<T>(file, &entry));
            continue;
        };
        good.push((entry.key, reading));
        match T::deserialize(mapping(good.iter().cloned())) {
            Ok(better) => value = better,
            // Alone it is fine, and with the others not: an alias of one of them.
            Err(_) => {
                good.pop();
                let written: Vec<&str> = entry.written.iter().map(String::as_str).collect();
                let diag = Diag::error(&code::DUPLICATE_KEY, format!("`{}` says the same as another key", written.join(".")));
                diags.push(diag.at(At::key_name(file, &written)).hint("keep one of the two"));
            }
        }
    }
    Noted::new(value, diags)
}

fn mapping(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::Mapping(entries.into_iter().map(|(key, value)| (Value::String(key.to_owned()), value)).collect::<Mapping>())
}

/// Other readings of a value, which YAML 1.1 and other generators allow: `yes`, `title: 2024`, `weight: "3"`, `series: [a]`.
fn readings(value: &Value) -> Vec<Value> {
    match value {
        Value::Bool(flag) => vec![Value::String(flag.to_string())],
        Value::Number(number) if !number.is_f64() => vec![Value::String(number.to_string())],
        Value::String(text) => {
            let flag = match text.to_ascii_lowercase().as_str() {
                "yes" | "on" | "true" => Some(true),
                "no" | "off" | "false" => Some(false),
                _ => None,
            };
            let number = text.parse::<i64>().ok().map(Value::from);
            flag.map(Value::Bool).into_iter().chain(number).collect()
        }
        Value::Sequence(list) => {
            let texts = list.iter().map(|item| match item {
                Value::Number(number) if !number.is_f64() => Value::String(number.to_string()),
                Value::Bool(flag) => Value::String(flag.to_string()),
                other => other.clone(),
            });
            let texts = Value::Sequence(texts.collect());
            let single = (list.len() == 1).then(|| list[0].clone());
            std::iter::once(texts).chain(single).collect()
        }
        _ => Vec::new(),
    }
}

/// The finding about a value that cannot be read, at the innermost place that is wrong.
fn bad_value<T: DeserializeOwned>(file: &SourcePath, entry: &Entry) -> Diag {
    let mut path = entry.written.clone();
    let mut reason = "it cannot be read".to_owned();
    if let Err(error) = serde_path_to_error::deserialize::<_, T>(mapping([(entry.key, entry.value.clone())])) {
        path.extend(error.path().iter().skip(1).filter_map(|segment| match segment {
            serde_path_to_error::Segment::Seq { index } => Some(index.to_string()),
            serde_path_to_error::Segment::Map { key } => Some(key.clone()),
            _ => None,
        }));
        reason = in_words(&error.into_inner().to_string());
    }
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let diag = Diag::error(&code::BAD_VALUE, format!("`{}`: {reason}", path.join("."))).at(At::key(file, &path));
    match keys::purpose(entry.key) {
        Some(purpose) => diag.hint(format!("`{}`: {purpose}", entry.key)),
        None => diag.hint("`kmsite schema` prints what each key takes"),
    }
}

/// A type error of the deserializer in the words that authors use; any other message as it is.
fn in_words(message: &str) -> String {
    let Some((found, expected)) = message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected ")) else {
        return message.to_owned();
    };
    let expected = match expected {
        "a string" => "a text",
        "a boolean" => "`true` or `false`",
        "i64" => "a whole number",
        other => other,
    };
    let found = match found.split_once(' ').unwrap_or((found, "")) {
        ("sequence", _) => "a list".to_owned(),
        ("map", _) => "keys with values".to_owned(),
        ("string", text) => format!("the text `{}`", text.trim_matches('"')),
        ("integer", number) => format!("the number {number}"),
        ("boolean", flag) => flag.to_owned(),
        _ => found.to_owned(),
    };
    format!("{expected} is expected here, not {found}")
}
