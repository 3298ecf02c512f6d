//! `kmsite explain`: what a diagnostic code means and what to do about it.

use clap::Args;
use serde_json::json;

use super::{Env, Exit, Failure, Format};
use crate::diag::{CODES, Code, Diag, code};

/// What `explain` takes.
#[derive(Clone, Debug, Args)]
pub struct ExplainArgs {
    /// The code, as KM0203; without it all codes are listed
    code: Option<String>,
}

/// Columns of an explanation.
const WIDTH: usize = 80;

/// Prints one explanation or the list of codes.
pub(super) fn run(args: &ExplainArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    let object = |code: &Code| json!({ "code": code.id, "title": code.title, "explain": code.explain });
    match (&args.code, env.format) {
        (None, Format::Json) => env.answer(&CODES.iter().map(|code| object(code)).collect())?,
        (None, Format::Text) => {
            for code in CODES {
                writeln!(env.out, "{}  {}", code.id, code.title)?;
            }
        }
        (Some(written), Format::Json) => env.answer(&object(find(written)?))?,
        (Some(written), Format::Text) => {
            let code = find(written)?;
            writeln!(env.out, "{}: {}\n\n{}", code.id, code.title, wrap(code.explain, WIDTH))?;
        }
    }
    Ok(Exit::Done)
}

/// The code that was meant: letters in either case, or none, and as few noughts as one likes.
fn find(written: &str) -> Result<&'static Code, Failure> {
    let upper = written.trim().to_ascii_uppercase();
    let number = upper.strip_prefix("KM").unwrap_or(&upper).parse::<u16>();
    let id = number.map_or_else(|_| upper.clone(), |number| format!("KM{number:04}"));
    CODES.iter().find(|code| code.id == id).copied().ok_or_else(|| {
        Diag::error(&code::UNKNOWN_CODE, format!("unknown code `{written}`"))
            .did_you_mean(&id, CODES.iter().map(|code| code.id))
            .hint("run `kmsite explain` for the list")
            .into()
    })
}

/// Breaks a text at spaces, so that lines are no longer than `width` where words allow it.
fn wrap(text: &str, width: usize) -> String {
    let mut column = 0;
    text.split_whitespace().fold(String::new(), |mut out, word| {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
        out
    })
}
