//! What stands under a message: the writer's words or the clinic's, seen beforehand exactly as the resident will see it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::{Clinic, Person, ResidentAtHome};
use mottaget_client::Client;
use mottaget_domain::clinic::ClinicSettings;
use mottaget_domain::signature::SignAs;
use mottaget_domain::{CaseId, MessageKind};
use mottaget_protocol::{Anew, Preferences};

/// Sends the draft, and gives what the resident then reads under it.
async fn read_under(sara: &mut Person, cecilia: &ResidentAtHome, case: CaseId) -> String {
    sara.client.send_draft(case).await.unwrap();
    sara.until("an empty outbox", async |client: Client| client.outbox().await.unwrap().is_empty().then_some(())).await;
    cecilia.sees(case).await.messages.pop().unwrap().signature.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_signed_as_was_chosen_for_it_and_others_as_was_chosen_for_all() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    let own = sara.client.read_case_again(case).await.unwrap().signature;
    assert!(own.contains("Sara"), "{own}");

    // before a word is written
    let blank = sara.client.sign_draft(case, MessageKind::PartialReply, SignAs::Clinic).await.unwrap();
    assert_eq!((blank.signature.as_str(), blank.text.as_str()), ("Björkens vårdcentral", ""));
    assert!(sara.client.read_case_again(case).await.unwrap().draft.is_none(), "choosing alone writes no draft");
    let draft = sara.client.save_draft(case, MessageKind::PartialReply, "Vi återkommer.".into()).await.unwrap();
    assert_eq!((draft.signature.as_str(), draft.sign_as), ("Björkens vårdcentral", SignAs::Clinic));
    assert_eq!(read_under(&mut sara, &cecilia, case).await, "Björkens vårdcentral");

    // the next one is her own again
    let next = sara.client.save_draft(case, MessageKind::PartialReply, "Nu vet jag mer.".into()).await.unwrap();
    assert_eq!((next.signature, next.sign_as), (own.clone(), SignAs::Person));
    assert_eq!(read_under(&mut sara, &cecilia, case).await, own);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clinics_own_words_stand_under_what_is_signed_by_it_and_a_choice_for_all_is_in_an_open_draft_at_once() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let nils = Person::sign_in(&clinic, "Nils Åkesson").await;
    let decided = nils.client.decisions(clinic.bjorken()).await.unwrap().clinic;
    let too_long = ClinicSettings { signature: "x".repeat(1001), ..decided.clone() };
    let too_long = Anew { seen: decided.clone(), now: too_long };
    assert_eq!(nils.client.save_clinic_settings(clinic.bjorken(), too_long).await.unwrap_err().code(), "text-too-long");
    let own = ClinicSettings { signature: "Hälsningar\nTeamet på Björken".into(), ..decided.clone() };
    nils.client.save_clinic_settings(clinic.bjorken(), Anew { seen: decided, now: own }).await.unwrap();

    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    sara.client.save_draft(case, MessageKind::FinalReply, "Klart.".into()).await.unwrap();
    let chosen = Preferences { sign_as: SignAs::Clinic, ..sara.client.preferences().await.unwrap() };
    sara.client.save_preferences(chosen).await.unwrap();
    let shown = |view: &mottaget_client::view::CaseView| view.draft.as_ref().unwrap().signature.clone();
    sara.sees("the clinic's words", case, |view| shown(view) == "Hälsningar\nTeamet på Björken").await;
    assert_eq!(read_under(&mut sara, &cecilia, case).await, "Hälsningar\nTeamet på Björken");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_clinic_signs_with_from_now_on_is_in_an_open_draft_at_once() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let nils = Person::sign_in(&clinic, "Nils Åkesson").await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    sara.client.save_draft(case, MessageKind::FinalReply, "Klart.".into()).await.unwrap();
    sara.client.sign_draft(case, MessageKind::FinalReply, SignAs::Clinic).await.unwrap();
    let mut decided = nils.client.decisions(clinic.bjorken()).await.unwrap().clinic;
    // nothing else happens that the screen would be told of
    for words in ["Teamet på Björken", "Mottagningen vid ån", "Björkens sköterskor"] {
        let own = ClinicSettings { signature: words.into(), ..decided.clone() };
        let anew = Anew { seen: std::mem::replace(&mut decided, own.clone()), now: own };
        nils.client.save_clinic_settings(clinic.bjorken(), anew).await.unwrap();
        sara.sees(words, case, |view| view.draft.as_ref().unwrap().signature == words).await;
    }
}
