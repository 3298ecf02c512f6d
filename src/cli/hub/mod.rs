//! The name of a model on a hub -> its files in the user's folder of models, whole and checked, or what went wrong.
//!
//! A hub is Hugging Face or a mirror of it: `/api/models/ID` lists files with their lengths and, of large ones, their SHA-256 (source: its Hub API), and
//! `/ID/resolve/REVISION/FILE` gives them. What was fetched when the line broke stays, and the next fetch goes on from there. Files come together in a
//! folder of their own, which gets its name when all of it is there and can be read. Invariant: a model with a name is whole.
#![expect(
    clippy::disallowed_methods,
    reason = "a folder of fetched files is given its name when it is whole, and one of another revision taken away"
)]

mod download;
mod shelf;

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use ureq::Agent;

use super::progress::{Meter, Progress, Unit};
use crate::diag::{Diag, code};
use crate::enrich::model::GRAPHS;

pub(super) use shelf::{Held, Id, Shelf, read};

/// How long a hub may take to begin an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// What a model's folder consists of, besides its graph and the folders of its modules.
const FILES: [&str; 5] =
    ["modules.json", "sentence_bert_config.json", "config_sentence_transformers.json", "config.json", "tokenizer.json"];

/// Where models come from.
pub(super) struct Hub {
    address: String,
    agent: Agent,
}

#[derive(Deserialize)]
struct Listing {
    sha: String,
    siblings: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    rfilename: String,
    size: Option<u64>,
    lfs: Option<Large>,
}

/// What a hub says of a file that is kept apart because it is large.
#[derive(Deserialize)]
struct Large {
    sha256: String,
}

/// A file that is to be fetched.
struct Wanted {
    path: String,
    bytes: u64,
    sha256: Option<String>,
}

impl Hub {
    /// A hub by its address.
    pub(super) fn new(address: &str) -> Self {
        let config = Agent::config_builder()
            .timeout_connect(Some(PATIENCE))
            .timeout_recv_response(Some(PATIENCE))
            .user_agent(concat!("kmsite/", env!("CARGO_PKG_VERSION")));
        Self { address: address.trim_end_matches('/').to_owned(), agent: config.build().into() }
    }

    /// Fetches a model, unless it is there.
    ///
    /// # Errors
    /// A hub that does not answer or has no such model, a line that breaks, files that are not what the hub says, a disk that takes no more.
    pub(super) fn fetch(&self, id: &Id, shelf: &Shelf, progress: Progress) -> Result<Held, Diag> {
        if let Some(held) = shelf.held(id)? {
            return Ok(held);
        }
        let listing = self.listing(id)?;
        let wanted = wanted(id, &listing.siblings)?;
        let part = shelf.part(id);
        let held = Held { id: id.to_string(), hub: self.address.clone(), revision: listing.sha, files: Vec::new() };
        if shelf::marked(&part).is_some_and(|other| other.revision != held.revision) {
            std::fs::remove_dir_all(&part).map_err(|error| unwritten(&part, &error))?;
        }
        held.mark(&part)?;
        let mut meter = Meter::new(progress, Unit::Bytes);
        meter.expect(wanted.iter().map(|file| file.bytes).sum());
        let mut files = Vec::new();
        for file in &wanted {
            let url = format!("{}/{id}/resolve/{}/{}", self.address, held.revision, file.path);
            files.push(download::download(&self.agent, &url, (&part, file), &mut meter)?);
        }
        drop(meter);
        let held = Held { files, ..held };
        held.mark(&part)?;
        shelf::read(id, &part)?;
        let whole = shelf.whole(id);
        std::fs::rename(&part, &whole).map_err(|error| unwritten(&whole, &error))?;
        Ok(held)
    }

    fn listing(&self, id: &Id) -> Result<Listing, Diag> {
        let url = format!("{}/api/models/{id}?blobs=true", self.address);
        let mut answer = self.agent.get(&url).call().map_err(|error| match error {
            ureq::Error::StatusCode(status @ (401 | 403 | 404)) => {
                let diag = unfetched(&format!("`{}` has no model `{id}` that everyone may have (status {status})", self.address));
                diag.hint("check its name, as `intfloat/multilingual-e5-small`")
            }
            error => unanswered(&url, &error),
        })?;
        let text = answer.body_mut().read_to_string().map_err(|error| unanswered(&url, &error))?;
        serde_json::from_str(&text).map_err(|error| {
            let diag = unfetched(&format!("`{url}` does not answer as a hub does: {error}"));
            diag.hint("name a hub or a mirror of it with `--hub` or `HF_ENDPOINT`")
        })
    }
}

/// The files of a model that are needed to run it.
fn wanted(id: &Id, listed: &[Listed]) -> Result<Vec<Wanted>, Diag> {
    let has = |path: &str| listed.iter().any(|file| file.rfilename == path);
    let lacks = |what: &str, hint: &str| Err(unfetched(&format!("the model `{id}` {what}")).hint(hint));
    if !has("modules.json") || !has("tokenizer.json") {
        return lacks("is not in the layout of sentence-transformers", "take one that has `modules.json` and `tokenizer.json`");
    }
    let Some(graph) = GRAPHS.iter().find(|path| has(path)) else {
        return lacks(
            "has no graph in ONNX",
            "take one that has `onnx/model.onnx`, or export it, and name the folder with `recommend.model`",
        );
    };
    let is_wanted = |path: &str| {
        let is_module = path.split_once('/').is_some_and(|(folder, file)| {
            (folder.ends_with("_Pooling") || folder.ends_with("_Dense")) && matches!(file, "config.json" | "model.safetensors")
        });
        // Weights that are too large for a graph lie beside it, under its name.
        let is_graph = path.strip_prefix(graph).is_some_and(|rest| matches!(rest, "" | "_data" | ".data"));
        FILES.contains(&path) || is_module || is_graph
    };
    let file = |file: &Listed| Wanted {
        path: file.rfilename.clone(),
        bytes: file.size.unwrap_or(0),
        sha256: file.lfs.as_ref().map(|large| large.sha256.to_ascii_lowercase()),
    };
    Ok(listed.iter().filter(|file| is_wanted(&file.rfilename)).map(file).collect())
}

fn unfetched(message: &str) -> Diag {
    Diag::error(&code::BAD_FETCH, message.to_owned())
}

fn unanswered(url: &str, error: &ureq::Error) -> Diag {
    unfetched(&format!("`{url}` does not answer: {error}"))
        .hint("try again later, or name a mirror with `--hub` or `HF_ENDPOINT`")
}

fn unwritten(path: &Path, error: &std::io::Error) -> Diag {
    unfetched(&format!("`{}` cannot be written: {error}", path.display()))
        .hint("make room there, or name another folder for caches with `XDG_CACHE_HOME`")
}
