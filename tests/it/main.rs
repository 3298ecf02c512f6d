//! All integration tests in one binary.

mod calendars;
mod feeds;
mod images;
mod json_ld;
mod made_site;
mod outputs;
mod sitemap;
