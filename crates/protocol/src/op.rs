//! Up the wire: one act by one person, with an id for life.

use mottaget_domain::{CaseId, Command, HsaId, OpId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One act: `POST /api/v1/ops`. The id is its idempotency key; replaying it is harmless, the same id with another body
/// is refused (422, code `op-id-reused`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Op {
    /// Its id, made once when the person acted.
    pub id: OpId,
    /// The clinic at which the person acted.
    pub clinic: HsaId,
    /// The case.
    pub case: CaseId,
    /// What to do.
    pub command: Command,
    /// The signature that stood under the text when the person pressed send; only sending commands have one.
    pub signature: Option<String>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum OpOutcome {
    /// It is in effect; it comes home with the feed's page at or after `seq`.
    Accepted {
        /// Feed number of its commit.
        seq: u64,
        /// When the message it carried will be released; empty if it carried none or the message is out already.
        #[schema(value_type = Option<String>, format = DateTime)]
        release_at: Option<jiff::Timestamp>,
    },
    /// The rules refuse it, for good.
    Rejected(Rejected),
}

/// An op that the rules refuse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rejected {
    /// Which op.
    pub op: OpId,
    /// On which case.
    pub case: CaseId,
    /// Stable code, [`mottaget_domain::Refusal::code`].
    pub code: String,
    /// English, for a support report; nothing about a patient.
    pub detail: String,
}
