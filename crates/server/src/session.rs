//! Sessions: random tokens whose hash alone is kept; roles are read from the database at every request.

use crate::app::App;
use crate::db::sessions::{self, Session, Subject};
use crate::db::staff;
use crate::error::{Result, ServerError};
use crate::files::sha256_hex;
use jiff::{SignedDuration, Timestamp};
use mottaget_domain::HsaId;
use mottaget_protocol::Me;
use mottaget_protocol::session::{PracticePeople, Staff};
use sqlx::AnyConnection;

/// How long a session lasts: a long working day.
pub const SESSION: SignedDuration = SignedDuration::from_hours(12);

/// A member of staff who is signed in.
#[derive(Clone, Debug)]
pub struct SignedInStaff {
    /// Who.
    pub staff: Staff,
    /// Hash of the token.
    pub token_hash: String,
    /// When the session ends.
    pub expires_at: Timestamp,
}

/// Begins a session; the token is told once and never kept.
///
/// # Errors
/// When the database fails or the system has no random numbers.
pub async fn begin(app: &App, subject: Subject) -> Result<String> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).map_err(|_| ServerError::Internal("no random numbers"))?;
    let token = hex::encode(random);
    let now = app.now();
    let expires_at = now.checked_add(SESSION).map_err(|_| ServerError::Internal("the clock is out of range"))?;
    let mut tx = app.db.write().await?;
    sessions::begin(tx.conn(), &sha256_hex(token.as_bytes()), &Session { subject, expires_at }, now).await?;
    tx.commit().await?;
    Ok(token)
}

/// The member of staff with that token.
///
/// # Errors
/// [`ServerError::SessionExpired`] when the token is unknown or too old, or the person's HSA-id is not active.
pub async fn staff_of(app: &App, token: &str) -> Result<SignedInStaff> {
    let token_hash = sha256_hex(token.as_bytes());
    let mut tx = app.db.read().await?;
    let session = sessions::find(&mut tx, &token_hash).await?.ok_or(ServerError::SessionExpired)?;
    if session.expires_at <= app.now() {
        return Err(ServerError::SessionExpired);
    }
    let Subject::Staff(hsa_id) = session.subject else { return Err(ServerError::SessionExpired) };
    let person = staff::find(&mut tx, &hsa_id).await?.filter(|person| person.active);
    let person = person.ok_or(ServerError::SessionExpired)?;
    Ok(SignedInStaff { staff: person.staff, token_hash, expires_at: session.expires_at })
}

/// What the person may know of themselves.
///
/// # Errors
/// When the database fails.
pub async fn me(conn: &mut AnyConnection, person: &Staff) -> Result<Me> {
    Ok(Me {
        staff: person.clone(),
        assignments: staff::assignments(&mut *conn, &person.hsa_id).await?,
        preferences: staff::preferences(conn, person).await?,
    })
}

/// Everybody who can sign in at a practice server.
///
/// # Errors
/// When the database fails.
pub async fn practice_people(app: &App) -> Result<PracticePeople> {
    let mut tx = app.db.read().await?;
    let mut people = Vec::new();
    for person in staff::all(&mut tx).await?.into_iter().filter(|person| person.active) {
        people.push(me(&mut tx, &person.staff).await?);
    }
    Ok(PracticePeople { people })
}

/// Signs a demo person in.
///
/// # Errors
/// [`ServerError::NotFound`] when there is nobody active with that HSA-id.
pub async fn practice_sign_in(app: &App, hsa_id: &HsaId) -> Result<(String, Me)> {
    let me = {
        let mut tx = app.db.read().await?;
        let person = staff::find(&mut tx, hsa_id).await?.filter(|person| person.active);
        me(&mut tx, &person.ok_or(ServerError::NotFound)?.staff).await?
    };
    let token = begin(app, Subject::Staff(hsa_id.clone())).await?;
    Ok((token, me))
}
