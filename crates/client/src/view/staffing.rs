//! Who works at a clinic: roles, what they have, when they are away and who covers (Bemanning).

use jiff::civil::Date;
use mottaget_domain::{GroupId, HsaId, Role};
use std::collections::BTreeSet;

/// A time during which somebody is away, today or later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsenceRow {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Who was named to cover.
    pub substitute: Option<HsaId>,
    /// Their name.
    pub substitute_name: Option<String>,
}

/// One member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffRow {
    /// Who.
    pub hsa_id: HsaId,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Is the HSA-id active (W9)?
    pub active: bool,
    /// Roles at the clinic.
    pub roles: BTreeSet<Role>,
    /// Can cases be given to them?
    pub handles: bool,
    /// Open cases that they have by name; only receivers and handlers of the clinic learn it.
    pub open_cases: Option<u32>,
    /// When they are away, today and later, in order.
    pub absences: Vec<AbsenceRow>,
    /// The last day of the absence that they are in today.
    pub away_until: Option<Date>,
    /// Name of whoever covers for them today: the one at the end, if substitutes are away too.
    pub covered_by: Option<String>,
    /// Is it me?
    pub me: bool,
    /// May I say when they are away?
    pub may_set: bool,
}

/// One group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRow {
    /// Which.
    pub id: GroupId,
    /// Name.
    pub name: String,
    /// Handlers in it who are there today.
    pub there: u32,
    /// Handlers in it.
    pub handlers: u32,
}

/// Who works at a clinic today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffingView {
    /// The clinic.
    pub clinic: HsaId,
    /// Its name.
    pub clinic_name: String,
    /// Everybody, by name.
    pub people: Vec<StaffRow>,
    /// Its groups, by name.
    pub groups: Vec<GroupRow>,
    /// Receivers who are there today.
    pub receivers_there: u32,
    /// With fewer than this at the inbox, or in a group, more people are told; 0 switches it off.
    pub min_watchers: u32,
    /// The Swedish day.
    pub today: Date,
}
