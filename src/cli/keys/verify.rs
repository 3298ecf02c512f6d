//! `kmsite keys verify`: what a code opens, or why it opens nothing.

use clap::Args;
use serde_json::json;

use super::desk::Desk;
use crate::access::{Code, Entitlement, Mistyped};
use crate::cli::{Env, Exit, Failure, Format};
use crate::diag::{Diag, code};
use crate::members::Seat;

/// What `verify` takes.
#[derive(Clone, Debug, Args)]
pub(super) struct VerifyArgs {
    /// A code as somebody typed it
    #[arg(value_name = "CODE")]
    code: String,
}

pub(super) fn run(args: &VerifyArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let code = Code::read(&args.code).map_err(mistyped)?;
    let Some(desk) = Desk::open(env)? else { return Ok(Exit::Config) };
    let lookup = code.lookup();
    let Some(seat) = desk.members.seats().find(|seat| desk.code(seat).lookup() == lookup) else {
        let was = |seat: &Seat<'_>| (1..seat.serial).any(|serial| desk.keyring.code(&seat.id, serial).lookup() == lookup);
        return Err(match desk.members.seats().find(was) {
            Some(seat) => bad(format!("this code was replaced by a newer one of `{}`", seat.id))
                .hint(format!("`kmsite keys show {}` prints it", seat.id)),
            None => bad("nobody has this code".to_owned())
                .hint("it was made with another master key, or its member is not in `members.yaml`"),
        }
        .into());
    };
    if seat.is_revoked {
        let diag = bad(format!("`{}` was revoked: the code opens nothing", seat.id));
        return Err(diag.hint("give them a new one with `kmsite keys issue` if that was a mistake").into());
    }
    let opened = opened(&desk, &seat);
    if env.format == Format::Json {
        let mut value = desk.json(&seat);
        value["opens"] = json!(opened);
        env.answer(&value)?;
        return Ok(Exit::Done);
    }
    let name = seat.name.map(|name| format!("{name} ")).unwrap_or_default();
    writeln!(env.out, "{name}({}): {}", seat.id, Desk::held(&seat).join(", "))?;
    let opened = if opened.is_empty() { "nothing that is published now".to_owned() } else { opened.join(", ") };
    writeln!(env.out, "opens {opened}")?;
    Ok(Exit::Done)
}

/// What a seat opens today: with a tier also those below it.
fn opened(desk: &Desk, seat: &Seat<'_>) -> Vec<String> {
    let current = seat.grants.iter().filter(|grant| desk.members.opened(grant) == desk.members.epoch(&grant.entitlement));
    let held: Vec<&Entitlement> = current.map(|grant| &grant.entitlement).collect();
    let rank = |what: &Entitlement| match what {
        Entitlement::Tier(id) => desk.config.tier_rank(id),
        Entitlement::Product(_) => None,
    };
    let highest = held.iter().filter_map(|what| rank(what)).max();
    let opens = |what: &Entitlement| {
        held.contains(&what) || rank(what).is_some_and(|rank| highest.is_some_and(|highest| rank <= highest))
    };
    desk.sold().iter().filter(|what| opens(what)).map(ToString::to_string).collect()
}

fn bad(message: String) -> Diag {
    Diag::error(&code::NO_SUCH_CODE, message)
}

fn mistyped(mistyped: Mistyped) -> Failure {
    let message = match mistyped {
        Mistyped::Length => "this is no whole code: one has 25 letters and digits behind `KM`".to_owned(),
        Mistyped::Sign(sign) => format!("`{sign}` is in no code"),
        Mistyped::Check => "this code looks mistyped: its check symbol does not fit".to_owned(),
    };
    bad(message).hint("ask for it again, best copied and not typed").into()
}
