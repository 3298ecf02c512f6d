//! The head of a file -> [`Front`] and [`Secrets`]: YAML between `---`, TOML between `+++`, or nothing.
//!
//! All bad keys are reported, and the good ones stay. What a key takes is known from the structs alone.
//! Invariant: without an error every key of the head has either been used, or been warned about, or stands in `foreign`'s tables.

mod foreign;
mod keys;
mod stray;
mod syntax;
mod value;

use std::ops::Range;

use serde_yaml::Value;

use crate::diag::{At, Diag, Noted, Span, code, nearest};
use crate::id::SourcePath;
use crate::model::{Front, LinkKind, RawLink, Secrets};

use foreign::Meaning;
use syntax::{Head, Pair};

/// What a file says before its text.
#[derive(Default)]
pub(super) struct Matter {
    /// What is public.
    pub(super) front: Front,
    /// What may be gated.
    pub(super) secrets: Secrets<RawLink>,
    /// Where the text begins.
    pub(super) body: usize,
}

/// A key with its value, and where the author wrote it.
struct Entry {
    /// The key as ours.
    key: &'static str,
    /// The path of keys as written.
    written: Vec<String>,
    value: Value,
}

/// Reads the head of a file.
pub(super) fn read(file: &SourcePath, text: &str) -> Noted<Matter> {
    let mut matter = matter(file, text);
    if matter.diags.iter().all(|diag| *diag.code != code::UNCLOSED_FRONT_MATTER) {
        matter.diags.extend(stray::stray(file, text, matter.value.body));
    }
    matter
}

fn matter(file: &SourcePath, text: &str) -> Noted<Matter> {
    let begin = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut diags = Vec::new();
    let head = match syntax::split(text, begin) {
        None => return Noted::clean(Matter { body: begin, ..Matter::default() }),
        Some(Head { close: None, open, marks, .. }) => {
            let diag = Diag::error(&code::UNCLOSED_FRONT_MATTER, format!("no line `{marks}` closes the front matter"));
            let diag = diag.at(At::span(file, open)).hint(format!("put a line `{marks}` before the text"));
            return Noted::new(Matter { body: begin, ..Matter::default() }, vec![diag]);
        }
        Some(head) => head,
    };
    let pairs = match syntax::pairs(&head, text) {
        Ok(pairs) => pairs,
        // A line of three hyphens and an empty line after it: most likely a rule, if no keys follow.
        Err(_) if head.loose => return Noted::clean(Matter { body: begin, ..Matter::default() }),
        Err(error) => {
            diags.push(syntax_error(file, &head, error));
            Vec::new()
        }
    };
    let (front, secrets) = sort_out(file, pairs, &mut diags).into_iter().partition(|entry| keys::is_front(entry.key));
    let front: Front = value::settle(file, front).take(&mut diags);
    let secrets: Secrets<String> = value::settle(file, secrets).take(&mut diags);
    let secrets = secrets.map_links(|key, dest| RawLink {
        kind: LinkKind::Media,
        dest: dest.as_str().into(),
        span: locate(text, head.inner.clone(), key, dest),
    });
    Noted::new(Matter { front, secrets, body: head.close.unwrap_or(begin) }, diags)
}

/// Where a text begins behind its front matter and byte order mark.
pub(super) fn skip(text: &str) -> usize {
    let begin = text.len() - text.trim_start_matches('\u{feff}').len();
    syntax::split(text, begin).and_then(|head| head.close).unwrap_or(begin)
}

fn syntax_error(file: &SourcePath, head: &Head, error: syntax::Error) -> Diag {
    let code = if error.duplicate {
        &code::DUPLICATE_KEY
    } else if head.marks == "---" {
        &code::BAD_YAML
    } else {
        &code::BAD_TOML
    };
    let diag = Diag::error(code, format!("the front matter cannot be read: {}", error.message)).at(At::span(file, error.span));
    match code {
        code if *code == code::DUPLICATE_KEY => diag.hint("keep one of the two"),
        code if *code == code::BAD_YAML => diag.hint("put texts with `: ` or a special first character between quotes"),
        _ => diag.hint("put texts between quotes, one key to a line"),
    }
}

/// Gives every key its meaning; what has none is warned about.
fn sort_out(file: &SourcePath, pairs: Vec<Pair>, diags: &mut Vec<Diag>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::with_capacity(pairs.len());
    let mut second_choice = Vec::new();
    let mut extra = Vec::new();
    for Pair { key, value, duplicate } in pairs {
        let ours = keys::find(&key);
        diags.extend(gate_below(file, &key, &value));
        if duplicate || ours.is_some_and(|ours| entries.iter().any(|entry| entry.key == ours)) {
            let diag = Diag::error(&code::DUPLICATE_KEY, format!("`{key}` is given twice"));
            diags.push(diag.at(At::key_name(file, &[&key])).hint("keep one of the two"));
            continue;
        }
        if value.is_null() {
            if let Some(ours) = ours.filter(|ours| keys::GATE.contains(ours)) {
                let diag = Diag::error(&code::BAD_VALUE, format!("`{ours}` has no value")).at(At::key_name(file, &[&key]));
                diags.push(diag.hint(format!("name a {ours} of `site.yaml`, or take the line out")));
            }
            continue;
        }
        if let Some(ours) = ours {
            entries.push(Entry { key: ours, written: vec![key], value });
            continue;
        }
        match foreign::meaning(&key, value) {
            Meaning::Ours(found) => {
                second_choice.extend(found.into_iter().map(|(ours, below, value)| Entry {
                    key: ours,
                    written: std::iter::once(key.clone()).chain(below).collect(),
                    value,
                }));
            }
            Meaning::Extra(value) => extra.push((key, value)),
            Meaning::Nothing => {}
            Meaning::Unknown => diags.push(unknown(file, &key)),
        }
    }
    let first_choice = entries.len();
    for entry in second_choice {
        match entries.iter().position(|known| known.key == entry.key) {
            None => entries.push(entry),
            // Two foreign lists of one meaning join; against a key of ours a foreign one has no say.
            Some(known) if known >= first_choice => join(&mut entries[known].value, entry.value),
            Some(_) => {}
        }
    }
    keep_extra(&mut entries, extra);
    entries
}

/// The finding about a key below another that was meant to close the piece, as Zola's authors put what is their own under `extra`.
fn gate_below(file: &SourcePath, key: &str, value: &Value) -> Option<Diag> {
    let Value::Mapping(map) = value else { return None };
    let names = map.keys().filter_map(Value::as_str);
    let name = names.into_iter().find(|name| keys::GATE.iter().any(|gate| name.eq_ignore_ascii_case(gate)))?;
    let diag = Diag::error(&code::UNKNOWN_KEY, format!("`{name}` closes nothing under `{key}`"));
    let hint = format!("write `{}:` at the top level of the front matter, or call it otherwise", name.to_ascii_lowercase());
    Some(diag.at(At::key_name(file, &[key, name])).hint(hint))
}

/// Adds the items of a list to another.
fn join(list: &mut Value, more: Value) {
    if let (Value::Sequence(list), Value::Sequence(more)) = (list, more) {
        list.extend(more);
    }
}

/// Keeps under `extra` what templates may want to know.
fn keep_extra(entries: &mut Vec<Entry>, extra: Vec<(String, Value)>) {
    if extra.is_empty() {
        return;
    }
    if !entries.iter().any(|entry| entry.key == "extra" || entry.key == "params") {
        entries.push(Entry {
            key: "extra",
            written: vec![extra[0].0.clone()],
            value: Value::Mapping(serde_yaml::Mapping::new()),
        });
    }
    let found = entries.iter_mut().find(|entry| entry.key == "extra" || entry.key == "params");
    if let Some(Entry { value: Value::Mapping(map), .. }) = found {
        for (key, value) in extra {
            map.entry(Value::String(key)).or_insert(value);
        }
    }
}

/// The finding about an unknown key. Where the author may have meant to close the piece, it is an error: else it would be published for all.
fn unknown(file: &SourcePath, key: &str) -> Diag {
    let message = format!("unknown key `{key}`");
    let diag = match nearest(key, keys::all()) {
        Some(meant) if keys::GATE.contains(&meant) => Diag::error(&code::UNKNOWN_KEY, message),
        _ => Diag::warning(&code::UNKNOWN_KEY, message),
    };
    let diag = diag.at(At::key_name(file, &[key])).did_you_mean(key, keys::all());
    if diag.hints.is_empty() { diag.hint("put what is yours alone under `extra:`") } else { diag }
}

/// Where an address stands in the front matter: behind its key, else the key's line, else the whole.
fn locate(text: &str, inner: Range<usize>, key: &str, dest: &str) -> Span {
    let head = &text[inner.clone()];
    let mut start = 0;
    for line in head.split_inclusive('\n') {
        let is_key = line
            .trim_start_matches(['"', '\''])
            .strip_prefix(key)
            .is_some_and(|after| after.trim_start_matches(['"', '\'']).trim_start().starts_with([':', '=']));
        if is_key {
            let found = head[start..].find(dest).map(|at| (start + at, dest.len()));
            let (at, len) = found.unwrap_or((start, line.trim_end().len()));
            return inner.start + at..inner.start + at + len;
        }
        start += line.len();
    }
    inner
}
