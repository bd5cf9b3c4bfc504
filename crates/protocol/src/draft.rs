//! Copies of what somebody is writing, so that a colleague can take it over (ADR 21). The author's own draft lies on their
//! computer and is the truth; the server has copies of it for as long as it is not sent or thrown away.

use jiff::Timestamp;
use mottaget_domain::{Attachment, HsaId, MachineId, MessageKind, OpId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most versions that are kept of one draft.
pub const KEPT_VERSIONS: u32 = 20;

/// A draft as it stood at one moment: body of `PUT /api/v1/clinics/{clinic}/cases/{case}/draft`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftCopy {
    /// On which of the author's computers it lies: two of them are two drafts.
    pub machine: MachineId,
    /// Grows with every change on that computer, also when a draft is begun anew; never starts again.
    pub version: u64,
    /// Partial reply, counter-question, final reply or closure.
    pub kind: MessageKind,
    /// The text so far; at most [`mottaget_domain::draft::MAX_DRAFT_TEXT`] characters.
    pub text: String,
    /// Its files, in order; their bytes are uploaded before.
    pub files: Vec<Attachment>,
    /// The thread's version that it was written against.
    pub based_on: u32,
    /// When it was last changed, by the author's clock.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// It was sent and taken back before the resident had it, by somebody who has not the whole of it: written by the server, and
    /// its computer is none.
    #[serde(default)]
    pub came_back: bool,
}

/// How far the server has come with the drafts of one computer in one case. A version that is not newer changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftKept {
    /// The newest version that it knows of.
    pub version: u64,
}

/// That somebody is writing in a case, without a word of it: `GET /api/v1/clinics/{clinic}/cases/{case}/drafts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftHead {
    /// Who writes.
    pub author: HsaId,
    /// Their name.
    pub author_name: String,
    /// On which of their computers.
    pub machine: MachineId,
    /// The newest version that the server has.
    pub version: u64,
    /// What it is to be.
    pub kind: MessageKind,
    /// When it was last changed; never later than when it came here.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// How long the text is, in characters.
    pub characters: u64,
    /// How many files go with it.
    pub files: u32,
    /// The viewer's own.
    pub mine: bool,
    /// It was sent, and taken back before the resident had it.
    pub came_back: bool,
    /// Who took it over last, since it was begun.
    pub taken: Option<DraftTaken>,
}

/// That a colleague has taken over a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftTaken {
    /// Who.
    pub by: HsaId,
    /// Their name.
    pub name: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Which version.
    pub version: u64,
}

/// Body of `POST /api/v1/clinics/{clinic}/cases/{case}/drafts/{author}/take`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TakeDraft {
    /// Its idempotency key: asking again with the same one is answered with the same words.
    pub op: OpId,
    /// From which of the author's computers.
    pub machine: MachineId,
}

/// What was taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TakenDraft {
    /// The whole of it. Its files are had as those of the case: `GET /api/v1/cases/{case}/attachments/{attachment}`.
    pub copy: DraftCopy,
    /// The clinic's feed number of the act; empty for an own draft from another computer, which is only read.
    pub seq: Option<u64>,
}
