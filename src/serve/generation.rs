//! A plan -> what visitors ask for: pages made when somebody looks at them, remembered as long as the plan stands.
//!
//! Invariant: a page is made once, however many ask for it at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::Found;
use super::indexes::Indexes;
use crate::access::Viewer;
use crate::artifact::{Artifact, Body, MediaType};
use crate::diag::{Diag, Severity};
use crate::emit::Source;
use crate::id::Route;
use crate::make::{Making, Preview};
use crate::plan::{Plan, Recipe, SEALED};
use crate::search;

/// How many pages are remembered: more than anyone looks at between two edits.
const REMEMBERED: usize = 512;

/// A site as it was at one time.
pub(super) struct Generation {
    /// Its number, counted from 1.
    pub number: u64,
    plan: Arc<Plan>,
    making: Making,
    indexes: Arc<Indexes>,
    pages: Mutex<HashMap<Asked, Arc<OnceLock<Option<Page>>>>>,
}

/// Who asks for what.
type Asked = (Route, Option<Viewer>);

/// What stands at an address.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// What it is.
    pub media: MediaType,
    /// What it holds.
    pub body: Body,
    /// What was found while it was made.
    pub diags: Arc<[Diag]>,
}

impl Page {
    /// Whether it could be made.
    pub(super) fn is_good(&self) -> bool {
        self.diags.iter().all(|diag| diag.severity != Severity::Error)
    }
}

/// What an address leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Something stands there.
    Here(Route),
    /// It stands at this address.
    There(Route),
    /// Nothing does; this page says so.
    Nothing(Option<Route>),
}

impl Generation {
    /// A site that was planned.
    pub(super) fn new(number: u64, plan: Arc<Plan>, making: Making, indexes: Arc<Indexes>) -> Self {
        Self { number, plan, making, indexes, pages: Mutex::default() }
    }

    /// The plan.
    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What an address leads to, for someone with an entitlement or for everyone.
    pub(super) fn find(&self, path: &str, viewer: Option<&Viewer>) -> Place {
        let route = Route::new(path);
        let stands = |route: &Route| self.plan.recipe(route).is_some();
        if stands(&route) {
            return Place::Here(route);
        }
        if let Some(folder) = path.strip_suffix("index.html").filter(|folder| folder.ends_with('/')).map(Route::new)
            && stands(&folder)
        {
            return Place::Here(folder);
        }
        let page = Route::new(format!("{path}/"));
        if stands(&page) {
            return Place::There(page);
        }
        let is_part = path.starts_with("/sitemap-") || path.starts_with(search::FOLDER);
        if (is_part || viewer.is_some()) && self.page(&route, viewer).is_some() {
            return Place::Here(route);
        }
        Place::Nothing(self.not_found(path))
    }

    /// The page that says that nothing is here, in the language of the address.
    fn not_found(&self, path: &str) -> Option<Route> {
        let languages = self.plan.site().languages.iter().filter(|language| path.starts_with(language.home.as_str()));
        let home = languages.map(|language| &language.home).max_by_key(|home| home.as_str().len())?;
        Some(crate::plan::file_below(home, "404.html"))
    }

    /// What stands at an address.
    pub(super) fn page(&self, route: &Route, viewer: Option<&Viewer>) -> Option<Page> {
        if route.as_str().starts_with(search::FOLDER) {
            return self.indexed(route, viewer);
        }
        let asked = (route.clone(), viewer.cloned());
        let cell = {
            let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
            if pages.len() >= REMEMBERED {
                pages.clear();
            }
            pages.entry(asked).or_default().clone()
        };
        cell.get_or_init(|| self.made(route, viewer)).clone()
    }

    fn made(&self, route: &Route, viewer: Option<&Viewer>) -> Option<Page> {
        let (made, diags) = match viewer {
            Some(viewer) => {
                let made = self.making.preview(route, viewer)?;
                (made.value.map(|preview| (preview.media, preview.body)), made.diags)
            }
            None => {
                let recipe = self.plan.recipe(route).or_else(|| self.family(route))?;
                let made = self.making.make(route, recipe);
                let own = made.value.into_iter().find(|(other, _)| other == route);
                (own.map(|(_, artifact)| (artifact.media, artifact.body)), made.diags)
            }
        };
        let diags: Arc<[Diag]> = diags.into();
        let nothing = || (MediaType::HTML, Body::Bytes(Arc::new([])));
        let is_broken = diags.iter().any(|diag| diag.severity == Severity::Error);
        let (media, body) = made.or_else(|| is_broken.then(nothing))?;
        Some(Page { media, body, diags })
    }

    /// A file of the search index that a viewer asks, or everyone: of the last one that was made.
    fn indexed(&self, route: &Route, viewer: Option<&Viewer>) -> Option<Page> {
        let of_this = |(manifest, recipe): &&(Route, Recipe)| {
            let folder = manifest.as_str().trim_end_matches(".bin");
            let is_below = || route.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
            matches!(recipe, Recipe::Index(_)) && (manifest == route || is_below())
        };
        let (manifest, recipe) = self.plan.recipes.iter().find(of_this)?;
        let whose = (manifest.clone(), viewer.cloned());
        let file = self.indexes.file(&whose, route).unwrap_or_else(|| {
            match (viewer, recipe) {
                (Some(viewer), Recipe::Index(language)) => {
                    self.indexes.swap(whose.clone(), self.making.index_for(*language, viewer));
                }
                _ => self.indexes.swap(whose.clone(), previews(self.making.make(manifest, recipe).value)),
            }
            self.indexes.file(&whose, route).flatten()
        })?;
        Some(Page { media: file.media, body: file.body, diags: Arc::new([]) })
    }

    /// The recipe that makes several files, of which this may be one.
    fn family(&self, route: &Route) -> Option<&Recipe> {
        let is_part = route.as_str().starts_with("/sitemap-");
        is_part.then(|| self.plan.recipe(&Route::new("/sitemap.xml"))).flatten()
    }

    /// How many recipes there are.
    pub(super) fn count(&self) -> usize {
        self.making.count()
    }

    /// Whether a recipe makes a search index.
    pub(super) fn is_index(&self, index: usize) -> bool {
        matches!(self.plan.recipes.get(index), Some((_, Recipe::Index(_))))
    }

    /// What is found while a recipe is carried out; what it makes is dropped, unless it is a search index.
    pub(super) fn findings(&self, index: usize) -> Vec<Diag> {
        let made = Source::make(&self.making, index);
        if let Some((manifest, Recipe::Index(language))) = self.plan.recipes.get(index) {
            self.indexes.swap((manifest.clone(), None), previews(made.value));
            for viewer in self.indexes.viewers(manifest) {
                let files = self.making.index_for(*language, &viewer);
                self.indexes.swap((manifest.clone(), Some(viewer)), files);
            }
        }
        made.diags
    }

    /// What was found until a recipe was carried out.
    pub(super) fn found(&self, index: usize, diags: Vec<Diag>) -> Found {
        let route = self.plan.recipes.get(index).map_or_else(|| Route::new(SEALED), |(route, _)| route.clone());
        Found { generation: self.number, route, diags }
    }
}

/// Files of everyone's as files of a preview.
fn previews(files: Vec<(Route, Artifact)>) -> Vec<(Route, Preview)> {
    files.into_iter().map(|(route, artifact)| (route, artifact.into())).collect()
}
