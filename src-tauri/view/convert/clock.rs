//! The response clock's reasons.

use super::time;
use crate::view::*;
use mottaget_domain::response_clock::{Due, Explanation, Pause, Skipped, StoppedBy};

impl From<Explanation> for WhyDue {
    fn from(it: Explanation) -> Self {
        let skipped = |it: Skipped| SkippedDay { day: it.day.to_string(), why: it.why.code().to_owned() };
        let pause = |it: Pause| ClockPause { from: time(it.from), to: time(it.to) };
        Self {
            cause: it.cause.into(),
            started_at: time(it.started_at),
            days: it.target.days,
            level: it.target.level.into(),
            counted: it.counted.iter().map(ToString::to_string).collect(),
            skipped: it.skipped.into_iter().map(skipped).collect(),
            pauses: it.pauses.into_iter().map(pause).collect(),
            due_at: time(it.due_at),
            half_day: it.half_day.map(|eve| eve.code().to_owned()),
            stopped: it.stopped.map(|stop| ClockStop {
                at: time(stop.at),
                by: match stop.by {
                    StoppedBy::Message(kind) => Some(kind.into()),
                    StoppedBy::Closed => None,
                },
                late: stop.at > it.due_at,
            }),
            paused: matches!(it.due, Due::Paused { .. }),
        }
    }
}
