//! Reminders: on the due day, whoever has the case first, then the receivers, before it is late (D5).

use super::{run, swedish_day, swedish_time};
use crate::calendar::half_day;
use crate::case::{Assignee, Case, Happening};
use crate::clinic::Policy;
use crate::hsa_id::HsaId;
use crate::id::GroupId;
use crate::permission::Role;
use crate::watch::Holding;
use jiff::Timestamp;
use jiff::civil::time;
use std::collections::BTreeSet;

/// Latest hour of a reminder on a half-day, which ends at noon.
const HALF_DAY_HOUR: u8 = 10;

/// Whom a reminder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReminderTo {
    /// Whoever has the case: the handler or their substitute, the group's handlers, or (nobody watches it) the receivers.
    Assignee,
    /// The receivers, when that has not helped.
    Receivers,
}

/// A reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// Whom it is for.
    pub to: ReminderTo,
    /// When.
    pub at: Timestamp,
    /// The due time that it reminds of.
    pub due_at: Timestamp,
}

/// The reminders of the run that goes on now, in order of time; none when nothing is owed. All lie before the due time and
/// after the run's beginning.
#[must_use]
pub fn reminders(case: &Case, policy: &Policy) -> Vec<Reminder> {
    let off = policy.days_off();
    let run = run::latest(case, policy, &off);
    if run.stopped.is_some() {
        return Vec::new();
    }
    let day = swedish_day(run.due_at);
    let latest = if half_day(day, &off).is_some() { HALF_DAY_HOUR } else { 23 };
    let first = policy.remind_assignee_hour.min(latest);
    let second = policy.remind_receivers_hour.clamp(first, latest);
    [(ReminderTo::Assignee, first), (ReminderTo::Receivers, second)]
        .into_iter()
        .filter_map(|(to, hour)| {
            let at = swedish_time(day, time(i8::try_from(hour).ok()?, 0, 0, 0))?;
            Some(Reminder { to, at, due_at: run.due_at })
        })
        .filter(|reminder| reminder.at > run.started_at)
        .collect()
}

/// Somebody who might be reminded, as they stand at the clinic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watcher {
    /// Who.
    pub hsa_id: HsaId,
    /// Roles at the case's clinic.
    pub roles: BTreeSet<Role>,
    /// Groups there.
    pub groups: BTreeSet<GroupId>,
    /// Whom they cover on the day of the reminder.
    pub stands_in_for: BTreeSet<HsaId>,
    /// They are away themselves on that day.
    pub absent: bool,
}

/// Is the reminder for this person? Not for whoever got the case after its time: they have just heard of it; nor for who is
/// away. `held` is how whoever has the case stands to it on that day ([`ClinicFacts::holding`]).
///
/// [`ClinicFacts::holding`]: crate::clinic::ClinicFacts::holding
#[must_use]
pub fn reminds(reminder: &Reminder, case: &Case, who: &Watcher, held: Holding) -> bool {
    if who.absent {
        return false;
    }
    let (receives, handles) = (who.roles.contains(&Role::Receiver), who.roles.contains(&Role::Handler));
    let unwatched = case.assignee.is_none() || case.needs_redistribution || held != Holding::Watched;
    let has_it = match &case.assignee {
        _ if unwatched => receives,
        Some(Assignee::Person { hsa_id }) => handles && (*hsa_id == who.hsa_id || who.stands_in_for.contains(hsa_id)),
        Some(Assignee::Group { id }) => handles && who.groups.contains(id),
        None => false,
    };
    match reminder.to {
        ReminderTo::Assignee => has_it && given_at(case).is_none_or(|given| given <= reminder.at),
        // Who has it was reminded already.
        ReminderTo::Receivers => receives && !has_it,
    }
}

/// When the case last went to whoever has it.
fn given_at(case: &Case) -> Option<Timestamp> {
    let moved = |what: &Happening| {
        matches!(
            what,
            Happening::Created
                | Happening::Distributed { .. }
                | Happening::Redistributed { .. }
                | Happening::Taken { .. }
                | Happening::TakenOver { .. }
                | Happening::AssigneeLost { .. }
        )
    };
    case.history.iter().rev().find(|entry| moved(&entry.what)).map(|entry| entry.at)
}
