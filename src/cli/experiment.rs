//! `kmsite promo report`: what readers did with the variants of campaigns, as text, JSON or a page of its own; and the weights of the next build.

mod page;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};
use serde_json::{Value, json};

use super::labelled::columns;
use super::open::{Opened, Wanted};
use super::{Env, Exit, Failure, Format};
use crate::config;
use crate::diag::{Diag, code};
use crate::disk::own;
use crate::id::Hash;
use crate::load::{CAMPAIGNS, WEIGHTS};
use crate::promote::experiment::stats::{Count, chi_square};
use crate::promote::experiment::{Import, Kind, Tally, Verdict, import, tally, verdict, weights};
use words::Words;

/// The name of the page as it is, among its variants.
const CONTROL: &str = "control";

/// What `promo report` takes.
#[derive(Clone, Debug, Args)]
pub struct ReportArgs {
    /// The events: JSON lines, CSV with a heading, or an access log
    #[arg(value_name = "EVENTS", value_hint = ValueHint::FilePath)]
    pub events: PathBuf,
    /// What counts as success; without it the last step that somebody took
    #[arg(long, value_enum, value_name = "KIND")]
    pub goal: Option<Goal>,
    /// Also write the report as one page of HTML
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub html: Option<PathBuf>,
    /// The language of the page; the site's default without it
    #[arg(long, value_name = "LANG")]
    pub lang: Option<String>,
    /// Keep what was learnt as weights of the next build, beside each campaign
    #[arg(long)]
    pub write_weights: bool,
}

/// What counts as success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Goal {
    /// The button was followed
    Click,
    /// An address was left
    Signup,
    /// Something was bought
    Purchase,
}

impl Goal {
    const fn kind(self) -> Kind {
        match self {
            Self::Click => Kind::Click,
            Self::Signup => Kind::SignUp,
            Self::Purchase => Kind::Purchase,
        }
    }
}

/// A report.
struct Report {
    import: Import,
    goal: Kind,
    /// Each experiment with what it says.
    experiments: Vec<(Tally, Verdict)>,
}

/// What the site knows of its experiments.
#[derive(Default)]
struct Known {
    /// The weights of the variants of each campaign; `None` without a site.
    campaigns: Option<BTreeMap<String, BTreeMap<String, f64>>>,
    /// The folder of the campaigns' files.
    folder: PathBuf,
    /// The site's default language.
    lang: String,
}

/// Reads events and reports.
///
/// # Errors
/// Those of the streams and files; events that no line of can be used.
pub(super) fn run(args: &ReportArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let path = env.root.join(&args.events);
    let name = args.events.display().to_string();
    let bytes = fs::read(&path).map_err(Failure::io(format!("read `{name}`")))?;
    let known = known(env)?;
    let names: Option<Vec<String>> = known.campaigns.as_ref().map(|campaigns| campaigns.keys().cloned().collect());
    let report = reported(import(&bytes, names.as_deref()), args.goal, &known);
    if report.import.events.is_empty() {
        return Err(nothing(&name, &report.import).into());
    }
    if env.format == Format::Json {
        env.answer(&as_json(&report))?;
    } else {
        write!(env.out, "{}", as_text(&report))?;
    }
    if let Some(file) = &args.html {
        let lang = args.lang.clone().unwrap_or_else(|| known.lang.clone());
        let page = page::page(&report, &Words::of(&lang));
        own::replace_file(&env.root.join(file), page.as_bytes()).map_err(Failure::io(format!("write `{}`", file.display())))?;
    }
    if args.write_weights {
        write_weights(&report, &known, &Hash::of(&bytes), env)?;
    }
    Ok(Exit::Done)
}

/// The campaigns of the site, if there is one.
fn known(env: &mut Env<'_>) -> Result<Known, Failure> {
    if !env.root.join(config::FILE).is_file() {
        return Ok(Known { lang: "en".to_owned(), ..Known::default() });
    }
    let opened = Opened::open(&Wanted::default(), env)?;
    let site = opened.compiled.plan.site();
    let campaigns = site.campaigns.iter().map(|campaign| {
        let ids = campaign.written.variants.iter().map(|variant| variant.id.as_str());
        let arms = std::iter::once(CONTROL).chain(ids).map(str::to_owned);
        let weights = arms.zip(campaign.weights.iter().copied().map(f64::from)).collect();
        (campaign.name.to_string(), weights)
    });
    let lang = site.languages.first().map_or_else(|| "en".to_owned(), |language| language.tag.to_string());
    let folder = Path::new(&opened.compiled.tree.content_root).join(CAMPAIGNS);
    Ok(Known { campaigns: Some(campaigns.collect()), folder, lang })
}

fn nothing(name: &str, import: &Import) -> Diag {
    let unknown: BTreeSet<&str> = import.left.unknown.keys().map(String::as_str).collect();
    let why = match (import.left.told.first(), unknown.first()) {
        (Some((line, message)), _) => format!("line {line}: {message}"),
        (None, Some(first)) => format!("the site has no campaign `{first}`"),
        (None, None) => "no line is an event of an experiment".to_owned(),
    };
    let diag = Diag::error(&code::BAD_EVENTS, format!("`{name}` has no event that can be used: {why}"));
    diag.hint("an event is `{\"time\": …, \"reader\": …, \"kind\": \"impression\", \"experiment\": …, \"variant\": …}`, or a line of CSV with these columns")
}

fn reported(import: Import, goal: Option<Goal>, known: &Known) -> Report {
    let last = import.events.iter().map(|event| event.kind).max().unwrap_or(Kind::Click).max(Kind::Click);
    let goal = goal.map_or(last, Goal::kind);
    let none = BTreeMap::new();
    let experiments = tally(&import, goal)
        .into_iter()
        .map(|tally| {
            let weights = known.campaigns.as_ref().and_then(|campaigns| campaigns.get(&tally.name)).unwrap_or(&none);
            let verdict = verdict(&tally, weights);
            (tally, verdict)
        })
        .collect();
    Report { import, goal, experiments }
}

fn as_json(report: &Report) -> Value {
    let left = &report.import.left;
    let bad: Vec<Value> = left.told.iter().map(|(line, message)| json!({ "line": line, "message": message })).collect();
    let experiments: Vec<Value> = report.experiments.iter().map(|(tally, verdict)| experiment(tally, verdict)).collect();
    json!({
        "goal": report.goal.name(),
        "lines": report.import.lines,
        "events": report.import.events.len(),
        "left_out": {
            "bad": left.bad, "bad_lines": bad, "other": left.other, "unknown": left.unknown,
            "duplicates": left.duplicates, "bots": left.bots,
        },
        "out_of_order": left.out_of_order,
        "experiments": experiments,
    })
}

fn experiment(tally: &Tally, verdict: &Verdict) -> Value {
    let count = |count: &Count| json!({ "readers": count.readers, "conversions": count.conversions, "rate": count.rate() });
    let variants: Vec<Value> = verdict
        .arms
        .iter()
        .map(|judged| {
            let mut told = count(&judged.arm.count);
            told["variant"] = judged.arm.name.clone().into();
            told["interval"] = judged.interval.to_vec().into();
            told["best"] = judged.best.into();
            told["loss"] = judged.loss.into();
            told
        })
        .collect();
    let parts = |parts: &BTreeMap<String, Vec<Count>>| {
        let part = |(name, counts): (&String, &Vec<Count>)| {
            let by: serde_json::Map<String, Value> =
                tally.arms.iter().zip(counts).map(|(arm, of)| (arm.name.clone(), count(of))).collect();
            (name.clone(), json!({ "variants": by, "chi_square_p": chi_square(counts) }))
        };
        Value::Object(parts.iter().map(part).collect())
    };
    json!({
        "experiment": tally.name, "variants": variants, "chi_square_p": verdict.chi_square, "anytime_p": verdict.anytime,
        "sample_ratio_p": verdict.sample_ratio, "readers_needed": verdict.needed, "verdict": Words::of("en").advice(verdict),
        "crossed": tally.crossed, "unseen": tally.unseen, "builds": parts(&tally.builds), "segments": parts(&tally.segments),
    })
}

fn as_text(report: &Report) -> String {
    let words = Words::of("en");
    let mut text = words.counted(&report.import) + "\n";
    for (line, message) in &report.import.left.told {
        text += &format!("  line {line}: {message}\n");
    }
    for (tally, verdict) in &report.experiments {
        text += &format!("\n{} ({})\n", tally.name, report.goal.name());
        text += &columns(&rows(verdict, &words));
        for (name, parts) in
            [("build", &tally.builds), ("segment", &tally.segments)].into_iter().filter(|(_, parts)| parts.len() > 1)
        {
            for (part, counts) in parts {
                let counts: Vec<String> = tally
                    .arms
                    .iter()
                    .zip(counts)
                    .map(|(arm, count)| format!("{} {}/{}", arm.name, count.conversions, count.readers))
                    .collect();
                text += &format!("  {name} `{part}`: {}\n", counts.join(", "));
            }
        }
        for line in words.tests(tally, verdict) {
            text += &format!("  {line}\n");
        }
        text += &format!("  {}\n", words.advice(verdict));
    }
    text
}

/// The variants as rows of a table, the heading first.
fn rows(verdict: &Verdict, words: &Words) -> Vec<Vec<String>> {
    let mut rows = vec![words.heading.map(str::to_owned).to_vec()];
    let percent = |share: f64| format!("{:.2} %", share * 100.0);
    for judged in &verdict.arms {
        let count = judged.arm.count;
        let [low, high] = judged.interval;
        rows.push(vec![
            judged.arm.name.clone(),
            count.readers.to_string(),
            count.conversions.to_string(),
            percent(count.rate()),
            format!("{} – {}", percent(low), percent(high)),
            format!("{:.3}", judged.best),
            percent(judged.loss),
        ]);
    }
    rows
}

/// Writes a file of weights beside each campaign that an experiment is about.
fn write_weights(report: &Report, known: &Known, seed: &Hash, env: &mut Env<'_>) -> Result<(), Failure> {
    for (tally, verdict) in &report.experiments {
        let is_name = !tally.name.is_empty() && tally.name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
        let is_campaign = known.campaigns.as_ref().is_some_and(|campaigns| campaigns.contains_key(&tally.name));
        if !is_name || !is_campaign || verdict.arms.len() < 2 {
            continue;
        }
        let file = known.folder.join(format!("{}{WEIGHTS}", tally.name));
        let mut text = format!(
            "# Written by `kmsite promo report --write-weights`: the chance of each variant to be the best, at least 5 of 100.\nseed: {}\nweights:\n",
            seed.hex()
        );
        for (variant, weight) in weights(verdict) {
            text += &format!("  {}: {weight}\n", Value::String(variant));
        }
        own::replace_file(&env.root.join(&file), text.as_bytes()).map_err(Failure::io(format!("write `{}`", file.display())))?;
        if env.format == Format::Text {
            writeln!(env.out, "\n{} written", file.display())?;
        }
    }
    Ok(())
}
