//! How far the server's copies of drafts are (ADR 21): every change of a draft raises its version in the same transaction, and
//! whatever is newer than what the server has taken is still to be told, over restarts and sign-outs.

use crate::columns::{hsa, uuid};
use crate::db::Fail;
use crate::drafts::{Draft, read_draft};
use crate::error::StoreError;
use crate::open::Store;
use crate::outbox::OutboxState;
use mottaget_domain::{CaseId, HsaId, MachineId};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Setting: what this computer is called where the person's drafts are copied to.
const MACHINE: &str = "machine";
/// Stands for this computer in `draft_copy`.
const HERE: [u8; 0] = [];

/// Something that the server does not know yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uncopied {
    /// A draft has changed.
    Changed {
        /// As it stands.
        draft: Draft,
        /// Its version.
        version: u64,
    },
    /// What was written in a case has been sent or thrown away, or was fetched here from another computer of the person's.
    Ended {
        /// In which case.
        case: CaseId,
        /// At which clinic.
        clinic: HsaId,
        /// On which computer.
        machine: MachineId,
        /// Up to which version.
        version: u64,
    },
}

struct Row {
    case: CaseId,
    machine: Vec<u8>,
    clinic: HsaId,
    version: u64,
}

impl Store {
    /// What this computer is called where the person's drafts are copied to; random, made at the first question.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn machine(&self) -> Result<MachineId, StoreError> {
        if let Some(known) = self.setting(MACHINE)?.and_then(|text| text.parse().ok()) {
            return Ok(known);
        }
        let made = MachineId::random();
        self.unsent.write(|db| {
            db.prepare_cached("INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING")?
                .execute([MACHINE, &made.to_string()])?;
            Ok(())
        })?;
        Ok(self.setting(MACHINE)?.and_then(|text| text.parse().ok()).unwrap_or(made))
    }

    /// What the server does not know yet, the longest known case first. The end of what is on its way as a message is not
    /// told before the server has the message: until then the copies are all that a colleague could go on with.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn uncopied(&self) -> Result<Vec<Uncopied>, StoreError> {
        let rows = self.unsent.read(|db| {
            let mut found = Vec::new();
            for row in behind(db)? {
                let draft = if row.machine == HERE { read_draft(db, row.case)? } else { None };
                found.push((row, draft));
            }
            Ok(found)
        })?;
        let mut uncopied = Vec::new();
        for (row, draft) in rows {
            let Row { case, machine, clinic, version } = row;
            match draft {
                Some(draft) => uncopied.push(Uncopied::Changed { draft, version }),
                None if machine == HERE && self.sends_in(case)? => {}
                None => {
                    let machine = match <[u8; 16]>::try_from(machine) {
                        Ok(bytes) => MachineId(Uuid::from_bytes(bytes)),
                        Err(_) => self.machine()?,
                    };
                    uncopied.push(Uncopied::Ended { case, clinic, machine, version });
                }
            }
        }
        Ok(uncopied)
    }

    /// Is a message in this case on its way, and the server does not have it?
    fn sends_in(&self, case: CaseId) -> Result<bool, StoreError> {
        let lane = self.outbox_of(case)?;
        Ok(lane
            .iter()
            .any(|row| row.op.command.message().is_some() && !matches!(row.state, OutboxState::Accepted { .. })))
    }

    /// The server knows of this version; of a computer that is another one's, if one is named.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn copied(&self, case: CaseId, machine: Option<MachineId>, version: u64) -> Result<(), StoreError> {
        self.unsent.write(|db| {
            db.prepare_cached("UPDATE draft_copy SET copied = max(copied, ?3) WHERE case_id = ?1 AND machine = ?2")?
                .execute(params![case.0.as_bytes(), key(machine), version])?;
            Ok(())
        })
    }

    /// The server knows of a newer version from this computer than the one it was told: this one's count was lost with a damaged
    /// file. It goes on from there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn copies_are_further(&self, case: CaseId, reached: u64) -> Result<(), StoreError> {
        self.unsent.write(|db| {
            db.prepare_cached(
                "UPDATE draft_copy SET version = max(version, ?3 + 1) WHERE case_id = ?1 AND machine = ?2",
            )?
            .execute(params![case.0.as_bytes(), key(None), reached])?;
            Ok(())
        })
    }

    /// The version with which the case's draft was begun; empty if there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn draft_begun(&self, case: CaseId) -> Result<Option<u64>, StoreError> {
        self.unsent.read(|db| {
            let mut begun = db.prepare_cached(
                "SELECT c.begun FROM draft_copy c JOIN draft d ON d.case_id = c.case_id
                 WHERE c.case_id = ?1 AND c.machine = ?2",
            )?;
            Ok(begun.query_row(params![case.0.as_bytes(), key(None)], |row| row.get(0)).optional()?)
        })
    }

    /// Up to which version what the person wrote in a case on other computers has been fetched here.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn fetched_drafts(&self, case: CaseId) -> Result<BTreeMap<MachineId, u64>, StoreError> {
        self.unsent.read(|db| {
            let mut rows =
                db.prepare_cached("SELECT machine, version FROM draft_copy WHERE case_id = ?1 AND machine <> ?2")?;
            let rows = rows.query_map(params![case.0.as_bytes(), key(None)], |row| {
                Ok((MachineId(uuid(row.get(0)?)), row.get(1)?))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Changes the case's draft as [`Self::edit_draft`], and notes in the same transaction that what the person had written on
    /// another computer up to this version is in it now.
    ///
    /// # Errors
    /// As [`Self::edit_draft`].
    pub fn fetch_into_draft(
        &self,
        draft: Draft,
        from: (MachineId, u64),
        change: impl FnOnce(Option<Draft>, Draft) -> Draft,
    ) -> Result<Draft, StoreError> {
        let (case, clinic) = (draft.case, draft.clinic.clone());
        self.unsent.write(|db| {
            let kept = self.edit(db, case, |there| Some(change(there, draft.clone())))?;
            db.prepare_cached(
                "INSERT INTO draft_copy (case_id, machine, clinic, version, begun) VALUES (?1, ?2, ?3, ?4, 0)
                 ON CONFLICT (case_id, machine) DO UPDATE SET version = max(version, excluded.version)",
            )?
            .execute(params![case.0.as_bytes(), key(Some(from.0)), clinic.as_str(), from.1])?;
            Ok(kept.unwrap_or(draft))
        })
    }
}

fn key(machine: Option<MachineId>) -> Vec<u8> {
    machine.map_or_else(|| HERE.to_vec(), |machine| machine.0.as_bytes().to_vec())
}

fn behind(db: &Connection) -> Result<Vec<Row>, Fail> {
    let mut rows = db
        .prepare_cached("SELECT case_id, machine, clinic, version FROM draft_copy WHERE version > copied ORDER BY n")?;
    let rows = rows.query_map([], |row| {
        Ok(Row {
            case: CaseId(uuid(row.get(0)?)),
            machine: row.get(1)?,
            clinic: hsa(row.get(2)?)?,
            version: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
