//! Lists and cases as the screen reads them: the mirror, with what is unsent laid over it.

use crate::drafts::Draft;
use crate::error::StoreError;
use crate::open::Store;
use crate::outbox::OutboxRow;
use jiff::Timestamp;
use mottaget_domain::response_clock::Due;
use mottaget_domain::{Assignee, CaseId, CaseState, HsaId, PersonalId};
use mottaget_protocol::{CaseDocument, Me};

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Undistributed: new, or back for a new distribution; clinics where the person is a receiver.
    Inbox,
    /// Distributed and ongoing; clinics where the person is a receiver.
    Distributed,
    /// Closed; clinics where the person is a receiver.
    ClinicClosed,
    /// Assigned to the person, open.
    Mine,
    /// Assigned to one of the person's groups, open, nobody took it.
    Groups,
    /// Assigned to the person, waiting for the resident.
    Waiting,
    /// Cases with an unsent draft of the person's.
    Drafts,
    /// Assigned to the person, closed.
    MyClosed,
    /// Everything that the person may see.
    Everything,
}

/// What to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Which list.
    pub scope: Scope,
    /// Only this clinic; `None`: all where the person works.
    pub clinic: Option<HsaId>,
    /// Only what matches these words: parts of words too, case and composition of letters do not matter, å ä ö are
    /// letters of their own; identity numbers in every spelling. Empty or blank: everything.
    pub search: Option<String>,
    /// Rows to skip.
    pub offset: usize,
    /// Most rows to give.
    pub limit: usize,
}

/// Who has the case, with a name for the screen (the id where the directory does not know it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssigneeRow {
    /// Who.
    pub assignee: Assignee,
    /// Name of person or group.
    pub name: String,
}

/// A case in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// Its id.
    pub id: CaseId,
    /// The clinic.
    pub clinic: HsaId,
    /// Its name.
    pub clinic_name: String,
    /// The type's name.
    pub case_type: String,
    /// Where it is in its life.
    pub state: CaseState,
    /// Open, and the thread has moved (by somebody else) since the person last saw it.
    pub unread: bool,
    /// The resident's name.
    pub resident_name: String,
    /// The resident's identity.
    pub resident_id: PersonalId,
    /// Skyddad identitet (R73).
    pub protected_identity: bool,
    /// When it was received.
    pub received_at: Timestamp,
    /// The response clock, by the given time.
    pub due: Due,
    /// Who has it.
    pub assignee: Option<AssigneeRow>,
    /// Assigned to the person by name.
    pub mine: bool,
    /// Files in the whole thread.
    pub attachments: u32,
    /// A partial reply is out.
    pub partial_reply_sent: bool,
    /// It came back to the receivers.
    pub needs_redistribution: bool,
    /// The person has an unsent draft.
    pub has_draft: bool,
    /// Acts in the outbox.
    pub pending_ops: u32,
}

/// A window of a list. Open cases by due time (running clocks first), then by time received; closed cases newest first;
/// a search newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many there are in all.
    pub total: usize,
    /// Rows skipped.
    pub offset: usize,
    /// The rows.
    pub rows: Vec<CaseRow>,
    /// A snapshot of a clinic asked about is not in whole yet.
    pub incomplete: bool,
}

/// What waits for the person, per list; never totals of the past.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// [`Scope::Inbox`].
    pub inbox: u64,
    /// [`Scope::Distributed`].
    pub distributed: u64,
    /// [`Scope::Mine`].
    pub mine: u64,
    /// [`Scope::Groups`].
    pub groups: u64,
    /// [`Scope::Waiting`].
    pub waiting: u64,
    /// [`Scope::Drafts`].
    pub drafts: u64,
    /// Acts in the outbox that the server has not accepted.
    pub outbox: u64,
}

/// One case with what is unsent in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRead {
    /// What the server told.
    pub document: CaseDocument,
    /// As in lists.
    pub row: CaseRow,
    /// The thread's version that the person has seen; 0 for never.
    pub seen: u32,
    /// The person's draft.
    pub draft: Option<Draft>,
    /// Acts that have not come home, oldest first.
    pub pending: Vec<OutboxRow>,
}

impl Store {
    /// A window of a list.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn list(&self, me: &Me, query: &Query, now: Timestamp) -> Result<Page, StoreError> {
        let _ = (me, query, now);
        Err(StoreError::missing())
    }

    /// The numbers beside the lists.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn counts(&self, me: &Me, clinic: Option<&HsaId>) -> Result<Counts, StoreError> {
        let _ = (me, clinic);
        Err(StoreError::missing())
    }

    /// One case; `None` when it is not in the mirror (any more): then its lane and draft are still at
    /// [`Self::outbox_of`] and [`Self::draft`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn case(&self, me: &Me, id: CaseId, now: Timestamp) -> Result<Option<CaseRead>, StoreError> {
        let _ = (me, id, now);
        Err(StoreError::missing())
    }

    /// One case as the server told it, nothing laid over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn document(&self, id: CaseId) -> Result<Option<CaseDocument>, StoreError> {
        let _ = id;
        Err(StoreError::missing())
    }
}
