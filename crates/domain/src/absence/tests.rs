//! Absences as people would check them by hand, and chains of substitutes however they are tied.

use super::*;
use crate::clinic::Policy;
use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

fn person(n: u8) -> HsaId {
    HsaId::parse(&format!("SE2321000016-P{n:03}")).unwrap()
}

fn today() -> Date {
    date(2026, 11, 28)
}

fn away(from: Date, to: Date, substitute: Option<u8>) -> Absence {
    Absence { from, to, substitute: substitute.map(person) }
}

/// 0 receives; 1–5 handle; 6 handles no more.
fn clinic(absences: &[(u8, Absence)]) -> ClinicFacts {
    let staff = (0..7).map(|n| {
        let facts = StaffFacts {
            hsa_id: person(n),
            name: format!("Person {n}"),
            title: String::new(),
            active: n != 6,
            roles: [if n == 0 { Role::Receiver } else { Role::Handler }].into(),
            absences: absences.iter().filter(|(who, _)| *who == n).map(|(_, absence)| absence.clone()).collect(),
        };
        (person(n), facts)
    });
    ClinicFacts {
        hsa_id: HsaId::parse("SE2321000016-B001").unwrap(),
        name: "Björken".into(),
        policy: Policy::default(),
        staff: staff.collect(),
        groups: BTreeMap::new(),
    }
}

#[test]
fn both_ends_count_and_the_day_is_all_that_is_asked() {
    let absence = away(date(2026, 12, 1), date(2026, 12, 3), Some(2));
    let clinic = clinic(&[(1, absence)]);
    for (day, absent) in [(30, false), (1, true), (3, true), (4, false)] {
        let day = if day == 30 { date(2026, 11, 30) } else { date(2026, 12, day) };
        assert_eq!(clinic.is_absent(&person(1), day), absent, "{day}");
        assert_eq!(clinic.substitute_of(&person(1), day), absent.then(|| person(2)), "{day}");
        let covered: BTreeSet<HsaId> = absent.then(|| person(1)).into_iter().collect();
        assert_eq!(clinic.stands_in_for(&person(2), day), covered, "{day}");
    }
}

#[test]
fn absences_are_within_reason_and_do_not_overlap() {
    let clinic = clinic(&[]);
    let check = |absences: &[Absence]| check_absences(&person(1), absences, &clinic, today());
    let day = |n: i8| date(2027, 1, n);
    assert_eq!(check(&[]), Ok(()));
    assert_eq!(check(&[away(day(1), day(1), None), away(day(2), day(9), Some(2))]), Ok(()));
    assert_eq!(check(&[away(day(2), day(1), None)]), Err(Refusal::DatesReversed));
    assert_eq!(check(&[away(day(1), day(5), None), away(day(5), day(9), None)]), Err(Refusal::AbsencesOverlap));
    assert_eq!(check(&[away(day(5), day(9), None), away(day(1), day(30), None)]), Err(Refusal::AbsencesOverlap));
    let long = |days: i64| away(day(1), day(1).checked_add((days - 1).days()).unwrap(), None);
    assert_eq!(check(&[long(366)]), Ok(()));
    assert_eq!(check(&[long(367)]), Err(Refusal::OutOfRange { most: 366 }));
    assert_eq!(check(&[away(Date::MIN, Date::MAX, None)]), Err(Refusal::OutOfRange { most: 366 }));
    let many: Vec<Absence> = (1..=11).map(|n| away(day(n), day(n), None)).collect();
    assert_eq!(check(&many[..10]), Ok(()));
    assert_eq!(check(&many), Err(Refusal::TooManyViews { limit: 10 }));
}

#[test]
fn a_substitute_is_another_active_handler_as_long_as_it_matters() {
    let clinic = clinic(&[]);
    let from = |from: Date, to: Date, substitute| {
        check_absences(&person(1), &[away(from, to, Some(substitute))], &clinic, today())
    };
    let ahead = (date(2026, 12, 1), date(2026, 12, 3));
    assert_eq!(from(ahead.0, ahead.1, 2), Ok(()));
    for unfit in [1, 0, 6, 99] {
        assert_eq!(from(ahead.0, ahead.1, unfit), Err(Refusal::SubstituteUnfit), "{unfit}");
        assert_eq!(from(date(2026, 11, 1), date(2026, 11, 28), unfit), Err(Refusal::SubstituteUnfit), "till today");
        assert_eq!(from(date(2026, 11, 1), date(2026, 11, 27), unfit), Ok(()), "over: nothing comes of it");
    }
}

#[test]
fn a_substitute_who_is_away_too_is_followed_to_theirs() {
    let whole = |substitute| away(date(2026, 11, 1), date(2026, 12, 31), substitute);
    let of = |absences: &[(u8, Option<u8>)]| {
        let absences: Vec<_> = absences.iter().map(|(who, sub)| (*who, whole(*sub))).collect();
        clinic(&absences).substitute_of(&person(1), today())
    };
    assert_eq!(of(&[(1, Some(2))]), Some(person(2)));
    assert_eq!(of(&[(1, Some(2)), (2, Some(3)), (3, Some(4))]), Some(person(4)));
    assert_eq!(of(&[(1, None)]), None);
    assert_eq!(of(&[(1, Some(2)), (2, None)]), None, "nobody at its end");
    assert_eq!(of(&[(1, Some(2)), (2, Some(1))]), None, "each for the other");
    assert_eq!(of(&[(1, Some(2)), (2, Some(3)), (3, Some(2))]), None, "round and round");
    assert_eq!(of(&[(1, Some(6))]), None, "left meanwhile");
    assert_eq!(of(&[(1, Some(2)), (2, Some(6))]), None);
    assert_eq!(of(&[(2, Some(3))]), None, "who is there needs none");
}

#[test]
fn everybody_says_it_of_themselves_and_receivers_and_administrators_of_all() {
    let actor = |n: u8, roles: &[Role]| StaffActor {
        hsa_id: person(n),
        name: String::new(),
        title: String::new(),
        signature: String::new(),
        clinic: HsaId::parse("SE2321000016-B001").unwrap(),
        roles: roles.iter().copied().collect(),
        groups: BTreeSet::new(),
        stands_in_for: BTreeSet::new(),
    };
    for role in Role::ALL {
        let of_others = matches!(role, Role::Receiver | Role::LocalAdmin);
        assert_eq!(may_set_absences(&actor(1, &[role]), &person(2)).is_ok(), of_others, "{role:?}");
        assert_eq!(may_set_absences(&actor(1, &[role]), &person(1)), Ok(()), "{role:?}");
    }
}

proptest! {
    /// However absences and substitutes are tied: nobody away, gone, or without the role is left to cover, nobody covers
    /// themselves, and both questions have the same answer.
    #[test]
    fn a_chain_ends_with_somebody_who_is_there_or_with_nobody(
        tied in proptest::collection::btree_map(0u8..7, proptest::option::of(0u8..9), 0..7),
    ) {
        let whole = |substitute: &Option<u8>| away(date(2026, 11, 1), date(2026, 12, 31), *substitute);
        let absences: Vec<(u8, Absence)> = tied.iter().map(|(who, sub)| (*who, whole(sub))).collect();
        let clinic = clinic(&absences);
        for n in 0..7 {
            let substitute = clinic.substitute_of(&person(n), today());
            prop_assert!(substitute.is_none() || clinic.is_absent(&person(n), today()));
            if let Some(substitute) = &substitute {
                prop_assert!(clinic.can_handle(substitute) && !clinic.is_absent(substitute, today()));
                prop_assert_ne!(substitute, &person(n));
            }
            let covers: BTreeSet<HsaId> =
                (0..9).map(person).filter(|who| clinic.substitute_of(who, today()) == Some(person(n))).collect();
            prop_assert_eq!(clinic.stands_in_for(&person(n), today()), covers);
        }
    }
}
