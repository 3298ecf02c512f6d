//! The one test binary: a module for each topic.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests plant files, and fail by panics")]

mod bad_input;
mod brand;
mod calendars;
mod cli;
mod config;
mod corpora;
mod csp;
mod determinism;
mod diagnostics;
mod disk;
mod dist_links;
mod eject;
mod emit;
mod feeds;
mod five_minutes;
mod fixture;
mod golden;
mod handbook;
mod html;
mod images;
mod incremental;
mod json_ld;
mod keys;
mod leak;
mod load;
mod made_site;
mod matrix;
mod models;
mod options;
mod outputs;
mod parse;
mod program;
mod reference;
mod refused;
mod resolve;
mod sandbox;
mod sealed;
mod search;
mod serve;
mod sitemap;
mod theme;
mod tidy;
mod unchanged;
mod views;
