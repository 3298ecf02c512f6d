//! Any bytes as a shop's list of sales: see `kmsite_fuzz::sales`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| kmsite_fuzz::sales(bytes));
