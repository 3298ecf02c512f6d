//! All integration tests: one binary, a module per topic.

mod load;
mod parse;
