//! The feed's questions: what may this viewer see, what have they lost, in the clinic's own order.

use super::{Result, from_json, number, parsed, placeholders, signed};
use mottaget_domain::{CaseId, HsaId};
use mottaget_protocol::CaseDocument;
use sqlx::{AnyConnection, AssertSqlSafe};

/// What a viewer sees of a clinic, as the tables can be asked for it.
#[derive(Clone, Debug)]
pub struct Sight {
    /// Every case that is not purged.
    pub all: bool,
    /// The viewer keys: cases whose assignee has one of them are seen too, and tombstones for them are heard.
    pub keys: Vec<String>,
}

impl Sight {
    /// The condition on a row of `case_doc` called `c`; the keys are bound from `$first` on.
    fn condition(&self, first: usize) -> String {
        if self.all {
            "c.state <> 'purged'".to_owned()
        } else if self.keys.is_empty() {
            "1 = 0".to_owned()
        } else {
            format!("(c.state <> 'purged' AND c.assignee_key IN ({}))", placeholders(first, self.keys.len()))
        }
    }

    /// The keys that [`Self::condition`] names.
    fn bound(&self) -> &[String] {
        if self.all { &[] } else { &self.keys }
    }
}

/// A place in a snapshot: the last document given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Was it open?
    pub open: bool,
    /// When it was received, milliseconds.
    pub created_at: i64,
    /// Its id.
    pub id: CaseId,
}

type DocumentRow = (i64, String, String);

fn document((seq, case, resident): DocumentRow) -> Result<CaseDocument> {
    Ok(CaseDocument {
        seq: number(seq, "seq")?,
        case: from_json(&case, "case")?,
        resident: from_json(&resident, "resident")?,
    })
}

/// How many cases the viewer may see that have not changed after `until`.
///
/// # Errors
/// When the engine fails.
pub async fn count(conn: &mut AnyConnection, clinic: &HsaId, sight: &Sight, until: u64) -> Result<u64> {
    let sql = format!("SELECT COUNT(*) FROM case_doc c WHERE c.clinic = $1 AND c.seq <= $2 AND {}", sight.condition(3));
    let mut query = sqlx::query_as(AssertSqlSafe(sql)).bind(clinic.as_str().to_owned()).bind(signed(until));
    for key in sight.bound() {
        query = query.bind(key.clone());
    }
    let (count,): (i64,) = query.fetch_one(conn).await?;
    number(count, "count")
}

/// Documents of a snapshot at `until`: open cases first, newest first, after `place`.
///
/// # Errors
/// When the engine fails.
pub async fn snapshot(
    conn: &mut AnyConnection,
    clinic: &HsaId,
    sight: &Sight,
    until: u64,
    place: Option<Place>,
    limit: usize,
) -> Result<Vec<CaseDocument>> {
    // Without a place the bound says "before everything".
    let place_row = place.map_or((2, i64::MAX, String::new()), |p| (i64::from(p.open), p.created_at, p.id.to_string()));
    let sql = format!(
        "SELECT c.seq, c.doc, r.doc FROM case_doc c JOIN resident r ON r.personal_id = c.resident \
         WHERE c.clinic = $1 AND c.seq <= $2 AND (c.open, c.created_at, c.id) < ($3, $4, $5) AND {} \
         ORDER BY c.open DESC, c.created_at DESC, c.id DESC LIMIT $6",
        sight.condition(7)
    );
    let mut query = sqlx::query_as(AssertSqlSafe(sql))
        .bind(clinic.as_str().to_owned())
        .bind(signed(until))
        .bind(place_row.0)
        .bind(place_row.1)
        .bind(place_row.2)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX));
    for key in sight.bound() {
        query = query.bind(key.clone());
    }
    let rows: Vec<DocumentRow> = query.fetch_all(conn).await?;
    rows.into_iter().map(document).collect()
}

/// Documents that changed after `after`, in the order in which they did.
///
/// # Errors
/// When the engine fails.
pub async fn changes(
    conn: &mut AnyConnection,
    clinic: &HsaId,
    sight: &Sight,
    after: u64,
    limit: usize,
) -> Result<Vec<CaseDocument>> {
    let sql = format!(
        "SELECT c.seq, c.doc, r.doc FROM case_doc c JOIN resident r ON r.personal_id = c.resident \
         WHERE c.clinic = $1 AND c.seq > $2 AND {} ORDER BY c.seq LIMIT $3",
        sight.condition(4)
    );
    let mut query = sqlx::query_as(AssertSqlSafe(sql))
        .bind(clinic.as_str().to_owned())
        .bind(signed(after))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX));
    for key in sight.bound() {
        query = query.bind(key.clone());
    }
    let rows: Vec<DocumentRow> = query.fetch_all(conn).await?;
    rows.into_iter().map(document).collect()
}

/// Cases that the viewer lost after `after` and may not see now, in the order in which they were lost.
///
/// # Errors
/// When the engine fails.
pub async fn lost(
    conn: &mut AnyConnection,
    clinic: &HsaId,
    sight: &Sight,
    after: u64,
    limit: usize,
) -> Result<Vec<(u64, CaseId)>> {
    if sight.keys.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT t.case_id, MAX(t.seq) FROM tombstone t JOIN case_doc c ON c.id = t.case_id \
         WHERE t.clinic = $1 AND t.seq > $2 AND t.viewer_key IN ({}) AND NOT {} \
         GROUP BY t.case_id ORDER BY MAX(t.seq) LIMIT $3",
        placeholders(4, sight.keys.len()),
        sight.condition(4)
    );
    let mut query = sqlx::query_as(AssertSqlSafe(sql))
        .bind(clinic.as_str().to_owned())
        .bind(signed(after))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX));
    for key in &sight.keys {
        query = query.bind(key.clone());
    }
    let rows: Vec<(String, i64)> = query.fetch_all(conn).await?;
    rows.into_iter().map(|(id, seq)| Ok((number(seq, "seq")?, parsed(&id, "case")?))).collect()
}
