//! Any bytes as a chapter of a book: parsing never panics, and what it finds points into the file.
#![no_main]

use kmsite::diag::Place;
use kmsite::load::load;
use kmsite::parse::{ParseOptions, parse};
use kmsite::world::MemoryWorld;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let world = MemoryWorld::of([("SUMMARY.md", "- [a](a.md)\n")]).with("a.md", bytes);
    let parsed = parse(&load(&world).value, &ParseOptions::default());
    for diag in &parsed.diags {
        if let Some(Place::Span(span)) = diag.at.as_ref().map(|at| &at.place) {
            assert!(span.start <= span.end && span.end <= bytes.len().max(20), "{}: {span:?}", diag.message);
        }
    }
});
