//! Undo: what was sent can be taken back for some seconds, by anybody entitled, and the resident sees nothing before.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use jiff::{Timestamp, ToSpan};
use journeys::files::fixture;
use journeys::{Clinic, Person, ResidentAtHome};
use mottaget_client::view::{CaseView, Delivery, HeldMessage};
use mottaget_client::{ClientConfig, Clock, Keys, NoticeKind};
use mottaget_domain::clinic::{RegionPolicy, UndoWindow};
use mottaget_domain::{CaseId, CaseState, MessageKind};

/// A clinic whose final replies are held for so long, and a case in Sara's hands.
async fn in_hand(seconds: u16) -> (Clinic, Person, ResidentAtHome, CaseId) {
    let clinic = Clinic::start().await;
    let undo = UndoWindow { final_reply_s: seconds, ..UndoWindow::default() };
    clinic.set_region_policy(&RegionPolicy { undo, ..clinic.region_policy().await }).await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    (clinic, sara, cecilia, case)
}

async fn held(person: &Person) -> Vec<HeldMessage> {
    person.client.held_messages().await.unwrap()
}

/// Long enough that no test waits for its end.
const LONG: u16 = 600;

fn last_is_held(view: &CaseView) -> bool {
    view.messages
        .last()
        .is_some_and(|message| matches!(message.delivery, Delivery::AtServer { release_at: Some(_), .. }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_machine_whose_clock_is_wrong_the_release_is_told_by_that_clock_and_the_person_is_told_of_it() {
    for (hours, fast) in [(24, "true"), (-24, "false")] {
        let clinic = Clinic::start().await;
        let undo = UndoWindow { final_reply_s: LONG, ..UndoWindow::default() };
        clinic.set_region_policy(&RegionPolicy { undo, ..clinic.region_policy().await }).await;
        let cecilia = clinic.cecilia().await;
        let wrong = move || Timestamp::now() + hours.hours();
        let set = |config: &mut ClientConfig| config.clock = Clock::from_fn(wrong);
        let mut sara = Person::sign_in_with(&clinic, "Sara Lindqvist", Keys::generate().unwrap(), set).await;
        let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
        sara.write(case, MessageKind::FinalReply, "Receptet är förnyat.").await.unwrap();
        let view = sara.sees("the held reply", case, |view| last_is_held(view) && view.pending.is_empty()).await;

        let counted_down = |at: Timestamp| (0..=i64::from(LONG) + 2).contains(&at.duration_since(wrong()).as_secs());
        assert!(counted_down(held(&sara).await[0].release_at));
        assert!(
            matches!(view.messages.last().unwrap().delivery, Delivery::AtServer { release_at: Some(at), .. } if counted_down(at))
        );
        let trouble = sara.client.local_trouble().unwrap();
        assert_eq!((trouble.code.as_str(), trouble.facts["fast"].as_str()), ("clock-wrong", fast));
        assert!((1438..=1441).contains(&trouble.facts["minutes"].parse::<i32>().unwrap()), "{trouble:?}");
    }
    let clinic = Clinic::start().await;
    let mut sara = clinic.sara().await;
    sara.connected().await;
    assert_eq!(sara.client.local_trouble(), None, "a clock that is right is no news");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_reply_is_not_called_sent_and_comes_back_whole_when_it_is_taken_back() {
    let (_clinic, mut sara, cecilia, case) = in_hand(LONG).await;
    sara.client.save_draft(case, MessageKind::FinalReply, "Receptet är förnyat.".into()).await.unwrap();
    sara.attach_and_review(case, "svar.pdf", fixture("svar.pdf")).await;
    sara.send(case).await.unwrap();
    let view = sara.sees("the held reply", case, |view| last_is_held(view) && view.pending.is_empty()).await;
    assert_eq!((view.row.state, view.draft), (CaseState::InProgress, None), "nothing is closed before it is sent");
    let message = view.messages.last().unwrap();
    assert!(message.may_take_back);
    assert_eq!(view.undo.final_reply_s, LONG, "the composer can say how long");
    let told = held(&sara).await;
    assert_eq!((told.len(), told[0].message, told[0].resident_name.as_str()), (1, message.id, "Cecilia Forsman"));
    assert!(!told[0].asked_back);
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack."], "the resident sees nothing yet");

    sara.client.withdraw_message(case, message.id).await.unwrap();
    let view = sara.sees("the draft", case, |view| view.draft.is_some() && view.pending.is_empty()).await;
    assert_eq!(view.messages.len(), 1);
    let draft = view.draft.unwrap();
    assert_eq!((draft.text.as_str(), draft.files.len(), draft.files[0].reviewed), ("Receptet är förnyat.", 1, true));
    assert_eq!(held(&sara).await, []);
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack."]);

    // and it goes again when it is sent again
    sara.send(case).await.unwrap();
    let view = sara.sees("held again", case, |view| last_is_held(view) && view.pending.is_empty()).await;
    assert_eq!((view.draft, held(&sara).await.len()), (None, 1));
    sara.outbox_empty().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_colleague_can_take_it_back_when_the_senders_machine_has_died() {
    let (clinic, mut sara, cecilia, case) = in_hand(LONG).await;
    sara.client.save_draft(case, MessageKind::FinalReply, "Till fel person.".into()).await.unwrap();
    sara.attach_and_review(case, "svar.pdf", fixture("svar.pdf")).await;
    sara.send(case).await.unwrap();
    let view = sara.sees("the held reply", case, last_is_held).await;
    let message = view.messages.last().unwrap().id;
    sara.quit().await;
    let mut anna = clinic.anna().await;
    let view = anna.sees("the held reply", case, last_is_held).await;
    assert!(view.messages.last().unwrap().may_take_back, "the receiver is entitled");
    assert_eq!(held(&anna).await, [], "she did not send it");
    // while it may still close the case, the case changes no hands
    assert_eq!(anna.client.targets(case).await.unwrap_err().code(), "pending-message");
    anna.client.withdraw_message(case, message).await.unwrap();
    let view = anna.sees("it gone", case, |view| view.messages.len() == 1 && view.pending.is_empty()).await;
    assert_eq!(view.draft, None, "it is Sara's, not hers");
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack."]);

    // Sara is told, and has every word and file of it back
    sara.restart().await.unwrap();
    let notices = sara.notified().await;
    assert_eq!((notices.len(), notices[0].kind, notices[0].case), (1, NoticeKind::TakenBack, Some(case)));
    let view = sara.sees("it gone", case, |view| view.messages.len() == 1).await;
    assert!(!view.row.state.eq(&CaseState::Closed));
    assert_eq!(held(&sara).await, []);
    comes_back(&mut sara, case).await;
}

/// What was taken back elsewhere lies at the server, and becomes the author's draft again: text, and the file.
async fn comes_back(sara: &mut Person, case: CaseId) {
    sara.connected().await;
    let drafts = sara.client.case_drafts(case).await.unwrap();
    let [lying] = drafts.as_slice() else { panic!("{drafts:?}") };
    assert!(lying.came_back && lying.mine);
    let come = sara.client.take_draft(case, lying.author.clone(), lying.machine).await.unwrap();
    assert_eq!((come.draft.text.as_str(), come.refused.len()), ("Till fel person.", 0));
    let names: Vec<&str> = come.draft.files.iter().map(|file| file.file_name.as_str()).collect();
    assert_eq!(names, ["svar.pdf"]);
    assert_eq!(sara.client.case_drafts(case).await.unwrap(), [], "it is here now");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_back_on_another_computer_than_its_files_are_on_loses_none_of_them() {
    let (clinic, mut sara, cecilia, case) = in_hand(LONG).await;
    sara.client.save_draft(case, MessageKind::FinalReply, "Till fel person.".into()).await.unwrap();
    sara.attach_and_review(case, "svar.pdf", fixture("svar.pdf")).await;
    sara.send(case).await.unwrap();
    sara.sees("the held reply", case, |view| last_is_held(view) && view.pending.is_empty()).await;
    sara.quit().await;
    let mut elsewhere = clinic.sara().await;
    let view = elsewhere.sees("the held reply", case, last_is_held).await;
    let message = view.messages.last().unwrap().id;
    elsewhere.client.withdraw_message(case, message).await.unwrap();
    let view = elsewhere.sees("it gone", case, |view| view.messages.len() == 1 && view.pending.is_empty()).await;
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack."]);
    // the file may have been fetched beforehand; then all of it is here
    match view.draft {
        Some(draft) => assert_eq!((draft.text.as_str(), draft.files.len()), ("Till fel person.", 1)),
        None => comes_back(&mut elsewhere, case).await,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_reply_is_remembered_over_a_restart_of_the_app_and_of_the_server() {
    let (mut clinic, mut sara, cecilia, case) = in_hand(LONG).await;
    sara.write(case, MessageKind::FinalReply, "Receptet är förnyat.").await.unwrap();
    sara.sees("the held reply", case, |view| last_is_held(view) && view.pending.is_empty()).await;
    let before = held(&sara).await;
    sara.quit().await;
    clinic.stop_server().await;
    clinic.start_server().await;
    sara.restart().await.unwrap();
    assert_eq!(held(&sara).await, before);
    sara.connected().await;
    sara.client.withdraw_message(case, before[0].message).await.unwrap();
    sara.sees("the draft", case, |view| view.draft.is_some() && view.pending.is_empty()).await;
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_window_is_over_it_is_sent_once_and_can_not_be_taken_back() {
    let (_clinic, mut sara, cecilia, case) = in_hand(1).await;
    sara.write(case, MessageKind::FinalReply, "Receptet är förnyat.").await.unwrap();
    let sent = |view: &CaseView| matches!(view.messages.last().unwrap().delivery, Delivery::Sent { .. });
    let view = sara.sees("it sent", case, |view| view.messages.len() == 2 && sent(view)).await;
    assert_eq!(view.row.state, CaseState::Closed);
    assert!(!view.messages[1].may_take_back);
    assert_eq!(held(&sara).await, []);
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack.", "Receptet är förnyat."]);
    let refused = sara.client.withdraw_message(case, view.messages[1].id).await.unwrap_err();
    assert_eq!(refused.code(), "already-released");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_still_waits_here_comes_back_at_once_without_a_network() {
    let (_clinic, mut sara, cecilia, case) = in_hand(LONG).await;
    sara.go_offline().await;
    sara.write(case, MessageKind::FinalReply, "Receptet är förnyat.").await.unwrap();
    let message = sara.client.read_case_again(case).await.unwrap().messages.last().unwrap().id;
    assert_eq!(held(&sara).await, [], "the server does not hold it: it is here");
    sara.client.withdraw_message(case, message).await.unwrap();
    let view = sara.client.read_case_again(case).await.unwrap();
    assert_eq!((view.draft.unwrap().text.as_str(), view.pending.len()), ("Receptet är förnyat.", 0));
    sara.come_back().await;
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack."]);
}

/// The composer's next save knows nothing of it yet: it must not write over what has come home.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_comes_back_while_one_is_writing_on_is_not_written_over() {
    let (_clinic, mut sara, _cecilia, case) = in_hand(LONG).await;
    sara.write(case, MessageKind::FinalReply, "Gammalt.").await.unwrap();
    sara.sees("the held reply", case, |view| last_is_held(view) && view.pending.is_empty()).await;
    let message = held(&sara).await[0].message;
    sara.client.save_draft(case, MessageKind::FinalReply, "Nytt".into()).await.unwrap();
    sara.client.withdraw_message(case, message).await.unwrap();
    let whole = "Gammalt.\n\nNytt";
    sara.sees("both", case, |view| view.draft.as_ref().is_some_and(|draft| draft.text == whole)).await;
    let before = Some("Nytt".to_owned());
    let saved =
        sara.client.save_draft_over(case, MessageKind::FinalReply, "Nytt och mer".into(), before).await.unwrap();
    assert_eq!(saved.text, "Gammalt.\n\nNytt och mer");
}
