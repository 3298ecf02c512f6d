//! Connections -> answers: a thread for each, so that a slow one holds up nobody.
//!
//! Invariant: whatever is sent may not be stored, is what it says it is, and is for pages of this server only; requests that change something, or
//! that name another host, are refused; and a connection that neither sends nor takes anything is closed after a while.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Cursor, Read, Seek, SeekFrom, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::answer::{self, Answer, Content};
use super::counter::{self, Asked, Counter};
use super::range::{self, Part};
use super::request;
use super::stage::{Served, Stage};
use super::wire::{self, Broken, Head, Request};
use super::{Event, Loopback, events};
use crate::artifact::MediaType;
use crate::id::Route;
use crate::world::{Stream, World};

/// How many connections there may be; a browser has six to a host.
const AT_ONCE: usize = 512;
/// How long a connection may send nothing.
const SILENCE: Duration = Duration::from_secs(60);
/// How long it may take nothing.
const REFUSAL: Duration = Duration::from_secs(30);
/// How long and how much is read of what nobody asked for, so that the other end reads its answer before it finds the connection closed.
const LINGER: (Duration, u64) = (Duration::from_secs(1), 1 << 20);

/// The headers that every answer has.
pub(super) const ALWAYS: [(&str, &str); 3] =
    [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Cross-Origin-Resource-Policy", "same-origin")];

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
    /// Who makes what is taken to other places.
    pub counter: Arc<dyn Counter>,
}

/// Answers requests for good, in threads of their own.
///
/// # Errors
/// Those of the system when it gives no thread.
pub(super) fn serve(listener: TcpListener, desk: Desk) -> io::Result<()> {
    let desk = Arc::new(desk);
    let busy = Arc::new(AtomicUsize::new(0));
    let accept = move || {
        for connection in listener.incoming() {
            // A connection that is gone before it is taken is nobody's loss.
            let Ok(mut connection) = connection else { continue };
            let leaving = Leaving(busy.clone());
            if busy.fetch_add(1, Ordering::Relaxed) >= AT_ONCE {
                let _ = wire::refuse(&mut connection, 503);
                continue;
            }
            let desk = desk.clone();
            let converse = move || {
                let _leaving = leaving;
                // The other end may be gone, which is its own business.
                let _ = desk.converse(&connection);
            };
            // Without a thread the connection is closed, and the browser tries again.
            let _ = thread::Builder::new().name("connection".to_owned()).spawn(converse);
        }
    };
    thread::Builder::new().name("http".to_owned()).spawn(accept).map(drop)
}

/// Counts a connection out, also one that ends in a panic.
struct Leaving(Arc<AtomicUsize>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Desk {
    /// Answers the requests of a connection one after the other.
    fn converse(&self, connection: &TcpStream) -> io::Result<()> {
        connection.set_read_timeout(Some(SILENCE))?;
        connection.set_write_timeout(Some(REFUSAL))?;
        connection.set_nodelay(true)?;
        let mut input = BufReader::new(connection);
        let mut out = BufWriter::new(connection);
        loop {
            match Request::read(&mut input) {
                Ok(request) => {
                    self.handle(&request, &mut out)?;
                    if !request.is_followed() {
                        break;
                    }
                }
                Err(Broken::Ended) => return Ok(()),
                Err(Broken::Bad(status)) => {
                    wire::refuse(&mut out, status)?;
                    break;
                }
            }
        }
        connection.shutdown(Shutdown::Write)?;
        connection.set_read_timeout(Some(LINGER.0))?;
        io::copy(&mut input.take(LINGER.1), &mut io::sink()).map(drop)
    }

    fn handle(&self, request: &Request, out: &mut dyn Write) -> io::Result<()> {
        if request::check_host(request.header("Host"), self.listening.ip()).is_err() {
            return self.send(request, Answer::words(403, "this preview answers to `localhost` only"), out);
        }
        if !request.only_reads() {
            return self.send(request, Answer::words(405, "only GET and HEAD are answered"), out);
        }
        let Ok((path, query)) = request::target(&request.target) else {
            return self.send(request, Answer::words(400, "this is no address of a page"), out);
        };
        match path.strip_prefix("/_kmsite/") {
            Some("events") if request.is_head() => self.send(request, Answer::bytes(events::MEDIA, Vec::new()), out),
            Some("events") => {
                let page = request::parameter(query, "page").unwrap_or_default();
                let page = request::target(&page).map_or_else(|_| Route::root(), |(path, _)| Route::new(path));
                events::stream(&self.stage.open(page), out)?;
                // The end of a stream is the end of its connection.
                Err(io::ErrorKind::ConnectionAborted.into())
            }
            Some(name) => self.send(request, own_file(name), out),
            None if counter::is_place(&path) => self.send(request, self.sheet(Asked { path: &path, query }), out),
            None => {
                let viewer = request::viewer(request.header("Cookie"), self.loopback.as_ref());
                let mut answer = answer::answer(&self.stage.shown(), &path, viewer.as_ref());
                if let Some(found) = answer.found.take() {
                    (self.report)(Event::Found(found));
                }
                self.send(request, answer, out)
            }
        }
    }

    /// What is taken to other places; nothing stands there for other machines, nor in a build.
    fn sheet(&self, asked: Asked<'_>) -> Answer {
        let sheet = match (&self.stage.shown().served, &self.loopback) {
            (Served::Made { now, .. }, Some(here)) => self.counter.show(now.plan(), &asked, here),
            _ => None,
        };
        sheet.map_or_else(|| Answer::words(404, "nothing is here"), |sheet| Answer::bytes(sheet.media, sheet.bytes))
    }

    fn send(&self, request: &Request, answer: Answer, out: &mut dyn Write) -> io::Result<()> {
        let Answer { status, media, content, .. } = answer;
        let file = match content {
            Content::Bytes(bytes) => Ok(Box::new(Cursor::new(bytes)) as Box<dyn Stream>),
            Content::Source(path) => self.world.open(&path),
            Content::Built(path) => File::open(path).map(|file| Box::new(file) as Box<dyn Stream>),
            Content::Location(address) => {
                let head = Head { status, headers: headers(&[("Location", &address)]), len: 0 };
                return wire::answer(out, request, &head, &mut io::empty());
            }
        };
        match file {
            Ok(file) => send_part(request, (status, media), file, out),
            Err(error) => self.send(request, Answer::words(404, &format!("the file cannot be read: {error}")), out),
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
fn send_part(
    request: &Request,
    (status, media): (u16, MediaType),
    mut file: Box<dyn Stream>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let len = file.seek(SeekFrom::End(0))?;
    // There are no validators that `If-Range` could name, so its condition never holds.
    // Ranges are of GET only (RFC 9110, section 14.2).
    let is_divisible = status == 200 && !request.is_head() && request.header("If-Range").is_none();
    let asked = request.header("Range").filter(|_| is_divisible);
    let mut headers = headers(&[("Content-Type", media.0), ("Accept-Ranges", "bytes")]);
    let (status, first, count) = match range::part(asked, len) {
        Part::Whole => (status, 0, len),
        Part::Some { first, last } => {
            headers.push(("Content-Range", format!("bytes {first}-{last}/{len}")));
            (206, first, last - first + 1)
        }
        Part::Beyond => {
            headers.push(("Content-Range", format!("bytes */{len}")));
            (416, 0, 0)
        }
    };
    if status == 405 {
        headers.push(("Allow", "GET, HEAD".to_owned()));
    }
    file.seek(SeekFrom::Start(first))?;
    wire::answer(out, request, &Head { status, headers, len: count }, &mut file)
}

/// These headers, and those that every answer has.
fn headers(own: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    own.iter().chain(&ALWAYS).map(|&(name, value)| (name, value.to_owned())).collect()
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
