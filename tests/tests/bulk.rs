//! Several cases at once: what will happen is said before, it happens to all of them or is taken back by one undo.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::{Clinic, Person};
use mottaget_client::view::{BulkCase, BulkPick, BulkWish, Target, TargetKind};
use mottaget_client::{Client, Keys};
use mottaget_domain::{CaseId, CaseState, CloseReason};
use std::time::Duration;

async fn receiver(clinic: &Clinic, hold: Duration) -> Person {
    Person::sign_in_with(clinic, "Anna Nyström", Keys::generate().unwrap(), |config| config.bulk_undo = hold).await
}

const LONG: Duration = Duration::from_secs(100);

async fn three_new(clinic: &Clinic, anna: &mut Person) -> Vec<CaseId> {
    let cecilia = clinic.cecilia().await;
    let mut cases = Vec::new();
    for text in ["Ett", "Två", "Tre"] {
        cases.push(cecilia.file_case(&clinic.bjorken(), "Förnya recept", text, &[]).await);
    }
    for case in &cases {
        anna.has(*case).await;
    }
    cases
}

fn picks(rows: &[BulkCase]) -> Vec<BulkPick> {
    let seen = rows.iter().filter_map(|row| Some(BulkPick { case: row.case, seen: row.seen.clone()? }));
    seen.collect()
}

async fn to_sara(anna: &mut Person, case: CaseId) -> BulkWish {
    BulkWish::Give { to: anna.target(case, "Sara Lindqvist").await }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_will_happen_is_said_and_one_undo_takes_all_of_it_back_before_anybody_heard_of_it() {
    let clinic = Clinic::start().await;
    let mut anna = receiver(&clinic, LONG).await;
    let cases = three_new(&clinic, &mut anna).await;
    let wish = to_sara(&mut anna, cases[0]).await;
    let rows = anna.client.bulk_preview(cases.clone(), wish.clone()).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| (row.case, row.why)).collect::<Vec<_>>(),
        cases.iter().map(|case| (*case, None)).collect::<Vec<_>>()
    );
    assert!(rows.iter().all(|row| row.case_type == "Förnya recept" && !row.resident_name.is_empty()));

    let done = anna.client.bulk(picks(&rows), wish).await.unwrap();
    assert_eq!((done.ops.len(), done.refused.len()), (3, 0));
    let waiting = anna.client.outbox().await.unwrap();
    assert_eq!(waiting.len(), 3);
    assert!(waiting.iter().all(|row| row.waits.as_ref().is_some_and(|waits| waits.retry_at == Some(done.until))));
    // what is done again after a restart is the same: it waits out its time
    anna.restart().await.unwrap();
    assert_eq!(anna.client.bulk_undo(done.ops).await.unwrap(), 3);
    anna.outbox_empty().await;
    for case in cases {
        let view = anna.client.open_case(case).await.unwrap();
        assert_eq!(
            (view.row.state, view.row.assignee, view.history.len()),
            (CaseState::New, None, 1),
            "nobody heard of it"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_its_time_is_over_all_of_it_is_done_and_can_not_be_undone_any_more() {
    let clinic = Clinic::start().await;
    let mut anna = receiver(&clinic, Duration::from_millis(200)).await;
    let cases = three_new(&clinic, &mut anna).await;
    let wish = to_sara(&mut anna, cases[0]).await;
    let rows = anna.client.bulk_preview(cases.clone(), wish.clone()).await.unwrap();
    let done = anna.client.bulk(picks(&rows), wish).await.unwrap();
    anna.outbox_empty().await;
    let sara = clinic.sara().await;
    for case in &cases {
        let view = sara.client.open_case(*case).await.unwrap();
        assert!(view.row.mine);
    }
    assert_eq!(anna.client.bulk_undo(done.ops).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_rules_refuse_and_what_moved_since_it_was_seen_is_left_alone_and_said() {
    let clinic = Clinic::start().await;
    let mut anna = receiver(&clinic, Duration::ZERO).await;
    let cases = three_new(&clinic, &mut anna).await;
    let wish = to_sara(&mut anna, cases[0]).await;
    let rows = anna.client.bulk_preview(cases.clone(), wish.clone()).await.unwrap();
    // a colleague gives the second away meanwhile; the third is one that nobody may see
    let mut eva = clinic.eva().await;
    let colleague = eva.client.open_case(cases[1]).await;
    if colleague.is_ok() {
        eva.give_to(cases[1], "Sara Lindqvist").await.unwrap();
        eva.outbox_empty().await;
    } else {
        anna.give_to(cases[1], "Sara Lindqvist").await.unwrap();
        anna.outbox_empty().await;
    }
    anna.until("the colleague's act", async |client: Client| {
        client.read_case_again(cases[1]).await.unwrap().row.assignee.map(drop)
    })
    .await;
    let mut chosen = picks(&rows);
    let gone = CaseId::random();
    chosen.push(BulkPick { case: gone, seen: rows[0].seen.clone().unwrap() });
    let done = anna.client.bulk(chosen, wish.clone()).await.unwrap();
    assert_eq!(done.cases, [cases[0], cases[2]]);
    let refused: Vec<_> = done.refused.iter().map(|(case, _)| *case).collect();
    assert_eq!(refused, [cases[1], gone]);
    assert_eq!(done.refused[1].1, "not-found");
    anna.outbox_empty().await;

    // closing needs words where the resident can't know why
    let silent = BulkWish::Close { reason: CloseReason::Other, note: Some("  ".into()) };
    let rows = anna.client.bulk_preview(vec![cases[0]], silent).await.unwrap();
    assert_eq!(rows[0].why, Some("reason-missing"));
    let close = BulkWish::Close { reason: CloseReason::HandledByPhone, note: None };
    let rows = anna.client.bulk_preview(cases.clone(), close.clone()).await.unwrap();
    anna.client.bulk(picks(&rows), close).await.unwrap();
    anna.outbox_empty().await;
    anna.sees("closed", cases[2], |view| view.row.state == CaseState::Closed).await;

    let many = (0..=mottaget_client::MAX_BULK).map(|_| CaseId::random()).collect();
    assert_eq!(anna.client.bulk_preview(many, BulkWish::Take).await.unwrap_err().code(), "too-many-cases");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cases_of_a_group_are_taken_together_and_taken_back_to_it_by_the_undo() {
    let clinic = Clinic::start().await;
    let mut anna = receiver(&clinic, Duration::ZERO).await;
    let cases = three_new(&clinic, &mut anna).await;
    let targets = anna.client.targets(cases[0]).await.unwrap();
    let sara = clinic.sara().await;
    let mine: Vec<String> =
        sara.client.session().unwrap().me.assignments[0].groups.iter().map(|group| group.id.to_string()).collect();
    let group = targets
        .into_iter()
        .map(|row| Target { kind: row.kind, id: row.id })
        .find(|target| target.kind == TargetKind::Group && mine.contains(&target.id));
    let Some(group) = group else { panic!("Sara belongs to a group") };
    let wish = BulkWish::Give { to: group };
    let rows = anna.client.bulk_preview(cases.clone(), wish.clone()).await.unwrap();
    anna.client.bulk(picks(&rows), wish).await.unwrap();
    anna.outbox_empty().await;
    drop(sara);
    let hold = |config: &mut mottaget_client::ClientConfig| config.bulk_undo = LONG;
    let sara = Person::sign_in_with(&clinic, "Sara Lindqvist", Keys::generate().unwrap(), hold).await;
    let rows = sara.client.bulk_preview(cases.clone(), BulkWish::Take).await.unwrap();
    assert!(rows.iter().all(|row| row.why.is_none()), "{rows:?}");
    let done = sara.client.bulk(picks(&rows), BulkWish::Take).await.unwrap();
    assert_eq!(sara.client.bulk_undo(done.ops).await.unwrap(), 3);
    for case in cases {
        assert!(!sara.client.open_case(case).await.unwrap().row.mine);
    }
}
