//! Every route, every role, the own clinic and another: what may be seen is seen, and nothing else leaks.

use crate::events::Stream;
use crate::house::*;
use mottaget_domain::clinic::ClinicSettings;
use mottaget_domain::guard::GuardWord;
use mottaget_domain::lifecycle::Compose;
use mottaget_domain::{
    Attachment, CaseId, CloseReason, Command, FileKind, MessageId, MessageKind, NoteId, Policy, Role,
};
use mottaget_protocol::resident::NewReply;
use mottaget_protocol::{Directory, OpOutcome, Preferences, ReadBatch, ReadEntry, ReadKind};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Stands in the case's text, in its file and in its resident's name: seeing any of it is seeing the case.
const SECRET: &str = "HemligaOrd";

/// A case at Björken that is Sara's, and what it holds.
struct Scene {
    case: CaseId,
    file: Attachment,
    number: String,
}

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Looker {
    /// Staff with one role, at the case's clinic or at the other one only.
    Staff(Role, bool),
    /// The handler who has the case, and is away.
    Assigned,
    /// The handler who covers for them.
    Substitute,
    /// The resident who filed it.
    Owner,
    /// Another resident.
    Stranger,
    /// Nobody who is signed in.
    Nobody,
}

const STAFF_ROLES: [Role; 7] = [
    Role::Receiver,
    Role::Handler,
    Role::LocalAdmin,
    Role::PermissionAdmin,
    Role::Auditor,
    Role::RegionAdmin,
    Role::NationalAdmin,
];

fn lookers() -> Vec<Looker> {
    let staff = STAFF_ROLES.into_iter().flat_map(|role| [Looker::Staff(role, true), Looker::Staff(role, false)]);
    staff.chain([Looker::Assigned, Looker::Substitute, Looker::Owner, Looker::Stranger, Looker::Nobody]).collect()
}

/// May this one see the case through the staff's interface?
fn sees_as_staff(looker: Looker) -> bool {
    matches!(looker, Looker::Staff(Role::Receiver, true) | Looker::Assigned | Looker::Substitute)
}

/// What holds at Björken as far as this one may know, else what holds where nobody has decided anything.
async fn policy_for(who: &Person) -> Policy {
    let answer = who.get(&format!("/api/v1/clinics/{BJORKEN}/directory")).await;
    if answer.status == 200 { answer.json::<Directory>().policy } else { Policy::default() }
}

fn new_text() -> Value {
    let text = json!({ "title": "Tid", "text": "Hej {{förnamn}}!", "kind": "finalReply", "caseType": null });
    json!({ "seen": null, "now": text })
}

async fn signed_in(house: &House, looker: Looker) -> Person {
    match looker {
        Looker::Staff(role, own) => {
            let people = house.server().people();
            let (here, there) = if own { (BJORKEN, LINDEN) } else { (LINDEN, BJORKEN) };
            people.set_roles(&hsa(MAXIMILIANA), &hsa(there), &BTreeSet::new()).await.unwrap();
            people.set_roles(&hsa(MAXIMILIANA), &hsa(here), &BTreeSet::from([role])).await.unwrap();
            house.staff(MAXIMILIANA).await
        }
        Looker::Assigned => house.staff(SARA).await,
        Looker::Substitute => house.staff(OMAR).await,
        Looker::Owner => house.resident("Ida").await,
        Looker::Stranger => house.resident("Cecilia").await,
        Looker::Nobody => house.nobody(),
    }
}

/// What came back, and whether the secret was to be expected.
struct Seen {
    answer: Answer,
    may_see: bool,
    statuses: &'static [u16],
}

fn seen(answer: Answer, may_see: bool, statuses: &'static [u16]) -> Seen {
    Seen { answer, may_see, statuses }
}

fn is_staff(looker: Looker) -> bool {
    matches!(looker, Looker::Staff(..) | Looker::Assigned | Looker::Substitute)
}

fn is_resident(looker: Looker) -> bool {
    matches!(looker, Looker::Owner | Looker::Stranger)
}

fn at_bjorken(looker: Looker) -> bool {
    matches!(looker, Looker::Staff(_, true) | Looker::Assigned | Looker::Substitute)
}

/// The statuses that are right for a route of staff: `inside` for those who may, 401 for those who are no staff.
fn staff_only(looker: Looker, inside: &'static [u16]) -> &'static [u16] {
    if is_staff(looker) { inside } else { &[401] }
}

fn residents_only(looker: Looker, inside: &'static [u16]) -> &'static [u16] {
    if is_resident(looker) { inside } else { &[401] }
}

/// One row of the matrix per route; a route without a row ends the test.
async fn ask(who: &Person, looker: Looker, route: (&str, &str), scene: &Scene) -> Seen {
    let case_path = |text: &str| {
        text.replace("{case}", &scene.case.to_string()).replace("{attachment}", &scene.file.id.to_string())
    };
    match route {
        ("GET", "/health" | "/openapi.json" | "/docs" | "/practice/people") => {
            seen(who.get(route.1).await, false, &[200])
        }
        ("GET", "/invanare" | "/invanare/sida.css" | "/invanare/sida.js") => {
            seen(who.get(route.1).await, false, &[200])
        }
        ("POST", "/practice/sign-in") => seen(who.post(route.1, &json!({ "hsaId": SARA })).await, false, &[200]),
        // Practice shows its invented residents to everybody; no case is in there.
        ("GET", "/practice/residents") => seen(without_number(who.get(route.1).await, scene), false, &[200]),
        ("POST", "/practice/resident-sign-in") => {
            seen(who.post(route.1, &json!({ "personalId": scene.number })).await, false, &[200])
        }
        ("GET", "/api/v1/me") => seen(who.get(route.1).await, false, staff_only(looker, &[200])),
        ("PUT", "/api/v1/me/preferences") => {
            let chosen = Preferences {
                signature: "S".into(),
                notify_new_case: true,
                notify_assigned: true,
                notify_answered: true,
                notify_mentioned: true,
                sign_as: mottaget_domain::signature::SignAs::Person,
                views: Vec::new(),
            };
            seen(who.put(route.1, &chosen).await, false, staff_only(looker, &[200]))
        }
        ("POST", "/api/v1/sign-out") => seen(who.post(route.1, &()).await, false, staff_only(looker, &[204])),
        ("GET", "/api/v1/clinics/{clinic}/feed" | "/api/v1/clinics/{clinic}/directory") => {
            let path = format!("{}?limit=1000", route.1.replace("{clinic}", BJORKEN));
            let right: &[u16] = if at_bjorken(looker) { &[200] } else { &[404] };
            seen(who.get(&path).await, sees_as_staff(looker) && path.contains("feed"), staff_only(looker, right))
        }
        // R43: the clinic's local administrators alone; whoever has no role there learns nothing of it.
        ("PUT", "/api/v1/clinics/{clinic}/reply-templates/{id}") => {
            let path = route.1.replace("{clinic}", BJORKEN).replace("{id}", &uuid::Uuid::new_v4().to_string());
            let right: &[u16] = match looker {
                Looker::Staff(Role::LocalAdmin, true) => &[200],
                _ if at_bjorken(looker) => &[403],
                _ => &[404],
            };
            seen(who.put(&path, &new_text()).await, false, staff_only(looker, right))
        }
        // R39: the same.
        ("PUT", "/api/v1/clinics/{clinic}/settings") => {
            let settings = json!({ "responseDays": 2, "undo": null, "closedDays": ["2026-12-28"], "eves": {},
                "remindAssigneeHour": 8, "remindReceiversHour": 13, "distributeWithinDays": 1, "minWatchers": 2 });
            let anew = json!({ "seen": ClinicSettings::of(&policy_for(who).await), "now": settings });
            let answer = who.put(&route.1.replace("{clinic}", BJORKEN), &anew).await;
            let right: &[u16] = match looker {
                Looker::Staff(Role::LocalAdmin, true) => &[200],
                _ if at_bjorken(looker) => &[403],
                _ => &[404],
            };
            seen(answer, false, staff_only(looker, right))
        }
        // R108, F1: the region's administrators; the clinic's own staff are told no, everybody else learns nothing.
        ("PUT", "/api/v1/clinics/{clinic}/region/reply-templates/{id}") => {
            let path = route.1.replace("{clinic}", BJORKEN).replace("{id}", &uuid::Uuid::new_v4().to_string());
            let right: &[u16] = match looker {
                Looker::Staff(Role::RegionAdmin | Role::NationalAdmin, true) => &[200],
                _ if at_bjorken(looker) => &[403],
                _ => &[404],
            };
            seen(who.put(&path, &new_text()).await, false, staff_only(looker, right))
        }
        ("PUT", "/api/v1/clinics/{clinic}/region/settings") => {
            let settings = json!({ "responseDays": 3, "caseTypeDays": {}, "eves": {},
                "undo": { "partialReplyS": 10, "counterQuestionS": 10, "finalReplyS": 30 } });
            let anew = json!({ "seen": policy_for(who).await.region, "now": settings });
            let answer = who.put(&route.1.replace("{clinic}", BJORKEN), &anew).await;
            let right: &[u16] = match looker {
                Looker::Staff(Role::RegionAdmin, true) => &[200],
                _ if at_bjorken(looker) => &[403],
                _ => &[404],
            };
            seen(answer, false, staff_only(looker, right))
        }
        // Whoever reads the case may write in it for themselves, and is told that Sara does; what she has written is hers, and
        // a receiver, who could not send such a reply, does not get it (ADR 21).
        (_, "/api/v1/clinics/{clinic}/cases/{case}/draft" | "/api/v1/clinics/{clinic}/cases/{case}/drafts") => {
            let path = case_path(&route.1.replace("{clinic}", BJORKEN));
            let answer = match route.0 {
                "PUT" => who.put(&path, &draft(2, MessageKind::FinalReply, "Eget", vec![])).await,
                "DELETE" => who.delete(&path).await,
                _ => who.get(&path).await,
            };
            let right: &[u16] = match (sees_as_staff(looker), route.0) {
                (false, _) => &[404],
                (true, "DELETE") => &[204],
                (true, _) => &[200],
            };
            seen(answer, false, staff_only(looker, right))
        }
        ("POST", "/api/v1/clinics/{clinic}/cases/{case}/drafts/{author}/take") => {
            let own = case_path("/api/v1/clinics/{clinic}/cases/{case}/draft").replace("{clinic}", BJORKEN);
            let copy = draft(1, MessageKind::FinalReply, SECRET, vec![]);
            if looker == Looker::Assigned {
                assert_eq!(who.put(&own, &copy).await.status, 200);
            }
            let path = case_path(&route.1.replace("{clinic}", BJORKEN).replace("{author}", SARA));
            let answer = who.post(&path, &take_from(&copy)).await;
            let right: &[u16] = match looker {
                Looker::Assigned => &[200],
                // the copy that they ask for is not there; what they are told of one that is: `drafts.rs`
                Looker::Staff(Role::Receiver, true) | Looker::Substitute => &[409],
                _ => &[404],
            };
            seen(answer, looker == Looker::Assigned, staff_only(looker, right))
        }
        // of somebody else: receivers and local administrators
        ("PUT", "/api/v1/clinics/{clinic}/staff/{person}/absences") => {
            let path = route.1.replace("{clinic}", BJORKEN).replace("{person}", MAJA);
            let right: &[u16] = match looker {
                Looker::Staff(Role::LocalAdmin | Role::Receiver, true) => &[200],
                _ if at_bjorken(looker) => &[403],
                _ => &[404],
            };
            let none = json!({ "seen": { "absences": [] }, "now": { "absences": [] } });
            seen(who.put(&path, &none).await, false, staff_only(looker, right))
        }
        ("POST", "/api/v1/ops") => {
            let mut op = new_op(BJORKEN, scene.case, note("x"));
            op.command = Command::AddNote { note: NoteId::random(), text: "x".into() };
            let answer = who.post(route.1, &op).await;
            if answer.status == 200 {
                let done = matches!(answer.json::<OpOutcome>(), OpOutcome::Accepted { .. });
                assert_eq!(done, sees_as_staff(looker), "{looker:?}");
            }
            let right: &[u16] = if at_bjorken(looker) { &[200] } else { &[404] };
            seen(answer, false, staff_only(looker, right))
        }
        ("PUT", "/api/v1/blobs/{sha256}" | "/resident/v1/blobs/{sha256}") => {
            let bytes = pdf("eget");
            let path = route.1.replace("{sha256}", &sha256_hex(&bytes));
            let right =
                if path.starts_with("/api") { staff_only(looker, &[204]) } else { residents_only(looker, &[204]) };
            seen(who.put_file(&path, "a.pdf", bytes).await, false, right)
        }
        ("GET", "/api/v1/cases/{case}/attachments/{attachment}") => {
            let right: &[u16] = if sees_as_staff(looker) { &[200] } else { &[404] };
            seen(who.get(&case_path(route.1)).await, sees_as_staff(looker), staff_only(looker, right))
        }
        ("POST", "/api/v1/reads") => {
            let entry = ReadEntry {
                id: uuid::Uuid::new_v4(),
                clinic: hsa(BJORKEN),
                cases: vec![scene.case],
                attachment: Some(scene.file.id),
                kind: ReadKind::Attachment,
                at: start_time(),
            };
            seen(who.post(route.1, &ReadBatch { entries: vec![entry] }).await, false, staff_only(looker, &[204]))
        }
        ("PUT", "/api/v1/presence") => {
            let body = json!({ "at": { "case": scene.case, "doing": "reading" } });
            let right: &[u16] = if sees_as_staff(looker) { &[200] } else { &[404] };
            seen(who.put(route.1, &body).await, false, staff_only(looker, right))
        }
        ("GET", "/api/v1/events") => {
            if is_staff(looker) {
                let first = Stream::open(who).await.moved().await.0;
                assert_eq!(first, if at_bjorken(looker) { BJORKEN } else { LINDEN }, "{looker:?}");
                return seen(who.get("/api/v1/me").await, false, &[200]);
            }
            seen(who.get(route.1).await, false, &[401])
        }
        ("GET", "/resident/v1/clinics" | "/resident/v1/limits") => {
            seen(who.get(route.1).await, false, residents_only(looker, &[200]))
        }
        ("GET", "/resident/v1/cases") => {
            seen(who.get(route.1).await, looker == Looker::Owner, residents_only(looker, &[200]))
        }
        ("POST", "/resident/v1/cases") => {
            // The id of the secret case with another content.
            let new = json!({ "id": scene.case, "message": MessageId::random(), "clinic": BJORKEN,
                "caseType": uuid::Uuid::new_v4(), "text": "x", "answers": [], "attachments": [] });
            seen(who.post(route.1, &new).await, false, residents_only(looker, &[422]))
        }
        ("GET", "/resident/v1/cases/{case}" | "/resident/v1/cases/{case}/attachments/{attachment}") => {
            let own = looker == Looker::Owner;
            let right: &[u16] = if own { &[200] } else { &[404] };
            seen(who.get(&case_path(route.1)).await, own, residents_only(looker, right))
        }
        ("POST", "/resident/v1/cases/{case}/replies") => {
            let reply = NewReply { message: MessageId::random(), text: "x".into(), attachments: vec![] };
            let right: &[u16] = if looker == Looker::Owner { &[409] } else { &[404] };
            seen(who.post(&case_path(route.1), &reply).await, false, residents_only(looker, right))
        }
        _ => panic!("{} {} has no row in the matrix of authority", route.0, route.1),
    }
}

/// The list of demo residents names everybody's number by design; what is left must hold nothing secret.
fn without_number(mut answer: Answer, scene: &Scene) -> Answer {
    answer.body = answer.text().replace(&scene.number, "").into_bytes();
    answer
}

#[tokio::test]
async fn what_may_be_seen_is_seen_and_nothing_leaks() {
    let house = House::open().await;
    let ida = house.resident("Ida").await;
    let number = house.number_of("Ida").await.as_str().to_owned();
    let file = ida.upload("/resident/v1", "hemlig.pdf", FileKind::Pdf, pdf(SECRET)).await;
    let case = ida.files(BJORKEN, "Fråga", SECRET, vec![file.clone()]).await;
    let anna = house.staff(ANNA).await;
    anna.does(BJORKEN, case, to_person(SARA)).await;
    assert_eq!(anna.says_away(SARA, "2026-11-23", "2026-11-24", Some(OMAR)).await.status, 200);
    let scene = Scene { case, file, number };
    let mut asked = 0;
    for looker in lookers() {
        for route in mottaget_server::route_table() {
            let who = signed_in(&house, looker).await;
            let Seen { answer, may_see, statuses } = ask(&who, looker, route, &scene).await;
            assert!(statuses.contains(&answer.status), "{looker:?} {route:?}: {} {}", answer.status, answer.text());
            let text = answer.text();
            // The resident has other cases too, which a feed may show to others.
            let named = !route.1.ends_with("/feed") && !may_see && text.contains(&scene.number);
            assert_eq!(text.contains(SECRET) || named, may_see, "{looker:?} {route:?}");
            asked += 1;
        }
    }
    assert_eq!(asked, lookers().len() * mottaget_server::route_table().len());
}

/// Every op that can be sent, about a case that is Sara's, and what the receiver, she and Omar, who covers for her, are told:
/// `ok` or the refusal.
fn ops() -> Vec<(Command, &'static str, &'static str, &'static str)> {
    let word = |text: &str| Compose {
        message: MessageId::random(),
        text: text.to_owned(),
        attachments: vec![],
        based_on: 1000,
        guard: Some(GuardWord::clear()),
    };
    let Command::Distribute { to, from, .. } = moved(SARA, OMAR) else { panic!() };
    let with_word = Command::Distribute { to, from, reason: None, partial_reply: Some(word("Hej")) };
    let close = |tell| Command::Close { reason: CloseReason::HandledByPhone, note: None, tell, based_on: None };
    let reply = Command::ResidentReply { message: MessageId::random(), text: "x".into(), attachments: vec![] };
    let first = "take-over-first";
    let over = |from: &str| Command::TakeOver { from: hsa(from) };
    vec![
        (Command::Start, "forbidden", "ok", first),
        (moved(SARA, OMAR), "ok", "ok", first),
        (with_word, "ok", "ok", first),
        (given_back(SARA), "ok", "ok", first),
        (given_back(OMAR), "already-distributed", "already-distributed", first),
        (Command::Take, "forbidden", "already-taken", "already-taken"),
        (over(SARA), "forbidden", "already-taken", "ok"),
        (over(EVA), "forbidden", "already-taken", "already-taken"),
        (says(MessageKind::PartialReply, "Hej", vec![]), "ok", "ok", first),
        (says(MessageKind::CounterQuestion, "Hej?", vec![]), "forbidden", "ok", first),
        (says(MessageKind::FinalReply, "Hej.", vec![]), "forbidden", "ok", first),
        (says(MessageKind::Closure, "Hej.", vec![]), "forbidden", "forbidden", first),
        (
            Command::WithdrawMessage { message: MessageId::random(), kept_here: true },
            "already-released",
            "already-released",
            "already-released",
        ),
        (Command::WithdrawQuestion, "forbidden", "no-open-question", first),
        (close(None), "ok", "ok", first),
        (close(Some(word("Vi avslutar."))), "ok", "ok", first),
        (Command::Reopen, "not-closed", "not-closed", "not-closed"),
        (note("x"), "ok", "ok", "ok"),
        (reply, "forbidden", "forbidden", "forbidden"),
        (Command::Release { message: MessageId::random() }, "forbidden", "forbidden", "forbidden"),
        (Command::LoseAssignee, "forbidden", "forbidden", "forbidden"),
        (Command::Purge, "forbidden", "forbidden", "forbidden"),
    ]
}

#[tokio::test]
async fn every_op_is_for_those_whom_the_matrix_names_and_for_nobody_else() {
    let house = House::open().await;
    let (ida, anna) = (house.resident("Ida").await, house.staff(ANNA).await);
    let untouched = ida.files(BJORKEN, "Fråga", "Hej", vec![]).await;
    anna.does(BJORKEN, untouched, to_person(SARA)).await;
    assert_eq!(anna.says_away(SARA, "2026-11-23", "2026-11-24", Some(OMAR)).await.status, 200);
    let before = anna.case(BJORKEN, untouched).await.unwrap();
    for looker in lookers() {
        let who = signed_in(&house, looker).await;
        for (number, (command, receiver, assigned, substitute)) in ops().into_iter().enumerate() {
            let case =
                if sees_as_staff(looker) { ida.files(BJORKEN, "Fråga", "Hej", vec![]).await } else { untouched };
            if sees_as_staff(looker) {
                anna.does(BJORKEN, case, to_person(SARA)).await;
            }
            let answer = who.post("/api/v1/ops", &new_op(BJORKEN, case, command)).await;
            let expected = match looker {
                Looker::Staff(Role::Receiver, true) => receiver,
                Looker::Assigned => assigned,
                Looker::Substitute => substitute,
                _ => "not-found",
            };
            let told = match (at_bjorken(looker), is_staff(looker)) {
                (true, _) => match answer.json::<OpOutcome>() {
                    OpOutcome::Accepted { .. } => "ok".to_owned(),
                    OpOutcome::Rejected(why) => why.code,
                },
                (false, true) => answer.code(),
                (false, false) => {
                    assert_eq!(answer.status, 401, "{looker:?}");
                    continue;
                }
            };
            assert_eq!(told, expected, "{looker:?}, op {number}");
        }
    }
    assert_eq!(anna.case(BJORKEN, untouched).await.unwrap(), before, "nobody else changed anything");
}

#[tokio::test]
async fn a_foreign_clinics_things_and_things_that_do_not_exist_look_the_same_to_the_byte() {
    let house = House::open().await;
    let bo = house.resident("Bo ").await;
    let file = bo.upload("/resident/v1", "a.pdf", FileKind::Pdf, pdf("x")).await;
    let case = bo.files(BJORKEN, "Fråga", "x", vec![file.clone()]).await;
    for who in [house.staff(JONAS).await, house.staff(SARA).await, house.staff(NILS).await] {
        let none = who.get(&format!("/api/v1/cases/{}/attachments/{}", CaseId::random(), file.id)).await;
        assert_eq!(none.code(), "not-found");
        for path in [
            format!("/api/v1/cases/{case}/attachments/{}", file.id),
            format!("/api/v1/cases/{case}/attachments/{}", uuid::Uuid::new_v4()),
            "/api/v1/cases/nonsense/attachments/nonsense".to_owned(),
        ] {
            assert_eq!(who.get(&path).await.seen(), none.seen(), "{path}");
        }
    }
    let jonas = house.staff(JONAS).await;
    for end in ["feed", "directory"] {
        let none = jonas.get(&format!("/api/v1/clinics/SE2321000016-NOWHERE/{end}")).await;
        assert_eq!(none.code(), "not-found");
        for clinic in [BJORKEN, "nonsense", "%20"] {
            assert_eq!(
                jonas.get(&format!("/api/v1/clinics/{clinic}/{end}")).await.seen(),
                none.seen(),
                "{clinic} {end}"
            );
        }
    }
}
