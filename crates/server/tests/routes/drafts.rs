//! Copies of what staff are writing: who keeps them, who is told, who may take one over, and how they go.

use crate::house::*;
use jiff::Timestamp;
use mottaget_domain::case::{Happening, HistoryEntry};
use mottaget_domain::draft::MAX_DRAFT_TEXT;
use mottaget_domain::{Attachment, CaseId, Command, FileKind, MessageKind, OpId, Role};
use mottaget_protocol::{DraftCopy, DraftHead, DraftKept, TakeDraft, TakenDraft};
use serde_json::Value;
use sqlx::Row;
use std::collections::BTreeSet;
use std::time::Duration;

use MessageKind::{FinalReply, PartialReply};

/// A case at Björken that is Sara's.
async fn scene(house: &House) -> (CaseId, Person, Person) {
    let (anna, sara) = (house.staff(ANNA).await, house.staff(SARA).await);
    let case = house.resident("Bo ").await.files(BJORKEN, "Fråga", "Hej", vec![]).await;
    anna.does(BJORKEN, case, to_person(SARA)).await;
    (case, anna, sara)
}

fn at(case: CaseId) -> String {
    format!("/api/v1/clinics/{BJORKEN}/cases/{case}/draft")
}

impl Person {
    async fn keeps(&self, case: CaseId, copy: &DraftCopy) -> u64 {
        self.put(&at(case), copy).await.json::<DraftKept>().version
    }

    async fn heads(&self, case: CaseId) -> Vec<DraftHead> {
        self.get(&format!("{}s", at(case))).await.json()
    }

    async fn takes(&self, case: CaseId, author: &str, wish: &TakeDraft) -> Answer {
        self.post(&format!("{}s/{author}/take", at(case)), wish).await
    }

    async fn ends(&self, case: CaseId, copy: &DraftCopy, version: u64) -> u16 {
        self.delete(&format!("{}?machine={}&version={version}", at(case), copy.machine)).await.status
    }

    async fn fetches(&self, case: CaseId, file: &Attachment) -> Answer {
        self.get(&format!("/api/v1/cases/{case}/attachments/{}", file.id)).await
    }
}

fn newer(copy: &DraftCopy, text: &str) -> DraftCopy {
    DraftCopy { version: copy.version + 1, text: text.to_owned(), ..copy.clone() }
}

fn is_gone(house: &House, file: &Attachment) -> bool {
    !house.config.data_dir.join("attachments").join(&file.sha256[..2]).join(&file.sha256).exists()
}

async fn taken_lines(person: &Person, case: CaseId) -> Vec<HistoryEntry> {
    let history = person.case(BJORKEN, case).await.unwrap().case.history;
    history.into_iter().filter(|entry| matches!(entry.what, Happening::DraftTaken { .. })).collect()
}

#[tokio::test]
async fn a_copy_is_told_of_without_a_word_of_it_and_only_the_newest_counts() {
    let house = House::open().await;
    let (case, anna, sara) = scene(&house).await;
    let file = sara.upload("/api/v1", "plan.pdf", FileKind::Pdf, pdf("x")).await;
    let first = draft(3, FinalReply, "HemligaOrd", vec![file]);
    assert_eq!(sara.keeps(case, &first).await, 3);
    house.clock.advance(Duration::from_secs(60));
    let second = DraftCopy { updated_at: house_now(&house), ..newer(&first, "HemligaOrd 🩺 åäö") };
    assert_eq!(sara.keeps(case, &second).await, 4);
    // what comes late or again changes nothing, and says how far the server is
    for late in [&first, &second, &DraftCopy { text: "Annat".into(), ..second.clone() }] {
        assert_eq!(sara.keeps(case, late).await, 4);
    }
    for (viewer, mine) in [(&anna, false), (&sara, true)] {
        let answer = viewer.get(&format!("{}s", at(case))).await;
        assert!(!answer.text().contains("HemligaOrd") && !answer.text().contains("plan.pdf"));
        let [head] = &answer.json::<Vec<DraftHead>>()[..] else { panic!("{}", answer.text()) };
        assert_eq!((head.author.as_str(), head.author_name.as_str()), (SARA, "Sara Lindqvist"));
        assert_eq!((head.version, head.kind, head.characters, head.files), (4, FinalReply, 16, 1));
        assert_eq!((head.updated_at, head.mine, head.taken.clone()), (second.updated_at, mine, None));
    }
    // a clock that is ahead dates nothing into the future
    let ahead = DraftCopy { updated_at: "2030-01-01T00:00:00Z".parse().unwrap(), ..newer(&second, "Mer") };
    sara.keeps(case, &ahead).await;
    assert_eq!(anna.heads(case).await[0].updated_at, house_now(&house));
}

fn house_now(house: &House) -> Timestamp {
    use mottaget_server::Clock;
    house.clock.now()
}

#[tokio::test]
async fn the_newest_twenty_are_kept_and_none_of_another_computers_goes_for_them() {
    let house = House::open().await;
    let (case, anna, sara) = scene(&house).await;
    let other = draft(1, FinalReply, "På en annan dator", vec![]);
    sara.keeps(case, &other).await;
    let mut copy = draft(1, FinalReply, "0", vec![]);
    for n in 1..=30 {
        copy = newer(&copy, &n.to_string());
        sara.keeps(case, &copy).await;
    }
    let mut db = house.database().await;
    let rows = sqlx::query("SELECT version FROM draft_copy WHERE machine = $1 ORDER BY version")
        .bind(copy.machine.to_string())
        .fetch_all(&mut db)
        .await
        .unwrap();
    let versions: Vec<i64> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(versions, (12..=31).collect::<Vec<i64>>());
    assert_eq!(anna.heads(case).await.len(), 2, "two computers are two drafts");
}

#[tokio::test]
async fn who_could_send_it_takes_it_over_once_and_everybody_sees_that() {
    let house = House::open().await;
    let (case, anna, sara) = scene(&house).await;
    let maxi = house.staff(MAXIMILIANA).await;
    house
        .server()
        .people()
        .set_roles(&hsa(MAXIMILIANA), &hsa(BJORKEN), &BTreeSet::from([Role::Handler]))
        .await
        .unwrap();
    let file = sara.upload("/api/v1", "plan.pdf", FileKind::Pdf, pdf("planen")).await;
    let copy = draft(7, FinalReply, "HemligaOrd till dig", vec![file.clone()]);
    sara.keeps(case, &copy).await;
    let wish = take_from(&copy);
    // a receiver reads the case and may not answer it; a handler whose case it is not learns nothing of it
    assert_eq!(anna.takes(case, SARA, &wish).await.code(), "forbidden");
    assert_eq!(maxi.takes(case, SARA, &wish).await.code(), "not-found");
    assert_eq!(maxi.get(&format!("{}s", at(case))).await.code(), "not-found");
    assert_eq!(anna.fetches(case, &file).await.code(), "not-found", "being told is not having");

    anna.does(BJORKEN, case, moved(SARA, MAXIMILIANA)).await;
    assert_eq!(maxi.fetches(case, &file).await.code(), "not-found");
    let cursor = maxi.pages(BJORKEN, None, 1000).await.pop().unwrap().cursor;
    let taken: TakenDraft = maxi.takes(case, SARA, &wish).await.json();
    assert_eq!(taken.copy, copy);
    let down = maxi.fetches(case, &file).await;
    assert_eq!((down.status, sha256_hex(&down.body)), (200, file.sha256.clone()));

    let entries = taken_lines(&maxi, case).await;
    let [line] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!((Some(line.seq), line.op, line.thread_version), (taken.seq, Some(wish.op), None));
    assert!(line.who.is_staff(&hsa(MAXIMILIANA)));
    let Happening::DraftTaken { author, name, kind, machine, version } = &line.what else { panic!() };
    assert_eq!((author.as_str(), name.as_str(), *kind), (SARA, "Sara Lindqvist", FinalReply));
    assert_eq!((*machine, *version), (copy.machine, 7));
    let page = maxi.pages(BJORKEN, Some(&cursor), 1000).await.pop().unwrap();
    assert!(page.settled.iter().any(|settled| settled.op == wish.op), "it is an act of theirs like any other");

    // the same wish is answered with the same words, also when the author has written on, sent or thrown away
    sara.keeps(case, &newer(&copy, "Annat")).await;
    assert_eq!(sara.ends(case, &copy, 9).await, 204);
    let again: TakenDraft = maxi.takes(case, SARA, &wish).await.json();
    assert_eq!(again, taken);
    assert_eq!(taken_lines(&maxi, case).await.len(), 1);
    assert_eq!(maxi.fetches(case, &file).await.status, 200, "what was taken stays");
    assert_eq!(maxi.takes(case, SARA, &take_from(&copy)).await.code(), "draft-gone");
    assert_eq!(maxi.takes(case, ANNA, &wish).await.code(), "op-id-reused");
    assert_eq!(anna.takes(case, SARA, &wish).await.code(), "op-id-reused", "somebody else's");

    let mut db = house.database().await;
    let sql = "SELECT actor, object, outcome, role FROM access_log WHERE kind = 'draft-taken' AND case_id = $1 ORDER BY outcome";
    let rows = sqlx::query(sql).bind(case.to_string()).fetch_all(&mut db).await.unwrap();
    let lines: Vec<[String; 4]> = rows.iter().map(|row| [0, 1, 2, 3].map(|n| row.get(n))).collect();
    assert_eq!(
        lines,
        [[MAXIMILIANA, SARA, "allowed", "handler"], [ANNA, SARA, "forbidden", "receiver"]]
            .map(|l| l.map(str::to_owned))
    );
}

/// Whoever stands in for somebody is told of what they are writing, and gets it with the case, not before.
#[tokio::test]
async fn a_substitute_takes_the_case_over_first_and_then_what_was_written_in_it() {
    let house = House::open().await;
    let (case, anna, sara) = scene(&house).await;
    let omar = house.staff(OMAR).await;
    let copy = draft(3, FinalReply, "HemligaOrd till dig", vec![]);
    sara.keeps(case, &copy).await;
    let wish = take_from(&copy);
    assert_eq!(omar.takes(case, SARA, &wish).await.code(), "not-found", "nobody is away yet");

    assert_eq!(anna.says_away(SARA, "2026-11-23", "2026-11-24", Some(OMAR)).await.status, 200);
    let heads = omar.heads(case).await;
    assert_eq!(heads.iter().map(|head| head.author.as_str()).collect::<Vec<_>>(), [SARA]);
    let refused = omar.takes(case, SARA, &wish).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "take-over-first"));
    assert!(!refused.text().contains("HemligaOrd"));

    omar.does(BJORKEN, case, Command::TakeOver { from: hsa(SARA) }).await;
    let taken: TakenDraft = omar.takes(case, SARA, &wish).await.json();
    assert_eq!(taken.copy, copy);
    assert!(taken_lines(&omar, case).await[0].who.is_staff(&hsa(OMAR)));
    let mut db = house.database().await;
    let sql =
        "SELECT outcome FROM access_log WHERE kind = 'draft-taken' AND case_id = $1 AND actor = $2 ORDER BY outcome";
    let rows = sqlx::query(sql).bind(case.to_string()).bind(OMAR).fetch_all(&mut db).await.unwrap();
    let outcomes: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(outcomes, ["allowed", "take-over-first"]);
}

#[tokio::test]
async fn the_heads_say_who_took_it_over_until_it_is_begun_anew() {
    let house = House::open().await;
    let (case, anna, sara) = scene(&house).await;
    let copy = draft(1, PartialReply, "Vi återkommer", vec![]);
    sara.keeps(case, &copy).await;
    assert_eq!(anna.takes(case, SARA, &take_from(&copy)).await.status, 200, "a receiver may send a partial reply");
    let taken = anna.heads(case).await.remove(0).taken.unwrap();
    assert_eq!((taken.by.as_str(), taken.name.as_str(), taken.version), (ANNA, "Anna Nyström", 1));
    let again = newer(&copy, "Vi återkommer i dag");
    sara.keeps(case, &again).await;
    assert!(sara.heads(case).await[0].taken.is_some(), "it is the same draft, further on");
    assert_eq!(sara.ends(case, &copy, 3).await, 204);
    sara.keeps(case, &DraftCopy { version: 4, ..again }).await;
    assert_eq!(anna.heads(case).await[0].taken, None);
}

#[tokio::test]
async fn what_has_been_sent_is_not_offered_even_before_its_writer_says_so() {
    let house = House::open().await;
    let (case, anna, sara) = scene(&house).await;
    let copy = draft(1, PartialReply, "Vi återkommer", vec![]);
    sara.keeps(case, &copy).await;
    house.clock.advance(Duration::from_secs(2));
    sara.does(BJORKEN, case, says(PartialReply, "Vi återkommer", vec![])).await;
    assert_eq!(anna.heads(case).await, []);
    assert_eq!(anna.takes(case, SARA, &take_from(&copy)).await.code(), "draft-gone");
    assert_eq!(sara.heads(case).await.len(), 1, "its author may have it on a computer that has not said so yet");
    // she writes on
    house.clock.advance(Duration::from_secs(2));
    sara.keeps(case, &newer(&copy, "Och en sak till")).await;
    assert_eq!(anna.heads(case).await.len(), 1);
}

#[tokio::test]
async fn own_words_from_another_computer_are_read_and_nothing_happens_in_the_case() {
    let house = House::open().await;
    let (case, anna, sara) = scene(&house).await;
    let file = sara.upload("/api/v1", "plan.pdf", FileKind::Pdf, pdf("planen")).await;
    let copy = draft(5, FinalReply, "Från jobbdatorn", vec![file.clone()]);
    sara.keeps(case, &copy).await;
    let before = anna.case(BJORKEN, case).await.unwrap();
    let taken: TakenDraft = sara.takes(case, SARA, &take_from(&copy)).await.json();
    assert_eq!(taken, TakenDraft { copy: copy.clone(), seq: None });
    assert_eq!(sara.fetches(case, &file).await.body, pdf("planen"));
    assert_eq!(anna.case(BJORKEN, case).await.unwrap(), before);
    assert_eq!(house.log_objects("draft-fetched").await, [SARA]);
    // the message that could not be sent now can still be had by who wrote it
    anna.does(BJORKEN, case, note("x")).await;
    let elsewhere = TakeDraft { op: OpId::random(), ..take_from(&draft(1, FinalReply, "", vec![])) };
    assert_eq!(sara.takes(case, SARA, &elsewhere).await.code(), "draft-gone");
}

#[tokio::test]
async fn writing_goes_on_where_the_case_was_given_away_and_begins_nowhere_else() {
    let house = House::open().await;
    let (case, anna, sara) = scene(&house).await;
    let copy = draft(1, FinalReply, "Halva svaret", vec![]);
    sara.keeps(case, &copy).await;
    anna.does(BJORKEN, case, moved(SARA, OMAR)).await;
    assert_eq!(sara.get(&format!("{}s", at(case))).await.code(), "not-found", "she does not read it any more");
    let on = newer(&copy, "Halva svaret, och mer");
    assert_eq!(sara.keeps(case, &on).await, 2);
    assert_eq!(anna.heads(case).await[0].characters, 21);
    let omar = house.staff(OMAR).await;
    let taken: TakenDraft = omar.takes(case, SARA, &take_from(&on)).await.json();
    assert_eq!(taken.copy.text, "Halva svaret, och mer");
    assert_eq!(sara.ends(case, &on, 3).await, 204, "what is thrown away is thrown away");
    assert_eq!(sara.put(&at(case), &DraftCopy { version: 4, ..on.clone() }).await.code(), "not-found");
    // neither a colleague's case nor another clinic's is written in
    let maxi = house.staff(MAXIMILIANA).await;
    for who in [&maxi, &house.staff(JONAS).await, &house.staff(NILS).await] {
        assert_eq!(who.put(&at(case), &on).await.code(), "not-found");
        assert_eq!(who.delete(&at(case)).await.code(), "not-found");
    }
}

#[tokio::test]
async fn what_arrives_late_brings_nothing_back() {
    let house = House::open().await;
    let (case, anna, sara) = scene(&house).await;
    let copy = draft(4, FinalReply, "Skickat sedan länge", vec![]);
    assert_eq!(sara.ends(case, &copy, 5).await, 204, "the end of it overtakes the copy");
    assert_eq!(sara.keeps(case, &copy).await, 5);
    assert_eq!(anna.heads(case).await, []);
    // and an end that comes late takes nothing that was begun since
    let anew = DraftCopy { version: 6, ..copy.clone() };
    sara.keeps(case, &anew).await;
    assert_eq!(sara.ends(case, &copy, 5).await, 204);
    assert_eq!(anna.heads(case).await[0].version, 6);
    assert_eq!(sara.delete(&at(case)).await.status, 204, "everything of hers");
    assert_eq!(anna.heads(case).await, []);
    for end in ["?version=3", &format!("?machine={}", copy.machine), &format!("?machine={}&version=0", copy.machine)] {
        assert_eq!(sara.delete(&format!("{}{end}", at(case))).await.code(), "bad-request", "{end}");
    }
}

#[tokio::test]
async fn a_copy_is_checked_as_what_is_sent_but_may_be_ten_times_as_long() {
    let house = House::open().await;
    let (case, anna, sara) = scene(&house).await;
    for text in ["å".repeat(MAX_DRAFT_TEXT), "\u{1}".repeat(MAX_DRAFT_TEXT), "👩🏽‍⚕️ \u{202b}שלום\u{202c}".repeat(5_000)]
    {
        let copy = draft(1, FinalReply, &text, vec![]);
        sara.keeps(case, &copy).await;
        let taken: TakenDraft = sara.takes(case, SARA, &take_from(&copy)).await.json();
        assert!(taken.copy.text == text, "every character of it");
    }
    assert_eq!(anna.heads(case).await.len(), 3);
    let file = sara.upload("/api/v1", "a.pdf", FileKind::Pdf, pdf("x")).await;
    let never = attachment("b.pdf", FileKind::Pdf, &pdf("y"));
    let annas = anna.upload("/api/v1", "c.pdf", FileKind::Pdf, pdf("z")).await;
    let wrong = Attachment { size: file.size + 1, ..file.clone() };
    for (kind, text, files, code) in [
        (FinalReply, "å".repeat(MAX_DRAFT_TEXT + 1), vec![], "text-too-long"),
        (FinalReply, "x".into(), vec![file.clone(); 11], "too-many-files"),
        (FinalReply, "x".into(), vec![never], "file-not-uploaded"),
        (FinalReply, "x".into(), vec![annas], "file-not-uploaded"),
        (FinalReply, "x".into(), vec![wrong], "file-type-mismatch"),
        (MessageKind::ResidentReply, "x".into(), vec![], "forbidden"),
    ] {
        let copy = draft(1, kind, &text, files);
        assert_eq!(sara.put(&at(case), &copy).await.code(), code);
        assert_eq!(sara.takes(case, SARA, &take_from(&copy)).await.code(), "draft-gone", "nothing of it is kept");
    }
}

#[tokio::test]
async fn bytes_stay_as_long_as_a_draft_names_them_and_go_with_it() {
    let house = House::open().await;
    let (case, anna, sara) = scene(&house).await;
    let own = sara.upload("/api/v1", "egen.pdf", FileKind::Pdf, pdf("bara utkastets")).await;
    let sent = sara.upload("/api/v1", "sänd.pdf", FileKind::Pdf, pdf("som skickas")).await;
    let both = sara.upload("/api/v1", "bådas.pdf", FileKind::Pdf, pdf("bådas")).await;
    anna.upload("/api/v1", "bådas.pdf", FileKind::Pdf, pdf("bådas")).await;
    let mut copy = draft(1, PartialReply, "Se bilagor", vec![own.clone(), sent.clone(), both.clone()]);
    sara.keeps(case, &copy).await;
    sara.does(BJORKEN, case, says(PartialReply, "Se bilaga", vec![sent.clone()])).await;
    assert!([&own, &sent, &both].iter().all(|file| !is_gone(&house, file)));
    assert_eq!(sara.ends(case, &copy, 1).await, 204);
    assert!(is_gone(&house, &own), "nobody needs it");
    assert!(!is_gone(&house, &sent), "the case does");
    assert!(!is_gone(&house, &both), "a colleague has brought it for something of hers");
    // taken out of the draft, a file goes when no version names it any more
    let own = sara.upload("/api/v1", "egen.pdf", FileKind::Pdf, pdf("bara utkastets")).await;
    copy = DraftCopy { version: 2, files: vec![own.clone()], ..copy };
    sara.keeps(case, &copy).await;
    for n in 3..=21 {
        copy = DraftCopy { version: n, files: vec![], ..copy };
        sara.keeps(case, &copy).await;
    }
    assert!(!is_gone(&house, &own));
    sara.keeps(case, &DraftCopy { version: 22, ..copy }).await;
    assert!(is_gone(&house, &own));
    // what is to be sent after all is asked for again
    let answer = sara.post("/api/v1/ops", &new_op(BJORKEN, case, says(PartialReply, "Se bilaga", vec![own]))).await;
    assert_eq!(answer.code(), "file-not-uploaded");
}

#[tokio::test]
async fn the_resident_never_sees_anything_of_it() {
    let house = House::open().await;
    let (case, anna, sara) = scene(&house).await;
    let bo = house.resident("Bo ").await;
    let (before, whole) =
        (bo.get("/resident/v1/cases").await.value(), bo.get(&format!("/resident/v1/cases/{case}")).await.value());
    let file = sara.upload("/api/v1", "plan.pdf", FileKind::Pdf, pdf("planen")).await;
    let copy = draft(1, PartialReply, "HemligaOrd", vec![file.clone()]);
    sara.keeps(case, &copy).await;
    assert_eq!(anna.takes(case, SARA, &take_from(&copy)).await.status, 200);
    assert_eq!(bo.get("/resident/v1/cases").await.value(), before);
    assert_eq!(bo.get(&format!("/resident/v1/cases/{case}")).await.value(), whole);
    let path = format!("/resident/v1/cases/{case}/attachments/{}", file.id);
    assert_eq!(bo.get(&path).await.code(), "not-found");
    for path in [at(case), format!("{}s", at(case)), format!("{}s/{SARA}/take", at(case))] {
        for answer in [bo.get(&path).await, bo.post(&path, &Value::Null).await, bo.put(&path, &copy).await] {
            assert!([401, 405].contains(&answer.status), "{path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn a_purged_case_takes_all_that_was_written_in_it_along() {
    let house = House::open().await;
    let (case, anna, sara) = scene(&house).await;
    let file = sara.upload("/api/v1", "plan.pdf", FileKind::Pdf, pdf("planen")).await;
    let copy = draft(1, PartialReply, "HemligaOrd", vec![file.clone()]);
    sara.keeps(case, &copy).await;
    assert_eq!(anna.takes(case, SARA, &take_from(&copy)).await.status, 200);
    sara.does(BJORKEN, case, says(FinalReply, "Klart.", vec![])).await;
    assert!(house.server().sweep("2028-12-01T00:00:00Z".parse().unwrap()).await.unwrap() > 0);
    let mut db = house.database().await;
    for table in ["draft_line", "draft_copy", "draft_taken", "draft_file"] {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let left: i64 = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(&mut db).await.unwrap().get(0);
        assert_eq!(left, 0, "{table}");
    }
    assert!(is_gone(&house, &file));
    assert_eq!(sara.put(&at(case), &newer(&copy, "För sent")).await.code(), "not-found");
}

#[tokio::test]
async fn copies_are_there_again_after_a_restart() {
    let mut house = House::open().await;
    let (case, anna, sara) = scene(&house).await;
    let copy = draft(1, PartialReply, "Vi återkommer", vec![]);
    sara.keeps(case, &copy).await;
    let wish = take_from(&copy);
    let taken: TakenDraft = anna.takes(case, SARA, &wish).await.json();
    house.close().await;
    house.reopen().await;
    let anna = house.staff(ANNA).await;
    assert_eq!(anna.heads(case).await.len(), 1);
    assert_eq!(anna.takes(case, SARA, &wish).await.json::<TakenDraft>(), taken);
}
