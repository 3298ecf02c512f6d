//! `kmsite model`: whether the model by which pieces are compared works here, and how fast.

use clap::{Args, Subcommand};
use serde_json::json;

use super::models;
use super::open::{Opened, Wanted};
use super::summary::Stopwatch;
use super::{Env, Exit, Failure, Format};
use crate::diag::Diag;
use crate::enrich::onnx::{Engine, Onnx};
use crate::world::Embedder as _;

/// The same in two languages, and something else: what a bilingual model must tell apart.
const TRIED: [&str; 3] = [
    "A price list should begin with something free.",
    "价目表应该从免费的内容开始。",
    "The borrow checker rejects this program.",
];
/// How often a text is embedded to see how fast it goes.
const ROUNDS: usize = 8;

/// What `model` takes.
#[derive(Clone, Debug, Args)]
pub struct ModelArgs {
    /// What to do
    #[command(subcommand)]
    pub command: ModelCommand,
}

/// What to do with the model.
#[derive(Clone, Debug, Subcommand)]
pub enum ModelCommand {
    /// Try out the site's model, and say what computes and how fast
    Doctor,
}

/// Tells of the site's model.
///
/// # Errors
/// A model that cannot be used, and those of the streams and the site's folder.
pub(super) fn run(args: &ModelArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    match args.command {
        ModelCommand::Doctor => doctor(env),
    }
}

fn doctor(env: &mut Env<'_>) -> Result<Exit, Failure> {
    let opened = Opened::open(&Wanted::default(), env)?;
    let Some(model) = models::model(&opened.compiled.config.recommend, env)? else {
        if env.format == Format::Json {
            env.answer(&json!({ "model": null }))?;
        } else {
            writeln!(env.out, "no model: `recommend.model` is `none`")?;
        }
        return Ok(Exit::Done);
    };
    let tried = Tried::of(&model)?;
    let running = model.running()?;
    env.report(&running.refused, &|_| None)?;
    let engine = match &running.engine {
        Engine::Native(path) => format!("ONNX Runtime, {}", path.display()),
        Engine::Tract => "tract, built in".to_owned(),
    };
    let Tried { dimensions, like, unlike, speed } = tried;
    if env.format == Format::Json {
        env.answer(&json!({
            "model": model.name(), "hash": model.model().hex(), "dimensions": dimensions, "engine": engine,
            "like": like, "unlike": unlike, "texts_per_second": speed,
        }))?;
        return Ok(Exit::Done);
    }
    writeln!(env.out, "model   {}, {dimensions} dimensions", model.name())?;
    writeln!(env.out, "engine  {engine}")?;
    if running.engine == Engine::Tract {
        writeln!(env.out, "        {}", models::FASTER)?;
    }
    writeln!(env.out, "speed   {speed:.0} short texts a second on one core")?;
    writeln!(env.out, "sense   {like:.2} for a sentence and its translation, {unlike:.2} for another sentence")?;
    Ok(Exit::Done)
}

/// What came of trying a model out.
struct Tried {
    dimensions: usize,
    /// The cosine of a sentence and its translation.
    like: f32,
    /// The cosine of two sentences that have nothing in common.
    unlike: f32,
    /// Texts a second.
    speed: f64,
}

impl Tried {
    fn of(model: &Onnx) -> Result<Self, Diag> {
        let [first, same, other] = TRIED.map(|text| model.embed(text));
        let (first, same, other) = (first?.vector, same?.vector, other?.vector);
        let cosine = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        let watch = Stopwatch::start();
        for text in TRIED.iter().cycle().take(ROUNDS) {
            model.embed(text)?;
        }
        let speed = ROUNDS as f64 / watch.seconds().max(1e-9);
        Ok(Self { dimensions: first.len(), like: cosine(&first, &same), unlike: cosine(&first, &other), speed })
    }
}
