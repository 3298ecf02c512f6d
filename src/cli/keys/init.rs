//! `kmsite keys init`: a master key, its recovery phrase, and an empty list of members.

use std::fs;
use std::path::Path;

use clap::Args;
use serde_json::json;

use super::{desk, key, repository};
use crate::access::{MasterKey, Mistyped, Written};
use crate::cli::create::already_there;
use crate::cli::{Env, Exit, Failure, Format, Volume, open};
use crate::diag::{Diag, code};
use crate::disk::own::{self, KEY_FILE};
use crate::id::Lang;
use crate::members::{self, Members};

/// What `init` takes.
#[derive(Clone, Debug, Args)]
pub(super) struct InitArgs {
    /// Read the key from standard input, as it was written down
    #[arg(long)]
    recover: bool,
    /// Take another key than the one that the members' codes were made with: all of them need new codes
    #[arg(long)]
    replace: bool,
}

pub(super) fn run(args: &InitArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    open::check_root(&env.root)?;
    let _lock = own::lock(&env.root).map_err(Failure::io("lock the keys"))?;
    let key_file = env.root.join(KEY_FILE);
    if key_file.exists() && !args.replace {
        let diag = Diag::error(&code::ALREADY_THERE, format!("there is a master key already: `{KEY_FILE}`"));
        return Err(diag.hint("its text is the recovery phrase; only if it is of no use any more, pass `--replace`").into());
    }
    let master = if args.recover { recovered(env)? } else { MasterKey::generate().map_err(Failure::io("make a key"))? };
    let mut diags = Vec::new();
    let found = key::members(env)?.take(&mut diags);
    if let Some(diag) = diags.into_iter().next() {
        return Err(diag.into());
    }
    let mut members = match found {
        Some(members) => members,
        None => desk::nobody(&desk::read_config(env)?.value),
    };
    match key::check_key(&master, &members) {
        Some(_) if args.replace => members.key = None,
        Some(diag) => return Err(diag.into()),
        None => {}
    }
    let old = match key_file.exists() {
        true => Some(own::set_key_aside(&env.root).map_err(Failure::io("set the old key aside"))?),
        false => None,
    };
    let ignored = lay(&env.root, &master, members)?;
    tell(&Made { key: &master, args, ignored, old: old.as_deref() }, env)?;
    Ok(Exit::Done)
}

/// Makes a key for a site that was just made.
pub(in crate::cli) fn begin(root: &Path, lang: &Lang) -> Result<(), Failure> {
    let master = MasterKey::generate().map_err(Failure::io("make a key"))?;
    lay(root, &master, Members::begun(lang)).map(drop)
}

/// Lays the files down, and tells whether `.gitignore` was changed.
fn lay(root: &Path, master: &MasterKey, members: Members) -> Result<bool, Failure> {
    own::create_key(root, &master.write()).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => already_there(&root.join(KEY_FILE)),
        _ => Failure::io(format!("write `{KEY_FILE}`"))(error),
    })?;
    let members = Members { key: Some(key::fingerprint(master)), ..members };
    let text = members::write(&members);
    own::replace_file(&root.join(members::FILE), text.as_bytes()).map_err(Failure::io(format!("write `{}`", members::FILE)))?;
    key::remember(master, root);
    ignore(root)
}

/// Adds the folder of the key to `.gitignore`, unless it is there.
fn ignore(root: &Path) -> Result<bool, Failure> {
    let path = root.join(".gitignore");
    let text = fs::read_to_string(&path).unwrap_or_default();
    if text.lines().any(|line| matches!(line.trim().trim_matches('/'), ".kmsite")) {
        return Ok(false);
    }
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    own::replace_file(&path, format!("{text}{end}/.kmsite/\n").as_bytes()).map_err(Failure::io("write `.gitignore`"))?;
    Ok(true)
}

/// The key that is given on standard input.
fn recovered(env: &mut Env<'_>) -> Result<MasterKey, Failure> {
    let mut text = Written::default();
    loop {
        let read = text.read_line(&mut env.input).map_err(Failure::io("read the recovery phrase"))?;
        // A phrase may have been wrapped: as long as it is too short, the next line may belong to it.
        if read == 0 || !matches!(MasterKey::read(&text), Err(Mistyped::Length)) {
            return key::read_key(&text, "what was typed");
        }
    }
}

struct Made<'a> {
    key: &'a MasterKey,
    args: &'a InitArgs,
    ignored: bool,
    old: Option<&'a Path>,
}

fn tell(made: &Made<'_>, env: &mut Env<'_>) -> Result<(), Failure> {
    if let Some(diag) = repository::warning(&env.root) {
        env.report(&[diag], &|_| None)?;
    }
    let phrase = made.key.write();
    if env.format == Format::Json {
        let fingerprint = key::fingerprint(made.key);
        return Ok(env.answer(&json!({ "file": KEY_FILE, "phrase": phrase.as_str(), "fingerprint": fingerprint }))?);
    }
    let verb = if made.args.recover { "brought the master key back" } else { "made a master key" };
    writeln!(env.out, "{verb}: {KEY_FILE}")?;
    if let Some(old) = made.old {
        writeln!(env.out, "the old one is in {}", old.strip_prefix(&env.root).unwrap_or(old).display())?;
    }
    if !made.args.recover {
        writeln!(env.out, "\n  {}\n", phrase.as_str())?;
    }
    if env.volume == Volume::Quiet {
        return Ok(());
    }
    if !made.args.recover {
        writeln!(
            env.out,
            "Write this phrase down and keep it apart from this machine: without it, nobody can bring your members' access back."
        )?;
    }
    if made.ignored {
        writeln!(env.out, "`.gitignore` keeps the key out of version control; `{}` belongs into it.", members::FILE)?;
    }
    writeln!(env.out, "next: kmsite keys issue --for tier:… --name …")?;
    Ok(())
}
