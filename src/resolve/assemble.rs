//! A draft at its place -> a piece: what its document says, what it inherits, and whether its kind allows it.
//!
//! One piece knows nothing of another here, so that all are assembled in parallel. Lists and links are added later.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::access;
use crate::diag::{At, Diag, Noted, code};
use crate::id::{PieceId, SourceId};
use crate::model::duration;
use crate::model::text::{Headings, excerpt, text};
use crate::model::{Dates, Doc, Entitlements, Front, Kind, Level, LevelOrigin, Link, Moment, Piece, RawLink};
use crate::parse::Parsed;

use super::Inputs;
use super::entitle::{Entitler, Subject};
use super::inherit::Heritage;
use super::pieces::Addressed;
use super::place::{self, Name};
use super::tree::Draft;

/// Descriptions taken from the text are this long at most, in half-em columns (a Han character takes two): about what search engines show.
const DESCRIPTION_COLUMNS: usize = 160;

/// What drafts become pieces from.
pub(super) struct Assembly<'a> {
    pub parsed: &'a Parsed,
    pub heritage: &'a Heritage<'a>,
    pub inputs: &'a Inputs<'a>,
    pub entitler: Entitler<'a>,
    pub by_doc: BTreeMap<usize, PieceId>,
    /// A document of nothing, in the place of each until its links are resolved.
    pub nothing: Doc<Link>,
}

impl Assembly<'_> {
    /// The piece of this number, without what its own text says of it and what lists and links add to it.
    pub(super) fn piece(&self, number: usize, addressed: &Addressed) -> Noted<Piece> {
        let Self { heritage, inputs, nothing, .. } = self;
        let mut diags = Vec::new();
        let draft = &addressed.draft;
        let own = draft.doc.map(|doc| &self.parsed.docs[doc]);
        let chain = match draft.doc {
            Some(doc) => Cow::Borrowed(heritage.chain(doc)),
            None => Cow::Owned(heritage.folder_chain(&addressed.lang, &draft.logical)),
        };
        let subject = Subject { own, lang: &addressed.lang, logical: &draft.logical, chain: &chain };
        let access = self.entitler.entitle(&subject, &mut diags);
        let level = level(heritage, &chain, &mut diags);
        let authors = heritage.find(&chain, |front| Some(front.authors.clone()).filter(|authors| !authors.is_empty()));
        let site_author = || inputs.config.author_in(&addressed.lang).map(str::to_owned);
        let authors = authors.map_or_else(|| site_author().into_iter().collect(), |found| found.value.0);
        let siblings = draft.doc.into_iter().flat_map(|doc| heritage.translations(doc));
        let piece = Piece {
            id: PieceId(u32::try_from(number).unwrap_or(u32::MAX)),
            source: source_id(own, addressed, inputs.content_root),
            kind: draft.kind,
            lang: addressed.lang.clone(),
            route: addressed.route.clone(),
            title: "".into(),
            description: "".into(),
            dates: Dates::default(),
            access,
            level,
            tags: Vec::new(),
            series: None,
            collection: None,
            authors: authors.into_iter().map(Into::into).collect(),
            cover: None,
            minutes: 0,
            prerequisites: Vec::new(),
            parent: addressed.parent,
            children: addressed.children.clone(),
            translations: siblings.filter_map(|doc| self.by_doc.get(&doc).copied()).collect(),
            previous: None,
            next: None,
            number: "".into(),
            doc: Doc { path: own.map_or_else(|| nothing.path.clone(), |doc| doc.path.clone()), ..nothing.clone() },
        };
        Noted::new(piece, diags)
    }
}

/// Tells a piece what its own text says of it, and of nobody else; returns what is to be said of that.
pub(super) fn settle(piece: &mut Piece, own: Option<&Doc<RawLink>>, draft: &Draft, inputs: &Inputs<'_>) -> Vec<Diag> {
    let mut diags = Vec::new();
    piece.title = title(own, draft, &piece.access).unwrap_or_else(|| inputs.site_title(&piece.lang)).into();
    piece.dates = dates(own, draft);
    if let Some(doc) = own {
        piece.description = description(doc, &piece.access).into();
        piece.minutes = minutes(doc, &piece.access, &mut diags);
        check_kind(draft.kind, doc, &mut diags);
        check_wall(draft.kind, doc, &piece.access, &mut diags);
    }
    diags
}

fn source_id(own: Option<&Doc<RawLink>>, addressed: &Addressed, content_root: &str) -> SourceId {
    let Some(doc) = own else { return SourceId::new(format!("{}:{}", addressed.lang, addressed.draft.logical)) };
    doc.front.id.clone().unwrap_or_else(|| {
        let path = place::below(&doc.path, content_root);
        SourceId::new(path.rsplit_once('.').map_or(path, |(path, _)| path))
    })
}

/// The declared title, else that of the heading that stands first, else what the summary calls it, else the one heading of the first level that
/// everyone may read, else its name; nothing for a content folder that says none of these.
fn title(own: Option<&Doc<RawLink>>, draft: &Draft, access: &Entitlements) -> Option<String> {
    let declared = own.and_then(|doc| doc.front.title.clone());
    let heading = || own.and_then(|doc| doc.heading.as_deref().map(str::to_owned));
    let title = declared.filter(|title| !title.trim().is_empty()).or_else(heading).or_else(|| draft.title.clone());
    title.or_else(|| own.and_then(|doc| only_top_heading(doc, access))).or_else(|| {
        let name = draft.logical.rsplit('/').next().filter(|name| !name.is_empty());
        name.map(|name| Name::of(name).title())
    })
}

/// The heading of the first level that stands somewhere in a text, if there is only one and everyone may know it.
fn only_top_heading(doc: &Doc<RawLink>, access: &Entitlements) -> Option<String> {
    let behind = access::declassify(doc, access).headings;
    let headings = doc.teaser.anchors.iter().chain(behind).filter_map(|anchor| anchor.heading.as_ref());
    let mut top = headings.filter(|(level, _)| *level == 1);
    let only = top.next().filter(|_| top.next().is_none());
    only.map(|(_, text)| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn description(doc: &Doc<RawLink>, access: &Entitlements) -> String {
    let declared = doc.front.description.clone().filter(|text| !text.trim().is_empty());
    declared.unwrap_or_else(|| excerpt(&text(access::opening(doc, access), Headings::Drop), DESCRIPTION_COLUMNS))
}

fn dates(own: Option<&Doc<RawLink>>, draft: &Draft) -> Dates {
    let Some(doc) = own else { return Dates::default() };
    let stem = draft.logical.rsplit('/').next().unwrap_or_default();
    Dates { date: doc.front.date.or_else(|| dated_by_path(&doc.front, stem)), updated: doc.front.updated }
}

/// The declared duration, else reading time.
fn minutes(doc: &Doc<RawLink>, access: &Entitlements, diags: &mut Vec<Diag>) -> u32 {
    let Some(declared) = &doc.front.duration else { return access::declassify(doc, access).minutes };
    duration::minutes(declared).unwrap_or_else(|| {
        let diag = Diag::error(&code::BAD_VALUE, format!("`{declared}` is not a length of time"));
        diags.push(diag.at(At::key(&doc.path, &["duration"])).hint("write it as `45m` or `1h30m`"));
        0
    })
}

fn level(heritage: &Heritage<'_>, chain: &[usize], diags: &mut Vec<Diag>) -> Option<(Level, LevelOrigin)> {
    let found = heritage.find(chain, |front| front.level.clone())?;
    if let Some(level) = Level::named(&found.value) {
        return Some((level, LevelOrigin::Declared));
    }
    let names = Level::ALL.map(Level::name);
    let diag = Diag::error(&code::UNKNOWN_LEVEL, format!("unknown level `{}`", found.value));
    let diag = diag.at(At::key(&found.file, &["level"])).did_you_mean(&found.value, names);
    diags.push(diag.hint("the levels are `beginner`, `intermediate` and `advanced`"));
    None
}

/// Checks what a kind demands of its front matter.
fn check_kind(kind: Kind, doc: &Doc<RawLink>, diags: &mut Vec<Diag>) {
    if kind != Kind::Session {
        return;
    }
    match doc.front.start {
        None => {
            let diag = Diag::error(&code::NO_START, "a session needs `start:`").at(At::file(&doc.path));
            diags.push(diag.hint("write `start: 2026-12-01T20:00:00+08:00`"));
        }
        Some(start) if start.time.is_none() => {
            let diag = Diag::error(&code::NO_START, "a session starts at a time of day").at(At::key(&doc.path, &["start"]));
            diags.push(diag.hint(format!("write `start: {}T20:00:00+08:00`", start.date)));
        }
        Some(_) => {}
    }
    if let Some(length) = doc.front.length.as_deref().filter(|length| duration::minutes(length).is_none()) {
        let diag = Diag::error(&code::BAD_VALUE, format!("`{length}` is not a length of time"));
        diags.push(diag.at(At::key(&doc.path, &["length"])).hint("write it as `90m` or `1h30m`"));
    }
}

/// Warns of a paid piece that everyone can read to its end.
fn check_wall(kind: Kind, doc: &Doc<RawLink>, access: &Entitlements, diags: &mut Vec<Diag>) {
    let sells = matches!(kind, Kind::Article | Kind::Lesson | Kind::Chapter | Kind::Session | Kind::Resource | Kind::Answer);
    if sells && !access.is_free() && !doc.teaser.blocks.is_empty() && access::locks_nothing(doc) {
        let diag = Diag::warning(&code::NOTHING_LOCKED, "this paid piece is public to its end: all of it is teaser")
            .at(At::file(&doc.path));
        diags.push(diag.hint("put `<!-- paywall -->` on a line of its own where the teaser ends"));
    }
}

/// The date in a file name, or in a whole address as `2024/05/01/name`.
pub(super) fn dated_by_path(front: &Front, stem: &str) -> Option<Moment> {
    if let Some(date) = Name::of(stem).date {
        return Some(Moment::day(date));
    }
    let path = front.path.as_deref()?;
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    parts.windows(3).find_map(|three| {
        let [year, month, day] = three else { return None };
        if year.len() != 4 {
            return None;
        }
        let date = jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
        Some(Moment::day(date))
    })
}
