//! An index -> the files that the page's `search.js` fetches: a manifest with a fixed name, everything else named by its bytes.
//!
//! All files are raw deflate streams (RFC 1951), which browsers undo by themselves (`DecompressionStream`).
//!
//! | file | holds |
//! |---|---|
//! | `<lang>.bin` | the manifest, JSON: see [`manifest`] |
//! | `<lang>/<hash>.bin`, a shard | groups from one form on to the next shard's: forms, then frequencies, numbers of documents, impacts |
//! | …, a fragment | the text of a document, JSON: `[[[anchor, heading, text], …]]`; of several, where there are more than [`FRAGMENTS`] |
//! | …, a chunk | titles, addresses and fragments of [`CHUNK`] documents, where there are more than [`INLINE`] |
//! | …, the folding table | JSON: traditional characters whose simplified form the index has, and those |
//!
//! # A shard
//!
//! Numbers are LEB128. First the number of groups. Then of each group the number of its forms; of each form how many bytes it shares with the form before;
//! of each how many follow; and of each those. Then of each group how many documents have it; then their numbers, each as the distance to the one before; then
//! the impacts, each less the usual one of its document and modulo 16, two to a byte, the first in the low half. What is alike stands together and so takes little: of Han pairs, next to nothing but the second character.
//!
//! Shards begin where no earlier group has a later form ([`Group::opens`]), so that whoever has a form knows its shard.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::{Value, json};

use super::document::Document;
use super::lexicon::{Group, MOST};
use super::{Index, han};
use crate::id::{Hash, Lang};

/// The length of a shard before it is compressed, in bytes: about 2.5 kB are left of it. A query fetches one for each word, most of which it does not need;
/// larger ones would be fewer, and a few hundredths smaller in all.
const SHARD: usize = 3_500;
/// Up to so many documents the manifest has titles and addresses itself.
const INLINE: usize = 2_000;
/// Documents in a chunk.
const CHUNK: usize = 500;
/// So many files for texts, and no more: hosts count files (Cloudflare Pages takes 20,000), and each page is one already.
const FRAGMENTS: usize = 10_000;
/// The number of the format, which `search.js` knows.
const VERSION: u32 = 2;

/// A file to be published: its name below the data folder, and its bytes.
pub type Export = (String, Vec<u8>);

/// How much a reader's browser may fetch, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// How many shards there are.
    pub shards: usize,
    /// All that ranks: manifest, shards, chunks and the folding table.
    pub index: usize,
    /// The texts that excerpts are taken from.
    pub fragments: usize,
}

/// What results can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    /// What it is.
    Kind,
    /// How hard it is.
    Level,
    /// Who may read it.
    Tier,
    /// What it is about.
    Tag,
}

/// What readers call things.
pub struct Labels<'a> {
    /// The name of a value of a facet.
    pub facet: &'a dyn Fn(Facet, &str) -> String,
    /// The words of the interface, by key.
    pub words: BTreeMap<String, String>,
}

/// Names a file by its bytes, as the manifest does.
pub type Name<'a> = &'a dyn Fn(&[u8]) -> String;

/// The name of a file that everyone may fetch.
#[must_use]
pub fn by_hash(bytes: &[u8]) -> String {
    Hash::of(bytes).short()
}

/// Makes the files of an index; the first is its manifest.
#[must_use]
pub fn export(index: &Index, lang: &Lang, labels: &Labels<'_>, name: Name<'_>) -> (Vec<Export>, Sizes) {
    let usual = usual(index);
    let mut files = Files { folder: lang.to_string(), name, files: BTreeMap::new() };
    let shards: Vec<Value> = shards(index.groups())
        .into_iter()
        .map(|groups| json!([groups[0].forms[0], files.add(&shard(groups, &usual), Compression::best())]))
        .collect();
    let length = |files: &Files<'_>| files.files.values().map(Vec::len).sum::<usize>();
    let (count, before) = (shards.len(), length(&files));
    let each = index.documents.len().div_ceil(FRAGMENTS).max(1);
    let mut add = |documents: &[Document]| files.add(&fragment(documents), Compression::default());
    let fragments: Vec<String> = index.documents.chunks(CHUNK).map(|chunk| chunk.chunks(each).map(&mut add).collect()).collect();
    let of_fragments = length(&files) - before;
    let mut manifest = manifest(index, labels, Parts { files: &mut files, shards, fragments: &fragments, usual: &usual });
    manifest["p"] = each.into();
    let bytes = deflate(manifest.to_string().as_bytes(), Compression::best());
    let mut all: Vec<Export> = vec![(format!("{lang}.bin"), bytes)];
    all.extend(files.files);
    let whole = all.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
    (all, Sizes { shards: count, index: whole - of_fragments, fragments: of_fragments })
}

/// A sealed set: its language, what names its manifest, and of each entitlement that opens it the name, the epoch and the wrapped key.
pub type SealedSet = (String, String, Vec<(String, u64, String)>);

/// The list of sealed sets, in which browsers find what their keys open: `{"v":1,"sets":[[language, id, [[entitlement, epoch, wrap], …]], …]}`.
#[must_use]
pub fn sealed_sets(sets: &[SealedSet]) -> Vec<u8> {
    json!({ "v": 1, "sets": sets }).to_string().into_bytes()
}

/// Files by name.
struct Files<'a> {
    folder: String,
    name: Name<'a>,
    files: BTreeMap<String, Vec<u8>>,
}

impl Files<'_> {
    /// Adds a file; returns the part of its name that tells it from others.
    fn add(&mut self, bytes: &[u8], compression: Compression) -> String {
        let bytes = deflate(bytes, compression);
        let name = (self.name)(&bytes);
        self.files.insert(format!("{}/{name}.bin", self.folder), bytes);
        name
    }
}

/// How long bytes are once they are compressed as hosts do it.
#[must_use]
pub fn compressed(bytes: &[u8]) -> usize {
    deflate(bytes, Compression::best()).len()
}

fn deflate(bytes: &[u8], compression: Compression) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), compression);
    // Memory takes whatever is written.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// What a manifest refers to.
struct Parts<'a, 'n> {
    files: &'a mut Files<'n>,
    shards: Vec<Value>,
    fragments: &'a [String],
    usual: &'a [u8],
}

/// The manifest.
///
/// `v` format; `n` documents; `s` shards, each its first form and name; `d` titles, addresses and fragments of documents, or `c` the names of the chunks that
/// have them, `z` documents each; `p` of how many documents a fragment has the texts (those of a chunk begin with a fragment of their own); `f` facets by name: values with their labels, and the value of each document by number (of tags a list; -1 for none); `b` the usual impact
/// of each document, a hexadecimal digit each; `h` traditional
/// characters that the texts have, and their simplified forms; `t` the table of all others; `w` the words of the interface.
fn manifest(index: &Index, labels: &Labels<'_>, parts: Parts<'_, '_>) -> Value {
    let Parts { files, shards, fragments, usual } = parts;
    let documents = &index.documents;
    let (own, others) = folding(index);
    let mut manifest = json!({ "v": VERSION, "n": documents.len(), "s": shards, "h": own, "w": labels.words });
    manifest["b"] = usual.iter().map(|impact| format!("{impact:x}")).collect::<String>().into();
    if documents.len() <= INLINE {
        manifest["d"] = described(documents, &fragments.concat());
    } else {
        let chunks = documents.chunks(CHUNK).zip(fragments);
        let names = chunks
            .map(|(documents, fragments)| files.add(described(documents, fragments).to_string().as_bytes(), Compression::best()));
        manifest["c"] = names.collect::<Vec<_>>().into();
        manifest["z"] = CHUNK.into();
    }
    if !others[0].is_empty() {
        manifest["t"] = files.add(json!(others).to_string().as_bytes(), Compression::best()).into();
    }
    manifest["f"] = facets(documents, labels);
    manifest
}

fn described(documents: &[Document], fragments: &str) -> Value {
    let titles: Vec<&str> = documents.iter().map(|document| &*document.title).collect();
    let addresses: Vec<&str> = documents.iter().map(|document| document.route.as_str()).collect();
    json!([titles, addresses, fragments])
}

/// The texts of documents.
fn fragment(documents: &[Document]) -> Vec<u8> {
    fn texts(document: &Document) -> Vec<[&str; 3]> {
        document.passages.iter().map(|passage| [&*passage.anchor, &*passage.heading, &*passage.text]).collect()
    }
    // Not as a `Value`, which would be a copy of the longest text; lists of strings are never what JSON cannot say.
    serde_json::to_vec(&documents.iter().map(texts).collect::<Vec<_>>()).unwrap_or_default()
}

/// The traditional characters of the texts with their simplified forms, and those of all others that would find something.
fn folding(index: &Index) -> ([String; 2], [String; 2]) {
    let mut own: BTreeSet<char> = BTreeSet::new();
    for document in &index.documents {
        let of_passages = document.passages.iter().flat_map(|passage| [&passage.heading, &passage.text]);
        for text in of_passages.chain([&document.title]).filter(|text| !text.is_ascii()) {
            own.extend(text.chars().filter(|&c| han::simplified(c) != c));
        }
    }
    let forms = index.groups().iter().flat_map(|group| &group.forms);
    let found: BTreeSet<char> = forms.filter(|form| !form.is_ascii()).flat_map(|form| form.chars()).collect();
    let is_useful = |pair: &&(char, char)| found.contains(&pair.1);
    let (own, others): (Vec<_>, Vec<_>) = han::pairs().iter().filter(is_useful).copied().partition(|pair| own.contains(&pair.0));
    let table = |pairs: Vec<(char, char)>| [pairs.iter().map(|pair| pair.0).collect(), pairs.iter().map(|pair| pair.1).collect()];
    (table(own), table(others))
}

fn facets(documents: &[Document], labels: &Labels<'_>) -> Value {
    let single = |facet: Facet, value: &dyn Fn(&Document) -> String| {
        let values: Vec<String> = documents.iter().map(value).collect();
        let known: Vec<&String> = values.iter().filter(|value| !value.is_empty()).collect::<BTreeSet<_>>().into_iter().collect();
        let number = |value: &String| known.iter().position(|known| *known == value).map_or(-1, |at| at as i64);
        let of: Vec<i64> = values.iter().map(number).collect();
        json!([named(facet, &known, labels), of])
    };
    let tags: Vec<&String> = documents.iter().flat_map(|document| &document.tags).collect::<BTreeSet<_>>().into_iter().collect();
    let of: Vec<Vec<usize>> =
        documents.iter().map(|document| document.tags.iter().filter_map(|tag| tags.binary_search(&tag).ok()).collect()).collect();
    json!({
        "kind": single(Facet::Kind, &|document| document.kind.name().to_owned()),
        "level": single(Facet::Level, &|document| document.level.clone()),
        "tier": single(Facet::Tier, &|document| document.tier.clone()),
        "tag": [named(Facet::Tag, &tags, labels), of],
    })
}

fn named(facet: Facet, values: &[&String], labels: &Labels<'_>) -> Vec<[String; 2]> {
    values.iter().map(|value| [(*value).clone(), (labels.facet)(facet, value)]).collect()
}

/// Groups in runs that make a shard each.
fn shards(groups: &[Group]) -> Vec<&[Group]> {
    let mut found = Vec::new();
    let (mut start, mut length) = (0, 0);
    for (at, group) in groups.iter().enumerate() {
        if length >= SHARD && group.opens {
            found.push(&groups[start..at]);
            (start, length) = (at, 0);
        }
        // About two bytes for what a form shares, half of it by itself, one and a half a posting.
        length += group.forms.iter().map(|form| 2 + form.len() / 2).sum::<usize>() + group.postings.len() * 3 / 2;
    }
    if start < groups.len() {
        found.push(&groups[start..]);
    }
    found
}

/// The impact that each document has most often. Of most words it has one or two, and all of these weigh the same in it.
fn usual(index: &Index) -> Vec<u8> {
    let mut counts = vec![[0_u32; MOST as usize + 1]; index.documents.len()];
    for &(doc, impact) in index.groups().iter().flat_map(|group| &group.postings) {
        counts[doc as usize][impact as usize] += 1;
    }
    let most = |counts: [u32; MOST as usize + 1]| (1..=MOST).rev().max_by_key(|&impact| counts[impact as usize]).unwrap_or(1);
    counts.into_iter().map(most).collect()
}

fn shard(groups: &[Group], usual: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    number(&mut out, groups.len());
    for group in groups {
        number(&mut out, group.forms.len());
    }
    let forms: Vec<&str> = groups.iter().flat_map(|group| group.forms.iter().map(String::as_str)).collect();
    let before = std::iter::once("").chain(forms.iter().copied());
    let shared: Vec<usize> =
        before.zip(&forms).map(|(before, form)| before.bytes().zip(form.bytes()).take_while(|(a, b)| a == b).count()).collect();
    shared.iter().for_each(|&shared| number(&mut out, shared));
    forms.iter().zip(&shared).for_each(|(form, &shared)| number(&mut out, form.len() - shared));
    forms.iter().zip(&shared).for_each(|(form, &shared)| out.extend(&form.as_bytes()[shared..]));
    for group in groups {
        number(&mut out, group.postings.len());
    }
    for group in groups {
        let mut last = 0;
        for &(doc, _) in &group.postings {
            number(&mut out, (doc - last) as usize);
            last = doc;
        }
    }
    let postings = groups.iter().flat_map(|group| &group.postings);
    let impacts: Vec<u8> = postings.map(|&(doc, impact)| impact.wrapping_sub(usual[doc as usize]) & 15).collect();
    out.extend(impacts.chunks(2).map(|pair| pair[0] | pair.get(1).copied().unwrap_or(0) << 4));
    out
}

/// Appends a number as LEB128.
fn number(out: &mut Vec<u8>, mut value: usize) {
    while value >= 128 {
        out.push((value & 127) as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}
