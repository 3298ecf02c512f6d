//! What a server hands out to those who paid: full pages, the files that they alone name, and the rules for the server.
//!
//! It is a [`Source`] of its own, for a tree of its own: nothing of it ever comes from [`Making`], which makes the public tree. The addresses are those of
//! the public pages. Invariant: every file of it but the rules has an audience in the rules.

use std::collections::BTreeMap;
use std::io::{self, Read};

use super::{Intro, Made, Making};
use crate::access::{Audience, Edge, Keyring, Public};
use crate::artifact::{Artifact, MediaType};
use crate::diag::Noted;
use crate::emit::Source;
use crate::id::{Hash, MediaId, PieceId, Route, SourcePath};
use crate::plan::Recipe;
use crate::render::edge::{self, Rules, nginx};
use crate::theme::page_style;
use crate::view::Html;
use crate::view::access::EDGE;
use crate::view::piece::Content;

/// The guarded tree of a site.
pub struct Guarded<'a> {
    making: &'a Making,
    edge: Edge<'a>,
    keyring: &'a Keyring,
    files: BTreeMap<Route, File>,
    /// The addresses of the files, in order.
    routes: Vec<Route>,
}

/// A file of the guarded tree.
struct File {
    audience: Audience,
    made_of: MadeOf,
}

/// What a file of the guarded tree is made of.
#[derive(Clone, Copy)]
enum MadeOf {
    /// A page with all of a piece.
    Piece(PieceId),
    /// The style sheet of such a page.
    Style(PieceId),
    /// A media file as it is.
    Media(MediaId),
    /// A variant of an image, by its number.
    Variant(MediaId, usize),
}

impl Making {
    /// What a server hands out of the site, if it is one that a server guards.
    #[must_use]
    pub fn guarded<'a>(&'a self, keyring: &'a Keyring) -> Option<Guarded<'a>> {
        let edge = Edge::of(self.plan.site())?;
        let mut guarded = Guarded { making: self, edge, keyring, files: BTreeMap::new(), routes: Vec::new() };
        guarded.pages();
        guarded.media();
        guarded.routes = guarded.files.keys().cloned().collect();
        Some(guarded)
    }

    /// The page at an address with all of its text.
    fn whole(&self, route: &Route, id: PieceId, shown: &Public<'_>) -> Made {
        let mut diags = Vec::new();
        let piece = self.plan.site().piece(id);
        let text = self.written(piece, shown).map(Html::new).take(&mut diags);
        let sheet = Edge::of(self.plan.site()).and_then(|edge| page_style::route(&edge.styles(piece)));
        let sheet = sheet.map(|route| self.plan.site().href(&route));
        let intro = || Noted::clean(Intro { text: text.clone(), sheet: sheet.clone(), ..Intro::default() });
        let made = match self.plan.recipe(route) {
            Some(Recipe::Home(number)) => self.home(route, *number, Some(intro())),
            Some(Recipe::List(term, number)) => self.list(route, (*term, *number), Some(intro())),
            _ => self.shown(route, id, shown, Content { teaser: text, sheet, ..Content::default() }),
        };
        super::with(diags, made, Vec::new())
    }
}

impl Guarded<'_> {
    /// The pages of pieces that are paid for, each with its style sheet.
    fn pages(&mut self) {
        let plan = &self.making.plan;
        for (route, recipe) in plan.recipes.iter() {
            let Some(id) = plan.text_of(recipe) else { continue };
            let piece = plan.site().piece(id);
            if self.edge.guards(piece) {
                let audience = self.edge.audience(piece);
                if let Some(sheet) = page_style::route(&self.edge.styles(piece)) {
                    self.add(sheet, &audience, MadeOf::Style(id));
                }
                self.files.insert(route.clone(), File { audience, made_of: MadeOf::Piece(id) });
            }
        }
    }

    /// The files that paid text alone names.
    fn media(&mut self) {
        let site = self.making.plan.site();
        for (id, audience) in self.edge.media() {
            let media = site.medium(id);
            self.add(media.route.clone(), &audience, MadeOf::Media(id));
            for (number, variant) in media.variants(&site.config.images).into_iter().enumerate() {
                self.add(variant.route, &audience, MadeOf::Variant(id, number));
            }
        }
    }

    /// Adds a file, unless everyone may have it: what is named after its content may be another piece's too.
    fn add(&mut self, route: Route, audience: &Audience, made_of: MadeOf) {
        if self.making.plan.recipe(&route).is_none() {
            let file = self.files.entry(route).or_insert_with(|| File { audience: Audience::new(), made_of });
            file.audience.extend(audience.iter().cloned());
        }
    }

    fn file(&self, route: &Route, file: &File) -> Made {
        let site = self.making.plan.site();
        let one = |artifact: Artifact| vec![(route.clone(), artifact)];
        match file.made_of {
            MadeOf::Piece(id) => self
                .edge
                .whole(site.piece(id), &(self.making, route, id), |shown, (making, route, id)| making.whole(route, *id, &shown)),
            MadeOf::Style(id) => {
                let sheet = page_style::sheet(&self.edge.styles(site.piece(id)));
                Noted::clean(one(Artifact::bytes(MediaType::CSS, sheet.into_bytes())))
            }
            MadeOf::Media(id) => Noted::clean(one(super::copy(&site.medium(id).path))),
            MadeOf::Variant(id, number) => self.making.variant(id, number).map(one),
        }
    }

    /// The rules, written for nginx.
    fn rules(&self) -> edge::Written {
        let site = self.making.plan.site();
        let mut numbers: BTreeMap<&Audience, usize> = self.files.values().map(|file| (&file.audience, 0)).collect();
        for (number, of) in (1..).zip(numbers.values_mut()) {
            *of = number;
        }
        let words = |audience: &Audience| audience.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let passes = self.edge.passes(self.keyring);
        let of =
            |holds: &Audience| numbers.iter().filter(|(who, _)| !who.is_disjoint(holds)).map(|(_, number)| *number).collect();
        let keeping = self.making.keeping();
        nginx::files(&Rules {
            base_path: site.config.base_path(),
            own: EDGE,
            encrypted: site.config.base_url.starts_with("https:"),
            not_found: "404.html",
            immutable: keeping.immutable.iter().filter_map(|path| path.strip_suffix('*')).collect(),
            audiences: numbers.keys().map(|audience| words(audience)).collect(),
            files: self.files.iter().map(|(route, file)| (format!("/{}", route.file()), numbers[&file.audience])).collect(),
            passes: passes.iter().map(|pass| (pass.text.as_str(), of(&pass.holds))).collect(),
        })
    }
}

impl Source for Guarded<'_> {
    fn count(&self) -> usize {
        self.routes.len() + 1
    }

    fn make(&self, index: usize) -> Made {
        match self.routes.get(index) {
            Some(route) => self.file(route, &self.files[route]).map(|made| {
                let place = |(route, artifact): (Route, Artifact)| (Route::new(format!("{}{route}", edge::FILES)), artifact);
                made.into_iter().map(place).collect()
            }),
            None => Noted::clean(self.rules()),
        }
    }

    fn open(&self, path: &SourcePath) -> io::Result<Box<dyn Read + Send>> {
        self.making.open(path)
    }

    fn hash(&self, path: &SourcePath) -> io::Result<Hash> {
        self.making.hash(path)
    }
}
