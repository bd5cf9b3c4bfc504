//! Starting, stopping, starting again: what was acknowledged is there, and what does not fit is refused politely.

use crate::house::*;
use mottaget_domain::FileKind;
use mottaget_protocol::OpOutcome;
use mottaget_server::{Server, ServerConfig, StartError};
use sqlx::{AnyConnection, Connection};
use std::path::Path;

async fn database(folder: &Path) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(&format!("sqlite://{}/server.db", folder.display())).await.unwrap()
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let mut house = House::open().await;
    let (anna, bo) = (house.staff(ANNA).await, house.resident("Bo ").await);
    let file = bo.upload("/resident/v1", "a.pdf", FileKind::Pdf, pdf("kvar")).await;
    let case = bo.files(BJORKEN, "Fråga", "Finns kvar", vec![file.clone()]).await;
    let op = new_op(BJORKEN, case, note("Också kvar"));
    let outcome = anna.op(&op).await;
    let before = anna.pages(BJORKEN, None, 1000).await;
    let cursor = before.last().unwrap().cursor.clone();
    let token = anna.token.clone().unwrap();
    house.close().await;
    house.reopen().await;
    let anna = house.with_token(&token);
    assert_eq!(anna.pages(BJORKEN, None, 1000).await[0].documents, before[0].documents);
    assert_eq!(anna.op(&op).await, outcome, "even after a restart an op counts once");
    let page = anna.page(BJORKEN, Some(&cursor), 10).await;
    assert!(!page.reset && page.documents.is_empty() && !page.more, "the cursor still holds");
    let down = anna.get(&format!("/api/v1/cases/{case}/attachments/{}", file.id)).await;
    assert_eq!(down.body, pdf("kvar"));
}

async fn refused(config: ServerConfig) -> StartError {
    match Server::start(config).await {
        Ok(_) => panic!("it started"),
        Err(why) => why,
    }
}

#[tokio::test]
async fn a_newer_database_is_refused_and_left_alone() {
    let mut house = House::open().await;
    house.close().await;
    let mut db = database(&house.config.data_dir).await;
    sqlx::query("INSERT INTO migration (version, applied_at) VALUES (9999, 0)").execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    let why = refused(house.config.clone()).await;
    let said = why.to_string();
    assert!(said.starts_with("the database has version 9999; this program knows "), "{said}");
    let mut db = database(&house.config.data_dir).await;
    sqlx::query("DELETE FROM migration WHERE version = 9999").execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    house.reopen().await;
    assert!(!house.staff(ANNA).await.page(BJORKEN, None, 10).await.documents.is_empty());
}

#[tokio::test]
async fn a_folder_is_for_practice_or_not_for_life() {
    let mut house = House::open().await;
    house.close().await;
    let live = ServerConfig { practice: false, ..house.config.clone() };
    assert!(matches!(refused(live).await, StartError::Mode { found, .. } if found == "practice"));
    let folder = tempfile::tempdir().unwrap();
    let config = ServerConfig::new(folder.path(), loopback(), false);
    Server::start(config.clone()).await.unwrap().shutdown().await;
    let practice = ServerConfig { practice: true, ..config };
    assert!(matches!(refused(practice).await, StartError::Mode { found, .. } if found == "live"));
}

#[tokio::test]
async fn one_server_to_a_folder_and_practice_on_this_machine_only() {
    let house = House::open().await;
    assert!(matches!(refused(house.config.clone()).await, StartError::InUse(_)));
    let taken = ServerConfig {
        listen: house.server().address(),
        data_dir: house.folder.path().join("other"),
        ..house.config.clone()
    };
    assert!(matches!(refused(taken).await, StartError::Listen { .. }));
    let open = ServerConfig { listen: "0.0.0.0:0".parse().unwrap(), ..house.config.clone() };
    assert!(matches!(refused(open).await, StartError::NotLoopback));
    let file = house.folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let no_folder = ServerConfig { data_dir: file.join("server"), ..house.config.clone() };
    assert!(matches!(refused(no_folder).await, StartError::Folder { .. }));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_look_into_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::open().await;
    let mut folders = vec![house.config.data_dir.clone()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700, "{folder:?}");
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
                files += 1;
            }
        }
    }
    assert!(files > 8);
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_acknowledged_is_lost() {
    let mut house = House::open().await;
    house.close().await;
    // A quota of what is there already and a little more stands for the full disk.
    let size = std::fs::metadata(house.config.data_dir.join("server.db")).unwrap().len();
    house.config.max_database_bytes = Some(size + 300_000);
    house.reopen().await;
    let (anna, bo) = (house.staff(ANNA).await, house.resident("Bo ").await);
    let case = bo.files(BJORKEN, "Fråga", "Hej", vec![]).await;
    let mut kept = Vec::new();
    let mut refusal = None;
    for n in 0..200 {
        let op = new_op(BJORKEN, case, note(&format!("{n} {}", "å".repeat(9_000))));
        let answer = anna.post("/api/v1/ops", &op).await;
        if answer.status != 200 {
            refusal = Some((answer, op));
            break;
        }
        assert!(matches!(answer.json::<OpOutcome>(), OpOutcome::Accepted { .. }));
        kept.push(n);
    }
    let (answer, op) = refusal.expect("the quota was never reached");
    assert_eq!((answer.status, answer.code().as_str()), (507, "storage-full"));
    assert!(!kept.is_empty());
    let notes = |document: mottaget_protocol::CaseDocument| document.case.notes.len();
    assert_eq!(notes(anna.case(BJORKEN, case).await.unwrap()), kept.len(), "reading goes on");
    let token = anna.token.clone().unwrap();
    house.close().await;
    house.config.max_database_bytes = None;
    house.reopen().await;
    let anna = house.with_token(&token);
    assert_eq!(notes(anna.case(BJORKEN, case).await.unwrap()), kept.len());
    assert!(matches!(anna.op(&op).await, OpOutcome::Accepted { .. }), "with room again, the same op is taken");
}

#[tokio::test]
async fn every_act_and_look_is_in_the_log_once() {
    let mut house = House::open().await;
    let (anna, bo) = (house.staff(ANNA).await, house.resident("Bo ").await);
    let file = bo.upload("/resident/v1", "a.pdf", FileKind::Pdf, pdf("x")).await;
    let case = bo.files(BJORKEN, "Fråga", "Hej", vec![file.clone()]).await;
    let op = new_op(BJORKEN, case, note("x"));
    anna.op(&op).await;
    anna.op(&op).await;
    anna.op(&new_op(BJORKEN, case, mottaget_domain::Command::Take)).await;
    anna.get(&format!("/api/v1/cases/{case}/attachments/{}", file.id)).await;
    bo.opens(case).await;
    let entry = mottaget_protocol::ReadEntry {
        id: uuid::Uuid::new_v4(),
        clinic: hsa(BJORKEN),
        cases: vec![case],
        attachment: None,
        kind: mottaget_protocol::ReadKind::Case,
        at: start_time(),
    };
    let mut elsewhere = entry.clone();
    (elsewhere.id, elsewhere.clinic) = (uuid::Uuid::new_v4(), hsa(LINDEN));
    let batch = mottaget_protocol::ReadBatch { entries: vec![entry.clone(), elsewhere] };
    assert_eq!(anna.post("/api/v1/reads", &batch).await.status, 204);
    assert_eq!(anna.post("/api/v1/reads", &batch).await.status, 204, "sent again after a broken line");
    let too_many = mottaget_protocol::ReadBatch { entries: vec![entry; 501] };
    assert_eq!(anna.post("/api/v1/reads", &too_many).await.code(), "bad-request");
    house.close().await;
    let mut db = database(&house.config.data_dir).await;
    let rows: Vec<(String, String, String, String, String)> = sqlx::query_as(
        "SELECT kind, actor_kind, role, outcome, source FROM access_log WHERE case_id = $1 ORDER BY kind, source, outcome, clinic",
    )
    .bind(case.to_string())
    .fetch_all(&mut db)
    .await
    .unwrap();
    let rows: Vec<[&str; 5]> =
        rows.iter().map(|(a, b, c, d, e)| [a.as_str(), b.as_str(), c.as_str(), d.as_str(), e.as_str()]).collect();
    assert_eq!(
        rows,
        [
            ["fetch-attachment", "staff", "receiver", "allowed", "server"],
            ["note", "staff", "receiver", "allowed", "server"],
            ["read", "staff", "receiver", "allowed", "app"],
            ["read", "staff", "", "not-allowed-now", "app"],
            ["read", "resident", "resident", "allowed", "server"],
            ["submit", "resident", "resident", "allowed", "server"],
            ["take", "staff", "receiver", "forbidden", "server"],
        ]
    );
}
