//! A folder in the layout of sentence-transformers -> what is needed to run its model: the graph, the tokenizer, and how vectors are made of
//! what comes out.
//!
//! What the layout asks for and is not known here is refused by name, for a vector made in another way is a wrong vector. Invariant: the hash of
//! a [`Model`] changes with everything that its vectors depend on.

mod bundled;
mod dense;
mod folder;
pub mod graph;

use std::borrow::Cow;
use std::io;

use crate::diag::{Diag, code};
use crate::id::{Hash, Parts};

#[cfg(feature = "bundled-model")]
pub use bundled::bundled;
pub use dense::Dense;
use folder::Folder;

/// Raised when the same model and text give another vector.
const VERSION: u32 = 2;
/// The names of graphs, in the order in which they are looked for.
pub const GRAPHS: [&str; 3] = ["model.onnx", "onnx/model.onnx", "model_w8.onnx"];

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
    /// Files beside the graph that hold weights, by the name that the graph has for them, which leads on from its folder.
    pub weights: Vec<(String, Cow<'static, [u8]>)>,
    /// `tokenizer.json`.
    pub tokenizer: Cow<'static, [u8]>,
    /// How the vectors of tokens become one.
    pub pooling: Pooling,
    /// What is done with that one, in this order; at the end its length is 1 in any case.
    pub steps: Vec<Step>,
    /// Whether capital letters are made small before the tokenizer sees them.
    pub letters: Letters,
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

/// What is done with the vector of a text.
#[derive(Debug, PartialEq)]
pub enum Step {
    /// A layer of weights.
    Dense(Dense),
    /// Its length becomes 1.
    Normalize,
}

/// What becomes of capital letters, whatever the tokenizer does with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// They stay.
    Kept,
    /// They become small.
    Lower,
}

impl Model {
    /// Reads a model's folder.
    ///
    /// # Errors
    /// A file that lacks or cannot be read, and whatever the layout asks for that is not known.
    pub fn read(name: &str, files: Files<'_>) -> Result<Self, Diag> {
        let folder = Folder { name, files };
        let (pooling, steps) = folder.modules()?;
        let limits = folder.limits()?;
        let prompt = folder.prompt()?;
        let tokenizer = folder.needed("tokenizer.json")?;
        let (beside, graph) = folder.graph()?;
        let named = graph::files(&graph).map_err(|flaw| folder.flawed(&flaw))?;
        let weights = named.into_iter().map(|name| Ok((folder.needed(&format!("{beside}{name}"))?, name)));
        let weights: Vec<_> = weights.map(|file| file.map(|(bytes, name)| (name, bytes))).collect::<Result<_, Diag>>()?;
        let mut parts = Parts::default();
        parts.add(&VERSION.to_be_bytes());
        parts.add(&graph);
        weights.iter().for_each(|(_, bytes)| parts.add(&Hash::of(bytes).0));
        parts.add(&tokenizer);
        let (longest, letters) = limits;
        parts.add(format!("{pooling:?} {longest} {letters:?} {prompt:?}").as_bytes());
        for step in &steps {
            match step {
                Step::Dense(dense) => parts.add(&dense.hash.0),
                Step::Normalize => parts.add(b"normalize"),
            }
        }
        let (name, hash) = (name.into(), parts.hash());
        Ok(Self { name, hash, graph, weights, tokenizer, pooling, steps, letters, longest, prompt })
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
