//! A `Range` header -> the bytes that are asked for (RFC 9110, section 14).
//!
//! One range of bytes is understood; what is not understood is no range, as the RFC has it. Invariant: a part lies inside the file.

/// Bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of them.
    Whole,
    /// From the first to the last, both included.
    Some {
        /// The first.
        first: u64,
        /// The last.
        last: u64,
    },
    /// None that the file has.
    Beyond,
}

/// The part of a file of this length that a header asks for.
pub(super) fn part(header: Option<&str>, len: u64) -> Part {
    header.and_then(|header| asked(header.trim(), len)).unwrap_or(Part::Whole)
}

fn asked(header: &str, len: u64) -> Option<Part> {
    let (unit, range) = header.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    match (first.trim(), last.trim()) {
        ("", "") => None,
        ("", suffix) => Some(match number(suffix)? {
            0 => Part::Beyond,
            _ if len == 0 => Part::Beyond,
            count => Part::Some { first: len.saturating_sub(count), last: len - 1 },
        }),
        (first, last) => {
            let first = number(first)?;
            let last = if last.is_empty() { u64::MAX } else { number(last)? };
            match () {
                () if last < first => None,
                () if first >= len => Some(Part::Beyond),
                () => Some(Part::Some { first, last: last.min(len - 1) }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_of_bytes_is_understood() {
        let of = |header| part(Some(header), 100);
        assert_eq!(of("bytes=0-0"), Part::Some { first: 0, last: 0 });
        assert_eq!(of("bytes=10-19"), Part::Some { first: 10, last: 19 });
        assert_eq!(of("bytes=90-"), Part::Some { first: 90, last: 99 });
        assert_eq!(of("bytes=90-1000"), Part::Some { first: 90, last: 99 });
        assert_eq!(of("bytes=-10"), Part::Some { first: 90, last: 99 });
        assert_eq!(of("bytes=-1000"), Part::Some { first: 0, last: 99 });
        assert_eq!(of(" Bytes = 1-2 "), Part::Some { first: 1, last: 2 });
    }

    #[test]
    fn a_range_beyond_the_end_is_refused() {
        assert_eq!(part(Some("bytes=100-"), 100), Part::Beyond);
        assert_eq!(part(Some("bytes=-0"), 100), Part::Beyond);
        assert_eq!(part(Some("bytes=0-"), 0), Part::Beyond);
        assert_eq!(part(Some("bytes=-5"), 0), Part::Beyond);
    }

    #[test]
    fn what_is_not_understood_is_no_range() {
        for header in ["", "bytes", "bytes=", "bytes=-", "bytes=2-1", "bytes=a-b", "bytes=+1-2", "pages=0-1", "bytes=0-1,3-4"] {
            assert_eq!(part(Some(header), 100), Part::Whole, "{header}");
        }
        assert_eq!(part(None, 100), Part::Whole);
    }
}
