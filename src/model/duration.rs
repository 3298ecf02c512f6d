//! Lengths of time as authors write them: `90m`, `1h30m`, `45 min`, `1小时30分钟`, `PT1H30M` -> minutes, and minutes -> ISO 8601.
//!
//! Values only. Invariant: a length is between one minute and a year.

/// The longest length that is taken for meant: a year, in minutes.
const LONGEST: u32 = 60 * 24 * 366;

/// Reads a length of time in minutes, rounded to the nearest; at least one.
///
/// Units come in falling order, each at most once; a number without a unit is minutes. Also reads ISO 8601 durations up to weeks
/// (section 5.5.2 of ISO 8601-1:2019; years and months have no fixed length and are refused).
#[must_use]
pub fn minutes(text: &str) -> Option<u32> {
    let text = text.trim().to_lowercase();
    let seconds = match text.strip_prefix('p') {
        Some(iso) => iso_seconds(iso)?,
        None => spoken_seconds(&text)?,
    };
    let minutes = (seconds / 60.0).round();
    (seconds > 0.0 && minutes <= f64::from(LONGEST)).then(|| (minutes as u32).max(1))
}

/// Writes minutes as ISO 8601: 90 is `PT1H30M`.
#[must_use]
pub fn iso8601(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("PT{minutes}M"),
        (hours, 0) => format!("PT{hours}H"),
        (hours, minutes) => format!("PT{hours}H{minutes}M"),
    }
}

/// `1 hour 30 min`, in lower case.
fn spoken_seconds(text: &str) -> Option<f64> {
    sum(text, |unit| {
        Some(match unit.trim_end_matches('.') {
            "d" | "day" | "days" | "天" | "日" => 86_400,
            "h" | "hr" | "hrs" | "hour" | "hours" | "小时" | "小時" | "个小时" | "個小時" | "时" | "時" => 3_600,
            "" | "m" | "min" | "mins" | "minute" | "minutes" | "分钟" | "分鐘" | "分" | "′" | "'" => 60,
            "s" | "sec" | "secs" | "second" | "seconds" | "秒" | "秒钟" => 1,
            _ => return None,
        })
    })
}

/// What follows the `P` of an ISO 8601 duration, in lower case.
fn iso_seconds(text: &str) -> Option<f64> {
    let (days, time) = text.split_once('t').map_or((text, None), |(days, time)| (days, Some(time)));
    let days = match days {
        "" => 0.0,
        days => sum(days, |unit| match unit {
            "w" => Some(604_800),
            "d" => Some(86_400),
            _ => None,
        })?,
    };
    let time = match time {
        None => 0.0,
        Some(time) => sum(time, |unit| match unit {
            "h" => Some(3_600),
            "m" => Some(60),
            "s" => Some(1),
            _ => None,
        })?,
    };
    Some(days + time)
}

/// Adds up numbers with their units, in falling order of the units.
fn sum(text: &str, seconds_of: impl Fn(&str) -> Option<u32>) -> Option<f64> {
    let mut rest = text;
    let mut total = 0.0;
    let mut last = u32::MAX;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number: f64 = rest[..end].parse().ok()?;
        rest = rest[end..].trim_start();
        let end = rest.find(|c: char| c.is_ascii_digit() || c.is_whitespace()).unwrap_or(rest.len());
        let unit = seconds_of(&rest[..end])?;
        if unit >= last {
            return None;
        }
        total += number * f64::from(unit);
        last = unit;
        rest = rest[end..].trim_start();
    }
    (last != u32::MAX).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        let cases = [
            ("90m", 90),
            ("1h30m", 90),
            ("1h30", 90),
            ("1h", 60),
            ("1.5h", 90),
            ("45 min", 45),
            ("45", 45),
            ("2 hours 5 minutes", 125),
            (" 1 Hr. 10 Min. ", 70),
            ("PT1H30M", 90),
            ("pt45m", 45),
            ("P1DT1H", 1500),
            ("90 分钟", 90),
            ("1小时30分钟", 90),
            ("1 個小時", 60),
            ("90s", 2),
            ("10s", 1),
        ];
        for (text, expected) in cases {
            assert_eq!(minutes(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_length() {
        for text in [
            "",
            " ",
            "m",
            "soon",
            "0m",
            "-5m",
            "30m1h",
            "1h1h",
            "1..2h",
            ".",
            "P1M",
            "P1Y",
            "PT",
            "P",
            "999999999999h",
            "1h半",
            "٣m",
        ] {
            assert_eq!(minutes(text), None, "{text}");
        }
    }

    #[test]
    fn writes_iso_8601() {
        assert_eq!([5, 60, 90, 1500].map(iso8601), ["PT5M", "PT1H", "PT1H30M", "PT25H"]);
    }
}
