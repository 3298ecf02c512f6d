//! A JSON Schema -> its keys, each with type, default, meaning and an example that is read here as the program reads it.

use std::collections::BTreeMap;
use std::fs;

use kmsite::config::{self, Overrides};
use kmsite::diag::code;
use kmsite::id::SourcePath;
use kmsite::model::{Front, Secrets};
use serde::Deserialize;
use serde_json::Value;

use super::Chapter;
use super::texts::{Texts, Tongue};

/// The keys of a file.
pub struct Keys {
    word: &'static str,
    schema: Value,
    examples: BTreeMap<String, Example>,
}

/// How a key is written, in any language or in each.
#[derive(Deserialize)]
#[serde(untagged)]
enum Example {
    Same(String),
    Each { zh: String, en: String },
}

impl Example {
    fn all(&self) -> Vec<&str> {
        match self {
            Self::Same(text) => vec![text],
            Self::Each { zh, en } => vec![zh, en],
        }
    }

    fn get(&self, tongue: Tongue) -> &str {
        match (self, tongue) {
            (Self::Same(text), _)
            | (Self::Each { zh: text, .. }, Tongue::Chinese)
            | (Self::Each { en: text, .. }, Tongue::English) => text,
        }
    }
}

impl Keys {
    pub fn site() -> Self {
        Self::new("site.yaml", config::schema())
    }

    pub fn front_matter() -> Self {
        Self::new("front-matter", config::front_matter_schema())
    }

    pub fn campaign() -> Self {
        Self::new("campaign", config::campaign_schema())
    }

    fn new(word: &'static str, schema: Value) -> Self {
        let file = fs::read_to_string(super::root().join("tests/it/reference/examples.yaml")).unwrap();
        let mut files: BTreeMap<String, BTreeMap<String, Example>> = serde_yaml::from_str(&file).unwrap();
        Self { word, schema, examples: files.remove(word).unwrap() }
    }

    fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
        schema["properties"].as_object().into_iter().flatten()
    }

    /// What stands behind a reference, a choice between something and nothing, and a choice between one and several.
    fn follow<'a>(&'a self, schema: &'a Value) -> &'a Value {
        if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/")) {
            return self.follow(&self.schema["$defs"][name]);
        }
        let branches = schema["anyOf"].as_array().into_iter().flatten().filter(|branch| branch["type"] != "null");
        match branches.collect::<Vec<_>>()[..] {
            [one] => self.follow(one),
            _ => schema,
        }
    }

    /// What a key takes, in words.
    fn kind(&self, schema: &Value, texts: &Texts) -> String {
        if schema["$ref"] == "#/$defs/Localized" {
            return texts.say("types", "text, or one for each language");
        }
        let schema = self.follow(schema);
        let say = |text: &str| texts.say("types", text);
        let or = texts.either("或", " or ");
        if let Some(words) = words(schema) {
            return words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(or);
        }
        if let Some(branches) = schema["anyOf"].as_array() {
            let kinds: Vec<String> = branches.iter().map(|branch| self.kind(branch, texts)).collect();
            return kinds.join(or);
        }
        let name = match &schema["type"] {
            Value::Array(names) => names.iter().find(|name| **name != "null").and_then(Value::as_str).unwrap_or_default(),
            name => name.as_str().unwrap_or_default(),
        };
        match name {
            "string" if schema["pattern"].is_string() => say("date"),
            "string" => say("text"),
            "integer" => say("whole number"),
            "number" => say("number"),
            "boolean" => say("`true` or `false`"),
            "array" if self.follow(&schema["items"])["properties"].is_object() => say("list, each entry with the keys below"),
            "array" => texts.say("types", "list of {}").replace("{}", &self.kind(&schema["items"], texts)),
            _ if schema["properties"].is_object() => say("the keys below"),
            _ if schema["additionalProperties"].is_object() => {
                say("by name: {}").replace("{}", &self.kind(&schema["additionalProperties"], texts))
            }
            _ => say("anything"),
        }
    }

    /// Type and default in a phrase.
    fn phrase(&self, schema: &Value, required: bool, texts: &Texts) -> String {
        let mut phrase = self.kind(schema, texts);
        let described = schema["description"].as_str().is_some_and(|text| text.contains("Default:"));
        if required {
            phrase += &texts.say("types", ", required");
        } else if !described && let Some(default) = shown(&schema["default"]) {
            phrase += &texts.say("types", ", default {}").replace("{}", &format!("`{default}`"));
        }
        let mut letters = phrase.chars();
        letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
    }

    /// The keys below a key, however deep, as a definition list.
    fn below(&self, prefix: &str, schema: &Value, texts: &Texts) -> String {
        let schema = self.follow(schema);
        if schema["type"] == "array" {
            return self.below(prefix, &schema["items"], texts);
        }
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let mut list = String::new();
        for (key, property) in Self::properties(schema) {
            let path = format!("{prefix}{key}");
            let meaning = self.meaning(property, texts);
            // That it has parts is seen from the parts, which follow.
            let phrase = if self.follow(property)["properties"].is_object() {
                String::new()
            } else {
                self.phrase(property, required.contains(&Value::from(key.as_str())), texts) + texts.either("。", ". ")
            };
            list.push_str(&format!("`{path}`\n: {phrase}{meaning}\n\n"));
            list.push_str(&self.below(&format!("{path}."), property, texts));
        }
        list
    }

    fn meaning(&self, schema: &Value, texts: &Texts) -> String {
        texts.say(self.word, schema["description"].as_str().unwrap_or_default())
    }

    /// Reads an example as the program does; the words are what is wrong with it.
    fn wrong(&self, key: &str, example: &str) -> Option<String> {
        if self.word == "site.yaml" {
            let read = config::load(Some((&SourcePath::new("site.yaml"), example.as_bytes())), &Overrides::default());
            return read.diags.iter().find(|diag| *diag.code != code::NO_BASE_URL).map(|diag| diag.message.clone());
        }
        if self.word == "campaign" {
            // Every campaign sells something.
            let file = if key == "offer" { example.to_owned() } else { format!("offer: tier:pro\n{example}") };
            let read = config::load_campaign(&SourcePath::new("campaign.yaml"), file.as_bytes());
            return read.diags.first().map(|diag| diag.message.clone());
        }
        let public = serde_yaml::from_str::<Front>(example).err();
        let secret = serde_yaml::from_str::<Secrets<String>>(example).err();
        let named = serde_yaml::from_str::<BTreeMap<String, Value>>(example).is_ok_and(|map| map.contains_key(key));
        public.or(secret).map(|error| error.to_string()).or_else(|| (!named).then(|| format!("it has no `{key}`")))
    }
}

impl Chapter for Keys {
    fn word(&self) -> &'static str {
        self.word
    }

    fn things(&self) -> Vec<String> {
        let aliases = |schema: &Value| schema["description"].as_str().is_some_and(|text| text.starts_with("The same as `"));
        Self::properties(&self.schema).filter(|(_, schema)| !aliases(schema)).map(|(key, _)| key.clone()).collect()
    }

    fn tell(&self, thing: &str, texts: &Texts) -> Option<String> {
        let schema = self.schema["properties"].get(thing)?;
        let example = self.examples.get(thing).unwrap_or_else(|| panic!("examples.yaml has none for `{thing}` of {}", self.word));
        let required = self.schema["required"].as_array().is_some_and(|keys| keys.contains(&Value::from(thing)));
        let (meaning, phrase) = (self.meaning(schema, texts), self.phrase(schema, required, texts));
        let kind = texts.either("类型：{}。", "Type: {}.").replace("{}", &phrase);
        let mut told = format!("### `{thing}` {{#key-{thing}}}\n\n{meaning}\n\n{kind}\n\n");
        told.push_str(&self.below("", schema, texts));
        told.push_str(&format!("```yaml\n{}\n```\n", example.get(texts.tongue).trim_end()));
        Some(told)
    }
}

/// The words that a schema chooses from.
fn words(schema: &Value) -> Option<Vec<&str>> {
    let constants = schema["oneOf"].as_array().into_iter().flatten().map(|one| &one["const"]);
    let listed = schema["enum"].as_array().into_iter().flatten();
    let words: Vec<&str> = constants.chain(listed).filter_map(Value::as_str).collect();
    (!words.is_empty()).then_some(words)
}

/// A default worth telling: not nothing, and not a whole structure, whose parts have their own.
fn shown(default: &Value) -> Option<String> {
    match default {
        Value::Null | Value::Object(_) => None,
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Array(list) => {
            let flat = !list.is_empty() && list.iter().all(|item| !item.is_object());
            flat.then(|| default.to_string().replace(',', ", "))
        }
        other => Some(other.to_string()),
    }
}

#[test]
fn every_example_is_read_without_a_finding_and_belongs_to_a_key() {
    for keys in [Keys::site(), Keys::front_matter(), Keys::campaign()] {
        let things = keys.things();
        for (key, example) in &keys.examples {
            assert!(things.contains(key), "examples.yaml: {} has no `{key}`", keys.word);
            for text in example.all() {
                assert_eq!(keys.wrong(key, text), None, "the example of `{key}` in {}: {text}", keys.word);
            }
        }
    }
    assert!(Keys::site().wrong("title", "titel: a").is_some());
    assert!(Keys::campaign().wrong("ends", "ends: 2026-12-20").is_some());
    assert!(Keys::front_matter().wrong("order", "order: first").is_some());
}
