//! Absences: who is away from a clinic on which days.

use super::{Result, parsed};
use jiff::civil::Date;
use mottaget_domain::{Absence, HsaId};
use sqlx::AnyConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Everybody's absences at a clinic, in order.
///
/// # Errors
/// When the engine fails.
pub async fn at(conn: &mut AnyConnection, clinic: &HsaId) -> Result<BTreeMap<HsaId, Vec<Absence>>> {
    let rows: Vec<(String, String, String, Option<String>)> = sqlx::query_as(
        "SELECT staff, first_day, last_day, substitute FROM absence WHERE clinic = $1 ORDER BY staff, first_day",
    )
    .bind(clinic.as_str().to_owned())
    .fetch_all(conn)
    .await?;
    let mut absences: BTreeMap<HsaId, Vec<Absence>> = BTreeMap::new();
    for (staff, from, to, substitute) in rows {
        let absence = Absence {
            from: parsed(&from, "first day")?,
            to: parsed(&to, "last day")?,
            substitute: substitute.map(|id| parsed(&id, "substitute")).transpose()?,
        };
        absences.entry(parsed(&staff, "staff")?).or_default().push(absence);
    }
    Ok(absences)
}

/// Who is away from a clinic on a day, with the substitute that is said.
///
/// # Errors
/// When the engine fails.
pub async fn away(conn: &mut AnyConnection, clinic: &HsaId, day: Date) -> Result<BTreeMap<HsaId, Option<HsaId>>> {
    let rows: Vec<(String, Option<String>)> = sqlx::query_as(
        "SELECT staff, substitute FROM absence WHERE clinic = $1 AND last_day >= $2 AND first_day <= $2",
    )
    .bind(clinic.as_str().to_owned())
    .bind(day.to_string())
    .fetch_all(conn)
    .await?;
    let away = rows.into_iter().map(|(staff, substitute)| {
        Ok((parsed(&staff, "staff")?, substitute.map(|id| parsed(&id, "substitute")).transpose()?))
    });
    away.collect()
}

/// Who can handle cases at a clinic.
///
/// # Errors
/// When the engine fails.
pub async fn handlers(conn: &mut AnyConnection, clinic: &HsaId) -> Result<BTreeSet<HsaId>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT g.staff FROM role_grant g JOIN staff s ON s.hsa_id = g.staff \
         WHERE g.clinic = $1 AND g.role = 'handler' AND s.active = 1",
    )
    .bind(clinic.as_str().to_owned())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|(id,)| parsed(&id, "staff")).collect()
}

/// Somebody's absences at a clinic, all of them, from now on.
///
/// # Errors
/// When the engine fails.
pub async fn set(conn: &mut AnyConnection, clinic: &HsaId, staff: &HsaId, absences: &[Absence]) -> Result<()> {
    sqlx::query("DELETE FROM absence WHERE clinic = $1 AND staff = $2")
        .bind(clinic.as_str().to_owned())
        .bind(staff.as_str().to_owned())
        .execute(&mut *conn)
        .await?;
    for absence in absences {
        sqlx::query("INSERT INTO absence (clinic, staff, first_day, last_day, substitute) VALUES ($1, $2, $3, $4, $5)")
            .bind(clinic.as_str().to_owned())
            .bind(staff.as_str().to_owned())
            .bind(absence.from.to_string())
            .bind(absence.to.to_string())
            .bind(absence.substitute.as_ref().map(|id| id.as_str().to_owned()))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Clinics with absences that were not over on that day.
///
/// # Errors
/// When the engine fails.
pub async fn clinics_since(conn: &mut AnyConnection, day: Date) -> Result<Vec<HsaId>> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT DISTINCT clinic FROM absence WHERE last_day >= $1 ORDER BY clinic")
            .bind(day.to_string())
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(|(id,)| parsed(&id, "clinic")).collect()
}

/// Forgets absences that were over before that day.
///
/// # Errors
/// When the engine fails.
pub async fn forget_before(conn: &mut AnyConnection, day: Date) -> Result<()> {
    sqlx::query("DELETE FROM absence WHERE last_day < $1").bind(day.to_string()).execute(conn).await?;
    Ok(())
}
