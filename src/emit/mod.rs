//! Makes everything a plan names and commits it to the output folder at once: the only writer of output.
//!
//! It knows addresses and bytes, no model and no plan: [`Source`] stands for both. Artifacts are made in parallel and staged one by one, so
//! that memory holds those in flight only; what the folder holds already is not written again.
//!
//! # The commit
//!
//! Three names in the output folder are kmsite's own:
//!
//! | name | holds | lives |
//! |---|---|---|
//! | `.kmsite-manifest` | what kmsite wrote: hashes of names and contents | always; travels with the folder |
//! | `.kmsite-lock` | nothing; locked by the build at work | always |
//! | `.kmsite-stage/` | staged files and the journal | during a build |
//!
//! Staging lies inside the output folder because only there a rename is sure to stay on one file system. Then, in this order:
//!
//! 1. All artifacts are made and staged. An error or the caller's veto ends it here: staging is removed, the site untouched.
//! 2. Every file of the site to be, staged or standing, is shown to an [`Inspector`], whose errors end it too. Then what stands in the way is looked for. A file that kmsite did not write is never replaced by another content, and never removed.
//! 3. Staged files are synced, then the journal is written and synced. Killed before that, the old site stands.
//! 4. The journal is carried out: files at new addresses, then pages at new addresses, then changed files, then changed pages,
//!    deletions last (pages before other files), so that at every moment whatever a page loads is there. Killed meanwhile, [`recover`] completes it.
//!
//! Being killed is what is guaranteed. After a power cut the same holds on Linux; elsewhere single files may be torn, and the next build
//! finds them by their length and writes them again.
//!
//! # The manifest
//!
//! It may be uploaded with the site, so it names no address (an unlisted file's only lock is its name): it has the hash of each name. It is the
//! same for the same site. What was touched after the manifest was committed, by the times of the file system, is compared by content.
//!
//! Invariant: the output folder is the old site or the finished one, or `recover` makes it so.

mod commit;
mod finished;
mod journal;
mod manifest;
mod obstacle;
mod output;
mod place;
mod stage;

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

use rayon::prelude::*;

use crate::artifact::Artifact;
use crate::diag::{Diag, Noted, code};
use crate::disk::OUTPUT_MARK;
use crate::id::{Hash, Route, SourcePath};

use self::journal::Journal;
use self::manifest::Manifest;
use self::stage::{Made, Stage};

pub use self::finished::{Finished, Inspector, Nobody, finished};
pub use self::output::{Output, recover};
pub use self::place::check_out;

/// The manifest's name in an output folder: the mark by which such a folder is known, and not read.
const MANIFEST: &str = OUTPUT_MARK;
/// The name of the file that the build at work has locked.
const LOCK: &str = ".kmsite-lock";
/// The name of the staging folder.
const STAGE: &str = ".kmsite-stage";

/// What there is to write: recipes by number, and the files that artifacts are copies of.
pub trait Source: Sync {
    /// How many recipes there are.
    fn count(&self) -> usize;

    /// Makes the artifacts of one recipe. Called once for each, from several threads.
    fn make(&self, index: usize) -> Noted<Vec<(Route, Artifact)>>;

    /// A source file as a stream.
    ///
    /// # Errors
    /// Those of the file system.
    fn open(&self, path: &SourcePath) -> io::Result<Box<dyn Read + Send>>;

    /// The hash of a source file's content.
    ///
    /// # Errors
    /// Those of the file system.
    fn hash(&self, path: &SourcePath) -> io::Result<Hash>;
}

/// A source of nothing: whatever a folder holds of an earlier build goes.
pub struct Nothing;

impl Source for Nothing {
    fn count(&self) -> usize {
        0
    }

    fn make(&self, _: usize) -> Noted<Vec<(Route, Artifact)>> {
        Noted::new(Vec::new(), Vec::new())
    }

    fn open(&self, path: &SourcePath) -> io::Result<Box<dyn Read + Send>> {
        Err(io::Error::new(io::ErrorKind::NotFound, path.as_str()))
    }

    fn hash(&self, path: &SourcePath) -> io::Result<Hash> {
        Err(io::Error::new(io::ErrorKind::NotFound, path.as_str()))
    }
}

/// Why a file was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// The last build did not write it.
    New,
    /// The last build wrote another content.
    Changed,
    /// The last build wrote the same, and it is not there any more, or was touched since.
    Lost,
}

/// What became of a build.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// Whether the output folder holds what was made; if not, it is as it was.
    pub committed: bool,
    /// Files of the site.
    pub files: usize,
    /// Length of all files of the site, in bytes.
    pub bytes: u64,
    /// Files that were written.
    pub written: usize,
    /// Files that were left as they are.
    pub unchanged: usize,
    /// Files that were removed.
    pub removed: usize,
    /// The written files by name, each with the reason.
    pub reasons: Vec<(Route, Reason)>,
}

/// Who has a say before anything is committed.
#[derive(Clone, Copy)]
pub struct Checks<'a> {
    /// Looks at every file.
    pub inspector: &'a dyn Inspector,
    /// Sees all findings, and says whether to stop.
    pub veto: &'a dyn Fn(&[Diag]) -> bool,
}

impl<'a> Checks<'a> {
    /// A veto, and nobody who looks at files.
    #[must_use]
    pub fn veto(veto: &'a dyn Fn(&[Diag]) -> bool) -> Self {
        Self { inspector: &finished::Nobody, veto }
    }
}

/// A folder to be written, with what goes into it.
pub struct Tree<'a> {
    /// What there is to write.
    pub source: &'a dyn Source,
    /// The folder.
    pub output: &'a mut Output,
    /// Looks at every file.
    pub inspector: &'a dyn Inspector,
}

/// Makes all artifacts of a source and commits them to the output folder.
///
/// Nothing is committed if there is an error among the findings, those of the inspector counted, or if the veto says so. The findings are in the order
/// of the recipes.
///
/// # Errors
/// Those of the file system while writing, with the file named. The old site is untouched, unless the message says that the next build
/// completes the commit.
pub fn emit(source: &dyn Source, output: &mut Output, checks: Checks<'_>) -> io::Result<Noted<Report>> {
    let tree = Tree { source, output, inspector: checks.inspector };
    Ok(emit_together(&mut [tree], checks.veto)?.map(|reports| reports.into_iter().next().unwrap_or_default()))
}

/// [`emit`] for several folders: all are committed, or none is.
///
/// All journals are written before the first is carried out, and one that cannot be written takes the others back. Killed between two journals,
/// the next build completes the folders before and writes the others anew.
///
/// # Errors
/// Those of [`emit`].
pub fn emit_together(trees: &mut [Tree<'_>], veto: &dyn Fn(&[Diag]) -> bool) -> io::Result<Noted<Vec<Report>>> {
    let mut diags = Vec::new();
    let staged = trees.iter().map(|tree| Ok(stage(tree)?.take(&mut diags))).collect::<io::Result<Vec<Staged<'_>>>>()?;
    let noted = Noted::new((), diags);
    if noted.has_errors() || veto(&noted.diags) {
        let as_it_was = |Report { files, bytes, .. }| Report { files, bytes, ..Report::default() };
        return Ok(noted.map(|()| staged.into_iter().map(|staged| as_it_was(staged.report)).collect()));
    }
    for (number, tree) in staged.iter().enumerate() {
        if let Err(error) = tree.promise() {
            staged[..number].iter().for_each(Staged::withdraw);
            return Err(error);
        }
    }
    let reports = staged.into_iter().map(Staged::commit).collect::<io::Result<Vec<_>>>()?;
    for (tree, (_, is_changed)) in trees.iter_mut().zip(&reports) {
        if *is_changed {
            tree.output.reload()?;
        }
    }
    Ok(noted.map(|()| reports.into_iter().map(|(report, _)| report).collect()))
}

/// A folder of which everything is ready to be committed, or of which something is wrong.
struct Staged<'a> {
    stage: Stage<'a>,
    /// What is to be committed, if anything is to be.
    change: Option<(Journal, Manifest)>,
    report: Report,
}

impl Staged<'_> {
    /// Writes the journal.
    fn promise(&self) -> io::Result<()> {
        self.change.as_ref().map_or(Ok(()), |(journal, manifest)| self.stage.promise(journal, manifest))
    }

    /// Takes the journal back.
    fn withdraw(&self) {
        if self.change.is_some() {
            self.stage.withdraw();
        }
    }

    /// Carries the journal out; returns also whether there was one.
    fn commit(self) -> io::Result<(Report, bool)> {
        let report = Report { committed: true, ..self.report };
        match self.change {
            Some((journal, _)) => self.stage.commit(&journal).map(|()| (report, true)),
            None => Ok((report, false)),
        }
    }
}

/// Makes and stages everything that goes into a folder, and plans its commit.
fn stage<'a>(tree: &'a Tree<'_>) -> io::Result<Noted<Staged<'a>>> {
    let Tree { source, output, inspector } = tree;
    let stage = Stage::create(output)?;
    let made: Vec<_> = (0..source.count()).into_par_iter().map(|index| stage.make(*source, index)).collect::<io::Result<_>>()?;

    let mut diags = Vec::new();
    let mut files: Vec<Made> = made.into_iter().flat_map(|noted| noted.take(&mut diags)).collect();
    one_for_each(&mut files, &mut diags);
    let mut report = Report { files: files.len(), bytes: files.iter().map(|made| made.content.len).sum(), ..Report::default() };
    let noted = Noted::new((), diags);
    if noted.has_errors() {
        return Ok(noted.map(|()| Staged { stage, change: None, report }));
    }

    let mut diags = noted.diags;
    let look = |made: &Made| inspector.inspect(&stage.finished(made));
    diags.extend(files.par_iter().map(look).collect::<io::Result<Vec<_>>>()?.into_iter().flatten());
    let manifest: Manifest = files.iter().map(|made| (made.key, made.content)).collect();
    let journal = commit::plan(output, &files, &manifest)?.take(&mut diags);
    report.written = journal.written();
    report.removed = journal.removed();
    report.unchanged = report.files - report.written;
    report.reasons = files.iter().filter_map(|made| Some((made.route.clone(), made.staged.as_ref()?.1))).collect();
    let is_change = !journal.is_empty() || manifest != output.manifest || output.is_new();
    Ok(Noted::new(Staged { stage, change: is_change.then_some((journal, manifest)), report }, diags))
}

/// Sorts the files by name and keeps one for each; reports those that only a file system can tell apart, or cannot.
fn one_for_each(files: &mut Vec<Made>, diags: &mut Vec<Diag>) {
    files.sort_by(|a, b| a.file.cmp(&b.file));
    files.dedup_by(|later, first| {
        let same_file = later.file == first.file;
        if same_file && later.content != first.content {
            let message = format!("two contents were made for the address `{}`", first.route);
            diags.push(Diag::error(&code::ROUTE_TAKEN, message).hint("give one of them another `slug:` or `path:`"));
        }
        same_file
    });
    let mut folded: BTreeMap<String, &Route> = BTreeMap::new();
    for made in &*files {
        if let Some(first) = folded.insert(made.file.to_lowercase(), &made.route) {
            let message = format!("the addresses `{first}` and `{}` differ only in case", made.route);
            let hint = "give one of them another `slug:`: on Windows and macOS both are the same file";
            diags.push(Diag::warning(&code::CASE_CLASH, message).hint(hint));
        }
    }
}

/// Says in an error what could not be done to which file.
fn cannot(verb: &'static str, path: &Path) -> impl FnOnce(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("cannot {verb} `{}`: {error}", path.display()))
}
