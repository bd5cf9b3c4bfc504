//! The access log: who looked at or changed what (domain.md D6). Append only.

use super::{Result, millis, number, parsed};
use jiff::Timestamp;
use mottaget_domain::{Case, CaseId, HsaId, PersonalId};
use sqlx::AnyConnection;
use std::collections::BTreeMap;

/// Who did it.
#[derive(Clone)]
pub enum Party {
    /// Staff, with the roles they had at the clinic.
    Staff {
        /// HSA-id.
        hsa_id: HsaId,
        /// Roles at that time, comma-separated.
        roles: String,
    },
    /// A resident, or a guardian in the resident's place.
    Resident {
        /// Who was signed in.
        by: PersonalId,
        /// For whom, if not for themselves.
        acting_as: Option<PersonalId>,
    },
    /// A rule that fell due.
    System,
}

/// One line.
#[derive(Clone)]
pub struct Entry {
    /// Its id: writing it twice counts once.
    pub id: String,
    /// When it happened, by the clock of where it happened.
    pub at: Timestamp,
    /// Who.
    pub who: Party,
    /// At which clinic.
    pub clinic: HsaId,
    /// About whom.
    pub resident: Option<PersonalId>,
    /// Which case.
    pub case: Option<CaseId>,
    /// What was done, as a stable word.
    pub kind: String,
    /// Which file or message, where it was one; with a message from staff, what its sender confirmed to the guard.
    pub object: Option<String>,
    /// `allowed`, or the code of why not.
    pub outcome: String,
    /// `server`, or `app` when the app told of it afterwards.
    pub source: &'static str,
}

impl Entry {
    /// What a rule that fell due did to a case.
    #[must_use]
    pub fn by_system(id: String, kind: &str, case: &Case, now: Timestamp) -> Self {
        Self {
            id,
            at: now,
            who: Party::System,
            clinic: case.clinic.clone(),
            resident: Some(case.resident.clone()),
            case: Some(case.id),
            kind: kind.to_owned(),
            object: None,
            outcome: "allowed".to_owned(),
            source: "server",
        }
    }
}

/// Appends a line.
///
/// # Errors
/// When the engine fails.
pub async fn append(conn: &mut AnyConnection, entry: &Entry, now: Timestamp) -> Result<()> {
    let (kind, actor, acting_as, role) = match &entry.who {
        Party::Staff { hsa_id, roles } => ("staff", hsa_id.as_str(), None, roles.as_str()),
        Party::Resident { by, acting_as } => {
            let role = if acting_as.is_some() { "proxy" } else { "resident" };
            ("resident", by.as_str(), acting_as.as_ref().map(PersonalId::as_str), role)
        }
        Party::System => ("system", "system", None, "system"),
    };
    sqlx::query(
        "INSERT INTO access_log (id, at, logged_at, actor_kind, actor, acting_as, role, clinic, resident, case_id, kind, \
         object, outcome, source) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(entry.id.clone())
    .bind(millis(entry.at))
    .bind(millis(now))
    .bind(kind)
    .bind(actor.to_owned())
    .bind(acting_as.map(str::to_owned))
    .bind(role.to_owned())
    .bind(entry.clinic.as_str().to_owned())
    .bind(entry.resident.as_ref().map(|id| id.as_str().to_owned()))
    .bind(entry.case.map(|id| id.to_string()))
    .bind(entry.kind.clone())
    .bind(entry.object.clone())
    .bind(entry.outcome.clone())
    .bind(entry.source)
    .execute(conn)
    .await?;
    Ok(())
}

/// How often the log has each kind of look that somebody's app told of, by case.
///
/// # Errors
/// When the engine fails.
pub async fn looks(conn: &mut AnyConnection, hsa_id: &HsaId) -> Result<BTreeMap<(CaseId, String), u64>> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT case_id, kind, COUNT(*) FROM access_log WHERE actor_kind = 'staff' AND actor = $1 AND source = 'app' \
         AND case_id IS NOT NULL GROUP BY case_id, kind",
    )
    .bind(hsa_id.as_str().to_owned())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|(case, kind, n)| Ok(((parsed(&case, "case")?, kind), number(n, "count")?))).collect()
}
