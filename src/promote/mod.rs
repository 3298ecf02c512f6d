//! A campaign and the site it belongs to -> what sells it, as values: what its page says ([`pitch`]) the links to it ([`links`]) and the texts that advertise it ([`ads`]).
//!
//! What its file does not say is derived from what everyone may see of the content; nothing here makes pages, and nothing looks behind a wall.
//! What the gate shows of a piece to an audience, told elsewhere than on its page, is [`prose`]; [`mail`] sends it, and [`channels`] has it
//! as other networks take it. What readers did with variants is judged by [`experiment`].
//! Invariant: every sentence of a campaign names the key it comes from ([`Said`]).

pub mod ads;
pub mod card;
pub mod channels;
pub mod experiment;
pub mod links;
pub mod mail;
mod pitch;
pub mod prose;
mod related;
pub mod utm;

pub use pitch::{Exchange, Origin, Pitch, Pledge, Quote, Said, Sample, pitch};
pub use related::related;
