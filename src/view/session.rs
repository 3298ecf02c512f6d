//! A live session: when, how long, and where for those who may know.

use serde::Serialize;

use super::text::{self, DateText};
use crate::access::Public;
use crate::model::Piece;
use crate::theme::Strings;

/// A live session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionView {
    /// When it starts.
    pub start: Option<DateText>,
    /// How long it lasts, in words; empty if it is not said.
    pub length: String,
    /// Where it takes place, if that is public.
    pub place: Option<String>,
    /// The address to join at, if that is public.
    pub link: Option<String>,
    /// Whether place and address are known to those alone who paid.
    pub gated: bool,
    /// Whether it lies before the day of the build.
    pub past: bool,
}

/// The view of a session.
pub(super) fn session(strings: &Strings, piece: &Piece, public: &Public<'_>, today: jiff::civil::Date) -> SessionView {
    let front = &piece.doc.front;
    let length = front.length.as_deref().and_then(minutes);
    SessionView {
        start: front.start.as_ref().map(|start| text::moment(strings, start)),
        length: length.map(|length| text::minutes(strings, length)).unwrap_or_default(),
        place: public.secrets.and_then(|secrets| secrets.place.clone()),
        link: public.secrets.and_then(|secrets| secrets.link.clone()),
        gated: public.secrets.is_none(),
        past: front.start.is_some_and(|start| start.date < today),
    }
}

/// `90m`, `1h30m`, `1 hour`: jiff's friendly durations. A bare number is minutes.
pub(super) fn minutes(length: &str) -> Option<u32> {
    if let Ok(minutes) = length.trim().parse() {
        return Some(minutes);
    }
    let duration: jiff::SignedDuration = length.trim().parse().ok()?;
    u32::try_from(duration.as_mins()).ok()
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[test]
    fn lengths_are_read_as_authors_write_them() {
        assert_eq!(minutes("90m"), Some(90));
        assert_eq!(minutes("1h30m"), Some(90));
        assert_eq!(minutes("45"), Some(45));
        assert_eq!(minutes("-5m"), None);
        assert_eq!(minutes("soon"), None);
    }
}
