//! What readers did -> which variant sells better, and how sure that is.
//!
//! ```text
//! import      lines                -> Import       events of JSON lines, CSV or an access log; what was left out is counted
//! tally       Import               -> Tally        readers and conversions of each variant, by build and segment
//! verdict     Tally                -> Verdict      rates, chances, losses, an anytime-valid test, what to do
//! shares      weights              -> bounds       by which a page's script shares readers out
//! stats       counts               -> numbers      the formulas, with where they come from
//! special     numbers              -> numbers      gamma and beta functions
//! ```
//!
//! A reader counts once for each experiment, in the variant first seen. Invariant: the same lines give the same report, in whatever order they come.

mod import;
mod shares;
mod special;
pub mod stats;
mod tally;
mod time;
mod verdict;

pub use import::{Event, Import, Kind, Left, import};
pub use shares::bounds;
pub use tally::{Arm, Tally, tally};
pub use verdict::{Advice, Judged, Verdict, verdict, weights};
