//! The files of a model's folder -> what each of them says.
//!
//! What they ask for and is not known is refused, by its name and that of the file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Dense, Files, GRAPHS, Letters, Pooling, Step, flawed};
use crate::diag::Diag;

/// The tokens of a text that are read where the model does not say.
const LONGEST: usize = 256;
/// Kinds of models that count the positions of tokens from behind their padding, so that two have no use.
const OFFSET: [&str; 5] = ["roberta", "xlm-roberta", "camembert", "mpnet", "xlm-roberta-xl"];
/// Models that want a prompt and tell of it in their cards only (source: the cards), by how their names begin.
const TOLD_IN_CARDS: [(&str, &str); 2] = [("intfloat/multilingual-e5-", "query: "), ("intfloat/e5-", "query: ")];

/// A model's folder while it is read.
pub(super) struct Folder<'a> {
    /// What the model is called.
    pub(super) name: &'a str,
    /// Its files.
    pub(super) files: Files<'a>,
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
    do_lower_case: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Shape {
    model_type: String,
    max_position_embeddings: Option<usize>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Prompts {
    prompts: BTreeMap<String, String>,
    default_prompt_name: Option<String>,
}

impl Folder<'_> {
    /// A finding about the model.
    pub(super) fn flawed(&self, why: &str) -> Diag {
        flawed(self.name, why)
    }

    fn file(&self, path: &str) -> Result<Option<Cow<'static, [u8]>>, Diag> {
        match (self.files)(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.flawed(&format!("its `{path}` cannot be read: {error}"))),
        }
    }

    /// The bytes of a file that must be there.
    pub(super) fn needed(&self, path: &str) -> Result<Cow<'static, [u8]>, Diag> {
        self.file(path)?.ok_or_else(|| self.flawed(&format!("it has no `{path}`")))
    }

    fn optional<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Result<Option<T>, Diag> {
        let parse = |bytes: Cow<'_, [u8]>| {
            serde_json::from_slice(&bytes)
                .map_err(|error| self.flawed(&format!("its `{path}` is not what it should be: {error}")))
        };
        self.file(path)?.map(parse).transpose()
    }

    /// What a file in JSON says that must be there.
    pub(super) fn json<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Result<T, Diag> {
        self.optional(path)?.ok_or_else(|| self.flawed(&format!("it has no `{path}`")))
    }

    /// The graph, and what leads to its folder.
    pub(super) fn graph(&self) -> Result<(&'static str, Cow<'static, [u8]>), Diag> {
        for path in GRAPHS {
            if let Some(bytes) = self.file(path)? {
                return Ok((path.rfind('/').map_or("", |at| &path[..=at]), bytes));
            }
        }
        Err(self.flawed(&format!("it has no graph: none of `{}` is there", GRAPHS.join("`, `"))))
    }

    /// What is done with the vectors of tokens, and then with the one that comes of them, as `modules.json` has it.
    pub(super) fn modules(&self) -> Result<(Pooling, Vec<Step>), Diag> {
        let modules: Vec<Module> = self.json("modules.json")?;
        let (mut pooling, mut steps) = (None, Vec::new());
        for (at, module) in modules.iter().enumerate() {
            match (at, module.kind.rsplit('.').next().unwrap_or_default()) {
                (0, "Transformer") => {}
                (1, "Pooling") => pooling = Some(self.pooling(&module.path)?),
                (2.., "Normalize") => steps.push(Step::Normalize),
                (2.., "Dense") => steps.push(Step::Dense(Dense::read(self, &module.path)?)),
                (_, kind) => {
                    return Err(self.flawed(&format!("its `modules.json` has `{kind}` in a place where it is not known")));
                }
            }
        }
        Ok((pooling.ok_or_else(|| self.flawed("its `modules.json` has no `Pooling`"))?, steps))
    }

    /// One way of pooling, and no other beside it: several at once make longer vectors.
    fn pooling(&self, folder: &str) -> Result<Pooling, Diag> {
        let path = format!("{folder}/config.json");
        let config: Map<String, Value> = self.json(&path)?;
        let asked = config.iter().filter(|(key, value)| key.starts_with("pooling_mode_") && value.as_bool() == Some(true));
        let pooling = match asked.map(|(key, _)| key.as_str()).collect::<Vec<_>>()[..] {
            ["pooling_mode_cls_token"] => Pooling::First,
            ["pooling_mode_mean_tokens"] => Pooling::Mean,
            ["pooling_mode_max_tokens"] => Pooling::Greatest,
            ref other => {
                return Err(self.flawed(&format!("its `{path}` asks for {other:?}, and only `cls`, `mean` or `max` is known")));
            }
        };
        if config.get("include_prompt").and_then(Value::as_bool) == Some(false) && !self.prompt()?.is_empty() {
            return Err(self.flawed(&format!("its `{path}` leaves the prompt out of the vector, which is not known")));
        }
        Ok(pooling)
    }

    /// How many tokens of a text are read, and what becomes of capital letters.
    pub(super) fn limits(&self) -> Result<(usize, Letters), Diag> {
        let limits: Limits = self.optional("sentence_bert_config.json")?.unwrap_or_default();
        let shape: Shape = self.optional("config.json")?.unwrap_or_default();
        let offset = if OFFSET.contains(&&*shape.model_type) { 2 } else { 0 };
        let most = shape.max_position_embeddings.map_or(8192, |positions| positions.saturating_sub(offset));
        let longest = limits.max_seq_length.unwrap_or(LONGEST).min(most).clamp(8, 8192);
        Ok((longest, if limits.do_lower_case { Letters::Lower } else { Letters::Kept }))
    }

    /// What stands before texts: the default prompt, else that of queries, which e5 wants on both sides where texts are compared.
    pub(super) fn prompt(&self) -> Result<String, Diag> {
        let path = "config_sentence_transformers.json";
        let Prompts { prompts, default_prompt_name } = self.optional(path)?.unwrap_or_default();
        let told = TOLD_IN_CARDS.iter().find(|(name, _)| self.name.starts_with(name)).map_or("", |(_, prompt)| prompt);
        match default_prompt_name {
            None => Ok(prompts.get("query").filter(|prompt| !prompt.is_empty()).map_or(told, |prompt| prompt).to_owned()),
            Some(name) => {
                let missing = || self.flawed(&format!("its `{path}` has no prompt `{name}`, which should be the default"));
                prompts.get(&name).cloned().ok_or_else(missing)
            }
        }
    }
}
