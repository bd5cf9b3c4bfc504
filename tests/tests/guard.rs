//! The wrong-resident guard: what may be somebody else's stops a message before it goes, is looked at, and is on record if
//! it goes all the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::files::{fixture, letter};
use journeys::{Clinic, Person, ResidentAtHome};
use mottaget_client::view::{EventKind, GuardFinding, GuardPlace, GuardView, Target, TargetKind};
use mottaget_domain::clinic::{RegionPolicy, UndoWindow};
use mottaget_domain::guard::{FindingKind, Proof};
use mottaget_domain::{CaseId, CaseState, MessageKind};

/// A published test number of nobody in the practice clinic.
const SOMEBODY: &str = "19980101-9804";

async fn in_hand() -> (Clinic, Person, ResidentAtHome, CaseId) {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    (clinic, sara, cecilia, case)
}

async fn writes(person: &Person, case: CaseId, text: &str) {
    person.client.save_draft(case, MessageKind::FinalReply, text.into()).await.unwrap();
}

async fn asked(person: &Person, case: CaseId) -> GuardView {
    person.client.guard_draft(case).await.unwrap()
}

/// Pressing send is refused, and nothing is on its way.
async fn is_stopped(person: &Person, case: CaseId) {
    assert_eq!(person.client.send_draft(case).await.unwrap_err().code(), "guard-findings");
    assert_eq!(person.client.outbox().await.unwrap(), []);
    assert!(person.client.read_case_again(case).await.unwrap().draft.is_some(), "the draft stays");
}

fn words(view: &GuardView) -> Vec<(FindingKind, &str)> {
    view.findings.iter().map(|finding| (finding.kind, finding.found.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_in_the_text_stops_and_its_place_is_told_as_the_field_counts() {
    let (_clinic, sara, cecilia, case) = in_hand().await;
    let text = format!("Hej 👋🏽!\nProvet för {SOMEBODY} är klart.");
    writes(&sara, case, &text).await;
    let told = asked(&sara, case).await;
    assert_eq!(words(&told), [(FindingKind::IdentityNumber, SOMEBODY)]);
    let GuardFinding { place, before, after, .. } = &told.findings[0];
    let GuardPlace::Text { start, end } = *place else { panic!("{place:?}") };
    let units: Vec<u16> = text.encode_utf16().collect();
    assert_eq!(String::from_utf16(&units[start..end]).unwrap(), SOMEBODY);
    assert_eq!((before.as_str(), after.as_str()), ("Provet för ", " är klart."));
    is_stopped(&sara, case).await;
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_in_a_pdf_and_a_birth_date_in_a_file_name_stop() {
    let (_clinic, mut sara, _cecilia, case) = in_hand().await;
    writes(&sara, case, "Se bilagorna.").await;
    let pdf = letter(&["Svar på ditt prov.", "Hej Margareta Holmgren,\nprovet är bra."]);
    sara.attach_and_review(case, "svar.pdf", pdf).await;
    let told = asked(&sara, case).await;
    assert_eq!(words(&told), [(FindingKind::PersonName, "Margareta Holmgren")]);
    let file = sara.client.read_case_again(case).await.unwrap().draft.unwrap().files[0].id;
    assert_eq!(told.findings[0].place, GuardPlace::Page { file, page: 1 });
    assert_eq!(told.findings[0].file_name.as_deref(), Some("svar.pdf"));
    is_stopped(&sara, case).await;

    sara.client.remove_attachment(case, file).await.unwrap();
    sara.attach_and_review(case, "provsvar_född_1951-07-07.jpg", fixture("svar.jpg")).await;
    let told = asked(&sara, case).await;
    assert_eq!(words(&told), [(FindingKind::BirthDate, "1951-07-07")]);
    assert!(matches!(told.findings[0].place, GuardPlace::FileName { .. }));
    is_stopped(&sara, case).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_residents_own_facts_and_the_staff_pass() {
    let (_clinic, mut sara, cecilia, case) = in_hand().await;
    let number = cecilia.personal_id.written();
    let text = format!("Hej Cecilia Forsman ({number}, född 4 juni 1979)! Anna Nyström ringer dig. /Sara Lindqvist");
    writes(&sara, case, &text).await;
    sara.attach_and_review(case, "Cecilia_Forsman%201979-06-04.pdf", letter(&[&format!("Cecilia Forsman\n{number}")]))
        .await;
    let told = asked(&sara, case).await;
    assert_eq!((words(&told), told.unsearched.len(), told.proof, told.stops), (vec![], 0, None, false));
    sara.client.send_draft(case).await.unwrap();
    sara.outbox_empty().await;
    assert_eq!(cecilia.texts(case).await.last(), Some(&text));
    let view = sara.sees("closed", case, |view| view.row.state == CaseState::Closed).await;
    let held = view.history.iter().find(|row| row.event == EventKind::MessageHeld).unwrap();
    assert!(!held.facts.contains_key("findings"), "nothing to tell: {:?}", held.facts);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_confirmed_goes_and_is_on_record_without_the_words() {
    let (_clinic, mut sara, cecilia, case) = in_hand().await;
    writes(&sara, case, &format!("Margareta Holmgren och {SOMEBODY} får veta.")).await;
    let told = asked(&sara, case).await;
    assert_eq!(told.total, 2);
    is_stopped(&sara, case).await;
    sara.client.confirm_findings(case, &told.fingerprint, None).await.unwrap();
    sara.client.send_draft(case).await.unwrap();
    sara.outbox_empty().await;
    assert_eq!(cecilia.texts(case).await.len(), 2);
    let view = sara.sees("closed", case, |view| view.row.state == CaseState::Closed).await;
    let held = view.history.iter().find(|row| row.event == EventKind::MessageHeld).unwrap();
    assert_eq!(held.facts["findings"], "2");
    assert!(!format!("{:?}", view.history).contains("Margareta"), "the words stay here");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_change_after_the_confirmation_asks_anew() {
    let (_clinic, mut sara, _cecilia, case) = in_hand().await;
    writes(&sara, case, &format!("Gäller {SOMEBODY}.")).await;
    let before = asked(&sara, case).await;
    sara.client.confirm_findings(case, &before.fingerprint, None).await.unwrap();

    // a letter more
    writes(&sara, case, &format!("Gäller {SOMEBODY}!")).await;
    is_stopped(&sara, case).await;
    let stale = sara.client.confirm_findings(case, &before.fingerprint, None).await.unwrap_err();
    assert_eq!(stale.code(), "guard-changed");
    let after = asked(&sara, case).await;
    assert_ne!(after.fingerprint, before.fingerprint);
    sara.client.confirm_findings(case, &after.fingerprint, None).await.unwrap();

    // a file more, though nothing is found in it
    sara.attach_and_review(case, "råd.pdf", letter(&["Drick mycket vatten."])).await;
    is_stopped(&sara, case).await;

    // another program run remembers no confirmation
    let again = asked(&sara, case).await;
    sara.client.confirm_findings(case, &again.fingerprint, None).await.unwrap();
    sara.restart().await.unwrap();
    sara.connected().await;
    is_stopped(&sara, case).await;
    let (_, confirmed) = sara.send(case).await.unwrap();
    assert_eq!(confirmed, 1);
    sara.outbox_empty().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_was_taken_back_is_asked_about_anew() {
    let (clinic, mut sara, cecilia, case) = in_hand().await;
    let undo = UndoWindow { final_reply_s: 600, ..UndoWindow::default() };
    clinic.set_region_policy(&RegionPolicy { undo, ..clinic.region_policy().await }).await;
    writes(&sara, case, &format!("Gäller {SOMEBODY}.")).await;
    sara.send(case).await.unwrap();
    let view = sara.sees("it held", case, |view| view.messages.len() == 2 && view.pending.is_empty()).await;
    sara.client.withdraw_message(case, view.messages[1].id).await.unwrap();
    sara.sees("the draft", case, |view| view.draft.is_some() && view.pending.is_empty()).await;
    is_stopped(&sara, case).await;

    // and so is one that never left the machine
    sara.go_offline().await;
    let (op, _) = sara.send(case).await.unwrap();
    sara.client.outbox_to_draft(op).await.unwrap();
    is_stopped(&sara, case).await;
    assert_eq!(cecilia.texts(case).await, ["Mer zoprimaxin, tack."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_network_it_searches_and_stops_as_ever() {
    let (_clinic, mut sara, cecilia, case) = in_hand().await;
    sara.go_offline().await;
    writes(&sara, case, "Se filen.").await;
    sara.attach_and_review(case, "svar.pdf", fixture("svar.pdf")).await;
    let told = asked(&sara, case).await;
    let names: Vec<&str> = told.findings.iter().map(|finding| finding.found.as_str()).collect();
    assert_eq!(names, ["Åsa", "Örjan", "Älva"]);
    is_stopped(&sara, case).await;
    sara.client.confirm_findings(case, &told.fingerprint, None).await.unwrap();
    sara.client.send_draft(case).await.unwrap();
    sara.come_back().await;
    sara.outbox_empty().await;
    assert_eq!(cecilia.texts(case).await.last().unwrap(), "Se filen.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_told_and_never_passed_in_silence() {
    let (_clinic, mut sara, _cecilia, case) = in_hand().await;
    writes(&sara, case, "Se filen.").await;
    sara.attach_and_review(case, "inskannat.pdf", letter(&["Sida ett.", "", "Sida tre."])).await;
    sara.attach_and_review(case, "bild.jpg", fixture("svar.jpg")).await;
    let told = asked(&sara, case).await;
    assert_eq!(words(&told), []);
    assert_eq!(told.unsearched.len(), 1, "a picture has no words to search: {:?}", told.unsearched);
    let file = &told.unsearched[0];
    assert_eq!((file.file_name.as_str(), file.pages.as_slice()), ("inskannat.pdf", [1].as_slice()));
    is_stopped(&sara, case).await;
    sara.client.confirm_findings(case, &told.fingerprint, None).await.unwrap();
    sara.client.send_draft(case).await.unwrap();
    sara.outbox_empty().await;
    let view = sara.sees("closed", case, |view| view.row.state == CaseState::Closed).await;
    let held = view.history.iter().find(|row| row.event == EventKind::MessageHeld).unwrap();
    assert_eq!(held.facts["unsearched"], "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn protected_identity_asks_for_the_last_four_digits_every_time() {
    let clinic = Clinic::start().await;
    let petra = clinic.petra().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &petra, "Jag vill ha en tid.", &[]).await;
    let last: String = petra.personal_id.as_str().chars().skip(8).collect();
    for (kind, text) in [(MessageKind::PartialReply, "Vi ser på det."), (MessageKind::FinalReply, "Du får en tid.")] {
        sara.client.save_draft(case, kind, text.into()).await.unwrap();
        let told = asked(&sara, case).await;
        assert_eq!((words(&told), told.proof, told.stops), (vec![], Some(Proof::LastFour), true));
        is_stopped(&sara, case).await;
        for wrong in [None, Some("0000".to_owned()), Some(String::new()), Some("Petra Nordahl".to_owned())] {
            let error = sara.client.confirm_findings(case, &told.fingerprint, wrong).await.unwrap_err();
            assert_eq!(error.code(), "guard-typed");
        }
        is_stopped(&sara, case).await;
        sara.client.confirm_findings(case, &told.fingerprint, Some(last.clone())).await.unwrap();
        sara.client.send_draft(case).await.unwrap();
        sara.outbox_empty().await;
    }
    assert_eq!(petra.texts(case).await, ["Jag vill ha en tid.", "Vi ser på det.", "Du får en tid."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partial_reply_that_goes_with_a_distribution_is_guarded_too() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut anna = clinic.anna().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Jag vill ha en tid.", &[]).await;
    anna.has(case).await;
    let text = format!("Vi har fått ditt ärende, {SOMEBODY}.");
    anna.client.save_draft(case, MessageKind::PartialReply, text).await.unwrap();
    let sara = anna.target(case, "Sara Lindqvist").await;
    let stopped = anna.client.distribute(case, sara.clone(), None, true, None).await.unwrap_err();
    assert_eq!((stopped.code(), stopped.facts()["count"].as_str()), ("guard-findings", "1"));
    assert_eq!(anna.client.outbox().await.unwrap(), [], "the case is not given away without it either");
    assert_eq!(anna.seen(case).await, None::<Target>);
    let told = asked(&anna, case).await;
    anna.client.confirm_findings(case, &told.fingerprint, None).await.unwrap();
    anna.client.distribute(case, sara, None, true, None).await.unwrap();
    anna.outbox_empty().await;
    assert_eq!(anna.seen(case).await.map(|target| target.kind), Some(TargetKind::Person));
    assert_eq!(cecilia.texts(case).await.len(), 2);
}
