//! What became of every op: the memory that makes a replay harmless.

use super::{DbError, Result, millis, number, parsed, signed, timestamp};
use mottaget_domain::{CaseId, HsaId, OpId};
use mottaget_protocol::{OpOutcome, Rejected};
use sqlx::AnyConnection;

/// An op as remembered.
#[derive(Clone, Debug)]
pub struct Known {
    /// Which.
    pub id: OpId,
    /// Whose.
    pub author: HsaId,
    /// At which clinic.
    pub clinic: HsaId,
    /// On which case.
    pub case: CaseId,
    /// SHA-256 of the op as sent, in hexadecimal.
    pub body_hash: String,
    /// The clinic's feed number that it took.
    pub seq: u64,
    /// What became of it.
    pub outcome: OpOutcome,
}

/// Remembers an op.
///
/// # Errors
/// When the engine fails.
pub async fn insert(conn: &mut AnyConnection, op: &Known) -> Result<()> {
    let (outcome, code, detail, release_at) = match &op.outcome {
        OpOutcome::Accepted { release_at, .. } => ("accepted", None, None, release_at.map(millis)),
        OpOutcome::Rejected(why) => ("rejected", Some(why.code.clone()), Some(why.detail.clone()), None),
    };
    sqlx::query(
        "INSERT INTO op (id, author, clinic, case_id, body_hash, outcome, code, detail, seq, release_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(op.id.to_string())
    .bind(op.author.as_str().to_owned())
    .bind(op.clinic.as_str().to_owned())
    .bind(op.case.to_string())
    .bind(op.body_hash.clone())
    .bind(outcome)
    .bind(code)
    .bind(detail)
    .bind(signed(op.seq))
    .bind(release_at)
    .execute(conn)
    .await?;
    Ok(())
}

type Row = (String, String, String, String, String, String, Option<String>, Option<String>, i64, Option<i64>);

const COLUMNS: &str = "id, author, clinic, case_id, body_hash, outcome, code, detail, seq, release_at";

fn known(row: Row) -> Result<Known> {
    let (id, author, clinic, case, body_hash, outcome, code, detail, seq, release_at) = row;
    let (id, case, seq) = (parsed(&id, "op")?, parsed(&case, "case")?, number(seq, "seq")?);
    let outcome = match outcome.as_str() {
        "accepted" => {
            OpOutcome::Accepted { seq, release_at: release_at.map(|at| timestamp(at, "release_at")).transpose()? }
        }
        "rejected" => OpOutcome::Rejected(Rejected {
            op: id,
            case,
            code: code.unwrap_or_default(),
            detail: detail.unwrap_or_default(),
        }),
        _ => return Err(DbError::Content("outcome")),
    };
    Ok(Known {
        id,
        author: parsed(&author, "author")?,
        clinic: parsed(&clinic, "clinic")?,
        case,
        body_hash,
        seq,
        outcome,
    })
}

/// An op by its id.
///
/// # Errors
/// When the engine fails.
pub async fn find(conn: &mut AnyConnection, id: OpId) -> Result<Option<Known>> {
    let sql = format!("SELECT {COLUMNS} FROM op WHERE id = $1");
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(conn).await?;
    row.map(known).transpose()
}

/// Somebody's own ops at a clinic with numbers above `after` and up to `until`, ascending; at most `limit`.
///
/// # Errors
/// When the engine fails.
pub async fn of_author(
    conn: &mut AnyConnection,
    clinic: &HsaId,
    author: &HsaId,
    after: u64,
    until: u64,
    limit: usize,
) -> Result<Vec<Known>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM op WHERE clinic = $1 AND author = $2 AND seq > $3 AND seq <= $4 ORDER BY seq LIMIT $5"
    );
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(clinic.as_str().to_owned())
        .bind(author.as_str().to_owned())
        .bind(signed(after))
        .bind(signed(until))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(known).collect()
}
