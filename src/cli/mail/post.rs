//! A letter -> its files in the folder, and its line in the list of mails.

use serde_json::json;

use crate::cli::Failure;
use crate::cli::studio::Studio;
use crate::config::Service;
use crate::diag::{Diag, code};
use crate::promote::mail::forms::{Forms, forms};
use crate::promote::mail::{Due, LARGEST, Letter};

/// The list of mails in the folder, for services and calendars.
const SCHEDULE: &str = "schedule.csv";

impl Studio {
    /// Writes a letter in all its forms.
    pub(super) fn post(&mut self, letter: &Letter, service: Service) -> Result<(), Failure> {
        let Forms { html, text, message } = forms(letter, &self.site().config, service).map_err(Failure::Usage)?;
        if message.is_none() {
            let diag = Diag::warning(&code::NO_SENDER, "nobody sends the mails: no `.eml` was made");
            self.warn(diag.hint("write `mail: { from: \"Name <name@example.org>\" }` in `site.yaml`"));
        }
        let forms = [("html", Some(html.into_bytes())), ("txt", Some(text.into_bytes())), ("eml", message)];
        let files: Vec<_> =
            forms.into_iter().filter_map(|(end, bytes)| Some((format!("{}.{end}", letter.name), bytes?))).collect();
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
        let (moment, day) = match letter.due {
            Due::At(moment) => (Some(moment.rfc3339()), None),
            Due::Day(day) => (None, Some(day)),
        };
        self.made.push(json!({
            "name": letter.name, "lang": letter.lang.as_str(), "audience": letter.audience, "subject": letter.subject,
            "preheader": letter.preheader, "send_at": moment, "day": day, "bytes": size, "files": paths,
        }));
        Ok(())
    }

    /// Enters a letter in the list of mails, in the place of what had its name.
    fn schedule(&self, letter: &Letter, files: &[&str]) -> Result<(), Failure> {
        let at = self.outbox.folder().join(SCHEDULE);
        let before = std::fs::read_to_string(at).unwrap_or_default();
        let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let file = |end: &str| files.iter().find(|name| name.ends_with(end)).copied().unwrap_or_default();
        let (moment, day) = due(letter);
        let row = [
            letter.name.as_str(),
            &moment,
            &day,
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
        let text = format!("name,send_at,day,language,audience,subject,preheader,html,text,eml\r\n{}\r\n", rows.join("\r\n"));
        self.outbox.put(SCHEDULE, text.as_bytes()).map(drop)
    }
}

/// The cells that say when a letter is sent: a moment, or a day counted from the first letter.
fn due(letter: &Letter) -> (String, String) {
    match letter.due {
        Due::At(moment) => (moment.rfc3339(), String::new()),
        Due::Day(day) => (String::new(), day.to_string()),
    }
}
