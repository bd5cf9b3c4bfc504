//! Absence: who is away from a clinic on which Swedish days, and who covers for them (ADR 20).
//!
//! An absence silences the absent and hands what is theirs to be seen to by their substitute. Who covers whom is computed
//! from the day alone, so the server and an app without a network say the same.

use crate::clinic::{ClinicFacts, StaffFacts};
use crate::hsa_id::HsaId;
use crate::lifecycle::StaffActor;
use crate::permission::Role;
use crate::refusal::Refusal;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Most absences that are kept of one person at one clinic.
pub const MAX_ABSENCES: usize = 10;
/// Longest absence, in days: a year, leap years too.
pub const MAX_ABSENCE_DAYS: usize = 366;

/// Somebody is away from a clinic on these Swedish days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Absence {
    /// The first day; it counts.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day; it counts too.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Who covers meanwhile; nobody if empty.
    pub substitute: Option<HsaId>,
}

impl Absence {
    /// Are they away on that day?
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// Is it past on that day?
    #[must_use]
    pub fn is_over(&self, day: Date) -> bool {
        self.to < day
    }

    /// How many days it lasts; none if it ends before it begins.
    fn days(&self) -> usize {
        let between = self.from.duration_until(self.to).as_hours() / 24;
        usize::try_from(between + 1).unwrap_or(0)
    }

    fn meets(&self, other: &Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

/// Can these be all the absences of that person? `today` is the Swedish day: who was a substitute in an absence that is
/// over need not be able to handle cases any more.
///
/// # Errors
/// [`Refusal::TooManyViews`]; [`Refusal::DatesReversed`]; [`Refusal::OutOfRange`] with the most days that one can last;
/// [`Refusal::AbsencesOverlap`]; [`Refusal::SubstituteUnfit`] if a substitute is not another active handler of the clinic.
pub fn check_absences(of: &HsaId, absences: &[Absence], clinic: &ClinicFacts, today: Date) -> Result<(), Refusal> {
    if absences.len() > MAX_ABSENCES {
        return Err(Refusal::TooManyViews { limit: MAX_ABSENCES });
    }
    for (n, absence) in absences.iter().enumerate() {
        if absence.to < absence.from {
            return Err(Refusal::DatesReversed);
        }
        if absence.days() > MAX_ABSENCE_DAYS {
            return Err(Refusal::OutOfRange { most: MAX_ABSENCE_DAYS });
        }
        if absences.iter().skip(n + 1).any(|other| absence.meets(other)) {
            return Err(Refusal::AbsencesOverlap);
        }
        let fits = |substitute: &HsaId| substitute != of && clinic.can_handle(substitute);
        if !absence.is_over(today) && !absence.substitute.as_ref().is_none_or(fits) {
            return Err(Refusal::SubstituteUnfit);
        }
    }
    Ok(())
}

/// Those that are not over, in order: what somebody decides on who says anew when a person is away.
#[must_use]
pub fn to_come(absences: &[Absence], today: Date) -> Vec<&Absence> {
    let mut to_come: Vec<&Absence> = absences.iter().filter(|absence| !absence.is_over(today)).collect();
    to_come.sort_by_key(|absence| (absence.from, absence.to));
    to_come
}

/// May this member of staff say when somebody is away? Everybody of themselves; receivers, who see to it that cases are
/// handled (R27), and local administrators of all at the clinic.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn may_set_absences(actor: &StaffActor, of: &HsaId) -> Result<(), Refusal> {
    let may = actor.hsa_id == *of || actor.has(Role::Receiver) || actor.has(Role::LocalAdmin);
    if may { Ok(()) } else { Err(Refusal::Forbidden) }
}

/// Who covers whom on a day: everybody who is away and can handle cases, with whoever stands in for them. `away` names who
/// is away with the substitute that is said; `handles` tells who can handle cases at the clinic.
///
/// A substitute who is away too is followed to theirs. A chain that comes to nobody, to somebody who can't handle cases, or
/// back to where it was covers nobody.
#[must_use]
pub fn cover(away: &BTreeMap<HsaId, Option<HsaId>>, handles: impl Fn(&HsaId) -> bool) -> BTreeMap<HsaId, HsaId> {
    let covered = away.keys().filter(|absent| handles(absent));
    covered.filter_map(|absent| Some((absent.clone(), at_the_end(absent, away, &handles)?))).collect()
}

fn at_the_end(
    absent: &HsaId,
    away: &BTreeMap<HsaId, Option<HsaId>>,
    handles: impl Fn(&HsaId) -> bool,
) -> Option<HsaId> {
    let mut met = BTreeSet::from([absent]);
    let mut next = away.get(absent)?.as_ref()?;
    while handles(next) && met.insert(next) {
        match away.get(next) {
            None => return Some(next.clone()),
            Some(further) => next = further.as_ref()?,
        }
    }
    None
}

impl StaffFacts {
    /// The absence that they are in on that day, if they are.
    #[must_use]
    pub fn absence_on(&self, day: Date) -> Option<&Absence> {
        self.absences.iter().find(|absence| absence.covers(day))
    }

    /// Do they see that day what comes to people of that role here: active, with the role, and not away?
    #[must_use]
    pub fn is_there(&self, role: Role, day: Date) -> bool {
        self.active && self.roles.contains(&role) && self.absence_on(day).is_none()
    }
}

impl ClinicFacts {
    /// Is this person away on that day?
    #[must_use]
    pub fn is_absent(&self, who: &HsaId, day: Date) -> bool {
        self.staff.get(who).is_some_and(|staff| staff.absence_on(day).is_some())
    }

    /// Who covers whom on that day; see [`cover`].
    #[must_use]
    pub fn cover_on(&self, day: Date) -> BTreeMap<HsaId, HsaId> {
        let away = self.staff.values().filter_map(|staff| {
            let absence = staff.absence_on(day)?;
            Some((staff.hsa_id.clone(), absence.substitute.clone()))
        });
        cover(&away.collect(), |who| self.can_handle(who))
    }

    /// Whoever covers for this person on that day: at the clinic, active, and not away themselves.
    #[must_use]
    pub fn substitute_of(&self, who: &HsaId, day: Date) -> Option<HsaId> {
        if self.is_absent(who, day) { self.cover_on(day).remove(who) } else { None }
    }

    /// Those whose cases this person covers on that day.
    #[must_use]
    pub fn stands_in_for(&self, who: &HsaId, day: Date) -> BTreeSet<HsaId> {
        let cover = self.cover_on(day).into_iter();
        cover.filter(|(_, substitute)| substitute == who).map(|(absent, _)| absent).collect()
    }
}

#[cfg(test)]
mod tests;
