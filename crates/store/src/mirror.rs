//! The mirror: what the server told. Only sync writes here.

use crate::error::StoreError;
use crate::open::Store;
use jiff::Timestamp;
use mottaget_domain::{CaseId, HsaId, OpId};
use mottaget_protocol::{CaseDocument, Directory, Me, Page, Phase, Rejected};

/// A case of a page, beside what the mirror held of it.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// What the mirror held before this page; `None` when it is new here (or the page resets the clinic).
    pub old: Option<&'a CaseDocument>,
    /// What the page says.
    pub new: &'a CaseDocument,
    /// Notices have been decided for everything up to this feed number; `None` during the very first snapshot, which
    /// gives no notices at all. Survives resets: what the history says happened at or before it is old news.
    pub noticed_through: Option<u64>,
}

/// Why somebody is notified (R63, R64).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// A case waits in the inbox of a clinic where the person is a receiver.
    NewCase,
    /// A case was assigned to the person.
    AssignedToMe,
    /// A case was assigned to one of the person's groups.
    AssignedToGroup,
    /// The resident answered in a case of the person's.
    ResidentAnswered,
}

/// A notice that the client decided on while a page was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// Names the event: a second notice with the same key is dropped, for ever (exactly once per event and person).
    pub key: String,
    /// Why.
    pub kind: NoticeKind,
    /// When the event happened.
    pub at: Timestamp,
}

/// Where a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeStatus {
    /// Decided, not shown yet.
    Waiting,
    /// Given to the operating system.
    Shown,
    /// Seen, out of date or taken away.
    Closed,
}

/// A notice as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its number in this mirror, ascending.
    pub id: i64,
    /// The clinic.
    pub clinic: HsaId,
    /// The case.
    pub case: CaseId,
    /// Why.
    pub kind: NoticeKind,
    /// The event.
    pub key: String,
    /// When the event happened.
    pub at: Timestamp,
    /// Where it is.
    pub status: NoticeStatus,
}

/// How far a clinic's feed has been taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The clinic.
    pub clinic: HsaId,
    /// What to give back to the server.
    pub cursor: String,
    /// Which part of the feed the last page came from.
    pub phase: Phase,
    /// The feed number of the last page.
    pub seq: u64,
    /// Documents taken in since the snapshot began.
    pub done: u64,
    /// Documents that the snapshot has in all; 0 if not told.
    pub total: u64,
    /// The snapshot is taken in whole: lists and search are complete.
    pub complete: bool,
    /// See [`Change::noticed_through`].
    pub noticed_through: Option<u64>,
}

/// What a page changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Cases written (those with settled or rejected ops too).
    pub changed: Vec<CaseId>,
    /// Cases taken away: tombstones, and what a reset emptied and the page did not bring back.
    pub removed: Vec<CaseId>,
    /// Own ops that have come to effect; their outbox rows are gone.
    pub settled: Vec<OpId>,
    /// Own ops refused for good; their outbox rows are stopped with the code.
    pub rejected: Vec<Rejected>,
    /// Notices that are new and wait to be shown.
    pub new_notices: usize,
    /// The page began a snapshot anew.
    pub reset: bool,
}

impl Store {
    /// Takes a page in: rows, index, cursor, settled and rejected op ids and notices in **one** transaction of the
    /// mirror (invariant 3); then the outbox rows that it settled or stopped, idempotently (repeated at the next open
    /// if a crash comes between). A page with `reset` first empties the clinic; seen marks, notices and
    /// `noticed_through` stay.
    ///
    /// `decide` is asked once per document, oldest first, and must be pure: the page may be taken again after an error.
    /// Waiting and shown notices of tombstoned cases are closed here; the client closes the others
    /// ([`Self::close_notices_of`]).
    ///
    /// # Errors
    /// [`StoreError`]: nothing of the page is written then.
    pub fn apply_page(
        &self,
        page: &Page,
        decide: impl FnMut(Change<'_>) -> Vec<NewNotice>,
    ) -> Result<Applied, StoreError> {
        let _ = (page, decide);
        Err(StoreError::missing())
    }

    /// How far the clinic's feed was taken in; `None` before the first page.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn cursor(&self, clinic: &HsaId) -> Result<Option<Cursor>, StoreError> {
        let _ = clinic;
        Err(StoreError::missing())
    }

    /// All clinics' cursors.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn cursors(&self) -> Result<Vec<Cursor>, StoreError> {
        Err(StoreError::missing())
    }

    /// Empties a clinic that the person does not work at any more: cases, index, cursor, directory, open notices.
    /// Gives the ids of the cases that went. Unsent work stays.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn forget_clinic(&self, clinic: &HsaId) -> Result<Vec<CaseId>, StoreError> {
        let _ = clinic;
        Err(StoreError::missing())
    }

    /// Keeps who is signed in, for offline work.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn save_me(&self, me: &Me) -> Result<(), StoreError> {
        let _ = me;
        Err(StoreError::missing())
    }

    /// Who was signed in last.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn me(&self) -> Result<Option<Me>, StoreError> {
        Err(StoreError::missing())
    }

    /// Keeps a clinic's directory; when its response target or closed days changed, every due time of the clinic is
    /// computed anew. Do this before the clinic's first page.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn save_directory(&self, directory: &Directory) -> Result<(), StoreError> {
        let _ = directory;
        Err(StoreError::missing())
    }

    /// A clinic's directory as last told.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn directory(&self, clinic: &HsaId) -> Result<Option<Directory>, StoreError> {
        let _ = clinic;
        Err(StoreError::missing())
    }

    /// The person has seen the thread up to this version (local read state; never goes backwards). True if that changed
    /// anything.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn mark_seen(&self, case: CaseId, thread_version: u32) -> Result<bool, StoreError> {
        let _ = (case, thread_version);
        Err(StoreError::missing())
    }

    /// Notices that are decided and not shown yet, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn waiting_notices(&self) -> Result<Vec<Notice>, StoreError> {
        Err(StoreError::missing())
    }

    /// Notices that the operating system shows now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn shown_notices(&self) -> Result<Vec<Notice>, StoreError> {
        Err(StoreError::missing())
    }

    /// Moves notices to another status.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn mark_notices(&self, ids: &[i64], status: NoticeStatus) -> Result<(), StoreError> {
        let _ = (ids, status);
        Err(StoreError::missing())
    }

    /// Closes the waiting and shown notices of a case, of the given kinds or (empty) of all; gives those that were shown,
    /// so that their notifications can be taken away.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn close_notices_of(&self, case: CaseId, kinds: &[NoticeKind]) -> Result<Vec<Notice>, StoreError> {
        let _ = (case, kinds);
        Err(StoreError::missing())
    }
}
