//! The real world and cache: what they list, what they remember, what they survive.

use std::fs;
use std::path::Path;

use image::{DynamicImage, ImageFormat};
use kmsite::diag::Diag;
use kmsite::disk::{DiskCache, DiskWorld};
use kmsite::id::{Hash, SourcePath};
use kmsite::world::{Cache, Stage, World};

const ROOMY: u64 = 1 << 30;

fn write(root: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn listed(world: &DiskWorld) -> (Vec<String>, Vec<Diag>) {
    let noted = world.walk();
    (noted.value.into_iter().map(|entry| entry.path.to_string()).collect(), noted.diags)
}

fn world(root: &Path) -> DiskWorld {
    DiskWorld::new(root, &[])
}

#[test]
fn the_walk_lists_files_by_path_bytes_with_their_lengths() {
    let root = tempfile::tempdir().unwrap();
    for name in ["b.md", "a/z.md", "a.md", "a-b.md", "文章/一 二.md", "😀.md", "A.md"] {
        write(root.path(), name, name);
    }
    let entries = world(root.path()).walk().value;
    let names: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(names, ["A.md", "a-b.md", "a.md", "a/z.md", "b.md", "文章/一 二.md", "😀.md"]);
    assert!(entries.iter().all(|entry| entry.len == entry.path.as_str().len() as u64));
}

#[test]
fn the_walk_leaves_out_hidden_names_and_output() {
    let root = tempfile::tempdir().unwrap();
    for name in [
        "a.md",
        ".env",
        ".git/b.md",
        "node_modules/c.md",
        "x/node_modules/d.md",
        "dist/e.md",
        "old/f.html",
        "old/.kmsite-manifest",
    ] {
        write(root.path(), name, "");
    }
    let world = DiskWorld::new(root.path(), &[root.path().join("dist"), "/nowhere".into()]);
    assert_eq!(listed(&world), (vec!["a.md".to_owned()], Vec::new()));
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_circles() {
    use std::os::unix::fs::symlink;
    let root = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    write(elsewhere.path(), "shared.md", "shared");
    write(root.path(), "a/b/c.md", "c");
    symlink(elsewhere.path(), root.path().join("linked")).unwrap();
    symlink(root.path().join("a"), root.path().join("a/b/up")).unwrap();
    symlink(root.path(), root.path().join("a/whole")).unwrap();
    symlink("nowhere", root.path().join("gone.md")).unwrap();
    symlink("nowhere", root.path().join(".#lock.md")).unwrap();
    let world = world(root.path());
    let (files, diags) = listed(&world);
    assert_eq!(files, ["a/b/c.md", "linked/shared.md"]);
    assert_eq!(world.read(&SourcePath::new("linked/shared.md")).unwrap(), b"shared");
    let found: Vec<(&str, &str)> = diags.iter().map(|diag| (diag.code.id, diag.at.as_ref().unwrap().file.as_str())).collect();
    assert_eq!(found, [("KM0101", "gone.md"), ("KM0103", "a/b/up"), ("KM0103", "a/whole")]);
    assert_eq!(diags[1].message, "the link `a/b/up` leads back to `a`");
    assert_eq!(diags[2].message, "the link `a/whole` leads back to the site's own folder");
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_unicode_is_left_out_and_reported() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "a.md", "");
    // "文章" in GBK.
    let folder = root.path().join(OsStr::from_bytes(b"\xce\xc4\xd5\xc2"));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("inside.md"), "").unwrap();
    fs::write(root.path().join(OsStr::from_bytes(b"\xd5.md")), "").unwrap();
    let (files, diags) = listed(&world(root.path()));
    assert_eq!(files, ["a.md"]);
    assert_eq!(diags.iter().map(|diag| diag.code.id).collect::<Vec<_>>(), ["KM0105", "KM0105"]);
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    let (files, diags) = listed(&world(&root.path().join("missing")));
    assert!(files.is_empty());
    assert_eq!(diags.len(), 1);
    assert_eq!(diags[0].code.id, "KM0101");
}

#[test]
fn a_path_that_leads_below_has_names_only() {
    let leads_below = |path: &str| SourcePath::new(path).leads_below();
    assert!(["a", "a/b.md", "文/..a", "a/b..c"].into_iter().all(leads_below));
    assert!(!["", "/a", "a/", "a//b", ".", "a/./b", "..", "a/../b"].into_iter().any(leads_below));
    for path in ["C:/a", "a/b.txt::$DATA", "a\\..\\b"] {
        assert_eq!(leads_below(path), !cfg!(windows), "{path}");
    }
}

#[test]
fn a_length_is_of_a_file_only() {
    let site = tempfile::tempdir().unwrap();
    write(site.path(), "folder/a.md", "# 甲");
    let length = |path: &str| world(site.path()).length(&SourcePath::new(path));
    assert_eq!(length("folder/a.md"), Some(5), "two ASCII bytes and a letter of three");
    for path in ["folder", "nothing", "folder/a.md/b", "../folder/a.md"] {
        assert_eq!(length(path), None, "{path}");
    }
}

#[test]
fn no_path_leads_out_of_the_root() {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), "secret", "secret");
    fs::create_dir(place.path().join("root")).unwrap();
    let world = world(&place.path().join("root"));
    let absolute = place.path().join("secret").to_str().unwrap().to_owned();
    for path in ["../secret", "a/../../secret", &absolute, "", "./a"] {
        assert_eq!(world.read(&SourcePath::new(path)).unwrap_err().kind(), std::io::ErrorKind::InvalidInput, "{path}");
    }
}

/// A JPEG file of 4 × 2 pixels that a camera held on its side has taken (EXIF orientation 6).
fn jpeg_on_its_side() -> Vec<u8> {
    let plain = encoded(ImageFormat::Jpeg);
    // TIFF header, one entry: tag 0x0112 (orientation), type 3 (short), count 1, value 6. CIPA DC-008 (EXIF 2.32), 4.6.
    let tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let length = (2 + 6 + tiff.len()) as u16;
    [&plain[..2], &[0xff, 0xe1], &length.to_be_bytes(), b"Exif\0\0", tiff, &plain[2..]].concat()
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::new_rgb8(4, 2).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn facts_hold_length_hash_and_size_as_displayed() {
    let root = tempfile::tempdir().unwrap();
    let cases = [
        ("a.png", encoded(ImageFormat::Png), Some((4, 2))),
        ("a.jpg", encoded(ImageFormat::Jpeg), Some((4, 2))),
        ("a.gif", encoded(ImageFormat::Gif), Some((4, 2))),
        ("a.webp", encoded(ImageFormat::WebP), Some((4, 2))),
        ("side.JPEG", jpeg_on_its_side(), Some((2, 4))),
        ("misnamed.png", encoded(ImageFormat::Jpeg), Some((4, 2))),
        ("图.svg", b"<svg viewBox='0 0 30 20'/>".to_vec(), Some((30, 20))),
        ("broken.png", encoded(ImageFormat::Png)[..20].to_vec(), None),
        ("a.mp4", vec![7; 300_000], None),
    ];
    for (name, bytes, size) in &cases {
        write(root.path(), name, bytes);
        let facts = world(root.path()).facts(&SourcePath::new(*name)).unwrap();
        assert_eq!((facts.len, facts.hash, facts.size), (bytes.len() as u64, Hash::of(bytes), *size), "{name}");
    }
}

/// Whether the facts of a file come from the last build is shown by planting a false size there.
#[test]
fn facts_are_remembered_until_the_file_is_touched() {
    let root = tempfile::tempdir().unwrap();
    let path = SourcePath::new("a.png");
    write(root.path(), "a.png", encoded(ImageFormat::Png));
    let size = || world(root.path()).facts(&path).unwrap().size;
    let saved = root.path().join(".kmsite/cache/facts");
    let plant = || {
        let text = fs::read_to_string(&saved).unwrap();
        assert!(text.contains("[4,2]") || text.contains("[40,20]"), "{text}");
        fs::write(&saved, text.replace("[4,2]", "[40,20]")).unwrap();
    };
    assert_eq!(size(), Some((4, 2)));
    settle(&root.path().join("a.png"), &saved, plant);
    assert_eq!(size(), Some((40, 20)));

    // The same length, another content.
    let mut other = encoded(ImageFormat::Png);
    *other.last_mut().unwrap() ^= 1;
    write(root.path(), "a.png", &other);
    assert_eq!(world(root.path()).facts(&path).unwrap().hash, Hash::of(&other));

    fs::write(&saved, "damaged").unwrap();
    assert_eq!(size(), Some((4, 2)));
}

/// Repeats `write` until the file it writes is surely younger than `older`: the file system's clock ticks in milliseconds.
fn settle(older: &Path, younger: &Path, write: impl Fn()) {
    let time = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
    loop {
        write();
        if time(younger) > time(older) {
            break;
        }
    }
}

#[test]
fn facts_just_before_they_are_saved_are_not_trusted() {
    let root = tempfile::tempdir().unwrap();
    let path = SourcePath::new("a.png");
    write(root.path(), "a.png", encoded(ImageFormat::Png));
    world(root.path()).facts(&path).unwrap();
    let saved = root.path().join(".kmsite/cache/facts");
    let text = fs::read_to_string(&saved).unwrap().replace("[4,2]", "[40,20]");
    fs::write(&saved, text).unwrap();
    // As if the file had been saved in the very tick in which the image was written, and the image written once more.
    let image = fs::metadata(root.path().join("a.png")).unwrap().modified().unwrap();
    fs::File::options().write(true).open(&saved).unwrap().set_modified(image).unwrap();
    assert_eq!(world(root.path()).facts(&path).unwrap().size, Some((4, 2)));
}

fn open(state: &Path, limit: u64) -> DiskCache {
    let noted = DiskCache::open(state, limit);
    assert_eq!(noted.diags, []);
    noted.value
}

fn key(number: u32) -> Hash {
    Hash::of(&number.to_be_bytes())
}

fn value(number: u32) -> Vec<u8> {
    format!("值 {number} ").repeat(100).into_bytes()
}

#[test]
fn the_cache_keeps_values_by_stage_and_key() {
    let place = tempfile::tempdir().unwrap();
    let state = place.path().join(".kmsite");
    let cache = open(&state, ROOMY);
    assert_eq!(cache.get(Stage::Image, key(1)), None);
    cache.put(Stage::Image, key(1), b"one");
    cache.put(Stage::Diagram, key(1), b"another");
    cache.put(Stage::Image, key(2), b"");
    let check = |cache: DiskCache| {
        assert_eq!(cache.get(Stage::Image, key(1)).as_deref(), Some(b"one".as_slice()));
        assert_eq!(cache.get(Stage::Diagram, key(1)).as_deref(), Some(b"another".as_slice()));
        assert_eq!(cache.get(Stage::Image, key(2)).as_deref(), Some(b"".as_slice()));
        assert_eq!(cache.get(Stage::Highlight, key(1)), None);
    };
    // Before anything is written, and after.
    check(cache);
    check(open(&state, ROOMY));
    assert_eq!(fs::read_to_string(state.join(".gitignore")).unwrap(), "*\n");
}

#[cfg(unix)]
#[test]
fn the_cache_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let place = tempfile::tempdir().unwrap();
    let state = place.path().join(".kmsite");
    open(&state, ROOMY).put(Stage::Highlight, key(1), b"paid text");
    let mode = |name: &str| fs::metadata(state.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("cache"), 0o700);
    assert_eq!(mode("cache/highlight.pack"), 0o600);
}

#[test]
fn a_torn_tail_costs_what_was_torn_only() {
    let place = tempfile::tempdir().unwrap();
    let pack = place.path().join("cache/highlight.pack");
    let fill = |numbers: std::ops::Range<u32>| {
        let cache = open(place.path(), ROOMY);
        numbers.for_each(|number| cache.put(Stage::Highlight, key(number), &value(number)));
    };
    fill(0..10);
    let whole = fs::read(&pack).unwrap();
    // Every length that tears the last record, its head or its value.
    let record = 56 + value(9).len();
    for torn in [1, 2, value(9).len(), value(9).len() + 1, record - 1] {
        fs::write(&pack, &whole[..whole.len() - torn]).unwrap();
        let cache = open(place.path(), ROOMY);
        assert_eq!(cache.get(Stage::Highlight, key(9)), None, "{torn}");
        assert_eq!(cache.get(Stage::Highlight, key(8)), Some(value(8)), "{torn}");
        cache.put(Stage::Highlight, key(9), &value(9));
        drop(cache);
        // What is appended stands where the last whole record ended.
        assert_eq!(fs::read(&pack).unwrap(), whole);
    }
}

#[test]
fn damage_is_never_returned() {
    let place = tempfile::tempdir().unwrap();
    let pack = place.path().join("cache/highlight.pack");
    let cache = open(place.path(), ROOMY);
    (0..3).for_each(|number| cache.put(Stage::Highlight, key(number), &value(number)));
    drop(cache);
    let whole = fs::read(&pack).unwrap();
    for at in (0..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x40;
        fs::write(&pack, &damaged).unwrap();
        let cache = open(place.path(), ROOMY);
        let got: Vec<Option<Vec<u8>>> = (0..3).map(|number| cache.get(Stage::Highlight, key(number))).collect();
        assert!(got.iter().zip(0..).all(|(got, number)| got.as_ref().is_none_or(|got| *got == value(number))), "byte {at}");
        assert!(got.contains(&None), "byte {at}");
        // What was lost can be kept again.
        (0..3).for_each(|number| cache.put(Stage::Highlight, key(number), &value(number)));
        drop(cache);
        let cache = open(place.path(), ROOMY);
        assert!((0..3).all(|number| cache.get(Stage::Highlight, key(number)) == Some(value(number))), "byte {at}");
    }
}

#[test]
fn a_pack_over_its_limit_keeps_what_was_used() {
    let place = tempfile::tempdir().unwrap();
    let pack = place.path().join("cache/image.pack");
    let cache = open(place.path(), ROOMY);
    (0..10).for_each(|number| cache.put(Stage::Image, key(number), &vec![number as u8; 1000]));
    drop(cache);
    let limit = 6000;
    let cache = open(place.path(), limit);
    let used = [0, 3];
    used.iter().for_each(|&number| assert!(cache.get(Stage::Image, key(number)).is_some()));
    drop(cache);
    assert!(fs::metadata(&pack).unwrap().len() <= limit);
    let cache = open(place.path(), limit);
    let kept: Vec<u32> = (0..10).filter(|&number| cache.get(Stage::Image, key(number)).is_some()).collect();
    // A record is 1056 bytes: three quarters of the limit hold four, the two that were used and the two youngest.
    assert_eq!(kept, [0, 3, 8, 9]);
    // More than the limit in one build: the limit holds.
    (20..40).for_each(|number| cache.put(Stage::Image, key(number), &vec![number as u8; 1000]));
    drop(cache);
    assert!(fs::metadata(&pack).unwrap().len() <= limit);
}

#[test]
fn threads_and_processes_share_a_cache() {
    let place = tempfile::tempdir().unwrap();
    let cache = open(place.path(), ROOMY);
    // As another process would see it.
    let reader = open(place.path(), ROOMY);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (cache, reader) = (&cache, &reader);
            scope.spawn(move || {
                for number in 0..500 {
                    // Half of the keys are the threads' own, half are shared.
                    let number = if number % 2 == 0 { number } else { thread * 1000 + number };
                    cache.put(Stage::Highlight, key(number), &value(number));
                    reader.put(Stage::Highlight, key(number), b"not kept");
                    assert_eq!(cache.get(Stage::Highlight, key(number)), Some(value(number)));
                    if number % 100 == 0 {
                        cache.flush();
                    }
                }
            });
        }
    });
    drop(reader);
    drop(cache);
    let cache = open(place.path(), ROOMY);
    for number in
        (0..500).step_by(2).chain((0..4).flat_map(|thread| (1..500).step_by(2).map(move |number| thread * 1000 + number)))
    {
        assert_eq!(cache.get(Stage::Highlight, key(number)), Some(value(number)));
    }
}

#[test]
fn large_values_do_not_wait_in_memory() {
    let place = tempfile::tempdir().unwrap();
    let cache = open(place.path(), ROOMY);
    (0..10).for_each(|number| cache.put(Stage::Image, key(number), &vec![number as u8; 1 << 20]));
    assert!(fs::metadata(place.path().join("cache/image.pack")).unwrap().len() >= 8 << 20);
    assert!((0..10).all(|number| cache.get(Stage::Image, key(number)).is_some_and(|value| value == vec![number as u8; 1 << 20])));
}

#[test]
fn a_cache_that_cannot_be_made_is_off_with_one_warning() {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), "file", "");
    let noted = DiskCache::open(&place.path().join("file/.kmsite"), ROOMY);
    assert_eq!(noted.diags.iter().map(|diag| diag.code.id).collect::<Vec<_>>(), ["KM0806"]);
    assert!(!noted.has_errors());
    noted.value.put(Stage::Image, key(1), b"one");
    assert_eq!(noted.value.get(Stage::Image, key(1)), None);
}
