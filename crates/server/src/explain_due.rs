//! `mottaget-server explain-due`: when something received then would have to be answered, and every day that led there.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mottaget_domain::calendar::{DayOff, DaysOff};
use mottaget_domain::response_clock::{Explanation, Level, MAX_RESPONSE_DAYS, Skipped, Target, explain_due as explain};
use std::collections::BTreeSet;

/// Explains the due time of something received at `received` (RFC 3339), to be answered within `days` working days by a
/// clinic that is closed on `closed` (dates, YYYY-MM-DD).
///
/// # Errors
/// A sentence that says what is wrong with the input and what is wanted instead.
pub fn explain_due(received: &str, days: &str, closed: &[String]) -> Result<String, String> {
    let received: Timestamp = received.trim().parse().map_err(|_| {
        format!("--received: {received:?} is no time with its offset from UTC (RFC 3339); write it like 2026-11-20T10:00:00+01:00")
    })?;
    let days = match days.trim().parse::<u8>() {
        Ok(days) if days <= MAX_RESPONSE_DAYS => days,
        _ => {
            return Err(format!(
                "--days: {days:?} is no number of working days; write a whole number from 0 to {MAX_RESPONSE_DAYS}"
            ));
        }
    };
    let closed = closed.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|text| !text.is_empty());
    let closed = closed.map(date).collect::<Result<BTreeSet<Date>, _>>()?;
    let off = DaysOff { closed, ..DaysOff::default() };
    Ok(told(&explain(received, Target { days, level: Level::Clinic }, &off)))
}

fn date(text: &str) -> Result<Date, String> {
    // A time behind the date would be dropped in silence.
    let only_a_date = text.len() == "YYYY-MM-DD".len();
    text.parse()
        .ok()
        .filter(|_| only_a_date)
        .ok_or_else(|| format!("--closed: {text:?} is no date of the calendar; write it like 2026-12-23"))
}

fn told(why: &Explanation) -> String {
    let mut lines = vec![
        format!("due       {}", in_sweden(why.due_at)),
        format!("received  {}, Swedish time; that day is not counted", in_sweden(why.started_at)),
        format!("target    {}", counted(why.target.days)),
    ];
    lines.extend(why.skipped.iter().map(|skipped| format!("skipped   {}", line(skipped))));
    lines.push(format!("due day   {}, to its last second", weekday(why.due_on)));
    lines.join("\n")
}

fn counted(days: u8) -> String {
    match days {
        0 => "the same working day, or the next".to_owned(),
        1 => "1 working day".to_owned(),
        days => format!("{days} working days"),
    }
}

fn line(skipped: &Skipped) -> String {
    let why = match skipped.why {
        DayOff::Weekend => "weekend",
        DayOff::Holiday(holiday) => holiday.english(),
        DayOff::Eve(eve) => eve.english(),
        DayOff::Closed => "the clinic is closed",
    };
    format!("{}, {why}", weekday(skipped.day))
}

fn weekday(day: Date) -> String {
    day.strftime("%A %Y-%m-%d").to_string()
}

fn in_sweden(at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/Stockholm").unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(received: &str, days: &str, closed: &[&str]) -> Result<String, String> {
        let closed: Vec<String> = closed.iter().map(|text| (*text).to_owned()).collect();
        explain_due(received, days, &closed)
    }

    #[test]
    fn christmas_with_a_closed_day_is_told_day_by_day() {
        assert_eq!(
            says("2026-12-23T09:30:00+01:00", "2", &["2026-12-28"]).unwrap(),
            "due       2026-12-30T23:59:59+01:00\n\
             received  2026-12-23T09:30:00+01:00, Swedish time; that day is not counted\n\
             target    2 working days\n\
             skipped   Thursday 2026-12-24, Christmas Eve\n\
             skipped   Friday 2026-12-25, Christmas Day\n\
             skipped   Saturday 2026-12-26, Boxing Day\n\
             skipped   Sunday 2026-12-27, weekend\n\
             skipped   Monday 2026-12-28, the clinic is closed\n\
             due day   Wednesday 2026-12-30, to its last second"
        );
    }

    #[test]
    fn the_day_is_the_swedish_one_and_summer_time_is_said() {
        let said = says("2026-06-21T22:30:00Z", "1", &[]).unwrap();
        assert!(said.starts_with("due       2026-06-23T23:59:59+02:00\nreceived  2026-06-22T00:30:00+02:00"), "{said}");
        let said = says("2026-03-27T12:00:00Z", "1", &[]).unwrap();
        assert!(said.starts_with("due       2026-03-30T23:59:59+02:00"), "{said}");
    }

    #[test]
    fn each_fault_is_said_with_what_is_wanted() {
        for (received, days, closed, part) in [
            ("yesterday", "2", "", "write it like 2026-11-20T10:00:00+01:00"),
            ("", "2", "", "RFC 3339"),
            ("2026-11-20T10:00:00", "2", "", "offset"),
            ("2026-02-30T10:00:00Z", "2", "", "RFC 3339"),
            ("2026-11-20T10:00:00Z", "-1", "", "from 0 to 60"),
            ("2026-11-20T10:00:00Z", "two", "", "from 0 to 60"),
            ("2026-11-20T10:00:00Z", "1.5", "", "from 0 to 60"),
            ("2026-11-20T10:00:00Z", "61", "", "from 0 to 60"),
            ("2026-11-20T10:00:00Z", "2", "2026-13-01", "write it like 2026-12-23"),
            ("2026-11-20T10:00:00Z", "2", "23 december", "write it like 2026-12-23"),
            ("2026-11-20T10:00:00Z", "2", "2026-12-23T10:00:00", "write it like 2026-12-23"),
        ] {
            let said = says(received, days, &[closed]).unwrap_err();
            assert!(said.contains(part), "{received:?} {days:?} {closed:?}: {said}");
        }
    }

    #[test]
    fn the_ends_of_time_are_answered_too() {
        for received in ["9999-12-30T00:00:00Z", "1753-02-17T00:00:00Z", "-009999-01-02T01:59:59Z"] {
            let _ = says(received, "60", &[]);
        }
    }
}
