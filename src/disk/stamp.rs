//! When a file was last touched, by the file system's own clock.
//!
//! Stamps are compared with each other only, never with the time of day.

use std::fs::Metadata;

use serde::{Deserialize, Serialize};

/// Seconds and nanoseconds since the epoch.
type Time = (i64, i64);

/// The times of a file that a change of its content moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// When its content was written, as programs may set it.
    modified: Time,
    /// When its content, name or permissions changed, as no program can set it. Where there is no such time, `modified`.
    changed: Time,
}

impl Stamp {
    /// The stamp of a file.
    #[cfg(unix)]
    pub(crate) fn of(meta: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self { modified: (meta.mtime(), meta.mtime_nsec()), changed: (meta.ctime(), meta.ctime_nsec()) }
    }

    /// The stamp of a file.
    #[cfg(not(unix))]
    pub(crate) fn of(meta: &Metadata) -> Self {
        let since_epoch = |time: std::time::SystemTime| time.duration_since(std::time::SystemTime::UNIX_EPOCH).ok();
        let modified = meta
            .modified()
            .ok()
            .and_then(since_epoch)
            .map_or((i64::MAX, 0), |time| (time.as_secs() as i64, i64::from(time.subsec_nanos())));
        Self { modified, changed: modified }
    }

    /// Whether a file with this stamp was surely not touched since a file with the `later` stamp was.
    ///
    /// File systems count in steps of some milliseconds: within the same step nothing is sure.
    pub(crate) fn before(self, later: Self) -> bool {
        self.modified < later.modified && self.changed < later.changed
    }
}
