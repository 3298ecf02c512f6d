//! `kmsite search`: what readers would find, and how large what they fetch is.
//!
//! It asks the index that the site's pages are given, by the same rules, and so gives the same order.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use serde_json::{Value, json};

use super::open::{Opened, Wanted};
use super::summary::Stopwatch;
use super::{Env, Exit, Failure, Format, Selection, Strictness};
use crate::access::{Confined, Entitlement, Gated, Viewer};
use crate::compile::Compiled;
use crate::diag::{Diag, Severity, code};
use crate::id::Lang;
use crate::model::text::excerpt;
use crate::model::{Entitlements, Site};
use crate::search::{self, Document, Found, Hit, Index, Labels, Query};

/// How many results are printed.
const SHOWN: usize = 10;
/// How much of a passage is printed, in half-em columns.
const EXCERPT: usize = 160;

/// What `search` takes.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub struct SearchArgs {
    /// What a reader would type
    #[arg(value_name = "QUERY")]
    pub query: Option<String>,
    /// The language to search in; the site's default without it
    #[arg(long, value_name = "LANG")]
    pub lang: Option<String>,
    /// What the reader has paid for, as `tier:pro` or `product:course`; nothing without it
    #[arg(long = "as", value_name = "ENTITLEMENT")]
    pub reader: Option<String>,
    /// Say what each word brought to each result
    #[arg(long)]
    pub explain: bool,
    /// What pieces are looked at
    #[command(flatten)]
    pub selection: Selection,
    /// Something else about search
    #[command(subcommand)]
    pub command: Option<SearchCommand>,
}

/// Something else about search.
#[derive(Clone, Debug, Subcommand)]
pub enum SearchCommand {
    /// Print how large the indexes are, and try out queries
    Report(ReportArgs),
}

/// What `search report` takes.
#[derive(Clone, Debug, Args)]
pub struct ReportArgs {
    /// A file with a query on each line
    #[arg(value_name = "QUERIES", value_hint = ValueHint::FilePath)]
    pub queries: Option<PathBuf>,
    /// What pieces are looked at
    #[command(flatten)]
    pub selection: Selection,
}

/// Answers a query, or reports.
///
/// # Errors
/// Those of the streams, the site's folder and the file of queries.
pub(super) fn run(args: &SearchArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let selection = match &args.command {
        Some(SearchCommand::Report(report)) => report.selection,
        None => args.selection,
    };
    let mut opened = Opened::open(&Wanted { selection, ..Wanted::default() }, env)?;
    opened.diags.retain(|diag| diag.severity == Severity::Error);
    opened.report(env)?;
    if !opened.diags.is_empty() {
        return Ok(Exit::of(&opened.diags, Strictness::Lenient));
    }
    let site = opened.compiled.plan.site();
    match &args.command {
        Some(SearchCommand::Report(report)) => reported(report, &opened.compiled, env),
        None => answered(args, site, env),
    }
}

fn index(site: &Site, lang: &Lang) -> Index {
    Index::of(search::public(site, lang), lang, &site.config.search)
}

/// What `search` prints stays in the creator's terminal.
struct Terminal;

impl Confined for Terminal {}

/// Someone who may have what is for an audience.
fn one_of(audience: &Entitlements) -> Option<Viewer> {
    let Entitlements::Paid { tier, products } = audience else { return None };
    let buyer = || products.iter().next().map(|product| Viewer::with_product(&Terminal, product.clone()));
    tier.as_ref().map(|tier| Viewer::with_tier(&Terminal, tier.clone())).or_else(buyer)
}

/// The entitlements that open what is for an audience, as `site.yaml` declares them.
fn declared(audience: &Entitlements) -> Vec<String> {
    let Entitlements::Paid { tier, products } = audience else { return Vec::new() };
    let tier = tier.iter().map(|tier| format!("tier:{tier}"));
    tier.chain(products.iter().map(|product| format!("product:{product}"))).collect()
}

/// Someone who has paid for what is written so.
fn viewer(reader: &str, site: &Site) -> Result<Viewer, Failure> {
    let config = &site.config;
    match Entitlement::read(reader) {
        Some(Entitlement::Tier(tier)) if config.tier_rank(&tier).is_some() => Ok(Viewer::with_tier(&Terminal, tier)),
        Some(Entitlement::Product(id)) if config.products.iter().any(|product| product.id == id) => {
            Ok(Viewer::with_product(&Terminal, id))
        }
        _ => {
            let diag = Diag::error(&code::REFUSED, format!("`{reader}` is no tier or product of this site"));
            Err(diag.hint("write `tier:` or `product:` and the id that `site.yaml` gives it").into())
        }
    }
}

fn answered(args: &SearchArgs, site: &Site, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let first = || site.languages.first().map_or_else(|| Lang::new("en"), |language| language.tag.clone());
    let lang = args.lang.as_deref().map_or_else(first, Lang::new);
    let mut index = index(site, &lang);
    if let Some(reader) = &args.reader {
        let viewer = viewer(reader, site)?;
        for documents in search::paid(site, &lang).into_iter().filter_map(|paid| viewer.open(paid, &site.config)) {
            index = index.joined(Index::of(documents, &lang, &site.config.search));
        }
    }
    let found = search::search(&index, &Query::parse(args.query.as_deref().unwrap_or_default()));
    if env.format == Format::Json {
        env.answer(&as_json(site, &index, &found))?;
        return Ok(Exit::Done);
    }
    for (typed, meant) in &found.corrected {
        writeln!(env.out, "nothing has `{typed}`; this is for `{meant}`")?;
    }
    if found.hits.is_empty() {
        writeln!(env.out, "nothing was found in `{lang}`")?;
    }
    for (hit, parts) in found.hits.iter().zip(&found.parts).take(SHOWN) {
        let document = &index.documents[hit.doc];
        writeln!(env.out, "{}  {}  [{}, {}]", document.title, address(&index, hit), document.kind.name(), document.tier)?;
        if let Some(text) = shown(&index, hit) {
            writeln!(env.out, "    {text}")?;
        }
        if args.explain {
            writeln!(env.out, "    score {}, class {}", hit.score, hit.class)?;
            for part in parts {
                let (term, form, df) = (&part.term, &part.form, part.df);
                let (weight, impact, factor) = (part.weight, part.impact, part.factor);
                writeln!(env.out, "    `{term}` by `{form}` (in {df}): weight {weight} × impact {impact} × {factor}")?;
            }
        }
    }
    Ok(Exit::Done)
}

/// The address of a result, down to the passage that answers best.
fn address(index: &Index, hit: &Hit) -> String {
    let document = &index.documents[hit.doc];
    let anchor = hit.passage.map_or("", |at| &*document.passages[at].anchor);
    if anchor.is_empty() { document.route.to_string() } else { format!("{}#{anchor}", document.route) }
}

/// The start of the passage that answers best.
fn shown(index: &Index, hit: &Hit) -> Option<String> {
    let passage = &index.documents[hit.doc].passages[hit.passage?];
    let text = excerpt(&passage.text.replace('\n', " "), EXCERPT);
    let whole = if passage.heading.is_empty() { text } else { format!("{}: {text}", passage.heading) };
    Some(whole)
}

fn as_json(site: &Site, index: &Index, found: &Found) -> Value {
    let result = |(hit, parts): (&Hit, &Vec<search::Part>)| {
        let document = &index.documents[hit.doc];
        let part = |part: &search::Part| {
            json!({
                "term": part.term, "form": part.form, "documents": part.df,
                "weight": part.weight, "impact": part.impact, "factor": part.factor,
            })
        };
        json!({
            "title": document.title, "route": document.route.as_str(), "address": address(index, hit),
            "url": site.absolute(&document.route), "kind": document.kind.name(), "level": document.level, "tier": document.tier,
            "tags": document.tags, "score": hit.score, "class": hit.class, "excerpt": shown(index, hit),
            "terms": parts.iter().map(part).collect::<Vec<_>>(),
        })
    };
    let corrected: Vec<Value> = found.corrected.iter().map(|(typed, meant)| json!({ "typed": typed, "meant": meant })).collect();
    let results: Vec<Value> = found.hits.iter().zip(&found.parts).take(SHOWN).map(result).collect();
    json!({ "total": found.total, "corrected": corrected, "results": results })
}

fn reported(args: &ReportArgs, compiled: &Compiled, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let queries = match &args.queries {
        Some(path) => std::fs::read_to_string(path).map_err(Failure::io("read the file of queries"))?,
        None => String::new(),
    };
    let queries: Vec<&str> = queries.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let site = compiled.plan.site();
    let client = compiled.theme.assets().iter().find(|asset| asset.path == "search.js");
    let client = client.map_or(0, |asset| search::compressed(&asset.bytes));
    let mut report = serde_json::Map::new();
    for language in &site.languages {
        let index = index(site, &language.tag);
        let mut told = sizes(&index, &language.tag);
        told["client_bytes"] = client.into();
        let members = members(site, &language.tag);
        if !members.is_empty() {
            told["members"] = members.into();
        }
        if !queries.is_empty() {
            told["queries"] = tried(&index, &queries);
        }
        report.insert(language.tag.to_string(), told);
    }
    if env.format == Format::Json {
        env.answer(&Value::Object(report))?;
        return Ok(Exit::Done);
    }
    for (lang, told) in &report {
        writeln!(env.out, "{lang}")?;
        write_sizes(told, env)?;
        for set in told["members"].as_array().into_iter().flatten() {
            let audience: Vec<&str> = set["audience"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            writeln!(env.out, "{lang}, for {}", audience.join(" or "))?;
            write_sizes(set, env)?;
        }
        for (name, found) in told["queries"].as_object().into_iter().flatten() {
            writeln!(env.out, "  {name}:")?;
            for query in found.as_array().into_iter().flatten() {
                writeln!(env.out, "    {query}")?;
            }
        }
    }
    Ok(Exit::Done)
}

fn write_sizes(told: &Value, env: &mut Env<'_>) -> Result<(), Failure> {
    for (name, value) in told.as_object().into_iter().flatten().filter(|(_, value)| value.is_number()) {
        writeln!(env.out, "  {}: {value}", name.replace('_', " "))?;
    }
    Ok(())
}

/// How large the indexes are that audiences have for themselves, before they are sealed.
fn members(site: &Site, lang: &Lang) -> Vec<Value> {
    let told = |paid: Gated<Vec<Document>>| {
        let audience = declared(paid.audience());
        let documents = one_of(paid.audience())?.open(paid, &site.config)?;
        let mut told = sizes(&Index::of(documents, lang, &site.config.search), lang);
        told["audience"] = audience.into();
        Some(told)
    };
    search::paid(site, lang).into_iter().filter_map(told).collect()
}

/// How large an index is.
fn sizes(index: &Index, lang: &Lang) -> Value {
    let labels = Labels { facet: &|_, value| value.to_owned(), words: BTreeMap::new() };
    let (_, sizes) = search::export(index, lang, &labels, &search::by_hash);
    json!({
        "documents": index.documents.len(),
        "terms": index.groups().iter().map(|group| group.forms.len()).sum::<usize>(),
        "shards": sizes.shards,
        "index_bytes": sizes.index,
        "fragment_bytes": sizes.fragments,
    })
}

/// The queries that found nothing, and the slowest ones.
fn tried(index: &Index, queries: &[&str]) -> Value {
    let mut nothing = Vec::new();
    let mut times = Vec::new();
    for &typed in queries {
        let watch = Stopwatch::start();
        let found = search::search(index, &Query::parse(typed));
        times.push((watch.seconds(), typed));
        if found.total == 0 {
            nothing.push(typed);
        }
    }
    times.sort_by(|a, b| b.0.total_cmp(&a.0));
    let slowest: Vec<String> = times.iter().take(SHOWN).map(|(time, typed)| format!("{:.1} ms {typed}", time * 1000.0)).collect();
    json!({ "nothing_found": nothing, "slowest": slowest })
}
