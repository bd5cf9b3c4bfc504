//! How residents stand to clinics: where they are registered, whom a clinic has approved, what it has granted to whom.

use super::{DbError, Result, parsed};
use jiff::civil::Date;
use mottaget_domain::{CaseTypeId, HsaId, Municipality, PersonalId};
use sqlx::AnyConnection;
use std::collections::BTreeSet;

/// Notes where somebody is registered; `None`: nowhere, or it is not known.
///
/// # Errors
/// When the engine fails.
pub async fn register(conn: &mut AnyConnection, resident: &PersonalId, place: Option<&Municipality>) -> Result<()> {
    sqlx::query("UPDATE resident SET municipality = $1 WHERE personal_id = $2")
        .bind(place.map(|place| place.as_str().to_owned()))
        .bind(resident.as_str().to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// Approves somebody for communication with a clinic (W27), or withdraws that (W29); false for somebody unknown.
///
/// # Errors
/// When the engine fails.
pub async fn set_approved(
    conn: &mut AnyConnection,
    clinic: &HsaId,
    resident: &PersonalId,
    approved: bool,
) -> Result<bool> {
    if approved {
        let known = sqlx::query(
            "INSERT INTO approval (clinic, resident) SELECT $1, personal_id FROM resident \
             WHERE personal_id = $2 ON CONFLICT (clinic, resident) DO UPDATE SET resident = excluded.resident",
        )
        .bind(clinic.as_str().to_owned())
        .bind(resident.as_str().to_owned())
        .execute(conn)
        .await?;
        return Ok(known.rows_affected() > 0);
    }
    sqlx::query("DELETE FROM approval WHERE clinic = $1 AND resident = $2")
        .bind(clinic.as_str().to_owned())
        .bind(resident.as_str().to_owned())
        .execute(conn)
        .await?;
    Ok(true)
}

/// Grants a case type to somebody (W31), up to and with a day or (`None`) until further notice; in place of what was
/// granted before. False for somebody unknown.
///
/// # Errors
/// When the engine fails.
pub async fn grant(
    conn: &mut AnyConnection,
    clinic: &HsaId,
    resident: &PersonalId,
    case_type: CaseTypeId,
    valid_to: Option<Date>,
) -> Result<bool> {
    let known = sqlx::query(
        "INSERT INTO case_type_grant (clinic, resident, case_type, valid_to) \
         SELECT $1, personal_id, $3, $4 FROM resident WHERE personal_id = $2 \
         ON CONFLICT (clinic, resident, case_type) DO UPDATE SET valid_to = excluded.valid_to",
    )
    .bind(clinic.as_str().to_owned())
    .bind(resident.as_str().to_owned())
    .bind(case_type.to_string())
    .bind(valid_to.map(|day| day.to_string()))
    .execute(conn)
    .await?;
    Ok(known.rows_affected() > 0)
}

/// What is known of somebody at a clinic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Where they are registered.
    pub registered: Option<Municipality>,
    /// Approved for communication.
    pub approved: bool,
    /// Case types that are granted to them on the day that was asked about.
    pub granted: BTreeSet<CaseTypeId>,
}

/// How somebody stands to a clinic on a day.
///
/// # Errors
/// When the engine fails.
pub async fn standing(
    conn: &mut AnyConnection,
    clinic: &HsaId,
    resident: &PersonalId,
    today: Date,
) -> Result<Standing> {
    let row: Option<(Option<String>, i64)> = sqlx::query_as(
        "SELECT r.municipality, (SELECT COUNT(*) FROM approval a WHERE a.clinic = $1 AND a.resident = r.personal_id) \
         FROM resident r WHERE r.personal_id = $2",
    )
    .bind(clinic.as_str().to_owned())
    .bind(resident.as_str().to_owned())
    .fetch_optional(&mut *conn)
    .await?;
    let Some((place, approved)) = row else { return Ok(Standing::default()) };
    let place = place.map(|code| Municipality::parse(&code).ok_or(DbError::Content("municipality"))).transpose()?;
    // dates as text are in the order of the days
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT case_type FROM case_type_grant \
         WHERE clinic = $1 AND resident = $2 AND (valid_to IS NULL OR valid_to >= $3)",
    )
    .bind(clinic.as_str().to_owned())
    .bind(resident.as_str().to_owned())
    .bind(today.to_string())
    .fetch_all(conn)
    .await?;
    let granted = rows.into_iter().map(|(id,)| parsed(&id, "case type")).collect::<Result<_>>()?;
    Ok(Standing { registered: place, approved: approved > 0, granted })
}
