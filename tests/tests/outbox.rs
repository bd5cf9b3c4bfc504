//! The outbox: where a message is, from this computer to the resident.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use jiff::{SignedDuration, Timestamp};
use journeys::{Clinic, Mode, Person};
use mottaget_client::view::Delivery;
use mottaget_client::{Client, Clock, Keys};
use mottaget_domain::clinic::{RegionPolicy, UndoWindow};
use mottaget_domain::{CaseId, CaseState, MessageKind};
use mottaget_server::ManualClock;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// A Monday morning in Sweden: until the evening it is one day.
const MORNING: &str = "2026-12-07T08:00:00Z";
const WINDOW: u16 = 30;

/// Everybody's machines: a clock that goes by itself from the morning on, and can be put forward.
struct Machines(Arc<AtomicI64>);

impl Machines {
    fn at(morning: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(morning.duration_since(Timestamp::now()).as_secs())))
    }

    fn put_forward(&self, by: SignedDuration) {
        self.0.fetch_add(by.as_secs(), Ordering::SeqCst);
    }

    async fn person(&self, clinic: &Clinic, name: &str) -> Person {
        let ahead = Arc::clone(&self.0);
        let clock = Clock::from_fn(move || Timestamp::now() + SignedDuration::from_secs(ahead.load(Ordering::SeqCst)));
        Person::sign_in_with(clinic, name, Keys::generate().unwrap(), |config| config.clock = clock).await
    }
}

/// Where the outbox's page says that the acts and messages of this case are.
async fn places(client: &Client, case: CaseId) -> Vec<Delivery> {
    let page = client.outbox_page().await.unwrap();
    let waiting = page.waiting.into_iter().filter(|row| row.case == case).map(|row| row.delivery);
    waiting.chain(page.out.into_iter().filter(|out| out.case == case).map(|out| out.delivery)).collect()
}

async fn waiting_here(person: &Person) -> u64 {
    person.client.counts(None).await.unwrap().outbox
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_here_on_its_way_at_the_server_and_sent_and_the_outbox_says_so_each_time() {
    let server = ManualClock::at(MORNING.parse().unwrap());
    let machines = Machines::at(MORNING.parse().unwrap());
    let clinic = Clinic::start_at(&server).await;
    let undo = UndoWindow { final_reply_s: WINDOW, ..UndoWindow::default() };
    clinic.set_region_policy(&RegionPolicy { undo, ..clinic.region_policy().await }).await;
    let mut anna = machines.person(&clinic, "Anna Nyström").await;
    let mut sara = machines.person(&clinic, "Sara Lindqvist").await;
    let cecilia = clinic.cecilia().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Förnya recept", "Mer zoprimaxin, tack.", &[]).await;
    anna.has(case).await;
    anna.give_to(case, "Sara Lindqvist").await.unwrap();
    sara.has(case).await;
    sara.client.open_case(case).await.unwrap();
    sara.sees("work begun", case, |view| view.row.state == CaseState::InProgress && view.pending.is_empty()).await;
    assert_eq!(places(&sara.client, case).await, [], "work begun is no message");

    sara.go_offline().await;
    let op = sara.write(case, MessageKind::FinalReply, "Receptet är förnyat.").await.unwrap();
    assert_eq!(places(&sara.client, case).await, [Delivery::Here { op }]);
    assert_eq!(waiting_here(&sara).await, 1);

    sara.line.set(Mode::HangFor("POST /api/v1/ops"));
    sara.until("it on its way", async |client: Client| {
        (places(&client, case).await == [Delivery::OnTheWay { op }]).then_some(())
    })
    .await;
    assert_eq!(waiting_here(&sara).await, 1, "it has not gone away from here");

    sara.line.set(Mode::Open);
    let held = |places: &[Delivery]| match places {
        [Delivery::AtServer { release_at, .. }] => *release_at,
        _ => None,
    };
    let release_at = sara.until("it at the server", async |client: Client| held(&places(&client, case).await)).await;
    assert_eq!(waiting_here(&sara).await, 0, "from here it has gone");
    sara.outbox_empty().await;
    assert_eq!(held(&places(&sara.client, case).await), Some(release_at), "its page has come home");
    sara.go_offline().await;
    sara.restart().await.unwrap();
    assert_eq!(held(&places(&sara.client, case).await), Some(release_at), "known without a network, too");
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack."]);
    sara.come_back().await;

    server.advance(Duration::from_secs(u64::from(WINDOW) + 1));
    let at = sara
        .until("it sent", async |client: Client| match places(&client, case).await[..] {
            [Delivery::Sent { at }] => Some(at),
            _ => None,
        })
        .await;
    assert!(at >= release_at, "not before the window was over");
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack.", "Receptet är förnyat."]);
    let out = sara.client.outbox_page().await.unwrap().out.into_iter().find(|out| out.case == case).unwrap();
    assert_eq!(
        (out.kind, out.case_type.as_str(), out.resident_name.as_str()),
        (MessageKind::FinalReply, "Förnya recept", "Cecilia Forsman")
    );
    assert_eq!(waiting_here(&sara).await, 0);
    sara.go_offline().await;
    sara.restart().await.unwrap();
    assert_eq!(places(&sara.client, case).await, [Delivery::Sent { at }]);
    assert_eq!(places(&anna.client, case).await, [], "a colleague's is not Anna's");

    machines.put_forward(SignedDuration::from_hours(24));
    assert_eq!(places(&sara.client, case).await, [], "the days before are in the cases");
}
