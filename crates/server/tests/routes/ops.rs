//! Acts of staff: exactly once, refused for good, never telling more than the person may know.

use crate::house::*;
use mottaget_domain::guard::{FindingKind, GuardWord};
use mottaget_domain::{CaseId, Command, FileKind, MessageKind, OpId, Role};
use mottaget_protocol::OpOutcome;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

async fn house_with_case() -> (House, Person, CaseId) {
    let house = House::open().await;
    let case = house.resident("Bo ").await.files(BJORKEN, "Fråga", "Hej, jag undrar.", vec![]).await;
    let anna = house.staff(ANNA).await;
    (house, anna, case)
}

#[tokio::test]
async fn an_op_sent_twice_or_at_the_same_time_counts_once() {
    let (_house, anna, case) = house_with_case().await;
    let op = new_op(BJORKEN, case, note("Ringde, inget svar."));
    let (first, second, third) = tokio::join!(anna.op(&op), anna.op(&op), anna.op(&op));
    assert_eq!(first, second);
    assert_eq!(second, third);
    assert_eq!(anna.op(&op).await, first);
    assert_eq!(anna.case(BJORKEN, case).await.unwrap().case.notes.len(), 1);
}

#[tokio::test]
async fn an_act_whose_answer_was_lost_is_answered_again_to_its_author_who_lost_the_role_meanwhile() {
    let (house, _anna, case) = house_with_case().await;
    let people = house.server().people();
    let receiver = || BTreeSet::from([Role::Receiver]);
    people.set_roles(&hsa(MAXIMILIANA), &hsa(BJORKEN), &receiver()).await.unwrap();
    people.set_roles(&hsa(MAXIMILIANA), &hsa(LINDEN), &receiver()).await.unwrap();
    let author = house.staff(MAXIMILIANA).await;
    let op = new_op(BJORKEN, case, note("Ringde, inget svar."));
    let told = author.op(&op).await;
    assert!(matches!(told, OpOutcome::Accepted { .. }));
    people.set_roles(&hsa(MAXIMILIANA), &hsa(BJORKEN), &BTreeSet::new()).await.unwrap();
    let author = house.staff(MAXIMILIANA).await;
    assert_eq!(author.op(&op).await, told);

    // nothing else is answered, and nobody else
    let other = mottaget_protocol::Op { command: note("Något annat."), ..op.clone() };
    let elsewhere = author.post("/api/v1/ops", &new_op(BJORKEN, case, note("x"))).await;
    assert_eq!(elsewhere.code(), "not-found");
    assert_eq!(author.post("/api/v1/ops", &other).await.seen(), elsewhere.seen());
    let jonas = house.staff(JONAS).await;
    assert_eq!(jonas.post("/api/v1/ops", &op).await.seen(), elsewhere.seen());
}

#[tokio::test]
async fn an_op_id_stands_for_one_body_and_one_author() {
    let (house, anna, case) = house_with_case().await;
    let op = new_op(BJORKEN, case, note("Det första."));
    anna.op(&op).await;
    let mut other = op.clone();
    other.command = note("Det andra.");
    let answer = anna.post("/api/v1/ops", &other).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "op-id-reused"));
    let eva = house.staff("SE2321000016-P004").await;
    assert_eq!(eva.post("/api/v1/ops", &op).await.code(), "op-id-reused");
    let notes = anna.case(BJORKEN, case).await.unwrap().case.notes;
    assert_eq!(notes.iter().map(|note| note.text.as_str()).collect::<Vec<_>>(), ["Det första."]);
}

#[tokio::test]
async fn what_the_rules_refuse_stays_refused_and_comes_home_with_the_feed() {
    let (_house, anna, case) = house_with_case().await;
    let cursor = anna.pages(BJORKEN, None, 1000).await.pop().unwrap().cursor;
    let op = new_op(BJORKEN, case, says(MessageKind::FinalReply, "Jag är ingen handläggare.", vec![]));
    let first = anna.op(&op).await;
    let OpOutcome::Rejected(why) = &first else { panic!("a receiver can't answer") };
    assert_eq!(why.code, "forbidden");
    assert_eq!(anna.op(&op).await, first);
    let pages = anna.pages(BJORKEN, Some(&cursor), 1000).await;
    assert_eq!(pages[0].rejected, vec![why.clone()]);
    assert!(pages[0].documents.is_empty());
    assert_eq!(pages[0].seq, pages.last().unwrap().seq);
}

#[tokio::test]
async fn a_case_of_another_clinic_and_one_that_does_not_exist_are_refused_in_the_same_words() {
    let house = House::open().await;
    let bo = house.resident("Bo ").await;
    let (here, there) = (house.staff(ANNA).await, bo.files(LINDEN, "Fråga", "Till Linden", vec![]).await);
    let own = bo.files(BJORKEN, "Fråga", "Till Björken", vec![]).await;
    let sara = house.staff(SARA).await;
    let op = new_op(BJORKEN, there, note("x"));
    let unknown = mottaget_protocol::Op { case: CaseId::random(), id: OpId::random(), ..op.clone() };
    let words = |answer: Answer, op: &mottaget_protocol::Op| {
        assert_eq!(answer.status, 200);
        answer.text().replace(&op.case.to_string(), "CASE").replace(&op.id.to_string(), "OP")
    };
    let foreign = words(here.post("/api/v1/ops", &op).await, &op);
    assert!(foreign.contains("\"not-found\""));
    assert_eq!(foreign, words(here.post("/api/v1/ops", &unknown).await, &unknown));
    let mut endless = new_op(BJORKEN, there, note("x"));
    endless.signature = Some("x".repeat(1001));
    let mut endless_unknown = new_op(BJORKEN, CaseId::random(), note("x"));
    endless_unknown.signature.clone_from(&endless.signature);
    let long = words(here.post("/api/v1/ops", &endless).await, &endless);
    assert_eq!(long, words(here.post("/api/v1/ops", &endless_unknown).await, &endless_unknown));
    let not_hers = new_op(BJORKEN, own, note("x"));
    assert_eq!(foreign, words(sara.post("/api/v1/ops", &not_hers).await, &not_hers));
}

#[tokio::test]
async fn acting_at_a_clinic_without_a_role_there_is_not_found() {
    let (_house, anna, case) = house_with_case().await;
    let foreign = anna.post("/api/v1/ops", &new_op(LINDEN, case, note("x"))).await;
    let unknown = anna.post("/api/v1/ops", &new_op("SE2321000016-NOWHERE", case, note("x"))).await;
    assert_eq!(foreign.code(), "not-found");
    assert_eq!(foreign.seen(), unknown.seen());
}

#[tokio::test]
async fn a_file_must_be_brought_by_its_sender_and_be_what_it_says() {
    let (house, anna, case) = house_with_case().await;
    let sara = house.staff(SARA).await;
    let bytes = pdf("bara Saras");
    sara.upload("/api/v1", "a.pdf", FileKind::Pdf, bytes.clone()).await;
    let file = attachment("a.pdf", FileKind::Pdf, &bytes);
    let op = new_op(BJORKEN, case, says(MessageKind::PartialReply, "Se filen", vec![file.clone()]));
    let answer = anna.post("/api/v1/ops", &op).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "file-not-uploaded"));
    anna.upload("/api/v1", "a.pdf", FileKind::Pdf, bytes).await;
    assert!(matches!(anna.op(&op).await, OpOutcome::Accepted { .. }), "once uploaded, the same op is taken");

    let again = mottaget_domain::Attachment { id: mottaget_domain::AttachmentId::random(), ..file.clone() };
    let eva = house.staff("SE2321000016-P004").await;
    eva.does(BJORKEN, case, says(MessageKind::PartialReply, "Samma fil", vec![again.clone()])).await;
    for (lie, code) in [
        (
            mottaget_domain::Attachment { size: 7, id: mottaget_domain::AttachmentId::random(), ..file.clone() },
            "file-type-mismatch",
        ),
        (
            mottaget_domain::Attachment {
                kind: FileKind::Png,
                file_name: "a.png".into(),
                id: mottaget_domain::AttachmentId::random(),
                ..file.clone()
            },
            "file-type-mismatch",
        ),
        (file.clone(), "id-used"),
    ] {
        match anna.op(&new_op(BJORKEN, case, says(MessageKind::PartialReply, "Se filen", vec![lie]))).await {
            OpOutcome::Rejected(why) => assert_eq!(why.code, code),
            OpOutcome::Accepted { .. } => panic!("a lie was taken"),
        }
    }
    let eleven = (0..11).map(|_| again.clone()).collect();
    match anna.op(&new_op(BJORKEN, case, says(MessageKind::PartialReply, "Elva", eleven))).await {
        OpOutcome::Rejected(why) => assert_eq!(why.code, "too-many-files"),
        OpOutcome::Accepted { .. } => panic!("eleven files were taken"),
    }
}

#[tokio::test]
async fn two_who_take_the_same_case_one_gets_it() {
    let (house, anna, case) = house_with_case().await;
    let directory =
        anna.get(&format!("/api/v1/clinics/{BJORKEN}/directory")).await.json::<mottaget_protocol::Directory>();
    let group = directory.groups.iter().find(|group| group.members.contains(&hsa(SARA))).unwrap();
    let to = mottaget_domain::Assignee::Group { id: group.id };
    anna.does(BJORKEN, case, Command::Distribute { to, from: None, reason: None, partial_reply: None }).await;
    let (sara, maja) = (house.staff(SARA).await, house.staff("SE2321000016-P007").await);
    let (first, second) = (new_op(BJORKEN, case, Command::Take), new_op(BJORKEN, case, Command::Take));
    let (first, second) = tokio::join!(sara.op(&first), maja.op(&second));
    let refused: Vec<String> = [first, second]
        .into_iter()
        .filter_map(|outcome| match outcome {
            OpOutcome::Rejected(why) => Some(why.code),
            OpOutcome::Accepted { .. } => None,
        })
        .collect();
    assert_eq!(refused, ["already-taken"]);
}

#[tokio::test]
async fn what_can_not_be_understood_is_a_problem_document() {
    let (_house, anna, case) = house_with_case().await;
    for (body, code) in [
        (json!({ "id": "x" }), "bad-request"),
        (json!(null), "bad-request"),
        (
            json!({ "id": OpId::random(), "clinic": "Björken", "case": case, "command": { "command": "take" } }),
            "bad-request",
        ),
        (json!({ "text": "x".repeat(3_000_000) }), "too-large"),
    ] {
        assert_eq!(anna.post("/api/v1/ops", &body).await.code(), code);
    }
    let not_json =
        anna.request(reqwest::Method::POST, "/api/v1/ops").header("content-type", "application/json").body("{");
    assert_eq!(anna.send(not_json).await.code(), "bad-request");
    assert_eq!(anna.request(reqwest::Method::DELETE, "/api/v1/ops").send().await.unwrap().status(), 405);
    for reserved in [Command::Purge, Command::LoseAssignee] {
        match anna.op(&new_op(BJORKEN, case, reserved)).await {
            OpOutcome::Rejected(why) => assert_eq!(why.code, "forbidden"),
            OpOutcome::Accepted { .. } => panic!("only the system may"),
        }
    }
}

/// A final reply with this word of the guard.
fn with_word(guard: Option<GuardWord>) -> Command {
    let mut command = says(MessageKind::FinalReply, "Svaret.", vec![]);
    command.message_mut().unwrap().guard = guard;
    command
}

#[tokio::test]
async fn a_message_that_no_guard_has_seen_is_refused_and_what_was_confirmed_is_on_record() {
    let (house, anna, case) = house_with_case().await;
    let sara = house.staff(SARA).await;
    anna.does(BJORKEN, case, to_person(SARA)).await;
    for unseen in [None, Some(GuardWord { edition: 0, ..GuardWord::clear() })] {
        let refused = sara.post("/api/v1/ops", &new_op(BJORKEN, case, with_word(unseen))).await;
        assert_eq!((refused.status, refused.code().as_str()), (422, "not-guarded"));
    }
    assert_eq!(sara.case(BJORKEN, case).await.unwrap().case.messages.len(), 1);

    let confirmed = BTreeMap::from([(FindingKind::IdentityNumber, 1), (FindingKind::PersonName, 1)]);
    let op = new_op(BJORKEN, case, with_word(Some(GuardWord { confirmed, unsearched: 1, ..GuardWord::clear() })));
    assert!(matches!(sara.op(&op).await, OpOutcome::Accepted { .. }));
    let told = serde_json::to_value(sara.case(BJORKEN, case).await.unwrap().case.history).unwrap();
    let held = told.as_array().unwrap().iter().find(|row| row["what"]["event"] == "messageHeld").unwrap();
    let expected =
        json!({"edition": 1, "confirmed": {"identityNumber": 1, "personName": 1}, "unsearched": 1, "typed": false});
    assert_eq!(held["what"]["guard"], expected);
    let logged = house.log_objects("send-final-reply").await;
    assert_eq!(logged, ["guard: 2 confirmed (identityNumber 1, personName 1), 1 files not searched"]);
}

#[tokio::test]
async fn nothing_goes_to_protected_identity_without_a_typed_proof() {
    let house = House::open().await;
    let case = house.resident("Petra").await.files(BJORKEN, "Fråga", "Hej, jag undrar.", vec![]).await;
    let (anna, sara) = (house.staff(ANNA).await, house.staff(SARA).await);
    // who may not write to her learns nothing of it
    let op = new_op(BJORKEN, case, with_word(Some(GuardWord::clear())));
    assert!(matches!(sara.op(&op).await, OpOutcome::Rejected(why) if why.code == "not-found"));
    anna.does(BJORKEN, case, to_person(SARA)).await;
    let refused = sara.post("/api/v1/ops", &new_op(BJORKEN, case, with_word(Some(GuardWord::clear())))).await;
    assert_eq!((refused.status, refused.code().as_str()), (422, "not-guarded"));
    let typed = GuardWord { typed: true, ..GuardWord::clear() };
    assert!(matches!(sara.op(&new_op(BJORKEN, case, with_word(Some(typed)))).await, OpOutcome::Accepted { .. }));
    assert_eq!(house.log_objects("send-final-reply").await, ["guard: typed"]);
}
