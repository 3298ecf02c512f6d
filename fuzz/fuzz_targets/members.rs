//! Any bytes as `members.yaml`: see `kmsite_fuzz::members`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| kmsite_fuzz::members(bytes));
