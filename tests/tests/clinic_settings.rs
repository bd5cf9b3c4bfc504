//! What a clinic's local administrator, or the region's, decides holds at once for all who work there, and nobody else decides it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::{Clinic, Person};
use mottaget_client::Client;
use mottaget_client::view::CaseView;
use mottaget_domain::clinic::{ClinicSettings, RegionPolicy, UndoWindow};
use mottaget_protocol::Anew;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_target_a_closed_day_and_an_undo_window_are_in_the_handlers_case_at_once() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    let before = sara.client.read_case_again(case).await.unwrap();
    let mut nils = Person::sign_in(&clinic, "Nils Åkesson").await;
    let decided = nils.client.decisions(clinic.bjorken()).await.unwrap();
    let (own, region) = (decided.clinic, decided.region);
    assert_eq!((own.response_days, region.response_days), (Some(2), 3), "this clinic promises more than its region");
    let due = mottaget_domain::response_clock::swedish_day(before.row.due.at);
    let window = UndoWindow { partial_reply_s: 5, counter_question_s: 5, final_reply_s: 45 };
    let settings = ClinicSettings { closed_days: [due].into(), undo: Some(window), ..own.clone() };

    let anew = |now: &ClinicSettings| Anew { seen: own.clone(), now: now.clone() };
    assert_eq!(
        sara.client.save_clinic_settings(clinic.bjorken(), anew(&settings)).await.unwrap_err().code(),
        "forbidden"
    );
    let wrong = ClinicSettings { response_days: Some(61), ..settings.clone() };
    let refused = nils.client.save_clinic_settings(clinic.bjorken(), anew(&wrong)).await.unwrap_err();
    assert_eq!((refused.code(), refused.facts()["limit"].as_str()), ("out-of-range", "60"));
    nils.go_offline().await;
    let away = nils.client.save_clinic_settings(clinic.bjorken(), anew(&settings)).await.unwrap_err();
    assert_eq!(away.code(), "server-unreachable");
    nils.come_back().await;
    nils.client.save_clinic_settings(clinic.bjorken(), anew(&settings)).await.unwrap();
    assert_eq!(nils.client.decisions(clinic.bjorken()).await.unwrap().clinic, settings);

    let now = sara.sees("the closed day", case, |view| view.row.due.at > before.row.due.at).await;
    assert_eq!(now.undo.final_reply_s, 45);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_for_one_case_type_is_the_clinics_before_the_regions_and_moves_the_due_day_of_its_cases_alone() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    let before = sara.client.read_case_again(case).await.unwrap();
    let per = Person::sign_in(&clinic, "Per Sandberg").await;
    let mut nils = Person::sign_in(&clinic, "Nils Åkesson").await;
    let decided = per.client.decisions(clinic.bjorken()).await.unwrap();
    assert_eq!(decided.region_name, "Region Skogslandet");
    let this = decided.case_types.iter().find(|one| one.name == before.row.case_type).unwrap().id;
    let other = decided.case_types.iter().find(|one| one.id != this).unwrap().id;
    let region = |of_type, days| {
        let mut region = decided.region.clone();
        region.case_type_days.insert(of_type, days);
        Anew { seen: decided.region.clone(), now: region }
    };

    assert_eq!(
        nils.client.save_region_settings(clinic.bjorken(), region(this, 5)).await.unwrap_err().code(),
        "forbidden"
    );
    let wrong = per.client.save_region_settings(clinic.bjorken(), region(this, 61)).await.unwrap_err();
    assert_eq!((wrong.code(), wrong.facts()["limit"].as_str()), ("out-of-range", "60"));
    per.client.save_region_settings(clinic.bjorken(), region(other, 9)).await.unwrap();
    let first = region(other, 9).now;
    per.client.save_region_settings(clinic.bjorken(), Anew { seen: first, ..region(this, 5) }).await.unwrap();
    let later = sara.sees("the region's target for this type", case, |view| view.row.due.at > before.row.due.at).await;

    let own = nils.until("the region's word", async |client: Client| {
        let decided = client.decisions(clinic.bjorken()).await.ok()?;
        decided.region.case_type_days.contains_key(&this).then_some(decided.clinic)
    });
    let own = own.await;
    let settings = ClinicSettings { case_type_days: [(this, 3)].into(), ..own.clone() };
    nils.client.save_clinic_settings(clinic.bjorken(), Anew { seen: own, now: settings }).await.unwrap();
    let due = |view: &CaseView| before.row.due.at < view.row.due.at && view.row.due.at < later.row.due.at;
    sara.sees("the clinic's own target for it", case, due).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_administrators_who_decide_at_once_never_overrule_each_other_in_silence() {
    let clinic = Clinic::start().await;
    let nils = Person::sign_in(&clinic, "Nils Åkesson").await;
    let per = Person::sign_in(&clinic, "Per Sandberg").await;
    let at_bjorken = async |who: &Person| who.client.decisions(clinic.bjorken()).await.unwrap();
    let seen = at_bjorken(&nils).await.clinic;
    // the same form is open on two computers
    let signed = Anew { seen: seen.clone(), now: ClinicSettings { signature: "Teamet".into(), ..seen.clone() } };
    nils.client.save_clinic_settings(clinic.bjorken(), signed.clone()).await.unwrap();
    let closed = ClinicSettings { closed_days: ["2026-12-28".parse().unwrap()].into(), ..seen.clone() };
    let late = nils.client.save_clinic_settings(clinic.bjorken(), Anew { seen, now: closed }).await.unwrap_err();
    assert_eq!(late.code(), "decided-meanwhile");
    assert_eq!(at_bjorken(&nils).await.clinic, signed.now, "what was saved first stands, and is here to be seen");

    let seen = at_bjorken(&per).await.region;
    let decided = |days| Anew { seen: seen.clone(), now: RegionPolicy { response_days: days, ..seen.clone() } };
    per.client.save_region_settings(clinic.bjorken(), decided(4)).await.unwrap();
    let late = per.client.save_region_settings(clinic.bjorken(), decided(5)).await.unwrap_err();
    assert_eq!((late.code(), at_bjorken(&per).await.region), ("decided-meanwhile", decided(4).now));
}
