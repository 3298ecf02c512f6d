//! Lines -> events of experiments: JSON lines, CSV with a heading, or an access log in the combined format.
//!
//! One format with what recommendations learn from: `{time, reader, kind, experiment, variant, build?, segment?, agent?, piece?}`. In an access log the same names are the
//! parameters of the address that was asked for. What is left out is counted and, where it is a mistake, told by its line. Invariant: no line panics.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Visitor};

use super::time;

/// A reader with more events is no reader.
const MOST: u32 = 200;
/// How many mistakes are told with their line; the others are only counted.
const TOLD: usize = 20;
/// What the names of programs that visit pages hold.
const BOTS: [&str; 6] = ["bot", "crawl", "spider", "headless", "curl/", "python"];

/// What a reader did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Saw the variant.
    Impression,
    /// Followed its button.
    Click,
    /// Left an address.
    SignUp,
    /// Paid.
    Purchase,
}

impl Kind {
    /// All kinds, from the first step to the last.
    pub const ALL: [Self; 4] = [Self::Impression, Self::Click, Self::SignUp, Self::Purchase];

    /// The name in events.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Impression => "impression",
            Self::Click => "click",
            Self::SignUp => "signup",
            Self::Purchase => "purchase",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name || *kind == Self::SignUp && name == "sign-up")
    }
}

/// An event; names are numbers in [`Import::names`]. Ordered by time first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// When, in milliseconds since 1970.
    pub time: i64,
    /// What.
    pub kind: Kind,
    /// Of which experiment.
    pub experiment: u32,
    /// In which variant.
    pub variant: u32,
    /// In which build of the site.
    pub build: u32,
    /// Of which segment of the audience.
    pub segment: u32,
    /// Who, by number.
    pub reader: u32,
}

/// What was left out, and what was odd.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Lines that could not be understood.
    pub bad: usize,
    /// The first of them: line and what is wrong.
    pub told: Vec<(usize, String)>,
    /// Events of no experiment.
    pub other: usize,
    /// Events of experiments that the site does not have, by name.
    pub unknown: BTreeMap<String, usize>,
    /// Events that were there already.
    pub duplicates: usize,
    /// Events of programs, by their name or by how much they did.
    pub bots: usize,
    /// Events that stood behind later ones; they count.
    pub out_of_order: usize,
}

/// The events of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// The events by time.
    pub events: Vec<Event>,
    /// The names of experiments, variants, builds and segments.
    pub names: Vec<String>,
    /// How many lines there are.
    pub lines: usize,
    /// What was left out.
    pub left: Left,
}

/// A text, a number, or nothing.
#[derive(Default)]
struct Cell<'a>(Option<Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for Cell<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Cell<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a number")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cell<'de>, E> {
                Ok(Cell(Some(Cow::Borrowed(text))))
            }
            fn visit_str<E>(self, text: &str) -> Result<Cell<'de>, E> {
                Ok(Cell(Some(Cow::Owned(text.to_owned()))))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Cell<'de>, E> {
                Ok(Cell(Some(Cow::Owned(number.to_string()))))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Cell<'de>, E> {
                Ok(Cell(Some(Cow::Owned(number.to_string()))))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Cell<'de>, E> {
                Ok(Cell(Some(Cow::Owned(number.to_string()))))
            }
            fn visit_unit<E>(self) -> Result<Cell<'de>, E> {
                Ok(Cell(None))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// An event as it is written.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Line<'a> {
    #[serde(borrow)]
    time: Cell<'a>,
    #[serde(borrow)]
    reader: Cell<'a>,
    #[serde(borrow)]
    kind: Cell<'a>,
    #[serde(borrow)]
    experiment: Cell<'a>,
    #[serde(borrow)]
    variant: Cell<'a>,
    #[serde(borrow)]
    build: Cell<'a>,
    #[serde(borrow)]
    segment: Cell<'a>,
    #[serde(borrow)]
    agent: Cell<'a>,
}

impl<'a> Line<'a> {
    fn set(&mut self, name: &str, value: Cow<'a, str>) {
        let place = match name {
            "time" => &mut self.time,
            "reader" => &mut self.reader,
            "kind" => &mut self.kind,
            "experiment" => &mut self.experiment,
            "variant" => &mut self.variant,
            "build" => &mut self.build,
            "segment" => &mut self.segment,
            "agent" => &mut self.agent,
            _ => return,
        };
        *place = Cell(Some(value).filter(|value| !value.is_empty()));
    }
}

/// How lines are written.
enum Form {
    Json,
    Csv(Vec<String>),
    Log,
}

/// Reads the events of a file; `known` are the experiments of the site, if there is one.
#[must_use]
pub fn import(bytes: &[u8], known: Option<&[String]>) -> Import {
    let mut reading = Reading { known, ..Reading::default() };
    let mut form = None;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let Ok(text) = std::str::from_utf8(line) else {
            reading.import.lines += 1;
            reading.bad(at + 1, "it is not UTF-8 text");
            continue;
        };
        if form.is_none() {
            let found = form_of(text);
            let is_heading = matches!(found, Form::Csv(_));
            form = Some(found);
            if is_heading {
                continue;
            }
        }
        let Some(form) = &form else { continue };
        reading.line(at + 1, text.trim_end_matches('\r'), form);
    }
    reading.finished()
}

fn form_of(first: &str) -> Form {
    if first.trim_start().starts_with('{') {
        Form::Json
    } else if first.contains("] \"") {
        Form::Log
    } else {
        Form::Csv(cells(first.trim_end()).into_iter().map(|cell| cell.trim().to_lowercase()).collect())
    }
}

#[derive(Default)]
struct Reading<'k> {
    known: Option<&'k [String]>,
    import: Import,
    numbers: HashMap<String, u32>,
    readers: HashMap<String, u32>,
    latest: i64,
}

impl Reading<'_> {
    fn bad(&mut self, line: usize, message: &str) {
        self.import.left.bad += 1;
        if self.import.left.told.len() < TOLD {
            self.import.left.told.push((line, message.to_owned()));
        }
    }

    fn line(&mut self, at: usize, text: &str, form: &Form) {
        self.import.lines += 1;
        let read = match form {
            Form::Json => serde_json::from_str(text).map_err(|_| "it is no JSON object of texts and numbers"),
            Form::Csv(heading) => {
                let mut line = Line::default();
                let cells = cells(text);
                if cells.len() == heading.len() {
                    heading.iter().zip(cells).for_each(|(name, cell)| line.set(name, cell));
                    Ok(line)
                } else {
                    Err("it has another number of cells than the heading")
                }
            }
            Form::Log => logged(text).ok_or("it is no line of an access log"),
        };
        if let Err(message) = read.and_then(|line| self.event(&line)) {
            self.bad(at, message);
        }
    }

    fn event(&mut self, line: &Line<'_>) -> Result<(), &'static str> {
        let Some(experiment) = line.experiment.0.as_deref() else {
            self.import.left.other += 1;
            return Ok(());
        };
        if self.known.is_some_and(|known| !known.iter().any(|known| known == experiment)) {
            *self.import.left.unknown.entry(experiment.to_owned()).or_default() += 1;
            return Ok(());
        }
        let time = time::read(line.time.0.as_deref().ok_or("it has no `time`")?)?;
        let kind = line.kind.0.as_deref().ok_or("it has no `kind`")?;
        let kind = Kind::named(kind).ok_or("its `kind` is none of `impression`, `click`, `signup`, `purchase`")?;
        let variant = line.variant.0.as_deref().ok_or("it has no `variant`")?;
        let reader = line.reader.0.as_deref().ok_or("it has no `reader`")?;
        if line.agent.0.as_deref().is_some_and(is_bot) {
            self.import.left.bots += 1;
            return Ok(());
        }
        self.import.left.out_of_order += usize::from(time < self.latest);
        self.latest = self.latest.max(time);
        let event = Event {
            time,
            kind,
            experiment: self.name(experiment),
            variant: self.name(variant),
            build: self.name(line.build.0.as_deref().unwrap_or_default()),
            segment: self.name(line.segment.0.as_deref().unwrap_or_default()),
            reader: number(&mut self.readers, reader).0,
        };
        self.import.events.push(event);
        Ok(())
    }

    fn name(&mut self, name: &str) -> u32 {
        let (number, is_fresh) = number(&mut self.numbers, name);
        if is_fresh {
            self.import.names.push(name.to_owned());
        }
        number
    }

    fn finished(mut self) -> Import {
        let Import { events, left, .. } = &mut self.import;
        let mut counts = vec![0_u32; self.readers.len()];
        events.sort_unstable();
        let before = events.len();
        events.dedup();
        left.duplicates = before - events.len();
        events.iter().for_each(|event| counts[event.reader as usize] += 1);
        let before = events.len();
        events.retain(|event| counts[event.reader as usize] <= MOST);
        left.bots += before - events.len();
        self.import
    }
}

/// The number of a name, and whether it is a fresh one.
fn number(numbers: &mut HashMap<String, u32>, name: &str) -> (u32, bool) {
    if let Some(&number) = numbers.get(name) {
        return (number, false);
    }
    let number = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    numbers.insert(name.to_owned(), number);
    (number, true)
}

fn is_bot(agent: &str) -> bool {
    let agent = agent.to_ascii_lowercase();
    BOTS.iter().any(|bot| agent.contains(bot))
}

/// The cells of a line of CSV.
fn cells(line: &str) -> Vec<Cow<'_, str>> {
    if !line.contains('"') {
        return line.split(',').map(Cow::Borrowed).collect();
    }
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if is_quoted && rest.peek() == Some(&'"') => {
                cells.last_mut().into_iter().for_each(|cell| cell.extend(rest.next()));
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            c => cells.last_mut().into_iter().for_each(|cell| cell.push(c)),
        }
    }
    cells.into_iter().map(Cow::Owned).collect()
}

/// A line of an access log: `host - - [time] "GET /…?experiment=… HTTP/1.1" 204 0 "from" "agent"`.
fn logged(line: &str) -> Option<Line<'_>> {
    let (host, rest) = line.split_once(" ")?;
    let (time, rest) = rest.split_once('[')?.1.split_once("] \"")?;
    let (request, rest) = rest.split_once('"')?;
    let mut found = Line::default();
    found.set("time", Cow::Borrowed(time));
    found.set("reader", Cow::Borrowed(host));
    if let Some(agent) = rest.trim_end().strip_suffix('"').and_then(|rest| rest.rsplit_once('"')) {
        found.set("agent", Cow::Borrowed(agent.1));
    }
    let address = request.split(' ').nth(1)?;
    let parameters = address.split_once('?').map_or("", |(_, parameters)| parameters);
    for (name, value) in parameters.split('&').filter_map(|pair| pair.split_once('=')) {
        if name != "time" && name != "agent" {
            found.set(name, decoded(value));
        }
    }
    Some(found)
}

/// The value of a parameter.
fn decoded(value: &str) -> Cow<'_, str> {
    if !value.contains(['%', '+']) {
        return Cow::Borrowed(value);
    }
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [byte, after @ ..] = rest {
        let escaped = after.get(..2).and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match (byte, escaped) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(if *byte == b'+' { b' ' } else { *byte });
                rest = after;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}
