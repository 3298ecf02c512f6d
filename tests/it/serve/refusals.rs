//! What is refused: addresses that lead out, other hosts, requests that change something, ports that are taken.

use std::io::Write;
use std::net::TcpListener;

use super::server::{Server, command};
use crate::program::Ran;
use crate::sandbox::Sandbox;

const SITE: &[(&str, &str)] = &[
    ("site.yaml", "title: T\nbase_url: https://example.org/\n"),
    ("content/articles/a.md", "# A\n\nWords.\n"),
    ("secret.txt", "SECRET"),
    (".env", "SECRET"),
];

#[test]
fn no_address_leads_out_of_the_site() {
    let server = Server::of(SITE, &[]);
    let addresses = [
        "/../secret.txt",
        "/articles/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/articles/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/secret.txt%00.html",
        "//etc/passwd",
        "/secret.txt",
        "/.env",
        "/site.yaml",
        "/.kmsite/cache/highlight",
        "/content/articles/a.md",
        "/_kmsite/../secret.txt",
        "/_kmsite/nothing",
        "/%ff",
    ];
    for address in addresses {
        let answer = server.get(address);
        assert!(matches!(answer.status, 400 | 404), "{address}: {}", answer.status);
        assert!(!answer.text().contains("SECRET") && !answer.text().contains("root:"), "{address}");
    }
}

#[test]
fn a_build_is_served_from_its_folder_only() {
    let server = Server::of(SITE, &["--built"]);
    assert_eq!(server.get("/articles/a/").status, 200);
    for address in ["/../../secret.txt", "/%2e%2e/%2e%2e/secret.txt", "/.kmsite-manifest", "/.nojekyll", "/..%2f..%2fsecret.txt"]
    {
        let answer = server.get(address);
        assert!(matches!(answer.status, 400 | 404), "{address}: {}", answer.status);
        assert!(!answer.text().contains("SECRET"), "{address}");
    }
}

#[test]
fn other_hosts_are_refused() {
    let server = Server::of(SITE, &[]);
    for host in ["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.nip.io", "192.168.0.7", ""] {
        assert_eq!(server.ask("GET", "/", &[("Host", host)]).status, 403, "{host}");
        assert_eq!(server.ask("GET", "/_kmsite/events", &[("Host", host)]).status, 403, "{host}");
    }
    assert_eq!(server.send(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n").status, 403);
    for host in ["localhost", "LOCALHOST:9", "127.0.0.1", "[::1]:4040"] {
        assert_eq!(server.ask("GET", "/", &[("Host", host)]).status, 200, "{host}");
    }
}

#[test]
fn only_reading_is_answered() {
    let server = Server::of(SITE, &[]);
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"] {
        let answer = server.ask(method, "/", &[]);
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("Allow"), Some("GET, HEAD"), "{method}");
    }
}

#[test]
fn nonsense_ends_its_own_connection_only() {
    let mut server = Server::of(SITE, &[]);
    for nonsense in [
        &b"\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"GET / HTTP/1.1\r\nNo colon\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
    ] {
        let mut stream = server.connect();
        let _ = stream.write_all(nonsense);
    }
    let target = format!("/{}", "a".repeat(100_000));
    assert!(server.get(&target).status >= 400);
    assert_eq!(server.get("/articles/a/").status, 200);
    assert!(server.is_alive());
}

#[test]
fn a_port_that_is_taken_is_told() {
    let site = Sandbox::new(SITE);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ran = Ran::of(&command(site.root(), &["--port", &port, "--json"]).output().unwrap());
    insta::assert_snapshot!(ran.findings(site.root()).replace(&port, "PORT"), @"
    error KM0908: cannot listen at `127.0.0.1:PORT`: another program listens there
      name another port, or none to take the next that is free
    exit 2
    ");
}

#[test]
fn a_folder_that_is_none_is_told() {
    let site = Sandbox::new(SITE);
    let ran = Ran::of(&command(site.root(), &["--root", "nowhere", "--json"]).output().unwrap());
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("KM0904"), "{}", ran.err);
}
