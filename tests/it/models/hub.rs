//! Models fetched from a hub that this test plays: whole, in two attempts, damaged, absent.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::small::Small;
use crate::sandbox::{Run, Sandbox};

/// What went wrong on the way, once or always.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// The first answer with the graph ends after so many bytes.
    Breaks(usize),
    /// A byte of the graph is another.
    Damaged,
    /// Nothing is known of ranges.
    NoRanges,
}

/// A hub, and the ranges it was asked for.
struct Hub {
    address: String,
    ranges: Arc<Mutex<Vec<String>>>,
}

impl Hub {
    fn open(fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let ranges = Arc::new(Mutex::new(Vec::new()));
        let (asked, mut fault) = (ranges.clone(), fault);
        let small = Small { then: &["sentence_transformers.models.Dense"], ..Small::default() };
        let mut files: BTreeMap<String, Vec<u8>> =
            small.files().into_iter().map(|(path, bytes)| (path.to_owned(), bytes)).collect();
        // So that it is the longest of them.
        files.get_mut("tokenizer.json").unwrap().extend(b" ".repeat(2000));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                answer(&stream, &files, &mut fault, &asked);
            }
        });
        Self { address, ranges }
    }
}

/// Answers one request.
fn answer(mut stream: &TcpStream, files: &BTreeMap<String, Vec<u8>>, fault: &mut Fault, asked: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let path = lines.next().and_then(|line| Some(line.split(' ').nth(1)?.to_owned())).unwrap_or_default();
    let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).map(|line| line.to_ascii_lowercase()).collect();
    let range = headers.iter().find_map(|line| line.strip_prefix("range: bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
    let send = |mut stream: &TcpStream, status: &str, more: &str, body: &[u8], shown: usize| {
        let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{more}\r\n", body.len());
        let _ = stream.write_all(&body[..shown.min(body.len())]);
    };
    if path.starts_with("/api/models/small/one") {
        let large = |bytes: &[u8]| json!({ "sha256": Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>() });
        let list = files.iter().map(|(path, bytes)| {
            let lfs = if path == "model.onnx" { large(bytes) } else { json!(null) };
            json!({ "rfilename": path, "size": bytes.len(), "lfs": lfs })
        });
        let other = json!({ "rfilename": "pytorch_model.bin", "size": 1_000_000 });
        let body = json!({ "sha": "c0ffee", "siblings": list.chain([other]).collect::<Vec<_>>() }).to_string();
        send(stream, "200 OK", "", body.as_bytes(), usize::MAX);
    } else if let Some(file) = path.strip_prefix("/small/one/resolve/c0ffee/") {
        // As hubs do: files lie elsewhere.
        send(stream, "302 Found", &format!("Location: /elsewhere/{file}\r\n"), b"", 0);
    } else if let Some(bytes) = path.strip_prefix("/elsewhere/").and_then(|file| files.get(file)) {
        let is_graph = path.ends_with("model.onnx");
        let mut bytes = bytes.clone();
        if is_graph && *fault == Fault::Damaged {
            bytes[20] ^= 1;
        }
        let start = range.filter(|_| *fault != Fault::NoRanges).unwrap_or(0);
        if range.is_some() {
            asked.lock().unwrap().push(format!("{path} from {start}"));
        }
        let status = if start > 0 { "206 Partial Content" } else { "200 OK" };
        let shown = match *fault {
            Fault::Breaks(shown) if is_graph => {
                *fault = Fault::None;
                shown
            }
            _ => usize::MAX,
        };
        send(stream, status, "", &bytes[start..], shown);
    } else {
        send(stream, "404 Not Found", "", b"", 0);
    }
    let _ = stream.flush();
}

/// A site beside a folder for caches.
fn site() -> Sandbox {
    Sandbox::new(&[("site.yaml", "title: T\nbase_url: https://e.org/\n"), ("content/a.md", "# A\n\none two\n")])
}

fn run(site: &Sandbox, hub: &Hub, args: &[&str]) -> Run {
    let cache = site.root().join("cache");
    let variables =
        [("XDG_CACHE_HOME", cache.to_str().unwrap()), ("HF_ENDPOINT", &hub.address), ("KMSITE__RECOMMEND__MODEL", "small/one")];
    site.run_with(&variables, args)
}

#[test]
fn a_model_is_fetched_listed_verified_and_used() {
    let (site, hub) = (site(), Hub::open(Fault::None));
    let before = run(&site, &hub, &["model", "doctor"]);
    assert!(before.code == 2 && before.err.contains("kmsite model fetch small/one"), "{}", before.err);
    let fetched = run(&site, &hub, &["model", "fetch", "small/one"]);
    assert_eq!((fetched.code, fetched.err.as_str()), (0, ""), "{}", fetched.out);
    let folder = site.root().join("cache/kmsite/models/small--one");
    assert!(folder.join("1_Pooling/config.json").is_file() && !folder.join("pytorch_model.bin").exists());
    let doctor: serde_json::Value = serde_json::from_str(&run(&site, &hub, &["model", "doctor", "--json"]).out).unwrap();
    assert_eq!((&doctor["model"], &doctor["dimensions"]), (&"small/one".into(), &3.into()));
    let list: serde_json::Value = serde_json::from_str(&run(&site, &hub, &["model", "list", "--json"]).out).unwrap();
    let names: Vec<&str> = list.as_array().unwrap().iter().filter_map(|model| model["id"].as_str()).collect();
    assert_eq!(names, ["small/one"]);
    assert_eq!(run(&site, &hub, &["model", "verify"]).code, 0);
    std::fs::write(folder.join("tokenizer.json"), "{}").unwrap();
    let damaged = run(&site, &hub, &["model", "verify"]);
    assert!(damaged.code != 0 && damaged.err.contains("tokenizer.json` is not what was fetched"), "{}", damaged.err);
}

#[test]
fn what_broke_off_goes_on_and_what_is_damaged_begins_anew() {
    for fault in [Fault::Breaks(40), Fault::NoRanges] {
        let (site, hub) = (site(), Hub::open(fault));
        if fault == Fault::NoRanges {
            // What an attempt left behind that broke off.
            site.write("cache/kmsite/models/small--one.part/model.onnx", b"begun");
        } else {
            let broken = run(&site, &hub, &["model", "fetch", "small/one"]);
            assert!(
                broken.code != 0 && broken.err.contains("KM1005") && broken.err.contains("it goes on where"),
                "{}",
                broken.err
            );
        }
        let whole = run(&site, &hub, &["model", "fetch", "small/one"]);
        assert_eq!(whole.code, 0, "{}", whole.err);
        let from = if fault == Fault::NoRanges { 0 } else { 40 };
        assert_eq!(*hub.ranges.lock().unwrap(), [format!("/elsewhere/model.onnx from {from}")]);
        assert_eq!(site.read("cache/kmsite/models/small--one/model.onnx"), Small::default().graph());
    }
    let (site, hub) = (site(), Hub::open(Fault::Damaged));
    let damaged = run(&site, &hub, &["model", "fetch", "small/one"]);
    assert!(damaged.code != 0 && damaged.err.contains("is not what the hub says"), "{}", damaged.err);
    assert!(!site.root().join("cache/kmsite/models/small--one").exists(), "a model with a name is whole");
    assert_eq!(site.read("cache/kmsite/models/small--one.part/model.onnx"), b"", "nothing of it is relied on");
}

#[test]
fn a_hub_that_has_it_not_or_is_not_there_and_a_folder_that_cannot_be_are_said() {
    let (site, hub) = (site(), Hub::open(Fault::None));
    let none = run(&site, &hub, &["model", "fetch", "small/two"]);
    assert!(none.err.contains("no model `small/two`") && none.err.contains("404"), "{}", none.err);
    let name = run(&site, &hub, &["model", "fetch", "../two"]);
    assert!(name.err.contains("`../two` is no name of a model"), "{}", name.err);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = run(&site, &hub, &["model", "fetch", "small/one", "--hub", &format!("http://{closed}")]);
    assert!(silent.err.contains("does not answer") && silent.err.contains("HF_ENDPOINT"), "{}", silent.err);
    site.write("cache/kmsite", b"a file where a folder should be");
    let unwritten = run(&site, &hub, &["model", "fetch", "small/one"]);
    assert!(unwritten.err.contains("cannot be written") && unwritten.err.contains("XDG_CACHE_HOME"), "{}", unwritten.err);
}

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_is_said_and_what_came_stays() {
    let (site, hub) = (site(), Hub::open(Fault::None));
    let cache = site.root().join("cache");
    let variables = [("XDG_CACHE_HOME", cache.to_str().unwrap()), ("HF_ENDPOINT", &*hub.address)];
    let full = super::cramped(&site, &variables, &["model", "fetch", "small/one"]);
    let said = full.err.contains("KM1005") && full.err.contains("tokenizer.json` cannot be written");
    assert!(full.code != 0 && said && full.err.contains("make room there"), "{}", full.err);
    let whole = run(&site, &hub, &["model", "fetch", "small/one"]);
    assert_eq!(whole.code, 0, "{}", whole.err);
    assert_eq!(*hub.ranges.lock().unwrap(), ["/elsewhere/tokenizer.json from 512"]);
    assert_eq!(run(&site, &hub, &["model", "verify"]).code, 0);
}
