//! Postings of tantivy -> groups of word forms, each with the documents that have them and how much: what is exported and what is asked.
//!
//! # How much a document has of a word
//!
//! BM25F (Robertson, Zaragoza, Taylor 2004): a field's count is divided by `1 - b + b × length / mean length`, multiplied by the field's weight,
//! and the sum `x` over the fields saturates to `x / (k + x)`. That, times the boost of the document relative to the largest boost, is rounded
//! to a fifteenth, 1 at the least: the *impact*. Forms with the same stem are one group, their counts added.
//!
//! Invariant: groups are in order of their first form, and no form of a group is after the first form of a later *block*: see [`Group::opens`].

use std::collections::{HashMap, HashSet};

use super::document::Document;
use super::postings::{FIELDS, Fault, Postings, Stems};
use super::tokenize::{flat, is_han};
use crate::config::Search;
use crate::id::Lang;

/// Weight and length normalisation of the fields: title, headings, text, topics, synonyms of what stands in the document.
const WEIGHTS: [(f32, f32); FIELDS] = [(6.0, 0.5), (3.0, 0.5), (1.0, 0.75), (2.0, 0.0), (0.5, 0.0)];
/// How soon counts saturate.
const K: f32 = 1.2;
/// The largest impact.
pub const MOST: u8 = 15;

/// Word forms with the same stem, and who has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The forms, in order.
    pub forms: Vec<String>,
    /// Documents by number, each with its impact, 1 to [`MOST`].
    pub postings: Vec<(u32, u8)>,
    /// Whether all forms of earlier groups are before all forms of this one: a shard may begin here.
    pub opens: bool,
}

/// All groups of a set of documents, in order of their first form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lexicon {
    /// The groups.
    pub groups: Vec<Group>,
    /// How many documents there are.
    pub documents: u32,
}

impl Lexicon {
    /// Indexes documents.
    ///
    /// # Panics
    /// On a fault of tantivy's: in memory nothing else can keep it from an index.
    #[must_use]
    pub fn of(documents: &[Document], lang: &Lang, settings: &Search) -> Self {
        Self::indexed(documents, lang, settings).expect("an index in memory is made and read without a fault")
    }

    fn indexed(documents: &[Document], lang: &Lang, settings: &Search) -> Result<Self, Fault> {
        let postings = Postings::of(documents.iter().map(|document| fields(document, settings)))?;
        let mut gathered = Gathered::new(lang);
        for field in 0..FIELDS {
            gathered.field(&postings, field)?;
        }
        drop(postings);
        let boosts: Vec<f32> = documents.iter().map(|document| boost(document, settings)).collect();
        let largest = boosts.iter().copied().fold(1.0, f32::max);
        let groups = gathered.groups(|doc, x| {
            let impact = x / (K + x) * boosts[doc as usize] / largest * f32::from(MOST);
            // Between 1 and 15, so nothing is cut off.
            (impact.round() as u8).clamp(1, MOST)
        });
        Ok(Self { groups, documents: u32::try_from(documents.len()).unwrap_or(u32::MAX) })
    }
}

fn fields(document: &Document, settings: &Search) -> [String; FIELDS] {
    let mut headings = String::new();
    let mut text = String::new();
    for passage in &document.passages {
        headings.push_str(&passage.heading);
        headings.push('\n');
        text.push_str(&passage.text);
        text.push('\n');
    }
    text.push_str(&document.beyond);
    let also = synonyms(document, settings, &[&document.title, &headings, &text]);
    [document.title.clone(), headings, text, document.tags.join("\n"), also]
}

/// Other words for what a document says.
fn synonyms(document: &Document, settings: &Search, texts: &[&str]) -> String {
    if settings.synonyms.is_empty() {
        return String::new();
    }
    let mut whole: String = texts.iter().map(|text| flat(text)).collect();
    whole.extend(document.tags.iter().map(|tag| flat(tag)));
    let mut also = String::new();
    for set in &settings.synonyms {
        let says: Vec<bool> = set.iter().map(|word| says(&whole, word)).collect();
        if says.contains(&true) {
            for (word, _) in set.iter().zip(says).filter(|(_, says)| !says) {
                also.push_str(word);
                also.push('\n');
            }
        }
    }
    also
}

/// Whether a flat text has a word: whole, but for Han, which stands within runs.
fn says(whole: &str, word: &str) -> bool {
    let wanted = flat(word);
    let core = wanted.trim();
    let is_han = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && is_han(c));
    let start = if is_han(core.chars().next()) { core } else { wanted.trim_end() };
    let wanted = if is_han(core.chars().next_back()) { start } else { &wanted[wanted.len() - start.len() - 1..] };
    !core.is_empty() && whole.contains(wanted)
}

fn boost(document: &Document, settings: &Search) -> f32 {
    let by_kind = settings.boost.kinds.get(document.kind.name()).copied().unwrap_or(1.0);
    document.tags.iter().filter_map(|tag| settings.boost.tags.get(tag)).fold(by_kind, |boost, by_tag| boost * by_tag) as f32
}

/// A document's number, and what it has of a word.
type Count = (u32, f32);

/// Tokens by stem, with what each document has of them so far.
struct Gathered {
    stems: Option<Stems>,
    by_stem: HashMap<String, usize>,
    by_form: HashMap<String, usize>,
    groups: Vec<(Vec<String>, Vec<Count>)>,
}

impl Gathered {
    fn new(lang: &Lang) -> Self {
        Self { stems: Stems::of(lang.primary()), by_stem: HashMap::new(), by_form: HashMap::new(), groups: Vec::new() }
    }

    fn field(&mut self, postings: &Postings, field: usize) -> Result<(), Fault> {
        let (weight, b) = WEIGHTS[field];
        let mean = postings.mean_length(field)?;
        postings.each(field, &mut |token, found| {
            let at = self.group(token);
            let counts = &mut self.groups[at].1;
            counts.extend(found.iter().map(|posting| {
                let norm = 1.0 - b + b * posting.length as f32 / mean;
                (posting.doc, weight * posting.count as f32 / norm)
            }));
        })
    }

    /// The group of a token.
    fn group(&mut self, token: &str) -> usize {
        if let Some(&at) = self.by_form.get(token) {
            return at;
        }
        let is_word = token.chars().all(char::is_alphabetic) && !token.chars().any(is_han);
        let stem = match &mut self.stems {
            Some(stems) if is_word => stems.stem(token),
            _ => token.to_owned(),
        };
        let next = self.groups.len();
        let at = *self.by_stem.entry(stem).or_insert(next);
        if at == next {
            self.groups.push((Vec::new(), Vec::new()));
        }
        self.groups[at].0.push(token.to_owned());
        self.by_form.insert(token.to_owned(), at);
        at
    }

    fn groups(self, impact: impl Fn(u32, f32) -> u8) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::with_capacity(self.groups.len());
        for (mut forms, mut counts) in self.groups {
            forms.sort_unstable();
            // The same document's counts stay in the order of fields and forms, so that their sum is the same every time.
            counts.sort_by_key(|count| count.0);
            let mut postings: Vec<(u32, u8)> = Vec::new();
            for of_one in counts.chunk_by(|a, b| a.0 == b.0) {
                let sum = of_one.iter().map(|count| count.1).sum();
                postings.push((of_one[0].0, impact(of_one[0].0, sum)));
            }
            groups.push(Group { forms, postings, opens: false });
        }
        groups.sort_unstable_by(|a, b| a.forms.cmp(&b.forms));
        drop_told(&mut groups);
        let mut last: Option<String> = None;
        for group in &mut groups {
            let (first, end) = (&group.forms[0], &group.forms[group.forms.len() - 1]);
            group.opens = last.as_ref().is_none_or(|last| last < first);
            if last.as_ref().is_none_or(|last| last < end) {
                last = Some(end.clone());
            }
        }
        groups
    }
}

/// Takes the documents out of a single Han character's group that a pair finds which begins with it: whoever asks for the character asks for
/// whatever it begins. A tenth of a Chinese index.
fn drop_told(groups: &mut Vec<Group>) {
    let mut at = groups.len();
    // All pairs of a character follow it.
    let mut told: HashSet<u32> = HashSet::new();
    let mut first = None;
    while at > 0 {
        at -= 1;
        let mut chars = groups[at].forms[0].chars();
        let (Some(c), second) = (chars.next(), chars.next()) else { continue };
        if !is_han(c) {
            continue;
        }
        if first != Some(c) {
            told.clear();
            first = Some(c);
        }
        match second {
            Some(_) => told.extend(groups[at].postings.iter().map(|posting| posting.0)),
            None => groups[at].postings.retain(|posting| !told.contains(&posting.0)),
        }
    }
    groups.retain(|group| !group.postings.is_empty());
}
