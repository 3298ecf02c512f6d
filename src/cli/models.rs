//! The model of a site: what `recommend:` says -> an embedder, or none.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::Env;
use super::hub::{self, Id, Shelf};
use super::progress::{Meter, Progress, Unit};
use super::vectors::{self, Kept};
use crate::config::{FILE, Recommend, recommend};
use crate::diag::{At, Diag, Noted, code};
use crate::enrich::model::Model;
use crate::enrich::next::list::{self, ReadNext};
use crate::enrich::onnx::{Engine, Onnx, Place};
use crate::id::{Hash, SourcePath};
use crate::model::Site;
use crate::world::{Cache, Embedder, Embedding};

/// What the machine has for models.
#[derive(Clone, Default)]
pub struct Models {
    /// Where the library of ONNX Runtime may be, besides what `site.yaml` says.
    pub places: Vec<Place>,
    /// The user's folder of fetched models, if there is a place for one.
    pub shelf: Option<PathBuf>,
    /// The hub that models are fetched from, if the environment names one.
    pub hub: Option<String>,
    /// How it is told that models take long.
    pub progress: Progress,
    /// What stands in for every model; for tests.
    pub stand_in: Option<Arc<dyn Embedder>>,
}

/// The model that a site asks for; none if it wants none.
///
/// # Errors
/// A model that is not there or cannot be used.
pub(super) fn model(asked: &Recommend, env: &Env<'_>) -> Result<Option<Onnx>, Diag> {
    env.models.model(asked, &env.root)
}

/// The same as an embedder; a stand-in of the machine is for every model.
///
/// # Errors
/// A model that is not there or cannot be used.
pub(super) fn embedder(asked: &Recommend, env: &Env<'_>) -> Result<Option<Arc<dyn Embedder>>, Diag> {
    env.models.embedder(asked, &env.root)
}

/// A model that says what it runs on, and how far it has come.
struct Watched {
    model: Onnx,
    meter: Mutex<Meter>,
}

impl Watched {
    fn with_meter(&self, tell: impl FnOnce(&mut Meter)) {
        tell(&mut self.meter.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Embedder for Watched {
    fn model(&self) -> Hash {
        self.model.model()
    }

    fn begin(&self, texts: usize) -> Result<Vec<Diag>, Diag> {
        let running = self.model.running()?;
        self.with_meter(|meter| {
            let name = self.model.name();
            meter.say(&match &running.engine {
                Engine::Native(path) => format!("{texts} texts to read with {name}, on ONNX Runtime ({})", path.display()),
                Engine::Tract => format!("{texts} texts to read with {name}, on tract, which is built in\n{FASTER}"),
            });
            meter.expect(texts as u64);
        });
        Ok(running.refused.clone())
    }

    fn embed(&self, text: &str) -> Result<Embedding, Diag> {
        let embedding = self.model.embed(text);
        self.with_meter(|meter| meter.step(1));
        embedding
    }
}

/// How to get the faster engine.
pub(super) const FASTER: &str =
    "faster: `pip install onnxruntime`, and name the library in it with `recommend.runtime` or `ORT_DYLIB_PATH`";

/// What the pieces of a site lead to, by the vectors that it keeps in a file, those of the cache, and a model for all others.
pub(super) fn read_next(site: &Site, env: &Env<'_>, cache: &dyn Cache) -> Noted<Arc<ReadNext>> {
    env.models.read_next(site, &env.root, cache)
}

impl Models {
    fn model(&self, asked: &Recommend, root: &Path) -> Result<Option<Onnx>, Diag> {
        let model = match &*asked.model {
            recommend::NONE => return Ok(None),
            recommend::BUNDLED => bundled()?,
            name => self.folder(name, root)?,
        };
        let named = asked.runtime.as_ref().map(|path| Place { path: root.join(path), is_named: true });
        Ok(Some(Onnx::new(model, named.into_iter().chain(self.places.iter().cloned()).collect())))
    }

    /// A model in a folder, which is named from the site's, or one that was fetched.
    fn folder(&self, name: &str, root: &Path) -> Result<Model, Diag> {
        let folder = root.join(name);
        if folder.is_dir() {
            return Model::read(name, &|path| std::fs::read(folder.join(path)).map(Cow::Owned));
        }
        let Some(id) = Id::parse(name) else {
            let diag = Diag::error(&code::BAD_MODEL, format!("there is no model in `{name}`"));
            return Err(diag.hint(
                "`recommend.model` is `bundled`, `none`, a folder in the layout of sentence-transformers, or the name of a fetched model",
            ));
        };
        let shelf = self.shelf.as_deref().map(Shelf::new);
        match shelf.map(|shelf| Ok((shelf.held(&id)?, shelf.whole(&id)))).transpose()? {
            Some((Some(_), folder)) => hub::read(&id, &folder),
            _ => {
                let diag = Diag::error(&code::BAD_MODEL, format!("the model `{id}` is neither a folder nor fetched"));
                Err(diag.hint(format!("`kmsite model fetch {id}` fetches it once for all sites of this machine")))
            }
        }
    }

    fn embedder(&self, asked: &Recommend, root: &Path) -> Result<Option<Arc<dyn Embedder>>, Diag> {
        if let Some(stand_in) = self.stand_in.as_ref().filter(|_| asked.model != recommend::NONE) {
            return Ok(Some(stand_in.clone()));
        }
        let watched = |model| Watched { model, meter: Mutex::new(Meter::new(self.progress, Unit::Texts)) };
        Ok(self.model(asked, root)?.map(|model| Arc::new(watched(model)) as Arc<dyn Embedder>))
    }

    /// What the pieces of a site lead to, by the vectors that it keeps in a file, those of the cache, and a model for all others.
    pub(super) fn read_next(&self, site: &Site, root: &Path, cache: &dyn Cache) -> Noted<Arc<ReadNext>> {
        let asked = &site.config.recommend;
        if !asked.enabled || asked.model == recommend::NONE {
            return self.compared(site, root, cache);
        }
        let mut diags = Vec::new();
        let kept = Kept { rows: vectors::read(asked, root).take(&mut diags), cache };
        let lists = self.compared(site, root, &kept).take(&mut diags);
        Noted::new(lists, diags)
    }

    /// What the pieces of a site lead to, by the vectors of a cache, and a model for all others.
    pub(super) fn compared(&self, site: &Site, root: &Path, cache: &dyn Cache) -> Noted<Arc<ReadNext>> {
        let asked = &site.config.recommend;
        if !asked.enabled {
            return Noted::clean(Arc::default());
        }
        match self.embedder(asked, root) {
            Ok(embedder) => list::read_next(site, embedder.as_deref(), cache).map(Arc::new),
            Err(diag) => Noted::new(Arc::default(), vec![diag.at(At::key(&SourcePath::new(FILE), &["recommend", "model"]))]),
        }
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
