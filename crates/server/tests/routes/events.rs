//! The event stream: who hears what, and how it ends.

use crate::house::*;
use futures::StreamExt;
use mottaget_protocol::{Preferences, StreamEvent};
use std::pin::Pin;
use tokio::time::timeout;

type Bytes = Pin<Box<dyn futures::Stream<Item = reqwest::Result<bytes::Bytes>> + Send>>;

/// An open stream, read event by event.
pub struct Stream {
    bytes: Bytes,
    text: String,
}

impl Stream {
    pub async fn open(who: &Person) -> Self {
        let response = who.request(reqwest::Method::GET, "/api/v1/events").send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(!response.headers().contains_key("content-encoding"));
        Self { bytes: Box::pin(response.bytes_stream()), text: String::new() }
    }

    /// The next event; `None` when the server has ended the stream.
    pub async fn next(&mut self) -> Option<StreamEvent> {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let data = event.lines().find_map(|line| line.strip_prefix("data: ").map(str::to_owned));
                self.text = rest.to_owned();
                if let Some(data) = data {
                    return Some(serde_json::from_str(&data).unwrap());
                }
            }
            let chunk = timeout(PATIENCE, self.bytes.next()).await.expect("the stream went quiet")?;
            self.text.push_str(std::str::from_utf8(&chunk.ok()?).unwrap());
        }
    }

    /// The next clinic that moved, and how far.
    pub async fn moved(&mut self) -> (String, u64) {
        loop {
            if let StreamEvent::Moved { clinic, seq } = self.next().await.expect("the stream ended") {
                return (clinic.to_string(), seq);
            }
        }
    }

    /// Reads until that clinic has moved beyond that number.
    pub async fn moved_beyond(&mut self, clinic: &str, seq: u64) -> u64 {
        loop {
            let (moved, reached) = self.moved().await;
            if moved == clinic && reached > seq {
                return reached;
            }
        }
    }
}

#[tokio::test]
async fn a_stream_tells_of_ones_own_clinics_only() {
    let house = House::open().await;
    let (anna, bo) = (house.staff(ANNA).await, house.resident("Bo ").await);
    let mut stream = Stream::open(&anna).await;
    let (clinic, seq) = stream.moved().await;
    assert_eq!(clinic, BJORKEN, "it begins with where each clinic stands");
    bo.files(LINDEN, "Fråga", "Hej", vec![]).await;
    bo.files(BJORKEN, "Fråga", "Hej", vec![]).await;
    assert_eq!(stream.moved().await, (BJORKEN.to_owned(), seq + 1));
}

#[tokio::test]
async fn somebody_who_works_at_two_clinics_hears_of_both() {
    let house = House::open().await;
    let mut stream = Stream::open(&house.staff("SE2321000016-P004").await).await;
    let both = [stream.moved().await.0, stream.moved().await.0];
    assert_eq!(both, [BJORKEN, LINDEN]);
}

#[tokio::test]
async fn the_person_is_told_when_they_themselves_changed() {
    let house = House::open().await;
    let anna = house.staff(ANNA).await;
    let mut stream = Stream::open(&anna).await;
    stream.moved().await;
    let chosen =
        Preferences { signature: "A".into(), notify_new_case: true, notify_assigned: true, notify_answered: true };
    anna.put("/api/v1/me/preferences", &chosen).await;
    assert_eq!(stream.next().await, Some(StreamEvent::Me));
    let people = house.server().people();
    stream.moved().await;
    people.set_roles(&hsa(ANNA), &hsa(LINDEN), &[mottaget_domain::Role::Receiver].into()).await.unwrap();
    assert_eq!(stream.next().await, Some(StreamEvent::Me));
    assert_eq!([stream.moved().await.0, stream.moved().await.0], [BJORKEN, LINDEN], "the new clinic is heard at once");
}

#[tokio::test]
async fn a_stream_ends_with_the_session() {
    let house = House::open().await;
    let anna = house.staff(ANNA).await;
    let (mut signed_out, mut expired) = (Stream::open(&anna).await, Stream::open(&house.staff(ANNA).await).await);
    assert_eq!(anna.post("/api/v1/sign-out", &()).await.status, 204);
    while signed_out.next().await.is_some() {}
    assert_eq!(expired.moved().await.0, BJORKEN, "other sessions go on");
    house.clock.advance(std::time::Duration::from_secs(12 * 3600 + 1));
    while expired.next().await.is_some() {}
}

#[tokio::test]
async fn a_stream_ends_when_the_hsa_id_is_switched_off() {
    let house = House::open().await;
    let mut stream = Stream::open(&house.staff(SARA).await).await;
    house.server().people().set_active(&hsa(SARA), false).await.unwrap();
    while stream.next().await.is_some() {}
}

#[tokio::test]
async fn shutting_down_ends_streams_and_finishes_what_was_begun() {
    let mut house = House::open().await;
    let (anna, bo) = (house.staff(ANNA).await, house.resident("Bo ").await);
    let mut streams = vec![Stream::open(&anna).await, Stream::open(&anna).await];
    let new = bo.new_case(BJORKEN, "Fråga", "I sista stund", vec![]).await;
    let begun = tokio::spawn({
        let (bo, new) = (bo.clone(), new.clone());
        async move { bo.request(reqwest::Method::POST, "/resident/v1/cases").json(&new).send().await.map(|r| r.status()) }
    });
    timeout(PATIENCE, house.close()).await.expect("shutting down hangs");
    for stream in &mut streams {
        while stream.next().await.is_some() {}
    }
    // Either it was acknowledged, then it is kept; or it was not, and sending it again files it.
    let acknowledged = begun.await.unwrap().is_ok_and(|status| status == 201);
    house.reopen().await;
    let bo = house.resident("Bo ").await;
    let answer = bo.post("/resident/v1/cases", &new).await;
    assert!(answer.status == 200 || (answer.status == 201 && !acknowledged), "{}", answer.text());
}
