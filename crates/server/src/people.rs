//! Changes of people that other things must follow: staff's roles and groups, an HSA-id that is switched off, what is known of
//! a resident.
//!
//! Whoever loses the right to handle cases leaves them to be distributed anew (T19), in the same transaction: there is no
//! moment, and no failure, in which the right is gone and the case waits for somebody who can't answer. The feed needs no
//! telling of roles: what a viewer may see is part of their cursor, so a change begins their mirror anew by itself. But all who
//! work there are told to ask: whom cases can be given to, and who covers whom, may be another for each of them.

use crate::app::App;
use crate::db::log::Entry;
use crate::db::{WriteTx, cases, clinics, log, residents, staff, templates};
use crate::error::{Result, ServerError};
use crate::wake::Wake;
use jiff::Timestamp;
use mottaget_domain::clinic::{Policy, RegionPolicy};
use mottaget_domain::lifecycle::act;
use mottaget_domain::visibility::ViewerKey;
use mottaget_domain::{Actor, CaseState, Command, GroupId, HsaId, ReplyTemplate, Resident, Role};
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
        let lost = lose_of(&mut tx, clinic, person, self.app.now()).await?;
        tx.commit().await?;
        self.tell_lost(clinic, lost);
        // whoever has no role left is none of the clinic's staff any more
        self.app.wakes.call(Wake::Me { staff: person.clone() });
        self.tell_others_at(clinic, person).await
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
        let assignments = staff::assignments(tx.conn(), person).await?;
        // In one order for everybody, so that two such changes never wait for each other.
        let clinics: BTreeSet<HsaId> = assignments.into_iter().map(|assignment| assignment.clinic).collect();
        let mut lost = Vec::new();
        for clinic in clinics {
            tx.next_seq(&clinic).await?.ok_or(ServerError::NotFound)?;
            let seq = lose_of(&mut tx, &clinic, person, self.app.now()).await?;
            lost.push((clinic, seq));
        }
        tx.commit().await?;
        self.app.wakes.call(Wake::Me { staff: person.clone() });
        for (clinic, seq) in lost {
            self.tell_lost(&clinic, seq);
            self.tell_others_at(&clinic, person).await?;
        }
        Ok(())
    }

    /// Gives a group exactly these members.
    ///
    /// # Errors
    /// [`ServerError::NotFound`] for an unknown clinic or group; when the database fails.
    pub async fn set_members(&self, clinic: &HsaId, group: GroupId, members: &BTreeSet<HsaId>) -> Result<()> {
        let (mut tx, _) = self.app.db.write_clinic(clinic).await?.ok_or(ServerError::NotFound)?;
        let groups = clinics::groups_of(tx.conn(), clinic).await?;
        if !groups.contains_key(&group) {
            return Err(ServerError::NotFound);
        }
        staff::set_members(tx.conn(), group, members).await?;
        let lost = lose(&mut tx, clinic, &[ViewerKey::Group(group)], self.app.now()).await?;
        tx.commit().await?;
        self.tell_lost(clinic, lost);
        self.tell_staff_of(clinic).await
    }

    /// What the registers say of a resident now: who they are, protected identity, whether a message reaches them (W32–W36,
    /// R73). Their cases go to everybody's app anew with it, so that nobody composes an answer to somebody who has died.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_resident(&self, resident: &Resident) -> Result<()> {
        let clinics: BTreeSet<HsaId> = {
            let mut tx = self.app.db.read().await?;
            let cases = cases::of_resident(&mut tx, &resident.personal_id).await?;
            cases.into_iter().map(|case| case.clinic).collect()
        };
        let mut tx = self.app.db.write().await?;
        // In one order for everybody, so that two such changes never wait for each other.
        let mut moved = Vec::new();
        for clinic in clinics {
            let seq = tx.next_seq(&clinic).await?.ok_or(ServerError::NotFound)?;
            moved.push((clinic, seq));
        }
        residents::put(tx.conn(), resident).await?;
        for case in cases::of_resident(tx.conn(), &resident.personal_id).await? {
            // one that came in meanwhile at another clinic has the new facts by itself
            let Some((_, last)) = moved.iter_mut().find(|(clinic, _)| *clinic == case.clinic) else { continue };
            if case.state != CaseState::Purged {
                *last = tx.next_seq(&case.clinic).await?.ok_or(ServerError::NotFound)?;
                cases::write(tx.conn(), *last, Some(&case), &case).await?;
            }
        }
        tx.commit().await?;
        for (clinic, seq) in moved {
            self.app.moved(&clinic, seq);
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

    /// What a region has decided.
    ///
    /// # Errors
    /// [`ServerError::NotFound`] for a region that is not there; when the database fails.
    pub async fn region_policy(&self, region: &str) -> Result<RegionPolicy> {
        let mut tx = self.app.db.read().await?;
        clinics::region_policy(&mut tx, region).await?.ok_or(ServerError::NotFound)
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
        self.tell_staff_of_all(&clinics).await
    }

    /// Keeps a central reply text of a region's, in place of the one that has this id (R108). Its clinics' apps are told.
    ///
    /// # Errors
    /// [`ServerError::NotFound`] for a region without clinics, or if the id is somebody else's; what
    /// [`ReplyTemplate::check`] says; when the database fails.
    pub async fn keep_central_template(&self, region: &str, template: &ReplyTemplate) -> Result<()> {
        template.check()?;
        let mut tx = self.app.db.write().await?;
        let kept = templates::put(tx.conn(), &templates::Owner::Region(region.to_owned()), template).await?;
        let clinics = clinics::in_region(tx.conn(), region).await?;
        if !kept || clinics.is_empty() {
            tx.rollback().await?;
            return Err(ServerError::NotFound);
        }
        tx.commit().await?;
        self.tell_staff_of_all(&clinics).await
    }

    /// Everybody who works at a clinic of the region should ask anew what holds.
    pub(crate) async fn tell_staff_in(&self, region: &str) -> Result<()> {
        let clinics = {
            let mut tx = self.app.db.read().await?;
            clinics::in_region(&mut tx, region).await?
        };
        self.tell_staff_of_all(&clinics).await
    }

    async fn tell_staff_of_all(&self, clinics: &[HsaId]) -> Result<()> {
        for clinic in clinics {
            self.tell_staff_of(clinic).await?;
        }
        Ok(())
    }

    /// Everybody who works there should ask anew what holds.
    pub(crate) async fn tell_staff_of(&self, clinic: &HsaId) -> Result<()> {
        for staff in self.staff_of(clinic).await? {
            self.app.wakes.call(Wake::Me { staff });
        }
        Ok(())
    }

    /// The same for all but one, who has been told.
    async fn tell_others_at(&self, clinic: &HsaId, told: &HsaId) -> Result<()> {
        for staff in self.staff_of(clinic).await?.into_iter().filter(|staff| staff != told) {
            self.app.wakes.call(Wake::Me { staff });
        }
        Ok(())
    }

    async fn staff_of(&self, clinic: &HsaId) -> Result<Vec<HsaId>> {
        let mut tx = self.app.db.read().await?;
        Ok(clinics::facts(&mut tx, clinic).await?.into_iter().flat_map(|facts| facts.staff.into_keys()).collect())
    }

    /// Wakes the clinic's streams if cases were left; `seq` is the last one's number.
    fn tell_lost(&self, clinic: &HsaId, seq: Option<u64>) {
        if let Some(seq) = seq {
            self.app.moved(clinic, seq);
        }
    }
}

/// T19 for what is this person's at the clinic: their own cases and those of their groups.
async fn lose_of(tx: &mut WriteTx, clinic: &HsaId, person: &HsaId, now: Timestamp) -> Result<Option<u64>> {
    let groups = clinics::groups_of(tx.conn(), clinic).await?;
    let theirs = groups.values().filter(|group| group.members.contains(person));
    let mut keys = vec![ViewerKey::Handler(person.clone())];
    keys.extend(theirs.map(|group| ViewerKey::Group(group.id)));
    lose(tx, clinic, &keys, now).await
}

/// T19 for every open case under these keys that nobody behind them can handle any more; the rules say which those are.
/// Gives the number of the last one.
async fn lose(tx: &mut WriteTx, clinic: &HsaId, keys: &[ViewerKey], now: Timestamp) -> Result<Option<u64>> {
    let facts = clinics::facts(tx.conn(), clinic).await?.ok_or(ServerError::NotFound)?;
    let mut last = None;
    for key in keys {
        for id in cases::open_of(tx.conn(), clinic, key).await? {
            let before = cases::find(tx.conn(), clinic, id).await?.ok_or(ServerError::NotFound)?;
            let Ok(mut after) = act(&before, &Actor::System, &Command::LoseAssignee, None, &facts, now) else {
                continue;
            };
            let seq = tx.next_seq(clinic).await?.ok_or(ServerError::NotFound)?;
            after.stamp(seq);
            cases::write(tx.conn(), seq, Some(&before), &after).await?;
            let line = Entry::by_system(format!("assignee-lost:{clinic}:{seq}"), "assignee-lost", &after, now);
            log::append(tx.conn(), &line, now).await?;
            last = Some(seq);
        }
    }
    Ok(last)
}
