//! A piece -> the nodes of its page: the page itself, the way to it, and what it is (article, course, event …).
//!
//! Invariant: every value is public of its piece; `secrets` and `rest` come through `access::public` only.

use super::node::{Node, Value};
use super::{Ld, Own, Step, offers};
use crate::access;
use crate::artifact::MediaType;
use crate::id::PieceId;
use crate::model::text::{Headings, excerpt, text};
use crate::model::{Kind, Link, Moment, Piece, Prerequisite, duration};
use crate::view::calendar::{is_scheduled, length};
use crate::view::feed::{cover, is_web, last_change};
use crate::view::sitemap::w3c_date;
use jiff::SignedDuration;
use jiff::civil::DateTime;

/// The longest text of an answer, in characters; search engines show far less.
const LONGEST_ANSWER: usize = 5_000;

/// How far up or down a hierarchy is followed.
const DEEPEST: usize = 64;

/// Makes the nodes of a piece's page.
pub(super) fn nodes(ld: &Ld<'_>, piece: &Piece, nodes: &mut Vec<Value>) {
    ld.frame(&piece.lang, nodes);
    let own = Own { lang: &piece.lang, route: &piece.route, title: &piece.title };
    let main = main_entity(ld, piece);
    let page = ld.web_page(&own, page_type(piece)).text("description", &piece.description);
    let page = page
        .maybe("datePublished", piece.dates.date.map(w3c_date))
        .maybe("dateModified", last_change(piece).map(w3c_date))
        .maybe("primaryImageOfPage", cover(ld.site, piece).map(|url| Node::new("ImageObject").with("url", url)));
    // Search engines take the markup from some kinds of things only; a page is one of them.
    let page = if piece.access.is_free() && piece.kind != Kind::Answer { page } else { gate(page, piece) };
    let page = match (&main, piece.kind) {
        (_, Kind::Answer) => page.with("mainEntity", question(ld, piece)),
        (Some(_), _) => page.with("mainEntity", Node::reference(main_id(ld, piece))),
        (None, _) => page,
    };
    nodes.push(page.into());
    ld.breadcrumb(&piece.lang, &way(ld, piece), nodes);
    nodes.extend(main);
}

/// What kind of page a piece has.
fn page_type(piece: &Piece) -> &'static str {
    match piece.kind {
        Kind::Answer => "QAPage",
        Kind::Section => "CollectionPage",
        _ => "WebPage",
    }
}

/// The way from the home page to a piece: its collection, what it lies in, itself.
fn way(ld: &Ld<'_>, piece: &Piece) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut top = piece;
    for _ in 0..DEEPEST {
        steps.push((top.title.to_string(), top.route.clone()));
        let Some(parent) = top.parent else { break };
        top = ld.site.piece(parent);
    }
    if let Some(collection) = top.collection {
        let term = ld.site.term(collection);
        steps.push((ld.names.list(term), term.route.clone()));
    }
    let home = ld.site.home(&piece.lang);
    steps.retain(|(_, route)| *route != home || *route == piece.route);
    steps.reverse();
    steps.dedup_by(|a, b| a.1 == b.1);
    steps
}

/// The id of what a page is about.
fn main_id(ld: &Ld<'_>, piece: &Piece) -> String {
    format!("{}#{}", ld.site.absolute(&piece.route), piece.kind.name())
}

/// What a page is about, where that is more than the page.
pub(super) fn main_entity(ld: &Ld<'_>, piece: &Piece) -> Option<Value> {
    let node = match piece.kind {
        Kind::Home | Kind::Section | Kind::Page | Kind::Answer => return None,
        Kind::Session => return is_scheduled(piece).then(|| event(ld, piece)),
        Kind::Article => work(ld, piece, "Article").with("headline", &*piece.title),
        Kind::Course => course(ld, piece),
        Kind::Module => learning(ld, piece, "module"),
        Kind::Lesson => learning(ld, piece, "lesson"),
        Kind::Book => work(ld, piece, "Book").with("bookFormat", "https://schema.org/EBook"),
        Kind::Part | Kind::Chapter => part_of(ld, work(ld, piece, "Chapter"), piece),
        Kind::Resource => work(ld, piece, "CreativeWork").list("encoding", files(ld, piece)),
    };
    let offers = matches!(piece.kind, Kind::Course | Kind::Book | Kind::Resource).then(|| offers::of_piece(ld, piece));
    let node = node.list("offers", offers.unwrap_or_default());
    Some(gate(node, piece).into())
}

/// What all creative works have.
fn work(ld: &Ld<'_>, piece: &Piece, kind: &str) -> Node {
    let topics: Vec<Value> = piece.tags.iter().map(|&tag| (&*ld.site.term(tag).name).into()).collect();
    Node::new(kind)
        .id(main_id(ld, piece))
        .with("name", &*piece.title)
        .text("description", &piece.description)
        .with("url", ld.site.absolute(&piece.route))
        .with("mainEntityOfPage", Node::reference(format!("{}#webpage", ld.site.absolute(&piece.route))))
        .with("inLanguage", piece.lang.as_str())
        .list("author", people(ld, piece))
        .with("publisher", Node::reference(ld.global("publisher")))
        .maybe("datePublished", piece.dates.date.map(w3c_date))
        .maybe("dateModified", last_change(piece).map(w3c_date))
        .maybe("image", cover(ld.site, piece))
        .list("keywords", topics)
        .maybe("educationalLevel", piece.level.map(|(level, _)| level.name()))
        .maybe("timeRequired", (piece.minutes > 0).then(|| duration::iso8601(piece.minutes)))
}

/// Who wrote a piece; the site's publisher where nobody is named.
fn people(ld: &Ld<'_>, piece: &Piece) -> Vec<Value> {
    if piece.authors.is_empty() {
        return vec![Node::reference(ld.global("publisher")).into()];
    }
    piece.authors.iter().map(|name| Node::new("Person").with("name", &**name).into()).collect()
}

/// Says whether everyone may read it, and marks what not everyone may.
///
/// Source: Google's markup for paywalled content; the theme gives what stands for the paid part the class `paywall`.
fn gate(node: Node, piece: &Piece) -> Node {
    let free = piece.access.is_free();
    let node = node.with("isAccessibleForFree", free);
    if free {
        return node;
    }
    let element = Node::new("WebPageElement").with("isAccessibleForFree", false).with("cssSelector", ".paywall");
    node.with("hasPart", element)
}

fn course(ld: &Ld<'_>, piece: &Piece) -> Node {
    let workload = workload(ld, piece);
    let instance = Node::new("CourseInstance")
        .with("courseMode", "Online")
        .with("inLanguage", piece.lang.as_str())
        .maybe("courseWorkload", (workload > 0).then(|| duration::iso8601(workload)));
    let sections = piece.children.iter().map(|&child| {
        let child = ld.site.piece(child);
        Node::new("Syllabus")
            .with("name", &*child.title)
            .text("description", &child.description)
            .with("url", ld.site.absolute(&child.route))
            .into()
    });
    let node = skills(ld, work(ld, piece, "Course"), piece, "coursePrerequisites");
    node.with("provider", Node::reference(ld.global("publisher")))
        .with("hasCourseInstance", instance)
        .list("syllabusSections", sections.collect())
}

/// Minutes of all lessons of a course.
fn workload(ld: &Ld<'_>, course: &Piece) -> u32 {
    let mut total = 0_u32;
    let mut open: Vec<(PieceId, usize)> = course.children.iter().map(|&child| (child, 1)).collect();
    while let Some((id, depth)) = open.pop() {
        let piece = ld.site.piece(id);
        if piece.kind == Kind::Lesson {
            total = total.saturating_add(piece.minutes);
        }
        if depth < DEEPEST {
            open.extend(piece.children.iter().map(|&child| (child, depth + 1)));
        }
    }
    total
}

fn learning(ld: &Ld<'_>, piece: &Piece, kind: &str) -> Node {
    let node = work(ld, piece, "LearningResource").with("learningResourceType", kind);
    part_of(ld, skills(ld, node, piece, "competencyRequired"), piece)
}

/// What one learns, and what one should know before (under the property that the type has for it).
fn skills(ld: &Ld<'_>, node: Node, piece: &Piece, required: &'static str) -> Node {
    let before = piece.prerequisites.iter().map(|prerequisite| match prerequisite {
        Prerequisite::Piece(id) => (&*ld.site.piece(*id).title).into(),
        Prerequisite::Words(words) => (&**words).into(),
    });
    let objectives = piece.doc.front.objectives.iter().map(|objective| objective.as_str().into());
    node.list("teaches", objectives.collect()).list(required, before.collect())
}

/// Names the course or book that a piece belongs to, and its place among its siblings.
fn part_of(ld: &Ld<'_>, node: Node, piece: &Piece) -> Node {
    let mut whole = piece.parent;
    for _ in 0..DEEPEST {
        let Some(above) = whole.map(|id| ld.site.piece(id)) else { break };
        let kind = match above.kind {
            Kind::Course => "Course",
            Kind::Book => "Book",
            _ => {
                whole = above.parent;
                continue;
            }
        };
        let whole = Node::new(kind).id(main_id(ld, above)).with("name", &*above.title);
        let whole = whole.with("url", ld.site.absolute(&above.route));
        let node = node.with("isPartOf", whole);
        return node.text("position", &piece.number);
    }
    node
}

/// The files of a resource, if everyone may have them.
fn files(ld: &Ld<'_>, piece: &Piece) -> Vec<Value> {
    let links = access::public(piece).secrets.map_or(&[][..], |secrets| &secrets.files);
    let file = |link: &Link| match link {
        Link::Media(media) => {
            let media = ld.site.medium(*media);
            let format = MediaType::of_extension(&media.path.extension()).0;
            let node = Node::new("MediaObject").with("name", media.path.file_name());
            Some(node.with("contentUrl", ld.site.absolute(&media.route)).with("encodingFormat", format).into())
        }
        Link::External(url) if is_web(url) => Some(Node::new("MediaObject").with("contentUrl", &**url).into()),
        _ => None,
    };
    links.iter().filter_map(file).collect()
}

/// A question with as much of its answer as everyone may read.
fn question(ld: &Ld<'_>, piece: &Piece) -> Value {
    let public = access::public(piece);
    let bodies: Vec<_> = [Some(public.teaser), public.rest].into_iter().flatten().collect();
    let lines: Vec<String> = bodies.iter().map(|body| text(&body.blocks, Headings::Keep)).collect();
    let text = excerpt(&lines.join(" "), LONGEST_ANSWER);
    let answer = (!text.is_empty()).then(|| {
        let answer = Node::new("Answer").with("text", text).with("url", ld.site.absolute(&piece.route));
        Value::from(answer.list("author", people(ld, piece)).maybe("datePublished", piece.dates.date.map(w3c_date)))
    });
    Node::new("Question")
        .id(main_id(ld, piece))
        .with("name", &*piece.title)
        .text("text", &piece.description)
        .with("answerCount", usize::from(answer.is_some()))
        .list("author", people(ld, piece))
        .maybe("datePublished", piece.dates.date.map(w3c_date))
        .maybe("acceptedAnswer", answer)
        .into()
}

/// A live session; place and address only where everyone may know them.
fn event(ld: &Ld<'_>, piece: &Piece) -> Value {
    let topics: Vec<Value> = piece.tags.iter().map(|&tag| (&*ld.site.term(tag).name).into()).collect();
    let minutes = length(piece);
    let start = piece.doc.front.start;
    let secrets = access::public(piece).secrets;
    let place = secrets.and_then(|secrets| secrets.place.as_deref()).map(|name| Node::new("Place").with("name", name));
    let join = secrets.and_then(|secrets| secrets.link.as_deref()).filter(|link| is_web(link));
    let join = join.map(|url| Node::new("VirtualLocation").with("url", url));
    let mode = match (&place, &join) {
        (Some(_), Some(_)) => Some("https://schema.org/MixedEventAttendanceMode"),
        (Some(_), None) => Some("https://schema.org/OfflineEventAttendanceMode"),
        (None, Some(_)) => Some("https://schema.org/OnlineEventAttendanceMode"),
        (None, None) => None,
    };
    Node::new("EducationEvent")
        .id(main_id(ld, piece))
        .with("name", &*piece.title)
        .text("description", &piece.description)
        .with("url", ld.site.absolute(&piece.route))
        .with("inLanguage", piece.lang.as_str())
        .maybe("startDate", start.map(local))
        .maybe("endDate", start.and_then(|start| end(start, minutes?)).map(local))
        .maybe("duration", minutes.map(duration::iso8601))
        .with("eventStatus", "https://schema.org/EventScheduled")
        .maybe("eventAttendanceMode", mode)
        .list("location", place.into_iter().chain(join).map(Value::from).collect())
        .with("organizer", Node::reference(ld.global("publisher")))
        .list("performer", people(ld, piece))
        .maybe("image", cover(ld.site, piece))
        .list("keywords", topics)
        .maybe("educationalLevel", piece.level.map(|(level, _)| level.name()))
        .with("isAccessibleForFree", piece.access.is_free())
        .list("offers", offers::of_piece(ld, piece))
        .into()
}

/// A moment of an event: without an offset where none was written, since the place decides it then.
fn local(moment: Moment) -> String {
    match (moment.time, moment.offset) {
        (Some(_), None) => moment.rfc3339().trim_end_matches('Z').to_owned(),
        _ => w3c_date(moment),
    }
}

/// When an event ends, in the offset in which its start is given.
fn end(start: Moment, minutes: u32) -> Option<Moment> {
    let end = DateTime::from_parts(start.date, start.time?).checked_add(SignedDuration::from_mins(minutes.into())).ok()?;
    Some(Moment { date: end.date(), time: Some(end.time()), offset: start.offset })
}
