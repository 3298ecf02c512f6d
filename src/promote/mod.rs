//! A campaign and the site it belongs to -> what sells it, as values: what its page says ([`pitch`]) and the links to it ([`links`]).
//!
//! What its file does not say is derived from what everyone may see of the content; nothing here makes HTML, and nothing looks behind a wall.
//! Invariant: every sentence names the key it comes from ([`Said`]).

pub mod links;
mod pitch;
mod related;
pub mod utm;

pub use pitch::{Exchange, Origin, Pitch, Pledge, Quote, Said, Sample, pitch};
