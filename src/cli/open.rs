//! What `build`, `check` and `matrix` begin with: the site's folder opened, compiled, and its findings ready to be told.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Env, Failure, Selection};
use crate::compile::{Compiled, Options, compile};
use crate::config::Overrides;
use crate::diag::{self, Diag, code};
use crate::disk::DiskWorld;
use crate::id::SourcePath;
use crate::resolve::Publish;
use crate::world::World;

/// A site that was read.
pub(super) struct Opened {
    /// Its files.
    pub world: Arc<DiskWorld>,
    /// What became of them.
    pub compiled: Compiled,
    /// What was found on the way, in no order yet.
    pub diags: Vec<Diag>,
    /// The output folder.
    pub out: PathBuf,
}

/// What commands that read a site are asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// What pieces are looked at.
    pub selection: Selection,
    /// Where the site will stand, if not where `site.yaml` says.
    pub base_url: Option<String>,
    /// The output folder, which is never read.
    pub out: PathBuf,
    /// Whether nothing is remembered from build to build.
    pub no_cache: bool,
}

impl Opened {
    /// Reads and compiles the site of a command.
    pub(super) fn open(wanted: &Wanted, env: &Env<'_>) -> Result<Self, Failure> {
        let root = &env.root;
        check_root(root)?;
        let out = root.join(&wanted.out);
        let world = DiskWorld::new(root, std::slice::from_ref(&out));
        let world = Arc::new(if wanted.no_cache { world.forgetful() } else { world });
        let options = options(wanted, env);
        let mut diags = Vec::new();
        let compiled = compile(&*world, &options).take(&mut diags);
        Ok(Self { world, compiled, diags, out })
    }

    /// The content folder.
    pub(super) fn content(&self, env: &Env<'_>) -> PathBuf {
        env.root.join(&self.compiled.tree.content_root)
    }

    /// The end of a command that could not go on; what was found until then is told first.
    pub(super) fn failed(mut self, doing: &str, error: io::Error, env: &mut Env<'_>) -> Failure {
        match self.report(env) {
            Ok(()) => Failure::io(doing)(error),
            Err(failure) => failure,
        }
    }

    /// Sorts the findings and writes them.
    pub(super) fn report(&mut self, env: &mut Env<'_>) -> Result<(), Failure> {
        let Self { world, compiled, diags, .. } = self;
        // The texts are at hand; what was no text, and so is in no tree, is read again.
        let read =
            |path: &SourcePath| compiled.tree.texts.get(path).map(|bytes| bytes.to_vec()).or_else(|| world.read(path).ok());
        let source = |path: &SourcePath| read(path).or_else(|| compiled.theme.source(path).map(<[u8]>::to_vec));
        diag::settle(diags, &source);
        diag::point_on(diags);
        Ok(env.report(diags, &source)?)
    }
}

/// Whether there is a folder to read.
pub(super) fn check_root(root: &Path) -> Result<(), Failure> {
    if root.is_dir() {
        return Ok(());
    }
    let what = if root.exists() { "is a file, and no folder" } else { "does not exist" };
    let diag = Diag::error(&code::NO_SITE, format!("the site's folder `{}` {what}", root.display()));
    Err(diag.hint("name the folder with `--root`, or make a site with `kmsite new NAME`").into())
}

/// What is asked of the compiler.
pub(super) fn options(wanted: &Wanted, env: &Env<'_>) -> Options {
    Options {
        overrides: Overrides { variables: env.variables.clone(), base_url: wanted.base_url.clone() },
        origin: None,
        publish: Publish { drafts: wanted.selection.drafts, future: wanted.selection.future },
        today: env.clock.today(),
        folder_name: folder_name(&env.root),
    }
}

/// The name of a folder, also of `.`.
fn folder_name(root: &Path) -> String {
    let real = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    real.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
