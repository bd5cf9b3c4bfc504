//! Why a case is due when it is: every day that counted and every day that did not, for a sentence on the screen and for
//! `mottaget-server explain-due`.

use super::{Cause, Due, Pause, Run, Stop, Target, due_at, run, standing, swedish_day};
use crate::calendar::{DayOff, DaysOff, Eve, day_off, half_day};
use crate::case::Case;
use crate::clinic::Policy;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

/// A day that did not count, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The day.
    pub day: Date,
    /// Why.
    pub why: DayOff,
}

/// Everything that led to a due time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What set the clock going.
    pub cause: Cause,
    /// When.
    pub started_at: Timestamp,
    /// The Swedish day of that; it is not counted.
    pub started_on: Date,
    /// The target, and who decided it.
    pub target: Target,
    /// The working days that counted, in order; the last is the due day. None when the day of receipt is the due day.
    pub counted: Vec<Date>,
    /// Days that did not count between start and due day, in order; not those within a pause.
    pub skipped: Vec<Skipped>,
    /// When the clock stood still because the case was closed.
    pub pauses: Vec<Pause>,
    /// The due day.
    pub due_on: Date,
    /// The due day is this half-day, and ends at noon.
    pub half_day: Option<Eve>,
    /// The last moment for feedback.
    pub due_at: Timestamp,
    /// Its end; `None` while it runs.
    pub stopped: Option<Stop>,
    /// Where it stands now.
    pub due: Due,
}

/// Why this case is due when it is.
#[must_use]
pub fn explain(case: &Case, policy: &Policy, now: Timestamp) -> Explanation {
    let off = policy.days_off();
    let run = run::latest(case, policy, &off);
    let due = standing(case, &run, &off, now);
    of_run(run, &off, due)
}

/// Why something received then would be due when it would be: a clock with no events yet.
#[must_use]
pub fn explain_due(received: Timestamp, target: Target, off: &DaysOff) -> Explanation {
    let at = due_at(received, target.days, off);
    let run =
        Run { cause: Cause::Submitted, started_at: received, target, pauses: Vec::new(), due_at: at, stopped: None };
    of_run(run, off, Due::Running { at, working_days_left: i32::from(target.days) })
}

fn of_run(run: Run, off: &DaysOff, due: Due) -> Explanation {
    let (started_on, due_on) = (swedish_day(run.started_at), swedish_day(run.due_at));
    let paused =
        |day: Date| run.pauses.iter().any(|pause| swedish_day(pause.from) < day && day < swedish_day(pause.to));
    // The day on which it went on is no more counted than the day of receipt is.
    let stood_still =
        |day: Date| run.pauses.iter().any(|pause| swedish_day(pause.from) < day && day <= swedish_day(pause.to));
    let (mut counted, mut skipped) = (Vec::new(), Vec::new());
    let mut day = started_on;
    while day < due_on {
        let Ok(next) = day.checked_add(1.day()) else { break };
        day = next;
        match day_off(day, off) {
            Some(why) if !paused(day) => skipped.push(Skipped { day, why }),
            None if !stood_still(day) => counted.push(day),
            _ => {}
        }
    }
    Explanation {
        cause: run.cause,
        started_at: run.started_at,
        started_on,
        target: run.target,
        counted,
        skipped,
        pauses: run.pauses,
        due_on,
        half_day: half_day(due_on, off).filter(|_| day_off(due_on, off).is_none()),
        due_at: run.due_at,
        stopped: run.stopped,
        due,
    }
}
