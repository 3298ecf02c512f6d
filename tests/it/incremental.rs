//! A build after an edit is the same as a build from nothing, and touches no file that stays the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::sandbox::{Sandbox, Tree, assert_same};

const SITE: &str =
    "title: T\nbase_url: https://example.org/\nlanguages: { default: zh, others: [en] }\nfeed_size: 5\nimages: { widths: [8] }\n";

/// The pieces that edits choose from; some of them exist at the start.
const PIECES: [&str; 8] = [
    "articles/a.md",
    "articles/b.md",
    "articles/b.en.md",
    "articles/中文.md",
    "courses/c/_index.md",
    "courses/c/01-one.md",
    "courses/c/02-two.md",
    "about.md",
];

const TITLES: [&str; 4] = ["One", "二", "C & D", "One more"];
const TAGS: [&str; 3] = ["rust", "写作", "a b"];
const TIERS: [&str; 3] = ["free", "member", "pro"];

/// What a piece says.
#[derive(Clone, Debug)]
struct Text {
    title: usize,
    tag: usize,
    tier: usize,
    draft: bool,
    words: u8,
}

impl Text {
    fn written(&self) -> String {
        let Self { title, tag, tier, draft, words } = self;
        let (title, tag, tier) = (TITLES[*title], TAGS[*tag], TIERS[*tier]);
        let head = format!(
            "---\ntitle: {title}\ntags: [{tag}]\ntier: {tier}\ndraft: {draft}\ndate: 2024-01-{:02}\n---\n",
            words % 28 + 1
        );
        let link = PIECES[usize::from(*words) % PIECES.len()];
        format!(
            "{head}Words {words}. [link](/{link}) ![p](/p.png)\n\n<!-- paywall -->\n\n## Rest {words}\n\n```rust\nfn f{words}() {{}}\n```\n"
        )
    }
}

/// What an author does between two builds.
#[derive(Clone, Debug)]
enum Edit {
    /// A piece gets this text, whether there was one or not.
    Write(usize, Text),
    /// A piece goes.
    Delete(usize),
    /// A piece goes to another's place.
    Rename(usize, usize),
    /// The picture has this width.
    Picture(u8),
    /// The site's title, and the number of pieces on a page of a list.
    Configure(usize, u8),
    /// A file comes that no piece names.
    AddFile(u8),
}

fn text() -> impl Strategy<Value = Text> {
    (0..TITLES.len(), 0..TAGS.len(), 0..TIERS.len(), any::<bool>(), 0..40_u8).prop_map(|(title, tag, tier, draft, words)| Text {
        title,
        tag,
        tier,
        draft: draft && words % 2 == 0,
        words,
    })
}

fn edit() -> impl Strategy<Value = Edit> {
    let piece = || 0..PIECES.len();
    prop_oneof![
        5 => (piece(), text()).prop_map(|(piece, text)| Edit::Write(piece, text)),
        2 => piece().prop_map(Edit::Delete),
        2 => (piece(), piece()).prop_map(|(from, to)| Edit::Rename(from, to)),
        1 => (9..40_u8).prop_map(Edit::Picture),
        1 => (0..TITLES.len(), 1..4_u8).prop_map(|(title, size)| Edit::Configure(title, size)),
        1 => any::<u8>().prop_map(Edit::AddFile),
    ]
}

fn picture(width: u8) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::GrayImage::from_pixel(width.into(), 4, image::Luma([width]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn path(piece: usize) -> String {
    format!("content/{}", PIECES[piece])
}

/// Does what an author does.
fn apply(edit: &Edit, site: &Sandbox) {
    let exists = |piece: usize| site.root().join(path(piece)).exists();
    match edit {
        Edit::Write(piece, text) => site.write(&path(*piece), text.written().as_bytes()),
        Edit::Delete(piece) if exists(*piece) => site.remove(&path(*piece)),
        Edit::Rename(from, to) if from != to && exists(*from) => {
            let bytes = fs::read(site.root().join(path(*from))).unwrap();
            site.write(&path(*to), &bytes);
            site.remove(&path(*from));
        }
        Edit::Delete(_) | Edit::Rename(..) => {}
        Edit::Picture(width) => site.write("content/p.png", &picture(*width)),
        Edit::Configure(title, size) => {
            let config = SITE.replace("title: T", &format!("title: {}\npage_size: {size}", TITLES[*title]));
            site.write("site.yaml", config.as_bytes());
        }
        Edit::AddFile(number) => site.write(&format!("content/articles/file{}.bin", number % 3), &[*number]),
    }
}

/// When each file of a folder was written.
fn times(folder: &Path, tree: &Tree) -> BTreeMap<String, SystemTime> {
    let time = |file: &String| fs::metadata(folder.join(file)).unwrap().modified().unwrap();
    tree.keys().map(|file| (file.clone(), time(file))).collect()
}

fn build_after_each(edits: &[Edit]) {
    let site = Sandbox::new(&[("site.yaml", SITE)]);
    site.write("content/p.png", &picture(16));
    for piece in 0..5 {
        let text = Text {
            title: piece % TITLES.len(),
            tag: piece % TAGS.len(),
            tier: piece % TIERS.len(),
            draft: false,
            words: piece as u8,
        };
        site.write(&path(piece), text.written().as_bytes());
    }
    let out = site.root().join("dist");
    let mut before = site.build("dist", &[]);
    for (number, edit) in edits.iter().enumerate() {
        let written = times(&out, &before);
        apply(edit, &site);
        let after = site.build("dist", &[]);
        let fresh = site.build(&format!("fresh{number}"), &["--no-cache"]);
        assert_same(&after, &fresh, &format!("edit {number}, {edit:?}"));
        let now = times(&out, &after);
        for (file, bytes) in &after {
            if before.get(file) == Some(bytes) {
                assert_eq!(written.get(file), now.get(file), "{file} was written though it stays the same: {edit:?}");
            }
        }
        before = after;
    }
}

#[test]
fn a_build_after_edits_is_a_build_from_nothing() {
    // The same edits in every run: what fails once fails again.
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let edits = proptest::collection::vec(edit(), 1..6);
    runner
        .run(&edits, |edits| {
            build_after_each(&edits);
            Ok(())
        })
        .unwrap();
}

#[test]
fn nothing_is_written_when_nothing_changed() {
    let site = Sandbox::new(&[("site.yaml", SITE), ("content/articles/a.md", "# A\n\ntext ![p](/p.png)\n")]);
    site.write("content/p.png", &picture(16));
    let out = site.root().join("dist");
    let before = site.build("dist", &[]);
    let written = times(&out, &before);
    let after = site.build("dist", &[]);
    assert_same(&before, &after, "twice the same");
    assert_eq!(written, times(&out, &after));
}
