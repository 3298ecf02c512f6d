//! Documents -> a [`Site`]: hierarchy, inheritance, entitlements, addresses, links.
//!
//! The phase is cheap and never cached: it looks at front matter and paths, and at bodies only for their links. It reports everything it finds.
//! Invariant: the tables of the `Site` are in an order that the content alone decides, and no two of its pages share an address.

mod assemble;
mod entitle;
mod inherit;
mod links;
mod outline;
mod pieces;
mod place;
mod references;
mod relink;
mod route;
mod show;
mod terms;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::config::Config;
use crate::diag::Noted;
use crate::id::{Lang, MediaId, PieceId, Route, SourcePath};
use crate::model::{Doc, Kind, Language, Logos, Media, Piece, RawLink, Site, Taxonomy};
use crate::parse::Parsed;
use crate::world::MediaFacts;
use crate::{access, model};
use jiff::civil::Date;
use rayon::prelude::*;

use inherit::Heritage;
use links::Targets;
use pieces::Drafts;
use place::{LanguageFolders, Place};
use relink::Linked;

pub use inherit::From;
pub use relink::Relinks;
pub use show::{Shown, show};

/// What the site is made from besides its documents.
pub struct Inputs<'a> {
    /// The configuration.
    pub config: Arc<Config>,
    /// The day of the build.
    pub today: Date,
    /// What is published besides what is finished and due.
    pub publish: Publish,
    /// The content folder; empty for the root itself.
    pub content_root: &'a str,
    /// A title and a language where the configuration has none.
    pub fallback: Fallback,
    /// Files below the content folder that are not Markdown.
    pub media: &'a BTreeMap<SourcePath, MediaFacts>,
    /// Files of `static/`.
    pub statics: &'a [SourcePath],
    /// The brand's pictures.
    pub logos: Logos,
}

impl Inputs<'_> {
    /// The site's title, as far as the content does not decide it.
    fn site_title(&self, lang: &Lang) -> String {
        let titles = [self.config.title.get(lang), &self.fallback.title, &self.fallback.folder];
        titles.into_iter().find(|title| !title.is_empty()).unwrap_or_default().to_owned()
    }
}

/// What is published besides what is finished and due.
#[derive(Clone, Copy, Debug, Default)]
pub struct Publish {
    /// Drafts.
    pub drafts: bool,
    /// Pieces whose date lies ahead.
    pub future: bool,
}

/// What to use where the configuration says nothing.
#[derive(Clone, Debug, Default)]
pub struct Fallback {
    /// The site's title, from `book.toml`.
    pub title: String,
    /// The default language, from `book.toml`.
    pub lang: Option<Lang>,
    /// The name of the site's folder, its title in the last resort.
    pub folder: String,
}

/// Resolves all documents of a site.
pub fn resolve(parsed: &Parsed, inputs: &Inputs<'_>) -> Noted<Site> {
    again(parsed, inputs, &mut Relinks::default())
}

/// [`resolve`], with the documents that were linked before: of what did not change, links are not resolved again.
pub fn again(parsed: &Parsed, inputs: &Inputs<'_>, relinks: &mut Relinks) -> Noted<Site> {
    let mut diags = Vec::new();
    let mut survey = Survey::of(parsed, inputs);
    let heritage = Heritage::new(&parsed.docs, &survey.places, survey.root_counts(parsed));
    let drafts = Drafts::draw(parsed, &survey, &heritage, inputs, &mut diags);
    let mut pieces = drafts.pieces(parsed, &survey, &heritage, inputs, &mut diags);
    // A language that only drafts are written in is no language of the site.
    let default = survey.default().clone();
    survey.languages.retain(|lang| *lang == default || pieces.iter().any(|piece| piece.lang == *lang));
    let homes: BTreeMap<Lang, Route> = survey.languages.iter().map(|lang| (lang.clone(), survey.home(lang))).collect();
    let terms = drafts.terms(&mut pieces, parsed, &homes, inputs);
    let media = media_of(inputs);
    let redirects = references::redirects(parsed, &drafts, &pieces, &mut diags);
    let statics = static_routes(inputs.statics);
    let tables = Tables { pieces: &pieces, terms: &terms, statics: &statics, redirects: &redirects };
    let targets = targets(parsed, &survey, &drafts, inputs, &tables);
    let linked = relinks.link(&targets, &pieces);
    drop(targets);
    for noted in linked {
        let Linked { piece, doc, named } = noted.take(&mut diags);
        references::settle(&mut pieces[piece.index()], named);
        pieces[piece.index()].doc = doc;
    }
    references::open_translations(&pieces, &mut diags);
    references::mutual_translations(&mut pieces);
    references::prerequisites_in_own_language(&mut pieces);
    references::circles(&pieces, &mut diags);
    references::neighbours(&mut pieces, &terms);
    let languages = languages(&survey, &pieces);
    let routes = pieces.iter().map(|piece| (piece.route.clone(), piece.id)).collect();
    let logos = inputs.logos.clone();
    let config = completed(&inputs.config, &survey, &pieces, &inputs.fallback);
    let site = Site { config, today: inputs.today, languages, pieces, terms, media, redirects, statics, logos, routes };
    Noted::new(site, diags)
}

/// What the paths of all documents say together: languages and places.
struct Survey {
    /// Languages, the default first.
    languages: Vec<Lang>,
    /// Per document.
    places: Vec<(Lang, Place)>,
    /// The folders that hold one language each.
    folders: LanguageFolders,
}

impl Survey {
    fn of(parsed: &Parsed, inputs: &Inputs<'_>) -> Self {
        let settled = &inputs.config.languages;
        let configured: Vec<Lang> = settled.default.iter().chain(&settled.others).cloned().collect();
        let paths = || parsed.docs.iter().map(|doc| place::below(&doc.path, inputs.content_root));
        let folders = LanguageFolders::find(paths(), &configured);
        let place = |doc: &Doc<RawLink>| Place::of(place::below(&doc.path, inputs.content_root), &folders, &configured);
        let places: Vec<Place> = parsed.docs.par_iter().map(place).collect();
        let default = settled
            .default
            .clone()
            .or_else(|| inputs.fallback.lang.clone())
            .or_else(|| commonest(&places, &folders))
            .unwrap_or_else(|| Lang::new(if mostly_han(&parsed.docs) { "zh" } else { "en" }));
        let places: Vec<(Lang, Place)> = places
            .into_par_iter()
            .zip(&parsed.docs)
            .map(|(place, doc)| {
                let lang = doc.front.lang.clone().or_else(|| place.lang.clone()).unwrap_or_else(|| default.clone());
                (lang, place)
            })
            .collect();
        let used: BTreeSet<&Lang> = places.iter().map(|(lang, _)| lang).collect();
        let mut languages = vec![default];
        for lang in settled.others.iter().filter(|lang| used.contains(lang)).chain(used.iter().copied()) {
            if !languages.contains(lang) {
                languages.push(lang.clone());
            }
        }
        Self { languages, places, folders }
    }

    fn default(&self) -> &Lang {
        &self.languages[0]
    }

    fn home(&self, lang: &Lang) -> Route {
        route::home(lang, self.default())
    }

    /// Whether the content root's own page hands its front matter down: where it is itself a course or a book.
    fn root_counts(&self, parsed: &Parsed) -> bool {
        let _ = self;
        parsed.summaries.iter().any(|summary| !summary.path.as_str().contains('/'))
    }
}

/// The language with the most documents by path; of equals the first by tag.
fn commonest(places: &[Place], folders: &LanguageFolders) -> Option<Lang> {
    let mut counts: BTreeMap<&Lang, usize> = folders.languages().map(|lang| (lang, 0)).collect();
    for lang in places.iter().filter_map(|place| place.lang.as_ref()) {
        *counts.entry(lang).or_default() += 1;
    }
    let most = counts.values().copied().max()?;
    counts.into_iter().find(|&(_, count)| count == most && count * 2 > places.len().min(1)).map(|(lang, _)| lang.clone())
}

/// Whether a fifth of what everyone may read is Han: one character weighs as much as half a word.
fn mostly_han(docs: &[Doc<RawLink>]) -> bool {
    let words = docs.iter().fold(model::Words::default(), |sum, doc| sum.plus(doc.teaser.words));
    u64::from(words.han) > u64::from(words.latin) / 2
}

fn media_of(inputs: &Inputs<'_>) -> Vec<Media> {
    let media = inputs.media.iter().map(|(path, facts)| Media {
        path: path.clone(),
        route: Route::new(format!("/{}", place::below(path, inputs.content_root))),
        len: facts.len,
        hash: facts.hash,
        size: facts.size,
    });
    media.collect()
}

fn static_routes(statics: &[SourcePath]) -> Vec<(SourcePath, Route)> {
    let routes = statics.iter().filter_map(|path| Some((path.clone(), Route::new(format!("/{}", path.below("static")?)))));
    routes.collect()
}

/// What a site's addresses are gathered from.
struct Tables<'a> {
    pieces: &'a [Piece],
    terms: &'a [model::Term],
    statics: &'a [(SourcePath, Route)],
    redirects: &'a [model::Redirect],
}

fn targets<'a>(
    parsed: &'a Parsed,
    survey: &'a Survey,
    drafts: &Drafts,
    inputs: &'a Inputs<'_>,
    tables: &Tables<'a>,
) -> Targets<'a> {
    let Tables { pieces, terms, statics, redirects } = *tables;
    let mut logical: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, (_, place)) in survey.places.iter().enumerate() {
        logical.entry(place.logical()).or_default().push(number);
    }
    let media: BTreeMap<&str, MediaId> =
        inputs.media.keys().zip(0..).map(|(path, number)| (path.as_str(), MediaId(number))).collect();
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
    Targets {
        content_root: inputs.content_root,
        docs: &parsed.docs,
        places: &survey.places,
        piece_of,
        anchors: parsed.docs.iter().map(|_| OnceLock::new()).collect(),
        files: parsed.docs.iter().zip(0..).map(|(doc, number)| (doc.path.as_str(), number)).collect(),
        logical,
        names: OnceLock::new(),
        routes: pieces.iter().map(|piece| (&piece.route, piece.id)).collect(),
        pages: lists.chain(statics.iter().map(|(_, route)| route.clone())).chain(fixed).collect(),
        aliases: redirects.iter().map(|redirect| (&redirect.from, redirect.to)).collect(),
        media,
        ids: pieces.iter().map(|piece| (piece.source.as_str(), piece.id)).collect(),
        doc_of,
        access: pieces.iter().map(|piece| &piece.access).collect(),
        file_names: OnceLock::new(),
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

fn languages(survey: &Survey, pieces: &[Piece]) -> Vec<Language> {
    let language = |tag: &Lang| {
        let home = survey.home(tag);
        let index = pieces.iter().find(|piece| piece.route == home && piece.lang == *tag).map(|piece| piece.id);
        Language { tag: tag.clone(), home, index }
    };
    survey.languages.iter().map(language).collect()
}

/// The configuration with what only the content can tell: the title and the default language.
fn completed(config: &Arc<Config>, survey: &Survey, pieces: &[Piece], fallback: &Fallback) -> Arc<Config> {
    let mut config = Config::clone(config);
    config.languages.default = Some(survey.default().clone());
    if config.title.is_empty() {
        let home = survey.home(survey.default());
        let own = pieces.iter().find(|piece| piece.route == home).map(|piece| piece.title.to_string());
        let title =
            Some(fallback.title.clone()).filter(|title| !title.is_empty()).or(own).unwrap_or_else(|| fallback.folder.clone());
        config.title = crate::config::Localized::Same(title);
    }
    Arc::new(config)
}

/// A document of nothing, for folders without a file.
fn empty_doc() -> Doc<model::Link> {
    Doc {
        path: SourcePath::new(""),
        front: Arc::default(),
        secrets: access::locked::Locked::default(),
        heading: None,
        teaser: model::Body::default(),
        excerpt: 0,
        rest: access::locked::Locked::default(),
    }
}
