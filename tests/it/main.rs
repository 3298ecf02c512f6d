//! The one test binary: what crosses module borders.

mod fixture;
mod theme;
mod views;
