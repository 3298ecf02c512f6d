//! The templates of the default theme -> its components with their arguments.
//!
//! The templates give names, types and defaults; what an argument is for stands in `components.yaml`, in both languages.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;

use super::Chapter;
use super::texts::{Texts, Tongue};

/// The components that Markdown may call.
pub struct Components {
    components: BTreeMap<String, Vec<Argument>>,
    /// By `Component.argument`.
    meanings: BTreeMap<String, Meaning>,
}

struct Argument {
    name: String,
    kind: String,
    default: Option<String>,
}

/// What something is for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Meaning {
    zh: String,
    en: String,
}

impl Components {
    pub fn read() -> Self {
        let templates = super::super::sandbox::files(&super::root().join("themes/default/templates"));
        let sources: Vec<String> = templates.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
        let meanings = fs::read_to_string(super::root().join("tests/it/reference/components.yaml")).unwrap();
        Self {
            components: sources.iter().flat_map(|source| defined(source)).collect(),
            meanings: serde_yaml::from_str(&meanings).unwrap(),
        }
    }
}

impl Chapter for Components {
    fn word(&self) -> &'static str {
        "component"
    }

    fn things(&self) -> Vec<String> {
        self.components.keys().cloned().collect()
    }

    fn tell(&self, thing: &str, texts: &Texts) -> Option<String> {
        let arguments = self.components.get(thing)?;
        let told = arguments.iter().map(|argument| {
            let key = format!("{thing}.{}", argument.name);
            let meaning = self.meanings.get(&key).unwrap_or_else(|| panic!("components.yaml lacks `{key}`"));
            let mut phrase = texts.say("types", &argument.kind);
            match argument.default.as_deref() {
                None => phrase += &texts.say("types", ", required"),
                Some("\"\"" | "false") => {}
                Some(default) => phrase += &texts.say("types", ", default {}").replace("{}", &format!("`{default}`")),
            }
            let text = match texts.tongue {
                Tongue::Chinese => &meaning.zh,
                Tongue::English => &meaning.en,
            };
            format!("`{}`{}{phrase}{}\n: {text}\n\n", argument.name, texts.either("（", " ("), texts.either("）", ")"))
        });
        let told: String = told.collect();
        Some(if told.is_empty() { texts.either("没有参数。", "It takes no arguments.").to_owned() } else { told })
    }
}

/// The components that a template defines with a capital, which are those for Markdown.
fn defined(source: &str) -> Vec<(String, Vec<Argument>)> {
    let definitions = source.split("{% component ").skip(1).filter_map(|rest| rest.split_once('('));
    let capital = definitions.filter(|(name, _)| name.starts_with(|first: char| first.is_ascii_uppercase()));
    capital
        .map(|(name, rest)| (name.to_owned(), arguments(rest.split_once(") -%}").map_or(rest, |(inside, _)| inside))))
        .collect()
}

/// `kind: string = "note", title: string, @t`: what the engine itself fills in begins with `@`.
fn arguments(inside: &str) -> Vec<Argument> {
    let written = inside.split(", ").map(str::trim).filter(|argument| !argument.is_empty() && !argument.starts_with('@'));
    let read = written.map(|argument| {
        let (name, rest) = argument.split_once(": ").unwrap_or((argument, "string"));
        let (kind, default) = rest.split_once(" = ").map_or((rest, None), |(kind, default)| (kind, Some(default.to_owned())));
        let kind = match kind {
            "string" => "text",
            "bool" => "`true` or `false`",
            "integer" => "whole number",
            other => other,
        };
        Argument { name: name.replace('_', "-"), kind: kind.to_owned(), default }
    });
    read.collect()
}

#[test]
fn no_meaning_is_told_of_what_is_gone() {
    let components = Components::read();
    let known: Vec<String> = components
        .components
        .iter()
        .flat_map(|(name, arguments)| arguments.iter().map(move |argument| format!("{name}.{}", argument.name)))
        .collect();
    let gone: Vec<&String> = components.meanings.keys().filter(|key| !known.contains(key)).collect();
    assert!(gone.is_empty(), "components.yaml tells of {gone:?}");
}

#[test]
fn a_definition_is_read() {
    let read = defined("{% component Box(file_name: string = \"a\", open: bool, @t) -%}{% component inner(x: map) -%}");
    let [(name, arguments)] = &read[..] else { panic!("{}", read.len()) };
    assert_eq!(name, "Box");
    let told: Vec<_> = arguments.iter().map(|a| (a.name.as_str(), a.kind.as_str(), a.default.as_deref())).collect();
    assert_eq!(told, [("file-name", "text", Some("\"a\"")), ("open", "`true` or `false`", None)]);
}
