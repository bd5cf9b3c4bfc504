//! What a clinic's local administrator decides holds at once for all who work there, and nobody else decides it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::{Clinic, Person};
use mottaget_domain::clinic::{ClinicSettings, UndoWindow};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_target_a_closed_day_and_an_undo_window_are_in_the_handlers_case_at_once() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    let before = sara.client.read_case_again(case).await.unwrap();
    let mut nils = Person::sign_in(&clinic, "Nils Åkesson").await;
    let (own, region) = nils.client.clinic_settings(clinic.bjorken()).await.unwrap();
    assert_eq!((own.response_days, region.response_days), (Some(2), 3), "this clinic promises more than its region");
    let due = mottaget_domain::response_clock::swedish_day(before.row.due.at);
    let window = UndoWindow { partial_reply_s: 5, counter_question_s: 5, final_reply_s: 45 };
    let settings = ClinicSettings { closed_days: [due].into(), undo: Some(window), ..own.clone() };

    assert_eq!(
        sara.client.save_clinic_settings(clinic.bjorken(), settings.clone()).await.unwrap_err().code(),
        "forbidden"
    );
    let wrong = ClinicSettings { response_days: Some(61), ..settings.clone() };
    let refused = nils.client.save_clinic_settings(clinic.bjorken(), wrong).await.unwrap_err();
    assert_eq!((refused.code(), refused.facts()["limit"].as_str()), ("out-of-range", "60"));
    nils.go_offline().await;
    let away = nils.client.save_clinic_settings(clinic.bjorken(), settings.clone()).await.unwrap_err();
    assert_eq!(away.code(), "server-unreachable");
    nils.come_back().await;
    nils.client.save_clinic_settings(clinic.bjorken(), settings.clone()).await.unwrap();
    assert_eq!(nils.client.clinic_settings(clinic.bjorken()).await.unwrap().0, settings);

    let now = sara.sees("the closed day", case, |view| view.row.due.at > before.row.due.at).await;
    assert_eq!(now.undo.final_reply_s, 45);
}
