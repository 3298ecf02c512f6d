//! What the theme's strings call things that have no name of their own; views ask, the theme answers.
//!
//! A trait and no more, so that views need no theme. Invariant: the same question gets the same answer throughout a build.

use super::context::ViewContext;
use super::{labels, text};
use crate::config::{Product, Tier};
use crate::id::Lang;
use crate::model::Term;

/// Names for readers.
pub trait Names {
    /// A list's name in its own language: a tag's as written, the theme's word for a collection, a level, a tier or the archive.
    fn list(&self, term: &Term) -> String;

    /// A language's name in itself, as `中文` or `English`.
    fn language(&self, lang: &Lang) -> String;

    /// A tier's name in a language.
    fn tier(&self, tier: &Tier, lang: &Lang) -> String;

    /// A product's name in a language.
    fn product(&self, product: &Product, lang: &Lang) -> String;
}

impl Names for ViewContext {
    fn list(&self, term: &Term) -> String {
        self.term_name(term.id)
    }

    fn language(&self, lang: &Lang) -> String {
        text::language_name(lang).to_owned()
    }

    fn tier(&self, tier: &Tier, lang: &Lang) -> String {
        labels::tier_name(&self.site().config, self.strings(lang), lang, &tier.id)
    }

    fn product(&self, product: &Product, lang: &Lang) -> String {
        let (_, products) = self.shop(lang);
        let offer = products.iter().find(|offer| offer.id == product.id.as_str());
        offer.map_or_else(|| product.id.to_string(), |offer| offer.name.clone())
    }
}
