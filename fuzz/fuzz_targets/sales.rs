//! Any bytes as a shop's list of sales: every row is read, or refused with its line.
#![no_main]

use kmsite::members::sales;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() + 1;
    match sales::read(bytes, &[]) {
        Ok(rows) => assert!(rows.iter().all(|row| !row.order.is_empty())),
        // UTF-16 has two bytes for each line break, of which one is counted.
        Err(wrong) => assert!(!wrong.is_empty() && wrong.iter().all(|wrong| wrong.line <= lines)),
    }
});
