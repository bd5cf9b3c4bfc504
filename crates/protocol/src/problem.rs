//! Errors on the wire: problem documents (RFC 9457) with few stable codes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `application/problem+json`. Consumers match `code`, never text.
///
/// Codes of the server: `bad-request`, `too-large` (body), `session-missing`, `session-expired`, `forbidden`,
/// `not-found`, `op-id-reused`, `file-not-uploaded`, `hash-mismatch`, every [`mottaget_domain::Refusal::code`],
/// `practice-only`, `storage-full`, `busy`, `internal`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the code says what it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short English title.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What this time, in English; nothing about a patient.
    pub detail: String,
    /// Stable code.
    pub code: String,
}
