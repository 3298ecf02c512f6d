//! Any bytes as text behind a wall: see `kmsite_fuzz::gate`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| kmsite_fuzz::gate(bytes));
