//! Front matter: what an author may declare of a piece, public (`Front`) and gated when the piece is paid (`Secrets`).
//!
//! These structs are the one list of keys: the JSON Schema, the reference page and the check for unknown keys are made from them.
//! Values are as written; what they mean (tiers, levels, links) is settled in `resolve`.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::quiz::Question;
use crate::id::{Lang, ProductId, SourceId, TierId};

/// Public front matter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Front {
    /// What names this piece for good, for keys and statistics. Default: its path under the content root without extension.
    pub id: Option<SourceId>,
    /// The title. Default: the first heading, else the file's name.
    pub title: Option<String>,
    /// One or two sentences for lists, feeds and search engines. Default: the start of the text.
    pub description: Option<String>,
    /// When it was published, as `2024-05-01` or with a time. Default: from a file name like `2024-05-01-name.md`.
    pub date: Option<Moment>,
    /// When it was last changed in substance.
    pub updated: Option<Moment>,
    /// The day from which it is no longer published.
    pub expires: Option<Moment>,
    /// Not published unless `--drafts` is given.
    pub draft: bool,
    /// The last segment of its address. Default: from the file's name.
    pub slug: Option<String>,
    /// Its whole address, as `2024/05/01/name`.
    #[serde(alias = "url")]
    pub path: Option<String>,
    /// Old addresses that lead here.
    pub aliases: Texts,
    /// Its language. Default: from the file's name or folder, else the site's.
    pub lang: Option<Lang>,
    /// The piece this one translates: its id or path.
    pub translation_of: Option<String>,
    /// Its topics.
    pub tags: Texts,
    /// More topics; joins `tags`.
    pub categories: Texts,
    /// The series (专栏, column) it belongs to.
    pub series: Option<String>,
    /// How hard it is: `beginner`, `intermediate` or `advanced`.
    pub level: Option<String>,
    /// Who may read it: a tier of `site.yaml`.
    pub tier: Option<TierId>,
    /// The products that include it, besides those that name it in `site.yaml`.
    pub product: Many<ProductId>,
    /// Its place among its siblings. Default: from a numeric prefix of the file's name.
    #[serde(alias = "weight")]
    pub order: Option<i64>,
    /// Who wrote it.
    #[serde(alias = "author")]
    pub authors: Texts,
    /// A picture for its card and its head.
    pub cover: Option<String>,
    /// How long it takes, as `45m` or `1h30m`. Default for text: from its length.
    pub duration: Option<String>,
    /// What should be read before: ids or paths of pieces, or words.
    pub prerequisites: Texts,
    /// What one can do after it.
    pub objectives: Texts,
    /// Frees a lesson or chapter of a paid course or book.
    pub preview: bool,
    /// Publishes the headings of a paid piece.
    pub preview_toc: bool,
    /// Whether to show a table of contents.
    pub toc: Option<bool>,
    /// Whether it can be found by search.
    pub search: Option<bool>,
    /// Whether it may be recommended.
    pub recommend: Option<bool>,
    /// Whether readers may comment, where `site.yaml` has `comments`. Default: yes, but for outlines and pages.
    pub comments: Option<bool>,
    /// Another template of the theme.
    pub template: Option<String>,
    /// Whatever the site's own templates want to know.
    #[serde(alias = "params")]
    pub extra: BTreeMap<String, serde_json::Value>,
    /// Sessions: when it starts, with a time and an offset or zone, as `2026-12-01T20:00:00+08:00`.
    pub start: Option<Moment>,
    /// Sessions: how long it lasts, as `90m`.
    pub length: Option<String>,
}

/// Front matter that is gated in a paid piece, each value a secret whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, bound(deserialize = "L: Deserialize<'de>"))]
pub struct Secrets<L> {
    /// A recording to listen to: a file beside the piece or a URL.
    pub audio: Option<L>,
    /// A film: a file beside the piece or a URL.
    pub video: Option<L>,
    /// Files to take along.
    pub attachments: Many<L>,
    /// Resources: the files that make it up.
    pub files: Many<L>,
    /// Questions on the piece.
    pub quiz: Vec<Question>,
    /// Sessions: the address to join at.
    pub link: Option<String>,
    /// Sessions: where it takes place.
    pub place: Option<String>,
    /// Sessions: the recording, once there is one.
    pub recording: Option<L>,
}

impl<L> Default for Secrets<L> {
    fn default() -> Self {
        Self {
            audio: None,
            video: None,
            attachments: Many(Vec::new()),
            files: Many(Vec::new()),
            quiz: Vec::new(),
            link: None,
            place: None,
            recording: None,
        }
    }
}

impl<L> Secrets<L> {
    /// The same with every file or media address passed through `f`; `f` is told the key.
    pub fn map_links<M>(&self, mut f: impl FnMut(&'static str, &L) -> M) -> Secrets<M> {
        Secrets {
            audio: self.audio.as_ref().map(|link| f("audio", link)),
            video: self.video.as_ref().map(|link| f("video", link)),
            attachments: Many(self.attachments.iter().map(|link| f("attachments", link)).collect()),
            files: Many(self.files.iter().map(|link| f("files", link)).collect()),
            quiz: self.quiz.clone(),
            link: self.link.clone(),
            place: self.place.clone(),
            recording: self.recording.as_ref().map(|link| f("recording", link)),
        }
    }
}

/// One value or a list of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Many<T>(pub Vec<T>);

/// One text or a list of texts.
pub type Texts = Many<String>;

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> std::ops::Deref for Many<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "expected a text or a list of texts")]
        enum Either<T> {
            List(Vec<T>),
            One(T),
            Nothing(()),
        }
        Ok(Self(match Either::deserialize(deserializer)? {
            Either::List(list) => list,
            Either::One(one) => vec![one],
            Either::Nothing(()) => Vec::new(),
        }))
    }
}

impl<T: JsonSchema> JsonSchema for Many<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Many_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let one = generator.subschema_for::<T>();
        schemars::json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

/// A day, with a time of day and an offset if they were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The day.
    pub date: Date,
    /// The time of day, as written there.
    pub time: Option<Time>,
    /// Minutes east of UTC, if written.
    pub offset: Option<i32>,
}

impl Moment {
    /// A day without a time.
    #[must_use]
    pub const fn day(date: Date) -> Self {
        Self { date, time: None, offset: None }
    }

    /// Reads `2024-05-01`, `2024-05-01T20:00`, `2024-05-01 20:00:00 +0800`, `2024/05/01` and RFC 3339.
    ///
    /// Source: RFC 3339 section 5.6, with the liberties that Hugo, Jekyll and Hexo take.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let end = text.char_indices().position(|(_, c)| !(c.is_ascii_digit() || c == '-' || c == '/')).unwrap_or(text.len());
        let date: Date = text[..end].replace('/', "-").parse().ok().or_else(|| loose_date(&text[..end]))?;
        let rest = text[end..].trim_start_matches(['T', 't', ' ']);
        if rest.is_empty() {
            return (end == text.len()).then_some(Self::day(date));
        }
        let cut = rest.find(['Z', 'z', '+', '-', ' ', '[']).unwrap_or(rest.len());
        let time: Time = rest[..cut].parse().ok()?;
        let offset = match rest[cut..].trim() {
            "" => None,
            zone => Some(parse_offset(zone)?),
        };
        Some(Self { date, time: Some(time), offset })
    }

    /// The moment as RFC 3339; midnight and UTC where nothing is written.
    #[must_use]
    pub fn rfc3339(&self) -> String {
        let offset = match self.offset.unwrap_or(0) {
            0 => "Z".to_owned(),
            minutes => {
                let sign = if minutes < 0 { '-' } else { '+' };
                format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
        };
        let time = self.time.unwrap_or(Time::midnight());
        format!("{}T{:02}:{:02}:{:02}{offset}", self.date, time.hour(), time.minute(), time.second())
    }

    /// The same moment in UTC.
    #[must_use]
    pub fn utc(&self) -> DateTime {
        let local = DateTime::from_parts(self.date, self.time.unwrap_or(Time::midnight()));
        let Some(minutes) = self.offset.filter(|minutes| *minutes != 0) else { return local };
        local.checked_sub(jiff::SignedDuration::from_mins(minutes.into())).unwrap_or(local)
    }
}

/// `2024-5-1`.
fn loose_date(text: &str) -> Option<Date> {
    let mut parts = text.split(['-', '/']);
    let date = Date::new(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?).ok()?;
    parts.next().is_none().then_some(date)
}

/// `Z`, `+08:00`, `+0800` or `+08`, in minutes east of UTC.
fn parse_offset(text: &str) -> Option<i32> {
    if matches!(text, "Z" | "z" | "UTC") {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|&c| c != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.parse::<i32>().ok()?, 0),
        4 => (digits[..2].parse::<i32>().ok()?, digits[2..].parse::<i32>().ok()?),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format_args!("`{text}` is not a date: write it as `2024-05-01`")))
    }
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.time {
            Some(_) => serializer.serialize_str(&self.rfc3339()),
            None => serializer.collect_str(&self.date),
        }
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^\\d{4}[-/]\\d{1,2}[-/]\\d{1,2}" })
    }
}
