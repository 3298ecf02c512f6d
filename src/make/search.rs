//! The files of a search index: documents of a set -> what the page's `search.js` fetches, remembered by what they are made of; and what those
//! fetch besides who paid, sealed.

use std::collections::BTreeMap;

use super::{Made, Making};
use crate::access::{IndexSealer, Indexing, SealedIndex};
use crate::artifact::{Artifact, MediaType};
use crate::diag::Noted;
use crate::id::{Hash, Lang, Parts, Route};
use crate::search::{self, Document, Export, Facet, Index, Labels};
use crate::view::names::Names;
use crate::world::Stage;

/// Raised when the same documents give other files.
const VERSION: u32 = 7;
/// The words of the interface begin with this.
const WORDS: &str = "find.";

impl Making {
    /// The files of an index.
    pub(super) fn index(&self, language: usize) -> Made {
        let lang = self.lang(language);
        let artifact =
            |(name, bytes): Export| (Route::new(format!("{}{name}", search::FOLDER)), Artifact::bytes(MediaType::BYTES, bytes));
        Noted::clean(self.exported(lang).into_iter().map(artifact).collect())
    }

    fn exported(&self, lang: &Lang) -> Vec<Export> {
        let documents = search::public(self.plan.site(), lang);
        let mut parts = self.ingredients(&documents, lang);
        parts.add(format!("{:?}", self.words(lang)).as_bytes());
        let key = parts.hash();
        if let Some(files) = self.services.cache.get(Stage::Search, key).and_then(|bytes| unpack(&bytes)) {
            return files;
        }
        let files = self.index_files(documents, lang);
        self.services.cache.put(Stage::Search, key, &pack(&files));
        files
    }

    /// The files of an index of documents, which a page asks for by their hashes.
    pub(super) fn index_files(&self, documents: Vec<Document>, lang: &Lang) -> Vec<Export> {
        let index = Index::of(documents, lang, &self.plan.site().config.search);
        let label = |facet: Facet, value: &str| self.label(lang, facet, value);
        let (files, _) = search::export(&index, lang, &Labels { facet: &label, words: self.words(lang) }, &search::by_hash);
        files
    }

    /// The words of the interface, by key.
    fn words(&self, lang: &Lang) -> BTreeMap<String, String> {
        let strings = self.theme().strings(lang).iter();
        strings.filter_map(|(key, text)| Some((key.strip_prefix(WORDS)?.to_owned(), text.to_owned()))).collect()
    }

    /// What the files of an index are made of, but for the words of the interface.
    fn ingredients(&self, documents: &[Document], lang: &Lang) -> Parts {
        let mut parts = Parts::default();
        parts.add(Stage::Search.name().as_bytes());
        parts.add(&VERSION.to_be_bytes());
        parts.add(format!("{:?}{lang}", self.plan.site().config.search).as_bytes());
        for document in documents {
            parts.add(&document.hash().0);
            for (facet, value) in
                [(Facet::Kind, document.kind.name()), (Facet::Level, &document.level), (Facet::Tier, &document.tier)]
            {
                parts.add(self.label(lang, facet, value).as_bytes());
            }
        }
        parts
    }

    /// The sealed files that those search by who paid, a set for each audience and language, and the list of them.
    pub(super) fn paid_indexes(&self) -> Made {
        let Some(keyring) = self.services.keyring.as_deref() else { return Noted::clean(Vec::new()) };
        let site = self.plan.site();
        let (mut sets, mut files) = (Vec::new(), Vec::new());
        for language in &site.languages {
            for documents in search::paid(site, &language.tag) {
                let sealer = IndexSealer::new(documents.audience(), keyring, &site.config);
                let with = Paid { making: self, lang: &language.tag, sealer: &sealer };
                let indexing = Indexing { hash: hashed, files: indexed };
                let sealed = sealer.seal(documents, &with, (indexing, &*self.services.cache));
                if let Some(SealedIndex { id, wraps, files: sealed }) = sealed {
                    sets.push((language.tag.to_string(), id, wraps));
                    files.extend(sealed);
                }
            }
        }
        files.push((Route::new(search::SEALED), Artifact::bytes(MediaType::JSON, search::sealed_sets(&sets))));
        Noted::clean(files)
    }

    /// What readers call the value of a facet.
    fn label(&self, lang: &Lang, facet: Facet, value: &str) -> String {
        let strings = self.theme().strings(lang);
        match facet {
            Facet::Kind => strings.get(&format!("kind.{value}")).to_owned(),
            Facet::Level => strings.get(&format!("level.{value}")).to_owned(),
            Facet::Tier => {
                let tier = self.plan.site().config.tiers.iter().find(|tier| tier.id.as_str() == value);
                tier.map_or_else(|| value.to_owned(), |tier| self.cx().tier(tier, lang))
            }
            Facet::Tag => value.to_owned(),
        }
    }
}

/// What the documents of an audience are indexed with.
struct Paid<'a> {
    making: &'a Making,
    lang: &'a Lang,
    sealer: &'a IndexSealer<'a>,
}

/// All that goes into the files of an audience's index.
#[expect(clippy::ptr_arg, reason = "what is gated is a vector")]
fn hashed(documents: &Vec<Document>, with: &Paid<'_>) -> Hash {
    let Paid { making, lang, .. } = with;
    making.ingredients(documents, lang).hash()
}

/// The files of an audience's index, the manifest first.
fn indexed(documents: Vec<Document>, with: &Paid<'_>) -> Vec<Vec<u8>> {
    let Paid { making, lang, sealer } = with;
    let index = Index::of(documents, lang, &making.plan.site().config.search);
    let label = |facet: Facet, value: &str| making.label(lang, facet, value);
    let labels = Labels { facet: &label, words: BTreeMap::new() };
    let (files, _) = search::export(&index, lang, &labels, &|bytes| sealer.name(bytes));
    files.into_iter().map(|(_, bytes)| bytes).collect()
}

/// Files as one run of bytes: of each the lengths of name and content, then these.
fn pack(files: &[Export]) -> Vec<u8> {
    let mut packed = Vec::new();
    for (name, bytes) in files {
        packed.extend((name.len() as u32).to_le_bytes());
        packed.extend((bytes.len() as u32).to_le_bytes());
        packed.extend(name.as_bytes());
        packed.extend(bytes);
    }
    packed
}

/// The files of such a run; none if it is not one.
fn unpack(mut packed: &[u8]) -> Option<Vec<Export>> {
    let mut files = Vec::new();
    let mut take = |length: usize| {
        let (taken, rest) = packed.split_at_checked(length)?;
        packed = rest;
        Some(taken)
    };
    while let Some(head) = take(8) {
        let length = |at: usize| Some(u32::from_le_bytes(head[at..at + 4].try_into().ok()?) as usize);
        let name = String::from_utf8(take(length(0)?)?.to_vec()).ok()?;
        files.push((name, take(length(4)?)?.to_vec()));
    }
    packed.is_empty().then_some(files)
}
