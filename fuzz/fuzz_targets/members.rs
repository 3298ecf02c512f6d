//! Any bytes as `members.yaml`, and what is read of them as member files: read or refused, written and read again, without a panic.
#![no_main]

use kmsite::access::MasterKey;
use kmsite::members;
use libfuzzer_sys::fuzz_target;

/// Pools of more codes take too long for a fuzzer.
const MOST: usize = 200;

fuzz_target!(|bytes: &[u8]| {
    let read = members::read(bytes);
    if read.has_errors() {
        return;
    }
    let text = members::write(&read.value);
    let again = members::read(text.as_bytes());
    assert!(again.diags.is_empty(), "{text}");
    assert_eq!(again.value, read.value, "{text}");
    if read.value.seats().take(MOST + 1).count() <= MOST {
        drop(read.value.keyring(MasterKey::demo()).member_files());
    }
});
