//! Reply texts: the region's and the clinic's, filled in with what is known, and never sent with a blank left.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::{Clinic, Person};
use mottaget_client::Client;
use mottaget_domain::{MessageKind, ReplyTemplate, ReplyTemplateId};
use mottaget_protocol::ReplyTemplateText;

/// Local administrator at Björken, without cases.
const ADMIN: &str = "Nils Åkesson";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_is_offered_offline_with_what_is_known_and_a_blank_keeps_it_from_being_sent() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    sara.go_offline().await;
    let texts = sara.client.reply_texts(case, MessageKind::FinalReply).await.unwrap();
    let central: Vec<bool> = texts.iter().map(|text| text.central).collect();
    assert!(central.contains(&true) && central.contains(&false) && central.is_sorted_by(|a, b| a >= b), "{central:?}");
    let renewed = texts.iter().find(|text| text.title == "Receptet är förnyat").expect("for this case type");
    assert!(renewed.text.starts_with("Hej Cecilia!"), "{}", renewed.text);
    let partial = sara.client.reply_texts(case, MessageKind::PartialReply).await.unwrap();
    assert!(partial.iter().all(|text| text.title != renewed.title), "that is for final replies alone");

    sara.client.save_draft(case, MessageKind::FinalReply, renewed.text.clone()).await.unwrap();
    let refused = sara.client.send_draft(case).await.unwrap_err();
    assert_eq!((refused.code(), refused.facts()["blank"].as_str()), ("blank-left", "läkemedel"));
    let whole = renewed.text.replace("{{läkemedel}}", "Levaxin").replace("{{hur länge}}", "tre månader");
    sara.client.save_draft(case, MessageKind::FinalReply, whole.clone()).await.unwrap();
    sara.client.send_draft(case).await.unwrap();
    sara.come_back().await;
    sara.outbox_empty().await;
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack.", &whole]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_region_adds_is_offered_at_once_where_its_clinics_work() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    let template = ReplyTemplate {
        id: ReplyTemplateId::random(),
        title: "Ny rutin".into(),
        text: "Hej {{förnamn}}, hälsar {{mitt namn}}.".into(),
        kind: None,
        case_type: None,
        central: true,
    };
    clinic.server().people().keep_central_template("98", &template).await.unwrap();
    let told = sara
        .until("the new text", async |client: Client| {
            let texts = client.reply_texts(case, MessageKind::FinalReply).await.unwrap();
            texts.into_iter().find(|text| text.id == template.id)
        })
        .await;
    assert_eq!(told.text, "Hej Cecilia, hälsar Sara Lindqvist.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_local_administrator_writes_one_and_the_clinics_handlers_have_it_nobody_else_may() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    let mut admin = Person::sign_in(&clinic, ADMIN).await;
    let template = ReplyTemplate {
        id: ReplyTemplateId::random(),
        title: "Vaccination".into(),
        text: "Hej {{förnamn}}! Kom på drop-in.".into(),
        kind: None,
        case_type: None,
        central: false,
    };
    let at = clinic.bjorken();
    assert_eq!(sara.client.keep_text(at.clone(), None, template.clone()).await.unwrap_err().code(), "forbidden");
    let nameless = ReplyTemplate { title: " ".into(), ..template.clone() };
    assert_eq!(admin.client.keep_text(at.clone(), None, nameless).await.unwrap_err().code(), "text-empty");
    admin.go_offline().await;
    let offline = admin.client.keep_text(at.clone(), None, template.clone()).await.unwrap_err();
    assert_eq!(offline.code(), "server-unreachable", "it is said, not kept for later");
    admin.come_back().await;
    admin.client.keep_text(at.clone(), None, template.clone()).await.unwrap();
    let own = admin.client.clinic_texts(at.clone()).await.unwrap();
    assert!(own.texts.contains(&template) && own.texts.iter().any(|text| text.central));
    let offered = async |client: Client| {
        let texts = client.reply_texts(case, MessageKind::FinalReply).await.unwrap();
        texts.into_iter().find(|text| text.id == template.id)
    };
    let told = sara.until("the clinic's new text", offered).await;
    assert_eq!(told.text, "Hej Cecilia! Kom på drop-in.");
    admin.client.remove_text(at, template.id, false, template.clone().into()).await.unwrap();
    sara.until("the text gone", async |client: Client| offered(client).await.is_none().then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_regions_administrator_writes_a_central_one_for_all_its_clinics_and_no_clinic_changes_it() {
    let clinic = Clinic::start().await;
    let per = Person::sign_in(&clinic, "Per Sandberg").await;
    let mut jonas = Person::sign_in(&clinic, "Jonas Wikström").await;
    let local = Person::sign_in(&clinic, ADMIN).await;
    let central = ReplyTemplate {
        id: ReplyTemplateId::random(),
        title: "Vaccination i hela regionen".into(),
        text: "Hej {{förnamn}}! Kom på drop-in.".into(),
        kind: None,
        case_type: None,
        central: true,
    };
    let at = clinic.bjorken();
    assert_eq!(local.client.keep_text(at.clone(), None, central.clone()).await.unwrap_err().code(), "forbidden");
    let own = ReplyTemplate { central: false, ..central.clone() };
    assert_eq!(
        per.client.keep_text(at.clone(), None, own).await.unwrap_err().code(),
        "forbidden",
        "the clinic's are not his"
    );
    per.client.keep_text(at.clone(), None, central.clone()).await.unwrap();
    let linden = jonas.client.session().unwrap().me.assignments[0].clinic.clone();
    assert_ne!(linden, at, "it is told at the other clinic too");
    let kept = async |client: Client| {
        let texts = client.clinic_texts(linden.clone()).await.ok()?.texts;
        texts.contains(&central).then_some(())
    };
    jonas.until("the region's new text", kept).await;
    let words = ReplyTemplateText::from(central.clone());
    local.client.remove_text(at.clone(), central.id, false, words.clone()).await.unwrap();
    assert!(kept(jonas.client.clone()).await.is_some(), "the clinic has none of that id, so nothing is removed");
    assert_eq!(
        local.client.remove_text(at.clone(), central.id, true, words.clone()).await.unwrap_err().code(),
        "forbidden"
    );
    per.client.remove_text(at, central.id, true, words).await.unwrap();
    jonas.until("the text gone", async |client: Client| kept(client).await.is_none().then_some(())).await;
}
