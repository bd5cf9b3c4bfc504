//! The runs of a case's clock, from its history: one from the submission, and one more from every answer to a
//! counter-question.

use super::{Target, due_at, end_after, swedish_day};
use crate::calendar::{DaysOff, working_days_between};
use crate::case::{Case, Happening, MessageKind};
use crate::clinic::Policy;
use crate::id::MessageId;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// What set a run going.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The resident filed the case.
    Submitted,
    /// The resident answered a counter-question (D5).
    Answered,
}

/// What ended a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StoppedBy {
    /// The first message from staff that was released to the resident.
    Message(MessageKind),
    /// The case was closed without one.
    Closed,
}

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// When.
    pub at: Timestamp,
    /// By what.
    pub by: StoppedBy,
}

/// A time during which the clock stood still: the case was closed without feedback and opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Closed.
    pub from: Timestamp,
    /// Opened again.
    pub to: Timestamp,
}

/// One run of the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// What set it going.
    pub cause: Cause,
    /// When.
    pub started_at: Timestamp,
    /// The target in force.
    pub target: Target,
    /// When it stood still.
    pub pauses: Vec<Pause>,
    /// The last moment for feedback.
    pub due_at: Timestamp,
    /// Its end; `None` while it runs.
    pub stopped: Option<Stop>,
}

/// A run by its events, before the calendar is asked.
struct Course {
    cause: Cause,
    started_at: Timestamp,
    pauses: Vec<Pause>,
    closed_at: Option<Timestamp>,
    stopped: Option<Stop>,
    /// Messages from staff that were held when it began: what was written before an answer came is no feedback to it.
    earlier: BTreeSet<MessageId>,
}

impl Course {
    fn begin(cause: Cause, started_at: Timestamp, earlier: BTreeSet<MessageId>) -> Self {
        Self { cause, started_at, pauses: Vec::new(), closed_at: None, stopped: None, earlier }
    }

    fn take(&mut self, what: &Happening, at: Timestamp) {
        match what {
            // A closing note tells that there will be no answer: the closing itself ends the run.
            Happening::MessageReleased { kind: MessageKind::Closure, .. } => {}
            Happening::MessageReleased { message, kind } if !self.earlier.contains(message) => {
                self.stopped.get_or_insert(Stop { at, by: StoppedBy::Message(*kind) });
            }
            Happening::Closed { .. } => self.closed_at = Some(at),
            Happening::Reopened => {
                let closed_at = self.closed_at.take();
                if self.stopped.is_none() {
                    self.pauses.extend(closed_at.map(|from| Pause { from, to: at }));
                }
            }
            _ => {}
        }
    }

    /// The end of the run; a closed case's clock does not run.
    fn stop(&self) -> Option<Stop> {
        self.stopped.or_else(|| self.closed_at.map(|at| Stop { at, by: StoppedBy::Closed }))
    }

    fn finish(self, target: Target, off: &DaysOff) -> Run {
        let due_at =
            self.pauses.iter().fold(due_at(self.started_at, target.days, off), |due, pause| put_off(due, *pause, off));
        let stopped = self.stop();
        let Self { cause, started_at, pauses, .. } = self;
        Run { cause, started_at, target, pauses, due_at, stopped }
    }
}

/// The due time after a pause: the working days that were left go on from the end of the pause. What was late before the
/// pause stays late.
fn put_off(due: Timestamp, pause: Pause, off: &DaysOff) -> Timestamp {
    if pause.from > due || pause.to <= pause.from {
        return due;
    }
    let left = working_days_between(swedish_day(pause.from), swedish_day(due), off);
    end_after(pause.to, u8::try_from(left).unwrap_or(0), off).max(due)
}

fn courses(case: &Case) -> Vec<Course> {
    let mut done = Vec::new();
    let mut held = BTreeSet::new();
    let mut now = Course::begin(Cause::Submitted, case.created_at, BTreeSet::new());
    for entry in &case.history {
        match &entry.what {
            Happening::ResidentReplied { .. } if now.stop().is_some() => {
                done.push(std::mem::replace(&mut now, Course::begin(Cause::Answered, entry.at, held.clone())));
            }
            Happening::MessageHeld { message, .. } => {
                held.insert(*message);
            }
            what => now.take(what, entry.at),
        }
        if let Happening::MessageReleased { message, .. } | Happening::MessageWithdrawn { message, .. } = &entry.what {
            held.remove(message);
        }
    }
    // A purged case has no history left.
    if !case.state.is_open() && now.stop().is_none() {
        now.closed_at = Some(case.closed_at.unwrap_or(now.started_at));
    }
    done.push(now);
    done
}

/// All runs, oldest first; the last is the one that counts now. There is always at least one.
#[must_use]
pub fn runs(case: &Case, policy: &Policy) -> Vec<Run> {
    let (target, off) = (policy.target(&case.case_type), policy.days_off());
    courses(case).into_iter().map(|course| course.finish(target, &off)).collect()
}

/// The run that counts now.
pub(super) fn latest(case: &Case, policy: &Policy, off: &DaysOff) -> Run {
    let course =
        courses(case).pop().unwrap_or_else(|| Course::begin(Cause::Submitted, case.created_at, BTreeSet::new()));
    course.finish(policy.target(&case.case_type), off)
}

/// Since when the clock runs; `None` when nothing is owed to the resident now.
#[must_use]
pub fn running_since(case: &Case) -> Option<Timestamp> {
    courses(case).pop().filter(|course| course.stop().is_none()).map(|course| course.started_at)
}
