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

/// `POST /api/v1/reads`: entries in the order in which they happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadBatch {
    /// At most 500.
    pub entries: Vec<ReadEntry>,
}
