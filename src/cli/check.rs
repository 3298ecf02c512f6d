//! `kmsite check`: everything that `build` would report, what nothing leads to and what is there twice; and nothing written.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use rayon::prelude::*;
use serde_json::json;

use super::build::BuildArgs;
use super::external;
use super::keys;
use super::models;
use super::open::{Loaded, Opened};
use super::{Env, Exit, Failure, Format, Volume};
use crate::diag::{Diag, code};
use crate::emit::Source;
use crate::enrich::duplicates::duplicates;
use crate::enrich::orphans::orphans;
use crate::id::SourcePath;
use crate::make::{Making, Services};
use crate::resolve::{self, Shown};

/// What `check` takes.
#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// What it has in common with `build`.
    #[command(flatten)]
    pub build: BuildArgs,
    /// Ask the web whether links to other sites work
    #[arg(long)]
    pub external: bool,
    /// Show what holds for one file, and where each value comes from
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub show: Option<PathBuf>,
}

/// Makes everything, writes nothing, and tells what was found.
///
/// # Errors
/// Those of the streams and the site's folder.
pub(super) fn run(args: &CheckArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    if let Some(path) = &args.show {
        return show(&Opened::open(&args.build.wanted(), env)?, path, env);
    }
    let mut diags = Vec::new();
    // Nothing is kept beside a site that is not there.
    let loaded = Loaded::load(&args.build.wanted(), env)?;
    let cache = args.build.cache(env, &mut diags);
    let mut opened = loaded.compile_with(&|site| models::read_next(site, env, &*cache));
    opened.diags.append(&mut diags);
    let plan = &opened.compiled.plan;
    opened.diags.extend(duplicates(plan.site()));
    opened.diags.extend(orphans(plan.site(), &plan.enriched.read_next));
    let keys = args.build.keys(&mut opened, env)?;
    // The sources of a demo, which anyone can open, may be open to all.
    let is_real = keys.as_ref().is_some_and(|keys| keys.demo_code.is_none());
    opened.diags.extend(is_real.then(|| keys::public_sources(&env.root)).flatten());
    let keyring = keys.map(|keys| keys.keyring);
    let services = Services { world: opened.world.clone(), cache, keyring: keyring.clone() };
    let making = Making::new(opened.compiled.plan.clone(), services);
    let guarded = keyring.as_deref().and_then(|keyring| making.guarded(keyring));
    for source in std::iter::once(&making as &dyn Source).chain(guarded.as_ref().map(|guarded| guarded as &dyn Source)) {
        let made: Vec<Vec<Diag>> = (0..source.count()).into_par_iter().map(|index| source.make(index).diags).collect();
        opened.diags.extend(made.into_iter().flatten());
    }
    drop(guarded);
    drop(making);
    if args.external {
        opened.diags.extend(external::check(&opened.compiled));
    }
    opened.report(env)?;
    let exit = Exit::of(&opened.diags, args.build.strictness());
    if env.format == Format::Json {
        env.answer(&json!({ "findings": opened.diags.len() }))?;
    } else if env.volume == Volume::Normal && opened.diags.is_empty() {
        writeln!(env.out, "nothing to report")?;
    }
    Ok(exit)
}

/// Prints the values that hold for a file.
fn show(opened: &Opened, path: &Path, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let written = path.strip_prefix(&env.root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let written = written.trim_start_matches("./");
    let compiled = &opened.compiled;
    let names = || compiled.parsed.docs.iter().map(|doc| doc.path.as_str());
    let found = names().find(|name| *name == written).or_else(|| names().find(|name| name.ends_with(&format!("/{written}"))));
    let Some(found) = found else {
        let diag = Diag::error(&code::NO_SUCH_PIECE, format!("there is no Markdown file `{written}` in this site"));
        return Err(diag.did_you_mean(written, names()).into());
    };
    let shown = resolve::show(&compiled.parsed, &compiled.inputs(env.clock.today()), &SourcePath::new(found)).unwrap_or_default();
    if env.format == Format::Json {
        env.answer(&json!({ "file": found, "values": shown }))?;
        return Ok(Exit::Done);
    }
    writeln!(env.out, "{found}")?;
    for Shown { key, value, from } in shown {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match from {
            Some(from) => writeln!(env.out, "  {key}: {value}  ({from})")?,
            None => writeln!(env.out, "  {key}: {value}  (default)")?,
        }
    }
    Ok(Exit::Done)
}
