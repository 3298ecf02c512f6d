//! `kmsite model`: whether the model by which pieces are compared works here, and how fast; others fetched, listed, verified.

use clap::{Args, Subcommand, ValueHint};
use serde_json::{Value, json};

use super::hub::{Held, Hub, Id, Shelf};
use super::models;
use super::open::{Opened, Wanted};
use super::summary::Stopwatch;
use super::{Env, Exit, Failure, Format, Strictness};
use crate::diag::{Diag, code};
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
    /// Fetch a model from a hub, for all sites of this machine
    Fetch(FetchArgs),
    /// List the models that were fetched
    List,
    /// Say whether the models that were fetched are still what they were
    Verify,
}

/// What `model fetch` takes.
#[derive(Clone, Debug, Args)]
pub struct FetchArgs {
    /// Its name on the hub, as intfloat/multilingual-e5-small
    #[arg(value_name = "MODEL")]
    pub model: String,
    /// The hub, or a mirror of it; by default what HF_ENDPOINT says, else huggingface.co
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub hub: Option<String>,
}

/// Tells of the site's model.
///
/// # Errors
/// A model that cannot be used, and those of the streams and the site's folder.
pub(super) fn run(args: &ModelArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    match &args.command {
        ModelCommand::Doctor => doctor(env),
        ModelCommand::Fetch(args) => fetch(args, env),
        ModelCommand::List => list(env),
        ModelCommand::Verify => verify(env),
    }
}

/// Where models come from unless something else is said.
const HUB: &str = "https://huggingface.co";

/// The name of a model, if it is one.
fn id(name: &str) -> Result<Id, Diag> {
    let unnamed = || {
        let diag = Diag::error(&code::BAD_FETCH, format!("`{name}` is no name of a model on a hub"));
        diag.hint("it is as `intfloat/multilingual-e5-small`: who made it, a slash, and what it is called")
    };
    Id::parse(name).ok_or_else(unnamed)
}

/// The user's folder of models.
fn shelf(env: &Env<'_>) -> Result<Shelf, Diag> {
    let homeless = || {
        let diag = Diag::error(&code::BAD_FETCH, "there is no folder for models: this machine names none for caches");
        diag.hint("name one with `XDG_CACHE_HOME`")
    };
    env.models.shelf.as_deref().map(Shelf::new).ok_or_else(homeless)
}

fn fetch(args: &FetchArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let (id, shelf) = (id(&args.model)?, shelf(env)?);
    let hub = args.hub.as_deref().or(env.models.hub.as_deref()).unwrap_or(HUB);
    let held = Hub::new(hub).fetch(&id, &shelf, env.models.progress)?;
    if env.format == Format::Json {
        env.answer(&told(&held))?;
    } else {
        writeln!(env.out, "{} is here, {:.1} MB", held.id, held.bytes() as f64 / 1e6)?;
        writeln!(env.out, "use it: `recommend: {{ model: {} }}` in site.yaml", held.id)?;
    }
    Ok(Exit::Done)
}

/// A fetched model in an answer to programs.
fn told(held: &Held) -> Value {
    json!({ "id": held.id, "hub": held.hub, "revision": held.revision, "bytes": held.bytes() })
}

fn list(env: &mut Env<'_>) -> Result<Exit, Failure> {
    let all = shelf(env)?.all();
    if env.format == Format::Json {
        env.answer(&all.iter().map(told).collect())?;
        return Ok(Exit::Done);
    }
    if all.is_empty() {
        writeln!(env.out, "no model was fetched; the one that comes with the program needs no fetching")?;
    }
    for held in all {
        writeln!(env.out, "{}  {:.1} MB  from {}", held.id, held.bytes() as f64 / 1e6, held.hub)?;
    }
    Ok(Exit::Done)
}

fn verify(env: &mut Env<'_>) -> Result<Exit, Failure> {
    let shelf = shelf(env)?;
    let mut diags = Vec::new();
    for held in shelf.all() {
        match id(&held.id).and_then(|id| shelf.verify(&id, &held)) {
            Ok(()) if env.format == Format::Text => writeln!(env.out, "{} is whole", held.id)?,
            Ok(()) => {}
            Err(diag) => diags.push(diag),
        }
    }
    env.report(&diags, &|_| None)?;
    Ok(Exit::of(&diags, Strictness::Lenient))
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
