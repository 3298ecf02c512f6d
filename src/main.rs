//! The program: arguments and environment -> [`kmsite::cli`], its answer -> an exit code.
//!
//! The environment, the time and the terminal are asked for here and nowhere else.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::Parser;
use kmsite::cli::progress::Progress;
use kmsite::cli::{self, Cli, Env, Failure, Format, Global, Models, Volume, When, Written};
use kmsite::diag::{self, render::Colour};
use kmsite::disk::{SystemClock, program_mark};
use kmsite::enrich::onnx::Place;

/// Where systems keep libraries.
const LIBRARIES: [&str; 5] =
    ["/usr/local/lib", "/usr/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/opt/homebrew/lib"];

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
    // The error stream is not locked: threads that embed texts tell of it there.
    let (mut out, mut err) = (io::stdout().lock(), io::stderr());
    let mut env = Env {
        root,
        variables: variables(),
        master_key: master_key(),
        clock: &SystemClock::default(),
        program: std::env::current_exe().ok().and_then(|path| program_mark(&path)),
        colour: colour(color),
        format: if json { Format::Json } else { Format::Text },
        volume: if quiet { Volume::Quiet } else { Volume::Normal },
        models: Models {
            places: places(),
            shelf: shelf(),
            hub: named("HF_ENDPOINT").and_then(|hub| hub.into_string().ok()),
            progress: if json || quiet { Progress::Silent } else { progress() },
            stand_in: None,
        },
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

/// A line that changes is for those who look on.
fn progress() -> Progress {
    if io::stderr().is_terminal() { Progress::Bar } else { Progress::Lines }
}

/// The master key, if the environment has one. What is not Unicode in it is replaced, and so found wrong where it is read.
fn master_key() -> Option<Written> {
    let text = std::env::var_os(cli::MASTER_KEY)?;
    Some(Written::new(text.to_string_lossy().into_owned())).filter(|text| !text.trim().is_empty())
}

/// A variable of the environment that is not empty.
fn named(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Where models are kept that were fetched: below the user's caches (source: XDG Base Directory, and what Windows and macOS have for it).
fn shelf() -> Option<PathBuf> {
    let folder = |name: &str| named(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let below = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    let caches = folder("XDG_CACHE_HOME").or_else(|| folder("LOCALAPPDATA")).or_else(|| Some(folder("HOME")?.join(below)));
    Some(caches?.join("kmsite/models"))
}

/// Where the library of ONNX Runtime may be: where the environment says, beside the program, or where the system keeps its libraries.
fn places() -> Vec<Place> {
    let name = format!("{}onnxruntime{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let named = std::env::var_os("ORT_DYLIB_PATH").filter(|path| !path.is_empty()).map(PathBuf::from);
    let named = named.map(|path| Place { path: std::path::absolute(&path).unwrap_or(path), is_named: true });
    let beside = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.to_owned()));
    let paths = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let folders = beside.into_iter().chain(std::env::split_paths(&paths)).chain(LIBRARIES.map(PathBuf::from));
    let found = folders.filter(|folder| folder.is_absolute()).map(|folder| Place { path: folder.join(&name), is_named: false });
    named.into_iter().chain(found).collect()
}

/// The environment's variables that are configuration. What is not Unicode in a value is replaced, and so found wrong where it is read.
fn variables() -> Vec<(String, String)> {
    let variables = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    let ours = variables.filter(|(name, _)| name.starts_with("KMSITE__"));
    ours.map(|(name, value)| (name, value.to_string_lossy().into_owned())).collect()
}
