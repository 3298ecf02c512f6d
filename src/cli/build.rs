//! `kmsite build`: a folder in, a site out.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueHint};

use super::open::{Opened, Wanted};
use super::summary::{self, Outcome, Stopwatch};
use super::{Env, Exit, Failure, Format, Selection, Strictness};
use crate::diag::{Diag, code};
use crate::disk::DiskCache;
use crate::emit::{self, Output, Reason, Report};
use crate::make::{Making, Services};
use crate::world::{Cache, NoCache};

/// How much a cache pack may hold, in bytes. A site of 10,000 pages with 1,000 images stays below a tenth of it.
pub(super) const CACHE_LIMIT: u64 = 1 << 30;
/// Where the site goes unless told otherwise.
pub(super) const OUT: &str = "dist";

/// What `build` takes, and `check` too.
#[derive(Clone, Debug, Args)]
pub struct BuildArgs {
    /// Where the site goes, below the site's folder unless absolute
    #[arg(long, value_name = "FOLDER", default_value = OUT, value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Take warnings for errors
    #[arg(long)]
    pub strict: bool,
    /// What pieces are looked at
    #[command(flatten)]
    pub selection: Selection,
    /// Where the site will stand, instead of base_url in site.yaml
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub base_url: Option<String>,
    /// Say why each file was made again
    #[arg(long)]
    pub explain: bool,
    /// Use so many threads; by default as many as there are cores
    #[arg(long, value_name = "N")]
    pub threads: Option<std::num::NonZeroUsize>,
    /// Neither read nor write the cache
    #[arg(long)]
    pub no_cache: bool,
}

impl BuildArgs {
    /// What is to be read.
    pub(super) fn wanted(&self) -> Wanted {
        Wanted { selection: self.selection, base_url: self.base_url.clone(), out: self.out.clone(), no_cache: self.no_cache }
    }

    /// Whether warnings count as errors.
    pub(super) const fn strictness(&self) -> Strictness {
        if self.strict { Strictness::Strict } else { Strictness::Lenient }
    }

    /// The cache to use; one that cannot be opened is a warning.
    pub(super) fn cache(&self, env: &Env<'_>, diags: &mut Vec<Diag>) -> Arc<dyn Cache> {
        if self.no_cache {
            return Arc::new(NoCache);
        }
        Arc::new(DiskCache::open(&env.root.join(".kmsite"), CACHE_LIMIT).take(diags))
    }
}

/// Builds a site: everything is made, and committed at once if nothing is wrong.
///
/// # Errors
/// Those of the streams, the site's folder and the output folder.
pub(super) fn run(args: &BuildArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    if let Some(threads) = args.threads {
        // A second pool in one process is not possible: the first one stays.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build_global();
    }
    let watch = Stopwatch::start();
    let mut opened = Opened::open(&args.wanted(), env)?;
    let read = watch.seconds();
    let strictness = args.strictness();
    if let Some(diag) = emit::check_out(&opened.out, &env.root, &opened.content(env)) {
        // What lies in the output folder is not read: that there is no content follows from it.
        opened.diags.retain(|found| *found.code != code::NO_CONTENT);
        opened.diags.push(diag);
    }
    if Exit::of(&opened.diags, strictness) != Exit::Done {
        opened.report(env)?;
        return Ok(Exit::of(&opened.diags, strictness));
    }
    let cache = args.cache(env, &mut opened.diags);
    let volume = env.volume;
    let mut output = match Output::open(&opened.out, &|| summary::waiting(volume)) {
        Ok(output) => output,
        Err(error) => return Err(opened.failed("open the output folder", error, env)),
    };
    let making = Making::new(opened.compiled.plan.clone(), Services { world: opened.world.clone(), cache, keyring: None });
    let veto = |diags: &[Diag]| Exit::of(diags, strictness) != Exit::Done;
    let report = emit::emit(&making, &mut output, &veto);
    drop(making);
    let report = match report {
        Ok(report) => report.take(&mut opened.diags),
        Err(error) => return Err(opened.failed("write the site", error, env)),
    };
    opened.report(env)?;
    if report.committed {
        if args.explain && env.format == Format::Text {
            explain(&report, env)?;
        }
        let reasons = args.explain.then_some(&*report.reasons);
        summary::print(&opened, &Outcome { report: &report, reasons, read, whole: watch.seconds() }, env)?;
    }
    let exit = Exit::of(&opened.diags, strictness);
    // The command is done: a site of many thousand pieces need not be taken apart before the process gives all of it back at once.
    std::mem::forget(opened.compiled);
    Ok(exit)
}

/// Says why each file was written.
fn explain(report: &Report, env: &mut Env<'_>) -> Result<(), Failure> {
    for (route, reason) in &report.reasons {
        let told = match reason {
            Reason::New => "new",
            Reason::Changed => "its content changed",
            Reason::Lost => "it was removed or touched since the last build",
        };
        writeln!(env.err, "{route}: {told}")?;
    }
    Ok(())
}
