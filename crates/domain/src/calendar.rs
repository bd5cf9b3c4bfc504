//! Swedish working days for any year (lag 1989:253 om allmänna helgdagar; lag 1930:173 equates three eves with Sundays).

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use std::collections::BTreeSet;

/// Days off beyond the law: what a clinic or region adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DaysOff {
    /// Whole days on which the clinic is closed.
    pub closed: BTreeSet<Date>,
}

/// Is it a day on which the response clock runs: no weekend, no holiday, no closed day?
#[must_use]
pub fn is_working_day(day: Date, off: &DaysOff) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
        && holiday(day).is_none()
        && !off.closed.contains(&day)
}

/// The Swedish name of the public holiday (or eve equated with a Sunday) on that day.
#[must_use]
pub fn holiday(day: Date) -> Option<&'static str> {
    match (day.month(), day.day()) {
        (1, 1) => return Some("nyårsdagen"),
        (1, 6) => return Some("trettondedag jul"),
        (5, 1) => return Some("första maj"),
        (6, 6) => return Some("nationaldagen"),
        (12, 24) => return Some("julafton"),
        (12, 25) => return Some("juldagen"),
        (12, 26) => return Some("annandag jul"),
        (12, 31) => return Some("nyårsafton"),
        _ => {}
    }
    if let Some(name) = easter_holiday(day) {
        return Some(name);
    }
    let weekday = day.weekday();
    match (day.month(), day.day()) {
        (6, 19..=25) if weekday == Weekday::Friday => Some("midsommarafton"),
        (6, 20..=26) if weekday == Weekday::Saturday => Some("midsommardagen"),
        (10, 31) | (11, 1..=6) if weekday == Weekday::Saturday => Some("alla helgons dag"),
        _ => None,
    }
}

fn easter_holiday(day: Date) -> Option<&'static str> {
    let from_easter = day.since(easter_sunday(day.year())?).ok()?.get_days();
    match from_easter {
        -2 => Some("långfredagen"),
        0 => Some("påskdagen"),
        1 => Some("annandag påsk"),
        39 => Some("Kristi himmelsfärdsdag"),
        49 => Some("pingstdagen"),
        _ => None,
    }
}

/// Easter Sunday of a year in the Gregorian calendar (the computus as given by Gauss, Meeus and Jones).
#[must_use]
pub fn easter_sunday(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The `n`th working day after `day` (n = 0: `day` itself if it is one, else the next).
#[must_use]
pub fn working_day_after(day: Date, n: u8, off: &DaysOff) -> Date {
    let mut current = day;
    if n == 0 && is_working_day(current, off) {
        return current;
    }
    let mut left = n.max(1);
    // Two years of closed days in a row end the search: then the date is as good as any other.
    for _ in 0..730 {
        let Ok(next) = current.checked_add(1.day()) else {
            return current;
        };
        current = next;
        if is_working_day(current, off) {
            left -= 1;
            if left == 0 {
                return current;
            }
        }
    }
    current
}

/// Working days from `from` (not counted) to `to` (counted); negative when `to` lies before.
#[must_use]
pub fn working_days_between(from: Date, to: Date, off: &DaysOff) -> i32 {
    if to < from {
        return -working_days_between(to, from, off);
    }
    let mut count = 0;
    let mut current = from;
    while current < to {
        let Ok(next) = current.checked_add(1.day()) else {
            break;
        };
        current = next;
        count += i32::from(is_working_day(current, off));
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i16, m: i8, d: i8) -> Date {
        Date::constant(y, m, d)
    }

    #[test]
    fn easter_of_known_years() {
        for (y, m, d) in
            [(1818, 3, 22), (1943, 4, 25), (2000, 4, 23), (2008, 3, 23), (2024, 3, 31), (2026, 4, 5), (2038, 4, 25)]
        {
            assert_eq!(easter_sunday(y), Some(day(y, m, d)));
        }
    }

    #[test]
    fn the_holidays_of_2026() {
        let found: Vec<String> = day(2026, 1, 1)
            .series(1.day())
            .take(365)
            .filter_map(|d| holiday(d).map(|name| format!("{d} {name}")))
            .collect();
        assert_eq!(
            found,
            [
                "2026-01-01 nyårsdagen",
                "2026-01-06 trettondedag jul",
                "2026-04-03 långfredagen",
                "2026-04-05 påskdagen",
                "2026-04-06 annandag påsk",
                "2026-05-01 första maj",
                "2026-05-14 Kristi himmelsfärdsdag",
                "2026-05-24 pingstdagen",
                "2026-06-06 nationaldagen",
                "2026-06-19 midsommarafton",
                "2026-06-20 midsommardagen",
                "2026-10-31 alla helgons dag",
                "2026-12-24 julafton",
                "2026-12-25 juldagen",
                "2026-12-26 annandag jul",
                "2026-12-31 nyårsafton",
            ]
        );
    }

    #[test]
    fn counting_skips_weekends_holidays_and_closed_days() {
        let none = DaysOff::default();
        assert_eq!(working_day_after(day(2026, 11, 20), 2, &none), day(2026, 11, 24));
        assert_eq!(working_day_after(day(2026, 12, 23), 1, &none), day(2026, 12, 28));
        assert_eq!(working_day_after(day(2026, 11, 21), 0, &none), day(2026, 11, 23));
        let closed = DaysOff { closed: [day(2026, 11, 23)].into() };
        assert_eq!(working_day_after(day(2026, 11, 20), 2, &closed), day(2026, 11, 25));
        assert_eq!(working_days_between(day(2026, 11, 20), day(2026, 11, 24), &none), 2);
        assert_eq!(working_days_between(day(2026, 11, 24), day(2026, 11, 20), &none), -2);
    }
}
