//! Values to bytes: documents and views become HTML, feeds, calendars. Called by `make`, never by each other's callers.
//!
//! Only `html` sees `model::Block`; everything else here sees `view`.

pub mod components;
mod diagram;
mod highlight;
pub mod html;
mod markup;
mod math;
