//! Drafts: what the person is writing; at most one per case. The local journal is the author's truth (design.md 11).

use crate::columns::ms;
use crate::db::Fail;
use crate::error::StoreError;
use crate::open::Store;
use jiff::Timestamp;
use mottaget_domain::signature::SignAs;
use mottaget_domain::{Attachment, CaseId, HsaId, MessageKind};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// A file in a draft; its bytes are in the blobs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DraftFile {
    /// As it will be sent.
    pub file: Attachment,
    /// Number of pages, once the preview counted them.
    pub pages: Option<u32>,
    /// SHA-256 of the bytes that the person looked at; see [`Self::reviewed`].
    pub reviewed_sha256: Option<String>,
}

impl DraftFile {
    /// Has the person looked at exactly these bytes (Granskad)?
    #[must_use]
    pub fn reviewed(&self) -> bool {
        self.reviewed_sha256.as_deref() == Some(self.file.sha256.as_str())
    }
}

/// An unsent message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// The case.
    pub case: CaseId,
    /// The clinic.
    pub clinic: HsaId,
    /// Partial reply, counter-question or final reply.
    pub kind: MessageKind,
    /// The text so far.
    pub text: String,
    /// Its files, in order.
    pub files: Vec<DraftFile>,
    /// The thread's version that the writer saw when the draft was begun, or up to which they have said since that they
    /// have read what is new. Nothing else raises it.
    pub based_on: u32,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// In whose name it is signed; empty: as the writer has chosen for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_as: Option<SignAs>,
}

impl Store {
    /// The case's draft.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn draft(&self, case: CaseId) -> Result<Option<Draft>, StoreError> {
        self.unsent.read(|db| read_draft(db, case))
    }

    /// All drafts, last changed first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn drafts(&self) -> Result<Vec<Draft>, StoreError> {
        self.unsent.read(read_drafts)
    }

    /// Changes the case's draft in one transaction that is on the disk when this returns: `change` gets what is there
    /// and gives what shall be there; `None` discards it. So a text that is saved and a file that is attached at the
    /// same time can't overwrite each other. What is kept counts as changed later than what was there.
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`] when a file's bytes are not stored; others.
    pub fn edit_draft(
        &self,
        case: CaseId,
        change: impl FnOnce(Option<Draft>) -> Option<Draft>,
    ) -> Result<Option<Draft>, StoreError> {
        // Who is writing does not wait while the mirror's journal is written back.
        self.mirror.hold_back();
        let _first = self.turn.first();
        self.unsent.write(|db| self.edit(db, case, change))
    }

    /// The same within a transaction.
    pub(crate) fn edit(
        &self,
        db: &Connection,
        case: CaseId,
        change: impl FnOnce(Option<Draft>) -> Option<Draft>,
    ) -> Result<Option<Draft>, Fail> {
        let there = read_draft(db, case)?;
        let wanted = change(there.clone()).map(|draft| after(there.as_ref(), draft));
        match &wanted {
            Some(draft) if there.as_ref() != Some(draft) => {
                self.all_present(draft.files.iter().map(|file| file.file.sha256.as_str()))?;
                write_draft(db, draft)?;
            }
            Some(_) => {}
            None => {
                db.prepare_cached("DELETE FROM draft WHERE case_id = ?1")?.execute([case.0.as_bytes()])?;
            }
        }
        Ok(wanted)
    }

    /// Writes a setting of the profile that must survive the loss of the mirror. No patient data in keys.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.unsent.write(|db| {
            db.prepare_cached(
                "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?
            .execute([key, value])?;
            Ok(())
        })
    }

    /// Reads a setting.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.unsent.read(|db| {
            let mut value = db.prepare_cached("SELECT value FROM setting WHERE key = ?1")?;
            Ok(value.query_row([key], |row| row.get(0)).optional()?)
        })
    }
}

/// What was changed later says so, to the millisecond in which the screen reads it, also on a machine whose clock was set
/// back: by that, whoever has two looks at a draft knows the newer one.
fn after(there: Option<&Draft>, draft: Draft) -> Draft {
    match there {
        Some(there) if there.updated_at != draft.updated_at => {
            let next = Timestamp::from_millisecond(there.updated_at.as_millisecond() + 1).unwrap_or(there.updated_at);
            Draft { updated_at: draft.updated_at.max(next), ..draft }
        }
        _ => draft,
    }
}

/// The case's draft.
pub(crate) fn read_draft(db: &Connection, case: CaseId) -> Result<Option<Draft>, Fail> {
    let mut json = db.prepare_cached("SELECT json FROM draft WHERE case_id = ?1")?;
    let json: Option<String> = json.query_row([case.0.as_bytes()], |row| row.get(0)).optional()?;
    Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
}

/// All drafts, last changed first.
pub(crate) fn read_drafts(db: &Connection) -> Result<Vec<Draft>, Fail> {
    let mut rows = db.prepare_cached("SELECT json FROM draft ORDER BY updated_at DESC, n DESC")?;
    let rows = rows.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|json| Ok(serde_json::from_str(&json?)?)).collect()
}

/// Puts a draft in the place of the case's old one.
pub(crate) fn write_draft(db: &Connection, draft: &Draft) -> Result<(), Fail> {
    db.prepare_cached(
        "INSERT INTO draft (case_id, clinic, updated_at, json) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (case_id) DO UPDATE SET clinic = excluded.clinic, updated_at = excluded.updated_at,
            json = excluded.json",
    )?
    .execute(params![
        draft.case.0.as_bytes(),
        draft.clinic.as_str(),
        ms(draft.updated_at),
        serde_json::to_string(draft)?
    ])?;
    Ok(())
}
