//! Pieces -> what they are found by: tantivy's index at build, plain files at rest, and the answers of `kmsite search`.
//!
//! ```text
//! document   Site                  -> Document   what everyone may find of each piece
//! tokenize   text                  -> tokens     words, and pairs of Han characters
//! postings   Documents             -> tantivy    who has which token how often; the only file that names tantivy
//! lexicon    postings              -> Lexicon    groups of forms with the same stem, an impact for each document
//! export     Lexicon, Documents    -> files      what the page's `search.js` fetches
//! query      what was typed        -> Query
//! rank       Index, Query          -> Found      the scoring, written down there
//! ```
//!
//! The page looks up the same groups with the same rules, so that it gives the same order. Invariant: the same documents and settings give
//! the same bytes; a name that holds a hash changes with its bytes.

mod document;
mod export;
mod han;
mod lexicon;
mod postings;
mod query;
mod rank;
mod tokenize;

use std::collections::HashMap;

pub use document::{Document, public};
pub use export::{Export, Facet, Labels, Sizes, compressed, export};
pub use han::pairs;
pub use lexicon::{Group, Lexicon, MOST};
pub use query::{End, Query, Term};
pub use rank::{Found, Hit, PAGE, Part, search};
pub use tokenize::{Run, flat, fold, runs, tokens};

use crate::config::Search;
use crate::id::Lang;
use crate::model::Entitlements;

/// The folder of all files of all indexes.
pub const FOLDER: &str = "/search/data/";

/// The pieces of a language that the same readers may find: what everyone may, or what exactly these entitlements open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetId {
    /// The language, by its number in `Site::languages`.
    pub language: usize,
    /// Who may read them.
    pub access: Entitlements,
}

/// Documents and where their words are.
pub struct Index {
    /// The documents, by number.
    pub documents: Vec<Document>,
    /// The groups of words.
    pub lexicon: Lexicon,
    by_form: HashMap<String, usize>,
}

impl Index {
    /// Indexes documents.
    #[must_use]
    pub fn of(documents: Vec<Document>, lang: &Lang, settings: &Search) -> Self {
        let lexicon = Lexicon::of(&documents, lang, settings);
        let forms = lexicon.groups.iter().enumerate();
        let by_form = forms.flat_map(|(at, group)| group.forms.iter().map(move |form| (form.clone(), at))).collect();
        Self { documents, lexicon, by_form }
    }
}
