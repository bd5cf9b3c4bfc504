//! Without contact: everything stays readable, what is written waits, and it goes exactly once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::files::fixture;
use journeys::{Clinic, Mode, Person, ResidentAtHome};
use mottaget_client::view::{Delivery, ListQuery, PreviewSource, WaitsFor};
use mottaget_client::{Client, ClientConfig, ClientEvent, ConnectionState, Keys};
use mottaget_domain::{CaseId, CaseState, MessageKind};
use std::time::{Duration, Instant};

/// A case that Sara has in hand.
async fn saras_case(clinic: &Clinic, sara: &mut Person, cecilia: &ResidentAtHome) -> CaseId {
    let files = [("lakemedelslista.pdf", fixture("lakemedelslista.pdf"))];
    let case = sara.takes_on(clinic, cecilia, "Mer zoprimaxin, tack.", &files).await;
    // beforehand, without anybody asking
    sara.until("the file on this machine", async |client: Client| {
        let view = client.read_case_again(case).await.unwrap();
        view.messages[0].attachments[0].cached.then_some(())
    })
    .await;
    case
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_written_offline_waits_and_is_sent_once_after_both_have_restarted() {
    let mut clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = saras_case(&clinic, &mut sara, &cecilia).await;

    clinic.stop_server().await;
    let code = sara.offline().await;
    assert_eq!(code, "server-unreachable");

    // what is here can be read, searched and looked at
    let found = sara.client.list(ListQuery { search: Some("zoprimax".into()), ..journeys::person::everything() });
    assert_eq!(found.await.unwrap().rows.iter().map(|row| row.id).collect::<Vec<_>>(), [case]);
    let view = sara.client.open_case(case).await.unwrap();
    let source = PreviewSource::Case { case, file: view.messages[0].attachments[0].file.id };
    let opened = sara.client.preview_open(source).await.unwrap();
    assert!(sara.client.preview_page(&opened.token, 0, 300).await.unwrap().starts_with(b"\x89PNG"));

    // what is written waits, and says so
    sara.client.save_draft(case, MessageKind::FinalReply, "Nu är det förnyat.".into()).await.unwrap();
    sara.attach_and_review(case, "svar.pdf", fixture("svar.pdf")).await;
    let (op, _) = sara.send(case).await.unwrap();
    let waits = sara.client.read_case_again(case).await.unwrap();
    let last = waits.messages.last().unwrap();
    assert_eq!((last.text.as_str(), &last.delivery), ("Nu är det förnyat.", &Delivery::Here { op }));
    assert_eq!(waits.row.state, CaseState::InProgress, "nothing is shown as done before it is");
    assert_eq!(waits.draft, None);
    let closed = waits.acts.iter().find(|act| act.act.as_str() == "finalReply").unwrap();
    assert_eq!(closed.why_not, Some("case-closed"), "a second answer can't be written behind the first");

    // the program ends and starts without a server: it is all still there
    sara.restart().await.unwrap();
    let waits = sara.client.read_case_again(case).await.unwrap();
    assert_eq!(waits.messages.last().unwrap().delivery, Delivery::Here { op });
    assert_eq!(sara.client.outbox().await.unwrap().len(), 1);

    clinic.start_server().await;
    sara.outbox_empty().await;
    sara.sees("closed", case, |view| view.row.state == CaseState::Closed && view.messages.len() == 2).await;
    sara.restart().await.unwrap();
    sara.connected().await;
    let read = cecilia.sees(case).await;
    assert_eq!(read.messages.len(), 2, "once");
    assert_eq!(cecilia.file(case, read.messages[1].attachments[0].id).await, fixture("svar.pdf"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_of_the_server_that_is_lost_does_not_send_twice() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = saras_case(&clinic, &mut sara, &cecilia).await;

    sara.go_offline().await;
    sara.write(case, MessageKind::PartialReply, "Vi arbetar på det.").await.unwrap();
    sara.line.set(Mode::LoseAnswerTo("POST /api/v1/ops"));
    sara.outbox_empty().await;
    assert_eq!(sara.line.lost(), 1, "the server took it, and the client did not hear so");
    sara.sees("the reply sent", case, |view| {
        view.messages.len() == 2 && matches!(view.messages[1].delivery, Delivery::Sent { .. })
    })
    .await;
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack.", "Vi arbetar på det."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acts_of_one_case_go_in_order_and_a_case_in_trouble_holds_up_no_other() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut eva = clinic.eva().await;
    let first = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Den första.", &[]).await;
    let second = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Den andra.", &[]).await;
    eva.has(first).await;
    eva.has(second).await;

    eva.go_offline().await;
    for case in [first, second] {
        let myself = eva.target(case, "Eva Bergström").await;
        eva.client.distribute(case, myself, None, false, None).await.unwrap();
        eva.client.open_case(case).await.unwrap();
        eva.write(case, MessageKind::PartialReply, "Ett.").await.unwrap();
        eva.client.add_note(case, "Ring i morgon.".into()).await.unwrap();
        eva.write(case, MessageKind::FinalReply, "Två.").await.unwrap();
    }
    let words: Vec<&str> = eva.client.outbox().await.unwrap().iter().map(|row| row.what).collect();
    let lane = ["distribute", "start", "partialReply", "note", "finalReply"];
    assert_eq!(words, [lane, lane].concat());
    // meanwhile the first is closed by somebody else: its lane stops at the first act, the other goes through
    let mut anna = clinic.anna().await;
    anna.has(first).await;
    anna.client.close_case(first, mottaget_domain::CloseReason::HandledByPhone, None, false, None).await.unwrap();
    anna.outbox_empty().await;
    eva.come_back().await;
    eva.sees("the second closed", second, |view| view.row.state == CaseState::Closed).await;
    assert_eq!(cecilia.texts(second).await, ["Den andra.", "Ett.", "Två."]);
    let stopped = eva.client.outbox().await.unwrap()[0].op;
    assert_eq!(eva.stopped(stopped).await, "case-closed");
    assert_eq!(cecilia.texts(first).await, ["Den första."]);
    let left = eva.client.outbox().await.unwrap();
    assert_eq!(left.iter().filter(|row| row.case == first).count(), 5, "nothing of it is lost, nothing was sent");
    let after: Vec<_> = left[1..].iter().map(|row| row.waits.as_ref().map(|waits| waits.why.clone())).collect();
    assert_eq!(after, vec![Some(WaitsFor::EarlierStopped); 4], "and each says that it waits for a decision");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_in_trouble_is_named_and_nothing_is_lost() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = Person::sign_in_with(&clinic, "Sara Lindqvist", Keys::generate().unwrap(), |config| {
        config.timeouts.request = std::time::Duration::from_millis(600);
        config.timeouts.connect = std::time::Duration::from_millis(600);
    })
    .await;
    let case = saras_case(&clinic, &mut sara, &cecilia).await;
    let troubles = [
        (Mode::Cut, "server-unreachable"),
        (Mode::Broken, "server-error"),
        (Mode::Busy, "busy"),
        (Mode::Portal, "server-nonsense"),
        (Mode::Garbage, "server-nonsense"),
        (Mode::Redirect, "server-nonsense"),
        (Mode::Hang, "server-timeout"),
    ];
    let mut expected = vec!["Mer zoprimaxin, tack.".to_owned()];
    for (n, (mode, code)) in troubles.into_iter().enumerate() {
        sara.line.set(mode);
        // a cut between two modes may be seen first
        sara.until("the trouble named", async |client: Client| match client.connection() {
            mottaget_client::ConnectionState::Offline { problem: Some(problem), .. } => {
                (problem.code == code).then_some(())
            }
            _ => None,
        })
        .await;
        let text = format!("Delsvar {n}.");
        sara.write(case, MessageKind::PartialReply, &text).await.unwrap();
        let waiting = sara.client.outbox().await.unwrap();
        assert_eq!(waiting.len(), 1, "{mode:?}");
        assert_eq!((waiting[0].resident_name.as_str(), waiting[0].message), ("Cecilia Forsman", true));
        assert!(matches!(waiting[0].delivery, Delivery::Here { .. }), "{mode:?}");
        let why = waiting[0].waits.as_ref().map(|waits| &waits.why);
        assert!(matches!(why, Some(WaitsFor::Contact(Some(problem))) if problem.code == code), "{mode:?} {why:?}");
        expected.push(text);
        sara.line.set(Mode::Open);
        sara.outbox_empty().await;
        sara.connected().await;
        assert_eq!(cecilia.texts(case).await, expected, "{mode:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_session_says_so_and_keeps_drafts_and_outbox() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = saras_case(&clinic, &mut sara, &cecilia).await;
    sara.go_offline().await;
    sara.write(case, MessageKind::PartialReply, "Skrivet utan kontakt.").await.unwrap();
    sara.client.save_draft(case, MessageKind::FinalReply, "Halvfärdigt".into()).await.unwrap();
    let url = format!("{}/api/v1/sign-out", clinic.server().url());
    let gone = reqwest::Client::new().post(url).bearer_auth(sara.token.expose()).send().await.unwrap();
    assert!(gone.status().is_success());

    let mut events = sara.client.events();
    sara.line.set(Mode::Open);
    while events.next().await.expect("the client lives") != ClientEvent::SessionEnded {}
    assert_eq!(sara.client.connection(), mottaget_client::ConnectionState::SignedOutByServer);
    let view = sara.client.read_case_again(case).await.unwrap();
    assert_eq!(view.pending.len(), 1);
    assert_eq!(view.draft.unwrap().text, "Halvfärdigt");

    sara.sign_in_again().await.unwrap();
    sara.outbox_empty().await;
    sara.connected().await;
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack.", "Skrivet utan kontakt."]);
    assert_eq!(sara.client.read_case_again(case).await.unwrap().draft.unwrap().text, "Halvfärdigt");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_offline_keeps_what_is_unsent_for_the_next_time() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = saras_case(&clinic, &mut sara, &cecilia).await;
    sara.go_offline().await;
    sara.write(case, MessageKind::PartialReply, "Skrivet utan kontakt.").await.unwrap();
    sara.client.sign_out().await.unwrap();
    assert_eq!(sara.client.outbox().await.unwrap_err().code(), "signed-out");
    sara.line.set(Mode::Open);
    sara.sign_in_again().await.unwrap();
    sara.outbox_empty().await;
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack.", "Skrivet utan kontakt."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_never_tried_can_be_taken_back_to_the_draft() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = saras_case(&clinic, &mut sara, &cecilia).await;
    sara.go_offline().await;
    sara.client.save_draft(case, MessageKind::FinalReply, "Inte riktigt så.".into()).await.unwrap();
    sara.attach_and_review(case, "svar.pdf", fixture("svar.pdf")).await;
    let (op, _) = sara.send(case).await.unwrap();
    sara.client.outbox_to_draft(op).await.unwrap();
    let view = sara.client.read_case_again(case).await.unwrap();
    let draft = view.draft.unwrap();
    assert_eq!((draft.text.as_str(), draft.files.len()), ("Inte riktigt så.", 1));
    assert_eq!((view.pending.len(), view.messages.len()), (0, 1));
    sara.come_back().await;
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_refused_is_looked_at_again_when_it_is_tried_again() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = saras_case(&clinic, &mut sara, &cecilia).await;
    let mut anna = clinic.anna().await;
    anna.sees("with Sara", case, |view| view.row.state == CaseState::InProgress).await;
    sara.go_offline().await;
    let op = sara.write(case, MessageKind::FinalReply, "Nu är det förnyat.").await.unwrap();
    anna.client.close_case(case, mottaget_domain::CloseReason::HandledByPhone, None, false, None).await.unwrap();
    anna.outbox_empty().await;
    sara.come_back().await;
    assert_eq!(sara.stopped(op).await, "case-closed");

    // nothing has changed: the same answer, for a new act
    sara.client.outbox_retry(op).await.unwrap();
    let rows = sara.client.outbox().await.unwrap();
    let second = rows[0].op;
    assert!(rows.len() == 1 && second != op, "a new act in its place");
    assert_eq!(sara.client.outbox_retry(op).await.unwrap_err().code(), "not-found");
    assert_eq!(sara.stopped(second).await, "case-closed");

    anna.sees("closed", case, |view| view.row.state == CaseState::Closed).await;
    anna.client.reopen_case(case).await.unwrap();
    anna.outbox_empty().await;
    sara.sees("open again", case, |view| view.row.state != CaseState::Closed).await;
    sara.client.outbox_retry(second).await.unwrap();
    sara.outbox_empty().await;
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack.", "Nu är det förnyat."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_note_keeps_its_words_and_a_refused_act_can_be_given_up() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = saras_case(&clinic, &mut sara, &cecilia).await;
    let mut anna = clinic.anna().await;
    anna.sees("with Sara", case, |view| view.row.state == CaseState::InProgress).await;
    sara.go_offline().await;
    let to_omar = sara.give_to(case, "Omar Haddad").await.unwrap();
    anna.give_to(case, "Omar Haddad").await.unwrap();
    anna.outbox_empty().await;
    sara.come_back().await;
    sara.stopped(to_omar).await;
    sara.client.outbox_to_draft(to_omar).await.unwrap();
    sara.outbox_empty().await;

    // a note that is given up keeps its words too, and never becomes a message
    anna.go_offline().await;
    let note = anna.client.add_note(case, "Ring i morgon.".into()).await.unwrap();
    anna.client.outbox_to_draft(note).await.unwrap();
    let view = anna.client.read_case_again(case).await.unwrap();
    assert_eq!((view.jottings[0].text.as_str(), view.draft), ("Ring i morgon.", None));
    anna.come_back().await;
    anna.outbox_empty().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn preferences_changed_offline_reach_the_server_later() {
    let clinic = Clinic::start().await;
    let mut sara = clinic.sara().await;
    sara.go_offline().await;
    let mut preferences = sara.client.preferences().await.unwrap();
    preferences.signature = "Sara på Björken".into();
    sara.client.save_preferences(preferences.clone()).await.unwrap();
    sara.restart().await.unwrap();
    assert_eq!(sara.client.preferences().await.unwrap(), preferences);
    sara.come_back().await;
    // at the latest when the program ends
    sara.quit().await;
    let url = format!("{}/api/v1/me", clinic.server().url());
    let asked = reqwest::Client::new().get(&url).bearer_auth(sara.token.expose()).send().await.unwrap();
    let me: mottaget_protocol::Me = asked.json().await.unwrap();
    assert_eq!(me.preferences, preferences);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_not_here_says_so_and_stays_once_it_was_fetched() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let files = [("burk.jpg", fixture("burk.jpg"))];
    let case = clinic.sara().await.takes_on(&clinic, &cecilia, "Se bilden.", &files).await;
    // a colleague's case: its files are not fetched beforehand
    let mut anna = clinic.anna().await;
    anna.has(case).await;
    let view = anna.client.open_case(case).await.unwrap();
    let file = &view.messages[0].attachments[0];
    assert!(!file.cached);
    let source = PreviewSource::Case { case, file: file.file.id };
    anna.go_offline().await;
    let missing = anna.client.preview_open(source).await.unwrap_err();
    assert_eq!((missing.code(), missing.facts()["fileName"].as_str()), ("file-not-cached", "burk.jpg"));
    // a server that answers, but does not give it, is told as that
    anna.line.set(Mode::BusyFor("GET /api/v1/cases/"));
    anna.connected().await;
    assert_eq!(anna.client.preview_open(source).await.unwrap_err().code(), "busy");
    anna.go_offline().await;
    anna.come_back().await;
    anna.client.preview_open(source).await.unwrap();
    anna.go_offline().await;
    let opened = anna.client.preview_open(source).await.unwrap();
    assert_eq!(opened.sha256, file.file.sha256);
    // closed is closed, and the number of open documents is bounded
    anna.client.preview_close(&opened.token).await;
    assert_eq!(anna.client.preview_page(&opened.token, 0, 100).await.unwrap_err().code(), "preview-closed");
    let mut tokens = Vec::new();
    for _ in 0..6 {
        tokens.push(anna.client.preview_open(source).await.unwrap().token);
    }
    assert_eq!(anna.client.preview_page(&tokens[0], 0, 100).await.unwrap_err().code(), "preview-closed");
    assert!(anna.client.preview_page(&tokens[5], 0, 100).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_draws_its_first_picture_before_it_asks_the_server() {
    let clinic = Clinic::start().await;
    let patient = |config: &mut ClientConfig| config.first_picture = Some(journeys::person::PATIENCE * 3);
    // who signs in waits for nothing
    let mut anna = Person::sign_in_with(&clinic, "Anna Nyström", Keys::generate().unwrap(), patient).await;
    anna.restart().await.unwrap();
    let asked = anna.line.connections();
    assert!(!anna.client.list(journeys::person::everything()).await.unwrap().rows.is_empty());
    assert_eq!(anna.client.connection(), ConnectionState::Offline { since: None, problem: None });
    assert_eq!(anna.line.connections(), asked, "the server was asked before the first picture stood");
    anna.client.picture_stands();
    anna.connected().await;
    assert!(anna.line.connections() > asked);
}

/// A line may be slow for as long as something moves on it: only silence is a fault.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_files_come_and_go_on_a_slow_line_and_one_that_stands_still_is_noticed() {
    // what both ends' systems hold back, and the server's work on the whole, count as silence
    let silence = Duration::from_secs(8);
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let keys = Keys::generate().unwrap();
    let mut sara =
        Person::sign_in_with(&clinic, "Sara Lindqvist", keys, |config| config.timeouts.transfer_silence = silence)
            .await;
    let mut large = fixture("burk.jpg");
    large.resize(usize::try_from(mottaget_domain::attachment::MAX_BYTES).unwrap(), 0);
    let case = saras_case(&clinic, &mut sara, &cecilia).await;
    sara.attach_and_review(case, "stor.jpg", large.clone()).await;
    sara.line.set(Mode::Hang);
    sara.offline().await;
    sara.write(case, MessageKind::PartialReply, "En stor fil.").await.unwrap();
    sara.line.set(Mode::Slow);
    let begun = Instant::now();
    sara.outbox_empty().await;
    assert!(begun.elapsed() > silence, "the line was not slow enough to prove anything");
    let message = cecilia.sees(case).await.messages.pop().unwrap();
    assert_eq!(cecilia.file(case, message.attachments[0].id).await, large);
}
