//! The response clock: the app says what the server says, for whatever was decided and whatever happened, also without a
//! network; and what the passing of time changes is told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use jiff::civil::date;
use jiff::{Timestamp, ToSpan};
use journeys::{Clinic, Person, ResidentAtHome};
use mottaget_client::view::{DueFilter, DueTone, DueView, Filter, ListQuery};
use mottaget_client::{Client, ClientConfig, HandClock, Keys};
use mottaget_domain::calendar::{Eve, EveRule};
use mottaget_domain::clinic::{Policy, RegionPolicy};
use mottaget_domain::{CaseId, CloseReason, MessageKind};
use mottaget_server::ManualClock;
use std::collections::BTreeMap;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Chance that is the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn eves(&mut self) -> BTreeMap<Eve, EveRule> {
        let rules = [EveRule::Working, EveRule::Half, EveRule::Off];
        Eve::ALL.into_iter().map(|eve| (eve, rules[self.below(3) as usize])).collect()
    }

    /// A policy for the weeks around Christmas: many eves, many holidays.
    fn policy(&mut self) -> (RegionPolicy, Policy) {
        let region = RegionPolicy { response_days: self.below(6) as u8, eves: self.eves(), ..RegionPolicy::default() };
        let closed = [(); 4].map(|()| date(2026, 12, 14) + (self.below(28) as i64).days());
        let days = self.below(6) as u8;
        let response_days = Some(days).filter(|_| self.below(2) == 0);
        let own = Policy { response_days, eves: self.eves(), closed_days: closed.into(), ..Policy::default() };
        (region, own)
    }
}

async fn by(clock: &HandClock, clinic: &Clinic, name: &str) -> Person {
    let hand = clock.clock();
    let set = |config: &mut ClientConfig| config.clock = hand;
    Person::sign_in_with(clinic, name, Keys::generate().unwrap(), set).await
}

/// Something different with each case: left, begun, answered, asked about (and the question answered, or not), closed,
/// closed and opened again.
async fn lives(n: usize, eva: &mut Person, cecilia: &ResidentAtHome, case: CaseId) {
    eva.has(case).await;
    if n.is_multiple_of(7) {
        return;
    }
    eva.give_to(case, "Eva Bergström").await.unwrap();
    eva.outbox_empty().await;
    eva.client.open_case(case).await.unwrap();
    eva.outbox_empty().await;
    match n % 7 {
        2 => drop(eva.write(case, MessageKind::PartialReply, "Vi återkommer.").await.unwrap()),
        3 | 4 => drop(eva.write(case, MessageKind::CounterQuestion, "Vilken dag?").await.unwrap()),
        5 | 6 => drop(eva.client.close_case(case, CloseReason::HandledByPhone, None, false, None).await.unwrap()),
        _ => {}
    }
    eva.outbox_empty().await;
    if n % 7 == 4 {
        cecilia.answer(case, "På tisdag.").await;
    }
    if n % 7 == 6 {
        eva.sees("closed", case, |view| !view.row.state.is_open()).await;
        eva.client.reopen_case(case).await.unwrap();
        eva.outbox_empty().await;
    }
}

async fn dues(client: &Client) -> BTreeMap<CaseId, DueView> {
    let rows = client.list(journeys::person::everything()).await.unwrap().rows;
    rows.into_iter().map(|row| (row.id, row.due)).collect()
}

/// The day that the app has for the resident: none when nothing is owed.
fn owed(due: &DueView) -> Option<Timestamp> {
    matches!(due.tone, DueTone::OnTime | DueTone::Today | DueTone::Late).then_some(due.at)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_app_says_what_the_server_says_for_any_policy_and_case_and_offline_too() {
    let start = at("2026-12-17T09:00:00Z");
    let (server, app) = (ManualClock::at(start), HandClock::at(start));
    let clinic = Clinic::start_at(&server).await;
    let mut cases = Vec::new();
    // over a weekend and into Christmas
    for hours in [0, 30, 102] {
        let now = start + hours.hours();
        server.set(now);
        app.set(now);
        let cecilia = clinic.cecilia().await;
        let mut eva = by(&app, &clinic, "Eva Bergström").await;
        for n in 0..7 {
            let kind = if n % 2 == 0 { "Boka tid" } else { "Beställa intyg" };
            let case = cecilia.file_case(&clinic.bjorken(), kind, &format!("Nummer {n}."), &[]).await;
            lives(cases.len(), &mut eva, &cecilia, case).await;
            cases.push(case);
        }
        eva.quit().await;
    }
    let cecilia = clinic.cecilia().await;
    let mut anna = by(&app, &clinic, "Anna Nyström").await;
    let mut dice = Dice(0x006d_6f74_7461_6765);
    let mut seen = std::collections::BTreeSet::new();
    for round in 0..8 {
        let (region, own) = dice.policy();
        let people = clinic.server().people();
        people.set_region_policy("98", &region).await.unwrap();
        people.set_policy(&clinic.bjorken(), &own).await.unwrap();
        let mut told = BTreeMap::new();
        for case in &cases {
            told.insert(*case, cecilia.sees(*case).await.answer_by);
        }
        seen.extend(told.values().copied());
        let what = format!("what the server says in round {round}: {region:?} {own:?}");
        let same = anna
            .until(&what, async |client: Client| {
                let here = dues(&client).await;
                cases.iter().all(|case| owed(&here[case]) == told[case]).then_some(here)
            })
            .await;
        // without a network, and after a restart: the same again, from what lies on this machine
        if round == 7 {
            anna.go_offline().await;
            assert_eq!(dues(&anna.client).await, same);
            anna.restart().await.unwrap();
            assert_eq!(dues(&anna.client).await, same);
        }
        for case in &cases {
            let view = anna.client.read_case_again(*case).await.unwrap();
            assert_eq!((view.row.due.at, view.why_due.due_at), (same[case].at, same[case].at));
        }
    }
    assert!(seen.len() > 10, "too much alike to prove anything: {seen:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_a_day_passes_the_lists_are_told_to_read_again() {
    // Thursday; two working days at Björken: due on Monday
    let start = at("2026-12-10T09:00:00Z");
    let (server, app) = (ManualClock::at(start), HandClock::at(start));
    let clinic = Clinic::start_at(&server).await;
    let case = clinic.cecilia().await.file_case(&clinic.bjorken(), "Boka tid", "Hej", &[]).await;
    let mut anna = by(&app, &clinic, "Anna Nyström").await;
    anna.has(case).await;
    anna.go_offline().await;
    let said = async |person: &Person| dues(&person.client).await[&case];
    assert_eq!((said(&anna).await.tone, said(&anna).await.working_days_left), (DueTone::OnTime, 2));
    for (now, tone, left) in [
        ("2026-12-10T23:00:01Z", DueTone::OnTime, 1),
        ("2026-12-13T23:00:01Z", DueTone::Today, 0),
        ("2026-12-14T23:00:01Z", DueTone::Late, -1),
    ] {
        let mut events = anna.client.events();
        app.set(at(now));
        while events.next().await.expect("the client ended") != mottaget_client::ClientEvent::Everything {}
        let due = said(&anna).await;
        assert_eq!((due.tone, due.working_days_left), (tone, left), "{now}");
    }
    let late = ListQuery {
        filter: Filter { due: Some(DueFilter::Late), ..Filter::default() },
        ..journeys::person::list(mottaget_client::view::Scope::Inbox)
    };
    let late = anna.client.list(late).await.unwrap();
    assert!(late.rows.iter().any(|row| row.id == case) && late.rows.len() as u64 == late.total);
}
