//! Which bytes the server has, what they are, and who brought them.

use super::{DbError, Result, millis, number, signed};
use jiff::Timestamp;
use mottaget_domain::FileKind;
use sqlx::AnyConnection;

/// What the server found in the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Length in bytes.
    pub size: u64,
    /// What they are.
    pub kind: FileKind,
}

fn kind_name(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Pdf => "pdf",
        FileKind::Gif => "gif",
        FileKind::Jpeg => "jpeg",
        FileKind::Png => "png",
    }
}

fn kind_of(name: &str) -> Result<FileKind> {
    match name {
        "pdf" => Ok(FileKind::Pdf),
        "gif" => Ok(FileKind::Gif),
        "jpeg" => Ok(FileKind::Jpeg),
        "png" => Ok(FileKind::Png),
        _ => Err(DbError::Content("kind")),
    }
}

/// Remembers that `uploader` brought these bytes; harmless to repeat.
///
/// # Errors
/// When the engine fails.
pub async fn uploaded(
    conn: &mut AnyConnection,
    sha256: &str,
    found: Found,
    uploader: &str,
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO blob (sha256, size, kind, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (sha256) DO NOTHING",
    )
    .bind(sha256.to_owned())
    .bind(signed(found.size))
    .bind(kind_name(found.kind))
    .bind(millis(now))
    .execute(&mut *conn)
    .await?;
    sqlx::query("INSERT INTO blob_upload (sha256, uploader) VALUES ($1, $2) ON CONFLICT (sha256, uploader) DO NOTHING")
        .bind(sha256.to_owned())
        .bind(uploader.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// What these bytes are.
///
/// # Errors
/// When the engine fails.
pub async fn find(conn: &mut AnyConnection, sha256: &str) -> Result<Option<Found>> {
    let row: Option<(i64, String)> = sqlx::query_as("SELECT size, kind FROM blob WHERE sha256 = $1")
        .bind(sha256.to_owned())
        .fetch_optional(conn)
        .await?;
    row.map(|(size, kind)| Ok(Found { size: number(size, "size")?, kind: kind_of(&kind)? })).transpose()
}

/// Forgets those of these bytes that no case and no draft needs, and gives them: they can be deleted. Whoever uploaded them
/// for something not yet sent is asked to upload them again.
///
/// # Errors
/// When the engine fails.
pub async fn forget_unneeded(conn: &mut AnyConnection, files: &[String]) -> Result<Vec<String>> {
    let mut gone = Vec::new();
    for sha256 in files {
        let needed: Option<(String,)> = sqlx::query_as(
            "SELECT case_id FROM case_file WHERE sha256 = $1 UNION SELECT case_id FROM draft_file WHERE sha256 = $1 LIMIT 1",
        )
        .bind(sha256.clone())
        .fetch_optional(&mut *conn)
        .await?;
        if needed.is_none() {
            for sql in ["DELETE FROM blob_upload WHERE sha256 = $1", "DELETE FROM blob WHERE sha256 = $1"] {
                sqlx::query(sql).bind(sha256.clone()).execute(&mut *conn).await?;
            }
            gone.push(sha256.clone());
        }
    }
    Ok(gone)
}

/// `uploader` does not need these bytes any more for what they were writing. Forgets those of them that nothing else needs and
/// nobody else has brought, and gives them: they can be deleted. The first statement of its transaction.
///
/// # Errors
/// When the engine fails.
pub async fn let_go(conn: &mut AnyConnection, files: &[String], uploader: &str) -> Result<Vec<String>> {
    let mut gone = Vec::new();
    for sha256 in files {
        sqlx::query(
            "DELETE FROM blob_upload WHERE sha256 = $1 AND uploader = $2 \
             AND NOT EXISTS (SELECT 1 FROM case_file WHERE sha256 = $1) \
             AND NOT EXISTS (SELECT 1 FROM draft_file WHERE sha256 = $1)",
        )
        .bind(sha256.clone())
        .bind(uploader.to_owned())
        .execute(&mut *conn)
        .await?;
        let forgotten = sqlx::query(
            "DELETE FROM blob WHERE sha256 = $1 \
             AND NOT EXISTS (SELECT 1 FROM blob_upload WHERE sha256 = $1) \
             AND NOT EXISTS (SELECT 1 FROM case_file WHERE sha256 = $1) \
             AND NOT EXISTS (SELECT 1 FROM draft_file WHERE sha256 = $1)",
        )
        .bind(sha256.clone())
        .execute(&mut *conn)
        .await?;
        if forgotten.rows_affected() > 0 {
            gone.push(sha256.clone());
        }
    }
    Ok(gone)
}

/// Did `uploader` bring these bytes?
///
/// # Errors
/// When the engine fails.
pub async fn brought_by(conn: &mut AnyConnection, sha256: &str, uploader: &str) -> Result<bool> {
    let row: Option<(String,)> = sqlx::query_as("SELECT sha256 FROM blob_upload WHERE sha256 = $1 AND uploader = $2")
        .bind(sha256.to_owned())
        .bind(uploader.to_owned())
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}
