//! What `emit` leaves in an output folder: what it writes, what it does not touch, what it refuses.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests plant files, and fail by panics")]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;

use kmsite::artifact::{Artifact, Body, MediaType};
use kmsite::diag::{Diag, Noted, code};
use kmsite::emit::{Reason, Output, Report, Source, check_out, emit, recover};
use kmsite::id::{Hash, Route, SourcePath};
use tempfile::TempDir;

/// A site of given artifacts, one recipe for each.
#[derive(Default)]
pub struct Site {
    pub made: Vec<(Route, Artifact)>,
    pub sources: BTreeMap<SourcePath, Vec<u8>>,
    pub diags: Vec<Diag>,
}

impl Site {
    /// Pages and other files by address, told apart by their media type.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let artifact = |(route, text): &(&str, &str)| {
            let extension =
                Route::new(*route).file().rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_owned());
            (Route::new(*route), Artifact::bytes(MediaType::of_extension(&extension), text.as_bytes()))
        };
        Self { made: files.iter().map(artifact).collect(), ..Self::default() }
    }

    /// Adds a copy of a source file.
    pub fn with_copy(mut self, route: &str, path: &str, bytes: &[u8]) -> Self {
        let path = SourcePath::new(path);
        self.made.push((Route::new(route), Artifact { media: MediaType::of_extension("bin"), body: Body::File(path.clone()) }));
        self.sources.insert(path, bytes.to_owned());
        self
    }

    pub fn emit(&self, out: &Path) -> Noted<Report> {
        emit(self, &mut Output::open(out, &|| ()).unwrap(), &|_| false).unwrap()
    }

    /// Emits what is expected to go without a finding, to a folder in hand.
    pub fn emit_to(&self, output: &mut Output) -> Report {
        let noted = emit(self, output, &|_| false).unwrap();
        assert_eq!(noted.diags, []);
        noted.value
    }

    /// Emits what is expected to go without a finding.
    pub fn build(&self, out: &Path) -> Report {
        let noted = self.emit(out);
        assert_eq!(noted.diags, []);
        assert!(noted.value.committed);
        noted.value
    }
}

impl Source for Site {
    fn count(&self) -> usize {
        self.made.len()
    }

    fn make(&self, index: usize) -> Noted<Vec<(Route, Artifact)>> {
        Noted::new(vec![self.made[index].clone()], if index == 0 { self.diags.clone() } else { Vec::new() })
    }

    fn open(&self, path: &SourcePath) -> io::Result<Box<dyn Read + Send>> {
        let bytes = self.sources.get(path).filter(|bytes| !bytes.is_empty()).ok_or(io::ErrorKind::PermissionDenied)?;
        Ok(Box::new(io::Cursor::new(bytes.clone())))
    }

    fn hash(&self, path: &SourcePath) -> io::Result<Hash> {
        Ok(Hash::of(&self.sources[path]))
    }
}

/// All files below a folder with their contents, kmsite's own included; folders end with `/`.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .min_depth(1)
        .into_iter()
        .map(Result::unwrap)
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            if entry.file_type().is_dir() { (format!("{name}/"), Vec::new()) } else { (name, fs::read(entry.path()).unwrap()) }
        })
        .collect()
}

/// The names of the site's files below a folder.
fn names(folder: &Path) -> Vec<String> {
    tree(folder).into_keys().filter(|name| !name.ends_with('/') && !name.starts_with(".kmsite")).collect()
}

fn codes(diags: &[Diag]) -> Vec<&str> {
    diags.iter().map(|diag| diag.code.id).collect()
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// What tells one writing of a file from another.
fn identity(path: &Path) -> (std::time::SystemTime, u64) {
    let meta = fs::metadata(path).unwrap();
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(&meta);
    #[cfg(not(unix))]
    let inode = 0;
    (meta.modified().unwrap(), inode)
}

#[test]
fn writes_every_artifact_to_the_file_of_its_address() {
    let out = folder();
    let report = Site::of(&[("/", "home"), ("/文章/第一篇/", "你好"), ("/feed.xml", "<feed/>")])
        .with_copy("/media/film.mp4", "content/film.mp4", b"frames")
        .build(out.path());
    assert_eq!(names(out.path()), ["feed.xml", "index.html", "media/film.mp4", "文章/第一篇/index.html"]);
    assert_eq!(fs::read_to_string(out.path().join("文章/第一篇/index.html")).unwrap(), "你好");
    assert_eq!(fs::read(out.path().join("media/film.mp4")).unwrap(), b"frames");
    let expected = Report { committed: true, files: 4, bytes: 4 + 6 + 7 + 6, written: 4, unchanged: 0, removed: 0, ..Report::default() };
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
    let noted = emit(&doubtful, &mut Output::open(out.path(), &|| ()).unwrap(), &strict).unwrap();
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
        let error = emit(&site, &mut Output::open(Path::new(&out), &|| ()).unwrap(), &|_| false).unwrap_err();
        assert!(error.to_string().starts_with("cannot write `"), "{error}");
        return;
    }
    let out = folder();
    Site::of(&[("/", "old")]).build(out.path());
    let before = tree(out.path());
    let child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "emit::a_full_disk_leaves_the_old_site", "--nocapture"])
        .env(VICTIM, out.path())
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"));
    assert_eq!(tree(out.path()), before);
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
