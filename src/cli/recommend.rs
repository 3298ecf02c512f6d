//! `kmsite recommend`: rankings of texts in files, and how good they are; the file of a site's vectors.
//!
//! Lines of JSON go in and come out, so that the mix by which pages lead on can be tried on any texts, and judged.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand, ValueHint};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::open::{Opened, Wanted};
use super::{Env, Exit, Failure, Format, build, models, vectors};
use crate::diag::{Diag, code};
use crate::disk::{self, DiskCache};
use crate::enrich::evaluate::{self, Report};
use crate::enrich::next::{self, Item, Ranker, Signal, Vectors};

/// What `recommend` takes.
#[derive(Clone, Debug, Args)]
pub struct RecommendArgs {
    /// What to do
    #[command(subcommand)]
    pub command: RecommendCommand,
}

/// What to do with rankings.
#[derive(Clone, Debug, Subcommand)]
pub enum RecommendCommand {
    /// Rank the texts of a file: for each, the others that go on from it
    Rank(RankArgs),
    /// Say how good a ranking is, by lists of what belongs together
    Eval(EvalArgs),
    /// Keep the vectors of the site's public texts in the file that recommend.vectors names
    Vectors,
}

/// What `recommend rank` takes.
#[derive(Clone, Debug, Args)]
pub struct RankArgs {
    /// The texts, a line of JSON each: id, title, summary, text, lang, links (ids)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub pages: PathBuf,
    /// Where the ranking goes, a line of JSON for each text: id, ranked (ids, best first)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
    /// How many are ranked for each
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub count: usize,
    /// Rank as if there were no such signal, to see what it is worth; may be given more than once
    #[arg(long, value_name = "SIGNAL", value_parser = signal)]
    pub without: Vec<Signal>,
}

/// What `recommend eval` takes.
#[derive(Clone, Debug, Args)]
pub struct EvalArgs {
    /// The ranking, as `recommend rank` writes it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub run: PathBuf,
    /// What belongs together, a line of JSON each: id, related (ids)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub truth: PathBuf,
}

/// A text, as its line has it. What else the line says is not asked for.
#[derive(Deserialize)]
struct Page {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    lang: String,
    #[serde(default)]
    links: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct List {
    id: String,
    ranked: Vec<String>,
}

#[derive(Deserialize)]
struct Truth {
    id: String,
    related: Vec<String>,
}

/// A signal by its name.
fn signal(name: &str) -> Result<Signal, String> {
    let names = || Signal::ALL.map(Signal::name).join(", ");
    Signal::ALL.into_iter().find(|signal| signal.name() == name).ok_or_else(|| format!("the signals are {}", names()))
}

/// Ranks, or judges a ranking.
///
/// # Errors
/// Files that cannot be read or written, lines that are not what they should be, and a model that cannot be used.
pub(super) fn run(args: &RecommendArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    match &args.command {
        RecommendCommand::Rank(args) => rank(args, env),
        RecommendCommand::Eval(args) => eval(args, env),
        RecommendCommand::Vectors => vectors::run(env),
    }
}

/// The lines of a file; one that is not what it should be is named.
fn lines<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Vec<T>, Failure> {
    let text = std::fs::read_to_string(path).map_err(Failure::io(format!("read `{}`", path.display())))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let parsed = lines.map(|(at, line)| {
        serde_json::from_str(line).map_err(|error| -> Failure {
            let message = format!("line {} of `{}` is not what it should be: {error}", at + 1, path.display());
            Diag::error(&code::BAD_LINE, message)
                .hint("each line is one JSON object; `kmsite recommend --help` names its keys")
                .into()
        })
    });
    parsed.collect()
}

fn rank(args: &RankArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let pages: Vec<Page> = lines(&args.pages)?;
    let opened = Opened::open(&Wanted::default(), env)?;
    let embedder = models::embedder(&opened.compiled.config.recommend, env)?;
    let mut diags = Vec::new();
    let cache = Arc::new(DiskCache::open(&env.root.join(".kmsite"), build::CACHE_LIMIT).take(&mut diags));
    env.report(&diags, &|_| None)?;
    let mut by_lang: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    pages.iter().enumerate().for_each(|(at, page)| by_lang.entry(&page.lang).or_default().push(at));
    let mut lists: Vec<Option<List>> = pages.iter().map(|_| None).collect();
    for members in by_lang.values() {
        let items = items(&pages, members);
        let vectors = match &embedder {
            Some(embedder) => Some(Vectors::of(next::embedded(&items, &**embedder, &*cache)?.vectors)),
            None => None,
        };
        let ranking = next::ranking(&items, vectors).without(&args.without);
        let list = |ranker: &mut Ranker<'_>, at: usize| {
            let best = ranker.best(at, args.count, &|_| true);
            let ranked = best.into_iter().map(|ranked| pages[members[ranked.item]].id.clone()).collect();
            (members[at], List { id: pages[members[at]].id.clone(), ranked })
        };
        let made: Vec<(usize, List)> = (0..members.len()).into_par_iter().map_init(|| ranking.ranker(), list).collect();
        made.into_iter().for_each(|(at, list)| lists[at] = Some(list));
    }
    let text: Vec<String> = lists.iter().flatten().map(|list| json!(list).to_string() + "\n").collect();
    let doing = format!("write `{}`", args.out.display());
    disk::own::replace_file(&args.out, text.concat().as_bytes()).map_err(Failure::io(doing))?;
    if env.format == Format::Json {
        env.answer(&json!({ "texts": pages.len(), "out": args.out }))?;
    }
    Ok(Exit::Done)
}

/// Some of the pages as items, which know each other by position.
fn items(pages: &[Page], members: &[usize]) -> Vec<Item> {
    let places: HashMap<&str, usize> = members.iter().enumerate().map(|(at, &page)| (pages[page].id.as_str(), at)).collect();
    let item = |&page: &usize| {
        let Page { id, title, summary, text, links, .. } = &pages[page];
        let links = links.iter().filter_map(|id| places.get(id.as_str()).copied()).collect();
        Item { title: title.clone(), summary: summary.clone(), text: text.clone(), path: id.clone(), links }
    };
    members.iter().map(item).collect()
}

fn eval(args: &EvalArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let ranked = lines::<List>(&args.run)?.into_iter().map(|list| (list.id, list.ranked)).collect();
    let truth = lines::<Truth>(&args.truth)?.into_iter().map(|truth| (truth.id, truth.related)).collect();
    let Report { queries, missing, figures } = evaluate::evaluate(&ranked, &truth);
    if env.format == Format::Json {
        let figures: serde_json::Map<String, serde_json::Value> = figures
            .iter()
            .map(|figure| (figure.name.to_owned(), json!({ "value": figure.value, "interval": figure.interval })))
            .collect();
        env.answer(&json!({ "queries": queries, "missing": missing, "figures": figures }))?;
        return Ok(Exit::Done);
    }
    writeln!(env.out, "{queries} queries, {missing} of them not ranked")?;
    for figure in figures {
        let [low, high] = figure.interval;
        writeln!(env.out, "  {:<10} {:.4}  ({low:.4} to {high:.4})", figure.name, figure.value)?;
    }
    Ok(Exit::Done)
}
