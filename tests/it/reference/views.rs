//! The structs of `src/view` and their comments -> the values that templates see.
//!
//! The sources are formatted by rustfmt, so that a struct and its fields can be told by their lines. What templates see is what can be
//! reached from `Page`, `SiteView` and the structs whose names end in `Page`, by the types of fields and by links in their comments.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::Chapter;
use super::texts::Texts;

/// What templates see.
pub struct Views {
    structs: BTreeMap<String, Struct>,
    reached: BTreeSet<String>,
}

struct Struct {
    doc: String,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    kind: String,
    doc: String,
}

impl Views {
    pub fn read() -> Self {
        let mut structs = BTreeMap::new();
        for path in super::super::sandbox::files(&super::root().join("src/view")) {
            structs.extend(parse(&fs::read_to_string(path).unwrap()));
        }
        let mut reached = BTreeSet::new();
        let mut open: Vec<String> =
            structs.keys().filter(|name| name.ends_with("Page") || *name == "SiteView").cloned().collect();
        while let Some(name) = open.pop() {
            if let Some(found) = structs.get(&name)
                && reached.insert(name)
            {
                open.extend(found.fields.iter().flat_map(|field| names(&format!("{} {}", field.kind, field.doc))));
            }
        }
        Self { structs, reached }
    }

    /// A comment in the page's language, its links leading to the headings of this book.
    fn say(&self, doc: &str, texts: &Texts) -> String {
        let said = texts.say("templates", &without_paths(doc));
        let mut parts = said.split("[`");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| match part.split_once("`]") {
            Some((name, after)) => text + &self.link(name) + after,
            None => text + "[`" + part,
        })
    }

    fn link(&self, name: &str) -> String {
        if self.reached.contains(name) { format!("[`{name}`](#view-{})", name.to_lowercase()) } else { format!("`{name}`") }
    }

    /// A Rust type as a template's author thinks of it; none where the comment says it.
    fn kind(&self, kind: &str, texts: &Texts) -> Option<String> {
        let say = |text: &str| texts.say("types", text);
        let inside = |head: &str| kind.strip_prefix(head).and_then(|rest| rest.strip_suffix('>'));
        Some(match kind {
            "String" | "&'static str" => say("text"),
            "bool" => say("`true` or `false`"),
            "Html" => "HTML".to_owned(),
            "usize" | "u32" | "i16" => say("number"),
            "Shared" => return None,
            "P" => say("depends on the template"),
            _ if kind.ends_with("serde_json::Value") => say("anything"),
            _ => {
                if let Some(inner) = inside("Option<") {
                    say("{}, or none").replace("{}", &self.kind(inner, texts)?)
                } else if let Some(inner) = inside("Vec<") {
                    match self.kind(inner, texts) {
                        Some(inner) => say("list of {}").replace("{}", &inner),
                        None => say("list"),
                    }
                } else if let Some(inner) = kind.rsplit_once("BTreeMap<").and_then(|(_, rest)| rest.strip_suffix('>')) {
                    let value = inner.split_once(", ").map_or(inner, |(_, value)| value);
                    let value = self.kind(value, texts).unwrap_or_else(|| say("list"));
                    say("by name: {}").replace("{}", &value)
                } else {
                    self.link(kind)
                }
            }
        })
    }
}

impl Chapter for Views {
    fn word(&self) -> &'static str {
        "view"
    }

    fn things(&self) -> Vec<String> {
        self.reached.iter().cloned().collect()
    }

    fn tell(&self, thing: &str, texts: &Texts) -> Option<String> {
        let told = self.structs.get(thing).filter(|_| self.reached.contains(thing))?;
        let fields = told.fields.iter().map(|field| {
            let kind = self
                .kind(&field.kind, texts)
                .map(|kind| format!("{}{kind}{}", texts.either("（", " ("), texts.either("）", ")")));
            let doc = self.say(&field.doc, texts);
            format!("`{}`{}\n: {doc}\n\n", field.name, kind.unwrap_or_default())
        });
        let fields: String = fields.collect();
        Some(format!("### {thing} {{#view-{}}}\n\n{}\n\n{fields}", thing.to_lowercase(), self.say(&told.doc, texts)))
    }
}

/// The public structs of a file that are made for templates, with their comments.
fn parse(source: &str) -> Vec<(String, Struct)> {
    let mut structs: Vec<(String, Struct)> = Vec::new();
    let (mut doc, mut made, mut inside) = (String::new(), false, false);
    for line in source.lines() {
        let word = line.trim();
        if let Some(comment) = word.strip_prefix("/// ") {
            doc = format!("{doc} {comment}").trim().to_owned();
        } else if word.starts_with("#[") {
            made |= word.starts_with("#[derive(") && word.contains("Serialize");
        } else if let Some(name) = line.strip_prefix("pub struct ").and_then(|rest| rest.strip_suffix(" {")) {
            let name = name.split('<').next().unwrap_or(name).to_owned();
            inside = std::mem::take(&mut made);
            if inside {
                structs.push((name, Struct { doc: std::mem::take(&mut doc), fields: Vec::new() }));
            }
            doc.clear();
        } else if line == "}" {
            inside = false;
        } else {
            let field =
                word.strip_prefix("pub ").and_then(|field| field.strip_suffix(',')).and_then(|field| field.split_once(": "));
            if let (true, Some((name, kind)), Some((_, all))) = (inside, field, structs.last_mut()) {
                all.fields.push(Field { name: name.to_owned(), kind: kind.to_owned(), doc: doc.clone() });
            }
            doc.clear();
            made = false;
        }
    }
    structs
}

/// A comment without the paths behind its links, which are rustdoc's: ``[`Card`](super::Card)``.
fn without_paths(doc: &str) -> String {
    let mut parts = doc.split("`](");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "`]" + part.split_once(')').map_or("", |(_, after)| after))
}

/// The capitalised words of a text, which may be names of types.
fn names(text: &str) -> Vec<String> {
    let words =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.starts_with(|first: char| first.is_ascii_uppercase()));
    words.map(str::to_owned).collect()
}

#[test]
fn structs_and_fields_are_read_with_their_comments() {
    let source = "/// A card.\n#[derive(Clone, Serialize)]\npub struct Card {\n    /// Its\n    /// title.\n    pub title: String,\n}\n\n/// Not for templates.\npub struct Inner {\n    pub x: u8,\n}\n";
    let read = parse(source);
    let [(name, card)] = &read[..] else { panic!("{}", read.len()) };
    assert_eq!((name.as_str(), card.doc.as_str()), ("Card", "A card."));
    let [title] = &card.fields[..] else { panic!("{}", card.fields.len()) };
    assert_eq!((title.name.as_str(), title.kind.as_str(), title.doc.as_str()), ("title", "String", "Its title."));
}

#[test]
fn what_templates_see_is_reached_and_nothing_else() {
    let views = Views::read();
    for name in ["Page", "SiteView", "PiecePage", "Card", "TermLink", "TocEntry", "Choice", "DateText"] {
        assert!(views.reached.contains(name), "{name}");
    }
    for name in ["Feed", "Calendar", "Url", "MatrixTable"] {
        assert!(!views.reached.contains(name), "{name}");
    }
}
