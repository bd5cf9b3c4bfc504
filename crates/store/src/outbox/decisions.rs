//! What the person decides about an act in the outbox: try it again, take it back, give it up.

use super::{OutboxState, TakenBack, read_row};
use crate::db::Fail;
use crate::drafts::{Draft, DraftFile, read_draft, write_draft};
use crate::error::StoreError;
use crate::jottings::put_back;
use crate::open::Store;
use jiff::Timestamp;
use mottaget_domain::{Command, Compose, MessageKind, OpId};
use mottaget_protocol::Op;
use rusqlite::{Connection, params};
use std::collections::HashSet;

impl Store {
    /// Try a waiting act again, at once. One that is stopped is tried again with [`Self::retry_stopped`].
    ///
    /// # Errors
    /// [`StoreError::NoSuchOp`].
    pub fn retry_op(&self, op: OpId) -> Result<(), StoreError> {
        let changed = self.change(
            "UPDATE outbox SET retry_at = NULL WHERE op = ?1 AND state = 'waiting'",
            params![op.0.as_bytes()],
        )?;
        if changed || self.outbox_row(op)?.is_some() { Ok(()) } else { Err(StoreError::NoSuchOp) }
    }

    /// Puts a new act in the place of a stopped one, at the same place in its lane, in one transaction. The server
    /// remembers for good what it refused, by op id: the same wish needs a new id to be looked at again.
    ///
    /// # Errors
    /// [`StoreError::NoSuchOp`] when it is not there or not stopped; [`StoreError::OpIdUsed`] when the new act has the
    /// old one's id or belongs to another case; [`StoreError::BlobMissing`].
    pub fn retry_stopped(&self, op: OpId, again: &Op) -> Result<(), StoreError> {
        let row = self.outbox_row(op)?.filter(|row| matches!(row.state, OutboxState::Stopped { .. }));
        let row = row.ok_or(StoreError::NoSuchOp)?;
        if again.id == op || again.case != row.op.case {
            return Err(StoreError::OpIdUsed);
        }
        self.all_present(again.command.attachments().iter().map(|file| file.sha256.as_str()))?;
        self.unsent.write(|db| {
            if read_row(db, again.id)?.is_some() {
                return Err(StoreError::OpIdUsed.into());
            }
            let json = serde_json::to_string(again)?;
            let changed = db
                .prepare_cached(
                    "UPDATE outbox SET op = ?2, json = ?3, state = 'waiting', attempts = 0, code = NULL,
                        last_error = NULL, retry_at = NULL, seq = NULL, release_at = NULL
                     WHERE op = ?1",
                )?
                .execute(params![op.0.as_bytes(), again.id.0.as_bytes(), json])?;
            if changed == 0 { Err(StoreError::NoSuchOp.into()) } else { Ok(()) }
        })
    }

    /// Gives an act up (stopped, or waiting with no attempt running): its message's text and files go back to the
    /// case's draft, its internal words to the case's jotting, in one transaction. What draft and jotting already hold is kept
    /// after it. `None` if it had no message.
    ///
    /// A waiting act that was tried before may have reached the server although no answer came; then it will come
    /// home by the feed all the same.
    ///
    /// # Errors
    /// [`StoreError::NoSuchOp`], [`StoreError::OnItsWay`] when it is being sent or is accepted.
    pub fn op_to_draft(&self, op: OpId, now: Timestamp) -> Result<Option<Draft>, StoreError> {
        self.give_up(op, now, true)
    }

    /// Takes back an act that was done to several cases at once. Words that went with all of them are put into none: the
    /// person would find as many jottings as there were cases.
    ///
    /// # Errors
    /// As [`Self::op_to_draft`].
    pub fn undo_op(&self, op: OpId, now: Timestamp) -> Result<(), StoreError> {
        self.give_up(op, now, false).map(drop)
    }

    fn give_up(&self, op: OpId, now: Timestamp, with_words: bool) -> Result<Option<Draft>, StoreError> {
        self.unsent.write(|db| {
            let row = read_row(db, op)?.ok_or(StoreError::NoSuchOp)?;
            if !matches!(row.state, OutboxState::Stopped { .. } | OutboxState::Waiting { .. }) {
                return Err(StoreError::OnItsWay.into());
            }
            if with_words {
                put_back(db, &row.op, now)?;
            }
            let draft = match message_of(&row.op.command) {
                Some((kind, message)) => {
                    let there = read_draft(db, row.op.case)?;
                    let draft = back_to_draft(&row.op, kind, message, there, now);
                    write_draft(db, &draft)?;
                    Some(draft)
                }
                None => None,
            };
            db.prepare_cached("DELETE FROM outbox WHERE op = ?1")?.execute([op.0.as_bytes()])?;
            Ok(draft)
        })
    }

    /// Throws a stopped internal note away, text and all; the person has been asked.
    ///
    /// # Errors
    /// [`StoreError::NoSuchOp`] when it is not there or no note; [`StoreError::OnItsWay`] when it is not stopped.
    pub fn discard_note(&self, op: OpId) -> Result<(), StoreError> {
        let row = self.outbox_row(op)?.filter(|row| matches!(row.op.command, Command::AddNote { .. }));
        if !matches!(row.ok_or(StoreError::NoSuchOp)?.state, OutboxState::Stopped { .. }) {
            return Err(StoreError::OnItsWay);
        }
        // A stopped act changes only by the person's hand.
        self.change("DELETE FROM outbox WHERE op = ?1", params![op.0.as_bytes()]).map(drop)
    }
}

/// Puts a message that the server has given back into the case's draft.
pub(crate) fn take_back(db: &Connection, op: &Op, taken: &TakenBack, at: Timestamp) -> Result<(), Fail> {
    let there = read_draft(db, op.case)?;
    write_draft(db, &back_to_draft(op, taken.kind, &taken.message, there, at))
}

/// The message that a command carries, with its kind.
fn message_of(command: &Command) -> Option<(MessageKind, &Compose)> {
    match command {
        Command::Send { kind, message } => Some((*kind, message)),
        Command::Distribute { partial_reply: Some(message), .. } => Some((MessageKind::PartialReply, message)),
        Command::Close { tell: Some(message), .. } => Some((MessageKind::Closure, message)),
        _ => None,
    }
}

/// The op's message as a draft; what the draft held already stands after it, so that nothing is lost.
fn back_to_draft(op: &Op, kind: MessageKind, message: &Compose, there: Option<Draft>, now: Timestamp) -> Draft {
    let reviewed = |file: &mottaget_domain::Attachment| DraftFile {
        file: file.clone(),
        pages: None,
        // It was sent once, so it was looked at then or waived; the same bytes need no second look.
        reviewed_sha256: Some(file.sha256.clone()),
    };
    let mut draft = Draft {
        case: op.case,
        clinic: op.clinic.clone(),
        kind,
        text: message.text.clone(),
        files: message.attachments.iter().map(reviewed).collect(),
        based_on: message.based_on,
        updated_at: now,
        sign_as: there.as_ref().and_then(|there| there.sign_as),
    };
    if let Some(there) = there {
        if !there.text.trim().is_empty() && there.text != draft.text {
            draft.text = format!("{}\n\n{}", draft.text, there.text);
        }
        let ids: HashSet<_> = draft.files.iter().map(|file| file.file.id).collect();
        // Both halves must have been written with all before them that the person has read.
        draft.based_on = draft.based_on.min(there.based_on);
        draft.files.extend(there.files.into_iter().filter(|file| !ids.contains(&file.file.id)));
    }
    draft
}
