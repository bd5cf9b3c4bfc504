//! Several clinics: who works at two has one list of both, and is asked before a message goes out from another clinic than the
//! last one did.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::person::{everything, list};
use journeys::{Clinic, Person, ResidentAtHome};
use mottaget_client::ClientError;
use mottaget_client::view::{CaseRow, DueTone, ListQuery, Scope};
use mottaget_domain::{CaseId, HsaId, MessageKind, Role};

const EVA: &str = "SE2321000016-P004";

/// Eva receives and handles at both clinics here, so that she can do everything alone.
async fn clinic() -> Clinic {
    let clinic = Clinic::start().await;
    let roles = [Role::Receiver, Role::Handler].into();
    for at in [clinic.bjorken(), clinic.linden()] {
        clinic.server().people().set_roles(&HsaId::parse(EVA).unwrap(), &at, &roles).await.unwrap();
    }
    clinic
}

/// A case at that clinic, with a text in it that Eva has not sent yet.
async fn written(eva: &mut Person, cecilia: &ResidentAtHome, at: &HsaId) -> CaseId {
    let case = cecilia.file_case(at, "Boka tid", "En tid, tack.", &[]).await;
    eva.has(case).await;
    eva.client.save_draft(case, MessageKind::PartialReply, "Vi återkommer.".into()).await.unwrap();
    case
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_from_another_clinic_than_the_last_is_confirmed_over_restarts_too() {
    let clinic = clinic().await;
    let cecilia = clinic.cecilia().await;
    let mut eva = clinic.eva().await;
    let (bjorken, linden) = (clinic.bjorken(), clinic.linden());
    let first = written(&mut eva, &cecilia, &linden).await;
    eva.client.send_draft(first).await.unwrap();
    let again = written(&mut eva, &cecilia, &linden).await;
    eva.client.send_draft(again).await.unwrap();

    let other = written(&mut eva, &cecilia, &bjorken).await;
    eva.outbox_empty().await;
    eva.restart().await.unwrap();
    eva.has(other).await;
    let told = eva.client.guard_draft(other).await.unwrap();
    let names = told.other_clinic.as_ref().map(|names| (names.last.as_str(), names.now.as_str()));
    assert_eq!(names, Some(("Lindens vårdcentral", "Björkens vårdcentral")));
    assert!(told.stops && told.total == 0);
    assert!(matches!(eva.client.send_draft(other).await.unwrap_err(), ClientError::Guarded { .. }));
    eva.client.confirm_findings(other, &told.fingerprint, None).await.unwrap();
    eva.client.send_draft(other).await.unwrap();
    eva.outbox_empty().await;
    assert_eq!(cecilia.texts(other).await, ["En tid, tack.", "Vi återkommer."]);

    // that was the last one now
    let there = written(&mut eva, &cecilia, &bjorken).await;
    assert!(!eva.client.guard_draft(there).await.unwrap().stops);
    let back = written(&mut eva, &cecilia, &linden).await;
    assert!(eva.client.guard_draft(back).await.unwrap().other_clinic.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_works_at_one_clinic_is_never_asked() {
    let clinic = clinic().await;
    let cecilia = clinic.cecilia().await;
    let mut anna = clinic.anna().await;
    for _ in 0..2 {
        let case = written(&mut anna, &cecilia, &clinic.bjorken()).await;
        assert_eq!(anna.client.guard_draft(case).await.unwrap().other_clinic, None);
        anna.client.send_draft(case).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_works_at_two_clinics_has_one_list_of_their_own_cases_that_names_the_clinic() {
    let clinic = clinic().await;
    let cecilia = clinic.cecilia().await;
    let mut eva = clinic.eva().await;
    let (bjorken, linden) = (clinic.bjorken(), clinic.linden());
    let mut cases = Vec::new();
    for at in [&bjorken, &linden, &bjorken] {
        let case = cecilia.file_case(at, "Boka tid", "En kvastrintid, tack.", &[]).await;
        eva.has(case).await;
        eva.give_to(case, "Eva Bergström").await.unwrap();
        cases.push(case);
    }
    eva.outbox_empty().await;
    let rows = async |eva: &Person, query: ListQuery| eva.client.list(query).await.unwrap().rows;
    let ours = |rows: Vec<CaseRow>| -> Vec<(CaseId, String)> {
        let ours = rows.into_iter().filter(|row| cases.contains(&row.id));
        ours.map(|row| (row.id, row.clinic_name)).collect()
    };
    let mine = rows(&eva, list(Scope::Mine)).await;
    assert!(mine.iter().all(|row| row.mine));
    let running = |row: &&CaseRow| !matches!(row.due.tone, DueTone::Paused | DueTone::Done);
    let due: Vec<_> = mine.iter().filter(running).map(|row| row.due.at).collect();
    assert!(due.is_sorted(), "one list, by what is due first: {due:?}");
    let mut there = ours(mine.clone());
    there.sort_unstable();
    let names = ["Björkens vårdcentral", "Lindens vårdcentral", "Björkens vårdcentral"].map(str::to_owned);
    let mut expected: Vec<_> = cases.iter().copied().zip(names).collect();
    expected.sort_unstable();
    assert_eq!(there, expected);

    // one clinic alone, and both found by a word
    let here = rows(&eva, ListQuery { clinic: Some(linden.clone()), ..list(Scope::Mine) }).await;
    assert_eq!(ours(here.clone()), [(cases[1], "Lindens vårdcentral".to_owned())]);
    assert!(here.iter().all(|row| row.clinic == linden));
    let found = rows(&eva, ListQuery { search: Some("kvastrintid".into()), ..everything() }).await;
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [cases[2], cases[1], cases[0]]);
    let count = async |at| eva.client.counts(at).await.unwrap().mine;
    let (all, at_bjorken, at_linden) = (count(None).await, count(Some(bjorken)).await, count(Some(linden)).await);
    assert_eq!((all, at_linden), (mine.len() as u64, here.len() as u64));
    assert_eq!(all, at_bjorken + at_linden);
}
