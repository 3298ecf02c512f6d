//! The files of a search index: documents of a set -> what the page's `search.js` fetches, remembered by what they are made of.

use std::collections::BTreeMap;

use super::{Made, Making};
use crate::artifact::{Artifact, MediaType};
use crate::diag::Noted;
use crate::id::{Lang, Parts, Route};
use crate::search::{self, Export, Facet, Index, Labels, SetId};
use crate::view::names::Names;
use crate::world::Stage;

/// Raised when the same documents give other files.
const VERSION: u32 = 3;
/// The words of the interface begin with this.
const WORDS: &str = "find.";

impl Making {
    /// The files of an index.
    pub(super) fn index(&self, set: &SetId) -> Made {
        let lang = self.lang(set.language);
        let artifact =
            |(name, bytes): Export| (Route::new(format!("{}{name}", search::FOLDER)), Artifact::bytes(MediaType::BYTES, bytes));
        Noted::clean(self.exported(lang).into_iter().map(artifact).collect())
    }

    fn exported(&self, lang: &Lang) -> Vec<Export> {
        let site = self.plan.site();
        let documents = search::public(site, lang);
        let words = self.theme().strings(lang).iter();
        let words: BTreeMap<String, String> =
            words.filter_map(|(key, text)| Some((key.strip_prefix(WORDS)?.to_owned(), text.to_owned()))).collect();
        let label = |facet: Facet, value: &str| self.label(lang, facet, value);
        let mut parts = Parts::default();
        parts.add(Stage::Search.name().as_bytes());
        parts.add(&VERSION.to_be_bytes());
        parts.add(format!("{:?}{words:?}{lang}", site.config.search).as_bytes());
        for document in &documents {
            parts.add(&document.hash().0);
            parts.add(label(Facet::Tier, &document.tier).as_bytes());
        }
        let key = parts.hash();
        if let Some(files) = self.services.cache.get(Stage::Search, key).and_then(|bytes| unpack(&bytes)) {
            return files;
        }
        let index = Index::of(documents, lang, &site.config.search);
        let (files, _) = search::export(&index, lang, &Labels { facet: &label, words });
        self.services.cache.put(Stage::Search, key, &pack(&files));
        files
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
