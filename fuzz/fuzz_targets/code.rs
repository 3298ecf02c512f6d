//! Any bytes as a code: see `kmsite_fuzz::code`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| kmsite_fuzz::code(bytes));
