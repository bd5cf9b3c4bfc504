//! Old cases go when their time is over, and nothing else does (T18).

use crate::house::*;
use jiff::Timestamp;
use mottaget_domain::clinic::Policy;
use mottaget_domain::{Attachment, CaseId, FileKind, MessageKind};
use sqlx::Row;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A case of Astrid's that Sara closed on the house's first day, with a file of each.
async fn closed(house: &House, mark: &str) -> (CaseId, [Attachment; 2]) {
    let (astrid, anna, sara) = (house.resident("Astrid").await, house.staff(ANNA).await, house.staff(SARA).await);
    let hers = astrid.upload("/resident/v1", "fråga.pdf", FileKind::Pdf, pdf("bådas fil")).await;
    let case = astrid.files(BJORKEN, "Förnya recept", "HemligaOrd", vec![hers.clone()]).await;
    anna.does(BJORKEN, case, to_person(SARA)).await;
    let plan = sara.upload("/api/v1", "svar.pdf", FileKind::Pdf, pdf(mark)).await;
    sara.does(BJORKEN, case, says(MessageKind::FinalReply, "HemligaOrd", vec![plan.clone()])).await;
    (case, [hers, plan])
}

fn on_disk(house: &House, file: &Attachment) -> bool {
    let stored = house.config.data_dir.join("attachments").join(&file.sha256[..2]).join(&file.sha256);
    stored.exists()
}

#[tokio::test]
async fn a_closed_case_goes_after_two_years_with_its_files_and_leaves_a_line_in_the_log() {
    let house = House::open().await;
    let (case, files) = closed(&house, "bara hans").await;
    let (anna, sara, astrid) = (house.staff(ANNA).await, house.staff(SARA).await, house.resident("Astrid").await);
    let open = astrid.files(BJORKEN, "Boka tid", "Öppet", vec![]).await;
    let cursors = [anna.page(BJORKEN, None, 1000).await.cursor, sara.page(BJORKEN, None, 1000).await.cursor];

    house.server().sweep(at("2028-11-23T09:14:59Z")).await.unwrap();
    assert!(anna.case(BJORKEN, case).await.is_some(), "not a second too early");
    assert!(house.server().sweep(at("2028-11-23T09:15:00Z")).await.unwrap() > 0);
    assert_eq!(house.server().sweep(at("2028-11-23T09:15:00Z")).await.unwrap(), 0, "once");

    for (person, cursor) in [&anna, &sara].into_iter().zip(&cursors) {
        let pages = person.pages(BJORKEN, Some(cursor), 1000).await;
        assert!(pages.iter().any(|page| page.tombstones.contains(&case)), "their apps let it go");
        assert!(person.case(BJORKEN, case).await.is_none());
        assert_eq!(person.get(&format!("/api/v1/cases/{case}/attachments/{}", files[1].id)).await.code(), "not-found");
    }
    assert_eq!(astrid.get(&format!("/resident/v1/cases/{case}")).await.code(), "not-found");
    assert!(anna.case(BJORKEN, open).await.is_some(), "an open case stays however old it is");
    assert!(files.iter().all(|file| !on_disk(&house, file)));

    let mut db = house.database().await;
    let line = sqlx::query("SELECT actor_kind, object FROM access_log WHERE case_id = $1 AND kind = 'purge'")
        .bind(case.to_string())
        .fetch_one(&mut db)
        .await
        .unwrap();
    let object: String = line.get(1);
    assert_eq!(line.get::<String, _>(0), "system");
    assert!(files.iter().all(|file| object.contains(&file.sha256)) && object.contains("closed=2026-11-23T09:15:00Z"));
    let doc = sqlx::query("SELECT doc FROM case_doc WHERE id = $1").bind(case.to_string()).fetch_one(&mut db).await;
    assert!(!doc.unwrap().get::<String, _>(0).contains("HemligaOrd"));
}

#[tokio::test]
async fn bytes_that_another_case_needs_stay_and_a_longer_retention_is_kept_to() {
    let mut house = House::open().await;
    let (older, [shared, own]) = closed(&house, "den äldres").await;
    house.clock.set(at("2027-06-01T09:00:00Z"));
    let (younger, _) = closed(&house, "den yngres").await;
    // As before it was kept which case needs which bytes: the next start finds out.
    house.close().await;
    let mut db = house.database().await;
    for sql in ["DELETE FROM case_file", "DELETE FROM meta WHERE key = 'files-noted'"] {
        sqlx::query(sql).execute(&mut db).await.unwrap();
    }
    drop(db);
    house.reopen().await;
    let people = house.server().people();
    people.set_policy(&hsa(BJORKEN), &Policy { retention_months: 30, ..Policy::default() }).await.unwrap();
    house.server().sweep(at("2029-01-01T00:00:00Z")).await.unwrap();
    let anna = house.staff(ANNA).await;
    assert!(anna.case(BJORKEN, older).await.is_some(), "this clinic keeps them for thirty months");
    people.set_policy(&hsa(BJORKEN), &Policy::default()).await.unwrap();
    house.server().sweep(at("2029-01-01T00:00:00Z")).await.unwrap();
    assert!(anna.case(BJORKEN, older).await.is_none() && anna.case(BJORKEN, younger).await.is_some());
    assert!(on_disk(&house, &shared) && !on_disk(&house, &own));
    house.server().sweep(at("2029-06-02T00:00:00Z")).await.unwrap();
    assert!(!on_disk(&house, &shared));
}
