//! What happens on the stage -> server-sent events (HTML Living Standard, section 9.2) for one page that is open.
//!
//! The page is told at once what is shown, and again whenever that changes. Invariant: a page that is gone is noticed with the next event or
//! sign of life, and its thread ends.

use std::io::{self, Write};
use std::time::Duration;

use super::http::ALWAYS;
use super::stage::{News, Open};
use crate::artifact::MediaType;

/// What a stream of events is.
pub(super) const MEDIA: MediaType = MediaType("text/event-stream");

/// A sign of life is sent after so much silence.
const SILENCE: Duration = Duration::from_secs(5);

/// Tells a page what happens, for as long as it listens.
///
/// Its length is not known before its end, which is the connection's.
pub(super) fn stream(page: &Open, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nConnection: close\r\n", MEDIA.0)?;
    for (name, value) in ALWAYS {
        write!(out, "{name}: {value}\r\n")?;
    }
    out.write_all(b"\r\nretry: 300\n\n")?;
    out.flush()?;
    let mut version = 0;
    loop {
        match page.news(version, SILENCE) {
            News::Told(newer, told) => {
                version = newer;
                write!(out, "data: {told}\n\n")?;
            }
            News::Silence => out.write_all(b": \n\n")?,
            News::Over => return Ok(()),
        }
        out.flush()?;
    }
}
