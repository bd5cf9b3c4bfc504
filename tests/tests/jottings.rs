//! Internal words that are being written (a note, why a case is closed or given to somebody else): kept on the machine until they
//! are handed over or thrown away, whatever happens to program, session and case meanwhile.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::person::list;
use journeys::{Clinic, Person};
use mottaget_client::Client;
use mottaget_client::view::{CaseView, JottingKind, Scope, Target, TargetKind};
use mottaget_domain::{CaseId, CaseState, CloseReason, MessageKind};

fn texts(view: &CaseView) -> Vec<(JottingKind, &str)> {
    view.jottings.iter().map(|there| (there.kind, there.text.as_str())).collect()
}

/// What the list of drafts says of each of its cases: what was begun there.
async fn drafts(person: &Person) -> Vec<(CaseId, Vec<JottingKind>)> {
    let page = person.client.list(list(Scope::Drafts)).await.unwrap();
    page.rows.into_iter().map(|row| (row.id, row.jottings.into_iter().collect())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_that_were_being_written_when_the_program_was_killed_are_there_at_the_next_start() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = Person::sign_in_to_be_killed(&clinic, "Sara Lindqvist", |_| ()).await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    for kind in JottingKind::ALL {
        for text in ["R", "Ring i", "Ring i morgon"] {
            sara.client.keep_jotting(case, kind, text.into()).await.unwrap();
        }
    }
    sara.kill().await;
    sara.restart().await.unwrap();
    let view = sara.client.open_case(case).await.unwrap();
    assert_eq!(texts(&view), JottingKind::ALL.map(|kind| (kind, "Ring i morgon")));
    assert_eq!(drafts(&sara).await, [(case, JottingKind::ALL.to_vec())], "nobody forgets them");
    assert_eq!(sara.client.counts(None).await.unwrap().drafts, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_outlast_a_sign_out_and_the_case_going_to_somebody_else() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let (mut sara, mut anna) = (clinic.sara().await, clinic.anna().await);
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    sara.client.keep_jotting(case, JottingKind::Note, "Ring i".into()).await.unwrap();
    sara.client.sign_out().await.unwrap();

    anna.sees("with Sara", case, |view| view.row.state == CaseState::InProgress).await;
    anna.give_to(case, "Omar Haddad").await.unwrap();
    anna.outbox_empty().await;
    sara.sign_in_again().await.unwrap();
    sara.has_not(case).await;
    let among = async |client: Client| Some(client.stray_jottings().await.unwrap()).filter(|strays| !strays.is_empty());
    let strays = sara.until("the words among those of cases that have left", among).await;
    assert_eq!(strays.iter().map(|stray| (stray.case, stray.text.as_str())).collect::<Vec<_>>(), [(case, "Ring i")]);
    let counts = sara.client.counts(None).await.unwrap();
    assert_eq!((counts.drafts, counts.stray_drafts), (0, 1));
    // nothing is refused because the case has gone
    sara.client.keep_jotting(case, JottingKind::Note, "Ring i morgon.".into()).await.unwrap();

    // it comes back: the words are in it, and are gone once they have been handed over
    anna.give_to(case, "Sara Lindqvist").await.unwrap();
    anna.outbox_empty().await;
    let view = sara.sees("back", case, |_| true).await;
    assert_eq!(texts(&view), [(JottingKind::Note, "Ring i morgon.")]);
    assert_eq!(sara.client.stray_jottings().await.unwrap(), []);
    sara.client.add_note(case, "Ring i morgon.".into()).await.unwrap();
    let view = sara.client.read_case_again(case).await.unwrap();
    assert_eq!((view.jottings, view.notes[0].text.as_str()), (Vec::new(), "Ring i morgon."));
    assert_eq!(drafts(&sara).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_keeps_words_in_a_case_that_was_never_theirs() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    let jonas = clinic.jonas().await;
    let refused = jonas.client.keep_jotting(case, JottingKind::Note, "Hej".into()).await.unwrap_err();
    assert_eq!(refused.code(), "not-found");
    sara.client.keep_jotting(case, JottingKind::Note, "Hej".into()).await.unwrap();
    sara.client.keep_jotting(case, JottingKind::Note, String::new()).await.unwrap();
    assert_eq!(sara.client.read_case_again(case).await.unwrap().jottings, [], "thrown away");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_closing_that_is_given_up_leaves_its_words_on_the_disk() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = Person::sign_in_to_be_killed(&clinic, "Sara Lindqvist", |_| ()).await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    sara.write(case, MessageKind::CounterQuestion, "Vilken styrka?").await.unwrap();
    sara.outbox_empty().await;
    let read = sara.sees("the question", case, |view| view.messages.len() == 2).await.thread_version;
    sara.go_offline().await;
    cecilia.answer(case, "Det har blivit mycket värre!").await;
    let why = || Some("Ringde, klart.".to_owned());
    sara.client.keep_jotting(case, JottingKind::Closing, "Ringde, klart.".into()).await.unwrap();
    let op = sara.client.close_case(case, CloseReason::HandledByPhone, why(), false, Some(read)).await.unwrap();
    assert_eq!(sara.client.read_case_again(case).await.unwrap().jottings, [], "handed over");
    sara.come_back().await;
    assert_eq!(sara.stopped(op).await, "thread-moved");
    sara.client.outbox_to_draft(op).await.unwrap();

    sara.kill().await;
    sara.restart().await.unwrap();
    sara.connected().await;
    let view = sara.sees("the answer", case, |view| view.messages.len() == 3).await;
    assert_eq!(texts(&view), [(JottingKind::Closing, "Ringde, klart.")]);
    assert_eq!(drafts(&sara).await, [(case, vec![JottingKind::Closing])]);
    let seen = Some(view.thread_version);
    sara.client.close_case(case, CloseReason::HandledByPhone, why(), false, seen).await.unwrap();
    let view = sara.sees("the closing", case, |view| view.row.state == CaseState::Closed).await;
    assert_eq!(view.jottings, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_a_case_was_to_go_to_somebody_is_kept_when_somebody_else_was_quicker() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let (mut sara, mut anna) = (clinic.sara().await, clinic.anna().await);
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    anna.sees("with Sara", case, |view| view.row.state == CaseState::InProgress).await;
    let (seen, omar) = (sara.seen(case).await, sara.target(case, "Omar Haddad").await);
    sara.go_offline().await;
    let reason = Some("Han känner henne.".to_owned());
    let op = sara.client.distribute(case, omar, seen, false, reason).await.unwrap();
    let group = anna.client.targets(case).await.unwrap().into_iter().find(|one| one.kind == TargetKind::Group).unwrap();
    let seen = anna.seen(case).await;
    let to = Target { kind: group.kind, id: group.id };
    anna.client.distribute(case, to, seen, false, None).await.unwrap();
    anna.outbox_empty().await;
    sara.come_back().await;
    sara.stopped(op).await;
    sara.client.outbox_to_draft(op).await.unwrap();
    let view = sara.client.read_case_again(case).await;
    let here = view.map(|view| view.jottings).unwrap_or_default();
    let words = [here, sara.client.stray_jottings().await.unwrap()].concat();
    assert_eq!((words.len(), words[0].kind), (1, JottingKind::Redistribution));
    assert_eq!(words[0].text, "Han känner henne.");
}
