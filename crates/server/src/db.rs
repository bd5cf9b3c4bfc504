//! The database: the only room where SQL is written.
//!
//! One set of statements for SQLite and PostgreSQL: text ids, integer UTC milliseconds, JSON as text, `$n` placeholders.
//! Every transaction that changes what a clinic's feed shows begins with [`Db::write_clinic`], which takes the clinic's
//! next number under its row lock; so numbers become visible in the order in which they were given, and on SQLite the
//! write lock is taken by the very first statement (a later upgrade could meet BUSY).

pub mod absences;
pub mod admissions;
pub mod blobs;
pub mod cases;
pub mod clinics;
pub mod drafts;
pub mod feed;
pub mod log;
pub mod migrate;
pub mod ops;
pub mod residents;
pub mod sessions;
pub mod staff;
pub mod templates;

use jiff::Timestamp;
use mottaget_domain::HsaId;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Transaction};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use thiserror::Error;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Most connections at once; readers do not wait for the writer (write-ahead log).
const CONNECTIONS: u32 = 8;
/// Bytes in a page of the database file.
const PAGE_BYTES: u64 = 4096;

/// What can go wrong in the database.
#[derive(Debug, Error)]
pub enum DbError {
    /// The engine said no.
    #[error(transparent)]
    Engine(#[from] sqlx::Error),
    /// Something in the file is not what this program writes; names the column, never the content.
    #[error("the database holds a {0} that can't be read")]
    Content(&'static str),
    /// The file was written by a newer program.
    #[error("the database has version {found}; this program knows {known}")]
    Newer {
        /// Version of the file.
        found: i64,
        /// Newest version that this program knows.
        known: i64,
    },
}

impl DbError {
    /// Is the disk (or the quota given in the settings) full?
    #[must_use]
    pub fn is_full(&self) -> bool {
        // SQLITE_FULL is 13; a quota and a file that may not grow are told as SQLITE_IOERR_WRITE (778), _TRUNCATE (1546) or
        // _SHMSIZE (4874); PostgreSQL's disk_full is 53100.
        self.engine_code().is_some_and(|code| ["13", "778", "1546", "4874", "53100"].contains(&code.as_str()))
    }

    /// Was somebody else writing for too long?
    #[must_use]
    pub fn is_busy(&self) -> bool {
        if matches!(self, Self::Engine(sqlx::Error::PoolTimedOut)) {
            return true;
        }
        // SQLITE_BUSY is 5 in the low byte of the extended codes.
        self.engine_code().and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 5)
    }

    fn engine_code(&self) -> Option<String> {
        match self {
            Self::Engine(sqlx::Error::Database(error)) => error.code().map(|code| code.into_owned()),
            _ => None,
        }
    }
}

/// Shorthand of this room.
pub type Result<T> = std::result::Result<T, DbError>;

/// The open database.
#[derive(Clone)]
pub struct Db {
    pool: AnyPool,
    /// SQLite has one writer: waiting here is fair, waiting in the engine is not.
    turn: Arc<Mutex<()>>,
}

/// A transaction that writes.
pub struct WriteTx {
    tx: Transaction<'static, Any>,
    _turn: OwnedMutexGuard<()>,
}

impl WriteTx {
    /// The connection to run statements on.
    pub fn conn(&mut self) -> &mut AnyConnection {
        &mut self.tx
    }

    /// The clinic's next feed number, for a further case in the same transaction. `None` if there is no such clinic.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn next_seq(&mut self, clinic: &HsaId) -> Result<Option<u64>> {
        let seq: Option<(i64,)> = sqlx::query_as("UPDATE clinic SET seq = seq + 1 WHERE hsa_id = $1 RETURNING seq")
            .bind(clinic.as_str().to_owned())
            .fetch_optional(self.conn())
            .await?;
        seq.map(|(seq,)| number(seq, "seq")).transpose()
    }

    /// Makes it last.
    ///
    /// # Errors
    /// When the engine can't write it; nothing has then happened.
    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }

    /// Forgets it.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn rollback(self) -> Result<()> {
        Ok(self.tx.rollback().await?)
    }
}

impl Db {
    /// Opens (or makes) the file, without touching its tables.
    ///
    /// # Errors
    /// When the file can't be opened.
    pub async fn open(file: &Path, max_bytes: Option<u64>) -> Result<Self> {
        sqlx::any::install_default_drivers();
        // Statements carry identities: they are never logged.
        let options = AnyConnectOptions::from_str(&address(file))?.disable_statement_logging();
        let pages = max_bytes.map(|bytes| bytes / PAGE_BYTES);
        // A connection that can't be set up is tried by the pool over and over, and told as a wait that was too long.
        let mut first = options.connect().await?;
        let ready = try_out(&mut first, pages).await;
        first.close().await?;
        ready?;
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(std::time::Duration::from_secs(10))
            .after_connect(move |conn, _| Box::pin(set_up(conn, pages)))
            .after_release(|conn, _| Box::pin(is_clean(conn)))
            .connect_with(options)
            .await?;
        Ok(Self { pool, turn: Arc::default() })
    }

    /// A transaction that only reads, from one moment in time.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn read(&self) -> Result<Transaction<'static, Any>> {
        Ok(self.pool.begin().await?)
    }

    /// A transaction that writes what no clinic's feed shows (sessions, uploads, settings). Its first statement must write.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn write(&self) -> Result<WriteTx> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        Ok(WriteTx { tx: self.pool.begin().await?, _turn: turn })
    }

    /// A transaction that changes a clinic's cases: takes the clinic's next number first. `None` if there is no such clinic.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn write_clinic(&self, clinic: &HsaId) -> Result<Option<(WriteTx, u64)>> {
        let mut tx = self.write().await?;
        match tx.next_seq(clinic).await? {
            Some(seq) => Ok(Some((tx, seq))),
            None => {
                tx.rollback().await?;
                Ok(None)
            }
        }
    }

    /// Writes the log back into the file and lets go of it.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// May a connection be used again? On a full disk SQLite ends the transaction by itself; the driver then fails to end it
/// once more and counts it as open for good, and whoever got the connection next would stay in the past. The ping waits
/// until what was to be rolled back is.
async fn is_clean(conn: &mut AnyConnection) -> std::result::Result<bool, sqlx::Error> {
    conn.ping().await?;
    Ok(!conn.is_in_transaction())
}

/// What every new connection is told.
async fn set_up(conn: &mut AnyConnection, max_pages: Option<u64>) -> std::result::Result<(), sqlx::Error> {
    sqlx::raw_sql(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA busy_timeout = 10000; PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON;",
    )
    .execute(&mut *conn)
    .await?;
    if let Some(pages) = max_pages {
        // A number of ours, never a text from outside.
        let sql = format!("PRAGMA max_page_count = {pages}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(conn).await?;
    }
    Ok(())
}

/// Sets a connection up and reads by it: only then are the files beside the database made.
async fn try_out(conn: &mut AnyConnection, max_pages: Option<u64>) -> std::result::Result<(), sqlx::Error> {
    set_up(conn, max_pages).await?;
    sqlx::raw_sql("PRAGMA schema_version").execute(conn).await.map(drop)
}

/// The file as a database address; every byte that means something in an address is escaped.
fn address(file: &Path) -> String {
    let mut escaped = String::new();
    for byte in file.to_string_lossy().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' | b':' => {
                escaped.push(char::from(byte));
            }
            b'\\' => escaped.push('/'),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    format!("sqlite://{escaped}?mode=rwc")
}

/// Milliseconds since 1970, as the tables keep time.
#[must_use]
pub fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

fn timestamp(millis: i64, what: &'static str) -> Result<Timestamp> {
    Timestamp::from_millisecond(millis).map_err(|_| DbError::Content(what))
}

fn number(value: i64, what: &'static str) -> Result<u64> {
    u64::try_from(value).map_err(|_| DbError::Content(what))
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str, what: &'static str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| DbError::Content(what))
}

fn to_json<T: serde::Serialize>(value: &T, what: &'static str) -> Result<String> {
    serde_json::to_string(value).map_err(|_| DbError::Content(what))
}

fn parsed<T: FromStr>(text: &str, what: &'static str) -> Result<T> {
    text.parse().map_err(|_| DbError::Content(what))
}

/// `$from, $from+1, …` for `count` values.
fn placeholders(from: usize, count: usize) -> String {
    (from..from + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}
