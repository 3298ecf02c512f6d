//! What a disk refuses: files and folders that may not be read, folders that may not be written to, and no room.
//!
//! The superuser is refused nothing: where these tests run as root, the program runs as a user who owns none of the files.
#![cfg(target_os = "linux")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;

use crate::program::{Folder, Ran};
use crate::sandbox::tree;

/// A user without rights: `nobody` on nearly every system.
const NOBODY: u32 = 65534;

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("a change of mode");
}

/// Runs the program on a site as a user to whom modes mean something.
fn as_anybody(site: &Folder, args: &[&str]) -> String {
    let program = Folder::empty();
    let copy = program.path().join("kmsite");
    fs::copy(env!("CARGO_BIN_EXE_kmsite"), &copy).expect("a copy of the program");
    let mut command = Command::new(&copy);
    command.current_dir(site.path()).args(args).arg("--json");
    crate::sandbox::without_model(&mut command);
    if fs::metadata(site.path()).expect("a folder").uid() == 0 {
        chmod(program.path(), 0o755);
        command.uid(NOBODY).gid(NOBODY);
    }
    let ran = Ran::of(&command.output().expect("a run"));
    // The folders are to be removed in the end.
    for entry in walkdir::WalkDir::new(site.path()).into_iter().flatten().filter(|entry| entry.file_type().is_dir()) {
        chmod(entry.path(), 0o755);
    }
    ran.findings(site.path())
}

/// Findings without the name of a staged file, which is its number in the plan.
fn unnumbered(findings: &str) -> String {
    let (before, rest) = findings.split_once(".kmsite-stage/").expect("a staged file");
    format!("{before}.kmsite-stage/…{}", &rest[rest.find('`').expect("the end of its name")..])
}

#[test]
fn files_and_folders_that_may_not_be_read() {
    let site = Folder::site(&[
        ("content/a.md", "![x](x.png) [甲](锁/甲.md)\n"),
        ("content/b.md", "x\n"),
        ("content/x.png", ""),
        ("content/锁/甲.md", "x\n"),
        ("static/y.txt", "y"),
    ]);
    for file in ["content/b.md", "content/x.png", "static/y.txt", "content/锁"] {
        chmod(&site.path().join(file), 0);
    }
    chmod(site.path(), 0o777);
    assert_snapshot!(as_anybody(&site, &["build"]), @r"
    warning KM0405 content/a.md:1:1: no image at `x.png`
      there is no `content/x.png`: add it, or mend the link
    warning KM0403 content/a.md:1:13: no page or file at `锁/甲.md`
      there is no `content/锁/甲.md`: add it, or mend the link
    error KM0101 content/b.md: `content/b.md` cannot be read: Permission denied (os error 13)
      look at the file's permissions, or take it out of the site's folder
    error KM0101 content/x.png: `content/x.png` cannot be read: Permission denied (os error 13)
      look at the file's permissions, or take it out of the site's folder
    error KM0101 content/锁: `content/锁` cannot be read: Permission denied (os error 13)
      make `content/锁` readable, or move it out of the site's folder
    exit 1
    ");
    assert!(!site.dist().exists(), "pages would have disappeared from the site without a word");
}

#[test]
fn a_site_file_that_may_not_be_read() {
    let site = Folder::site(&[("content/a.md", "x\n")]);
    chmod(&site.path().join("site.yaml"), 0);
    chmod(site.path(), 0o777);
    assert_snapshot!(as_anybody(&site, &["check"]), @r"
    error KM0101 site.yaml: `site.yaml` cannot be read: Permission denied (os error 13)
      look at the file's permissions, or take it out of the site's folder
    exit 2
    ");
}

#[test]
fn folders_that_may_not_be_written_to() {
    let site = Folder::site(&[("content/a.md", "x\n")]);
    chmod(site.path(), 0o555);
    assert_snapshot!(as_anybody(&site, &["build"]), @r"
    warning KM0806: the cache in `./.kmsite` is off: Permission denied (os error 13)
      make the folder writable, so that the next build is faster
    error KM0907: cannot open the output folder: cannot make the folder `./dist`: Permission denied (os error 13)
      look at the permissions of the file and of the folders above it
    exit 3
    ");
}

#[test]
fn links_in_circles_of_their_own() {
    let site = Folder::site(&[("content/a.md", "x\n"), ("content/甲/a.md", "x\n")]);
    for (link, target) in [("self.md", "self.md"), ("x", "y"), ("y", "x"), ("甲/乙", "../甲")] {
        symlink(target, site.path().join("content").join(link)).expect("a link");
    }
    assert_snapshot!(site.build(&[]), @r"
    error KM0101 content/self.md: `content/self.md` cannot be read: Too many levels of symbolic links (os error 40)
      make `content/self.md` readable, or move it out of the site's folder
    error KM0101 content/x: `content/x` cannot be read: Too many levels of symbolic links (os error 40)
      make `content/x` readable, or move it out of the site's folder
    error KM0101 content/y: `content/y` cannot be read: Too many levels of symbolic links (os error 40)
      make `content/y` readable, or move it out of the site's folder
    warning KM0103 content/甲/乙: the link `content/甲/乙` leads back to `content/甲`
      remove the link `content/甲/乙`
    exit 1
    ");
}

#[test]
fn a_write_that_fails_in_the_middle_leaves_the_old_site() {
    let site = Folder::site(&[("content/a.md", "old\n")]);
    assert_eq!(site.build(&[]), "exit 0");
    let old = tree(&site.dist());
    let site = site.with("content/a.md", "new\n").with("static/long.txt", "x".repeat(300_000));
    // No file may become longer than 200 kB or so; the system's signal is ignored, so that the write is what fails.
    let script = "trap '' XFSZ; ulimit -f 400; exec \"$0\" build --no-cache --json";
    let output = Command::new("sh").args(["-c", script, env!("CARGO_BIN_EXE_kmsite")]).current_dir(site.path()).output();
    assert_eq!(
        unnumbered(&Ran::of(&output.expect("a shell")).findings(site.path())),
        "error KM0907: cannot write the site: cannot write `./dist/.kmsite-stage/…`: File too large (os error 27)\n  \
         try again; if it stays so, look at the disk\nexit 3"
    );
    assert!(tree(&site.dist()) == old, "nothing of the new site is there");
}

#[test]
fn a_full_disk_leaves_the_old_site() {
    let site = Folder::site(&[("content/a.md", "old\n")]);
    assert_eq!(site.build(&["--out", "old"]), "exit 0");
    let old = tree(&site.path().join("old"));
    fs::create_dir(site.dist()).expect("a folder");
    let site = site.with("content/a.md", "new\n").with("static/long.bin", vec![7; 3_000_000]);
    // In a namespace of its own, `dist` is a disk of two megabytes with the old site on it.
    let script = "mount -t tmpfs -o size=2m none dist && cp -a old/. dist || exit 77\n\
                  \"$0\" build --no-cache --json >out 2>err; code=$?; cp -a dist seen; cat out; cat err >&2; exit $code";
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", script, env!("CARGO_BIN_EXE_kmsite")]);
    let output = command.current_dir(site.path()).output();
    let Some(output) = output.ok().filter(|output| site.path().join("seen").exists() || output.status.code() == Some(3)) else {
        crate::sandbox::say("no disk can be mounted here: a full one was not tried");
        return;
    };
    assert_eq!(
        unnumbered(&Ran::of(&output).findings(site.path())),
        "error KM0907: cannot write the site: cannot write `./dist/.kmsite-stage/…`: No space left on device (os error 28)\n  \
         make room on the disk, then try again\nexit 3"
    );
    assert!(tree(&site.path().join("seen")) == old, "nothing of the new site is there");
}

#[test]
fn a_file_of_fifty_megabytes() {
    let line = "一行代码 and a line of code, neither of which ends soon enough to be short\n";
    let long = line.repeat(50_000_000 / line.len());
    let site = Folder::site(&[("content/a.md", "x\n")]).with("content/long.md", format!("# 长\n\n```\n{long}LAST\n```\n"));
    assert_snapshot!(site.build(&[]), @r"
    warning KM0104 content/long.md: `content/long.md` has 49 MB of text
      split it into several files
    exit 0
    ");
    assert!(site.page("long/index.html").contains("LAST"));
}
