//! The calendar against tables that others have made, and by hand.

use super::*;

fn day(y: i16, m: i8, d: i8) -> Date {
    Date::constant(y, m, d)
}

/// Easter Sunday of 1990–2100, month and day.
const EASTERS: [(i8, i8); 111] = [
    (4, 15),
    (3, 31),
    (4, 19),
    (4, 11),
    (4, 3),
    (4, 16),
    (4, 7),
    (3, 30),
    (4, 12),
    (4, 4),
    (4, 23),
    (4, 15),
    (3, 31),
    (4, 20),
    (4, 11),
    (3, 27),
    (4, 16),
    (4, 8),
    (3, 23),
    (4, 12),
    (4, 4),
    (4, 24),
    (4, 8),
    (3, 31),
    (4, 20),
    (4, 5),
    (3, 27),
    (4, 16),
    (4, 1),
    (4, 21),
    (4, 12),
    (4, 4),
    (4, 17),
    (4, 9),
    (3, 31),
    (4, 20),
    (4, 5),
    (3, 28),
    (4, 16),
    (4, 1),
    (4, 21),
    (4, 13),
    (3, 28),
    (4, 17),
    (4, 9),
    (3, 25),
    (4, 13),
    (4, 5),
    (4, 25),
    (4, 10),
    (4, 1),
    (4, 21),
    (4, 6),
    (3, 29),
    (4, 17),
    (4, 9),
    (3, 25),
    (4, 14),
    (4, 5),
    (4, 18),
    (4, 10),
    (4, 2),
    (4, 21),
    (4, 6),
    (3, 29),
    (4, 18),
    (4, 2),
    (4, 22),
    (4, 14),
    (3, 30),
    (4, 18),
    (4, 10),
    (3, 26),
    (4, 15),
    (4, 6),
    (3, 29),
    (4, 11),
    (4, 3),
    (4, 22),
    (4, 14),
    (3, 30),
    (4, 19),
    (4, 10),
    (3, 26),
    (4, 15),
    (4, 7),
    (4, 19),
    (4, 11),
    (4, 3),
    (4, 23),
    (4, 7),
    (3, 30),
    (4, 19),
    (4, 4),
    (3, 26),
    (4, 15),
    (3, 31),
    (4, 20),
    (4, 11),
    (4, 3),
    (4, 16),
    (4, 8),
    (3, 30),
    (4, 12),
    (4, 4),
    (4, 24),
    (4, 15),
    (3, 31),
    (4, 20),
    (4, 12),
    (3, 28),
];

/// Working days (Monday to Friday, no holiday, none of the three eves) of 1990–2100, counted by another program.
const WORKING_DAYS: [u16; 111] = [
    250, 250, 251, 252, 253, 251, 251, 249, 250, 252, 251, 250, 250, 249, 253, 253, 251, 250, 252, 251, 253, 253, 250,
    250, 249, 251, 253, 251, 250, 250, 252, 253, 253, 251, 251, 249, 251, 253, 251, 250, 250, 249, 254, 253, 251, 250,
    251, 251, 253, 253, 250, 250, 249, 251, 253, 251, 250, 250, 252, 253, 253, 251, 251, 249, 251, 253, 251, 250, 250,
    249, 254, 253, 251, 250, 251, 251, 253, 253, 250, 250, 249, 251, 253, 251, 250, 250, 252, 253, 253, 251, 251, 249,
    251, 253, 251, 250, 250, 249, 254, 253, 251, 250, 251, 251, 253, 253, 250, 250, 249, 251, 253,
];

fn year(y: i16) -> impl Iterator<Item = Date> {
    day(y, 1, 1).series(1.day()).take_while(move |day| day.year() == y)
}

#[test]
fn easter_of_known_years() {
    for (y, m, d) in [(1818, 3, 22), (1943, 4, 25), (2008, 3, 23), (2038, 4, 25)] {
        assert_eq!(easter_sunday(y), Some(day(y, m, d)));
    }
    for (y, (m, d)) in (1990..).zip(EASTERS) {
        assert_eq!(easter_sunday(y), Some(day(y, m, d)));
    }
}

#[test]
fn working_days_of_every_year_from_1990_to_2100() {
    let off = DaysOff::default();
    for (y, expected) in (1990..).zip(WORKING_DAYS) {
        let counted = year(y).filter(|day| is_working_day(*day, &off)).count();
        assert_eq!(counted, usize::from(expected), "{y}");
        let between = working_days_between(day(y - 1, 12, 31), day(y, 12, 31), &off);
        assert_eq!(between, i32::from(expected), "{y}");
    }
}

fn holidays_of(y: i16) -> Vec<String> {
    year(y)
        .filter_map(|d| holiday(d).map(|found| format!("{:02}-{:02} {}", d.month(), d.day(), found.swedish())))
        .collect()
}

#[test]
fn the_holidays_of_2026() {
    assert_eq!(
        holidays_of(2026),
        [
            "01-01 nyårsdagen",
            "01-06 trettondedag jul",
            "04-03 långfredagen",
            "04-05 påskdagen",
            "04-06 annandag påsk",
            "05-01 första maj",
            "05-14 Kristi himmelsfärdsdag",
            "05-24 pingstdagen",
            "06-06 nationaldagen",
            "06-19 midsommarafton",
            "06-20 midsommardagen",
            "10-31 alla helgons dag",
            "12-24 julafton",
            "12-25 juldagen",
            "12-26 annandag jul",
            "12-31 nyårsafton",
        ]
    );
}

#[test]
fn whit_monday_gave_way_to_the_national_day_in_2005() {
    let has = |y, name: &str| holidays_of(y).iter().any(|line| line.ends_with(name));
    assert_eq!([has(2004, "annandag pingst"), has(2004, "nationaldagen")], [true, false]);
    assert_eq!([has(2005, "annandag pingst"), has(2005, "nationaldagen")], [false, true]);
    assert_eq!(holiday(day(2008, 5, 1)), Some(Holiday::FirstOfMay), "Ascension Day too");
}

#[test]
fn eves_are_working_days_until_somebody_says_otherwise() {
    let eves = |y| -> Vec<(Date, Eve)> { year(y).filter_map(|d| Eve::on(d).map(|eve| (d, eve))).collect() };
    assert_eq!(
        eves(2026),
        [
            (day(2026, 1, 5), Eve::Epiphany),
            (day(2026, 4, 2), Eve::MaundyThursday),
            (day(2026, 4, 30), Eve::Walpurgis),
            (day(2026, 5, 13), Eve::Ascension),
            (day(2026, 6, 5), Eve::NationalDay),
            (day(2026, 10, 30), Eve::AllSaints),
            (day(2026, 12, 23), Eve::LittleChristmas),
        ]
    );
    let maundy = day(2026, 4, 2);
    let off = |rule| DaysOff { eves: [(Eve::MaundyThursday, rule)].into(), ..DaysOff::default() };
    assert!(is_working_day(maundy, &DaysOff::default()) && is_working_day(maundy, &off(EveRule::Working)));
    assert_eq!(day_off(maundy, &off(EveRule::Off)), Some(DayOff::Eve(Eve::MaundyThursday)));
    assert_eq!(day_off(maundy, &off(EveRule::Half)), None);
    assert_eq!(half_day(maundy, &off(EveRule::Half)), Some(Eve::MaundyThursday));
    assert_eq!(half_day(day(2026, 4, 1), &off(EveRule::Half)), None);
}

#[test]
fn a_day_off_says_why() {
    let off = DaysOff { closed: [day(2026, 11, 23), day(2026, 12, 25)].into(), ..DaysOff::default() };
    for (d, why) in [
        (day(2026, 11, 20), None),
        (day(2026, 11, 21), Some(DayOff::Weekend)),
        (day(2026, 11, 23), Some(DayOff::Closed)),
        (day(2026, 12, 25), Some(DayOff::Holiday(Holiday::ChristmasDay))),
        (day(2026, 12, 26), Some(DayOff::Holiday(Holiday::BoxingDay))),
        (day(2026, 12, 27), Some(DayOff::Weekend)),
    ] {
        assert_eq!(day_off(d, &off), why, "{d}");
    }
}

#[test]
fn counting_skips_weekends_holidays_and_closed_days() {
    let none = DaysOff::default();
    assert_eq!(working_day_after(day(2026, 11, 20), 2, &none), day(2026, 11, 24));
    assert_eq!(working_day_after(day(2026, 12, 23), 1, &none), day(2026, 12, 28));
    assert_eq!(working_day_after(day(2026, 11, 21), 0, &none), day(2026, 11, 23));
    let closed = DaysOff { closed: [day(2026, 11, 23)].into(), ..DaysOff::default() };
    assert_eq!(working_day_after(day(2026, 11, 20), 2, &closed), day(2026, 11, 25));
    assert_eq!(working_days_between(day(2026, 11, 20), day(2026, 11, 24), &none), 2);
    assert_eq!(working_days_between(day(2026, 11, 24), day(2026, 11, 20), &none), -2);
}

#[test]
fn the_ends_of_the_calendar_break_nothing() {
    let off = DaysOff::default();
    for d in [Date::MIN, Date::MAX, Date::MAX.yesterday().unwrap()] {
        let _ = (day_off(d, &off), Eve::on(d), working_day_after(d, 3, &off), working_days_between(d, d, &off));
    }
    let always: BTreeSet<Date> = day(2026, 1, 1).series(1.day()).take(1500).collect();
    let found = working_day_after(day(2026, 1, 1), 2, &DaysOff { closed: always, ..DaysOff::default() });
    assert_eq!(found, day(2026, 1, 1).checked_add(730.days()).unwrap(), "an end, and not a wait for ever");
}
