//! The response clock: first feedback within N Swedish working days (R76–R82, domain.md D5).

use crate::calendar::{DaysOff, working_day_after, working_days_between};
use crate::case::Case;
use jiff::civil::{Date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// Where a case stands against its due time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// The clock runs; feedback is due before `at`.
    Running {
        /// The last moment of the due day, Swedish time.
        at: Timestamp,
        /// Working days left, today not counted; 0 on the due day, negative when late.
        working_days_left: i32,
    },
    /// Feedback was given (or the case closed), `late` if after the due time.
    Done {
        /// What the due time was.
        at: Timestamp,
        /// Was it too late?
        late: bool,
    },
}

impl Due {
    /// The due time, whatever the state.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Running { at, .. } | Self::Done { at, .. } => *at,
        }
    }
}

/// Sweden's time zone; bundled, so it can't be missing (UTC would be the answer of a broken build).
fn sweden() -> TimeZone {
    TimeZone::get("Europe/Stockholm").unwrap_or(TimeZone::UTC)
}

/// The day it is in Sweden at that moment.
#[must_use]
pub fn swedish_day(at: Timestamp) -> Date {
    at.to_zoned(sweden()).date()
}

/// The last moment for first feedback to something received at `received`: the end of the `days`th working day after
/// the day of receipt.
#[must_use]
pub fn due_at(received: Timestamp, days: u8, off: &DaysOff) -> Timestamp {
    let day = working_day_after(swedish_day(received), days, off);
    let end = day.to_datetime(time(23, 59, 59, 0));
    end.to_zoned(sweden()).map_or(received, |zoned: Zoned| zoned.timestamp())
}

/// Where the case stands now. `days` is the target in force for the clinic; the case type's own goes before it.
#[must_use]
pub fn due(case: &Case, days: u8, off: &DaysOff, now: Timestamp) -> Due {
    let days = case.case_type.response_days.unwrap_or(days);
    let at = due_at(case.created_at, days, off);
    match case.first_feedback_at.or(case.closed_at) {
        Some(answered) => Due::Done { at, late: answered > at },
        None => Due::Running { at, working_days_left: working_days_left(at, off, now) },
    }
}

fn working_days_left(at: Timestamp, off: &DaysOff, now: Timestamp) -> i32 {
    let (today, due_day) = (swedish_day(now), swedish_day(at));
    let days = working_days_between(today, due_day, off);
    // A due day in the past is late even when only a weekend lies between.
    if now > at { days.min(-1) } else { days }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn two_working_days_end_with_the_second_day() {
        let off = DaysOff::default();
        // Friday 10:00 in Sweden → end of Tuesday
        assert_eq!(due_at(at("2026-11-20T09:00:00Z"), 2, &off), at("2026-11-24T22:59:59Z"));
        // Sunday 23:30 UTC is already Monday in Sweden → Wednesday
        assert_eq!(due_at(at("2026-11-22T23:30:00Z"), 2, &off), at("2026-11-25T22:59:59Z"));
        // summer time
        assert_eq!(due_at(at("2026-07-01T06:00:00Z"), 3, &off), at("2026-07-06T21:59:59Z"));
    }

    #[test]
    fn late_over_a_weekend_is_late() {
        let off = DaysOff::default();
        let due = at("2026-11-20T22:59:59Z");
        assert_eq!(working_days_left(due, &off, at("2026-11-20T10:00:00Z")), 0);
        assert_eq!(working_days_left(due, &off, at("2026-11-21T10:00:00Z")), -1);
        assert_eq!(working_days_left(due, &off, at("2026-11-19T10:00:00Z")), 1);
    }
}
