//! `kmsite levels`: how hard each piece is, by its author or by its text; and what a site's own levels teach.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use serde_json::{Map, Value, json};

use super::labelled::{self, columns};
use super::open::{Opened, Wanted};
use super::{Env, Exit, Failure, Format, Selection, Strictness};
use crate::compile;
use crate::diag::{Diag, Severity, code};
use crate::disk::own;
use crate::enrich::levels::{self, Classifier, Levels, Sample, Scores};
use crate::id::Lang;
use crate::model::{Level, LevelOrigin, Site};

/// From fewer texts of a level nothing is learnt.
const FEWEST: usize = 30;

/// What `levels` takes.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct LevelsArgs {
    /// What pieces are looked at
    #[command(flatten)]
    pub selection: Selection,
    /// Something else about levels
    #[command(subcommand)]
    pub command: Option<LevelsCommand>,
}

/// Something else about levels.
#[derive(Clone, Debug, Subcommand)]
pub enum LevelsCommand {
    /// Print how well levels can be told from texts, by cross-validation
    Report(SourceArgs),
    /// Learn levels from those that the site declares, and keep what was learnt beside site.yaml
    Train(TrainArgs),
}

/// What levels are learnt from.
#[derive(Clone, Debug, Args)]
pub struct SourceArgs {
    /// Learn from this file (CSV or JSON lines with `text` and `level`) and not from the site
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub texts: Option<PathBuf>,
    /// The language to learn; all languages of the site without it
    #[arg(long, value_name = "LANG")]
    pub lang: Option<String>,
    /// What pieces are looked at
    #[command(flatten)]
    pub selection: Selection,
}

/// What `levels train` takes.
#[derive(Clone, Debug, Args)]
pub struct TrainArgs {
    /// What is learnt from
    #[command(flatten)]
    pub source: SourceArgs,
}

/// Lists, reports or learns.
///
/// # Errors
/// Those of the streams, the site's folder and the file of texts; too little to learn from.
pub(super) fn run(args: &LevelsArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    match &args.command {
        None => listed(args.selection, env),
        Some(LevelsCommand::Report(source)) => reported(source, env),
        Some(LevelsCommand::Train(args)) => trained(&args.source, env),
    }
}

/// Opens the site; `Err` is how the command ends where it has errors.
pub(super) fn open(selection: Selection, env: &mut Env<'_>) -> Result<Result<Opened, Exit>, Failure> {
    let mut opened = Opened::open(&Wanted { selection, ..Wanted::default() }, env)?;
    opened.diags.retain(|diag| diag.severity == Severity::Error);
    opened.report(env)?;
    Ok(if opened.diags.is_empty() { Ok(opened) } else { Err(Exit::of(&opened.diags, Strictness::Lenient)) })
}

fn listed(selection: Selection, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let mut opened = match open(selection, env)? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let models = compile::level_models(&opened.compiled.tree).take(&mut opened.diags);
    if !opened.diags.is_empty() {
        opened.report(env)?;
        return Ok(Exit::of(&opened.diags, Strictness::Lenient));
    }
    let site = opened.compiled.plan.site();
    let inferred = levels::infer(site, &models);
    if env.format == Format::Json {
        let pieces = site.pieces.iter().map(|piece| {
            let (level, origin) = inferred.of(piece).map_or((None, None), |(level, origin)| (Some(level.name()), Some(name(origin))));
            let confidence = inferred.get(piece.id).map(|(_, confidence)| confidence);
            json!({ "route": piece.route.as_str(), "title": &*piece.title, "lang": piece.lang.as_str(), "level": level, "origin": origin, "confidence": confidence })
        });
        env.answer(&pieces.collect())?;
        return Ok(Exit::Done);
    }
    for language in &site.languages {
        write!(env.out, "{}\n{}", language.tag, as_text(site, &language.tag, &inferred))?;
        if models.of(&language.tag).is_none() {
            writeln!(env.out, "  nothing can be inferred in `{}` until `kmsite levels train` has learnt it", language.tag)?;
        }
    }
    Ok(Exit::Done)
}

const fn name(origin: LevelOrigin) -> &'static str {
    match origin {
        LevelOrigin::Declared => "declared",
        LevelOrigin::Inferred => "inferred",
    }
}

fn as_text(site: &Site, lang: &Lang, inferred: &Levels) -> String {
    let pieces = site.pieces.iter().filter(|piece| piece.lang == *lang);
    let rows: Vec<Vec<String>> = pieces
        .map(|piece| {
            let (level, origin) = inferred.of(piece).map_or(("unknown", ""), |(level, origin)| (level.name(), name(origin)));
            let confidence = inferred.get(piece.id).map(|(_, confidence)| format!("{confidence:.2}")).unwrap_or_default();
            vec![piece.route.to_string(), level.to_owned(), origin.to_owned(), confidence]
        })
        .collect();
    columns(&rows)
}

/// What a language's levels are learnt from.
struct Lessons {
    lang: Lang,
    samples: Vec<Sample>,
}

fn names() -> Vec<String> {
    Level::ALL.map(|level| level.name().to_owned()).to_vec()
}

/// The texts to learn from, by language.
fn lessons(source: &SourceArgs, env: &mut Env<'_>) -> Result<Result<Vec<Lessons>, Exit>, Failure> {
    let asked = source.lang.as_deref().map(Lang::new);
    if let Some(path) = &source.texts {
        let rows = labelled::read(&env.root.join(path), None)?;
        if let Some(row) = rows.iter().find(|row| row.label.as_deref().is_none_or(|label| Level::named(label).is_none())) {
            let label = row.label.as_deref().unwrap_or_default();
            let diag = Diag::error(&code::BAD_LABELS, format!("`{}` has the level `{label}`, which is none", row.name));
            return Err(diag.hint("the levels are `beginner`, `intermediate` and `advanced`").into());
        }
        let samples = labelled::sorted(&rows, &names());
        return Ok(Ok(vec![Lessons { lang: asked.unwrap_or_else(|| Lang::new("en")), samples }]));
    }
    let opened = match open(source.selection, env)? {
        Ok(opened) => opened,
        Err(exit) => return Ok(Err(exit)),
    };
    let site = opened.compiled.plan.site();
    let languages =
        site.languages.iter().map(|language| language.tag.clone()).filter(|tag| asked.as_ref().is_none_or(|asked| asked == tag));
    Ok(Ok(languages.map(|lang| Lessons { samples: levels::declared(site, &lang), lang }).collect()))
}

fn reported(source: &SourceArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let lessons = match lessons(source, env)? {
        Ok(lessons) => lessons,
        Err(exit) => return Ok(exit),
    };
    let mut answer = Map::new();
    for Lessons { lang, samples } in &lessons {
        let scores = levels::validate(samples, &names());
        if env.format == Format::Json {
            answer.insert(lang.to_string(), scores.as_ref().map_or(Value::Null, labelled::as_json));
            continue;
        }
        writeln!(env.out, "{lang}")?;
        match &scores {
            Some(scores) => write!(env.out, "{}", labelled::as_text(scores))?,
            None => writeln!(env.out, "  too few pieces with a declared level and {} words to say anything", levels::SHORTEST)?,
        }
    }
    if env.format == Format::Json {
        env.answer(&Value::Object(answer))?;
    }
    Ok(Exit::Done)
}

fn trained(source: &SourceArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let lessons = match lessons(source, env)? {
        Ok(lessons) => lessons,
        Err(exit) => return Ok(exit),
    };
    let mut files = Vec::new();
    for Lessons { lang, samples } in &lessons {
        let scores = worth(samples, &names()).map_err(|why| refused(&format!("levels in `{lang}`"), &why))?;
        let all: Vec<&Sample> = samples.iter().collect();
        let text = levels::write(&Classifier::learn(&all, &names()), &about(&scores));
        files.push((levels::file_name(lang), text, scores));
    }
    for (file, text, scores) in &files {
        own::replace_file(&env.root.join(file), text.as_bytes()).map_err(Failure::io(format!("write `{file}`")))?;
        if env.format == Format::Text {
            write!(env.out, "{file}\n{}", labelled::as_text(scores))?;
        }
    }
    if env.format == Format::Json {
        let files = files.iter().map(|(file, _, scores)| (file.clone(), labelled::as_json(scores)));
        env.answer(&Value::Object(files.collect()))?;
    }
    Ok(Exit::Done)
}

/// What a file of what was learnt says of itself.
pub(super) fn about(scores: &Scores) -> String {
    let (accuracy, texts) = (scores.accuracy, scores.confusion.iter().flatten().sum::<usize>());
    format!(
        "What `kmsite` learnt from {texts} texts in {} groups; in cross-validation {:.3} of its answers were right ({:.3} to {:.3}).",
        scores.groups, accuracy.value, accuracy.low, accuracy.high
    )
}

/// The scores of what can be learnt, if it is worth anything; else why not.
pub(super) fn worth(samples: &[Sample], labels: &[String]) -> Result<Scores, String> {
    for (number, label) in labels.iter().enumerate() {
        let count = samples.iter().filter(|sample| sample.label == number).count();
        if count < FEWEST {
            return Err(format!("of `{label}` there are {count} texts, and {FEWEST} are needed"));
        }
    }
    let scores = levels::validate(samples, labels).ok_or("it takes two labels, and texts that are no siblings")?;
    if scores.clears_majority() {
        return Ok(scores);
    }
    let (accuracy, majority) = (scores.accuracy, scores.majority);
    Err(format!(
        "of its answers {:.3} would be right ({:.3} to {:.3}), and {majority:.3} of those of whoever always says the most frequent label",
        accuracy.value, accuracy.low, accuracy.high
    ))
}

/// The refusal to learn.
pub(super) fn refused(what: &str, why: &str) -> Failure {
    let diag = Diag::error(&code::TOO_LITTLE, format!("too little to learn {what} from: {why}"));
    diag.hint("label more texts, of every kind; `report` shows how it goes").into()
}
