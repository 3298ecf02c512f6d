//! Diagnostics: what a phase found, as values; [`Noted`] carries them beside a result, so that all are reported and not the first only.
//!
//! Messages are lower case, name the thing in backticks and end without a full stop; a hint is an action.
//! Drawing them is `render`'s business alone. Invariant: after [`settle`], the order depends on (file, span, code, message) only.

mod codes;
mod locate;
pub mod render;

use std::ops::Range;

use crate::id::SourcePath;

pub use codes::{CODES, Code, code};
pub use locate::{Duplicate, duplicate_keys};

/// Bytes of the original file, front matter and include directives counted.
pub type Span = Range<usize>;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is published.
    Error,
    /// Published, and yet most likely not what was meant; `--strict` makes it an error.
    Warning,
}

/// Where in a file something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// These bytes of it.
    Span(Span),
    /// The value at this path of its front matter, or of the YAML or TOML file; made a span by [`settle`].
    ///
    /// Keys as written, list positions as decimal numbers: `["tiers", "1", "id"]`.
    Key(Vec<String>),
    /// The key itself at this path (for unknown keys).
    KeyName(Vec<String>),
}

/// A file and a place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The file.
    pub file: SourcePath,
    /// Where in it.
    pub place: Place,
}

impl At {
    /// The file as a whole.
    #[must_use]
    pub fn file(file: &SourcePath) -> Self {
        Self { file: file.clone(), place: Place::File }
    }

    /// These bytes of a file.
    #[must_use]
    pub fn span(file: &SourcePath, span: Span) -> Self {
        Self { file: file.clone(), place: Place::Span(span) }
    }

    /// The value at `path` of a file's front matter (or of a configuration file).
    #[must_use]
    pub fn key(file: &SourcePath, path: &[&str]) -> Self {
        Self { file: file.clone(), place: Place::Key(path.iter().map(|&key| key.to_owned()).collect()) }
    }

    /// The key at `path` itself.
    #[must_use]
    pub fn key_name(file: &SourcePath, path: &[&str]) -> Self {
        Self { file: file.clone(), place: Place::KeyName(path.iter().map(|&key| key.to_owned()).collect()) }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diag {
    /// Its number, which `kmsite explain` knows.
    pub code: &'static Code,
    /// How bad it is.
    pub severity: Severity,
    /// Where, if it has a place.
    pub at: Option<At>,
    /// What is wrong.
    pub message: String,
    /// What stands at the place (a few words, may be empty).
    pub label: String,
    /// Other places that belong to it, with a few words each.
    pub related: Vec<(At, String)>,
    /// What to do.
    pub hints: Vec<String>,
}

impl Diag {
    /// Something that stops the build.
    #[must_use]
    pub fn error(code: &'static Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            at: None,
            message: message.into(),
            label: String::new(),
            related: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// Something that is published all the same.
    #[must_use]
    pub fn warning(code: &'static Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, at: At) -> Self {
        self.at = Some(at);
        self
    }

    /// Says what stands there.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Names another place that belongs to it.
    #[must_use]
    pub fn related(mut self, at: At, label: impl Into<String>) -> Self {
        self.related.push((at, label.into()));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds "did you mean …?" when some candidate is near to what was written.
    #[must_use]
    pub fn did_you_mean<'a>(self, written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(written, candidates) {
            Some(name) => self.hint(format!("did you mean `{name}`?")),
            None => self,
        }
    }
}

/// A value and what was found on the way to it.
#[derive(Clone, Debug)]
#[must_use = "diagnostics must reach the edge"]
pub struct Noted<T> {
    /// The result, as good as it could be made.
    pub value: T,
    /// What was found.
    pub diags: Vec<Diag>,
}

impl<T> Noted<T> {
    /// A value about which there is nothing to say.
    pub const fn clean(value: T) -> Self {
        Self { value, diags: Vec::new() }
    }

    /// A value with findings.
    pub const fn new(value: T, diags: Vec<Diag>) -> Self {
        Self { value, diags }
    }

    /// Applies a function to the value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Noted<U> {
        Noted { value: f(self.value), diags: self.diags }
    }

    /// Takes the value and moves the findings to `diags`.
    pub fn take(self, diags: &mut Vec<Diag>) -> T {
        diags.extend(self.diags);
        self.value
    }

    /// Whether any finding stops the build.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diags.iter().any(|diag| diag.severity == Severity::Error)
    }
}

/// Turns key paths into spans, sorts by (file, span, code, message) and drops repetitions.
///
/// `source` gives a file's bytes; files it does not know keep their findings without a span.
pub fn settle(diags: &mut Vec<Diag>, source: &dyn Fn(&SourcePath) -> Option<Vec<u8>>) {
    let mut locator = locate::Locator::new(source);
    for diag in diags.iter_mut() {
        let places = diag.at.iter_mut().chain(diag.related.iter_mut().map(|(at, _)| at));
        for at in places {
            locator.settle(at);
        }
    }
    diags.sort_by_cached_key(order);
    diags.dedup();
}

/// Tells what has no hint where to read on.
pub fn point_on(diags: &mut [Diag]) {
    for diag in diags.iter_mut().filter(|diag| diag.hints.is_empty()) {
        diag.hints.push(format!("`kmsite explain {}` tells more", diag.code.id));
    }
}

fn order(diag: &Diag) -> (String, usize, &'static str, String) {
    let (file, start) = match &diag.at {
        Some(At { file, place: Place::Span(span) }) => (file.as_str(), span.start),
        Some(at) => (at.file.as_str(), 0),
        None => ("", 0),
    };
    (file.to_owned(), start, diag.code.id, diag.message.clone())
}

/// The candidate nearest to what was written, if it is near enough to be meant.
///
/// Damerau–Levenshtein distance of at most a third of the longer name (and at least one edit allowed). Folders and an extension that both
/// share do not make two paths alike: `b.md` is not meant by `a.md`.
#[must_use]
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let own_letters = letters(written);
    let near = |candidate: &'a str| {
        // The distance is never less than the number of letters that one of them lacks, which is cheap to know and settles nearly all:
        // a dead link is compared with whole folders.
        let others = letters(candidate);
        let lacking = (own_letters & !others).count_ones().max((others & !own_letters).count_ones()) as usize;
        if lacking > (written.len().max(candidate.len()) / 3).max(1) {
            return None;
        }
        let (own, other) = differing(written, candidate);
        let (shorter, longer) = {
            let lengths = [own, other].map(|text| text.chars().count());
            (lengths[0].min(lengths[1]), lengths[0].max(lengths[1]))
        };
        let most = (longer / 3).max(1);
        // Nor than the difference in length.
        if longer - shorter > most {
            return None;
        }
        let distance = strsim::damerau_levenshtein(&own.to_lowercase(), &other.to_lowercase());
        (distance <= most && distance < longer).then_some((distance, candidate))
    };
    candidates.into_iter().filter_map(near).min().map(|(_, candidate)| candidate)
}

/// Which ASCII letters and digits a text has, case apart: a bit for each, which some letters share with digits.
fn letters(text: &str) -> u64 {
    let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
    letters.fold(0, |found, letter| found | 1 << (letter.to_ascii_lowercase() % 64))
}

/// Two paths without the folders at their beginning and the extension at their end that they have in common.
fn differing<'a, 'b>(a: &'a str, b: &'b str) -> (&'a str, &'b str) {
    let shared = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let folders = a.as_bytes()[..shared].iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1);
    let (a, b) = (&a[folders..], &b[folders..]);
    match (a.rsplit_once('.'), b.rsplit_once('.')) {
        (Some((stem_a, end_a)), Some((stem_b, end_b))) if end_a == end_b => (stem_a, stem_b),
        _ => (a, b),
    }
}
