//! Output folders that cannot be, streams that take nothing, and two builds at once.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use insta::assert_snapshot;
use kmsite::emit::Output;

use crate::program::{Folder, Ran};

fn site() -> Folder {
    Folder::site(&[("content/a.md", "x\n")])
}

#[test]
fn output_never_lies_in_the_content_or_around_it() {
    let site = site();
    let out = |folder: &str| site.build(&["--out", folder]);
    assert_snapshot!(out("content/dist"), @r"
    error KM0801: the output folder `./content/dist` lies inside the content
      choose another folder with `--out`
    exit 2
    ");
    assert_snapshot!(out("."), @r"
    error KM0801: the output folder `./.` is the site's own folder
      choose another folder with `--out`
    exit 2
    ");
    assert_snapshot!(out(".."), @r"
    error KM0801: the output folder `./..` holds the content
      choose another folder with `--out`
    exit 2
    ");
    assert_snapshot!(out("content"), @r"
    error KM0801: the output folder `./content` lies inside the content, and holds files that kmsite did not write
      choose another folder with `--out`
    exit 2
    ");
    assert_eq!(std::fs::read_to_string(site.path().join("content/a.md")).ok().as_deref(), Some("x\n"));
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_folder_that_cannot_be_made() {
    let site = site().with("content/b.md", "[x](no.md)\n");
    // What was found until then is told too.
    assert_snapshot!(site.build(&["--out", "site.yaml/x"]), @r"
    warning KM0403 content/b.md:1:1: no page or file at `no.md`
      there is no `content/no.md`: add it, or mend the link
    error KM0907: cannot open the output folder: cannot make the folder `./site.yaml/x`: Not a directory (os error 20)
      choose another path: a file stands where a folder is needed, or the other way round
    exit 3
    ");
}

#[test]
fn a_file_of_somebody_else_is_never_overwritten() {
    let site = site().with("dist/index.html", "mine");
    assert_snapshot!(site.build(&[]), @r"
    error KM0802: `index.html` is in the way: the output folder holds it, and kmsite did not write it
      move it elsewhere, or choose another folder with `--out`
    exit 1
    ");
    assert_eq!(site.page("index.html"), "mine");
}

#[test]
fn a_second_build_waits_and_says_so() {
    let site = site();
    let held = Output::open(&site.dist(), &|| ()).expect("an output folder");
    let mut child = site.command(&["build"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("a build");
    let mut said = BufReader::new(child.stderr.take().expect("its errors"));
    let mut line = String::new();
    said.read_line(&mut line).expect("a line");
    assert_eq!(line, "waiting for another build of this folder to finish\n");
    assert!(!site.dist().join("index.html").exists());
    drop(held);
    assert!(child.wait().expect("its end").success());
    assert!(site.page("a/index.html").contains("<p>x</p>"));
}

#[test]
fn nobody_reading_on_is_no_error() {
    let mut child =
        site().command(&["explain"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the list of codes");
    let mut line = String::new();
    BufReader::with_capacity(1, child.stdout.take().expect("its answer")).read_line(&mut line).expect("a line");
    assert!(line.starts_with("KM0101 "), "{line}");
    let ran = Ran::of(&child.wait_with_output().expect("its end"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let site = site();
    let full = std::fs::File::options().write(true).open("/dev/full").expect("a device that is always full");
    let ran = Ran::of(&site.command(&["schema", "--json"]).stdout(full).output().expect("a run"));
    assert_snapshot!(ran.findings(site.path()), @r"
    error KM0907: cannot write the answer: No space left on device (os error 28)
      make room on the disk, then try again
    exit 3
    ");
}
