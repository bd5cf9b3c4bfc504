//! The tables' versions: numbered, each in a transaction; a file of a newer program is refused, never guessed at.

use super::{Db, DbError, Result};
use jiff::Timestamp;

struct Migration {
    version: i64,
    sql: &'static str,
}

/// All of them, in order. One that was released never changes.
const MIGRATIONS: [Migration; 4] = [
    Migration { version: 1, sql: include_str!("migrations/0001_start.sql") },
    Migration { version: 2, sql: include_str!("migrations/0002_region_policy.sql") },
    Migration { version: 3, sql: include_str!("migrations/0003_case_files.sql") },
    Migration { version: 4, sql: include_str!("migrations/0004_admission.sql") },
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
