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

use std::collections::{HashMap, HashSet};

pub use document::{Document, paid, public};
pub use export::{Export, Facet, Labels, Name, Sizes, by_hash, compressed, export, sealed_sets};
pub use han::pairs;
pub use lexicon::{Group, Lexicon, MOST};
pub use query::{End, Query, Term};
pub use rank::{Found, Hit, PAGE, Part, search};
pub use tokenize::{Run, flat, fold, runs, tokens};

use crate::config::Search;
use crate::id::{Lang, Route};

/// The folder of all files of all indexes.
pub const FOLDER: &str = "/search/data/";

/// The address of the list of sealed sets.
pub const SEALED: &str = "/sealed/search.json";

/// Documents and where their words are: of one set, or of several that are searched as one.
pub struct Index {
    /// The documents, by number.
    pub documents: Vec<Document>,
    sets: Vec<Words>,
}

/// The words of a set.
struct Words {
    lexicon: Lexicon,
    by_form: HashMap<String, usize>,
}

impl Index {
    /// Indexes documents.
    #[must_use]
    pub fn of(documents: Vec<Document>, lang: &Lang, settings: &Search) -> Self {
        let lexicon = Lexicon::of(&documents, lang, settings);
        let forms = lexicon.groups.iter().enumerate();
        let by_form = forms.flat_map(|(at, group)| group.forms.iter().map(move |form| (form.clone(), at))).collect();
        Self { documents, sets: vec![Words { lexicon, by_form }] }
    }

    /// Adds a set that has all of the text of its pieces: what this one has of the same pieces is found no more.
    #[must_use]
    pub fn joined(mut self, other: Self) -> Self {
        let routes: HashSet<&Route> = other.documents.iter().map(|document| &document.route).collect();
        let is_gone: Vec<bool> = self.documents.iter().map(|document| routes.contains(&document.route)).collect();
        for Words { lexicon, .. } in &mut self.sets {
            lexicon.groups.iter_mut().for_each(|group| group.postings.retain(|&(doc, _)| !is_gone[doc as usize]));
        }
        if let Some(first) = self.sets.first_mut() {
            first.lexicon.documents -= is_gone.iter().filter(|&&gone| gone).count() as u32;
        }
        let before = self.documents.len() as u32;
        for mut words in other.sets {
            words.lexicon.groups.iter_mut().flat_map(|group| &mut group.postings).for_each(|posting| posting.0 += before);
            self.sets.push(words);
        }
        self.documents.extend(other.documents);
        self
    }

    /// The groups of the first set, in order.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        self.sets.first().map_or(&[], |words| &words.lexicon.groups)
    }

    /// How many documents can be found.
    fn count(&self) -> u32 {
        self.sets.iter().map(|words| words.lexicon.documents).sum()
    }

    /// All groups of all sets.
    fn all_groups(&self) -> impl Iterator<Item = &Group> {
        self.sets.iter().flat_map(|words| &words.lexicon.groups).filter(|group| !group.postings.is_empty())
    }

    /// The groups that have a form: of each set one at the most.
    fn with_form<'a>(&'a self, form: &str) -> Vec<&'a Group> {
        let found = self.sets.iter().filter_map(|words| Some(&words.lexicon.groups[*words.by_form.get(form)?]));
        found.filter(|group| !group.postings.is_empty()).collect()
    }
}
