//! Drafts: written against what the person has read, kept when the case goes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::files::fixture;
use journeys::{Clinic, Mode, Person, ResidentAtHome};
use mottaget_client::Client;
use mottaget_client::view::{CaseView, Delivery, JottingKind, OutboxRow, PreviewSource};
use mottaget_domain::{CaseId, CaseState, CloseReason, MessageKind};
use mottaget_protocol::Doing;

/// A case that Sara has in hand, in which she has asked something.
async fn asked(clinic: &Clinic, sara: &mut Person, cecilia: &ResidentAtHome) -> CaseId {
    let case = sara.takes_on(clinic, cecilia, "Mer zoprimaxin, tack.", &[]).await;
    sara.write(case, MessageKind::CounterQuestion, "Hur mycket har du kvar?").await.unwrap();
    sara.outbox_empty().await;
    sara.sees("the question", case, |view| view.messages.len() == 2).await;
    case
}

/// What is new, as "who event" lines.
fn news(view: &CaseView) -> Vec<String> {
    let rows = view.news.iter().flat_map(|news| &news.rows);
    rows.map(|row| format!("{} {}", row.what.who, row.what.event)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_is_held_until_the_person_says_that_they_have_read_what_is_new() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = asked(&clinic, &mut sara, &cecilia).await;
    sara.client.save_draft(case, MessageKind::FinalReply, "Jag förnyar".into()).await.unwrap();
    assert_eq!(news(&sara.client.read_case_again(case).await.unwrap()), [] as [&str; 0]);

    cecilia.answer(case, "Ingenting alls!").await;
    let view = sara.sees("the answer", case, |view| view.messages.len() == 3).await;
    assert_eq!(news(&view), ["resident residentReplied"]);
    let first = view.news.unwrap();
    assert_eq!(first.rows[0].message, Some(view.messages[2].id), "what is new can be read where it is said");

    // it was on the screen, and writing goes on: neither says that it was read
    sara.client.save_draft(case, MessageKind::FinalReply, "Jag förnyar.".into()).await.unwrap();
    for _ in 0..2 {
        assert_eq!(sara.client.send_draft(case).await.unwrap_err().code(), "thread-moved");
    }
    // nor does emptying the field and writing anew
    sara.client.save_draft(case, MessageKind::FinalReply, String::new()).await.unwrap();
    sara.client.save_draft(case, MessageKind::FinalReply, "Jag förnyar.".into()).await.unwrap();
    assert_eq!(sara.client.send_draft(case).await.unwrap_err().code(), "thread-moved");
    // nor does a restart
    sara.restart().await.unwrap();
    sara.connected().await;
    assert_eq!(news(&sara.client.open_case(case).await.unwrap()), ["resident residentReplied"]);

    // somebody else writes while she reads: her word counts for what she had before her
    let mut anna = clinic.anna().await;
    anna.has(case).await;
    anna.write(case, MessageKind::PartialReply, "Vi hörs i dag.").await.unwrap();
    anna.outbox_empty().await;
    sara.sees("Anna's words", case, |view| view.messages.len() == 4).await;
    sara.client.acknowledge_news(case, first.version).await.unwrap();
    let view = sara.client.read_case_again(case).await.unwrap();
    assert_eq!(news(&view), ["Anna Nyström messageHeld"]);
    assert_eq!(sara.client.send_draft(case).await.unwrap_err().code(), "thread-moved");

    sara.client.acknowledge_news(case, view.news.unwrap().version).await.unwrap();
    assert_eq!(sara.client.read_case_again(case).await.unwrap().news, None);
    sara.client.send_draft(case).await.unwrap();
    sara.outbox_empty().await;
    let texts =
        ["Mer zoprimaxin, tack.", "Hur mycket har du kvar?", "Ingenting alls!", "Vi hörs i dag.", "Jag förnyar."];
    assert_eq!(cecilia.texts(case).await, texts);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_vouches_for_what_has_not_come_yet() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = asked(&clinic, &mut sara, &cecilia).await;
    sara.client.save_draft(case, MessageKind::FinalReply, "Jag förnyar.".into()).await.unwrap();
    sara.client.acknowledge_news(case, u32::MAX).await.unwrap();
    cecilia.answer(case, "Ingenting alls!").await;
    let view = sara.sees("the answer", case, |view| view.messages.len() == 3).await;
    assert_eq!(news(&view), ["resident residentReplied"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_that_went_away_and_came_back_says_so_and_own_acts_are_no_news() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut eva = clinic.eva().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Gärna på fredag.", &[]).await;
    eva.has(case).await;
    eva.client.open_case(case).await.unwrap();
    eva.client.save_draft(case, MessageKind::PartialReply, "Vi ser på det.".into()).await.unwrap();
    // her own hand moves the case, beside the draft
    eva.give_to(case, "Eva Bergström").await.unwrap();
    let waiting = eva.client.read_case_again(case).await.unwrap();
    assert_eq!(news(&waiting), [] as [&str; 0]);
    eva.outbox_empty().await;
    let home = eva.sees("hers", case, |view| view.row.mine && view.pending.is_empty()).await;
    assert_eq!(news(&home), [] as [&str; 0]);

    let mut anna = clinic.anna().await;
    anna.sees("with Eva", case, |view| view.row.assignee.is_some()).await;
    anna.give_to(case, "Sara Lindqvist").await.unwrap();
    anna.outbox_empty().await;
    let view = eva.sees("redistributed", case, |view| !view.row.mine).await;
    assert_eq!(news(&view), ["Anna Nyström redistributed"]);
    assert_eq!(view.news.unwrap().rows[0].what.facts["to"], "Sara Lindqvist");
    assert_eq!(eva.client.send_draft(case).await.unwrap_err().code(), "thread-moved");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_that_was_overtaken_offline_comes_back_beside_what_is_new() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = asked(&clinic, &mut sara, &cecilia).await;
    sara.go_offline().await;
    // own work that waits counts the thread's versions on, and must not hide what comes in between
    sara.write(case, MessageKind::PartialReply, "Vi arbetar på det.").await.unwrap();
    let op = sara.write(case, MessageKind::FinalReply, "Jag förnyar ändå.").await.unwrap();
    cecilia.answer(case, "Ingenting alls!").await;
    sara.come_back().await;
    let first = sara.client.outbox().await.unwrap()[0].op;
    assert_eq!(sara.stopped(first).await, "thread-moved", "the server has the last word");
    sara.sees("the answer", case, |view| view.messages.iter().any(|there| there.text == "Ingenting alls!")).await;

    // sending it once more changes nothing as long as nobody has read
    assert_eq!(sara.client.outbox_retry(first).await.unwrap_err().code(), "thread-moved");
    sara.client.outbox_to_draft(first).await.unwrap();
    // the next in the lane goes now, and is held for the same reason
    assert_eq!(sara.stopped(op).await, "thread-moved");
    sara.client.outbox_to_draft(op).await.unwrap();
    let view = sara.client.read_case_again(case).await.unwrap();
    assert_eq!(view.draft.as_ref().unwrap().text, "Jag förnyar ändå.\n\nVi arbetar på det.");
    assert_eq!(news(&view), ["resident residentReplied"]);
    assert_eq!(sara.client.send_draft(case).await.unwrap_err().code(), "thread-moved");
    sara.client.acknowledge_news(case, view.news.unwrap().version).await.unwrap();
    sara.client.send_draft(case).await.unwrap();
    sara.outbox_empty().await;
    assert_eq!(cecilia.texts(case).await.last().unwrap(), "Jag förnyar ändå.\n\nVi arbetar på det.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_draft_of_a_case_that_has_left_can_be_read_and_thrown_away() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    sara.client.save_draft(case, MessageKind::FinalReply, "Halva svaret".into()).await.unwrap();
    sara.attach_and_review(case, "svar.pdf", fixture("svar.pdf")).await;
    assert_eq!(sara.client.stray_drafts().await.unwrap(), [], "its case is here");

    let mut anna = clinic.anna().await;
    anna.sees("with Sara", case, |view| view.row.state == CaseState::InProgress).await;
    anna.give_to(case, "Omar Haddad").await.unwrap();
    anna.outbox_empty().await;
    sara.has_not(case).await;
    let strays = sara.client.stray_drafts().await.unwrap();
    assert_eq!(strays.len(), 1);
    assert_eq!((strays[0].case, strays[0].text.as_str()), (case, "Halva svaret"));
    assert_eq!(strays[0].files[0].file_name, "svar.pdf");
    let counts = sara.client.counts(None).await.unwrap();
    assert_eq!((counts.drafts, counts.stray_drafts), (0, 1));

    // the case comes back: the draft is where it was
    anna.give_to(case, "Sara Lindqvist").await.unwrap();
    anna.outbox_empty().await;
    let view = sara.sees("back", case, |_| true).await;
    assert_eq!(view.draft.unwrap().text, "Halva svaret");
    assert_eq!(sara.client.stray_drafts().await.unwrap(), []);

    anna.sees("with Sara again", case, |view| view.row.state == CaseState::AssignedPerson).await;
    anna.give_to(case, "Omar Haddad").await.unwrap();
    anna.outbox_empty().await;
    sara.has_not(case).await;
    sara.client.discard_draft(case).await.unwrap();
    assert_eq!(sara.client.stray_drafts().await.unwrap(), []);
    assert_eq!(sara.client.counts(None).await.unwrap().stray_drafts, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_cases_are_being_fetched_no_draft_is_called_stray() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    sara.client.save_draft(case, MessageKind::FinalReply, "Halva svaret".into()).await.unwrap();
    sara.quit().await;
    // the mirror is gone, and there is no network to fill it again
    mottaget_store::Store::discard_mirror(&sara.profile_folder()).unwrap();
    sara.line.set(Mode::Cut);
    let signed_in = sara.restart().await;
    if signed_in.is_ok() {
        assert_eq!(sara.client.stray_drafts().await.unwrap(), []);
    }
    sara.line.set(Mode::Open);
    sara.sign_in_again().await.unwrap();
    sara.has(case).await;
    assert_eq!(sara.client.stray_drafts().await.unwrap(), []);
}

/// A note of Sara's that is stopped because the case went to somebody else meanwhile.
async fn stopped_note(clinic: &Clinic, sara: &mut Person, anna: &mut Person, cecilia: &ResidentAtHome) -> OutboxRow {
    let case = sara.takes_on(clinic, cecilia, "Mer zoprimaxin, tack.", &[]).await;
    anna.sees("with Sara", case, |view| view.row.state == CaseState::InProgress).await;
    sara.go_offline().await;
    let note = sara.client.add_note(case, "Ring i morgon.".into()).await.unwrap();
    anna.give_to(case, "Omar Haddad").await.unwrap();
    anna.outbox_empty().await;
    sara.come_back().await;
    sara.stopped(note).await;
    sara.has_not(case).await;
    sara.client.outbox().await.unwrap().remove(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_note_can_be_read_changed_and_sent_again() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let (mut sara, mut anna) = (clinic.sara().await, clinic.anna().await);
    let row = stopped_note(&clinic, &mut sara, &mut anna, &cecilia).await;
    assert_eq!(row.note.as_deref(), Some("Ring i morgon."), "readable although the case has left");
    let case = row.case;
    anna.give_to(case, "Sara Lindqvist").await.unwrap();
    anna.outbox_empty().await;
    sara.has(case).await;
    sara.client.outbox_to_draft(row.op).await.unwrap();
    assert_eq!(sara.client.outbox_to_draft(row.op).await.unwrap_err().code(), "not-found");
    assert_eq!(sara.client.open_case(case).await.unwrap().jottings[0].text, "Ring i morgon.");
    sara.client.keep_jotting(case, JottingKind::Note, "Ring i övermorgon.".into()).await.unwrap();
    sara.client.add_note(case, "Ring i övermorgon.".into()).await.unwrap();
    assert_eq!(sara.client.read_case_again(case).await.unwrap().jottings, []);
    sara.outbox_empty().await;
    let view = anna.sees("the note", case, |view| !view.notes.is_empty()).await;
    let notes: Vec<&str> = view.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(notes, ["Ring i övermorgon."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_note_can_be_thrown_away_and_one_on_its_way_can_not() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let (mut sara, mut anna) = (clinic.sara().await, clinic.anna().await);
    let row = stopped_note(&clinic, &mut sara, &mut anna, &cecilia).await;
    sara.client.outbox_discard_note(row.op).await.unwrap();
    assert_eq!(sara.client.outbox().await.unwrap(), []);
    assert_eq!(sara.client.outbox_discard_note(row.op).await.unwrap_err().code(), "not-found");

    anna.go_offline().await;
    let waits = anna.client.add_note(row.case, "Ring.".into()).await.unwrap();
    assert_eq!(anna.client.outbox_discard_note(waits).await.unwrap_err().code(), "on-its-way");
    // and nothing but a note goes this way
    let reply = anna.write(row.case, MessageKind::PartialReply, "Vi hörs.").await.unwrap();
    assert_eq!(anna.client.outbox_discard_note(reply).await.unwrap_err().code(), "not-found");
    anna.come_back().await;
    anna.outbox_empty().await;
    let all = anna.until("both home", async |client: Client| {
        let view = client.read_case_again(row.case).await.unwrap();
        (view.notes.len() == 1 && view.messages.len() == 2).then_some(view)
    });
    let view = all.await;
    assert!(matches!(view.messages[1].delivery, Delivery::Sent { .. }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_composer_that_was_open_when_the_program_ended_is_where_the_next_start_goes_on() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    let left = |sara: &Person| sara.client.left_writing().unwrap();

    // nothing written yet: there is nothing to go on with
    sara.client.attend(Some((case, Doing::Answering))).await.unwrap();
    sara.restart().await.unwrap();
    assert_eq!(left(&sara), None);

    sara.client.attend(Some((case, Doing::Answering))).await.unwrap();
    sara.client.save_draft(case, MessageKind::FinalReply, "Receptet är".into()).await.unwrap();
    sara.restart().await.unwrap();
    assert_eq!(left(&sara), Some(case));
    let draft = sara.client.open_case(case).await.unwrap().draft.unwrap();
    assert_eq!(draft.text, "Receptet är");

    // left for reading, it is not gone back to
    sara.client.attend(Some((case, Doing::Answering))).await.unwrap();
    sara.client.attend(Some((case, Doing::Reading))).await.unwrap();
    sara.restart().await.unwrap();
    assert_eq!(left(&sara), None);

    // nor by somebody who has signed out, whose draft is still there
    sara.client.attend(Some((case, Doing::Answering))).await.unwrap();
    sara.client.sign_out().await.unwrap();
    sara.sign_in_again().await.unwrap();
    assert_eq!(left(&sara), None);
    assert_eq!(sara.client.open_case(case).await.unwrap().draft.unwrap().text, "Receptet är");
}

/// Long after every case that is closed now may be kept.
const YEARS_LATER: &str = "2050-01-01T00:00:00Z";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_words_of_a_draft_outlive_the_purge_of_its_case() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    sara.client.attend(Some((case, Doing::Answering))).await.unwrap();
    sara.client.save_draft(case, MessageKind::PartialReply, "Jag tänkte skriva".into()).await.unwrap();
    sara.attach_and_review(case, "svar.pdf", fixture("svar.pdf")).await;
    // a colleague closes it meanwhile, and its time comes while the composer is still open
    let anna = clinic.anna().await;
    anna.client.close_case(case, CloseReason::HandledByPhone, None, false, None).await.unwrap();
    sara.sees("closed", case, |view| view.row.state == CaseState::Closed).await;
    assert!(clinic.server().sweep(YEARS_LATER.parse().unwrap()).await.unwrap() > 0);
    sara.has_not(case).await;

    let strays = async |sara: &Person| sara.client.stray_drafts().await.unwrap();
    let [there] = strays(&sara).await.try_into().unwrap();
    assert_eq!((there.case, there.text.as_str(), there.files.len()), (case, "Jag tänkte skriva", 1));
    // the next key is not lost either, nor by a restart; and nobody can send it any more
    sara.client.save_draft(case, MessageKind::PartialReply, "Jag tänkte skriva mer".into()).await.unwrap();
    assert_eq!(sara.client.send_draft(case).await.unwrap_err().code(), "not-found");
    sara.restart().await.unwrap();
    sara.connected().await;
    let [there] = strays(&sara).await.try_into().unwrap();
    assert_eq!(there.text, "Jag tänkte skriva mer", "it can be read and copied");
    let source = PreviewSource::Draft { case, file: there.files[0].id };
    let opened = sara.client.preview_open(source).await.unwrap();
    assert_eq!(opened.sha256, there.files[0].sha256);
    sara.client.preview_close(&opened.token).await;
    assert_eq!(sara.client.counts(None).await.unwrap().stray_drafts, 1);
    assert_eq!(sara.client.open_case(case).await.unwrap_err().code(), "not-found");
    sara.client.discard_draft(case).await.unwrap();
    assert_eq!(strays(&sara).await, []);
}
