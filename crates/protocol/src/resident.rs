//! The residents' interface: file a case, read it, answer. `/resident/v1`.
//!
//! Signed in in practice mode with `POST /practice/resident-sign-in {personalId}` → [`ResidentSignedIn`]; outside it an
//! integrating portal authenticates itself with `Authorization: Bearer PORTAL-TOKEN` and names the resident in the
//! header `Mottaget-Resident` (twelve characters) and a guardian in `Mottaget-Guardian`.

use crate::feed::CaseTypeInfo;
use mottaget_domain::attachment::{MAX_BYTES, MAX_FILES_RESIDENT};
use mottaget_domain::case::Answer;
use mottaget_domain::lifecycle::MAX_TEXT;
use mottaget_domain::{Attachment, CaseId, CaseTypeId, FileKind, HsaId, MessageId, MessageKind, PersonalId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST /practice/resident-sign-in`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PracticeResidentSignIn {
    /// One of the demo residents.
    pub personal_id: PersonalId,
}

/// `GET /practice/residents`: the demo residents to pick from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PracticeResidents {
    /// All of them, by name; also those who can't sign in.
    pub residents: Vec<mottaget_domain::Resident>,
    /// Those of them who can sign in (W32–W36).
    pub can_sign_in: Vec<PersonalId>,
}

/// The answer to a resident's sign-in.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResidentSignedIn {
    /// Opaque token, for `Authorization: Bearer …`.
    pub token: String,
    /// Name.
    pub name: String,
}

/// A clinic with what can be asked there: `GET /resident/v1/clinics`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResidentClinic {
    /// The clinic.
    pub clinic: HsaId,
    /// Its name.
    pub name: String,
    /// Its active case types that this resident may open a case of.
    pub case_types: Vec<CaseTypeInfo>,
    /// There are others, open to residents of the clinic's service area and to those whom it has approved: this one is
    /// neither.
    pub approval_needed: bool,
}

/// What a resident may write and attach: `GET /resident/v1/limits`. The server refuses what is beyond; a portal that asks
/// can say so before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResidentLimits {
    /// Longest text, in characters.
    pub max_text: usize,
    /// Most files in one message (R91).
    pub max_files: usize,
    /// Largest file, in bytes (R92).
    pub max_bytes: u64,
    /// The formats that files may have (R89).
    pub formats: Vec<FileFormat>,
}

impl ResidentLimits {
    /// As the rules have them.
    #[must_use]
    pub fn of_the_rules() -> Self {
        let format = |kind: FileKind| FileFormat {
            kind,
            name: kind.label().to_owned(),
            endings: kind.endings().iter().map(|ending| (*ending).to_owned()).collect(),
        };
        Self {
            max_text: MAX_TEXT,
            max_files: MAX_FILES_RESIDENT,
            max_bytes: MAX_BYTES,
            formats: FileKind::ALL.map(format).to_vec(),
        }
    }
}

/// One format of files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileFormat {
    /// Which.
    pub kind: FileKind,
    /// As people say it.
    pub name: String,
    /// What the names of such files may end in, without the dot, in small letters; large ones are as good.
    pub endings: Vec<String>,
}

/// `POST /resident/v1/cases`. Files are uploaded before with `PUT /resident/v1/blobs/{sha256}`. Idempotent by case id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewCase {
    /// Random id.
    pub id: CaseId,
    /// Random id of the first message.
    pub message: MessageId,
    /// To which clinic.
    pub clinic: HsaId,
    /// Of which type.
    pub case_type: CaseTypeId,
    /// Free text.
    pub text: String,
    /// The form's answers.
    pub answers: Vec<Answer>,
    /// Files.
    pub attachments: Vec<Attachment>,
}

/// `POST /resident/v1/cases/{id}/replies`: answers the open question. Idempotent by message id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewReply {
    /// Random id.
    pub message: MessageId,
    /// The text.
    pub text: String,
    /// Files.
    pub attachments: Vec<Attachment>,
}

/// What the resident is told about the state (domain.md D1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ResidentState {
    /// Sent to the clinic.
    Sent,
    /// Received.
    Received,
    /// Being handled.
    BeingHandled,
    /// A question waits for the resident.
    QuestionToYou,
    /// Closed.
    Closed,
}

/// A message as the resident sees it; held messages are not here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResidentMessage {
    /// Its id.
    pub id: MessageId,
    /// What kind.
    pub kind: MessageKind,
    /// Who: the resident's own name, or the staff member's name and title (R69).
    pub from: String,
    /// Signature under it.
    pub signature: Option<String>,
    /// The text.
    pub text: String,
    /// The form's answers.
    pub answers: Vec<Answer>,
    /// Its files: `GET /resident/v1/cases/{id}/attachments/{attachment}`.
    pub attachments: Vec<Attachment>,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime)]
    pub at: jiff::Timestamp,
}

/// A case as the resident sees it: `GET /resident/v1/cases` and `GET /resident/v1/cases/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResidentCase {
    /// Its id.
    pub id: CaseId,
    /// The clinic.
    pub clinic: HsaId,
    /// Its name.
    pub clinic_name: String,
    /// The type's name.
    pub case_type: String,
    /// Where it is.
    pub state: ResidentState,
    /// May the resident write an answer now?
    pub may_answer: bool,
    /// May files go with that answer (R87)? Never true when there is nothing to answer.
    pub may_attach: bool,
    /// The thread, oldest first.
    pub messages: Vec<ResidentMessage>,
    /// When it was filed.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: jiff::Timestamp,
    /// The last moment for the clinic's next word, while the resident waits for one (D5, R81): what the clinic means to
    /// keep, no promise.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answer_by: Option<jiff::Timestamp>,
}
