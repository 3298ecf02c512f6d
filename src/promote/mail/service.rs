//! A mail and a service -> the mail as the service takes it: its merge tags in place, and no text in it that the service would read as one.
//!
//! A lesson on templates holds `{{ name }}`; a service would fill it in, or refuse the mail. In HTML its first sign becomes a character
//! reference, in plain text a word joiner parts the two. Sources: the merge tag pages of Mailchimp, Buttondown, listmonk (0.14 on) and Ghost.

use super::{UNSUBSCRIBE, WEB};
use crate::config::Service;

/// Parts two signs of plain text without being seen: U+2060 WORD JOINER.
const JOINER: char = '\u{2060}';

/// Whether a text is HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// It is.
    Html,
    /// It is plain text.
    Plain,
}

/// The tags of a service.
struct Tags {
    /// The address that ends the subscription.
    unsubscribe: &'static str,
    /// The address of the mail on the web; empty if it has none, and the piece's page has to do.
    web: &'static str,
}

const fn tags(service: Service) -> Tags {
    match service {
        Service::Generic => Tags { unsubscribe: "{{unsubscribe_url}}", web: "{{view_url}}" },
        Service::Mailchimp => Tags { unsubscribe: "*|UNSUB|*", web: "*|ARCHIVE|*" },
        Service::Buttondown => Tags { unsubscribe: "{{ unsubscribe_url }}", web: "{{ email_url }}" },
        Service::Listmonk => Tags { unsubscribe: "{{ UnsubscribeURL }}", web: "{{ MessageURL }}" },
        Service::Ghost => Tags { unsubscribe: "", web: "" },
    }
}

/// Whether a service puts the link that ends the subscription below every mail itself.
#[must_use]
pub const fn has_own_footer(service: Service) -> bool {
    matches!(service, Service::Ghost)
}

/// The addresses that stand in a mail which is sent without a service.
#[derive(Clone, Copy, Debug)]
pub struct Addresses<'a> {
    /// Ends the subscription.
    pub unsubscribe: &'a str,
    /// The same on the web.
    pub web: &'a str,
}

/// A mail as a service takes it. An address of the site's own stands in place of a tag where there is one.
#[must_use]
pub fn finish(text: &str, form: Form, service: Service, own: Addresses<'_>) -> String {
    let tags = tags(service);
    let unsubscribe = if own.unsubscribe.is_empty() { tags.unsubscribe } else { own.unsubscribe };
    let web = if tags.web.is_empty() { own.web } else { tags.web };
    filled(&disarmed(text, form, service), form, Addresses { unsubscribe, web })
}

/// A mail with addresses of the site's own, for a message that no service sends.
#[must_use]
pub fn filled(text: &str, form: Form, own: Addresses<'_>) -> String {
    let written = |address: &str| match form {
        Form::Html => address.replace('&', "&amp;").replace('"', "&quot;"),
        Form::Plain => address.to_owned(),
    };
    text.replace(UNSUBSCRIBE, &written(own.unsubscribe)).replace(WEB, &written(own.web))
}

/// A text in which the service finds no tags.
fn disarmed(text: &str, form: Form, service: Service) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let begins = match (service, c) {
            (Service::Mailchimp, '*') => next == Some('|'),
            (Service::Ghost, '{') => next.is_some_and(|c| c.is_ascii_alphabetic() || c == '{'),
            (Service::Generic | Service::Buttondown | Service::Listmonk, '{') => matches!(next, Some('{' | '%' | '#')),
            _ => false,
        };
        match form {
            Form::Html if begins => out.push_str(if c == '{' { "&#123;" } else { "&#42;" }),
            Form::Plain if begins => out.extend([c, JOINER]),
            _ => out.push(c),
        }
    }
    out
}
