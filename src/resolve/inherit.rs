//! Inheritance of front matter: which file a value comes from.
//!
//! The nearest wins: the file itself, then its folder's page, then the folder above … At each step a piece's own language comes first and
//! its translations next, so that a translation without front matter of its own never falls open where the original is paid.
//! Invariant: a page in another language closes a piece at most; it never opens one.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::id::{Lang, ProductId, SourcePath, TierId};
use crate::model::{Doc, Front, RawLink};

use super::place::Place;

/// Who inherits from whom.
pub(super) struct Heritage<'a> {
    docs: &'a [Doc<RawLink>],
    /// Per document: its language and place.
    places: &'a [(Lang, Place)],
    /// Documents by logical path, in order of languages: a folder's page under the folder's path.
    files: BTreeMap<&'a str, Vec<usize>>,
    folders: BTreeMap<&'a str, Vec<usize>>,
    /// Whether the page of the content root hands its values down (it does not where it is merely the home page).
    root_counts: bool,
    /// Per document: those whose front matter counts for it, nearest first.
    chains: Vec<Vec<usize>>,
}

/// A value and the file that declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct From<T> {
    /// The value.
    pub value: T,
    /// The file.
    pub file: SourcePath,
}

impl<'a> Heritage<'a> {
    /// Sorts documents by place.
    pub(super) fn new(docs: &'a [Doc<RawLink>], places: &'a [(Lang, Place)], root_counts: bool) -> Self {
        let mut files: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut folders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (doc, (_, place)) in places.iter().enumerate() {
            if place.index {
                folders.entry(&place.folder).or_default().push(doc);
            } else {
                files.entry(place.logical()).or_default().push(doc);
            }
        }
        let mut heritage = Self { docs, places, files, folders, root_counts, chains: Vec::new() };
        heritage.chains = (0..docs.len()).into_par_iter().map(|doc| heritage.chain_of(doc)).collect();
        heritage
    }

    /// The documents whose front matter counts for one, nearest first.
    pub(super) fn chain(&self, doc: usize) -> &[usize] {
        &self.chains[doc]
    }

    fn chain_of(&self, doc: usize) -> Vec<usize> {
        let (lang, place) = &self.places[doc];
        let mut chain = vec![doc];
        let siblings = if place.index { self.folders.get(place.folder.as_str()) } else { self.files.get(place.logical()) };
        chain.extend(siblings.into_iter().flatten().copied().filter(|&other| other != doc));
        let mut folder = place.folder.as_str();
        if place.index {
            let Some(above) = above(folder) else { return chain };
            folder = above;
        }
        self.climb(lang, folder, &mut chain);
        chain
    }

    /// The documents whose front matter counts for a folder without a page of its own.
    pub(super) fn folder_chain(&self, lang: &Lang, folder: &str) -> Vec<usize> {
        let mut chain = Vec::new();
        self.climb(lang, folder, &mut chain);
        chain
    }

    fn climb(&self, lang: &Lang, folder: &str, chain: &mut Vec<usize>) {
        let mut at = Some(folder);
        while let Some(folder) = at {
            at = above(folder);
            if folder.is_empty() && !self.root_counts {
                break;
            }
            let Some(pages) = self.folders.get(folder) else { continue };
            let is_own = |page: &usize| self.places[*page].0 == *lang;
            chain.extend(pages.iter().copied().filter(is_own));
            chain.extend(pages.iter().copied().filter(|page| !is_own(page)));
        }
    }

    /// The nearest declared value along a chain.
    pub(super) fn find<T>(&self, chain: &[usize], get: impl Fn(&Front) -> Option<T>) -> Option<From<T>> {
        chain.iter().find_map(|&doc| {
            let doc = &self.docs[doc];
            get(&doc.front).map(|value| From { value, file: doc.path.clone() })
        })
    }

    /// Whether any document names this product.
    pub(super) fn declares(&self, product: &ProductId) -> bool {
        self.docs.iter().any(|doc| doc.front.product.iter().any(|named| named == product))
    }

    /// The tier of a piece in `lang`; `rank` is a tier's place in the order of exclusiveness, 0 for the free one, and `None` for one that is not there.
    ///
    /// What the piece's own file says holds. Else the nearest page in its language counts, and one in another language where it asks for more.
    pub(super) fn tier(&self, lang: &Lang, chain: &[usize], rank: &dyn Fn(&TierId) -> Option<usize>) -> Option<From<TierId>> {
        let (own, others): (Vec<usize>, Vec<usize>) = chain.iter().partition(|&&doc| self.places[doc].0 == *lang);
        let own_file = chain.first().filter(|first| own.first() == Some(first) && self.docs[**first].front.tier.is_some());
        let own = self.find(&own, |front| front.tier.clone());
        let others = self.find(&others, |front| front.tier.clone().filter(|tier| rank(tier) != Some(0)));
        match (own, others) {
            (Some(own), Some(other)) => {
                let settled = own_file.is_some() || rank(&own.value).is_none();
                Some(if settled || rank(&other.value) <= rank(&own.value) { own } else { other })
            }
            (own, others) => own.or(others),
        }
    }

    /// The products that the nearest page in `lang` names, else those of the nearest one in another language.
    pub(super) fn products(&self, lang: &Lang, chain: &[usize]) -> Option<From<Vec<ProductId>>> {
        let (own, others): (Vec<usize>, Vec<usize>) = chain.iter().partition(|&&doc| self.places[doc].0 == *lang);
        let named = |front: &Front| Some(front.product.iter().cloned().collect::<Vec<_>>()).filter(|list| !list.is_empty());
        self.find(&own, named).or_else(|| self.find(&others, named))
    }

    /// Other documents of the same logical path.
    pub(super) fn translations(&self, doc: usize) -> impl Iterator<Item = usize> + '_ {
        let place = &self.places[doc].1;
        let siblings = if place.index { self.folders.get(place.folder.as_str()) } else { self.files.get(place.logical()) };
        siblings.into_iter().flatten().copied().filter(move |&other| other != doc && self.places[other].0 != self.places[doc].0)
    }
}

/// The folder above; nothing above the content root.
fn above(folder: &str) -> Option<&str> {
    if folder.is_empty() { None } else { Some(folder.rsplit_once('/').map_or("", |(above, _)| above)) }
}
