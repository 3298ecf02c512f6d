//! Where everything stands that links can lead to: the tables of addresses, files and names.
//!
//! The ground is what an edit of a text leaves as it is; it owns what it tells, so that it outlives the documents that it was surveyed from.
//! Invariant: equal sites have equal grounds, and so equal hashes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::pieces::Drafts;
use super::place::{Name, Place};
use super::{Inputs, Survey, campaigns};
use crate::id::{Hash, Lang, MediaId, Parts, PieceId, Route, SourceId, SourcePath};
use crate::model::{Campaign, Doc, Entitlements, Kind, Piece, RawLink, Redirect, Taxonomy, Term};
use crate::parse::Parsed;

/// Where everything stands.
pub(super) struct Ground {
    /// The content folder.
    pub content_root: String,
    /// Per document: its language and place.
    pub places: Vec<(Lang, Place)>,
    /// Per document: its piece, if it is published.
    pub piece_of: Vec<Option<PieceId>>,
    /// Per piece: its document.
    pub doc_of: Vec<Option<usize>>,
    /// Documents by file.
    pub files: BTreeMap<SourcePath, usize>,
    /// Documents by logical path, and by folder for folders' pages.
    pub logical: BTreeMap<Box<str>, Vec<usize>>,
    /// Pages by address: pieces.
    pub routes: Arc<BTreeMap<Route, PieceId>>,
    /// Other pages and files by address: lists, static files, feeds.
    pub pages: BTreeSet<Route>,
    /// Old addresses.
    pub aliases: BTreeMap<Route, PieceId>,
    /// Media by file.
    pub media: BTreeMap<SourcePath, MediaId>,
    /// Pieces by declared or derived id.
    pub ids: BTreeMap<SourceId, PieceId>,
    /// Who may read each piece, by its number.
    pub access: Vec<Entitlements>,
}

/// What a site's addresses are gathered from.
pub(super) struct Tables<'a> {
    pub pieces: &'a [Piece],
    pub terms: &'a [Term],
    pub statics: &'a [(SourcePath, Route)],
    pub redirects: &'a [Redirect],
    pub campaigns: &'a [Campaign],
}

impl Ground {
    /// Takes a survey's places, and gathers what stands at them.
    pub(super) fn of(
        parsed: &Parsed,
        survey: &mut Survey,
        drafts: &Drafts,
        (inputs, tables): (&Inputs<'_>, &Tables<'_>),
    ) -> Self {
        let Tables { pieces, terms, statics, redirects, campaigns } = *tables;
        let doc_of: Vec<Option<usize>> = pieces.iter().map(|piece| drafts.doc_of(piece.id)).collect();
        let mut piece_of: Vec<Option<PieceId>> = vec![None; parsed.docs.len()];
        for (piece, doc) in pieces.iter().zip(&doc_of) {
            if let Some(doc) = *doc {
                piece_of[doc] = Some(piece.id);
            }
        }
        let lists = terms.iter().map(|term| term.route.clone());
        let starts = |piece: &Piece| doc_of[piece.id.index()].is_some_and(|doc| parsed.docs[doc].front.start.is_some());
        let is_scheduled = |piece: &Piece| piece.kind == Kind::Session && starts(piece);
        let fixed = fixed_pages(survey, tables, &is_scheduled);
        let places = std::mem::take(&mut survey.places);
        let mut logical: BTreeMap<Box<str>, Vec<usize>> = BTreeMap::new();
        for (number, (_, place)) in places.iter().enumerate() {
            match logical.get_mut(place.logical()) {
                Some(documents) => documents.push(number),
                None => drop(logical.insert(place.logical().into(), vec![number])),
            }
        }
        Self {
            content_root: inputs.content_root.to_owned(),
            pages: lists
                .chain(statics.iter().map(|(_, route)| route.clone()))
                .chain(fixed)
                .chain(campaigns::routes(campaigns))
                .collect(),
            files: parsed.docs.iter().zip(0..).map(|(doc, number)| (doc.path.clone(), number)).collect(),
            routes: Arc::new(pieces.iter().map(|piece| (piece.route.clone(), piece.id)).collect()),
            aliases: redirects.iter().map(|redirect| (redirect.from.clone(), redirect.to)).collect(),
            media: inputs.media.keys().zip(0..).map(|(path, number)| (path.clone(), MediaId(number))).collect(),
            ids: pieces.iter().map(|piece| (piece.source.clone(), piece.id)).collect(),
            access: pieces.iter().map(|piece| piece.access.clone()).collect(),
            places,
            piece_of,
            doc_of,
            logical,
        }
    }

    /// The ground as a hash. What is left out here follows from the rest.
    pub(super) fn hash(&self) -> Hash {
        let Self { content_root, places, piece_of, files, routes, pages, aliases, media, ids, access, logical: _, doc_of: _ } =
            self;
        let mut parts = Parts::default();
        parts.add(content_root.as_bytes());
        parts.count(files.len());
        for (path, &doc) in files {
            let (lang, place) = &places[doc];
            parts.add(path.as_str().as_bytes());
            parts.count(doc);
            parts.add(lang.as_str().as_bytes());
            parts.add(place.logical().as_bytes());
            parts.count(piece_of[doc].map_or(usize::MAX, PieceId::index));
        }
        for table in [&**routes, aliases] {
            parts.count(table.len());
            for (route, piece) in table {
                parts.add(route.as_str().as_bytes());
                parts.count(piece.index());
            }
        }
        parts.count(pages.len());
        pages.iter().for_each(|page| parts.add(page.as_str().as_bytes()));
        parts.count(media.len());
        media.keys().for_each(|path| parts.add(path.as_str().as_bytes()));
        parts.count(ids.len());
        for (id, piece) in ids {
            parts.add(id.as_str().as_bytes());
            parts.count(piece.index());
        }
        access.iter().for_each(|access| parts.count(usize::from(access.is_free())));
        parts.hash()
    }
}

/// The pages and files that stand beside pieces and lists: those that `plan` makes, and no others.
fn fixed_pages(survey: &Survey, tables: &Tables<'_>, is_scheduled: &dyn Fn(&Piece) -> bool) -> Vec<Route> {
    let Tables { pieces, terms, .. } = *tables;
    let sells = pieces.iter().any(|piece| !piece.access.is_free());
    let mut pages: Vec<Route> = ["/sitemap.xml", "/robots.txt", "/llms.txt"].map(Route::new).into();
    for lang in &survey.languages {
        let home = survey.home(lang);
        let has = |taxonomy| terms.iter().any(|term| term.lang == *lang && term.taxonomy == taxonomy);
        let below = [
            ("feed.xml", true),
            ("feed.json", true),
            ("404.html", true),
            ("search/", true),
            ("privacy/", true),
            ("tags/", has(Taxonomy::Tag)),
            ("series/", has(Taxonomy::Series)),
            ("matrix/", has(Taxonomy::Tag) && has(Taxonomy::Level)),
            ("pricing/", sells),
            ("sessions.ics", pieces.iter().any(|piece| piece.lang == *lang && is_scheduled(piece))),
        ];
        let below = below.iter().filter(|(_, is_there)| *is_there).map(|(page, _)| Route::new(format!("{home}{page}")));
        pages.extend(below);
        pages.push(home);
    }
    pages
}

/// Everything that links can lead to: the ground with the documents that stand on it.
pub(super) struct Targets<'a> {
    /// Where everything stands.
    pub ground: &'a Ground,
    /// Documents.
    pub docs: &'a [Doc<RawLink>],
    /// Per document: its anchors, once a link has asked for one.
    pub anchors: Vec<OnceLock<BTreeSet<Box<str>>>>,
    /// Documents by name in lower case: stem and title, for wiki links; found once one has asked.
    names: OnceLock<BTreeMap<String, Vec<usize>>>,
    /// A file of each name, for hints; found once a dead link has asked for one.
    file_names: OnceLock<BTreeMap<Box<str>, Box<str>>>,
}

impl<'a> Targets<'a> {
    /// These documents on their ground.
    pub(super) fn new(ground: &'a Ground, docs: &'a [Doc<RawLink>]) -> Self {
        let anchors = docs.iter().map(|_| OnceLock::new()).collect();
        Self { ground, docs, anchors, names: OnceLock::new(), file_names: OnceLock::new() }
    }

    /// Documents by name.
    pub(super) fn names(&self) -> &BTreeMap<String, Vec<usize>> {
        self.names.get_or_init(|| {
            let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for (number, (doc, (_, place))) in self.docs.iter().zip(&self.ground.places).enumerate() {
                let stem = if place.index { place.folder.rsplit('/').next().unwrap_or_default() } else { &place.stem };
                for name in [Some(stem), Some(Name::of(stem).words), own_name(doc)].into_iter().flatten() {
                    let group = names.entry(name.to_lowercase()).or_default();
                    if group.last() != Some(&number) {
                        group.push(number);
                    }
                }
            }
            names
        })
    }

    /// A file of this name, wherever it is.
    pub(super) fn file_named(&self, name: &str) -> Option<&str> {
        let paths = self.ground.files.keys().chain(self.ground.media.keys()).map(SourcePath::as_str);
        let named = |path: &str| (path.rsplit('/').next().unwrap_or_default().into(), Box::from(path));
        self.file_names.get_or_init(|| paths.map(named).collect()).get(name).map(|path| &**path)
    }
}

/// What a document calls itself, for those who link to it by name.
pub(super) fn own_name(doc: &Doc<RawLink>) -> Option<&str> {
    doc.front.title.as_deref().or(doc.heading.as_deref())
}
