//! Errors on the wire: problem documents (RFC 9457) with few stable codes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `application/problem+json`. Consumers match `code`, never text.
///
/// Codes of the server: [`SERVER_CODES`], every [`mottaget_domain::Refusal::code`] and those of the refused files.
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

/// What the server says of itself; `too-large` is a whole body, before anybody knows what is in it. Held against the
/// server's own table by a test there.
pub const SERVER_CODES: &[&str] = &[
    "bad-request",
    "busy",
    "file-not-uploaded",
    "hash-mismatch",
    "internal",
    "not-found",
    "op-id-reused",
    "practice-only",
    "session-expired",
    "session-missing",
    "storage-full",
    "too-large",
];
