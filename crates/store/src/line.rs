//! What a list shows of a case, kept beside its document: a window of a list reads some hundred letters a row instead of
//! whole threads.

use crate::db::Fail;
use jiff::Timestamp;
use mottaget_domain::response_clock::{Countdown, Due, due};
use mottaget_domain::{Assignee, CaseId, CaseState, HsaId, MessageKind, PersonalId, Policy};
use mottaget_protocol::CaseDocument;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

/// A row of a list, as far as the case says what is in it. Stored: a field that is added needs a default, or a step of
/// the schema that writes the lines anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    #[serde(rename = "i")]
    pub(crate) id: CaseId,
    #[serde(rename = "c")]
    pub(crate) clinic: HsaId,
    #[serde(rename = "t")]
    pub(crate) case_type: String,
    #[serde(rename = "s")]
    pub(crate) state: CaseState,
    #[serde(rename = "n")]
    pub(crate) resident_name: String,
    #[serde(rename = "p")]
    pub(crate) resident_id: PersonalId,
    #[serde(rename = "h")]
    pub(crate) protected_identity: bool,
    #[serde(rename = "r")]
    pub(crate) received_at: Timestamp,
    #[serde(rename = "a")]
    pub(crate) assignee: Option<Assignee>,
    #[serde(rename = "f")]
    pub(crate) attachments: u32,
    #[serde(rename = "o")]
    pub(crate) partial_reply_sent: bool,
    #[serde(rename = "b")]
    pub(crate) needs_redistribution: bool,
    #[serde(rename = "k")]
    clock: Clock,
    #[serde(rename = "d")]
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

impl Line {
    /// By the clinic's policy: when what that says of the response clock changes, the line is written anew.
    pub(crate) fn of(document: &CaseDocument, policy: &Policy) -> Self {
        let (case, resident) = (&document.case, &document.resident);
        let files: usize = case.messages.iter().map(|message| message.attachments.len()).sum();
        let out = |kind| case.messages.iter().any(|message| message.kind == kind && !message.is_pending());
        let due = due(case, policy, case.created_at);
        Self {
            id: case.id,
            clinic: case.clinic.clone(),
            case_type: case.case_type.name.clone(),
            state: case.state,
            resident_name: resident.name.clone(),
            resident_id: resident.personal_id.clone(),
            protected_identity: resident.protected_identity,
            received_at: case.created_at,
            assignee: case.assignee.clone(),
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

    /// The response clock; `countdown` is that of the clinic.
    pub(crate) fn due(&self, countdown: &mut Countdown) -> Due {
        let at = self.due_at;
        match self.clock {
            Clock::Running => countdown.running(at),
            Clock::Paused => Due::Paused { at },
            Clock::InTime => Due::Done { at, late: false },
            Clock::Late => Due::Done { at, late: true },
        }
    }
}

/// Keeps the line of a case that has its row. What is unread is kept beside it by the tables themselves.
pub(crate) fn write(db: &Connection, row: i64, document: &CaseDocument, policy: &Policy) -> Result<(), Fail> {
    let line = serde_json::to_string(&Line::of(document, policy))?;
    db.prepare_cached(
        "INSERT OR REPLACE INTO case_line (rowid, unread, line) SELECT rowid, unread, ?2 FROM case_row WHERE rowid = ?1",
    )?
    .execute(params![row, line])?;
    Ok(())
}

/// A case's line, and whether it is unread.
pub(crate) fn read(db: &Connection, row: i64) -> Result<Option<(Line, bool)>, Fail> {
    let mut line = db.prepare_cached("SELECT line, unread FROM case_line WHERE rowid = ?1")?;
    let mut rows = line.query([row])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    // Borrowed: the text goes from the page straight into the parser.
    let line = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
    Ok(Some((serde_json::from_str(line)?, row.get(1)?)))
}
