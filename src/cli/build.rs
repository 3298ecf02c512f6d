//! `kmsite build`: a folder in, a site out.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueHint};

use super::audit::Closing;
use super::keyring::Keys;
use super::last::{Inputs, Last, Outputs, Said};
use super::open::{Loaded, Opened, Wanted};
use super::summary::{self, Outcome, Seconds, Stopwatch, Totals};
use super::{Env, Exit, Failure, Format, Selection, Strictness, Volume, models};
use crate::config::Delivery;
use crate::diag::{Diag, Severity, code};
use crate::disk::{DiskCache, OUTPUT_MARK};
use crate::emit::{self, Nobody, Nothing, Output, Reason, Report, Source, Tree};
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
    /// Build without a master key what needs none: of paid pieces the teasers and the offers
    #[arg(long)]
    pub public_only: bool,
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
        Wanted {
            selection: self.selection,
            base_url: self.base_url.clone(),
            out: self.out.clone(),
            public_only: self.public_only,
            no_cache: self.no_cache,
        }
    }

    /// Whether warnings count as errors.
    pub(super) const fn strictness(&self) -> Strictness {
        if self.strict { Strictness::Strict } else { Strictness::Lenient }
    }

    /// What to seal with, if anything is sealed; a key that is missing is an error. Of a site that is wrong, which may look paid where it is
    /// not, none is asked for.
    pub(super) fn keys(&self, opened: &mut Opened, env: &mut Env<'_>) -> Result<Option<Keys>, Failure> {
        if self.public_only || opened.diags.iter().any(|diag| diag.severity == Severity::Error) {
            return Ok(None);
        }
        match Keys::of(opened.compiled.plan.site(), env, &mut opened.diags) {
            Ok(keys) => Ok(keys),
            Err(failure) => {
                opened.report(env)?;
                Err(failure)
            }
        }
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
    let loaded = Loaded::load(&args.wanted(), env)?;
    let place = |out: &Path| emit::check_out(out, &env.root, &loaded.content(env));
    let misplaced = place(&loaded.out).or_else(|| place(&guarded_out(&loaded.out)));
    let inputs = Inputs::of(args, &loaded, env).filter(|_| misplaced.is_none());
    if let Some(Last { said, report, guarded }) = inputs.as_ref().and_then(|inputs| inputs.last(&loaded, env)) {
        let read = watch.seconds();
        env.err.write_all(said.findings.as_bytes())?;
        let reasons = args.explain.then_some(&[][..]);
        summary::print(
            &said.totals,
            &Outcome {
                out: &loaded.out,
                report: &report,
                guarded: guarded.as_ref().map(|(out, report)| (&**out, report)),
                reasons,
                seconds: Seconds { read, audit: 0.0, whole: watch.seconds() },
            },
            env,
        )?;
        return Ok(Exit::Done);
    }
    let mut diags = Vec::new();
    let cache = args.cache(env, &mut diags);
    let mut opened = loaded.compile_with(&|site| models::read_next(site, env, &*cache));
    opened.diags.append(&mut diags);
    let read = watch.seconds();
    if let Some(diag) = misplaced {
        // What lies in the output folder is not read: that there is no content follows from it.
        opened.diags.retain(|found| *found.code != code::NO_CONTENT);
        opened.diags.push(diag);
    }
    let keys = args.keys(&mut opened, env)?;
    let exit = Exit::of(&opened.diags, args.strictness());
    if exit != Exit::Done {
        opened.report(env)?;
        return Ok(exit);
    }
    let Written { mut opened, report, guarded, outputs, audit } = write(args, opened, (cache, keys.as_ref()), env)?;
    let findings = opened.report(env)?;
    let exit = Exit::of(&opened.diags, args.strictness());
    if report.committed {
        if let Some(keys) = &keys {
            keys.remember(env);
        }
        if args.explain && env.format == Format::Text {
            explain(&report, env)?;
        }
        let reasons = args.explain.then_some(&*report.reasons);
        let totals = Totals::of(&opened, keys.as_ref(), audit.unproven);
        let seconds = Seconds { read, audit: audit.seconds, whole: watch.seconds() };
        let guarded = guarded.as_ref().map(|(out, report)| (&**out, report));
        summary::print(&totals, &Outcome { out: &opened.out, report: &report, guarded, reasons, seconds }, env)?;
        // Of a model in a folder it would not be known whether it is still the same.
        let is_known = !opened.compiled.config.recommend.reads_more();
        if let Some(inputs) = inputs.filter(|_| exit == Exit::Done && is_known) {
            inputs.keep(Said { findings, totals }, &opened, (&outputs, env));
        }
    }
    // The command is done: a site of many thousand pieces need not be taken apart before the process gives all of it back at once.
    std::mem::forget(opened.compiled);
    Ok(exit)
}

/// A site of which all was made, and the folder that it went to unless something was wrong.
struct Written {
    opened: Opened,
    report: Report,
    /// The folder of what a server hands out to those who paid, if one does.
    guarded: Option<(PathBuf, Report)>,
    outputs: Outputs,
    audit: Audited,
}

/// What there is to say of an audit that found nothing.
struct Audited {
    /// Seconds that all threads together spent on it.
    seconds: f64,
    /// Pieces that it cannot prove to be safe.
    unproven: usize,
}

/// Makes everything, and commits it if nothing is wrong.
fn write(
    args: &BuildArgs,
    mut opened: Opened,
    (cache, keys): (Arc<dyn Cache>, Option<&Keys>),
    env: &mut Env<'_>,
) -> Result<Written, Failure> {
    let volume = env.volume;
    let mut output = match Output::open(&opened.out, &|| summary::waiting(volume)) {
        Ok(output) => output,
        Err(error) => return Err(opened.failed("open the output folder", error, env)),
    };
    let keyring = keys.map(|keys| keys.keyring.clone());
    let services = Services { world: opened.world.clone(), cache, keyring: keyring.clone() };
    let making = Making::new(opened.compiled.plan.clone(), services);
    let guarded = keyring.as_deref().and_then(|keyring| making.guarded(keyring));
    let is_guarded = guarded.is_some();
    let behind = match &guarded {
        Some(guarded) => Some(guarded as &dyn Source),
        None => is_left_over(&opened).then_some(&Nothing as &dyn Source),
    };
    let mut guarded_output = match behind.map(|_| guarded_output(&opened.out, volume)).transpose() {
        Ok(output) => output,
        Err(error) => return Err(opened.failed("open the folder of guarded files", error, env)),
    };
    let veto = |diags: &[Diag]| Exit::of(diags, args.strictness()) != Exit::Done;
    let closing = Closing::of(&opened.compiled, &*opened.world, env);
    let state = env.root.join(".kmsite");
    let keep = (!args.no_cache).then_some(&*state);
    let reports = closing.during(keep, |inspector| {
        // What is guarded goes first: a public page promises nothing that is not there.
        let behind = behind.zip(guarded_output.as_mut());
        let behind = behind.map(|(source, output)| Tree { source, output, inspector: &Nobody });
        let front = Tree { source: &making, output: &mut output, inspector };
        emit::emit_together(&mut behind.into_iter().chain([front]).collect::<Vec<_>>(), &veto)
    });
    let audit = Audited { seconds: closing.seconds(), unproven: closing.unproven().len() };
    drop(guarded);
    drop(making);
    match reports {
        Ok(reports) => {
            let mut reports = reports.take(&mut opened.diags);
            let report = reports.pop().unwrap_or_default();
            let guarded = reports.pop().filter(|_| is_guarded).map(|report| (guarded_out(&opened.out), report));
            let outputs = Outputs { public: output, guarded: guarded_output.filter(|_| is_guarded) };
            Ok(Written { opened, report, guarded, outputs, audit })
        }
        Err(error) => Err(opened.failed("write the site", error, env)),
    }
}

/// The folder of what a server hands out to those who paid: beside the output folder, never in it.
pub(super) fn guarded_out(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push("-guarded");
    out.with_file_name(name)
}

/// Whether that folder has what an earlier build wrote for a server, and the site is sealed: full text that nobody keeps up to date.
fn is_left_over(opened: &Opened) -> bool {
    let is_sealed = opened.compiled.config.access.delivery() == Delivery::Sealed;
    is_sealed && guarded_out(&opened.out).join(OUTPUT_MARK).is_file()
}

/// Opens that folder; one that was not there is closed to others on this machine.
fn guarded_output(out: &Path, volume: Volume) -> io::Result<Output> {
    Output::open(&guarded_out(out), &|| summary::waiting(volume))?.closed()
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
