//! Any bytes as `site.yaml`, and as the front matter of a file: they are read or refused, without a panic.
#![no_main]

use jiff::civil::date;
use kmsite::compile::{Options, compile};
use kmsite::config::Overrides;
use kmsite::resolve::Publish;
use kmsite::world::MemoryWorld;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let front = [b"---\n", bytes, b"\n---\ntext\n"].concat();
    let world = MemoryWorld::default().with("site.yaml", bytes).with("content/a.md", &front);
    let options = Options {
        overrides: Overrides::default(),
        origin: None,
        publish: Publish::default(),
        today: date(2024, 5, 1),
        folder_name: "site".to_owned(),
    };
    drop(compile(&world, &options));
});
