//! A moment as events have it -> milliseconds since 1970.
//!
//! RFC 3339, seconds or milliseconds as a number, and the form of access logs (`10/Oct/2026:13:55:36 +0800`). Invariant: no text panics.

/// From here on a number counts milliseconds and no seconds: the year 5138 in the one, 1973 in the other.
const MILLISECONDS: f64 = 1e11;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Reads a moment; the error says what is wrong.
pub(super) fn read(text: &str) -> Result<i64, &'static str> {
    let text = text.trim();
    if let Ok(number) = text.parse::<f64>() {
        let is_negative = number < 0.0;
        return match number {
            _ if is_negative => Err("its time is negative"),
            _ if number.is_nan() || number >= 1e15 => Err("its time is out of all range"),
            _ if number >= MILLISECONDS => Ok(number as i64),
            _ => Ok((number * 1000.0) as i64),
        };
    }
    if text.starts_with('-') {
        return Err("its time is negative");
    }
    let found = rfc3339(text.as_bytes()).or_else(|| log(text));
    found.ok_or("its time is none, as `2026-11-20T08:00:00Z`")
}

fn number(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

/// `2026-11-20T08:00:00.5+08:00`; a space for the `T` is usual too, and without a zone it is UTC.
fn rfc3339(text: &[u8]) -> Option<i64> {
    let day = days(number(text.get(..4)?)?, number(text.get(5..7)?)?, number(text.get(8..10)?)?)?;
    if text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    if text.len() == 10 {
        return Some(day * 86_400_000);
    }
    let seconds = clock(text.get(11..19)?)?;
    let mut rest = &text[19..];
    let mut fraction = 0;
    if let Some(digits) = rest.strip_prefix(b".") {
        let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        fraction = (0..3).fold(0, |sum, at| sum * 10 + digits[..length].get(at).map_or(0, |digit| i64::from(digit - b'0')));
        rest = &digits[length..];
    }
    Some((day * 86_400 + seconds - zone(rest)?) * 1000 + fraction)
}

/// `10/Oct/2026:13:55:36 +0800`.
fn log(text: &str) -> Option<i64> {
    let month = 1 + MONTHS.iter().position(|month| text.get(3..6) == Some(*month))? as i64;
    let text = text.as_bytes();
    let day = days(number(text.get(7..11)?)?, month, number(text.get(..2)?)?)?;
    let seconds = clock(text.get(12..20)?)?;
    Some((day * 86_400 + seconds - zone(text.get(20..)?.trim_ascii())?) * 1000)
}

fn clock(text: &[u8]) -> Option<i64> {
    let (hours, minutes, seconds) = (number(&text[..2])?, number(&text[3..5])?, number(&text[6..8])?);
    (hours < 24 && minutes < 60 && seconds <= 60).then_some(hours * 3600 + minutes * 60 + seconds)
}

/// Seconds east of UTC.
fn zone(text: &[u8]) -> Option<i64> {
    let sign = match text.first() {
        None | Some(b'Z' | b'z') => return (text.len() <= 1).then_some(0),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return None,
    };
    let minutes = if text.get(3) == Some(&b':') { text.get(4..6)? } else { text.get(3..5)? };
    Some(sign * (number(text.get(1..3)?)? * 3600 + number(minutes)? * 60))
}

/// Days since 1970 (Hinnant, `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if year < 1970 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn moments_are_read_in_every_form() {
        // `date -u -d @1795161600`: 2026-11-20T08:00:00Z.
        for text in [
            "2026-11-20T08:00:00Z",
            "2026-11-20 08:00:00",
            "2026-11-20T16:00:00.000+08:00",
            "1795161600",
            "1795161600000",
            "20/Nov/2026:16:00:00 +0800",
            "2026-11-20T00:00:00-0800",
        ] {
            assert_eq!(read(text), Ok(1_795_161_600_000), "{text}");
        }
        assert_eq!(read("1970-01-01"), Ok(0));
    }

    #[test]
    fn what_is_no_moment_is_told() {
        assert_eq!(read("-5"), Err("its time is negative"));
        for text in [
            "",
            "x",
            "2026-13-01T00:00:00Z",
            "2026-11-20T25:00:00Z",
            "NaN",
            "1e300",
            "2026-11-20T08:00:00+",
            "二〇二六年",
            "20/Nov/2026",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
