//! Drafts: what the person is writing; at most one per case. The local journal is the author's truth (design.md 11).

use crate::error::StoreError;
use crate::open::Store;
use jiff::Timestamp;
use mottaget_domain::{Attachment, CaseId, HsaId, MessageKind};
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
    /// The thread's version that the writer saw when the draft was begun or last reconciled.
    pub based_on: u32,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Store {
    /// The case's draft.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn draft(&self, case: CaseId) -> Result<Option<Draft>, StoreError> {
        let _ = case;
        Err(StoreError::missing())
    }

    /// All drafts, last changed first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn drafts(&self) -> Result<Vec<Draft>, StoreError> {
        Err(StoreError::missing())
    }

    /// Changes the case's draft in one transaction that is on the disk when this returns: `change` gets what is there
    /// and gives what shall be there; `None` discards it. So a text that is saved and a file that is attached at the
    /// same time can't overwrite each other.
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`] when a file's bytes are not stored; others.
    pub fn edit_draft(
        &self,
        case: CaseId,
        change: impl FnOnce(Option<Draft>) -> Option<Draft>,
    ) -> Result<Option<Draft>, StoreError> {
        let _ = (case, change);
        Err(StoreError::missing())
    }

    /// Writes a setting of the profile that must survive the loss of the mirror. No patient data in keys.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let _ = (key, value);
        Err(StoreError::missing())
    }

    /// Reads a setting.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let _ = key;
        Err(StoreError::missing())
    }
}
