//! The clock as a nurse would check it with a calendar, then as properties over any time and any policy.

use super::*;
use crate::absence::Absence;
use crate::calendar::{DayOff, Eve, EveRule, Holiday, is_working_day};
use crate::case::{Assignee, CaseState, CaseTypeRef, CloseReason, MessageKind};
use crate::clinic::{ClinicFacts, RegionPolicy, StaffFacts};
use crate::id::{CaseId, CaseTypeId, MessageId};
use crate::lifecycle::{Actor, Command, Compose, ResidentActor, StaffActor, Submission, act, submit};
use crate::permission::Role;
use crate::resident::{Resident, ResidentStatus, Sex};
use crate::watch::Holding;
use crate::{HsaId, PersonalId};
use jiff::ToSpan;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

mod always;
mod lives;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A moment by the Swedish clock.
fn se(text: &str) -> Timestamp {
    format!("{text}[Europe/Stockholm]").parse::<Zoned>().unwrap().timestamp()
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
fn the_due_day_by_the_calendar() {
    let off = DaysOff { closed: [day("2026-11-24")].into(), ..DaysOff::default() };
    for (received, days, due) in [
        // over both changes of the clock (29 March, 25 October 2026): the day, not 24-hour steps
        ("2026-03-27T16:00", 1, "2026-03-30T23:59:59"),
        ("2026-03-29T01:59:59", 1, "2026-03-30T23:59:59"),
        ("2026-03-29T03:00", 1, "2026-03-30T23:59:59"),
        ("2026-10-23T16:00", 2, "2026-10-27T23:59:59"),
        ("2026-10-25T02:30", 2, "2026-10-27T23:59:59"),
        // Easter, Midsummer, Christmas and New Year
        ("2026-04-01T12:00", 2, "2026-04-07T23:59:59"),
        ("2026-06-18T12:00", 1, "2026-06-22T23:59:59"),
        ("2026-12-23T09:00", 2, "2026-12-29T23:59:59"),
        ("2026-12-30T09:00", 1, "2027-01-04T23:59:59"),
        // the leap day
        ("2028-02-28T09:00", 1, "2028-02-29T23:59:59"),
        // a closed day
        ("2026-11-23T09:00", 1, "2026-11-25T23:59:59"),
        // the last second of a day, and the first of the next
        ("2026-11-25T23:59:59", 1, "2026-11-26T23:59:59"),
        ("2026-11-26T00:00", 1, "2026-11-27T23:59:59"),
        // the same working day
        ("2026-11-25T09:00", 0, "2026-11-25T23:59:59"),
        ("2026-11-28T09:00", 0, "2026-11-30T23:59:59"),
    ] {
        assert_eq!(due_at(se(received), days, &off), se(due), "{received} + {days}");
    }
}

#[test]
fn late_over_a_weekend_is_late() {
    let off = DaysOff::default();
    let due = at("2026-11-20T22:59:59Z");
    assert_eq!(working_days_left(due, &off, at("2026-11-20T10:00:00Z")), 0);
    assert_eq!(working_days_left(due, &off, at("2026-11-21T10:00:00Z")), -1);
    assert_eq!(working_days_left(due, &off, at("2026-11-19T10:00:00Z")), 1);
}

fn case_type(response_days: Option<u8>) -> CaseTypeRef {
    CaseTypeRef {
        id: CaseTypeId(uuid::Uuid::from_u128(7)),
        name: "Boka tid".into(),
        resident_files: false,
        response_days,
    }
}

#[test]
fn the_case_type_goes_before_the_clinic_and_the_clinic_before_the_region() {
    let (plain, own) = (case_type(None), case_type(Some(5)));
    let mut policy =
        Policy { region: RegionPolicy { response_days: 3, ..RegionPolicy::default() }, ..Policy::default() };
    assert_eq!(policy.target(&plain), Target { days: 3, level: Level::Region });
    policy.response_days = Some(2);
    assert_eq!(policy.target(&plain), Target { days: 2, level: Level::Clinic });
    assert_eq!(policy.target(&own), Target { days: 5, level: Level::CaseType });
    assert_eq!(policy.target(&case_type(Some(255))).days, MAX_RESPONSE_DAYS);
    assert_eq!(PRESETS, [2, 3]);
    assert_eq!(Policy::default().target(&plain).days, 2);
}

#[test]
fn of_a_case_type_the_clinic_speaks_before_the_region_and_the_region_before_the_type_itself() {
    let own = case_type(Some(5));
    let mut policy = Policy { response_days: Some(2), ..Policy::default() };
    policy.region.case_type_days = [(own.id, 4)].into();
    assert_eq!(policy.target(&own), Target { days: 4, level: Level::CaseType });
    let of_region = policy.clone();
    policy.case_type_days = [(own.id, 1)].into();
    assert_eq!(policy.target(&own), Target { days: 1, level: Level::CaseType });
    let other = CaseTypeRef { id: CaseTypeId::random(), ..case_type(None) };
    assert_eq!(policy.target(&other), Target { days: 2, level: Level::Clinic });
    // lists are sorted by due times that are kept: they are reckoned anew when a target changes, and only then
    assert!(!policy.same_clock(&of_region));
    policy.region.case_type_days = [(own.id, 3)].into();
    assert!(policy.same_clock(&Policy { region: of_region.region, ..policy.clone() }), "the clinic's goes before");
}

#[test]
fn a_policy_of_an_older_server_is_still_read() {
    let policy: Policy = serde_json::from_str(r#"{"responseDays":3,"closedDays":["2026-12-23"]}"#).unwrap();
    assert_eq!(policy.target(&case_type(None)), Target { days: 3, level: Level::Clinic });
    assert_eq!(policy.closed_days, [day("2026-12-23")].into());
    let policy: Policy = serde_json::from_str("{}").unwrap();
    assert_eq!(policy, Policy::default());
}

#[test]
fn a_half_day_counts_and_ends_at_noon() {
    let policy = Policy {
        region: RegionPolicy { eves: [(Eve::MaundyThursday, EveRule::Off)].into(), ..RegionPolicy::default() },
        eves: [(Eve::MaundyThursday, EveRule::Half), (Eve::Walpurgis, EveRule::Off)].into(),
        ..Policy::default()
    };
    let off = policy.days_off();
    assert_eq!(due_at(se("2026-03-31T09:00"), 2, &off), se("2026-04-02T12:00"));
    assert_eq!(due_at(se("2026-03-31T09:00"), 3, &off), se("2026-04-07T23:59:59"));
    assert_eq!(due_at(se("2026-04-29T09:00"), 1, &off), se("2026-05-04T23:59:59"), "the clinic's own day off");
    assert_eq!(due_at(se("2026-04-02T13:00"), 0, &off), se("2026-04-07T23:59:59"), "the half-day is over");
    let region_alone = Policy { eves: BTreeMap::new(), ..policy };
    assert_eq!(due_at(se("2026-03-31T09:00"), 2, &region_alone.days_off()), se("2026-04-07T23:59:59"));
}

#[test]
fn the_explanation_names_every_day_that_did_not_count() {
    let off = DaysOff { closed: [day("2026-12-28")].into(), ..DaysOff::default() };
    let target = Target { days: 2, level: Level::Clinic };
    let why = explain_due(se("2026-12-23T09:00"), target, &off);
    let skipped: Vec<_> = why.skipped.iter().map(|skipped| (skipped.day.day(), skipped.why)).collect();
    assert_eq!(
        skipped,
        [
            (24, DayOff::Holiday(Holiday::ChristmasEve)),
            (25, DayOff::Holiday(Holiday::ChristmasDay)),
            (26, DayOff::Holiday(Holiday::BoxingDay)),
            (27, DayOff::Weekend),
            (28, DayOff::Closed),
        ]
    );
    assert_eq!((why.started_on, why.due_on), (day("2026-12-23"), day("2026-12-30")));
    assert_eq!((why.due_at, why.half_day, why.target), (se("2026-12-30T23:59:59"), None, target));
}
