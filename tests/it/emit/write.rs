//! What `emit` writes, what it does not touch, what it removes, and who waits for whom.

use std::fs;
use std::sync::mpsc;

use kmsite::emit::{Output, Reason, Report, recover};

use super::{Site, folder, identity, names, tree, write};

#[test]
fn writes_every_artifact_to_the_file_of_its_address() {
    let out = folder();
    let report = Site::of(&[("/", "home"), ("/文章/第一篇/", "你好"), ("/feed.xml", "<feed/>")])
        .with_copy("/media/film.mp4", "content/film.mp4", b"frames")
        .build(out.path());
    assert_eq!(names(out.path()), ["feed.xml", "index.html", "media/film.mp4", "文章/第一篇/index.html"]);
    assert_eq!(fs::read_to_string(out.path().join("文章/第一篇/index.html")).unwrap(), "你好");
    assert_eq!(fs::read(out.path().join("media/film.mp4")).unwrap(), b"frames");
    let expected =
        Report { committed: true, files: 4, bytes: 4 + 6 + 7 + 6, written: 4, unchanged: 0, removed: 0, ..Report::default() };
    assert!(report.reasons.len() == 4 && report.reasons.iter().all(|(_, reason)| *reason == Reason::New));
    assert_eq!(Report { reasons: Vec::new(), ..report }, expected);
    assert!(!out.path().join(".kmsite-stage").exists());
}

#[test]
fn every_written_file_has_its_reason() {
    let out = folder();
    Site::of(&[("/", "home"), ("/a/", "a"), ("/b/", "b"), ("/c/", "c")]).build(out.path());
    fs::remove_file(out.path().join("b/index.html")).unwrap();
    let report = Site::of(&[("/", "home"), ("/a/", "other"), ("/b/", "b"), ("/d/", "d")]).build(out.path());
    let told: Vec<_> = report.reasons.iter().map(|(route, reason)| (route.as_str(), *reason)).collect();
    assert_eq!(told, [("/a/", Reason::Changed), ("/b/", Reason::Lost), ("/d/", Reason::New)]);
}

#[test]
fn the_same_site_gives_the_same_folder_whatever_was_there_before() {
    let (one, two) = (folder(), folder());
    let site = Site::of(&[("/", "home"), ("/a/", "a"), ("/style.css", "a{}")]);
    site.build(one.path());
    Site::of(&[("/", "other"), ("/b/", "b"), ("/a.txt", "text")]).build(two.path());
    site.build(two.path());
    assert_eq!(tree(one.path()), tree(two.path()));
}

#[test]
fn the_manifest_names_no_address() {
    let out = folder();
    Site::of(&[("/media/unlisted-4a7c/film.txt", "film")]).build(out.path());
    let manifest = fs::read_to_string(out.path().join(".kmsite-manifest")).unwrap();
    assert!(!manifest.contains("unlisted") && !manifest.contains("film"), "{manifest}");
}

#[test]
fn unchanged_files_are_not_touched() {
    let out = folder();
    let first = Site::of(&[("/", "home"), ("/a/", "a")]).with_copy("/film.mp4", "film.mp4", b"frames");
    first.build(out.path());
    let paths = ["index.html", "film.mp4"].map(|name| out.path().join(name));
    let before = paths.each_ref().map(|path| identity(path));
    let second = Site::of(&[("/", "home"), ("/a/", "changed")]).with_copy("/film.mp4", "film.mp4", b"frames");
    let report = second.build(out.path());
    assert_eq!((report.written, report.unchanged, report.removed), (1, 2, 0));
    assert_eq!(paths.each_ref().map(|path| identity(path)), before);

    let manifest = identity(&out.path().join(".kmsite-manifest"));
    let report = second.build(out.path());
    assert_eq!((report.written, report.unchanged), (0, 3));
    assert_eq!(identity(&out.path().join(".kmsite-manifest")), manifest);
}

#[test]
fn a_page_changed_by_hand_is_made_good_even_at_the_same_length() {
    let out = folder();
    let site = Site::of(&[("/", "home"), ("/a/", "aaaa")]);
    site.build(out.path());
    write(&out.path().join("index.html"), "HOME");
    fs::remove_file(out.path().join("a/index.html")).unwrap();
    assert_eq!(site.build(out.path()).written, 2);
    assert_eq!(fs::read_to_string(out.path().join("index.html")).unwrap(), "home");
    assert_eq!(fs::read_to_string(out.path().join("a/index.html")).unwrap(), "aaaa");
}

#[test]
fn stale_files_go_with_the_folders_they_leave_empty() {
    let out = folder();
    Site::of(&[("/", "home"), ("/a/b/c/", "c"), ("/a/b/d.txt", "d"), ("/a/e/", "e")]).build(out.path());
    let report = Site::of(&[("/", "home"), ("/a/e/", "e")]).build(out.path());
    assert_eq!(report.removed, 2);
    assert_eq!(names(out.path()), ["a/e/index.html", "index.html"]);
    assert!(!out.path().join("a/b").exists());
}

#[test]
fn files_of_others_survive() {
    let out = folder();
    write(&out.path().join("CNAME"), "example.org");
    Site::of(&[("/a/", "a")]).build(out.path());
    write(&out.path().join("a/notes.txt"), "mine");
    write(&out.path().join(".git/config"), "mine");
    Site::of(&[("/b/", "b")]).build(out.path());
    assert_eq!(names(out.path()), [".git/config", "CNAME", "a/notes.txt", "b/index.html"]);
}

#[test]
fn a_copy_of_the_site_without_its_manifest_is_taken_over() {
    let out = folder();
    let site = Site::of(&[("/", "home"), ("/a/", "a")]);
    site.build(out.path());
    fs::remove_file(out.path().join(".kmsite-manifest")).unwrap();
    site.build(out.path());
    assert_eq!(Site::of(&[("/", "home")]).build(out.path()).removed, 1);
    assert_eq!(names(out.path()), ["index.html"]);
}

#[test]
fn a_file_can_become_a_folder_and_back() {
    let out = folder();
    let file = Site::of(&[("/", "home"), ("/a", "a file")]);
    let pages = Site::of(&[("/", "home"), ("/a/", "a page"), ("/a/b/", "another")]);
    file.build(out.path());
    pages.build(out.path());
    assert_eq!(names(out.path()), ["a/b/index.html", "a/index.html", "index.html"]);
    let report = file.build(out.path());
    assert_eq!((report.written, report.removed), (1, 2));
    assert_eq!(names(out.path()), ["a", "index.html"]);
}

#[test]
fn a_second_build_waits_for_the_first() {
    let out = folder();
    let first = Output::open(out.path(), &|| ()).unwrap();
    assert!(Output::try_open(out.path()).unwrap().is_none());
    let (tell, told) = mpsc::channel();
    std::thread::scope(|scope| {
        let second = scope.spawn(|| {
            let mut output = Output::open(out.path(), &move || tell.send("waiting").unwrap()).unwrap();
            Site::of(&[("/", "second")]).emit_to(&mut output)
        });
        // The second build says that it waits, and has not begun.
        assert_eq!(told.recv(), Ok("waiting"));
        let mut first = first;
        Site::of(&[("/", "first"), ("/a/", "a")]).emit_to(&mut first);
        assert_eq!(fs::read_to_string(out.path().join("index.html")).unwrap(), "first");
        drop(first);
        let report = second.join().unwrap();
        // It has read the manifest after the wait: it knows what the first build wrote.
        assert_eq!((report.written, report.removed), (1, 1));
    });
    assert_eq!(names(out.path()), ["index.html"]);
    assert_eq!(fs::read_to_string(out.path().join("index.html")).unwrap(), "second");
}

#[test]
fn an_output_can_be_emitted_to_again() {
    let out = folder();
    let mut output = Output::open(out.path(), &|| ()).unwrap();
    Site::of(&[("/", "1"), ("/a/", "a")]).emit_to(&mut output);
    let report = Site::of(&[("/", "2")]).emit_to(&mut output);
    assert_eq!((report.written, report.removed), (1, 1));
}

#[test]
fn what_a_killed_build_staged_is_removed() {
    let out = folder();
    recover(&out.path().join("missing")).unwrap();
    assert!(!out.path().join("missing").exists());
    Site::of(&[("/", "home")]).build(out.path());
    let before = tree(out.path());
    write(&out.path().join(".kmsite-stage/0-0"), "half a pa");
    write(&out.path().join(".kmsite-stage/journal-draft"), "{\"clear\":[\"index.html\"]");
    recover(out.path()).unwrap();
    assert_eq!(tree(out.path()), before);
}
