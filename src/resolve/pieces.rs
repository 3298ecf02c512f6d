//! Drafts of all languages -> numbered pieces, everything inherited and addressed, links not yet resolved.
//!
//! Drafts, future and expired files leave here; what lay in them moves up. Invariant: pieces are numbered by address.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::diag::{At, Diag, Noted, code};
use crate::id::{Lang, PieceId, Route};
use crate::model::{Kind, Piece, Taxonomy, Term};
use crate::parse::Parsed;

use super::assemble::{self, Assembly, dated_by_path};
use super::entitle::Entitler;
use super::inherit::Heritage;
use super::outline::Outliner;
use super::place::Place;
use super::route::{self, Addresses};
use super::terms::{self, List, Listed, collection};
use super::tree::{self, Draft, File};
use super::{Inputs, Survey, empty_doc};

/// All drafts with their addresses, in order of these.
pub(super) struct Drafts {
    drafts: Vec<Addressed>,
    lists: Vec<List>,
}

/// A draft at its address.
pub(super) struct Addressed {
    pub draft: Draft,
    /// Its place in the order of its folder.
    rank: usize,
    pub lang: Lang,
    pub route: Route,
    pub parent: Option<PieceId>,
    pub children: Vec<PieceId>,
}

/// Pieces, with what is to be said of their own texts.
pub(super) struct Assembled {
    pub pieces: Vec<Piece>,
    pub own: BTreeMap<PieceId, Vec<Diag>>,
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
                .into_par_iter()
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
            let addressed = tree.drafts.into_par_iter().map(|mut draft| {
                let front = draft.doc.map(|doc| &*parsed.docs[doc].front);
                let route = addresses.piece(&draft.logical, is_folder_page(&draft, survey), front);
                draft.parent = draft.parent.map(|parent| parent + offset);
                draft.children.iter_mut().for_each(|child| *child += offset);
                (draft, lang.clone(), route)
            });
            drafts.par_extend(addressed);
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

    /// The draft of a piece.
    pub(super) fn draft(&self, id: PieceId) -> &Draft {
        &self.drafts[id.index()].draft
    }

    /// The drafts made to pieces; their documents have no links yet.
    pub(super) fn pieces(
        &self,
        parsed: &Parsed,
        survey: &Survey,
        heritage: &Heritage<'_>,
        inputs: &Inputs<'_>,
    ) -> Noted<Assembled> {
        let mut diags = Vec::new();
        let places = survey.places.iter().map(|(_, place)| place);
        let entitler = Entitler::new(&inputs.config, heritage, places, &mut diags);
        let by_doc = self.drafts.iter().zip(0..).filter_map(|(draft, id)| Some((draft.draft.doc?, PieceId(id)))).collect();
        let assembly = Assembly { parsed, heritage, inputs, entitler, by_doc, nothing: empty_doc() };
        let assemble = |(number, drawn): (usize, &Addressed)| {
            let mut piece = assembly.piece(number, drawn);
            let doc = drawn.draft.doc.map(|doc| &parsed.docs[doc]);
            let own = assemble::settle(&mut piece.value, doc, &drawn.draft, inputs);
            (piece, own)
        };
        let assembled: Vec<(Noted<Piece>, Vec<Diag>)> = self.drafts.par_iter().enumerate().map(assemble).collect();
        let mut pieces = Vec::with_capacity(assembled.len());
        let mut own = BTreeMap::new();
        for (piece, found) in assembled {
            let piece = piece.take(&mut diags);
            if !found.is_empty() {
                own.insert(piece.id, found);
            }
            pieces.push(piece);
        }
        self.number(&mut pieces);
        sum_minutes(&mut pieces);
        Noted::new(Assembled { pieces, own }, diags)
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
    pub(super) fn terms<'a>(
        &self,
        pieces: &mut [Piece],
        parsed: &'a Parsed,
        homes: &BTreeMap<Lang, Route>,
        inputs: &Inputs<'_>,
    ) -> Vec<Term> {
        let says: Vec<Says<'a>> = self.drafts.par_iter().map(|drawn| Says::of(parsed, drawn)).collect();
        let listed = || pieces.iter().zip(&says).filter(|(piece, _)| terms::is_listed(piece));
        let tags = listed().flat_map(|(piece, says)| says.tags.iter().map(move |tag| (piece, *tag)));
        let mut sketches = terms::by_names(Taxonomy::Tag, homes, tags);
        let series = listed().filter_map(|(piece, says)| Some((piece, says.series?)));
        sketches.extend(terms::by_names(Taxonomy::Series, homes, series));
        sketches.extend(terms::fixed(&inputs.config, homes, pieces));
        let listed = self.listed();
        sketches.extend(self.lists.iter().map(|list| collection(list, &listed)).filter(|sketch| !sketch.pieces.is_empty()));
        let order = terms::Order {
            dates: pieces.iter().map(|piece| piece.dates.date.map(|date| date.utc())).collect(),
            places: says.iter().map(|says| says.order).collect(),
        };
        sketches.par_iter_mut().for_each(|sketch| terms::arrange(sketch, &order));
        // Tags keep the author's order on each piece.
        let terms = terms::number(sketches, pieces);
        let in_order = |(piece, says): (&mut Piece, &Says<'_>)| {
            if piece.tags.len() > 1 {
                let order: Vec<String> = says.tags.iter().map(|tag| terms::tag_key(tag)).collect();
                piece.tags.sort_by_key(|term| order.iter().position(|key| **key == *terms[term.index()].key));
            }
        };
        pieces.par_iter_mut().zip(&says).for_each(in_order);
        terms
    }

    /// Pieces by language and by the folder in whose list they are, each with its rank.
    fn listed(&self) -> Listed<'_> {
        let mut listed = Listed::new();
        for (draft, id) in self.drafts.iter().zip(0..) {
            if let Some(folder) = &draft.draft.listed_in {
                listed.entry((draft.lang.as_str(), folder)).or_default().push((draft.rank, PieceId(id)));
            }
        }
        listed
    }
}

/// The files of a language.
fn files_of(parsed: &Parsed, survey: &Survey, lang: &Lang) -> Vec<File> {
    let file = |(doc, (own, place)): (usize, &(Lang, Place))| {
        let front = &parsed.docs[doc].front;
        (own == lang).then(|| File {
            doc,
            folder: place.folder.clone(),
            stem: place.stem.clone(),
            index: place.index,
            date: front.date.or_else(|| dated_by_path(front, &place.stem)),
            order: front.order,
        })
    };
    survey.places.par_iter().enumerate().filter_map(file).collect()
}

/// The documents of a chain that decide whether a piece is published: those in its language and in the default one.
///
/// A translation that is still a draft does not take the original with it.
fn deciding(survey: &Survey, lang: &Lang, chain: &[usize]) -> Vec<usize> {
    let decides = |doc: &usize| survey.places[*doc].0 == *lang || survey.places[*doc].0 == *survey.default();
    chain.iter().copied().filter(decides).collect()
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
        let is_folder =
            !draft.children.is_empty() || matches!(draft.kind, Kind::Section | Kind::Course | Kind::Book | Kind::Module);
        let slug = parsed.docs[draft.doc.filter(|_| is_folder)?].front.slug.clone()?;
        Some((draft.logical.clone(), slug))
    });
    declared.collect()
}

/// What a document says of the lists it is in. Gathered once and in parallel, since front matter lies all over the memory.
struct Says<'a> {
    tags: Vec<&'a str>,
    series: Option<&'a str>,
    order: i64,
}

impl<'a> Says<'a> {
    fn of(parsed: &'a Parsed, drawn: &Addressed) -> Self {
        let Some(doc) = drawn.draft.doc else { return Self { tags: Vec::new(), series: None, order: i64::MAX } };
        let front = &*parsed.docs[doc].front;
        let tags = front.tags.iter().chain(front.categories.iter());
        Self {
            tags: tags.map(|tag| tag.trim()).collect(),
            series: front.series.as_deref(),
            order: front.order.unwrap_or(i64::MAX),
        }
    }
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

/// Courses, books and their parts take as long as what lies in them.
pub(super) fn sum_minutes(pieces: &mut [Piece]) {
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
