//! `kmsite audit`: an output folder, searched for what is paid for; and the same at the end of every build.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::{Args, ValueHint};
use rayon::prelude::*;
use serde_json::json;

use super::open::{Opened, Wanted};
use super::summary::Stopwatch;
use super::{Env, Exit, Failure, Format, Selection, Strictness, Volume};
use crate::access::{self, Audited, Keeper};
use crate::audit::{Audit, Finder, Secret, line_of};
use crate::compile::Compiled;
use crate::config;
use crate::diag::{At, Diag, code};
use crate::disk;
use crate::emit::{self, Finished, Inspector};
use crate::id::SourcePath;
use crate::world::World;

/// The name of the verdicts that are kept, in the cache.
const NAME: &str = "audit";

/// What `audit` takes.
#[derive(Clone, Debug, Args)]
pub struct AuditArgs {
    /// The output folder to search, below the site's folder unless absolute
    #[arg(value_name = "FOLDER", default_value = super::build::OUT, value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// What pieces are looked at
    #[command(flatten)]
    pub selection: Selection,
}

/// Searches an output folder for what its site's sources lock away.
///
/// # Errors
/// Those of the streams, the site's folder and the output folder.
pub(super) fn run(args: &AuditArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let wanted = Wanted { selection: args.selection, out: args.folder.clone(), ..Wanted::default() };
    let mut opened = Opened::open(&wanted, env)?;
    let folder = env.root.join(&args.folder);
    if !folder.is_dir() {
        let diag = Diag::error(&code::NO_SITE, format!("the output folder `{}` does not exist", folder.display()));
        return Err(diag.hint("run `kmsite build` first, or name the folder").into());
    }
    let files = emit::finished(&folder).map_err(Failure::io("read the output folder"))?;
    let audited = audited(&opened.compiled, &*opened.world);
    let finder = Sources(&opened.compiled);
    let audit = Audit::new(&audited.secrets, &finder, None);
    let found: Vec<Vec<Diag>> =
        files.par_iter().map(|file| audit.inspect(file)).collect::<io::Result<_>>().map_err(Failure::io("search"))?;
    let unproven = names(&opened.compiled, &audited);
    opened.diags.extend(found.into_iter().flatten());
    let (runs, phrases, count) = (audited.secrets.runs(), audited.secrets.phrases(), files.len());
    let leaks = opened.diags.iter().filter(|diag| *diag.code == code::LEAK).count();
    opened.report(env)?;
    if env.format == Format::Json {
        env.answer(&json!({ "files": count, "runs": runs, "phrases": phrases, "leaks": leaks, "unproven": unproven }))?;
    } else if env.volume == Volume::Normal {
        writeln!(env.out, "{count} files searched for {runs} runs of words and {phrases} phrases: {leaks} with paid text")?;
        for name in unproven {
            writeln!(env.out, "not provable by runs: `{name}` has too few words of its own behind the teaser")?;
        }
    }
    Ok(Exit::of(&opened.diags, Strictness::Lenient))
}

/// The secrets of a compiled site. What drawings say that everyone may see is public, as the text around them is.
fn audited(compiled: &Compiled, world: &dyn World) -> Audited {
    let site = compiled.plan.site();
    let config = compiled.tree.texts.get(&SourcePath::new(config::FILE)).map(|bytes| &**bytes);
    let shown = access::public_media(site);
    let drawings = shown.iter().map(|id| &site.medium(*id).path).filter(|path| path.extension() == "svg");
    // What cannot be read is told where it is copied.
    let drawings: Vec<Vec<u8>> = drawings.filter_map(|path| world.read(path).ok()).collect();
    let sources = config.into_iter().chain(compiled.theme.sources()).chain(drawings.iter().map(|bytes| &**bytes));
    access::audit_text(site, &sources.collect::<Vec<_>>())
}

/// The files of the pieces that cannot be proven safe.
fn names(compiled: &Compiled, audited: &Audited) -> Vec<String> {
    audited.unproven.iter().map(|id| compiled.plan.site().piece(*id).doc.path.to_string()).collect()
}

/// Where the sources of a site have a secret.
struct Sources<'a>(&'a Compiled);

impl Finder for Sources<'_> {
    fn leak(&self, secret: Secret, file: &str) -> Diag {
        let Some(Keeper { piece, alone, words }) = access::keeper(self.0.plan.site(), secret) else {
            return Diag::error(&code::LEAK, format!("`{file}` would publish paid text"));
        };
        let words = words.map_or_else(|| "these words".to_owned(), |words| format!("`{words}`"));
        let path = &piece.doc.path;
        let text = self.0.tree.texts.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let at = text.and_then(|text| line_of(text, &alone)).map_or_else(|| At::file(path), |line| At::span(path, line));
        Diag::error(&code::LEAK, format!("`{file}` would publish text of `{path}` that is paid for"))
            .at(at)
            .label("this is behind the wall")
            .hint(format!("look into `{file}` for {words}: a template, a component or a copied file brought that there"))
            .hint("if everyone may read them, say them before `<!-- paywall -->` or in the front matter")
    }
}

/// The audit at the end of a build.
pub(super) struct Closing<'a> {
    compiled: &'a Compiled,
    audited: Audited,
    finder: Sources<'a>,
    kept: Option<String>,
    /// Nanoseconds that were spent on it, by all threads.
    spent: AtomicU64,
}

impl<'a> Closing<'a> {
    /// Gathers the secrets of a site.
    pub(super) fn of(compiled: &'a Compiled, world: &dyn World, env: &Env<'_>) -> Self {
        let watch = Stopwatch::start();
        let audited = audited(compiled, world);
        let kept = disk::kept(&env.root.join(".kmsite"), NAME);
        Self { compiled, audited, finder: Sources(compiled), kept, spent: AtomicU64::new(watch.nanos()) }
    }

    /// Hands an inspector to what is to be inspected; keeps the verdicts unless nothing is to be kept.
    pub(super) fn during<T>(&self, keep: Option<&std::path::Path>, act: impl FnOnce(&dyn Inspector) -> T) -> T {
        let audit = Audit::new(&self.audited.secrets, &self.finder, self.kept.as_deref().filter(|_| keep.is_some()));
        let done = act(&Timed { audit: &audit, spent: &self.spent });
        if let Some(state) = keep.filter(|_| !self.audited.secrets.is_empty()) {
            // Losing it costs time only.
            let _ = disk::keep(state, NAME, &audit.verdicts());
        }
        done
    }

    /// Seconds that were spent on it, by all threads together.
    pub(super) fn seconds(&self) -> f64 {
        self.spent.load(Ordering::Relaxed) as f64 / 1e9
    }

    /// The files of pieces that cannot be proven safe.
    pub(super) fn unproven(&self) -> Vec<String> {
        names(self.compiled, &self.audited)
    }
}

/// An audit whose time is measured.
struct Timed<'a> {
    audit: &'a Audit<'a>,
    spent: &'a AtomicU64,
}

impl Inspector for Timed<'_> {
    fn inspect(&self, file: &Finished) -> io::Result<Vec<Diag>> {
        let watch = Stopwatch::start();
        let found = self.audit.inspect(file);
        self.spent.fetch_add(watch.nanos(), Ordering::Relaxed);
        found
    }
}
