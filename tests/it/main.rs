//! The one test binary: a module for each topic.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod calendars;
mod cli;
mod config;
mod diagnostics;
mod disk;
mod emit;
mod emit_kill;
mod feeds;
mod fixture;
mod html;
mod images;
mod json_ld;
mod load;
mod made_site;
mod outputs;
mod parse;
mod sitemap;
mod theme;
mod views;
