//! Who works at a clinic, and when they are away.

use super::id;
use super::session::role;
use crate::error::ShellError;
use crate::view::*;
use mottaget_client::view as core;
use mottaget_domain::Absence;

impl From<core::Away> for AwayView {
    fn from(it: core::Away) -> Self {
        Self { until: it.until.to_string(), substitute: it.substitute }
    }
}

impl From<core::TargetAway> for TargetAway {
    fn from(it: core::TargetAway) -> Self {
        let (substitute, name) = it.substitute.map(|(id, name)| (id.to_string(), name)).unzip();
        Self { until: it.until.to_string(), substitute, substitute_name: name }
    }
}

impl From<core::AbsenceRow> for AbsenceView {
    fn from(it: core::AbsenceRow) -> Self {
        Self {
            from: it.from.to_string(),
            to: it.to.to_string(),
            substitute: it.substitute.map(|id| id.to_string()),
            substitute_name: it.substitute_name,
        }
    }
}

impl TryFrom<NewAbsence> for Absence {
    type Error = ShellError;
    fn try_from(it: NewAbsence) -> Result<Self, ShellError> {
        Ok(Self { from: id(&it.from)?, to: id(&it.to)?, substitute: it.substitute.as_deref().map(id).transpose()? })
    }
}

impl From<core::StaffRow> for StaffRow {
    fn from(it: core::StaffRow) -> Self {
        Self {
            hsa_id: it.hsa_id.to_string(),
            name: it.name,
            title: it.title,
            active: it.active,
            roles: it.roles.into_iter().filter_map(role).collect(),
            handles: it.handles,
            open_cases: it.open_cases,
            absences: it.absences.into_iter().map(Into::into).collect(),
            away_until: it.away_until.map(|day| day.to_string()),
            covered_by: it.covered_by,
            me: it.me,
            may_set: it.may_set,
        }
    }
}

impl From<core::StaffingView> for StaffingView {
    fn from(it: core::StaffingView) -> Self {
        let group = |it: core::GroupRow| GroupRow {
            id: it.id.to_string(),
            name: it.name,
            there: it.there,
            handlers: it.handlers,
        };
        Self {
            clinic: it.clinic.to_string(),
            clinic_name: it.clinic_name,
            people: it.people.into_iter().map(Into::into).collect(),
            groups: it.groups.into_iter().map(group).collect(),
            receivers_there: it.receivers_there,
            min_watchers: it.min_watchers,
            today: it.today.to_string(),
        }
    }
}
