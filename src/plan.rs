//! A resolved site -> every address with the recipe for what stands there; nothing is rendered.
//!
//! Recipes name pieces, lists and files by number. A recipe that yields several files owns the prefix it stands at. Invariant: one address,
//! one recipe, and no file where another's folder must be; a clash is an error that names both.

mod again;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::access::{self, Withheld};
use crate::config::Delivery;
use crate::diag::{At, Diag, Noted, code};
use crate::enrich::Enriched;
use crate::id::{MediaId, PieceId, Route, TermId};
use crate::model::{Kind, Site, Taxonomy};
use crate::render::image;
use crate::search;
use crate::theme::{Theme, page_style};
use crate::view::ViewContext;
use crate::view::access::EDGE;
use crate::view::calendar::{self, CalendarOf};
use crate::view::feed::{self, FeedOf};
use crate::view::landing::Stall;
use crate::view::social::CardOf;

pub use again::again;

/// How one address is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipe {
    /// The home page of a language (its number in `Site::languages`).
    Home(usize),
    /// A piece's own page.
    Piece(PieceId),
    /// A page of a list, counted from 1.
    List(TermId, usize),
    /// All lists of a taxonomy in a language.
    Terms(Taxonomy, usize),
    /// The knowledge matrix of a language.
    Matrix(usize),
    /// The prices in a language.
    Pricing(usize),
    /// What is kept and sent, in a language.
    Privacy(usize),
    /// The page of a campaign, or of a variant of it.
    Landing(Stall),
    /// The page that buyers come back to from the checkout of a campaign.
    Thanks(Stall),
    /// `promo.json`: the links by which campaigns are told.
    Promo,
    /// The ways to find something, in a language.
    Search(usize),
    /// Where those who paid enter their code, in a language.
    Unlock(usize),
    /// What a reader's device holds, in a language.
    Account(usize),
    /// Where readers see what their device knows of them, in a language.
    ForYou(usize),
    /// What readers' devices must know of all pieces of a language.
    Pieces(usize),
    /// The script that keeps pages for reading without a network.
    Worker,
    /// The page for addresses that do not exist, in a language.
    NotFound(usize),
    /// An old address, by its number in `Site::redirects`.
    Redirect(usize),
    /// A feed, as Atom or as JSON.
    Feed(FeedOf, FeedFormat),
    /// A calendar of live sessions.
    Calendar(CalendarOf),
    /// `sitemap.xml`, and its parts where it needs some.
    Sitemap,
    /// `robots.txt`.
    Robots,
    /// `llms.txt`.
    Llms,
    /// `_headers`, for hosts that read it.
    Headers,
    /// `_redirects`, for hosts that read it.
    Redirects,
    /// `.nojekyll`, which keeps GitHub from interpreting the site.
    NoJekyll,
    /// The files that everyone searches a language by, which has this number: the manifest at this address, the others in a folder beside it.
    Index(usize),
    /// `/sealed/search.json`, and the sealed files beside it that those search by who paid.
    PaidIndexes,
    /// `/sealed/members.json`, and the files of members' records beside it.
    Members,
    /// A file of the theme, by its number.
    Asset(usize),
    /// The style sheet of a piece whose text has `style` attributes.
    PageStyle(PieceId),
    /// A media file as it is.
    Media(MediaId),
    /// A variant of an image, by its number in `Media::variants`.
    Variant(MediaId, usize),
    /// A social card.
    Card(CardOf),
    /// A picture of the brand, by its number in `Site::logos`.
    Logo(usize),
    /// A file of `static/`, by its number in `Site::statics`.
    Static(usize),
}

/// The two kinds of feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedFormat {
    /// Atom (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    Json,
}

/// Every address of a site, in order.
pub struct Plan {
    /// What views are made from.
    pub context: ViewContext,
    /// What was computed across pieces.
    pub enriched: Arc<Enriched>,
    /// Addresses with their recipes, by address.
    pub recipes: Arc<Vec<(Route, Recipe)>>,
    /// Files that paid text alone names. They have no address here: what they are published as depends on the keys, below [`SEALED`].
    pub withheld: Arc<Withheld>,
}

/// Where everything sealed stands, and on a site with paid pieces nothing else.
pub const SEALED: &str = "/sealed/";

impl Plan {
    /// The site.
    #[must_use]
    pub fn site(&self) -> &Site {
        self.context.site()
    }

    /// The piece whose text stands where a recipe's page does.
    #[must_use]
    pub fn text_of(&self, recipe: &Recipe) -> Option<PieceId> {
        text_of(self.site(), recipe)
    }

    /// The recipe of an address.
    #[must_use]
    pub fn recipe(&self, route: &Route) -> Option<&Recipe> {
        let at = self.recipes.binary_search_by(|(other, _)| other.cmp(route)).ok()?;
        Some(&self.recipes[at].1)
    }
}

/// Plans a site.
pub fn plan(site: Arc<Site>, enriched: Arc<Enriched>, theme: Arc<Theme>) -> Noted<Plan> {
    let context = ViewContext::with_levels(site, theme, enriched.levels.iter().collect());
    let site = context.site();
    let mut table = Table { site, recipes: BTreeMap::new(), diags: Vec::new() };
    table.statics();
    table.pieces();
    table.lists();
    for number in 0..site.languages.len() {
        table.language(number);
    }
    table.campaigns();
    table.feeds();
    table.redirects();
    table.media();
    for (number, asset) in context.theme().assets().iter().enumerate() {
        table.add(asset.route.clone(), Recipe::Asset(number));
    }
    for (of, route) in context.social_cards() {
        // What says the same is the same picture.
        table.recipes.entry(route.clone()).or_insert(Recipe::Card(*of));
    }
    table.personal(&context);
    table.fixed();
    table.check_folders();
    table.check_kept();
    let Table { recipes, diags, .. } = table;
    let recipes = Arc::new(recipes.into_iter().collect());
    let withheld = Arc::new(access::withheld(site));
    Noted::new(Plan { context, enriched, recipes, withheld }, diags)
}

struct Table<'a> {
    site: &'a Site,
    recipes: BTreeMap<Route, Recipe>,
    diags: Vec<Diag>,
}

impl Table<'_> {
    /// Adds a recipe. A file of `static/` stands in for whatever is made without a source of its own.
    fn add(&mut self, route: Route, recipe: Recipe) {
        let (route, taken) = match self.recipes.entry(route) {
            Entry::Vacant(free) => {
                free.insert(recipe);
                return;
            }
            Entry::Occupied(taken) => (taken.key().clone(), taken.get().clone()),
        };
        if text_of(self.site, &taken).is_some() && text_of(self.site, &recipe).is_some() {
            // Two texts for one address: `resolve` has reported them.
            return;
        }
        let replaceable = matches!(
            recipe,
            Recipe::Robots | Recipe::Llms | Recipe::Headers | Recipe::Redirects | Recipe::NoJekyll | Recipe::NotFound(_)
        );
        if !(replaceable && matches!(taken, Recipe::Static(_))) {
            let diag = self.clash(&route, &taken, &recipe);
            self.diags.push(diag);
        }
    }

    fn clash(&self, route: &Route, taken: &Recipe, recipe: &Recipe) -> Diag {
        let (code, message, hint) = match recipe {
            Recipe::Redirect(_) => (
                &code::ALIAS_TAKEN,
                format!("the old address `{route}` is taken"),
                format!("leave `{route}` out of `aliases:`: what stands there would be lost"),
            ),
            _ => (
                &code::ROUTE_TAKEN,
                format!("two files for the address `{route}`"),
                "give one of them another `slug:` or `path:`, or rename it".to_owned(),
            ),
        };
        let mut diag = Diag::error(code, message);
        if let Some(at) = self.source(recipe) {
            diag = diag.at(at);
        }
        if let Some(at) = self.source(taken) {
            let label = format!("`{}` is published there", at.file);
            diag = if diag.at.is_none() { diag.at(at).label(label) } else { diag.related(at, label) };
        }
        diag.hint(hint)
    }

    /// The source file that a recipe comes from.
    fn source(&self, recipe: &Recipe) -> Option<At> {
        let site = self.site;
        match recipe {
            Recipe::Piece(id) => Some(At::file(&site.piece(*id).doc.path)),
            Recipe::Home(number) => site.languages[*number].index.map(|id| At::file(&site.piece(id).doc.path)),
            Recipe::List(term, _) => {
                let term = site.term(*term);
                let first = term.index.or_else(|| term.pieces.first().copied());
                first.map(|id| At::file(&site.piece(id).doc.path))
            }
            Recipe::Redirect(number) => Some(At::key(&site.piece(site.redirects[*number].to).doc.path, &["aliases"])),
            Recipe::Media(id) | Recipe::Variant(id, _) => Some(At::file(&site.medium(*id).path)),
            Recipe::Static(number) => Some(At::file(&site.statics[*number].0)),
            Recipe::Landing(stall) | Recipe::Thanks(stall) => Some(At::file(&site.campaigns[stall.campaign].file)),
            Recipe::Logo(number) => site.logos.iter().nth(*number).map(|logo| At::file(&logo.path)),
            _ => None,
        }
    }

    fn statics(&mut self) {
        for (number, (_, route)) in self.site.statics.iter().enumerate() {
            self.add(route.clone(), Recipe::Static(number));
        }
    }

    /// Pieces with a page of their own: not the texts of home pages and lists.
    fn pieces(&mut self) {
        let texts_of_lists: BTreeSet<PieceId> = self.site.terms.iter().filter_map(|term| term.index).collect();
        for piece in &self.site.pieces {
            if let Some(route) = page_style::route(&access::styles(piece)) {
                // The same styles have the same address.
                self.recipes.entry(route).or_insert(Recipe::PageStyle(piece.id));
            }
            if piece.kind != Kind::Home && !texts_of_lists.contains(&piece.id) {
                self.add(piece.route.clone(), Recipe::Piece(piece.id));
            }
        }
    }

    fn lists(&mut self) {
        let size = self.site.config.page_size.0;
        for term in &self.site.terms {
            let pages = term.pieces.len().div_ceil(size).max(1);
            for page in 1..=pages {
                self.add(page_route(&term.route, page), Recipe::List(term.id, page));
            }
        }
    }

    fn language(&mut self, number: usize) {
        let language = &self.site.languages[number];
        let home = &language.home;
        let stands_for_home = language.index.is_some_and(|id| self.site.piece(id).kind != Kind::Home);
        if !stands_for_home {
            self.add(home.clone(), Recipe::Home(number));
        }
        let has = |taxonomy: Taxonomy| self.site.terms.iter().any(|term| term.lang == language.tag && term.taxonomy == taxonomy);
        for taxonomy in [Taxonomy::Tag, Taxonomy::Series] {
            if has(taxonomy) {
                self.add(home.child(taxonomy.name()), Recipe::Terms(taxonomy, number));
            }
        }
        if has(Taxonomy::Tag) && has(Taxonomy::Level) {
            self.add(home.child("matrix"), Recipe::Matrix(number));
        }
        if self.has_paid() {
            self.add(home.child("pricing"), Recipe::Pricing(number));
        }
        let delivery = self.site.config.access.delivery();
        if self.has_paid() && delivery != Delivery::Withheld {
            self.add(home.child("unlock"), Recipe::Unlock(number));
        }
        if self.seals() {
            self.add(home.child("account"), Recipe::Account(number));
        }
        // An author's own words on it go before ours.
        self.recipes.entry(home.child("privacy")).or_insert(Recipe::Privacy(number));
        // Blogs that come from elsewhere often have a page of their own there.
        if !self.recipes.contains_key(&home.child("search")) {
            self.add(home.child("search"), Recipe::Search(number));
        }
        self.add(file_below(home, "404.html"), Recipe::NotFound(number));
        if self.site.config.search.enabled {
            let manifest = Route::new(format!("{}{}.bin", search::FOLDER, language.tag));
            self.add(manifest, Recipe::Index(number));
        }
    }

    /// The pages of campaigns, in each language and each variant, and the list of links to them.
    fn campaigns(&mut self) {
        let site = self.site;
        for (campaign, sold) in site.campaigns.iter().enumerate() {
            for (edition, page) in sold.editions.iter().enumerate() {
                self.add(page.route.clone(), Recipe::Landing(Stall { campaign, edition, variant: None }));
                for (number, variant) in sold.variants(page).iter().enumerate() {
                    self.add(page.variant(variant), Recipe::Landing(Stall { campaign, edition, variant: Some(number) }));
                }
                // Of two pages at one address it was said above, and a page of the author's own stands in for ours.
                if page.audience.is_some() {
                    continue;
                }
                self.recipes.entry(page.thanks()).or_insert(Recipe::Thanks(Stall { campaign, edition, variant: None }));
            }
        }
        if site.campaigns.iter().any(|campaign| !(campaign.written.channels.is_empty() && campaign.written.ads.on.is_empty())) {
            self.add(Route::new("/promo.json"), Recipe::Promo);
        }
    }

    fn feeds(&mut self) {
        for feed in feed::feeds(self.site) {
            self.add(feed.atom(self.site), Recipe::Feed(feed.clone(), FeedFormat::Atom));
            self.add(feed.json(self.site), Recipe::Feed(feed, FeedFormat::Json));
        }
        for calendar in calendar::calendars(self.site) {
            self.add(calendar.route(self.site), Recipe::Calendar(calendar));
        }
    }

    fn redirects(&mut self) {
        for (number, redirect) in self.site.redirects.iter().enumerate() {
            self.add(redirect.from.clone(), Recipe::Redirect(number));
        }
    }

    /// Media that something public names, with their variants, and the brand's pictures.
    fn media(&mut self) {
        for (number, logo) in self.site.logos.iter().enumerate() {
            self.add(logo.route.clone(), Recipe::Logo(number));
        }
        for id in access::public_media(self.site) {
            let media = self.site.medium(id);
            self.add(media.route.clone(), Recipe::Media(id));
            if let Some(size) = media.size.filter(|_| media.is_huge()) {
                self.diags.push(image::huge(&media.path, size));
            }
            for (number, variant) in media.variants(&self.site.config.images).into_iter().enumerate() {
                self.recipes.entry(variant.route).or_insert(Recipe::Variant(id, number));
            }
        }
    }

    fn fixed(&mut self) {
        let files = [
            ("/sitemap.xml", Recipe::Sitemap),
            ("/robots.txt", Recipe::Robots),
            ("/llms.txt", Recipe::Llms),
            ("/_headers", Recipe::Headers),
            ("/.nojekyll", Recipe::NoJekyll),
        ];
        for (route, recipe) in files {
            self.add(Route::new(route), recipe);
        }
        if self.seals() {
            self.add(Route::new("/sw.js"), Recipe::Worker);
            self.add(Route::new("/sealed/members.json"), Recipe::Members);
            if self.site.config.search.enabled {
                self.add(Route::new(search::SEALED), Recipe::PaidIndexes);
            }
        }
        if !self.site.redirects.is_empty() {
            self.add(Route::new("/_redirects"), Recipe::Redirects);
        }
    }

    /// What readers' own lists need, where the site wants them.
    fn personal(&mut self, context: &ViewContext) {
        for (number, language) in self.site.languages.iter().enumerate() {
            if let Some(catalogue) = context.catalogue(&language.tag) {
                self.add(catalogue.route.clone(), Recipe::Pieces(number));
                self.add(language.home.child("for-you"), Recipe::ForYou(number));
            }
        }
    }

    fn has_paid(&self) -> bool {
        self.site.pieces.iter().any(|piece| !piece.access.is_free())
    }

    /// Whether anything is published sealed.
    fn seals(&self) -> bool {
        self.has_paid() && self.site.config.access.delivery() == Delivery::Sealed
    }

    /// Finds what an author put where sealed files or those of search stand, whose names nobody knows yet.
    fn check_kept(&mut self) {
        // Asked once, for it looks at all pieces.
        let has_paid = self.has_paid();
        let is_edge = has_paid && self.site.config.access.delivery() == Delivery::Edge;
        let kept = |route: &Route| {
            let below = format!("{route}/");
            let for_sealed = (has_paid && below.starts_with(SEALED)).then_some("what is sealed");
            let for_server = (is_edge && below.starts_with(EDGE)).then_some("the server's own answers");
            for_sealed.or(for_server).or_else(|| below.starts_with(search::FOLDER).then_some("the search index"))
        };
        let taken = self.recipes.iter().filter_map(|(route, recipe)| Some((route, recipe, kept(route)?)));
        let found = taken.filter_map(|(route, recipe, kept)| Some((route, self.source(recipe)?, kept)));
        let diags: Vec<Diag> = found
            .map(|(route, at, kept)| {
                let message = format!("the address `{route}` is kept for {kept}");
                Diag::error(&code::ROUTE_TAKEN, message).at(at).hint("give it another `slug:` or `path:`, or rename it")
            })
            .collect();
        self.diags.extend(diags);
    }

    /// Finds files that stand where another file's folder must be.
    fn check_folders(&mut self) {
        let mut files: Vec<(String, &Route)> = self.recipes.keys().map(|route| (route.file(), route)).collect();
        files.sort_by(|(file, _), (other, _)| file.cmp(other));
        let same = files.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| (pair[0].1, pair[1].1));
        let mut clashes: Vec<(&Route, &Route)> = same.collect();
        // The folder of the file before, if nothing stands in its place: files of one folder follow each other.
        let mut clear = "";
        for (file, route) in &files {
            let folders = file.match_indices('/').map(|(at, _)| &file[..at]).filter(|folder| !is_within(clear, folder));
            let in_the_way = folders.filter_map(|folder| files.binary_search_by(|(other, _)| (**other).cmp(folder)).ok());
            let before = clashes.len();
            clashes.extend(in_the_way.map(|other| (files[other].1, *route)));
            clear = if clashes.len() == before { file.rsplit_once('/').map_or("", |(folder, _)| folder) } else { "" };
        }
        let found: Vec<Diag> =
            clashes.into_iter().map(|(taken, route)| self.clash(route, &self.recipes[taken], &self.recipes[route])).collect();
        self.diags.extend(found);
    }
}

/// The piece whose text stands where a recipe's page does.
fn text_of(site: &Site, recipe: &Recipe) -> Option<PieceId> {
    match recipe {
        Recipe::Piece(id) => Some(*id),
        Recipe::Home(number) => site.languages[*number].index,
        Recipe::List(term, 1) => site.term(*term).index,
        _ => None,
    }
}

/// Whether a path is a folder or lies below it.
fn is_within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The address of a list's page.
#[must_use]
pub fn page_route(route: &Route, page: usize) -> Route {
    if page == 1 { route.clone() } else { route.child("page").child(&page.to_string()) }
}

/// The address of a file below a page.
#[must_use]
pub fn file_below(route: &Route, name: &str) -> Route {
    Route::new(format!("{}{name}", route.as_str()))
}
