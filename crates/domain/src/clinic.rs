//! The clinic as the rules need it: policy, staff and groups.

use crate::absence::Absence;
use crate::admission::ServiceArea;
use crate::calendar::{DaysOff, Eve, EveRule};
use crate::case::{CaseTypeRef, MessageKind};
use crate::hsa_id::HsaId;
use crate::id::{CaseTypeId, GroupId};
use crate::lifecycle::StaffActor;
use crate::permission::Role;
use crate::refusal::Refusal;
use crate::response_clock::{Level, MAX_RESPONSE_DAYS, Target};
use crate::signature::check_signature;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// What a region has decided for its clinics, where they do not say otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct RegionPolicy {
    /// First feedback within this many working days; presets 2 and 3 (R76, R79, F1).
    pub response_days: u8,
    /// The same for single case types.
    #[schema(value_type = Object)]
    pub case_type_days: BTreeMap<CaseTypeId, u8>,
    /// Eves that are half-days or days off; the others are working days.
    #[schema(value_type = Object)]
    pub eves: BTreeMap<Eve, EveRule>,
    /// How long messages can be taken back.
    pub undo: UndoWindow,
}

impl Default for RegionPolicy {
    fn default() -> Self {
        Self { response_days: 2, case_type_days: BTreeMap::new(), eves: BTreeMap::new(), undo: UndoWindow::default() }
    }
}

impl RegionPolicy {
    /// Can it be decided?
    ///
    /// # Errors
    /// [`Refusal::OutOfRange`] with the most that something can be.
    pub fn check(&self) -> Result<(), Refusal> {
        check_days(Some(self.response_days), &self.case_type_days)?;
        self.undo.check()
    }
}

/// Most case types with a response target of their own that a region, or a clinic, keeps.
pub const MAX_CASE_TYPE_DAYS: usize = 300;

/// May these be response targets?
fn check_days(days: Option<u8>, of_types: &BTreeMap<CaseTypeId, u8>) -> Result<(), Refusal> {
    within(of_types.len(), MAX_CASE_TYPE_DAYS)?;
    let longest = of_types.values().copied().chain(days).max().unwrap_or(0);
    within(longest.into(), MAX_RESPONSE_DAYS.into())
}

fn within(value: usize, most: usize) -> Result<(), Refusal> {
    if value > most { Err(Refusal::OutOfRange { most }) } else { Ok(()) }
}

/// Longest undo window, in seconds; a longer one counts as this. A resident who is told «sent» should not wait for long.
pub const MAX_UNDO_S: u16 = 600;

/// Seconds that each kind of message is held at the server before its release; until then it can be taken back. 0 sends
/// at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct UndoWindow {
    /// A partial reply.
    pub partial_reply_s: u16,
    /// A counter-question.
    pub counter_question_s: u16,
    /// A final reply, and what is said when a case is closed.
    pub final_reply_s: u16,
}

impl UndoWindow {
    /// Long enough to see that the name is wrong, short enough that nobody waits for it: what a new region begins with.
    pub const PRESET: Self = Self { partial_reply_s: 10, counter_question_s: 10, final_reply_s: 30 };

    /// The window of a kind of message, in seconds; what residents write is never held.
    #[must_use]
    pub fn of(&self, kind: MessageKind) -> u16 {
        let seconds = match kind {
            MessageKind::PartialReply => self.partial_reply_s,
            MessageKind::CounterQuestion => self.counter_question_s,
            MessageKind::FinalReply | MessageKind::Closure => self.final_reply_s,
            MessageKind::Submission | MessageKind::ResidentReply => 0,
        };
        seconds.min(MAX_UNDO_S)
    }

    fn check(&self) -> Result<(), Refusal> {
        let longest = self.partial_reply_s.max(self.counter_question_s).max(self.final_reply_s);
        within(longest.into(), MAX_UNDO_S.into())
    }
}

/// What region and clinic have decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Policy {
    /// What the region has decided. The server fills it in from the region's own record whenever it reads a clinic; what
    /// stands here when a clinic's policy is saved is not used.
    pub region: RegionPolicy,
    /// Whose residents reach the clinic without being approved; without one everybody has to be (T1, W27).
    pub service_area: Option<ServiceArea>,
    /// The clinic's own response target, before the region's.
    pub response_days: Option<u8>,
    /// The same for single case types, before what the region says of them.
    #[schema(value_type = Object)]
    pub case_type_days: BTreeMap<CaseTypeId, u8>,
    /// Eves that this clinic treats in another way than its region.
    #[schema(value_type = Object)]
    pub eves: BTreeMap<Eve, EveRule>,
    /// Hour of the due day (Swedish time, 0–23) at which whoever has the case is reminded.
    pub remind_assignee_hour: u8,
    /// Hour of the due day (Swedish time, 0–23) at which the receivers are reminded.
    pub remind_receivers_hour: u8,
    /// A closed case may be opened again within this many days; 0 switches it off (T15).
    pub reopen_days: u16,
    /// May the receiver close with a reason and reopen (T14, T15)?
    pub receiver_may_close: bool,
    /// May a handler redistribute an own case (F7)?
    pub handler_may_reassign: bool,
    /// May the receiver send a partial reply without distributing (F9)?
    pub receiver_partial_reply_alone: bool,
    /// Cases and files are kept this many months after closing; never fewer than 24 (R93, F16).
    pub retention_months: u16,
    /// How long this clinic's messages can be taken back, before the region's.
    pub undo: Option<UndoWindow>,
    /// Days on which the clinic is closed.
    #[schema(value_type = Vec<String>)]
    pub closed_days: BTreeSet<Date>,
    /// What stands under messages that are signed by the clinic; empty: its name.
    pub signature: String,
    /// A case that nobody has, or that nobody has begun, is shown to the receivers after this many working days.
    pub distribute_within_days: u8,
    /// When fewer people than this watch the inbox, or a group, more are told of what comes.
    pub min_watchers: u8,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            region: RegionPolicy::default(),
            service_area: Some(ServiceArea::default()),
            response_days: None,
            case_type_days: BTreeMap::new(),
            eves: BTreeMap::new(),
            remind_assignee_hour: 8,
            remind_receivers_hour: 13,
            reopen_days: 30,
            receiver_may_close: true,
            handler_may_reassign: true,
            receiver_partial_reply_alone: true,
            retention_months: 24,
            undo: None,
            closed_days: BTreeSet::new(),
            signature: String::new(),
            distribute_within_days: 1,
            min_watchers: 2,
        }
    }
}

impl Policy {
    /// Seconds that a message of this kind can be taken back.
    #[must_use]
    pub fn undo_seconds(&self, kind: MessageKind) -> u16 {
        self.undo.unwrap_or(self.region.undo).of(kind)
    }

    /// The clinic's closed days, and its eves over the region's, for the calendar.
    #[must_use]
    pub fn days_off(&self) -> DaysOff {
        let mut eves = self.region.eves.clone();
        eves.extend(self.eves.iter().map(|(eve, rule)| (*eve, *rule)));
        DaysOff { closed: self.closed_days.clone(), eves }
    }

    /// Do both say the same of the response clock, its reminders, and how long a case may wait for the first hand?
    #[must_use]
    pub fn same_clock(&self, other: &Self) -> bool {
        let clock = |it: &Self| {
            let hours = (it.remind_assignee_hour, it.remind_receivers_hour);
            (it.response_days, it.region.response_days, hours, it.distribute_within_days)
        };
        clock(self) == clock(other)
            && self.all_type_days() == other.all_type_days()
            && self.days_off() == other.days_off()
    }

    /// Targets of single case types: the clinic's before the region's.
    fn all_type_days(&self) -> BTreeMap<CaseTypeId, u8> {
        let mut days = self.region.case_type_days.clone();
        days.extend(&self.case_type_days);
        days
    }

    /// The response target in force for a case of this type: what the clinic says of the type, then the region, then the
    /// type's own; without any the clinic's and at last the region's (F1).
    #[must_use]
    pub fn target(&self, case_type: &CaseTypeRef) -> Target {
        let decided = self.case_type_days.get(&case_type.id).or_else(|| self.region.case_type_days.get(&case_type.id));
        let (days, level) = match (decided.copied().or(case_type.response_days), self.response_days) {
            (Some(days), _) => (days, Level::CaseType),
            (None, Some(days)) => (days, Level::Clinic),
            (None, None) => (self.region.response_days, Level::Region),
        };
        Target { days: days.min(MAX_RESPONSE_DAYS), level }
    }
}

/// Most closed days that a clinic keeps.
pub const MAX_CLOSED_DAYS: usize = 400;
/// Most working days after which a case that waits for the first hand is shown to the receivers.
pub const MAX_DISTRIBUTE_DAYS: u8 = 10;
/// Most people that a clinic can want to have an eye on its inbox and on each group.
pub const MAX_MIN_WATCHERS: u8 = 10;

/// What a clinic's local administrator decides (R39): what [`Policy`] holds of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClinicSettings {
    /// The clinic's own response target in working days; empty: the region's.
    pub response_days: Option<u8>,
    /// The same for single case types.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub case_type_days: BTreeMap<CaseTypeId, u8>,
    /// How long this clinic's messages can be taken back; empty: as the region says.
    pub undo: Option<UndoWindow>,
    /// Days on which the clinic is closed.
    #[schema(value_type = Vec<String>)]
    pub closed_days: BTreeSet<Date>,
    /// Eves that this clinic treats in another way than its region.
    #[schema(value_type = Object)]
    pub eves: BTreeMap<Eve, EveRule>,
    /// Hour of the due day (Swedish time, 0–23) at which whoever has the case is reminded.
    pub remind_assignee_hour: u8,
    /// Hour of the due day at which the receivers are reminded.
    pub remind_receivers_hour: u8,
    /// What stands under messages that are signed by the clinic; empty: its name.
    #[serde(default)]
    pub signature: String,
    /// A case that nobody has, or that nobody has begun, is shown to the receivers after this many working days.
    pub distribute_within_days: u8,
    /// When fewer people than this watch the inbox, or a group, more are told of what comes; 0 switches it off.
    pub min_watchers: u8,
}

impl ClinicSettings {
    /// As they stand in a policy.
    #[must_use]
    pub fn of(policy: &Policy) -> Self {
        Self {
            response_days: policy.response_days,
            case_type_days: policy.case_type_days.clone(),
            undo: policy.undo,
            closed_days: policy.closed_days.clone(),
            eves: policy.eves.clone(),
            remind_assignee_hour: policy.remind_assignee_hour,
            remind_receivers_hour: policy.remind_receivers_hour,
            signature: policy.signature.clone(),
            distribute_within_days: policy.distribute_within_days,
            min_watchers: policy.min_watchers,
        }
    }

    /// Can they be decided?
    ///
    /// # Errors
    /// [`Refusal::OutOfRange`] with the most that something can be; receivers are reminded no earlier than whoever has the
    /// case (R82); [`Refusal::TextTooLong`] for the signature.
    pub fn check(&self) -> Result<(), Refusal> {
        check_signature(&self.signature)?;
        check_days(self.response_days, &self.case_type_days)?;
        self.undo.unwrap_or_default().check()?;
        within(self.closed_days.len(), MAX_CLOSED_DAYS)?;
        within(self.distribute_within_days.into(), MAX_DISTRIBUTE_DAYS.into())?;
        within(self.min_watchers.into(), MAX_MIN_WATCHERS.into())?;
        within(self.remind_receivers_hour.into(), 23)?;
        within(self.remind_assignee_hour.into(), self.remind_receivers_hour.into())
    }

    /// The policy with these in the place of what it held.
    #[must_use]
    pub fn applied_to(self, policy: Policy) -> Policy {
        Policy {
            response_days: self.response_days,
            case_type_days: self.case_type_days,
            undo: self.undo,
            closed_days: self.closed_days,
            eves: self.eves,
            remind_assignee_hour: self.remind_assignee_hour,
            remind_receivers_hour: self.remind_receivers_hour,
            signature: self.signature,
            distribute_within_days: self.distribute_within_days,
            min_watchers: self.min_watchers,
            ..policy
        }
    }
}

/// One member of staff as the clinic's rules see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffFacts {
    /// HSA-id.
    pub hsa_id: HsaId,
    /// Given and family name.
    pub name: String,
    /// Title, for example «Distriktssköterska».
    pub title: String,
    /// Is the HSA-id active (W9)?
    pub active: bool,
    /// Roles at this clinic.
    pub roles: BTreeSet<Role>,
    /// When they are away from it; those that are over may still be there.
    #[serde(default)]
    pub absences: Vec<Absence>,
}

impl StaffFacts {
    /// Can cases be given to this person?
    #[must_use]
    pub fn can_handle(&self) -> bool {
        self.active && self.roles.contains(&Role::Handler)
    }

    /// Do they belong to the clinic's own staff? Whoever has no role yet does; administrators of the region or the country do
    /// not by that alone.
    #[must_use]
    pub fn belongs_here(&self) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|role| role.is_of_clinic())
    }
}

/// A group of staff that cases can be given to (R75).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// Who belongs to it.
    pub members: BTreeSet<HsaId>,
}

/// What the rules must know of the clinic when somebody acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClinicFacts {
    /// The clinic.
    pub hsa_id: HsaId,
    /// Its name.
    pub name: String,
    /// What it has decided.
    pub policy: Policy,
    /// Its staff.
    #[schema(value_type = Object)]
    pub staff: BTreeMap<HsaId, StaffFacts>,
    /// Its groups.
    #[schema(value_type = Object)]
    pub groups: BTreeMap<GroupId, Group>,
}

impl ClinicFacts {
    /// Can cases be given to this person?
    #[must_use]
    pub fn can_handle(&self, hsa_id: &HsaId) -> bool {
        self.staff.get(hsa_id).is_some_and(StaffFacts::can_handle)
    }

    /// Somebody as they act at the clinic on that day, without a signature; `None` without any role there or with an inactive HSA-id
    /// (W9).
    #[must_use]
    pub fn actor(&self, hsa_id: &HsaId, day: Date) -> Option<StaffActor> {
        let person = self.staff.get(hsa_id).filter(|person| person.active && !person.roles.is_empty())?;
        Some(StaffActor {
            hsa_id: hsa_id.clone(),
            name: person.name.clone(),
            title: person.title.clone(),
            signature: String::new(),
            clinic: self.hsa_id.clone(),
            roles: person.roles.clone(),
            groups: self.groups_of(hsa_id),
            stands_in_for: self.stands_in_for(hsa_id, day),
        })
    }

    /// How many active handlers a group has; `None` if there is no such group.
    #[must_use]
    pub fn handlers_in(&self, group: GroupId) -> Option<usize> {
        let group = self.groups.get(&group)?;
        Some(group.members.iter().filter(|member| self.can_handle(member)).count())
    }

    /// The groups that a person belongs to.
    #[must_use]
    pub fn groups_of(&self, hsa_id: &HsaId) -> BTreeSet<GroupId> {
        self.groups.values().filter(|group| group.members.contains(hsa_id)).map(|group| group.id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clinic_decides_within_what_makes_sense_and_changes_nothing_else() {
        let policy = Policy { retention_months: 60, ..Policy::default() };
        let settings = ClinicSettings::of(&policy);
        assert_eq!(settings.check(), Ok(()));
        let changed = ClinicSettings {
            response_days: Some(1),
            undo: Some(UndoWindow::PRESET),
            case_type_days: [(CaseTypeId::random(), 5)].into(),
            closed_days: [jiff::civil::date(2026, 12, 28)].into(),
            remind_assignee_hour: 9,
            distribute_within_days: 3,
            min_watchers: 0,
            ..settings.clone()
        };
        let after = changed.clone().applied_to(policy.clone());
        assert_eq!((ClinicSettings::of(&after), after.retention_months), (changed, 60));
        for (wrong, most) in [
            (ClinicSettings { response_days: Some(61), ..settings.clone() }, 60),
            (ClinicSettings { case_type_days: [(CaseTypeId::random(), 61)].into(), ..settings.clone() }, 60),
            (
                ClinicSettings {
                    undo: Some(UndoWindow { final_reply_s: 601, ..UndoWindow::PRESET }),
                    ..settings.clone()
                },
                600,
            ),
            (ClinicSettings { remind_receivers_hour: 24, ..settings.clone() }, 23),
            (ClinicSettings { remind_assignee_hour: 14, ..settings.clone() }, 13),
            (ClinicSettings { distribute_within_days: 11, ..settings.clone() }, 10),
            (ClinicSettings { min_watchers: 11, ..settings.clone() }, 10),
        ] {
            assert_eq!(wrong.check(), Err(Refusal::OutOfRange { most }));
        }
    }

    #[test]
    fn a_region_decides_within_the_same_limits() {
        let region = RegionPolicy { case_type_days: [(CaseTypeId::random(), 0)].into(), ..RegionPolicy::default() };
        assert_eq!(region.check(), Ok(()));
        for (wrong, most) in [
            (RegionPolicy { response_days: 61, ..region.clone() }, 60),
            (RegionPolicy { case_type_days: [(CaseTypeId::random(), 99)].into(), ..region.clone() }, 60),
            (
                RegionPolicy {
                    case_type_days: (0..=MAX_CASE_TYPE_DAYS).map(|_| (CaseTypeId::random(), 2)).collect(),
                    ..region.clone()
                },
                MAX_CASE_TYPE_DAYS,
            ),
            (RegionPolicy { undo: UndoWindow { partial_reply_s: 601, ..UndoWindow::PRESET }, ..region.clone() }, 600),
        ] {
            assert_eq!(wrong.check(), Err(Refusal::OutOfRange { most }));
        }
    }

    #[test]
    fn the_clinics_undo_window_goes_before_the_regions_and_none_lasts_for_ever() {
        let mut policy = Policy::default();
        assert_eq!(policy.undo_seconds(MessageKind::FinalReply), 0);
        policy.region.undo = UndoWindow::PRESET;
        let seconds = |policy: &Policy| {
            let kinds = [MessageKind::PartialReply, MessageKind::CounterQuestion, MessageKind::FinalReply];
            kinds.map(|kind| policy.undo_seconds(kind))
        };
        assert_eq!(seconds(&policy), [10, 10, 30]);
        assert_eq!(policy.undo_seconds(MessageKind::Closure), 30, "what is said at closing is final too");
        assert_eq!(policy.undo_seconds(MessageKind::ResidentReply), 0, "residents' words are never held");
        policy.undo = Some(UndoWindow { final_reply_s: u16::MAX, ..UndoWindow::default() });
        assert_eq!(seconds(&policy), [0, 0, MAX_UNDO_S]);
    }
}
