//! `kmsite keys list`: members, pools and epochs, without codes.

use std::collections::BTreeMap;

use clap::Args;
use serde_json::{Value, json};

use super::desk::Desk;
use crate::cli::{Env, Exit, Failure, Format};
use crate::members::{Pool, Seat};

/// What `list` takes.
#[derive(Clone, Debug, Args)]
pub(super) struct ListArgs {
    /// List members who were shut out, too
    #[arg(long)]
    all: bool,
}

pub(super) fn run(args: &ListArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let Some(desk) = Desk::open(env)? else { return Ok(Exit::Config) };
    let people: Vec<Seat<'_>> = desk.members.people.keys().filter_map(|id| desk.members.seat(id)).collect();
    let shown: Vec<&Seat<'_>> = people.iter().filter(|seat| args.all || !seat.is_revoked).collect();
    let sold = desk.sold();
    let epochs = sold.iter().map(|what| (what.to_string(), desk.members.epoch(what)));
    if env.format == Format::Json {
        let pools: Vec<Value> = desk
            .members
            .pools
            .iter()
            .map(|(id, pool)| {
                json!({
                    "id": id, "name": pool.name, "for": held(id, pool), "count": pool.count, "revoked": pool.revoked,
                })
            })
            .collect();
        let epochs: BTreeMap<String, u64> = epochs.collect();
        let members: Vec<Value> = shown.iter().map(|seat| desk.json(seat)).collect();
        env.answer(&json!({ "members": members, "pools": pools, "epochs": epochs }))?;
        return Ok(Exit::Done);
    }
    for seat in &shown {
        let name = seat.name.map(|name| format!("  {name}")).unwrap_or_default();
        let held = if seat.is_revoked { "revoked".to_owned() } else { Desk::held(seat).join(", ") };
        writeln!(env.out, "{}  {}{name}: {held}", seat.id, desk.keyring.mark(&seat.id, seat.serial))?;
    }
    for (id, pool) in &desk.members.pools {
        let name = pool.name.as_ref().map(|name| format!("  {name}")).unwrap_or_default();
        let revoked = if pool.revoked.is_empty() { String::new() } else { format!(", {} revoked", pool.revoked.len()) };
        writeln!(env.out, "{id}{name}: {} codes for {}{revoked}", pool.count, held(id, pool).join(", "))?;
    }
    if shown.is_empty() && desk.members.pools.is_empty() {
        writeln!(env.out, "no members yet")?;
    }
    for (what, epoch) in epochs {
        writeln!(env.out, "{what} is in epoch {epoch}")?;
    }
    Ok(Exit::Done)
}

/// What each code of a pool opens, in words.
fn held(id: &str, pool: &Pool) -> Vec<String> {
    let first = Seat { id: format!("{id}-1"), name: None, serial: 1, grants: &pool.grants, is_revoked: false };
    Desk::held(&first)
}
