//! The main job from end to end, and messages that are held back.

use crate::events::Stream;
use crate::house::*;
use mottaget_domain::case::Sender;
use mottaget_domain::clinic::{Policy, UndoWindow};
use mottaget_domain::guard::GuardWord;
use mottaget_domain::lifecycle::Compose;
use mottaget_domain::{Assignee, CaseState, Command, FileKind, MessageId, MessageKind};
use mottaget_protocol::resident::{NewReply, ResidentState};
use mottaget_protocol::{OpOutcome, Preferences};
use std::time::Duration;

#[tokio::test]
async fn a_case_arrives_is_distributed_asked_about_answered_and_read() {
    let house = House::open().await;
    let (astrid, anna, sara) = (house.resident("Astrid").await, house.staff(ANNA).await, house.staff(SARA).await);
    let photo = astrid.upload("/resident/v1", "receptet.pdf", FileKind::Pdf, pdf("från Astrid")).await;
    let case = astrid.files(BJORKEN, "Förnya recept", "Mitt recept är slut.", vec![photo.clone()]).await;
    assert_eq!(astrid.opens(case).await.state, ResidentState::Sent);

    let seen = anna.case(BJORKEN, case).await.unwrap();
    assert_eq!(seen.case.state, CaseState::New);
    assert!(seen.resident.name.starts_with("Astrid"));
    assert!(sara.case(BJORKEN, case).await.is_none(), "a handler sees only what is hers");
    let word = Compose {
        message: MessageId::random(),
        text: "Vi har fått den.".into(),
        attachments: vec![],
        based_on: 1,
        guard: Some(GuardWord::clear()),
    };
    let to = Assignee::Person { hsa_id: hsa(SARA) };
    anna.does(BJORKEN, case, Command::Distribute { to, from: None, reason: None, partial_reply: Some(word) }).await;

    sara.does(BJORKEN, case, says(MessageKind::CounterQuestion, "Vilken styrka?", vec![])).await;
    let open = astrid.opens(case).await;
    assert_eq!((open.state, open.may_answer), (ResidentState::QuestionToYou, true));
    let reply = NewReply { message: MessageId::random(), text: "50 mg".into(), attachments: vec![] };
    let path = format!("/resident/v1/cases/{case}/replies");
    assert_eq!(astrid.post(&path, &reply).await.status, 200);
    assert_eq!(astrid.post(&path, &reply).await.status, 200, "the same answer again is no new answer");

    let plan = sara.upload("/api/v1", "plan.pdf", FileKind::Pdf, pdf("från Sara")).await;
    sara.does(BJORKEN, case, says(MessageKind::FinalReply, "Förnyat!", vec![plan.clone()])).await;
    let done = astrid.opens(case).await;
    assert_eq!((done.state, done.may_answer), (ResidentState::Closed, false));
    let texts: Vec<&str> = done.messages.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["Mitt recept är slut.", "Vi har fått den.", "Vilken styrka?", "50 mg", "Förnyat!"]);
    assert_eq!(done.messages[4].from, "Sara Lindqvist, Distriktssköterska");
    let file = astrid.get(&format!("/resident/v1/cases/{case}/attachments/{}", plan.id)).await;
    assert_eq!((file.status, file.body), (200, pdf("från Sara")));
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"plan.pdf\"; filename*=UTF-8''plan.pdf");
    assert_eq!(file.headers["x-content-type-options"], "nosniff");
    let theirs = sara.get(&format!("/api/v1/cases/{case}/attachments/{}", photo.id)).await;
    assert_eq!((theirs.status, theirs.body), (200, pdf("från Astrid")));

    let read = sara.case(BJORKEN, case).await.unwrap().case;
    assert_eq!(read.state, CaseState::Closed);
    assert!(read.messages.iter().filter(|m| m.from_staff()).all(|m| m.read_by_resident_at == Some(start_time())));
}

#[tokio::test]
async fn the_signature_is_the_one_under_the_text_else_the_chosen_one() {
    let house = House::open().await;
    let (astrid, anna) = (house.resident("Astrid").await, house.staff(ANNA).await);
    let case = astrid.files(BJORKEN, "Boka tid", "Hej", vec![]).await;
    let signature = |case: mottaget_domain::Case| match case.messages.into_iter().next_back().unwrap().sender {
        Sender::Staff { signature, .. } => signature,
        Sender::Resident { .. } => panic!("staff wrote last"),
    };
    let partial = || says(MessageKind::PartialReply, "Vi återkommer.", vec![]);
    anna.does(BJORKEN, case, partial()).await;
    assert_eq!(signature(anna.case(BJORKEN, case).await.unwrap().case), "Anna Nyström\nSjuksköterska");
    let chosen = Preferences {
        signature: "Hälsningar Anna".into(),
        notify_new_case: false,
        notify_assigned: true,
        notify_answered: true,
        notify_mentioned: true,
        sign_as: mottaget_domain::signature::SignAs::Person,
        views: Vec::new(),
    };
    let kept: Preferences = anna.put("/api/v1/me/preferences", &chosen).await.json();
    assert_eq!(kept, chosen);
    anna.does(BJORKEN, case, partial()).await;
    assert_eq!(signature(anna.case(BJORKEN, case).await.unwrap().case), "Hälsningar Anna");
    let mut op = new_op(BJORKEN, case, partial());
    op.signature = Some("Anna, i kassan".into());
    assert!(matches!(anna.op(&op).await, OpOutcome::Accepted { release_at: None, .. }));
    assert_eq!(signature(anna.case(BJORKEN, case).await.unwrap().case), "Anna, i kassan");
    let too_long = Preferences { signature: "x".repeat(2000), ..chosen };
    assert_eq!(anna.put("/api/v1/me/preferences", &too_long).await.code(), "text-too-long");
}

/// A house in which everything is held for thirty seconds, with a case whose answer is held.
async fn with_a_held_answer() -> (House, Person, mottaget_domain::CaseId, mottaget_domain::Attachment, MessageId) {
    let house = House::open().await;
    let policy = Policy { undo: Some(UndoWindow { final_reply_s: 30, ..UndoWindow::default() }), ..Policy::default() };
    house.server().people().set_policy(&hsa(BJORKEN), &policy).await.unwrap();
    let (astrid, anna, sara) = (house.resident("Astrid").await, house.staff(ANNA).await, house.staff(SARA).await);
    let case = astrid.files(BJORKEN, "Boka tid", "Hej", vec![]).await;
    anna.does(BJORKEN, case, to_person(SARA)).await;
    let file = sara.upload("/api/v1", "svar.pdf", FileKind::Pdf, pdf("hemligt")).await;
    let message = Compose {
        message: MessageId::random(),
        text: "Svaret".into(),
        attachments: vec![file.clone()],
        based_on: 9,
        guard: Some(GuardWord::clear()),
    };
    let id = message.message;
    let op = new_op(BJORKEN, case, Command::Send { kind: MessageKind::FinalReply, message });
    let until = start_time() + Duration::from_secs(30);
    assert!(matches!(sara.op(&op).await, OpOutcome::Accepted { release_at: Some(at), .. } if at == until));
    (house, astrid, case, file, id)
}

#[tokio::test]
async fn a_held_message_and_its_files_are_unseen_until_its_time_and_then_released_once() {
    let (house, astrid, case, file, _) = with_a_held_answer().await;
    let sara = house.staff(SARA).await;
    let path = format!("/resident/v1/cases/{case}/attachments/{}", file.id);
    assert_eq!(astrid.opens(case).await.messages.len(), 1);
    let beside = sara.op(&new_op(BJORKEN, case, note("x"))).await;
    assert!(
        matches!(beside, OpOutcome::Accepted { release_at: None, .. }),
        "only the op that brought it tells its release"
    );
    assert_eq!(astrid.get(&path).await.code(), "not-found");
    let mut stream = Stream::open(&sara).await;
    let before = stream.moved().await.1;
    house.clock.advance(Duration::from_secs(31));
    assert_eq!(stream.moved_beyond(BJORKEN, before).await, before + 1);
    assert_eq!(astrid.opens(case).await.messages.len(), 2);
    assert_eq!(astrid.get(&path).await.body, pdf("hemligt"));
    house.clock.advance(Duration::from_secs(600));
    let seen = sara.case(BJORKEN, case).await.unwrap().case;
    assert_eq!(seen.state, CaseState::Closed);
    let released = |entry: &&mottaget_domain::case::HistoryEntry| {
        matches!(entry.what, mottaget_domain::case::Happening::MessageReleased { .. })
    };
    assert_eq!(seen.history.iter().filter(released).count(), 1);
}

#[tokio::test]
async fn what_fell_due_while_the_server_was_down_is_released_when_it_is_up() {
    let (mut house, _, case, _, _) = with_a_held_answer().await;
    house.close().await;
    house.clock.advance(Duration::from_secs(3600));
    house.reopen().await;
    let sara = house.staff(SARA).await;
    let mut stream = Stream::open(&sara).await;
    loop {
        if sara.case(BJORKEN, case).await.unwrap().case.state == CaseState::Closed {
            break;
        }
        stream.moved().await;
    }
    let astrid = house.resident("Astrid").await;
    assert_eq!(astrid.opens(case).await.messages.len(), 2);
}

#[tokio::test]
async fn a_message_that_can_not_be_released_holds_up_no_other() {
    let (house, astrid, case, file, message) = with_a_held_answer().await;
    // Something is wrong with this one alone: its line can't be written into the log.
    let mut db = house.database().await;
    let trigger = format!(
        "CREATE TRIGGER broken BEFORE INSERT ON access_log WHEN NEW.id = 'release:{message}' \
         BEGIN SELECT RAISE(ABORT, 'broken'); END"
    );
    sqlx::query(sqlx::AssertSqlSafe(trigger)).execute(&mut db).await.unwrap();
    house.clock.advance(Duration::from_secs(1));
    let (bo, anna, sara) = (house.resident("Bo ").await, house.staff(ANNA).await, house.staff(SARA).await);
    let other = bo.files(BJORKEN, "Boka tid", "Hej", vec![]).await;
    anna.does(BJORKEN, other, to_person(SARA)).await;
    sara.does(BJORKEN, other, says(MessageKind::FinalReply, "Svaret till Bo", vec![])).await;
    let mut stream = Stream::open(&sara).await;
    stream.moved().await;
    house.clock.advance(Duration::from_secs(60));
    while sara.case(BJORKEN, other).await.unwrap().case.state != CaseState::Closed {
        stream.moved().await;
    }
    assert_eq!(bo.opens(other).await.messages.len(), 2);
    assert_eq!(astrid.opens(case).await.messages.len(), 1, "the broken one is still held");
    let path = format!("/resident/v1/cases/{case}/attachments/{}", file.id);
    assert_eq!(astrid.get(&path).await.code(), "not-found");

    // once it can be, it is released without anybody's doing
    sqlx::query("DROP TRIGGER broken").execute(&mut db).await.unwrap();
    while sara.case(BJORKEN, case).await.unwrap().case.state != CaseState::Closed {
        stream.moved().await;
    }
    assert_eq!(astrid.opens(case).await.messages.len(), 2);
}

#[tokio::test]
async fn a_held_message_can_be_taken_back_by_anybody_entitled_but_not_once_it_is_out() {
    let (house, astrid, case, _, message) = with_a_held_answer().await;
    let anna = house.staff(ANNA).await;
    anna.does(BJORKEN, case, Command::WithdrawMessage { message, kept_here: true }).await;
    house.clock.advance(Duration::from_secs(60));
    assert_eq!(astrid.opens(case).await.messages.len(), 1);
    match anna.op(&new_op(BJORKEN, case, Command::WithdrawMessage { message, kept_here: true })).await {
        OpOutcome::Rejected(why) => assert_eq!(why.code, "already-released"),
        OpOutcome::Accepted { .. } => panic!("there is nothing to take back"),
    }
}
