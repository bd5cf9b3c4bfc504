//! Reply texts: kept by the clinic's local administrators, read by all of its staff, and nobody else's to touch.

use crate::house::*;
use mottaget_domain::{ReplyTemplate, Role};
use mottaget_protocol::Directory;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn texts(who: &Person, clinic: &str) -> Vec<ReplyTemplate> {
    let answer = who.get(&format!("/api/v1/clinics/{clinic}/directory")).await;
    answer.json::<Directory>().reply_templates
}

fn text(title: &str) -> Value {
    json!({ "title": title, "text": "Hej {{förnamn}}!", "kind": "finalReply", "caseType": null })
}

fn anew(seen: Value, now: Value) -> Value {
    json!({ "seen": seen, "now": now })
}

#[tokio::test]
async fn a_text_is_kept_changed_read_with_the_directory_and_removed() {
    let house = House::open().await;
    let people = house.server().people();
    people.set_roles(&hsa(MAXIMILIANA), &hsa(BJORKEN), &BTreeSet::from([Role::LocalAdmin])).await.unwrap();
    let (admin, sara) = (house.staff(MAXIMILIANA).await, house.staff(SARA).await);
    let before = texts(&sara, BJORKEN).await;
    let id = uuid::Uuid::new_v4();
    let path = format!("/api/v1/clinics/{BJORKEN}/reply-templates/{id}");
    assert_eq!(admin.put(&path, &anew(Value::Null, text("  Zebra "))).await.status, 200);
    let now = texts(&sara, BJORKEN).await;
    assert_eq!(now.len(), before.len() + 1);
    let last = now.last().unwrap();
    assert_eq!((last.title.as_str(), last.central), ("Zebra", false), "the region's first, then by title");
    let blind = admin.put(&path, &anew(Value::Null, text("Aprikos"))).await;
    assert_eq!((blind.status, blind.code().as_str()), (409, "decided-meanwhile"), "there is one already");
    assert_eq!(admin.put(&path, &anew(text("Zebra"), text("Aprikos"))).await.status, 200);
    let now = texts(&sara, BJORKEN).await;
    assert_eq!(now.len(), before.len() + 1, "the same one, changed");
    assert!(now.iter().any(|template| template.title == "Aprikos"));
    // whoever still sees the old words neither changes nor removes the new ones
    for late in [anew(text("Zebra"), text("Citron")), anew(text("Zebra"), Value::Null)] {
        assert_eq!(admin.put(&path, &late).await.code(), "decided-meanwhile");
    }
    assert_eq!(texts(&sara, BJORKEN).await, now);
    assert_eq!(admin.put(&path, &anew(text("Aprikos"), Value::Null)).await.value(), Value::Null);
    assert_eq!(texts(&sara, BJORKEN).await, before);
    assert_eq!(admin.put(&path, &anew(text("Aprikos"), Value::Null)).await.status, 200, "a second try of the same");
    assert_eq!(admin.put(&path, &anew(text("Aprikos"), text("Citron"))).await.code(), "decided-meanwhile");
}

#[tokio::test]
async fn what_is_no_text_and_what_is_somebody_elses_is_refused() {
    let house = House::open().await;
    let people = house.server().people();
    people.set_roles(&hsa(MAXIMILIANA), &hsa(BJORKEN), &BTreeSet::from([Role::LocalAdmin])).await.unwrap();
    let admin = house.staff(MAXIMILIANA).await;
    let central = texts(&admin, BJORKEN).await.into_iter().find(|template| template.central).unwrap();
    let of = |id: &str| format!("/api/v1/clinics/{BJORKEN}/reply-templates/{id}");
    let new = of(&uuid::Uuid::new_v4().to_string());
    for (body, code) in [
        (json!({ "title": " ", "text": "x", "kind": null, "caseType": null }), "text-empty"),
        (json!({ "title": "x".repeat(81), "text": "x", "kind": null, "caseType": null }), "text-too-long"),
        (json!({ "title": "x", "text": "\n", "kind": null, "caseType": null }), "text-empty"),
    ] {
        let answer = admin.put(&new, &anew(Value::Null, body)).await;
        assert_eq!((answer.status, answer.value()["code"].as_str()), (422, Some(code)));
    }
    // the region's is not the clinic's to change or to remove
    let theirs = of(&central.id.to_string());
    assert_eq!(admin.put(&theirs, &anew(Value::Null, text("Kapad"))).await.status, 404);
    assert_eq!(admin.put(&theirs, &anew(Value::Null, Value::Null)).await.status, 200, "the clinic has none of that id");
    assert!(texts(&admin, BJORKEN).await.contains(&central));
    // nor does another clinic see or touch this one's
    let linden = house.staff(SARA).await;
    assert_eq!(linden.put(&new, &anew(Value::Null, text("x"))).await.status, 403, "a handler may not");
    let elsewhere = format!("/api/v1/clinics/{LINDEN}/reply-templates/{}", uuid::Uuid::new_v4());
    assert_eq!(admin.put(&elsewhere, &anew(Value::Null, text("x"))).await.status, 404);
}
