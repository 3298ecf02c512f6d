//! `recommend:` what readers are shown next, and the model by which texts are compared.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The model that comes with the program.
pub const BUNDLED: &str = "bundled";
/// No model.
pub const NONE: &str = "none";

/// How pieces are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Recommend {
    /// Whether pages say what to read next. Default: yes.
    pub enabled: bool,
    /// How many pieces a page leads to. Default: 4.
    pub count: usize,
    /// Whether a page leads also to what its text links to. Default: no.
    pub linked: bool,
    /// Whether readers are shown lists of their own, made on their own device of what they read there; nothing of it leaves the device. Default: no.
    pub personal: bool,
    /// The model: `bundled` (Chinese and English), `none`, or a folder in the layout of sentence-transformers, as `./models/mine`. Default: `bundled`.
    pub model: String,
    /// The library of ONNX Runtime, 1.24 or later, which is faster than the built-in engine. Default: where `ORT_DYLIB_PATH`, the folder of the program or the system has one.
    pub runtime: Option<String>,
    /// Whether readers are shown levels that were inferred from the text where none is declared, marked as inferred: `declared` (no) or `inferred` (yes). Default: `declared`.
    pub levels: ShownLevels,
}

/// Which levels readers are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ShownLevels {
    /// Those that the author declared.
    #[default]
    Declared,
    /// Also those that were inferred.
    Inferred,
}

impl Recommend {
    /// Whether the model stands in a folder, and not in the program.
    #[must_use]
    pub fn has_own_model(&self) -> bool {
        ![BUNDLED, NONE].contains(&&*self.model)
    }
}

impl Default for Recommend {
    fn default() -> Self {
        Self {
            enabled: true,
            count: 4,
            linked: false,
            personal: false,
            model: BUNDLED.to_owned(),
            runtime: None,
            levels: ShownLevels::default(),
        }
    }
}
