//! Values to bytes: documents and views become HTML, feeds, calendars. Called by `make`, never by each other's callers.
//!
//! Only `html` sees `model::Block`; everything else here sees `view`.

pub mod absolute;
pub mod calendar;
pub mod components;
pub mod feeds;
pub mod headers;
pub mod image;
pub mod llms;
pub mod redirects;
pub mod robots;
pub mod sitemap;
mod xml;
mod diagram;
mod highlight;
pub mod html;
mod markup;
mod math;
mod position;
pub mod tera;
mod trouble;

pub(crate) use position::{Position, offset};
