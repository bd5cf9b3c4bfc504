//! People: who works where, and that no case is left to somebody who does not any more.

use crate::world::World;
use mottaget_domain::case::Happening;
use mottaget_domain::{Absence, Assignee, HsaId, Role, StaffFacts};
use std::collections::{BTreeMap, BTreeSet};

/// The server says of who works where, and of who is away, what was decided. (It may have forgotten absences that are over.)
/// Seen to fail with a server that forgot absences three days before they were over.
pub async fn what_was_decided_holds(world: &World) {
    let known = |person: &StaffFacts| -> (bool, BTreeSet<Role>, Vec<Absence>) {
        let absences = person.absences.iter().filter(|absence| absence.to >= world.day).cloned().collect();
        (person.active, person.roles.clone(), absences)
    };
    for told in world.watch.told(&world.clinic).await {
        let decided = &world.watch.facts[&told.hsa_id].staff;
        let names = |staff: &BTreeMap<HsaId, StaffFacts>| -> BTreeSet<String> {
            staff.values().map(|person| person.name.clone()).collect()
        };
        assert_eq!(names(&told.staff), names(decided), "who works at {}", told.name);
        for (id, person) in decided {
            assert_eq!(known(&told.staff[id]), known(person), "{} at {}", person.name, told.name);
        }
    }
}

/// T19: an open case that is with somebody who can't handle it (any more) waits to be distributed anew, and whoever is given
/// one, or takes one, has it. Seen to fail with a server that marked no case when a role was lost.
pub fn no_case_is_left_to_who_is_gone(world: &World) {
    for document in world.watch.documents.values().filter(|document| document.case.state.is_open()) {
        let case = &document.case;
        let staff = &world.watch.facts[&case.clinic].staff;
        let handles =
            |id: &HsaId| staff.get(id).is_some_and(|person| person.active && person.roles.contains(&Role::Handler));
        let handled = match &case.assignee {
            None => continue,
            Some(Assignee::Person { hsa_id }) => handles(hsa_id),
            Some(Assignee::Group { id }) => world.watch.facts[&case.clinic].groups[id].members.iter().any(handles),
        };
        let (name, marked) = (world.name(case.id), case.needs_redistribution);
        assert!(handled || marked, "{name} ({}) is left to {:?}", case.id, case.assignee);
        let given = |what: &Happening| match what {
            Happening::Distributed { .. }
            | Happening::Redistributed { to: Some(_), .. }
            | Happening::Taken { .. }
            | Happening::TakenOver { .. } => Some(true),
            Happening::Redistributed { to: None, .. } | Happening::AssigneeLost { .. } | Happening::Reopened => {
                Some(false)
            }
            _ => None,
        };
        let lately = case.history.iter().rev().find_map(|entry| given(&entry.what));
        assert!(!(marked && lately == Some(true)), "{name} ({}) has been given, and waits to be given", case.id);
    }
}
