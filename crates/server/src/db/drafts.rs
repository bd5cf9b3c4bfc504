//! Copies of what staff are writing: the newest versions from each of the author's computers, and what was taken over.

use super::{Result, from_json, millis, number, parsed, signed, timestamp, to_json};
use jiff::Timestamp;
use mottaget_domain::{Attachment, AttachmentId, CaseId, HsaId, MachineId, OpId};
use mottaget_protocol::draft::KEPT_VERSIONS;
use mottaget_protocol::{DraftCopy, DraftTaken};
use sqlx::AnyConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Where somebody writes: one draft at a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// In which case.
    pub case: CaseId,
    /// Who.
    pub author: HsaId,
    /// On which of their computers.
    pub machine: MachineId,
}

/// The newest copy from one computer.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Whose, and from where.
    pub place: Place,
    /// Their name.
    pub name: String,
    /// When it came here.
    pub at: Timestamp,
    /// What it says.
    pub copy: DraftCopy,
    /// Up to which version the drafts before it were sent or thrown away.
    pub gone: u64,
}

/// Does the server have copies of somebody's in the case?
///
/// # Errors
/// When the engine fails.
pub async fn any_of(conn: &mut AnyConnection, case: CaseId, author: &HsaId) -> Result<bool> {
    let row: Option<(String,)> = sqlx::query_as("SELECT id FROM draft_copy WHERE case_id = $1 AND author = $2 LIMIT 1")
        .bind(case.to_string())
        .bind(author.as_str().to_owned())
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}

/// A computer has come to this version; true if that is news, and its case is at this clinic and not purged. The first
/// statement of its transaction.
///
/// # Errors
/// When the engine fails.
pub async fn advance(conn: &mut AnyConnection, clinic: &HsaId, place: &Place, version: u64) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO draft_line (case_id, author, machine, version) \
         SELECT id, $2, $3, $4 FROM case_doc WHERE id = $1 AND clinic = $5 AND state <> 'purged' \
         ON CONFLICT (case_id, author, machine) DO UPDATE SET version = excluded.version \
         WHERE draft_line.version < excluded.version",
    )
    .bind(place.case.to_string())
    .bind(place.author.as_str().to_owned())
    .bind(place.machine.to_string())
    .bind(signed(version))
    .bind(clinic.as_str().to_owned())
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// How far a computer has come.
///
/// # Errors
/// When the engine fails.
pub async fn reached(conn: &mut AnyConnection, place: &Place) -> Result<Option<u64>> {
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT version FROM draft_line WHERE case_id = $1 AND author = $2 AND machine = $3")
            .bind(place.case.to_string())
            .bind(place.author.as_str().to_owned())
            .bind(place.machine.to_string())
            .fetch_optional(conn)
            .await?;
    row.map(|(version,)| number(version, "version")).transpose()
}

/// Keeps a copy, and lets the oldest go. Gives the bytes that those named.
///
/// # Errors
/// When the engine fails.
pub async fn keep(conn: &mut AnyConnection, place: &Place, copy: &DraftCopy, now: Timestamp) -> Result<Vec<String>> {
    let id = Uuid::new_v4().to_string();
    sqlx::query(
        "INSERT INTO draft_copy (id, case_id, author, machine, version, at, doc) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id.clone())
    .bind(place.case.to_string())
    .bind(place.author.as_str().to_owned())
    .bind(place.machine.to_string())
    .bind(signed(copy.version))
    .bind(millis(now))
    .bind(to_json(copy, "draft")?)
    .execute(&mut *conn)
    .await?;
    note_files(&mut *conn, &id, place.case, copy).await?;
    let ids: Vec<(String,)> = sqlx::query_as(
        "SELECT id FROM draft_copy WHERE case_id = $1 AND author = $2 AND machine = $3 ORDER BY version DESC",
    )
    .bind(place.case.to_string())
    .bind(place.author.as_str().to_owned())
    .bind(place.machine.to_string())
    .fetch_all(&mut *conn)
    .await?;
    let oldest = ids.into_iter().map(|(id,)| id).skip(usize::try_from(KEPT_VERSIONS).unwrap_or(usize::MAX));
    remove(conn, oldest.collect()).await
}

async fn note_files(conn: &mut AnyConnection, holder: &str, case: CaseId, copy: &DraftCopy) -> Result<()> {
    let files: BTreeSet<&str> = copy.files.iter().map(|file| file.sha256.as_str()).collect();
    for sha256 in files {
        sqlx::query("INSERT INTO draft_file (holder, case_id, sha256) VALUES ($1, $2, $3)")
            .bind(holder.to_owned())
            .bind(case.to_string())
            .bind(sha256.to_owned())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

async fn remove(conn: &mut AnyConnection, ids: Vec<String>) -> Result<Vec<String>> {
    let mut files = BTreeSet::new();
    for id in ids {
        let named: Vec<(String,)> = sqlx::query_as("SELECT sha256 FROM draft_file WHERE holder = $1")
            .bind(id.clone())
            .fetch_all(&mut *conn)
            .await?;
        files.extend(named.into_iter().map(|(sha256,)| sha256));
        for sql in ["DELETE FROM draft_file WHERE holder = $1", "DELETE FROM draft_copy WHERE id = $1"] {
            sqlx::query(sql).bind(id.clone()).execute(&mut *conn).await?;
        }
    }
    Ok(files.into_iter().collect())
}

/// What somebody was writing on one computer up to this version has been sent or thrown away: its copies go. Gives the bytes
/// that they named. The first statement of its transaction.
///
/// # Errors
/// When the engine fails.
pub async fn end(conn: &mut AnyConnection, clinic: &HsaId, place: &Place, through: u64) -> Result<Vec<String>> {
    sqlx::query(
        "INSERT INTO draft_line (case_id, author, machine, version, gone) \
         SELECT id, $2, $3, $4, $4 FROM case_doc WHERE id = $1 AND clinic = $5 \
         ON CONFLICT (case_id, author, machine) DO UPDATE SET \
         version = CASE WHEN excluded.version > draft_line.version THEN excluded.version ELSE draft_line.version END, \
         gone = CASE WHEN excluded.gone > draft_line.gone THEN excluded.gone ELSE draft_line.gone END",
    )
    .bind(place.case.to_string())
    .bind(place.author.as_str().to_owned())
    .bind(place.machine.to_string())
    .bind(signed(through))
    .bind(clinic.as_str().to_owned())
    .execute(&mut *conn)
    .await?;
    remove_gone(conn, place.case, &place.author).await
}

/// The same for everything that somebody writes in the case, on whichever computer.
///
/// # Errors
/// When the engine fails.
pub async fn end_all(conn: &mut AnyConnection, case: CaseId, author: &HsaId) -> Result<Vec<String>> {
    sqlx::query("UPDATE draft_line SET gone = version WHERE case_id = $1 AND author = $2")
        .bind(case.to_string())
        .bind(author.as_str().to_owned())
        .execute(&mut *conn)
        .await?;
    remove_gone(conn, case, author).await
}

async fn remove_gone(conn: &mut AnyConnection, case: CaseId, author: &HsaId) -> Result<Vec<String>> {
    let ids: Vec<(String,)> = sqlx::query_as(
        "SELECT c.id FROM draft_copy c JOIN draft_line l \
         ON l.case_id = c.case_id AND l.author = c.author AND l.machine = c.machine \
         WHERE c.case_id = $1 AND c.author = $2 AND c.version <= l.gone",
    )
    .bind(case.to_string())
    .bind(author.as_str().to_owned())
    .fetch_all(&mut *conn)
    .await?;
    remove(conn, ids.into_iter().map(|(id,)| id).collect()).await
}

type Row = (String, String, String, i64, String, i64);

fn kept(case: CaseId, (author, name, machine, at, doc, gone): Row) -> Result<Kept> {
    let place = Place { case, author: parsed(&author, "author")?, machine: parsed(&machine, "machine")? };
    let (at, copy) = (timestamp(at, "at")?, from_json(&doc, "draft")?);
    Ok(Kept { place, name, at, copy, gone: number(gone, "gone")? })
}

/// The newest copy of everybody who writes in the case, from each of their computers; by name, the newest first.
///
/// # Errors
/// When the engine fails.
pub async fn newest(conn: &mut AnyConnection, case: CaseId) -> Result<Vec<Kept>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT c.author, s.name, c.machine, c.at, c.doc, l.gone FROM draft_copy c \
         JOIN draft_line l ON l.case_id = c.case_id AND l.author = c.author AND l.machine = c.machine \
         JOIN staff s ON s.hsa_id = c.author \
         WHERE c.case_id = $1 AND c.version = (SELECT MAX(d.version) FROM draft_copy d \
            WHERE d.case_id = c.case_id AND d.author = c.author AND d.machine = c.machine) \
         ORDER BY s.name, c.author, c.at DESC",
    )
    .bind(case.to_string())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| kept(case, row)).collect()
}

/// Who last took over what is written at each place of the case.
///
/// # Errors
/// When the engine fails.
pub async fn last_taken(conn: &mut AnyConnection, case: CaseId) -> Result<BTreeMap<Place, DraftTaken>> {
    let rows: Vec<(String, String, i64, String, String, i64)> = sqlx::query_as(
        "SELECT t.author, t.machine, t.version, t.taker, s.name, t.at FROM draft_taken t \
         JOIN staff s ON s.hsa_id = t.taker WHERE t.case_id = $1 ORDER BY t.at, t.version",
    )
    .bind(case.to_string())
    .fetch_all(conn)
    .await?;
    let mut last = BTreeMap::new();
    for (author, machine, version, by, name, at) in rows {
        let place = Place { case, author: parsed(&author, "author")?, machine: parsed(&machine, "machine")? };
        let taken = DraftTaken {
            by: parsed(&by, "taker")?,
            name,
            at: timestamp(at, "at")?,
            version: number(version, "version")?,
        };
        last.insert(place, taken);
    }
    Ok(last)
}

/// Remembers what somebody has taken over with an op.
///
/// # Errors
/// When the engine fails.
pub async fn note_taken(
    conn: &mut AnyConnection,
    op: OpId,
    place: &Place,
    taker: &HsaId,
    copy: &DraftCopy,
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO draft_taken (op, case_id, author, machine, version, taker, at, doc) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(op.to_string())
    .bind(place.case.to_string())
    .bind(place.author.as_str().to_owned())
    .bind(place.machine.to_string())
    .bind(signed(copy.version))
    .bind(taker.as_str().to_owned())
    .bind(millis(now))
    .bind(to_json(copy, "draft")?)
    .execute(&mut *conn)
    .await?;
    note_files(conn, &op.to_string(), place.case, copy).await
}

/// What was taken over with that op.
///
/// # Errors
/// When the engine fails.
pub async fn taken_with(conn: &mut AnyConnection, op: OpId) -> Result<Option<DraftCopy>> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT doc FROM draft_taken WHERE op = $1").bind(op.to_string()).fetch_optional(conn).await?;
    row.map(|(doc,)| from_json(&doc, "draft")).transpose()
}

/// A file of what somebody writes in the case, or has taken over there.
///
/// # Errors
/// When the engine fails.
pub async fn file_of(
    conn: &mut AnyConnection,
    case: CaseId,
    who: &HsaId,
    file: AttachmentId,
) -> Result<Option<Attachment>> {
    let docs: Vec<(String,)> = sqlx::query_as(
        "SELECT doc FROM draft_copy WHERE case_id = $1 AND author = $2 \
         UNION ALL SELECT doc FROM draft_taken WHERE case_id = $1 AND taker = $2",
    )
    .bind(case.to_string())
    .bind(who.as_str().to_owned())
    .fetch_all(conn)
    .await?;
    for (doc,) in docs {
        let copy: DraftCopy = from_json(&doc, "draft")?;
        if let Some(found) = copy.files.into_iter().find(|there| there.id == file) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Forgets everything that was written in a case and not sent (T18). Gives the bytes that it named.
///
/// # Errors
/// When the engine fails.
pub async fn purge(conn: &mut AnyConnection, case: CaseId) -> Result<Vec<String>> {
    let id = case.to_string();
    let files: Vec<(String,)> = sqlx::query_as("SELECT DISTINCT sha256 FROM draft_file WHERE case_id = $1")
        .bind(id.clone())
        .fetch_all(&mut *conn)
        .await?;
    for sql in [
        "DELETE FROM draft_file WHERE case_id = $1",
        "DELETE FROM draft_taken WHERE case_id = $1",
        "DELETE FROM draft_copy WHERE case_id = $1",
        "DELETE FROM draft_line WHERE case_id = $1",
    ] {
        sqlx::query(sql).bind(id.clone()).execute(&mut *conn).await?;
    }
    Ok(files.into_iter().map(|(sha256,)| sha256).collect())
}
