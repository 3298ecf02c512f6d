//! Values to bytes: documents and views become HTML, feeds, calendars. Called by `make`, never by each other's callers.
//!
//! Only `html` sees `model::Block`; everything else here sees `view`.

pub mod absolute;
pub mod calendar;
pub mod card;
pub mod components;
pub mod csp;
mod diagram;
pub mod edge;
pub mod feeds;
pub mod headers;
mod highlight;
pub mod html;
pub mod image;
pub mod llms;
mod markup;
mod math;
mod position;
pub mod promo;
pub mod qr;
pub mod redirects;
pub mod robots;
pub mod sealed;
pub mod sitemap;
mod tags;
pub mod tera;
mod trouble;
mod xml;

pub(crate) use position::{Position, offset};
