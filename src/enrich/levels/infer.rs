//! Site -> the levels of the pieces whose author declared none, and what a site's own declared levels have to teach.
//!
//! English has a classifier that comes with the program; a site may have one of its own for each language, which `kmsite levels train` writes. Other languages,
//! and texts with fewer words than [`SHORTEST`], stay without a level: nothing is guessed. Only what everyone may read is looked at.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::classifier::{Classifier, Sample};
use super::measure::Measured;
use super::store;
use crate::access;
use crate::diag::{At, Diag, Noted, code};
use crate::id::{Lang, PieceId, SourcePath};
use crate::model::text::{Headings, text};
use crate::model::{Kind, Level, LevelOrigin, Piece, Site};

/// The fewest words (Han characters) of a text whose level can be told. The texts that English was learnt from have 260 at least.
pub const SHORTEST: usize = 100;
/// The language of the classifier that comes with the program.
const SHIPPED: &str = "en";

static ENGLISH: LazyLock<Option<Arc<Classifier>>> =
    LazyLock::new(|| store::read(include_str!("../../../models/levels-en/levels-en.model")).ok().map(Arc::new));

/// The inferred levels, with how likely they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Levels(BTreeMap<PieceId, (Level, f64)>);

impl Levels {
    /// The inferred level of a piece; `None` if it is declared or unknown.
    #[must_use]
    pub fn get(&self, piece: PieceId) -> Option<(Level, f64)> {
        self.0.get(&piece).copied()
    }

    /// All of them, by piece.
    pub fn iter(&self) -> impl Iterator<Item = (PieceId, Level)> {
        self.0.iter().map(|(piece, (level, _))| (*piece, *level))
    }

    /// The level of a piece, declared or inferred.
    #[must_use]
    pub fn of(&self, piece: &Piece) -> Option<(Level, LevelOrigin)> {
        piece.level.or_else(|| Some((self.get(piece.id)?.0, LevelOrigin::Inferred)))
    }
}

/// The classifiers of a site, by language.
#[derive(Clone, Debug, Default)]
pub struct Models(BTreeMap<String, Arc<Classifier>>);

/// The name of the file in the site's folder that holds the classifier of a language.
#[must_use]
pub fn file_name(lang: &Lang) -> String {
    format!("levels-{}.model", lang.primary())
}

impl Models {
    /// Reads a site's own classifiers, which come before the one of the program.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a SourcePath, &'a [u8])>) -> Noted<Self> {
        let mut models = Self::default();
        let mut diags = Vec::new();
        for (path, bytes) in files {
            let Some(lang) = path.as_str().strip_prefix("levels-").and_then(|rest| rest.strip_suffix(".model")) else { continue };
            let read = std::str::from_utf8(bytes).map_err(|_| "it is no text".to_owned());
            let read = read.and_then(|text| store::read(text).map_err(|wrong| format!("line {}: {}", wrong.line, wrong.message)));
            match read {
                Ok(classifier) if classifier.labels.iter().map(String::as_str).eq(Level::ALL.map(Level::name)) => {
                    models.0.insert(lang.to_owned(), Arc::new(classifier));
                }
                Ok(_) => diags.push(unusable(path, "its labels are not the levels")),
                Err(message) => diags.push(unusable(path, &message)),
            }
        }
        Noted::new(models, diags)
    }

    /// The classifier for a language.
    #[must_use]
    pub fn of(&self, lang: &Lang) -> Option<Arc<Classifier>> {
        let shipped = || ENGLISH.clone().filter(|_| lang.primary() == SHIPPED);
        self.0.get(lang.primary()).cloned().or_else(shipped)
    }
}

fn unusable(path: &SourcePath, message: &str) -> Diag {
    let diag = Diag::error(&code::BAD_LEARNT, format!("`{path}` holds no levels that can be used: {message}")).at(At::file(path));
    diag.hint("make it anew with `kmsite levels train`, or remove it")
}

/// Infers what was not declared.
#[must_use]
pub fn infer(site: &Site, models: &Models) -> Levels {
    let open = site.pieces.iter().filter(|piece| piece.level.is_none() && has_level(piece));
    let found = open.filter_map(|piece| {
        let classifier = models.of(&piece.lang)?;
        let text = Measured::of(&prose(piece));
        if text.count < SHORTEST {
            return None;
        }
        let estimate = classifier.estimate(&text);
        Some((piece.id, (*Level::ALL.get(estimate.label)?, estimate.confidence)))
    });
    Levels(found.collect())
}

/// Whether a piece is something to read that can be hard or easy.
fn has_level(piece: &Piece) -> bool {
    matches!(piece.kind, Kind::Article | Kind::Lesson | Kind::Chapter | Kind::Answer | Kind::Session | Kind::Resource)
}

/// What a site's own declared levels have to teach about a language.
#[must_use]
pub fn declared(site: &Site, lang: &Lang) -> Vec<Sample> {
    let pieces = site.pieces.iter().filter(|piece| piece.lang == *lang && has_level(piece));
    let samples = pieces.filter_map(|piece| {
        let (level, origin) = piece.level?;
        let text = Measured::of(&prose(piece));
        let teaches = origin == LevelOrigin::Declared && text.count >= SHORTEST;
        teaches.then(|| Sample { text, label: level as usize, group: group(site, piece) })
    });
    samples.collect()
}

/// What a piece has a vocabulary, and most often a level, in common with: its course or book, else its series, else nothing but itself.
#[must_use]
pub fn group(site: &Site, piece: &Piece) -> String {
    let mut top = piece;
    // A folder's list is no work of its own; and however pieces are nested, they end.
    for _ in 0..site.pieces.len() {
        match top.parent.map(|parent| site.piece(parent)) {
            Some(above)
                if matches!(above.kind, Kind::Course | Kind::Module | Kind::Book | Kind::Part | Kind::Chapter | Kind::Lesson) =>
            {
                top = above;
            }
            _ => break,
        }
    }
    match top.series {
        Some(series) => site.term(series).route.to_string(),
        None => top.route.to_string(),
    }
}

/// The running text of a piece that everyone may read, a block to a line; headings, code, formulas and tables' rules are left out.
#[must_use]
pub fn prose(piece: &Piece) -> String {
    let public = access::public(piece);
    let blocks = std::iter::once(public.teaser).chain(public.rest).flat_map(|body| body.blocks.iter());
    let lines = blocks.map(|block| text(std::slice::from_ref(block), Headings::Drop)).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}
