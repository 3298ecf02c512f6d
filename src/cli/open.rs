//! What `build`, `check` and `matrix` begin with: the site's folder opened, compiled, and its findings ready to be told.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Env, Failure, Selection};
use crate::compile::{Compiled, Compiler, Fingerprint, Options};
use crate::config::Overrides;
use crate::diag::{self, Diag, Noted, code};
use crate::disk::DiskWorld;
use crate::enrich::next::list::ReadNext;
use crate::id::SourcePath;
use crate::load::Changes;
use crate::model::Site;
use crate::resolve::Publish;
use crate::world::World;

/// A site whose files are read, and no more.
pub(super) struct Loaded {
    /// Its files.
    pub world: Arc<DiskWorld>,
    /// The output folder.
    pub out: PathBuf,
    compiler: Compiler,
}

/// A site that was compiled.
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
    /// Whether nothing is published of what is paid for.
    pub public_only: bool,
    /// Whether nothing is remembered from build to build.
    pub no_cache: bool,
}

impl Loaded {
    /// Reads the site of a command.
    pub(super) fn load(wanted: &Wanted, env: &Env<'_>) -> Result<Self, Failure> {
        let root = &env.root;
        check_root(root)?;
        let out = root.join(&wanted.out);
        let world = DiskWorld::new(root, &[super::build::guarded_out(&out), out.clone()]);
        let world = Arc::new(if wanted.no_cache { world.forgetful() } else { world });
        let mut compiler = Compiler::new(options(wanted, env));
        let _ = compiler.read(&*world, &Changes::All);
        Ok(Self { world, out, compiler })
    }

    /// The content folder.
    pub(super) fn content(&self, env: &Env<'_>) -> PathBuf {
        env.root.join(self.compiler.content_root())
    }

    /// What the site is made of.
    pub(super) fn fingerprint(&self) -> Option<Fingerprint> {
        self.compiler.fingerprint(&*self.world)
    }

    /// Compiles it.
    pub(super) fn compile(self) -> Opened {
        self.compile_with(&|_| Noted::clean(Arc::default()))
    }

    /// Compiles it, with what pieces lead to.
    pub(super) fn compile_with(mut self, read_next: &dyn Fn(&Site) -> Noted<Arc<ReadNext>>) -> Opened {
        let mut diags = Vec::new();
        let compiled = self.compiler.compile_with(&*self.world, read_next).take(&mut diags);
        Opened { world: self.world, compiled, diags, out: self.out }
    }
}

impl Opened {
    /// Reads and compiles the site of a command.
    pub(super) fn open(wanted: &Wanted, env: &Env<'_>) -> Result<Self, Failure> {
        Ok(Loaded::load(wanted, env)?.compile())
    }

    /// The end of a command that could not go on; what was found until then is told first.
    pub(super) fn failed(mut self, doing: &str, error: io::Error, env: &mut Env<'_>) -> Failure {
        match self.report(env) {
            Ok(_) => Failure::io(doing)(error),
            Err(failure) => failure,
        }
    }

    /// Sorts the findings and writes them; returns what was written.
    pub(super) fn report(&mut self, env: &mut Env<'_>) -> Result<String, Failure> {
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
        public_only: wanted.public_only,
        folder_name: folder_name(&env.root),
    }
}

/// The name of a folder, also of `.`.
fn folder_name(root: &Path) -> String {
    let real = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    real.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
