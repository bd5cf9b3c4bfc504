//! The board's questions, answered by a calendar on the wall: 2026-11-20 is a Friday.

use super::*;
use crate::absence::Absence;
use crate::admission::Admission;
use crate::case::CaseTypeRef;
use crate::clinic::{Group, StaffFacts};
use crate::id::{CaseId, CaseTypeId, MessageId, NoteId};
use crate::lifecycle::{Actor, Command, Compose, ResidentActor, StaffActor, Submission, act, submit};
use crate::resident::{Resident, ResidentStatus, Sex};
use crate::{HsaId, MessageKind, PersonalId};
use jiff::civil::date;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const GROUP: GroupId = GroupId(Uuid::from_u128(1));

/// A time in Sweden, in winter.
fn se(text: &str) -> Timestamp {
    format!("{text}:00+01:00").parse().unwrap()
}

fn person(n: u8) -> HsaId {
    HsaId::parse(&format!("SE2321000016-P{n:03}")).unwrap()
}

/// 1 Anna and 2 Rut, receivers · 3 Sara, 4 Omar, handlers, both in the group.
fn clinic() -> ClinicFacts {
    let staff = [(1, Role::Receiver), (2, Role::Receiver), (3, Role::Handler), (4, Role::Handler)];
    let staff = staff.map(|(n, role)| {
        let facts = StaffFacts {
            hsa_id: person(n),
            name: format!("Person {n}"),
            title: String::new(),
            active: true,
            roles: [role].into(),
            absences: vec![],
        };
        (person(n), facts)
    });
    let group = Group { id: GROUP, name: "Recept".into(), members: [person(3), person(4)].into() };
    ClinicFacts {
        hsa_id: HsaId::parse("SE2321000016-B001").unwrap(),
        name: "Björken".into(),
        policy: Policy::default(),
        staff: staff.into(),
        groups: BTreeMap::from([(GROUP, group)]),
    }
}

/// Away from Monday the 23rd to Wednesday the 25th.
fn away(clinic: &mut ClinicFacts, n: u8, substitute: Option<u8>) {
    let absence = Absence { from: date(2026, 11, 23), to: date(2026, 11, 25), substitute: substitute.map(person) };
    clinic.staff.get_mut(&person(n)).unwrap().absences = vec![absence];
}

fn elin() -> PersonalId {
    PersonalId::try_from("198001019804".to_owned()).unwrap()
}

struct Life {
    clinic: ClinicFacts,
    case: Case,
}

impl Life {
    /// Filed on Friday at ten.
    fn begin() -> Self {
        let clinic = clinic();
        let resident = Resident {
            personal_id: elin(),
            name: "Elin Testberg".into(),
            sex: Sex::Female,
            protected_identity: false,
            status: ResidentStatus::Active,
            mobile: None,
            email: None,
            guardians: vec![],
        };
        let submission = Submission {
            admission: Admission::default(),
            case: CaseId::random(),
            message: MessageId::random(),
            case_type: CaseTypeRef {
                id: CaseTypeId::random(),
                name: "Boka tid".into(),
                resident_files: false,
                response_days: None,
            },
            text: "Hej!".into(),
            answers: vec![],
            attachments: vec![],
        };
        Self { case: submit(submission, &resident, None, &clinic, se("2026-11-20T10:00")).unwrap(), clinic }
    }

    fn staff(&mut self, when: &str, n: u8, command: &Command) -> &mut Self {
        let facts = &self.clinic.staff[&person(n)];
        let actor = StaffActor {
            hsa_id: person(n),
            name: facts.name.clone(),
            title: String::new(),
            signature: String::new(),
            clinic: self.clinic.hsa_id.clone(),
            roles: facts.roles.clone(),
            groups: self.clinic.groups_of(&person(n)),
            stands_in_for: self.clinic.stands_in_for(&person(n), swedish_day(se(when))),
        };
        self.does(when, &Actor::Staff(actor), command)
    }

    fn does(&mut self, when: &str, actor: &Actor, command: &Command) -> &mut Self {
        self.case = act(&self.case, actor, command, None, &self.clinic, se(when)).unwrap();
        self
    }

    fn given(&mut self, when: &str, to: Assignee) -> &mut Self {
        let from = self.case.assignee.clone();
        self.staff(when, 1, &Command::Distribute { to, from, reason: None, partial_reply: None })
    }

    fn sends(&mut self, when: &str, n: u8, kind: MessageKind) -> &mut Self {
        let message = Compose {
            message: MessageId::random(),
            text: "Hej!".into(),
            attachments: vec![],
            based_on: self.case.thread_version,
            guard: None,
        };
        self.staff(when, n, &Command::Send { kind, message })
    }

    fn why(&self, when: &str) -> Option<Unwatched> {
        unwatched(&self.case, &self.clinic, se(when))
    }
}

fn sara() -> Assignee {
    Assignee::Person { hsa_id: person(3) }
}

fn group() -> Assignee {
    Assignee::Group { id: GROUP }
}

#[test]
fn a_case_that_nobody_has_may_wait_a_working_day_unless_the_clinic_says_otherwise() {
    let mut life = Life::begin();
    // Friday, a weekend, and the whole of Monday
    assert_eq!(life.why("2026-11-23T23:59"), None);
    assert_eq!(life.why("2026-11-24T00:00"), Some(Unwatched::Undistributed));
    life.clinic.policy.distribute_within_days = 0;
    assert_eq!(life.why("2026-11-20T23:59"), None);
    assert_eq!(life.why("2026-11-21T00:00"), Some(Unwatched::Undistributed));
    life.clinic.policy.distribute_within_days = 1;
    life.clinic.policy.closed_days = BTreeSet::from([date(2026, 11, 23)]);
    assert_eq!(life.why("2026-11-24T23:59"), None, "closed on Monday");
    // given back, it has a day anew
    life.given("2026-11-20T11:00", sara());
    let from = life.case.assignee.clone();
    life.staff("2026-11-25T11:00", 3, &Command::ReturnToReceiver { from, reason: None });
    assert_eq!(life.why("2026-11-26T23:59"), None);
    assert_eq!(life.why("2026-11-27T00:00"), Some(Unwatched::Undistributed));
}

#[test]
fn whoever_was_given_a_case_begins_within_the_same_time() {
    for to in [sara(), group()] {
        let mut life = Life::begin();
        life.given("2026-11-24T09:00", to.clone());
        assert_eq!(life.why("2026-11-25T23:59"), None, "{to:?}");
        assert_eq!(life.why("2026-11-26T00:00"), Some(Unwatched::NotBegun), "{to:?}");
        if to == group() {
            life.staff("2026-11-26T09:00", 3, &Command::Take);
            assert_eq!(life.why("2026-11-27T09:00"), None, "taken");
        }
        life.staff("2026-11-26T10:00", 3, &Command::Start);
        assert_eq!(life.why("2026-12-24T10:00"), None, "begun; what is owed to the resident is the clock's");
    }
}

#[test]
fn nobody_has_to_begin_with_what_waits_for_the_resident() {
    let mut life = Life::begin();
    life.given("2026-11-20T11:00", sara()).sends("2026-11-20T12:00", 3, MessageKind::CounterQuestion);
    assert_eq!(life.why("2026-12-01T10:00"), None);
    // somebody else has it now, and waits too
    life.given("2026-12-01T11:00", Assignee::Person { hsa_id: person(4) });
    assert_eq!(life.why("2026-12-07T10:00"), None);
    let resident = Actor::Resident(ResidentActor { personal_id: elin(), guardian: None });
    let reply = Command::ResidentReply { message: MessageId::random(), text: "Ja.".into(), attachments: vec![] };
    life.does("2026-12-07T11:00", &resident, &reply);
    assert_eq!(life.why("2026-12-08T23:59"), None, "a day from the answer on");
    assert_eq!(life.why("2026-12-09T00:00"), Some(Unwatched::NotBegun));
}

#[test]
fn somebody_away_needs_a_substitute_who_is_there() {
    let mut life = Life::begin();
    life.given("2026-11-20T11:00", sara()).staff("2026-11-20T12:00", 3, &Command::Start);
    away(&mut life.clinic, 3, None);
    assert_eq!(life.why("2026-11-22T23:59"), None);
    assert_eq!(life.why("2026-11-23T00:00"), Some(Unwatched::HolderAbsent), "at once");
    assert_eq!(life.why("2026-11-25T23:59"), Some(Unwatched::HolderAbsent));
    assert_eq!(life.why("2026-11-26T00:00"), None, "back");
    away(&mut life.clinic, 3, Some(4));
    assert_eq!(life.why("2026-11-24T12:00"), None, "covered");
    away(&mut life.clinic, 4, None);
    assert_eq!(life.why("2026-11-24T12:00"), Some(Unwatched::HolderAbsent), "the substitute is away too");
}

#[test]
fn a_group_needs_a_handler_who_is_there() {
    let mut life = Life::begin();
    life.given("2026-11-23T08:00", group());
    away(&mut life.clinic, 3, Some(4));
    assert_eq!(life.why("2026-11-24T12:00"), None);
    away(&mut life.clinic, 4, None);
    assert_eq!(life.why("2026-11-24T12:00"), Some(Unwatched::GroupUnstaffed));
    assert_eq!(life.why("2026-11-26T12:00"), Some(Unwatched::NotBegun), "back, and nobody took it");
}

#[test]
fn who_can_not_handle_cases_any_more_watches_none() {
    for to in [sara(), group()] {
        let mut life = Life::begin();
        life.given("2026-11-20T11:00", to.clone());
        for n in [3, 4] {
            life.clinic.staff.get_mut(&person(n)).unwrap().active = false;
        }
        assert_eq!(life.why("2026-11-20T11:01"), Some(Unwatched::HolderInactive), "{to:?}");
        life.does("2026-11-20T11:02", &Actor::System, &Command::LoseAssignee);
        assert_eq!(life.why("2026-11-20T11:03"), Some(Unwatched::HolderInactive), "{to:?}");
        life.clinic.staff.get_mut(&person(3)).unwrap().active = true;
        assert_eq!(life.why("2026-11-20T11:04"), Some(Unwatched::HolderInactive), "it waits for a new distribution");
    }
}

#[test]
fn what_is_over_or_noted_in_needs_nobodys_eye() {
    let mut life = Life::begin();
    life.staff("2026-11-25T09:00", 1, &Command::AddNote { note: NoteId::random(), text: "Obs".into() });
    assert_eq!(life.why("2026-11-25T09:01"), Some(Unwatched::Undistributed), "a note is no distribution");
    let reason = crate::CloseReason::Duplicate;
    life.staff("2026-11-25T10:00", 1, &Command::Close { reason, note: None, tell: None, based_on: None });
    assert_eq!(life.why("2026-12-25T10:00"), None);
    life.staff("2026-12-07T10:00", 1, &Command::Reopen);
    assert_eq!(life.why("2026-12-08T23:59"), None, "opened again, it has a day anew");
    assert_eq!(life.why("2026-12-09T00:00"), Some(Unwatched::Undistributed));
}

#[test]
fn too_few_are_too_few_by_the_clinics_own_number() {
    let mut clinic = clinic();
    let (before, during) = (date(2026, 11, 20), date(2026, 11, 24));
    assert_eq!((clinic.receivers_there(before), clinic.handlers_there(GROUP, before)), (2, 2));
    assert!(!clinic.inbox_is_short(during) && !clinic.group_is_short(GROUP, during));
    away(&mut clinic, 1, None);
    away(&mut clinic, 3, Some(4));
    assert!(!clinic.inbox_is_short(before) && clinic.inbox_is_short(during));
    assert!(!clinic.group_is_short(GROUP, before) && clinic.group_is_short(GROUP, during));
    clinic.policy.min_watchers = 1;
    assert!(!clinic.inbox_is_short(during) && !clinic.group_is_short(GROUP, during));
    clinic.policy.min_watchers = 3;
    assert!(clinic.inbox_is_short(before) && clinic.group_is_short(GROUP, before));
    clinic.policy.min_watchers = 0;
    away(&mut clinic, 2, None);
    assert!(!clinic.inbox_is_short(during), "switched off");
}
