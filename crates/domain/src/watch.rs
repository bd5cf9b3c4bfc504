//! Who watches: why an open case needs the receivers' eye, and when too few people look at an inbox or a group, so that the
//! net must widen (ADR 20).

use crate::case::{Assignee, Case, CaseState, Happening};
use crate::clinic::{ClinicFacts, Policy};
use crate::id::GroupId;
use crate::permission::Role;
use crate::response_clock::{due_at, swedish_day};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How whoever has a case stands to it on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holding {
    /// Somebody sees to it: the handler, their substitute, or a member of the group.
    Watched,
    /// Nobody behind the assignment can handle cases any more; a new distribution is needed (T19).
    Inactive,
    /// The handler is away, and nobody covers.
    Absent,
    /// No handler of the group is there.
    Unstaffed,
}

/// Why nobody watches an open case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Unwatched {
    /// Nobody has had it for longer than the clinic's limit.
    Undistributed,
    /// Whoever has it can't handle cases any more.
    HolderInactive,
    /// Whoever has it is away, and nobody covers.
    HolderAbsent,
    /// It is a group's, and no handler of the group is there.
    GroupUnstaffed,
    /// It was given to somebody who has not begun for longer than the same limit.
    NotBegun,
}

impl Unwatched {
    /// All reasons, in the order in which a board tells them.
    pub const ALL: [Self; 5] =
        [Self::Undistributed, Self::HolderInactive, Self::HolderAbsent, Self::GroupUnstaffed, Self::NotBegun];
}

/// When patience ends with a case that waits for the first hand: that of a receiver if nobody has it, else that of whoever
/// has it and has not begun. Within the clinic's working days, by the calendar of the response clock. `None` if it does
/// not wait for that.
#[must_use]
pub fn patience_ends(case: &Case, policy: &Policy) -> Option<Timestamp> {
    let since = waits_since(case)?;
    Some(due_at(since, policy.distribute_within_days, &policy.days_off()))
}

fn waits_since(case: &Case) -> Option<Timestamp> {
    match case.state {
        CaseState::New => {}
        // whoever waits for the resident's answer has nothing to begin with
        CaseState::AssignedPerson | CaseState::AssignedGroup if case.open_question.is_none() => {}
        _ => return None,
    }
    let begins = |what: &Happening| {
        matches!(
            what,
            Happening::Created
                | Happening::Distributed { .. }
                | Happening::Redistributed { .. }
                | Happening::Taken { .. }
                | Happening::TakenOver { .. }
                | Happening::ResidentReplied { .. }
                | Happening::Reopened
        )
    };
    let last = case.history.iter().rev().find(|entry| begins(&entry.what));
    Some(last.map_or(case.created_at, |entry| entry.at))
}

/// Why nobody watches this case at `now`; `None` for one that is in hand, or over. A case whose handler is covered by a
/// substitute is watched.
#[must_use]
pub fn unwatched(case: &Case, clinic: &ClinicFacts, now: Timestamp) -> Option<Unwatched> {
    if !case.state.is_open() {
        return None;
    }
    let too_long = patience_ends(case, &clinic.policy).is_some_and(|ends| ends < now);
    match &case.assignee {
        None => too_long.then_some(Unwatched::Undistributed),
        Some(_) if case.needs_redistribution => Some(Unwatched::HolderInactive),
        Some(assignee) => match clinic.holding(assignee, swedish_day(now)) {
            Holding::Inactive => Some(Unwatched::HolderInactive),
            Holding::Absent => Some(Unwatched::HolderAbsent),
            Holding::Unstaffed => Some(Unwatched::GroupUnstaffed),
            Holding::Watched => too_long.then_some(Unwatched::NotBegun),
        },
    }
}

impl ClinicFacts {
    /// How this one stands on that day to the cases that they have.
    #[must_use]
    pub fn holding(&self, assignee: &Assignee, day: Date) -> Holding {
        match assignee {
            Assignee::Person { hsa_id } if !self.can_handle(hsa_id) => Holding::Inactive,
            Assignee::Person { hsa_id } if !self.is_absent(hsa_id, day) => Holding::Watched,
            Assignee::Person { hsa_id } if self.substitute_of(hsa_id, day).is_some() => Holding::Watched,
            Assignee::Person { .. } => Holding::Absent,
            Assignee::Group { id } if self.handlers_in(*id).unwrap_or(0) == 0 => Holding::Inactive,
            Assignee::Group { id } if self.handlers_there(*id, day) == 0 => Holding::Unstaffed,
            Assignee::Group { .. } => Holding::Watched,
        }
    }

    /// How many receivers are there on that day.
    #[must_use]
    pub fn receivers_there(&self, day: Date) -> usize {
        self.staff.values().filter(|staff| staff.is_there(Role::Receiver, day)).count()
    }

    /// How many handlers of the group are there on that day.
    #[must_use]
    pub fn handlers_there(&self, group: GroupId, day: Date) -> usize {
        let members = self.groups.get(&group).into_iter().flat_map(|group| &group.members);
        members.filter(|id| self.staff.get(*id).is_some_and(|staff| staff.is_there(Role::Handler, day))).count()
    }

    /// Do fewer than the clinic wants look into its inbox on that day?
    #[must_use]
    pub fn inbox_is_short(&self, day: Date) -> bool {
        self.receivers_there(day) < usize::from(self.policy.min_watchers)
    }

    /// Do fewer than the clinic wants look after this group's cases on that day?
    #[must_use]
    pub fn group_is_short(&self, group: GroupId, day: Date) -> bool {
        self.handlers_there(group, day) < usize::from(self.policy.min_watchers)
    }
}

#[cfg(test)]
mod tests;
