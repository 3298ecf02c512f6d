//! Small labels that stand beside many pieces: level, tier, and links to lists.

use serde::Serialize;

use crate::config::Config;
use crate::id::{Lang, TierId};
use crate::model::{Level, LevelOrigin, Site, Taxonomy, Term};
use crate::theme::Strings;

/// How hard a piece is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LevelLabel {
    /// `beginner`, `intermediate` or `advanced`.
    pub id: &'static str,
    /// Its name for readers: `入门`.
    pub name: String,
    /// Whether it was inferred from the text; to be marked as such.
    pub inferred: bool,
    /// The list of its pieces, if there is one.
    pub href: Option<String>,
}

/// Who may read a piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TierLabel {
    /// The tier's id; empty if only single products open the piece.
    pub id: String,
    /// Its name for readers: `会员`.
    pub name: String,
    /// Whether everyone may read it.
    pub free: bool,
}

/// A link to a list: a tag, a series, a collection …
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TermLink {
    /// Its name for readers.
    pub name: String,
    /// The address of its first page.
    pub href: String,
    /// How many pieces it lists.
    pub count: usize,
    /// What it lists by: `collection`, `tags`, `series`, `levels`, `tiers` or `archive`.
    pub taxonomy: &'static str,
}

/// The label of a level.
pub(super) fn level(strings: &Strings, level: Level, origin: LevelOrigin, href: Option<String>) -> LevelLabel {
    LevelLabel { id: level.name(), name: level_name(strings, level), inferred: origin == LevelOrigin::Inferred, href }
}

/// The name of a level for readers.
pub(super) fn level_name(strings: &Strings, level: Level) -> String {
    strings.get(level_key(level)).to_owned()
}

const fn level_key(level: Level) -> &'static str {
    match level {
        Level::Beginner => "level.beginner",
        Level::Intermediate => "level.intermediate",
        Level::Advanced => "level.advanced",
    }
}

/// A tier's name: the configured one, else the theme's word for its id, else the id.
pub(super) fn tier_name(config: &Config, strings: &Strings, lang: &Lang, id: &TierId) -> String {
    let configured = config.tiers.iter().find(|tier| tier.id == *id).map_or("", |tier| tier.name.get(lang));
    if !configured.is_empty() {
        return configured.to_owned();
    }
    strings.find(&format!("tier.{id}")).unwrap_or(id.as_str()).to_owned()
}

/// A list's name: that of its own page or configuration, else the theme's word for it, else as written.
pub(super) fn term_name(site: &Site, strings: &Strings, term: &Term) -> String {
    match term.taxonomy {
        Taxonomy::Collection => {
            if let Some(index) = term.index {
                return site.piece(index).title.to_string();
            }
            collection_key(&site.config, &term.key).map_or(&*term.name, |key| strings.get(key)).to_owned()
        }
        Taxonomy::Level => Level::named(&term.key).map_or(&*term.name, |level| strings.get(level_key(level))).to_owned(),
        Taxonomy::Tier => tier_name(&site.config, strings, &term.lang, &TierId::new(&*term.key)),
        Taxonomy::Archive => strings.get("list.archive").to_owned(),
        Taxonomy::Tag | Taxonomy::Series => term.name.to_string(),
    }
}

/// The theme's word for one of the configured collections.
fn collection_key(config: &Config, folder: &str) -> Option<&'static str> {
    let folders = &config.collections;
    let names = [
        (&folders.articles, "collection.articles"),
        (&folders.courses, "collection.courses"),
        (&folders.books, "collection.books"),
        (&folders.sessions, "collection.sessions"),
        (&folders.resources, "collection.resources"),
        (&folders.answers, "collection.answers"),
    ];
    names.into_iter().find(|(name, _)| *name == folder).map(|(_, key)| key)
}
