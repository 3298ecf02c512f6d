//! `serve`: a site's folder -> the site in a browser, as it is at this moment.
//!
//! ```text
//! watch    folder                      -> Changes      batches of paths
//! loop     Changes                     -> Shown        compiled by what changed; the last good site stays beside what is wrong
//! http     request, Shown              -> answer       pages are made when somebody looks at them
//! events   Shown                       -> open pages   each swaps what changed in it, or shows what is wrong
//! leading  Plan                        -> Lists        what pieces lead to, in the background, for the pages after it
//! ```
//!
//! The loop runs in the thread of the caller and alone writes what is shown; all other threads read it. Pages that nobody looks at are made in
//! the background for their findings, and dropped.
//!
//! Invariant: nothing is written but, for `--built`, the output of a build; nothing paid for is shown to another machine ([`Loopback`]).

mod answer;
mod background;
mod counter;
mod events;
mod findings;
mod generation;
mod http;
mod indexes;
mod leading;
mod loopback;
mod preview;
mod range;
mod request;
mod stage;
mod toolbar;
mod watch;
mod wire;

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;

use crate::access::Keyring;
use crate::compile::{Leader, Lists, Options};
use crate::diag::render::Source;
use crate::diag::{Diag, Noted};
use crate::id::{Route, SourcePath};
use crate::load::Changes;
use crate::make::Services;
use crate::plan::Plan;
use crate::world::Clock;

pub use counter::{Asked, Counter, Sheet};
pub use loopback::Loopback;
pub use watch::Watching;

use http::Desk;
use preview::{Preview, Threads};
use stage::Stage;
use watch::Watched;

/// Which port to listen at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// This one, or none.
    Only(u16),
    /// This one, or else the next that is free.
    From(u16),
}

/// What is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Pages made on demand, with the preview's tools.
    Preview,
    /// What a build writes to this folder, byte by byte.
    Built(PathBuf),
}

/// What a preview is of.
pub struct Settings<'a> {
    /// What is asked for besides the site's files.
    pub options: Options,
    /// What is served.
    pub mode: Mode,
    /// How changes are noticed.
    pub watching: Watching,
    /// The site's folder.
    pub root: PathBuf,
    /// Folders in it that are none of the site.
    pub ignored: Vec<PathBuf>,
    /// The date, asked with each build.
    pub clock: &'a dyn Clock,
    /// Who makes what is taken to other places.
    pub counter: Arc<dyn Counter>,
    /// What says what pieces lead to.
    pub leader: Leader,
}

/// Where a preview tells what it does.
pub trait Console {
    /// A build begins.
    fn begin(&mut self);

    /// What the output is sealed with, if there is anything to seal, and with what; for what a build would write.
    fn keyring(&mut self, plan: &Plan) -> Noted<Option<Arc<Keyring>>>;

    /// It is done.
    ///
    /// # Errors
    /// Those of the stream; they end the preview.
    fn done(&mut self, told: &Told<'_>) -> io::Result<()>;
}

/// What there is to tell of a build.
pub struct Told<'a> {
    /// The files that changed; none for the first build, and for what was found in pages later.
    pub changed: &'a BTreeSet<SourcePath>,
    /// What was not told before.
    pub news: &'a [Diag],
    /// How many errors stand.
    pub errors: usize,
    /// How many warnings stand.
    pub warnings: usize,
    /// The files that findings quote.
    pub source: &'a Source<'a>,
}

/// A server that listens and does not answer yet.
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
}

impl Listening {
    /// Listens at the first free port that will do.
    ///
    /// # Errors
    /// Those of the system, `AddrInUse` above all.
    pub fn bind(host: IpAddr, port: Port) -> io::Result<Self> {
        let (listener, address) = http::bind(host, port)?;
        Ok(Self { listener, address })
    }

    /// Scheme, host and port under which a browser on this machine reaches the server.
    #[must_use]
    pub fn origin(&self) -> String {
        let port = self.address.port();
        match self.address.ip() {
            ip if ip.is_unspecified() => format!("http://127.0.0.1:{port}"),
            IpAddr::V6(ip) => format!("http://[{ip}]:{port}"),
            IpAddr::V4(ip) => format!("http://{ip}:{port}"),
        }
    }

    /// Whether only this machine reaches the server.
    #[must_use]
    pub fn is_private(&self) -> bool {
        Loopback::of(self.address.ip()).is_some()
    }

    /// Serves a site until the console is closed.
    ///
    /// # Errors
    /// Those of the console, and of the system when it gives no threads.
    pub fn serve(self, settings: Settings<'_>, services: &Services, console: &mut dyn Console) -> io::Result<()> {
        let (sender, events) = mpsc::channel();
        let stage = Arc::new(Stage::default());
        let report = sender.clone();
        let desk = Desk {
            stage: stage.clone(),
            world: services.world.clone(),
            // When the loop is gone the program is about to end.
            report: Box::new(move |event| drop(report.send(event))),
            listening: self.address,
            loopback: Loopback::of(self.address.ip()),
            counter: settings.counter.clone(),
        };
        http::serve(self.listener, desk)?;
        let watched = Watched { root: settings.root.clone(), ignored: settings.ignored.clone(), watching: settings.watching };
        let tell = sender.clone();
        let watch = move || watch::watch(&watched, &|changes| tell.send(Event::Changed(changes)).is_ok());
        thread::Builder::new().name("watch".to_owned()).spawn(watch)?;
        let report = sender.clone();
        let leading = leading::start(settings.leader.clone(), move |event| drop(report.send(event)))?;
        let background = background::start(move |event| drop(sender.send(event)))?;
        let loopback = Loopback::of(self.address.ip());
        let threads = Threads { background, leading };
        Preview::new(settings, services.clone(), stage, threads).with_findings(loopback).run(&events, console)
    }
}

/// What the loop is told.
pub(crate) enum Event {
    /// Files may have changed.
    Changed(Changes),
    /// Something was found while a page was made.
    Found(Found),
    /// It is known what pieces lead to.
    Led(Lists),
}

/// What was found while a page was made.
pub(crate) struct Found {
    /// Of which generation.
    pub generation: u64,
    /// Which page.
    pub route: Route,
    /// What.
    pub diags: Vec<Diag>,
}
