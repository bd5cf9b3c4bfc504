//! The read log on its way up: who looked at what, offline reads too (domain.md D6).

use mottaget_domain::{AttachmentId, CaseId, HsaId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ReadKind {
    /// A case was opened.
    Case,
    /// An attachment was shown.
    Attachment,
    /// A copy of an attachment was saved.
    Saved,
    /// The case was copied, to be entered into the patient record (T16).
    Record,
    /// The case was printed, on paper or into a file (T16).
    Printed,
    /// A page of a list with residents' identities was shown.
    List,
}

/// One look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadEntry {
    /// Its id: sending it twice counts once.
    pub id: Uuid,
    /// The clinic at which the person acted.
    pub clinic: HsaId,
    /// The cases looked at.
    pub cases: Vec<CaseId>,
    /// The attachment, where it was one.
    pub attachment: Option<AttachmentId>,
    /// What kind of look.
    pub kind: ReadKind,
    /// When, by the clock of the machine.
    #[schema(value_type = String, format = DateTime)]
    pub at: jiff::Timestamp,
}

/// Most entries in one batch.
pub const MAX_READ_ENTRIES: usize = 500;
/// Most cases in one batch, over all its entries: a few pages of lists. Every part of an entry has a bounded length, so
/// this bounds the batch's bytes too, far below what a request may have.
pub const MAX_READ_CASES: usize = 5000;

/// `POST /api/v1/reads`: entries in the order in which they happened. The entry of a long list may come in several parts
/// with the same id and different cases, in one batch or in several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadBatch {
    /// At most 500, with at most 5000 cases in all.
    pub entries: Vec<ReadEntry>,
}
