//! The outbox: acts of the person on their way to the server, one lane per case, in order.

use crate::drafts::Draft;
use crate::error::StoreError;
use crate::open::Store;
use jiff::Timestamp;
use mottaget_domain::{CaseId, OpId};
use mottaget_protocol::Op;

/// An act to be queued.
#[derive(Clone, Copy, Debug)]
pub struct NewOp<'a> {
    /// The act; recipient, text and file hashes are frozen with it (invariant 4).
    pub op: &'a Op,
    /// What it is, for lists: a stable word such as `finalReply`, `distribute`, `note`.
    pub what: &'a str,
    /// The case type's name, so that the row can be shown when the case may not be seen any more.
    pub case_type: &'a str,
    /// When the person pressed the button.
    pub written_at: Timestamp,
}

/// Where an act is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutboxState {
    /// Here on the computer.
    Waiting {
        /// Not before this moment (backing off after a failure).
        retry_at: Option<Timestamp>,
    },
    /// On its way: an attempt is running.
    Sending,
    /// At the server; comes home with the feed.
    Accepted {
        /// Feed number of its commit.
        seq: u64,
        /// When its message is released; empty if it has none or it is out already.
        release_at: Option<Timestamp>,
    },
    /// Refused for good; blocks its lane until the person decides.
    Stopped {
        /// Stable code, [`mottaget_domain::Refusal::code`] or a server's code.
        code: String,
    },
}

/// An act in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// The act, with its lane (`op.case`).
    pub op: Op,
    /// What it is.
    pub what: String,
    /// The case type's name.
    pub case_type: String,
    /// When the person pressed the button.
    pub written_at: Timestamp,
    /// How many attempts have begun.
    pub attempts: u32,
    /// Code of the last failure, until an attempt succeeds.
    pub last_error: Option<String>,
    /// Where it is.
    pub state: OutboxState,
}

impl Store {
    /// Puts an act into the outbox and, when `clear_draft`, removes the case's draft, in one transaction that is on the
    /// disk when this returns. Queuing the same act again is harmless.
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`] when a file's bytes are not stored; [`StoreError::OpIdUsed`]; others.
    pub fn enqueue(&self, new: NewOp<'_>, clear_draft: bool) -> Result<(), StoreError> {
        let _ = (new, clear_draft);
        Err(StoreError::missing())
    }

    /// The acts to send now: of each lane the first that the server has not accepted, unless it is stopped, on its way
    /// or backing off (`retry_at` after `now`). Oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn next_due(&self, now: Timestamp) -> Result<Vec<OutboxRow>, StoreError> {
        let _ = now;
        Err(StoreError::missing())
    }

    /// The earliest `retry_at` of an act that backs off at the head of its lane; for the client's timer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn next_retry(&self) -> Result<Option<Timestamp>, StoreError> {
        Err(StoreError::missing())
    }

    /// Raises the number of attempts and says "sending", on disk **before** the network is tried.
    ///
    /// # Errors
    /// [`StoreError::NoSuchOp`] when it was settled or withdrawn meanwhile: do not send it then.
    pub fn begin_attempt(&self, op: OpId) -> Result<OutboxRow, StoreError> {
        let _ = op;
        Err(StoreError::missing())
    }

    /// The server accepted it. Nothing happens if the feed settled it already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn op_accepted(&self, op: OpId, seq: u64, release_at: Option<Timestamp>) -> Result<(), StoreError> {
        let _ = (op, seq, release_at);
        Err(StoreError::missing())
    }

    /// The attempt failed in a way that may pass: it waits until `retry_at`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn op_failed(&self, op: OpId, code: &str, retry_at: Timestamp) -> Result<(), StoreError> {
        let _ = (op, code, retry_at);
        Err(StoreError::missing())
    }

    /// It was refused for good.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn op_stopped(&self, op: OpId, code: &str) -> Result<(), StoreError> {
        let _ = (op, code);
        Err(StoreError::missing())
    }

    /// Try a stopped or waiting act again, at once.
    ///
    /// # Errors
    /// [`StoreError::NoSuchOp`].
    pub fn retry_op(&self, op: OpId) -> Result<(), StoreError> {
        let _ = op;
        Err(StoreError::missing())
    }

    /// Contact is back: nothing backs off any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn retry_all(&self) -> Result<(), StoreError> {
        Err(StoreError::missing())
    }

    /// Gives an act up (stopped, or waiting with no attempt running): its message's text and files go back to the
    /// case's draft, in one transaction. What the draft already holds is kept after it. `None` if it had no message.
    ///
    /// A waiting act that was tried before may have reached the server although no answer came; then it will come
    /// home by the feed all the same.
    ///
    /// # Errors
    /// [`StoreError::NoSuchOp`], [`StoreError::OnItsWay`] when it is being sent or is accepted.
    pub fn op_to_draft(&self, op: OpId, now: Timestamp) -> Result<Option<Draft>, StoreError> {
        let _ = (op, now);
        Err(StoreError::missing())
    }

    /// The whole outbox, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn outbox(&self) -> Result<Vec<OutboxRow>, StoreError> {
        Err(StoreError::missing())
    }

    /// One act; `None` when it is not in the outbox (any more).
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn outbox_row(&self, op: OpId) -> Result<Option<OutboxRow>, StoreError> {
        let _ = op;
        Err(StoreError::missing())
    }

    /// A case's lane, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn outbox_of(&self, case: CaseId) -> Result<Vec<OutboxRow>, StoreError> {
        let _ = case;
        Err(StoreError::missing())
    }
}
