//! Any text as a member's code and as a master key: it is read or refused, and what was read is written as it is read again.
#![no_main]

use kmsite::access::{Code, MasterKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(code) = Code::read(text) {
        let again = Code::read(&code.write()).ok().map(|code| code.lookup());
        assert_eq!(again, Some(code.lookup()));
    }
    if let Ok(key) = MasterKey::read(text) {
        let again = MasterKey::read(&key.write()).ok().map(|key| key.fingerprint());
        assert_eq!(again, Some(key.fingerprint()));
    }
});
