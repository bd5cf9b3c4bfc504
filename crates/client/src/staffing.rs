//! Who works at a clinic, and when they are away. Reading is from this machine; saying that somebody is away needs contact,
//! as all that is decided for others does.

use crate::administering::known_anew;
use crate::client::{Answer, Client};
use crate::rules::Rules;
use crate::view::{AbsenceRow, Covers, GroupRow, OwnAway, ShortInbox, StaffRow, StaffingView};
use jiff::Timestamp;
use jiff::civil::Date;
use mottaget_domain::absence::{check_absences, may_set_absences};
use mottaget_domain::clinic::StaffFacts;
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::visibility::ViewerKey;
use mottaget_domain::{Absence, HsaId, Role};
use mottaget_protocol::{Absences, Anew, Me};
use mottaget_store::Store;
use std::collections::BTreeMap;

impl Client {
    /// Who works at a clinic of mine, what they have, and when they are away.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn staffing(&self, clinic: HsaId) -> Answer<StaffingView> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        live.files.with(move |store| Ok(view(&Rules::at(store, &me, &clinic, now)?))).await
    }

    /// Somebody is away from a clinic at these times and at no other, if it was as seen until now; what is over may be left
    /// out. Needs contact.
    ///
    /// # Errors
    /// What [`may_set_absences`] and [`check_absences`] refuse; else as [`Client::keep_text`].
    pub async fn save_absences(&self, clinic: HsaId, of: HsaId, absences: Anew<Vec<Absence>>) -> Answer<()> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        let (at, who, all) = (clinic.clone(), of.clone(), absences.now.clone());
        live.files
            .with(move |store| {
                let rules = Rules::at(store, &me, &at, now)?;
                may_set_absences(&rules.actor, &who)?;
                Ok(check_absences(&who, &all, &rules.clinic, swedish_day(now))?)
            })
            .await?;
        let Anew { seen, now: absences } = absences;
        let absences = Anew { seen: Absences { absences: seen }, now: Absences { absences } };
        let saved = live.core.wire.save_absences(&live.token, &clinic, &of, &absences).await;
        known_anew(&live, &clinic, saved).await
    }
}

/// Whom the person covers at a clinic today, by name.
pub(crate) fn covers(store: &Store, me: &Me, clinic: Option<&HsaId>, now: Timestamp) -> Answer<Vec<Covers>> {
    let Some(clinic) = clinic else { return Ok(Vec::new()) };
    let (rules, day) = (Rules::at(store, me, clinic, now)?, swedish_day(now));
    let covered = rules.actor.stands_in_for.iter().filter_map(|id| rules.clinic.staff.get(id));
    let mut covers: Vec<Covers> = covered
        .filter_map(|staff| Some(Covers { name: staff.name.clone(), until: staff.absence_on(day)?.to }))
        .collect();
    covers.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(covers)
}

/// Inboxes that too few look into today, for those who can do something about who works there.
pub(crate) fn short_inboxes(store: &Store, me: &Me, now: Timestamp) -> Answer<Vec<ShortInbox>> {
    let mut short = Vec::new();
    for at in me.assignments.iter().filter(|at| at.roles.contains(&Role::LocalAdmin)) {
        let facts = store.directory(&at.clinic)?.map(|directory| directory.facts());
        let Some(facts) = facts.filter(|facts| facts.inbox_is_short(swedish_day(now))) else { continue };
        short.push(ShortInbox {
            clinic: at.clinic.clone(),
            clinic_name: at.clinic_name.clone(),
            there: u32::try_from(facts.receivers_there(swedish_day(now))).unwrap_or(u32::MAX),
            least: facts.policy.min_watchers.into(),
        });
    }
    Ok(short)
}

/// Where the person is away today themselves: there nothing reaches them.
pub(crate) fn away(store: &Store, me: &Me, now: Timestamp) -> Answer<Vec<OwnAway>> {
    let day = swedish_day(now);
    let mut away = Vec::new();
    for at in &me.assignments {
        let Some(facts) = store.directory(&at.clinic)?.map(|directory| directory.facts()) else { continue };
        let Some(staff) = facts.staff.get(&me.staff.hsa_id) else { continue };
        let Some(absence) = staff.absence_on(day) else { continue };
        let covered_by = facts.substitute_of(&staff.hsa_id, day).and_then(|id| facts.staff.get(&id));
        away.push(OwnAway {
            clinic: at.clinic.clone(),
            clinic_name: at.clinic_name.clone(),
            until: absence.to,
            substitute: covered_by.map(|staff| staff.name.clone()),
        });
    }
    Ok(away)
}

fn view(rules: &Rules) -> StaffingView {
    let (clinic, today) = (&rules.clinic, swedish_day(rules.now));
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let knows_loads = rules.actor.has(Role::Receiver) || rules.actor.has(Role::Handler);
    let loads = rules.directory.iter().flat_map(|directory| &directory.open_cases);
    let loads: BTreeMap<&str, u32> = loads.map(|load| (load.key.as_str(), load.count)).collect();
    let load = |id: &HsaId| loads.get(ViewerKey::Handler(id.clone()).as_text().as_str()).copied().unwrap_or(0);
    let mut people: Vec<StaffRow> = clinic
        .staff
        .values()
        .filter(|staff| staff.belongs_here())
        .map(|staff| StaffRow { open_cases: knows_loads.then(|| load(&staff.hsa_id)), ..person(staff, rules, today) })
        .collect();
    people.sort_by_cached_key(|row| (row.name.to_lowercase(), row.hsa_id.clone()));
    let mut groups: Vec<GroupRow> = clinic
        .groups
        .values()
        .map(|group| GroupRow {
            id: group.id,
            name: group.name.clone(),
            there: count(clinic.handlers_there(group.id, today)),
            handlers: count(clinic.handlers_in(group.id).unwrap_or(0)),
        })
        .collect();
    groups.sort_by_cached_key(|group| (group.name.to_lowercase(), group.id));
    StaffingView {
        clinic: clinic.hsa_id.clone(),
        clinic_name: clinic.name.clone(),
        people,
        groups,
        receivers_there: count(clinic.receivers_there(today)),
        min_watchers: clinic.policy.min_watchers.into(),
        today,
    }
}

fn person(staff: &StaffFacts, rules: &Rules, today: Date) -> StaffRow {
    let mut absences: Vec<AbsenceRow> = staff
        .absences
        .iter()
        .filter(|absence| !absence.is_over(today))
        .map(|absence| AbsenceRow {
            from: absence.from,
            to: absence.to,
            substitute: absence.substitute.clone(),
            substitute_name: absence.substitute.as_ref().map(|id| rules.name_of(id)),
        })
        .collect();
    absences.sort_by_key(|absence| absence.from);
    StaffRow {
        hsa_id: staff.hsa_id.clone(),
        name: staff.name.clone(),
        title: staff.title.clone(),
        active: staff.active,
        roles: staff.roles.clone(),
        handles: staff.can_handle(),
        open_cases: None,
        absences,
        away_until: staff.absence_on(today).map(|absence| absence.to),
        covered_by: rules.clinic.substitute_of(&staff.hsa_id, today).map(|id| rules.name_of(&id)),
        me: staff.hsa_id == rules.actor.hsa_id,
        may_set: may_set_absences(&rules.actor, &staff.hsa_id).is_ok(),
    }
}
