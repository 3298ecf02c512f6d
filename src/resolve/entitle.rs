//! Tier, products and `preview` -> [`Entitlements`]: who may read a piece.
//!
//! A missing or misspelt tier or product is an error and never "free". What a product includes is paid, even where a file says
//! `tier: free`: only `preview: true`, written in the file itself, opens a piece.

use std::collections::BTreeSet;

use crate::config::{Config, FILE, Product};
use crate::diag::{At, Diag, code};
use crate::id::{Lang, ProductId, SourcePath, TierId};
use crate::model::{Doc, Entitlements, RawLink};

use super::inherit::Heritage;
use super::place::Place;

/// A piece as far as its entitlements depend on it.
pub(super) struct Subject<'a> {
    /// Its own document, if it has one.
    pub own: Option<&'a Doc<RawLink>>,
    /// Its language.
    pub lang: &'a Lang,
    /// Its logical path.
    pub logical: &'a str,
    /// The documents its values come from, its own first.
    pub chain: &'a [usize],
}

/// The entitlements of every document, found one by one.
pub(super) struct Entitler<'a> {
    config: &'a Config,
    heritage: &'a Heritage<'a>,
    /// Per product: the logical paths it includes, and whether each has been met.
    includes: Vec<(ProductId, Vec<String>)>,
}

impl<'a> Entitler<'a> {
    /// Reads what the products include; an entry that matches nothing is an error.
    pub(super) fn new(
        config: &'a Config,
        heritage: &'a Heritage<'a>,
        places: impl Iterator<Item = &'a Place>,
        diags: &mut Vec<Diag>,
    ) -> Self {
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for place in places.filter(|_| !config.products.is_empty()) {
            let mut path = place.logical();
            while !path.is_empty() && known.insert(path) {
                path = path.rfind('/').map_or("", |end| &path[..end]);
            }
        }
        let file = SourcePath::new(FILE);
        let mut includes = Vec::new();
        for (number, product) in config.products.iter().enumerate() {
            let mut paths = Vec::new();
            for (entry, written) in product.includes.iter().enumerate() {
                let path = normal(written);
                if !known.contains(path.as_str()) {
                    let place = At::key(&file, &["products", &number.to_string(), "includes", &entry.to_string()]);
                    let diag = Diag::error(
                        &code::EMPTY_PRODUCT,
                        format!("product `{}` includes `{written}`, and there is no such piece", product.id),
                    );
                    let diag = diag.at(place).did_you_mean(&path, known.iter().copied());
                    let hint = "write the path of a piece or folder below the content folder, as `courses/rust`";
                    diags.push(if diag.hints.is_empty() { diag.hint(hint) } else { diag });
                }
                paths.push(path);
            }
            if paths.is_empty() && !heritage.declares(&product.id) {
                diags.push(empty(product, At::key(&file, &["products", &number.to_string()])));
            }
            includes.push((product.id.clone(), paths));
        }
        Self { config, heritage, includes }
    }

    /// Who may read a piece.
    pub(super) fn entitle(&self, subject: &Subject<'_>, diags: &mut Vec<Diag>) -> Entitlements {
        let tier = self.tier(subject, diags);
        let products = self.products(subject, diags);
        let own = subject.own;
        let preview = own.is_some_and(|doc| doc.front.preview);
        if preview || (tier.is_none() && products.is_empty()) {
            return Entitlements::Free;
        }
        if let Some(doc) = own
            && tier.is_none()
            && doc.front.tier.is_some()
        {
            let message = format!("declared free, but product `{}` includes it: it stays paid", products[0]);
            let diag = Diag::warning(&code::FREE_IN_PRODUCT, message).at(At::key(&doc.path, &["tier"]));
            diags.push(diag.hint("write `preview: true` to give it away"));
        }
        Entitlements::Paid { tier, products }
    }

    /// The lowest tier that opens it; `None` for the free one.
    fn tier(&self, subject: &Subject<'_>, diags: &mut Vec<Diag>) -> Option<TierId> {
        let found = self.heritage.tier(subject.lang, subject.chain, &|tier| self.config.tier_rank(tier))?;
        match self.config.tier_rank(&found.value) {
            Some(0) => None,
            Some(_) => Some(found.value),
            None => {
                let names = self.config.tiers.iter().map(|tier| tier.id.as_str());
                let diag = Diag::error(&code::UNKNOWN_TIER, format!("unknown tier `{}`", found.value));
                let list = names.clone().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                let diag = diag.at(At::key(&found.file, &["tier"])).did_you_mean(found.value.as_str(), names);
                diags.push(diag.hint(format!("the tiers of this site are {list}")));
                Some(found.value)
            }
        }
    }

    fn products(&self, subject: &Subject<'_>, diags: &mut Vec<Diag>) -> Vec<ProductId> {
        let &Subject { logical, chain, lang, .. } = subject;
        let mut products = BTreeSet::new();
        for (product, paths) in &self.includes {
            if paths.iter().any(|path| holds(path, logical)) {
                products.insert(product.clone());
            }
        }
        let declared = self.heritage.products(lang, chain);
        let Some(declared) = declared else { return products.into_iter().collect() };
        for product in &declared.value {
            if !self.config.products.iter().any(|known| known.id == *product) {
                let names = self.config.products.iter().map(|known| known.id.as_str());
                let list = names.clone().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                let diag = Diag::error(&code::UNKNOWN_PRODUCT, format!("unknown product `{product}`"));
                let diag = diag.at(At::key(&declared.file, &["product"])).did_you_mean(product.as_str(), names);
                diags.push(match list.as_str() {
                    "" => diag.hint(format!("add it to `products:` in `{FILE}`, which has none")),
                    list => diag.hint(format!("the products of this site are {list}")),
                });
            }
            products.insert(product.clone());
        }
        products.into_iter().collect()
    }
}

/// Whether a logical path is this one, or lies below it.
fn holds(path: &str, logical: &str) -> bool {
    logical.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The products whose entry in `site.yaml` includes a logical path.
pub(super) fn including<'a>(config: &'a Config, logical: &'a str) -> impl Iterator<Item = &'a ProductId> {
    let includes = |product: &&Product| product.includes.iter().any(|written| holds(&normal(written), logical));
    config.products.iter().filter(includes).map(|product| &product.id)
}

/// The warning about a product in which nothing is.
fn empty(product: &Product, place: At) -> Diag {
    let hint = format!("list what belongs to it under `includes:`, or write `product: {}` in the pieces", product.id);
    Diag::warning(&code::EMPTY_PRODUCT, format!("product `{}` includes nothing", product.id)).at(place).hint(hint)
}

/// The logical path that an entry of `includes` means: `courses/rust/`, `courses/rust/_index.md` and `courses/rust` are one.
fn normal(written: &str) -> String {
    let path = written.trim_matches('/');
    let path = path.strip_suffix(".md").unwrap_or(path);
    let path = path.strip_prefix("content/").unwrap_or(path);
    match path.rsplit_once('/') {
        Some((folder, "_index" | "index" | "README")) => folder.to_owned(),
        _ => path.to_owned(),
    }
}
