//! How a command ends: findings and errors -> exit codes.
//!
//! 0 all is well (or nobody reads on) · 1 the content is wrong · 2 configuration or command line · 3 files and streams · 70 our fault.
//! Source of 70: `EX_SOFTWARE` of BSD's `sysexits.h`. Invariant: each error is classified here and nowhere else.

use std::io;
use std::process::ExitCode;

use crate::config;
use crate::diag::{Diag, Severity, code};

/// The end of a command that gave an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing is wrong.
    Done,
    /// The content has errors.
    Content,
    /// The configuration has errors.
    Config,
}

/// Whether warnings count as errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// They do not.
    Lenient,
    /// They do (`--strict`).
    Strict,
}

impl Exit {
    /// The end that findings lead to; wrong configuration counts before wrong content.
    #[must_use]
    pub fn of(diags: &[Diag], strictness: Strictness) -> Self {
        let grave = |diag: &&Diag| diag.severity == Severity::Error || strictness == Strictness::Strict;
        diags.iter().filter(grave).fold(Self::Done, |exit, diag| match exit {
            Self::Config => exit,
            _ if is_config(diag) => Self::Config,
            _ => Self::Content,
        })
    }
}

/// Whether a finding is about `site.yaml`, another file of settings, the keys or the command line, and not about a piece.
fn is_config(diag: &Diag) -> bool {
    let in_settings = diag.at.as_ref().is_none_or(|at| matches!(at.file.extension().as_str(), "yaml" | "yml" | "toml"));
    let in_site_file = diag.at.as_ref().is_some_and(|at| at.file.as_str() == config::FILE);
    let about_keys = [&code::NO_KEY, &code::OTHER_KEY, &code::NO_MEMBERS, &code::BAD_MEMBERS].contains(&diag.code);
    in_site_file || about_keys || *diag.code == code::OUT_INSIDE_CONTENT || diag.code.id.starts_with("KM02") && in_settings
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Content => 1,
            Exit::Config => 2,
        })
    }
}

/// What keeps a command from an answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It was asked for what cannot be done.
    #[error("{}", .0.message)]
    Usage(Box<Diag>),
    /// A file or stream refused.
    #[error("cannot {doing}: {source}")]
    Io {
        /// What was tried, as `read \`site.yaml\``.
        doing: String,
        /// Why it failed.
        source: io::Error,
    },
    /// Something happened that should not.
    #[error("{0} (this is a fault of kmsite)")]
    Internal(String),
}

impl Failure {
    /// For `map_err`: an error of the file system, told with what was tried.
    pub fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing: doing.into(), source }
    }

    /// The failure as a finding; `None` for a fault of ours, of which there is nothing to do.
    #[must_use]
    pub fn diag(&self) -> Option<Diag> {
        match self {
            Self::Usage(diag) => Some(Diag::clone(diag)),
            Self::Io { source, .. } => Some(Diag::error(&code::REFUSED, self.to_string()).hint(remedy(source.kind()))),
            Self::Internal(_) => None,
        }
    }

    /// Whether nobody reads the answer any more, as in `kmsite explain | head -1`. That is no error.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// What to do when the system refuses.
const fn remedy(kind: io::ErrorKind) -> &'static str {
    use io::ErrorKind::{
        AlreadyExists, IsADirectory, NotADirectory, NotFound, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
    };
    match kind {
        PermissionDenied => "look at the permissions of the file and of the folders above it",
        ReadOnlyFilesystem => "choose a folder that can be written to",
        StorageFull | QuotaExceeded => "make room on the disk, then try again",
        AlreadyExists | IsADirectory | NotADirectory => {
            "choose another path: a file stands where a folder is needed, or the other way round"
        }
        NotFound => "look whether the path is right",
        _ => "try again; if it stays so, look at the disk",
    }
}

impl From<Diag> for Failure {
    fn from(diag: Diag) -> Self {
        Self::Usage(Box::new(diag))
    }
}

impl From<io::Error> for Failure {
    fn from(source: io::Error) -> Self {
        Self::Io { doing: "write the answer".to_owned(), source }
    }
}

impl From<&Failure> for ExitCode {
    fn from(failure: &Failure) -> Self {
        Self::from(match failure {
            Failure::Io { .. } if failure.is_broken_pipe() => 0,
            Failure::Usage(_) => 2,
            Failure::Io { .. } => 3,
            Failure::Internal(_) => 70,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{At, code};
    use crate::id::SourcePath;

    #[test]
    fn wrong_configuration_counts_before_wrong_content() {
        let at = |file: &str| At::file(&SourcePath::new(file));
        let content = Diag::error(&code::UNKNOWN_TIER, "x").at(at("content/a.md"));
        let front = Diag::error(&code::BAD_YAML, "x").at(at("content/a.md"));
        let config = Diag::error(&code::BAD_YAML, "x").at(at("site.yaml"));
        let variable = Diag::error(&code::BAD_OVERRIDE, "x");
        let warning = Diag::warning(&code::NO_BASE_URL, "x").at(at("site.yaml"));
        let of = |diags: &[&Diag], strictness| Exit::of(&diags.iter().copied().cloned().collect::<Vec<_>>(), strictness);
        assert_eq!(of(&[], Strictness::Strict), Exit::Done);
        assert_eq!(of(&[&warning], Strictness::Lenient), Exit::Done);
        assert_eq!(of(&[&warning], Strictness::Strict), Exit::Config);
        assert_eq!(of(&[&content, &front], Strictness::Lenient), Exit::Content);
        assert_eq!(of(&[&content, &config], Strictness::Lenient), Exit::Config);
        assert_eq!(of(&[&variable, &content], Strictness::Lenient), Exit::Config);
    }
}
