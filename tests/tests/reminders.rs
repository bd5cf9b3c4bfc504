//! Reminders before it is late: first whoever has the case, then the receivers; each once, over restarts, without a network,
//! and after a long absence as one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use jiff::Timestamp;
use journeys::{Clinic, Person};
use mottaget_client::view::{CaseRow, DueTone};
use mottaget_client::{Client, ClientConfig, HandClock, Keys, Notice, NoticeKind};
use mottaget_domain::clinic::Policy;
use mottaget_domain::{CaseId, MessageKind};
use mottaget_server::ManualClock;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// When the practice clinic was filled, and the day after it, on which the tests' cases are filed: with five working days
/// they are due on Tuesday the 15th, and nothing else that Sara or Anna would be told of is.
const FILLED: &str = "2026-12-07T09:00:00Z";
const FILED: &str = "2026-12-08T09:00:00Z";
/// Just before eight in the morning of that day in Sweden, at eight, and at one in the afternoon.
const EARLY: &str = "2026-12-15T06:59:59Z";
const EIGHT: &str = "2026-12-15T07:00:01Z";
const ONE: &str = "2026-12-15T12:00:01Z";

/// A clinic at which hardly anything else is due for months, by a clock of its own; the people's clock is moved apart from
/// it, so that nobody's session ends.
async fn clinic() -> (Clinic, HandClock) {
    let server = ManualClock::at(at(FILLED));
    let clinic = Clinic::start_at(&server).await;
    server.set(at(FILED));
    let late = Policy { response_days: Some(60), ..Policy::default() };
    clinic.server().people().set_policy(&clinic.bjorken(), &late).await.unwrap();
    (clinic, HandClock::at(at(FILED)))
}

async fn person(clinic: &Clinic, clock: &HandClock, name: &str) -> Person {
    let hand = clock.clock();
    Person::sign_in_with(clinic, name, Keys::generate().unwrap(), |config: &mut ClientConfig| config.clock = hand).await
}

/// Cases that Anna gives to Sara, who has heard of it.
async fn saras(clinic: &Clinic, anna: &mut Person, sara: &mut Person, n: usize) -> Vec<CaseId> {
    let cecilia = clinic.cecilia().await;
    let mut cases = Vec::new();
    for n in 0..n {
        let case = cecilia.file_case(&clinic.bjorken(), "Beställa intyg", &format!("Nummer {n}."), &[]).await;
        anna.has(case).await;
        anna.give_to(case, "Sara Lindqvist").await.unwrap();
        anna.outbox_empty().await;
        sara.has(case).await;
        cases.push(case);
    }
    hear(anna).await;
    hear(sara).await;
    cases
}

/// Takes all that waits now, as shown.
async fn hear(person: &Person) -> Vec<Notice> {
    let notices = person.client.take_notices().await.unwrap();
    for notice in &notices {
        person.client.notice_shown(&notice.id).await.unwrap();
    }
    notices
}

/// Starts the program anew at that time: once it is connected, whatever the time brings is decided.
async fn starts(person: &mut Person, clock: &HandClock, now: &str) {
    person.quit().await;
    clock.set(at(now));
    person.restart().await.unwrap();
    person.connected().await;
}

fn about(notices: &[Notice]) -> Vec<(NoticeKind, Option<CaseId>)> {
    notices.iter().map(|notice| (notice.kind, notice.case)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_the_case_is_reminded_once_and_then_the_receivers_once() {
    let (clinic, clock) = clinic().await;
    let mut anna = person(&clinic, &clock, "Anna Nyström").await;
    let mut sara = person(&clinic, &clock, "Sara Lindqvist").await;
    let case = saras(&clinic, &mut anna, &mut sara, 1).await[0];

    starts(&mut anna, &clock, EARLY).await;
    // what the practice clinic has owed since last week
    hear(&anna).await;
    starts(&mut sara, &clock, EARLY).await;
    let owed = hear(&sara).await;
    assert!(!owed.iter().any(|notice| notice.case == Some(case)), "not before its day");
    clock.set(at(EIGHT));
    let told = sara.notified().await;
    assert_eq!(about(&told), [(NoticeKind::Due, Some(case))]);
    assert_eq!(told[0].clinic_name.as_deref(), Some("Björkens vårdcentral"));
    sara.restart().await.unwrap();
    sara.connected().await;
    sara.not_notified().await;

    clock.set(at(ONE));
    assert_eq!(about(&anna.notified().await), [(NoticeKind::DueUnanswered, Some(case))], "not at eight");
    anna.restart().await.unwrap();
    anna.connected().await;
    anna.not_notified().await;
    sara.not_notified().await;

    // answered: what stands on Anna's screen has lost its reason
    let shown = anna.client.notices_to_close().await.unwrap();
    assert_eq!(shown, Vec::<String>::new());
    sara.write(case, MessageKind::PartialReply, "Vi återkommer i morgon.").await.unwrap();
    let closed = anna
        .until("the reminder taken back", async |client: Client| {
            let closed = client.notices_to_close().await.unwrap();
            (!closed.is_empty()).then_some(closed)
        })
        .await;
    assert_eq!(closed.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_in_time_is_not_reminded_of() {
    let (clinic, clock) = clinic().await;
    let mut anna = person(&clinic, &clock, "Anna Nyström").await;
    let mut sara = person(&clinic, &clock, "Sara Lindqvist").await;
    let cases = saras(&clinic, &mut anna, &mut sara, 2).await;
    sara.write(cases[0], MessageKind::CounterQuestion, "Vilken dag?").await.unwrap();
    sara.outbox_empty().await;
    starts(&mut sara, &clock, EARLY).await;
    hear(&sara).await;
    clock.set(at(EIGHT));
    assert_eq!(about(&sara.notified().await), [(NoticeKind::Due, Some(cases[1]))]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_network_it_is_told_all_the_same() {
    let (clinic, clock) = clinic().await;
    let mut anna = person(&clinic, &clock, "Anna Nyström").await;
    let mut sara = person(&clinic, &clock, "Sara Lindqvist").await;
    let case = saras(&clinic, &mut anna, &mut sara, 1).await[0];
    starts(&mut sara, &clock, EARLY).await;
    hear(&sara).await;
    sara.go_offline().await;
    clock.set(at(EIGHT));
    assert_eq!(about(&sara.notified().await), [(NoticeKind::Due, Some(case))]);
    sara.come_back().await;
    sara.not_notified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_long_absence_all_of_them_are_one_and_none_is_told_twice() {
    let (clinic, clock) = clinic().await;
    let mut anna = person(&clinic, &clock, "Anna Nyström").await;
    let mut sara = person(&clinic, &clock, "Sara Lindqvist").await;
    let cases = saras(&clinic, &mut anna, &mut sara, 5).await;
    starts(&mut sara, &clock, EARLY).await;
    // what the practice clinic has owed since last week
    hear(&sara).await;
    sara.quit().await;
    clock.set(at("2026-12-21T09:30:00Z"));
    sara.restart().await.unwrap();
    let told = sara.notified().await;
    assert_eq!(about(&told), [(NoticeKind::Reminders, None)]);
    // hers, and what else has fallen due since by her list
    let rows = sara.client.list(journeys::person::everything()).await.unwrap().rows;
    let since = |row: &CaseRow| row.due.at > at(EARLY) && matches!(row.due.tone, DueTone::Late | DueTone::Today);
    let due: Vec<CaseId> = rows.iter().filter(|row| since(row)).map(|row| row.id).collect();
    assert!(cases.iter().all(|case| due.contains(case)));
    assert_eq!(told[0].count as usize, due.len());
    sara.restart().await.unwrap();
    sara.connected().await;
    sara.not_notified().await;
    // a clock that is set back and forth tells nothing twice
    for now in [EARLY, EIGHT, ONE, "2026-12-21T09:30:00Z"] {
        starts(&mut sara, &clock, now).await;
        sara.not_notified().await;
    }
}
