//! Residents, as the clinics of this server know them.

use super::{Result, from_json, to_json};
use mottaget_domain::{PersonalId, Resident};
use sqlx::AnyConnection;

/// Adds somebody, or replaces what is known of them.
///
/// # Errors
/// When the engine fails.
pub async fn put(conn: &mut AnyConnection, resident: &Resident) -> Result<()> {
    sqlx::query(
        "INSERT INTO resident (personal_id, doc) VALUES ($1, $2) \
         ON CONFLICT (personal_id) DO UPDATE SET doc = excluded.doc",
    )
    .bind(resident.personal_id.as_str().to_owned())
    .bind(to_json(resident, "resident")?)
    .execute(conn)
    .await?;
    Ok(())
}

/// Somebody by identity.
///
/// # Errors
/// When the engine fails.
pub async fn find(conn: &mut AnyConnection, id: &PersonalId) -> Result<Option<Resident>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT doc FROM resident WHERE personal_id = $1")
        .bind(id.as_str().to_owned())
        .fetch_optional(conn)
        .await?;
    row.map(|(doc,)| from_json(&doc, "resident")).transpose()
}

/// Everybody, by name.
///
/// # Errors
/// When the engine fails.
pub async fn all(conn: &mut AnyConnection) -> Result<Vec<Resident>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT doc FROM resident ORDER BY personal_id").fetch_all(conn).await?;
    let mut residents =
        rows.into_iter().map(|(doc,)| from_json(&doc, "resident")).collect::<Result<Vec<Resident>>>()?;
    residents.sort_by(|a, b| (&a.name, &a.personal_id).cmp(&(&b.name, &b.personal_id)));
    Ok(residents)
}
