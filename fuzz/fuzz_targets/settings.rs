//! Any bytes as `site.yaml` and front matter: see `kmsite_fuzz::settings`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| kmsite_fuzz::settings(bytes));
