//! A folder in the layout of sentence-transformers -> what is needed to run its model: the graph, the tokenizer, and how vectors are made of
//! what comes out.
//!
//! What the layout asks for and is not known here is refused by name, for a vector made in another way is a wrong vector. Invariant: the hash of
//! a [`Model`] changes with everything that its vectors depend on.

mod bundled;
pub mod graph;

use std::borrow::Cow;
use std::io;

use serde::Deserialize;
use serde_json::Value;

use crate::diag::{Diag, code};
use crate::id::{Hash, Parts};

#[cfg(feature = "bundled-model")]
pub use bundled::bundled;

/// Raised when the same model and text give another vector.
const VERSION: u32 = 1;
/// The tokens of a text that are read where the model does not say.
const LONGEST: usize = 256;
/// The names of graphs, in the order in which they are looked for.
const GRAPHS: [&str; 3] = ["model.onnx", "onnx/model.onnx", "model_w8.onnx"];

/// Gives the bytes of a file of a model's folder by its path in it; a file that is not there is `NotFound`.
pub type Files<'a> = &'a dyn Fn(&str) -> io::Result<Cow<'static, [u8]>>;

/// A model as its folder describes it.
pub struct Model {
    /// What it is called.
    pub name: Box<str>,
    /// The hash of everything that its vectors depend on.
    pub hash: Hash,
    /// The graph, with weights as they are kept.
    pub graph: Cow<'static, [u8]>,
    /// Files beside the graph that hold weights, by the name that the graph has for them.
    pub weights: Vec<(String, Cow<'static, [u8]>)>,
    /// `tokenizer.json`.
    pub tokenizer: Cow<'static, [u8]>,
    /// How the vectors of tokens become one.
    pub pooling: Pooling,
    /// The most tokens that are read of a text.
    pub longest: usize,
    /// What stands before every text.
    pub prompt: String,
}

/// How the vectors of tokens become the vector of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// That of the first token.
    First,
    /// Their mean.
    Mean,
    /// The greatest value in each dimension.
    Greatest,
}

#[derive(Deserialize)]
struct Module {
    #[serde(rename = "type")]
    kind: String,
    path: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Limits {
    max_seq_length: Option<usize>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Prompts {
    prompts: std::collections::BTreeMap<String, String>,
    default_prompt_name: Option<String>,
}

impl Model {
    /// Reads a model's folder.
    ///
    /// # Errors
    /// A file that lacks or cannot be read, and whatever the layout asks for that is not known.
    pub fn read(name: &str, files: Files<'_>) -> Result<Self, Diag> {
        let folder = Folder { name, files };
        let modules: Vec<Module> = folder.json("modules.json")?;
        let mut pooling = None;
        for (at, module) in modules.iter().enumerate() {
            match (at, module.kind.rsplit('.').next().unwrap_or_default()) {
                (1, "Pooling") => pooling = Some(folder.pooling(&module.path)?),
                (0, "Transformer") | (2.., "Normalize") => {}
                (_, kind) => {
                    return Err(folder.flawed(&format!("its `modules.json` has `{kind}` in a place where it is not known")));
                }
            }
        }
        let pooling = pooling.ok_or_else(|| folder.flawed("its `modules.json` has no `Pooling`"))?;
        let limits: Limits = folder.optional("sentence_bert_config.json")?.unwrap_or_default();
        let longest = limits.max_seq_length.unwrap_or(LONGEST).clamp(8, 8192);
        let prompt = folder.prompt()?;
        let tokenizer = folder.needed("tokenizer.json")?;
        let graph = folder.graph()?;
        let beside = graph::files(&graph).map_err(|flaw| folder.flawed(&flaw))?;
        let weights =
            beside.into_iter().map(|name| Ok((name.clone(), folder.needed(&name)?))).collect::<Result<Vec<_>, Diag>>()?;
        let mut parts = Parts::default();
        parts.add(&VERSION.to_be_bytes());
        parts.add(&graph);
        weights.iter().for_each(|(_, bytes)| parts.add(&Hash::of(bytes).0));
        parts.add(&tokenizer);
        parts.add(format!("{pooling:?} {longest} {prompt:?}").as_bytes());
        Ok(Self { name: name.into(), hash: parts.hash(), graph, weights, tokenizer, pooling, longest, prompt })
    }

    /// A finding about this model.
    #[must_use]
    pub fn flawed(&self, why: &str) -> Diag {
        flawed(&self.name, why)
    }
}

/// A finding about a model.
fn flawed(name: &str, why: &str) -> Diag {
    let diag = Diag::error(&code::BAD_MODEL, format!("the model `{name}` cannot be used: {why}"));
    diag.hint("`recommend.model: bundled` takes the one that comes with the program, `none` does without")
}

/// A model's folder while it is read.
struct Folder<'a> {
    name: &'a str,
    files: Files<'a>,
}

impl Folder<'_> {
    fn flawed(&self, why: &str) -> Diag {
        flawed(self.name, why)
    }

    fn file(&self, path: &str) -> Result<Option<Cow<'static, [u8]>>, Diag> {
        match (self.files)(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.flawed(&format!("its `{path}` cannot be read: {error}"))),
        }
    }

    fn needed(&self, path: &str) -> Result<Cow<'static, [u8]>, Diag> {
        self.file(path)?.ok_or_else(|| self.flawed(&format!("it has no `{path}`")))
    }

    fn optional<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Result<Option<T>, Diag> {
        let parse = |bytes: Cow<'_, [u8]>| {
            serde_json::from_slice(&bytes)
                .map_err(|error| self.flawed(&format!("its `{path}` is not what it should be: {error}")))
        };
        self.file(path)?.map(parse).transpose()
    }

    fn json<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Result<T, Diag> {
        self.optional(path)?.ok_or_else(|| self.flawed(&format!("it has no `{path}`")))
    }

    fn graph(&self) -> Result<Cow<'static, [u8]>, Diag> {
        for path in GRAPHS {
            if let Some(bytes) = self.file(path)? {
                return Ok(bytes);
            }
        }
        Err(self.flawed(&format!("it has no graph: none of `{}` is there", GRAPHS.join("`, `"))))
    }

    /// One way of pooling, and no other beside it: several at once make longer vectors.
    fn pooling(&self, folder: &str) -> Result<Pooling, Diag> {
        let path = format!("{folder}/config.json");
        let config: serde_json::Map<String, Value> = self.json(&path)?;
        let asked = config.iter().filter(|(key, value)| key.starts_with("pooling_mode_") && value.as_bool() == Some(true));
        match asked.map(|(key, _)| key.as_str()).collect::<Vec<_>>()[..] {
            ["pooling_mode_cls_token"] => Ok(Pooling::First),
            ["pooling_mode_mean_tokens"] => Ok(Pooling::Mean),
            ["pooling_mode_max_tokens"] => Ok(Pooling::Greatest),
            ref other => Err(self.flawed(&format!("its `{path}` asks for {other:?}, and only `cls`, `mean` or `max` is known"))),
        }
    }

    /// What stands before texts: the default prompt, else that of queries, which e5 wants on both sides where texts are compared.
    fn prompt(&self) -> Result<String, Diag> {
        let Prompts { prompts, default_prompt_name } = self.optional("config_sentence_transformers.json")?.unwrap_or_default();
        let named = default_prompt_name.as_deref().unwrap_or("query");
        Ok(prompts.get(named).cloned().unwrap_or_default())
    }
}
