//! Bad input through the built program: each mistake is told with its code, place, hint and exit code, and nothing is lost.

mod addresses;
mod commands;
mod disk;
mod files;
mod front_matter;
mod output;
mod settings;
mod text;
mod themes;
