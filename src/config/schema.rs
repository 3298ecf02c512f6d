//! The structs of configuration and front matter -> JSON Schema, for editors, for the reference and for hints.
//!
//! Descriptions are the structs' own documentation. Source: JSON Schema draft 2020-12.
//! Invariant: what a schema refuses is reported by kmsite too.

use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::{Campaign, Config, Weights};
use crate::model::{Front, Secrets};

/// Other names that front matter takes, as other generators have them, and the key each stands for.
const ALIASES: [(&str, &str); 4] = [("url", "path"), ("weight", "order"), ("author", "authors"), ("params", "extra")];

/// The JSON Schema of `site.yaml`.
#[must_use]
pub fn schema() -> Value {
    let mut schema = of::<Config>();
    schema["title"] = "site.yaml of kmsite".into();
    close(&mut schema);
    schema
}

/// The JSON Schema of a campaign's file.
#[must_use]
pub fn campaign_schema() -> Value {
    let mut schema = of::<Campaign>();
    schema["title"] = "campaign of kmsite".into();
    close(&mut schema);
    schema
}

/// The JSON Schema of the front matter of a piece.
#[must_use]
pub fn front_matter_schema() -> Value {
    let mut schema = of::<Front>();
    let secrets = of::<Secrets<String>>();
    for part in ["properties", "$defs"] {
        let more = secrets[part].as_object().cloned().unwrap_or_default();
        match schema[part].as_object_mut() {
            Some(all) => all.extend(more),
            None => schema[part] = Value::Object(more),
        }
    }
    for (alias, key) in ALIASES {
        let mut copy = schema["properties"][key].clone();
        copy["description"] = format!("The same as `{key}`.").into();
        schema["properties"][alias] = copy;
    }
    schema["title"] = "front matter of kmsite".into();
    schema["description"] = "What an author may declare of a piece.".into();
    close(&mut schema);
    schema
}

fn of<T: JsonSchema>() -> Value {
    schemars::SchemaGenerator::default().into_root_schema_for::<T>().to_value()
}

/// Lets each object with named properties take no others.
fn close(schema: &mut Value) {
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        if let Value::Object(map) = value
            && map.contains_key("properties")
        {
            map.entry("additionalProperties").or_insert(json!(false));
        }
        match value {
            Value::Object(map) => open.extend(map.values_mut()),
            Value::Array(list) => open.extend(list.iter_mut()),
            _ => {}
        }
    }
}

/// A schema that can be asked what stands at a key.
pub(super) struct Known {
    root: Value,
}

impl Known {
    /// What is known of `site.yaml`.
    pub(super) fn config() -> Self {
        Self { root: schema() }
    }

    /// What is known of a campaign.
    pub(super) fn campaign() -> Self {
        Self { root: campaign_schema() }
    }

    /// What is known of a file of weights.
    pub(super) fn weights() -> Self {
        let mut root = of::<Weights>();
        close(&mut root);
        Self { root }
    }

    /// The keys known at a path, sorted.
    pub(super) fn keys(&self, path: &[String]) -> Vec<String> {
        let keys = |schema: &Value| schema["properties"].as_object().map(|map| map.keys().cloned().collect::<Vec<_>>());
        let mut keys: Vec<String> = self.at(path).into_iter().filter_map(keys).flatten().collect();
        keys.sort_unstable();
        keys
    }

    /// What the key at a path takes, in words.
    pub(super) fn takes(&self, path: &[String]) -> Option<String> {
        let choices = self.choices(path);
        if !choices.is_empty() {
            return Some(format!("one of `{}`", choices.join("`, `")));
        }
        let mut kinds: Vec<String> = self.at(path).into_iter().filter_map(kind).collect();
        kinds.dedup();
        (!kinds.is_empty()).then(|| kinds.join(" or "))
    }

    /// The words the key at a path chooses from; none if it takes others too.
    pub(super) fn choices(&self, path: &[String]) -> Vec<String> {
        self.at(path).into_iter().flat_map(words).collect()
    }

    /// Whether the key at a path takes any text.
    pub(super) fn takes_text(&self, path: &[String]) -> bool {
        self.at(path).into_iter().any(|schema| kind(schema).as_deref() == Some("a text"))
    }

    /// The schemas of which one must fit at a path.
    fn at(&self, path: &[String]) -> Vec<&Value> {
        path.iter().fold(self.branches(&self.root), |schemas, step| {
            let below = schemas.into_iter().filter_map(|schema| Self::below(schema, step));
            below.flat_map(|schema| self.branches(schema)).collect()
        })
    }

    /// What a schema says of the value under a key or at a place.
    fn below<'a>(schema: &'a Value, step: &str) -> Option<&'a Value> {
        schema["properties"].get(step).or_else(|| schema.get("items")).or_else(|| schema.get("additionalProperties"))
    }

    /// A schema's alternatives, without that of nothing.
    fn branches<'a>(&'a self, schema: &'a Value) -> Vec<&'a Value> {
        let schema = self.follow(schema);
        let some = |schema: &&Value| schema["type"] != "null";
        match schema["anyOf"].as_array() {
            Some(branches) => branches.iter().map(|branch| self.follow(branch)).filter(some).collect(),
            None => vec![schema],
        }
    }

    fn follow<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let name = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/"));
        name.and_then(|name| self.root["$defs"].get(name)).unwrap_or(schema)
    }
}

/// What a schema takes, in words.
fn kind(schema: &Value) -> Option<String> {
    let name = match &schema["type"] {
        Value::String(name) => name.as_str(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|&name| name != "null")?,
        _ => return None,
    };
    Some(match name {
        "string" => "a text".to_owned(),
        "integer" => match (schema["minimum"].as_u64(), schema["maximum"].as_u64()) {
            (Some(low), Some(high)) => format!("a whole number from {low} to {high}"),
            (Some(low), None) => format!("a whole number from {low} on"),
            _ => "a whole number".to_owned(),
        },
        "number" => "a number".to_owned(),
        "boolean" => "`true` or `false`".to_owned(),
        "array" => "a list".to_owned(),
        _ => match schema["properties"].as_object() {
            Some(properties) => format!("the keys `{}`", sorted(properties).join("`, `")),
            None => "keys with values".to_owned(),
        },
    })
}

fn sorted(map: &Map<String, Value>) -> Vec<&str> {
    let mut keys: Vec<&str> = map.keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// The words a schema enumerates.
fn words(schema: &Value) -> Vec<String> {
    let constants = schema["oneOf"].as_array().into_iter().flatten().map(|one| &one["const"]);
    let listed = schema["enum"].as_array().into_iter().flatten();
    constants.chain(listed).filter_map(Value::as_str).map(str::to_owned).collect()
}
