//! Sessions: the hash of each token, never the token.

use super::{DbError, Result, millis, timestamp};
use jiff::Timestamp;
use mottaget_domain::{HsaId, PersonalId};
use sqlx::AnyConnection;

/// Whose session it is.
#[derive(Clone, PartialEq, Eq)]
pub enum Subject {
    /// A member of staff.
    Staff(HsaId),
    /// A resident.
    Resident(PersonalId),
}

/// A session as kept.
#[derive(Clone)]
pub struct Session {
    /// Whose.
    pub subject: Subject,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Begins a session and forgets those that ended.
///
/// # Errors
/// When the engine fails.
pub async fn begin(conn: &mut AnyConnection, token_hash: &str, session: &Session, now: Timestamp) -> Result<()> {
    let (kind, subject) = match &session.subject {
        Subject::Staff(id) => ("staff", id.as_str()),
        Subject::Resident(id) => ("resident", id.as_str()),
    };
    sqlx::query("DELETE FROM session WHERE expires_at <= $1").bind(millis(now)).execute(&mut *conn).await?;
    sqlx::query("INSERT INTO session (token_hash, kind, subject, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(token_hash.to_owned())
        .bind(kind)
        .bind(subject.to_owned())
        .bind(millis(now))
        .bind(millis(session.expires_at))
        .execute(conn)
        .await?;
    Ok(())
}

/// The session with that token hash, ended or not.
///
/// # Errors
/// When the engine fails.
pub async fn find(conn: &mut AnyConnection, token_hash: &str) -> Result<Option<Session>> {
    let row: Option<(String, String, i64)> =
        sqlx::query_as("SELECT kind, subject, expires_at FROM session WHERE token_hash = $1")
            .bind(token_hash.to_owned())
            .fetch_optional(conn)
            .await?;
    let Some((kind, subject, expires)) = row else { return Ok(None) };
    let subject = match kind.as_str() {
        "staff" => Subject::Staff(super::parsed(&subject, "staff")?),
        _ => Subject::Resident(PersonalId::try_from(subject).map_err(|_| DbError::Content("resident"))?),
    };
    Ok(Some(Session { subject, expires_at: timestamp(expires, "expires_at")? }))
}

/// Ends a session.
///
/// # Errors
/// When the engine fails.
pub async fn end(conn: &mut AnyConnection, token_hash: &str) -> Result<()> {
    sqlx::query("DELETE FROM session WHERE token_hash = $1").bind(token_hash.to_owned()).execute(conn).await?;
    Ok(())
}
