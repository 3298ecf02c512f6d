//! The loop: what may have changed -> what is shown.
//!
//! One build for each batch of changes, and one when it is known what pieces lead to; until then those lists are shown that were known before. What may be half an edit (a text that has become empty or went away, a new error) waits a little for the
//! other half. Other machines are told how many findings there are, and no more of them. Invariant: as long as there is an error, the last good
//! site is what is served.

use std::collections::BTreeSet;
use std::io;
use std::mem::{replace, take};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use rayon::prelude::*;
use serde_json::json;

use super::answer::generation_name;
use super::findings::Findings;
use super::generation::Generation;
use super::indexes::Indexes;
use super::stage::{Served, Shown, Stage};
use super::{Console, Event, Found, Loopback, Mode, Settings, Told, toolbar};
use crate::compile::{Compiled, Compiler, Lists};
use crate::diag::{Diag, Noted, Severity, code};
use crate::emit::{self, Checks, Output};
use crate::id::{Route, SourcePath};
use crate::load::Changes;
use crate::make::{Making, Services};
use crate::plan::Plan;
use crate::theme::Theme;

/// How long an edit that looks like half of one waits for the other half. Editors that empty a file first write it within a few
/// milliseconds; busy machines take longer, and programs that write slowly are seen as they are.
const SECOND_HALF: Duration = Duration::from_millis(150);
/// How often it waits.
const HALVES: usize = 4;
/// What a page that cannot be shown says of it to other machines.
const ELSEWHERE: &str = "The site cannot be shown. The terminal of its author tells why.";
/// How many open pages are made before they are asked for.
const AT_HAND: usize = 4;

/// The threads that work while nobody waits. They end with the program only.
pub(super) struct Threads {
    /// Looks through the pages of a site.
    pub background: Sender<Arc<Generation>>,
    /// Says what its pieces lead to.
    pub leading: Sender<Arc<Plan>>,
}

/// A preview at work.
pub(super) struct Preview<'a> {
    settings: Settings<'a>,
    services: Services,
    compiler: Compiler,
    stage: Arc<Stage>,
    threads: Threads,
    /// What pieces lead to, as far as it is known.
    lists: Lists,
    findings: Findings,
    /// The search indexes that were made last.
    indexes: Arc<Indexes>,
    /// The proof that nobody else sees what is shown, if nobody does.
    loopback: Option<Loopback>,
    /// The site that is served, and the last one in which nothing was wrong.
    served: Served,
    /// Where what was served before goes to fall apart: that takes a while with a large site, and nobody should wait for it.
    retired: Sender<Served>,
    /// The theme of the last build, whose files findings may quote.
    theme: Option<Arc<Theme>>,
    /// Builds so far.
    number: u64,
    /// The pages of the site that is served that could not be made.
    broken: BTreeSet<Route>,
    /// What came while the loop waited for something else.
    pending: Vec<Event>,
}

impl<'a> Preview<'a> {
    /// A preview of which nothing is shown yet.
    pub(super) fn new(settings: Settings<'a>, services: Services, stage: Arc<Stage>, threads: Threads) -> Self {
        let compiler = Compiler::new(settings.options.clone());
        Self {
            settings,
            services,
            compiler,
            stage,
            threads,
            lists: Noted::clean(Arc::default()),
            findings: Findings::default(),
            indexes: Arc::default(),
            loopback: None,
            served: Served::Nothing,
            retired: retirement(),
            theme: None,
            number: 0,
            broken: BTreeSet::new(),
            pending: Vec::new(),
        }
    }

    /// The same preview, which shows findings as well, if there is the proof that nobody else sees them.
    pub(super) fn with_findings(self, loopback: Option<Loopback>) -> Self {
        Self { loopback, ..self }
    }

    /// Builds with each batch of changes, until the console is closed.
    pub(super) fn run(mut self, events: &Receiver<Event>, console: &mut dyn Console) -> io::Result<()> {
        loop {
            let event = if self.pending.is_empty() { events.recv().ok() } else { Some(self.pending.remove(0)) };
            match event {
                None => return Ok(()),
                Some(Event::Changed(changes)) => {
                    console.begin();
                    if let Some(changed) = self.build(&changes, events, console) {
                        self.show();
                        self.tell(&changed, console)?;
                    }
                }
                Some(Event::Found(found)) => {
                    if self.add(found) {
                        self.show();
                        self.tell_news(console)?;
                    }
                }
                Some(Event::Led(lists)) => {
                    if self.lead(lists, console) {
                        self.show();
                        self.tell_news(console)?;
                    }
                }
            }
        }
    }

    /// Builds what changed; `None` if nothing did.
    fn build(&mut self, changes: &Changes, events: &Receiver<Event>, console: &mut dyn Console) -> Option<BTreeSet<SourcePath>> {
        let world = self.services.world.clone();
        let is_first = self.number == 0;
        let mut changed = self.compiler.read(&*world, changes);
        if changed.is_empty() && !is_first {
            return None;
        }
        let was_good = self.findings.counts().0 == 0 && !is_first;
        let mut compiled = None;
        for _ in 0..HALVES {
            let half_written = !is_first && changed.iter().any(|path| self.is_void(path));
            if !half_written {
                compiled = Some(self.compile());
            }
            if !(half_written || was_good && compiled.as_ref().is_some_and(Noted::has_errors)) {
                break;
            }
            let Some(more) = self.more(events) else { break };
            changed.append(&mut self.compiler.read(&*world, &more));
            compiled = None;
        }
        let compiled = compiled.unwrap_or_else(|| self.compile());
        if is_first {
            changed.clear();
        }
        let plan = (!compiled.has_errors()).then(|| compiled.value.plan.clone());
        self.take(compiled, &changed, console);
        let _ = plan.map(|plan| self.threads.leading.send(plan));
        Some(changed)
    }

    /// Builds anew with other lists; returns whether they are others.
    fn lead(&mut self, lists: Lists, console: &mut dyn Console) -> bool {
        if self.lists.value == lists.value && self.lists.diags == lists.diags {
            return false;
        }
        self.lists = lists;
        let compiled = self.compile();
        self.take(compiled, &BTreeSet::new(), console);
        true
    }

    fn compile(&mut self) -> Noted<Compiled> {
        self.compiler.options.today = self.settings.clock.today();
        let lists = &self.lists;
        self.compiler.compile_with(&*self.services.world, &|_| lists.clone())
    }

    /// Whether a text is empty or away, as between two steps of an editor that saves.
    fn is_void(&self, path: &SourcePath) -> bool {
        matches!(path.extension().as_str(), "md" | "markdown" | "yaml" | "html" | "css" | "js")
            && self.compiler.length(path).is_none_or(|length| length == 0)
    }

    /// What changes within a little while.
    fn more(&mut self, events: &Receiver<Event>) -> Option<Changes> {
        loop {
            match events.recv_timeout(SECOND_HALF) {
                Ok(Event::Changed(changes)) => return Some(changes),
                Ok(event) => self.pending.push(event),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// Takes a build over: its site if nothing is wrong with it, and in any case its findings.
    fn take(&mut self, compiled: Noted<Compiled>, changed: &BTreeSet<SourcePath>, console: &mut dyn Console) {
        self.number += 1;
        let is_good = !compiled.has_errors();
        let Noted { value: compiled, mut diags } = compiled;
        self.theme = Some(compiled.theme.clone());
        if is_good {
            let making = |services: Services| Making::new(compiled.plan.clone(), services);
            let served = match &self.settings.mode {
                Mode::Built(folder) => {
                    let base_path = compiled.plan.site().config.base_path().into();
                    let keyring = console.keyring(&compiled.plan).take(&mut diags);
                    diags.append(&mut write(&making(Services { keyring, ..self.services.clone() }), folder));
                    Served::Built { folder: Arc::new(folder.clone()), base_path }
                }
                Mode::Preview => {
                    let before = self.last_good();
                    let making = making(self.services.clone());
                    let now = Arc::new(Generation::new(self.number, compiled.plan, making, self.indexes.clone()));
                    diags.append(&mut self.look_at_open_pages(&now));
                    let _ = self.threads.background.send(now.clone());
                    Served::Made { now, before }
                }
            };
            self.serve(served);
        }
        let source = self.source();
        self.findings.replace(diags, changed, &source);
    }

    /// Serves another site, and lets the one before go.
    fn serve(&mut self, served: Served) {
        let before = replace(&mut self.served, served);
        self.stage.serve(&self.served);
        // Without the thread it falls apart here.
        let _ = self.retired.send(before);
    }

    /// The last site in which nothing was found wrong, as the next one comes.
    fn last_good(&self) -> Option<Arc<Generation>> {
        match &self.served {
            Served::Made { now, .. } if self.broken.is_empty() => Some(now.clone()),
            Served::Made { before, .. } => before.clone(),
            Served::Built { .. } | Served::Nothing => None,
        }
    }

    /// Makes the pages that are open and those that could not be made before, so that they are at hand.
    fn look_at_open_pages(&mut self, now: &Generation) -> Vec<Diag> {
        let base = now.plan().site().config.base_path().trim_end_matches('/');
        let open = self.stage.open_pages();
        let open = open.iter().filter_map(|page| page.as_str().strip_prefix(base)).map(Route::new);
        let mut routes: BTreeSet<Route> = open.take(AT_HAND).collect();
        routes.extend(take(&mut self.broken).into_iter().take(AT_HAND));
        let pages: Vec<_> = routes.into_par_iter().filter_map(|route| Some((now.page(&route, None)?, route))).collect();
        let mut diags = Vec::new();
        for (page, route) in pages {
            if !page.is_good() {
                self.broken.insert(route);
            }
            diags.extend(page.diags.iter().cloned());
        }
        diags
    }

    /// Takes over what was found in pages of the site that is served. Returns whether it is anything new.
    fn add(&mut self, found: Found) -> bool {
        let is_current = matches!(&self.served, Served::Made { now, .. } if now.number == found.generation);
        if is_current && found.diags.iter().any(|diag| diag.severity == Severity::Error) {
            self.broken.insert(found.route);
        }
        let source = self.source();
        is_current && self.findings.add(found.diags, &source)
    }

    /// Gives the files that findings quote: the site's, and those of the theme that is built in.
    fn source(&self) -> impl Fn(&SourcePath) -> Option<Vec<u8>> + use<> {
        let (world, theme) = (self.services.world.clone(), self.theme.clone());
        move |path| world.read(path).ok().or_else(|| theme.as_ref()?.source(path).map(<[u8]>::to_vec))
    }

    /// Puts on the stage what there is to show.
    fn show(&self) {
        let source = self.source();
        let (errors, warnings) = self.findings.counts();
        let mut told = json!({
            "generation": generation_name(0),
            "errors": errors,
            "warnings": warnings,
            "findings": self.loopback.as_ref().map_or_else(Vec::new, |here| self.findings.drawn(here, &source)),
        });
        if let Served::Made { now, .. } = &self.served {
            told["generation"] = generation_name(now.number).into();
            told["counter"] = self.loopback.is_some().into();
            told["site"] = json!(toolbar::choices(now.plan(), self.loopback.as_ref()));
        }
        let trouble = self.loopback.as_ref().map_or_else(|| ELSEWHERE.to_owned(), |here| self.findings.trouble(here, &source));
        self.stage.show(Shown { served: self.served.clone(), told: told.to_string().into(), trouble: trouble.into() });
    }

    /// Tells what was not told before, if there is any.
    fn tell_news(&self, console: &mut dyn Console) -> io::Result<()> {
        if self.findings.news().is_empty() { Ok(()) } else { self.tell(&BTreeSet::new(), console) }
    }

    fn tell(&self, changed: &BTreeSet<SourcePath>, console: &mut dyn Console) -> io::Result<()> {
        let (errors, warnings) = self.findings.counts();
        let source = self.source();
        console.done(&Told { changed, news: &self.findings.news(), errors, warnings, source: &source })
    }
}

/// Starts the thread in which what is sent falls apart.
fn retirement() -> Sender<Served> {
    let (sender, retired) = mpsc::channel();
    // If there is no thread to be had, nobody takes what is sent, and it stays where it is.
    let _ = thread::Builder::new().name("retirement".to_owned()).spawn(move || retired.into_iter().for_each(drop::<Served>));
    sender
}

/// Writes the site as `build` does; returns what was found.
fn write(making: &Making, folder: &Path) -> Vec<Diag> {
    let is_wrong = |diags: &[Diag]| diags.iter().any(|diag| diag.severity == Severity::Error);
    let written = Output::open(folder, &|| ()).and_then(|mut output| emit::emit(making, &mut output, Checks::veto(&is_wrong)));
    match written {
        Ok(report) => report.diags,
        Err(error) => {
            let message = format!("the site cannot be written: {error}");
            vec![Diag::error(&code::REFUSED, message).hint("look at the disk and at the permissions of the folder")]
        }
    }
}
