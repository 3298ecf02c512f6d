//! The one test binary: a module for each topic.

mod disk;
mod emit;
mod emit_kill;
mod html;
mod load;
mod parse;
