//! `mail-log.yaml` <-> which issues of the newsletter were sent, to whom, with what in them. The file lies beside `site.yaml`, under git.
//!
//! Invariant: what was written is read again as it was.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::diag::{At, Diag, code};
use crate::id::{Lang, SourceId, SourcePath};
use crate::model::Moment;

/// The file's name, at the top of the site.
pub const FILE: &str = "mail-log.yaml";

/// What was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Issues, oldest first.
    pub issues: Vec<Issue>,
}

/// An issue of the newsletter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// The day it was sent.
    pub sent: Moment,
    /// The first day of what was new in it.
    pub since: Moment,
    /// Its language.
    pub lang: Lang,
    /// Whom it was for.
    pub audience: String,
    /// For which part of them, as `level:beginner`; none if for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// What it told of.
    pub pieces: Vec<SourceId>,
}

/// Who gets an issue.
#[derive(Clone, Copy, Debug)]
pub struct Readers<'a> {
    /// Their language.
    pub lang: &'a Lang,
    /// What they may read, as `free` or `tier:member`.
    pub audience: &'a str,
    /// Which part of them, as `level:beginner`.
    pub segment: Option<&'a str>,
}

/// What the file says of itself.
const HEAD: &str = "# Which issues of the newsletter were sent. `kmsite mail digest --since last` tells what is new by it.\n";

impl Log {
    /// Reads the file.
    ///
    /// # Errors
    /// A finding where it cannot be understood.
    pub fn read(text: &str) -> Result<Self, Box<Diag>> {
        if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            return Ok(Self::default());
        }
        serde_yaml::from_str(text).map_err(|error| {
            let diag = Diag::error(&code::BAD_MAIL_LOG, format!("`{FILE}` cannot be read: {error}"));
            Box::new(diag.at(At::file(&SourcePath::new(FILE))).hint("restore it from git: it tells which issues were sent"))
        })
    }

    /// The file's text.
    #[must_use]
    pub fn write(&self) -> String {
        // Dates, texts and lists: there is nothing in it that YAML could not hold.
        HEAD.to_owned() + &serde_yaml::to_string(self).unwrap_or_default()
    }

    fn of<'a>(&'a self, readers: Readers<'a>) -> impl Iterator<Item = &'a Issue> {
        self.issues.iter().filter(move |issue| {
            issue.lang == *readers.lang && issue.audience == readers.audience && issue.segment.as_deref() == readers.segment
        })
    }

    /// The first day that the issues for these readers told of.
    #[must_use]
    pub fn first_day(&self, readers: Readers<'_>) -> Option<Date> {
        self.of(readers).map(|issue| issue.since.date).min()
    }

    /// Whether an issue for these readers told of a piece.
    #[must_use]
    pub fn has(&self, readers: Readers<'_>, piece: &SourceId) -> bool {
        self.of(readers).any(|issue| issue.pieces.contains(piece))
    }
}
