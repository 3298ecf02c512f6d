//! Draws diagnostics for people and as JSON.
