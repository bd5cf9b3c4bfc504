//! Every refusal, on every route there is: a problem document that says what it is and what to do.

use crate::house::*;
use mottaget_domain::{CaseId, FileKind, MessageId, MessageKind, Refusal, attachment::AttachmentRefusal};
use mottaget_protocol::SERVER_CODES;
use mottaget_protocol::resident::NewReply;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A route of the description: its address, and what it says of each of its methods.
type Routes = BTreeMap<String, BTreeMap<String, Value>>;

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH];

async fn routes(house: &House) -> Routes {
    let described = house.nobody().get("/openapi.json").await.value();
    let routes: Routes = serde_json::from_value(described["paths"].clone()).unwrap();
    let number: usize = routes.values().map(BTreeMap::len).sum();
    assert_eq!(number, mottaget_server::route_table().len(), "a route is not described");
    routes
}

/// An address of the route that names nothing there is.
fn nowhere(route: &str) -> String {
    let address = route.replace("{clinic}", "SE2321000016-NOWHERE").replace("{sha256}", &sha256_hex(b"nothing"));
    let address = address.replace("{author}", SARA).replace("{id}", &uuid::Uuid::new_v4().to_string());
    address.replace("{case}", &CaseId::random().to_string()).replace("{attachment}", &uuid::Uuid::new_v4().to_string())
}

/// Asserts that it is such a document, and gives its code.
#[track_caller]
fn told(answer: &Answer, status: u16, what: &str) -> String {
    assert_eq!(answer.status, status, "{what}: {}", answer.text());
    let kind = answer.headers.get("content-type").map(|kind| kind.to_str().unwrap());
    assert_eq!(kind, Some("application/problem+json"), "{what}");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{what}");
    let problem = answer.value();
    assert_eq!((&problem["type"], &problem["status"]), (&json!("about:blank"), &json!(status)), "{what}");
    for part in ["title", "detail"] {
        assert!(problem[part].as_str().is_some_and(|words| words.len() > 5), "{what}: {part} of {problem}");
    }
    let code = problem["code"].as_str().unwrap().to_owned();
    let known = [SERVER_CODES, Refusal::CODES, AttachmentRefusal::CODES].concat();
    assert!(known.contains(&code.as_str()), "{what}: {code}");
    code
}

/// Who may ask on this route.
async fn entitled(house: &House, route: &str) -> Person {
    match route {
        _ if route.starts_with("/api/") => house.staff(ANNA).await,
        _ if route.starts_with("/resident/") => house.resident("Ida").await,
        _ => house.nobody(),
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_told_so() {
    let house = House::open().await;
    let anna = house.staff(ANNA).await;
    for address in ["/", "/api/v1", "/api/v1/", "/api/v1/me/", "/api/v2/me", "/resident/v1/x", "/%FF", "/a//b"] {
        for method in METHODS {
            let what = format!("{method} {address}");
            let answer = anna.send(anna.request(method, address)).await;
            assert_eq!(told(&answer, 404, &what), "not-found", "{what}");
        }
    }
}

#[tokio::test]
async fn a_method_that_a_route_does_not_take_is_told_with_those_that_it_takes() {
    let house = House::open().await;
    let mut asked = 0;
    for (route, taken) in routes(&house).await {
        let who = entitled(&house, &route).await;
        let taken: Vec<String> = taken.keys().map(|method| method.to_uppercase()).collect();
        for method in METHODS.into_iter().filter(|method| !taken.contains(&method.to_string())) {
            let what = format!("{method} {route}");
            let answer = who.send(who.request(method, &nowhere(&route))).await;
            assert_eq!(told(&answer, 405, &what), "bad-request", "{what}");
            let allowed = answer.headers["allow"].to_str().unwrap();
            assert!(taken.iter().all(|method| allowed.split(',').any(|one| one.trim() == method)), "{what}: {allowed}");
            asked += 1;
        }
    }
    assert!(asked > 80, "{asked}");
}

#[tokio::test]
async fn who_is_not_signed_in_is_told_to_sign_in() {
    let house = House::open().await;
    let mut asked = 0;
    for (route, methods) in routes(&house).await {
        for (method, about) in methods.iter().filter(|(_, about)| about.get("security").is_some()) {
            let method: Method = method.to_uppercase().parse().unwrap();
            for (who, code) in [(house.nobody(), "session-missing"), (house.with_token("made-up"), "session-expired")] {
                let what = format!("{method} {route} ({})", about["summary"]);
                let answer = who.send(who.request(method.clone(), &nowhere(&route)).json(&json!({}))).await;
                assert_eq!(told(&answer, 401, &what), code, "{what}");
                assert_eq!(answer.headers["www-authenticate"], "Bearer", "{what}");
                asked += 1;
            }
        }
    }
    assert!(asked > 30, "{asked}");
}

#[tokio::test]
async fn a_body_that_can_not_be_understood_is_told_by_what_is_wrong_with_it() {
    let house = House::open().await;
    let mut asked = 0;
    for (route, methods) in routes(&house).await {
        let takes_json = |about: &Value| about["requestBody"]["content"].get("application/json").is_some();
        for (method, _) in methods.iter().filter(|(_, about)| takes_json(about)) {
            let who = entitled(&house, &route).await;
            let method: Method = method.to_uppercase().parse().unwrap();
            let request = || who.request(method.clone(), &nowhere(&route));
            let json = || request().header("content-type", "application/json");
            let large = json!({ "text": "x".repeat(2 * 1024 * 1024) }).to_string();
            for (body, status, code, says) in [
                (json().body("{\"half\":"), 400, "bad-request", "is not JSON"),
                (json().body("[[[[\"198001019802\"]]]]"), 400, "bad-request", "expected form"),
                (json().body(""), 400, "bad-request", "is not JSON"),
                (json().body(b"\xff\xfe".to_vec()), 400, "bad-request", "is not JSON"),
                (request().body("{}"), 415, "bad-request", "application/json"),
                (request().header("content-type", "text/xml").body("<a/>"), 415, "bad-request", "application/json"),
                (json().body(large), 413, "too-large", "2 MiB"),
            ] {
                let what = format!("{method} {route}: {says}");
                let answer = who.send(body).await;
                assert_eq!(told(&answer, status, &what), code, "{what}");
                assert!(answer.value()["detail"].as_str().unwrap().contains(says), "{what}: {}", answer.text());
                assert!(!answer.text().contains("198001019802"), "{what}: what was sent comes back");
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 15 * 7);
}

#[tokio::test]
async fn a_file_that_is_not_taken_is_told_by_what_is_wrong_with_it() {
    let house = House::open().await;
    for route in ["/api/v1/blobs/{sha256}", "/resident/v1/blobs/{sha256}"] {
        let who = entitled(&house, route).await;
        let put = async |name: &str, bytes: Vec<u8>| {
            who.put_file(&route.replace("{sha256}", &sha256_hex(&bytes)), name, bytes).await
        };
        let large = vec![b' '; 21 * 1024 * 1024];
        assert_eq!(told(&put("stor.pdf", large).await, 413, route), "file-too-large");
        assert_eq!(told(&put("brev.pdf", b"Hej".to_vec()).await, 422, route), "file-type-not-allowed");
        assert_eq!(told(&put("tom.pdf", Vec::new()).await, 422, route), "file-empty");
        assert_eq!(told(&who.put_file(&nowhere(route), "a.pdf", pdf("x")).await, 422, route), "hash-mismatch");
        assert_eq!(told(&who.put_bytes(&nowhere(route), pdf("x")).await, 400, route), "bad-request");
    }
}

#[tokio::test]
async fn what_is_not_there_or_another_clinics_is_told_as_not_found() {
    let house = House::open().await;
    let bo = house.resident("Bo ").await;
    let file = bo.upload("/resident/v1", "a.pdf", FileKind::Pdf, pdf("x")).await;
    let case = bo.files(BJORKEN, "Fråga", "x", vec![file.clone()]).await;
    let foreign = |route: &str| {
        let address = route.replace("{clinic}", BJORKEN).replace("{case}", &case.to_string());
        address.replace("{attachment}", &file.id.to_string()).replace("{author}", SARA).replace("{person}", SARA)
    };
    // A receiver of the other clinic, and another resident.
    let (jonas, ida) = (house.staff(JONAS).await, house.resident("Ida").await);
    let mut asked = 0;
    for (route, methods) in routes(&house).await {
        if !route.contains('{') || route.contains("{sha256}") {
            continue;
        }
        let who = if route.starts_with("/api/") { &jonas } else { &ida };
        for method in methods.keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let reply = NewReply { message: MessageId::random(), text: "x".into(), attachments: vec![] };
            let text = json!({ "title": "x", "text": "x", "kind": null, "caseType": null, "responseDays": 2,
                "undo": { "partialReplyS": 10, "counterQuestionS": 10, "finalReplyS": 30 },
                "closedDays": [], "eves": {}, "remindAssigneeHour": 8, "remindReceiversHour": 13, "distributeWithinDays": 1,
                "minWatchers": 2, "absences": [] });
            let anew = json!({ "seen": text, "now": text });
            for address in [foreign(&route), nowhere(&route), route.replace(['{', '}'], "")] {
                let what = format!("{method} {address}");
                let request = who.request(method.clone(), &address);
                let copy = draft(1, MessageKind::FinalReply, "x", vec![]);
                let request = match method {
                    Method::POST if route.ends_with("/take") => request.json(&take_from(&copy)),
                    Method::PUT if route.ends_with("/draft") => request.json(&copy),
                    Method::POST => request.json(&reply),
                    Method::PUT => request.json(&anew),
                    _ => request,
                };
                assert_eq!(told(&who.send(request).await, 404, &what), "not-found", "{what}");
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 3 * 15);
    let op = new_op(BJORKEN, case, note("x"));
    assert_eq!(told(&jonas.post("/api/v1/ops", &op).await, 404, "op"), "not-found");
    assert_eq!(told(&jonas.get(&format!("/api/v1/clinics/{LINDEN}/feed?limit=x")).await, 400, "query"), "bad-request");
}

#[tokio::test]
async fn a_real_server_says_on_each_practice_address_that_it_is_none() {
    let house = House::open_with(|config| config.practice = false).await;
    let mut asked = 0;
    for (route, methods) in routes(&house).await {
        if !route.starts_with("/practice") && !route.starts_with("/invanare") {
            continue;
        }
        for method in methods.keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let body = json!({ "hsaId": ANNA, "personalId": "198001019804" });
            let request = house.nobody().request(method.clone(), &route);
            let request = if method == Method::POST { request.json(&body) } else { request };
            let what = format!("{method} {route}");
            assert_eq!(told(&house.nobody().send(request).await, 404, &what), "practice-only", "{what}");
            asked += 1;
        }
    }
    assert_eq!(asked, 7);
}

#[tokio::test]
async fn a_full_disk_is_told_on_everything_that_would_have_to_be_kept() {
    let mut house = House::open().await;
    house.close().await;
    let size = std::fs::metadata(house.config.data_dir.join("server.db")).unwrap().len();
    house.config.max_database_bytes = Some(size + 300_000);
    house.reopen().await;
    let (anna, bo) = (house.staff(ANNA).await, house.resident("Bo ").await);
    let case = bo.files(BJORKEN, "Fråga", "Hej", vec![]).await;
    let long = "å".repeat(9_000);
    let mut room = 200;
    while anna.post("/api/v1/ops", &new_op(BJORKEN, case, note(&long))).await.status == 200 {
        room -= 1;
        assert!(room > 0, "the quota was never reached");
    }
    // What is small may still find a corner; what follows does not for long.
    let mut filed = None;
    for _ in 0..50 {
        let new = bo.new_case(BJORKEN, "Fråga", &long, vec![]).await;
        let answer = bo.post("/resident/v1/cases", &new).await;
        if answer.status != 201 {
            filed = Some(answer);
            break;
        }
    }
    let op = anna.post("/api/v1/ops", &new_op(BJORKEN, case, note(&long))).await;
    for (what, answer) in [("case", filed.expect("the quota was never reached")), ("op", op)] {
        assert_eq!(told(&answer, 507, what), "storage-full", "{what}");
        assert!(answer.value()["detail"].as_str().unwrap().contains("make room"), "{what}");
    }
    // The disk stays full; nobody is told that somebody else is in the way, and reading goes on.
    for _ in 0..20 {
        let answer = anna.post("/api/v1/ops", &new_op(BJORKEN, case, note(&long))).await;
        assert_eq!(told(&answer, 507, "again"), "storage-full");
        assert!(anna.case(BJORKEN, case).await.is_some());
    }
}
