//! The tables' versions: numbered, each in a transaction; a file of a newer program is refused, never guessed at.

use super::{Db, DbError, Result};
use jiff::Timestamp;

struct Migration {
    version: i64,
    sql: &'static str,
}

/// All of them, in order. One that was released never changes.
const MIGRATIONS: [Migration; 7] = [
    Migration { version: 1, sql: include_str!("migrations/0001_start.sql") },
    Migration { version: 2, sql: include_str!("migrations/0002_region_policy.sql") },
    Migration { version: 3, sql: include_str!("migrations/0003_case_files.sql") },
    Migration { version: 4, sql: include_str!("migrations/0004_admission.sql") },
    Migration { version: 5, sql: include_str!("migrations/0005_reply_templates.sql") },
    Migration { version: 6, sql: include_str!("migrations/0006_draft_copies.sql") },
    Migration { version: 7, sql: include_str!("migrations/0007_absence.sql") },
];

/// Brings the tables to this program's version.
///
/// # Errors
/// [`DbError::Newer`] when the file is newer than the program; else when the engine fails, and the file is then as it was.
pub async fn run(db: &Db, now: Timestamp) -> Result<()> {
    let mut tx = db.write().await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS migration (version BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL)")
        .execute(tx.conn())
        .await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        .execute(tx.conn())
        .await?;
    tx.commit().await?;
    let found = version(db).await?;
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    if found > known {
        return Err(DbError::Newer { found, known });
    }
    for migration in MIGRATIONS.iter().filter(|migration| migration.version > found) {
        let mut tx = db.write().await?;
        sqlx::query("INSERT INTO migration (version, applied_at) VALUES ($1, $2)")
            .bind(migration.version)
            .bind(super::millis(now))
            .execute(tx.conn())
            .await?;
        sqlx::raw_sql(migration.sql).execute(tx.conn()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The version that the file has; 0 when it has none.
async fn version(db: &Db) -> Result<i64> {
    let mut tx = db.read().await?;
    let (version,): (Option<i64>,) = sqlx::query_as("SELECT MAX(version) FROM migration").fetch_one(&mut *tx).await?;
    Ok(version.unwrap_or(0))
}

/// Reads one of the file's own facts.
///
/// # Errors
/// When the engine fails.
pub async fn meta(db: &Db, key: &str) -> Result<Option<String>> {
    let mut tx = db.read().await?;
    let row: Option<(String,)> =
        sqlx::query_as("SELECT value FROM meta WHERE key = $1").bind(key.to_owned()).fetch_optional(&mut *tx).await?;
    Ok(row.map(|(value,)| value))
}

/// Writes one of the file's own facts, once.
///
/// # Errors
/// When the engine fails.
pub async fn set_meta(db: &Db, key: &str, value: &str) -> Result<()> {
    let mut tx = db.write().await?;
    sqlx::query("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING")
        .bind(key.to_owned())
        .bind(value.to_owned())
        .execute(tx.conn())
        .await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{admissions, clinics};
    use mottaget_domain::{HsaId, PersonalId, ServiceArea};
    use sha2::{Digest, Sha256};

    /// What the first program wrote: a clinic, its policy as it was then, what can be asked there, and a resident.
    const FIRST: &str = "
        INSERT INTO region (code, name) VALUES ('98', 'Skogslandet');
        INSERT INTO clinic (hsa_id, region, name, policy, seq)
            VALUES ('SE2321000016-B001', '98', 'Björken', '{\"responseDays\":2}', 7);
        INSERT INTO case_type (id, name, description, resident_files, response_days, questions)
            VALUES ('00000000-0000-4000-8000-000000000001', 'Boka tid', '', 1, NULL, '[]');
        INSERT INTO clinic_case_type (clinic, case_type, active, position)
            VALUES ('SE2321000016-B001', '00000000-0000-4000-8000-000000000001', 1, 0);
        INSERT INTO resident (personal_id, doc) VALUES ('198001019804', '{}');";

    /// Files out there have taken these. If this fails, put the old one back and add a new one.
    #[test]
    fn migrations_that_were_released_never_change() {
        let print = |migration: &Migration| {
            let words: Vec<&str> = migration.sql.split_whitespace().collect();
            hex::encode(Sha256::digest(words.join(" "))).chars().take(16).collect::<String>()
        };
        assert_eq!(
            MIGRATIONS.iter().map(print).collect::<Vec<_>>(),
            [
                "006ac10a6b56d973",
                "3bf9bf87c0f47e36",
                "404faead54188dd7",
                "0d8bea0e9db68f55",
                "848c2973f74c87b6",
                "95283e65fd1b0869",
                "d804577a25271a6b"
            ]
        );
    }

    /// A gap that is filled later is never taken by who has passed it.
    #[test]
    fn versions_have_no_gap() {
        let versions: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
        assert_eq!(versions, (1..=7).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_file_of_the_first_program_is_brought_along_with_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("server.db"), None).await.unwrap();
        let mut tx = db.write().await.unwrap();
        for sql in [
            "CREATE TABLE migration (version BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL)",
            "INSERT INTO migration (version, applied_at) VALUES (1, 0)",
            MIGRATIONS[0].sql,
            FIRST,
        ] {
            sqlx::raw_sql(sql).execute(tx.conn()).await.unwrap();
        }
        tx.commit().await.unwrap();

        run(&db, Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!(version(&db).await.unwrap(), MIGRATIONS.last().unwrap().version);
        let mut tx = db.read().await.unwrap();
        let clinic = HsaId::parse("SE2321000016-B001").unwrap();
        let facts = clinics::facts(&mut tx, &clinic).await.unwrap().unwrap();
        assert_eq!((facts.policy.response_days, facts.policy.region.undo.final_reply_s), (Some(2), 0));
        assert_eq!(facts.policy.service_area, Some(ServiceArea::default()), "nobody is shut out who was not");
        let types = clinics::case_types(&mut tx, &clinic).await.unwrap();
        assert_eq!(types.iter().map(|kind| kind.restricted).collect::<Vec<_>>(), [false]);
        let today = jiff::civil::date(2026, 11, 28);
        let resident = PersonalId::parse("19800101-9804", today).unwrap();
        let standing = admissions::standing(&mut tx, &clinic, &resident, today).await.unwrap();
        assert_eq!(standing, admissions::Standing::default());
    }
}
