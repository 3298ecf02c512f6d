//! Values to bytes: documents and views become HTML, feeds, calendars. Called by `make`, never by each other's callers.
//!
//! Only `html` sees `model::Block`; everything else here sees `view`.

pub mod components;
mod position;
pub mod tera;
mod trouble;

pub(crate) use position::{Position, offset};
