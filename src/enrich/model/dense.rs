//! A folder `2_Dense` -> a layer that turns a vector into another one.
//!
//! Weights are read from `model.safetensors` (source: its format, a length, a JSON table of tensors, and their bytes); the older `pytorch_model.bin`
//! is a program in disguise, and refused. Invariant: a layer has as many weights as it says.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Folder;
use crate::diag::Diag;
use crate::id::Hash;

/// y = f(W x + b).
#[derive(Debug, PartialEq)]
pub struct Dense {
    /// How many numbers it takes.
    pub takes: usize,
    /// The hash of everything that its answers depend on.
    pub hash: Hash,
    /// A row of weights for each number that it gives.
    weights: Vec<f32>,
    bias: Vec<f32>,
    activation: Activation,
}

/// What is done with each number at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Activation {
    Identity,
    Tanh,
}

#[derive(Deserialize)]
struct Config {
    in_features: usize,
    out_features: usize,
    #[serde(default = "Config::bias")]
    bias: bool,
    activation_function: String,
}

impl Config {
    /// As sentence-transformers has it where nothing is said.
    const fn bias() -> bool {
        true
    }
}

/// A tensor in the table of `model.safetensors`.
#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [usize; 2],
}

impl Dense {
    /// Reads a layer from a folder below the model's.
    pub(super) fn read(folder: &Folder<'_>, path: &str) -> Result<Self, Diag> {
        let config: Config = folder.json(&format!("{path}/config.json"))?;
        let activation = match config.activation_function.rsplit('.').next().unwrap_or_default() {
            "Identity" => Activation::Identity,
            "Tanh" => Activation::Tanh,
            other => {
                let why = format!("its `{path}/config.json` asks for `{other}`, and only `Identity` or `Tanh` is known");
                return Err(folder.flawed(&why));
            }
        };
        let file = format!("{path}/model.safetensors");
        let bytes = folder.needed(&file)?;
        let flawed = |why: &str| folder.flawed(&format!("its `{file}` {why}"));
        let tensors = Tensors::read(&bytes).ok_or_else(|| flawed("is not what it should be"))?;
        let (takes, gives) = (config.in_features, config.out_features);
        let unfit = |name: &str| flawed(&format!("has no `{name}` of the shape that `config.json` says, in 32-bit floats"));
        let weights = tensors.floats("linear.weight", &[gives, takes]).ok_or_else(|| unfit("linear.weight"))?;
        let bias = if config.bias {
            tensors.floats("linear.bias", &[gives]).ok_or_else(|| unfit("linear.bias"))?
        } else {
            vec![0.0; gives]
        };
        if takes == 0 || gives == 0 {
            return Err(unfit("linear.weight"));
        }
        let hash = Hash::of_parts(&[&bytes, format!("{takes} {gives} {} {activation:?}", config.bias).as_bytes()]);
        Ok(Self { takes, hash, weights, bias, activation })
    }

    /// The layer's answer to a vector of the length that it takes.
    pub(in crate::enrich) fn apply(&self, vector: &[f32]) -> Vec<f32> {
        let rows = self.weights.chunks_exact(self.takes).zip(&self.bias);
        let sums = rows.map(|(row, bias)| row.iter().zip(vector).map(|(weight, x)| weight * x).sum::<f32>() + bias);
        match self.activation {
            Activation::Identity => sums.collect(),
            Activation::Tanh => sums.map(f32::tanh).collect(),
        }
    }
}

/// The tensors of a file.
struct Tensors<'a> {
    table: BTreeMap<String, Entry>,
    data: &'a [u8],
}

impl<'a> Tensors<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk::<8>()?;
        let (table, data) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        let mut table: BTreeMap<String, serde_json::Value> = serde_json::from_slice(table).ok()?;
        // What people wrote about it.
        table.remove("__metadata__");
        let entry = |(name, value)| Some((name, serde_json::from_value(value).ok()?));
        Some(Self { table: table.into_iter().map(entry).collect::<Option<_>>()?, data })
    }

    fn floats(&self, name: &str, shape: &[usize]) -> Option<Vec<f32>> {
        let Entry { dtype, shape: found, data_offsets: [start, end] } = self.table.get(name)?;
        let (chunks, rest) = self.data.get(*start..*end)?.as_chunks::<4>();
        let count = shape.iter().try_fold(1_usize, |count, &dim| count.checked_mul(dim))?;
        let fits = dtype == "F32" && found == shape && rest.is_empty() && chunks.len() == count;
        fits.then(|| chunks.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect())
    }
}
