//! Reply texts: the region's and the clinic's own.

use super::{Result, from_json, to_json};
use mottaget_domain::{HsaId, ReplyTemplate, ReplyTemplateId};
use sqlx::AnyConnection;

/// Whose a reply text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A region's, by its code: central.
    Region(String),
    /// A clinic's: local.
    Clinic(HsaId),
}

impl Owner {
    fn keys(&self) -> (Option<String>, Option<String>) {
        match self {
            Self::Region(code) => (Some(code.clone()), None),
            Self::Clinic(clinic) => (None, Some(clinic.as_str().to_owned())),
        }
    }
}

/// Keeps a text, in place of the owner's own of that id; false if the id is somebody else's.
///
/// # Errors
/// When the engine fails.
pub async fn put(conn: &mut AnyConnection, owner: &Owner, template: &ReplyTemplate) -> Result<bool> {
    let (region, clinic) = owner.keys();
    let done = sqlx::query(
        "INSERT INTO reply_template (id, region, clinic, doc) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET doc = excluded.doc
         WHERE coalesce(reply_template.region, '') = coalesce(excluded.region, '')
             AND coalesce(reply_template.clinic, '') = coalesce(excluded.clinic, '')",
    )
    .bind(template.id.to_string())
    .bind(region)
    .bind(clinic)
    .bind(to_json(template, "reply text")?)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The owner's own of that id.
///
/// # Errors
/// When the engine fails.
pub async fn of(conn: &mut AnyConnection, owner: &Owner, id: ReplyTemplateId) -> Result<Option<ReplyTemplate>> {
    let (region, clinic) = owner.keys();
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT doc FROM reply_template WHERE id = $1 AND coalesce(region, '') = $2 AND coalesce(clinic, '') = $3",
    )
    .bind(id.to_string())
    .bind(region.unwrap_or_default())
    .bind(clinic.unwrap_or_default())
    .fetch_optional(conn)
    .await?;
    row.map(|(doc,)| from_json(&doc, "reply text")).transpose()
}

/// Removes the owner's own of that id, if there is one.
///
/// # Errors
/// When the engine fails.
pub async fn remove(conn: &mut AnyConnection, owner: &Owner, id: ReplyTemplateId) -> Result<()> {
    let (region, clinic) = owner.keys();
    sqlx::query("DELETE FROM reply_template WHERE id = $1 AND coalesce(region, '') = $2 AND coalesce(clinic, '') = $3")
        .bind(id.to_string())
        .bind(region.unwrap_or_default())
        .bind(clinic.unwrap_or_default())
        .execute(conn)
        .await?;
    Ok(())
}

/// How many the owner keeps.
///
/// # Errors
/// When the engine fails.
pub async fn count(conn: &mut AnyConnection, owner: &Owner) -> Result<usize> {
    let (region, clinic) = owner.keys();
    let (n,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM reply_template WHERE coalesce(region, '') = $1 AND coalesce(clinic, '') = $2",
    )
    .bind(region.unwrap_or_default())
    .bind(clinic.unwrap_or_default())
    .fetch_one(conn)
    .await?;
    Ok(usize::try_from(n).unwrap_or(0))
}

/// What is offered at a clinic: its region's first, then its own, each by title.
///
/// # Errors
/// When the engine fails.
pub async fn at(conn: &mut AnyConnection, clinic: &HsaId) -> Result<Vec<ReplyTemplate>> {
    let rows: Vec<(Option<String>, String)> = sqlx::query_as(
        "SELECT t.region, t.doc FROM reply_template t
         WHERE t.clinic = $1 OR t.region = (SELECT region FROM clinic WHERE hsa_id = $1)",
    )
    .bind(clinic.as_str().to_owned())
    .fetch_all(conn)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for (region, doc) in rows {
        let template: ReplyTemplate = from_json(&doc, "reply text")?;
        found.push(ReplyTemplate { central: region.is_some(), ..template });
    }
    found.sort_by_cached_key(|template| (!template.central, template.title.to_lowercase(), template.id));
    Ok(found)
}
