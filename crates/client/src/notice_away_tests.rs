//! Tables for notices while somebody is away, or too few are there: the absent are left alone, and somebody always hears.

use super::*;
use mottaget_domain::clinic::StaffFacts;
use mottaget_domain::{Absence, Group};

const EVA: &str = "SE2321000016-A003";
const OMAR: &str = "SE2321000016-A004";
const RUT: &str = "SE2321000016-A005";

/// Anna and Rut receive, Eva too, and handles; Sara and Omar handle, and are the team. Who is named is away that day, with
/// a substitute or without.
fn clinic(absent: &[(&str, Option<&str>)]) -> ClinicFacts {
    let everybody = [
        (ANNA, &[Role::Receiver][..]),
        (RUT, &[Role::Receiver]),
        (EVA, &[Role::Receiver, Role::Handler]),
        (SARA, &[Role::Handler]),
        (OMAR, &[Role::Handler]),
    ];
    let day = swedish_day(at(0));
    let staff = everybody.map(|(who, roles)| {
        let absence = absent.iter().find(|(away, _)| *away == who);
        let facts = StaffFacts {
            hsa_id: id(who),
            name: who.into(),
            title: String::new(),
            active: true,
            roles: roles.iter().copied().collect(),
            absences: absence
                .map(|(_, substitute)| Absence { from: day, to: day, substitute: substitute.map(id) })
                .into_iter()
                .collect(),
        };
        (id(who), facts)
    });
    let team = Group { id: TEAM, name: "Team".into(), members: [id(SARA), id(OMAR)].into() };
    ClinicFacts {
        hsa_id: id(CLINIC),
        name: "Kliniken".into(),
        policy: Policy::default(),
        staff: staff.into(),
        groups: [(TEAM, team)].into(),
    }
}

fn viewer(who: &str, facts: &ClinicFacts, change: impl Fn(&mut Me)) -> Viewer {
    let roles: Vec<Role> = facts.staff[&id(who)].roles.iter().copied().collect();
    let groups: Vec<GroupId> = facts.groups_of(&id(who)).into_iter().collect();
    let mut me = me(who, &roles, &groups);
    change(&mut me);
    Viewer::at(&me, &id(CLINIC), Some(facts.clone()), at(100))
}

fn told(document: &CaseDocument, facts: &ClinicFacts, who: &str, change: impl Fn(&mut Me)) -> Vec<Stored> {
    let change_of = Change { old: None, new: document, noticed_through: Some(1) };
    decide(&change_of, &viewer(who, facts, change)).into_iter().map(|notice| notice.kind).collect()
}

/// Who is told what, everybody asked.
fn everybody(document: &CaseDocument, facts: &ClinicFacts) -> Vec<(&'static str, Stored)> {
    let names = [(ANNA, "Anna"), (RUT, "Rut"), (EVA, "Eva"), (SARA, "Sara"), (OMAR, "Omar")];
    let of = |(who, name): (&str, &'static str)| {
        told(document, facts, who, |_| ()).into_iter().map(move |kind| (name, kind)).collect::<Vec<_>>()
    };
    names.into_iter().flat_map(of).collect()
}

fn happened(assignee: Option<Assignee>, state: CaseState, by: Who, what: Happening) -> CaseDocument {
    document(state, assignee, &[(Who::Resident, Happening::Created), (by, what)])
}

fn answered(assignee: Assignee) -> CaseDocument {
    happened(Some(assignee), CaseState::InProgress, Who::Resident, replied())
}

fn given(to: Assignee) -> CaseDocument {
    let state = if matches!(to, Assignee::Group { .. }) { CaseState::AssignedGroup } else { CaseState::AssignedPerson };
    happened(Some(to.clone()), state, staff(ANNA), Happening::Distributed { to })
}

const GROUP: Assignee = Assignee::Group { id: TEAM };

#[test]
fn an_answer_comes_to_the_substitute_and_leaves_the_absent_alone() {
    let case = answered(person(SARA));
    assert_eq!(everybody(&case, &clinic(&[])), [("Sara", Stored::ResidentAnswered)]);
    let covered = clinic(&[(SARA, Some(OMAR))]);
    assert_eq!(everybody(&case, &covered), [("Omar", Stored::AnsweredForColleague)]);
    let quiet = |me: &mut Me| me.preferences.notify_answered = false;
    assert_eq!(told(&case, &covered, OMAR, quiet), [], "as if it were his own");
    let chain = clinic(&[(SARA, Some(OMAR)), (OMAR, Some(EVA))]);
    assert_eq!(everybody(&case, &chain), [("Eva", Stored::AnsweredForColleague)], "once, though she receives too");
}

#[test]
fn an_answer_that_nobody_would_see_comes_to_the_receivers_who_are_there() {
    let case = answered(person(SARA));
    let nobody = clinic(&[(SARA, None), (RUT, None)]);
    let hear = [("Anna", Stored::AnsweredUnwatched), ("Eva", Stored::AnsweredUnwatched)];
    assert_eq!(everybody(&case, &nobody), hear);
    let quiet = |me: &mut Me| {
        me.preferences.notify_answered = false;
        me.preferences.notify_new_case = false;
    };
    assert_eq!(told(&case, &nobody, ANNA, quiet), [Stored::AnsweredUnwatched], "nobody else would");
    let team = answered(GROUP);
    assert_eq!(everybody(&team, &clinic(&[])).len(), 2, "the team");
    let empty = clinic(&[(SARA, Some(EVA)), (OMAR, None), (RUT, None)]);
    assert_eq!(everybody(&team, &empty), hear, "whoever covers for a member has not the team's cases");
}

#[test]
fn an_assignment_comes_to_the_substitute() {
    let case = given(person(SARA));
    assert_eq!(everybody(&case, &clinic(&[(SARA, Some(OMAR))])), [("Omar", Stored::AssignedToCovered)]);
    assert_eq!(everybody(&case, &clinic(&[(SARA, None)])), [], "whoever gave it was asked; it is on the board");
    // taken over by him it is no news to anybody; she is not told before she is back
    let over =
        happened(Some(person(OMAR)), CaseState::AssignedPerson, staff(OMAR), Happening::TakenOver { from: id(SARA) });
    assert_eq!(everybody(&over, &clinic(&[(SARA, Some(OMAR))])), []);
    assert_eq!(everybody(&over, &clinic(&[])), [("Sara", Stored::TakenAway)]);
}

#[test]
fn a_group_that_too_few_watch_is_the_receivers_business_too() {
    let case = given(GROUP);
    let team = [("Sara", Stored::AssignedToGroup), ("Omar", Stored::AssignedToGroup)];
    assert_eq!(everybody(&case, &clinic(&[])), team);
    let one = clinic(&[(OMAR, None)]);
    let by_rut = happened(Some(GROUP), CaseState::AssignedGroup, staff(RUT), Happening::Distributed { to: GROUP });
    assert_eq!(
        everybody(&by_rut, &one),
        [("Anna", Stored::ShortGroup), ("Eva", Stored::ShortGroup), ("Sara", Stored::AssignedToGroup)],
        "but for whoever gave it"
    );
    let mut enough = clinic(&[(OMAR, None)]);
    enough.policy.min_watchers = 1;
    assert_eq!(everybody(&by_rut, &enough), [("Sara", Stored::AssignedToGroup)]);
    // a member took it: it is in hand
    let taken = document(
        CaseState::AssignedPerson,
        Some(person(SARA)),
        &[
            (Who::Resident, Happening::Created),
            (staff(RUT), Happening::Distributed { to: GROUP }),
            (staff(SARA), Happening::Taken { from: TEAM }),
        ],
    );
    assert_eq!(everybody(&taken, &one), []);
}

#[test]
fn where_too_few_receivers_are_there_nobody_who_is_can_leave_it_to_the_others() {
    let case =
        document(CaseState::New, None, &[(Who::System, Happening::Started), (Who::Resident, Happening::Created)]);
    let quiet = |me: &mut Me| me.preferences.notify_new_case = false;
    assert_eq!(told(&case, &clinic(&[(RUT, None)]), ANNA, quiet), [], "two are there");
    let alone = clinic(&[(RUT, None), (EVA, None)]);
    assert_eq!(told(&case, &alone, ANNA, quiet), [Stored::NewCase]);
    assert_eq!(told(&case, &alone, RUT, |_| ()), [], "who is away is not asked");
    let mut off = alone;
    off.policy.min_watchers = 0;
    assert_eq!(told(&case, &off, ANNA, quiet), []);
}

#[test]
fn what_was_told_holds_as_long_as_it_is_so() {
    let (case, nobody) = (answered(person(SARA)), clinic(&[(SARA, None)]));
    let holds = |facts: &ClinicFacts, who, kind, case: &CaseDocument| {
        viewer(who, facts, |_| ()).still_holds(kind, at(1), &case.case)
    };
    assert!(holds(&nobody, ANNA, Stored::AnsweredUnwatched, &case));
    assert!(!holds(&clinic(&[]), ANNA, Stored::AnsweredUnwatched, &case), "she is back");
    assert!(!holds(&clinic(&[(SARA, Some(OMAR))]), ANNA, Stored::AnsweredUnwatched, &case), "covered now");
    assert!(
        !holds(&nobody, ANNA, Stored::AnsweredUnwatched, &answered(person(OMAR))),
        "given to somebody who is there"
    );
    let covered = clinic(&[(SARA, Some(OMAR))]);
    assert!(holds(&covered, OMAR, Stored::AnsweredForColleague, &case));
    assert!(!holds(&clinic(&[]), OMAR, Stored::AnsweredForColleague, &case));
    assert!(holds(&covered, OMAR, Stored::AssignedToCovered, &given(person(SARA))));
    assert!(!holds(&covered, OMAR, Stored::AssignedToCovered, &given(person(OMAR))), "it is his own");
}

#[test]
fn who_is_away_is_not_told_that_a_case_went() {
    let taken = Taken { case: CaseId(Uuid::from_u128(42)), seq: 7, at: at(7) };
    let told = |facts: &ClinicFacts| decide_taken(&taken, Some(6), &viewer(SARA, facts, |_| ())).is_some();
    assert!(told(&clinic(&[])));
    assert!(!told(&clinic(&[(SARA, Some(OMAR))])));
}
