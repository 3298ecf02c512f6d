//! Any bytes as a chapter: see `kmsite_fuzz::chapter`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| kmsite_fuzz::chapter(bytes));
