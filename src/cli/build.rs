//! `kmsite build`: a folder in, a site out.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::Selection;

/// What `build` takes, and `check` too.
#[derive(Clone, Debug, Args)]
pub struct BuildArgs {
    /// Where the site goes, below the site's folder unless absolute
    #[arg(long, value_name = "FOLDER", default_value = "dist", value_hint = ValueHint::DirPath)]
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

/// Builds a site: everything is made, and committed at once if nothing is wrong.
///
/// # Errors
/// Those of the streams, the site's folder and the output folder.
pub(super) fn run(args: &BuildArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let started = Stopwatch::start();
    let mut opened = Opened::open(&args.wanted(), env)?;
    let strictness = args.strictness();
    opened.diags.extend(emit::check_out(&opened.out, &env.root, &opened.content()));
    if Exit::of(&opened.diags, strictness) != Exit::Done {
        opened.report(env)?;
        return Ok(Exit::of(&opened.diags, strictness));
    }
    let compiled = started.lap();
    let cache = args.cache(env, &mut opened.diags);
    let mut output = Output::open(&opened.out, &|| waiting(env.volume)).map_err(Failure::from_output)?;
    let making = Making::new(&opened.compiled.plan, Services { world: &*opened.world, cache: &*cache });
    let earlier = opened.diags.clone();
    let veto = |diags: &[Diag]| Exit::of(diags, strictness) != Exit::Done || Exit::of(&earlier, strictness) != Exit::Done;
    let report = emit::emit(&making, &mut output, &veto).map_err(Failure::from_output)?;
    drop(making);
    let report = report.take(&mut opened.diags);
    opened.report(env)?;
    let exit = Exit::of(&opened.diags, strictness);
    if report.committed {
        summary::print(&Summary { opened: &opened, report, compiled, whole: started.lap() }, env)?;
    }
    Ok(exit)
}
