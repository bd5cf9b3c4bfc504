//! The hours: what the passing of time alone changes on the screen. Every working day ends at midnight or noon, so the full
//! hours are all that has to be waited for. Reminders fall on full hours too.

use crate::event::ClientEvent;
use crate::live::Live;
use crate::plan::Wanted;
use crate::trouble::Work;
use jiff::{Timestamp, ToSpan};
use mottaget_domain::response_clock::swedish_day;
use std::sync::Arc;

/// Seconds in an hour.
const HOUR: i64 = 3600;

/// Until the session stops: after every full hour, whoever listens reads again if another day has begun or a case has become
/// late, and reminders are decided on.
pub(crate) async fn run(live: Arc<Live>) {
    let clock = live.core.config.clock.clone();
    let mut last = clock.now();
    loop {
        clock.reached(after_the_hour(last)).await;
        let now = clock.now();
        if changed(&live, last, now).await {
            live.core.tell(ClientEvent::Everything);
        }
        // The round first brings what colleagues have done: nobody is reminded of what is answered.
        live.memory().reminders_due = true;
        live.want(Wanted { all: true, ..Wanted::default() });
        last = now;
    }
}

/// A second into the next hour: what was due on the hour is late then. Sweden's offset from UTC is whole hours.
fn after_the_hour(now: Timestamp) -> Timestamp {
    let into = now.as_second().rem_euclid(HOUR);
    // Within the first second of an hour, this one.
    let left = if into < 1 { 1 - into } else { HOUR + 1 - into };
    now.saturating_add(left.seconds()).unwrap_or(now)
}

async fn changed(live: &Arc<Live>, last: Timestamp, now: Timestamp) -> bool {
    if swedish_day(last) != swedish_day(now) {
        return true;
    }
    let late = live.files.with(move |store| Ok(store.became_late(last, now)?)).await;
    live.ended(Work::Hours, &late);
    // What can't be read is read again anyhow, and then says why not.
    late.unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_hour_is_always_ahead() {
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        for (now, next) in [
            ("2026-11-26T10:00:00Z", "2026-11-26T10:00:01Z"),
            ("2026-11-26T10:00:01Z", "2026-11-26T11:00:01Z"),
            ("2026-11-26T10:59:59.5Z", "2026-11-26T11:00:01.5Z"),
            ("2026-12-31T23:30:00Z", "2027-01-01T00:00:01Z"),
            ("1969-12-31T23:30:00Z", "1970-01-01T00:00:01Z"),
        ] {
            assert_eq!(after_the_hour(at(now)), at(next), "{now}");
            assert!(after_the_hour(at(now)) > at(now));
        }
    }
}
