//! Bytes of a connection -> requests, and answers -> bytes (HTTP/1.1, RFC 9112), in the types of `tiny_http`, which only this module names.
//!
//! Its server is not used: the pool behind it can hand a connection to a thread that is taken already, where it waits until that one's client
//! goes away, and browsers open six at once. Requests have no use for bodies here, so that none is read. Invariant: a head longer than
//! [`LONGEST`] is never held in memory, and no header that is written holds a line break.

use std::io::{self, BufRead, Read, Write};

use tiny_http::{HTTPVersion, Header, Method, Response, StatusCode};

/// The most bytes that a request's head may have.
const LONGEST: u64 = 32 * 1024;

/// The head of a request.
#[derive(Debug)]
pub(super) struct Request {
    method: Method,
    /// What is asked for: a path and a query, encoded.
    pub target: String,
    version: HTTPVersion,
    headers: Vec<Header>,
}

/// Why there is no request.
#[derive(Debug)]
pub(super) enum Broken {
    /// The connection ended, or was silent for too long.
    Ended,
    /// What came is no request; the status says what is wrong with it.
    Bad(u16),
}

impl From<io::Error> for Broken {
    fn from(_: io::Error) -> Self {
        Self::Ended
    }
}

impl Request {
    /// Reads the next request of a connection.
    pub(super) fn read(connection: &mut dyn BufRead) -> Result<Self, Broken> {
        let mut head = connection.take(LONGEST);
        let mut first = line(&mut head)?;
        if first.is_empty() {
            // An empty line before a request is passed over (RFC 9112, section 2.2).
            first = line(&mut head)?;
        }
        let mut request = Self::begin(&first).ok_or(Broken::Bad(400))?;
        loop {
            let line = line(&mut head)?;
            if line.is_empty() {
                return Ok(request);
            }
            let (name, _) = line.split_once(':').ok_or(Broken::Bad(400))?;
            if name.is_empty() || name.contains([' ', '\t']) {
                return Err(Broken::Bad(400));
            }
            // A value that is not ASCII is none that counts here.
            request.headers.extend(line.parse::<Header>());
        }
    }

    /// A request of this first line; `None` if it is none.
    fn begin(line: &str) -> Option<Self> {
        let mut parts = line.split(' ');
        let (method, target, version) = (parts.next()?, parts.next()?, parts.next()?);
        let version = match version {
            "HTTP/1.1" => HTTPVersion(1, 1),
            "HTTP/1.0" => HTTPVersion(1, 0),
            _ => return None,
        };
        let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_alphabetic());
        if !is_method || target.is_empty() || !target.is_ascii() || parts.next().is_some() {
            return None;
        }
        Some(Self { method: method.parse().ok()?, target: target.to_owned(), version, headers: Vec::new() })
    }

    /// A header's value, the first if it is there more than once.
    pub(super) fn header(&self, name: &'static str) -> Option<&str> {
        self.headers.iter().find(|header| header.field.equiv(name)).map(|header| header.value.as_str())
    }

    /// Whether only the head of an answer is asked for.
    pub(super) fn is_head(&self) -> bool {
        self.method == Method::Head
    }

    /// Whether it changes nothing, and so may be answered.
    pub(super) fn only_reads(&self) -> bool {
        matches!(self.method, Method::Get | Method::Head)
    }

    /// Whether another request may follow on the same connection: not where the other end is done, nor where a body would come first.
    pub(super) fn is_followed(&self) -> bool {
        let says_close = self.header("Connection").is_some_and(|value| value.to_ascii_lowercase().contains("close"));
        let has_body = self.header("Transfer-Encoding").is_some() || self.header("Content-Length").is_some_and(|len| len != "0");
        self.version != HTTPVersion(1, 0) && !says_close && !has_body
    }
}

/// A line without its end.
fn line(head: &mut io::Take<&mut dyn BufRead>) -> Result<String, Broken> {
    let mut bytes = Vec::new();
    head.read_until(b'\n', &mut bytes)?;
    if bytes.pop() != Some(b'\n') {
        return Err(if head.limit() == 0 { Broken::Bad(431) } else { Broken::Ended });
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    String::from_utf8(bytes).map_err(|_| Broken::Bad(400))
}

/// The head of an answer.
pub(super) struct Head {
    /// The status.
    pub status: u16,
    /// The headers, without those that say how the body is sent.
    pub headers: Vec<(&'static str, String)>,
    /// How long the body is.
    pub len: u64,
}

/// Answers a request.
///
/// # Errors
/// Those of the connection and of the body; also if the body is shorter than was said, after which nothing sensible can be sent.
pub(super) fn answer(out: &mut dyn Write, request: &Request, head: &Head, body: &mut dyn Read) -> io::Result<()> {
    let headers = head.headers.iter().filter_map(|(name, value)| {
        let value: String = value.chars().filter(|c| !c.is_control()).collect();
        Header::from_bytes(*name, value).ok()
    });
    let len = usize::try_from(head.len).map_err(io::Error::other)?;
    let response = Response::new(StatusCode(head.status), headers.collect(), Exactly { body, left: head.len }, Some(len), None);
    // Players ask for lengths, which chunks do not have.
    let response = response.with_chunked_threshold(usize::MAX);
    response.raw_print(&mut *out, request.version.clone(), &[], request.is_head(), None)?;
    out.flush()
}

/// Answers what is no request.
pub(super) fn refuse(out: &mut dyn Write, status: u16) -> io::Result<()> {
    Response::empty(status).raw_print(&mut *out, HTTPVersion(1, 1), &[], false, None)?;
    out.flush()
}

/// The first bytes of a body; that there are fewer of them is an error.
struct Exactly<'a> {
    body: &'a mut dyn Read,
    left: u64,
}

impl Read for Exactly<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = (&mut *self.body).take(self.left).read(into)?;
        if read == 0 && self.left > 0 && !into.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mut bytes: &[u8]) -> Result<Request, Broken> {
        Request::read(&mut bytes)
    }

    #[test]
    fn a_request_is_read() {
        let request = read(b"\r\nGET /a?b HTTP/1.1\r\nhOsT: localhost\r\nRange:bytes=0-1 \r\n\r\nrest").unwrap();
        assert_eq!(request.target, "/a?b");
        assert_eq!(
            (request.header("Host"), request.header("range"), request.header("x")),
            (Some("localhost"), Some("bytes=0-1"), None)
        );
        assert!(request.is_followed() && request.only_reads() && !request.is_head());
        for last in [
            "GET / HTTP/1.0\r\n\r\n",
            "GET / HTTP/1.1\r\nConnection: Close\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n",
        ] {
            assert!(!read(last.as_bytes()).unwrap().is_followed(), "{last}");
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let bad: &[&[u8]] = &[
            b"GET\r\n\r\n",
            b"GET / HTTP/2\r\n\r\n",
            b"GET  / HTTP/1.1\r\n\r\n",
            b"G@T / HTTP/1.1\r\n\r\n",
            b"GET /\xff HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
            b"GET / HTTP/1.1\r\n folded: x\r\n\r\n",
            b"\r\n\r\n\r\n",
        ];
        for bytes in bad {
            assert!(matches!(read(bytes), Err(Broken::Bad(400))), "{}", String::from_utf8_lossy(bytes));
        }
        for cut in ["", "GET / HTTP/1.1", "GET / HTTP/1.1\r\nHost: x\r\n"] {
            assert!(matches!(read(cut.as_bytes()), Err(Broken::Ended)), "{cut}");
        }
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(40_000));
        assert!(matches!(read(long.as_bytes()), Err(Broken::Bad(431))));
    }

    #[test]
    fn an_answer_has_no_line_breaks_in_its_headers_and_no_body_for_a_head() {
        let head = Head { status: 302, headers: vec![("Location", "/a\r\nX: y".to_owned())], len: 2 };
        let written = |request: &str| {
            let mut out = Vec::new();
            answer(&mut out, &read(request.as_bytes()).unwrap(), &head, &mut &b"ok!"[..]).unwrap();
            String::from_utf8(out).unwrap()
        };
        let get = written("GET / HTTP/1.1\r\n\r\n");
        let (head_of_get, body) = get.split_once("\r\n\r\n").unwrap();
        assert!(head_of_get.starts_with("HTTP/1.1 302 Found\r\n") && body == "ok", "{get}");
        let lines: Vec<&str> = head_of_get.lines().collect();
        assert!(lines.contains(&"Location: /aX: y") && lines.contains(&"Content-Length: 2"), "{get}");
        let only_head = written("HEAD / HTTP/1.0\r\n\r\n");
        assert!(only_head.contains("Content-Length: 2\r\n") && only_head.ends_with("\r\n\r\n"), "{only_head}");
    }

    #[test]
    fn a_body_that_ends_too_soon_is_an_error() {
        let head = Head { status: 200, headers: Vec::new(), len: 9 };
        let request = read(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        let error = answer(&mut Vec::new(), &request, &head, &mut &b"short"[..]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
