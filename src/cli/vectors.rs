//! `kmsite recommend vectors`: what a model made of a site's texts <-> one file that may be committed, so that a machine without a cache reads none of
//! them again.
//!
//! A row is the key of a vector, which is the hash of model and text, and its bytes. Rows stand in the order of their keys, and those that nothing asks
//! for are dropped: the same site and model give the same file. Builds only read it. It is filled with what [`read_next`](super::Models::read_next) asks
//! for and with nothing else, and that is text that everyone may read. Invariant: no vector of gated text is in it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD as BASE64;
use serde_json::json;

use super::open::{Loaded, Wanted};
use super::{Env, Exit, Failure, Format, Strictness, build};
use crate::config::{FILE, Recommend, recommend};
use crate::diag::{At, Diag, Noted, Severity, code};
use crate::disk::{DiskCache, own};
use crate::id::{Hash, SourcePath};
use crate::world::{Cache, Stage};

/// The first line that is no comment.
const VERSION: &str = "kmsite vectors 1";
/// What the file says of itself.
const ABOUT: &str = "# What a model made of texts that everyone may read; `kmsite recommend vectors` makes it anew.";

/// Vectors by their keys.
type Rows = BTreeMap<Hash, Vec<u8>>;

/// The vectors of a site's file; none if it names none.
pub(super) fn read(asked: &Recommend, root: &Path) -> Noted<Rows> {
    let Some(name) = &asked.vectors else { return Noted::clean(Rows::new()) };
    let unusable = |message: String| {
        let diag = Diag::warning(&code::BAD_VECTORS, message).at(At::key(&SourcePath::new(FILE), &["recommend", "vectors"]));
        Noted::new(Rows::new(), vec![diag.hint("make it with `kmsite recommend vectors`; until then every text is read again")])
    };
    match std::fs::read_to_string(root.join(name)) {
        Ok(text) => match parse(&text) {
            Ok(rows) => Noted::clean(rows),
            Err(line) => unusable(format!("line {line} of `{name}` is not what it should be: nothing of the file is used")),
        },
        Err(error) => unusable(format!("`{name}` cannot be read: {error}")),
    }
}

/// The rows of a file, or the number of the first line that is wrong.
fn parse(text: &str) -> Result<Rows, usize> {
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.starts_with('#'));
    match lines.next() {
        Some((_, VERSION)) => {}
        other => return Err(other.map_or(1, |(line, _)| line)),
    }
    let mut rows = Rows::new();
    let mut length = None;
    for (line, text) in lines {
        let row = row(text).filter(|(_, bytes)| *length.get_or_insert(bytes.len()) == bytes.len());
        let (key, bytes) = row.ok_or(line)?;
        rows.insert(key, bytes);
    }
    Ok(rows)
}

/// A key, and numbers in four bytes each.
fn row(text: &str) -> Option<(Hash, Vec<u8>)> {
    let (key, bytes) = text.split_once(' ')?;
    let bytes = BASE64.decode(bytes).ok()?;
    let (numbers, rest) = bytes.as_chunks::<4>();
    let is_whole = rest.is_empty() && numbers.len() > 1 && numbers.iter().all(|&number| f32::from_le_bytes(number).is_finite());
    is_whole.then_some((Hash::from_hex(key)?, bytes))
}

fn written(rows: &Rows) -> String {
    let rows = rows.iter().map(|(key, bytes)| format!("{} {}\n", key.hex(), BASE64.encode(bytes)));
    format!("{ABOUT}\n{VERSION}\n{}", rows.collect::<String>())
}

/// A file's vectors before those of a cache: the file is a part of the site, and the cache is not.
pub(super) struct Kept<'a> {
    /// The file.
    pub(super) rows: Rows,
    /// What is asked where the file has nothing.
    pub(super) cache: &'a dyn Cache,
}

impl Cache for Kept<'_> {
    fn get(&self, stage: Stage, key: Hash) -> Option<Vec<u8>> {
        let kept = self.rows.get(&key).filter(|_| stage == Stage::Embedding);
        kept.cloned().or_else(|| self.cache.get(stage, key))
    }

    fn put(&self, stage: Stage, key: Hash, value: &[u8]) {
        self.cache.put(stage, key, value);
    }
}

/// A cache that notes down every vector that is asked for.
struct Noting<'a> {
    cache: &'a dyn Cache,
    rows: Mutex<Rows>,
}

impl Noting<'_> {
    fn note(&self, stage: Stage, key: Hash, value: &[u8]) {
        if stage == Stage::Embedding {
            self.rows.lock().unwrap_or_else(PoisonError::into_inner).insert(key, value.to_vec());
        }
    }
}

impl Cache for Noting<'_> {
    fn get(&self, stage: Stage, key: Hash) -> Option<Vec<u8>> {
        let found = self.cache.get(stage, key)?;
        self.note(stage, key, &found);
        Some(found)
    }

    fn put(&self, stage: Stage, key: Hash, value: &[u8]) {
        self.note(stage, key, value);
        self.cache.put(stage, key, value);
    }
}

/// Writes the file that `recommend.vectors` names.
///
/// # Errors
/// A site that names no file, or has nothing to compare; those of the streams, the site's folder and the file.
pub(super) fn run(env: &mut Env<'_>) -> Result<Exit, Failure> {
    let loaded = Loaded::load(&Wanted::default(), env)?;
    let mut diags = Vec::new();
    let cache = DiskCache::open(&env.root.join(".kmsite"), build::CACHE_LIMIT).take(&mut diags);
    let rows = Mutex::new(Rows::new());
    let mut opened = loaded.compile_with(&|site| {
        let asked = &site.config.recommend;
        // What the old file has stays as it is, if it is still asked for: another engine would give other last digits.
        let kept = Kept { rows: read(asked, &env.root).value, cache: &cache };
        let noting = Noting { cache: &kept, rows: Mutex::default() };
        let lists = env.models.compared(site, &env.root, &noting);
        *rows.lock().unwrap_or_else(PoisonError::into_inner) = noting.rows.into_inner().unwrap_or_else(PoisonError::into_inner);
        lists
    });
    let rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
    opened.diags.append(&mut diags);
    opened.diags.retain(|diag| diag.severity == Severity::Error || diag.code.id.starts_with("KM10"));
    opened.report(env)?;
    if opened.diags.iter().any(|diag| diag.severity == Severity::Error) {
        return Ok(Exit::of(&opened.diags, Strictness::Lenient));
    }
    let asked = &opened.compiled.config.recommend;
    let Some(name) = &asked.vectors else {
        let diag = Diag::error(&code::BAD_VECTORS, "the site names no file for vectors");
        return Err(diag.hint("name one in `site.yaml`, as `recommend: { vectors: vectors.txt }`").into());
    };
    if !asked.enabled || asked.model == recommend::NONE {
        let diag = Diag::error(&code::BAD_VECTORS, "no model compares the pieces of this site, so that there are no vectors");
        return Err(diag.hint("name a model with `recommend.model`, and let `recommend.enabled` be `true`").into());
    }
    let path = env.root.join(name);
    own::replace_file(&path, written(&rows).as_bytes()).map_err(Failure::io(format!("write `{}`", path.display())))?;
    if env.format == Format::Json {
        env.answer(&json!({ "out": name, "texts": rows.len() }))?;
    } else {
        writeln!(env.out, "{name} has the vectors of {} texts", rows.len())?;
    }
    Ok(Exit::Done)
}
