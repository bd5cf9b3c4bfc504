//! The response clock: first feedback within N Swedish working days (R76–R82, domain.md D5, ADR 14).
//!
//! Computed from the case's events and the clinic's policy alone, so the server and an app without a network say the same.

mod explain;
mod reminders;
mod run;

pub use explain::{Explanation, Skipped, explain, explain_due};
pub use reminders::{Reminder, ReminderTo, Watcher, reminders, reminds};
pub use run::{Cause, Pause, Run, Stop, StoppedBy, running_since, runs};

use crate::calendar::{DaysOff, half_day, working_day_after, working_days_between};
use crate::case::Case;
use crate::clinic::Policy;
use jiff::civil::{Date, Time, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// Targets that two regions have published: «inom två arbetsdagar» (R76) and «inom tre» (R79).
pub const PRESETS: [u8; 2] = [2, 3];

/// Most working days that a target may have; a longer one counts as this.
pub const MAX_RESPONSE_DAYS: u8 = 60;

/// Who has decided a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// The region, for all its clinics.
    Region,
    /// The clinic.
    Clinic,
    /// The case type.
    CaseType,
}

/// First feedback within this many working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Working days after the day of receipt; 0 is the same working day.
    pub days: u8,
    /// Who has decided it.
    pub level: Level,
}

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
    /// Feedback was given, and a counter-question waits for the resident: the clock begins anew with the answer (D5).
    Paused {
        /// What the due time was.
        at: Timestamp,
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
            Self::Running { at, .. } | Self::Paused { at } | Self::Done { at, .. } => *at,
        }
    }
}

/// Running clocks as they stand at one time. Whether a clock runs, and when it ends, follows from case and policy alone:
/// what [`due`] said of that holds until one of them changes, and only the days left go by. Each count goes on from the
/// day of the one before, so that a list of long overdue cases costs no more than its span.
#[derive(Clone, Debug)]
pub struct Countdown {
    off: DaysOff,
    now: Timestamp,
    /// A day, and the working days until then.
    counted: (Date, i32),
}

impl Countdown {
    /// By the given time.
    #[must_use]
    pub fn new(policy: &Policy, now: Timestamp) -> Self {
        Self { off: policy.days_off(), now, counted: (swedish_day(now), 0) }
    }

    /// A running clock that ends at `at`.
    pub fn running(&mut self, at: Timestamp) -> Due {
        let (day, days) = self.counted;
        let due_day = swedish_day(at);
        let days = days + working_days_between(day, due_day, &self.off);
        self.counted = (due_day, days);
        Due::Running { at, working_days_left: left(days, at, self.now) }
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

/// The first moment of that day in Sweden; none at the very end of the calendar.
#[must_use]
pub fn start_of_swedish_day(day: Date) -> Option<Timestamp> {
    day.to_zoned(sweden()).ok().map(|zoned| zoned.timestamp())
}

/// That time of that day in Sweden. A time that the change to summer time skips is the one an hour later.
fn swedish_time(day: Date, clock: Time) -> Option<Timestamp> {
    day.to_datetime(clock).to_zoned(sweden()).ok().map(|zoned: Zoned| zoned.timestamp())
}

/// The last moment of a working day: its last second, or noon on a half-day.
fn end_of(day: Date, off: &DaysOff) -> Option<Timestamp> {
    let end = if half_day(day, off).is_some() { time(12, 0, 0, 0) } else { time(23, 59, 59, 0) };
    swedish_time(day, end)
}

/// The end of the `days`th working day after `from`'s; never before `from` (an afternoon on a half-day goes on to the
/// next working day).
fn end_after(from: Timestamp, days: u8, off: &DaysOff) -> Timestamp {
    let mut day = working_day_after(swedish_day(from), days, off);
    let mut end = end_of(day, off);
    if end.is_some_and(|end| end < from) {
        day = working_day_after(day, 1, off);
        end = end_of(day, off);
    }
    // Only at the end of the calendar there is no such moment.
    end.unwrap_or(from)
}

/// The last moment for first feedback to something received at `received`: the end of the `days`th working day after
/// the day of receipt.
#[must_use]
pub fn due_at(received: Timestamp, days: u8, off: &DaysOff) -> Timestamp {
    end_after(received, days.min(MAX_RESPONSE_DAYS), off)
}

/// Where the case stands now, by the latest run of its clock.
#[must_use]
pub fn due(case: &Case, policy: &Policy, now: Timestamp) -> Due {
    let off = policy.days_off();
    let run = run::latest(case, policy, &off);
    standing(case, &run, &off, now)
}

fn standing(case: &Case, run: &Run, off: &DaysOff, now: Timestamp) -> Due {
    match run.stopped {
        Some(_) if case.state.is_open() && case.open_question.is_some() => Due::Paused { at: run.due_at },
        Some(stop) => Due::Done { at: run.due_at, late: stop.at > run.due_at },
        None => Due::Running { at: run.due_at, working_days_left: working_days_left(run.due_at, off, now) },
    }
}

fn working_days_left(at: Timestamp, off: &DaysOff, now: Timestamp) -> i32 {
    let (today, due_day) = (swedish_day(now), swedish_day(at));
    left(working_days_between(today, due_day, off), at, now)
}

/// A due time in the past is late even when only a weekend, or nothing but an afternoon, lies between.
fn left(days: i32, at: Timestamp, now: Timestamp) -> i32 {
    if now > at { days.min(-1) } else { days }
}

#[cfg(test)]
mod tests;
