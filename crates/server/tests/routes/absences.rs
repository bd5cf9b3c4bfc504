//! Absences: said by who may, told to the clinic's apps, and followed over midnight: a substitute sees the absent
//! colleague's cases from the first day to the last, and not a minute longer.

use crate::events::Stream;
use crate::house::*;
use jiff::Timestamp;
use mottaget_domain::case::Happening;
use mottaget_domain::{CaseId, Command, MessageKind, Role};
use mottaget_protocol::{Absences, OpOutcome, StreamEvent};
use serde_json::json;
use std::collections::BTreeSet;

/// Kept in Sweden: the first minute of the 24th, and the one before it.
const MIDNIGHT: &str = "2026-11-23T23:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A case that is Sara's.
async fn saras(house: &House) -> CaseId {
    let case = house.resident("Bo ").await.files(BJORKEN, "Fråga", "Hej", vec![]).await;
    house.staff(ANNA).await.does(BJORKEN, case, to_person(SARA)).await;
    case
}

#[tokio::test]
async fn who_is_away_is_read_with_the_directory_and_who_said_so_is_on_record() {
    let house = House::open().await;
    let (anna, sara, omar) = (house.staff(ANNA).await, house.staff(SARA).await, house.staff(OMAR).await);
    let both = json!([
        { "from": "2026-12-21", "to": "2027-01-08", "substitute": null },
        { "from": "2026-11-24", "to": "2026-11-25", "substitute": OMAR },
    ]);
    let answer = sara.says_absences(SARA, both).await;
    assert_eq!(answer.json::<Absences>().absences.len(), 2);
    let told = omar.absences(SARA).await;
    assert_eq!(told.iter().map(|absence| absence.from.to_string()).collect::<Vec<_>>(), ["2026-11-24", "2026-12-21"]);
    assert_eq!(told[0].substitute, Some(hsa(OMAR)));
    // a receiver says it anew, and that is all there is
    assert_eq!(anna.says_away(SARA, "2026-11-24", "2026-11-24", None).await.status, 200);
    assert_eq!(omar.absences(SARA).await.len(), 1);
    let lines = house.log_objects("absences").await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains(&format!("{SARA} 2026-12-21/2027-01-08 2026-11-24/2026-11-25 by {OMAR}")), "{lines:?}");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_nothing_is_changed() {
    let house = House::open().await;
    let (anna, sara) = (house.staff(ANNA).await, house.staff(SARA).await);
    assert_eq!(sara.says_away(SARA, "2026-12-01", "2026-12-03", Some(OMAR)).await.status, 200);
    let before = anna.absences(SARA).await;
    for (from, to, substitute, status, code) in [
        ("2026-12-03", "2026-12-01", None, 422, "dates-reversed"),
        ("2026-12-01", "2027-12-02", None, 422, "out-of-range"),
        ("2026-12-01", "2026-12-03", Some(SARA), 422, "substitute-unfit"),
        ("2026-12-01", "2026-12-03", Some(ANNA), 422, "substitute-unfit"),
        ("2026-12-01", "2026-12-03", Some(JONAS), 422, "substitute-unfit"),
    ] {
        let answer = sara.says_away(SARA, from, to, substitute).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{from} {to} {substitute:?}");
    }
    let day = json!({ "from": "2026-12-01", "to": "2026-12-01", "substitute": null });
    let twice = sara.says_absences(SARA, json!([day, day])).await;
    assert_eq!((twice.status, twice.code().as_str()), (422, "absences-overlap"));
    let no_day = json!([{ "from": "2026-02-30", "to": "2026-03-01", "substitute": null }]);
    assert_eq!(sara.says_absences(SARA, no_day).await.status, 400);
    assert_eq!(sara.says_away(OMAR, "2026-12-01", "2026-12-03", None).await.code(), "forbidden");
    assert_eq!(anna.says_away(JONAS, "2026-12-01", "2026-12-03", None).await.code(), "not-found", "not from here");
    assert_eq!(anna.absences(SARA).await, before);
}

#[tokio::test]
async fn two_who_say_it_at_once_do_not_overrule_each_other() {
    let house = House::open().await;
    let (anna, sara) = (house.staff(ANNA).await, house.staff(SARA).await);
    let day = |day: &str| json!([{ "from": day, "to": day, "substitute": null }]);
    let anew = |seen: &str, now: &str| {
        let seen = if seen.is_empty() { json!([]) } else { day(seen) };
        json!({ "seen": { "absences": seen }, "now": { "absences": day(now) } })
    };
    // both look when nothing is said
    assert_eq!(anna.put(&absences_of(SARA), &anew("", "2026-12-01")).await.status, 200);
    let late = sara.put(&absences_of(SARA), &anew("", "2026-12-24")).await;
    assert_eq!((late.status, late.code().as_str()), (409, "decided-meanwhile"));
    assert_eq!(sara.absences(SARA).await.len(), 1, "what was said first stands");
    assert_eq!(house.log_objects("absences").await.len(), 1);
    assert_eq!(sara.put(&absences_of(SARA), &anew("2026-12-01", "2026-12-24")).await.status, 200);
    // what is over may be left out of both
    house.clock.set(at("2026-12-27T08:00:00Z"));
    let sara = house.staff(SARA).await;
    assert_eq!(sara.put(&absences_of(SARA), &anew("", "2026-12-31")).await.status, 200);
}

#[tokio::test]
async fn the_substitute_sees_the_cases_from_the_first_day_to_the_last() {
    let house = House::open().await;
    let case = saras(&house).await;
    // in the evening: a session lasts for half a day
    house.clock.set(at("2026-11-23T20:00:00Z"));
    let (anna, omar) = (house.staff(ANNA).await, house.staff(OMAR).await);
    let mut stream = Stream::open(&omar).await;
    let said = stream.moved().await.1;
    assert_eq!(anna.says_away(SARA, "2026-11-24", "2026-11-24", Some(OMAR)).await.status, 200);
    let said = stream.moved_beyond(BJORKEN, said).await;
    let cursor = omar.pages(BJORKEN, None, 1000).await.pop().unwrap().cursor;
    assert!(omar.case(BJORKEN, case).await.is_none(), "not today");
    house.clock.set(at("2026-11-23T22:59:59Z"));
    assert!(!omar.page(BJORKEN, Some(&cursor), 10).await.reset);

    // at midnight the server itself tells him to ask, and everything begins anew
    house.clock.set(at(MIDNIGHT));
    let begun = stream.moved_beyond(BJORKEN, said).await;
    let page = omar.page(BJORKEN, Some(&cursor), 1000).await;
    assert!(page.reset && page.documents.iter().any(|document| document.case.id == case));
    assert_eq!(house.staff(SARA).await.case(BJORKEN, case).await.map(|document| document.case.id), Some(case));
    // what happens now comes as to anybody whose case it is
    let cursor = omar.pages(BJORKEN, None, 1000).await.pop().unwrap().cursor;
    anna.does(BJORKEN, case, note("Ring apoteket")).await;
    let page = omar.page(BJORKEN, Some(&cursor), 10).await;
    assert!(!page.reset && page.documents.iter().any(|document| document.case.id == case));

    house.clock.set(at("2026-11-24T23:00:00Z"));
    let (anna, omar) = (house.staff(ANNA).await, house.staff(OMAR).await);
    let mut stream = Stream::open(&omar).await;
    assert!(stream.moved_beyond(BJORKEN, begun).await > begun);
    let page = omar.page(BJORKEN, Some(&cursor), 1000).await;
    assert!(page.reset && !page.documents.iter().any(|document| document.case.id == case));
    assert!(omar.case(BJORKEN, case).await.is_none());
    anna.does(BJORKEN, case, note("Klart")).await;
    assert!(omar.case(BJORKEN, case).await.is_none());
}

#[tokio::test]
async fn what_was_taken_over_stays_with_who_took_it_and_the_rest_does_not() {
    let house = House::open().await;
    let (taken, left) = (saras(&house).await, saras(&house).await);
    let (sara, omar) = (house.staff(SARA).await, house.staff(OMAR).await);
    assert_eq!(sara.says_away(SARA, "2026-11-23", "2026-11-23", Some(OMAR)).await.status, 200);
    let says = |text| says(MessageKind::PartialReply, text, vec![]);
    let refused = omar.op(&new_op(BJORKEN, taken, says("Hej"))).await;
    assert!(matches!(refused, OpOutcome::Rejected(why) if why.code == "take-over-first"));
    let cursor = sara.pages(BJORKEN, None, 1000).await.pop().unwrap().cursor;
    omar.does(BJORKEN, taken, Command::TakeOver { from: hsa(SARA) }).await;
    omar.does(BJORKEN, taken, says("Jag tar det medan Sara är ledig.")).await;
    // she is told that it is hers no more
    let page = sara.page(BJORKEN, Some(&cursor), 10).await;
    assert_eq!((page.tombstones.clone(), page.taken.len()), (vec![taken], 1));
    let history = omar.case(BJORKEN, taken).await.unwrap().case.history;
    assert!(history.iter().any(|entry| matches!(&entry.what, Happening::TakenOver { from } if *from == hsa(SARA))));
    house.clock.set(at(MIDNIGHT));
    let (sara, omar) = (house.staff(SARA).await, house.staff(OMAR).await);
    assert!(omar.case(BJORKEN, taken).await.is_some() && omar.case(BJORKEN, left).await.is_none());
    assert!(sara.case(BJORKEN, taken).await.is_none() && sara.case(BJORKEN, left).await.is_some());
}

/// A receiver sees everything already: nothing begins anew when a colleague goes away.
#[tokio::test]
async fn a_receiver_who_covers_goes_on_where_they_were_and_may_take_over() {
    let house = House::open().await;
    let case = saras(&house).await;
    let eva = house.staff(EVA).await;
    let cursor = eva.pages(BJORKEN, None, 1000).await.pop().unwrap().cursor;
    assert_eq!(eva.says_away(SARA, "2026-11-23", "2026-11-23", Some(EVA)).await.status, 200);
    assert!(!eva.page(BJORKEN, Some(&cursor), 1000).await.reset);
    eva.does(BJORKEN, case, Command::TakeOver { from: hsa(SARA) }).await;
    assert!(eva.case(BJORKEN, case).await.unwrap().case.is_assigned_to(&hsa(EVA)));
}

#[tokio::test]
async fn the_next_in_the_chain_covers_and_whoever_loses_the_role_covers_no_more() {
    let house = House::open().await;
    let case = saras(&house).await;
    let anna = house.staff(ANNA).await;
    assert_eq!(anna.says_away(SARA, "2026-11-23", "2026-11-30", Some(OMAR)).await.status, 200);
    assert_eq!(anna.says_away(OMAR, "2026-11-23", "2026-11-30", Some(MAXIMILIANA)).await.status, 200);
    let (omar, her) = (house.staff(OMAR).await, house.staff(MAXIMILIANA).await);
    assert!(omar.case(BJORKEN, case).await.is_none(), "he is away himself");
    assert!(her.case(BJORKEN, case).await.is_some());
    let people = house.server().people();
    people.set_roles(&hsa(MAXIMILIANA), &hsa(BJORKEN), &BTreeSet::from([Role::LocalAdmin])).await.unwrap();
    assert_eq!(
        her.get(&format!("/api/v1/clinics/{BJORKEN}/feed?limit=10")).await.json::<mottaget_protocol::Page>().documents,
        []
    );
}

#[tokio::test]
async fn the_clinics_apps_are_told_to_ask() {
    let house = House::open().await;
    let (nils, anna) = (house.staff(NILS).await, house.staff(ANNA).await);
    let mut stream = Stream::open(&nils).await;
    assert_eq!(anna.says_away(SARA, "2026-11-24", "2026-11-25", None).await.status, 200);
    while stream.next().await.expect("the stream ended") != StreamEvent::Me {}
}

#[tokio::test]
async fn a_server_that_was_down_over_midnight_says_the_same_as_one_that_was_not() {
    let mut house = House::open().await;
    let case = saras(&house).await;
    let omar = house.staff(OMAR).await;
    assert_eq!(house.staff(ANNA).await.says_away(SARA, "2026-11-24", "2026-11-24", Some(OMAR)).await.status, 200);
    let cursor = omar.pages(BJORKEN, None, 1000).await.pop().unwrap().cursor;
    house.close().await;
    house.clock.set(at(MIDNIGHT));
    house.reopen().await;
    let omar = house.staff(OMAR).await;
    let page = omar.page(BJORKEN, Some(&cursor), 1000).await;
    assert!(page.reset && page.documents.iter().any(|document| document.case.id == case));
}

#[tokio::test]
async fn an_absence_that_is_long_over_is_forgotten() {
    let house = House::open().await;
    let anna = house.staff(ANNA).await;
    assert_eq!(anna.says_away(SARA, "2026-11-23", "2026-11-24", Some(OMAR)).await.status, 200);
    for (now, kept) in [("2026-12-25T12:00:00Z", 1), ("2026-12-26T12:00:00Z", 0)] {
        house.clock.set(at(now));
        let anna = house.staff(ANNA).await;
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while anna.absences(SARA).await.len() != kept {
            assert!(tokio::time::Instant::now() < deadline, "{now}");
            tokio::task::yield_now().await;
        }
    }
}
