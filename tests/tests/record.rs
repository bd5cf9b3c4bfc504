//! Out of the tool: a case is marked as entered into the patient record, with who and when, and copying it is logged.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::Clinic;
use mottaget_client::view::CaseView;
use mottaget_domain::MessageKind;

/// Who marked it, and whether it is all there.
fn recorded(view: &CaseView) -> Option<(&str, bool)> {
    view.recorded.as_ref().map(|one| (one.who.as_str(), one.whole))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_recorded_says_who_and_when_and_what_comes_after_is_not_in_it() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let (mut anna, mut sara) = (clinic.anna().await, clinic.sara().await);
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    let view = sara.client.read_case_again(case).await.unwrap();
    assert_eq!(recorded(&view), None);

    // without a network, and seen at once on the own screen
    sara.go_offline().await;
    sara.client.mark_recorded(case, view.thread_version).await.unwrap();
    let own = sara.client.read_case_again(case).await.unwrap();
    assert_eq!(recorded(&own), Some(("Sara Lindqvist", true)));
    assert_eq!(sara.client.mark_recorded(case, view.thread_version).await.unwrap_err().code(), "already-recorded");
    sara.come_back().await;
    let seen = anna.sees("Sara's mark", case, |view| view.recorded.is_some()).await;
    assert_eq!(recorded(&seen), Some(("Sara Lindqvist", true)));

    // giving it on changes nothing of what was said; a message does
    sara.outbox_empty().await;
    sara.write(case, MessageKind::CounterQuestion, "Hur mycket har du kvar?").await.unwrap();
    sara.outbox_empty().await;
    let view = sara.sees("more", case, |view| view.messages.len() == 2).await;
    assert_eq!(recorded(&view), Some(("Sara Lindqvist", false)));
    cecilia.answer(case, "Ingenting alls!").await;
    anna.sees("the answer", case, |view| view.messages.len() == 3).await;
    // marked for what was seen before the answer came
    anna.client.mark_recorded(case, view.thread_version).await.unwrap();
    anna.outbox_empty().await;
    let view =
        sara.sees("Anna's mark", case, |view| recorded(view).is_some_and(|(who, _)| who == "Anna Nyström")).await;
    assert_eq!(recorded(&view), Some(("Anna Nyström", false)), "the answer is not in the record");
    sara.client.mark_recorded(case, view.thread_version).await.unwrap();
    sara.outbox_empty().await;
    sara.sees("all of it", case, |view| recorded(view) == Some(("Sara Lindqvist", true))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_for_the_record_reaches_the_servers_log_also_from_offline() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    let (folder, keys) = (sara.profile_folder(), sara.keys.clone());
    let waiting = || {
        let store = mottaget_store::Store::open(&folder, &keys).unwrap();
        let reads = store.unsent_reads(500).unwrap();
        store.close().unwrap();
        reads.iter().filter(|read| read.kind == mottaget_protocol::ReadKind::Record && read.cases == [case]).count()
    };
    sara.go_offline().await;
    sara.client.copied_to_record(case).await.unwrap();
    sara.quit().await;
    assert_eq!(waiting(), 1, "kept until the server has it");
    sara.line.set(journeys::Mode::Open);
    sara.restart().await.unwrap();
    sara.connected().await;
    sara.quit().await;
    assert_eq!(waiting(), 0);
}
