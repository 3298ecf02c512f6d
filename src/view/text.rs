//! Numbers, dates and prices as words of a language; the patterns stand in the theme's strings.

use serde::Serialize;

use crate::config::{Period, Price};
use crate::id::Lang;
use crate::model::Moment;
use crate::theme::Strings;

/// A date for readers and for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DateText {
    /// As in `<time datetime>`: `2026-05-01`, or with a time as RFC 3339.
    pub iso: String,
    /// As readers write it: `2026年5月1日`, `1 May 2026`.
    pub text: String,
}

/// A day in words; a time of day is left out.
pub(super) fn date(strings: &Strings, moment: &Moment) -> DateText {
    DateText { iso: moment.date.to_string(), text: day(strings, moment) }
}

/// A day with its time and, if written, its distance from UTC.
pub(super) fn moment(strings: &Strings, moment: &Moment) -> DateText {
    let Some(time) = moment.time else { return date(strings, moment) };
    let clock = format!("{:02}:{:02}", time.hour(), time.minute());
    let text = strings.fill("date.with_time", &[("date", &day(strings, moment)), ("time", &clock)]);
    match moment.offset {
        // Without an offset the moment names no instant: HTML has a form for that, RFC 3339 has none.
        None => DateText { iso: format!("{}T{clock}", moment.date), text },
        Some(offset) => {
            let zone = strings.fill("date.zone", &[("zone", &utc(offset))]);
            DateText { iso: moment.rfc3339(), text: format!("{text}{zone}") }
        }
    }
}

fn day(strings: &Strings, moment: &Moment) -> String {
    let date = moment.date;
    let month = strings.get(MONTHS[usize::from(date.month().unsigned_abs()).clamp(1, 12) - 1]);
    strings.fill("date.pattern", &[("year", &date.year().to_string()), ("month", month), ("day", &date.day().to_string())])
}

const MONTHS: [&str; 12] = [
    "date.month.1",
    "date.month.2",
    "date.month.3",
    "date.month.4",
    "date.month.5",
    "date.month.6",
    "date.month.7",
    "date.month.8",
    "date.month.9",
    "date.month.10",
    "date.month.11",
    "date.month.12",
];

/// `UTC+8`, `UTC−3:30`, `UTC`.
fn utc(offset: i32) -> String {
    let sign = if offset < 0 { '−' } else { '+' };
    match (offset.abs() / 60, offset.abs() % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// A duration in words: minutes up to two hours, then hours.
pub(super) fn minutes(strings: &Strings, minutes: u32) -> String {
    if minutes < 120 {
        strings.count("count.minutes", minutes as usize)
    } else {
        strings.count("count.hours", (minutes as usize + 30) / 60)
    }
}

/// A price with its period: `¥39/月`, `CN¥39 a month`.
pub(super) fn price(strings: &Strings, lang: &Lang, price: &Price) -> String {
    if price.amount == 0.0 {
        return strings.get("price.free").to_owned();
    }
    let key = match price.per {
        None => "price.once",
        Some(Period::Month) => "price.month",
        Some(Period::Quarter) => "price.quarter",
        Some(Period::Year) => "price.year",
    };
    strings.fill(key, &[("price", &amount(lang, price))])
}

/// An amount with its currency, thousands parted by commas: `¥1,299`, `$9.90`.
///
/// Source of the signs: CLDR's standard symbols, which tell currencies apart from the language's own.
fn amount(lang: &Lang, price: &Price) -> String {
    let digits = if price.amount.fract() == 0.0 { format!("{:.0}", price.amount) } else { format!("{:.2}", price.amount) };
    let (whole, fraction) = digits.split_once('.').map_or((digits.as_str(), None), |(whole, fraction)| (whole, Some(fraction)));
    let mut grouped = String::new();
    for (index, digit) in whole.char_indices() {
        let left = whole.len() - index;
        if index > 0 && left.is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    let sign = match (price.currency.as_str(), lang.primary()) {
        ("CNY", "zh") | ("JPY", "en" | "de" | "fr") => "¥",
        ("CNY", "ja") => "元",
        ("CNY", _) => "CN¥",
        ("JPY", "ja") => "￥",
        ("JPY", _) => "JP¥",
        ("USD", "zh") => "US$",
        ("USD", _) => "$",
        ("EUR", _) => "€",
        ("GBP", _) => "£",
        ("HKD", _) => "HK$",
        ("TWD", _) => "NT$",
        ("KRW", _) => "₩",
        ("INR", _) => "₹",
        (other, _) => return format!("{other}\u{a0}{grouped}"),
    };
    format!("{sign}{grouped}")
}

/// A file's size: `12 kB`, `3.4 MB` (powers of 1,000, as shops and systems show them).
pub(super) fn size(bytes: u64) -> String {
    let kilobytes = bytes.div_ceil(1000);
    if kilobytes < 1000 { format!("{kilobytes}\u{a0}kB") } else { format!("{:.1}\u{a0}MB", bytes as f64 / 1e6) }
}

/// A language's name in itself; its tag if it is not among the common ones.
pub(super) fn language_name(lang: &Lang) -> &str {
    match lang.as_str() {
        "zh" | "zh-CN" | "zh-Hans" => "中文",
        "zh-Hant" | "zh-TW" | "zh-HK" => "繁體中文",
        tag => match lang.primary() {
            "zh" => "中文",
            "en" => "English",
            "ja" => "日本語",
            "ko" => "한국어",
            "de" => "Deutsch",
            "fr" => "Français",
            "es" => "Español",
            "pt" => "Português",
            "it" => "Italiano",
            "ru" => "Русский",
            "vi" => "Tiếng Việt",
            _ => tag,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Theme;

    fn strings(tag: &str) -> Strings {
        Theme::load("default", &std::collections::BTreeMap::new()).value.strings(&Lang::new(tag)).clone()
    }

    #[test]
    fn dates_read_as_people_write_them() {
        let at = |text: &str, tag: &str| moment(&strings(tag), &Moment::parse(text).unwrap()).text;
        assert_eq!(at("2026-05-01", "zh"), "2026年5月1日");
        assert_eq!(at("2026-05-01", "en"), "1 May 2026");
        assert_eq!(at("2026-12-01T20:00:00+08:00", "zh-Hant"), "2026年12月1日 20:00（UTC+8）");
        assert_eq!(at("2026-12-01T20:00:00-03:30", "en"), "1 December 2026, 20:00 (UTC−3:30)");
    }

    #[test]
    fn a_time_without_an_offset_is_no_instant() {
        let text = moment(&strings("en"), &Moment::parse("2026-12-01T08:05").unwrap());
        assert_eq!((text.iso.as_str(), text.text.as_str()), ("2026-12-01T08:05", "1 December 2026, 08:05"));
    }

    #[test]
    fn prices_show_currency_and_period() {
        let of = |amount, currency: &str, per, tag: &str| {
            price(&strings(tag), &Lang::new(tag), &Price { amount, currency: currency.to_owned(), per })
        };
        assert_eq!(of(39.0, "CNY", Some(Period::Month), "zh"), "¥39/月");
        assert_eq!(of(1299.5, "CNY", None, "en"), "CN¥1,299.50");
        assert_eq!(of(1_234_567.0, "USD", Some(Period::Year), "en"), "$1,234,567 a year");
        assert_eq!(of(0.0, "CNY", None, "zh"), "免费");
        assert_eq!(of(5.0, "CHF", None, "en"), "CHF\u{a0}5");
    }

    #[test]
    fn counts_know_one_and_many() {
        assert_eq!(minutes(&strings("en"), 1), "1 minute");
        assert_eq!(minutes(&strings("en"), 119), "119 minutes");
        assert_eq!(minutes(&strings("zh"), 150), "3 小时");
        assert_eq!(size(999_001), "1.0\u{a0}MB");
        assert_eq!(size(1), "1\u{a0}kB");
    }
}
