//! `kmsite serve`: the built program, talked to as a browser would, while its folder is edited.

mod behaviour;
mod compiler;
mod counter;
mod edits;
mod preview;
mod refusals;
pub mod server;
