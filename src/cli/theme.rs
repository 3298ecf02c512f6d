//! `kmsite theme`: the files of the site's theme and where they come from; one built-in file copied into the site, to be changed there.
//!
//! Invariant: nothing is ever overwritten; a file is created or the command fails.

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::create::create;
use super::{Env, Exit, Failure, Format};
use crate::config::{self, Overrides};
use crate::diag::{Diag, code};
use crate::disk::DiskWorld;
use crate::id::SourcePath;
use crate::theme::inventory::{self, Listed, Origin};
use crate::world::World;

/// What `theme` takes.
#[derive(Clone, Debug, Args)]
pub struct ThemeArgs {
    /// What to do
    #[command(subcommand)]
    action: Action,
}

/// What can be done with a theme.
#[derive(Clone, Debug, Subcommand)]
enum Action {
    /// List the theme's files, and which of them the site overrides
    List,
    /// Copy a built-in file into the site's theme, to be changed there
    #[command(after_help = "Examples:\n  \
        kmsite theme eject base.html\n  \
        kmsite theme eject i18n/zh.yaml\n\n\
        A string file may be cut down to the lines that differ; a template may begin with\n\
        {% extends \"theme/base.html\" %} and fill only the blocks it changes.")]
    Eject {
        /// The file, as `theme list` names it; the end of its path will do
        file: String,
    },
}

/// Lists or copies.
pub(super) fn run(args: &ThemeArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    match &args.action {
        Action::List => list(env),
        Action::Eject { file } => eject(file, env),
    }
}

/// The name of the site's theme. What else is wrong in `site.yaml` is `check`'s to say.
fn theme_name(world: &dyn World, env: &Env<'_>) -> Result<String, Failure> {
    let file = SourcePath::new(config::FILE);
    let bytes = match world.read(&file) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && env.root.is_dir() => None,
        Err(error) => return Err(Failure::io("read `site.yaml`")(error)),
    };
    let overrides = Overrides { variables: env.variables.clone(), base_url: None };
    Ok(config::load(bytes.as_deref().map(|bytes| (&file, bytes)), &overrides).value.theme)
}

fn list(env: &mut Env<'_>) -> Result<Exit, Failure> {
    let world = DiskWorld::new(&env.root, &[]);
    let name = theme_name(&world, env)?;
    let mut files: BTreeMap<SourcePath, Arc<[u8]>> = BTreeMap::new();
    for entry in world.walk().value.into_iter().filter(|entry| entry.path.below("themes").is_some()) {
        let bytes = world.read(&entry.path).map_err(Failure::io(format!("read `{}`", entry.path)))?;
        files.insert(entry.path, bytes.into());
    }
    let listed = inventory::list(&name, &files);
    match env.format {
        Format::Json => env.answer(&listed.iter().map(|listed| object(listed, &name)).collect())?,
        Format::Text => {
            let width = listed.iter().map(|listed| listed.file.chars().count()).max().unwrap_or_default();
            for Listed { file, origin } in &listed {
                let padding = " ".repeat(width - file.chars().count());
                writeln!(env.out, "{file}{padding}  {}", word(*origin))?;
            }
        }
    }
    Ok(Exit::Done)
}

const fn word(origin: Origin) -> &'static str {
    match origin {
        Origin::BuiltIn => "built in",
        Origin::Copied => "the site's copy, unchanged",
        Origin::Overridden => "the site's",
        Origin::Own => "the site's own",
    }
}

fn object(Listed { file, origin }: &Listed, theme: &str) -> Value {
    let origin_name = match origin {
        Origin::BuiltIn => "built-in",
        Origin::Copied => "copied",
        Origin::Overridden => "overridden",
        Origin::Own => "own",
    };
    let path = (*origin != Origin::BuiltIn).then(|| format!("themes/{theme}/{file}"));
    json!({ "file": file, "origin": origin_name, "path": path })
}

fn eject(written: &str, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let world = DiskWorld::new(&env.root, &[]);
    let name = theme_name(&world, env)?;
    let meant = inventory::meant(written);
    let [file] = meant.as_slice() else { return Err(unclear(written, &meant).into()) };
    let path = format!("themes/{name}/{file}");
    create(&env.root.join(&path), inventory::built_in_file(file).unwrap_or_default())?;
    match env.format {
        Format::Json => env.answer(&json!({ "path": path }))?,
        Format::Text => writeln!(env.out, "{path}")?,
    }
    Ok(Exit::Done)
}

/// No file is meant, or more than one.
fn unclear(written: &str, meant: &[String]) -> Diag {
    if !meant.is_empty() {
        let diag = Diag::error(&code::NO_THEME_FILE, format!("`{written}` may be any of {} files of the theme", meant.len()));
        return diag.hint(format!("write the whole path: `{}`", meant.join("`, `")));
    }
    let files: Vec<String> = inventory::list("", &BTreeMap::new()).into_iter().map(|listed| listed.file).collect();
    let ends = files.iter().flat_map(|file| [file.as_str(), file.rsplit('/').next().unwrap_or_default()]);
    let diag = Diag::error(&code::NO_THEME_FILE, format!("the built-in theme has no file `{written}`"));
    diag.did_you_mean(written, ends).hint("run `kmsite theme list` for all of them")
}
