//! What a list shows of a case, kept beside its document: a window of a list reads some hundred letters a row instead of
//! whole threads.

use crate::db::Fail;
use jiff::Timestamp;
use mottaget_domain::response_clock::{Due, due};
use mottaget_domain::{Assignee, CaseId, CaseState, HsaId, MessageKind, PersonalId, Policy};
use mottaget_protocol::CaseDocument;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A row of a list, as far as the case says what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line<'a> {
    pub(crate) id: CaseId,
    pub(crate) clinic: Cow<'a, HsaId>,
    pub(crate) case_type: Cow<'a, str>,
    pub(crate) state: CaseState,
    pub(crate) resident_name: Cow<'a, str>,
    pub(crate) resident_id: Cow<'a, PersonalId>,
    pub(crate) protected_identity: bool,
    pub(crate) received_at: Timestamp,
    pub(crate) assignee: Option<Cow<'a, Assignee>>,
    pub(crate) attachments: u32,
    pub(crate) partial_reply_sent: bool,
    pub(crate) needs_redistribution: bool,
    clock: Clock,
    /// The due time.
    due_at: Timestamp,
}

/// [`Due`] without what depends on the time of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Clock {
    Running,
    Paused,
    InTime,
    Late,
}

impl<'a> Line<'a> {
    /// By the clinic's policy; when what it says of the response clock changes, the line is written anew.
    pub(crate) fn of(document: &'a CaseDocument, policy: &Policy) -> Self {
        let (case, resident) = (&document.case, &document.resident);
        let files: usize = case.messages.iter().map(|message| message.attachments.len()).sum();
        let out = |kind| case.messages.iter().any(|message| message.kind == kind && !message.is_pending());
        let due = due(case, policy, case.created_at);
        Self {
            id: case.id,
            clinic: Cow::Borrowed(&case.clinic),
            case_type: Cow::Borrowed(&case.case_type.name),
            state: case.state,
            resident_name: Cow::Borrowed(&resident.name),
            resident_id: Cow::Borrowed(&resident.personal_id),
            protected_identity: resident.protected_identity,
            received_at: case.created_at,
            assignee: case.assignee.as_ref().map(Cow::Borrowed),
            attachments: u32::try_from(files).unwrap_or(u32::MAX),
            partial_reply_sent: out(MessageKind::PartialReply),
            needs_redistribution: case.needs_redistribution,
            clock: match due {
                Due::Running { .. } => Clock::Running,
                Due::Paused { .. } => Clock::Paused,
                Due::Done { late: false, .. } => Clock::InTime,
                Due::Done { late: true, .. } => Clock::Late,
            },
            due_at: due.at(),
        }
    }

    /// The response clock by that time.
    pub(crate) fn due(&self, policy: &Policy, now: Timestamp) -> Due {
        let at = self.due_at;
        match self.clock {
            Clock::Running => Due::Running { at, working_days_left: 0 }.by(policy, now),
            Clock::Paused => Due::Paused { at },
            Clock::InTime => Due::Done { at, late: false },
            Clock::Late => Due::Done { at, late: true },
        }
    }
}

/// Keeps the line of a case.
pub(crate) fn write(db: &Connection, row: i64, document: &CaseDocument, policy: &Policy) -> Result<(), Fail> {
    let line = serde_json::to_string(&Line::of(document, policy))?;
    db.prepare_cached("INSERT OR REPLACE INTO case_line (rowid, line) VALUES (?1, ?2)")?.execute(params![row, line])?;
    Ok(())
}

/// Reads a case's line with whether it is unread; the line is missing where an older program wrote the case.
#[allow(clippy::type_complexity)]
pub(crate) fn read(db: &Connection, row: i64) -> Result<Option<(bool, Option<Line<'static>>)>, Fail> {
    let mut line = db.prepare_cached(
        "SELECT r.unread, l.line FROM case_row r LEFT JOIN case_line l ON l.rowid = r.rowid WHERE r.rowid = ?1",
    )?;
    let found = line.query_row([row], |row| Ok((row.get(0)?, row.get::<_, Option<String>>(1)?))).optional()?;
    let Some((unread, line)) = found else { return Ok(None) };
    Ok(Some((unread, line.map(|line| serde_json::from_str(&line)).transpose()?)))
}
