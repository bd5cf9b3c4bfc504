//! The rules' arguments: who acts, what is known of the clinic, and the case as it will be once the outbox has come home.
//! Decides nothing itself: that is `mottaget_domain`'s.

use crate::error::ClientError;
use jiff::Timestamp;
use mottaget_domain::clinic::{ClinicFacts, Policy, StaffFacts};
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::signature::{SignAs, Signers};
use mottaget_domain::visibility::is_covered;
use mottaget_domain::{Actor, Assignee, Case, Command, HsaId, StaffActor, act};
use mottaget_protocol::{Directory, Me};
use mottaget_store::{OutboxRow, OutboxState, Store};
use std::collections::BTreeMap;

/// What the rules must know beside the case.
pub(crate) struct Rules {
    pub actor: StaffActor,
    pub clinic: ClinicFacts,
    pub directory: Option<Directory>,
    pub now: Timestamp,
}

impl Rules {
    /// The person at that clinic, by what this machine knows.
    pub fn at(store: &Store, me: &Me, clinic: &HsaId, now: Timestamp) -> Result<Self, ClientError> {
        let directory = store.directory(clinic)?;
        let facts = match &directory {
            Some(directory) => directory.facts(),
            None => unknown(me, clinic),
        };
        let signature = signature(me, clinic, &facts.policy.signature, None);
        Ok(Self { actor: StaffActor { signature, ..actor(me, &facts, now) }, clinic: facts, directory, now })
    }

    /// The actor as the rules take it, with the signature that was frozen with an act.
    fn with_signature(&self, signature: Option<&String>) -> Actor {
        let mut actor = self.actor.clone();
        if let Some(signature) = signature {
            actor.signature.clone_from(signature);
        }
        Actor::Staff(actor)
    }

    /// The person, as the rules take it.
    pub fn person(&self) -> Actor {
        Actor::Staff(self.actor.clone())
    }

    /// The case as it will be when what waits in its lane has come home. What is stopped, or what the rules would refuse
    /// by now, is left out.
    pub fn projected(&self, case: &Case, lane: &[OutboxRow]) -> Case {
        let mut projected = case.clone();
        for row in lane {
            let stopped = matches!(row.state, OutboxState::Stopped { .. });
            let home = case.history.iter().any(|entry| entry.op == Some(row.op.id));
            if stopped || home {
                continue;
            }
            let actor = self.with_signature(row.op.signature.as_ref());
            let next = act(&projected, &actor, &row.op.command, Some(row.op.id), &self.clinic, self.now);
            if let Ok(next) = next {
                projected = next;
            }
        }
        projected
    }

    /// How the person takes a case: from their group, or over from an absent colleague whom they cover.
    pub fn taking(&self, case: &Case) -> Command {
        match &case.assignee {
            Some(Assignee::Person { hsa_id }) if is_covered(case, &self.actor) => {
                Command::TakeOver { from: hsa_id.clone() }
            }
            _ => Command::Take,
        }
    }

    /// A person's name, as the directory knows it.
    pub fn name_of(&self, hsa_id: &HsaId) -> String {
        let known = self.clinic.staff.get(hsa_id).map(|staff| staff.name.clone());
        known.unwrap_or_else(|| hsa_id.to_string())
    }
}

/// Before the directory has arrived: only the person and their own groups are known.
fn unknown(me: &Me, clinic: &HsaId) -> ClinicFacts {
    let here = me.assignments.iter().find(|assignment| assignment.clinic == *clinic);
    let myself = StaffFacts {
        hsa_id: me.staff.hsa_id.clone(),
        name: me.staff.name.clone(),
        title: me.staff.title.clone(),
        active: true,
        roles: here.map(|a| a.roles.clone()).unwrap_or_default(),
        absences: Vec::new(),
    };
    ClinicFacts {
        hsa_id: clinic.clone(),
        name: here.map(|a| a.clinic_name.clone()).unwrap_or_default(),
        policy: Policy::default(),
        staff: BTreeMap::from([(myself.hsa_id.clone(), myself)]),
        groups: here.map(|a| a.groups.iter().map(|group| (group.id, group.clone())).collect()).unwrap_or_default(),
    }
}

fn actor(me: &Me, clinic: &ClinicFacts, now: Timestamp) -> StaffActor {
    let here = me.assignments.iter().find(|assignment| assignment.clinic == clinic.hsa_id);
    StaffActor {
        hsa_id: me.staff.hsa_id.clone(),
        name: me.staff.name.clone(),
        title: me.staff.title.clone(),
        signature: String::new(),
        clinic: clinic.hsa_id.clone(),
        roles: here.map(|a| a.roles.clone()).unwrap_or_default(),
        groups: here.map(|a| a.groups.iter().map(|group| group.id).collect()).unwrap_or_default(),
        stands_in_for: clinic.stands_in_for(&me.staff.hsa_id, swedish_day(now)),
    }
}

/// What stands under a message of the person's at that clinic: as was chosen for this one, else as they have chosen for all.
/// `of_clinic` is what the clinic signs with, as its policy has it.
pub(crate) fn signature(me: &Me, clinic: &HsaId, of_clinic: &str, of: Option<SignAs>) -> String {
    let here = me.assignments.iter().find(|assignment| assignment.clinic == *clinic);
    let signers = Signers {
        own: &me.preferences.signature,
        name: &me.staff.name,
        title: &me.staff.title,
        of_clinic,
        clinic: here.map_or("", |here| here.clinic_name.as_str()),
    };
    mottaget_domain::signature::signature(of.unwrap_or(me.preferences.sign_as), signers)
}

/// What the clinic signs with, as this machine knows it.
pub(crate) fn clinic_signature(store: &Store, clinic: &HsaId) -> Result<String, ClientError> {
    Ok(store.directory(clinic)?.map(|directory| directory.policy.signature).unwrap_or_default())
}
