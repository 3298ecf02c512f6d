//! The model that comes with the program: `models/minilm-zh-en`, Chinese and English. Its card and notices stand there.
#![cfg(feature = "bundled-model")]

use std::borrow::Cow;
use std::io;

use super::Model;
use crate::diag::Diag;

/// The folder's files, within the program.
macro_rules! files {
    ($($path:literal)*) => {
        [$(($path, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/minilm-zh-en/", $path)) as &'static [u8])),*]
    };
}

static FILES: [(&str, &[u8]); 6] = files! {
    "modules.json" "1_Pooling/config.json" "sentence_bert_config.json" "config_sentence_transformers.json" "tokenizer.json" "model_w8.onnx"
};

/// The bundled model.
///
/// # Errors
/// None, unless the program is damaged.
pub fn bundled() -> Result<Model, Diag> {
    let find = |path: &str| FILES.iter().find(|(name, _)| *name == path).map(|(_, bytes)| Cow::Borrowed(*bytes));
    Model::read("minilm-zh-en", &|path| find(path).ok_or_else(|| io::ErrorKind::NotFound.into()))
}
