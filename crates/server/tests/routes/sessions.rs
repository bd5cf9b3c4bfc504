//! Signing in and out, and how sessions end.

use crate::house::*;
use mottaget_server::{Server, ServerConfig};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn no_token_a_wrong_one_and_an_old_one_are_told_apart_from_nothing_else() {
    let house = House::open().await;
    let missing = house.nobody().get("/api/v1/me").await;
    assert_eq!((missing.status, missing.code().as_str()), (401, "session-missing"));
    assert_eq!(missing.headers["www-authenticate"], "Bearer");
    assert_eq!(house.with_token("made-up").get("/api/v1/me").await.code(), "session-expired");
    let anna = house.staff(ANNA).await;
    house.clock.advance(Duration::from_secs(12 * 3600 - 1));
    assert_eq!(anna.get("/api/v1/me").await.status, 200);
    house.clock.advance(Duration::from_secs(1));
    let old = anna.get("/api/v1/me").await;
    assert_eq!((old.status, old.code().as_str()), (401, "session-expired"));
}

#[tokio::test]
async fn signing_out_ends_that_session_alone() {
    let house = House::open().await;
    let (here, there) = (house.staff(ANNA).await, house.staff(ANNA).await);
    assert_eq!(here.post("/api/v1/sign-out", &()).await.status, 204);
    assert_eq!(here.get("/api/v1/me").await.code(), "session-expired");
    assert_eq!(there.get("/api/v1/me").await.status, 200);
}

#[tokio::test]
async fn an_inactive_hsa_id_has_no_session_and_gets_none() {
    let house = House::open().await;
    let sara = house.staff(SARA).await;
    house.server().people().set_active(&hsa(SARA), false).await.unwrap();
    assert_eq!(sara.get("/api/v1/me").await.code(), "session-expired");
    for id in [SARA, "SE2321000016-P013", "SE2321000016-NOBODY"] {
        assert_eq!(house.nobody().post("/practice/sign-in", &json!({ "hsaId": id })).await.code(), "not-found", "{id}");
    }
}

#[tokio::test]
async fn a_pasted_hsa_id_with_blanks_signs_in() {
    let house = House::open().await;
    let pasted = house.nobody().post("/practice/sign-in", &json!({ "hsaId": " se2321000016 - p001\u{a0}" })).await;
    assert_eq!(pasted.value()["me"]["staff"]["name"], "Anna Nyström");
}

#[tokio::test]
async fn staff_and_residents_do_not_stand_in_for_each_other() {
    let house = House::open().await;
    let (anna, bo) = (house.staff(ANNA).await, house.resident("Bo ").await);
    assert_eq!(anna.get("/resident/v1/cases").await.code(), "session-expired");
    assert_eq!(bo.get("/api/v1/me").await.code(), "session-expired");
}

#[tokio::test]
async fn residents_who_can_not_log_in_can_not_sign_in() {
    let house = House::open().await;
    let can = house.nobody().get("/practice/residents").await.value()["canSignIn"].clone();
    assert!(can.as_array().unwrap().contains(&json!(house.number_of("Cecilia").await)));
    for name in ["Yosef", "Åke"] {
        let id = house.number_of(name).await;
        assert!(!can.as_array().unwrap().contains(&json!(id)), "{name} is offered and can't");
        let answer = house.nobody().post("/practice/resident-sign-in", &json!({ "personalId": id })).await;
        assert_eq!(answer.code(), "not-found", "{name}");
    }
}

#[tokio::test]
async fn outside_practice_nobody_is_let_in_by_picking_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(ServerConfig::new(folder.path(), loopback(), false)).await.unwrap();
    let person = Person { http: client(), url: server.url(), token: None, headers: Vec::new() };
    for path in ["/practice/people", "/practice/residents", "/invanare", "/invanare/sida.js", "/invanare/sida.css"] {
        assert_eq!(person.get(path).await.code(), "practice-only", "{path}");
    }
    assert_eq!(person.post("/practice/sign-in", &json!({ "hsaId": ANNA })).await.code(), "practice-only");
    let resident = json!({ "personalId": "198001019804" });
    assert_eq!(person.post("/practice/resident-sign-in", &resident).await.code(), "practice-only");
    assert_eq!(person.get("/health").await.value()["practice"], false);
    server.shutdown().await;
}

#[tokio::test]
async fn everybody_to_pick_from_can_be_picked() {
    let house = House::open().await;
    let people: mottaget_protocol::session::PracticePeople = house.nobody().get("/practice/people").await.json();
    assert!(people.people.len() >= 8);
    for person in people.people {
        let signed_in = house.staff(person.staff.hsa_id.as_str()).await;
        assert_eq!(signed_in.get("/api/v1/me").await.json::<mottaget_protocol::Me>(), person);
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_browsers_careful() {
    let house = House::open().await;
    for path in ["/health", "/nowhere", "/invanare", "/docs", "/openapi.json", "/api/v1/me"] {
        let answer = house.nobody().get(path).await;
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer", "{path}");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
    }
}
