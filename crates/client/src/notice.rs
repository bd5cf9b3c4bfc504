//! Notices: which of the things that happened are worth a person's attention, exactly once.
//!
//! The history of a case numbers every event with the clinic's feed number, so "(case, number, kind)" names an event for
//! ever: over restarts, refilled mirrors and pages that come twice. What is decided here is kept by the store, which
//! drops a key it has seen.

use jiff::Timestamp;
use jiff::civil::Date;
use mottaget_domain::case::{Happening, HistoryEntry, Who};
use mottaget_domain::response_clock::{Reminder, ReminderTo, Watcher, reminders, reminds, running_since, swedish_day};
use mottaget_domain::watch::Holding;
use mottaget_domain::{Assignee, Case, CaseId, CaseState, ClinicFacts, GroupId, HsaId, NoteId, Policy, Role};
use mottaget_protocol::{Me, Taken};
use mottaget_store::{Change, NewNotice, NoticeKind as Stored};
use std::collections::BTreeSet;

/// This many waiting notices are shown one by one; more become one summary.
pub(crate) const STORM: usize = 3;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// Nytt ärende: a case came in, or came back, to a clinic whose receiver I am (R63).
    NewCase,
    /// A case was assigned to me by somebody else (R64).
    AssignedToMe,
    /// A case was assigned to a group of mine by somebody else (R64).
    AssignedToGroup,
    /// Somebody else gave a case of mine to another, or back to the inbox (T6).
    TakenAway,
    /// The resident answered in a case of mine or of my group.
    ResidentAnswered,
    /// A case that is mine, my group's, or (for a receiver) nobody's is to be answered today.
    Due,
    /// A case that somebody else has is to be answered today, and nobody has: told to its receivers.
    DueUnanswered,
    /// Somebody else took back a message of mine before the resident had it.
    TakenBack,
    /// An act of mine was refused and waits for my decision in the outbox.
    Stopped,
    /// A colleague speaks to me in an internal note.
    Mentioned,
    /// A case was assigned by somebody else to an absent colleague whom I cover.
    AssignedToCovered,
    /// The resident answered in a case of an absent colleague whom I cover.
    AnsweredForColleague,
    /// The resident answered in a case that nobody watches: told to its receivers.
    AnsweredUnwatched,
    /// A case was assigned to a group that too few watch: told to its receivers too.
    ShortGroup,
    /// Many new cases at once, and nothing else.
    NewCases,
    /// Many reminders at once, and nothing else.
    Reminders,
    /// Many at once: one summary in place of a storm.
    Summary,
}

/// Something to show as a notification. Nothing about a resident is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Names it, over restarts too.
    pub id: String,
    /// What it is about.
    pub kind: NoticeKind,
    /// The case to open on a click; empty for a summary, and for a case that is gone.
    pub case: Option<CaseId>,
    /// The clinic; empty for a summary over several.
    pub clinic: Option<HsaId>,
    /// Its name.
    pub clinic_name: Option<String>,
    /// How many things it stands for; 1 but for a summary.
    pub count: u32,
}

impl From<Stored> for NoticeKind {
    fn from(kind: Stored) -> Self {
        match kind {
            Stored::NewCase => Self::NewCase,
            Stored::AssignedToMe => Self::AssignedToMe,
            Stored::AssignedToGroup => Self::AssignedToGroup,
            Stored::TakenAway => Self::TakenAway,
            Stored::ResidentAnswered => Self::ResidentAnswered,
            Stored::Due => Self::Due,
            Stored::DueUnanswered => Self::DueUnanswered,
            Stored::Mentioned => Self::Mentioned,
            Stored::AssignedToCovered => Self::AssignedToCovered,
            Stored::AnsweredForColleague => Self::AnsweredForColleague,
            Stored::AnsweredUnwatched => Self::AnsweredUnwatched,
            Stored::ShortGroup => Self::ShortGroup,
            Stored::TakenBack => Self::TakenBack,
            Stored::Stopped => Self::Stopped,
        }
    }
}

/// The person at one clinic on one day, as notices see them.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    me: HsaId,
    roles: BTreeSet<Role>,
    groups: BTreeSet<GroupId>,
    new_case: bool,
    assigned: bool,
    answered: bool,
    mentioned: bool,
    /// What the clinic's directory says; without one, nobody is away and nothing is short.
    facts: Option<ClinicFacts>,
    day: Date,
    covers: BTreeSet<HsaId>,
    absent: bool,
}

impl Viewer {
    /// The person at that clinic and time; nobody gets notices of a clinic where they do not work.
    pub fn at(me: &Me, clinic: &HsaId, facts: Option<ClinicFacts>, now: Timestamp) -> Self {
        let here = me.assignments.iter().find(|assignment| assignment.clinic == *clinic);
        let (who, day) = (&me.staff.hsa_id, swedish_day(now));
        Self {
            me: who.clone(),
            roles: here.map(|a| a.roles.clone()).unwrap_or_default(),
            groups: here.map(|a| a.groups.iter().map(|group| group.id).collect()).unwrap_or_default(),
            new_case: me.preferences.notify_new_case,
            assigned: me.preferences.notify_assigned,
            answered: me.preferences.notify_answered,
            mentioned: me.preferences.notify_mentioned,
            covers: facts.as_ref().map(|facts| facts.stands_in_for(who, day)).unwrap_or_default(),
            absent: facts.as_ref().is_some_and(|facts| facts.is_absent(who, day)),
            facts,
            day,
        }
    }

    /// Does the case wait for somebody who sees to it? Told to receivers, who see to it that there is one (R27).
    fn is_left_alone(&self, case: &Case) -> bool {
        let held = |facts: &ClinicFacts, assignee| facts.holding(assignee, self.day);
        let held = self.facts.as_ref().zip(case.assignee.as_ref()).map(|(facts, assignee)| held(facts, assignee));
        self.receives() && held.is_some_and(|held| held != Holding::Watched)
    }

    fn is_short(&self, group: GroupId) -> bool {
        self.receives() && self.facts.as_ref().is_some_and(|facts| facts.group_is_short(group, self.day))
    }

    fn covers(&self, case: &Case) -> bool {
        let holder = case.assignee.as_ref();
        self.handles()
            && holder.is_some_and(|it| matches!(it, Assignee::Person { hsa_id } if self.covers.contains(hsa_id)))
    }

    fn receives(&self) -> bool {
        self.roles.contains(&Role::Receiver)
    }

    fn handles(&self) -> bool {
        self.roles.contains(&Role::Handler)
    }

    fn wants(&self, kind: Stored) -> bool {
        let short = |facts: &ClinicFacts| facts.inbox_is_short(self.day);
        match kind {
            // where too few look, nobody who is there can leave it to the others
            Stored::NewCase | Stored::ShortGroup => self.new_case || self.facts.as_ref().is_some_and(short),
            Stored::AssignedToMe | Stored::AssignedToGroup | Stored::AssignedToCovered | Stored::TakenAway => {
                self.assigned
            }
            Stored::ResidentAnswered | Stored::AnsweredForColleague => self.answered,
            Stored::Mentioned => self.mentioned,
            // what is owed to a resident, or watched by nobody, is nobody's to wave away; nor is what did not go out after all
            Stored::Due | Stored::DueUnanswered | Stored::AnsweredUnwatched | Stored::TakenBack | Stored::Stopped => {
                true
            }
        }
    }

    /// Which notice an event would be for this person, whatever has happened since.
    fn kind_of(&self, case: &Case, entry: &HistoryEntry) -> Option<Stored> {
        if self.absent || entry.who.is_staff(&self.me) {
            return None;
        }
        match &entry.what {
            Happening::Created | Happening::AssigneeLost { .. } => self.receives().then_some(Stored::NewCase),
            Happening::Redistributed { to: None, .. } if self.receives() => Some(Stored::NewCase),
            Happening::Distributed { to } => self.assignment(to),
            Happening::Redistributed { from, to, .. } => {
                let was_mine = matches!(from, Some(Assignee::Person { hsa_id }) if *hsa_id == self.me);
                let to_me = to.as_ref().and_then(|to| self.assignment(to));
                to_me.or(was_mine.then_some(Stored::TakenAway))
            }
            Happening::MessageWithdrawn { author, .. } => {
                (author.as_ref() == Some(&self.me)).then_some(Stored::TakenBack)
            }
            Happening::NoteAdded { note } => self.is_meant(case, *note).then_some(Stored::Mentioned),
            Happening::TakenOver { from } => (*from == self.me).then_some(Stored::TakenAway),
            Happening::ResidentReplied { .. } => self.answer(case),
            _ => None,
        }
    }

    fn is_meant(&self, case: &Case, note: NoteId) -> bool {
        case.notes.iter().any(|there| there.id == note && there.mentions.contains(&self.me))
    }

    fn assignment(&self, to: &Assignee) -> Option<Stored> {
        match to {
            Assignee::Person { hsa_id } if *hsa_id == self.me => self.handles().then_some(Stored::AssignedToMe),
            Assignee::Person { hsa_id } => {
                (self.handles() && self.covers.contains(hsa_id)).then_some(Stored::AssignedToCovered)
            }
            Assignee::Group { id } if self.handles() && self.groups.contains(id) => Some(Stored::AssignedToGroup),
            Assignee::Group { id } => self.is_short(*id).then_some(Stored::ShortGroup),
        }
    }

    /// Whose business an answer is: the assignee's or their substitute's, the group's; the receivers' if nobody can handle
    /// the case (T10), or nobody watches it.
    fn answer(&self, case: &Case) -> Option<Stored> {
        let own = match &case.assignee {
            Some(Assignee::Person { hsa_id }) => *hsa_id == self.me,
            Some(Assignee::Group { id }) => self.groups.contains(id),
            None => false,
        };
        match () {
            () if (case.needs_redistribution && self.receives()) || (own && self.handles()) => {
                Some(Stored::ResidentAnswered)
            }
            () if self.covers(case) => Some(Stored::AnsweredForColleague),
            () => self.is_left_alone(case).then_some(Stored::AnsweredUnwatched),
        }
    }

    /// Is there still a reason to look? A colleague may have taken it, it may be closed, given on or answered.
    pub fn still_holds(&self, kind: Stored, at: Timestamp, case: &Case) -> bool {
        // a colleague may ask about a closed case too
        let of_closed_ones_too = matches!(kind, Stored::Mentioned | Stored::Stopped);
        if !case.state.is_open() && !of_closed_ones_too {
            return false;
        }
        match kind {
            Stored::Mentioned | Stored::Stopped => true,
            Stored::TakenBack => !answered_since(case, at),
            Stored::NewCase => self.receives() && (case.state == CaseState::New || case.needs_redistribution),
            Stored::AssignedToMe => self.handles() && case.is_assigned_to(&self.me),
            Stored::AssignedToGroup => match &case.assignee {
                Some(Assignee::Group { id }) => self.handles() && self.groups.contains(id),
                _ => false,
            },
            Stored::AssignedToCovered => self.covers(case),
            Stored::ShortGroup => match &case.assignee {
                Some(Assignee::Group { id }) => self.is_short(*id),
                _ => false,
            },
            Stored::TakenAway => !case.is_assigned_to(&self.me),
            Stored::ResidentAnswered | Stored::AnsweredForColleague | Stored::AnsweredUnwatched => {
                self.answer(case) == Some(kind) && !answered_since(case, at)
            }
            Stored::Due => self.is_owed(ReminderTo::Assignee, at, case),
            Stored::DueUnanswered => self.is_owed(ReminderTo::Receivers, at, case),
        }
    }
}

impl Viewer {
    /// Is the reminder for this person, as the clinic stands on its day?
    fn is_reminded(&self, reminder: &Reminder, case: &Case) -> bool {
        let (facts, day) = (self.facts.as_ref(), swedish_day(reminder.at));
        let watcher = Watcher {
            hsa_id: self.me.clone(),
            roles: self.roles.clone(),
            groups: self.groups.clone(),
            stands_in_for: facts.map(|facts| facts.stands_in_for(&self.me, day)).unwrap_or_default(),
            absent: facts.is_some_and(|facts| facts.is_absent(&self.me, day)),
        };
        let held = facts.zip(case.assignee.as_ref()).map(|(facts, assignee)| facts.holding(assignee, day));
        reminds(reminder, case, &watcher, held.unwrap_or(Holding::Watched))
    }

    /// Does the run of the clock that was reminded of still go on, and is it still this person's business?
    fn is_owed(&self, to: ReminderTo, at: Timestamp, case: &Case) -> bool {
        let same_run = running_since(case).is_some_and(|since| since <= at);
        same_run && self.is_reminded(&Reminder { to, at, due_at: at }, case)
    }

    /// The reminders of a case for this person that fall after the one time and not after the other.
    pub fn reminders(&self, case: &Case, policy: &Policy, after: Timestamp, now: Timestamp) -> Vec<NewNotice> {
        let mine = |reminder: &Reminder| after < reminder.at && reminder.at <= now && self.is_reminded(reminder, case);
        let reminders = reminders(case, policy).into_iter().filter(mine);
        reminders
            .map(|reminder| {
                let (kind, to) = match reminder.to {
                    ReminderTo::Assignee => (Stored::Due, "assignee"),
                    ReminderTo::Receivers => (Stored::DueUnanswered, "receivers"),
                };
                // The due time names the run and the day: another policy's day is another reminder.
                let key = format!("{}:due:{}:{to}", case.id, reminder.due_at.as_millisecond());
                NewNotice { key, kind, at: reminder.at }
            })
            .collect()
    }
}

/// Has staff written to the resident after that moment?
fn answered_since(case: &Case, at: Timestamp) -> bool {
    case.history.iter().any(|entry| {
        entry.at > at && matches!(entry.what, Happening::MessageHeld { .. }) && matches!(entry.who, Who::Staff { .. })
    })
}

/// What of a changed case is worth a notice. Pure, so that a page can be taken twice.
pub(crate) fn decide(change: &Change<'_>, viewer: &Viewer) -> Vec<NewNotice> {
    let Some(through) = change.noticed_through else { return Vec::new() };
    let case = &change.new.case;
    let mut found: Vec<NewNotice> = Vec::new();
    // newest first: of several events of one kind only the last still is news
    for entry in case.history.iter().rev().filter(|entry| entry.seq > through) {
        let Some(kind) = viewer.kind_of(case, entry) else { continue };
        let repeated = found.iter().any(|notice| notice.kind == kind);
        if repeated || !viewer.wants(kind) || !viewer.still_holds(kind, entry.at, case) {
            continue;
        }
        found.push(NewNotice { key: key(case.id, entry.seq, kind), kind, at: entry.at });
    }
    found.reverse();
    found
}

/// Is it worth a notice that somebody gave this case away from the person? They see nothing of the case any more.
pub(crate) fn decide_taken(taken: &Taken, through: Option<u64>, viewer: &Viewer) -> Option<NewNotice> {
    let kind = Stored::TakenAway;
    let news = !viewer.absent && through.is_some_and(|through| taken.seq > through) && viewer.wants(kind);
    news.then(|| NewNotice { key: key(taken.case, taken.seq, kind), kind, at: taken.at })
}

fn key(case: CaseId, seq: u64, kind: Stored) -> String {
    let kind = match kind {
        Stored::NewCase => "new",
        Stored::AssignedToMe => "me",
        Stored::AssignedToGroup => "group",
        Stored::TakenAway => "taken",
        Stored::ResidentAnswered => "answer",
        Stored::Mentioned => "mention",
        Stored::Due | Stored::DueUnanswered => "due",
        Stored::AssignedToCovered => "covered",
        Stored::AnsweredForColleague => "answer-covered",
        Stored::AnsweredUnwatched => "answer-unwatched",
        Stored::ShortGroup => "short",
        Stored::TakenBack => "taken-back",
        Stored::Stopped => "stopped",
    };
    format!("{case}:{seq}:{kind}")
}

/// The clinic's feed number of the event that a key names; reminders have none.
pub(crate) fn seq_of(key: &str) -> Option<u64> {
    key.split(':').nth(1)?.parse().ok()
}

#[cfg(test)]
#[path = "notice_tests.rs"]
mod tests;
