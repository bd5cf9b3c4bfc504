//! Closing: a reply that waits here has not closed anything yet.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::Clinic;
use mottaget_client::view::{ActName, CaseView};
use mottaget_domain::{CaseState, MessageKind};

fn why_not(view: &CaseView, act: ActName) -> Option<&'static str> {
    view.acts.iter().find(|state| state.act == act).unwrap().why_not
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reopening_is_not_offered_before_the_closing_reply_has_gone() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    sara.go_offline().await;
    sara.write(case, MessageKind::FinalReply, "Receptet är förnyat.").await.unwrap();
    let view = sara.client.read_case_again(case).await.unwrap();
    assert_eq!(view.row.state, CaseState::InProgress, "nothing counts as done before it is");
    assert_eq!(why_not(&view, ActName::Reopen), Some("not-closed"));
    assert!(why_not(&view, ActName::FinalReply).is_some(), "nor is a second reply");

    sara.come_back().await;
    let view = sara.sees("the closing", case, |view| view.row.state == CaseState::Closed).await;
    assert_eq!(why_not(&view, ActName::Reopen), None);
}
