//! The guards: may this be done to this case by this person now? Content is not looked at here.

use super::{Act, Actor, StaffActor};
use crate::case::{Assignee, Case, CaseState, Happening, MessageKind};
use crate::clinic::ClinicFacts;
use crate::permission::{Action, Permission, Role, permission};
use crate::refusal::Refusal;
use crate::visibility::{is_covered, is_own, may_read};
use jiff::{Timestamp, ToSpan};

type Answer = Result<(), Refusal>;

/// May `actor` do `act` to `case` at `now`?
///
/// # Errors
/// [`Refusal`] says why not. Somebody who may not read the case learns nothing but [`Refusal::NotFound`].
pub fn check(case: &Case, actor: &Actor, act: Act, clinic: &ClinicFacts, now: Timestamp) -> Answer {
    if clinic.hsa_id != case.clinic {
        return Err(Refusal::NotFound);
    }
    match actor {
        Actor::Staff(staff) => staff_check(case, staff, act, clinic, now),
        Actor::Resident(resident) => resident_check(case, actor, resident.guardian.is_some(), act),
        Actor::System => system_check(case, act, clinic, now),
    }
}

fn staff_check(case: &Case, staff: &StaffActor, act: Act, clinic: &ClinicFacts, now: Timestamp) -> Answer {
    if !may_read(case, &Actor::Staff(staff.clone())) {
        let raced = matches!(act, Act::Take | Act::TakeOver) && lost_the_race(case, staff);
        return Err(if raced { Refusal::AlreadyTaken } else { Refusal::NotFound });
    }
    match act {
        Act::Read => Ok(()),
        // whoever covers for an absent colleague leaves word for them
        Act::Note if is_covered(case, staff) => asked(staff, Action::InternalNote),
        Act::Note => asked_of(case, staff, Action::InternalNote),
        Act::MarkRecorded => mark_recorded(case, staff),
        Act::Start => start(case, staff),
        Act::Distribute => distribute(case, staff),
        Act::Redistribute => redistribute(case, staff, clinic),
        Act::ReturnToReceiver => return_to_receiver(case, staff, clinic),
        Act::Take => take(case, staff),
        Act::TakeOver => take_over(case, staff),
        Act::PartialReply => partial_reply(case, staff, clinic),
        Act::CounterQuestion => counter_question(case, staff),
        Act::FinalReply => answer_as_handler(case, staff, Action::FinalReply),
        Act::WithdrawMessage => withdraw_message(case),
        Act::WithdrawQuestion => withdraw_question(case, staff),
        Act::Close => close(case, staff, clinic),
        Act::Reopen => reopen(case, staff, clinic, now),
        Act::ResidentReply | Act::Release | Act::LoseAssignee | Act::Purge => Err(Refusal::Forbidden),
    }
}

/// A colleague took the group's case first, or the absent colleague's case was given to somebody else: the loser had it on
/// screen and may be told so.
fn lost_the_race(case: &Case, staff: &StaffActor) -> bool {
    case.clinic == staff.clinic
        && best(staff, Action::TakeFromGroup) != Permission::No
        && case
            .history
            .iter()
            .rev()
            .find_map(|entry| match &entry.what {
                Happening::Taken { from } => Some(staff.groups.contains(from)),
                Happening::TakenOver { from } => Some(staff.stands_in_for.contains(from)),
                Happening::Redistributed { from: Some(Assignee::Person { hsa_id }), .. } => {
                    Some(staff.stands_in_for.contains(hsa_id))
                }
                Happening::Distributed { .. } | Happening::Redistributed { .. } => Some(false),
                _ => None,
            })
            .unwrap_or(false)
}

fn open(case: &Case) -> Answer {
    if case.state.is_open() { Ok(()) } else { Err(Refusal::CaseClosed) }
}

/// Does the matrix say just this to one of their roles?
fn says(staff: &StaffActor, action: Action, answer: Permission) -> bool {
    staff.roles.iter().any(|role| permission(*role, action) == answer)
}

/// The most that the matrix gives to one of their roles; what is only to be looked at is not done.
fn best(staff: &StaffActor, action: Action) -> Permission {
    let by_rank = [Permission::Yes, Permission::Own, Permission::Configured];
    by_rank.into_iter().find(|answer| says(staff, action, *answer)).unwrap_or(Permission::No)
}

/// Is the act somebody's at all who has these roles?
pub(super) fn asked(staff: &StaffActor, action: Action) -> Answer {
    if best(staff, action) == Permission::No { Err(Refusal::Forbidden) } else { Ok(()) }
}

/// The same for this very case: what the matrix gives for own cases holds for those alone.
fn asked_of(case: &Case, staff: &StaffActor, action: Action) -> Answer {
    match best(staff, action) {
        Permission::No | Permission::View => Err(Refusal::Forbidden),
        Permission::Own if is_covered(case, staff) => Err(Refusal::TakeOverFirst),
        Permission::Own if !is_own(case, staff) => Err(Refusal::Forbidden),
        Permission::Own | Permission::Configured | Permission::Yes => Ok(()),
    }
}

/// An act that the matrix gives to the one whose own the case is: the assigned person of an open case. Says what is
/// missing if not.
fn own_open_case(case: &Case, staff: &StaffActor, action: Action) -> Answer {
    open(case)?;
    if !says(staff, action, Permission::Own) {
        return Err(Refusal::Forbidden);
    }
    assigned(case, staff)
}

fn assigned(case: &Case, staff: &StaffActor) -> Answer {
    match &case.assignee {
        None => Err(Refusal::NotDistributed),
        Some(Assignee::Group { .. }) if is_own(case, staff) => Err(Refusal::TakeFirst),
        Some(_) if case.is_assigned_to(&staff.hsa_id) => Ok(()),
        Some(_) if is_covered(case, staff) => Err(Refusal::TakeOverFirst),
        Some(_) => Err(Refusal::NotAssignee),
    }
}

fn nothing_pending(case: &Case) -> Answer {
    if case.pending().is_some() { Err(Refusal::MessagePending) } else { Ok(()) }
}

/// T7: who may answer may begin.
fn start(case: &Case, staff: &StaffActor) -> Answer {
    own_open_case(case, staff, Action::FinalReply)
}

fn distribute(case: &Case, staff: &StaffActor) -> Answer {
    open(case)?;
    asked(staff, Action::Distribute)?;
    if case.assignee.is_some() { Err(Refusal::AlreadyDistributed) } else { Ok(()) }
}

fn redistribute(case: &Case, staff: &StaffActor, clinic: &ClinicFacts) -> Answer {
    open(case)?;
    if case.assignee.is_none() {
        return Err(Refusal::NotDistributed);
    }
    if asked(staff, Action::RedistributeAny).is_err() {
        if !clinic.policy.handler_may_reassign {
            return Err(Refusal::Forbidden);
        }
        asked(staff, Action::RedistributeOwn)?;
        assigned(case, staff)?;
    }
    nothing_closing(case)
}

/// Nobody is given a case that closes under their hands in some seconds, and nobody loses the case of a message that they may
/// want to take back: first it is out, or taken back.
fn nothing_closing(case: &Case) -> Answer {
    if case.pending().is_some_and(|message| closes(message.kind)) { Err(Refusal::MessagePending) } else { Ok(()) }
}

fn return_to_receiver(case: &Case, staff: &StaffActor, clinic: &ClinicFacts) -> Answer {
    if !clinic.policy.handler_may_reassign {
        asked(staff, Action::RedistributeAny)?;
    }
    redistribute(case, staff, clinic)
}

fn take(case: &Case, staff: &StaffActor) -> Answer {
    open(case)?;
    asked(staff, Action::TakeFromGroup)?;
    match &case.assignee {
        Some(Assignee::Group { .. }) if is_own(case, staff) => Ok(()),
        Some(Assignee::Group { .. }) => Err(Refusal::Forbidden),
        Some(Assignee::Person { .. }) => Err(Refusal::AlreadyTaken),
        None => Err(Refusal::NotDistributed),
    }
}

/// The case of somebody who is away, for whoever covers them: theirs alone from then on.
fn take_over(case: &Case, staff: &StaffActor) -> Answer {
    open(case)?;
    asked(staff, Action::TakeFromGroup)?;
    match &case.assignee {
        Some(_) if is_covered(case, staff) => nothing_closing(case),
        Some(_) => Err(Refusal::AlreadyTaken),
        None => Err(Refusal::NotDistributed),
    }
}

fn partial_reply(case: &Case, staff: &StaffActor, clinic: &ClinicFacts) -> Answer {
    open(case)?;
    nothing_pending(case)?;
    if says(staff, Action::PartialReply, Permission::Configured) && clinic.policy.receiver_partial_reply_alone {
        return Ok(());
    }
    answer_as_handler(case, staff, Action::PartialReply)
}

fn counter_question(case: &Case, staff: &StaffActor) -> Answer {
    answer_as_handler(case, staff, Action::CounterQuestion)?;
    if case.open_question.is_some() { Err(Refusal::QuestionOpen) } else { Ok(()) }
}

/// T8, T9, T13: the assigned handler, while the case is in progress or waiting. A first message starts the work (T7).
/// A final reply while the resident has not answered closes the question with the case.
fn answer_as_handler(case: &Case, staff: &StaffActor, action: Action) -> Answer {
    own_open_case(case, staff, action)?;
    nothing_pending(case)
}

/// Anybody entitled to the case may stop what is still held.
fn withdraw_message(case: &Case) -> Answer {
    if case.pending().is_some() { Ok(()) } else { Err(Refusal::AlreadyReleased) }
}

/// T11: who may ask may take it back.
fn withdraw_question(case: &Case, staff: &StaffActor) -> Answer {
    own_open_case(case, staff, Action::CounterQuestion)?;
    if case.open_question.is_some() { Ok(()) } else { Err(Refusal::NoOpenQuestion) }
}

/// Row 11 gives it to receivers where the clinic has switched it on.
fn closes_for_the_clinic(staff: &StaffActor, clinic: &ClinicFacts) -> bool {
    says(staff, Action::CloseOrReopen, Permission::Configured) && clinic.policy.receiver_may_close
}

fn close(case: &Case, staff: &StaffActor, clinic: &ClinicFacts) -> Answer {
    open(case)?;
    nothing_pending(case)?;
    if closes_for_the_clinic(staff, clinic) {
        return Ok(());
    }
    own_open_case(case, staff, Action::CloseOrReopen)
}

fn reopen(case: &Case, staff: &StaffActor, clinic: &ClinicFacts, now: Timestamp) -> Answer {
    if case.state != CaseState::Closed {
        return Err(Refusal::NotClosed);
    }
    let last_handler = says(staff, Action::CloseOrReopen, Permission::Own) && case.is_assigned_to(&staff.hsa_id);
    if !closes_for_the_clinic(staff, clinic) && !last_handler {
        return Err(Refusal::Forbidden);
    }
    let window = i64::from(clinic.policy.reopen_days) * 24;
    let until = case.closed_at.and_then(|closed| closed.checked_add(window.hours()).ok());
    match until {
        Some(until) if clinic.policy.reopen_days > 0 && now <= until => Ok(()),
        _ => Err(Refusal::ReopenWindowPassed),
    }
}

fn resident_check(case: &Case, actor: &Actor, guardian: bool, act: Act) -> Answer {
    if !may_read(case, actor) {
        return Err(Refusal::NotFound);
    }
    match act {
        Act::Read => Ok(()),
        Act::ResidentReply => {
            let role = if guardian { Role::Proxy } else { Role::Resident };
            if permission(role, Action::CreateCaseOrAnswer) == Permission::No {
                return Err(Refusal::Forbidden);
            }
            open(case)?;
            // An answer would be buried in a case that closes in some seconds: first the resident reads what the clinic
            // has written, or the clinic takes it back.
            nothing_closing(case)?;
            if case.open_question.is_some() { Ok(()) } else { Err(Refusal::NoOpenQuestion) }
        }
        _ => Err(Refusal::Forbidden),
    }
}

/// Does the case close when such a message is released?
fn closes(kind: MessageKind) -> bool {
    matches!(kind, MessageKind::FinalReply | MessageKind::Closure)
}

fn system_check(case: &Case, act: Act, clinic: &ClinicFacts, now: Timestamp) -> Answer {
    match act {
        Act::Read => Ok(()),
        Act::Release => match case.pending() {
            None => Err(Refusal::AlreadyReleased),
            Some(message) if now < message.release_at => Err(Refusal::TooEarly),
            Some(_) => Ok(()),
        },
        Act::LoseAssignee => lose_assignee(case, clinic),
        Act::Purge => purge(case, clinic, now),
        _ => Err(Refusal::Forbidden),
    }
}

/// T19 applies when nobody behind the assignment can handle cases any more.
fn lose_assignee(case: &Case, clinic: &ClinicFacts) -> Answer {
    open(case)?;
    let works = match &case.assignee {
        None => return Err(Refusal::NotDistributed),
        Some(Assignee::Person { hsa_id }) => clinic.can_handle(hsa_id),
        Some(Assignee::Group { id }) => clinic.handlers_in(*id).is_some_and(|n| n > 0),
    };
    if works || case.needs_redistribution { Err(Refusal::SameAssignee) } else { Ok(()) }
}

/// T16: who may print or save to the record, in any state; once for what there is to enter.
fn mark_recorded(case: &Case, staff: &StaffActor) -> Answer {
    asked_of(case, staff, Action::PrintOrSaveToRecord)?;
    if case.recorded().is_some_and(|recorded| recorded.whole) { Err(Refusal::AlreadyRecorded) } else { Ok(()) }
}

/// T18: never before two years (R93), later if the region says so.
fn purge(case: &Case, clinic: &ClinicFacts, now: Timestamp) -> Answer {
    if case.state != CaseState::Closed {
        return Err(Refusal::NotClosed);
    }
    nothing_pending(case)?;
    let months = clinic.policy.retention_months.max(24);
    let until = case.closed_at.and_then(|closed| {
        let day = closed.to_zoned(jiff::tz::TimeZone::UTC).checked_add(i32::from(months).months()).ok()?;
        Some(day.timestamp())
    });
    match until {
        Some(until) if now >= until => Ok(()),
        _ => Err(Refusal::TooEarly),
    }
}
