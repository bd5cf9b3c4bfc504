//! What holds for every time, target and calendar.

use super::*;

prop_compose! {
    /// Any moment of the years 1990–2100.
    fn any_moment()(second in 631_152_000_i64..4_133_894_400) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }
}

prop_compose! {
    fn any_days_off()(
        closed in prop::collection::btree_set(0_i32..40_000, 0..12),
        eves in prop::collection::btree_map(0_usize..Eve::ALL.len(), 0_u8..3, 0..7),
    ) -> DaysOff {
        let rule = |n| match n { 0 => EveRule::Working, 1 => EveRule::Half, _ => EveRule::Off };
        DaysOff {
            closed: closed.into_iter().map(|n| Date::constant(1990, 1, 1).checked_add(n.days()).unwrap()).collect(),
            eves: eves.into_iter().map(|(eve, n)| (Eve::ALL[eve], rule(n))).collect(),
        }
    }
}

proptest! {
    #[test]
    fn it_ends_on_a_working_day_with_exactly_the_target_between(received in any_moment(), days in 1_u8..=20, off in any_days_off()) {
        let due = due_at(received, days, &off);
        let (from, to) = (swedish_day(received), swedish_day(due));
        prop_assert!(due > received);
        prop_assert!(is_working_day(to, &off));
        prop_assert_eq!(working_days_between(from, to, &off), i32::from(days));
        let end = due.to_zoned(sweden()).time();
        let half = half_day(to, &off).is_some();
        prop_assert_eq!(end, if half { time(12, 0, 0, 0) } else { time(23, 59, 59, 0) });
    }

    #[test]
    fn later_received_or_longer_target_or_more_days_off_is_never_due_earlier(
        received in any_moment(), by in 0_i64..10_000_000, days in 0_u8..=20, off in any_days_off(), closed in any_moment(),
    ) {
        let due = due_at(received, days, &off);
        prop_assert!(due_at(received.checked_add(by.seconds()).unwrap(), days, &off) >= due);
        prop_assert!(due_at(received, days + 1, &off) >= due, "the same only for the afternoon of a half-day");
        let mut more = off.clone();
        more.closed.insert(swedish_day(closed));
        prop_assert!(due_at(received, days, &more) >= due || half_day(swedish_day(due), &off).is_some());
        prop_assert!(swedish_day(due_at(received, days, &more)) >= swedish_day(due));
    }

    #[test]
    fn a_clock_set_forward_or_back_by_a_day_moves_only_what_is_left(received in any_moment(), days in 1_u8..=10, off in any_days_off(), seen in -400_i64..400) {
        let due = due_at(received, days, &off);
        let now = received.checked_add(seen.hours()).unwrap();
        let left = |now: Timestamp| working_days_left(due, &off, now);
        let (before, here, after) = (now.checked_sub(24.hours()).unwrap(), now, now.checked_add(24.hours()).unwrap());
        prop_assert!(left(before) >= left(here) && left(here) >= left(after));
        prop_assert!(left(before) - left(after) <= 4, "two days, or into lateness: no more than that");
        prop_assert_eq!(left(now) < 0, now > due);
    }

    #[test]
    fn many_clocks_in_any_order_say_what_each_says_alone(
        now in any_moment(), ends in prop::collection::vec(-60_i64..60, 1..8), off in any_days_off(),
    ) {
        let mut countdown = Countdown { off: off.clone(), now, counted: (swedish_day(now), 0) };
        for days in ends {
            let at = now.checked_add((days * 23).hours()).unwrap();
            let left = working_days_left(at, &off, now);
            prop_assert_eq!(countdown.running(at), Due::Running { at, working_days_left: left });
        }
    }

    #[test]
    fn the_explanation_accounts_for_every_day(received in any_moment(), days in 0_u8..=20, off in any_days_off()) {
        let why = explain_due(received, Target { days, level: Level::Region }, &off);
        let between = why.due_on.since(why.started_on).unwrap().get_days();
        let counted = working_days_between(why.started_on, why.due_on, &off);
        prop_assert_eq!(usize::try_from(between).unwrap(), usize::try_from(counted).unwrap() + why.skipped.len());
        prop_assert!(why.skipped.iter().all(|skipped| !is_working_day(skipped.day, &off)));
        prop_assert_eq!(why.counted.len(), usize::try_from(counted).unwrap());
        prop_assert!(why.counted.iter().all(|day| is_working_day(*day, &off)));
        prop_assert!(why.counted.last().is_none_or(|day| *day == why.due_on));
        prop_assert_eq!(why.due_at, due_at(received, days, &off));
    }

    #[test]
    fn both_changes_of_the_clock_leave_the_day_a_day(year in 1990_i16..=2100, days in 1_u8..=5, minute in 0_i64..2820) {
        let off = DaysOff::default();
        for (month, last) in [(3, 31), (10, 31)] {
            // the last Sunday of the month, and the day before it
            let mut sunday = Date::constant(year, month, last);
            while sunday.weekday() != jiff::civil::Weekday::Sunday { sunday = sunday.yesterday().unwrap(); }
            let start = swedish_time(sunday.yesterday().unwrap(), time(0, 0, 0, 0)).unwrap();
            let received = start.checked_add(minute.minutes()).unwrap();
            let due = due_at(received, days, &off);
            prop_assert_eq!(swedish_day(due), working_day_after(sunday, days, &off));
            prop_assert_eq!(due.to_zoned(sweden()).time(), time(23, 59, 59, 0));
        }
    }
}

#[test]
fn the_ends_of_time_break_nothing() {
    let off = DaysOff::default();
    for moment in [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH] {
        let _ = (due_at(moment, 60, &off), swedish_day(moment));
        let _ = explain_due(moment, Target { days: 3, level: Level::Clinic }, &off);
    }
}
