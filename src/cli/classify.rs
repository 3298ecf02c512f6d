//! `kmsite classify`: any labels, learnt from a file of texts that have them: topics, what readers think, what they ask.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueHint};
use serde_json::{Value, json};

use super::labelled::{self, Row, columns};
use super::levels::{about, open, refused, worth};
use super::{Env, Exit, Failure, Format, Selection};
use crate::config;
use crate::diag::{Diag, code};
use crate::disk::own;
use crate::enrich::levels::{self, Classifier, Sample};

/// What `classify` takes.
#[derive(Clone, Debug, Args)]
pub struct ClassifyArgs {
    /// What to do
    #[command(subcommand)]
    pub command: ClassifyCommand,
}

/// What to do with labelled texts.
#[derive(Clone, Debug, Subcommand)]
pub enum ClassifyCommand {
    /// Learn labels from texts that have them, and write what was learnt to a file
    Train(TrainArgs),
    /// Print how well labels can be told from texts, by cross-validation
    Report(LabelsArgs),
    /// Print a label for each text that has none
    Apply(ApplyArgs),
}

/// The texts.
#[derive(Clone, Debug, Args)]
pub struct LabelsArgs {
    /// Texts with labels: CSV or JSON lines with `text` or `piece`, and `label`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub labels: PathBuf,
    /// What pieces are looked at
    #[command(flatten)]
    pub selection: Selection,
}

/// What `classify train` takes.
#[derive(Clone, Debug, Args)]
pub struct TrainArgs {
    /// The texts
    #[command(flatten)]
    pub source: LabelsArgs,
    /// The file to write
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
}

/// What `classify apply` takes.
#[derive(Clone, Debug, Args)]
pub struct ApplyArgs {
    /// The texts
    #[command(flatten)]
    pub source: LabelsArgs,
    /// What `train` wrote; without it, the rows that have a label are learnt from
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub model: Option<PathBuf>,
}

/// Learns, reports or labels.
///
/// # Errors
/// Those of the streams and files; too little to learn from.
pub(super) fn run(args: &ClassifyArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let source = match &args.command {
        ClassifyCommand::Report(source) => source,
        ClassifyCommand::Train(args) => &args.source,
        ClassifyCommand::Apply(args) => &args.source,
    };
    let rows = match rows(source, env)? {
        Ok(rows) => rows,
        Err(exit) => return Ok(exit),
    };
    match &args.command {
        ClassifyCommand::Report(_) => reported(&rows, env),
        ClassifyCommand::Train(args) => trained(&rows, &args.model, env),
        ClassifyCommand::Apply(args) => applied(&rows, args.model.as_deref(), env),
    }
}

/// The rows of the file; a site is only looked at where there is one.
fn rows(source: &LabelsArgs, env: &mut Env<'_>) -> Result<Result<Vec<Row>, Exit>, Failure> {
    let path = env.root.join(&source.labels);
    if !env.root.join(config::FILE).is_file() {
        return Ok(Ok(labelled::read(&path, None)?));
    }
    Ok(match open(source.selection, env)? {
        Ok(opened) => Ok(labelled::read(&path, Some(opened.compiled.plan.site()))?),
        Err(exit) => Err(exit),
    })
}

fn reported(rows: &[Row], env: &mut Env<'_>) -> Result<Exit, Failure> {
    let (labels, samples) = labelled::samples(rows);
    let scores = levels::validate(&samples, &labels);
    let scores = scores.ok_or_else(|| refused("labels", "it takes two labels, and texts that are no siblings"))?;
    match env.format {
        Format::Json => env.answer(&labelled::as_json(&scores))?,
        Format::Text => write!(env.out, "{}", labelled::as_text(&scores))?,
    }
    Ok(Exit::Done)
}

fn trained(rows: &[Row], file: &Path, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let (labels, samples) = labelled::samples(rows);
    let scores = worth(&samples, &labels).map_err(|why| refused("labels", &why))?;
    let text = levels::write(&learnt(&samples, &labels), &about(&scores));
    own::replace_file(&env.root.join(file), text.as_bytes()).map_err(Failure::io(format!("write `{}`", file.display())))?;
    match env.format {
        Format::Json => env.answer(&labelled::as_json(&scores))?,
        Format::Text => write!(env.out, "{}\n{}", file.display(), labelled::as_text(&scores))?,
    }
    Ok(Exit::Done)
}

fn learnt(samples: &[Sample], labels: &[String]) -> Classifier {
    Classifier::learn(&samples.iter().collect::<Vec<_>>(), labels)
}

fn applied(rows: &[Row], model: Option<&Path>, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let classifier = match model {
        Some(file) => stored(file, env)?,
        None => {
            let (labels, samples) = labelled::samples(rows);
            worth(&samples, &labels).map_err(|why| refused("labels", &why))?;
            learnt(&samples, &labels)
        }
    };
    let open = rows.iter().filter(|row| row.label.is_none());
    let found = open.map(|row| (row, classifier.estimate(&row.text)));
    if env.format == Format::Json {
        let rows = found.map(|(row, estimate)| {
            json!({ "name": row.name, "label": classifier.labels[estimate.label], "origin": "inferred", "confidence": estimate.confidence })
        });
        env.answer(&rows.collect::<Value>())?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .map(|(row, estimate)| {
            let label = classifier.labels[estimate.label].clone();
            vec![row.name.clone(), label, "inferred".to_owned(), format!("{:.2}", estimate.confidence)]
        })
        .collect();
    write!(env.out, "{}", columns(&rows))?;
    Ok(Exit::Done)
}

fn stored(file: &Path, env: &Env<'_>) -> Result<Classifier, Failure> {
    let name = file.display();
    let text = std::fs::read_to_string(env.root.join(file)).map_err(Failure::io(format!("read `{name}`")))?;
    levels::read(&text).map_err(|wrong| {
        let message = format!("`{name}` holds nothing that was learnt: line {}: {}", wrong.line, wrong.message);
        Diag::error(&code::BAD_LEARNT, message).hint("make it with `kmsite classify train`").into()
    })
}
