//! `kmsite keys issue`: a code for somebody, a pool of codes, or what a shop's list of sales asks for.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use jiff::civil::Date;
use rayon::prelude::*;
use serde_json::json;

use super::desk::Desk;
use super::sales;
use super::sheet::{self, Sheet};
use crate::access::{Entitlement, fresh_id};
use crate::cli::{Env, Exit, Failure, Format, Volume};
use crate::diag::{Diag, code};
use crate::members::{Grant, MOST_CODES, Member, Pool};

/// What `issue` takes.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  \
    kmsite keys issue --for tier:pro --name Ann\n  \
    kmsite keys issue --for product:course --count 100 --csv ../codes.csv\n  \
    kmsite keys issue --from ../sales.csv --csv ../mail.csv")]
pub(super) struct IssueArgs {
    /// What it opens, as tier:pro or product:course; may be given several times
    #[arg(long = "for", value_name = "WHAT")]
    pub(super) what: Vec<String>,
    /// What you call the member, or the pool
    #[arg(long)]
    name: Option<String>,
    /// Something to remember
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// The last day that is paid for; by default there is none
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) until: Option<Date>,
    /// Make a pool of so many codes
    #[arg(long, value_name = "N", conflicts_with = "from", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_CODES)))]
    count: Option<u32>,
    /// Write the codes to a file that is not there yet: CSV, or one code a line if it ends in .txt
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) csv: Option<PathBuf>,
    /// Enter the sales of a shop's list (CSV); sales that were entered before change nothing
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["name", "note"])]
    pub(super) from: Option<PathBuf>,
    /// What a product of the list is here, as "Rust course=product:rust"; may be given several times
    #[arg(long, value_name = "PRODUCT=WHAT", requires = "from")]
    pub(super) map: Vec<String>,
    /// Which column is which, as order=No.; the columns are order, buyer, name, product, date, status, refund
    #[arg(long, value_name = "COLUMN=HEADING", requires = "from")]
    pub(super) column: Vec<String>,
    /// Write the codes of all buyers of the list, also of those who had theirs before
    #[arg(long, requires = "from")]
    pub(super) all: bool,
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a date is written as 2026-12-31".to_owned())
}

pub(super) fn run(args: &IssueArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let Some(mut desk) = Desk::open(env)? else { return Ok(Exit::Config) };
    if let Some(path) = &args.csv {
        sheet::check_place(path, &desk.config, env)?;
    }
    if let Some(from) = &args.from {
        return sales::enter(args, from, desk, env);
    }
    let grants = grants(args, &desk)?;
    match args.count {
        Some(count) => pool(
            args,
            Pool { name: args.name.clone(), note: args.note.clone(), count, grants, revoked: BTreeSet::new() },
            &mut desk,
            env,
        ),
        None => member(args, grants, &mut desk, env),
    }
}

fn grants(args: &IssueArgs, desk: &Desk) -> Result<Vec<Grant>, Failure> {
    let what: BTreeSet<Entitlement> = args.what.iter().map(|what| desk.entitlement(what)).collect::<Result<_, _>>()?;
    if what.is_empty() {
        let sold: Vec<String> = desk.sold().iter().map(ToString::to_string).collect();
        let diag = Diag::error(&code::NOT_SOLD, "nothing says what the code opens");
        return Err(diag.hint(format!("pass `--for` with one of `{}`", sold.join("`, `"))).into());
    }
    Ok(what.into_iter().map(|entitlement| Grant { until: args.until, ..Grant::of(entitlement) }).collect())
}

/// An id that nobody has.
pub(super) fn new_id(letter: char, desk: &Desk) -> Result<String, Failure> {
    loop {
        let id = fresh_id(letter).map_err(Failure::io("make an id"))?;
        if !desk.members.people.contains_key(&id) && !desk.members.pools.contains_key(&id) {
            return Ok(id);
        }
    }
}

fn member(args: &IssueArgs, grants: Vec<Grant>, desk: &mut Desk, env: &mut Env<'_>) -> Result<Exit, Failure> {
    if let Some(name) = &args.name {
        let same = |member: &&Member| {
            !member.is_revoked && member.name.as_deref().is_some_and(|other| other.to_lowercase() == name.to_lowercase())
        };
        if desk.members.people.values().any(|member| same(&member)) {
            let diag = Diag::error(&code::SAME_NAME, format!("there is a member called `{name}` already"));
            return Err(diag.hint("give this one another name, as with the year or the shop").into());
        }
    }
    let id = new_id('m', desk)?;
    let member = Member { name: args.name.clone(), note: args.note.clone(), grants, ..Member::default() };
    desk.members.people.insert(id.clone(), member);
    let Some(seat) = desk.members.seat(&id) else { return Err(Failure::Internal("the member was just made".to_owned())) };
    let code = desk.code(&seat).write();
    let link = desk.link(&code);
    if let Some(path) = &args.csv {
        Sheet { head: HEAD, lines: vec![vec![code.to_string(), link.clone(), id.clone()]] }.create(path)?;
    }
    desk.save(env)?;
    if env.format == Format::Json {
        env.answer(&desk.json_with_code(&seat))?;
        return Ok(Exit::Done);
    }
    let name = args.name.as_ref().map(|name| format!("{name} ")).unwrap_or_default();
    writeln!(env.out, "{name}({id}): {}", Desk::held(&seat).join(", "))?;
    writeln!(env.out, "  {}\n  {link}", code.as_str())?;
    remind(env)
}

/// The headings of a file of codes.
const HEAD: &[&str] = &["code", "link", "id"];

fn pool(args: &IssueArgs, pool: Pool, desk: &mut Desk, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let id = new_id('p', desk)?;
    let count = pool.count;
    desk.members.pools.insert(id.clone(), pool);
    let line = |number: u32| {
        let id = format!("{id}-{number}");
        let code = desk.keyring.code(&id, 1).write();
        vec![code.to_string(), desk.link(&code), id]
    };
    let sheet = Sheet { head: HEAD, lines: (1..=count).into_par_iter().map(line).collect() };
    if let Some(path) = &args.csv {
        sheet.create(path)?;
    }
    // The file first: codes that are known and not given out do no harm.
    desk.save(env)?;
    if env.format == Format::Json {
        let codes: Option<Vec<&String>> =
            args.csv.is_none().then(|| sheet.lines.iter().filter_map(|line| line.first()).collect());
        env.answer(&json!({ "pool": id, "count": count, "file": args.csv, "codes": codes }))?;
        return Ok(Exit::Done);
    }
    let Some(path) = &args.csv else {
        write!(env.out, "{}", sheet.codes())?;
        return Ok(Exit::Done);
    };
    writeln!(env.out, "pool {id}: {count} codes in {}", path.display())?;
    remind(env)
}

/// Says when a code begins to work.
pub(super) fn remind(env: &mut Env<'_>) -> Result<Exit, Failure> {
    if env.volume == Volume::Normal && env.format == Format::Text {
        writeln!(env.out, "It counts once the site is built and published again.")?;
    }
    Ok(Exit::Done)
}
