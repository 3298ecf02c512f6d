//! Bytes of a connection -> requests, and answers -> bytes (HTTP/1.1, RFC 9112), as far as a preview needs it.
//!
//! Requests have no use for bodies here, so that none is read. Invariant: a head longer than [`LONGEST`] is never held in memory, and no
//! header that is written holds a line break.

use std::io::{self, BufRead, Read, Write};

/// The most bytes that a request's head may have.
const LONGEST: u64 = 32 * 1024;

/// The head of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// What is to be done: `GET`.
    pub method: String,
    /// What with: a path and a query, encoded.
    pub target: String,
    headers: Vec<(String, String)>,
    is_old: bool,
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
        let mut parts = first.split(' ');
        let (Some(method), Some(target), Some(version), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(Broken::Bad(400));
        };
        let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_alphabetic());
        if !is_method || target.is_empty() || !target.is_ascii() || !matches!(version, "HTTP/1.1" | "HTTP/1.0") {
            return Err(Broken::Bad(400));
        }
        let mut request =
            Self { method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), is_old: version == "HTTP/1.0" };
        loop {
            let line = line(&mut head)?;
            if line.is_empty() {
                return Ok(request);
            }
            let (name, value) = line.split_once(':').ok_or(Broken::Bad(400))?;
            if name.is_empty() || name.contains([' ', '\t']) {
                return Err(Broken::Bad(400));
            }
            request.headers.push((name.to_owned(), value.trim().to_owned()));
        }
    }

    /// A header's value, the first if it is there more than once.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether only the head of an answer is asked for.
    pub(super) fn is_head(&self) -> bool {
        self.method == "HEAD"
    }

    /// Whether another request may follow on the same connection: not where the other end is done, nor where a body would come first.
    pub(super) fn is_followed(&self) -> bool {
        let says_close = self.header("Connection").is_some_and(|value| value.to_ascii_lowercase().contains("close"));
        let has_body = self.header("Transfer-Encoding").is_some() || self.header("Content-Length").is_some_and(|len| len != "0");
        !(self.is_old || says_close || has_body)
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
    write!(out, "HTTP/1.1 {} {}\r\nContent-Length: {}\r\n", head.status, reason(head.status), head.len)?;
    if !request.is_followed() {
        out.write_all(b"Connection: close\r\n")?;
    }
    for (name, value) in &head.headers {
        let value: String = value.chars().filter(|c| !c.is_control()).collect();
        write!(out, "{name}: {value}\r\n")?;
    }
    out.write_all(b"\r\n")?;
    if !request.is_head() && io::copy(&mut body.take(head.len), out)? < head.len {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    out.flush()
}

/// Answers what is no request.
pub(super) fn refuse(out: &mut dyn Write, status: u16) -> io::Result<()> {
    write!(out, "HTTP/1.1 {status} {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", reason(status))?;
    out.flush()
}

/// The usual words for a status.
const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        302 => "Found",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        416 => "Range Not Satisfiable",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        _ => "Error",
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
        assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/a?b"));
        assert_eq!(
            (request.header("Host"), request.header("range"), request.header("x")),
            (Some("localhost"), Some("bytes=0-1"), None)
        );
        assert!(request.is_followed() && !request.is_head());
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
        assert_eq!(written("GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 302 Found\r\nContent-Length: 2\r\nLocation: /aX: y\r\n\r\nok");
        assert_eq!(
            written("HEAD / HTTP/1.0\r\n\r\n"),
            "HTTP/1.1 302 Found\r\nContent-Length: 2\r\nConnection: close\r\nLocation: /aX: y\r\n\r\n"
        );
    }
}
