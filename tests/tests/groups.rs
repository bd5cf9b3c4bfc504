//! Groups: one takes, nobody else does; what was taken can go back, and is taken by somebody else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::{Clinic, Person};
use mottaget_client::view::{CaseView, Target, TargetKind};
use mottaget_domain::{CaseId, CaseState};

const GROUP: &str = "Sköterskegruppen";

/// A case that the group has, seen by two of its members.
async fn of_the_group(clinic: &Clinic, anna: &mut Person, members: [&mut Person; 2]) -> CaseId {
    let cecilia = clinic.cecilia().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Fråga sjuksköterska", "Ont i halsen.", &[]).await;
    anna.has(case).await;
    let target = anna.target(case, GROUP).await;
    anna.client.distribute(case, target, None, false, None).await.unwrap();
    anna.outbox_empty().await;
    for member in members {
        member.has(case).await;
    }
    case
}

fn back(view: &CaseView) -> Option<&str> {
    view.taken_from.as_ref().map(|(_, name)| name.as_str())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_take_at_once_and_one_has_it() {
    let clinic = Clinic::start().await;
    let (mut anna, mut sara, mut eva) = (clinic.anna().await, clinic.sara().await, clinic.eva().await);
    let case = of_the_group(&clinic, &mut anna, [&mut sara, &mut eva]).await;
    // both without a network, so that neither can know of the other
    sara.go_offline().await;
    eva.go_offline().await;
    let (hers, evas) = (sara.client.take(case).await.unwrap(), eva.client.take(case).await.unwrap());
    sara.come_back().await;
    sara.outbox_empty().await;
    assert!(sara.sees("hers", case, |view| view.row.mine).await.pending.is_empty(), "{hers}");
    eva.come_back().await;
    assert_eq!(eva.stopped(evas).await, "already-taken");
    // Eva receives too, so she still sees whose it is
    let view = eva.client.read_case_again(case).await.unwrap();
    assert!(!view.row.mine);
    assert_eq!(back(&view), None, "what somebody else took is theirs to give back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_taken_goes_back_to_the_group_also_offline_and_another_takes_it() {
    let clinic = Clinic::start().await;
    let (mut anna, mut sara, mut eva) = (clinic.anna().await, clinic.sara().await, clinic.eva().await);
    let case = of_the_group(&clinic, &mut anna, [&mut sara, &mut eva]).await;
    assert_eq!(back(&sara.client.read_case_again(case).await.unwrap()), None, "nothing is taken yet");
    sara.client.take(case).await.unwrap();
    sara.outbox_empty().await;
    let view = sara.sees("taken", case, |view| view.row.mine).await;
    let (id, name) = view.taken_from.clone().unwrap();
    assert_eq!(name, GROUP);

    sara.go_offline().await;
    let seen = sara.seen(case).await;
    let group = Target { kind: TargetKind::Group, id: id.to_string() };
    sara.client.distribute(case, group, seen, false, None).await.unwrap();
    sara.come_back().await;
    sara.outbox_empty().await;
    let view = eva.sees("back", case, |view| view.row.state == CaseState::AssignedGroup).await;
    assert_eq!(back(&view), None);
    eva.client.take(case).await.unwrap();
    eva.outbox_empty().await;
    let view = eva.sees("Eva's", case, |view| view.row.mine).await;
    assert_eq!(back(&view), Some(GROUP));
    // Sara does not see it any more, nor can she take it from her
    sara.has_not(case).await;

    // given to her by name, it has no group to go back to
    anna.give_to(case, "Sara Lindqvist").await.unwrap();
    anna.outbox_empty().await;
    let view = sara.sees("given", case, |view| view.row.mine).await;
    assert_eq!(back(&view), None);
}
