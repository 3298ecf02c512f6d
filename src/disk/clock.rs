//! Today's date, from the machine or as it was given.

use jiff::civil::Date;

use crate::world::Clock;

/// The machine's clock, or one that stands still.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock {
    fixed: Option<Date>,
}

impl SystemClock {
    /// A clock that shows `fixed`, if given; else the date in the machine's time zone.
    #[must_use]
    pub const fn new(fixed: Option<Date>) -> Self {
        Self { fixed }
    }
}

impl Clock for SystemClock {
    fn today(&self) -> Date {
        self.fixed.unwrap_or_else(|| jiff::ZonedDateTime::now().date())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_date_stands() {
        let date = jiff::civil::date(2024, 2, 29);
        assert_eq!(SystemClock::new(Some(date)).today(), date);
    }

    #[test]
    fn the_local_date_lies_between_those_of_the_outermost_zones() {
        let utc = || jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
        let before = utc();
        let today = SystemClock::default().today();
        let after = utc();
        assert!(before.yesterday().is_ok_and(|first| first <= today) && after.tomorrow().is_ok_and(|last| today <= last));
    }
}
