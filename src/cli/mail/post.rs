//! A letter -> its files in the folder, and its line in the list of mails.

use serde_json::json;

use crate::cli::Failure;
use crate::cli::studio::Studio;
use crate::config::{Config, Service};
use crate::diag::{Diag, code};
use crate::id::Lang;
use crate::promote::mail::service::{Addresses, Form, filled, finish, has_own_footer};
use crate::promote::mail::{LARGEST, Letter, eml, page};

/// The list of mails in the folder, for services and calendars.
const SCHEDULE: &str = "schedule.csv";

impl Studio {
    /// Writes a letter in all its forms.
    pub(super) fn post(&mut self, letter: &Letter, service: Service) -> Result<(), Failure> {
        let mail = &self.site().config.mail;
        let own = Addresses { unsubscribe: mail.unsubscribe.as_deref().unwrap_or_default(), web: &letter.web };
        let with_unsubscribe = !has_own_footer(service);
        let html = page::html(letter, with_unsubscribe);
        let text = page::plain_text(letter, with_unsubscribe);
        let html = finish(&html, Form::Html, service, own);
        let text = finish(&text, Form::Plain, service, own);
        let sender = sender(&self.site().config, &letter.lang);
        let message = sender.as_ref().map(|from| message(letter, from, own)).transpose()?;
        let mut files =
            vec![(format!("{}.html", letter.name), html.into_bytes()), (format!("{}.txt", letter.name), text.into_bytes())];
        files.extend(message.map(|bytes| (format!("{}.eml", letter.name), bytes)));
        if sender.is_none() {
            let diag = Diag::warning(&code::NO_SENDER, "nobody sends the mails: no `.eml` was made");
            self.warn(diag.hint("write `mail: { from: \"Name <name@example.org>\" }` in `site.yaml`"));
        }
        self.keep(letter, &files)
    }

    fn keep(&mut self, letter: &Letter, files: &[(String, Vec<u8>)]) -> Result<(), Failure> {
        let size = files[0].1.len();
        if size > LARGEST {
            let message = format!("`{}` has {} kB: Gmail cuts mails of more than 102", files[0].0, size.div_ceil(1000));
            self.warn(
                Diag::warning(&code::LARGE_MAIL, message)
                    .hint("set `<!-- paywall -->` or `<!-- more -->` earlier, or send the digest"),
            );
        }
        let mut paths: Vec<String> = Vec::new();
        for (name, bytes) in files {
            paths.push(self.outbox.put(name, bytes)?.display().to_string());
        }
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        self.schedule(letter, &names)?;
        self.made.push(json!({
            "name": letter.name, "lang": letter.lang.as_str(), "audience": letter.audience, "subject": letter.subject,
            "preheader": letter.preheader, "send_at": letter.moment.rfc3339(), "bytes": size, "files": paths,
        }));
        Ok(())
    }

    /// Enters a letter in the list of mails, in the place of what had its name.
    fn schedule(&self, letter: &Letter, files: &[&str]) -> Result<(), Failure> {
        let at = self.outbox.folder().join(SCHEDULE);
        let before = std::fs::read_to_string(at).unwrap_or_default();
        let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let file = |end: &str| files.iter().find(|name| name.ends_with(end)).copied().unwrap_or_default();
        let moment = letter.moment.rfc3339();
        let row = [
            letter.name.as_str(),
            &moment,
            letter.lang.as_str(),
            &letter.audience,
            &letter.subject,
            &letter.preheader,
            file(".html"),
            file(".txt"),
            file(".eml"),
        ];
        let row = row.map(cell).join(",");
        let own = format!("{},", cell(&letter.name));
        let mut rows: Vec<String> =
            before.lines().skip(1).filter(|line| !line.starts_with(&own)).map(str::to_owned).chain([row]).collect();
        rows.sort();
        let text = format!("name,send_at,language,audience,subject,preheader,html,text,eml\r\n{}\r\n", rows.join("\r\n"));
        self.outbox.put(SCHEDULE, text.as_bytes()).map(drop)
    }
}

/// The message of a letter, with addresses of the site's own.
fn message(letter: &Letter, from: &str, own: Addresses<'_>) -> Result<Vec<u8>, Failure> {
    let unsubscribe = if own.unsubscribe.is_empty() {
        let address = from.rsplit_once('<').map_or(from, |(_, rest)| rest.trim_end().trim_end_matches('>'));
        format!("mailto:{}?subject=unsubscribe", address.trim())
    } else {
        own.unsubscribe.to_owned()
    };
    let own = Addresses { unsubscribe: &unsubscribe, web: own.web };
    let html = filled(&page::html(letter, true), Form::Html, own);
    let text = filled(&page::plain_text(letter, true), Form::Plain, own);
    let parts = eml::Parts { html: &html, text: &text, from, unsubscribe: &unsubscribe };
    eml::message(letter, &parts).map_err(Failure::Usage)
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
