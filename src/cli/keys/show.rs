//! `kmsite keys show`: the code and unlock link of a member.

use clap::Args;

use super::desk::Desk;
use crate::cli::{Env, Exit, Failure, Format};

/// What `show` takes.
#[derive(Clone, Debug, Args)]
pub(super) struct ShowArgs {
    /// An id, a name, or the mark at the end of a text that somebody passed on, as 7K2Q9-··4T
    #[arg(value_name = "MEMBER")]
    who: String,
}

pub(super) fn run(args: &ShowArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let Some(desk) = Desk::open(env)? else { return Ok(Exit::Config) };
    let seat = desk.find_one(&args.who)?;
    if env.format == Format::Json {
        env.answer(&desk.json_with_code(&seat))?;
        return Ok(Exit::Done);
    }
    let name = seat.name.map(|name| format!("{name} ")).unwrap_or_default();
    let held = if seat.is_revoked { "revoked".to_owned() } else { Desk::held(&seat).join(", ") };
    writeln!(env.out, "{name}({}): {held}", seat.id)?;
    let code = desk.code(&seat).write();
    writeln!(env.out, "  {}\n  {}", code.as_str(), desk.link(&code))?;
    writeln!(env.out, "  texts end with {}", desk.keyring.mark(&seat.id, seat.serial))?;
    Ok(Exit::Done)
}
