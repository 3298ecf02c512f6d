//! A recipe -> the artifacts that stand at its address.
//!
//! The only place where views meet renderers. Each artifact is a function of the plan and the recipe: it does not matter when, in what order or
//! on which thread it is made. Text reaches an artifact through `access::public` only; what `preview` opens is no artifact. Invariant: what is remembered here (the text of pieces
//! that feeds show too) is the same as if it were made again.

mod card;
mod edge;
mod preview;
mod sealed;
mod search;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Read};
use std::sync::{Arc, OnceLock};

use serde::Serialize;

use crate::access::{self, Keyring, Public};
use crate::artifact::{Artifact, Body, MediaType};
use crate::config::Delivery;
use crate::diag::{Diag, Noted};
use crate::emit::Source;
use crate::enrich::next::list::{Neighbour, Reason};
use crate::id::{Hash, Lang, MediaId, PieceId, Route, SourcePath, TermId};
use crate::model::{Piece, Taxonomy};
use crate::plan::{self, FeedFormat, Plan, Recipe};
use crate::promote;
use crate::render::card::Fonts;
use crate::render::headers::Keeping;
use crate::render::html::{self, HtmlContext, Notes, Strings};
use crate::render::{calendar, feeds, headers, image, llms, promo, qr, redirects, robots, sitemap};
use crate::theme::{Theme, page_style};
use crate::view::feed::FeedOf;
use crate::view::landing::{self, CodeView, Found, Stall};
use crate::view::ld::{self, Own, Subject};
use crate::view::matrix::{MatrixRow, MatrixTable};
use crate::view::piece::{Content, Lead};
use crate::view::{self, Html, OfferCard, Page, ViewContext};
use crate::world::{Cache, World};

pub use edge::Guarded;
pub use preview::Preview;

/// What making may ask for besides the plan.
#[derive(Clone)]
pub struct Services {
    /// The site's files.
    pub world: Arc<dyn World>,
    /// What was made before.
    pub cache: Arc<dyn Cache>,
    /// What paid text is sealed with. Without it nothing is sealed, and nobody finds a record.
    pub keyring: Option<Arc<Keyring>>,
}

/// A plan being carried out.
pub struct Making {
    plan: Arc<Plan>,
    services: Services,
    /// Pieces whose text a feed shows too.
    in_feeds: BTreeSet<PieceId>,
    /// The public text of pieces that are in feeds.
    texts: Vec<OnceLock<Noted<Html>>>,
    /// The fonts of cards, read when the first card is drawn.
    fonts: OnceLock<Fonts>,
}

/// A text that stands on a home page or a list.
#[derive(Default)]
struct Intro {
    text: Html,
    /// What opens the rest of it.
    offer: Option<OfferCard>,
    /// What is published beside it.
    files: Vec<(Route, Artifact)>,
    /// Its style sheet, where that is another than everyone's.
    sheet: Option<String>,
}

type Made = Noted<Vec<(Route, Artifact)>>;

impl Making {
    /// Gets ready to carry out a plan.
    #[must_use]
    pub fn new(plan: Arc<Plan>, services: Services) -> Self {
        let site = plan.site();
        let feeds = plan.recipes.iter().filter_map(|(_, recipe)| match recipe {
            Recipe::Feed(feed, FeedFormat::Atom) => Some(feed),
            _ => None,
        });
        let in_feeds = feeds.flat_map(|feed| view::feed::pieces(site, feed)).collect();
        let texts = site.pieces.iter().map(|_| OnceLock::new()).collect();
        Self { plan, services, in_feeds, texts, fonts: OnceLock::new() }
    }

    /// Makes what stands at an address.
    pub fn make(&self, route: &Route, recipe: &Recipe) -> Made {
        let site = self.plan.site();
        let one = |artifact: Artifact| Noted::clean(vec![(route.clone(), artifact)]);
        match recipe {
            Recipe::Home(number) => self.home(route, *number, None),
            Recipe::Piece(id) => self.piece(route, *id),
            Recipe::List(term, page) => self.list(route, (*term, *page), None),
            Recipe::Terms(taxonomy, number) => self.terms(route, *taxonomy, *number),
            Recipe::Matrix(number) => self.matrix(route, *number),
            Recipe::Pricing(number) => self.pricing(route, *number),
            Recipe::Search(number) => self.search(route, *number),
            Recipe::Privacy(number) => self.privacy(route, *number),
            Recipe::Landing(stall) => self.landing(route, *stall),
            Recipe::Thanks(stall) => self.page(route, "thanks.html", &landing::thanks::thanks(self.cx(), *stall)),
            Recipe::Promo => one(promo::links(&promote::links::links(site))),
            Recipe::Unlock(number) => self.page(route, "unlock.html", &view::access::unlock(self.cx(), self.lang(*number))),
            Recipe::Account(number) => self.page(route, "account.html", &view::access::account(self.cx(), self.lang(*number))),
            Recipe::ForYou(number) => self.page(route, "for-you.html", &view::personal::page(self.cx(), self.lang(*number))),
            Recipe::Pieces(number) => match self.cx().catalogue(self.lang(*number)) {
                Some(catalogue) => one(Artifact::bytes(MediaType::JSON, catalogue.bytes.clone())),
                None => Noted::clean(Vec::new()),
            },
            Recipe::Worker => one(Artifact::bytes(MediaType::JS, self.theme().worker().as_bytes().to_vec())),
            Recipe::NotFound(number) => self.page(route, "404.html", &view::plain::not_found(self.cx(), self.lang(*number))),
            Recipe::Redirect(number) => {
                self.page(route, "redirect.html", &view::plain::redirect(self.cx(), &site.redirects[*number]))
            }
            Recipe::Feed(feed, format) => one(self.feed(feed, *format)),
            Recipe::Calendar(of) => one(calendar::ics(&view::calendar::calendar(site, of))),
            Recipe::Sitemap => {
                let urls = view::sitemap::urls(site, &self.other_pages());
                Noted::clean(sitemap::files(&urls, &site.config.base_url, sitemap::Limits::PROTOCOL))
            }
            Recipe::Robots => one(robots::robots(&site.config)),
            Recipe::Llms => one(llms::llms(&view::llms::outline(site, self.cx()))),
            Recipe::Headers => one(headers::headers(site.config.base_path(), self.cx().policy(), &self.keeping())),
            Recipe::Redirects => {
                let moved: Vec<_> = site.redirects.iter().map(|redirect| view::redirect::moved(site, redirect)).collect();
                one(redirects::list(&moved))
            }
            Recipe::NoJekyll => one(headers::nojekyll()),
            Recipe::Index(language) => self.index(*language),
            Recipe::PaidIndexes => self.paid_indexes(),
            Recipe::Members => self.members(),
            Recipe::Asset(number) => {
                let asset = &self.theme().assets()[*number];
                one(Artifact::bytes(asset.media, asset.bytes.clone()))
            }
            Recipe::PageStyle(id) => {
                let sheet = page_style::sheet(&access::styles(site.piece(*id)));
                one(Artifact::bytes(MediaType::CSS, sheet.into_bytes()))
            }
            Recipe::Media(id) => one(copy(&site.medium(*id).path)),
            Recipe::Logo(number) => match site.logos.iter().nth(*number) {
                Some(logo) => one(copy(&logo.path)),
                None => Noted::clean(Vec::new()),
            },
            Recipe::Card(of) => self.card(route, *of),
            Recipe::Static(number) => one(copy(&site.statics[*number].0)),
            Recipe::Variant(id, number) => self.variant(*id, *number).map(|artifact| vec![(route.clone(), artifact)]),
        }
    }

    fn cx(&self) -> &ViewContext {
        &self.plan.context
    }

    fn theme(&self) -> &Theme {
        self.cx().theme()
    }

    fn lang(&self, number: usize) -> &Lang {
        &self.cx().site().languages[number].tag
    }

    /// The public text of a piece, with what was found in it: for the piece's own page to tell, and for feeds to pass over.
    fn text(&self, id: PieceId) -> Noted<Html> {
        let make = || {
            let piece = self.plan.site().piece(id);
            self.written(piece, &access::public(piece)).map(Html::new)
        };
        if self.in_feeds.contains(&id) { self.texts[id.index()].get_or_init(make).clone() } else { make() }
    }

    /// So much of a piece's text as the gate shows.
    fn written(&self, piece: &Piece, shown: &Public<'_>) -> Noted<String> {
        let has_rest = access::declassify(&piece.doc, &piece.access).has_rest;
        let notes = if shown.rest.is_none() && has_rest { Notes::Teaser } else { Notes::Whole };
        let bodies: Vec<_> = std::iter::once(shown.teaser).chain(shown.rest).collect();
        self.rendering(piece, &BTreeSet::new(), &|cx| html::parts(&bodies, &HtmlContext { notes, ..*cx }))
    }

    /// Renders text of a piece, of which these files are not published as they are.
    fn rendering(
        &self,
        piece: &Piece,
        withheld: &BTreeSet<MediaId>,
        render: &dyn Fn(&HtmlContext<'_>) -> Noted<String>,
    ) -> Noted<String> {
        render(&HtmlContext {
            site: self.cx().site(),
            lang: &piece.lang,
            file: &piece.doc.path,
            strings: &Words(self.theme()),
            components: &self.cx().components(),
            policy: self.cx().policy(),
            cache: &*self.services.cache,
            notes: Notes::Whole,
            withheld,
        })
    }

    fn page<P: Serialize>(&self, route: &Route, template: &str, view: &Page<P>) -> Made {
        let html = self.theme().engine().page(template, view);
        html.map(|html| vec![(route.clone(), Artifact::bytes(MediaType::HTML, html.into_bytes()))])
    }

    fn ld(&self, subject: &Subject<'_>) -> Html {
        Html::new(ld::script(self.cx().site(), self.cx(), subject))
    }

    /// What everyone sees of a text that stands on a home page or a list.
    fn intro(&self, id: PieceId) -> Noted<Intro> {
        let mut diags = Vec::new();
        let text = self.text(id).take(&mut diags);
        let (sealed, files) = self.sealed(id).take(&mut diags);
        Noted::new(Intro { text, offer: view::piece::offer(self.cx(), id, sealed), files, sheet: None }, diags)
    }

    /// A home page, with what everyone sees of its text unless another is given.
    fn home(&self, route: &Route, number: usize, intro: Option<Noted<Intro>>) -> Made {
        let mut diags = Vec::new();
        let language = &self.cx().site().languages[number];
        let intro = intro.or_else(|| language.index.map(|id| self.intro(id)));
        let Intro { text: teaser, offer, files, sheet } = intro.map(|intro| intro.take(&mut diags)).unwrap_or_default();
        let jsonld = match language.index {
            Some(id) => self.ld(&Subject::Piece(id)),
            None => {
                let title = self.cx().site().config.title.get(&language.tag);
                self.ld(&Subject::Other(Own { lang: &language.tag, route, title }))
            }
        };
        let content = Content { teaser, jsonld, ..Content::default() };
        let mut view = view::home::page(self.cx(), &language.tag, content);
        view.page.offer = offer;
        view.head.sheet = sheet.or(view.head.sheet);
        with(diags, self.page(route, "home.html", &view), files)
    }

    fn piece(&self, route: &Route, id: PieceId) -> Made {
        let shown = access::public(self.plan.site().piece(id));
        let mut diags = Vec::new();
        let text = self.text(id).take(&mut diags);
        let (sealed, files) = self.sealed(id).take(&mut diags);
        let content = Content { teaser: text, sealed, ..Content::default() };
        with(diags, self.shown(route, id, &shown, content), files)
    }

    /// The page of a piece with this text, of which the gate shows so much.
    fn shown(&self, route: &Route, id: PieceId, shown: &Public<'_>, content: Content) -> Made {
        let mut diags = Vec::new();
        let template = view::piece::template(self.cx(), id).take(&mut diags);
        let sheet = content.sheet.clone();
        let content =
            Content { jsonld: self.ld(&Subject::Piece(id)), read_next: self.read_next(id), near: self.near(id), ..content };
        let mut view = view::piece::page_of(self.cx(), id, shown, content);
        view.head.sheet = sheet.or(view.head.sheet);
        with(diags, self.page(route, &template, &view), Vec::new())
    }

    /// What a piece leads to, as far as it is there.
    fn read_next(&self, id: PieceId) -> Vec<Lead> {
        let site = self.plan.site();
        let lead = |neighbour: &Neighbour| {
            let topic = if let Reason::Topic(name) = &neighbour.reason { name.clone() } else { "".into() };
            Some(Lead { piece: *site.routes.get(&neighbour.route)?, reason: neighbour.reason.name(), topic })
        };
        self.plan.enriched.read_next.of(&site.piece(id).route).iter().filter_map(lead).collect()
    }

    /// What readers' devices may choose from after a piece.
    fn near(&self, id: PieceId) -> Vec<(u16, u8)> {
        let piece = self.plan.site().piece(id);
        let is_wanted = self.cx().catalogue(&piece.lang).is_some();
        if is_wanted { self.plan.enriched.read_next.near(&piece.route).to_vec() } else { Vec::new() }
    }

    /// A page of a list, with what everyone sees of its text unless another is given.
    fn list(&self, route: &Route, (id, number): (TermId, usize), intro: Option<Noted<Intro>>) -> Made {
        let mut diags = Vec::new();
        let site = self.cx().site();
        let term = site.term(id);
        let intro = intro.or_else(|| term.index.filter(|_| number == 1).map(|index| self.intro(index)));
        let Intro { text, offer, files, sheet } = intro.map(|intro| intro.take(&mut diags)).unwrap_or_default();
        let mut view = view::list::page(self.cx(), id, number, text);
        view.page.offer = offer;
        view.head.sheet = sheet.or(view.head.sheet);
        let before = (number - 1) * site.config.page_size.0;
        let end = term.pieces.len().min(before + site.config.page_size.0);
        let pieces = &term.pieces[before.min(end)..end];
        view.head.jsonld = self.ld(&Subject::List { term: id, route, pieces, before });
        with(diags, self.page(route, "list.html", &view), files)
    }

    fn terms(&self, route: &Route, taxonomy: Taxonomy, number: usize) -> Made {
        let lang = self.lang(number);
        let mut view = view::terms::page(self.cx(), taxonomy, lang);
        view.head.jsonld = self.ld(&Subject::Other(Own { lang, route, title: &view.head.name }));
        self.page(route, "terms.html", &view)
    }

    fn matrix(&self, route: &Route, number: usize) -> Made {
        let lang = self.lang(number);
        let mut view = view::matrix::page(self.cx(), lang, &self.matrix_table(lang));
        view.head.jsonld = self.ld(&Subject::Other(Own { lang, route, title: &view.head.name }));
        self.page(route, "matrix.html", &view)
    }

    /// The matrix as the page shows it: the gaps are for the creator's eyes and stay in `kmsite matrix`.
    fn matrix_table(&self, lang: &Lang) -> MatrixTable {
        let Some(matrix) = self.plan.enriched.matrices.get(lang) else { return MatrixTable::default() };
        let levelled = matrix.rows.iter().filter(|row| row.cells.iter().any(|cell| !cell.is_empty()));
        let rows = levelled.map(|row| MatrixRow { topic: Some(row.topic), cells: row.cells.clone() }).collect();
        MatrixTable { rows }
    }

    fn pricing(&self, route: &Route, number: usize) -> Made {
        let lang = self.lang(number);
        let mut view = view::pricing::page(self.cx(), lang);
        view.head.jsonld = self.ld(&Subject::Prices(Own { lang, route, title: &view.head.name }));
        self.page(route, "pricing.html", &view)
    }

    fn privacy(&self, route: &Route, number: usize) -> Made {
        let lang = self.lang(number);
        let mut view = view::privacy::page(self.cx(), lang);
        view.head.jsonld = self.ld(&Subject::Other(Own { lang, route, title: &view.head.name }));
        self.page(route, "privacy.html", &view)
    }

    /// The page of a campaign: of its sample it shows what stands before the wall, be there one or not.
    fn landing(&self, route: &Route, stall: Stall) -> Made {
        let sample = landing::sample(self.cx(), stall).map(|id| self.cx().site().piece(id));
        let text = sample.map(|piece| {
            let beginning = Public { rest: None, secrets: None, ..access::public(piece) };
            // What is wrong with it is said by its own page.
            Html::new(self.written(piece, &beginning).value)
        });
        let (campaign, edition) = landing::stall(self.cx(), stall);
        let code = qr::path(&self.cx().site().absolute(&edition.route)).map(|(width, path)| CodeView { width, path });
        let found = Found { text: text.unwrap_or_default(), ways: self.ways_to(&edition.pieces), code };
        let mut view = landing::page(self.cx(), stall, found);
        let own = Own { lang: &edition.lang, route, title: &view.head.name };
        view.head.jsonld = self.ld(&Subject::Sale(own, (campaign, edition)));
        let template = format!("landing-{}.html", view.page.layout);
        self.page(route, &template, &view)
    }

    /// Pieces that what is sold is read after, or that are read after it, those first that name it earliest.
    fn ways_to(&self, sold: &[PieceId]) -> Vec<PieceId> {
        let site = self.plan.site();
        let place = |from: &Piece, to: &Piece| {
            self.plan.enriched.read_next.of(&from.route).iter().position(|neighbour| neighbour.route == to.route)
        };
        let nearest = |piece: &Piece| {
            let sold = sold.iter().map(|&id| site.piece(id)).filter(|sold| sold.lang == piece.lang && sold.id != piece.id);
            sold.filter_map(|sold| place(piece, sold).into_iter().chain(place(sold, piece)).min()).min()
        };
        let mut ways: Vec<(usize, PieceId)> = site.pieces.iter().filter_map(|piece| Some((nearest(piece)?, piece.id))).collect();
        ways.sort_unstable();
        ways.into_iter().map(|(_, id)| id).collect()
    }

    fn search(&self, route: &Route, number: usize) -> Made {
        let lang = self.lang(number);
        let mut view = view::search::page(self.cx(), lang);
        view.head.jsonld = self.ld(&Subject::Other(Own { lang, route, title: &view.head.name }));
        self.page(route, "search.html", &view)
    }

    fn feed(&self, of: &FeedOf, format: FeedFormat) -> Artifact {
        // What is wrong with a text is said once, by its page.
        let html = |id: PieceId| self.text(id).value;
        let feed = view::feed::feed(self.cx().site(), of, self.cx(), &html);
        match format {
            FeedFormat::Atom => feeds::atom(&feed),
            FeedFormat::Json => feeds::json(&feed),
        }
    }

    fn variant(&self, id: MediaId, number: usize) -> Noted<Artifact> {
        let site = self.cx().site();
        let media = site.medium(id);
        let variants = media.variants(&site.config.images);
        let variant = &variants[number];
        let job = image::Job {
            path: media.path.clone(),
            hash: media.hash,
            width: variant.width,
            height: variant.height,
            quality: site.config.images.quality,
            version: crate::model::Media::VARIANT_VERSION,
        };
        image::variant(&*self.services.world, &*self.services.cache, &job)
    }

    /// What may be cached for good: the folders `assets` and `media`, unless the author has files of their own there, whose addresses stay
    /// the same while they change; then the files of the theme one by one. Of what is sealed, the content; who may open it
    /// is asked for anew. Of a search index all but its manifest.
    fn keeping(&self) -> Keeping {
        let below = |folder: &str| {
            let recipes = self.plan.recipes.iter();
            recipes.filter(move |(route, _)| route.as_str().starts_with(folder)).collect::<Vec<_>>()
        };
        let mut keeping = Keeping::default();
        for folder in ["/assets/", "/media/"] {
            let files = below(folder);
            if !files.iter().any(|(_, recipe)| matches!(recipe, Recipe::Static(_) | Recipe::Media(_))) {
                keeping.immutable.push(format!("{folder}*"));
                continue;
            }
            let fixed =
                |recipe: &Recipe| matches!(recipe, Recipe::Asset(_) | Recipe::PageStyle(_) | Recipe::Logo(_) | Recipe::Card(_));
            keeping.immutable.extend(files.into_iter().filter(|(_, recipe)| fixed(recipe)).map(|(route, _)| route.encoded()));
        }
        for (manifest, _) in self.plan.recipes.iter().filter(|(_, recipe)| matches!(recipe, Recipe::Index(_))) {
            let manifest = manifest.encoded();
            keeping.immutable.push(format!("{}/*", manifest.trim_end_matches(".bin")));
            keeping.revalidated.push(manifest);
        }
        if self.plan.site().config.access.delivery() == Delivery::Sealed
            && self.services.keyring.is_some()
            && self.plan.recipes.iter().any(|(_, recipe)| *recipe == Recipe::Members)
        {
            keeping.immutable.push(format!("{}*.bin", plan::SEALED));
            keeping.revalidated.push(format!("{}*.json", plan::SEALED));
        }
        keeping
    }

    /// Pages that no piece or list stands for.
    fn other_pages(&self) -> Vec<Route> {
        let others = self.plan.recipes.iter().filter(|(_, recipe)| {
            matches!(recipe, Recipe::Terms(..) | Recipe::Matrix(_) | Recipe::Pricing(_) | Recipe::Search(_) | Recipe::Privacy(_))
                || matches!(recipe, Recipe::Landing(stall) if landing::is_general(self.cx(), *stall))
        });
        others.map(|(route, _)| route.clone()).collect()
    }
}

impl Source for Making {
    fn count(&self) -> usize {
        self.plan.recipes.len() + self.plan.withheld.count()
    }

    fn make(&self, index: usize) -> Made {
        match self.plan.recipes.get(index) {
            Some((route, recipe)) => self.make(route, recipe),
            None => self.sealed_file(index - self.plan.recipes.len()),
        }
    }

    fn open(&self, path: &SourcePath) -> io::Result<Box<dyn Read + Send>> {
        let file = self.services.world.open(path)?;
        Ok(file)
    }

    fn hash(&self, path: &SourcePath) -> io::Result<Hash> {
        self.services.world.facts(path).map(|facts| facts.hash)
    }
}

/// A source file as it is.
fn copy(path: &SourcePath) -> Artifact {
    Artifact { media: MediaType::of_extension(&path.extension()), body: Body::File(path.clone()) }
}

/// What was made, with what was found before and the files that belong to it.
fn with(mut diags: Vec<Diag>, made: Made, files: Vec<(Route, Artifact)>) -> Made {
    let mut value = made.take(&mut diags);
    value.extend(files);
    Noted::new(value, diags)
}

/// The theme's words for what stands around an author's text.
struct Words<'a>(&'a Theme);

impl Strings for Words<'_> {
    fn get(&self, lang: &Lang, key: &str) -> Cow<'_, str> {
        Cow::Owned(self.0.strings(lang).get(&format!("html.{key}")).to_owned())
    }
}
