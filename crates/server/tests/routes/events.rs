//! The event stream: who hears what, and how it ends.

use crate::house::*;
use futures::StreamExt;
use mottaget_protocol::{Preferences, PushedPage, StreamEvent};
use std::pin::Pin;
use tokio::time::timeout;

type Bytes = Pin<Box<dyn futures::Stream<Item = reqwest::Result<bytes::Bytes>> + Send>>;

/// An open stream, read event by event.
pub struct Stream {
    bytes: Bytes,
    text: Vec<u8>,
}

impl Stream {
    pub async fn open(who: &Person) -> Self {
        let response = who.request(reqwest::Method::GET, "/api/v1/events").send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(!response.headers().contains_key("content-encoding"));
        Self { bytes: Box::pin(response.bytes_stream()), text: Vec::new() }
    }

    /// The next event; `None` when the server has ended the stream.
    pub async fn next(&mut self) -> Option<StreamEvent> {
        loop {
            while let Some(end) = self.text.windows(2).position(|two| two == b"\n\n") {
                let event = String::from_utf8(self.text.drain(..end + 2).collect()).unwrap();
                let data = event.lines().find_map(|line| line.strip_prefix("data: ").map(str::to_owned));
                if let Some(data) = data {
                    return Some(serde_json::from_str(&data).unwrap());
                }
            }
            let chunk = timeout(PATIENCE, self.bytes.next()).await.expect("the stream went quiet")?;
            self.text.extend_from_slice(&chunk.ok()?);
        }
    }

    /// The next clinic that moved, and how far; with its page or without.
    pub async fn moved(&mut self) -> (String, u64) {
        loop {
            match self.next().await.expect("the stream ended") {
                StreamEvent::Moved { clinic, seq } => return (clinic.to_string(), seq),
                StreamEvent::Page(pushed) => return (pushed.page.clinic.to_string(), pushed.page.seq),
                StreamEvent::Me | StreamEvent::Presence { .. } => {}
            }
        }
    }

    /// The next page that comes unasked.
    pub async fn pushed(&mut self) -> PushedPage {
        loop {
            match self.next().await.expect("the stream ended") {
                StreamEvent::Page(pushed) => return *pushed,
                StreamEvent::Moved { .. } | StreamEvent::Me | StreamEvent::Presence { .. } => {}
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
async fn the_next_page_comes_with_the_news_and_is_the_one_that_the_feed_gives() {
    let house = House::open().await;
    let (anna, sara) = (house.staff(ANNA).await, house.staff(SARA).await);
    let bo = house.resident("Bo ").await;
    let (mut annas, mut saras) = (Stream::open(&anna).await, Stream::open(&sara).await);
    annas.moved().await;
    saras.moved().await;
    let (at_anna, at_sara) = (anna.pages(BJORKEN, None, 1000).await.pop(), sara.pages(BJORKEN, None, 1000).await.pop());
    let (at_anna, at_sara) = (at_anna.unwrap().cursor, at_sara.unwrap().cursor);
    let case = bo.files(BJORKEN, "Fråga", "Hej", vec![]).await;

    let pushed = annas.pushed().await;
    assert_eq!(pushed.from, at_anna);
    assert_eq!(pushed.page, anna.page(BJORKEN, Some(&at_anna), 10).await);
    assert_eq!(pushed.page.documents[0].case.id, case);
    let nothing = saras.pushed().await;
    assert_eq!((nothing.from.as_str(), nothing.page.documents.len()), (at_sara.as_str(), 0), "not hers to see");

    anna.does(BJORKEN, case, to_person(SARA)).await;
    assert_eq!(annas.pushed().await.from, pushed.page.cursor, "each goes on from the one before");
    let given = saras.pushed().await;
    assert_eq!(given.page, sara.page(BJORKEN, Some(&nothing.page.cursor), 10).await);
    assert_eq!(given.page.documents[0].case.id, case);
    anna.does(BJORKEN, case, moved(SARA, OMAR)).await;
    let taken = saras.pushed().await;
    assert_eq!((taken.page.documents.len(), taken.page.tombstones), (0, vec![case]));
}

#[tokio::test]
async fn who_has_got_other_eyes_meanwhile_is_told_to_ask() {
    let house = House::open().await;
    let (maxi, bo) = (house.staff(MAXIMILIANA).await, house.resident("Bo ").await);
    let mut stream = Stream::open(&maxi).await;
    let (_, seq) = stream.moved().await;
    let roles = [mottaget_domain::Role::Handler, mottaget_domain::Role::Receiver].into();
    house.server().people().set_roles(&hsa(MAXIMILIANA), &hsa(BJORKEN), &roles).await.unwrap();
    bo.files(BJORKEN, "Fråga", "Hej", vec![]).await;
    let mut told = Vec::new();
    while told.last().is_none_or(|(_, reached)| *reached <= seq) {
        told.push(match stream.next().await.unwrap() {
            StreamEvent::Moved { clinic, seq } => (clinic.to_string(), seq),
            StreamEvent::Page(pushed) => panic!("a page for eyes that the mirror does not have: {:?}", pushed.from),
            StreamEvent::Me | StreamEvent::Presence { .. } => continue,
        });
    }
}

#[tokio::test]
async fn a_long_thread_is_asked_for() {
    let house = House::open().await;
    let (anna, bo) = (house.staff(ANNA).await, house.resident("Bo ").await);
    let mut stream = Stream::open(&anna).await;
    let (_, seq) = stream.moved().await;
    let case = bo.files(BJORKEN, "Fråga", &"å".repeat(9_000), vec![]).await;
    assert_eq!(stream.pushed().await.page.seq, seq + 1);
    for n in 1.. {
        anna.does(BJORKEN, case, note(&"ö".repeat(9_000))).await;
        match stream.next().await.unwrap() {
            StreamEvent::Page(pushed) => assert!(n < 20 && serde_json::to_vec(&pushed).unwrap().len() <= 128 * 1024),
            StreamEvent::Moved { seq: reached, .. } => {
                assert_eq!(reached, seq + 1 + n);
                break;
            }
            other => panic!("nobody changed: {other:?}"),
        }
    }
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
    let chosen = Preferences {
        signature: "A".into(),
        notify_new_case: true,
        notify_assigned: true,
        notify_answered: true,
        notify_mentioned: true,
        sign_as: mottaget_domain::signature::SignAs::Person,
        views: Vec::new(),
    };
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
