//! The first five minutes with kmsite, as the README tells them, through the built program.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "a creator edits files")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::sandbox::{Sandbox, run_on};
use crate::serve::server::{self, Server};

/// How long a browser may take to be opened; machines that are busy are slow.
const DEADLINE: Duration = Duration::from_secs(60);

const LESSON: &str = "content/courses/clear-writing/02-write/01-cut.md";
const COURSE: &str = "content/courses/clear-writing/_index.md";
const ADDRESS: &str = "/courses/clear-writing/write/cut/";

/// The message that a misspelt tier is answered by, on the terminal and over the page alike.
const ANSWER: &str = "\
error[KM0501]: unknown tier `mmber`
 --> content/courses/clear-writing/_index.md:6:7
  |
6 | tier: mmber
  |       ^^^^^
  |
  = help: did you mean `member`?
  = help: the tiers of this site are `free`, `member`";

/// A browser that writes down where it was sent.
fn browser(home: &Path) -> String {
    let folder = home.join("bin");
    fs::create_dir(&folder).unwrap();
    for name in ["xdg-open", "open"] {
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/sh\necho \"$1\" > '{0}/opened' && mv '{0}/opened' '{0}/address'\n", home.display()))
            .unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default())
}

/// Where the browser was sent.
fn opened(home: &Path) -> String {
    let start = Instant::now();
    loop {
        if let Ok(address) = fs::read_to_string(home.join("address")) {
            return address.trim().to_owned();
        }
        assert!(start.elapsed() < DEADLINE, "no browser was opened");
        std::thread::yield_now();
    }
}

/// Edits a file as an editor does: all of it is written.
fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn a_newcomer_has_a_site_that_answers_in_five_minutes() {
    let home = Sandbox::new(&[]);
    let made = home.run(&["new", "我的专栏", "--lang", "zh", "--template", "course"]);
    assert_eq!((made.code, made.err.as_str()), (0, ""));
    assert!(made.out.starts_with("made `我的专栏`: "), "{}", made.out);

    let site = home.root().join("我的专栏");
    let mut command = server::command(&site, &["--open"]);
    command.env("PATH", browser(home.root()));
    let server = Server::started(home, command);
    assert_eq!(opened(server.site.root()), format!("http://{}", server.address));
    let home_page = server.get("/");
    assert!(home_page.status == 200 && home_page.text().contains("我的专栏"));

    let mut events = server.events(ADDRESS);
    events.next();
    edit(&site.join(LESSON), "写完一段，先不要改，先删。", "写完一段，放一夜，再删。");
    server.until_holds(ADDRESS, "写完一段，放一夜，再删。");

    edit(&site.join(COURSE), "tier: member", "tier: mmber");
    let told = events.until(|told| told["errors"] == 1);
    assert_eq!(told["findings"][0]["text"], ANSWER);
    server.until_holds(ADDRESS, "写完一段，放一夜，再删。");
    let checked = run_on(&site, &["check"]);
    assert_eq!((checked.code, checked.err.trim_end()), (1, ANSWER));

    edit(&site.join(COURSE), "tier: mmber", "tier: member");
    let told = events.until(|told| told["errors"] == 0);
    assert_eq!(told["findings"].as_array().map(Vec::len), Some(0), "{told}");

    let matrix = run_on(&site, &["matrix"]);
    assert!(matrix.code == 0 && matrix.out.contains("写作"), "{}", matrix.out);
    let built = run_on(&site, &["build", "--strict"]);
    assert_eq!((built.code, built.err.as_str()), (0, ""));
    let page = fs::read_to_string(site.join("dist").join(ADDRESS.trim_start_matches('/')).join("index.html")).unwrap();
    assert!(page.contains("写完一段，放一夜，再删。"));
    assert!(!page.contains("遮住以后这一段照样成立的"), "what is paid for is published");
}
