//! A running preview, and a client that speaks HTTP to it by hand.
#![expect(clippy::disallowed_methods, reason = "tests write sites")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::sandbox::Sandbox;

/// How long anything may take before a test fails; machines that are busy are slow.
const DEADLINE: Duration = Duration::from_secs(60);

/// A preview at work, stopped when it is dropped.
pub struct Server {
    /// The site's folder.
    pub site: Sandbox,
    child: Child,
    /// `127.0.0.1:PORT`.
    pub address: String,
    out: BufReader<std::process::ChildStdout>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    head: String,
    /// The content.
    pub body: Vec<u8>,
}

impl Server {
    /// Serves a site of these files, which gets a `site.yaml` if it has none.
    pub fn of(files: &[(&str, &str)], args: &[&str]) -> Self {
        Self::on(Sandbox::new(files), args)
    }

    /// Serves a folder.
    pub fn on(site: Sandbox, args: &[&str]) -> Self {
        let command = command(site.root(), args);
        Self::started(site, command)
    }

    /// Starts a command that serves a folder.
    pub fn started(site: Sandbox, mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").unwrap().trim_end_matches('/').to_owned();
        Self { site, child, address, out }
    }

    /// The next line on the terminal.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Fetches a path.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    /// The text of a page.
    pub fn text(&self, path: &str) -> String {
        self.get(path).text()
    }

    /// Fetches a path as someone with this entitlement.
    pub fn seen_by(&self, viewer: &str, path: &str) -> Answer {
        self.ask("GET", path, &[("Cookie", &format!("other=1; kmsite_view={viewer}"))])
    }

    /// Sends a request with headers of its own; a `Host` among them stands in for the right one.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request.push_str(&format!("Host: {}\r\n", self.address));
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        self.send(format!("{request}\r\n").as_bytes())
    }

    /// Sends bytes as they are.
    pub fn send(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request).unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        let end = all.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer has a head");
        let head = String::from_utf8(all[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: all[end + 4..].to_vec() }
    }

    /// A connection.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream
    }

    /// What a page is told, from now on.
    pub fn events(&self, page: &str) -> Events {
        let mut stream = self.connect();
        write!(stream, "GET /_kmsite/events?page={page} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address).unwrap();
        Events(BufReader::new(stream))
    }

    /// Fetches a page again and again until it is as it should be.
    pub fn until(&self, path: &str, is_so: impl Fn(&Answer) -> bool) -> Answer {
        let start = Instant::now();
        loop {
            let answer = self.get(path);
            if is_so(&answer) {
                return answer;
            }
            assert!(start.elapsed() < DEADLINE, "{path} did not become what it should: {}", answer.text());
            std::thread::yield_now();
        }
    }

    /// Waits until a page holds a text.
    pub fn until_holds(&self, path: &str, text: &str) {
        self.until(path, |answer| answer.status == 200 && answer.text().contains(text));
    }

    /// The memory the program has in hand, in kibibytes.
    #[cfg(target_os = "linux")]
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// The number of the process.
    #[cfg(unix)]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the program's end.
    #[cfg(unix)]
    pub fn wait(&mut self) {
        let start = Instant::now();
        while self.is_alive() {
            assert!(start.elapsed() < DEADLINE, "it does not end");
            std::thread::yield_now();
        }
    }

    /// Whether the program still runs.
    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, ready to serve a folder at a free port.
pub fn command(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kmsite"));
    command.current_dir(root).env("TZ", "UTC").env("KMSITE__RECOMMEND__MODEL", "none").arg("serve");
    if !args.contains(&"--port") {
        command.args(["--port", "0"]);
    }
    command.args(args);
    command
}

impl Answer {
    /// The content as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// A stream of what a page is told.
pub struct Events(BufReader<TcpStream>);

impl Events {
    /// The next thing that is told.
    pub fn next(&mut self) -> Value {
        let start = Instant::now();
        let mut line = String::new();
        loop {
            line.clear();
            assert!(start.elapsed() < DEADLINE, "nothing was told");
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream has ended");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).unwrap();
            }
        }
    }

    /// Reads on until something is told.
    pub fn until(&mut self, is_so: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let told = self.next();
            if is_so(&told) {
                return told;
            }
            assert!(start.elapsed() < DEADLINE, "it was never told: {told}");
        }
    }
}
