//! A letter -> the forms it is sent in: HTML and plain text as a service takes them, and a message that no service sends.

use super::service::{Addresses, Form, filled, finish, has_own_footer};
use super::{Letter, eml, page};
use crate::config::{Config, Service};
use crate::diag::Diag;
use crate::id::Lang;

/// The forms of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forms {
    /// As HTML, with the service's merge tags.
    pub html: String,
    /// As plain text, with the service's merge tags.
    pub text: String,
    /// As a message with addresses of the site's own; `None` if nobody sends it.
    pub message: Option<Vec<u8>>,
}

/// Writes a letter down.
///
/// # Errors
/// A finding if the sender is no address.
pub fn forms(letter: &Letter, config: &Config, service: Service) -> Result<Forms, Box<Diag>> {
    let own = Addresses { unsubscribe: config.mail.unsubscribe.as_deref().unwrap_or_default(), web: &letter.web };
    let with_unsubscribe = !has_own_footer(service);
    let html = page::html(letter, with_unsubscribe);
    let text = page::plain_text(letter, with_unsubscribe);
    let sender = sender(config, &letter.lang);
    Ok(Forms {
        html: finish(&html, Form::Html, service, own),
        text: finish(&text, Form::Plain, service, own),
        message: sender.map(|from| message(letter, &from, own)).transpose()?,
    })
}

/// The message of a letter, with addresses of the site's own.
fn message(letter: &Letter, from: &str, own: Addresses<'_>) -> Result<Vec<u8>, Box<Diag>> {
    let unsubscribe = if own.unsubscribe.is_empty() {
        let address = from.rsplit_once('<').map_or(from, |(_, rest)| rest.trim_end().trim_end_matches('>'));
        format!("mailto:{}?subject=unsubscribe", address.trim())
    } else {
        own.unsubscribe.to_owned()
    };
    let own = Addresses { unsubscribe: &unsubscribe, web: own.web };
    let html = filled(&page::html(letter, true), Form::Html, own);
    let text = filled(&page::plain_text(letter, true), Form::Plain, own);
    eml::message(letter, &eml::Parts { html: &html, text: &text, from, unsubscribe: &unsubscribe })
}

/// Who sends mails: as configured, else the address in the footer.
fn sender(config: &Config, lang: &Lang) -> Option<String> {
    if let Some(from) = &config.mail.from {
        return Some(from.clone());
    }
    let contact = config.footer.contact.get(lang).trim();
    let is_address = contact.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let contact = contact.trim_start_matches("mailto:");
    let name = if config.author.is_empty() { config.title.get(lang) } else { config.author.get(lang) };
    let name = name.replace(['"', '\\'], "");
    (is_address && !contact.contains(char::is_whitespace)).then(|| format!("\"{name}\" <{contact}>"))
}
