//! `kmsite keys revoke`: members are shut out, and what they held begins an epoch.

use std::collections::BTreeMap;

use clap::Args;
use serde_json::json;

use super::desk::Desk;
use super::issue;
use crate::cli::{Env, Exit, Failure, Format};

/// What `revoke` takes.
#[derive(Clone, Debug, Args)]
pub(super) struct RevokeArgs {
    /// Ids, names, codes, or marks at the end of a text; several share an epoch
    #[arg(required = true, value_name = "MEMBER")]
    who: Vec<String>,
}

pub(super) fn run(args: &RevokeArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let Some(mut desk) = Desk::open(env)? else { return Ok(Exit::Config) };
    let mut ids = Vec::new();
    for who in &args.who {
        let seat = desk.find_one(who)?;
        if !seat.is_revoked {
            ids.push(seat.id);
        }
    }
    let held = desk.members.revoke(&ids, env.clock.today());
    desk.save(env)?;
    if env.format == Format::Json {
        let epochs: BTreeMap<String, u64> = held.iter().map(|what| (what.to_string(), desk.members.epoch(what))).collect();
        env.answer(&json!({ "revoked": ids, "epochs": epochs }))?;
        return Ok(Exit::Done);
    }
    if ids.is_empty() {
        writeln!(env.out, "already shut out")?;
        return Ok(Exit::Done);
    }
    writeln!(env.out, "revoked {}", ids.join(", "))?;
    for what in &held {
        writeln!(env.out, "{what} is in epoch {}", desk.members.epoch(what))?;
    }
    issue::remind(env)
}
