//! Who works at a clinic, and when they are away (Bemanning).

use super::Role;
use serde::{Deserialize, Serialize};
use specta::Type;

/// That whoever has a case is away.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AwayView {
    /// The last day of it (2026-12-03).
    pub until: String,
    /// Name of whoever covers, if anybody does.
    pub substitute: Option<String>,
}

/// That somebody to whom a case could be given is away.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TargetAway {
    /// The last day of it.
    pub until: String,
    /// HSA-id of whoever covers: the case can be given to them instead.
    pub substitute: Option<String>,
    /// Their name.
    pub substitute_name: Option<String>,
}

/// Why nobody watches an open case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum Unwatched {
    Undistributed,
    HolderInactive,
    HolderAbsent,
    GroupUnstaffed,
    NotBegun,
}

/// A time during which somebody is away, today or later.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AbsenceView {
    /// The first day (2026-12-01).
    pub from: String,
    /// The last day; it counts too.
    pub to: String,
    /// HSA-id of whoever is to cover.
    pub substitute: Option<String>,
    /// Their name.
    pub substitute_name: Option<String>,
}

/// The same, as it is said.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewAbsence {
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// HSA-id of whoever is to cover; nobody if empty.
    pub substitute: Option<String>,
}

/// One member of staff.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StaffRow {
    /// HSA-id.
    pub hsa_id: String,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// The HSA-id is active (W9).
    pub active: bool,
    /// Roles at the clinic.
    pub roles: Vec<Role>,
    /// Cases can be given to them.
    pub handles: bool,
    /// Open cases that they have by name, where this person may know it.
    pub open_cases: Option<u32>,
    /// When they are away, today and later.
    pub absences: Vec<AbsenceView>,
    /// The last day of the absence that they are in today.
    pub away_until: Option<String>,
    /// Name of whoever covers for them today.
    pub covered_by: Option<String>,
    /// It is this person.
    pub me: bool,
    /// This person may say when they are away.
    pub may_set: bool,
}

/// One group.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GroupRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Handlers in it who are there today.
    pub there: u32,
    /// Handlers in it.
    pub handlers: u32,
}

/// Who works at a clinic today.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StaffingView {
    /// HSA-id of the clinic.
    pub clinic: String,
    /// Its name.
    pub clinic_name: String,
    /// Everybody, by name.
    pub people: Vec<StaffRow>,
    /// Its groups, by name.
    pub groups: Vec<GroupRow>,
    /// Receivers who are there today.
    pub receivers_there: u32,
    /// With fewer than this, more people are told; 0 switches it off.
    pub min_watchers: u32,
    /// The Swedish day.
    pub today: String,
}
