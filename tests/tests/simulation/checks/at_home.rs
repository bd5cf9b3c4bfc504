//! Residents: what they have at home is what was released to them, in their own cases. What they are told while a message is
//! held is compared by the deed (`deeds/at_home.rs`) in the same words: seen to fail with a server that showed held messages,
//! and with one that let residents read every case.

use crate::world::World;
use mottaget_domain::CaseId;
use std::collections::BTreeSet;

/// Each resident has exactly their cases, and of each exactly what was released there.
pub(super) async fn residents_have_what_was_released(world: &World) {
    for (n, resident) in world.residents.iter().enumerate() {
        let mut given = BTreeSet::new();
        for told in resident.told_of_all().await {
            let case: CaseId = told["id"].as_str().unwrap().parse().unwrap();
            assert!(given.insert(case), "{} is told of {} twice", resident.name, world.name(case));
            let whose = world.ledger.residents.get(&case);
            assert!(
                whose == Some(&resident.personal_id),
                "{} is told of {}, which is not theirs",
                resident.name,
                world.name(case)
            );
            world.has_what_is_released(n, case, &told);
        }
        let theirs = world.ledger.residents.iter().filter(|(_, whose)| **whose == resident.personal_id);
        for (case, _) in theirs {
            assert!(given.contains(case), "{} is not told of {}, which is theirs", resident.name, world.name(*case));
        }
    }
}
