//! The machine itself behind the traits of `world`: files, a cache on disk, and the date.
//!
//! Nothing here knows what files mean. What is kept between builds lies in `.kmsite/cache` in the site's folder: losing it costs time only. What
//! commands keep beside the sources, the master key above all, is written by `own`. Invariant: a build never writes a source file.

mod cache;
mod clock;
mod dimensions;
mod facts;
mod kept;
pub mod outbox;
pub mod own;
mod pack;
mod program;
pub(crate) mod stamp;
mod state;
mod walk;
mod world;

pub use cache::DiskCache;
pub use clock::SystemClock;
pub use kept::{keep, kept};
pub use program::program_mark;
pub use world::DiskWorld;

/// The file that marks a folder as output of a build: such a folder is never read.
pub(crate) const OUTPUT_MARK: &str = ".kmsite-manifest";
