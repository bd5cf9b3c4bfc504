//! The facts of the start page: what is new, what is urgent, what was begun.

use crate::error::StoreError;
use crate::open::Store;
use jiff::Timestamp;
use mottaget_domain::{CaseId, HsaId};
use mottaget_protocol::Me;

/// The case that has waited longest; nothing about the resident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oldest {
    /// The case.
    pub case: CaseId,
    /// The type's name.
    pub case_type: String,
    /// When it was received.
    pub received_at: Timestamp,
}

/// A pile of open cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pile {
    /// How many.
    pub open: u64,
    /// With news for the person.
    pub unread: u64,
    /// First feedback is due today (Swedish day), and not late yet.
    pub due_today: u64,
    /// First feedback is late.
    pub late: u64,
    /// Waiting for the resident.
    pub waiting: u64,
    /// The one received first among those that do not wait for the resident.
    pub oldest: Option<Oldest>,
}

/// What waits at one clinic; a pile is there only where the person has the role for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClinicStart {
    /// The clinic.
    pub clinic: HsaId,
    /// Its name.
    pub clinic_name: String,
    /// Receivers: undistributed cases.
    pub inbox: Option<Pile>,
    /// Receivers: distributed and ongoing.
    pub distributed: Option<Pile>,
    /// Handlers: own cases.
    pub mine: Option<Pile>,
    /// Handlers who belong to a group there: their groups' cases that nobody took.
    pub groups: Option<Pile>,
}

/// The whole start page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// Per clinic, in the order of the assignments.
    pub clinics: Vec<ClinicStart>,
    /// Unsent drafts.
    pub drafts: u64,
    /// Acts in the outbox that the server has not accepted.
    pub outbox: u64,
    /// Open cases received since the given time that the person may see.
    pub new_cases: u64,
}

impl Store {
    /// The facts of the start page by the given time; `since` is when the person was last there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn start(&self, me: &Me, since: Option<Timestamp>, now: Timestamp) -> Result<Start, StoreError> {
        let _ = (me, since, now);
        Err(StoreError::missing())
    }
}
