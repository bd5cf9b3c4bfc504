//! Attention: a case that stays open in a window that nobody sees is read by nobody.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::{Clinic, Person, ResidentAtHome};
use mottaget_client::{Client, ClientEvent, NoticeKind, Sight};
use mottaget_domain::{CaseId, MessageKind};
use mottaget_protocol::ReadKind;

/// A case that Sara has in hand, in which she has asked something.
async fn asked(clinic: &Clinic, sara: &mut Person, cecilia: &ResidentAtHome) -> CaseId {
    let mut anna = clinic.anna().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Förnya recept", "Mer zoprimaxin, tack.", &[]).await;
    anna.has(case).await;
    anna.give_to(case, "Sara Lindqvist").await.unwrap();
    anna.outbox_empty().await;
    assert_eq!(sara.notified().await[0].case, Some(case));
    sara.client.open_case(case).await.unwrap();
    assert_eq!(sara.client.notices_to_close().await.unwrap().len(), 1);
    sara.write(case, MessageKind::CounterQuestion, "Hur mycket har du kvar?").await.unwrap();
    sara.outbox_empty().await;
    sara.sees("the question", case, |view| view.messages.len() == 2).await;
    case
}

/// Lines about opened cases in the read log that have not left the machine; the program has ended.
fn looks(sara: &Person, case: CaseId) -> usize {
    let store = mottaget_store::Store::open(&sara.profile_folder(), &sara.keys).unwrap();
    let reads = store.unsent_reads(500).unwrap();
    store.close().unwrap();
    reads.iter().filter(|read| read.kind == ReadKind::Case && read.cases == [case]).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_in_a_case_that_is_open_in_a_hidden_window_is_told_and_stays_unread_until_the_window_is_back() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = asked(&clinic, &mut sara, &cecilia).await;
    for away in [Sight::Hidden, Sight::Visible] {
        let before = sara.client.read_case_again(case).await.unwrap();
        assert!(!before.row.unread);
        sara.client.set_sight(away);
        cecilia.answer(case, "Ingenting alls!").await;
        let notices = sara.notified().await;
        assert_eq!((notices[0].kind, notices[0].case), (NoticeKind::ResidentAnswered, Some(case)));
        // the screen behind follows what moves
        let thread = before.messages.len() + 1;
        let view = sara.sees("the answer", case, |view| view.messages.len() == thread).await;
        assert!(view.row.unread, "{away:?}");
        assert!(sara.client.list(journeys::person::everything()).await.unwrap().rows.iter().any(|row| row.unread));
        assert_eq!(sara.client.notices_to_close().await.unwrap(), [] as [&str; 0], "the notification stays");

        sara.client.set_sight(Sight::Front);
        sara.until("what the screen reads when it is told to", async |client: Client| {
            let view = client.read_case_again(case).await.unwrap();
            (!view.row.unread).then_some(())
        })
        .await;
        assert_eq!(sara.client.notices_to_close().await.unwrap(), [notices[0].id.clone()]);
        sara.not_notified().await;
        sara.write(case, MessageKind::CounterQuestion, "Och nu?").await.unwrap();
        sara.outbox_empty().await;
        sara.sees("the next question", case, |view| view.messages.len() == thread + 1).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn coming_back_to_the_front_says_that_what_was_read_meanwhile_is_to_be_read_again_and_only_then() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = asked(&clinic, &mut sara, &cecilia).await;
    sara.go_offline().await;
    let told = async |from: Sight, read: bool| {
        sara.client.set_sight(from);
        let mut events = sara.client.events();
        if read {
            sara.client.read_case_again(case).await.unwrap();
        }
        sara.client.set_sight(Sight::Front);
        // a change of the outbox ends the line of what is listened to
        sara.client.add_note(case, "Ring.".into()).await.unwrap();
        let mut everything = false;
        while let Some(event) = events.next().await {
            match event {
                mottaget_client::ClientEvent::Everything => everything = true,
                mottaget_client::ClientEvent::Outbox => break,
                _ => {}
            }
        }
        everything
    };
    assert!(told(Sight::Hidden, true).await);
    assert!(told(Sight::Visible, true).await);
    assert!(!told(Sight::Hidden, false).await);
    assert!(!told(Sight::Front, true).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_read_log_has_what_came_before_somebodys_eyes_and_nothing_else() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = asked(&clinic, &mut sara, &cecilia).await;
    cecilia.answer(case, "Ingenting alls!").await;
    sara.sees("the answer", case, |view| view.messages.len() == 3).await;
    sara.quit().await;
    assert_eq!(looks(&sara, case), 0, "the server has them");

    // never shown to anybody
    sara.line.set(journeys::Mode::Cut);
    sara.restart().await.unwrap();
    sara.client.set_sight(Sight::Hidden);
    sara.client.open_case(case).await.unwrap();
    sara.client.read_case_again(case).await.unwrap();
    sara.quit().await;
    assert_eq!(looks(&sara, case), 0);

    // first visible when it is read again
    sara.restart().await.unwrap();
    sara.client.set_sight(Sight::Hidden);
    sara.client.open_case(case).await.unwrap();
    sara.client.set_sight(Sight::Front);
    for _ in 0..3 {
        sara.client.read_case_again(case).await.unwrap();
    }
    sara.quit().await;
    assert_eq!(looks(&sara, case), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_log_that_grew_without_a_network_is_sent_in_portions_until_nothing_is_left() {
    let clinic = Clinic::start().await;
    let patient = |config: &mut mottaget_client::ClientConfig| config.timeouts.request = journeys::person::PATIENCE;
    let keys = mottaget_client::Keys::generate().unwrap();
    let mut sara = Person::sign_in_with(&clinic, "Sara Lindqvist", keys, patient).await;
    sara.quit().await;
    let store = mottaget_store::Store::open(&sara.profile_folder(), &sara.keys).unwrap();
    // One list longer than a batch may be, and pages that do not fit beside it.
    for cases in [mottaget_protocol::MAX_READ_CASES + 1, 60, 60] {
        store.log_read(&page_of_a_list(&clinic, cases)).unwrap();
    }
    store.close().unwrap();
    // A program that ends waits only a little for its last words: on a slow machine they take more than one start.
    for _ in 0..10 {
        sara.restart().await.unwrap();
        sara.connected().await;
        sara.quit().await;
        let store = mottaget_store::Store::open(&sara.profile_folder(), &sara.keys).unwrap();
        let left = store.unsent_reads(1000).unwrap();
        store.close().unwrap();
        if left.is_empty() {
            return;
        }
    }
    panic!("something is still here");
}

fn page_of_a_list(clinic: &Clinic, cases: usize) -> mottaget_protocol::ReadEntry {
    mottaget_protocol::ReadEntry {
        id: mottaget_domain::OpId::random().0,
        clinic: clinic.bjorken(),
        cases: (0..cases).map(|_| CaseId::random()).collect(),
        attachment: None,
        kind: ReadKind::List,
        at: "2026-11-23T09:15:00Z".parse().unwrap(),
    }
}

/// Lists and the tray's number show it as unread until they are told otherwise.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn opening_what_was_unread_is_told_to_whoever_shows_it_as_unread() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = asked(&clinic, &mut sara, &cecilia).await;
    cecilia.answer(case, "Ingenting alls!").await;
    sara.until("the answer in the list", async |client: Client| {
        let rows = client.list(journeys::person::everything()).await.unwrap().rows;
        rows.iter().any(|row| row.id == case && row.unread).then_some(())
    })
    .await;
    sara.go_offline().await;
    let unread = sara.client.counts(None).await.unwrap().unread;
    let mut told = sara.client.events();
    let view = sara.client.open_case(case).await.unwrap();
    assert!(!view.row.unread);
    let moved = tokio::time::timeout(std::time::Duration::from_secs(10), async {
        while told.next().await != Some(ClientEvent::Moved { cases: vec![case] }) {}
    });
    moved.await.expect("nobody was told");
    assert_eq!(sara.client.counts(None).await.unwrap().unread, unread - 1);
}
