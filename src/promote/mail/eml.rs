//! HTML and plain text of a letter -> a message as mail programs store it (RFC 5322): `multipart/alternative`, ready to be sent or imported.
//!
//! It is addressed to its sender, to be looked at there or sent on. Invariant: no clock and no randomness: the date is the letter's, id and
//! boundary are hashes of what the message says.

use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};

use super::Letter;
use crate::diag::{Diag, code};
use crate::id::Hash;

/// What a message consists of.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// As HTML.
    pub html: &'a str,
    /// As plain text.
    pub text: &'a str,
    /// Who sends it, as `Name <a@example.org>`.
    pub from: &'a str,
    /// The address that ends the subscription: `https:` or `mailto:`.
    pub unsubscribe: &'a str,
}

/// Writes a message.
///
/// # Errors
/// A finding if the sender is no address.
pub fn message(letter: &Letter, parts: &Parts<'_>) -> Result<Vec<u8>, Box<Diag>> {
    let no_sender = || {
        let diag = Diag::error(&code::NO_SENDER, format!("`{}` is no sender of mails", parts.from));
        Box::new(diag.hint("write `mail: { from: \"Name <name@example.org>\" }` in `site.yaml`"))
    };
    let from: Mailbox = parts.from.parse().map_err(|_| no_sender())?;
    let about = [letter.name.as_str(), &letter.subject, parts.html, parts.text].map(str::as_bytes);
    let hash = Hash::of_parts(&about).hex();
    let id = format!("<{}@{}>", &hash[..32], from.email.domain());
    let alternative = MultiPart::alternative()
        .boundary(format!("=_km_{}", &hash[32..56]))
        .singlepart(part(ContentType::TEXT_PLAIN, parts.text))
        .singlepart(part(ContentType::TEXT_HTML, parts.html));
    let mut message =
        Message::builder().from(from.clone()).to(from).subject(&letter.subject).date(time(letter)).message_id(Some(id));
    if !parts.unsubscribe.is_empty() {
        message = message.raw_header(raw("List-Unsubscribe", format!("<{}>", parts.unsubscribe)));
    }
    // Mail programs open it as a draft.
    let message = message.raw_header(raw("X-Unsent", "1".to_owned()));
    message.multipart(alternative).map(|message| message.formatted()).map_err(|_| no_sender())
}

/// A part, in quoted-printable: it stays readable, and its lines short.
fn part(kind: ContentType, text: &str) -> SinglePart {
    let body = Body::new_with_encoding(text.to_owned(), ContentTransferEncoding::QuotedPrintable);
    let body = body.unwrap_or_else(Body::new);
    SinglePart::builder().header(kind).body(body)
}

fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

fn time(letter: &Letter) -> SystemTime {
    let utc = jiff::tz::TimeZone::UTC.to_timestamp(letter.moment.utc());
    let seconds = utc.ok().and_then(|utc| u64::try_from(utc.as_second()).ok());
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.unwrap_or_default())
}
