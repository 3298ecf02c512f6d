//! The one test binary: a module for each topic.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod calendars;
mod cli;
mod config;
mod corpora;
mod determinism;
mod diagnostics;
mod disk;
mod emit;
mod emit_kill;
mod feeds;
mod fixture;
mod html;
mod images;
mod incremental;
mod json_ld;
mod leak;
mod load;
mod made_site;
mod outputs;
mod parse;
mod sandbox;
mod sitemap;
mod theme;
mod tidy;
mod views;
