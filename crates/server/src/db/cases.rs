//! Cases: the document, and the columns that the feed and the release loop look for.

use super::{Result, from_json, millis, number, parsed, signed, to_json};
use jiff::Timestamp;
use mottaget_domain::case::CaseState;
use mottaget_domain::visibility::{ViewerKey, keys_of_case};
use mottaget_domain::{Case, CaseId, HsaId, PersonalId};
use sqlx::AnyConnection;
use std::collections::BTreeSet;

/// The state as the column has it.
fn state_name(state: CaseState) -> &'static str {
    match state {
        CaseState::New => "new",
        CaseState::AssignedPerson => "assignedPerson",
        CaseState::AssignedGroup => "assignedGroup",
        CaseState::InProgress => "inProgress",
        CaseState::AwaitingResident => "awaitingResident",
        CaseState::Closed => "closed",
        CaseState::Purged => "purged",
    }
}

/// The viewer key of whoever has the case; empty when nobody has.
fn assignee_key(case: &Case) -> String {
    let key = keys_of_case(case).into_iter().find(|key| *key != ViewerKey::Receivers);
    key.map(|key| key.as_text()).unwrap_or_default()
}

/// The case at a clinic; another clinic's is not found.
///
/// # Errors
/// When the engine fails.
pub async fn find(conn: &mut AnyConnection, clinic: &HsaId, id: CaseId) -> Result<Option<Case>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT doc FROM case_doc WHERE id = $1 AND clinic = $2")
        .bind(id.to_string())
        .bind(clinic.as_str().to_owned())
        .fetch_optional(conn)
        .await?;
    row.map(|(doc,)| from_json(&doc, "case")).transpose()
}

/// The case wherever it is, with its feed number: for those whose clinic must first be found out.
///
/// # Errors
/// When the engine fails.
pub async fn find_anywhere(conn: &mut AnyConnection, id: CaseId) -> Result<Option<(u64, Case)>> {
    let row: Option<(i64, String)> =
        sqlx::query_as("SELECT seq, doc FROM case_doc WHERE id = $1").bind(id.to_string()).fetch_optional(conn).await?;
    row.map(|(seq, doc)| Ok((number(seq, "seq")?, from_json(&doc, "case")?))).transpose()
}

/// A resident's cases, newest first.
///
/// # Errors
/// When the engine fails.
pub async fn of_resident(conn: &mut AnyConnection, resident: &PersonalId) -> Result<Vec<Case>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT doc FROM case_doc WHERE resident = $1 AND state <> 'purged' ORDER BY created_at DESC, id DESC",
    )
    .bind(resident.as_str().to_owned())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|(doc,)| from_json(&doc, "case")).collect()
}

/// Open cases at a clinic that somebody has, by viewer key.
///
/// # Errors
/// When the engine fails.
pub async fn open_of(conn: &mut AnyConnection, clinic: &HsaId, key: &ViewerKey) -> Result<Vec<CaseId>> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT id FROM case_doc WHERE clinic = $1 AND assignee_key = $2 AND open = 1 ORDER BY seq")
            .bind(clinic.as_str().to_owned())
            .bind(key.as_text())
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(|(id,)| parsed(&id, "case")).collect()
}

/// Writes the case under its new number, and a tombstone for every viewer key that lost it.
///
/// # Errors
/// When the engine fails.
pub async fn write(conn: &mut AnyConnection, seq: u64, before: Option<&Case>, after: &Case) -> Result<()> {
    sqlx::query(
        "INSERT INTO case_doc (id, clinic, seq, state, open, resident, assignee_key, created_at, release_at, doc) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, state = excluded.state, open = excluded.open, \
         assignee_key = excluded.assignee_key, release_at = excluded.release_at, doc = excluded.doc",
    )
    .bind(after.id.to_string())
    .bind(after.clinic.as_str().to_owned())
    .bind(signed(seq))
    .bind(state_name(after.state))
    .bind(i64::from(after.state.is_open()))
    .bind(after.resident.as_str().to_owned())
    .bind(assignee_key(after))
    .bind(millis(after.created_at))
    .bind(after.pending().map(|message| millis(message.release_at)))
    .bind(to_json(after, "case")?)
    .execute(&mut *conn)
    .await?;
    note_files(&mut *conn, after).await?;
    let keys = |case: &Case| keys_of_case(case).into_iter().collect::<BTreeSet<_>>();
    let (had, has) = (before.map(keys).unwrap_or_default(), keys(after));
    for key in had.difference(&has) {
        sqlx::query(
            "INSERT INTO tombstone (clinic, case_id, viewer_key, seq) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (clinic, case_id, viewer_key) DO UPDATE SET seq = excluded.seq",
        )
        .bind(after.clinic.as_str().to_owned())
        .bind(after.id.to_string())
        .bind(key.as_text())
        .bind(signed(seq))
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Which bytes the case needs, all of them.
async fn note_files(conn: &mut AnyConnection, case: &Case) -> Result<()> {
    let id = case.id.to_string();
    sqlx::query("DELETE FROM case_file WHERE case_id = $1").bind(id.clone()).execute(&mut *conn).await?;
    let files: BTreeSet<&str> = files_of(case);
    for sha256 in files {
        sqlx::query("INSERT INTO case_file (case_id, sha256) VALUES ($1, $2)")
            .bind(id.clone())
            .bind(sha256.to_owned())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// The bytes that the case needs, by SHA-256.
#[must_use]
pub fn files_of(case: &Case) -> BTreeSet<&str> {
    case.messages.iter().flat_map(|message| &message.attachments).map(|file| file.sha256.as_str()).collect()
}

/// Notes of every case which bytes it needs: once, for a database that is older than that list.
///
/// # Errors
/// When the engine fails.
pub async fn note_all_files(conn: &mut AnyConnection) -> Result<()> {
    let ids: Vec<(String,)> = sqlx::query_as("SELECT id FROM case_doc ORDER BY id").fetch_all(&mut *conn).await?;
    for (id,) in ids {
        if let Some((_, case)) = find_anywhere(&mut *conn, parsed(&id, "case")?).await? {
            note_files(&mut *conn, &case).await?;
        }
    }
    Ok(())
}

/// A case's place among a clinic's closed ones, oldest first: when it was filed, and which it is.
pub type ByAge = (Timestamp, CaseId);

/// Closed cases of a clinic that were filed before `until`, the oldest first, after `place`.
///
/// # Errors
/// When the engine fails.
pub async fn closed_before(
    conn: &mut AnyConnection,
    clinic: &HsaId,
    until: Timestamp,
    place: Option<ByAge>,
    limit: u32,
) -> Result<Vec<ByAge>> {
    // Without a place the bound says "before everything".
    let (at, after) = place.map_or((i64::MIN, String::new()), |(at, id)| (millis(at), id.to_string()));
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT created_at, id FROM case_doc WHERE clinic = $1 AND state = 'closed' AND created_at < $2 \
         AND (created_at, id) > ($3, $4) ORDER BY created_at, id LIMIT $5",
    )
    .bind(clinic.as_str().to_owned())
    .bind(millis(until))
    .bind(at)
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|(at, id)| Ok((super::timestamp(at, "created_at")?, parsed(&id, "case")?))).collect()
}

/// Cases with a held message that is due, the longest waiting first.
///
/// # Errors
/// When the engine fails.
pub async fn due(conn: &mut AnyConnection, now: Timestamp, skip: u32, limit: u32) -> Result<Vec<(HsaId, CaseId)>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT clinic, id FROM case_doc WHERE release_at IS NOT NULL AND release_at <= $1 \
         ORDER BY release_at, id LIMIT $2 OFFSET $3",
    )
    .bind(millis(now))
    .bind(i64::from(limit))
    .bind(i64::from(skip))
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|(clinic, id)| Ok((parsed(&clinic, "clinic")?, parsed(&id, "case")?))).collect()
}

/// When the next held message falls due.
///
/// # Errors
/// When the engine fails.
pub async fn next_due(conn: &mut AnyConnection) -> Result<Option<Timestamp>> {
    let (at,): (Option<i64>,) =
        sqlx::query_as("SELECT MIN(release_at) FROM case_doc WHERE release_at IS NOT NULL").fetch_one(conn).await?;
    at.map(|at| super::timestamp(at, "release_at")).transpose()
}

/// Takes a due message for release: true for exactly one caller.
///
/// # Errors
/// When the engine fails.
pub async fn claim_due(conn: &mut AnyConnection, id: CaseId, now: Timestamp) -> Result<bool> {
    let row: Option<(String,)> =
        sqlx::query_as("UPDATE case_doc SET release_at = NULL WHERE id = $1 AND release_at <= $2 RETURNING id")
            .bind(id.to_string())
            .bind(millis(now))
            .fetch_optional(conn)
            .await?;
    Ok(row.is_some())
}
