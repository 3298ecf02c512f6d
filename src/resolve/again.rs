//! Documents, and the site that was resolved before -> the site as it is with them: an edit of a text costs what its own piece costs.
//!
//! Where nothing changed but texts, and front matter that concerns its own piece alone, everything stands where it stood: these pieces are told what
//! their texts say, and their links are resolved, and those that lead into them. Else the whole site is resolved again.
//! Invariant: the result is what [`resolve`](super::resolve) would give.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use super::ground::{self, Ground, Targets};
use super::pieces::{Drafts, sum_minutes};
use super::relink::{self, Relinks};
use super::{Fallback, Inputs, Publish, Whole, assemble, mostly_han, whole};
use crate::config::{Campaigns, Config};
use crate::diag::{Diag, Noted};
use crate::id::{PieceId, SourcePath};
use crate::model::{Changed, Doc, Font, Front, Logos, Piece, RawLink, Resolved, Site, Texts};
use crate::parse::Parsed;
use crate::world::MediaFacts;

/// What was resolved last.
#[derive(Default)]
pub struct Resolution {
    relinks: Relinks,
    last: Option<Last>,
}

/// A site with what it was resolved from.
struct Last {
    parsed: Arc<Parsed>,
    asked: Asked,
    drafts: Drafts,
    ground: Ground,
    site: Arc<Site>,
    /// What was found, but for what follows.
    found: Vec<Diag>,
    /// What is to be said of the pieces' own texts.
    own: BTreeMap<PieceId, Vec<Diag>>,
}

/// [`Inputs`] that are kept.
struct Asked {
    config: Arc<Config>,
    today: Date,
    publish: Publish,
    content_root: String,
    fallback: Fallback,
    media: BTreeMap<SourcePath, MediaFacts>,
    statics: Vec<SourcePath>,
    logos: Logos,
    fonts: Vec<Font>,
    campaigns: Campaigns,
}

impl Asked {
    fn of(inputs: &Inputs<'_>) -> Self {
        let Inputs { config, today, publish, content_root, fallback, media, statics, logos, fonts, campaigns } = inputs;
        Self {
            config: config.clone(),
            today: *today,
            publish: *publish,
            content_root: (*content_root).to_owned(),
            fallback: fallback.clone(),
            media: (*media).clone(),
            statics: statics.to_vec(),
            logos: logos.clone(),
            fonts: fonts.to_vec(),
            campaigns: (*campaigns).clone(),
        }
    }

    fn is(&self, inputs: &Inputs<'_>) -> bool {
        let Inputs { config, today, publish, content_root, fallback, media, statics, logos, fonts, campaigns } = inputs;
        self.today == *today
            && self.publish == *publish
            && self.content_root == *content_root
            && self.fallback == *fallback
            && self.logos == *logos
            && self.fonts == *fonts
            && self.statics == *statics
            && self.campaigns == **campaigns
            && self.media == **media
            && self.config == *config
    }
}

impl Resolution {
    /// Resolves all documents of a site.
    pub fn resolve(&mut self, parsed: &Arc<Parsed>, inputs: &Inputs<'_>) -> Noted<Resolved> {
        let changed = self.patch(parsed, inputs).map_or(Changed::Anything, Changed::Pieces);
        let last = match self.last.take().filter(|_| changed != Changed::Anything) {
            Some(last) => last,
            None => {
                let Noted { value: whole, diags } = whole(parsed, inputs, &mut self.relinks);
                let Whole { site, drafts, ground, own } = whole;
                let (site, found) = (Arc::new(site), diags);
                Last { parsed: parsed.clone(), asked: Asked::of(inputs), drafts, ground, site, found, own }
            }
        };
        let diags: Vec<&Diag> = last.found.iter().chain(last.own.values().flatten()).chain(self.relinks.diags()).collect();
        let diags = diags.into_par_iter().cloned().collect();
        let site = last.site.clone();
        self.last = Some(last);
        Noted::new(Resolved { site, changed }, diags)
    }

    /// Changes the last site to that of these documents, and returns the pieces that changed; `None` if more must be done.
    fn patch(&mut self, parsed: &Arc<Parsed>, inputs: &Inputs<'_>) -> Option<BTreeSet<PieceId>> {
        let last = self.last.as_mut()?;
        let edited = last.edited(parsed, inputs)?;
        if edited.is_empty() {
            return Some(BTreeSet::new());
        }
        let targets = Targets::new(&last.ground, &parsed.docs);
        let calls_itself = |doc: &usize| ground::own_name(&last.parsed.docs[*doc]) != ground::own_name(&parsed.docs[*doc]);
        let changed =
            relink::Changed { docs: &edited, has_other_names: edited.iter().any(calls_itself), pieces: &last.site.pieces };
        let linked = self.relinks.relink(&targets, &changed)?;
        let mut pieces: Vec<Piece> = last.site.pieces.par_iter().cloned().collect();
        let mut changed = BTreeSet::new();
        for linked in linked {
            pieces[linked.piece.index()].doc = linked.doc;
            changed.insert(linked.piece);
        }
        let mut own = last.own.clone();
        for id in edited.iter().filter_map(|&doc| last.ground.piece_of[doc]) {
            let draft = last.drafts.draft(id);
            let found = assemble::settle(&mut pieces[id.index()], draft.doc.map(|doc| &parsed.docs[doc]), draft, inputs);
            drop(if found.is_empty() { own.remove(&id) } else { own.insert(id, found) });
            changed.insert(id);
        }
        sum_minutes(&mut pieces);
        let site = with_pieces(&last.site, pieces);
        if inputs.config.title.is_empty() && changed.iter().any(|&id| names_site(&last.site, site.piece(id))) {
            return None;
        }
        last.site = Arc::new(site);
        last.parsed = parsed.clone();
        last.own = own;
        Some(changed)
    }
}

impl Last {
    /// The documents that were edited, where all files and settings are the same and no edit concerns more than its own piece.
    fn edited(&self, parsed: &Parsed, inputs: &Inputs<'_>) -> Option<BTreeSet<usize>> {
        let Parsed { docs, summaries } = &*self.parsed;
        if std::ptr::eq(&*self.parsed, parsed) && self.asked.is(inputs) {
            return Some(BTreeSet::new());
        }
        let holds = docs.len() == parsed.docs.len() && *summaries == parsed.summaries && self.asked.is(inputs);
        if !holds {
            return None;
        }
        let pairs = || docs.par_iter().zip(&parsed.docs);
        if !pairs().all(|(before, now)| before.path == now.path) {
            return None;
        }
        let is_other = |(before, now): (&Doc<RawLink>, &Doc<RawLink>)| !Arc::ptr_eq(&before.front, &now.front);
        let edited: BTreeSet<usize> = pairs().enumerate().filter(|&(_, pair)| is_other(pair)).map(|(doc, _)| doc).collect();
        let is_settled = inputs.config.languages.default.is_some() || inputs.fallback.lang.is_some();
        let same_language = is_settled || edited.is_empty() || mostly_han(docs) == mostly_han(&parsed.docs);
        let is_own_affair = |&doc: &usize| concerns_itself(&docs[doc].front, &parsed.docs[doc].front);
        (same_language && edited.iter().all(is_own_affair)).then_some(edited)
    }
}

/// Whether a front matter differs from the one before in nothing that concerns more than its own piece.
fn concerns_itself(before: &Front, now: &Front) -> bool {
    let others =
        |front: &Front| Front { title: None, description: None, updated: None, objectives: Texts::default(), ..front.clone() };
    before == now || others(before) == others(now)
}

/// Whether a piece is the home page that names a site without a title, and is called something else than before.
fn names_site(before: &Site, piece: &Piece) -> bool {
    let is_home = before.languages.iter().any(|language| language.home == piece.route);
    is_home && before.piece(piece.id).title != piece.title
}

/// The same site with these pieces.
fn with_pieces(site: &Site, pieces: Vec<Piece>) -> Site {
    let Site { config, today, languages, pieces: _, terms, media, campaigns, redirects, statics, logos, fonts, routes } = site;
    Site {
        config: config.clone(),
        today: *today,
        languages: languages.clone(),
        pieces,
        terms: terms.clone(),
        media: media.clone(),
        campaigns: campaigns.clone(),
        redirects: redirects.clone(),
        statics: statics.clone(),
        logos: logos.clone(),
        fonts: fonts.clone(),
        routes: routes.clone(),
    }
}
