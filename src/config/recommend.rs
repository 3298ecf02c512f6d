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
    /// Whether pages also lead to pieces in other languages, marked as such, if the model knows both: `own` (no) or `all` (yes). Default: `own`.
    pub languages: Languages,
    /// Whether readers are shown lists of their own, made on their own device of what they read there; nothing of it leaves the device. Default: no.
    pub personal: bool,
    /// The model: `bundled` (Chinese and English), `none`, a folder in the layout of sentence-transformers, as `./models/mine`, or the name of a model that `kmsite model fetch` fetched, as `intfloat/multilingual-e5-small`. Default: `bundled`.
    pub model: String,
    /// A file for the vectors of texts that everyone may read, as `vectors.txt`, to be committed: where it has them, a machine without a cache reads no text again. `kmsite recommend vectors` writes it, builds only read it. Default: none.
    pub vectors: Option<String>,
    /// The library of ONNX Runtime, 1.24 or later, which is faster than the built-in engine. Default: where `ORT_DYLIB_PATH`, the folder of the program or the system has one.
    pub runtime: Option<String>,
    /// Whether readers are shown levels that were inferred from the text where none is declared, marked as inferred: `declared` (no) or `inferred` (yes). Default: `declared`.
    pub levels: ShownLevels,
}

/// In which languages pages lead on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Languages {
    /// In their own.
    #[default]
    Own,
    /// In all of the site.
    All,
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
    /// Whether lists follow from files that are none of the site's: a model in a folder, vectors.
    #[must_use]
    pub fn reads_more(&self) -> bool {
        ![BUNDLED, NONE].contains(&&*self.model) || self.vectors.is_some()
    }
}

impl Default for Recommend {
    fn default() -> Self {
        Self {
            enabled: true,
            count: 4,
            linked: false,
            languages: Languages::default(),
            personal: false,
            model: BUNDLED.to_owned(),
            vectors: None,
            runtime: None,
            levels: ShownLevels::default(),
        }
    }
}
