//! What a visitor of the practice clinic would notice.

use super::*;
use mottaget_domain::{Assignee, CaseState, Role};
use std::collections::BTreeSet;

fn monday() -> Timestamp {
    "2026-11-23T09:15:00Z".parse().unwrap()
}

fn made(now: Timestamp) -> (Cast, Vec<Life>) {
    let cast = people::cast(now);
    let lives = lives::live(&cast, &papers::all(), now).unwrap();
    (cast, lives)
}

#[test]
fn the_same_time_gives_the_same_clinic() {
    let documents = |now| -> Vec<String> {
        made(now).1.iter().map(|life| format!("{} {}", life.seq, serde_json::to_string(&life.case).unwrap())).collect()
    };
    assert_eq!(documents(monday()), documents(monday()));
    assert_ne!(documents(monday()), documents("2026-11-24T09:15:00Z".parse().unwrap()));
}

#[test]
fn it_can_be_made_at_any_time_of_any_day() {
    for now in ["2026-01-01T00:00:00Z", "2026-04-05T03:00:00Z", "2026-06-20T23:59:59.999Z", "2028-02-29T11:11:11Z"] {
        let now: Timestamp = now.parse().unwrap();
        let (_, lives) = made(now);
        for life in lives {
            assert!(life.case.history.iter().all(|entry| entry.at <= now), "nothing happens in the future");
            assert!(life.case.history.iter().all(|entry| entry.seq > 0 && entry.seq <= life.seq));
            assert!(life.case.history.windows(2).all(|pair| pair[0].seq <= pair[1].seq && pair[0].at <= pair[1].at));
        }
    }
}

#[test]
fn every_state_and_about_eighty_cases() {
    let (_, lives) = made(monday());
    assert!((75..=90).contains(&lives.len()), "{}", lives.len());
    for state in [
        CaseState::New,
        CaseState::AssignedPerson,
        CaseState::AssignedGroup,
        CaseState::InProgress,
        CaseState::AwaitingResident,
        CaseState::Closed,
        CaseState::Purged,
    ] {
        assert!(lives.iter().any(|life| life.case.state == state), "{state:?}");
    }
    assert!(lives.iter().any(|life| life.case.needs_redistribution && life.case.assignee.is_some()), "somebody left");
    assert!(lives.iter().any(|life| life.case.filed_by_guardian.is_some()), "a guardian wrote for a child");
    let kinds: BTreeSet<_> = lives
        .iter()
        .flat_map(|life| &life.case.messages)
        .flat_map(|message| &message.attachments)
        .map(|file| file.kind.label())
        .collect();
    assert_eq!(kinds, BTreeSet::from(["GIF", "JPEG", "PDF", "PNG"]));
    let numbers: BTreeSet<(String, u64)> = lives.iter().map(|l| (l.case.clinic.to_string(), l.seq)).collect();
    assert_eq!(numbers.len(), lives.len(), "no two changes of a clinic share a number");
}

#[test]
fn every_handler_and_every_group_has_something_to_do() {
    // what falls to whom is left to chance elsewhere, and chance is the time
    for day in (1..=30).step_by(6) {
        let now: Timestamp = format!("2026-11-{day:02}T09:15:{day:02}Z").parse().unwrap();
        let (cast, lives) = made(now);
        for clinic in &cast.clinics {
            let open = |life: &&Life| life.case.clinic == clinic.hsa_id && life.case.state != CaseState::Closed;
            let has = |one: &Assignee| lives.iter().filter(open).any(|life| life.case.assignee.as_ref() == Some(one));
            for handler in clinic.staff.values().filter(|one| one.can_handle()) {
                let person = Assignee::Person { hsa_id: handler.hsa_id.clone() };
                assert!(has(&person), "{now}: {} has nothing to do", handler.name);
            }
            for group in clinic.groups.values() {
                assert!(has(&Assignee::Group { id: group.id }), "{now}: nothing for {}", group.name);
            }
        }
    }
}

#[test]
fn only_published_test_numbers() {
    let (cast, lives) = made(monday());
    assert!(cast.residents.len() >= 25);
    for resident in &cast.residents {
        let birth_number: u16 = resident.personal_id.as_str()[8..11].parse().unwrap();
        assert!((980..=999).contains(&birth_number), "{}", resident.name);
    }
    let ids: BTreeSet<_> = cast.residents.iter().map(|r| r.personal_id.clone()).collect();
    assert_eq!(ids.len(), cast.residents.len());
    assert!(lives.iter().all(|life| ids.contains(&life.case.resident)));
    let protected: Vec<_> = cast.residents.iter().filter(|r| r.protected_identity).collect();
    assert_eq!(protected.len(), 1);
    assert!(lives.iter().any(|life| life.case.resident == protected[0].personal_id), "the protected one has a case");
    assert!(cast.residents.iter().any(|r| !r.personal_id.reachable()));
    assert!(cast.residents.iter().any(|r| !r.guardians.is_empty()));
}

#[test]
fn every_role_is_somebodys_and_one_type_has_ninety_letters() {
    let (cast, _) = made(monday());
    assert_eq!(cast.clinics.len(), 2);
    assert!(cast.staff.len() >= 8);
    for role in Role::ALL.into_iter().filter(|role| !matches!(role, Role::Resident | Role::Proxy)) {
        let has = cast.clinics.iter().any(|c| c.staff.values().any(|p| p.active && p.roles.contains(&role)));
        assert!(has, "{role:?}");
    }
    assert_eq!(cast.staff.iter().filter(|person| person.staff.protected_identity).count(), 1);
    let several = |clinic: &ClinicFacts, id| {
        clinic.staff.get(id).is_some_and(|p: &mottaget_domain::StaffFacts| p.roles.len() > 1)
    };
    assert!(
        cast.staff.iter().any(|p| cast.clinics.iter().all(|c| several(c, &p.staff.hsa_id))),
        "several roles at both"
    );
    assert!(cast.clinics.iter().all(|clinic| !clinic.groups.is_empty()));
    assert!(cast.case_types.iter().any(|t| t.about.name.chars().count() == 90));
    for story in &stories::STORIES {
        assert_eq!(story.answers.len(), cast.case_types[story.case_type].about.questions.len(), "{}", story.text);
    }
}
