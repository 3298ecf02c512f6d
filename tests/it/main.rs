//! The one test binary: a module for each topic.

mod bad_input;
mod calendars;
mod disk;
mod dist_links;
mod emit;
mod emit_kill;
mod feeds;
mod fixture;
mod html;
mod images;
mod json_ld;
mod load;
mod made_site;
mod matrix;
mod options;
mod outputs;
mod parse;
mod program;
mod sitemap;
mod theme;
mod views;
