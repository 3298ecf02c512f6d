//! What templates, feeds and calendars are shown of a site: views, made from `model::Site` through the gate.
//!
//! A view holds public values only. Invariant: nothing here looks behind a teaser but by `access::public` and `access::declassify`.

pub mod calendar;
pub mod feed;
pub mod ld;
pub mod llms;
pub mod names;
mod plain;
pub mod redirect;
pub mod sitemap;
