//! Any text behind a paywall: nothing of it reaches an artifact.
#![no_main]

use std::sync::Arc;

use jiff::civil::date;
use kmsite::artifact::Body;
use kmsite::compile::{Options, compile};
use kmsite::config::Overrides;
use kmsite::emit::Source;
use kmsite::make::{Making, Services};
use kmsite::resolve::Publish;
use kmsite::world::{MemoryWorld, NoCache};
use libfuzzer_sys::fuzz_target;

/// Stands behind the wall and nowhere else.
const CANARY: &[u8] = b"qzxcanary";

fuzz_target!(|bytes: &[u8]| {
    let text = [b"---\ntitle: A\ntier: member\n---\nopen\n\n<!-- paywall -->\n\n", CANARY, b" ", bytes].concat();
    let world = MemoryWorld::default().with("site.yaml", b"title: T\nbase_url: https://example.org/\n").with("content/a.md", &text);
    let options = Options {
        overrides: Overrides::default(),
        origin: None,
        publish: Publish::default(),
        today: date(2024, 5, 1),
        folder_name: "site".to_owned(),
    };
    let plan = compile(&world, &options).value.plan;
    let making = Making::new(plan, Services { world: Arc::new(world), cache: Arc::new(NoCache), keyring: None });
    for index in 0..making.count() {
        for (route, artifact) in Source::make(&making, index).value {
            if let Body::Bytes(bytes) = artifact.body {
                assert!(!bytes.windows(CANARY.len()).any(|window| window == CANARY), "{route} shows what is paid");
            }
        }
    }
});
