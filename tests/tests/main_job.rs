//! The main job, end to end without a window: a resident's case arrives, is distributed, answered, and read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::files::fixture;
use journeys::{Clinic, Person};
use mottaget_client::view::{AssigneeName, Delivery, PreviewSource, Scope, Target, TargetKind};
use mottaget_client::{Client, ClientConfig, ClientEvent, ConnectionState, Keys, NoticeKind};
use mottaget_domain::{CaseId, CaseState, MessageKind};
use mottaget_protocol::resident::ResidentState;

/// Looks at every file of the thread, as somebody who wants to know what they are about to answer.
async fn look_at_files(person: &Person, case: CaseId) {
    let view = person.client.read_case_again(case).await.unwrap();
    let files = view.messages.iter().flat_map(|message| &message.attachments);
    for file in files {
        let source = PreviewSource::Case { case, file: file.file.id };
        let opened = person.client.preview_open(source).await.unwrap();
        assert_eq!(opened.info.kind, file.file.kind);
        let png = person.client.preview_page(&opened.token, 0, 300).await.unwrap();
        assert!(png.starts_with(b"\x89PNG"));
        person.client.preview_close(&opened.token).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_comes_in_is_distributed_answered_and_read() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let mut sara = clinic.sara().await;
    let cecilia = clinic.cecilia().await;
    anna.not_notified().await;

    // the resident files a case with two files
    let files = [("lakemedelslista.pdf", fixture("lakemedelslista.pdf")), ("burk.jpg", fixture("burk.jpg"))];
    let case = cecilia.file_case(&clinic.bjorken(), "Förnya recept", "Jag behöver mer av min medicin.", &files).await;

    // the receiver is told once, without a name, and looks
    let notices = anna.notified().await;
    assert_eq!(notices.len(), 1);
    assert_eq!((notices[0].kind, notices[0].case), (NoticeKind::NewCase, Some(case)));
    assert_eq!(notices[0].clinic_name.as_deref(), Some("Björkens vårdcentral"));
    let opened = anna.client.open_case(case).await.unwrap();
    assert_eq!(opened.row.state, CaseState::New);
    assert_eq!(opened.resident.name, "Cecilia Forsman");
    assert_eq!(opened.messages[0].attachments.len(), 2);
    look_at_files(&anna, case).await;
    assert_eq!(anna.client.notices_to_close().await.unwrap(), [notices[0].id.clone()], "read: the popup goes");

    // she gives it to Sara with a partial reply
    anna.client.save_draft(case, MessageKind::PartialReply, "Vi har tagit emot ditt ärende.".into()).await.unwrap();
    let target = anna.target(case, "Sara Lindqvist").await;
    anna.client.distribute(case, target, None, true, None).await.unwrap();
    anna.outbox_empty().await;
    let seen = anna.sees("the partial reply sent", case, |view| view.messages.len() == 2).await;
    assert!(matches!(seen.messages[1].delivery, Delivery::Sent { .. }));
    assert_eq!(seen.draft, None);
    assert_eq!(cecilia.sees(case).await.state, ResidentState::Received);
    anna.not_notified().await;

    // Sara is told, opens it, and the work begins
    let notices = sara.notified().await;
    assert_eq!(notices.len(), 1);
    assert_eq!((notices[0].kind, notices[0].case), (NoticeKind::AssignedToMe, Some(case)));
    let mine = sara.client.list(journeys::person::list(Scope::Mine)).await.unwrap();
    assert!(mine.rows.iter().any(|row| row.id == case && row.unread && row.partial_reply_sent));
    sara.client.open_case(case).await.unwrap();
    sara.sees("work begun", case, |view| view.row.state == CaseState::InProgress && !view.row.unread).await;
    look_at_files(&sara, case).await;

    // she writes, attaches, looks at what she attaches, and sends
    sara.client.save_draft(case, MessageKind::FinalReply, "Receptet är förnyat.".into()).await.unwrap();
    sara.attach_and_review(case, "svar.pdf", fixture("svar.pdf")).await;
    sara.attach_and_review(case, "svar.jpg", fixture("svar.jpg")).await;
    let signature = sara.client.read_case_again(case).await.unwrap().draft.unwrap().signature;
    sara.send(case).await.unwrap();
    sara.outbox_empty().await;
    let closed = sara.sees("closed", case, |view| view.row.state == CaseState::Closed).await;
    assert_eq!(closed.messages.len(), 3);

    // the resident reads text, signature and files, byte for byte
    let read = cecilia.sees(case).await;
    assert_eq!(read.state, ResidentState::Closed);
    let texts: Vec<&str> = read.messages.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["Jag behöver mer av min medicin.", "Vi har tagit emot ditt ärende.", "Receptet är förnyat."]);
    let reply = &read.messages[2];
    assert_eq!(reply.signature.as_deref(), Some(signature.as_str()));
    assert_eq!(reply.attachments.len(), 2);
    for file in &reply.attachments {
        assert_eq!(cecilia.file(case, file.id).await, fixture(&file.file_name), "{}", file.file_name);
    }
    sara.sees("read by the resident", case, |view| view.messages[2].read_by_resident_at.is_some()).await;
    sara.not_notified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_goes_out_and_the_answer_comes_back_to_who_asked() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let mut sara = clinic.sara().await;
    let cecilia = clinic.cecilia().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Jag vill ha en tid.", &[]).await;
    anna.has(case).await;
    anna.give_to(case, "Sara Lindqvist").await.unwrap();
    sara.notified().await;
    sara.client.open_case(case).await.unwrap();
    sara.write(case, MessageKind::CounterQuestion, "Passar tisdag?").await.unwrap();
    let asked = sara.sees("the question out", case, |view| view.row.state == CaseState::AwaitingResident).await;
    assert_eq!(asked.open_question, asked.messages.last().map(|message| message.id));
    assert!(cecilia.sees(case).await.may_answer);

    cecilia.answer(case, "Ja, tisdag går bra.").await;
    let notices = sara.notified().await;
    assert_eq!((notices.len(), notices[0].kind), (1, NoticeKind::ResidentAnswered));
    let read = sara.client.open_case(case).await.unwrap();
    assert_eq!(read.messages.last().unwrap().text, "Ja, tisdag går bra.");
    assert_eq!(read.row.state, CaseState::InProgress);
    anna.sees("the answer", case, |view| view.messages.len() == 3).await;
    // neither that: it is not hers to answer; nor the new case: she has dealt with it
    anna.not_notified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_groups_case_is_taken_by_one_and_the_other_is_told_so() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let mut sara = clinic.sara().await;
    let mut maja = clinic.maja().await;
    let cecilia = clinic.cecilia().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Jag vill ha en tid.", &[]).await;
    anna.has(case).await;
    anna.give_to(case, "Sköterskegruppen").await.unwrap();
    assert_eq!(sara.notified().await[0].kind, NoticeKind::AssignedToGroup);
    let hers = maja.notified().await;
    assert_eq!((hers.len(), hers[0].kind), (1, NoticeKind::AssignedToGroup));

    // Maja loses contact; both take it
    maja.go_offline().await;
    sara.client.take(case).await.unwrap();
    sara.outbox_empty().await;
    let late = maja.client.take(case).await.unwrap();
    maja.come_back().await;
    assert_eq!(maja.stopped(late).await, "already-taken");
    maja.has_not(case).await;
    // the notification of a case that is not hers any more goes away by itself
    let closed = maja.until("the popup withdrawn", async |client: Client| {
        let ids = client.notices_to_close().await.unwrap();
        (!ids.is_empty()).then_some(ids)
    });
    assert_eq!(closed.await, [hers[0].id.clone()]);
    sara.sees("taken", case, |view| view.row.mine).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_receivers_never_overrule_each_other_unseen() {
    let clinic = Clinic::start().await;
    let (mut anna, mut eva) = (clinic.anna().await, clinic.eva().await);
    let cecilia = clinic.cecilia().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Jag vill ha en tid.", &[]).await;
    anna.has(case).await;
    eva.has(case).await;

    // Anna opens the dialog: nobody has the case. While she chooses, Eva gives it to Maja, and Anna's list learns of it
    let maja = anna.target(case, "Maja Ek").await;
    let sara = anna.target(case, "Sara Lindqvist").await;
    eva.give_to(case, "Maja Ek").await.unwrap();
    // what Eva decides next, she decides on what she has come to know of it
    eva.outbox_empty().await;
    anna.sees("that Maja has it", case, |view| view.row.assignee.is_some()).await;
    let late = anna.client.distribute(case, sara.clone(), None, false, None).await.unwrap_err();
    assert_eq!(late.code(), "already-distributed");
    assert_eq!(anna.client.outbox().await.unwrap(), [], "nothing is on its way either");
    assert_eq!(anna.seen(case).await, Some(maja.clone()));
    // nor does giving it back, decided when somebody else had it
    let inbox = Target { kind: TargetKind::Receiver, id: clinic.bjorken().to_string() };
    let back = anna.client.distribute(case, inbox.clone(), Some(sara.clone()), false, None).await.unwrap_err();
    assert_eq!(back.code(), "already-distributed");

    // the same without contact: what she saw goes along, and the server says so
    anna.go_offline().await;
    eva.client.distribute(case, sara.clone(), Some(maja.clone()), false, None).await.unwrap();
    eva.outbox_empty().await;
    let eva_herself = Target { kind: TargetKind::Person, id: eva.hsa_id.to_string() };
    let late = anna.client.distribute(case, eva_herself.clone(), Some(maja), false, None).await.unwrap();
    anna.come_back().await;
    assert_eq!(anna.stopped(late).await, "already-distributed");
    assert_eq!(anna.seen(case).await, Some(sara.clone()));
    anna.client.outbox_to_draft(late).await.unwrap();

    // and so it is with giving back: Anna saw Sara, and by the time her word arrives it is Eva's
    anna.go_offline().await;
    eva.client.distribute(case, eva_herself.clone(), Some(sara.clone()), false, None).await.unwrap();
    eva.outbox_empty().await;
    let late = anna.client.distribute(case, inbox, Some(sara.clone()), false, None).await.unwrap();
    anna.come_back().await;
    assert_eq!(anna.stopped(late).await, "already-distributed");
    assert_eq!(anna.seen(case).await, Some(eva_herself.clone()));
    anna.client.outbox_to_draft(late).await.unwrap();
    eva.client.distribute(case, sara.clone(), Some(eva_herself.clone()), false, None).await.unwrap();
    eva.outbox_empty().await;
    anna.sees(
        "that Sara has it again",
        case,
        |view| matches!(&view.row.assignee, Some(AssigneeName::Person { name, .. }) if name == "Sara Lindqvist"),
    )
    .await;

    // having seen who has it, she may
    anna.client.distribute(case, eva_herself.clone(), Some(sara), false, None).await.unwrap();
    anna.outbox_empty().await;
    assert_eq!(anna.seen(case).await, Some(eva_herself));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_fill_comes_in_pages_and_the_list_is_there_before_it_is_whole() {
    let clinic = Clinic::start().await;
    let folder = tempfile::TempDir::new().unwrap();
    let mut config = ClientConfig::new(clinic.server().url(), folder.path(), journeys::files::preview());
    config.page_size = 10;
    let client = Client::start(config).unwrap();
    let mut events = client.events();
    let people = client.practice_people().await.unwrap();
    let anna = people.into_iter().find(|me| me.staff.name == "Anna Nyström").unwrap();
    let authenticated = client.authenticate_practice(&anna.staff.hsa_id).await.unwrap();
    client.open(authenticated, Keys::generate().unwrap()).await.unwrap();

    let (mut steps, mut partial) = (Vec::new(), 0);
    let whole = loop {
        match events.next().await.unwrap() {
            ClientEvent::Connection(ConnectionState::Syncing { done, total }) => {
                steps.push((done, total));
                let page = client.list(journeys::person::everything()).await.unwrap();
                partial += u32::from(page.incomplete && !page.rows.is_empty());
            }
            ClientEvent::Connection(ConnectionState::Connected) => {
                break client.list(journeys::person::everything()).await.unwrap();
            }
            _ => {}
        }
    };
    assert!(!whole.incomplete);
    assert!(steps.len() >= 3, "{steps:?}");
    assert!(steps.windows(2).all(|two| two[0].0 < two[1].0), "it only goes forward: {steps:?}");
    assert!(steps.iter().all(|(done, total)| done <= total && *total >= whole.total), "{steps:?} of {}", whole.total);
    assert!(partial > 0, "there was something to look at before the end");
    client.shutdown().await;
}
