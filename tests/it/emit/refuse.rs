//! What `emit` refuses or warns of, leaving the old site as it is.

use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::process::Command;

use kmsite::diag::{Diag, code};
use kmsite::emit::{Checks, Output, check_out, emit};

use super::{Site, codes, folder, names, tree, write};

#[test]
fn a_stale_file_changed_by_hand_is_left_with_a_warning() {
    let out = folder();
    Site::of(&[("/", "home"), ("/a/", "a")]).build(out.path());
    write(&out.path().join("a/index.html"), "A");
    let noted = Site::of(&[("/", "home")]).emit(out.path());
    assert_eq!(codes(&noted.diags), ["KM0805"]);
    assert_eq!(noted.diags[0].message, "`a/index.html` is no longer part of the site, but was changed by hand; it is left");
    assert!(noted.value.committed);
    assert_eq!(fs::read_to_string(out.path().join("a/index.html")).unwrap(), "A");
}

#[test]
fn a_file_in_the_way_is_an_error_and_nothing_is_committed() {
    let out = folder();
    write(&out.path().join("about/index.html"), "mine");
    write(&out.path().join("docs"), "a file where a folder should be");
    write(&out.path().join("feed.xml/notes.txt"), "a folder where a file should be");
    let before = tree(out.path());
    let noted = Site::of(&[("/", "home"), ("/about/", "about"), ("/docs/", "docs"), ("/feed.xml", "<feed/>")]).emit(out.path());
    let messages: Vec<&str> = noted.diags.iter().map(|diag| &*diag.message).collect();
    let message = |name| format!("`{name}` is in the way: the output folder holds it, and kmsite did not write it");
    assert_eq!(messages, [message("about/index.html"), message("docs"), message("feed.xml")]);
    assert_eq!(codes(&noted.diags), ["KM0802"; 3]);
    assert!(!noted.value.committed);
    let mut after = tree(out.path());
    after.remove(".kmsite-lock");
    assert_eq!(after, before);
}

#[test]
fn an_error_or_a_veto_commits_nothing() {
    let out = folder();
    Site::of(&[("/", "old"), ("/a/", "a")]).build(out.path());
    let before = tree(out.path());

    let mut broken = Site::of(&[("/", "new")]);
    broken.diags.push(Diag::error(&code::UNKNOWN_TIER, "unknown tier `mmber`"));
    let noted = broken.emit(out.path());
    assert!(!noted.value.committed);
    assert_eq!(codes(&noted.diags), ["KM0501"]);
    assert_eq!(tree(out.path()), before);

    let mut doubtful = Site::of(&[("/", "new")]);
    doubtful.diags.push(Diag::warning(&code::BAD_IMAGE, "`a.png` is damaged"));
    let seen = Cell::new(0);
    let strict = |diags: &[Diag]| {
        seen.set(diags.len());
        true
    };
    let noted = emit(&doubtful, &mut Output::open(out.path(), &|| ()).unwrap(), Checks::veto(&strict)).unwrap();
    assert!(!noted.value.committed);
    assert_eq!(seen.get(), 1);
    assert_eq!(tree(out.path()), before);
}

#[test]
fn a_source_that_cannot_be_read_is_a_finding_and_no_io_error() {
    let out = folder();
    let noted = Site::of(&[("/", "home")]).with_copy("/film.mp4", "content/film.mp4", b"").emit(out.path());
    assert_eq!(codes(&noted.diags), ["KM0101"]);
    assert_eq!(noted.diags[0].at.as_ref().unwrap().file.as_str(), "content/film.mp4");
    assert!(!noted.value.committed);
    assert_eq!(names(out.path()), [""; 0]);
}

#[test]
fn addresses_that_cannot_be_files_are_errors_that_name_them() {
    let out = folder();
    let long = format!("/{}/", "汉字".repeat(43));
    let deep = format!("/{}", "a/".repeat(4000));
    let noted = Site::of(&[(&long, "1"), ("/../../etc/passwd", "2"), ("/.kmsite-manifest", "3"), ("/a//b", "4"), (&deep, "5")])
        .emit(out.path());
    assert_eq!(codes(&noted.diags), ["KM0803"; 4]);
    assert_eq!(noted.diags[0].message, format!("the address `{long}` cannot be a file: it has a segment of more than 255 bytes"));
    assert!(!noted.value.committed);

    let noted = Site::of(&[("/", "home"), (&deep, "5")]).emit(out.path());
    assert_eq!(codes(&noted.diags), ["KM0803"]);
    assert!(noted.diags[0].message.ends_with("it is longer than the file system allows"));
    assert_eq!(names(out.path()), [""; 0]);
}

#[test]
fn two_contents_for_one_address_are_an_error_and_one_content_is_not() {
    let out = folder();
    let noted = Site::of(&[("/a/", "one"), ("/a/", "two")]).emit(out.path());
    assert_eq!(codes(&noted.diags), ["KM0401"]);
    let report = Site::of(&[("/a/", "one"), ("/a/", "one")]).build(out.path());
    assert_eq!((report.files, report.written), (1, 1));
}

#[test]
fn addresses_that_differ_in_case_only_are_a_warning() {
    let out = folder();
    let noted = Site::of(&[("/Über/", "1"), ("/über/", "2"), ("/uber/", "3")]).emit(out.path());
    assert_eq!(codes(&noted.diags), ["KM0804"]);
    assert_eq!(noted.diags[0].message, "the addresses `/Über/` and `/über/` differ only in case");
    assert!(noted.value.committed);
}

#[test]
fn a_folder_that_cannot_be_written_is_one_clear_error() {
    let place = folder();
    write(&place.path().join("file"), "in the way");
    let error = Output::open(&place.path().join("file/out"), &|| ()).unwrap_err();
    assert!(error.to_string().starts_with("cannot make the folder `") && error.to_string().contains("file/out`"), "{error}");
}

/// A limit on the size of files stands for a full disk: as there, a write fails in the middle. The test binary runs itself under that limit.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_site() {
    const VICTIM: &str = "KMSITE_TEST_FULL_DISK";
    if let Some(out) = std::env::var_os(VICTIM) {
        let long = "长".repeat(1 << 20);
        let site = Site::of(&[("/", "new"), ("/a/", "a"), ("/long/", &long)]);
        let error = emit(&site, &mut Output::open(Path::new(&out), &|| ()).unwrap(), Checks::veto(&|_| false)).unwrap_err();
        assert!(error.to_string().starts_with("cannot write `"), "{error}");
        return;
    }
    let out = folder();
    Site::of(&[("/", "old")]).build(out.path());
    let before = tree(out.path());
    let child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "emit::refuse::a_full_disk_leaves_the_old_site", "--nocapture"])
        .env(VICTIM, out.path())
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"));
    assert_eq!(tree(out.path()), before);
}

#[test]
fn an_output_folder_in_the_content_is_refused() {
    let place = folder();
    let root = place.path().join("site");
    let content = root.join("content");
    fs::create_dir_all(content.join("articles")).unwrap();
    let message = |out: &Path, content: &Path| check_out(out, &root, content).map(|diag| diag.message);
    let refused = |out: &Path, problem: &str| Some(format!("the output folder `{}` {problem}", out.display()));

    assert_eq!(message(&root.join("dist"), &content), None);
    assert_eq!(message(&place.path().join("elsewhere"), &content), None);
    for (out, problem) in [
        (root.clone(), "is the site's own folder"),
        (place.path().to_owned(), "holds the content"),
        (content.clone(), "holds the content"),
        (content.join("dist/x"), "lies inside the content"),
    ] {
        assert_eq!(message(&out, &content), refused(&out, problem));
    }

    // A folder without a content folder of its own.
    let dist = root.join("dist");
    assert_eq!(message(&dist, &root), None);
    Site::of(&[("/", "home")]).build(&dist);
    assert_eq!(message(&dist, &root), None);
    let articles = content.join("articles");
    write(&articles.join("a.md"), "# A");
    assert_eq!(
        message(&articles, &root),
        refused(&articles, "lies inside the content, and holds files that kmsite did not write")
    );
}
