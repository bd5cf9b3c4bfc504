//! The response clock: what region, clinic and case type have decided travels to the app, and the resident is told a day.

use crate::events::Stream;
use crate::house::*;
use jiff::Timestamp;
use mottaget_domain::case::CaseTypeRef;
use mottaget_domain::clinic::{Policy, RegionPolicy};
use mottaget_domain::response_clock::{Level, Target, due};
use mottaget_domain::{CaseTypeId, MessageId, MessageKind};
use mottaget_protocol::resident::NewReply;
use mottaget_protocol::{Directory, StreamEvent};
use std::time::Duration;

async fn policy(person: &Person, clinic: &str) -> Policy {
    let path = format!("/api/v1/clinics/{clinic}/directory");
    serde_json::from_value::<Directory>(person.get(&path).await.value()).unwrap().policy
}

/// A case type that says nothing of its own.
fn plain() -> CaseTypeRef {
    CaseTypeRef { id: CaseTypeId::random(), name: "Boka tid".into(), resident_files: false, response_days: None }
}

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

#[tokio::test]
async fn the_region_decides_where_the_clinic_does_not() {
    let house = House::open().await;
    let (anna, jonas) = (house.staff(ANNA).await, house.staff(JONAS).await);
    assert_eq!(policy(&anna, BJORKEN).await.target(&plain()), Target { days: 2, level: Level::Clinic });
    assert_eq!(policy(&jonas, LINDEN).await.target(&plain()), Target { days: 3, level: Level::Region });
    let region = RegionPolicy { response_days: 4, ..RegionPolicy::default() };
    house.server().people().set_region_policy("98", &region).await.unwrap();
    assert_eq!(policy(&anna, BJORKEN).await.target(&plain()).days, 2);
    assert_eq!(policy(&jonas, LINDEN).await.target(&plain()).days, 4);
    // saving a clinic's own decisions neither loses nor freezes what the region says
    let own = Policy { closed_days: ["2026-12-23".parse().unwrap()].into(), ..Policy::default() };
    house.server().people().set_policy(&hsa(LINDEN), &own).await.unwrap();
    assert_eq!(policy(&jonas, LINDEN).await, Policy { region, ..own });
    let nowhere = house.server().people().set_region_policy("00", &RegionPolicy::default()).await;
    assert!(matches!(nowhere, Err(mottaget_server::ServerError::NotFound)));
}

#[tokio::test]
async fn the_app_is_told_when_the_decisions_change() {
    let house = House::open().await;
    let mut stream = Stream::open(&house.staff(JONAS).await).await;
    house.server().people().set_region_policy("98", &RegionPolicy::default()).await.unwrap();
    loop {
        match stream.next().await.expect("the stream ended") {
            StreamEvent::Me => return,
            StreamEvent::Moved { .. } | StreamEvent::Page(_) | StreamEvent::Presence { .. } => {}
        }
    }
}

#[tokio::test]
async fn the_resident_is_told_the_day_that_the_list_of_the_clinic_says() {
    let house = House::open().await;
    let (astrid, anna, sara) = (house.resident("Astrid").await, house.staff(ANNA).await, house.staff(SARA).await);
    // Monday: two working days at Björken
    let case = astrid.files(BJORKEN, "Boka tid", "Hej", vec![]).await;
    assert_eq!(astrid.opens(case).await.answer_by, at("2026-11-25T22:59:59Z"));
    let listed = anna.case(BJORKEN, case).await.unwrap().case;
    let said = due(&listed, &policy(&anna, BJORKEN).await, start_time()).at();
    assert_eq!(Some(said), astrid.opens(case).await.answer_by);
    // at Linden three, and Tuesday is closed; a case type of its own goes before both
    let there = astrid.files(LINDEN, "Boka tid", "Hej", vec![]).await;
    assert_eq!(astrid.opens(there).await.answer_by, at("2026-11-27T22:59:59Z"));
    let certificate = astrid.files(LINDEN, "Beställa intyg", "Hej", vec![]).await;
    assert_eq!(astrid.opens(certificate).await.answer_by, at("2026-12-01T22:59:59Z"));
    // a question: the clinic waits, so there is no day; after the answer there is one again
    anna.does(BJORKEN, case, to_person(SARA)).await;
    sara.does(BJORKEN, case, says(MessageKind::CounterQuestion, "Vilken dag?", vec![])).await;
    assert_eq!(astrid.opens(case).await.answer_by, None);
    house.clock.advance(Duration::from_secs(24 * 3600));
    let astrid = house.resident("Astrid").await;
    let reply = NewReply { message: MessageId::random(), text: "På tisdag.".into(), attachments: vec![] };
    assert_eq!(astrid.post(&format!("/resident/v1/cases/{case}/replies"), &reply).await.status, 200);
    assert_eq!(astrid.opens(case).await.answer_by, at("2026-11-26T22:59:59Z"));
}
