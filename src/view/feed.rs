//! A language or a collection -> the feed of its newest dated pieces, as values that Atom and JSON Feed are written from.
//!
//! The HTML of a piece is made elsewhere and handed in; for a paid piece it is the teaser, since `access::public` gives no more to
//! whoever renders it. Invariant: dates come from the pieces, never from the clock, and ties are broken by address.

use std::cmp::Reverse;

use jiff::civil::DateTime;

use super::names::Names;
use super::shared::Html;
use crate::id::{Lang, PieceId, Route, TermId};
use crate::model::{Kind, Link, Moment, Piece, Site, Taxonomy, Term};

/// What a feed is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FeedOf {
    /// Everything with a date in a language.
    Language(Lang),
    /// What has a date in a collection.
    Collection(TermId),
}

/// A feed.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    /// Its language.
    pub lang: Lang,
    /// Its name for good, a `tag:` URI.
    pub id: String,
    /// The site's name, and the collection's.
    pub title: String,
    /// The site's description; may be empty.
    pub description: String,
    /// The absolute address of the page it belongs to.
    pub home: String,
    /// Its own absolute address as Atom.
    pub atom: String,
    /// Its own absolute address as JSON Feed.
    pub json: String,
    /// Who writes it.
    pub author: String,
    /// The newest `updated` of its entries (RFC 3339).
    pub updated: String,
    /// Newest first.
    pub entries: Vec<Entry>,
}

/// A piece in a feed.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its name for good, a `tag:` URI made of its source id, so that it outlives a change of address.
    pub id: String,
    /// Its absolute address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its description; may be empty.
    pub summary: String,
    /// When it was published (RFC 3339).
    pub published: String,
    /// When it was last changed in substance (RFC 3339).
    pub updated: String,
    /// Who wrote it; empty where the site's author did.
    pub authors: Vec<String>,
    /// Its topics.
    pub categories: Vec<String>,
    /// The absolute address of its picture.
    pub image: Option<String>,
    /// What everyone may read of it, as HTML with addresses as the page has them.
    pub html: Html,
}

/// The `updated` of a feed without entries, which Atom demands all the same.
const NEVER: &str = "1970-01-01T00:00:00Z";

/// The year that all `tag:` URIs name. RFC 4151 wants a day on which the host was its owner's; it must not change with a piece's date.
const TAG_YEAR: &str = "2026";

impl FeedOf {
    /// The address of the page it belongs to.
    #[must_use]
    pub fn home(&self, site: &Site) -> Route {
        match self {
            Self::Language(lang) => site.home(lang),
            Self::Collection(term) => site.term(*term).route.clone(),
        }
    }

    /// Its address as Atom.
    #[must_use]
    pub fn atom(&self, site: &Site) -> Route {
        Route::new(format!("{}feed.xml", self.home(site)))
    }

    /// Its address as JSON Feed.
    #[must_use]
    pub fn json(&self, site: &Site) -> Route {
        Route::new(format!("{}feed.json", self.home(site)))
    }
}

/// All feeds of a site: one of each language, and one of each collection that holds something with a date.
#[must_use]
pub fn feeds(site: &Site) -> Vec<FeedOf> {
    let languages = site.languages.iter().map(|language| FeedOf::Language(language.tag.clone()));
    languages.chain(site.terms.iter().filter(|term| has_feed(site, term)).map(|term| FeedOf::Collection(term.id))).collect()
}

/// Whether a list has a feed of its own: a collection that holds something with a date.
pub(super) fn has_feed(site: &Site, term: &Term) -> bool {
    term.taxonomy == Taxonomy::Collection && term.pieces.iter().any(|&piece| is_dated(site.piece(piece)))
}

/// The pieces of a feed, newest first, ties by address.
#[must_use]
pub fn pieces(site: &Site, of: &FeedOf) -> Vec<PieceId> {
    let found: Vec<&Piece> = match of {
        FeedOf::Language(lang) => site.pieces.iter().filter(|piece| piece.lang == *lang).collect(),
        FeedOf::Collection(term) => site.term(*term).pieces.iter().map(|&piece| site.piece(piece)).collect(),
    };
    newest(found, site.config.feed_size).into_iter().map(|piece| piece.id).collect()
}

/// Makes a feed. `html` gives what everyone may read of a piece, as its page shows it.
#[must_use]
pub fn feed(site: &Site, of: &FeedOf, names: &dyn Names, html: &dyn Fn(PieceId) -> Html) -> Feed {
    let config = &site.config;
    let lang = match of {
        FeedOf::Language(lang) => lang.clone(),
        FeedOf::Collection(term) => site.term(*term).lang.clone(),
    };
    let entries: Vec<Entry> = pieces(site, of).into_iter().map(|id| entry(site, site.piece(id), html)).collect();
    let home = of.home(site);
    let title = config.title.get(&lang).to_owned();
    Feed {
        id: tag_uri(site, &format!("feed:{home}")),
        author: config.author_in(&lang).unwrap_or(&title).to_owned(),
        title: match of {
            FeedOf::Language(_) => title,
            FeedOf::Collection(term) => format!("{} – {title}", names.list(site.term(*term))),
        },
        description: config.description.get(&lang).to_owned(),
        home: site.absolute(&home),
        atom: site.absolute(&of.atom(site)),
        json: site.absolute(&of.json(site)),
        updated: newest_update(&entries),
        lang,
        entries,
    }
}

/// The newest pieces with a date, newest first; those of the same moment by address.
fn newest(pieces: Vec<&Piece>, most: usize) -> Vec<&Piece> {
    let dated = pieces.into_iter().filter(|piece| is_dated(piece));
    let mut dated: Vec<_> = dated.filter_map(|piece| Some((Reverse(piece.dates.date?.utc()), &piece.route, piece))).collect();
    let place = |&(date, route, _): &(Reverse<DateTime>, &Route, &Piece)| (date, route.clone());
    // Of ten thousand only the few that are shown need an order.
    if most < dated.len() {
        let _ = dated.select_nth_unstable_by(most, |a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        dated.truncate(most);
    }
    dated.sort_by_cached_key(place);
    dated.into_iter().map(|(_, _, piece)| piece).collect()
}

/// Whether a piece is news: of a kind that is published by itself, with a date, and no draft.
fn is_dated(piece: &Piece) -> bool {
    let kind = matches!(piece.kind, Kind::Article | Kind::Course | Kind::Book | Kind::Session | Kind::Resource | Kind::Answer);
    kind && piece.dates.date.is_some() && !piece.doc.front.draft
}

fn entry(site: &Site, piece: &Piece, html: &dyn Fn(PieceId) -> Html) -> Entry {
    let published = piece.dates.date.map_or_else(|| NEVER.to_owned(), |date| date.rfc3339());
    Entry {
        id: tag_uri(site, &format!("{}/{}", piece.lang, piece.source)),
        url: site.absolute(&piece.route),
        title: piece.title.to_string(),
        summary: piece.description.to_string(),
        updated: last_change(piece).map_or_else(|| published.clone(), |moment| moment.rfc3339()),
        published,
        authors: piece.authors.iter().map(ToString::to_string).collect(),
        categories: piece.tags.iter().map(|&tag| site.term(tag).name.to_string()).collect(),
        image: cover(site, piece),
        html: html(piece.id),
    }
}

/// When a piece last changed: the later of its dates.
pub(super) fn last_change(piece: &Piece) -> Option<Moment> {
    [piece.dates.date, piece.dates.updated].into_iter().flatten().max_by_key(Moment::utc)
}

/// The absolute address of a piece's picture.
pub(super) fn cover(site: &Site, piece: &Piece) -> Option<String> {
    match piece.cover.as_ref()? {
        Link::Media(media) => Some(site.absolute(&site.medium(*media).route)),
        Link::External(url) if is_web(url) => Some(url.to_string()),
        _ => None,
    }
}

/// Whether an address is one of the web, as against `data:` or `mailto:`.
pub(super) fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// The newest `updated`, compared as moments: the texts may have different offsets.
fn newest_update(entries: &[Entry]) -> String {
    let newest = entries.iter().max_by_key(|entry| Moment::parse(&entry.updated).map(|moment| moment.utc()));
    newest.map_or_else(|| NEVER.to_owned(), |entry| entry.updated.clone())
}

/// The host of `base_url`, without a port.
pub(super) fn host(site: &Site) -> &str {
    let base = &site.config.base_url;
    let rest = base.split_once("://").map_or(base.as_str(), |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.rsplit_once(':').map_or(host, |(host, port)| if port.bytes().all(|b| b.is_ascii_digit()) { host } else { authority })
}

/// A `tag:` URI (RFC 4151) below the site's own path, so that two sites on one host differ.
fn tag_uri(site: &Site, specific: &str) -> String {
    let path = Route::new(format!("{}{specific}", site.config.base_path()));
    format!("tag:{},{TAG_YEAR}:{}", host(site), path.encoded())
}
