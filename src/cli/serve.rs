//! `kmsite serve`: the site in a browser, as it is while it is written.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use clap::Args;

use super::counter::Till;
use super::keyring;
use super::open::{self, Wanted};
use super::progress::Progress;
use super::summary::Stopwatch;
use super::{Env, Exit, Failure, Format, Models, Selection, Volume};
use crate::access::Keyring;
use crate::compile::Leader;
use crate::diag::{Diag, Noted, code};
use crate::disk::{DiskCache, DiskWorld};
use crate::make::Services;
use crate::plan::Plan;
use crate::serve::{Console, Listening, Mode, Port, Settings, Told, Watching};

/// The port that is tried first.
const PORT: u16 = 4040;
/// The folder that a build goes to which is only looked at.
const BUILT: &str = ".kmsite/preview";

/// What `serve` takes.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// Listen at this port; by default at 4040 or the next that is free
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
    /// Listen at this address; at one that other machines reach, nothing paid for is shown
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub host: IpAddr,
    /// Open the site in the browser
    #[arg(long)]
    pub open: bool,
    /// What pieces are looked at
    #[command(flatten)]
    pub selection: Selection,
    /// Serve what a build would upload, byte by byte, without the preview's tools
    #[arg(long)]
    pub built: bool,
    /// Look for changes twice a second, where the system does not tell of them (network disks)
    #[arg(long)]
    pub poll: bool,
}

/// Serves a site until it is stopped.
///
/// # Errors
/// Those of the streams, of the site's folder, and of the network.
pub(super) fn run(args: &ServeArgs, env: &mut Env<'_>) -> Result<Exit, Failure> {
    open::check_root(&env.root)?;
    let port = args.port.map_or(Port::From(PORT), Port::Only);
    let listening = Listening::bind(args.host, port).map_err(|error| cannot_listen(args, &error))?;
    let wanted = Wanted { selection: args.selection, ..Wanted::default() };
    let mut options = open::options(&wanted, env);
    let origin = listening.origin();
    // By its own name, since what `.` means follows a folder that is moved away.
    let root = env.root.canonicalize().unwrap_or_else(|_| env.root.clone());
    let mode = if args.built { Mode::Built(root.join(BUILT)) } else { Mode::Preview };
    options.origin = (!args.built).then(|| origin.clone());
    let mut diags = Vec::new();
    let out = root.join(super::build::OUT);
    let ignored = vec![super::build::guarded_out(&out), out];
    let services = Services {
        world: Arc::new(DiskWorld::new(&root, &ignored)),
        cache: Arc::new(DiskCache::open(&root.join(".kmsite"), super::build::CACHE_LIMIT).take(&mut diags)),
        keyring: None,
    };
    env.report(&diags, &|_| None)?;
    greet(&listening, env)?;
    if args.open {
        browse(&origin);
    }
    let counter = Arc::new(Till { root: root.clone(), overrides: options.overrides.clone() });
    let watching = if args.poll { Watching::Poll } else { Watching::Native };
    let leader = leader(&services, &root, env);
    let settings = Settings { options, mode, watching, root, ignored, clock: env.clock, counter, leader };
    let mut terminal = Terminal { env, watch: Stopwatch::start(), is_first: true };
    match listening.serve(settings, &services, &mut terminal) {
        Ok(()) => Ok(Exit::Done),
        Err(error) => Err(Failure::io("serve the site")(error)),
    }
}

/// What says what pieces lead to, without the terminal.
fn leader(services: &Services, root: &Path, env: &Env<'_>) -> Leader {
    let (cache, root) = (services.cache.clone(), root.to_owned());
    // The terminal belongs to the edits.
    let models = Models { progress: Progress::Silent, ..env.models.clone() };
    Arc::new(move |site| models.read_next(site, &root, &*cache))
}

fn cannot_listen(args: &ServeArgs, error: &io::Error) -> Failure {
    let ServeArgs { host, port, .. } = args;
    let port = port.unwrap_or(PORT);
    let (reason, hint) = match error.kind() {
        io::ErrorKind::AddrInUse => ("another program listens there", "name another port, or none to take the next that is free"),
        io::ErrorKind::PermissionDenied => ("it is not allowed", "name a port above 1023"),
        io::ErrorKind::AddrNotAvailable => {
            ("this machine does not have that address", "leave out `--host` to listen on this machine only")
        }
        _ => ("the system refuses", "name another port with `--port`"),
    };
    let diag = Diag::error(&code::NO_PORT, format!("cannot listen at `{}`: {reason}", std::net::SocketAddr::new(*host, port)));
    diag.hint(hint).into()
}

/// Says where the site is.
fn greet(listening: &Listening, env: &mut Env<'_>) -> io::Result<()> {
    let origin = listening.origin();
    match env.format {
        Format::Json => writeln!(env.out, "{}", serde_json::json!({ "address": format!("{origin}/") }))?,
        Format::Text => {
            writeln!(env.out, "{origin}/")?;
            if env.volume == Volume::Normal {
                writeln!(env.out, "Ctrl-C stops it")?;
            }
        }
    }
    if !listening.is_private() && env.volume == Volume::Normal {
        writeln!(env.err, "other machines can reach this address: it shows to everyone what visitors see")?;
    }
    env.out.flush()
}

/// Opens the creator's browser. One that cannot be started is no reason not to serve: the address is on the terminal.
fn browse(address: &str) {
    let program: &[&str] = match std::env::consts::OS {
        "macos" => &["open"],
        "windows" => &["rundll32", "url.dll,FileProtocolHandler"],
        _ => &["xdg-open"],
    };
    let mut command = Command::new(program[0]);
    let quiet = command.args(&program[1..]).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let _ = quiet.spawn();
}

/// The terminal: one line for each build, and what was found in it.
struct Terminal<'a, 'b> {
    env: &'a mut Env<'b>,
    watch: Stopwatch,
    is_first: bool,
}

impl Console for Terminal<'_, '_> {
    fn begin(&mut self) {
        self.watch = Stopwatch::start();
    }

    fn keyring(&mut self, plan: &Plan) -> Noted<Option<Arc<Keyring>>> {
        keyring::previewed(plan.site(), self.env)
    }

    fn done(&mut self, told: &Told<'_>) -> io::Result<()> {
        let was_first = std::mem::take(&mut self.is_first);
        let milliseconds = (self.watch.seconds() * 1000.0).round();
        self.env.report(told.news, told.source)?;
        if self.env.format == Format::Json {
            let changed: Vec<&str> = told.changed.iter().map(crate::id::SourcePath::as_str).collect();
            let line = serde_json::json!({
                "changed": changed, "milliseconds": milliseconds, "errors": told.errors, "warnings": told.warnings,
            });
            writeln!(self.env.out, "{line}")?;
        } else if self.env.volume == Volume::Normal {
            let what = match (told.changed.first(), told.changed.len()) {
                (Some(path), 1) => path.to_string(),
                (Some(path), count) => format!("{path} and {} more", count - 1),
                (None, _) if was_first => "ready".to_owned(),
                (None, _) => "looked through".to_owned(),
            };
            writeln!(self.env.out, "{what} · {milliseconds} ms{}", counted(told))?;
        }
        self.env.out.flush()
    }
}

/// How many errors and warnings stand, if any do.
fn counted(told: &Told<'_>) -> String {
    let count = |number: usize, one: &str| match number {
        0 => String::new(),
        1 => format!(" · 1 {one}"),
        number => format!(" · {number} {one}s"),
    };
    format!("{}{}", count(told.errors, "error"), count(told.warnings, "warning"))
}
