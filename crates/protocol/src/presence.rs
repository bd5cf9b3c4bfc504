//! Presence: who has which case before them right now (ADR 16). Passing by nature: it is neither stored nor logged; what was
//! looked at is in the read log.

use jiff::Timestamp;
use mottaget_domain::{CaseId, HsaId};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

/// Whoever has a case before them says so this often.
pub const HEARTBEAT: Duration = Duration::from_secs(5);
/// Who has not said so for this long is not there any more.
pub const PRESENCE_LASTS: Duration = Duration::from_secs(15);

/// What somebody does with a case; what a colleague must know of most comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Doing {
    /// It is open on their screen.
    Reading,
    /// They are choosing whom to give it to.
    Distributing,
    /// They are writing to the resident.
    Answering,
}

/// A case that a session has before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attendance {
    /// The case.
    pub case: CaseId,
    /// What is done with it.
    pub doing: Doing,
}

/// Body of `PUT /api/v1/presence`: all that this session has before it now. Takes the place of what it said before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attend {
    /// The case; empty when none is open.
    pub at: Option<Attendance>,
}

/// A colleague who has a case before them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Present {
    /// Who.
    pub staff: HsaId,
    /// Their name.
    pub name: String,
    /// What they do.
    pub doing: Doing,
    /// Since when they do that.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

/// The colleagues at a case, never the viewer; who began first comes first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Company {
    /// The clinic of the case.
    pub clinic: HsaId,
    /// The case.
    pub case: CaseId,
    /// Who is there; nobody when all have left.
    pub people: Vec<Present>,
}
