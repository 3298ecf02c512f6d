//! Untrusted input -> nothing, or a panic: what the fuzz targets and the tests (`tests/it/fuzzed.rs`) feed the library with.
//!
//! Each function takes any bytes; it asserts what must be true whatever they are.

use std::sync::Arc;

use jiff::civil::date;
use kmsite::access::{Code, MasterKey};
use kmsite::artifact::Body;
use kmsite::compile::{Options, compile};
use kmsite::config::Overrides;
use kmsite::diag::Place;
use kmsite::emit::Source;
use kmsite::load::load;
use kmsite::make::{Making, Services};
use kmsite::members::{self, sales};
use kmsite::parse::{ParseOptions, parse};
use kmsite::resolve::Publish;
use kmsite::world::{MemoryWorld, NoCache};

/// Stands behind the wall and nowhere else.
const CANARY: &[u8] = b"qzxcanary";
/// Pools of more codes take too long for a fuzzer.
const MOST: usize = 200;

/// Any text as a member's code and as a master key: it is read or refused, and what was read is written as it is read again.
pub fn code(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(code) = Code::read(&text) {
        let again = Code::read(&code.write()).ok().map(|code| code.lookup());
        assert_eq!(again, Some(code.lookup()));
    }
    if let Ok(key) = MasterKey::read(&text) {
        let again = MasterKey::read(&key.write()).ok().map(|key| key.fingerprint());
        assert_eq!(again, Some(key.fingerprint()));
    }
}

/// Any bytes as `members.yaml`, and what is read of them as member files: read or refused, written and read again.
pub fn members(bytes: &[u8]) {
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
}

/// Any bytes as a shop's list of sales: every row is read, or refused with its line.
pub fn sales(bytes: &[u8]) {
    let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() + 1;
    match sales::read(bytes, &[]) {
        Ok(rows) => assert!(rows.iter().all(|row| !row.order.is_empty())),
        // UTF-16 has two bytes for each line break, of which one is counted.
        Err(wrong) => assert!(!wrong.is_empty() && wrong.iter().all(|wrong| wrong.line <= lines)),
    }
}

/// Any bytes as a chapter of a book: what is found points into the file.
pub fn chapter(bytes: &[u8]) {
    let world = MemoryWorld::of([("SUMMARY.md", "- [a](a.md)\n")]).with("a.md", bytes);
    let parsed = parse(&load(&world).value, &ParseOptions::default());
    for diag in &parsed.diags {
        if let Some(Place::Span(span)) = diag.at.as_ref().map(|at| &at.place) {
            assert!(span.start <= span.end && span.end <= bytes.len().max(20), "{}: {span:?}", diag.message);
        }
    }
}

/// Any bytes as `site.yaml`, and as the front matter of a file: they are read or refused.
pub fn settings(bytes: &[u8]) {
    let front = [b"---\n", bytes, b"\n---\ntext\n"].concat();
    let world = MemoryWorld::default().with("site.yaml", bytes).with("content/a.md", &front);
    drop(compile(&world, &options()));
}

/// Any text behind a wall: nothing of it reaches an artifact.
pub fn gate(bytes: &[u8]) {
    let text = [b"---\ntitle: A\ntier: member\n---\nopen\n\n<!-- paywall -->\n\n", CANARY, b" ", bytes].concat();
    let world =
        MemoryWorld::default().with("site.yaml", b"title: T\nbase_url: https://example.org/\n").with("content/a.md", &text);
    let plan = compile(&world, &options()).value.plan;
    let making = Making::new(plan, Services { world: Arc::new(world), cache: Arc::new(NoCache), keyring: None });
    for index in 0..making.count() {
        for (route, artifact) in Source::make(&making, index).value {
            if let Body::Bytes(bytes) = artifact.body {
                assert!(!bytes.windows(CANARY.len()).any(|window| window == CANARY), "{route} shows what is paid");
            }
        }
    }
}

fn options() -> Options {
    Options {
        overrides: Overrides::default(),
        origin: None,
        publish: Publish::default(),
        today: date(2024, 5, 1),
        public_only: false,
        folder_name: "site".to_owned(),
    }
}
