//! The outbox: acts of the person on their way to the server, one lane per case, in order.

mod decisions;

use crate::columns::{maybe_time, ms, time};
use crate::db::Fail;
use crate::error::StoreError;
use crate::jottings::handed_over;
use crate::open::Store;
use jiff::{SignedDuration, Timestamp};
use mottaget_domain::{CaseId, Command, Compose, HsaId, MessageKind, OpId};
use mottaget_protocol::Op;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

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
    /// For a withdrawal: the held message as it was written, which becomes the draft again once the server has given it
    /// back.
    pub takes_back: Option<&'a TakenBack>,
}

/// A message on its way back to the draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TakenBack {
    /// Partial reply, counter-question or final reply.
    pub kind: MessageKind,
    /// As it was written; only files whose bytes are here.
    pub message: Compose,
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
    /// Refused for good; blocks its lane until the person decides (a note blocks nothing).
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

/// Nothing waits here by the clock for longer: neither what can be taken back nor what backs off.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_secs(120);

impl Store {
    /// Puts an act into the outbox and, when `clear_draft`, removes the case's draft, and the jotting whose words the act
    /// hands over, in one transaction that is on the disk when this returns. Queuing the same act again is harmless.
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`] when a file's bytes are not stored; [`StoreError::OpIdUsed`]; others.
    pub fn enqueue(&self, new: NewOp<'_>, clear_draft: bool) -> Result<(), StoreError> {
        self.all_present(new.op.command.attachments().iter().map(|file| file.sha256.as_str()))?;
        self.unsent.write(|db| {
            if !insert(db, new, None)? {
                return Ok(());
            }
            if clear_draft {
                db.prepare_cached("DELETE FROM draft WHERE case_id = ?1")?.execute([new.op.case.0.as_bytes()])?;
            }
            Ok(())
        })
    }

    /// Puts acts on several cases into the outbox in one transaction, not to be sent before a moment: until then all of
    /// them can be taken back. For acts without files.
    ///
    /// # Errors
    /// [`StoreError::OpIdUsed`]; others. Then none of them is there.
    pub fn enqueue_together(&self, new: &[NewOp<'_>], not_before: Timestamp) -> Result<(), StoreError> {
        self.unsent.write(|db| {
            for new in new {
                insert(db, *new, Some(not_before))?;
            }
            Ok(())
        })
    }

    /// The acts to send now: of each lane the first that the server has not accepted, unless it is stopped, on its way
    /// or backing off (`retry_at` after `now`). Oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn next_due(&self, now: Timestamp) -> Result<Vec<OutboxRow>, StoreError> {
        let due = |row: &OutboxRow| match &row.state {
            OutboxState::Waiting { retry_at } => {
                // a clock that was set back holds nothing here for longer than it was meant to wait
                retry_at.is_none_or(|at| at <= now || at.duration_since(now) > LONGEST_WAIT)
            }
            _ => false,
        };
        Ok(self.heads()?.into_iter().filter(due).collect())
    }

    /// The earliest `retry_at` of an act that backs off at the head of its lane; for the client's timer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn next_retry(&self) -> Result<Option<Timestamp>, StoreError> {
        let retry = |row: OutboxRow| match row.state {
            OutboxState::Waiting { retry_at } => retry_at,
            _ => None,
        };
        Ok(self.heads()?.into_iter().filter_map(retry).min())
    }

    /// Raises the number of attempts and says "sending", on disk **before** the network is tried.
    ///
    /// # Errors
    /// [`StoreError::NoSuchOp`] when it was settled or withdrawn meanwhile: do not send it then.
    pub fn begin_attempt(&self, op: OpId) -> Result<OutboxRow, StoreError> {
        self.unsent.write(|db| {
            let id = op.0.as_bytes();
            db.prepare_cached(
                "UPDATE outbox SET attempts = attempts + 1, state = 'sending', retry_at = NULL
                 WHERE op = ?1 AND state IN ('waiting', 'sending')",
            )?
            .execute([id])?;
            let row = read_row(db, op)?.filter(|row| row.state == OutboxState::Sending);
            row.ok_or_else(|| StoreError::NoSuchOp.into())
        })
    }

    /// The server accepted it. Nothing happens if the feed settled it already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn op_accepted(&self, op: OpId, seq: u64, release_at: Option<Timestamp>) -> Result<(), StoreError> {
        self.change(
            "UPDATE outbox SET state = 'accepted', seq = ?2, release_at = ?3, last_error = NULL, code = NULL,
                retry_at = NULL
             WHERE op = ?1",
            params![op.0.as_bytes(), seq, release_at.map(ms)],
        )
        .map(|_| ())
    }

    /// The attempt failed in a way that may pass: it waits until `retry_at`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn op_failed(&self, op: OpId, code: &str, retry_at: Timestamp) -> Result<(), StoreError> {
        self.change(
            "UPDATE outbox SET state = 'waiting', last_error = ?2, retry_at = ?3 WHERE op = ?1 AND state = 'sending'",
            params![op.0.as_bytes(), code, ms(retry_at)],
        )
        .map(|_| ())
    }

    /// It was refused for good.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn op_stopped(&self, op: OpId, code: &str) -> Result<(), StoreError> {
        self.change(
            "UPDATE outbox SET state = 'stopped', code = ?2, last_error = ?2, retry_at = NULL WHERE op = ?1",
            params![op.0.as_bytes(), code],
        )
        .map(|_| ())
    }

    /// Contact is back: nothing backs off any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn retry_all(&self) -> Result<(), StoreError> {
        let backing_off = |db: &Connection| {
            let sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE retry_at IS NOT NULL AND attempts > 0)";
            Ok(db.query_row(sql, [], |row| row.get::<_, bool>(0))?)
        };
        if !self.unsent.read(backing_off)? {
            return Ok(());
        }
        self.unsent.write(|db| {
            // what was never tried does not back off: its time to be taken back is not over
            db.execute("UPDATE outbox SET retry_at = NULL WHERE state = 'waiting' AND attempts > 0", [])?;
            Ok(())
        })
    }

    /// The whole outbox, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn outbox(&self) -> Result<Vec<OutboxRow>, StoreError> {
        let rows = self.unsent.read(|db| {
            let mut rows = db.prepare_cached("SELECT * FROM outbox ORDER BY n")?;
            let rows = rows.query_map([], raw_row)?;
            rows.map(|row| row?.parse()).collect()
        })?;
        self.without_settled(rows)
    }

    /// One act; `None` when it is not in the outbox (any more).
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn outbox_row(&self, op: OpId) -> Result<Option<OutboxRow>, StoreError> {
        let row = self.unsent.read(|db| read_row(db, op))?;
        Ok(self.without_settled(row.into_iter().collect())?.pop())
    }

    /// A case's lane, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn outbox_of(&self, case: CaseId) -> Result<Vec<OutboxRow>, StoreError> {
        let rows = self.unsent.read(|db| {
            let mut rows = db.prepare_cached("SELECT * FROM outbox WHERE case_id = ?1 ORDER BY n")?;
            let rows = rows.query_map([case.0.as_bytes()], raw_row)?;
            rows.map(|row| row?.parse()).collect()
        })?;
        self.without_settled(rows)
    }

    /// The first act of each lane that the server has not accepted. A stopped note is passed by: nothing in a case
    /// depends on a note.
    fn heads(&self) -> Result<Vec<OutboxRow>, StoreError> {
        let mut lanes = HashSet::new();
        let open = |row: &OutboxRow| match row.state {
            OutboxState::Accepted { .. } => false,
            OutboxState::Stopped { .. } => !matches!(row.op.command, Command::AddNote { .. }),
            OutboxState::Waiting { .. } | OutboxState::Sending => true,
        };
        Ok(self.outbox()?.into_iter().filter(open).filter(|row| lanes.insert(row.op.case)).collect())
    }

    /// Rows as they are once the outbox has been told what the mirror knows: settled acts are gone, rejected ones
    /// stopped. The rows were read before, so an act is never both in the thread and on its way, and never in neither.
    fn without_settled(&self, rows: Vec<OutboxRow>) -> Result<Vec<OutboxRow>, StoreError> {
        if rows.is_empty() {
            return Ok(rows);
        }
        self.mirror.read(|db| lay_outcomes_over(db, rows))
    }

    /// One statement on one row; true if it changed it.
    fn change(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<bool, StoreError> {
        self.unsent.write(|db| Ok(db.prepare_cached(sql)?.execute(values)? > 0))
    }

    /// Accepted acts whose commit the mirror has taken in are home, should their settling ever have been missed.
    pub(crate) fn drop_accepted_through(&self, clinic: &HsaId, seq: u64) -> Result<(), StoreError> {
        let condition = "state = 'accepted' AND clinic = ?1 AND seq <= ?2";
        let some = self.unsent.read(|db| {
            let mut some = db.prepare_cached(&format!("SELECT EXISTS (SELECT 1 FROM outbox WHERE {condition})"))?;
            Ok(some.query_row(params![clinic.as_str(), seq], |row| row.get::<_, bool>(0))?)
        })?;
        if some {
            self.unsent.write(|db| {
                let ops: Vec<Vec<u8>> = {
                    let mut ops = db.prepare_cached(&format!("SELECT op FROM outbox WHERE {condition}"))?;
                    let ops = ops.query_map(params![clinic.as_str(), seq], |row| row.get(0))?;
                    ops.collect::<Result<_, _>>()?
                };
                ops.iter().try_for_each(|op| settle(db, op))
            })?;
        }
        Ok(())
    }
}

/// The act has come home: it leaves the outbox. What a withdrawal took back is a draft from now on, in the same
/// transaction. Harmless to repeat.
pub(crate) fn settle(db: &Connection, op: &[u8]) -> Result<(), Fail> {
    let mut row =
        db.prepare_cached("SELECT json, takes_back, written_at FROM outbox WHERE op = ?1 AND takes_back IS NOT NULL")?;
    let row = row.query_row([op], |row| Ok((row.get(0)?, row.get(1)?, time(row.get(2)?)?))).optional()?;
    if let Some((op, taken, at)) = row {
        let (op, taken): (String, String) = (op, taken);
        decisions::take_back(db, &serde_json::from_str(&op)?, &serde_json::from_str(&taken)?, at)?;
    }
    db.prepare_cached("DELETE FROM outbox WHERE op = ?1")?.execute([op])?;
    Ok(())
}

/// See [`Store::outbox`]; for readers that have the mirror open already.
pub(crate) fn lay_outcomes_over(mirror: &Connection, rows: Vec<OutboxRow>) -> Result<Vec<OutboxRow>, Fail> {
    // A rejected act that the outbox was told of may have been sent again since; a settled one is settled for good.
    let mut outcome =
        mirror.prepare_cached("SELECT code FROM outcome WHERE op = ?1 AND (code IS NULL OR handled = 0)")?;
    let mut kept = Vec::with_capacity(rows.len());
    for mut row in rows {
        match outcome.query_row([row.op.id.0.as_bytes()], |row| row.get::<_, Option<String>>(0)).optional()? {
            None => kept.push(row),
            Some(None) => {}
            Some(Some(code)) => {
                row.last_error = Some(code.clone());
                row.state = OutboxState::Stopped { code };
                kept.push(row);
            }
        }
    }
    Ok(kept)
}

/// A row before its JSON is read.
struct RawRow {
    json: String,
    state: String,
    retry_at: Option<Timestamp>,
    seq: Option<u64>,
    release_at: Option<Timestamp>,
    code: Option<String>,
    rest: OutboxFacts,
}

struct OutboxFacts {
    what: String,
    case_type: String,
    written_at: Timestamp,
    attempts: u32,
    last_error: Option<String>,
}

fn raw_row(row: &Row<'_>) -> rusqlite::Result<RawRow> {
    Ok(RawRow {
        json: row.get("json")?,
        state: row.get("state")?,
        retry_at: maybe_time(row.get("retry_at")?)?,
        seq: row.get("seq")?,
        release_at: maybe_time(row.get("release_at")?)?,
        code: row.get("code")?,
        rest: OutboxFacts {
            what: row.get("what")?,
            case_type: row.get("case_type")?,
            written_at: time(row.get("written_at")?)?,
            attempts: row.get("attempts")?,
            last_error: row.get("last_error")?,
        },
    })
}

impl RawRow {
    fn parse(self) -> Result<OutboxRow, Fail> {
        let state = match self.state.as_str() {
            "sending" => OutboxState::Sending,
            "accepted" => OutboxState::Accepted { seq: self.seq.unwrap_or(0), release_at: self.release_at },
            "stopped" => OutboxState::Stopped { code: self.code.unwrap_or_else(|| "internal".into()) },
            _ => OutboxState::Waiting { retry_at: self.retry_at },
        };
        let OutboxFacts { what, case_type, written_at, attempts, last_error } = self.rest;
        let op = serde_json::from_str(&self.json)?;
        Ok(OutboxRow { op, what, case_type, written_at, attempts, last_error, state })
    }
}

/// Writes an act down; false if it is there already.
fn insert(db: &Connection, new: NewOp<'_>, not_before: Option<Timestamp>) -> Result<bool, Fail> {
    let json = serde_json::to_string(new.op)?;
    if let Some(there) = read_row(db, new.op.id)? {
        return if there.op == *new.op { Ok(false) } else { Err(StoreError::OpIdUsed.into()) };
    }
    db.prepare_cached(
        "INSERT INTO outbox (op, case_id, clinic, json, what, case_type, written_at, takes_back, retry_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        new.op.id.0.as_bytes(),
        new.op.case.0.as_bytes(),
        new.op.clinic.as_str(),
        json,
        new.what,
        new.case_type,
        ms(new.written_at),
        new.takes_back.map(serde_json::to_string).transpose()?,
        not_before.map(ms),
    ])?;
    handed_over(db, new.op)?;
    Ok(true)
}

fn read_row(db: &Connection, op: OpId) -> Result<Option<OutboxRow>, Fail> {
    let mut row = db.prepare_cached("SELECT * FROM outbox WHERE op = ?1")?;
    row.query_row([op.0.as_bytes()], raw_row).optional()?.map(RawRow::parse).transpose()
}

/// How many acts each case has, and how many of all the server has not accepted.
pub(crate) fn per_case(rows: &[OutboxRow]) -> BTreeMap<CaseId, u32> {
    let mut count = BTreeMap::new();
    for row in rows {
        *count.entry(row.op.case).or_insert(0) += 1;
    }
    count
}
