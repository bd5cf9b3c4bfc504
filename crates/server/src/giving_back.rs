//! What becomes of a held message that was taken back by somebody who has not the whole of it: not a word of it is lost.

use crate::db::drafts::{self, Place};
use crate::error::Result;
use jiff::Timestamp;
use mottaget_domain::{Case, MachineId, MessageId};
use mottaget_protocol::DraftCopy;
use sqlx::AnyConnection;

/// Keeps a held message that was taken back as its author's draft, files and all: who took it back has not the whole of it (a
/// colleague, or the author on another computer). `before` still has it; `version` is the thread's without it, which is what
/// whoever has it back goes on from: that it was taken back is told with it.
///
/// # Errors
/// When the database fails.
pub async fn give_back(
    conn: &mut AnyConnection,
    (before, version): (&Case, u32),
    message: MessageId,
    now: Timestamp,
) -> Result<()> {
    let Some((held, author)) = before.message(message).and_then(|held| Some((held, held.author()?))) else {
        return Ok(());
    };
    // no computer has the message's id: it is a place of its own, and comes back once
    let place = Place { case: before.id, author: author.clone(), machine: MachineId(message.0) };
    let copy = DraftCopy {
        machine: place.machine,
        version: 1,
        kind: held.kind,
        text: held.text.clone(),
        files: held.attachments.clone(),
        based_on: version,
        updated_at: now,
        came_back: true,
    };
    if drafts::advance(&mut *conn, &before.clinic, &place, copy.version).await? {
        drafts::keep(conn, &place, &copy, now).await?;
    }
    Ok(())
}
