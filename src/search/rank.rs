//! A query and an index -> documents in order: the scoring that `kmsite search` and the page's `search.js` share.
//!
//! # The specification
//!
//! All numbers are whole, so that both give the same order; `N` documents, `df` of which have some form of a group.
//! A reader who has paid searches several sets as one: `N` counts the documents of all of them, but not the teaser of what is there in full. Groups of
//! different sets that answer a term by the same form are one group: by the term itself, by the first form that begins with it, or by the form that stands in.
//!
//! 1. **Terms.** A term matches the group that has it as a form (factor 4); a term that may be going on, also those with a form that begins with it
//!    (factor 3). If nothing matches and the term is a word of four characters or more, the form with the same first character at one edit's distance
//!    (insertion, deletion, replacement, neighbours changed) stands in, of several the one with the largest `df`, then the first (factor 2).
//! 2. **Weight** of a group: `round(256 × ln(1 + (N − df + ½) / (df + ½)))`, 1 at the least (the idf of BM25).
//! 3. **Sum** of a document: over the terms, the largest of weight × impact × factor among the groups that the term matches.
//! 4. **Coverage.** Where some documents have all terms, only these are results; else those that have half of the terms or more. The score is
//!    `⌊sum × matched² / terms²⌋`; equal scores are in order of documents.
//! 5. **Title.** Among the best [`WINDOW`], a title that is what was asked for comes first, then one that has it as a phrase.
//! 6. **Text.** The first [`PAGE`] are looked at, and put in order of what they are: title equal, heading equal, phrase in title, in a heading, in the text, none.
//!    Where phrases are asked for, those that do not have them are passed over until there are [`PAGE`] that do.
//!
//! `tests/search/ranking.json` holds vectors that both must give.

use std::collections::BTreeMap;

use super::Index;
use super::lexicon::Group;
use super::query::{End, Query, Term};
use super::tokenize::{flat, is_han};

/// How many results have their titles compared with the query.
pub const WINDOW: usize = 50;
/// How many results have their texts compared with the query.
pub const PAGE: usize = 10;

/// A result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The document's number.
    pub doc: usize,
    /// Its score.
    pub score: u64,
    /// What it is: 5 for an equal title down to 0 for words here and there.
    pub class: u8,
    /// The passage that answers best, by number.
    pub passage: Option<usize>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// How many documents are results.
    pub total: usize,
    /// The best of them.
    pub hits: Vec<Hit>,
    /// Terms that nothing matched, each with what stood in.
    pub corrected: Vec<(String, String)>,
    /// What each term brought to each hit, in the order of hits.
    pub parts: Vec<Vec<Part>>,
}

/// What a term brought to a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The term.
    pub term: String,
    /// The first form of the group.
    pub form: String,
    /// How many documents have some form of it.
    pub df: usize,
    /// The group's weight.
    pub weight: u64,
    /// The document's impact.
    pub impact: u8,
    /// 4 for the term itself, 3 for what begins with it, 2 for a correction.
    pub factor: u64,
}

/// Looks a query up.
#[must_use]
pub fn search(index: &Index, query: &Query) -> Found {
    let mut found = Found::default();
    if query.terms.is_empty() {
        return found;
    }
    let matched: Vec<Vec<Match<'_>>> = query.terms.iter().map(|term| matches(index, term, &mut found.corrected)).collect();
    let mut sums: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    for groups in &matched {
        for (doc, best) in best_of(groups, index.count()) {
            let sum = sums.entry(doc).or_default();
            sum.0 += best;
            sum.1 += 1;
        }
    }
    for terms in &query.excluded {
        let found: Vec<Match<'_>> = terms.iter().map(|term| Match { groups: index.with_form(&term.text), factor: 4 }).collect();
        sums.retain(|&doc, _| !found.iter().all(|found| found.impact(doc).is_some()));
    }
    let terms = query.terms.len() as u64;
    let most = sums.values().map(|sum| sum.1).max().unwrap_or(0);
    let least = if most == terms { terms } else { terms.div_ceil(2) };
    sums.retain(|_, sum| sum.1 >= least);
    let mut hits: Vec<Hit> = sums
        .into_iter()
        .map(|(doc, (sum, matched))| Hit {
            doc: doc as usize,
            score: sum * matched * matched / (terms * terms),
            class: 0,
            passage: None,
        })
        .collect();
    hits.sort_by_key(|hit| (std::cmp::Reverse(hit.score), hit.doc));
    found.total = hits.len();
    let window = WINDOW.min(hits.len());
    for hit in &mut hits[..window] {
        hit.class = class_of_title(&index.documents[hit.doc].title, query);
    }
    hits[..window].sort_by_key(|hit| (std::cmp::Reverse(hit.class), std::cmp::Reverse(hit.score), hit.doc));
    found.hits = looked_at(index, query, hits);
    if !query.phrases.is_empty() {
        found.total = found.hits.len();
    }
    found.parts = found.hits.iter().map(|hit| parts(index, query, (&matched, hit))).collect();
    found
}

/// The first page of results, their texts compared with the query, and the rest as they are.
fn looked_at(index: &Index, query: &Query, hits: Vec<Hit>) -> Vec<Hit> {
    let mut page = Vec::new();
    let mut rest = Vec::new();
    for mut hit in hits {
        let is_wanted = page.len() < PAGE || !query.phrases.is_empty();
        if !is_wanted {
            rest.push(hit);
            continue;
        }
        let look = Look::at(index, query, hit.doc);
        if !query.phrases.iter().all(|phrase| look.has(phrase)) {
            continue;
        }
        if page.len() >= PAGE {
            rest.push(hit);
            continue;
        }
        (hit.class, hit.passage) = look.class(query, hit.class);
        page.push(hit);
    }
    page.sort_by_key(|hit| (std::cmp::Reverse(hit.class), std::cmp::Reverse(hit.score), hit.doc));
    page.extend(rest);
    page
}

/// Groups that answer a term by the same form, one of a set at the most.
struct Match<'a> {
    groups: Vec<&'a Group>,
    factor: u64,
}

impl Match<'_> {
    /// How many documents have some form of it.
    fn df(&self) -> usize {
        self.groups.iter().map(|group| group.postings.len()).sum()
    }

    /// How much a document has of it.
    fn impact(&self, doc: u32) -> Option<u8> {
        self.groups.iter().find_map(|group| {
            let at = group.postings.binary_search_by_key(&doc, |posting| posting.0).ok()?;
            Some(group.postings[at].1)
        })
    }
}

fn matches<'a>(index: &'a Index, term: &Term, corrected: &mut Vec<(String, String)>) -> Vec<Match<'a>> {
    let exact = Match { groups: index.with_form(&term.text), factor: 4 };
    let mut found: Vec<Match<'_>> = if exact.groups.is_empty() { Vec::new() } else { vec![exact] };
    if term.prefix {
        let begins = |form: &&String| form.starts_with(&term.text);
        let mut others: BTreeMap<&str, Vec<&Group>> = BTreeMap::new();
        for group in index.all_groups() {
            if let Some(form) = group.forms.iter().find(begins) {
                others.entry(form).or_default().push(group);
            }
        }
        found.extend(others.into_values().map(|groups| Match { groups, factor: 3 }));
    }
    let is_word = term.text.chars().count() >= 4 && !term.text.chars().any(is_han);
    if found.is_empty() && is_word {
        let mut near: BTreeMap<&str, Vec<&Group>> = BTreeMap::new();
        for group in index.all_groups() {
            for form in group.forms.iter().filter(|form| is_near(&term.text, form)) {
                near.entry(form).or_default().push(group);
            }
        }
        let near = near.into_iter().map(|(form, groups)| (form, Match { groups, factor: 2 }));
        if let Some((form, best)) = near.min_by_key(|(form, near)| (std::cmp::Reverse(near.df()), *form)) {
            corrected.push((term.text.clone(), form.to_owned()));
            found.push(best);
        }
    }
    found
}

/// For each document, the most that a match brings to it.
fn best_of(found: &[Match<'_>], documents: u32) -> BTreeMap<u32, u64> {
    let mut best: BTreeMap<u32, u64> = BTreeMap::new();
    for of in found {
        let weight = weight(documents, of.df());
        for &(doc, impact) in of.groups.iter().flat_map(|group| &group.postings) {
            let brings = weight * u64::from(impact) * of.factor;
            let most = best.entry(doc).or_default();
            *most = brings.max(*most);
        }
    }
    best
}

/// The weight of a group that so many documents have.
fn weight(documents: u32, df: usize) -> u64 {
    let (n, df) = (f64::from(documents), df as f64);
    // Positive and far below the largest whole number.
    ((256.0 * (1.0 + (n - df + 0.5) / (df + 0.5)).ln()).round() as u64).max(1)
}

fn parts(index: &Index, query: &Query, (matched, hit): (&[Vec<Match<'_>>], &Hit)) -> Vec<Part> {
    let doc = u32::try_from(hit.doc).unwrap_or(u32::MAX);
    let of_term = |(term, found): (&Term, &Vec<Match<'_>>)| {
        let has = found.iter().filter_map(|of| {
            let impact = of.impact(doc)?;
            let (df, weight) = (of.df(), weight(index.count(), of.df()));
            Some(Part { term: term.text.clone(), form: of.groups[0].forms[0].clone(), df, weight, impact, factor: of.factor })
        });
        has.max_by_key(|part| part.weight * u64::from(part.impact) * part.factor)
    };
    query.terms.iter().zip(matched).filter_map(of_term).collect()
}

/// Whether two words with the same first character differ by one edit (optimal string alignment).
fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a[0] != b[0] || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([a1, a2, a @ ..], [b1, b2, b @ ..]) if a1 == b2 && a2 == b1 && a == b => true,
        ([_, a @ ..], [_, b @ ..]) if a == b => true,
        ([_, a @ ..], b) if a == b => true,
        (a, [_, b @ ..]) => a == b,
        _ => false,
    }
}

/// Whether a flat text has a phrase: from a word's start to a word's end, but for Han, which stands within runs.
pub(super) fn has(flat: &str, phrase: &str, end: End) -> bool {
    let han = |c: Option<char>| c.is_some_and(is_han);
    let before = if han(phrase.chars().next()) { "" } else { " " };
    let after = if end == End::Open || han(phrase.chars().next_back()) { "" } else { " " };
    flat.contains(&format!("{before}{phrase}{after}"))
}

fn class_of_title(title: &str, query: &Query) -> u8 {
    let title = flat(title);
    match () {
        () if title.trim() == query.whole => 5,
        () if has(&title, &query.whole, query.end) => 3,
        () => 0,
    }
}

/// The texts of a document as phrases are looked for in them.
struct Look {
    title: String,
    passages: Vec<(String, String)>,
}

impl Look {
    fn at(index: &Index, query: &Query, doc: usize) -> Self {
        debug_assert!(!query.terms.is_empty());
        let document = &index.documents[doc];
        let passages = document.passages.iter().map(|passage| (flat(&passage.heading), flat(&passage.text))).collect();
        Self { title: flat(&document.title), passages }
    }

    fn has(&self, phrase: &str) -> bool {
        let is_here = |text: &String| has(text, phrase, End::Closed);
        is_here(&self.title) || self.passages.iter().any(|(heading, text)| is_here(heading) || is_here(text))
    }

    /// The class, that of the title known, and the passage that answers best.
    fn class(&self, query: &Query, of_title: u8) -> (u8, Option<usize>) {
        let mut best: Option<(u8, usize, usize)> = None;
        for (number, (heading, text)) in self.passages.iter().enumerate() {
            let class = match () {
                () if heading.trim() == query.whole => 4,
                () if has(heading, &query.whole, query.end) => 2,
                () if has(text, &query.whole, query.end) => 1,
                () => 0,
            };
            let is_here = |term: &&Term| [heading, text].into_iter().any(|text| has(text, &term.text, End::Open));
            let terms = query.terms.iter().filter(is_here).count();
            if best.is_none_or(|best| (class, terms) > (best.0, best.1)) {
                best = Some((class, terms, number));
            }
        }
        let class = best.map_or(0, |best| best.0).max(of_title);
        (class, best.filter(|best| best.1 > 0).map(|best| best.2))
    }
}
