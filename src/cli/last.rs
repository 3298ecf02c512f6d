//! What the last build was made of and what it said -> the same said again, if what it was made of and what it wrote both stand.
//!
//! A build is a function of its inputs, so that nothing need be compiled to know its end. Kept is what a build said that went well, in
//! `.kmsite/cache`; whatever is in doubt is built. Invariant: what is said again is what a whole build would say, its times apart.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::build::{BuildArgs, guarded_out};
use super::keyring;
use super::open::{Loaded, Opened};
use super::summary::Totals;
use super::{Env, Format};
use crate::compile::Fingerprint;
use crate::diag::render::Colour;
use crate::diag::{Code, Diag, code};
use crate::disk;
use crate::emit::{Output, Report};
use crate::id::Hash;

/// The name of what is kept, in the cache.
const NAME: &str = "build";
/// Findings about the moment of a build, which the next one would not make again.
const OF_THE_MOMENT: [&Code; 2] = [&code::EDITED_OUTPUT, &code::NO_CACHE];

/// What is kept of a build.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    /// The hash of its inputs.
    inputs: String,
    /// The mark of its output.
    output: String,
    /// The mark of what it made for a server to hand out, if that was asked for.
    guarded: Option<String>,
    said: Said,
}

/// What a build said.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Said {
    /// Its findings, as they were written.
    pub findings: String,
    /// Its summary.
    pub totals: Totals,
}

/// What the last build said and wrote, of which all stands.
pub(super) struct Last {
    /// What it said.
    pub said: Said,
    /// What it would report of its output.
    pub report: Report,
    /// The folder of what a server hands out to those who paid, if there is one.
    pub guarded: Option<(PathBuf, Report)>,
}

/// The folders of a build.
pub(super) struct Outputs {
    /// That of the site.
    pub public: Output,
    /// That of what a server hands out to those who paid.
    pub guarded: Option<Output>,
}

/// The inputs of a build that may be known again.
pub(super) struct Inputs {
    site: Fingerprint,
    hash: Hash,
}

impl Inputs {
    /// All that the output and the words of a build depend on; `None` if nothing may be relied on or kept.
    ///
    /// Whatever else a build is given than files and options, as the keys, belongs here.
    ///
    /// Flags that change neither (`--threads`, `--quiet`), or change nothing where nothing is written (`--explain`), are not among them.
    pub(super) fn of(args: &BuildArgs, loaded: &Loaded, env: &Env<'_>) -> Option<Self> {
        let program = env.program.filter(|_| !args.no_cache)?;
        let site = loaded.fingerprint()?;
        let format = match (env.format, env.colour) {
            (Format::Json, _) => "json",
            (Format::Text, Colour::Never) => "text",
            (Format::Text, Colour::Always) => "colour",
        };
        let strictness = if args.strict { "strict" } else { "lenient" };
        let out = loaded.out.as_os_str().as_encoded_bytes();
        let keys = if args.public_only { Hash::of(b"none") } else { keyring::mark(env)? };
        let hash = Hash::of_parts(&[&program.0, &site.hash.0, out, format.as_bytes(), strictness.as_bytes(), &keys.0]);
        Some(Self { site, hash })
    }

    /// What the last build said, if this would be the same again; the output folders are opened for that, and may be another build's just now.
    pub(super) fn last(&self, loaded: &Loaded, env: &Env<'_>) -> Option<Last> {
        let kept = disk::kept(&env.root.join(".kmsite"), NAME)?;
        let kept: Kept = serde_json::from_str(&kept).ok().filter(|kept: &Kept| kept.inputs == self.hash.hex())?;
        // Errors are met again, and told, by the build that follows.
        let output = Output::try_open(&loaded.out).ok()??;
        let report = standing(&output, &kept.output)?;
        let guarded = match &kept.guarded {
            None => None,
            Some(mark) => {
                let folder = guarded_out(&loaded.out);
                let report = standing(&Output::try_open(&folder).ok()??, mark)?;
                Some((folder, report))
            }
        };
        Some(Last { said: kept.said, report, guarded })
    }

    /// Keeps what a build said that was committed. Failure to keep it is no error.
    ///
    /// Not if a file changed while it was at work, nor if something was found that a build right after it would not find.
    pub(super) fn keep(&self, said: Said, opened: &Opened, (outputs, env): (&Outputs, &Env<'_>)) {
        let is_passing = |diag: &Diag| OF_THE_MOMENT.iter().any(|code| code.id == diag.code.id);
        let guarded = outputs.guarded.as_ref().and_then(Output::mark);
        let Some(mark) =
            outputs.public.mark().filter(|_| !opened.diags.iter().any(is_passing) && self.site.holds(&*opened.world))
        else {
            return;
        };
        let kept = Kept { inputs: self.hash.hex(), output: mark.hex(), guarded: guarded.map(|mark| mark.hex()), said };
        let _ = serde_json::to_string(&kept).map(|text| disk::keep(&env.root.join(".kmsite"), NAME, &text));
    }
}

/// What a build would report that makes what has this mark; `None` if that does not stand.
fn standing(output: &Output, mark: &str) -> Option<Report> {
    if output.mark()?.hex() == mark { output.standing().ok()? } else { None }
}
