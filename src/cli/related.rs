//! `kmsite related`: what a piece leads to, and what speaks for each.

use clap::Args;
use serde_json::{Map, Value, json};

use super::open::{Loaded, Wanted};
use super::{Env, Exit, Failure, Format, Selection, Strictness, build, models};
use crate::diag::{Diag, code};
use crate::disk::DiskCache;
use crate::enrich::next::Signal;
use crate::enrich::next::list::{Neighbour, ReadNext, Reason};
use crate::model::{Piece, Site};

/// A signal that gives less is not told of.
const LEAST: f32 = 0.05;

/// What `related` takes.
#[derive(Clone, Debug, Args)]
pub struct RelatedArgs {
    /// The piece, by its file or its address; every piece without it
    #[arg(value_name = "PIECE")]
    pub piece: Option<String>,
    /// What pieces are looked at
    #[command(flatten)]
    pub selection: Selection,
}

/// Prints what a piece leads to.
///
/// # Errors
/// Those of the streams and the site's folder, and a piece that is not there.
pub(super) fn run(args: &RelatedArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let mut diags = Vec::new();
    let loaded = Loaded::load(&Wanted { selection: args.selection, ..Wanted::default() }, env)?;
    let cache = DiskCache::open(&env.root.join(".kmsite"), build::CACHE_LIMIT).take(&mut diags);
    let mut opened = loaded.compile_with(&|site| models::read_next(site, env, &cache));
    opened.diags.append(&mut diags);
    let exit = Exit::of(&opened.diags, Strictness::Lenient);
    // Other findings are the business of `check`.
    opened.diags.retain(|diag| exit != Exit::Done || diag.code.id.starts_with("KM10"));
    opened.report(env)?;
    if exit != Exit::Done {
        return Ok(exit);
    }
    let plan = &opened.compiled.plan;
    let site = plan.site();
    let next = &plan.enriched.read_next;
    let asked = args.piece.as_deref().map(|written| find(site, written)).transpose()?;
    let pieces = || site.pieces.iter().filter(|piece| asked.map_or(piece.kind.is_read(), |asked| asked.id == piece.id));
    if env.format == Format::Json {
        let mut told = pieces().map(|piece| as_json(site, piece, next));
        let told = if asked.is_some() { told.next().unwrap_or_default() } else { told.collect() };
        env.answer(&told)?;
        return Ok(Exit::Done);
    }
    for piece in pieces() {
        write!(env.out, "{}", as_text(site, piece, next))?;
    }
    Ok(Exit::Done)
}

/// The piece of a file or address.
fn find<'a>(site: &'a Site, written: &str) -> Result<&'a Piece, Failure> {
    let file = written.trim_start_matches("./").replace('\\', "/");
    let address = format!("/{}/", written.trim_matches('/'));
    let is_it = |piece: &&Piece| {
        let path = piece.doc.path.as_str();
        path == file || path.ends_with(&format!("/{file}")) || [&*address, written].contains(&piece.route.as_str())
    };
    let found = site.pieces.iter().find(is_it);
    found.ok_or_else(|| {
        let names = site.pieces.iter().flat_map(|piece| [piece.doc.path.as_str(), piece.route.as_str()]);
        let diag = Diag::error(&code::NO_SUCH_PIECE, format!("there is no piece `{written}` in this site"));
        diag.did_you_mean(written, names).into()
    })
}

fn as_json(site: &Site, piece: &Piece, next: &ReadNext) -> Value {
    let related: Vec<Value> = next.of(&piece.route).iter().map(|one| neighbour_as_json(site, one)).collect();
    json!({ "piece": piece.doc.path.as_str(), "route": piece.route.as_str(), "title": &*piece.title, "related": related })
}

fn neighbour_as_json(site: &Site, one: &Neighbour) -> Value {
    let signals: Map<String, Value> =
        Signal::ALL.into_iter().zip(&one.parts).map(|(signal, &part)| (signal.name().to_owned(), rounded(part).into())).collect();
    let piece = site.routes.get(&one.route).map(|&id| site.piece(id));
    let topic = if let Reason::Topic(topic) = &one.reason { Some(&**topic) } else { None };
    json!({
        "route": one.route.as_str(),
        "title": piece.map(|piece| &*piece.title),
        "lang": piece.map(|piece| piece.lang.as_str()),
        "level": piece.and_then(|piece| piece.level).map(|(level, _)| level.name()),
        "free": piece.map(|piece| piece.access.is_free()),
        "score": f64::from(one.score) / 1e4,
        "reason": one.reason.name(),
        "topic": topic,
        "signals": signals,
        "in_common": {
            "words": rounded(one.common.words),
            "meaning": one.common.meaning.map(rounded),
            "linked_together_by": one.common.together,
        },
    })
}

/// A number as people read it.
fn rounded(part: f32) -> f64 {
    (f64::from(part) * 100.0).round() / 100.0
}

/// A piece and what it leads to.
fn as_text(site: &Site, piece: &Piece, next: &ReadNext) -> String {
    let next = next.of(&piece.route);
    let mut told = format!("{}  {}\n", piece.route, piece.title);
    if next.is_empty() {
        let is_off = !site.config.recommend.enabled;
        let why = if is_off { "`recommend.enabled` is off" } else { "nothing has enough in common with it" };
        told.push_str(&format!("  leads nowhere: {why}\n"));
    }
    told.extend(next.iter().enumerate().map(|(at, one)| neighbour_as_text(site, at + 1, one)));
    told
}

/// A neighbour, and what speaks for and against it, strongest first.
fn neighbour_as_text(site: &Site, number: usize, one: &Neighbour) -> String {
    let title = site.routes.get(&one.route).map(|&id| site.piece(id)).map_or("", |piece| &*piece.title);
    let mut signals: Vec<(Signal, f32)> =
        Signal::ALL.into_iter().zip(one.parts).filter(|(_, part)| part.abs() >= LEAST).collect();
    signals.sort_by(|a, b| b.1.total_cmp(&a.1));
    let signals: Vec<String> = signals.into_iter().map(|(signal, part)| format!("{part:+.2} {}", told(signal))).collect();
    let reason = match &one.reason {
        Reason::Topic(topic) => format!("also on {topic}"),
        reason => because(reason).to_owned(),
    };
    let score = f64::from(one.score) / 1e4;
    format!("  {number}. {}  {title}\n     {score:.2}, shown as: {reason}\n     {}\n", one.route, signals.join("\n     "))
}

/// A reason in words.
const fn because(reason: &Reason) -> &'static str {
    match reason {
        Reason::Deeper => "goes deeper",
        Reason::Easier => "one step easier",
        Reason::Topic(_) => "the same topic",
        Reason::Linked => "this piece refers to it",
        Reason::LinkedFrom => "refers to this piece",
        Reason::Together => "often mentioned together with this",
        Reason::Similar => "on a related subject",
    }
}

/// A signal in words.
const fn told(signal: Signal) -> &'static str {
    match signal {
        Signal::Words => "uses the same words",
        Signal::Like => "is about the words that stand out here",
        Signal::Meaning => "means much the same, by the model",
        Signal::Link => "is linked from here",
        Signal::LinkedFrom => "links here",
        Signal::Together => "is linked together with this by others",
        Signal::Near => "lies near in the folders",
        Signal::Prominence => "is linked to by many",
    }
}
