//! Drafts of all languages -> numbered pieces, everything inherited and addressed, links not yet resolved.
//!
//! Drafts, future and expired files leave here; what lay in them moves up. Invariant: pieces are numbered by address.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::access;
use crate::diag::{At, Diag, code};
use crate::id::{Lang, PieceId, Route, SourceId, SourcePath};
use crate::model::duration;
use crate::model::text::{Headings, excerpt, text};
use crate::model::{Dates, Doc, Entitlements, Front, Kind, Level, LevelOrigin, Moment, Piece, RawLink, Taxonomy, Term};
use crate::parse::Parsed;

use super::entitle::{Entitler, Subject};
use super::inherit::Heritage;
use super::outline::Outliner;
use super::place::{self, Name};
use super::route::{self, Addresses};
use super::terms::{self, Sketch};
use super::tree::{self, Draft, File};
use super::{Inputs, Survey, empty_doc};

/// Descriptions taken from the text are this long at most, in half-em columns (a Han character takes two): about what search engines show.
const DESCRIPTION_COLUMNS: usize = 160;

/// All drafts with their addresses, in order of these.
pub(super) struct Drafts {
    drafts: Vec<Addressed>,
    lists: Vec<List>,
}

struct Addressed {
    draft: Draft,
    /// Its place in the order of its folder.
    rank: usize,
    lang: Lang,
    route: Route,
    parent: Option<PieceId>,
    children: Vec<PieceId>,
}

/// A folder that gets a list.
struct List {
    lang: Lang,
    folder: String,
    route: Route,
    index: Option<PieceId>,
}

impl Drafts {
    /// Grows the trees of all languages, leaves out what is not to be published, and addresses the rest.
    pub(super) fn draw(
        parsed: &Parsed,
        survey: &Survey,
        heritage: &Heritage<'_>,
        inputs: &Inputs<'_>,
        diags: &mut Vec<Diag>,
    ) -> Self {
        let mut drafts: Vec<(Draft, Lang, Route)> = Vec::new();
        let mut lists = Vec::new();
        let outliner = Outliner::new(parsed, survey, inputs);
        for lang in &survey.languages {
            let files: Vec<File> = files_of(parsed, survey, lang)
                .filter(|file| {
                    let chain = deciding(survey, lang, heritage.chain(file.doc));
                    let folders = chain.iter().filter(|&&doc| survey.places[doc].1.index);
                    // A course that lies ahead hides its lessons, whatever their own dates.
                    let dates = folders.filter_map(|&doc| parsed.docs[doc].front.date).chain(file.date);
                    is_published(parsed, &chain, dates.map(|moment| moment.date).max(), inputs)
                })
                .collect();
            let outlines = outliner.outlines(lang, diags);
            let tree = tree::grow(files, &outlines, &inputs.config.collections);
            let slugs = folder_slugs(parsed, &tree.drafts);
            let paths = tree.drafts.iter().map(|draft| draft.logical.as_str()).chain(tree.lists.keys().map(String::as_str));
            let addresses = Addresses::new(survey.home(lang), paths, slugs);
            let offset = drafts.len();
            for (folder, index) in tree.lists {
                if !folder.is_empty() {
                    lists.push((lang.clone(), addresses.folder(&folder), folder, index.map(|draft| draft + offset)));
                }
            }
            for mut draft in tree.drafts {
                let front = draft.doc.map(|doc| &*parsed.docs[doc].front);
                let is_folder = is_folder_page(&draft, survey);
                let route = addresses.piece(&draft.logical, is_folder, front);
                draft.parent = draft.parent.map(|parent| parent + offset);
                draft.children.iter_mut().for_each(|child| *child += offset);
                drafts.push((draft, lang.clone(), route));
            }
        }
        Self::numbered(drafts, lists, parsed, diags)
    }

    fn numbered(
        drafts: Vec<(Draft, Lang, Route)>,
        lists: Vec<(Lang, Route, String, Option<usize>)>,
        parsed: &Parsed,
        diags: &mut Vec<Diag>,
    ) -> Self {
        let mut by_route: Vec<usize> = (0..drafts.len()).collect();
        by_route.sort_by(|&a, &b| (&drafts[a].2, drafts[a].0.doc).cmp(&(&drafts[b].2, drafts[b].0.doc)));
        for pair in by_route.windows(2) {
            let (first, second) = (&drafts[pair[0]], &drafts[pair[1]]);
            if first.2 == second.2 {
                diags.push(clash(parsed, (&first.0, &second.0), &first.2));
            }
        }
        let mut ids = vec![PieceId(0); drafts.len()];
        for (id, &draft) in (0..).zip(&by_route) {
            ids[draft] = PieceId(id);
        }
        let lists = lists
            .into_iter()
            .map(|(lang, route, folder, index)| List { lang, route, folder, index: index.map(|draft| ids[draft]) })
            .collect();
        let mut addressed: Vec<Option<Addressed>> = drafts
            .into_iter()
            .enumerate()
            .map(|(rank, (draft, lang, route))| {
                let parent = draft.parent.map(|parent| ids[parent]);
                let children = draft.children.iter().map(|&child| ids[child]).collect();
                Some(Addressed { draft, rank, lang, route, parent, children })
            })
            .collect();
        let drafts = by_route.into_iter().filter_map(|draft| addressed[draft].take()).collect();
        Self { drafts, lists }
    }

    /// The document of a piece.
    pub(super) fn doc_of(&self, id: PieceId) -> Option<usize> {
        self.drafts[id.index()].draft.doc
    }

    /// The drafts made to pieces; their documents have no links yet.
    pub(super) fn pieces(
        &self,
        parsed: &Parsed,
        survey: &Survey,
        heritage: &Heritage<'_>,
        inputs: &Inputs<'_>,
        diags: &mut Vec<Diag>,
    ) -> Vec<Piece> {
        let places = survey.places.iter().map(|(_, place)| place);
        let entitler = Entitler::new(&inputs.config, heritage, places, diags);
        let by_doc: BTreeMap<usize, PieceId> =
            self.drafts.iter().zip(0..).filter_map(|(draft, id)| Some((draft.draft.doc?, PieceId(id)))).collect();
        let mut pieces = Vec::with_capacity(self.drafts.len());
        for (number, addressed) in (0..).zip(&self.drafts) {
            let draft = &addressed.draft;
            let own = draft.doc.map(|doc| &parsed.docs[doc]);
            let chain = match draft.doc {
                Some(doc) => heritage.chain(doc),
                None => heritage.folder_chain(&addressed.lang, &draft.logical),
            };
            let subject = Subject { own, lang: &addressed.lang, logical: &draft.logical, chain: &chain };
            let access = entitler.entitle(&subject, diags);
            let level = level(heritage, &chain, diags);
            let authors = heritage.find(&chain, |front| Some(front.authors.clone()).filter(|authors| !authors.is_empty()));
            let authors = authors.map_or_else(|| inputs.config.author.iter().cloned().collect(), |found| found.value.0);
            let translations =
                draft.doc.into_iter().flat_map(|doc| heritage.translations(doc)).filter_map(|doc| by_doc.get(&doc).copied());
            let minutes = own.map_or(0, |doc| minutes(doc, &access, diags));
            if let Some(doc) = own {
                check_kind(draft.kind, doc, diags);
                check_wall(draft.kind, doc, &access, diags);
            }
            pieces.push(Piece {
                id: PieceId(number),
                source: source_id(own, addressed, inputs.content_root),
                kind: draft.kind,
                lang: addressed.lang.clone(),
                route: addressed.route.clone(),
                title: title(own, draft, &access).unwrap_or_else(|| inputs.site_title(&addressed.lang)).into(),
                description: own.map_or_else(String::new, |doc| description(doc, &access)).into(),
                dates: dates(own, draft),
                access,
                level,
                tags: Vec::new(),
                series: None,
                collection: None,
                authors: authors.into_iter().map(Into::into).collect(),
                cover: None,
                minutes,
                prerequisites: Vec::new(),
                parent: addressed.parent,
                children: addressed.children.clone(),
                translations: translations.collect(),
                previous: None,
                next: None,
                number: "".into(),
                doc: empty_doc(own.map_or_else(|| SourcePath::new(""), |doc| doc.path.clone())),
            });
        }
        self.number(&mut pieces);
        sum_minutes(&mut pieces);
        pieces
    }

    /// Numbers lessons and chapters by their place: `2`, `2.1`.
    fn number(&self, pieces: &mut [Piece]) {
        for top in 0..self.drafts.len() {
            if matches!(self.drafts[top].draft.kind, Kind::Course | Kind::Book) {
                let mut count = 0;
                self.number_below(PieceId(u32::try_from(top).unwrap_or(u32::MAX)), "", &mut count, pieces);
            }
        }
    }

    fn number_below(&self, id: PieceId, prefix: &str, count: &mut u32, pieces: &mut [Piece]) {
        for &child in &self.drafts[id.index()].children {
            let draft = &self.drafts[child.index()].draft;
            if draft.kind == Kind::Part && draft.doc.is_none() {
                // A part of an outline only stands between chapters: these count on through it.
                self.number_below(child, prefix, count, pieces);
            } else if draft.numbered {
                *count += 1;
                let number = format!("{prefix}{count}");
                self.number_below(child, &format!("{number}."), &mut 0, pieces);
                pieces[child.index()].number = number.into();
            }
        }
    }

    /// All lists, which the pieces are told of.
    pub(super) fn terms(
        &self,
        pieces: &mut [Piece],
        parsed: &Parsed,
        homes: &BTreeMap<Lang, Route>,
        inputs: &Inputs<'_>,
    ) -> Vec<Term> {
        let front = |piece: &Piece| -> Option<&Front> { self.doc_of(piece.id).map(|doc| &*parsed.docs[doc].front) };
        let listed = || pieces.iter().filter(|piece| terms::is_listed(piece));
        let tags = listed().filter_map(|piece| {
            let front = front(piece)?;
            Some((piece, front.tags.iter().chain(front.categories.iter()).cloned().collect()))
        });
        let mut sketches = terms::by_names(Taxonomy::Tag, homes, tags);
        let series = listed().filter_map(|piece| Some((piece, vec![front(piece)?.series.clone()?])));
        sketches.extend(terms::by_names(Taxonomy::Series, homes, series));
        sketches.extend(terms::fixed(&inputs.config, homes, pieces));
        sketches.extend(self.lists.iter().map(|list| self.collection(list)).filter(|sketch| !sketch.pieces.is_empty()));
        let order = |id: PieceId| front(&pieces[id.index()]).and_then(|front| front.order).unwrap_or(i64::MAX);
        for sketch in &mut sketches {
            terms::arrange(sketch, pieces, &order);
        }
        // Tags keep the author's order on each piece.
        let terms = terms::number(sketches, pieces);
        for (piece, drawn) in pieces.iter_mut().zip(&self.drafts) {
            let Some(front) = drawn.draft.doc.map(|doc| &*parsed.docs[doc].front) else { continue };
            let order: Vec<String> = front.tags.iter().chain(front.categories.iter()).map(|tag| terms::tag_key(tag)).collect();
            let place = |term: &crate::id::TermId| order.iter().position(|key| **key == *terms[term.index()].key);
            piece.tags.sort_by_key(place);
        }
        terms
    }

    fn collection(&self, list: &List) -> Sketch {
        let own = self.drafts.iter().zip(0..).filter(|(draft, _)| {
            draft.lang == list.lang && draft.draft.listed_in.as_deref().is_some_and(|folder| below(folder, &list.folder))
        });
        let mut own: Vec<(usize, PieceId)> = own.map(|(draft, id)| (draft.rank, PieceId(id))).collect();
        own.sort_unstable();
        let pieces = own.into_iter().map(|(_, id)| id).collect();
        let name = list.folder.rsplit('/').next().map(|name| Name::of(name).title()).unwrap_or_default();
        Sketch {
            taxonomy: Taxonomy::Collection,
            lang: list.lang.clone(),
            key: list.folder.clone(),
            name,
            route: list.route.clone(),
            index: list.index,
            pieces,
        }
    }
}

/// Whether `folder` is `above` or lies below it.
fn below(folder: &str, above: &str) -> bool {
    folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn files_of<'a>(parsed: &'a Parsed, survey: &'a Survey, lang: &'a Lang) -> impl Iterator<Item = File> + 'a {
    let own = survey.places.iter().enumerate().filter(move |(_, (own, _))| own == lang);
    own.map(|(doc, (_, place))| {
        let front = &parsed.docs[doc].front;
        File {
            doc,
            folder: place.folder.clone(),
            stem: place.stem.clone(),
            index: place.index,
            date: front.date.or_else(|| dated_by_path(front, &place.stem)),
            order: front.order,
        }
    })
}

/// The date in a file name, or in a whole address as `2024/05/01/name`.
fn dated_by_path(front: &Front, stem: &str) -> Option<Moment> {
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

/// The documents of a chain that decide whether a piece is published: those in its language and in the default one.
///
/// A translation that is still a draft does not take the original with it.
fn deciding(survey: &Survey, lang: &Lang, mut chain: Vec<usize>) -> Vec<usize> {
    chain.retain(|&doc| survey.places[doc].0 == *lang || survey.places[doc].0 == *survey.default());
    chain
}

fn is_published(parsed: &Parsed, chain: &[usize], date: Option<Date>, inputs: &Inputs<'_>) -> bool {
    let fronts = || chain.iter().map(|&doc| &parsed.docs[doc].front);
    let is_draft = fronts().any(|front| front.draft);
    let is_future = date.is_some_and(|date| date > inputs.today);
    let expires = fronts().find_map(|front| front.expires);
    let has_expired = expires.is_some_and(|day| day.date <= inputs.today);
    !has_expired && (inputs.publish.drafts || !is_draft) && (inputs.publish.future || !is_future)
}

/// Slugs that folders' own pages declare, by folder.
fn folder_slugs(parsed: &Parsed, drafts: &[Draft]) -> BTreeMap<String, String> {
    let declared = drafts.iter().filter_map(|draft| {
        let slug = parsed.docs[draft.doc?].front.slug.clone()?;
        let is_folder =
            !draft.children.is_empty() || matches!(draft.kind, Kind::Section | Kind::Course | Kind::Book | Kind::Module);
        is_folder.then(|| (draft.logical.clone(), slug))
    });
    declared.collect()
}

/// Whether a draft is addressed as its folder.
fn is_folder_page(draft: &Draft, survey: &Survey) -> bool {
    match draft.doc {
        Some(doc) => survey.places[doc].1.index,
        None => draft.kind != Kind::Part || draft.title.is_none(),
    }
}

fn clash(parsed: &Parsed, (first, second): (&Draft, &Draft), route: &Route) -> Diag {
    let file = |draft: &Draft| draft.doc.map(|doc| parsed.docs[doc].path.clone());
    let diag = Diag::error(&code::ROUTE_TAKEN, format!("two pieces for the address `{route}`"));
    let diag = match file(second) {
        Some(file) => diag.at(At::file(&file)),
        None => diag,
    };
    let diag = match file(first) {
        Some(file) => diag.related(At::file(&file), format!("`{file}` is published there")),
        None => diag,
    };
    diag.hint("give one of them another `slug:` or `path:`")
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
    let headings = doc.teaser.anchors.iter().chain(&behind).filter_map(|anchor| anchor.heading.as_ref());
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

/// Courses, books and their parts take as long as what lies in them.
fn sum_minutes(pieces: &mut [Piece]) {
    let own: Vec<u32> = pieces.iter().map(|piece| piece.minutes).collect();
    let mut sums = vec![0_u32; pieces.len()];
    for piece in pieces.iter().filter(|piece| matches!(piece.kind, Kind::Lesson | Kind::Chapter)) {
        let mut above = piece.parent;
        let mut seen = BTreeSet::new();
        while let Some(id) = above.filter(|id| seen.insert(*id)) {
            sums[id.index()] += own[piece.id.index()];
            above = pieces[id.index()].parent;
        }
    }
    for piece in pieces.iter_mut().filter(|piece| matches!(piece.kind, Kind::Course | Kind::Module | Kind::Book | Kind::Part)) {
        piece.minutes = sums[piece.id.index()];
    }
}

/// Old addresses as written.
pub(super) fn aliases<'a>(parsed: &'a Parsed, drafts: &'a Drafts) -> impl Iterator<Item = (PieceId, usize, usize, Route)> + 'a {
    drafts.drafts.iter().zip(0..).filter_map(|(draft, id)| Some((PieceId(id), draft.draft.doc?))).flat_map(|(id, doc)| {
        let aliases = parsed.docs[doc].front.aliases.iter().enumerate();
        aliases.map(move |(number, alias)| (id, doc, number, route::whole(alias)))
    })
}
