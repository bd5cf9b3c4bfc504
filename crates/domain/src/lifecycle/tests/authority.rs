//! The guards against the matrix: what a role may do to a case of its own is what its column says, act by act.

use super::*;
use crate::permission::{Action, Permission, permission};

/// The rows of the matrix that stand behind an act of staff; `None` for what is nobody's or goes with every case.
fn rows(act: Act) -> Option<Vec<Action>> {
    match act {
        Act::Read => Some(vec![Action::ReadCase]),
        Act::Distribute => Some(vec![Action::Distribute]),
        Act::Redistribute | Act::ReturnToReceiver => Some(vec![Action::RedistributeAny, Action::RedistributeOwn]),
        Act::Take | Act::TakeOver => Some(vec![Action::TakeFromGroup]),
        Act::PartialReply => Some(vec![Action::PartialReply]),
        Act::CounterQuestion | Act::WithdrawQuestion => Some(vec![Action::CounterQuestion]),
        Act::Start | Act::FinalReply => Some(vec![Action::FinalReply]),
        Act::Close | Act::Reopen => Some(vec![Action::CloseOrReopen]),
        Act::Note => Some(vec![Action::InternalNote]),
        Act::MarkRecorded => Some(vec![Action::PrintOrSaveToRecord]),
        // whoever may read the case may stop what is still held
        Act::WithdrawMessage => Some(vec![Action::ReadCase]),
        Act::ResidentReply | Act::Release | Act::LoseAssignee | Act::Purge => None,
    }
}

/// Somebody with this role alone, in Sara's place: the cases below that have an assignee are theirs, their group's, or
/// Eva's, whom they cover.
fn in_saras_place(role: Role) -> Actor {
    let Actor::Staff(sara) = staff(2) else { panic!() };
    Actor::Staff(StaffActor { roles: [role].into(), stands_in_for: [person(4)].into(), ..sara })
}

/// A case in every state that an act can ask for.
fn cases() -> Vec<Case> {
    let given = |to: fn(&Case) -> Command| {
        let case = filed();
        does(&case, &staff(1), &to(&case)).unwrap()
    };
    let mut held = clinic();
    held.policy.region.undo.final_reply_s = 30;
    let working = in_progress();
    let pending = act(&working, &staff(2), &send(MessageKind::FinalReply, &working), None, &held, noon()).unwrap();
    vec![
        filed(),
        given(|case| to_person(2, case)),
        given(|case| to_group(1, case)),
        given(|case| to_person(4, case)),
        working,
        waiting(),
        pending,
        closed(),
    ]
}

#[test]
fn a_role_may_do_what_its_column_says_and_nothing_else() {
    for role in Role::ALL {
        for act in Act::ALL {
            let may = cases().iter().any(|case| check(case, &in_saras_place(role), act, &clinic(), noon()).is_ok());
            let says = rows(act).is_some_and(|rows| rows.iter().any(|row| permission(role, *row) != Permission::No));
            // residents and guardians are no staff, whatever their column says
            let staff_role = !matches!(role, Role::Resident | Role::Proxy);
            if staff_role {
                assert_eq!(may, says, "{role:?} {act:?}");
            }
        }
    }
}

#[test]
fn what_the_matrix_gives_for_own_cases_is_given_for_no_other() {
    let Actor::Staff(omar) = staff(3) else { panic!() };
    let stranger = Actor::Staff(StaffActor { groups: BTreeSet::new(), ..omar });
    for case in cases() {
        for act in Act::ALL {
            let answer = check(&case, &stranger, act, &clinic(), noon());
            assert_eq!(answer, Err(Refusal::NotFound), "{act:?} {:?}", case.state);
        }
    }
}

/// What a substitute may do with an absent colleague's case: read it, leave a note, stop what is still held, take it over.
#[test]
fn whoever_covers_takes_it_over_before_anything_else() {
    let clinic = without_sara();
    let omar = staff_at(3, &clinic, noon());
    let mut held = clinic.clone();
    held.policy.region.undo.final_reply_s = 30;
    let working = in_progress();
    let sara = staff_at(2, &clinic, noon());
    let pending = act(&working, &sara, &send(MessageKind::FinalReply, &working), None, &held, noon()).unwrap();
    for case in [working, waiting(), pending, closed()] {
        for act in Act::ALL {
            let answer = check(&case, &omar, act, &clinic, noon());
            let open = case.state.is_open();
            let expected = match act {
                Act::Read | Act::Note => Ok(()),
                Act::TakeOver if open && case.pending().is_some() => Err(Refusal::MessagePending),
                Act::TakeOver if open => Ok(()),
                Act::WithdrawMessage if case.pending().is_some() => Ok(()),
                Act::WithdrawMessage => Err(Refusal::AlreadyReleased),
                Act::MarkRecorded => Err(Refusal::TakeOverFirst),
                Act::Distribute if open => Err(Refusal::Forbidden),
                Act::Take if open => Err(Refusal::AlreadyTaken),
                Act::Start
                | Act::Redistribute
                | Act::ReturnToReceiver
                | Act::CounterQuestion
                | Act::FinalReply
                | Act::WithdrawQuestion
                    if open =>
                {
                    Err(Refusal::TakeOverFirst)
                }
                Act::PartialReply | Act::Close if open && case.pending().is_some() => Err(Refusal::MessagePending),
                Act::PartialReply | Act::Close if open => Err(Refusal::TakeOverFirst),
                Act::Reopen if open => Err(Refusal::NotClosed),
                Act::Reopen | Act::ResidentReply | Act::Release | Act::LoseAssignee | Act::Purge => {
                    Err(Refusal::Forbidden)
                }
                _ => Err(Refusal::CaseClosed),
            };
            assert_eq!(answer, expected, "{act:?} {:?}", case.state);
        }
    }
}

#[test]
fn a_handler_who_gives_an_own_case_on_may_let_a_file_go_along() {
    let case = in_progress();
    let word = Compose { attachments: vec![file("svar.pdf", 9)], ..compose(&case, "Jag lämnar över till Omar.") };
    let Command::Distribute { to, from, .. } = to_person(3, &case) else { panic!() };
    let give = Command::Distribute { to, from, reason: None, partial_reply: Some(word) };
    assert_eq!(does(&case, &staff(2), &give).unwrap().messages[1].attachments.len(), 1);
}

#[test]
fn what_the_matrix_leaves_to_a_switch_is_refused_when_it_is_off() {
    let mut clinic = clinic();
    clinic.policy.receiver_may_close = false;
    clinic.policy.receiver_partial_reply_alone = false;
    clinic.policy.handler_may_reassign = false;
    let switched = [Action::CloseOrReopen, Action::PartialReply, Action::RedistributeOwn];
    for role in [Role::Receiver, Role::Handler] {
        for act in Act::ALL {
            let Some(rows) = rows(act) else { continue };
            let says = |wanted: fn(Permission) -> bool| rows.iter().any(|row| wanted(permission(role, *row)));
            let only_by_switch = says(|it| it == Permission::Configured)
                && !says(|it| matches!(it, Permission::Yes | Permission::Own))
                && rows.iter().any(|row| switched.contains(row));
            if only_by_switch {
                let may = cases().iter().any(|case| check(case, &in_saras_place(role), act, &clinic, noon()).is_ok());
                assert!(!may, "{role:?} {act:?}");
            }
        }
    }
}
