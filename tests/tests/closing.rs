//! Closing: a reply that waits here has not closed anything yet; without a reply, the resident can be told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::Clinic;
use mottaget_client::ClientError;
use mottaget_client::view::{ActName, CaseView};
use mottaget_domain::clinic::{RegionPolicy, UndoWindow};
use mottaget_domain::{CaseState, CloseReason, MessageKind};

fn why_not(view: &CaseView, act: ActName) -> Option<&'static str> {
    view.acts.iter().find(|state| state.act == act).unwrap().why_not
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reopening_is_not_offered_before_the_closing_reply_has_gone() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    sara.go_offline().await;
    sara.write(case, MessageKind::FinalReply, "Receptet är förnyat.").await.unwrap();
    let view = sara.client.read_case_again(case).await.unwrap();
    assert_eq!(view.row.state, CaseState::InProgress, "nothing counts as done before it is");
    assert_eq!(why_not(&view, ActName::Reopen), Some("not-closed"));
    assert!(why_not(&view, ActName::FinalReply).is_some(), "nor is a second reply");

    sara.come_back().await;
    let view = sara.sees("the closing", case, |view| view.row.state == CaseState::Closed).await;
    assert_eq!(why_not(&view, ActName::Reopen), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closed_without_a_reply_the_resident_is_told_offline_or_not_and_only_then_it_is_closed() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    sara.go_offline().await;
    let close = async |with| sara.client.close_case(case, CloseReason::WrongClinic, None, with, None).await;
    assert_eq!(close(false).await.unwrap_err().code(), "reason-missing", "the resident would never know why");
    assert_eq!(close(true).await.unwrap_err().code(), "no-draft");
    sara.client.save_draft(case, MessageKind::PartialReply, "Vi återkommer.".into()).await.unwrap();
    assert_eq!(close(true).await.unwrap_err().code(), "no-draft", "what was meant as something else is not sent so");
    let text = "Vi har inte hand om det här. Vänd dig till Stranden.";
    sara.client.save_draft(case, MessageKind::Closure, text.into()).await.unwrap();
    close(true).await.unwrap();

    let view = sara.client.read_case_again(case).await.unwrap();
    assert_eq!(view.row.state, CaseState::InProgress, "nothing counts as done before it is");
    assert_eq!(view.draft, None);
    let waits = view.messages.last().unwrap();
    assert_eq!((waits.kind, waits.text.as_str()), (MessageKind::Closure, text));
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack."]);

    sara.come_back().await;
    sara.sees("the closing", case, |view| view.row.state == CaseState::Closed).await;
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack.", text]);
}

/// The screen of the one who closes had not shown it: without a network, or because it came in that very moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_not_closed_over_what_the_resident_wrote_meanwhile() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    sara.write(case, MessageKind::CounterQuestion, "Vilken styrka?").await.unwrap();
    sara.outbox_empty().await;
    let read = sara.sees("the question", case, |view| view.messages.len() == 2).await.thread_version;
    sara.go_offline().await;
    cecilia.answer(case, "Det har blivit mycket värre!").await;
    let why = Some("Ringde, klart.".to_owned());
    let op = sara.client.close_case(case, CloseReason::HandledByPhone, why.clone(), false, Some(read)).await.unwrap();
    sara.come_back().await;
    assert_eq!(sara.stopped(op).await, "thread-moved");
    let view = sara.client.open_case(case).await.unwrap();
    assert_eq!((view.row.state, view.messages.len()), (CaseState::InProgress, 3), "open, with the answer in it");

    // it can't be pressed through unread; given up, and read, the case is closed as before
    assert_eq!(sara.client.outbox_retry(op).await.unwrap_err().code(), "thread-moved");
    sara.client.outbox_to_draft(op).await.unwrap();
    let words = sara.client.read_case_again(case).await.unwrap().jottings;
    assert_eq!((words.len(), Some(&words[0].text)), (1, why.as_ref()), "the internal words are given back");
    let again = sara.client.close_case(case, CloseReason::HandledByPhone, None, false, Some(read)).await;
    assert_eq!(again.unwrap_err().code(), "thread-moved", "what was on the screen before still is not what is here");
    let seen = Some(view.thread_version);
    sara.client.close_case(case, CloseReason::HandledByPhone, None, false, seen).await.unwrap();
    sara.sees("the closing", case, |view| view.row.state == CaseState::Closed).await;
}

/// Long enough that no test waits for its end.
const LONG: u16 = 600;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_at_the_closing_is_guarded_and_can_be_taken_back() {
    let clinic = Clinic::start().await;
    let undo = UndoWindow { final_reply_s: LONG, ..UndoWindow::default() };
    clinic.set_region_policy(&RegionPolicy { undo, ..clinic.region_policy().await }).await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    let close = async |sara: &journeys::Person| {
        sara.client.close_case(case, CloseReason::HandledByPhone, Some("Ringde.".into()), true, None).await
    };
    sara.client.save_draft(case, MessageKind::Closure, "Vi talade om Bertil Strand.".into()).await.unwrap();
    assert!(matches!(close(&sara).await.unwrap_err(), ClientError::Guarded { count: 1 }));

    let text = "Vi talade i telefon i dag.";
    sara.client.save_draft(case, MessageKind::Closure, text.into()).await.unwrap();
    close(&sara).await.unwrap();
    let view = sara.sees("the held message", case, |view| view.messages.iter().any(|one| one.may_take_back)).await;
    assert_eq!(view.row.state, CaseState::InProgress);
    let held = view.messages.iter().find(|one| one.may_take_back).unwrap().id;
    sara.client.withdraw_message(case, held).await.unwrap();
    let view = sara.sees("the draft back", case, |view| view.draft.is_some()).await;
    let draft = view.draft.unwrap();
    assert_eq!((draft.kind, draft.text.as_str()), (MessageKind::Closure, text));
    assert_eq!((view.row.state, view.close_reason), (CaseState::InProgress, None));
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack."]);
}
