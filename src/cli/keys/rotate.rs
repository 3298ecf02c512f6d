//! `kmsite keys rotate`: an epoch begins, and whose time is over stays behind.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use serde_json::json;

use super::desk::Desk;
use super::issue;
use crate::access::Entitlement;
use crate::cli::{Env, Exit, Failure, Format};

/// What `rotate` takes.
#[derive(Clone, Debug, Args)]
pub(super) struct RotateArgs {
    /// What begins an epoch, as tier:pro or product:course; by default everything that the site sells
    #[arg(value_name = "WHAT")]
    what: Vec<String>,
    /// Seal everything under new keys: what an old key opened, it opens no more
    #[arg(long)]
    reseal: bool,
    /// Give this member another code, because somebody else has the old one
    #[arg(long, value_name = "MEMBER", conflicts_with = "what")]
    member: Option<String>,
}

pub(super) fn run(args: &RotateArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let Some(mut desk) = Desk::open(env)? else { return Ok(Exit::Config) };
    let mut replaced = None;
    let what: BTreeSet<Entitlement> = match &args.member {
        Some(who) => {
            let seat = desk.find_one(who)?;
            let held = seat.grants.iter().map(|grant| grant.entitlement.clone()).collect();
            replaced = Some(replace(seat.id, &mut desk)?);
            held
        }
        None if args.what.is_empty() => desk.sold().into_iter().collect(),
        None => args.what.iter().map(|what| desk.entitlement(what)).collect::<Result<_, _>>()?,
    };
    let lapsed = desk.members.begin(&what, env.clock.today());
    if args.reseal {
        desk.members.reseals += 1;
    }
    desk.save(env)?;
    let told = replaced.and_then(|id| desk.members.seat(&id));
    if env.format == Format::Json {
        let epochs: BTreeMap<String, u64> = what.iter().map(|what| (what.to_string(), desk.members.epoch(what))).collect();
        let member = told.map(|seat| desk.json_with_code(&seat));
        env.answer(&json!({ "epochs": epochs, "lapsed": lapsed, "resealed": args.reseal, "member": member }))?;
        return Ok(Exit::Done);
    }
    for what in &what {
        writeln!(env.out, "{what} is in epoch {}", desk.members.epoch(what))?;
    }
    if !lapsed.is_empty() {
        let called =
            |id: &String| desk.members.people.get(id).and_then(|member| member.name.clone()).unwrap_or_else(|| id.clone());
        let names: Vec<String> = lapsed.iter().map(called).collect();
        writeln!(env.out, "their time was over: {}", names.join(", "))?;
    }
    if args.reseal {
        writeln!(env.out, "everything is sealed under new keys")?;
    }
    if let Some(seat) = told {
        let code = desk.code(&seat).write();
        writeln!(env.out, "the new code of {}:\n  {}\n  {}", seat.name.unwrap_or(&seat.id), code.as_str(), desk.link(&code))?;
    }
    issue::remind(env)
}

/// Gives a member the next code. One of a pool becomes a member of their own, since a pool's codes are counted.
fn replace(id: String, desk: &mut Desk) -> Result<String, Failure> {
    if let Some(member) = desk.members.people.get_mut(&id) {
        member.serial += 1;
        return Ok(id);
    }
    let fresh = issue::new_id('m', desk)?;
    let member = desk.members.leave_pool(&id);
    desk.members.people.insert(fresh.clone(), member);
    Ok(fresh)
}
