//! The life-cycle as a person would check it: the table of domain.md D2 row by row, each transition by name, then whole random lives. Here: the
//! people, the clinic and the cases that both tell of.

mod authority;
mod drafts;
mod lives;
mod table;
mod transitions;

use super::*;
use crate::absence::Absence;
use crate::admission::Admission;
use crate::attachment::{Attachment, FileKind};
use crate::case::CaseState as S;
use crate::clinic::{Group, Policy, StaffFacts};
use crate::id::{AttachmentId, CaseTypeId};
use crate::resident::{ResidentStatus, Sex};
use std::collections::BTreeMap;
use uuid::Uuid;

const CLINIC: &str = "SE2321000016-B001";

fn hsa(text: &str) -> HsaId {
    HsaId::parse(text).unwrap()
}

fn person(n: u8) -> HsaId {
    hsa(&format!("SE2321000016-P{n:03}"))
}

fn group(n: u128) -> GroupId {
    GroupId(Uuid::from_u128(n))
}

fn noon() -> Timestamp {
    "2026-11-16T11:00:00Z".parse().unwrap()
}

/// 1 Anna ÄM · 2 Sara ÄH · 3 Omar ÄH · 4 Eva ÄM+ÄH · 5 Nils inactive ÄH · 6 Ada ADM+BEH+GR · 7 Rut REG · 8 Nora NAT; group 1: Sara, Omar; group 2: Nils.
fn clinic() -> ClinicFacts {
    let staff: BTreeMap<HsaId, StaffFacts> = [
        (1, "Anna", true, vec![Role::Receiver]),
        (2, "Sara", true, vec![Role::Handler]),
        (3, "Omar", true, vec![Role::Handler]),
        (4, "Eva", true, vec![Role::Receiver, Role::Handler]),
        (5, "Nils", false, vec![Role::Handler]),
        (6, "Ada", true, vec![Role::LocalAdmin, Role::PermissionAdmin, Role::Auditor]),
        (7, "Rut", true, vec![Role::RegionAdmin]),
        (8, "Nora", true, vec![Role::NationalAdmin]),
    ]
    .into_iter()
    .map(|(n, name, active, roles)| {
        let facts = StaffFacts {
            hsa_id: person(n),
            name: name.into(),
            title: "Sjuksköterska".into(),
            active,
            roles: roles.into_iter().collect(),
            absences: vec![],
        };
        (person(n), facts)
    })
    .collect();
    let groups = [
        (group(1), Group { id: group(1), name: "Recept".into(), members: [person(2), person(3)].into() }),
        (group(2), Group { id: group(2), name: "Tom".into(), members: [person(5)].into() }),
    ];
    ClinicFacts {
        hsa_id: hsa(CLINIC),
        name: "Björkens vårdcentral".into(),
        policy: Policy::default(),
        staff,
        groups: groups.into(),
    }
}

/// Somebody who is away on these days, with their substitute.
fn away(clinic: &mut ClinicFacts, n: u8, from: &str, to: &str, substitute: Option<u8>) {
    let absence = Absence { from: from.parse().unwrap(), to: to.parse().unwrap(), substitute: substitute.map(person) };
    clinic.staff.get_mut(&person(n)).unwrap().absences.push(absence);
}

/// The clinic with Sara away and Omar in her place, from the day before [`noon`] to the day after.
fn without_sara() -> ClinicFacts {
    let mut clinic = clinic();
    away(&mut clinic, 2, "2026-11-15", "2026-11-17", Some(3));
    clinic
}

fn staff(n: u8) -> Actor {
    staff_at(n, &clinic(), noon())
}

fn staff_at(n: u8, clinic: &ClinicFacts, now: Timestamp) -> Actor {
    let facts = &clinic.staff[&person(n)];
    Actor::Staff(StaffActor {
        hsa_id: person(n),
        name: facts.name.clone(),
        title: facts.title.clone(),
        signature: facts.name.clone(),
        clinic: clinic.hsa_id.clone(),
        roles: if facts.active { facts.roles.clone() } else { BTreeSet::new() },
        groups: clinic.groups_of(&person(n)),
        stands_in_for: clinic.stands_in_for(&person(n), crate::response_clock::swedish_day(now)),
    })
}

fn pnr(text: &str) -> PersonalId {
    PersonalId::parse(text, jiff::civil::Date::constant(2026, 11, 16)).unwrap()
}

fn elin() -> PersonalId {
    let digit = crate::personal_id::check_digit("800101980");
    pnr(&format!("19800101980{digit}"))
}

fn resident() -> Actor {
    Actor::Resident(ResidentActor { personal_id: elin(), guardian: None })
}

fn facts_of(id: PersonalId) -> Resident {
    Resident {
        personal_id: id,
        name: "Elin Testberg".into(),
        sex: Sex::Female,
        protected_identity: false,
        status: ResidentStatus::Active,
        mobile: None,
        email: None,
        guardians: vec![],
    }
}

fn submission(files: Vec<Attachment>, allowed: bool) -> Submission {
    Submission {
        admission: Admission::default(),
        case: CaseId::random(),
        message: MessageId::random(),
        case_type: CaseTypeRef {
            id: CaseTypeId::random(),
            name: "Förnya recept".into(),
            resident_files: allowed,
            response_days: None,
        },
        text: "Jag behöver nytt recept.".into(),
        answers: vec![],
        attachments: files,
    }
}

fn filed() -> Case {
    submit(submission(vec![], true), &facts_of(elin()), None, &clinic(), noon()).unwrap()
}

fn file(name: &str, size: u64) -> Attachment {
    Attachment { id: AttachmentId::random(), file_name: name.into(), kind: FileKind::Pdf, size, sha256: "a".repeat(64) }
}

fn compose(case: &Case, text: &str) -> Compose {
    Compose {
        message: MessageId::random(),
        text: text.into(),
        attachments: vec![],
        based_on: case.thread_version,
        guard: None,
    }
}

fn to_person(n: u8, case: &Case) -> Command {
    Command::Distribute {
        to: Assignee::Person { hsa_id: person(n) },
        from: case.assignee.clone(),
        reason: None,
        partial_reply: None,
    }
}

fn give_back(case: &Case) -> Command {
    Command::ReturnToReceiver { from: case.assignee.clone(), reason: None }
}

fn to_group(n: u128, case: &Case) -> Command {
    Command::Distribute {
        to: Assignee::Group { id: group(n) },
        from: case.assignee.clone(),
        reason: None,
        partial_reply: None,
    }
}

fn send(kind: MessageKind, case: &Case) -> Command {
    Command::Send { kind, message: compose(case, "Hej! Receptet är förnyat.") }
}

fn does(case: &Case, actor: &Actor, command: &Command) -> Result<Case, Refusal> {
    act(case, actor, command, None, &clinic(), noon())
}

fn in_progress() -> Case {
    let case = filed();
    let case = does(&case, &staff(1), &to_person(2, &case)).unwrap();
    does(&case, &staff(2), &Command::Start).unwrap()
}

fn waiting() -> Case {
    let case = in_progress();
    does(&case, &staff(2), &send(MessageKind::CounterQuestion, &case)).unwrap()
}

fn closed() -> Case {
    let case = in_progress();
    does(&case, &staff(2), &send(MessageKind::FinalReply, &case)).unwrap()
}

fn answer(text: &str) -> Command {
    Command::ResidentReply { message: MessageId::random(), text: text.into(), attachments: vec![] }
}
