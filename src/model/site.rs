//! A resolved site: pieces, lists, media and redirects, in tables whose order depends on the content only.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::campaign::Campaign;
use super::media::Media;
use super::piece::Piece;
use crate::config::Config;
use crate::id::{Hash, Lang, MediaId, PieceId, Route, SourcePath, TermId};

/// Everything that is known before anything is rendered.
pub struct Site {
    /// The configuration, overrides applied.
    pub config: Arc<Config>,
    /// The day of the build.
    pub today: jiff::civil::Date,
    /// Languages, the default first.
    pub languages: Vec<Language>,
    /// All published pieces, by route.
    pub pieces: Vec<Piece>,
    /// All lists, by route.
    pub terms: Vec<Term>,
    /// Media that some public text or setting names, by path.
    pub media: Vec<Media>,
    /// What is sold on pages of its own, by file.
    pub campaigns: Vec<Campaign>,
    /// Old addresses, by route.
    pub redirects: Vec<Redirect>,
    /// Files of `static/`, copied as they are: source and address.
    pub statics: Vec<(SourcePath, Route)>,
    /// The brand's pictures.
    pub logos: Logos,
    /// The fonts that social cards are set in; without one there are no cards.
    pub fonts: Vec<Font>,
    /// Pieces by address.
    pub routes: Arc<BTreeMap<Route, PieceId>>,
}

/// A site, and what there is to know of the one before it.
pub struct Resolved {
    /// The site.
    pub site: Arc<Site>,
    /// In what it differs from the one that was resolved before.
    pub changed: Changed,
}

/// What an edit changed in a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Anything.
    Anything,
    /// Of these pieces text, title, description, reading time, the date of the last change and links; of others at most the reading times that
    /// follow from theirs. Nothing, if there are none.
    Pieces(BTreeSet<PieceId>),
}

impl Site {
    /// A piece by its number.
    #[must_use]
    pub fn piece(&self, id: PieceId) -> &Piece {
        &self.pieces[id.index()]
    }

    /// A list by its number.
    #[must_use]
    pub fn term(&self, id: TermId) -> &Term {
        &self.terms[id.index()]
    }

    /// A media file by its number.
    #[must_use]
    pub fn medium(&self, id: MediaId) -> &Media {
        &self.media[id.index()]
    }

    /// An address as pages write it: percent-encoded, from the path of `base_url` on.
    #[must_use]
    pub fn href(&self, route: &Route) -> String {
        route.encoded_below(self.config.base_path().trim_end_matches('/'))
    }

    /// An address as feeds and mails write it: with scheme and host.
    #[must_use]
    pub fn absolute(&self, route: &Route) -> String {
        route.encoded_below(self.config.base_url.trim_end_matches('/'))
    }

    /// The home address of a language.
    #[must_use]
    pub fn home(&self, lang: &Lang) -> Route {
        self.languages.iter().find(|language| language.tag == *lang).map_or_else(Route::root, |language| language.home.clone())
    }
}

/// The brand's pictures, as far as there are any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Logos {
    /// On light ground.
    pub light: Option<Logo>,
    /// On dark ground, where it is another one.
    pub dark: Option<Logo>,
}

impl Logos {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Logo> {
        self.light.iter().chain(&self.dark)
    }
}

/// A picture of the brand, published under an address with a fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// The file.
    pub path: SourcePath,
    /// Its address: `/media/<fingerprint>/logo.svg`.
    pub route: Route,
    /// Width and height in pixels, if it says so.
    pub size: Option<(u32, u32)>,
}

/// A file with a font, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Font {
    /// The file.
    pub path: SourcePath,
    /// The hash of its content.
    pub hash: Hash,
}

/// A language of the site.
#[derive(Clone, Debug)]
pub struct Language {
    /// Its tag.
    pub tag: Lang,
    /// Where it begins: `/` for the default, `/<lang>/` for others.
    pub home: Route,
    /// The piece that is its home page's own text.
    pub index: Option<PieceId>,
}

/// A list of pieces with pages of its own.
#[derive(Clone, Debug)]
pub struct Term {
    /// Its place in `Site::terms`.
    pub id: TermId,
    /// What it lists by.
    pub taxonomy: Taxonomy,
    /// Its language: lists never mix languages.
    pub lang: Lang,
    /// Its key: a tag as written first, a tier's or level's id, a collection's folder.
    pub key: Box<str>,
    /// Its name for readers. For collections, levels and the archive the theme's strings name it, and this is the key.
    pub name: Box<str>,
    /// The address of its first page.
    pub route: Route,
    /// The piece that is the list's own text (`_index.md` of a collection).
    pub index: Option<PieceId>,
    /// Its pieces, in the order shown: newest first; a series in reading order.
    pub pieces: Vec<PieceId>,
}

/// What a list is by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Taxonomy {
    /// All pieces of one kind or folder.
    Collection,
    /// A topic.
    Tag,
    /// A series.
    Series,
    /// A level.
    Level,
    /// A tier.
    Tier,
    /// Everything with a date.
    Archive,
}

impl Taxonomy {
    /// The name in templates and the first segment of its addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Collection => "collection",
            Self::Tag => "tags",
            Self::Series => "series",
            Self::Level => "levels",
            Self::Tier => "tiers",
            Self::Archive => "archive",
        }
    }
}

/// An old address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The old address.
    pub from: Route,
    /// The piece it leads to.
    pub to: PieceId,
}
