//! Documents -> a [`Site`]: hierarchy, inheritance, entitlements, addresses, links.
//!
//! The phase is cheap and never cached: it looks at front matter and paths, and at bodies only for their links. It reports everything it finds.
//! Invariant: the tables of the `Site` are in an order that the content alone decides, and no two of its pages share an address.

mod again;
mod assemble;
mod campaigns;
mod entitle;
mod ground;
mod inherit;
mod links;
mod outline;
mod pieces;
mod place;
mod references;
mod relink;
mod route;
mod shares;
mod show;
mod terms;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::{Campaigns, Config};
use crate::diag::{Diag, Noted};
use crate::id::{Lang, PieceId, Route, SourcePath};
use crate::model::{Doc, Font, Language, Logos, Media, Piece, RawLink, Site};
use crate::parse::Parsed;
use crate::world::MediaFacts;
use crate::{access, model};
use jiff::civil::Date;
use rayon::prelude::*;

use ground::{Ground, Tables, Targets};
use inherit::Heritage;
use pieces::{Assembled, Drafts};
use place::{LanguageFolders, Place};
use relink::{Linked, Relinks};

pub use again::Resolution;
pub use inherit::From;
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
    /// The fonts that social cards are set in.
    pub fonts: &'a [Font],
    /// The campaigns as written.
    pub campaigns: &'a Campaigns,
}

impl Inputs<'_> {
    /// The site's title, as far as the content does not decide it.
    fn site_title(&self, lang: &Lang) -> String {
        let titles = [self.config.title.get(lang), &self.fallback.title, &self.fallback.folder];
        titles.into_iter().find(|title| !title.is_empty()).unwrap_or_default().to_owned()
    }
}

/// What is published besides what is finished and due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Publish {
    /// Drafts.
    pub drafts: bool,
    /// Pieces whose date lies ahead.
    pub future: bool,
}

/// What to use where the configuration says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    let mut relinks = Relinks::default();
    let Noted { value: whole, mut diags } = whole(parsed, inputs, &mut relinks);
    diags.extend(whole.own.into_values().flatten());
    diags.extend(relinks.diags().cloned());
    Noted::new(whole.site, diags)
}

/// A site, with what an edit of a text leaves as it is.
struct Whole {
    site: Site,
    drafts: Drafts,
    ground: Ground,
    /// What is to be said of the pieces' own texts; what is to be said of links the `Relinks` know.
    own: BTreeMap<PieceId, Vec<Diag>>,
}

/// Resolves a site; of documents that did not change, links are not resolved again.
fn whole(parsed: &Parsed, inputs: &Inputs<'_>, relinks: &mut Relinks) -> Noted<Whole> {
    let mut diags = Vec::new();
    let mut survey = Survey::of(parsed, inputs);
    let heritage = Heritage::new(&parsed.docs, &survey.places, survey.root_counts(parsed));
    let drafts = Drafts::draw(parsed, &survey, &heritage, inputs, &mut diags);
    let Assembled { mut pieces, own } = drafts.pieces(parsed, &survey, &heritage, inputs).take(&mut diags);
    // A language that only drafts are written in is no language of the site.
    let default = survey.default().clone();
    survey.languages.retain(|lang| *lang == default || pieces.iter().any(|piece| piece.lang == *lang));
    let homes: BTreeMap<Lang, Route> = survey.languages.iter().map(|lang| (lang.clone(), survey.home(lang))).collect();
    let terms = drafts.terms(&mut pieces, parsed, &homes, inputs);
    let media = media_of(inputs);
    let redirects = references::redirects(parsed, &drafts, &pieces, &mut diags);
    let statics = static_routes(inputs.statics);
    let around =
        campaigns::Around { languages: &languages(&survey, &pieces), pieces: &pieces, terms: &terms, statics: &statics, inputs };
    let campaigns = campaigns::settle(&around, &mut diags);
    let tables = Tables { pieces: &pieces, terms: &terms, statics: &statics, redirects: &redirects, campaigns: &campaigns };
    let ground = Ground::of(parsed, &mut survey, &drafts, (inputs, &tables));
    for Linked { piece, doc, named } in relinks.link(&Targets::new(&ground, &parsed.docs), &pieces) {
        references::settle(&mut pieces[piece.index()], named);
        pieces[piece.index()].doc = doc;
    }
    references::open_translations(&pieces, &mut diags);
    references::mutual_translations(&mut pieces);
    references::prerequisites_in_own_language(&mut pieces);
    references::circles(&pieces, &mut diags);
    references::neighbours(&mut pieces, &terms);
    let languages = languages(&survey, &pieces);
    let routes = ground.routes.clone();
    let (logos, fonts) = (inputs.logos.clone(), inputs.fonts.to_vec());
    let config = completed(&inputs.config, &survey, &pieces, &inputs.fallback);
    let site = Site {
        config,
        today: inputs.today,
        languages,
        pieces,
        terms,
        media,
        campaigns,
        redirects,
        statics,
        logos,
        fonts,
        routes,
    };
    Noted::new(Whole { site, drafts, ground, own }, diags)
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
