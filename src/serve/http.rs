//! Requests -> answers on the wire: a thread for each, so that a slow one holds up nobody.
//!
//! This is the only module that knows `tiny_http`. Invariant: whatever is sent may not be stored, is what it says it is, and is for pages of
//! this server only; requests that change something, or that name another host, are refused.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tiny_http::{Header, Method, Request, Response, StatusCode};

use super::answer::{self, Answer, Content};
use super::range::{self, Part};
use super::request::{self, Refusal};
use super::stage::Stage;
use super::{Event, Loopback, events};
use crate::artifact::MediaType;
use crate::id::Route;
use crate::world::{Stream, World};

/// How many requests are answered at the same time; more are asked to come again.
const AT_ONCE: usize = 256;

/// What requests are answered from.
pub(super) struct Desk {
    /// What is shown.
    pub stage: Arc<Stage>,
    /// The site's files.
    pub world: Arc<dyn World>,
    /// Where findings go.
    pub report: Box<dyn Fn(Event) + Send + Sync>,
    /// The address that is listened at.
    pub listening: SocketAddr,
    /// The proof that nobody else listens in, if nobody does.
    pub loopback: Option<Loopback>,
}

/// Answers requests for good, in threads of their own.
///
/// # Errors
/// Those of the system when it gives no thread.
pub(super) fn serve(listener: TcpListener, desk: Desk) -> io::Result<()> {
    let server = tiny_http::Server::from_listener(listener, None).map_err(io::Error::other)?;
    let desk = Arc::new(desk);
    let busy = Arc::new(AtomicUsize::new(0));
    let receive = move || {
        while let Ok(request) = server.recv() {
            if busy.fetch_add(1, Ordering::Relaxed) >= AT_ONCE {
                busy.fetch_sub(1, Ordering::Relaxed);
                let _ = request.respond(Response::empty(503));
                continue;
            }
            let (desk, busy) = (desk.clone(), busy.clone());
            let handle = move || {
                let _leaving = Leaving(busy);
                // The other end may be gone, which is its own business.
                let _ = desk.handle(request);
            };
            if thread::Builder::new().name("request".to_owned()).spawn(handle).is_err() {
                continue;
            }
        }
    };
    thread::Builder::new().name("http".to_owned()).spawn(receive).map(drop)
}

/// Counts a request out, also one that ends in a panic.
struct Leaving(Arc<AtomicUsize>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Desk {
    fn handle(&self, request: Request) -> io::Result<()> {
        let method = request.method().clone();
        let host = value(&request, "Host").map(str::to_owned);
        if request::check_host(host.as_deref(), self.listening.ip()).is_err() {
            return self.send(request, Answer::words(403, "this preview answers to `localhost` only"));
        }
        if !matches!(method, Method::Get | Method::Head) {
            return self.send(request, Answer::words(405, "only GET and HEAD are answered"));
        }
        let (path, query) = match request::target(request.url()) {
            Ok((path, query)) => (path, query.to_owned()),
            Err(Refusal::Address | Refusal::Host) => {
                return self.send(request, Answer::words(400, "this is no address of a page"));
            }
        };
        match path.strip_prefix("/_kmsite/") {
            Some("events") => self.stream(request, &query),
            Some(name) => self.send(request, own_file(name)),
            None => {
                let viewer = request::viewer(value(&request, "Cookie"), self.loopback.as_ref());
                let mut answer = answer::answer(&self.stage.shown(), &path, viewer.as_ref());
                if let Some(found) = answer.found.take() {
                    (self.report)(Event::Found(found));
                }
                self.send(request, answer)
            }
        }
    }

    /// Tells a page what happens, until it is closed.
    fn stream(&self, request: Request, query: &str) -> io::Result<()> {
        let page = request::parameter(query, "page").unwrap_or_default();
        let page = request::target(&page).map_or_else(|_| Route::root(), |(path, _)| Route::new(path));
        if *request.method() == Method::Head {
            return self.send(request, Answer::bytes(events::MEDIA, Vec::new()));
        }
        events::stream(&self.stage.open(page), &mut *request.into_writer())
    }

    fn send(&self, request: Request, answer: Answer) -> io::Result<()> {
        let Answer { status, media, content, .. } = answer;
        let file = match content {
            Content::Bytes(bytes) => Ok(Box::new(Cursor::new(bytes)) as Box<dyn Stream>),
            Content::Source(path) => self.world.open(&path),
            Content::Built(path) => File::open(path).map(|file| Box::new(file) as Box<dyn Stream>),
            Content::Location(address) => {
                let headers = header("Location", &address).into_iter().collect();
                return respond(request, (302, headers), Cursor::new(Vec::new()), 0);
            }
        };
        match file {
            Ok(file) => send_part(request, (status, media), file),
            Err(error) => self.send(request, Answer::words(404, &format!("the file cannot be read: {error}"))),
        }
    }
}

/// The preview's own files.
fn own_file(name: &str) -> Answer {
    match name {
        "preview.js" => Answer::bytes(MediaType::JS, include_bytes!("preview.js").as_slice()),
        "preview.css" => Answer::bytes(MediaType::CSS, include_bytes!("preview.css").as_slice()),
        _ => Answer::words(404, "nothing is here"),
    }
}

/// Sends a file, or the part of it that is asked for.
fn send_part(request: Request, (status, media): (u16, MediaType), mut file: Box<dyn Stream>) -> io::Result<()> {
    let len = file.seek(SeekFrom::End(0))?;
    // There are no validators that `If-Range` could name, so its condition never holds.
    let asked = value(&request, "Range").filter(|_| status == 200 && value(&request, "If-Range").is_none());
    let mut headers: Vec<Header> =
        [header("Content-Type", media.0), header("Accept-Ranges", "bytes")].into_iter().flatten().collect();
    let (status, first, count) = match range::part(asked, len) {
        Part::Whole => (status, 0, len),
        Part::Some { first, last } => {
            headers.extend(header("Content-Range", &format!("bytes {first}-{last}/{len}")));
            (206, first, last - first + 1)
        }
        Part::Beyond => {
            headers.extend(header("Content-Range", &format!("bytes */{len}")));
            (416, 0, 0)
        }
    };
    file.seek(SeekFrom::Start(first))?;
    respond(request, (status, headers), file.take(count), count)
}

fn respond(request: Request, (status, mut headers): (u16, Vec<Header>), body: impl Read, len: u64) -> io::Result<()> {
    headers.extend(header("Cache-Control", "no-store"));
    headers.extend(header("X-Content-Type-Options", "nosniff"));
    headers.extend(header("Cross-Origin-Resource-Policy", "same-origin"));
    if status == 405 {
        headers.extend(header("Allow", "GET, HEAD"));
    }
    let len = usize::try_from(len).ok();
    // Players ask for lengths, which chunks do not have.
    let response = Response::new(StatusCode(status), headers, body, len, None).with_chunked_threshold(usize::MAX);
    request.respond(response)
}

/// A header; what is not ASCII in the value is left out.
fn header(name: &str, value: &str) -> Option<Header> {
    let value: String = value.chars().filter(|c| c.is_ascii() && !c.is_ascii_control()).collect();
    Header::from_bytes(name, value).ok()
}

fn value<'a>(request: &'a Request, name: &'static str) -> Option<&'a str> {
    request.headers().iter().find(|header| header.field.equiv(name)).map(|header| header.value.as_str())
}

/// Takes the first free address: the one asked for, or one near the usual one.
///
/// # Errors
/// Those of the system, `AddrInUse` above all, if a port was asked for.
pub(super) fn bind(host: IpAddr, port: super::Port) -> io::Result<(TcpListener, SocketAddr)> {
    let candidates = match port {
        super::Port::Only(port) => port..=port,
        super::Port::From(port) => port..=port.saturating_add(20),
    };
    let mut refused = None;
    for port in candidates {
        match TcpListener::bind((host, port)) {
            Ok(listener) => {
                let address = listener.local_addr()?;
                return Ok((listener, address));
            }
            Err(error) => refused = Some(error),
        }
    }
    Err(refused.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
}
