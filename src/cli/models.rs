//! The model of a site: what `recommend:` says -> an embedder, or none.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Env;
use crate::config::{FILE, Recommend, recommend};
use crate::diag::{At, Diag, Noted, code};
use crate::enrich::model::Model;
use crate::enrich::next::list::{self, ReadNext};
use crate::enrich::onnx::{Onnx, Place};
use crate::id::SourcePath;
use crate::model::Site;
use crate::world::{Cache, Embedder};

/// What the machine has for models.
#[derive(Clone, Default)]
pub struct Models {
    /// Where the library of ONNX Runtime may be, besides what `site.yaml` says.
    pub places: Vec<Place>,
    /// What stands in for every model; for tests.
    pub stand_in: Option<Arc<dyn Embedder>>,
}

/// The model that a site asks for; none if it wants none.
///
/// # Errors
/// A model that is not there or cannot be used.
pub(super) fn model(asked: &Recommend, env: &Env<'_>) -> Result<Option<Onnx>, Diag> {
    let model = match &*asked.model {
        recommend::NONE => return Ok(None),
        recommend::BUNDLED => bundled()?,
        name => folder(name, &env.root)?,
    };
    let named = asked.runtime.as_ref().map(|path| Place { path: env.root.join(path), is_named: true });
    Ok(Some(Onnx::new(model, named.into_iter().chain(env.models.places.iter().cloned()).collect())))
}

/// The same as an embedder; a stand-in of the machine is for every model.
///
/// # Errors
/// A model that is not there or cannot be used.
pub(super) fn embedder(asked: &Recommend, env: &Env<'_>) -> Result<Option<Arc<dyn Embedder>>, Diag> {
    if let Some(stand_in) = env.models.stand_in.as_ref().filter(|_| asked.model != recommend::NONE) {
        return Ok(Some(stand_in.clone()));
    }
    Ok(model(asked, env)?.map(|model| Arc::new(model) as Arc<dyn Embedder>))
}

/// What the pieces of a site lead to.
pub(super) fn read_next(site: &Site, env: &Env<'_>, cache: &dyn Cache) -> Noted<Arc<ReadNext>> {
    let asked = &site.config.recommend;
    if !asked.enabled {
        return Noted::clean(Arc::default());
    }
    match embedder(asked, env) {
        Ok(embedder) => list::read_next(site, embedder.as_deref(), cache).map(Arc::new),
        Err(diag) => Noted::new(Arc::default(), vec![diag.at(At::key(&SourcePath::new(FILE), &["recommend", "model"]))]),
    }
}

#[cfg(feature = "bundled-model")]
fn bundled() -> Result<Model, Diag> {
    crate::enrich::model::bundled()
}

#[cfg(not(feature = "bundled-model"))]
fn bundled() -> Result<Model, Diag> {
    let diag = Diag::error(&code::BAD_MODEL, "this program was built without the bundled model");
    Err(diag.hint("name a folder with `recommend.model`, or `none`"))
}

/// A model in a folder, which is named from the site's.
fn folder(name: &str, root: &Path) -> Result<Model, Diag> {
    let folder: PathBuf = root.join(name);
    if !folder.is_dir() {
        let diag = Diag::error(&code::BAD_MODEL, format!("there is no model in `{name}`"));
        return Err(diag.hint("`recommend.model` is `bundled`, `none`, or a folder in the layout of sentence-transformers"));
    }
    Model::read(name, &|path| std::fs::read(folder.join(path)).map(Cow::Owned))
}
