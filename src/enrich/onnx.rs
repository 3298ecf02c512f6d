//! A model and a text -> a vector, by ONNX Runtime if its library is at hand, else by tract, which is within the program.
//!
//! One of the two is chosen when the first text comes, for the whole process. Both are driven through `ort`, in the same way, with the same
//! graph ([`graph::unpacked`]); their vectors differ by 2.4e-7 (measured), so that scores are rounded before they are compared. A text is run alone:
//! padding costs more than batches gain (measured), and its vector cannot depend on its companions.
//!
//! The only user of `ort`. Invariant: a library that cannot be used is said, and never ends the program.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};

use ort::environment::Environment;
use ort::session::builder::GraphOptimizationLevel;
use ort::session::{Session, SessionInputValue};
use ort::value::TensorRef;
use tokenizers::{Tokenizer, TruncationParams};

use super::model::{Letters, Model, Pooling, Step, graph};
use crate::diag::{Diag, code};
use crate::id::Hash;
use crate::world::{Embedder, Embedding};

/// The most sessions at once. Each holds the weights: with the bundled model all four of them took 0.92 GB by tract and 0.68 GB by ONNX Runtime, one
/// of them 0.42 and 0.36 (measured, the peak of the process).
const SESSIONS: usize = 4;
/// So many characters hold more tokens than are read, for each token that is read: the rest of a long text need not be looked at.
const CHARACTERS: usize = 24;
/// The names that tokens have which a model does not know.
const UNKNOWN: [&str; 2] = ["[UNK]", "<unk>"];

/// Where the library of ONNX Runtime may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// Whether somebody named it, so that its absence is a finding.
    pub is_named: bool,
}

/// What computes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Engine {
    /// ONNX Runtime, from this library.
    Native(PathBuf),
    /// tract.
    Tract,
}

/// The engine of this process.
pub struct Running {
    /// What computes.
    pub engine: Engine,
    /// Libraries that were found or named and cannot be used, and why.
    pub refused: Vec<Diag>,
    environment: Environment,
}

/// Starts the engine, or returns the one that runs.
///
/// # Errors
/// A library that could be loaded and yet does not start.
pub fn running(places: &[Place]) -> Result<&'static Running, Diag> {
    static RUNNING: OnceLock<Result<Running, Diag>> = OnceLock::new();
    RUNNING.get_or_init(|| start(places)).as_ref().map_err(Clone::clone)
}

fn start(places: &[Place]) -> Result<Running, Diag> {
    let missing = places.iter().filter(|place| place.is_named && !place.path.is_file());
    let mut refused: Vec<Diag> = missing.map(|place| unusable(&place.path, &"there is no such file")).collect();
    // One is tried and no other: `ort` takes a second attempt after one that failed for a success, and crashes.
    if let Some(Place { path, .. }) = places.iter().find(|place| place.path.is_file()) {
        match ort::init_from(path) {
            Ok(builder) => {
                let failed = |error| unusable(path, &error);
                let environment = builder.with_telemetry(false).build().map_err(failed)?;
                environment.set_log_level(ort::logging::LogLevel::Error);
                return Ok(Running { engine: Engine::Native(path.clone()), refused, environment });
            }
            Err(error) => refused.push(unusable(path, &error)),
        }
    }
    ort::set_api(ort_tract::api());
    let failed = |error: ort::Error| Diag::error(&code::BAD_RUNTIME, format!("the built-in engine does not start: {error}"));
    let environment = ort::init().with_telemetry(false).build().map_err(failed)?;
    Ok(Running { engine: Engine::Tract, refused, environment })
}

fn unusable(path: &std::path::Path, error: &dyn std::fmt::Display) -> Diag {
    let diag = Diag::warning(&code::BAD_RUNTIME, format!("the library `{}` cannot be used: {error}", path.display()));
    diag.hint("take version 1.24 or later of ONNX Runtime, or leave it to the built-in engine, which is slower and gives the same lists")
}

/// A model that turns texts into vectors.
pub struct Onnx {
    model: Model,
    places: Vec<Place>,
    tokenizer: OnceLock<Result<Tokens, Diag>>,
    sessions: Mutex<Sessions>,
    freed: Condvar,
    /// Held while a session is made, for then its weights are in memory three times over.
    making: Mutex<()>,
    /// How many numbers a vector has.
    width: OnceLock<usize>,
}

struct Tokens {
    tokenizer: Tokenizer,
    unknown: Vec<u32>,
}

#[derive(Default)]
struct Sessions {
    idle: Vec<Session>,
    made: usize,
}

impl Onnx {
    /// A model that is loaded when the first text comes.
    #[must_use]
    pub fn new(model: Model, places: Vec<Place>) -> Self {
        Self {
            model,
            places,
            tokenizer: OnceLock::new(),
            sessions: Mutex::default(),
            freed: Condvar::new(),
            making: Mutex::default(),
            width: OnceLock::new(),
        }
    }

    /// What the model is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.model.name
    }

    /// What computes.
    ///
    /// # Errors
    /// An engine that does not start.
    pub fn running(&self) -> Result<&'static Running, Diag> {
        running(&self.places)
    }

    fn tokens(&self) -> Result<&Tokens, Diag> {
        let made = self.tokenizer.get_or_init(|| {
            let flawed =
                |error: tokenizers::Error| self.model.flawed(&format!("its `tokenizer.json` is not what it should be: {error}"));
            let mut tokenizer = Tokenizer::from_bytes(&self.model.tokenizer).map_err(flawed)?;
            // What is baked into the file is for whoever trained the model.
            tokenizer.with_padding(None);
            let truncation = TruncationParams { max_length: self.model.longest, ..TruncationParams::default() };
            tokenizer.with_truncation(Some(truncation)).map_err(flawed)?;
            let unknown = UNKNOWN.iter().filter_map(|name| tokenizer.token_to_id(name)).collect();
            Ok(Tokens { tokenizer, unknown })
        });
        made.as_ref().map_err(Clone::clone)
    }

    /// Lends a session; waits for one if there are as many as there may be.
    fn with_session<T>(&self, run: impl FnOnce(&mut Session) -> Result<T, Diag>) -> Result<T, Diag> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = loop {
            if let Some(session) = sessions.idle.pop() {
                break Some(session);
            }
            if sessions.made < SESSIONS {
                sessions.made += 1;
                break None;
            }
            sessions = self.freed.wait(sessions).unwrap_or_else(PoisonError::into_inner);
        };
        drop(sessions);
        let made = idle.map_or_else(
            || {
                let _alone = self.making.lock().unwrap_or_else(PoisonError::into_inner);
                self.session()
            },
            Ok,
        );
        let (session, result) = match made {
            Ok(mut session) => {
                let result = run(&mut session);
                (Some(session), result)
            }
            Err(diag) => (None, Err(diag)),
        };
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        match session {
            Some(session) => sessions.idle.push(session),
            None => sessions.made -= 1,
        }
        drop(sessions);
        self.freed.notify_one();
        result
    }

    fn session(&self) -> Result<Session, Diag> {
        let running = self.running()?;
        let weights = |name: &str| self.model.weights.iter().find(|(other, _)| other == name).map(|(_, bytes)| &**bytes);
        let graph = graph::unpacked(&self.model.graph, &weights).map_err(|flaw| self.model.flawed(&flaw))?;
        let flawed = |error: ort::Error| self.model.flawed(&format!("its graph cannot be run: {error}"));
        let threads = |builder: ort::session::builder::SessionBuilder| {
            let builder = builder.with_intra_threads(1)?.with_inter_threads(1)?;
            builder.with_optimization_level(GraphOptimizationLevel::Level3)
        };
        let builder = Session::builder(&running.environment).map_err(flawed)?;
        let session = threads(builder).map_err(|error| flawed(error.into()))?.commit_from_memory(&graph).map_err(flawed)?;
        let known = ["input_ids", "attention_mask", "token_type_ids"];
        match session.inputs().iter().find(|input| !known.contains(&input.name())) {
            Some(input) => Err(self.model.flawed(&format!("its graph wants `{}`, which is not known", input.name()))),
            None => Ok(session),
        }
    }

    fn run(&self, session: &mut Session, ids: &[i64]) -> Result<Vec<f32>, Diag> {
        let flawed = |error: ort::Error| self.model.flawed(&format!("its graph fails: {error}"));
        let (ones, zeros) = (vec![1_i64; ids.len()], vec![0_i64; ids.len()]);
        let mut inputs: Vec<(Cow<'_, str>, SessionInputValue<'_>)> = Vec::new();
        for input in session.inputs() {
            let data = match input.name() {
                "input_ids" => ids,
                "attention_mask" => &ones,
                _ => &zeros,
            };
            let tensor = TensorRef::from_array_view(([1_usize, ids.len()], data)).map_err(flawed)?;
            inputs.push((input.name().to_owned().into(), tensor.into()));
        }
        let names: Vec<String> = session.outputs().iter().map(|output| output.name().to_owned()).collect();
        let wanted = ["last_hidden_state", "token_embeddings"];
        let name = names.iter().find(|name| wanted.contains(&name.as_str())).or(names.first());
        let name = name.ok_or_else(|| self.model.flawed("its graph gives nothing"))?;
        let outputs = session.run(inputs).map_err(flawed)?;
        let output = outputs.get(name).ok_or_else(|| self.model.flawed(&format!("its graph gives no `{name}`")))?;
        let (shape, data) = output.try_extract_tensor::<f32>().map_err(flawed)?;
        match shape[..] {
            [1, tokens, width] if tokens as usize == ids.len() && width > 0 => {
                self.finished(pooled(self.model.pooling, data, width as usize))
            }
            // A graph that pools does all else too.
            [1, width] if width > 0 => Ok(data.to_vec()),
            _ => Err(self.model.flawed(&format!("its graph gives a tensor of shape {shape:?}"))),
        }
    }
}

impl Onnx {
    /// What becomes of the vector of a text by the modules behind pooling.
    fn finished(&self, mut vector: Vec<f32>) -> Result<Vec<f32>, Diag> {
        for step in &self.model.steps {
            match step {
                Step::Normalize => {
                    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
                    vector.iter_mut().for_each(|x| *x /= length);
                }
                Step::Dense(dense) if dense.takes == vector.len() => vector = dense.apply(&vector),
                Step::Dense(dense) => {
                    let why = format!("its `Dense` takes {} numbers, and gets {}", dense.takes, vector.len());
                    return Err(self.model.flawed(&why));
                }
            }
        }
        Ok(vector)
    }
}

impl Embedder for Onnx {
    fn model(&self) -> Hash {
        self.model.hash
    }

    fn embed(&self, text: &str) -> Result<Embedding, Diag> {
        let Tokens { tokenizer, unknown } = self.tokens()?;
        let end = text.char_indices().nth(self.model.longest * CHARACTERS).map_or(text.len(), |(end, _)| end);
        let mut text = format!("{}{}", self.model.prompt, &text[..end]);
        if self.model.letters == Letters::Lower {
            text = text.to_lowercase();
        }
        let flawed = |error: tokenizers::Error| self.model.flawed(&format!("its tokenizer fails: {error}"));
        let encoding = tokenizer.encode_fast(text, true).map_err(flawed)?;
        let ids: Vec<i64> = encoding.get_ids().iter().map(|&id| i64::from(id)).collect();
        let words = encoding.get_special_tokens_mask().iter().filter(|&&special| special == 0).count();
        let strange = encoding.get_ids().iter().filter(|id| unknown.contains(id)).count();
        let vector = self.with_session(|session| self.run(session, &ids))?;
        let width = *self.width.get_or_init(|| vector.len());
        if vector.len() != width {
            let why = format!("its graph gives {width} numbers for one text and {} for another", vector.len());
            return Err(self.model.flawed(&why));
        }
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        if !length.is_finite() || length == 0.0 {
            return Err(self.model.flawed("what its graph gives are no numbers"));
        }
        let unknown = strange as f32 / words.max(1) as f32;
        Ok(Embedding { vector: vector.into_iter().map(|x| x / length).collect(), unknown })
    }
}

/// The vector of a text of those of its tokens, which stand one after the other.
fn pooled(pooling: Pooling, data: &[f32], width: usize) -> Vec<f32> {
    let mut tokens = data.chunks_exact(width);
    let mut vector = tokens.next().unwrap_or_default().to_vec();
    for token in tokens {
        match pooling {
            Pooling::First => break,
            Pooling::Mean => vector.iter_mut().zip(token).for_each(|(sum, x)| *sum += x),
            Pooling::Greatest => vector.iter_mut().zip(token).for_each(|(most, x)| *most = most.max(*x)),
        }
    }
    if pooling == Pooling::Mean {
        let count = (data.len() / width) as f32;
        vector.iter_mut().for_each(|sum| *sum /= count);
    }
    vector
}
