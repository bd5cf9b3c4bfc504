//! Tables for notices: who is told what, and who is not.

use super::*;
use mottaget_domain::case::CaseTypeRef;
use mottaget_domain::{CaseTypeId, MessageId, PersonalId, Resident, ResidentStatus, Sex};
use mottaget_protocol::{Assignment, CaseDocument, Preferences, Staff};
use uuid::Uuid;

const CLINIC: &str = "SE2321000016-C001";
const ANNA: &str = "SE2321000016-A001";
const SARA: &str = "SE2321000016-A002";
const TEAM: GroupId = GroupId(Uuid::from_u128(7));

fn id(text: &str) -> HsaId {
    HsaId::parse(text).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn me(who: &str, roles: &[Role], groups: &[GroupId]) -> Me {
    let group = |id| mottaget_domain::Group { id, name: "Team".into(), members: BTreeSet::new() };
    Me {
        staff: Staff {
            hsa_id: id(who),
            name: "Namn".into(),
            title: "Titel".into(),
            email: None,
            phone: None,
            protected_identity: false,
        },
        assignments: vec![Assignment {
            clinic: id(CLINIC),
            clinic_name: "Kliniken".into(),
            roles: roles.iter().copied().collect(),
            groups: groups.iter().copied().map(group).collect(),
        }],
        preferences: Preferences {
            signature: "Namn".into(),
            notify_new_case: true,
            notify_assigned: true,
            notify_answered: true,
            notify_mentioned: true,
            sign_as: mottaget_domain::signature::SignAs::Person,
            views: Vec::new(),
        },
    }
}

fn staff(who: &str) -> Who {
    Who::Staff { hsa_id: id(who), name: "Namn".into() }
}

fn person(who: &str) -> Assignee {
    Assignee::Person { hsa_id: id(who) }
}

fn replied() -> Happening {
    Happening::ResidentReplied { message: MessageId(Uuid::from_u128(1)) }
}

/// A case whose history is these events, numbered from 1.
fn document(state: CaseState, assignee: Option<Assignee>, events: &[(Who, Happening)]) -> CaseDocument {
    let resident = PersonalId::parse("19800101-9804", jiff::civil::date(2026, 11, 22)).unwrap();
    let history = events
        .iter()
        .enumerate()
        .map(|(n, (who, what))| HistoryEntry {
            seq: n as u64 + 1,
            at: at(n as i64),
            who: who.clone(),
            op: None,
            what: what.clone(),
            thread_version: None,
        })
        .collect();
    CaseDocument {
        seq: events.len() as u64,
        resident: Resident {
            personal_id: resident.clone(),
            name: "Elin Testberg".into(),
            sex: Sex::Female,
            protected_identity: false,
            status: ResidentStatus::Active,
            mobile: None,
            email: None,
            guardians: Vec::new(),
        },
        case: Case {
            id: CaseId(Uuid::from_u128(42)),
            clinic: id(CLINIC),
            resident,
            filed_by_guardian: None,
            case_type: CaseTypeRef {
                id: CaseTypeId(Uuid::from_u128(3)),
                name: "Förnya recept".into(),
                resident_files: true,
                response_days: None,
            },
            state,
            assignee,
            open_question: None,
            created_at: at(0),
            first_feedback_at: None,
            closed_at: None,
            close_reason: None,
            needs_redistribution: false,
            messages: Vec::new(),
            notes: Vec::new(),
            history,
            thread_version: 1,
        },
    }
}

fn kinds(document: &CaseDocument, through: Option<u64>, me: &Me) -> Vec<Stored> {
    let change = Change { old: None, new: document, noticed_through: through };
    decide(&change, &Viewer::at(me, &id(CLINIC), None, at(100))).into_iter().map(|notice| notice.kind).collect()
}

fn new_case() -> CaseDocument {
    document(CaseState::New, None, &[(Who::Resident, Happening::Created)])
}

#[test]
fn a_new_case_is_news_for_receivers_only() {
    let case = new_case();
    assert_eq!(kinds(&case, Some(0), &me(ANNA, &[Role::Receiver], &[])), [Stored::NewCase]);
    assert_eq!(kinds(&case, Some(0), &me(ANNA, &[Role::Receiver, Role::Handler], &[])), [Stored::NewCase]);
    for role in [Role::Handler, Role::LocalAdmin, Role::PermissionAdmin, Role::Auditor] {
        assert_eq!(kinds(&case, Some(0), &me(ANNA, &[role], &[TEAM])), [], "{role:?}");
    }
}

#[test]
fn the_very_first_sync_and_old_news_give_none() {
    let case = new_case();
    let anna = me(ANNA, &[Role::Receiver], &[]);
    assert_eq!(kinds(&case, None, &anna), []);
    assert_eq!(kinds(&case, Some(1), &anna), []);
}

#[test]
fn an_assignment_is_news_for_whom_it_is_given_to_unless_they_did_it() {
    let to = |by: &str, to: Assignee, state| {
        document(
            state,
            Some(to.clone()),
            &[(Who::Resident, Happening::Created), (staff(by), Happening::Distributed { to })],
        )
    };
    let sara = me(SARA, &[Role::Handler], &[TEAM]);
    let both = me(SARA, &[Role::Handler, Role::Receiver], &[TEAM]);
    let by_anna = to(ANNA, person(SARA), CaseState::AssignedPerson);
    assert_eq!(kinds(&by_anna, Some(0), &sara), [Stored::AssignedToMe]);
    assert_eq!(kinds(&by_anna, Some(0), &both), [Stored::AssignedToMe], "not as a new case too: it is in hand");
    assert_eq!(kinds(&to(SARA, person(SARA), CaseState::AssignedPerson), Some(0), &both), [], "an own act");
    assert_eq!(kinds(&by_anna, Some(0), &me(ANNA, &[Role::Handler, Role::Receiver], &[])), [], "somebody else's");

    let group = Assignee::Group { id: TEAM };
    let to_team = to(ANNA, group, CaseState::AssignedGroup);
    assert_eq!(kinds(&to_team, Some(0), &sara), [Stored::AssignedToGroup]);
    assert_eq!(kinds(&to_team, Some(0), &me(SARA, &[Role::Handler], &[])), [], "not in the group");
    assert_eq!(kinds(&to_team, Some(0), &me(SARA, &[Role::LocalAdmin], &[TEAM])), [], "in the group, but no handler");
}

#[test]
fn what_has_passed_already_is_no_news() {
    let sara = me(SARA, &[Role::Handler], &[TEAM]);
    let group = Assignee::Group { id: TEAM };
    let taken = document(
        CaseState::AssignedPerson,
        Some(person(ANNA)),
        &[
            (Who::Resident, Happening::Created),
            (staff(ANNA), Happening::Distributed { to: group }),
            (staff(ANNA), Happening::Taken { from: TEAM }),
        ],
    );
    assert_eq!(kinds(&taken, Some(0), &sara), []);
    let mut closed = new_case();
    closed.case.state = CaseState::Closed;
    assert_eq!(kinds(&closed, Some(0), &me(ANNA, &[Role::Receiver], &[])), []);
}

#[test]
fn a_case_that_comes_back_is_news_for_the_other_receivers() {
    let back = |by: Who, what| {
        let mut case = document(CaseState::New, None, &[(Who::Resident, Happening::Created), (by, what)]);
        case.case.needs_redistribution = true;
        case
    };
    let returned = Happening::Redistributed { from: Some(person(SARA)), to: None, reason: None };
    let case = back(staff(SARA), returned);
    assert_eq!(kinds(&case, Some(1), &me(ANNA, &[Role::Receiver], &[])), [Stored::NewCase]);
    assert_eq!(kinds(&case, Some(1), &me(SARA, &[Role::Receiver, Role::Handler], &[])), [], "who gave it back");
    let lost = back(Who::System, Happening::AssigneeLost { was: person(SARA) });
    assert_eq!(kinds(&lost, Some(1), &me(ANNA, &[Role::Receiver], &[])), [Stored::NewCase]);
    assert_eq!(kinds(&lost, Some(0), &me(ANNA, &[Role::Receiver], &[])), [Stored::NewCase], "once, not twice");
}

#[test]
fn an_answer_is_news_for_who_has_the_case() {
    let case = |assignee, state| {
        document(state, Some(assignee), &[(Who::Resident, Happening::Created), (Who::Resident, replied())])
    };
    let hers = case(person(SARA), CaseState::InProgress);
    let sara = me(SARA, &[Role::Handler], &[TEAM]);
    assert_eq!(kinds(&hers, Some(1), &sara), [Stored::ResidentAnswered]);
    assert_eq!(kinds(&hers, Some(1), &me(ANNA, &[Role::Receiver], &[])), []);
    let teams = case(Assignee::Group { id: TEAM }, CaseState::AssignedGroup);
    assert_eq!(kinds(&teams, Some(1), &sara), [Stored::ResidentAnswered]);
    let mut nobodys = hers.clone();
    nobodys.case.needs_redistribution = true;
    assert_eq!(kinds(&nobodys, Some(1), &me(ANNA, &[Role::Receiver], &[])), [Stored::ResidentAnswered]);
}

#[test]
fn two_answers_are_one_notice_and_answering_ends_it() {
    let events = [(Who::Resident, Happening::Created), (Who::Resident, replied()), (Who::Resident, replied())];
    let mut case = document(CaseState::InProgress, Some(person(SARA)), &events);
    let sara = me(SARA, &[Role::Handler], &[]);
    let change = Change { old: None, new: &case, noticed_through: Some(0) };
    let viewer = Viewer::at(&sara, &id(CLINIC), None, at(100));
    let found = decide(&change, &viewer);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].key, "00000000-0000-0000-0000-00000000002a:3:answer");
    assert!(viewer.still_holds(Stored::ResidentAnswered, at(2), &case.case));

    case.case.history.push(HistoryEntry {
        seq: 4,
        at: at(9),
        who: staff(SARA),
        op: None,
        what: Happening::MessageHeld {
            message: MessageId::random(),
            kind: mottaget_domain::MessageKind::FinalReply,
            guard: None,
        },
        thread_version: Some(2),
    });
    assert!(!viewer.still_holds(Stored::ResidentAnswered, at(2), &case.case));
}

#[test]
fn nobody_is_told_what_they_do_not_want_to_hear() {
    let mut anna = me(ANNA, &[Role::Receiver], &[]);
    anna.preferences.notify_new_case = false;
    assert_eq!(kinds(&new_case(), Some(0), &anna), []);
    let mut sara = me(SARA, &[Role::Handler], &[]);
    sara.preferences.notify_assigned = false;
    let hers = document(
        CaseState::AssignedPerson,
        Some(person(SARA)),
        &[(staff(ANNA), Happening::Distributed { to: person(SARA) }), (Who::Resident, replied())],
    );
    assert_eq!(kinds(&hers, Some(0), &sara), [Stored::ResidentAnswered]);
    sara.preferences.notify_answered = false;
    assert_eq!(kinds(&hers, Some(0), &sara), []);
}

#[test]
fn a_note_is_news_for_the_colleagues_that_it_speaks_to_and_for_nobody_else() {
    let id_of = mottaget_domain::NoteId(Uuid::from_u128(9));
    let noted = |who: &str, state| {
        let what = Happening::NoteAdded { note: id_of };
        let mut document =
            document(state, Some(person(SARA)), &[(Who::Resident, Happening::Created), (staff(who), what)]);
        document.case.notes.push(mottaget_domain::Note {
            id: id_of,
            author: id(who),
            author_name: "Namn".into(),
            text: "@Sara".into(),
            mentions: [id(SARA)].into(),
            at: at(2),
        });
        document
    };
    let sara = me(SARA, &[Role::Handler], &[]);
    assert_eq!(kinds(&noted(ANNA, CaseState::InProgress), Some(1), &sara), [Stored::Mentioned]);
    assert_eq!(kinds(&noted(ANNA, CaseState::Closed), Some(1), &sara), [Stored::Mentioned], "of a closed case too");
    assert_eq!(kinds(&noted(ANNA, CaseState::InProgress), Some(2), &sara), []);
    assert_eq!(kinds(&noted(SARA, CaseState::InProgress), Some(1), &sara), [], "she wrote it herself");
    let anna = me(ANNA, &[Role::Receiver], &[]);
    assert_eq!(kinds(&noted("SE2321000016-1009", CaseState::InProgress), Some(1), &anna), []);
    let mut quiet = sara;
    quiet.preferences.notify_mentioned = false;
    assert_eq!(kinds(&noted(ANNA, CaseState::InProgress), Some(1), &quiet), []);
}

#[test]
fn what_somebody_else_gives_away_is_told_to_who_had_it() {
    let moved = |who: &str, to| {
        let to = Some(person(to));
        let what = Happening::Redistributed { from: Some(person(SARA)), to: to.clone(), reason: None };
        document(CaseState::AssignedPerson, to, &[(Who::Resident, Happening::Created), (staff(who), what)])
    };
    // a receiver sees the case still
    let sara = me(SARA, &[Role::Receiver, Role::Handler], &[]);
    assert_eq!(kinds(&moved(ANNA, ANNA), Some(1), &sara), [Stored::TakenAway]);
    assert_eq!(kinds(&moved(SARA, ANNA), Some(1), &sara), [], "by her own hand it is no news");
    assert_eq!(kinds(&moved(ANNA, ANNA), Some(2), &sara), []);
    let omar = me("SE2321000016-1009", &[Role::Receiver, Role::Handler], &[]);
    assert_eq!(kinds(&moved(ANNA, ANNA), Some(1), &omar), []);

    // who sees it no more has only the page's word
    let taken = Taken { case: CaseId(Uuid::from_u128(42)), seq: 7, at: at(7) };
    let told = |through, me: &Me| {
        decide_taken(&taken, through, &Viewer::at(me, &id(CLINIC), None, at(100))).map(|notice| notice.kind)
    };
    assert_eq!(told(Some(6), &sara), Some(Stored::TakenAway));
    assert_eq!(told(Some(7), &sara), None);
    assert_eq!(told(None, &sara), None, "not at the very first sync");
    let mut quiet = sara.clone();
    quiet.preferences.notify_assigned = false;
    assert_eq!(told(Some(6), &quiet), None);
}

#[path = "notice_away_tests.rs"]
mod away;
