//! Who has which case before them: who is told, when, and how it ends.

use crate::events::Stream;
use crate::house::*;
use mottaget_domain::{CaseId, HsaId, Role};
use mottaget_protocol::{Company, Doing, StreamEvent};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

fn at(case: CaseId, doing: &str) -> Value {
    json!({ "at": { "case": case, "doing": doing } })
}

fn names(company: &Company) -> Vec<(&str, Doing)> {
    company.people.iter().map(|one| (one.name.as_str(), one.doing)).collect()
}

impl Stream {
    /// The next news of who is where.
    async fn presence(&mut self) -> (HsaId, Vec<Company>, bool) {
        loop {
            if let StreamEvent::Presence { clinic, cases, whole } = self.next().await.expect("the stream ended") {
                return (clinic, cases, whole);
            }
        }
    }

    /// The next news of one case.
    async fn at_case(&mut self, case: CaseId) -> Company {
        loop {
            let (_, cases, _) = self.presence().await;
            if let Some(company) = cases.into_iter().find(|company| company.case == case) {
                return company;
            }
        }
    }

    /// Reads until so many are told of at a case.
    async fn until_at_case(&mut self, case: CaseId, people: usize) {
        while self.at_case(case).await.people.len() != people {}
    }
}

/// A case that is Sara's, at Björken; Anna receives there, and Maximiliana too.
async fn scene(house: &House) -> (CaseId, Person, Person, Person) {
    let (anna, sara) = (house.staff(ANNA).await, house.staff(SARA).await);
    let roles = BTreeSet::from([Role::Receiver]);
    house.server().people().set_roles(&hsa(MAXIMILIANA), &hsa(BJORKEN), &roles).await.unwrap();
    let maxi = house.staff(MAXIMILIANA).await;
    let case = house.resident("Bo ").await.files(BJORKEN, "Fråga", "Hej", vec![]).await;
    anna.does(BJORKEN, case, to_person(SARA)).await;
    (case, anna, sara, maxi)
}

#[tokio::test]
async fn colleagues_are_told_who_reads_and_who_answers_and_nobody_of_themselves() {
    let house = House::open().await;
    let (case, anna, sara, _) = scene(&house).await;
    let mut annas = Stream::open(&anna).await;
    let nobody: Option<Company> = sara.put("/api/v1/presence", &at(case, "reading")).await.json();
    assert_eq!(names(&nobody.unwrap()), []);
    assert_eq!(names(&annas.at_case(case).await), [("Sara Lindqvist", Doing::Reading)]);
    sara.put("/api/v1/presence", &at(case, "answering")).await;
    let told = annas.at_case(case).await;
    assert_eq!(names(&told), [("Sara Lindqvist", Doing::Answering)]);
    assert_eq!(told.people[0].since, start_time());
    let there: Option<Company> = anna.put("/api/v1/presence", &at(case, "distributing")).await.json();
    assert_eq!(names(&there.unwrap()), [("Sara Lindqvist", Doing::Answering)], "the answer tells who is there");
    // her own coming is told to Anna as who else is there
    assert_eq!(names(&annas.at_case(case).await), [("Sara Lindqvist", Doing::Answering)]);
    sara.put("/api/v1/presence", &json!({ "at": null })).await;
    assert_eq!(names(&annas.at_case(case).await), []);
}

#[tokio::test]
async fn who_may_not_see_the_case_hears_nothing_and_is_told_of_no_case() {
    let house = House::open().await;
    let (case, anna, sara, _) = scene(&house).await;
    let omar = house.staff(OMAR).await;
    let (mut omars, mut annas) = (Stream::open(&omar).await, Stream::open(&anna).await);
    for who in [omar.clone(), house.staff(JONAS).await, house.staff(NILS).await] {
        let refused = who.put("/api/v1/presence", &at(case, "answering")).await;
        let unknown = who.put("/api/v1/presence", &at(CaseId::random(), "answering")).await;
        assert_eq!((refused.code().as_str(), refused.seen()), ("not-found", unknown.seen()));
    }
    sara.put("/api/v1/presence", &at(case, "reading")).await;
    assert_eq!(names(&annas.at_case(case).await), [("Sara Lindqvist", Doing::Reading)], "and no Omar");
    // the next that he hears is of the case that becomes his
    anna.does(BJORKEN, case, moved(SARA, OMAR)).await;
    let there: Option<Company> = omar.put("/api/v1/presence", &at(case, "reading")).await.json();
    assert_eq!(names(&there.unwrap()), [("Sara Lindqvist", Doing::Reading)]);
    let (_, cases, whole) = omars.presence().await;
    assert_eq!((cases[0].case, whole), (case, false));
}

#[tokio::test]
async fn who_is_not_heard_of_for_fifteen_seconds_is_gone_and_a_heartbeat_keeps() {
    let house = House::open().await;
    let (case, anna, sara, maxi) = scene(&house).await;
    sara.put("/api/v1/presence", &at(case, "answering")).await;
    maxi.put("/api/v1/presence", &at(case, "reading")).await;
    let mut annas = Stream::open(&anna).await;
    let (_, told, whole) = annas.presence().await;
    assert!(whole && told[0].people.len() == 2, "who comes later is told of all: {told:?}");
    house.clock.advance(Duration::from_secs(10));
    sara.put("/api/v1/presence", &at(case, "answering")).await;
    house.clock.advance(Duration::from_secs(5));
    assert_eq!(names(&annas.at_case(case).await), [("Sara Lindqvist", Doing::Answering)]);
    house.clock.advance(Duration::from_secs(10));
    assert_eq!(names(&annas.at_case(case).await), []);
}

#[tokio::test]
async fn going_elsewhere_and_signing_out_leave_the_case() {
    let house = House::open().await;
    let (case, anna, sara, maxi) = scene(&house).await;
    let other = house.resident("Bo ").await.files(BJORKEN, "Fråga", "Igen", vec![]).await;
    let mut annas = Stream::open(&anna).await;
    maxi.put("/api/v1/presence", &at(case, "reading")).await;
    assert_eq!(annas.at_case(case).await.people.len(), 1);
    maxi.put("/api/v1/presence", &at(other, "distributing")).await;
    assert_eq!(annas.at_case(other).await.people[0].doing, Doing::Distributing);
    let left: Option<Company> = anna.put("/api/v1/presence", &at(case, "reading")).await.json();
    assert_eq!(names(&left.unwrap()), []);
    sara.put("/api/v1/presence", &at(case, "answering")).await;
    annas.until_at_case(case, 1).await;
    sara.post("/api/v1/sign-out", &()).await;
    annas.until_at_case(case, 0).await;
}
