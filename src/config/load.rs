//! `site.yaml`, variables and flags -> `Config`.
//!
//! All that is wrong is reported at once, each finding at its key: syntax, keys that stand twice, unknown keys, values of a wrong
//! type, and what `rules` asks for. Nothing is read from the environment here. Invariant: without errors, the `Config` is valid.

use serde_json::{Map, Value};

use super::overrides::{self, Given, Overrides};
use super::schema::Known;
use super::typed::{self, Typed};
use super::{Config, loose, rules};
use crate::diag::{self, At, Diag, Noted, code};
use crate::id::SourcePath;

/// Reads the configuration: a file's path and bytes if there is one, variables and flags on top.
///
/// With errors the value is as good as it could be made, and no site should be built from it.
pub fn load(file: Option<(&SourcePath, &[u8])>, overrides: &Overrides) -> Noted<Config> {
    let mut diags = Vec::new();
    let written = match file.map(|(path, bytes)| read(path, bytes, &mut diags)) {
        None => Value::Object(Map::new()),
        Some(Some(value)) => value,
        Some(None) => return Noted::new(Config::default(), diags),
    };
    let mut value = written.clone();
    let given = overrides::apply(overrides, &mut value, &mut diags);
    let places = Places { file: file.map(|(path, _)| path), written, given };
    let Typed { mut config, unsound, unknown, wrong } = typed::read::<Config>(value, Known::config);
    diags.extend(wrong.into_iter().map(|(path, diag)| places.put(diag, &path, At::key)));
    diags.extend(unknown.into_iter().map(|(path, diag)| places.put(diag, &path, At::key_name)));
    let sound = |key: &str| !unsound.contains(key);
    rules::check(&mut config, &sound, &mut |path, diag| diags.push(places.put(diag, &path, At::key)));
    if !places.has("base_url") {
        diags.push(no_base_url(&config, file.map(|(path, _)| path)));
    }
    Noted::new(config, diags)
}

fn no_base_url(config: &Config, file: Option<&SourcePath>) -> Diag {
    let diag =
        Diag::warning(&code::NO_BASE_URL, format!("no `base_url` is set, so feeds and previews lead to `{}`", config.base_url))
            .hint("set `base_url: https://…/` in `site.yaml`, or pass `--base-url`");
    match file {
        Some(file) => diag.at(At::file(file)),
        None => diag,
    }
}

/// Reads the file's text; `None` if it says nothing that could be used.
pub(super) fn read(path: &SourcePath, bytes: &[u8], diags: &mut Vec<Diag>) -> Option<Value> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = At::span(path, error.valid_up_to()..error.valid_up_to() + 1);
            diags.push(
                Diag::error(&code::NOT_UTF8, format!("`{path}` is not UTF-8 text"))
                    .at(at)
                    .hint("save it as UTF-8; in Chinese, GBK is the usual culprit"),
            );
            return None;
        }
    };
    let (base, text) = text.strip_prefix('\u{feff}').map_or((0, text), |rest| (3, rest));
    for twice in diag::duplicate_keys(text) {
        let span = |span: &diag::Span| At::span(path, base + span.start..base + span.end);
        diags.push(
            Diag::error(&code::DUPLICATE_KEY, format!("the key `{}` is given twice", twice.key))
                .at(span(&twice.again))
                .label("again here")
                .related(span(&twice.first), "first here")
                .hint("remove one of the two"),
        );
    }
    match loose::parse(text) {
        Ok(Value::Null) => Some(Value::Object(Map::new())),
        Ok(value @ Value::Object(_)) => Some(value),
        Ok(other) => {
            let message = format!("`{path}` holds {}, not keys with values", typed::described(&other));
            diags.push(
                Diag::error(&code::BAD_YAML, message).at(At::file(path)).hint("write `key: value` lines, as `title: My site`"),
            );
            None
        }
        Err(error) => {
            diags.push(syntax_error(path, text, base, &error));
            None
        }
    }
}

/// What the YAML parser stumbled over, at its place; and where what it was reading begins, which may be far above.
fn syntax_error(path: &SourcePath, text: &str, base: usize, error: &serde_yaml::Error) -> Diag {
    let whole = error.to_string();
    let message = whole.split(" at line ").next().unwrap_or(&whole);
    let mut diag = Diag::error(&code::BAD_YAML, format!("`{path}` is not valid YAML: {message}"));
    if let Some(hint) = syntax_hint(message) {
        diag = diag.hint(hint);
    }
    let span = |start: usize| {
        let character = text[start..].chars().next().map_or(0, char::len_utf8);
        At::span(path, base + start..base + start + character)
    };
    let Some(location) = error.location() else { return diag.at(At::file(path)) };
    // The parser's index counts characters, whatever it is called.
    diag = diag.at(span(text.char_indices().nth(location.index()).map_or(text.len(), |(byte, _)| byte)));
    match whole.rsplit_once(", while ").and_then(|(_, context)| context.rsplit_once(" at line ")) {
        Some((what, place)) => match byte_at(text, place) {
            Some(start) => diag.related(span(start), format!("while {what}")),
            None => diag,
        },
        None => diag,
    }
}

/// The byte at a place written as `3 column 4`, both counted from 1, columns in characters.
fn byte_at(text: &str, place: &str) -> Option<usize> {
    let (line, column) = place.split_once(" column ")?;
    let (line, column): (usize, usize) = (line.parse().ok()?, column.parse().ok()?);
    let before: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let (offset, _) = text[before..].char_indices().nth(column.checked_sub(1)?)?;
    Some(before + offset)
}

fn syntax_hint(message: &str) -> Option<&'static str> {
    [
        ("mapping values are not allowed", "put a text that holds `: ` in quotes"),
        ("cannot start any token", "indent with spaces, not tabs, and put a text that begins with a special character in quotes"),
        (
            "did not find expected key",
            "look at the indentation here and on the lines above: keys of one level begin in one column",
        ),
        ("did not find expected", "look for a bracket, brace or quotation mark that is not closed"),
        ("found unexpected end of stream", "look for a quotation mark that is not closed"),
        ("recursion limit", "nest less deeply"),
    ]
    .into_iter()
    .find_map(|(part, hint)| message.contains(part).then_some(hint))
}

/// Where values come from: the file, or what was set on top of it.
pub(super) struct Places<'a> {
    /// The file.
    pub file: Option<&'a SourcePath>,
    /// What it says.
    pub written: Value,
    /// What was set on top of it.
    pub given: Vec<Given>,
}

impl Places<'_> {
    /// Puts a finding at its key, in the file or, by name, at what set it from outside.
    pub(super) fn put(&self, mut diag: Diag, path: &[String], at: fn(&SourcePath, &[&str]) -> At) -> Diag {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        if let Some(by) = self.given_by(&path) {
            diag.message = format!("{} (set by `{by}`)", diag.message);
            return diag;
        }
        match self.file {
            Some(file) => diag.at(at(file, &path)),
            None => diag,
        }
    }

    /// What set the value at a path, or brought the path about, from outside.
    fn given_by(&self, path: &[&str]) -> Option<&str> {
        let written = typed::at_path(&self.written, path).is_some();
        let hit = |given: &&Given| {
            let mut steps = given.path.iter().map(String::as_str).zip(path.iter().copied());
            steps.all(|(a, b)| a == b) && (given.path.len() <= path.len() || !written)
        };
        self.given.iter().rev().find(hit).map(|given| given.by.as_str())
    }

    fn has(&self, key: &str) -> bool {
        self.written.get(key).is_some_and(|value| !value.is_null())
            || self.given.iter().any(|given| given.path.first().is_some_and(|first| first == key))
    }
}
