//! Who may read what, said a second time and in other words than the rules say it: were a rule wrong, the server, the programs
//! and a check that asked that rule would all agree.

use crate::ledger::Who;
use crate::world::World;
use jiff::civil::Date;
use mottaget_domain::clinic::ClinicFacts;
use mottaget_domain::{Assignee, Case, CaseId, CaseState, HsaId, Role};
use std::collections::BTreeSet;

/// Receivers read every case of their clinic. Handlers read what is theirs by name or by group, and what is that of somebody
/// away for whom they stand in. Nobody else reads anything, and nobody anything of another clinic.
pub fn may_read(case: &Case, who: &HsaId, clinic: &ClinicFacts, today: Date) -> bool {
    if case.clinic != clinic.hsa_id || case.state == CaseState::Purged {
        return false;
    }
    if works_as(who, Role::Receiver, clinic) {
        return true;
    }
    let theirs = match &case.assignee {
        None => false,
        Some(Assignee::Group { id }) => clinic.groups.get(id).is_some_and(|group| group.members.contains(who)),
        Some(Assignee::Person { hsa_id }) => hsa_id == who || stands_in(hsa_id, clinic, today) == Some(who),
    };
    theirs && works_as(who, Role::Handler, clinic)
}

fn works_as(who: &HsaId, role: Role, clinic: &ClinicFacts) -> bool {
    clinic.staff.get(who).is_some_and(|person| person.active && person.roles.contains(&role))
}

/// Whoever stands in for somebody today: their substitute, or whoever stands in for that one, and so on to somebody who is
/// there. All of them have to handle cases.
fn stands_in<'a>(absent: &HsaId, clinic: &'a ClinicFacts, today: Date) -> Option<&'a HsaId> {
    let absence = |who: &HsaId| {
        let person = clinic.staff.get(who)?;
        person.absences.iter().find(|absence| absence.from <= today && today <= absence.to)
    };
    if !works_as(absent, Role::Handler, clinic) {
        return None;
    }
    let mut next = absence(absent)?.substitute.as_ref()?;
    // whoever comes back to where they began has met nobody
    for _ in 0..clinic.staff.len() {
        if !works_as(next, Role::Handler, clinic) {
            return None;
        }
        match absence(next) {
            None => return Some(next),
            Some(further) => next = further.substitute.as_ref()?,
        }
    }
    None
}

impl World {
    /// May this person read the case as things stand at the server?
    pub fn may_see(&self, who: Who, case: CaseId) -> bool {
        let case = &self.watch.documents[&case].case;
        may_read(case, &self.people[who].person.hsa_id, &self.watch.facts[&case.clinic], self.day)
    }

    /// All that this person may read.
    pub fn entitled(&self, who: Who) -> BTreeSet<CaseId> {
        self.watch.order.iter().copied().filter(|case| self.may_see(who, *case)).collect()
    }
}
