//! Changes of staff that other things must follow: roles, groups, an HSA-id that is switched off.
//!
//! Whoever loses the right to handle cases leaves them to be distributed anew (T19). The feed needs no telling: what a
//! viewer may see is part of their cursor, so a change begins their mirror anew by itself.

use crate::app::App;
use crate::db::log::{Entry, Party};
use crate::db::{WriteTx, cases, clinics, log, staff};
use crate::error::{Result, ServerError};
use crate::wake::Wake;
use jiff::Timestamp;
use mottaget_domain::clinic::{Policy, RegionPolicy};
use mottaget_domain::lifecycle::act;
use mottaget_domain::visibility::ViewerKey;
use mottaget_domain::{Actor, CaseId, Command, GroupId, HsaId, Role};
use std::collections::BTreeSet;

/// Changes staff and policy at the running server.
#[derive(Clone)]
pub struct People {
    app: App,
}

impl People {
    pub(crate) fn new(app: App) -> Self {
        Self { app }
    }

    /// Gives somebody exactly these roles at a clinic; none takes them off it.
    ///
    /// # Errors
    /// [`ServerError::NotFound`] for an unknown clinic; when the database fails.
    pub async fn set_roles(&self, person: &HsaId, clinic: &HsaId, roles: &BTreeSet<Role>) -> Result<()> {
        let (mut tx, _) = self.app.db.write_clinic(clinic).await?.ok_or(ServerError::NotFound)?;
        staff::set_roles(tx.conn(), person, clinic, roles).await?;
        tx.commit().await?;
        self.after_change(person, std::slice::from_ref(clinic)).await
    }

    /// Switches an HSA-id on or off (W9).
    ///
    /// # Errors
    /// [`ServerError::NotFound`] for somebody unknown; when the database fails.
    pub async fn set_active(&self, person: &HsaId, active: bool) -> Result<()> {
        let mut tx = self.app.db.write().await?;
        if !staff::set_active(tx.conn(), person, active).await? {
            return Err(ServerError::NotFound);
        }
        let clinics = staff::assignments(tx.conn(), person).await?;
        tx.commit().await?;
        let clinics: Vec<HsaId> = clinics.into_iter().map(|assignment| assignment.clinic).collect();
        self.after_change(person, &clinics).await
    }

    /// Gives a group exactly these members.
    ///
    /// # Errors
    /// [`ServerError::NotFound`] for an unknown clinic or group; when the database fails.
    pub async fn set_members(&self, clinic: &HsaId, group: GroupId, members: &BTreeSet<HsaId>) -> Result<()> {
        let (mut tx, _) = self.app.db.write_clinic(clinic).await?.ok_or(ServerError::NotFound)?;
        let before = clinics::groups_of(tx.conn(), clinic).await?.remove(&group).ok_or(ServerError::NotFound)?;
        staff::set_members(tx.conn(), group, members).await?;
        tx.commit().await?;
        self.lose(clinic, &ViewerKey::Group(group)).await?;
        for person in before.members.symmetric_difference(members) {
            self.app.wakes.call(Wake::Me { staff: person.clone() });
        }
        Ok(())
    }

    /// Decides anew what holds at a clinic. Its staff's apps are told to ask for it.
    ///
    /// # Errors
    /// [`ServerError::NotFound`] for an unknown clinic; when the database fails.
    pub async fn set_policy(&self, clinic: &HsaId, policy: &Policy) -> Result<()> {
        let (mut tx, seq) = self.app.db.write_clinic(clinic).await?.ok_or(ServerError::NotFound)?;
        clinics::set_policy(tx.conn(), clinic, policy).await?;
        tx.commit().await?;
        self.app.moved(clinic, seq);
        self.tell_staff_of(clinic).await
    }

    /// Decides anew what holds in a region, wherever its clinics do not say otherwise. Their staff's apps are told.
    ///
    /// # Errors
    /// [`ServerError::NotFound`] for a region without clinics; when the database fails.
    pub async fn set_region_policy(&self, region: &str, policy: &RegionPolicy) -> Result<()> {
        let mut tx = self.app.db.write().await?;
        let clinics = clinics::set_region_policy(tx.conn(), region, policy).await?;
        if clinics.is_empty() {
            tx.rollback().await?;
            return Err(ServerError::NotFound);
        }
        tx.commit().await?;
        for clinic in &clinics {
            self.tell_staff_of(clinic).await?;
        }
        Ok(())
    }

    /// Everybody who works there should ask anew what holds.
    async fn tell_staff_of(&self, clinic: &HsaId) -> Result<()> {
        let facts = {
            let mut tx = self.app.db.read().await?;
            clinics::facts(&mut tx, clinic).await?
        };
        for staff in facts.into_iter().flat_map(|facts| facts.staff.into_keys()) {
            self.app.wakes.call(Wake::Me { staff });
        }
        Ok(())
    }

    async fn after_change(&self, person: &HsaId, clinics: &[HsaId]) -> Result<()> {
        for clinic in clinics {
            self.lose(clinic, &ViewerKey::Handler(person.clone())).await?;
            let groups = {
                let mut tx = self.app.db.read().await?;
                clinics::groups_of(&mut tx, clinic).await?
            };
            for group in groups.values().filter(|group| group.members.contains(person)) {
                self.lose(clinic, &ViewerKey::Group(group.id)).await?;
            }
        }
        self.app.wakes.call(Wake::Me { staff: person.clone() });
        Ok(())
    }

    /// T19 for every open case of an assignee that can't handle cases any more; the rules say which those are.
    async fn lose(&self, clinic: &HsaId, key: &ViewerKey) -> Result<()> {
        let open = {
            let mut tx = self.app.db.read().await?;
            cases::open_of(&mut tx, clinic, key).await?
        };
        let now = self.app.now();
        for id in open {
            let Some((tx, seq)) = self.app.db.write_clinic(clinic).await? else { return Ok(()) };
            if lose_one(tx, seq, clinic, id, now).await? {
                self.app.moved(clinic, seq);
            }
        }
        Ok(())
    }
}

async fn lose_one(mut tx: WriteTx, seq: u64, clinic: &HsaId, id: CaseId, now: Timestamp) -> Result<bool> {
    let facts = clinics::facts(tx.conn(), clinic).await?;
    let before = cases::find(tx.conn(), clinic, id).await?;
    let (Some(facts), Some(before)) = (facts, before) else {
        tx.rollback().await?;
        return Ok(false);
    };
    let Ok(mut after) = act(&before, &Actor::System, &Command::LoseAssignee, None, &facts, now) else {
        tx.rollback().await?;
        return Ok(false);
    };
    after.stamp(seq);
    cases::write(tx.conn(), seq, Some(&before), &after).await?;
    let line = Entry {
        id: format!("assignee-lost:{clinic}:{seq}"),
        at: now,
        who: Party::System,
        clinic: clinic.clone(),
        resident: Some(after.resident.clone()),
        case: Some(id),
        kind: "assignee-lost".to_owned(),
        object: None,
        outcome: "allowed".to_owned(),
        source: "server",
    };
    log::append(tx.conn(), &line, now).await?;
    tx.commit().await?;
    Ok(true)
}
