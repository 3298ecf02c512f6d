//! The program: arguments and environment -> [`kmsite::cli`], its answer -> an exit code.
//!
//! The environment, the time and the terminal are asked for here and nowhere else.

use std::io::{self, IsTerminal, Write};
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::Parser;
use kmsite::cli::{self, Cli, Env, Failure, Format, Global, Volume, When, Written};
use kmsite::diag::{self, render::Colour};
use kmsite::disk::{SystemClock, program_mark};

fn main() -> ExitCode {
    guarded(run)
}

fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help that nobody reads is no error.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let Global { root, json, color, quiet } = cli.global;
    let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
    let mut env = Env {
        root,
        variables: variables(),
        master_key: master_key(),
        clock: &SystemClock::default(),
        program: std::env::current_exe().ok().and_then(|path| program_mark(&path)),
        colour: colour(color),
        format: if json { Format::Json } else { Format::Text },
        volume: if quiet { Volume::Quiet } else { Volume::Normal },
        input: &mut io::stdin().lock(),
        out: &mut out,
        err: &mut err,
    };
    let result = cli::run(&cli.command, &mut env).and_then(|exit| Ok(env.out.flush().map(|()| exit)?));
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => {
            complain(&failure, &mut env);
            ExitCode::from(&failure)
        }
    }
}

/// Tells what went wrong. A stream that takes no more is no reason to say more.
fn complain(failure: &Failure, env: &mut Env<'_>) {
    if failure.is_broken_pipe() {
        return;
    }
    let _ = match failure.diag() {
        Some(diag) => {
            let mut diags = vec![diag];
            diag::settle(&mut diags, &|_| None);
            diag::point_on(&mut diags);
            env.report(&diags, &|_| None).map(drop)
        }
        None if env.format == Format::Json => {
            writeln!(env.err, "{}", serde_json::json!({ "severity": "error", "message": failure.to_string() }))
        }
        None => writeln!(env.err, "error: {failure}"),
    };
}

/// Runs a command so that a panic ends it with one line and the code of an internal error.
///
/// Panics that are caught on the way, of a crate that draws diagrams, say, are nobody's business and print nothing.
fn guarded(run: impl FnOnce() -> ExitCode) -> ExitCode {
    static LAST: Mutex<String> = Mutex::new(String::new());
    std::panic::set_hook(Box::new(|info| {
        let what = info.payload_as_str().and_then(|text| text.lines().next()).unwrap_or("unknown");
        let place = info.location().map(|place| format!(" ({}:{})", place.file(), place.line())).unwrap_or_default();
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = format!("{what}{place}");
    }));
    std::panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(io::stderr(), "error: a fault of kmsite: {last}");
        ExitCode::from(70)
    })
}

#[expect(clippy::disallowed_methods, reason = "the environment is read here and handed in")]
fn colour(when: When) -> Colour {
    let wanted = match when {
        When::Always => true,
        When::Never => false,
        // Source: no-color.org, a variable that is set and not empty.
        When::Auto => io::stderr().is_terminal() && std::env::var("NO_COLOR").unwrap_or_default().is_empty(),
    };
    if wanted { Colour::Always } else { Colour::Never }
}

/// The master key, if the environment has one. What is not Unicode in it is replaced, and so found wrong where it is read.
fn master_key() -> Option<Written> {
    let text = std::env::var_os(cli::MASTER_KEY)?;
    Some(Written::new(text.to_string_lossy().into_owned())).filter(|text| !text.trim().is_empty())
}

/// The environment's variables that are configuration. What is not Unicode in a value is replaced, and so found wrong where it is read.
fn variables() -> Vec<(String, String)> {
    let variables = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    let ours = variables.filter(|(name, _)| name.starts_with("KMSITE__"));
    ours.map(|(name, value)| (name, value.to_string_lossy().into_owned())).collect()
}
