//! A calendar view -> an iCalendar file (RFC 5545, with `NAME` and `CONFERENCE` of RFC 7986).
//!
//! Invariant: lines end with CRLF and hold at most 75 octets, none of which cuts a character.

use std::fmt::{self, Display, Write};

use jiff::civil::{Date, DateTime};

use crate::artifact::{Artifact, MediaType};
use crate::view::calendar::{Calendar, Event, Start};

/// The longest line in octets, without its end (RFC 5545, section 3.1).
const LONGEST_LINE: usize = 75;

/// Writes a calendar.
#[must_use]
pub fn ics(calendar: &Calendar) -> Artifact {
    let mut lines = Lines(String::new());
    lines.add("BEGIN", &"VCALENDAR");
    lines.add("VERSION", &"2.0");
    lines.add("PRODID", &"-//kmsite//kmsite//EN");
    lines.add("CALSCALE", &"GREGORIAN");
    lines.add("METHOD", &"PUBLISH");
    lines.add(&format!("NAME;LANGUAGE={}", calendar.lang), &Text(&calendar.name));
    lines.add("X-WR-CALNAME", &Text(&calendar.name));
    for event in &calendar.events {
        add_event(&mut lines, event);
    }
    lines.add("END", &"VCALENDAR");
    Artifact::bytes(MediaType::CALENDAR, lines.0.into_bytes())
}

fn add_event(lines: &mut Lines, event: &Event) {
    lines.add("BEGIN", &"VEVENT");
    lines.add("UID", &Text(&event.uid));
    lines.add("DTSTAMP", &format_args!("{}Z", Stamp(event.stamp)));
    match event.start {
        Start::Utc(start) => lines.add("DTSTART", &format_args!("{}Z", Stamp(start))),
        Start::Floating(start) => lines.add("DTSTART", &Stamp(start)),
        Start::Day(day) => lines.add("DTSTART;VALUE=DATE", &Day(day)),
    }
    // A day lasts a day; with a length in minutes it would be an error.
    if let (Some(minutes), false) = (event.minutes, matches!(event.start, Start::Day(_))) {
        lines.add("DURATION", &format_args!("PT{minutes}M"));
    }
    lines.add("SUMMARY", &Text(&event.summary));
    if !event.description.is_empty() {
        lines.add("DESCRIPTION", &Text(&event.description));
    }
    lines.add("URL", &Uri(&event.url));
    if let Some(location) = &event.location {
        lines.add("LOCATION", &Text(location));
    }
    if let Some(join) = &event.join {
        lines.add("CONFERENCE;VALUE=URI", &Uri(join));
    }
    if !event.categories.is_empty() {
        lines.add("CATEGORIES", &Texts(&event.categories));
    }
    lines.add("END", &"VEVENT");
}

/// The content lines of a file.
struct Lines(String);

impl Lines {
    /// Adds a line, folded.
    fn add(&mut self, name: &str, value: &dyn Display) {
        let line = format!("{name}:{value}");
        let mut rest = line.as_str();
        let mut room = LONGEST_LINE;
        while rest.len() > room {
            let cut = rest.floor_char_boundary(room);
            self.0.push_str(&rest[..cut]);
            self.0.push_str("\r\n ");
            rest = &rest[cut..];
            // The space that marks the continuation counts.
            room = LONGEST_LINE - 1;
        }
        self.0.push_str(rest);
        self.0.push_str("\r\n");
    }
}

/// `20261201T120000`.
struct Stamp(DateTime);

impl Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.0.time();
        write!(f, "{}T{:02}{:02}{:02}", Day(self.0.date()), time.hour(), time.minute(), time.second())
    }
}

/// `20261201`.
struct Day(Date);

impl Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}{:02}{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

/// A value of type TEXT (RFC 5545, section 3.3.11); control characters are dropped.
struct Text<'a>(&'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '\\' | ';' | ',' => write!(f, "\\{c}")?,
                '\n' => f.write_str("\\n")?,
                '\t' => f.write_char('\t')?,
                c if c.is_control() => {}
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Several texts.
struct Texts<'a>(&'a [String]);

impl Display for Texts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, text) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{}", Text(text))?;
        }
        Ok(())
    }
}

/// An address, which is not escaped; what could end the line is dropped.
struct Uri<'a>(&'a str);

impl Display for Uri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().filter(|c| !c.is_control() && !c.is_whitespace()).try_for_each(|c| f.write_char(c))
    }
}
