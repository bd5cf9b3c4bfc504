//! Residents: their own cases and nobody else's, once, and only what was released.

use crate::house::*;
use mottaget_domain::{CaseId, Command, MessageId};
use mottaget_protocol::resident::{NewReply, ResidentCase, ResidentClinic, ResidentState};

#[tokio::test]
async fn a_case_sent_twice_is_filed_once_and_its_id_stands_for_it() {
    let house = House::open().await;
    let (bo, cecilia) = (house.resident("Bo ").await, house.resident("Cecilia").await);
    let before = bo.get("/resident/v1/cases").await.json::<Vec<ResidentCase>>().len();
    let new = bo.new_case(BJORKEN, "Fråga", "En gång", vec![]).await;
    let (first, second) = tokio::join!(bo.post("/resident/v1/cases", &new), bo.post("/resident/v1/cases", &new));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201]);
    assert_eq!(bo.get("/resident/v1/cases").await.json::<Vec<ResidentCase>>().len(), before + 1);
    let mut other = new.clone();
    other.text = "Något annat".into();
    assert_eq!(bo.post("/resident/v1/cases", &other).await.code(), "op-id-reused");
    assert_eq!(cecilia.post("/resident/v1/cases", &new).await.code(), "op-id-reused");
}

#[tokio::test]
async fn another_residents_case_is_as_if_it_were_not() {
    let house = House::open().await;
    let (bo, cecilia) = (house.resident("Bo ").await, house.resident("Cecilia").await);
    let case = bo.files(BJORKEN, "Fråga", "Mitt", vec![]).await;
    let reply = NewReply { message: MessageId::random(), text: "x".into(), attachments: vec![] };
    for (theirs, none) in [
        (
            cecilia.get(&format!("/resident/v1/cases/{case}")).await,
            cecilia.get(&format!("/resident/v1/cases/{}", CaseId::random())).await,
        ),
        (
            cecilia.post(&format!("/resident/v1/cases/{case}/replies"), &reply).await,
            cecilia.post("/resident/v1/cases/nonsense/replies", &reply).await,
        ),
    ] {
        assert_eq!(theirs.code(), "not-found");
        assert_eq!(theirs.seen(), none.seen());
    }
}

#[tokio::test]
async fn only_an_open_question_can_be_answered() {
    let house = House::open().await;
    let bo = house.resident("Bo ").await;
    let case = bo.files(BJORKEN, "Fråga", "Hej", vec![]).await;
    let path = format!("/resident/v1/cases/{case}/replies");
    let reply = |text: &str| NewReply { message: MessageId::random(), text: text.into(), attachments: vec![] };
    let answer = bo.post(&path, &reply("Hallå?")).await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "no-open-question"));
    let (anna, sara) = (house.staff(ANNA).await, house.staff(SARA).await);
    anna.does(BJORKEN, case, to_person(SARA)).await;
    sara.does(BJORKEN, case, says(mottaget_domain::MessageKind::CounterQuestion, "Hur länge?", vec![])).await;
    assert_eq!(bo.post(&path, &reply("  ")).await.code(), "text-empty");
    let one = reply("En vecka");
    assert_eq!(bo.post(&path, &one).await.status, 200);
    assert_eq!(bo.post(&path, &NewReply { text: "Två veckor".into(), ..one }).await.code(), "op-id-reused");
}

#[tokio::test]
async fn notes_and_names_of_handlers_stay_inside_and_reopening_is_silent() {
    let house = House::open().await;
    let bo = house.resident("Bo ").await;
    let case = bo.files(BJORKEN, "Fråga", "Hej", vec![]).await;
    let (anna, sara) = (house.staff(ANNA).await, house.staff(SARA).await);
    anna.does(BJORKEN, case, to_person(SARA)).await;
    sara.does(BJORKEN, case, note("Bara vi ser det här.")).await;
    let seen = bo.get(&format!("/resident/v1/cases/{case}")).await.text();
    assert!(!seen.contains("Bara vi") && !seen.contains("Lindqvist") && !seen.contains(SARA));
    assert_eq!(bo.opens(case).await.state, ResidentState::Received);
    sara.does(BJORKEN, case, says(mottaget_domain::MessageKind::FinalReply, "Klart", vec![])).await;
    sara.does(BJORKEN, case, Command::Reopen).await;
    assert_eq!(bo.opens(case).await.state, ResidentState::Closed);
    sara.does(BJORKEN, case, says(mottaget_domain::MessageKind::CounterQuestion, "En sak till?", vec![])).await;
    assert_eq!(bo.opens(case).await.state, ResidentState::QuestionToYou);
}

#[tokio::test]
async fn a_guardian_acts_for_a_small_child_and_for_nobody_else() {
    let house = House::open().await;
    let elin = house.resident("Elin").await;
    let child = house.number_of("Selma").await;
    let for_child = elin.with_header("mottaget-resident", child.as_str());
    let case = for_child.files(BJORKEN, "Fråga", "Selma har feber.", vec![]).await;
    let seen = house.staff(ANNA).await.case(BJORKEN, case).await.unwrap();
    assert_eq!(seen.case.resident, child);
    assert!(seen.case.filed_by_guardian.is_some());
    assert_eq!(elin.get(&format!("/resident/v1/cases/{case}")).await.code(), "not-found", "it is the child's");
    let stranger = house.number_of("Cecilia").await;
    let answer = elin.with_header("mottaget-resident", stranger.as_str()).get("/resident/v1/cases").await;
    assert_eq!((answer.status, answer.code().as_str()), (403, "proxy-not-allowed"));
    house.clock.advance(std::time::Duration::from_secs(7 * 366 * 24 * 3600));
    let elin = house.resident("Elin").await.with_header("mottaget-resident", child.as_str());
    assert_eq!(elin.get("/resident/v1/cases").await.code(), "proxy-not-allowed", "the child is thirteen now");
}

#[tokio::test]
async fn a_portal_speaks_for_residents_with_its_token() {
    let token = "a portal's token that is long enough";
    let house = House::open_with(|config| config.portal_token = Some(token.to_owned())).await;
    let bo = house.number_of("Bo ").await;
    let portal = house.with_token(token);
    assert_eq!(portal.get("/resident/v1/cases").await.code(), "bad-request", "it must say for whom");
    let for_bo = portal.with_header("mottaget-resident", bo.as_str());
    let case = for_bo.files(BJORKEN, "Fråga", "Genom portalen", vec![]).await;
    assert!(house.resident("Bo ").await.opens(case).await.messages[0].text.contains("portalen"));
    let bad = house.with_token("another token, just as long as it is").with_header("mottaget-resident", bo.as_str());
    assert_eq!(bad.get("/resident/v1/cases").await.code(), "session-expired");
    assert_eq!(
        portal.with_header("mottaget-resident", "198001019803").get("/resident/v1/cases").await.code(),
        "bad-request"
    );
}

#[tokio::test]
async fn what_is_not_offered_can_not_be_asked() {
    let house = House::open().await;
    let bo = house.resident("Bo ").await;
    let mut new = bo.new_case(BJORKEN, "Fråga", "x", vec![]).await;
    new.case_type = mottaget_domain::CaseTypeId::random();
    assert_eq!(bo.post("/resident/v1/cases", &new).await.code(), "not-found");
    new.clinic = hsa("SE2321000016-NOWHERE");
    assert_eq!(bo.post("/resident/v1/cases", &new).await.code(), "not-found");
    let empty = bo.new_case(BJORKEN, "Fråga", " \n ", vec![]).await;
    assert_eq!(bo.post("/resident/v1/cases", &empty).await.code(), "text-empty");
    let endless = bo.new_case(BJORKEN, "Fråga", &"x".repeat(20_001), vec![]).await;
    assert_eq!(bo.post("/resident/v1/cases", &endless).await.code(), "text-too-long");
}

#[tokio::test]
async fn whether_files_may_go_with_an_answer_is_told_and_kept() {
    let house = House::open().await;
    let (bo, anna, sara) = (house.resident("Bo ").await, house.staff(ANNA).await, house.staff(SARA).await);
    for (case_type, may) in [("Förnya recept", true), ("Boka tid", false)] {
        let case = bo.files(BJORKEN, case_type, "Hej", vec![]).await;
        assert!(!bo.opens(case).await.may_attach, "{case_type}: nothing can be answered yet");
        anna.does(BJORKEN, case, to_person(SARA)).await;
        sara.does(BJORKEN, case, says(mottaget_domain::MessageKind::CounterQuestion, "Hur länge?", vec![])).await;
        let seen = bo.opens(case).await;
        assert_eq!((seen.may_answer, seen.may_attach), (true, may), "{case_type}");
        let file = bo.upload("/resident/v1", "bild.pdf", mottaget_domain::FileKind::Pdf, pdf("bild")).await;
        let reply = NewReply { message: MessageId::random(), text: "Se filen.".into(), attachments: vec![file] };
        let answer = bo.post(&format!("/resident/v1/cases/{case}/replies"), &reply).await;
        assert_eq!(answer.status == 200, may, "{case_type}");
    }
}

/// T1: only a type that is active at the clinic is filed; it may have been switched off while the form was filled in.
#[tokio::test]
async fn a_type_that_the_clinic_has_switched_off_is_neither_offered_nor_taken() {
    let house = House::open().await;
    let bo = house.resident("Bo ").await;
    let new = bo.new_case(BJORKEN, "Fråga", "Hej", vec![]).await;
    let mut database = house.database().await;
    let off = "UPDATE clinic_case_type SET active = 0 WHERE clinic = $1 AND case_type = $2";
    let off = sqlx::query(off).bind(BJORKEN).bind(new.case_type.to_string());
    assert_eq!(off.execute(&mut database).await.unwrap().rows_affected(), 1);
    assert_eq!(bo.post("/resident/v1/cases", &new).await.code(), "not-found");
    let offered = bo.get("/resident/v1/clinics").await.value();
    let bjorken = offered.as_array().unwrap().iter().find(|clinic| clinic["clinic"] == BJORKEN).unwrap();
    assert!(!bjorken["caseTypes"].to_string().contains(&new.case_type.to_string()));
    assert!(!bjorken["caseTypes"].as_array().unwrap().is_empty());
    let elsewhere = bo.new_case(LINDEN, "Fråga", "Hej", vec![]).await;
    assert_eq!(bo.post("/resident/v1/cases", &elsewhere).await.status, 201, "the other clinic still has it");
}

/// What somebody can ask at a clinic: the case types' names, and whether there are more for those who are approved.
async fn to_ask(person: &Person, clinic: &str) -> (Vec<String>, bool) {
    let clinics: Vec<ResidentClinic> = person.get("/resident/v1/clinics").await.json();
    let there = clinics.into_iter().find(|there| there.clinic == hsa(clinic)).unwrap();
    (there.case_types.into_iter().map(|kind| kind.name).collect(), there.approval_needed)
}

const FOR_SOME: &str = "Sömnskola: veckans uppföljning";

#[tokio::test]
async fn who_lives_elsewhere_asks_nothing_unless_a_clinic_has_approved_them() {
    let house = House::open().await;
    let (bo, wilma, orjan) =
        (house.resident("Bo ").await, house.resident("Wilma").await, house.resident("Örjan").await);
    let (all, more) = to_ask(&bo, BJORKEN).await;
    assert!(all.len() > 5 && !more, "{all:?}");
    assert_eq!(to_ask(&wilma, BJORKEN).await, (vec![], true));
    assert_eq!(to_ask(&orjan, BJORKEN).await, (all.clone(), false), "approved there");
    assert_eq!(to_ask(&orjan, LINDEN).await, (vec![], true), "and there alone");

    // what the page does not offer, the server does not take either
    let mut new = bo.new_case(BJORKEN, "Fråga", "Hej", vec![]).await;
    let answer = wilma.post("/resident/v1/cases", &new).await;
    assert_eq!((answer.status, answer.code().as_str()), (403, "outside-service-area"));
    new.clinic = hsa(LINDEN);
    let answer = orjan.post("/resident/v1/cases", &new).await;
    assert_eq!(answer.code(), "outside-service-area");
    new.clinic = hsa(BJORKEN);
    assert_eq!(orjan.post("/resident/v1/cases", &new).await.status, 201);
}

#[tokio::test]
async fn a_case_type_for_some_is_seen_and_taken_by_grant_alone_and_until_its_day() {
    let house = House::open().await;
    let (klara, bo, wilma) =
        (house.resident("Klara").await, house.resident("Bo ").await, house.resident("Wilma").await);
    assert!(to_ask(&klara, BJORKEN).await.0.contains(&FOR_SOME.to_owned()));
    assert!(!to_ask(&klara, LINDEN).await.0.contains(&FOR_SOME.to_owned()), "granted by one clinic");
    assert!(!to_ask(&bo, BJORKEN).await.0.contains(&FOR_SOME.to_owned()));
    let mut new = klara.new_case(BJORKEN, FOR_SOME, "Bättre.", vec![]).await;
    assert_eq!(bo.post("/resident/v1/cases", &new).await.code(), "not-found", "nobody else learns that it is there");

    // granted up to and with today: it opens that one type also to somebody from elsewhere
    let number = house.number_of("Wilma").await;
    let sql = "INSERT INTO case_type_grant (clinic, resident, case_type, valid_to) VALUES ($1, $2, $3, $4)";
    let mut database = house.database().await;
    for value in ["2026-11-23", "2026-11-22"] {
        sqlx::query("DELETE FROM case_type_grant WHERE resident = $1")
            .bind(number.as_str().to_owned())
            .execute(&mut database)
            .await
            .unwrap();
        sqlx::query(sql)
            .bind(BJORKEN.to_owned())
            .bind(number.as_str().to_owned())
            .bind(new.case_type.to_string())
            .bind(value.to_owned())
            .execute(&mut database)
            .await
            .unwrap();
        let (kinds, more) = to_ask(&wilma, BJORKEN).await;
        let granted = value == "2026-11-23";
        assert_eq!((kinds, more), (if granted { vec![FOR_SOME.to_owned()] } else { vec![] }, true), "{value}");
        new.id = CaseId::random();
        new.message = MessageId::random();
        let status = wilma.post("/resident/v1/cases", &new).await.status;
        assert_eq!(status, if granted { 201 } else { 404 }, "{value}");
    }
}

#[tokio::test]
async fn what_was_opened_goes_on_when_the_clinic_closes_to_the_resident() {
    let house = House::open().await;
    let orjan = house.resident("Örjan").await;
    let (anna, sara) = (house.staff(ANNA).await, house.staff(SARA).await);
    let case = orjan.files(BJORKEN, "Fråga", "Hej", vec![]).await;
    let mut database = house.database().await;
    sqlx::query("DELETE FROM approval").execute(&mut database).await.unwrap();
    assert_eq!(to_ask(&orjan, BJORKEN).await, (vec![], true));
    anna.does(BJORKEN, case, to_person(SARA)).await;
    sara.does(BJORKEN, case, Command::Start).await;
    sara.does(BJORKEN, case, says(mottaget_domain::MessageKind::CounterQuestion, "Hur länge?", vec![])).await;
    assert!(orjan.opens(case).await.may_answer, "a question that was asked may be answered");
}
