//! What is answered: pages, files and parts of files, ways on, and the page for what is not there.

use std::io::{BufRead, BufReader, Read, Write};

use super::server::{Server, command};
use crate::sandbox::{KEY, Sandbox};

const SITE: &[(&str, &str)] = &[
    ("site.yaml", "title: { zh: 小站, en: Site }\nbase_url: https://example.org/\nlanguages: { default: zh, others: [en] }\n"),
    ("content/articles/文.md", "# 文\n\n字。\n"),
    ("content/en/articles/a.md", "# An essay\n\nWords. [A film](b.mp4)\n"),
    ("content/en/articles/b.mp4", "0123456789"),
    ("content/en/articles/draft.md", "---\ndraft: true\n---\n# Unfinished\n"),
    ("content/en/articles/later.md", "---\ndate: 2999-01-01\n---\n# Later\n"),
    ("static/favicon.ico", "icon"),
];

#[test]
fn pages_and_files_are_what_they_say_they_are() {
    let server = Server::of(SITE, &[]);
    let types = [
        ("/", "text/html; charset=utf-8"),
        ("/articles/%E6%96%87/", "text/html; charset=utf-8"),
        ("/en/articles/a/", "text/html; charset=utf-8"),
        ("/en/articles/a/index.html", "text/html; charset=utf-8"),
        ("/en/articles/a/?x=1", "text/html; charset=utf-8"),
        ("/en/articles/b.mp4", "video/mp4"),
        ("/feed.xml", "application/atom+xml"),
        ("/sitemap.xml", "application/xml"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/favicon.ico", "image/x-icon"),
        ("/_kmsite/preview.js", "text/javascript; charset=utf-8"),
        ("/_kmsite/preview.css", "text/css; charset=utf-8"),
    ];
    for (path, media) in types {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("Content-Type"), Some(media), "{path}");
        assert_eq!(answer.header("Cache-Control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("Content-Length"), Some(&*answer.body.len().to_string()), "{path}");
    }
    assert_eq!(server.get("/favicon.ico").body, b"icon");
    let page = server.text("/en/articles/a/");
    let style = page.split('"').find(|part| part.starts_with("/assets/") && part.ends_with(".css")).unwrap();
    assert_eq!(server.get(style).header("Content-Type"), Some("text/css; charset=utf-8"));
}

#[test]
fn a_stream_of_events_has_the_headers_of_all_answers() {
    let server = Server::of(SITE, &[]);
    let mut stream = server.connect();
    write!(stream, "GET /_kmsite/events HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).unwrap();
    let lines = BufReader::new(stream).lines().map(Result::unwrap).take_while(|line| !line.is_empty());
    let head: Vec<String> = lines.collect();
    let page = server.get("/");
    for name in ["Cache-Control", "X-Content-Type-Options", "Cross-Origin-Resource-Policy"] {
        let line = format!("{name}: {}", page.header(name).unwrap());
        assert!(head.contains(&line), "{line} is not in {head:?}");
    }
}

#[test]
fn a_page_without_its_slash_is_found() {
    let server = Server::of(SITE, &[]);
    let answer = server.get("/en/articles/a");
    assert_eq!((answer.status, answer.header("Location")), (302, Some("/en/articles/a/")));
    let answer = server.get("/articles/%E6%96%87");
    assert_eq!((answer.status, answer.header("Location")), (302, Some("/articles/%E6%96%87/")));
}

#[test]
fn what_is_not_there_is_told_in_its_language() {
    let server = Server::of(SITE, &[]);
    let (zh, en) = (server.get("/nothing/"), server.get("/en/nothing/"));
    assert_eq!((zh.status, en.status), (404, 404));
    assert!(zh.text().contains("<html lang=\"zh\"") && en.text().contains("<html lang=\"en\""));
    assert_eq!(server.get("/en/articles/draft/").status, 404);
    assert_eq!(server.get("/en/articles/later/").status, 404);
}

#[test]
fn drafts_and_later_pieces_are_shown_when_asked_for() {
    let server = Server::of(SITE, &["--drafts", "--future"]);
    assert_eq!(server.get("/en/articles/draft/").status, 200);
    assert_eq!(server.get("/en/articles/later/").status, 200);
}

#[test]
fn a_head_is_a_page_without_its_body() {
    let server = Server::of(SITE, &[]);
    for path in ["/en/articles/a/", "/en/articles/b.mp4", "/nothing/"] {
        let (whole, head) = (server.get(path), server.ask("HEAD", path, &[]));
        assert_eq!(head.status, whole.status, "{path}");
        assert!(head.body.is_empty(), "{path}");
        assert_eq!(head.header("Content-Length"), whole.header("Content-Length"), "{path}");
    }
}

#[test]
fn players_get_the_part_they_ask_for() {
    for args in [&[][..], &["--built"]] {
        let server = Server::of(SITE, args);
        let part = |range: &str| {
            let answer = server.ask("GET", "/en/articles/b.mp4", &[("Range", range)]);
            (answer.status, answer.header("Content-Range").map(str::to_owned), answer.text())
        };
        assert_eq!(part("bytes=2-4"), (206, Some("bytes 2-4/10".to_owned()), "234".to_owned()));
        assert_eq!(part("bytes=8-"), (206, Some("bytes 8-9/10".to_owned()), "89".to_owned()));
        assert_eq!(part("bytes=-3"), (206, Some("bytes 7-9/10".to_owned()), "789".to_owned()));
        assert_eq!(part("bytes=10-"), (416, Some("bytes */10".to_owned()), String::new()));
        assert_eq!(part("bytes=4-2"), (200, None, "0123456789".to_owned()));
        assert_eq!(server.get("/en/articles/b.mp4").header("Accept-Ranges"), Some("bytes"));
        let head = server.ask("HEAD", "/en/articles/b.mp4", &[("Range", "bytes=2-4")]);
        assert_eq!((head.status, head.header("Content-Length"), head.body.len()), (200, Some("10"), 0));
        assert_eq!(head.header("Content-Range"), None);
    }
}

#[test]
fn a_site_below_a_path_is_served_there() {
    let site = Sandbox::new(SITE);
    site.write(
        "site.yaml",
        "title: T\nbase_url: https://example.org/blog/\nlanguages: { default: zh, others: [en] }\n".as_bytes(),
    );
    for args in [&[][..], &["--built"]] {
        let server = Server::on(Sandbox::new(&[]), &[&["--root", site.root().to_str().unwrap()], args].concat());
        for path in ["/", "/blog"] {
            let answer = server.get(path);
            assert_eq!((answer.status, answer.header("Location")), (302, Some("/blog/")), "{path}");
        }
        assert_eq!(server.get("/blog/en/articles/a/").status, 200);
        assert_eq!(server.get("/blog/en/articles/a").header("Location"), Some("/blog/en/articles/a/"));
        assert_eq!(server.get("/en/articles/a/").status, 404);
        assert_eq!(server.get("/blogger/").status, 404);
    }
}

#[test]
fn a_preview_names_itself_and_a_build_names_the_site() {
    let server = Server::of(SITE, &[]);
    let canonical = |origin: &str| format!("<link rel=\"canonical\" href=\"{origin}/en/articles/a/\">");
    let own = format!("http://{}", server.address);
    assert!(server.text("/en/articles/a/").contains(&canonical(&own)));
    assert!(server.text("/feed.xml").contains(&own) && !server.text("/feed.xml").contains("example.org"));
    let built = Server::of(SITE, &["--built"]);
    assert!(built.text("/en/articles/a/").contains(&canonical("https://example.org")));
}

#[test]
fn a_build_is_served_with_what_is_sealed() {
    let yaml = "title: T\nbase_url: https://elsewhere.example.org/\ntiers: [{id: free}, {id: pro}]\naccess: { demo_key: true }\n";
    let text = "---\ntier: pro\n---\n# A\n\nOpen.\n\n<!-- paywall -->\n\nHidden.\n";
    let files = [("site.yaml", yaml), ("content/articles/a.md", text)];
    let demo = Server::of(&files, &["--built"]);
    let page = demo.text("/articles/a/");
    let (_, rest) = page.split_once("data-km-cid=\"").expect("the demo key will do wherever the site stands");
    let (cid, _) = rest.split_once('"').unwrap();
    assert_eq!((demo.get(&format!("/sealed/{cid}.bin")).status, demo.get("/sealed/members.json").status), (200, 200));
    assert!(!page.contains("Hidden"));

    let mut none = Server::of(&[("site.yaml", &yaml.replace("demo_key: true", "")), files[1]], &["--built"]);
    assert!(none.text("/articles/a/").contains("Open."), "without a key the public pages are there");
    assert!(none.is_alive());

    let own = Sandbox::new(&[("site.yaml", &yaml.replace("demo_key: true", "")), files[1]]);
    own.write("members.yaml", b"version: 1\n");
    let mut command = command(own.root(), &["--built"]);
    command.env("KMSITE_MASTER_KEY", KEY);
    let own = Server::started(own, command);
    let sealed = own.text("/articles/a/");
    assert!(sealed.contains("data-km-cid=\"") && !sealed.contains(cid), "it is sealed with the site's own key");
}

#[test]
fn a_build_is_served_byte_by_byte() {
    let server = Server::of(SITE, &["--built"]);
    server.until_holds("/en/articles/a/", "Words.");
    let run = server.site.run(&["build", "--quiet"]);
    assert_eq!(run.code, 0, "{}", run.err);
    for (path, file) in [
        ("/", "index.html"),
        ("/en/articles/a/", "en/articles/a/index.html"),
        ("/feed.xml", "feed.xml"),
        ("/en/articles/b.mp4", "en/articles/b.mp4"),
    ] {
        assert_eq!(server.get(path).body, server.site.read(&format!("dist/{file}")), "{path}");
    }
    let missing = server.get("/en/nothing/");
    assert_eq!((missing.status, missing.body), (404, server.site.read("dist/en/404.html")));
    assert_eq!(server.get("/_kmsite/../").status, 400);
    server.site.write("content/en/articles/a.md", b"# An essay\n\nOther words.\n");
    server.until_holds("/en/articles/a/", "Other words.");
}

#[test]
fn fifty_at_once_get_the_same_page() {
    let server = Server::of(SITE, &[]);
    let page = server.get("/en/articles/a/").body;
    std::thread::scope(|scope| {
        for _ in 0..50 {
            scope.spawn(|| assert_eq!(server.get("/en/articles/a/").body, page));
        }
    });
}

#[test]
fn who_is_slow_holds_up_nobody() {
    let site = Sandbox::new(SITE);
    site.write("content/en/articles/b.mp4", &vec![7; 20_000_000]);
    let server = Server::on(site, &[]);
    // Clients that stop in the middle of a request, and clients that ask for much and read nothing.
    let slow: Vec<_> = (0..40)
        .map(|number| {
            let mut stream = server.connect();
            let end = if number % 2 == 0 { "\r\n\r\n" } else { "" };
            write!(stream, "GET /en/articles/b.mp4 HTTP/1.1\r\nHost: {}{end}", server.address).unwrap();
            stream
        })
        .collect();
    assert_eq!(server.get("/en/articles/a/").status, 200);
    server.site.write("content/en/articles/a.md", b"# An essay\n\nFaster.\n");
    server.until_holds("/en/articles/a/", "Faster.");
    drop(slow);
}

#[test]
fn connections_that_stay_open_hold_up_nobody() {
    let server = Server::of(SITE, &[]);
    // All at once, as a browser opens them; none is closed before all are answered.
    let mut open: Vec<_> = (0..60).map(|_| server.connect()).collect();
    for stream in &mut open {
        write!(stream, "GET /favicon.ico HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    }
    for stream in &mut open {
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\nicon") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.push(byte[0]);
        }
    }
}

#[test]
fn one_connection_serves_many_requests() {
    let server = Server::of(SITE, &[]);
    let mut stream = server.connect();
    for path in ["/en/articles/a/", "/nothing/", "/robots.txt"] {
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap().parse().unwrap();
        let mut body = vec![0; length];
        stream.read_exact(&mut body).unwrap();
    }
}
