//! The one test binary: a module for each topic.

mod disk;
mod emit;
